"""Keys that are read from an item's own plot: from the very results that it is drawn from, first network first."""

from collections.abc import Sequence
from dataclasses import replace
from math import isclose, log10
from typing import Any

import numpy as np

from core.figures.bars import FORMAT_LIMITS
from core.lab.race import LETTERS
from core.lab.settings import SETTINGS, settings_of
from core.networks.results import GradientProfile, Run
from core.questions.lab import Lab
from core.verdicts import diagnosis
from core.verdicts.reading import FAR, GUESSING, LEARNED, MEASURES, NEAR, first_to_last, per_layer, read
from core.verdicts.rules import MOSTLY

Results = Sequence[Any]
"""Profiles, or runs where the figure needs them"""

ALIKE = 2.0  # steps whose sizes differ by less than this factor are roughly the same


# --- words ---


def error_trend(results: Results) -> str:
    """What the error signal does on its way to layer 1: falls, level, or grows."""
    ratio = first_to_last(results[0].delta_norm)
    return "falls" if ratio < 1 / FAR else "grows" if ratio > FAR else "level"


def weights_verdict(results: Results) -> str:
    """What the bars of the weight gradients say: see `core.verdicts.reading.read`."""
    return read(results[0].weight_grad_norm, MEASURES["weights"]).verdict


def error_verdict(results: Results) -> str:
    """What the bars of the error signals say."""
    return read(results[0].delta_norm, MEASURES["error"]).verdict


def diagnosed(results: Results) -> str:
    """The word of `core.verdicts.diagnosis` for the first network, before or after its training."""
    return _diagnosed(results[0])


def diagnosed_last(results: Results) -> str:
    """The same for the last network, where a plot shows one network at several moments."""
    return _diagnosed(results[-1])


def _diagnosed(result: GradientProfile | Run) -> str:
    return (diagnosis.of_profile(result) if isinstance(result, GradientProfile) else diagnosis.of_run(result)).word


def end_of_training(results: Results) -> str:
    """How the first run ended: diverged, guesses, part or learned."""
    run = results[0]
    if run.diverged_at is not None:
        return "diverged"
    right = run.accuracy[-1]
    return "guesses" if right < GUESSING else "part" if right < LEARNED else "learned"


def saturated_layers(results: Results) -> str:
    """In which layers most outputs are saturated: none, first, last, all, or some."""
    most = results[0].saturated > MOSTLY
    if most.all() or not most.any():
        return "all" if most.all() else "none"
    if most.sum() > 1:
        return "some"
    return "first" if most[0] else "last" if most[-1] else "some"


def share_of_layer_one(results: Results) -> str:
    """Layer 1's first step compared with the last layer's: in the second network against the first."""
    before, after = (first_to_last(run.update_to_weight[0]) for run in results[:2])
    if isclose(before, after, rel_tol=0.01):
        return "same"
    return "closer" if after > before else "further"


def changed_setting(results: Results) -> str:
    """The one setting in which the second network differs from the first."""
    before, after = (settings_of(result.experiment) for result in results[:2])
    (word,) = [word for word in SETTINGS if before[word] != after[word]]
    return word


# --- sets of statements ---


def fall_statements(results: Results) -> frozenset[str]:
    """Which statements about bars that fall towards the input are true of the weight gradients."""
    values = results[0].weight_grad_norm
    comparable = values[MEASURES["weights"].first_comparable :]
    factors, amounts = comparable[1:] / comparable[:-1], np.diff(comparable)
    true = {
        "zero": bool((values == 0).any()),
        "factor": bool(factors.max() < ALIKE * factors.min()),
        "amount": bool(0 < amounts.max() < ALIKE * amounts.min()),
        "thousandth": bool(comparable[0] < comparable[-1] / 1000),
    }
    return frozenset(name for name, holds in true.items() if holds)


def levelled_by(results: Results, lab: Lab) -> frozenset[str]:
    """Which changes bring layer 1's error signal near the last layer's; each is tried on the first network."""
    plain = results[0].experiment
    network, training = plain.network, plain.training
    changed = {
        "he": replace(plain, network=replace(network, init="he")),
        "rate": replace(plain, training=replace(training, learning_rate=10 * training.learning_rate)),
        "clip": replace(plain, training=replace(training, clip_norm=0.01)),
        "skips": replace(plain, network=replace(network, residual="plain")),
    }
    ratios = [first_to_last(profile.delta_norm) for profile in lab.profiles(list(changed.values()))]
    return frozenset(word for word, ratio in zip(changed, ratios, strict=True) if 1 / NEAR < ratio < NEAR)


def learned(results: Results) -> frozenset[str]:
    """The letters of the networks that have learned their task."""
    return frozenset(
        letter for letter, run in zip(LETTERS, results, strict=False) if end_of_training([run]) == "learned"
    )


# --- layers ---


def first_above(results: Results, t: float) -> str:
    """The layer nearest the input whose weight gradient is above t."""
    return _first(results[0].weight_grad_norm > t)


def first_useful_step(results: Results) -> str:
    """The layer nearest the input whose first step is of the usual size."""
    return _first(results[0].update_to_weight[0] > diagnosis.USEFUL)


def first_in_half_precision(results: Results) -> str:
    """The layer nearest the input whose error signal is above the line of the 16-bit format: see `gradient_bars`."""
    profile = results[0]
    entries = MEASURES["error"].entries(profile.experiment)
    return _first(profile.delta_norm > FORMAT_LIMITS["float16"] * entries**0.5)


def _first(holds: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> str:
    return str(int(np.argmax(holds)) + 1)


def smallest_layer(results: Results) -> str:
    """The layer with the smallest weight gradient."""
    return str(int(np.argmin(results[0].weight_grad_norm)) + 1)


def last_silent_layer(results: Results) -> str:
    """The layer nearest the output whose error signal is exactly 0."""
    return str(int(np.flatnonzero(results[0].delta_norm == 0)[-1]) + 1)


# --- numbers ---


def weights_factor(results: Results) -> float:
    """The factor per layer of the weight gradients, towards the input, from layer 2 on."""
    return per_layer(results[0].weight_grad_norm, first=1)


def weights_factor_upward(results: Results) -> float:
    """The same factor in the other direction."""
    return 1 / weights_factor(results)


def weights_ratio(results: Results) -> float:
    """What all these steps do together: layer 2's weight gradient divided by the last layer's."""
    return first_to_last(results[0].weight_grad_norm[1:])


def weights_decades(results: Results) -> float:
    """How many decades the weight gradients fall at each of these steps."""
    return -log10(weights_factor(results))


def first_weights_ratio(results: Results) -> float:
    """Layer 1's weight gradient divided by the last layer's, before the first step of a run."""
    return first_to_last(results[0].grad_norm[0])


def weights_largest(results: Results) -> float:
    """The largest weight gradient of any layer."""
    return float(results[0].weight_grad_norm.max())


def weights_smallest(results: Results) -> float:
    """The smallest one."""
    return float(results[0].weight_grad_norm.min())


def error_factor(results: Results) -> float:
    """The factor per layer of the error signals, towards the input."""
    return per_layer(results[0].delta_norm)


def error_factor_of_b(results: Results) -> float:
    """The same for the second network."""
    return per_layer(results[1].delta_norm)


def error_factor_upward(results: Results) -> float:
    """The first network's factor in the other direction."""
    return 1 / error_factor(results)


def error_ratio(results: Results) -> float:
    """What all steps do together: layer 1's error signal divided by the last layer's."""
    return first_to_last(results[0].delta_norm)


def error_ratio_to_layer_two(results: Results) -> float:
    """The same without the last step back: layer 2's error signal divided by the last layer's."""
    return first_to_last(results[0].delta_norm[1:])


def error_decades(results: Results) -> float:
    """How many decades the error signals rise at each step towards the input."""
    return log10(error_factor(results))


def most_saturated(results: Results) -> float:
    """The largest share of saturated outputs in any layer; for a ReLU: of outputs that are off."""
    return float(results[0].saturated.max())


def accuracy_at_the_end(results: Results) -> float:
    """The share of held-out points that are right at the end of the first run."""
    return float(results[0].accuracy[-1])


def accuracy_of_b_at_the_end(results: Results) -> float:
    """The same of the second run."""
    return float(results[1].accuracy[-1])


def clipped_at_the_end(results: Results) -> float:
    """The share of all steps of the first run at which clipping changed the gradient."""
    return float(results[0].clipped_share[-1])


def first_step_ratio(results: Results) -> float:
    """Layer 1's first step, relative to its weights, divided by the last layer's."""
    return first_to_last(results[0].update_to_weight[0])
