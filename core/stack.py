"""K experiments of one shape, started, and ready to take batches and to be looked at."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from core import tasks
from core.backpropagation import Pass
from core.experiment import Experiment
from core.losses import LOSS_FUNCTIONS
from core.parameters import Parameters
from core.results import REACH, SIDE

Batch = tuple[Tensor, Tensor]  # inputs (K, batch, features), labels (K, batch)


class Stack:
    """The parameters, the data and the passes of K experiments."""

    def __init__(self, experiments: Sequence[Experiment], dtype: str) -> None:
        """Draw weights and data, and hold them in the format `dtype`."""
        self.experiments = experiments
        self.networks = [e.network for e in experiments]
        training = experiments[0].training
        number_format = getattr(torch, dtype)
        features = tasks.TASKS[training.task].features
        self.parameters = Parameters(self.networks[0], features, len(experiments), number_format)
        for row, experiment in enumerate(experiments):
            self.parameters.start(row, experiment.network, experiment.seed)
        self.sweep = Pass(self.networks, self.parameters, training.batch_size)
        self.loss_function = LOSS_FUNCTIONS[training.loss]
        data = [tasks.draw(t.task, e.seed, t.label_noise, t.input_scale) for e in experiments for t in [e.training]]
        self.inputs, self.labels, self.test_inputs, self.test_labels = (
            torch.from_numpy(np.stack(column)).to(number_format) for column in zip(*data, strict=True)
        )

    def batches(self) -> Iterator[Batch]:
        """Endless batches: every epoch goes through the points in a new order."""
        size = self.experiments[0].training.batch_size
        dice = [np.random.default_rng([e.seed, 1]) for e in self.experiments]
        points = self.inputs.shape[1]
        while True:
            orders = torch.from_numpy(np.stack([d.permutation(points) for d in dice]))
            labels = self.labels.gather(1, orders)
            inputs = self.inputs.gather(1, orders.unsqueeze(-1).expand(-1, -1, self.inputs.shape[2]))
            for start in range(0, points - size + 1, size):
                yield inputs[:, start : start + size], labels[:, start : start + size]

    def sweep_through(self, inputs: Tensor, labels: Tensor, *, keep: bool = True) -> Tensor:
        """Forward and backward; the losses (K,). With `keep`, the error signals of all layers can be looked at."""
        loss, slope = self.loss_function(self.sweep.forward(inputs), labels)
        self.sweep.backward(slope, keep=keep)
        return loss


class Evaluation:
    """What the networks of a stack do on points that they are not being trained on at the moment."""

    def __init__(self, stack: Stack) -> None:
        """Room for the held-out points, as many training points, and a grid over the plane."""
        self.stack = stack
        self.held_out = stack.test_inputs.shape[1]
        self.inputs = torch.cat([stack.test_inputs, stack.inputs[:, : self.held_out]], dim=1)
        self.labels = torch.cat([stack.test_labels, stack.labels[:, : self.held_out]], dim=1)
        self.sweep = Pass(stack.networks, stack.parameters, self.inputs.shape[1], keeps=False)
        self.grid = self._grid() if stack.inputs.shape[2] == 2 else None
        self.surface_sweep = Pass(stack.networks, stack.parameters, SIDE * SIDE, keeps=False)

    def _grid(self) -> Tensor:
        """(K, SIDE * SIDE, 2) points, the first input changing fastest."""
        side = torch.linspace(-REACH, REACH, SIDE, dtype=torch.float64)
        points = torch.cartesian_prod(side, side).flip(-1)
        scales = torch.tensor([e.training.input_scale for e in self.stack.experiments], dtype=torch.float64)
        return (points * scales.view(-1, 1, 1)).to(self.inputs.dtype)

    def scores(self) -> dict[str, Tensor]:
        """Loss, accuracy and spread of the output, (K,) each."""
        logits = self.sweep.forward(self.inputs, training=False)
        held_out, training = self._loss(logits)
        own = self._of_held_out(logits, held_out)
        scores = {"train_loss": training, "train_accuracy": self._right(logits)[:, self.held_out :].mean(1)}
        if self.stack.parameters.running_means:
            logits = self.sweep.forward(self.inputs, training=True)
            other = self._of_held_out(logits, self._loss(logits)[0])
        else:
            other = own
        return scores | own | {f"{name}_training_mode": values for name, values in other.items()}

    def _of_held_out(self, logits: Tensor, loss: Tensor) -> dict[str, Tensor]:
        outputs = logits[:, : self.held_out].double()
        variance = (outputs - outputs.mean(1, keepdim=True)).square().mean(1)  # std() rounds differently in a stack
        right = self._right(logits)[:, : self.held_out].mean(1)
        return {"test_loss": loss, "accuracy": right, "output_std": variance.sqrt()}

    def _loss(self, logits: Tensor) -> tuple[Tensor, Tensor]:
        """(K,) of the held-out and of the training points."""
        loss, n = self.stack.loss_function, self.held_out
        sides = slice(None, n), slice(n, None)
        held_out, training = (loss(logits[:, side], self.labels[:, side])[0].double() for side in sides)
        return held_out, training

    def _right(self, logits: Tensor) -> Tensor:
        """(K, points) 1 where a point is on the right side, 0 where it is not, NaN where the output is no number."""
        right = torch.where(self.labels > 0, logits > 0, logits <= 0)
        return right.double().masked_fill_(logits.isnan(), torch.nan)

    def surface(self) -> dict[str, Tensor]:
        """(K, SIDE, SIDE) probability of class 1 over the plane; nothing if the points do not lie in a plane."""
        if self.grid is None:
            return {}
        logits = self.surface_sweep.forward(self.grid, training=False)
        return {"surface": logits.sigmoid().float().view(-1, SIDE, SIDE)}
