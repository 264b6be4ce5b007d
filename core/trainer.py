"""Profiles and training: experiments in, measurements out. Experiments of one shape run stacked."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from core import tasks
from core.backpropagation import Parameters, Pass, norms
from core.experiment import Experiment, Network, Training
from core.results import Floats, GradientProfile, Run, recorded_steps

Result = TypeVar("Result", GradientProfile, Run)
Watcher = Callable[[Experiment, int, float, Floats, Floats], None]
"""Called for every recorded step of every experiment: step, loss, weight-gradient and error-signal norms (depth,)."""


def gradient_profile(
    network: Network, task: str = "circles", batch_size: int = 256, seed: int = 0, dtype: str = "float64"
) -> GradientProfile:
    """Per-layer gradients of one network at initialization: one forward and backward pass, no training.

    >>> from core import Network
    >>> profile = gradient_profile(Network(depth=10, activation="sigmoid"))
    >>> profile.weight_grad_norm[1] < 1e-4 * profile.weight_grad_norm[-1]
    np.True_
    """
    training = Training(task=task, batch_size=batch_size, dtype=dtype)
    return profiles([Experiment(network, training, seed)], dtype)[0]


def profiles(experiments: Sequence[Experiment], dtype: str = "float64") -> list[GradientProfile]:
    """The profile of each experiment at its first batch, in the order given.

    It runs in float64 whatever format the training uses, so that a gradient which has vanished for a
    smaller format is still seen; `dtype` asks for another one.
    """
    return _stacked(experiments, lambda stack: _profile_stack(stack, dtype))


def train(experiments: Sequence[Experiment], watch: Watcher | None = None) -> list[Run]:
    """Train every experiment and return the runs in the order given."""
    return _stacked(experiments, lambda stack: _train_stack(stack, watch))


def _stacked(experiments: Sequence[Experiment], work: Callable[[list[Experiment]], list[Result]]) -> list[Result]:
    """Hand experiments of one shape to `work` together; equal activations become neighbours."""
    stacks: dict[object, list[Experiment]] = {}
    for experiment in sorted(set(experiments), key=lambda e: e.network.activation):
        stacks.setdefault(experiment.shape, []).append(experiment)
    results = {result.experiment: result for stack in stacks.values() for result in work(stack)}
    return [results[experiment] for experiment in experiments]


class Stack:
    """K experiments of one shape, started and ready to take batches."""

    def __init__(self, experiments: Sequence[Experiment], dtype: str) -> None:
        """Draw weights and data, and hold them in the format `dtype`."""
        self.experiments = experiments
        networks = [e.network for e in experiments]
        number_format = getattr(torch, dtype)
        self.parameters = Parameters(len(experiments), networks[0].widths, number_format)
        for row, experiment in enumerate(experiments):
            self.parameters.start(row, experiment.network, experiment.seed)
        self.sweep = Pass(networks, self.parameters)
        data = [tasks.draw(e.training.task, e.seed) for e in experiments]
        self.inputs, self.labels, self.test_inputs, self.test_labels = (
            torch.from_numpy(np.stack(column)).to(number_format) for column in zip(*data, strict=True)
        )

    def batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Endless batches (K, batch, 2), (K, batch): every epoch goes through the points in a new order."""
        size = self.experiments[0].training.batch_size
        dice = [np.random.default_rng([e.seed, 1]) for e in self.experiments]
        points = self.inputs.shape[1]
        while True:
            orders = torch.from_numpy(np.stack([d.permutation(points) for d in dice]))
            labels = self.labels.gather(1, orders)
            inputs = self.inputs.gather(1, orders.unsqueeze(-1).expand(-1, -1, self.inputs.shape[2]))
            for start in range(0, points - size + 1, size):
                yield inputs[:, start : start + size], labels[:, start : start + size]

    def sweep_through(self, inputs: Tensor, labels: Tensor) -> Tensor:
        """Forward and backward; the losses (K,)."""
        logits = self.sweep.forward(inputs)
        self.sweep.backward(logits, labels)
        return self.sweep.loss(logits, labels)

    def accuracy(self) -> Tensor:
        """(K,) share of held-out points on the right side; a point with a NaN output is wrong."""
        logits = self.sweep.forward(self.test_inputs)
        right = torch.where(self.test_labels > 0, logits > 0, logits <= 0)
        return right.double().mean(1)


def _profile_stack(experiments: list[Experiment], dtype: str) -> list[GradientProfile]:
    stack = Stack(experiments, dtype)
    inputs, labels = next(stack.batches())
    loss, sweep = stack.sweep_through(inputs, labels), stack.sweep
    gradient = sweep.weight_grad_norms()
    columns = {
        "weight_grad_norm": gradient,
        "delta_norm": sweep.delta_norms(),
        "grad_to_weight": gradient / norms(stack.parameters.weights[:-1]),
        "activation_mean": torch.stack([a.double().mean((1, 2)) for a in sweep.a[1:]], dim=1),
        "activation_std": torch.stack([a.double().std((1, 2), correction=0) for a in sweep.a[1:]], dim=1),
        "saturated": sweep.saturated(),
        "dead": sweep.dead(),
    }
    output = norms(sweep.gradients.weights[-1:])
    return [
        GradientProfile(
            experiment,
            loss=loss[row].item(),
            output_weight_grad_norm=output[row].item(),
            **{name: column[row].numpy() for name, column in columns.items()},
        )
        for row, experiment in enumerate(experiments)
    ]


def _train_stack(experiments: list[Experiment], watch: Watcher | None) -> list[Run]:
    training = experiments[0].training
    stack = Stack(experiments, training.dtype)
    record = Record(stack)
    rates = torch.tensor([[e.training.learning_rate] for e in experiments], dtype=stack.parameters.flat.dtype)
    wanted = set(recorded_steps(training.steps))
    for step, (inputs, labels) in zip(range(training.steps), stack.batches(), strict=False):
        loss = stack.sweep_through(inputs, labels)
        stopped = record.loss(step, loss)
        if stopped or step in wanted:
            gradients, deltas = record.layers(step, rates)
            if watch:
                for row in record.healthy.nonzero().flatten().tolist():
                    watch(experiments[row], step, loss[row].item(), gradients[row].numpy(), deltas[row].numpy())
        if not record.healthy.any():
            break
        stack.parameters.flat -= rates * stack.sweep.gradients.flat
    return [record.run(row) for row in range(len(experiments))]


class Record:
    """What is kept of a stack while it trains; each network's part ends where it diverges."""

    def __init__(self, stack: Stack) -> None:
        """Nothing recorded, everybody healthy."""
        self.stack = stack
        self.healthy = torch.ones(len(stack.experiments), dtype=torch.bool)
        self.diverged_at: dict[int, int] = {}
        self.losses: list[Tensor] = []
        self.steps: list[int] = []
        self.columns: dict[str, list[Tensor]] = {}

    def loss(self, step: int, loss: Tensor) -> bool:
        """Keep the losses (K,) of one step; True if a network diverged at it."""
        self.losses.append(loss.double())
        finite = self.stack.sweep.finite(loss)
        fallen = (self.healthy & ~finite).nonzero().flatten().tolist()
        self.diverged_at.update(dict.fromkeys(fallen, step))
        self.healthy &= finite
        return bool(fallen)

    def layers(self, step: int, rates: Tensor) -> tuple[Tensor, Tensor]:
        """Keep what is measured layer by layer; returns weight-gradient and error-signal norms, each (K, depth)."""
        sweep = self.stack.sweep
        gradients, deltas = sweep.weight_grad_norms(), sweep.delta_norms()
        self.steps.append(step)
        measured = {
            "grad_norm": gradients,
            "delta_norm": deltas,
            "update_to_weight": rates.double() * gradients / norms(self.stack.parameters.weights[:-1]),
            "saturated": sweep.saturated(),
            "dead": sweep.dead(),
            "accuracy": self.stack.accuracy(),  # last: it runs its own forward pass
        }
        for name, values in measured.items():
            self.columns.setdefault(name, []).append(values)
        return gradients, deltas

    def run(self, row: int) -> Run:
        """One network's run, without what others in the stack caused to be recorded."""
        experiment, end = self.stack.experiments[row], self.diverged_at.get(row)
        own = {*recorded_steps(experiment.training.steps), end}
        kept = [i for i, step in enumerate(self.steps) if step in own and (end is None or step <= end)]
        return Run(
            experiment,
            loss=torch.stack(self.losses)[: None if end is None else end + 1, row].numpy().copy(),
            recorded_steps=np.array([self.steps[i] for i in kept]),
            diverged_at=end,
            **{name: torch.stack([rows[i][row] for i in kept]).numpy() for name, rows in self.columns.items()},
        )
