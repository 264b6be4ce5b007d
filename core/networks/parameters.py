"""The numbers that K networks of one shape learn, side by side in one piece of memory."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import prod
from typing import NamedTuple, TypeVar

import torch
from torch import Tensor

from core.networks.experiment import Network
from core.networks.initializations import INITIALIZATIONS

Item = TypeVar("Item")

VECTORS = 64  # numbers; a multiple of what any processor's vector instructions take at a time


class Block(NamedTuple):
    """Neighbouring layers of equal shape in one tensor: their activations, or one kind of their parameters."""

    first: int
    """index of the first of these layers; 0 is the first hidden layer, depth the output layer"""
    values: Tensor
    """(layers, K, rows, columns)"""
    kind: str = ""
    """of parameters: weights, biases, scales, shifts or gates"""

    @property
    def layers(self) -> range:
        """The indices of the layers."""
        return range(self.first, self.first + len(self.values))


class Parameters:
    """All learned numbers of K networks of one shape.

    `weights` (K, fan_out, fan_in) and `biases` (K, 1, fan_out) list the layers, input side first, the output layer
    last; `scales` and `shifts` (K, 1, units) belong to the hidden layers of a normalized network, `gates` (K, 1, 1)
    to those of a residual network that starts at zero; `running_means` and `running_variances`, of the same shape,
    are what batch normalization evaluates with, and are not learned. The learned ones are views into `flat`
    (numbers,), so whatever happens to every number alike takes one operation. `pieces` lists the same memory with
    equal layers together; `hidden_weights` are those of them that the figures show, (layers, K, fan_out, fan_in) each.

    Every piece starts at a whole vector register, with unused zeros before it where needed: a matrix product may
    round differently when its operands start elsewhere, and a network must not depend on its place in a stack.
    """

    def __init__(self, network: Network, inputs: int, count: int, dtype: torch.dtype) -> None:
        """Room for `count` networks of the shape of `network`, all zero."""
        self._form = network, inputs, count
        shapes = list(_shapes(network, inputs, count))
        sizes = [prod(shape) + -prod(shape) % VECTORS for _, _, shape in shapes]
        self.flat = torch.zeros(sum(sizes), dtype=dtype)
        self.pieces = [
            Block(first, memory[: prod(shape)].view(shape), kind)
            for (kind, first, shape), memory in zip(shapes, torch.split(self.flat, sizes), strict=True)
        ]
        self.hidden_weights = [p.values for p in self.pieces if p.kind == "weights" and p.first < network.depth]
        self.weights, self.biases = self._layers("weights"), self._layers("biases")
        self.scales, self.shifts, self.gates = (self._layers(kind) for kind in ("scales", "shifts", "gates"))
        tracked = self.scales if network.norm == "batch" else []
        self.running_means = [torch.zeros_like(scale) for scale in tracked]
        self.running_variances = [torch.ones_like(scale) for scale in tracked]

    def _layers(self, kind: str) -> list[Tensor]:
        return [layer for piece in self.pieces if piece.kind == kind for layer in piece.values]

    def like(self, dtype: torch.dtype | None = None) -> "Parameters":
        """Room for something that belongs to each parameter: gradients, updates; all zero."""
        return Parameters(*self._form, dtype or self.flat.dtype)

    def owners(self) -> Tensor:
        """(numbers,) which of the networks each number belongs to."""
        owners = self.like(torch.int64)
        for piece in owners.pieces:
            piece.values.copy_(torch.arange(piece.values.shape[1]).view(1, -1, 1, 1))
        return owners.flat

    def start(self, row: int, network: Network, seed: int) -> None:
        """Draw the initial weights of one of the networks.

        The draws depend on the seed and the widths alone, are taken in float64 and then scaled by the
        initialization; so networks that differ only in activation or initialization share their dice.
        """
        dice = torch.Generator().manual_seed(seed)
        initialization = INITIALIZATIONS[network.init]
        for weight, bias in zip(self.weights, self.biases, strict=True):
            fan_out, fan_in = weight.shape[1:]
            draws = torch.randn(fan_out, fan_in + 1, generator=dice, dtype=torch.float64)
            weight[row] = network.gain * initialization.weights(draws[:, :fan_in])
            bias[row, 0] = initialization.biases(draws[:, fan_in], fan_in)
        for bias in self.biases[:-1]:
            bias[row] += network.bias
        for scale in self.scales:
            scale[row] = 1

    def layer_norms(self) -> Tensor:
        """(layers, K) L2 norm of everything that belongs to a layer; the output layer is the last row."""
        parts = [(slice(p.first, p.layers.stop), norms(p.values).double()) for p in self.pieces]
        largest = torch.zeros(len(self.weights), self.weights[0].shape[0], dtype=torch.float64)
        for layers, part in parts:
            torch.maximum(largest[layers], part, out=largest[layers])
        unit, squares = _unit(largest), torch.zeros_like(largest)
        for layers, part in parts:
            squares[layers] += (part / unit[layers]).square()
        return squares.sqrt() * unit

    def norms(self) -> Tensor:
        """(parts, K) L2 norm of each kind of parameter in each layer; the hidden layers' weights come first."""
        return torch.cat([norms(piece.values) for piece in self.pieces])

    def norm(self) -> Tensor:
        """(K,) L2 norm of everything together, all parameters of all layers."""
        return together(self.norms())

    def multiply(self, factors: Tensor) -> None:
        """Multiply everything that belongs to layer l of network k by `factors` (layers, K)."""
        for piece in self.pieces:
            piece.values.mul_(factors[piece.first : piece.layers.stop].view(*piece.values.shape[:2], 1, 1))


def _shapes(network: Network, inputs: int, count: int) -> Iterator[tuple[str, int, tuple[int, ...]]]:
    """Kind, first layer and shape (layers, K, rows, columns) of each piece."""
    widths = network.widths
    fans = list(zip((inputs, *widths), (*widths, 1), strict=True))
    yield "weights", 0, (1, count, fans[0][1], fans[0][0])
    for first, layers, (fan_in, fan_out) in runs(fans[1:-1]):
        yield "weights", first + 1, (layers, count, fan_out, fan_in)
    yield "weights", len(widths), (1, count, 1, widths[-1])
    kinds = ["biases", *(["scales", "shifts"] if network.norm != "none" else [])]
    for kind in kinds:
        for first, layers, units in runs(widths):
            yield kind, first, (layers, count, 1, units)
    yield "biases", len(widths), (1, count, 1, 1)
    if network.residual == "zero":
        yield "gates", 0, (len(widths), count, 1, 1)


def runs(items: Sequence[Item]) -> Iterator[tuple[int, int, Item]]:
    """Start, length and value of each run of equal neighbours.

    >>> list(runs([8, 8, 3]))
    [(0, 2, 8), (2, 1, 3)]
    """
    start = 0
    for item, members in groupby(items):
        length = len(list(members))
        yield start, length, item
        start += length


def norms(layers: Tensor) -> Tensor:
    """(layers, K) L2 norms of (layers, K, rows, columns), none lost to the range of the number format.

    A sum of squares in float32 is 0 for entries below 1e-23, and one in float64 for entries below 1e-162. So float32
    entries are squared in float64, and float64 entries divided by the largest first.
    """
    if layers.dtype == torch.float32:
        return torch.linalg.vector_norm(layers, dim=(2, 3), dtype=torch.float64)  # type: ignore[no-any-return]
    unit = _unit(layers.abs().amax((2, 3), keepdim=True))
    return torch.linalg.vector_norm(layers / unit, dim=(2, 3)) * unit[..., 0, 0]  # type: ignore[no-any-return]


def together(parts: Tensor) -> Tensor:
    """(..., K) the L2 norm of a whole from those of its parts, (..., parts, K)."""
    unit = _unit(parts.amax(-2, keepdim=True))
    squares = (parts / unit).square().cumsum(-2)[..., -1, :]  # sum() rounds differently in a stack
    return squares.sqrt() * unit[..., 0, :]


def _unit(largest: Tensor) -> Tensor:
    """What to divide by before squaring, so that no square leaves the range of numbers."""
    return torch.where((largest > 0) & largest.isfinite(), largest, 1)
