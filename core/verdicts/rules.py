"""What the signs of one moment show: a rule for each verdict, which returns the evidence, or nothing."""

from collections.abc import Callable

import numpy as np

from core.verdicts.reading import (
    BY_HEART,
    GUESSING,
    MEASURES,
    NEAR,
    Reading,
    layers_in_words,
    likeness,
    number,
    per_layer,
    read,
)  # fmt: skip
from core.verdicts.signs import Signs

MOSTLY = 0.5  # a share above this is "most"
DEAD = 0.75  # where all points have become alike, half of the units are off for all of them without being dead
MUCH = 10.0  # a largest gradient above this is out of proportion to weights of size 1
ALIKE = 0.9999  # a correlation above this leaves a ten-thousandth of the points' sizes to tell them apart by
LIKELY_ALIKE = 0.99  # the same, where it is known that the network has not learned
LONG = 1.0  # a step that would change a layer by as much as there is of it
PROMISED = 30.0  # or that promises to lower the loss by thirty times what there is of it
FULL = 3.0  # a start loss of so many times that of guessing is named
ENOUGH_STEPS = 100  # before, nobody can tell whether a network would learn


WANTING = "it may want more steps, a larger or smaller rate, or units that can bend the boundary"


def right(known: Signs) -> str:
    """How many held-out points are right, in words."""
    return f"{100 * (known.accuracy or 0):.0f} % of held-out points are right"


def _same_units(known: Signs) -> str:
    if known.weights is None or (known.weights > 0).any():
        return ""
    return f"all weights are 0, so the units of a layer all do the same and are told the same; {known.reading.sentence}"


def _gated(known: Signs) -> bool:
    """Branches whose gate is 0 hear nothing yet, and are meant to: the gates learn first (Bachlechner et al. 2020)."""
    if known.experiment is None or known.experiment.network.residual != "zero" or known.steps:
        return False
    return bool(np.isfinite(known.gradient).all() and known.gradient[0] > 0)  # layer 1 has no gate


def _dead(known: Signs) -> str:
    """A few dead units are normal in a ReLU network; a whole layer of them, or most units in most layers, is not."""
    if known.dead is None or not ((known.dead == 1).any() or np.median(known.dead) > DEAD):
        return ""
    layers = layers_in_words((np.flatnonzero(known.dead > DEAD) + 1).tolist())
    worst = f"{100 * float(np.nanmax(known.dead)):.0f} %"
    return f"in {layers} most units have no slope at any point of the batch (at worst {worst}), so nothing passes them"


def _exploding(known: Signs) -> str:
    said = _said(known, {"exploding", "huge", "not finite"})
    return f"{said}, although {_share(known.saturated)} saturated" if said and (known.saturated or 0) > MOSTLY else said


def _said(known: Signs, verdicts: set[str]) -> str:
    """The reading, if it is one of these."""
    return known.reading.sentence if known.reading.verdict in verdicts else ""


def _share(share: float | None) -> str:
    return f"up to {100 * (share or 0):.0f} % of the activations are"


def _long_step(known: Signs) -> str:
    """What the first step would do, and how far above guessing the loss is: free signs of a divergence to come."""
    if known.promised is None or known.update is None or known.accuracy is not None or not len(known.update):
        return ""
    worst = float(np.nanmax(known.update)) if np.isfinite(known.update).any() else 0.0
    if not (worst >= LONG or (_is_plain(known) and known.promised >= PROMISED)):
        return ""
    layer = int(np.nanargmax(known.update)) + 1
    said = (
        f"the first step would change the weights of layer {layer} by {number(100 * worst, digits=2)} % of their size"
    )
    return f"{said}{_start_loss(known)}; {known.reading.bare}"


def _is_plain(known: Signs) -> bool:
    """Whether layers only multiply: normalization and scaled skips keep a change from growing from layer to layer."""
    network = known.experiment.network if known.experiment else None
    return network is None or (network.norm == "none" and network.residual in {"none", "plain"})


def _start_loss(known: Signs) -> str:
    if known.loss is None or not known.loss[0] > FULL * known.guess:
        return ""
    return f", and the loss starts at {number(known.loss[0])} (guessing: {number(known.guess)})"


def _is_saturated(known: Signs) -> str:
    if known.saturated is None or known.saturated <= MOSTLY:
        return ""
    return f"{_share(known.saturated)} in the flat part, where hardly any slope is left; {known.reading.sentence}"


def _vanishing(known: Signs) -> str:
    return "" if _gated(known) else _said(known, {"vanishing", "zero"}) or _hidden(known)


def _tiny(known: Signs) -> str:
    said = _said(known, {"tiny"})
    if not said or known.delta is None or len(known.delta) < 2:
        return said
    return f"{said}; the error signal behind it changes × {number(per_layer(known.delta))} per layer towards the input"


def _hidden(known: Signs) -> str:
    """The error signal vanishes although the weight gradients, its products with the activations, do not."""
    if known.delta is None or _tiny(known):
        return ""
    delta = read(known.delta, MEASURES["error"])
    if delta.verdict != "vanishing":
        return ""
    weights = known.reading.ratio
    return f"{delta.sentence}{_beside(weights)}"


def _beside(ratio: float) -> str:
    if ratio < 1 / NEAR:
        return f", and layer 1's weight gradient is {number(ratio)} of the last layer's"
    return ", although the weight gradients do not show it"


def _alike(known: Signs) -> str:
    return alike(known, ALIKE)


def alike(known: Signs, limit: float) -> str:
    """Nothing is left on the way forward by which the points could be told apart (Schoenholz et al. 2017)."""
    if known.alike is None or not len(known.alike) or not known.alike[-1] > limit:
        return ""
    first = int(np.flatnonzero(known.alike > limit)[0]) + 1
    return (
        f"from layer {first} on the points have become alike on their way forward: in the last layer, the outputs of "
        f"two of them have a correlation of {likeness(float(known.alike[-1]))}, so it can hardly tell them apart"
    )


def _no_signal(known: Signs) -> str:
    if unfinished(known) and (known.accuracy or 0) < GUESSING:
        return f"{_heard(known)}, yet after {known.steps} steps only {right(known)}{_end_loss(known)}"
    return ""


def _by_heart(known: Signs) -> str:
    if not unfinished(known) or (known.trained or 0) < BY_HEART:
        return ""
    return f"{100 * (known.trained or 0):.0f} % of the training points are right, but only {right(known)}"


def _partly(known: Signs) -> str:
    if unfinished(known):
        return f"after {known.steps} steps {right(known)}{_end_loss(known)}; {_heard(known)}; {WANTING}"
    return ""


def unfinished(known: Signs) -> bool:
    """Whether a training of some length is known to have failed."""
    return known.accuracy is not None and known.steps >= ENOUGH_STEPS and not known.learned


def _heard(known: Signs) -> str:
    level = known.reading.verdict in {"level", "single"}
    return "every layer hears the loss" if level else known.reading.bare


def _end_loss(known: Signs) -> str:
    if known.loss is None:
        return ""
    return f" and the loss is {number(known.loss[1])} (guessing: {number(known.guess)})"


def _uneven(known: Signs) -> str:
    """Neither vanishing nor exploding yet, but a tenth or ten times is not level."""
    reading = read(known.delta, MEASURES["error"]) if known.delta is not None else known.reading
    return f"{_calm(reading)}{_nearly_alike(known)}" if _is_uneven(reading) else ""


def _is_uneven(reading: Reading) -> bool:
    leans = reading.verdict in {"falling", "rising", "vanishing", "exploding"}
    return leans and not 1 / NEAR <= reading.ratio <= NEAR


def _healthy(known: Signs) -> str:
    if _gated(known):
        return "the branches between the skips start with a gate of 0: by design they hear nothing until it opens"
    return f"{_calm(known.reading)}{_nearly_alike(known)}"


def _nearly_alike(known: Signs) -> str:
    """A warning: not every network whose points are this much alike fails to learn."""
    if known.alike is None or not len(known.alike) or not known.alike[-1] > LIKELY_ALIKE:
        return ""
    return f"; but the outputs of two points have a correlation of {likeness(float(known.alike[-1]))} in the last layer"


def _calm(reading: Reading) -> str:
    """The reading without a word that contradicts the verdict."""
    return reading.bare if reading.verdict in {"vanishing", "exploding"} else reading.sentence


RULES: dict[str, Callable[[Signs], str]] = {
    "same units": _same_units,
    "dead": _dead,
    "exploding": _exploding,
    "long step": _long_step,
    "saturated": _is_saturated,
    "vanishing": _vanishing,
    "tiny": _tiny,
    "alike": _alike,
    "by heart": _by_heart,
    "no signal": _no_signal,
    "partly": _partly,
    "uneven": _uneven,
    "healthy": _healthy,
}
"""From a word to its rule, which returns the evidence, or nothing if it does not apply. Causes stand before effects."""
