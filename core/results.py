"""What comes out of an experiment: plain NumPy numbers, readable without torch."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.experiment import Experiment

Floats = NDArray[np.float64]

RECORDS = 101  # how many steps of a run are recorded at the most


def recorded_steps(steps: int) -> list[int]:
    """The steps that a run records: all of them, or about a hundred evenly spread ones; always the first and last.

    >>> recorded_steps(3)
    [0, 1, 2]
    """
    return [round(step) for step in np.linspace(0, steps - 1, min(steps, RECORDS))]


@dataclass(frozen=True, eq=False)
class GradientProfile:
    """One forward and backward pass at initialization, layer by layer, input side first.

    Every array has shape (depth,). Norms are L2 norms, summed in float64, so a value of
    exactly 0 means that every entry was 0 in the number format of the experiment.
    """

    experiment: Experiment
    loss: float
    weight_grad_norm: Floats
    """L2 norm of dL/dW(l), L being the mean loss over the batch"""
    delta_norm: Floats
    """Frobenius norm over batch and units of the error signal delta(l) = dL/dz(l)"""
    grad_to_weight: Floats
    """weight_grad_norm divided by the norm of the weights; NaN where the weights are all 0"""
    activation_mean: Floats
    activation_std: Floats
    saturated: Floats
    """Share of all (point, unit) pairs where phi'(z) is below 5 % of its largest value; for a ReLU: switched off"""
    dead: Floats
    """Share of units with phi'(z) = 0 at every point of the batch"""
    output_weight_grad_norm: float


@dataclass(frozen=True, eq=False)
class Run:
    """One network trained, with what was measured on the way.

    Arrays with "recorded" in their shape have one row for each of `recorded_steps`; row i was measured
    at the batch of that step, before its update. Where training diverged, the last row is the step
    at which it did, with its non-finite values as they were; nothing is made up after it.
    """

    experiment: Experiment
    loss: Floats
    """(steps run,) mean loss over the batch, before each update"""
    recorded_steps: NDArray[np.int64]
    """(recorded,)"""
    grad_norm: Floats
    """(recorded, depth) L2 norm of dL/dW(l)"""
    delta_norm: Floats
    """(recorded, depth) Frobenius norm of delta(l)"""
    update_to_weight: Floats
    """(recorded, depth) norm of the update of W(l) divided by the norm of W(l)"""
    saturated: Floats
    """(recorded, depth)"""
    dead: Floats
    """(recorded, depth)"""
    accuracy: Floats
    """(recorded,) share of held-out points classified correctly"""
    diverged_at: int | None
    """The first step whose loss or gradient was not finite, or None"""

    def row_at(self, step: int) -> int:
        """The row that shows the run at `step`: its last record not after it."""
        return max(int(np.searchsorted(self.recorded_steps, step, side="right")) - 1, 0)
