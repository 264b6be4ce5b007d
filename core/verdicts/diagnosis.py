"""The verdict on a network: what is wrong with its gradients, how one sees it, and what to try first.

One set of rules for the lab, the quiz and whoever brings the log of a network of their own. A rule looks at the
`Signs` of a network, and says nothing about what it was not given.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite, log

import numpy as np

from core.networks.experiment import Experiment, Network
from core.networks.results import Floats, GradientProfile, Run
from core.verdicts.reading import GUESSING, LEARNED, MEASURES, NEAR, Reading, layers_in_words, number, per_layer, read

MOSTLY = 0.5  # a share above this is "most"
DEAD = 0.75  # where all points have become alike, half of the units are off for all of them without being dead
MUCH = 10.0  # a largest gradient above this is out of proportion to weights of size 1
ALWAYS = 0.9  # and above this "nearly all the time"
BEGAN = "at the first step of the training,"
USEFUL = 1e-3  # an update of this share of a weight is the usual size of a healthy step
CHANGE = 0.01  # the change of a weight whose number of steps is told
ENOUGH_STEPS = 100  # before, nobody can tell whether a network would learn
SATURATING = {"sigmoid", "tanh", "softsign"}  # flat on both sides; elsewhere a flat side is how the activation works


@dataclass(frozen=True)
class Kind:
    """What a verdict is called, and the first thing to try."""

    title: str
    tone: str
    """good, fair or bad"""
    icon: str
    remedy: str


KINDS = {
    "healthy": Kind("Healthy", "good", "check_circle", "Nothing to mend: every layer hears the loss."),
    "uneven": Kind(
        "Uneven", "fair", "signal_cellular_alt",
        "Nothing urgent at this depth; with more layers it would grow into vanishing or exploding. "
        "An initialization that fits the activation makes it level.",
    ),
    "vanishing": Kind(
        "Vanishing", "bad", "trending_down",
        "First try: ReLU with He initialization; if it must be deep, add normalization or skip connections.",
    ),
    "exploding": Kind(
        "Exploding", "bad", "trending_up",
        "First try: smaller initial weights (Xavier or He, gain 1); then normalization, or clipping as a safety net.",
    ),
    "dead": Kind(
        "Dead units", "bad", "block",
        "First try: initial bias 0 and a lower learning rate; leaky ReLU keeps a way back open.",
    ),
    "saturated": Kind(
        "Saturated", "bad", "horizontal_rule",
        "First try: smaller initial weights, biases of 0, standardized inputs, or normalization.",
    ),
    "tiny": Kind(
        "All weight gradients tiny", "bad", "compress",
        "First try: an initialization that fits the activation (He for ReLU), so that the signal keeps its size.",
    ),
    "clipped": Kind(
        "Clipped all the time", "fair", "content_cut",
        "First try: a higher threshold; one that is always reached only sets another learning rate.",
    ),
    "diverged": Kind(
        "Diverged", "bad", "error",
        "First try: a learning rate ten times lower; then smaller initial weights, warm-up or clipping.",
    ),
    "no signal": Kind(
        "No signal", "fair", "signal_disconnected",
        "First try: more steps. Then ask whether the labels depend on the inputs at all (can it learn ten points by "
        "heart?), and whether this network can represent what it should learn (a linear one can do little).",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """One word, the evidence for it, and the first remedy."""

    word: str
    evidence: str
    consequence: str = ""
    """What the size of the steps means for layer 1, if that is known"""

    first_try: str = ""
    """A remedy for this very network, where the usual one does not fit"""

    @property
    def kind(self) -> Kind:
        """How the word is called and shown, and the usual remedy."""
        return KINDS[self.word]

    @property
    def remedy(self) -> str:
        """What to try first."""
        return self.first_try or self.kind.remedy


@dataclass(frozen=True, eq=False)
class Signs:
    """What is known of a network; whatever is None was not measured. Arrays are (depth,), input side first."""

    gradient: Floats
    """L2 norms of dL/dW(l), at one moment"""
    first: Floats | None = None
    """the same before the first step, if `gradient` is from later"""
    delta: Floats | None = None
    """norms of the error signal at the same moment"""
    saturated: float | None = None
    """share of (point, unit) pairs in the flat parts of an activation that saturates; the worst layer"""
    dead: Floats | None = None
    """share of units without any slope, by layer"""
    update: Floats | None = None
    """norm of the update divided by the norm of the weights, by layer"""
    clipped: float | None = None
    """share of all steps at which clipping changed the gradient"""
    accuracy: float | None = None
    """share of held-out points classified correctly at the end of a training of `steps`"""
    loss: tuple[float, float] | None = None
    """at the start and at the end"""
    steps: int = 0
    diverged_at: int | None = None
    lost: str = ""
    """what was the first to be no finite number"""
    network: Network | None = None
    """what is known of the network, so that nobody is advised to do what has been done"""

    @property
    def reading(self) -> Reading:
        """What the weight gradients say by themselves."""
        return read(self.gradient, MEASURES["weights"])

    @property
    def beginning(self) -> Reading | None:
        """What they said before the first step, where that still matters: after success it does not."""
        return None if self.first is None or self.learned else read(self.first, MEASURES["weights"])

    @property
    def learned(self) -> bool:
        """Whether training is known to have succeeded."""
        return self.accuracy is not None and self.accuracy >= LEARNED


def of_profile(profile: GradientProfile) -> Verdict:
    """The verdict on a network before any training."""
    update = None
    training = profile.experiment.training
    if training.optimizer in {"sgd", "momentum"} and not training.warmup_steps:
        update = training.learning_rate * profile.grad_to_weight
    return diagnose(
        Signs(
            gradient=profile.weight_grad_norm,
            delta=profile.delta_norm,
            saturated=_saturated(profile.experiment, profile.saturated),
            dead=profile.dead,
            update=update,
            network=profile.experiment.network,
        )
    )


def of_run(run: Run) -> Verdict:
    """The verdict on a network after its training, by the last record that is whole."""
    row = -1
    if run.diverged_at is not None and len(run.grad_norm) > 1:
        row = -2
    lost = ~np.isfinite(run.grad_norm[-1])
    return diagnose(
        Signs(
            gradient=run.grad_norm[row],
            first=run.grad_norm[0],
            delta=run.delta_norm[row],
            saturated=_saturated(run.experiment, run.saturated[row]),
            dead=run.dead[row],
            update=run.update_to_weight[row],
            clipped=float(run.clipped_share[row]) if _clips(run.experiment) else None,
            accuracy=float(run.accuracy[-1]),
            loss=(float(run.loss[0]), float(np.mean(run.loss[-20:]))),
            steps=len(run.loss),
            diverged_at=run.diverged_at,
            network=run.experiment.network,
            lost=f"the gradient of {layers_in_words((np.flatnonzero(lost) + 1).tolist())}"
            if lost.any()
            else "the loss",
        )
    )


def _saturated(experiment: Experiment, shares: Floats) -> float | None:
    return float(np.max(shares)) if experiment.network.activation in SATURATING else None


def _clips(experiment: Experiment) -> bool:
    training = experiment.training
    return any(limit is not None for limit in (training.clip_norm, training.clip_value, training.clip_layer_norm))


def diagnose(signs: Signs) -> Verdict:
    """The first rule that applies has the word.

    >>> diagnose(Signs(np.array([1e-9, 1e-8, 1e-4, 1.0]))).word
    'vanishing'
    """
    word, evidence = next((word, said) for word, rule in RULES.items() if (said := rule(signs)))
    consequence = "" if evidence.startswith(BEGAN) else _consequence(signs)
    return Verdict(word, f"{evidence[0].upper()}{evidence[1:]}.", consequence, _first_try(word, signs.network))


def _first_try(word: str, network: Network | None) -> str:
    """For a vanishing gradient: what this network has not got yet."""
    if word != "vanishing" or network is None:
        return ""
    if network.bias < -1:
        return "First try: biases of 0. So far below it, an activation passes next to nothing."
    if "relu" in network.activation and network.init != "he":
        return "First try: He initialization, made for ReLU; if it must be deep, add normalization or skip connections."
    if "relu" in network.activation:
        return "First try: normalization or skip connections; activation and initialization fit each other already."
    return ""


def _diverged(signs: Signs) -> str:
    if signs.diverged_at is None:
        return ""
    if signs.diverged_at == 0:
        return f"{signs.lost} was out of the number format's range before the first step"
    return f"at step {signs.diverged_at}, {signs.lost} was no longer a finite number"


def _dead(signs: Signs) -> str:
    """A few dead units are normal in a ReLU network; a whole layer of them, or most units in most layers, is not."""
    if signs.dead is None or not ((signs.dead == 1).any() or np.median(signs.dead) > DEAD):
        return ""
    layers = layers_in_words((np.flatnonzero(signs.dead > DEAD) + 1).tolist())
    worst = f"{100 * float(np.nanmax(signs.dead)):.0f} %"
    return f"in {layers} most units have no slope at any point of the batch (at worst {worst}), so nothing passes them"


def _clipped(signs: Signs) -> str:
    if signs.clipped is None or signs.clipped < ALWAYS:
        return ""
    return f"the gradient was clipped at {100 * signs.clipped:.0f} % of the steps so far"


def _exploding(signs: Signs) -> str:
    said = _said(signs, {"exploding", "huge", "not finite"})
    return f"{said}, although {_share(signs.saturated)} saturated" if said and (signs.saturated or 0) > MOSTLY else said


def _said(signs: Signs, verdicts: set[str]) -> str:
    """The reading now or at the beginning, if it is one of these."""
    if signs.reading.verdict in verdicts:
        return signs.reading.sentence
    began = signs.beginning
    return f"{BEGAN} {began.sentence}" if began and began.verdict in verdicts else ""


def _share(share: float | None) -> str:
    return f"up to {100 * (share or 0):.0f} % of the activations are"


def _is_saturated(signs: Signs) -> str:
    if signs.saturated is None or signs.saturated <= MOSTLY:
        return ""
    return f"{_share(signs.saturated)} in the flat part, where hardly any slope is left; {signs.reading.sentence}"


def _vanishing(signs: Signs) -> str:
    return _said(signs, {"vanishing", "zero"})


def _tiny(signs: Signs) -> str:
    said = "" if signs.learned else _said(signs, {"tiny"})
    if not said or said.startswith(BEGAN) or signs.delta is None or len(signs.delta) < 2:
        return said
    return f"{said}; the error signal behind it changes × {number(per_layer(signs.delta))} per layer towards the input"


def _hidden(signs: Signs) -> str:
    """The error signal vanishes although the weight gradients, its products with the activations, do not."""
    if signs.delta is None or signs.learned or read(signs.delta, MEASURES["error"]).verdict != "vanishing":
        return ""
    return f"{read(signs.delta, MEASURES['error']).sentence}, although the weight gradients do not show it"


def _no_signal(signs: Signs) -> str:
    if signs.accuracy is None or signs.steps < ENOUGH_STEPS or signs.accuracy >= GUESSING or signs.loss is None:
        return ""
    return (
        f"every layer hears the loss, yet after {signs.steps} steps only {100 * signs.accuracy:.0f} % of held-out "
        f"points are right and the loss is {number(signs.loss[1])} (guessing: {number(log(2))})"
    )


def _uneven(signs: Signs) -> str:
    """Neither vanishing nor exploding yet, but a tenth or ten times is not level: no matter once it has learned."""
    reading = read(signs.delta, MEASURES["error"]) if signs.delta is not None else signs.reading
    uneven = (
        reading.verdict in {"falling", "rising", "vanishing", "exploding"} and not 1 / NEAR <= reading.ratio <= NEAR
    )
    return reading.sentence if uneven and not signs.learned else ""


def _healthy(signs: Signs) -> str:
    return signs.reading.sentence


RULES: dict[str, Callable[[Signs], str]] = {
    "diverged": _diverged,
    "dead": _dead,
    "clipped": _clipped,
    "exploding": _exploding,
    "saturated": _is_saturated,
    "vanishing": lambda signs: _vanishing(signs) or ("" if _tiny(signs) else _hidden(signs)),
    "tiny": _tiny,
    "no signal": _no_signal,
    "uneven": _uneven,
    "healthy": _healthy,
}
"""From a word to its rule, which returns the evidence, or nothing if it does not apply. Causes stand before effects."""


def _consequence(signs: Signs) -> str:
    """How long layer 1 would need for a visible change at steps of this size.

    Says nothing where that is of no interest: after success, or where the numbers are gone.
    """
    if signs.update is None or signs.learned or signs.diverged_at is not None:
        return ""
    return steps_to_change(float(signs.update[0]))


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
