"""Forward and backward through K networks of one shape at once, written out layer by layer.

A batch is a row per point, so the lesson's column equations appear transposed:

    z(l) = W(l) a(l-1) + b(l)                              z = a @ W.mT + b
    delta(l) = (W(l+1)^T delta(l+1)) * phi'(z(l))          delta = (delta @ W) * slope
    dL/dW(l) = delta(l) a(l-1)^T                           grad = delta.mT @ a

All tensors carry the networks in their first dimension: weights (K, fan_out, fan_in),
biases (K, 1, fan_out), activations (K, batch, units).
"""

from collections.abc import Callable, Sequence
from itertools import groupby

import torch
from torch import Tensor
from torch.nn.functional import pad, softplus

from core.activations import ACTIVATIONS, Activation
from core.experiment import Network
from core.initializations import INITIALIZATIONS

INPUTS = 2  # the tasks are points in the plane
SATURATED_BELOW = 0.05  # of the activation's steepest slope
VECTORS = 64  # float32 numbers; a multiple of what any processor's vector instructions take at a time


class Parameters:
    """The weights and biases of K networks of one shape: views into one block of memory.

    `flat` has shape (K, numbers); `weights` and `biases` list the layers, input side first, the output layer last.
    Every piece starts at a whole vector register, with unused zeros before it where needed: a matrix product may
    round differently when its operands start elsewhere, and a network must not depend on its place in a stack.
    """

    def __init__(self, count: int, widths: Sequence[int], dtype: torch.dtype) -> None:
        """Room for `count` networks with these hidden widths, all zero."""
        fans = list(zip((INPUTS, *widths), (*widths, 1), strict=True))
        sizes = [_padded(size) for fan_in, fan_out in fans for size in (fan_in * fan_out, fan_out)]
        self.flat = torch.zeros(count, sum(sizes), dtype=dtype)
        pieces = iter(torch.split(self.flat, sizes, dim=1))
        self.weights: list[Tensor] = []
        self.biases: list[Tensor] = []
        for fan_in, fan_out in fans:
            self.weights.append(next(pieces)[:, : fan_in * fan_out].view(count, fan_out, fan_in))
            self.biases.append(next(pieces)[:, :fan_out].view(count, 1, fan_out))

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


class Pass:
    """One forward and one backward pass; keeps z(l), a(l), phi'(z(l)) and delta(l) of every hidden layer."""

    def __init__(self, networks: Sequence[Network], parameters: Parameters) -> None:
        """Prepare for these networks, which must share their widths; equal activations should be neighbours."""
        self.parameters = parameters
        self.gradients = Parameters(len(networks), networks[0].widths, parameters.flat.dtype)
        self.depth = networks[0].depth
        self.groups = _groups([network.activation for network in networks])
        self.z: list[Tensor] = []
        self.a: list[Tensor] = []  # a[0] is the input, a[l] belongs to layer l
        self.slopes: list[Tensor] = []
        self.deltas: list[Tensor] = []

    def forward(self, inputs: Tensor) -> Tensor:
        """inputs (K, batch, 2) -> logits (K, batch)."""
        *hidden_weights, output_weight = self.parameters.weights
        *hidden_biases, output_bias = self.parameters.biases
        self.z, self.a, self.slopes = [], [inputs], []
        for weight, bias in zip(hidden_weights, hidden_biases, strict=True):
            z = torch.baddbmm(bias, self.a[-1], weight.mT)
            self._activate(z)
        # a product and a sum: one unit's matrix-vector kernel rounds differently alone and stacked
        return (self.a[-1] * output_weight).sum(-1) + output_bias[:, 0]

    def _activate(self, z: Tensor) -> None:
        a, slope = torch.empty_like(z), torch.empty_like(z)
        for rows, activation in self.groups:
            a[rows] = activation.function(z[rows])
            slope[rows] = activation.slope(z[rows], a[rows])
        self.z.append(z)
        self.a.append(a)
        self.slopes.append(slope)

    def loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Binary cross-entropy, mean over the batch: (K, batch), (K, batch) -> (K,)."""
        return (_row_by_row(softplus, logits) - labels * logits).mean(-1)

    def backward(self, logits: Tensor, labels: Tensor) -> None:
        """Fill `gradients` and `deltas` from the last forward pass."""
        weights, grads = self.parameters.weights, self.gradients
        delta = ((_row_by_row(torch.sigmoid, logits) - labels) / labels.shape[-1]).unsqueeze(-1)  # (K, batch, 1)
        grads.weights[-1][:] = (delta * self.a[-1]).sum(1, keepdim=True)
        grads.biases[-1][:] = delta.sum(1, keepdim=True)
        carried = delta * weights[-1]  # W(L+1)^T delta(L+1)
        self.deltas = []
        for layer in reversed(range(self.depth)):
            delta = carried * self.slopes[layer]
            torch.bmm(delta.mT, self.a[layer], out=grads.weights[layer])
            grads.biases[layer][:] = delta.sum(1, keepdim=True)
            self.deltas.insert(0, delta)
            carried = delta @ weights[layer] if layer else delta

    def finite(self, loss: Tensor) -> Tensor:
        """(K,) whether a network's loss and all its gradients are finite."""
        return loss.isfinite() & self.gradients.flat.isfinite().all(1)

    def weight_grad_norms(self) -> Tensor:
        """(K, depth) of the hidden layers."""
        return norms(self.gradients.weights[:-1])

    def delta_norms(self) -> Tensor:
        """(K, depth)."""
        return norms(self.deltas)

    def saturated(self) -> Tensor:
        """(K, depth) share of (point, unit) pairs with a slope below 5 % of the steepest."""
        limits = self.slopes[0].new_empty(self.slopes[0].shape[0], 1, 1)
        for rows, activation in self.groups:
            limits[rows] = SATURATED_BELOW * activation.steepest
        return torch.stack([(slope.abs() < limits).double().mean((1, 2)) for slope in self.slopes], dim=1)

    def dead(self) -> Tensor:
        """(K, depth) share of units whose slope is 0 at every point of the batch."""
        return torch.stack([(slope == 0).all(1).double().mean(1) for slope in self.slopes], dim=1)


def norms(layers: Sequence[Tensor]) -> Tensor:
    """(K, layers) L2 norms, summed in float64: a float32 sum of squares is 0 for entries below 1e-23."""
    return torch.stack([torch.linalg.vector_norm(t, dim=(1, 2), dtype=torch.float64) for t in layers], dim=1)


def _padded(size: int) -> int:
    return size + -size % VECTORS


def _row_by_row(function: Callable[[Tensor], Tensor], rows: Tensor) -> Tensor:
    """`function` of every entry of (K, batch), rounded the same whether a row is alone or stacked.

    torch handles the last few entries of a tensor one at a time and the others in vectors, which round
    differently; filled up to whole vectors, every row of its own consists of vectors only.
    """
    length = rows.shape[-1]
    return function(pad(rows, (0, -length % VECTORS)))[:, :length]


def _groups(names: Sequence[str]) -> list[tuple[slice, Activation]]:
    groups, start = [], 0
    for name, members in groupby(names):
        stop = start + len(list(members))
        groups.append((slice(start, stop), ACTIVATIONS[name]))
        start = stop
    return groups
