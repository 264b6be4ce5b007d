"""What is known of a network when somebody asks what is wrong with it."""

from dataclasses import dataclass
from math import isfinite, log
from typing import Any

import numpy as np

from core.networks.experiment import Experiment, Training
from core.networks.results import Floats, GradientProfile, Run
from core.verdicts.reading import LEARNED, MEASURES, Reading, layers_in_words, read

GUESS = {"bce": log(2), "mse": 0.25}
"""The loss of whoever says one half of every point"""
SATURATING = {"sigmoid", "tanh", "softsign"}  # flat on both sides; elsewhere a flat side is how the activation works


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
    alike: Floats | None = None
    """correlation of the outputs of two different points, by layer"""
    spread: Floats | None = None
    """standard deviation of the outputs, by layer"""
    weights: Floats | None = None
    """L2 norms of the weights W(l)"""
    update: Floats | None = None
    """norm of the update divided by the norm of the weights, by layer"""
    promised: float | None = None
    """what the first step of gradient descent takes off the loss if the slope stays as it is, divided by the loss"""
    clipped: float | None = None
    """share of all steps at which clipping changed the gradient"""
    accuracy: float | None = None
    """share of held-out points classified correctly at the end of a training of `steps`"""
    trained: float | None = None
    """the same share of the points that it was trained on"""
    loss: tuple[float, float] | None = None
    """at the start and at the end; before any training, twice that at the start"""
    steps: int = 0
    diverged_at: int | None = None
    lost: str = ""
    """what was the first to be no finite number"""
    experiment: Experiment | None = None
    """what is known of the network and its training, so that nobody is advised to do what has been done"""
    before: "Signs | None" = None
    """what was known before the first step"""

    @property
    def reading(self) -> Reading:
        """What the weight gradients say by themselves."""
        return read(self.gradient, MEASURES["weights"])

    @property
    def learned(self) -> bool:
        """Whether training is known to have succeeded."""
        return self.diverged_at is None and self.accuracy is not None and self.accuracy >= LEARNED

    @property
    def guess(self) -> float:
        """The loss of guessing."""
        return GUESS[self.experiment.training.loss if self.experiment else "bce"]


def of_profile(profile: GradientProfile) -> Signs:
    """The signs of a network before any training."""
    norm = float(np.linalg.norm([*profile.weight_grad_norm, profile.output_weight_grad_norm]))
    return Signs(
        gradient=profile.weight_grad_norm,
        delta=profile.delta_norm,
        saturated=_saturated(profile.experiment, profile.saturated),
        dead=profile.dead,
        alike=profile.activation_correlation,
        spread=profile.activation_std,
        weights=profile.weight_norm,
        loss=(profile.loss, profile.loss),
        experiment=profile.experiment,
        **_first_step(profile.experiment.training, profile.grad_to_weight, norm, profile.loss),
    )


def of_run(run: Run) -> Signs:
    """The signs of a network after its training, by the last record that is whole."""
    row = -2 if run.diverged_at is not None and len(run.grad_norm) > 1 else -1
    lost = np.flatnonzero(~np.isfinite(run.grad_norm[-1])) + 1
    loss = float(run.loss[0]), float(np.mean(run.loss[-20:]))
    return _of_row(
        run, row,
        update=run.update_to_weight[row],
        clipped=float(run.clipped_share[row]) if _clips(run.experiment.training) else None,
        accuracy=float(run.accuracy[-1]),
        trained=float(run.train_accuracy[-1]),
        loss=loss,
        steps=len(run.loss),
        diverged_at=run.diverged_at,
        lost=f"the gradient of {layers_in_words(lost.tolist())}" if len(lost) else "the loss",
        before=_of_row(
            run, 0, loss=loss[:1] * 2,
            **_first_step(run.experiment.training, run.grad_to_weight[0], float(run.raw_norm[0]), loss[0]),
        ),
    )  # fmt: skip


def _of_row(run: Run, row: int, **more: Any) -> Signs:
    return Signs(
        gradient=run.grad_norm[row],
        delta=run.delta_norm[row],
        saturated=_saturated(run.experiment, run.saturated[row]),
        dead=run.dead[row],
        alike=run.activation_correlation[row],
        spread=run.activation_std[row],
        weights=run.weight_norm[row],
        experiment=run.experiment,
        **more,
    )


def _first_step(training: Training, grad_to_weight: Floats, norm: float, loss: float) -> dict[str, Any]:
    """What the first step does to the weights, and what it promises of the loss: the rate times |gradient|^2."""
    if not _steps_are_gradients(training) or not isfinite(loss) or not loss:
        return {}
    rate = training.learning_rate
    return {"update": rate * grad_to_weight, "promised": rate * norm**2 / loss}


def _steps_are_gradients(training: Training) -> bool:
    """Whether the first step is the gradient times the learning rate."""
    return training.optimizer in {"sgd", "momentum"} and not training.warmup_steps and not _clips(training)


def _saturated(experiment: Experiment, shares: Floats) -> float | None:
    return float(np.max(shares)) if experiment.network.activation in SATURATING else None


def _clips(training: Training) -> bool:
    return any(limit is not None for limit in (training.clip_norm, training.clip_value, training.clip_layer_norm))
