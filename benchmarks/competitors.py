"""One training step of the same pair of networks, by ours, by PyTorch as it is usually written, and its bare products.

The pair is the lab's default, sigmoid with Xavier and ReLU with He, from the same weights and on the same batch.
Everybody works in float32 and reads the gradient norm of every layer's weights at every step; who reads `signals`
also reads the norm of every layer's error signal, as the lab does.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import nn

from core import Experiment, Network, Training
from core.networks import instruments
from core.networks.optimizers import Optimizer
from core.networks.parameters import Block, norms
from core.networks.stack import Stack

Step = Callable[[], object]
MODULES = {"sigmoid": nn.Sigmoid, "relu": nn.ReLU}


class Shape(NamedTuple):
    """The size of a network and of its batches."""

    depth: int
    width: int
    batch: int


def pair(shape: Shape) -> list[Experiment]:
    """The two experiments, in the order in which they are stacked."""
    training = Training(batch_size=shape.batch, learning_rate=0.01)
    kinds = [("relu", "he"), ("sigmoid", "xavier")]
    return [Experiment(Network(shape.depth, shape.width, *kind), training) for kind in kinds]


def ours(shape: Shape, *, signals: bool = False) -> Step:
    """The trainer's step, stacked."""
    stack = Stack(pair(shape), "float32")
    optimizer = Optimizer([e.training for e in stack.experiments], stack.parameters, stack.sweep.gradients)
    inputs, labels = next(stack.batches())

    def step() -> object:
        observer = Signals() if signals else None
        stack.sweep_through(inputs, labels, keep=False, observer=observer)
        read = [instruments.hidden_weight_norms(stack.sweep.gradients).tolist()]
        optimizer.clip()
        optimizer.step()
        return read, observer and observer.norms

    return step


class Signals:
    """An observer of the backward pass that reads the norm of every layer's error signal and nothing else."""

    def __init__(self) -> None:
        """Nothing read."""
        self.norms: list[list[list[float]]] = []

    def slopes(self, block: Block) -> None:
        """Nothing to do with these."""

    def signals(self, block: Block) -> None:
        """A block of layers, the last one first."""
        self.norms.append(norms(block.values).tolist())


def usual(shape: Shape, *, signals: bool = False) -> Step:
    """`nn.Sequential`, autograd and `optim.SGD`, a network at a time; norms in float64, as they must be."""
    stack = Stack(pair(shape), "float32")
    inputs, labels = (values.clone() for values in next(stack.batches()))
    networks = [_sequential(stack, row) for row in range(2)]
    optimizers = [torch.optim.SGD(network.parameters(), lr=0.01) for network in networks]
    loss_of = nn.BCEWithLogitsLoss()
    read: list[float] = []
    if signals:
        for layer in (layer for network in networks for layer in network if isinstance(layer, nn.Linear)):
            layer.register_full_backward_hook(lambda *gradients: read.append(_norm(gradients[2][0])))

    def step() -> object:
        read.clear()
        for network, optimizer, x, y in zip(networks, optimizers, inputs, labels, strict=True):
            optimizer.zero_grad()
            loss_of(network(x).squeeze(-1), y).backward()
            read.extend(_norm(layer.weight.grad) for layer in network if isinstance(layer, nn.Linear))
            optimizer.step()
        return read

    return step


def _norm(values: torch.Tensor | None) -> float:
    assert values is not None  # noqa: S101  a gradient that the pass has just filled

    return float(torch.linalg.vector_norm(values, dtype=torch.float64))


def _sequential(stack: Stack, row: int) -> nn.Sequential:
    """One network of the stack as a module."""
    layers: list[nn.Module] = []
    for weight, bias in zip(stack.parameters.weights, stack.parameters.biases, strict=True):
        linear = nn.Linear(weight.shape[2], weight.shape[1])
        with torch.no_grad():
            linear.weight.copy_(weight[row])
            linear.bias.copy_(bias[row, 0])
        layers += [linear, MODULES[stack.networks[row].activation]()]
    return nn.Sequential(*layers[:-1])


def floor(shape: Shape) -> Step:
    """Only the matrix products of the pass, on the numbers of the first step, nothing allocated."""
    stack = Stack(pair(shape), "float32")
    stack.sweep_through(*next(stack.batches()))
    weights, a, deltas = stack.parameters.weights[:-1], stack.sweep.a, stack.sweep.delta
    if deltas is None:
        raise ValueError("the pass was to keep its error signals")
    inputs, layer_range = stack.sweep.inputs, range(1, shape.depth)
    goal, first, inner = torch.empty_like(a[0]), torch.empty_like(weights[0]), torch.empty(0)
    forward = [(below, weight.mT) for below, weight in zip([inputs, *a.each], weights, strict=False)]
    backward = [(delta, weight) for (_, delta), weight in zip(pairwise(deltas.each), weights[1:], strict=True)]
    above = deltas.span(layer_range).flatten(0, 1).mT
    below = a.span(range(shape.depth - 1)).flatten(0, 1)
    inner = torch.empty(above.shape[0], shape.width, shape.width)

    def step() -> None:
        for x, weight in forward:
            torch.bmm(x, weight, out=goal)
        for delta, weight in backward:
            torch.bmm(delta, weight, out=goal)
        torch.bmm(above, below, out=inner)
        torch.bmm(deltas[0].mT, inputs, out=first)

    return step
