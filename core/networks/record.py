"""What is kept of a stack while it trains. Its size does not depend on the number of steps, but for the loss."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from functools import cached_property
from math import isfinite

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.networks import instruments
from core.networks.experiment import Experiment
from core.networks.optimizers import Optimizer
from core.networks.parameters import together
from core.networks.results import Floats, Run, recorded_steps, snapshot_steps
from core.networks.stack import Evaluation, Stack

Measured = dict[str, Tensor]
Watcher = Callable[[Experiment, int, float, Floats, Floats], None]
"""Called for every recorded step of every experiment: step, loss, weight-gradient and error-signal norms (depth,)."""


class Rows(dict[int, Measured]):
    """What was measured of K networks, (K, ...) each, by step."""

    @cached_property
    def _columns(self) -> Measured:
        """(steps, K, ...) each, once all is measured."""
        return {name: torch.stack([row[name] for row in self.values()]) for name in next(iter(self.values()))}

    def of(self, row: int, wanted: AbstractSet[int], end: int | None) -> tuple[NDArray[np.int64], Measured]:
        """The steps among those wanted, up to `end`, and what was measured of one network at them, (steps, ...)."""
        places = {step: place for place, step in enumerate(self) if step in wanted and (end is None or step <= end)}
        kept = torch.tensor(list(places.values()), dtype=torch.int64)
        return np.array(list(places), dtype=np.int64), {n: values[kept, row] for n, values in self._columns.items()}


class Record:
    """The measurements of K networks; each network's part ends where it diverges."""

    def __init__(self, stack: Stack, optimizer: Optimizer, also: AbstractSet[int]) -> None:
        """Nothing recorded, everybody healthy. The steps in `also` will be recorded besides the usual ones."""
        self.stack, self.optimizer, self.also = stack, optimizer, also
        self.evaluation, self.meter = Evaluation(stack), instruments.Meter(stack.sweep)
        training, count = stack.experiments[0].training, len(stack.experiments)
        self.healthy = torch.ones(count, dtype=torch.bool)
        self.diverged_at: dict[int, int] = {}
        self.losses = torch.full((training.steps, count), torch.nan, dtype=torch.float64)
        self.pictured = {0} | {step for e in stack.experiments for step in snapshot_steps(e.training)}
        self.steps = also | set(recorded_steps(training.steps)) | self.pictured
        self.rows, self.pictures = Rows(), Rows()

    def loss(self, step: int, loss: Tensor) -> None:
        """Keep the losses (K,) of one step, and note who diverged at it."""
        self.losses[step] = loss
        gradients = self.stack.sweep.gradients.flat
        if isfinite(loss.sum() + gradients.sum()):  # then so is every one of them
            return
        finite = loss.isfinite()
        finite[self.optimizer.owners[~gradients.isfinite()]] = False
        self.diverged_at.update(dict.fromkeys((self.healthy & ~finite).nonzero().flatten().tolist(), step))
        self.healthy &= finite

    def before_update(self, step: int) -> None:
        """Measure the pass of this step; histograms and surface only at their own steps and in `also`."""
        self.rows[step] = {
            "gradients": self.stack.sweep.gradients.norms().T,
            "weight_norm": instruments.hidden_weight_norms(self.stack.parameters),
            **self.meter.read(),
            **self.evaluation.outputs(),
        }
        if step in self.pictured or step in self.also:
            self.pictures[step] = instruments.histograms(self.stack.sweep) | self.evaluation.surface()

    def after_update(self, step: int) -> None:
        """Measure what was done with the gradients."""
        row = self.rows[step]
        row["clipped"] = self.stack.sweep.gradients.norms().T if self.optimizer.clips else row["gradients"]
        row["clipped_share"] = self.optimizer.clipped.double() / (step + 1)
        row["update_norm"] = instruments.hidden_weight_norms(self.optimizer.update)

    def tell(self, step: int, watch: Watcher) -> None:
        """Pass on what was measured of every healthy network at this step."""
        depth = self.stack.networks[0].depth
        for row in self.healthy.nonzero().flatten().tolist():
            gradient, delta = self.rows[step]["gradients"][row, :depth], self.rows[step]["exact"][row, 2]
            watch(self.stack.experiments[row], step, float(self.losses[step, row]), gradient.numpy(), delta.numpy())

    def run(self, row: int) -> Run:
        """One network's run, without what others in the stack caused to be recorded."""
        experiment, end = self.stack.experiments[row], self.diverged_at.get(row)
        steps, columns = self.rows.of(row, self.also | set(recorded_steps(experiment.training.steps)), end)
        pictured, pictures = self.pictures.of(row, self.also | set(snapshot_steps(experiment.training)), end)
        measured = self._finished(row, columns) | pictures
        arrays = {name: values.contiguous().numpy() for name, values in measured.items()}
        return Run(
            experiment,
            loss=self.losses[: None if end is None else end + 1, row].numpy().copy(),
            recorded_steps=steps,
            snapshot_steps=pictured,
            diverged_at=end,
            surface=arrays.pop("surface", None),
            **arrays,
        )

    def _finished(self, row: int, measured: Measured) -> Measured:
        """What was measured of one network and what follows from it, for all steps at once."""
        gradients, clipped, update = (measured.pop(name) for name in ("gradients", "clipped", "update_norm"))
        readings = {name: measured.pop(name) for name in ("exact", "counts")}
        outputs = {name: measured.pop(name) for name in ("outputs", "outputs_training_mode") if name in measured}
        gradient, weight = gradients[:, : update.shape[1]], measured["weight_norm"]
        return measured | {
            "grad_norm": gradient,
            "grad_to_weight": gradient / weight,
            "update_to_weight": update / weight,
            "raw_norm": together(gradients.unsqueeze(-1))[:, 0],
            "clipped_norm": together(clipped.unsqueeze(-1))[:, 0],
            **self.meter.results(**readings),
            **self.evaluation.scores(row, **outputs),
        }
