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
from core.verdicts.reading import number
from core.verdicts.rules import LIKELY_ALIKE, RULES, alike, right, unfinished
from core.verdicts.signs import Signs

__all__ = ["KINDS", "RULES", "Signs", "Verdict", "diagnose", "of_profile", "of_run", "steps_to_change"]

ALWAYS = 0.9  # a share above this is "nearly all the time"
EATEN = 0.1  # of the weights is left
USEFUL = 1e-3  # an update of this share of a weight is the usual size of a healthy step
CHANGE = 0.01  # the change of a weight whose number of steps is told


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
    """What they said before the first step: more, where it is known that the network has not learned."""
    before = known.before or (Signs(known.first) if known.first is not None else None)
    if before is None:
        return None
    word, said = _looked_at(before)
    likely = alike(before, LIKELY_ALIKE) if unfinished(known) and KINDS[word].tone != "bad" else ""
    return ("alike", likely) if likely else (word, said)


# --- what the training came to ---


def _healthy_by_success(known: Signs) -> str:
    if not known.learned:
        return ""
    return f"it has learned: {right(known)}; {known.reading.bare}"


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
    if not (known.before.weights > 0).all():
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
