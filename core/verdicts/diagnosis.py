"""The verdict on a network: what is wrong with its gradients, how one sees it, and what to try first.

One set of rules for the lab, the quiz and whoever brings the log of a network of their own. A rule looks at the
`Signs` of a network, and says nothing about what it was not given. Success is judged by what was learned.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite

import numpy as np

from core.networks.results import GradientProfile, Run
from core.verdicts import advice, signs
from core.verdicts.kinds import KINDS, Kind
from core.verdicts.reading import GUESSING, MEASURES, NEAR, Reading, layers_in_words, likeness, number, per_layer, read
from core.verdicts.signs import Signs

__all__ = ["KINDS", "RULES", "Signs", "Verdict", "diagnose", "of_profile", "of_run", "steps_to_change"]

MOSTLY = 0.5  # a share above this is "most"
DEAD = 0.75  # where all points have become alike, half of the units are off for all of them without being dead
MUCH = 10.0  # a largest gradient above this is out of proportion to weights of size 1
ALWAYS = 0.9  # and above this "nearly all the time"
ALIKE = 0.9999  # a correlation above this leaves a ten-thousandth of the points' sizes to tell them apart by
LIKELY_ALIKE = 0.99  # the same, where it is known that the network has not learned
LONG = 1.0  # a step that would change a layer by as much as there is of it
PROMISED = 30.0  # or that promises to lower the loss by thirty times what there is of it
FULL = 3.0  # a start loss of so many times that of guessing is named
EATEN = 0.1  # of the weights is left
BY_HEART = 0.97  # of its own points
USEFUL = 1e-3  # an update of this share of a weight is the usual size of a healthy step
CHANGE = 0.01  # the change of a weight whose number of steps is told
ENOUGH_STEPS = 100  # before, nobody can tell whether a network would learn


@dataclass(frozen=True)
class Verdict:
    """One word, the evidence for it, and the first remedy."""

    word: str
    evidence: str
    consequence: str = ""
    """What the size of the steps means for layer 1, if that is known"""

    first_try: str = ""
    """A remedy for this very network, where it is known"""

    @property
    def kind(self) -> Kind:
        """How the word is called and shown, and the usual remedy."""
        return KINDS[self.word]

    @property
    def remedy(self) -> str:
        """What to try first."""
        return self.first_try or self.kind.remedy


def of_profile(profile: GradientProfile) -> Verdict:
    """The verdict on a network before any training."""
    return diagnose(signs.of_profile(profile))


def of_run(run: Run) -> Verdict:
    """The verdict on a network after its training."""
    return diagnose(signs.of_run(run))


def diagnose(known: Signs) -> Verdict:
    """What a training came to has the first word, then what was wrong before it, then the first rule that applies.

    >>> diagnose(Signs(np.array([1e-9, 1e-8, 1e-4, 1.0]))).word
    'vanishing'
    """
    word, evidence, _ = _judged(known)
    consequence = "" if _over(known) or evidence.startswith(BEGAN) else steps_to_change_of(known)
    words = first_remedy(known)
    return Verdict(word, f"{evidence[0].upper()}{evidence[1:]}.", consequence, advice.sentence(words))


def first_remedy(known: Signs) -> tuple[str, ...]:
    """The words of the remedies to try first, together; none where nothing is to be mended, or nothing is known."""
    word, _, by_training = _judged(known)
    return advice.first(word, known.experiment, by_training=by_training) if known.experiment else ()


BEGAN = "before the training,"


def _judged(known: Signs) -> tuple[str, str, bool]:
    """Word, evidence, and whether it was the training that did it."""
    for word, rule in OUTCOMES.items():
        if said := rule(known):
            return word, said, False
    word, said = _looked_at(known)
    began = _beginning(known)
    if began and KINDS[began[0]].tone == "bad" and began[0] != word:
        return began[0], f"{BEGAN} {began[1]}", False
    if began and KINDS[word].tone == "bad" and began[0] != word:
        return word, f"{said}; the training has done this: before its first step, {began[1]}", True
    return word, said, False


def _looked_at(known: Signs) -> tuple[str, str]:
    """What the signs of one moment say."""
    return next((word, said) for word, rule in RULES.items() if (said := rule(known)))


def _beginning(known: Signs) -> tuple[str, str] | None:
    """What they said before the first step."""
    before = known.before or (Signs(known.first) if known.first is not None else None)
    return _looked_at(before) if before else None


# --- what the training came to ---


def _healthy_by_success(known: Signs) -> str:
    if not known.learned:
        return ""
    return f"it has learned: {_right(known)}; {known.reading.bare}"


def _right(known: Signs) -> str:
    return f"{100 * (known.accuracy or 0):.0f} % of held-out points are right"


def _overflow(known: Signs) -> str:
    """The numbers are out of range before anything is learned, whatever the learning rate."""
    start = known.before or known
    if known.experiment is None or known.diverged_at or (known.steps and known.diverged_at is None):
        return ""
    most = float(np.finfo(known.experiment.training.dtype).max)
    spread = start.spread if start.spread is not None else np.ones(1)
    lost = np.flatnonzero(~(spread <= most)) + 1
    if len(lost):
        return f"on the way forward the signal leaves the number format's range in layer {lost[0]}, before any step"
    started = known.diverged_at == 0
    return f"{known.lost} was out of the number format's range before the first step" if started else ""


def _diverged(known: Signs) -> str:
    if known.diverged_at is None:
        return ""
    training = known.experiment.training if known.experiment else None
    said = f"at step {known.diverged_at}, {known.lost} was no longer a finite number"
    if training and training.weight_decay * training.learning_rate > 2:
        return f"{said}; learning rate times weight decay is above 2, so each step throws the weights across 0"
    began = _beginning(known)
    if began and KINDS[began[0]].tone == "bad":
        return f"{said}; {BEGAN} {began[1]}"
    return said


def _decayed(known: Signs) -> str:
    """Weight decay has left next to nothing of the weights."""
    decay = known.experiment.training.weight_decay if known.experiment else 0.0
    if not decay or known.weights is None or known.before is None or known.before.weights is None:
        return ""
    left = float(np.median(known.weights / known.before.weights))
    if not left < EATEN:
        return ""
    return f"weight decay has left {number(left)} of the weights that the network started with"


def _clipped(known: Signs) -> str:
    began = _beginning(known)
    if known.clipped is None or known.clipped < ALWAYS or (began and KINDS[began[0]].tone == "bad"):
        return ""
    return f"the gradient was clipped at {100 * known.clipped:.0f} % of the steps so far"


OUTCOMES: dict[str, Callable[[Signs], str]] = {
    "healthy": _healthy_by_success,
    "overflow": _overflow,
    "diverged": _diverged,
    "decayed": _decayed,
    "clipped": _clipped,
}
"""What a training came to, whatever the gradients look like."""


# --- what one moment shows ---


def _same_units(known: Signs) -> str:
    if known.weights is None or (known.weights > 0).any():
        return ""
    return "all weights are 0, so the units of a layer all do the same and get the same gradient"


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
    """Nothing is left on the way forward by which the points could be told apart (Schoenholz et al. 2017).

    Before a training only what is certain is said; of a network that has not learned, it is a likely reason.
    """
    failed = _unfinished(known)
    start = known.before if failed and known.before else known
    limit = LIKELY_ALIKE if failed else ALIKE
    if start.alike is None or not len(start.alike) or not start.alike[-1] > limit:
        return ""
    first = int(np.flatnonzero(start.alike > limit)[0]) + 1
    return (
        f"from layer {first} on the points have become alike on their way forward: in the last layer, the outputs of "
        f"two of them have a correlation of {likeness(float(start.alike[-1]))}, so it can hardly tell them apart"
        f"{_yet(known) if failed else ''}"
    )


def _yet(known: Signs) -> str:
    return f"; after {known.steps} steps only {_right(known)}{_end_loss(known)}"


def _no_signal(known: Signs) -> str:
    if _unfinished(known) and (known.accuracy or 0) < GUESSING:
        return f"{_heard(known)}, yet after {known.steps} steps only {_right(known)}{_end_loss(known)}"
    return ""


def _by_heart(known: Signs) -> str:
    if not _unfinished(known) or (known.trained or 0) < BY_HEART:
        return ""
    return f"{100 * (known.trained or 0):.0f} % of the training points are right, but only {_right(known)}"


def _partly(known: Signs) -> str:
    if _unfinished(known):
        return f"after {known.steps} steps {_right(known)}{_end_loss(known)}; {_heard(known)}"
    return ""


def _unfinished(known: Signs) -> bool:
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
    return _calm(reading) if _is_uneven(reading) else ""


def _is_uneven(reading: Reading) -> bool:
    leans = reading.verdict in {"falling", "rising", "vanishing", "exploding"}
    return leans and not 1 / NEAR <= reading.ratio <= NEAR


def _healthy(known: Signs) -> str:
    if _gated(known):
        return "the branches between the skips start with a gate of 0: by design they hear nothing until it opens"
    return _calm(known.reading)


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


def _over(known: Signs) -> bool:
    """Whether nobody asks any more how long layer 1 would need: after success, or where the numbers are gone."""
    return known.learned or known.diverged_at is not None


def steps_to_change_of(known: Signs) -> str:
    """How long layer 1 would need for a visible change at steps of this size, if that is known."""
    return steps_to_change(float(known.update[0])) if known.update is not None and len(known.update) else ""


def steps_to_change(update: float) -> str:
    """What an update-to-weight ratio of layer 1 means.

    >>> steps_to_change(2.5e-8)
    'At this rate layer 1 needs 4 × 10⁵ steps to change by 1 %.'
    """
    if update == 0:
        return "Layer 1 does not change at all."
    if not isfinite(update):
        return ""
    steps = CHANGE / update
    if steps <= 1:
        return f"One step changes layer 1 by {number(100 * update, digits=2)} %."
    if round(steps) == 1:
        return "At this rate layer 1 needs one step to change by 1 %."
    many = number(steps, digits=2) if steps >= 10 else f"{steps:.0f}"
    return f"At this rate layer 1 needs {many} steps to change by 1 %."
