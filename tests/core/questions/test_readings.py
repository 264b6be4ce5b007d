"""Every key that is read from a plot, worked out again from the arrays of `core.networks.trainer` with other code."""

from math import log, log10

import numpy as np
import pytest

from core.networks import trainer
from core.networks.results import GradientProfile
from core.questions import readings
from core.questions.bank import bank
from core.questions.keys import READINGS

BANK = bank("01-vanishing-and-exploding-gradients")
READ = [item for item in BANK.items if item.key in READINGS]
PLOTTED = [item for item in READ if item.plot]
PREDICTED = [item for item in READ if not item.plot]


def measured(item, lab):
    """(numbers, results, key) of every variant; all variants are measured in one go."""
    variants = {tuple(v.numbers.items()): v for v in (BANK.draw(item, n) for n in range(100))}.values()
    of, measure = (item.plot or item.shows).of, lab.profiles if item.id in PROFILED else lab.runs
    asked = [[variant.experiments[name] for name in of] for variant in variants]
    measure([experiment for several in asked for experiment in several])
    return [(v.numbers, measure(several), v.key(lab)) for v, several in zip(variants, asked, strict=True)]


# --- what the arrays say, in other words than those of core.verdicts.reading and core.verdicts.diagnosis ---


def slope(values):
    """Decades per layer towards the output, between the first and the last value."""
    return (log10(values[-1]) - log10(values[0])) / (len(values) - 1)


def factor(values):
    return 10 ** -slope(values)


def trend(values):
    fall = log10(values[-1]) - log10(values[0])
    return "falls" if fall > 2 else "grows" if fall < -2 else "level"


def guesses(run):
    return run.diverged_at is None and run.accuracy[-1] < 0.6


def knows(run):
    return run.diverged_at is None and run.accuracy[-1] >= 0.9


def even(values):
    return max(values) < 20 * min(values)


def first_over(values, line):
    return str(next(layer for layer, value in enumerate(values, start=1) if value > line))


def clear_of(values, line):
    """No value so close to the line that the next machine, or the eye, might see it on the other side."""
    return np.abs(np.log10(values / line)).min() > log10(1.15)


def by_words(named):
    """The one name whose condition holds."""
    (word,) = [word for word, holds in named.items() if holds]
    return word


def statements(profile):
    w = profile.weight_grad_norm[1:]
    logs, steps = np.diff(np.log(w)), np.diff(w)
    assert np.ptp(logs) < log(1.9)
    assert steps.max() > 1000 * steps.min()
    assert w[-1] > 2000 * w[0]
    assert (profile.weight_grad_norm > 0).all()
    return {"factor", "thousandth"}


def change_of(a, b):
    """What differs between two experiments, by looking at them."""
    sides = [{**vars(e.network), **vars(e.training), "seed": e.seed} for e in (a, b)]
    (field,) = [field for field in sides[0] if sides[0][field] != sides[1][field]]
    return {"dtype": "format"}.get(field, field)


def levels(profile):
    """The plot's item on remedies: each change on a network that is built anew."""
    e = profile.experiment
    found = set()
    for word, network in {
        "none": {"init": "xavier"},
        "he": {"init": "he"},
        "skips": {"init": "xavier", "residual": "plain"},
    }.items():
        made = trainer.gradient_profile(
            type(e.network)(depth=20, activation="relu", **network), batch_size=64, seed=e.seed
        )
        shift = abs(slope(made.delta_norm)) * 19
        assert shift < 0.8 or shift > 1.2, "too close to a factor of ten"
        if shift < 1:
            found.add(word)
    assert "none" not in found
    return found


SOURCES = {
    "plot-falling-factor": (
        "weight_grad_norm from layer 2 on: decades between the ends per step",
        lambda n, r: factor(r[0].weight_grad_norm[1:]),
    ),
    "plot-linear-axis": (
        "weight_grad_norm: ratios and differences of neighbours, its ends, its zeros",
        lambda n, r: statements(r[0]),
    ),
    "plot-first-above": (
        "weight_grad_norm > t",
        lambda n, r: clear_of(r[0].weight_grad_norm, n["t"]) and first_over(r[0].weight_grad_norm, n["t"]),
    ),
    "plot-flat-but-tiny": (
        "weight_grad_norm: even, and all below 1e-6",
        lambda n, r: by_words({"tiny": even(r[0].weight_grad_norm[1:]) and r[0].weight_grad_norm.max() < 1e-6}),
    ),
    "plot-flat-but-huge": (
        "weight_grad_norm: even, and all above 1e4",
        lambda n, r: by_words({"exploding": even(r[0].weight_grad_norm[1:]) and r[0].weight_grad_norm.min() > 1e4}),
    ),
    "plot-level-relu": (
        "weight_grad_norm: layers 2 and 16 within a factor of ten, ordinary sizes, no dead layer",
        lambda n, r: by_words(
            {
                "healthy": 0.1 < r[0].weight_grad_norm[1] / r[0].weight_grad_norm[-1] < 10
                and 1e-2 < r[0].weight_grad_norm.max() < 10
                and r[0].dead.max() < 0.75
            }
        ),
    ),
    "plot-saturated-tanh": (
        "delta_norm: rises more than a hundredfold; saturated: about half",
        lambda n, r: (
            np.abs(r[0].saturated - 0.5).max() < 0.15
            and by_words({"exploding": r[0].delta_norm[0] > 200 * r[0].delta_norm[-1]})
        ),
    ),
    "plot-smallest-bar": (
        "weight_grad_norm: the smallest, by more than a fifth",
        lambda n, r: (
            np.sort(r[0].weight_grad_norm)[1] > 1.2 * min(r[0].weight_grad_norm)
            and str(1 + list(r[0].weight_grad_norm).index(min(r[0].weight_grad_norm)))
        ),
    ),
    "plot-all-zero-bars": (
        "weight_grad_norm: all exactly 0, and dead: all of layer 10",
        lambda n, r: by_words({"dead": not r[0].weight_grad_norm.any() and r[0].dead[-1] == 1}),
    ),
    "plot-growing-factor": ("delta_norm: decades between the ends per step", lambda n, r: factor(r[0].delta_norm)),
    "plot-level-tanh": (
        "delta_norm: layer 1 has more than half of the last one's",
        lambda n, r: by_words({"level": 0.5 < r[0].delta_norm[0] / r[0].delta_norm[-1] < 1}),
    ),
    "plot-error-or-weights": (
        "weight_grad_norm: even, above 1e-4; delta_norm falls more than a hundredfold",
        lambda n, r: (
            trend(r[0].delta_norm) == "falls"
            and by_words({"level": even(r[0].weight_grad_norm[1:]) and r[0].weight_grad_norm.max() > 2e-4})
        ),
    ),
    "plot-silent-layer": (
        "dead: the one layer with a share of 1; delta_norm is 0 up to it",
        lambda n, r: (
            np.array_equal(r[0].delta_norm == 0, np.arange(12) <= r[0].dead.tolist().index(1.0))
            and str(1 + r[0].dead.tolist().index(1.0))
        ),
    ),
    "plot-half-precision": (
        "delta_norm > 2^-24 sqrt(64 x 32)",
        lambda n, r: clear_of(r[0].delta_norm, 2**-24 * 2048**0.5) and first_over(r[0].delta_norm, 2**-24 * 2048**0.5),
    ),
    "plot-what-levels": ("delta_norm of networks with each change", lambda n, r: levels(r[0])),
    "plot-slopes-below-one": (
        "delta_norm and weight_grad_norm: ends within a factor of ten",
        lambda n, r: by_words(
            {
                "healthy": all(
                    0.1 < v[1] / v[-1] < 10 and 1e-3 < v.max() < 10 for v in (r[0].delta_norm, r[0].weight_grad_norm)
                )
            }
        ),
    ),
    "plot-change-init": ("the settings of A and B", lambda n, r: change_of(r[0].experiment, r[1].experiment)),
    "plot-change-norm": ("the settings of A and B", lambda n, r: change_of(r[0].experiment, r[1].experiment)),
    "plot-change-activation": ("the settings of A and B", lambda n, r: change_of(r[0].experiment, r[1].experiment)),
    "plot-half-off": (
        "saturated: about half; weight_grad_norm: layers 2 and 16 within a factor of ten",
        lambda n, r: by_words(
            {
                "healthy": 0.4 < r[0].saturated.mean() < 0.6
                and r[0].dead.max() < 0.75
                and 0.1 < r[0].weight_grad_norm[1] / r[0].weight_grad_norm[-1] < 10
            }
        ),
    ),
    "plot-before-and-after": (
        "dead in the last row of the two runs, one of one step",
        lambda n, r: (
            [run.recorded_steps[-1] for run in r] == [0, 299]
            and r[0].dead.max() < 0.5
            and even(r[0].grad_norm[0][1:])
            and by_words({"dead": (r[1].dead[-1] == 1).sum() >= 2 and guesses(r[1])})
        ),
    ),
    "plot-loss-at-chance": (
        "accuracy and loss at the end; grad_norm at the start",
        lambda n, r: by_words(
            {
                "vanishing": guesses(r[0])
                and knows(r[1])
                and abs(r[0].loss[-20:].mean() - log(2)) < 0.02
                and trend(r[0].grad_norm[0][1:]) == "falls"
            }
        ),
    ),
    "plot-loss-that-learns": ("accuracy at the end", lambda n, r: by_words({"healthy": r[0].accuracy[-1] > 0.98})),
    "plot-diverged": (
        "loss: its last value is no number; grad_norm at the start is even",
        lambda n, r: (
            even(r[0].grad_norm[0][1:])
            and len(r[0].loss) < 8
            and by_words({"diverged": not np.isfinite(r[0].loss[-1])})
        ),
    ),
    "plot-nothing-to-learn": (
        "update_to_weight of the first step; accuracy at the end",
        lambda n, r: (
            r[0].update_to_weight[0].min() > 5e-4
            and r[0].update_to_weight[0].max() < 0.05
            and by_words({"no signal": guesses(r[0])})
        ),
    ),
    "plot-healthy-steps": (
        "update_to_weight of the first step; accuracy at the end",
        lambda n, r: (
            r[0].update_to_weight[0].min() > 4e-4
            and r[0].update_to_weight[0].max() < 0.015
            and by_words({"healthy": knows(r[0])})
        ),
    ),
    "plot-first-useful-step": (
        "update_to_weight of the first step > 0.001",
        lambda n, r: clear_of(r[0].update_to_weight[0], 1e-3) and first_over(r[0].update_to_weight[0], 1e-3),
    ),
    "plot-always-clipped": (
        "raw_norm above the threshold and clipped_norm on it at every recorded step",
        lambda n, r: by_words(
            {"clipped": (r[0].raw_norm > 0.03).all() and np.allclose(r[0].clipped_norm, 0.03, rtol=1e-3)}
        ),
    ),
    "plot-safety-net": (
        "raw_norm above the threshold at few recorded steps; accuracy at the end",
        lambda n, r: by_words({"healthy": 0 < (r[0].raw_norm > 3).mean() < 0.25 and knows(r[0])}),
    ),
    "plot-lost-in-the-format": (
        "the settings of A and B; update_to_weight: equal where both are above 0",
        lambda n, r: (
            (r[0].update_to_weight[0][:4] == 0).all()
            and (r[1].update_to_weight[0] > 0).all()
            and np.allclose(r[0].update_to_weight[0][8:], r[1].update_to_weight[0][8:], rtol=1e-3)
            and change_of(r[0].experiment, r[1].experiment)
        ),
    ),
    "plot-who-has-learned": (
        "accuracy at the end of each run",
        lambda n, r: {letter for letter, run in zip("ABCD", r, strict=True) if run.accuracy[-1] > 0.9},
    ),
    "plot-who-else-has-learned": (
        "accuracy at the end of each run, and which one guesses",
        lambda n, r: (
            guesses(r[2]) and {letter for letter, run in zip("ABCD", r, strict=True) if run.accuracy[-1] > 0.9}
        ),
    ),
    "run-large-sigmoid-weights": ("delta_norm: its ends", lambda n, r: trend(r[0].delta_norm)),
    "run-batch-norm-relu": ("delta_norm: its ends", lambda n, r: trend(r[0].delta_norm)),
    "run-scaled-skips": (
        "delta_norm: its ends; from layer 2 on within a factor of three",
        lambda n, r: max(r[0].delta_norm[1:]) < 3 * min(r[0].delta_norm[1:]) and trend(r[0].delta_norm),
    ),
    "run-he-for-sigmoid": ("delta_norm: its ends", lambda n, r: trend(r[0].delta_norm)),
    "run-large-inputs": (
        "saturated: layer 1 nearly whole, the others hardly",
        lambda n, r: by_words({"first": r[0].saturated[0] > 0.9 and r[0].saturated[1:].max() < 0.1}),
    ),
    "run-higher-rate": ("accuracy at the end", lambda n, r: by_words({"guesses": guesses(r[0])})),
    "run-adam-on-twenty": ("accuracy at the end", lambda n, r: by_words({"guesses": guesses(r[0])})),
    "run-clipping-a-fade": (
        "update_to_weight of both first steps: first layer by last",
        lambda n, r: by_words(
            {
                "same": np.allclose(
                    r[0].update_to_weight[0] / r[0].update_to_weight[0][-1],
                    r[1].update_to_weight[0] / r[1].update_to_weight[0][-1],
                    rtol=1e-3,
                )
                and (r[1].update_to_weight[0] < r[0].update_to_weight[0]).all()
            }
        ),
    ),
}
"""Of each item: where its key comes from, and the same key by other code. What it is read from must be clear too."""

PROFILED = {item.id for item in READ if (item.plot or item.shows).view
            in {"weights", "error", "factors", "activations", "saturation"}}  # fmt: skip
OURS = [item for item in READ if item.id in SOURCES]


@pytest.mark.parametrize("item", OURS, ids=[item.id for item in OURS])
def test_a_key_is_what_the_arrays_say_in_every_variant(item, lab):
    variants = measured(item, lab)
    assert 5 <= len(variants) <= 24
    for numbers, results, key in variants:
        said = SOURCES[item.id][1](numbers, results)
        if isinstance(key, float):
            assert key == pytest.approx(said, rel=1e-9), numbers
        else:
            assert key == said, numbers


def test_every_item_that_is_read_from_a_plot_has_a_source_here():
    assert {item.id for item in PLOTTED} <= set(SOURCES)
    assert set(SOURCES) <= {item.id for item in READ}


def test_predictions_show_a_run_and_plots_ask_for_several_things():
    predicted = [item for item in PREDICTED if item.id in SOURCES]
    assert len(predicted) >= 5
    assert all(item.shows for item in predicted)
    assert {item.type for item in PLOTTED} >= {"single", "multiple", "kprim", "numeric", "pick"}
    assert sum(item.type == "pick" for item in PLOTTED) >= 3
    assert len({item.plot.view for item in PLOTTED}) >= 8


# --- the numbers of explanations and foreseen mistakes, on arrays whose answer is plain ---


class Result:
    """Something with the arrays that a reading looks at."""

    def __init__(self, **arrays):
        for name, values in arrays.items():
            setattr(self, name, np.array(values))
        self.diverged_at = None


FALLS = Result(weight_grad_norm=[9.0, 0.01, 0.1, 1.0], delta_norm=[0.125, 0.25, 0.5, 1.0])
RISES = Result(weight_grad_norm=[5.0, 4.0, 3.0], delta_norm=[100.0, 10.0, 1.0])
RUN = Result(
    grad_norm=[[0.2, 0.5, 2.0], [1, 1, 1]], update_to_weight=[[0.001, 0.004, 0.01], [1, 1, 1]],
    accuracy=[0.5, 0.95], clipped_share=[0.0, 0.25], saturated=[0.1, 0.9, 0.2],
)  # fmt: skip


@pytest.mark.parametrize(
    ("reading", "results", "value"),
    [
        (readings.weights_factor, [FALLS], 0.1),
        (readings.weights_factor_upward, [FALLS], 10),
        (readings.weights_ratio, [FALLS], 0.01),
        (readings.weights_decades, [FALLS], 1),
        (readings.weights_largest, [FALLS], 9),
        (readings.weights_smallest, [FALLS], 0.01),
        (readings.error_factor, [FALLS], 0.5),
        (readings.error_factor_upward, [FALLS], 2),
        (readings.error_ratio, [FALLS], 0.125),
        (readings.error_ratio_to_layer_two, [FALLS], 0.25),
        (readings.error_decades, [RISES], 1),
        (readings.error_factor_of_b, [FALLS, RISES], 10),
        (readings.first_weights_ratio, [RUN], 0.1),
        (readings.first_step_ratio, [RUN], 0.1),
        (readings.accuracy_at_the_end, [RUN], 0.95),
        (readings.accuracy_of_b_at_the_end, [FALLS, RUN], 0.95),
        (readings.clipped_at_the_end, [RUN], 0.25),
        (readings.most_saturated, [RUN], 0.9),
    ],
)
def test_a_number_that_is_read(reading, results, value):
    assert reading(results) == pytest.approx(value)


@pytest.mark.parametrize(
    ("shares", "word"),
    [
        ([0.9, 0.1, 0.1], "first"), ([0.1, 0.1, 0.9], "last"), ([0.1, 0.2, 0.3], "none"), ([0.9, 0.8, 0.7], "all"),
        ([0.1, 0.9, 0.1], "some"), ([0.9, 0.9, 0.1], "some"),
    ],
)  # fmt: skip
def test_where_most_outputs_are_saturated(shares, word):
    assert readings.saturated_layers([Result(saturated=shares)]) == word


@pytest.mark.parametrize(("right", "word"), [(0.55, "guesses"), (0.7, "part"), (0.95, "learned")])
def test_how_a_training_ended(right, word):
    run = Result(accuracy=[0.5, right])
    assert readings.end_of_training([run]) == word
    run.diverged_at = 3
    assert readings.end_of_training([run]) == "diverged"


@pytest.mark.parametrize(("first", "word"), [(0.02, "closer"), (0.001, "same"), (0.0001, "further")])
def test_layer_one_against_the_last(first, word):
    other = Result(update_to_weight=[[first, 0.5, 0.01]])
    assert readings.share_of_layer_one([RUN, other]) == word


def test_statements_about_a_fall_follow_the_bars():
    level = Result(weight_grad_norm=[1.0, 2.0, 3.0, 4.0])
    assert readings.fall_statements([level]) == {"amount", "factor"}
    assert readings.fall_statements([Result(weight_grad_norm=[0.0, 1e-4, 0.1, 1.0])]) == {"zero", "thousandth"}


def test_every_reading_is_used_by_some_item():
    used = {name for item in BANK.items for name in (item.key, *item.works_out.values())}
    used |= {rule.equals for item in BANK.items for rule in getattr(item, "rules", [])}
    assert set(READINGS) <= used


def test_a_share_of_the_plots_is_of_networks_with_nothing_to_mend(lab):
    healthy = [item.id for item in PLOTTED if BANK.draw(item, 0).key(lab) in ("healthy", "level")]
    assert len(healthy) >= len(PLOTTED) / 4, healthy


def test_results_are_of_the_kind_that_the_view_needs(lab):
    for item in OURS:
        results = BANK.draw(item, 0).results(lab)
        assert all(isinstance(result, GradientProfile) for result in results) == (item.id in PROFILED)
