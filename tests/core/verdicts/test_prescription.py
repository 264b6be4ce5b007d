"""Remedies that are tried: in what order, on which seeds, and what is concluded."""

import math

import numpy as np
import pytest

from core import Experiment, Fixable, Network, Training, prescribe, train
from core.networks.experiment import MAX_SEED
from core.verdicts.prescription import SEEDS, Trial, can_be_tried, concluded, measured
from core.verdicts.remedies import REMEDIES, mended

SMALL = Training(steps=120)


def trial(words, *accuracy):
    return Trial(words, Experiment(), accuracy, (0.1,) * len(accuracy), 1.0, 0.001)


def test_a_gain_that_is_too_small_is_found_and_set_right():
    found = prescribe(Experiment(Network(10, activation="relu", init="he", gain=0.5), seed=7))
    assert found.tried[0].words[0] == "gain"
    assert [trial.named for trial in found.tried] == [True] + [False] * (len(found.tried) - 1)
    assert found.best.works
    assert not found.before.works
    (run,) = train([found.best.experiment])
    assert found.best.experiment.seed == 7
    assert run.accuracy[-1] > 0.9


def test_what_is_told_is_what_was_measured():
    broken = Experiment(Network(3, 8, "sigmoid"), Training(steps=30), 4)
    asked = []

    def measure(experiments):
        asked.append([e.seed for e in experiments])
        return measured(experiments)

    found = prescribe(broken, measure)
    assert {tuple(seeds) for seeds in asked} == {(5, 6, 7)}
    assert broken.seed not in {seed for seeds in asked for seed in seeds}
    tried = found.tried[2]
    runs = train([mended(Experiment(broken.network, broken.training, seed), tried.words) for seed in (5, 6, 7)])
    np.testing.assert_allclose(tried.accuracy, [run.accuracy[-1] for run in runs])
    np.testing.assert_allclose(tried.loss, [run.loss[-20:].mean() for run in runs])
    networks = [t.experiment for t in found.tried]
    assert len(set(networks)) == len(networks)  # no network is tried twice, under whatever name
    assert set(networks) >= {mended(broken, (word,)) for word in REMEDIES if can_be_tried(broken, (word,))}


def test_pairs_are_tried_where_no_remedy_is_enough_and_coins_cannot_be_learned():
    found = prescribe(Experiment(Network(2, 16, "relu", "he"), Training("no_signal", steps=30)))
    assert found.best is None
    assert any(len(t.words) == 2 for t in found.tried[1:])
    assert f"None of {len(found.tried)} remedies" in found.reason


def test_a_network_that_learns_on_the_other_seeds_is_left_alone():
    found = prescribe(Experiment(Network(3, activation="relu", init="he"), Training(steps=400)))
    assert found.tried == ()
    assert found.best is None
    assert "learns as it is" in found.reason


def test_the_simplest_that_works_is_the_one_with_the_fewest_parts_and_then_the_first_of_the_table():
    before = trial((), 0.5, 0.5, 0.5)
    tried = [trial(("relu", "he"), 1, 1, 1), trial(("batch",), 1, 1, 1), trial(("gain",), 1, 1, 1)]
    assert concluded(before, tried).best.words == ("gain",)
    assert concluded(before, tried[:1]).best.words == ("relu", "he")
    lost = trial(("inputs",), 1.0, math.nan, 1.0)
    assert not lost.works
    assert concluded(before, [lost]).best is None


def test_the_last_seed_has_others_too():
    found = prescribe(Experiment(Network(1, 8), Training(steps=2), MAX_SEED))
    assert len(found.before.accuracy) == SEEDS


@pytest.mark.parametrize("word", REMEDIES)
def test_every_remedy_changes_what_it_says_and_nothing_else(word):
    odd = Experiment(
        Network(6, (8,) * 6, "softsign", "normal", gain=2.0, bias=1.0),
        Training(input_scale=2.0, weight_decay=0.1, clip_value=0.1, learning_rate=0.02, optimizer="momentum"),
    )
    after = REMEDIES[word].applied(odd)
    changed = {
        name
        for before, now in ((odd.network, after.network), (odd.training, after.training))
        for name in vars(before)
        if getattr(before, name) != getattr(now, name)
    }
    assert changed - {"width"} <= REMEDIES[word].sets
    assert changed


def test_layers_of_different_widths_stay_buildable():
    odd = Experiment(Network(3, (4, 8, 2)))
    assert mended(odd, ("shallow",)).network.widths == (4, 8, 2)
    assert mended(Experiment(Network(4, (4, 8, 2, 2))), ("shallow",)).network.widths == (8, 8, 8)
    with pytest.raises(Fixable):
        mended(Experiment(Network(3, 1)), ("layer",))
    assert not can_be_tried(Experiment(Network(3, 1)), ("layer",))
