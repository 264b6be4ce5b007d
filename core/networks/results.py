"""What comes out of an experiment: plain NumPy numbers, readable without torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.networks.experiment import Experiment, Training

Floats = NDArray[np.float64]

RECORDS = 101  # how many steps of a run are recorded at the most
SNAPSHOTS = 11  # at how many steps of a run histograms and the decision surface are kept, unless it says at which
LAST = 10  # how many of the steps before a divergence are recorded one by one
BINS = 32  # of a histogram
SIDE = 40  # points on each side of a decision surface
ENDS = 6.0  # the curve of an activation goes from -ENDS to ENDS, in steps of a tenth
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

    Attributes:
        weight_grad_norm: L2 norm of dL/dW(l), L being the mean loss over the batch
        delta_norm: Frobenius norm over batch and units of the error signal delta(l) = dL/dz(l)
        weight_norm: L2 norm of W(l)
        grad_to_weight: weight_grad_norm divided by weight_norm; NaN where both are 0
        activation_mean: over points and units, of the layer's output a(l)
        activation_std: the same, standard deviation
        activation_cosine: How alike the points have become: the mean cosine of the outputs a(l) of two different points
            of the batch. Points whose outputs are all 0 are left out; NaN where fewer than two are left
        activation_correlation: the same of a(l) less its mean over the units, which is Pearson's correlation
        saturated: Share of all (point, unit) pairs where phi'(z) is below 5 % of its largest value; for a ReLU:
            switched off
        dead: Share of units with phi'(z) = 0 at every point of the batch
        histogram: (depth, BINS) how many of the outputs a(l) lie in each of equal bins
        histogram_range: (depth, 2) where the first bin begins and the last ends
        backward_chain: (6, depth - 1) norms on the way from delta(l+1) to delta(l): see core.theory.decomposition
        output_weight_grad_norm: the same as weight_grad_norm, of the output layer

    """

    experiment: Experiment
    loss: float
    weight_grad_norm: Floats
    delta_norm: Floats
    weight_norm: Floats
    grad_to_weight: Floats
    activation_mean: Floats
    activation_std: Floats
    activation_cosine: Floats
    activation_correlation: Floats
    saturated: Floats
    dead: Floats
    histogram: NDArray[np.int64]
    histogram_range: Floats
    backward_chain: Floats
    output_weight_grad_norm: float


class Theory(NamedTuple):
    """What mean-field theory says about a network, readable without torch."""

    factor: Floats | None
    """(depth - 1,) |delta(l)| / |delta(l+1)|, input side first; None where the theory has nothing to say"""
    caveat: str
    """what to be wary of, or why there is no prediction"""
    correlation: Floats | None = None
    """(depth,) of the outputs of two points, input side first"""


class Spectrum(NamedTuple):
    """The initial weight matrices of the layers from 2 on, arrays of shape (depth - 1,), readable without torch."""

    experiment: Experiment
    largest_singular: Floats
    largest_eigenvalue: Floats
    """in size, since eigenvalues may be complex"""


class Unit(NamedTuple):
    """The first unit of layer 1 at the first batch, readable without torch: what a normalization would see."""

    value: float
    """its pre-activation for the first point"""
    mean: float
    """over the batch"""
    variance: float
    normalized: float
    """what batch normalization makes of the value"""


class Curve(NamedTuple):
    """An activation function on a grid, readable without torch: three arrays of one length."""

    z: Floats
    value: Floats
    slope: Floats


@dataclass(frozen=True, eq=False)
class Run:
    """One network trained, with what was measured on the way.

    Arrays with "recorded" in their shape have one row for each of `recorded_steps`; row i was measured at that step,
    before its update, gradients and activations on the step's batch. Where training diverged, the last row is the
    step at which it did, with its non-finite values as they were, the ten steps before it are all recorded, and
    nothing is made up after it.

    Held-out and training figures are taken in evaluation mode: batch normalization then uses its running statistics.
    `..._training_mode` is the same with the statistics of the very points; without batch normalization they agree.

    Attributes:
        loss: (steps run,) mean loss over the batch, before each update
        recorded_steps: (recorded,) the steps of all rows: every step of a short run, about a hundred of a long
            one
        grad_norm: (recorded, depth) L2 norm of dL/dW(l), before clipping
        delta_norm: (recorded, depth) Frobenius norm of delta(l)
        weight_norm: (recorded, depth) L2 norm of W(l)
        grad_to_weight: (recorded, depth) grad_norm divided by weight_norm; NaN where both are 0
        update_to_weight: (recorded, depth) norm of the update of W(l) divided by the norm of W(l); NaN where no
            step was taken
        activation_mean: (recorded, depth) over the batch's points and the units, of the layer's output a(l)
        activation_std: (recorded, depth) the same, standard deviation
        activation_cosine: (recorded, depth) how alike the points have become: the mean cosine of the outputs a(l) of
            two different points of the batch
        activation_correlation: (recorded, depth) the same of a(l) less its mean over the units
        saturated: (recorded, depth) share of (point, unit) pairs where phi'(z) is below 5 % of its largest
            value
        dead: (recorded, depth) share of units with phi'(z) = 0 at every point of the batch
        raw_norm: (recorded,) L2 norm of the whole gradient, all parameters of all layers
        clipped_norm: (recorded,) the same after clipping
        clipped_share: (recorded,) share of the steps so far, this one included, at which clipping changed the
            gradient
        train_loss: (recorded,) mean loss over 512 of the training points
        train_accuracy: (recorded,) share of them classified correctly; NaN if an output is not a number
        test_loss: (recorded,) mean loss over the 512 held-out points
        accuracy: (recorded,) share of held-out points classified correctly; NaN if an output is not a number
        output_std: (recorded,) standard deviation of the output before the sigmoid, over the held-out points
        test_loss_training_mode: (recorded,) test_loss in training mode
        accuracy_training_mode: (recorded,) accuracy in training mode
        output_std_training_mode: (recorded,) output_std in training mode
        snapshot_steps: (snapshots,) the steps of histogram and surface
        histogram: (snapshots, depth, BINS) how many of the outputs a(l) lie in each of equal bins
        histogram_range: (snapshots, depth, 2) where the first bin begins and the last ends
        surface: (snapshots, SIDE, SIDE) probability of class 1 on a grid over the plane: row 0 is where the
            second input is lowest, column 0 where the first is; from -REACH to REACH, times the input scale.
            None unless the task's points lie in a plane.
        diverged_at: The first step whose loss or gradient was not finite, or None

    """

    experiment: Experiment
    loss: Floats
    recorded_steps: NDArray[np.int64]
    grad_norm: Floats
    delta_norm: Floats
    weight_norm: Floats
    grad_to_weight: Floats
    update_to_weight: Floats
    activation_mean: Floats
    activation_std: Floats
    activation_cosine: Floats
    activation_correlation: Floats
    saturated: Floats
    dead: Floats
    raw_norm: Floats
    clipped_norm: Floats
    clipped_share: Floats
    train_loss: Floats
    train_accuracy: Floats
    test_loss: Floats
    accuracy: Floats
    output_std: Floats
    test_loss_training_mode: Floats
    accuracy_training_mode: Floats
    output_std_training_mode: Floats
    snapshot_steps: NDArray[np.int64]
    histogram: NDArray[np.int64]
    histogram_range: Floats
    surface: NDArray[np.float32] | None
    diverged_at: int | None

    def row_at(self, step: int) -> int:
        """The row that shows the run at `step`: its last record not after it."""
        return max(int(np.searchsorted(self.recorded_steps, step, side="right")) - 1, 0)

    def rows(self, steps: Sequence[int], name: str) -> Floats:
        """(steps, depth) what was recorded as `name` at or before each step; NaN after a divergence."""
        values: Floats = getattr(self, name)[[self.row_at(step) for step in steps]].copy()
        if self.diverged_at is not None:
            values[[step > self.diverged_at for step in steps]] = np.nan
        return values
