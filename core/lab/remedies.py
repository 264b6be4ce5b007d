"""The fix ladder: remedies that are switched on one after another, and what each of them changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.lab.settings import STARTS, experiment, settings_of
from core.networks.experiment import Experiment
from core.networks.results import GradientProfile, Run
from core.verdicts import diagnosis, remedies
from core.verdicts.reading import LEARNED, number, per_layer
from core.verdicts.remedies import REMEDIES
from core.verdicts.rules import MUCH

LADDER = {word: REMEDIES[word] for word in REMEDIES if not word.startswith("skip-")}
"""The remedies that can be switched on; skips and normalization are one each."""


def mended(settings: Mapping[str, Any], words: Sequence[str]) -> dict[str, Any]:
    """The settings after these remedies, in their order; where two set the same thing, the later one counts."""
    return settings_of(remedies.mended(experiment({**STARTS, **settings}), words))


def patient(settings: Mapping[str, Any], words: Sequence[str]) -> Experiment:
    """The experiment after these remedies."""
    return experiment(mended(settings, words))


@dataclass(frozen=True, eq=False)
class Rung:
    """One line of the log: which remedies were on, and what was measured."""

    words: tuple[str, ...]
    profile: GradientProfile
    run: Run
    seconds: float
    """CPU time of the training"""

    @property
    def title(self) -> str:
        """The remedies in words."""
        return remedies.titled(self.words)

    @property
    def verdict(self) -> diagnosis.Verdict:
        """After training."""
        return diagnosis.of_run(self.run)

    @property
    def factor(self) -> float:
        """By how much the error signal changes from layer to layer towards the input, at the start."""
        return per_layer(self.profile.delta_norm)

    @property
    def milliseconds(self) -> float:
        """CPU time of a step, with everything that is recorded."""
        return 1000 * self.seconds / len(self.run.loss)


def changed(before: Rung, after: Rung) -> str:
    """What the last remedy did, in a sentence."""
    first, now = (float(rung.profile.weight_grad_norm[0]) for rung in (before, after))
    times = f" (× {number(now / first, digits=2)})" if first and first != now else ""
    return (
        f"Layer 1's gradient at the start: {number(first)} → {number(now)}{times}. "
        f"Error signal per layer: × {number(before.factor)} → × {number(after.factor)}. "
        f"Final loss: {_final(before)} → {_final(after)}. "
        f"A step costs {after.milliseconds / before.milliseconds:.1f} times as much."
    )


def _final(rung: Rung) -> str:
    return "diverged" if rung.run.diverged_at is not None else number(float(rung.run.loss[-20:].mean()))


LOG = (
    "On",
    "Layer 1's gradient, start",
    "per layer (δ), start",
    "Final loss",
    "Held-out right",
    "ms a step",
    "Verdict, end",
)


def log(rungs: Sequence[Rung]) -> str:
    """All lines of the log as a Markdown table."""
    rows = [
        [
            rung.title, number(float(rung.profile.weight_grad_norm[0])), f"× {number(rung.factor)}", _final(rung),
            "–" if rung.run.diverged_at is not None else f"{100 * float(rung.run.accuracy[-1]):.0f} %",
            f"{rung.milliseconds:.2g}", rung.verdict.kind.title,
        ]
        for rung in rungs
    ]  # fmt: skip
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [list(LOG), ["---"] * len(LOG), *rows])


def surprises(rung: Rung) -> list[str]:
    """What one might not expect of these remedies, where it has been measured just now."""
    return [said for rule in SURPRISES if (said := rule(rung))]


def _batch_slopes_the_other_way(rung: Rung) -> str:
    network = rung.run.experiment.network
    if network.norm != "batch" or network.residual != "none" or not rung.factor > 1.02:
        return ""
    return (
        f"Batch normalization slopes the bars the other way: each layer multiplies the error signal by "
        f"{number(rung.factor)} towards the input. Deep enough, that explodes (Yang et al. 2019)."
    )


def _skips_explode(rung: Rung) -> str:
    network, largest = rung.run.experiment.network, float(rung.profile.weight_grad_norm.max())
    if network.residual != "plain" or network.norm != "none" or not largest > MUCH:
        return ""
    return (
        "The ratio of first to last layer looks healthier, but look at the size: with plain skips and no "
        f"normalization signals add up from layer to layer, and the largest gradient is {number(largest)}."
    )


def _layer_norm_does_not_help(rung: Rung) -> str:
    network = rung.run.experiment.network
    if network.norm != "layer" or network.residual != "none" or not rung.factor < 0.7:
        return ""
    return (
        f"Layer normalization keeps the activations in shape, and not the gradient: the error signal still shrinks "
        f"× {number(rung.factor)} per layer."
    )


def _clipping_cannot_enlarge(rung: Rung) -> str:
    training = rung.run.experiment.training
    if training.clip_norm is None or diagnosis.of_profile(rung.profile).word not in {"vanishing", "tiny"}:
        return ""
    return "Clipping only makes gradients smaller: it does nothing for one that vanishes."


def _adam_hides_it(rung: Rung) -> str:
    if rung.run.experiment.training.optimizer not in {"adam", "adamw"}:
        return ""
    if diagnosis.of_profile(rung.profile).word not in {"vanishing", "tiny"}:
        return ""
    learned = float(rung.run.accuracy[-1]) >= LEARNED
    did = "and it has learned" if learned else "and even so it has not learned here"
    said = f"The bars are as low as before, but Adam divides each gradient by its own size, {did}."
    return f"{said} The slope is hidden, not gone."


SURPRISES: tuple[Callable[[Rung], str], ...] = (
    _batch_slopes_the_other_way,
    _skips_explode,
    _layer_norm_does_not_help,
    _clipping_cannot_enlarge,
    _adam_hides_it,
)
