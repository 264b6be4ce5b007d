"""Profiles and training: experiments in, measurements out. Experiments of one shape run stacked."""

import time
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from typing import TypeVar

import torch

from core.errors import Fixable
from core.networks import instruments
from core.networks.experiment import Experiment, Network, Training
from core.networks.layers import Layers
from core.networks.optimizers import Optimizer
from core.networks.parameters import norms
from core.networks.record import Record, Watcher
from core.networks.results import LAST, Floats, GradientProfile, Run
from core.networks.stack import Stack

Result = TypeVar("Result", GradientProfile, Run)


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


def initial_weights(experiment: Experiment) -> list[Floats]:
    """The first weight matrix of each hidden layer, input side first: float64 arrays of shape (units, inputs)."""
    return [weight[0].numpy() for weight in Stack([experiment], "float64").parameters.weights[:-1]]


def train(
    experiments: Sequence[Experiment],
    watch: Watcher | None = None,
    seconds: float | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> list[Run]:
    """Train every experiment of a list and return their runs, a list in the same order.

    Raises `Fixable` when that takes longer than `seconds`, or when `stop`, asked before every step, says so.
    """
    deadline = Deadline(seconds, stop)
    return _stacked(experiments, lambda stack: _train_stack(stack, watch, deadline))


class Deadline:
    """A limit on how long something may take, and the wish that it ends."""

    def __init__(self, seconds: float | None, stop: Callable[[], bool]) -> None:
        """The time runs from now on; None is no limit."""
        self.seconds, self.stop = seconds, stop
        self.end = None if seconds is None else time.monotonic() + seconds

    def check(self, step: int, steps: int) -> None:
        """Raise `Fixable` if the time is over, or nobody wants the result any more."""
        if self.stop():
            raise Fixable(f"This training was stopped, at step {step} of {steps}.", "Start it again to see its end.")
        if self.end is not None and time.monotonic() > self.end:
            raise Fixable(
                f"This training was stopped after {self.seconds:g} seconds, at step {step} of {steps}.",
                "Take fewer steps, or a smaller network.",
            )


@contextmanager
def _one_thread() -> Iterator[None]:
    """Nets this small only wait for each other on more threads, and a sum split over threads rounds differently."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.inference_mode():
            yield
    finally:
        torch.set_num_threads(threads)


def _stacked(experiments: Sequence[Experiment], work: Callable[[list[Experiment]], list[Result]]) -> list[Result]:
    """Hand experiments of one shape to `work` together; equal activations become neighbours."""
    if isinstance(experiments, Experiment) or not all(isinstance(e, Experiment) for e in experiments):
        raise Fixable("What is computed is a list of experiments.", "Write for instance train([Experiment()]).")
    stacks: dict[object, list[Experiment]] = {}
    for experiment in sorted(set(experiments), key=lambda e: e.network.activation):
        stacks.setdefault(experiment.shape, []).append(experiment)
    with _one_thread():
        results = {result.experiment: result for stack in stacks.values() for result in work(stack)}
    return [results[experiment] for experiment in experiments]


def _profile_stack(experiments: list[Experiment], dtype: str) -> list[GradientProfile]:
    stack = Stack(experiments, dtype)
    sweep, meter = stack.sweep, instruments.Meter(stack.sweep)
    loss = stack.sweep_through(*next(stack.batches()), observer=meter)
    gradient = instruments.hidden_weight_norms(sweep.gradients)
    weight = instruments.hidden_weight_norms(stack.parameters)
    scratch = Layers(sweep.network.widths, len(experiments), experiments[0].training.batch_size, sweep.a[0].dtype)
    columns = {
        "weight_grad_norm": gradient,
        "weight_norm": weight,
        "grad_to_weight": gradient / weight,
        **meter.results(**meter.read()),
        **instruments.histograms(sweep),
        "backward_chain": instruments.backward_chain(sweep, scratch),
    }
    output = norms(sweep.gradients.weights[-1].unsqueeze(0))[0]
    return [
        GradientProfile(
            experiment,
            loss=loss[row].item(),
            output_weight_grad_norm=output[row].item(),
            **{name: column[row].numpy() for name, column in columns.items()},
        )
        for row, experiment in enumerate(experiments)
    ]


def _train_stack(experiments: list[Experiment], watch: Watcher | None, deadline: Deadline) -> list[Run]:
    record = _record(experiments, watch, deadline)
    return [
        _diverged(experiment, record.diverged_at[row], deadline) if row in record.diverged_at else record.run(row)
        for row, experiment in enumerate(experiments)
    ]


def _diverged(experiment: Experiment, end: int, deadline: Deadline) -> Run:
    """A run that is known to diverge at step `end`, with the steps before that recorded one by one."""
    record = _record([experiment], None, deadline, also=frozenset(range(max(end - LAST, 0), end + 1)))
    alone = record.diverged_at.get(0, end)
    # widths that are no multiples of 8 round differently alone, and chaos may take that to another step
    return record.run(0) if alone == end else _diverged(experiment, alone, deadline)


def _record(
    experiments: list[Experiment], watch: Watcher | None, deadline: Deadline, also: AbstractSet[int] = frozenset()
) -> Record:
    """Train a stack, and record it at the usual steps and at those in `also`."""
    training = experiments[0].training
    stack = Stack(experiments, training.dtype)
    optimizer = Optimizer([e.training for e in experiments], stack.parameters, stack.sweep.gradients)
    record = Record(stack, optimizer, also)
    for step, (inputs, labels) in zip(range(training.steps), stack.batches(), strict=False):
        deadline.check(step, training.steps)
        wanted = step in record.steps
        record.loss(step, stack.sweep_through(inputs, labels, keep=False, observer=record.meter if wanted else None))
        if wanted:
            record.before_update(step)
            if watch:
                record.tell(step, watch)
        optimizer.clip()
        optimizer.step()
        if wanted:
            record.after_update(step)
        if not record.healthy.any():
            break
    return record
