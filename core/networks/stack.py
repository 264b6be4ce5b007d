"""K experiments of one shape, started, and ready to take batches and to be looked at."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from core.networks import tasks
from core.networks.backpropagation import Observer, Pass
from core.networks.experiment import Experiment
from core.networks.losses import LOSS_FUNCTIONS
from core.networks.parameters import Parameters
from core.networks.results import REACH, SIDE

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

    def sweep_through(
        self, inputs: Tensor, labels: Tensor, *, keep: bool = True, observer: Observer | None = None
    ) -> Tensor:
        """Forward and backward; the losses (K,). With `keep`, the error signals of all layers can be looked at."""
        loss, slope = self.loss_function(self.sweep.forward(inputs), labels)
        self.sweep.backward(slope, keep=keep, observer=observer)
        return loss


class Evaluation:
    """What the networks of a stack do on points that they are not being trained on at the moment."""

    def __init__(self, stack: Stack) -> None:
        """Room for the held-out points, as many training points, and a grid over the plane."""
        self.stack = stack
        held_out = stack.test_inputs.shape[1]
        self.inputs = torch.cat([stack.test_inputs, stack.inputs[:, :held_out]], dim=1)
        self.labels = torch.stack([stack.test_labels, stack.labels[:, :held_out]], dim=1)
        self.sweep = Pass(stack.networks, stack.parameters, self.inputs.shape[1], keeps=False)
        self.grid = self._grid() if stack.inputs.shape[2] == 2 else None
        self.surface_sweep = Pass(stack.networks, stack.parameters, SIDE * SIDE, keeps=False)

    def _grid(self) -> Tensor:
        """(K, SIDE * SIDE, 2) points, the first input changing fastest."""
        side = torch.linspace(-REACH, REACH, SIDE, dtype=torch.float64)
        points = torch.cartesian_prod(side, side).flip(-1)
        scales = torch.tensor([e.training.input_scale for e in self.stack.experiments], dtype=torch.float64)
        return (points * scales.view(-1, 1, 1)).to(self.inputs.dtype)

    def outputs(self) -> dict[str, Tensor]:
        """(K, 2, points) what comes out at the held-out points and at the training points, before the sigmoid.

        With batch normalization also what comes out in training mode.
        """
        logits = {"outputs": self.sweep.forward(self.inputs, training=False)}
        if self.stack.parameters.running_means:
            logits["outputs_training_mode"] = self.sweep.forward(self.inputs, training=True)
        return {name: values.view(*self.labels.shape) for name, values in logits.items()}

    def scores(self, row: int, outputs: Tensor, outputs_training_mode: Tensor | None = None) -> dict[str, Tensor]:
        """Loss, accuracy and spread of the output of one network, (records,) each, from (records, 2, points)."""
        usual = self._scores(row, outputs)
        other = usual if outputs_training_mode is None else self._scores(row, outputs_training_mode)
        return {
            "train_loss": usual["test_loss"][:, 1],
            "train_accuracy": usual["accuracy"][:, 1],
            **{name: values[:, 0] for name, values in usual.items()},
            **{f"{name}_training_mode": values[:, 0] for name, values in other.items()},
        }

    def _scores(self, row: int, outputs: Tensor) -> dict[str, Tensor]:
        """(records, 2) each: of the held-out and of the training points. No accuracy where an output is no number."""
        labels, exact = self.labels[row].expand_as(outputs), outputs.double()
        right = ((outputs > 0) == (labels > 0)).double().masked_fill_(outputs.isnan(), torch.nan)
        variance = (exact - exact.mean(-1, keepdim=True)).square().mean(-1)
        return {
            "test_loss": self.stack.loss_function(outputs, labels)[0].double(),
            "accuracy": right.mean(-1),
            "output_std": variance.sqrt(),
        }

    def surface(self) -> dict[str, Tensor]:
        """(K, SIDE, SIDE) probability of class 1 over the plane; nothing if the points do not lie in a plane."""
        if self.grid is None:
            return {}
        logits = self.surface_sweep.forward(self.grid, training=False)
        return {"surface": logits.sigmoid().float().view(-1, SIDE, SIDE)}
