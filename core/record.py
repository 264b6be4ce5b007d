"""What is kept of a stack while it trains. Its size does not depend on the number of steps, but for the loss."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core import instruments
from core.experiment import Experiment
from core.layers import Layers
from core.optimizers import Optimizer
from core.results import Floats, Run, recorded_steps, snapshot_steps
from core.stack import Evaluation, Stack

Measured = dict[str, Tensor]
Watcher = Callable[[Experiment, int, float, Floats, Floats], None]
"""Called for every recorded step of every experiment: step, loss, weight-gradient and error-signal norms (depth,)."""


class Record:
    """The measurements of K networks; each network's part ends where it diverges."""

    def __init__(self, stack: Stack, optimizer: Optimizer, also: AbstractSet[int]) -> None:
        """Nothing recorded, everybody healthy. The steps in `also` will be recorded besides the usual ones."""
        self.stack, self.optimizer, self.also = stack, optimizer, also
        self.evaluation = Evaluation(stack)
        training, count = stack.experiments[0].training, len(stack.experiments)
        self.healthy = torch.ones(count, dtype=torch.bool)
        self.diverged_at: dict[int, int] = {}
        self.losses = np.full((training.steps, count), np.nan)
        self.pictured = {0} | {step for e in stack.experiments for step in snapshot_steps(e.training)}
        self.steps = also | set(recorded_steps(training.steps)) | self.pictured
        self.rows: dict[int, Measured] = {}
        self.pictures: dict[int, Measured] = {}
        self._scratch = Layers(stack.networks[0].widths, count, training.batch_size, stack.parameters.flat.dtype)

    def loss(self, step: int, loss: Tensor) -> None:
        """Keep the losses (K,) of one step, and note who diverged at it."""
        self.losses[step] = loss.double().numpy()
        gradients = self.stack.sweep.gradients.flat
        if np.isfinite(self.losses[step]).all() and torch.linalg.vector_norm(gradients).isfinite():
            return
        finite = loss.isfinite()
        finite[self.optimizer.owners[~gradients.isfinite()]] = False
        self.diverged_at.update(dict.fromkeys((self.healthy & ~finite).nonzero().flatten().tolist(), step))
        self.healthy &= finite

    def before_update(self, step: int) -> None:
        """Measure the pass of this step; histograms and surface only at their own steps and in `also`."""
        sweep, parameters = self.stack.sweep, self.stack.parameters
        gradient = instruments.hidden_weight_norms(sweep.gradients)
        weight = instruments.hidden_weight_norms(parameters)
        self.rows[step] = {
            "grad_norm": gradient,
            "weight_norm": weight,
            "grad_to_weight": gradient / weight,
            "delta_norm": instruments.delta_norms(sweep),
            "raw_norm": sweep.gradients.norm(),
            **instruments.activations(sweep),
            **instruments.slopes(sweep, self._scratch),
            **self.evaluation.scores(),
        }
        if step in self.pictured or step in self.also:
            self.pictures[step] = instruments.histograms(sweep) | self.evaluation.surface()

    def after_update(self, step: int) -> None:
        """Measure what was done with the gradients."""
        row = self.rows[step]
        row["clipped_norm"] = self.stack.sweep.gradients.norm()
        row["clipped_share"] = self.optimizer.clipped.double() / (step + 1)
        update = instruments.hidden_weight_norms(self.optimizer.update)
        row["update_to_weight"] = update / row["weight_norm"]

    def tell(self, step: int, watch: Watcher) -> None:
        """Pass on what was measured of every healthy network at this step."""
        for row in self.healthy.nonzero().flatten().tolist():
            gradient, delta = (self.rows[step][name][row].numpy() for name in ("grad_norm", "delta_norm"))
            watch(self.stack.experiments[row], step, float(self.losses[step, row]), gradient, delta)

    def run(self, row: int) -> Run:
        """One network's run, without what others in the stack caused to be recorded."""
        experiment, end = self.stack.experiments[row], self.diverged_at.get(row)
        steps = self._kept(self.rows, recorded_steps(experiment.training.steps), end)
        pictured = self._kept(self.pictures, snapshot_steps(experiment.training), end)
        columns = self._columns(self.rows, steps, row) | self._columns(self.pictures, pictured, row)
        return Run(
            experiment,
            loss=self.losses[: None if end is None else end + 1, row].copy(),
            recorded_steps=steps,
            snapshot_steps=pictured,
            diverged_at=end,
            surface=columns.pop("surface", None),
            **columns,
        )

    def _kept(self, measured: dict[int, Measured], own: list[int], end: int | None) -> NDArray[np.int64]:
        wanted = self.also | set(own)
        return np.array([s for s in sorted(measured) if s in wanted and (end is None or s <= end)], dtype=np.int64)

    def _columns(self, measured: dict[int, Measured], steps: NDArray[np.int64], row: int) -> dict[str, NDArray[Any]]:
        """What was measured of one network at these steps, a row for each."""
        return {
            name: np.array([measured[step][name][row].numpy() for step in steps.tolist()]).reshape(-1, *first.shape[1:])
            for name, first in next(iter(measured.values())).items()
        }
