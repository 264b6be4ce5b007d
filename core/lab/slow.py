"""One training step in slow motion: what is computed when, with the numbers of this very network."""

from dataclasses import dataclass, replace
from typing import Any

from core.networks.experiment import Experiment
from core.networks.results import GradientProfile, Run
from core.verdicts.reading import number
from core.verdicts.why import explain


@dataclass(frozen=True)
class Moment:
    """One thing that happens: in which phase, in which layer, what to say, and which terms of the equations it uses."""

    phase: str
    """forward, loss, backward or update"""
    layer: int
    """1 … depth; depth + 1 is the output, 0 the inputs"""
    says: str
    uses: tuple[str, ...]
    value: float
    """what the layer's box shows"""

    def told(self) -> dict[str, Any]:
        """For the browser."""
        return {
            "phase": self.phase,
            "layer": self.layer,
            "says": self.says,
            "uses": self.uses,
            "value": number(self.value),
        }


READS = ("grad_norm", "update_to_weight", "train_loss")
"""What is taken of the run"""


def two_steps(experiment: Experiment) -> Experiment:
    """The training that shows what the first step of an experiment changes."""
    return replace(experiment, training=replace(experiment.training, steps=2, snapshot_steps=()))


def moments(profile: GradientProfile, run: Run) -> list[Moment]:
    """The moments of the first step: `profile` is its pass, and `run` a training of at least two steps."""
    depth = len(profile.delta_norm)
    forward = [_forward(profile, layer) for layer in range(1, depth + 1)]
    backward = [_backward(profile, layer) for layer in range(depth, 0, -1)]
    update = [_update(run, layer) for layer in range(1, depth + 1)]
    return [*forward, _loss(profile), *backward, *update, _after(run)]


def _forward(profile: GradientProfile, layer: int) -> Moment:
    mean, deviation = (float(v[layer - 1]) for v in (profile.activation_mean, profile.activation_std))
    says = (
        f"Forward, layer {layer}: its outputs have mean {number(mean)} and standard deviation {number(deviation)}; "
        f"{100 * float(profile.saturated[layer - 1]):.0f} % of them lie where the slope is under 5 % of its largest."
    )
    return Moment("forward", layer, says, ("z", "W", "a-below", "b", "a", "phi"), deviation)


def _loss(profile: GradientProfile) -> Moment:
    depth = len(profile.delta_norm)
    says = f"Loss: compared with the labels, the outputs cost {number(profile.loss)} a point on average."
    return Moment("loss", depth + 1, says, ("L",), profile.loss)


def _backward(profile: GradientProfile, layer: int) -> Moment:
    says = f"Backward, layer {layer}: {explain(profile, layer).sentence}"
    uses = ("delta", "W-above", "delta-above", "slope") if layer < len(profile.delta_norm) else ("delta", "slope")
    return Moment("backward", layer, says, (*uses, "grad", "a-grad"), float(profile.delta_norm[layer - 1]))


def _update(run: Run, layer: int) -> Moment:
    share = float(run.update_to_weight[0, layer - 1])
    says = f"Update, layer {layer}: the step changes the weights by {number(100 * share)} % of their norm."
    return Moment("update", layer, says, ("W-new", "rate", "grad"), share)


def _after(run: Run) -> Moment:
    before, after = float(run.train_loss[0]), float(run.train_loss[1])
    change = "lower" if after < before else "higher" if after > before else "the same"
    says = (
        f"After the step: over 512 training points the loss went from {number(before, digits=5)} to "
        f"{number(after, digits=5)}: {change}. This was one step of many."
    )
    return Moment("update", run.grad_norm.shape[1] + 1, says, ("L",), after)
