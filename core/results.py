"""What comes out of an experiment: plain NumPy numbers, readable without torch."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.experiment import Experiment, Training

Floats = NDArray[np.float64]

RECORDS = 101  # how many steps of a run are recorded at the most
SNAPSHOTS = 11  # at how many steps of a run histograms and the decision surface are kept, unless it says at which
LAST = 10  # how many of the steps before a divergence are recorded one by one
BINS = 32  # of a histogram
SIDE = 40  # points on each side of a decision surface
REACH = 2.5  # how far it goes to each side, in standard deviations of the inputs


def recorded_steps(steps: int) -> list[int]:
    """The steps that a run records: all of them, or about a hundred evenly spread ones; always the first and last.

    >>> recorded_steps(3)
    [0, 1, 2]
    """
    return _spread(steps, RECORDS)


def snapshot_steps(training: Training) -> list[int]:
    """The steps at which a run keeps histograms and its decision surface.

    >>> snapshot_steps(Training(steps=101))
    [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
    """
    return _spread(training.steps, SNAPSHOTS) if training.snapshot_steps is None else list(training.snapshot_steps)


def _spread(steps: int, count: int) -> list[int]:
    return [round(step) for step in np.linspace(0, steps - 1, min(steps, count))]


@dataclass(frozen=True, eq=False)
class GradientProfile:
    """One forward and backward pass at initialization, layer by layer, input side first.

    Arrays have shape (depth,) unless said. Norms are L2 norms that lose nothing to the range of the number format,
    so a value of exactly 0 means that every entry was 0 in the format of the experiment.
    """

    experiment: Experiment
    loss: float
    weight_grad_norm: Floats
    """L2 norm of dL/dW(l), L being the mean loss over the batch"""
    delta_norm: Floats
    """Frobenius norm over batch and units of the error signal delta(l) = dL/dz(l)"""
    weight_norm: Floats
    grad_to_weight: Floats
    """weight_grad_norm divided by weight_norm; NaN where both are 0"""
    activation_mean: Floats
    """over points and units, of the layer's output a(l)"""
    activation_std: Floats
    saturated: Floats
    """Share of all (point, unit) pairs where phi'(z) is below 5 % of its largest value; for a ReLU: switched off"""
    dead: Floats
    """Share of units with phi'(z) = 0 at every point of the batch"""
    histogram: NDArray[np.int64]
    """(depth, BINS) how many of the outputs a(l) lie in each of equal bins"""
    histogram_range: Floats
    """(depth, 2) where the first bin begins and the last ends"""
    backward_chain: Floats
    """(6, depth - 1) norms on the way from delta(l+1) to delta(l): see core.decomposition"""
    output_weight_grad_norm: float


@dataclass(frozen=True, eq=False)
class Run:
    """One network trained, with what was measured on the way.

    Arrays with "recorded" in their shape have one row for each of `recorded_steps`; row i was measured at that step,
    before its update, gradients and activations on the step's batch. Where training diverged, the last row is the
    step at which it did, with its non-finite values as they were, the ten steps before it are all recorded, and
    nothing is made up after it.

    Held-out and training figures are taken in evaluation mode: batch normalization then uses its running statistics.
    `..._training_mode` is the same with the statistics of the very points; without batch normalization they agree.
    """

    experiment: Experiment
    loss: Floats
    """(steps run,) mean loss over the batch, before each update"""
    recorded_steps: NDArray[np.int64]
    """(recorded,)"""
    grad_norm: Floats
    """(recorded, depth) L2 norm of dL/dW(l), before clipping"""
    delta_norm: Floats
    """(recorded, depth) Frobenius norm of delta(l)"""
    weight_norm: Floats
    """(recorded, depth)"""
    grad_to_weight: Floats
    """(recorded, depth) grad_norm divided by weight_norm"""
    update_to_weight: Floats
    """(recorded, depth) norm of the update of W(l) divided by the norm of W(l); NaN where no step was taken"""
    activation_mean: Floats
    """(recorded, depth)"""
    activation_std: Floats
    """(recorded, depth)"""
    saturated: Floats
    """(recorded, depth)"""
    dead: Floats
    """(recorded, depth)"""
    raw_norm: Floats
    """(recorded,) L2 norm of the whole gradient, all parameters of all layers"""
    clipped_norm: Floats
    """(recorded,) the same after clipping"""
    clipped_share: Floats
    """(recorded,) share of the steps so far, this one included, at which clipping changed the gradient"""
    train_loss: Floats
    """(recorded,) mean loss over 512 of the training points"""
    train_accuracy: Floats
    """(recorded,)"""
    test_loss: Floats
    """(recorded,) mean loss over the 512 held-out points"""
    accuracy: Floats
    """(recorded,) share of held-out points classified correctly"""
    output_std: Floats
    """(recorded,) standard deviation of the output before the sigmoid, over the held-out points"""
    test_loss_training_mode: Floats
    """(recorded,)"""
    accuracy_training_mode: Floats
    """(recorded,)"""
    output_std_training_mode: Floats
    """(recorded,)"""
    snapshot_steps: NDArray[np.int64]
    """(snapshots,)"""
    histogram: NDArray[np.int64]
    """(snapshots, depth, BINS) how many of the outputs a(l) lie in each of equal bins"""
    histogram_range: Floats
    """(snapshots, depth, 2) where the first bin begins and the last ends"""
    surface: NDArray[np.float32] | None
    """(snapshots, SIDE, SIDE) probability of class 1 on a grid over the plane, second input down, first across;
    from -REACH to REACH times the input scale. None unless the task's points lie in a plane."""
    diverged_at: int | None
    """The first step whose loss or gradient was not finite, or None"""

    def row_at(self, step: int) -> int:
        """The row that shows the run at `step`: its last record not after it."""
        return max(int(np.searchsorted(self.recorded_steps, step, side="right")) - 1, 0)
