"""The verdicts and first remedies hold on a part of the benchmark's grid; `make bench` trains all of it."""

from itertools import islice

import pytest

from benchmarks.advice import GRID_SEED, KNOWN, Finding, drawn, examined, grid, share_right, told

PART = 60
SMALL = 3000  # layers times steps


@pytest.fixture(scope="module")
def findings():
    def quick(experiment):
        network, training = experiment.network, experiment.training
        return network.depth * training.steps <= SMALL and training.batch_size <= 64 and max(network.widths) <= 32

    return [examined(experiment) for experiment in islice(filter(quick, drawn(GRID_SEED)), PART)]


def test_the_first_remedy_helps_nine_of_ten_broken_networks(findings):
    """Every broken network counts, also one to which no remedy is named."""
    assert sum(found.broken for found in findings) >= 20
    assert share_right(findings) >= 0.9


def test_the_first_remedy_makes_none_worse(findings):
    assert [told(found) for found in findings if found.broken and found.worse] == []


def test_no_network_that_has_learned_is_called_sick(findings):
    assert sum(share >= 0.9 for found in findings for share in found.before) >= 30
    assert [told(found) for found in findings if found.false_alarms] == []


def test_the_grid_is_the_same_every_time_and_has_at_least_240_networks():
    assert grid() == grid()
    assert len(set(grid())) >= 240
    assert {e.training.task for e in grid()} == {"circles", "moons", "xor", "spirals", "gaussian"}


NAMED = {
    "gain 0.5": "gain",
    "inputs x 100": "inputs",
    "inputs x 0.001": "inputs",
    "bias 5": "bias",
    "batch norm and ReLU 50": "skip",
    "plain skips 20": "scaled",
    "decay 1": "decay",
    "tanh 5 at rate 100": "rate",
    "all weights 0": "he",
    "gain 3, clipped at 1": "gain",
    "width 3, 12 layers, torch init": "width",
    "sigmoid 10 at gain 16": "relu",
    "ReLU 20": "scaled",
    "tanh 50": "scaled",
    "linear 10": "relu",
}


@pytest.mark.parametrize("name", NAMED)
def test_a_known_network_gets_the_remedy_that_works_on_all_seeds(name):
    found = examined(KNOWN[name], seeds=(0, 1, 2))  # on which they were found wrong
    assert found.broken
    assert NAMED[name] in found.words
    assert min(found.mended) >= 0.9, told(found)


def test_a_remedy_is_worse_from_two_hundredths_on_and_right_from_two_tenths_on():
    def found(before, after):
        return Finding(KNOWN["ReLU 10"], ("healthy",) * 3, (before,) * 3, ("partly",) * 3, ("gain",), (after,) * 3)

    assert found(0.5, 0.71).right
    assert not found(0.5, 0.69).right
    assert found(0.89, 0.9).right
    assert found(0.6, 0.57).worse
    assert not found(0.6, 0.59).worse


def test_a_run_that_learned_and_is_called_sick_is_a_false_alarm():
    found = Finding(KNOWN["ReLU 10"], ("vanishing",) * 3, (1.0, 1.0, 0.5), ("healthy", "uneven", "dead"))
    assert found.false_alarms == 1
    assert found.alarms_ahead == 2
    assert not found.broken or found.words == ()
