"""Forward and backward through K networks of one shape at once, written out layer by layer.

A batch is a row per point, so the lesson's column equations appear transposed:

    z(l) = W(l) a(l-1) + b(l)                              z = a @ W.mT + b
    delta(l) = (W(l+1)^T delta(l+1)) * phi'(z(l))          delta = (delta @ W) * slope
    dL/dW(l) = delta(l) a(l-1)^T                           grad = delta.mT @ a

All tensors carry the networks in their first dimension: weights (K, fan_out, fan_in), biases (K, 1, fan_out),
activations (K, batch, units). Only the two recursions go layer by layer; whatever can be done for all layers at
once is one operation on the memory that they share, because a small product costs less than asking for it.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from core.networks.activations import ACTIVATIONS, Activation
from core.networks.experiment import Network
from core.networks.layers import Layers, Normalization
from core.networks.parameters import Block, Parameters, runs


class Forward(NamedTuple):
    """What the forward pass through one hidden layer works on, looked up once."""

    bias: Tensor  # (K, batch, units)
    weight: Tensor  # (K, fan_in, units)
    before: Tensor  # where W a + b goes
    z: Tensor  # what enters phi: the same, or normalized
    phi: Tensor  # what comes out of it
    slabs: list[tuple[Tensor, Callable[[Tensor], object]]]  # each activation and its networks' part of phi
    a: Tensor  # the layer's output: phi(z), or with the skip
    branch: Tensor | None  # the factor of F(x) before x is added; None without a skip


class Backward(NamedTuple):
    """What the backward pass through one hidden layer works on."""

    layer: int
    delta: Tensor
    phi: Tensor
    weight: Tensor
    below: Tensor  # where dL/da(l-1) goes
    branch: Tensor | None


class Way(NamedTuple):
    """The backward pass through a block of layers, last layer first."""

    slopes: list[tuple[Callable[[Tensor, Tensor, Tensor], object], Tensor, Tensor, Tensor]]
    layers: list[Backward]
    products: list[tuple[Tensor, Tensor, Tensor]]  # delta^T, a, and where their product goes, equal layers as one
    block: Block  # (layers, K, batch, units), phi'(z) at first and then the error signals
    bias_gradient: Tensor  # (layers, K, 1, units), where their sums over the batch go


class Observer(Protocol):
    """Who looks on at the backward pass, a block of layers at a time, the last one first, and changes nothing."""

    def slopes(self, block: Block) -> None:
        """phi'(z(l)) of these layers; their error signals will take its place."""

    def signals(self, block: Block) -> None:
        """delta(l) of these layers."""


class Pass:
    """One forward and one backward pass; keeps a(l), phi(z(l)) and delta(l) of every hidden layer.

    With `keeps=False` it goes forward only, keeps nothing and leaves running statistics alone.
    """

    def __init__(self, networks: Sequence[Network], parameters: Parameters, batch: int, *, keeps: bool = True) -> None:
        """Prepare for batches of one size; networks with equal activations should be neighbours."""
        network, dtype = networks[0], parameters.flat.dtype
        self.network, self.parameters, self.depth = network, parameters, network.depth
        self.groups = _groups([n.activation for n in networks])

        def room(*, kept: bool = keeps) -> Layers:
            return Layers(network.widths, len(networks), batch, dtype, kept=kept)

        self.a = room()
        self.phi = self.a if network.residual == "none" else room()
        self.z = room() if any(activation.reads_z for _, activation in self.groups) else self.phi
        self.norm = Normalization(network.norm, parameters, room(), tracks=keeps) if network.norm != "none" else None
        self.inputs = torch.empty(0)
        self.branches = self._branches(dtype)
        self._steps = [self._forward_step(layer, batch) for layer in range(self.depth)]
        if keeps:
            self.gradients = parameters.like()
            self.delta: Layers | None = None
            self.arrived = torch.empty(0)  # dL/da of the last hidden layer
            self._arriving = room(kept=False)
            self._deltas = {keep: room(kept=keep) for keep in (True, False)}
            self._ways = {
                keep: [self._way(delta, block) for block in reversed(delta.blocks)]
                for keep, delta in self._deltas.items()
            }

    def _branches(self, dtype: torch.dtype) -> list[Tensor | None]:
        """For each hidden layer, what its branch F(x) is multiplied by before x is added; None without a skip."""
        network, skips = self.network, self.network.skips
        factor = torch.ones((), dtype=dtype) / (sum(skips) ** 0.5 if network.residual == "scaled" and any(skips) else 1)
        gates = self.parameters.gates or [factor] * self.depth
        return [gate if skip else None for gate, skip in zip(gates, skips, strict=True)]

    def _forward_step(self, layer: int, batch: int) -> Forward:
        phi, before = self.phi[layer], self.norm.u if self.norm else self.z
        return Forward(
            self.parameters.biases[layer].expand(-1, batch, -1), self.parameters.weights[layer].mT, before[layer],
            self.z[layer], phi, [(phi[rows], activation.apply) for rows, activation in self.groups], self.a[layer],
            self.branches[layer],
        )  # fmt: skip

    def _backward_step(self, layer: int, delta: Tensor) -> Backward:
        below = self._arriving[max(layer - 1, 0)]
        return Backward(layer, delta, self.phi[layer], self.parameters.weights[layer], below, self.branches[layer])

    def _slopes(self, out: Block) -> list[tuple[Callable[[Tensor, Tensor, Tensor], object], Tensor, Tensor, Tensor]]:
        """For each activation, its slope and its networks' part of z, of phi(z) and of `out`."""
        z, phi = self.z.span(out.layers), self.phi.span(out.layers)
        return [(known.write_slope, z[:, rows], phi[:, rows], out.values[:, rows]) for rows, known in self.groups]

    def _way(self, delta: Layers, block: Block) -> Way:
        """What the backward pass needs at a block of error signals."""
        layers = block.layers
        biases = next(p for p in self.gradients.pieces if p.kind == "biases" and block.first in p.layers)
        sums = biases.values[block.first - biases.first :][: len(layers)]
        products = []
        for piece in self.gradients.pieces:
            # the first hidden layer is left out: what comes into it is the input
            here = range(max(layers.start, piece.first, 1), min(layers.stop, piece.layers.stop))
            if piece.kind == "weights" and here:
                below = range(here.start - 1, here.stop - 1)
                goal = piece.values[here.start - piece.first : here.stop - piece.first]
                products.append(
                    (delta.span(here).flatten(0, 1).mT, self.a.span(below).flatten(0, 1), goal.flatten(0, 1))
                )
        steps = [self._backward_step(layer, delta[layer]) for layer in reversed(layers)]
        return Way(self._slopes(block), steps, products, block, sums)

    def forward(self, inputs: Tensor, *, training: bool = True) -> Tensor:
        """inputs (K, batch, features) -> logits (K, batch).

        `training` says whose mean and variance batch normalization uses: the batch's, or the running ones.
        """
        self.inputs = x = inputs
        norm, separate = self.norm, self.z is not self.phi
        for layer, (bias, weight, before, z, phi, slabs, a, branch) in enumerate(self._steps):
            torch.baddbmm(bias, x, weight, out=before)
            if norm:
                norm.forward(layer, z, training=training)
            if separate:
                phi.copy_(z)
            for values, apply in slabs:
                apply(values)
            if branch is not None:
                torch.addcmul(x, phi, branch, out=a)
            elif a is not phi:
                a.copy_(phi)
            x = a
        # a product and a sum: one unit's matrix-vector kernel rounds differently alone and stacked
        return (x * self.parameters.weights[-1]).sum(-1) + self.parameters.biases[-1][:, 0]

    def backward(self, slope_of_loss: Tensor, *, keep: bool = True, observer: Observer | None = None) -> None:
        """dL/d(logit) (K, batch) -> `gradients` of all parameters and, with `keep`, `delta` of every hidden layer."""
        weights, grads = self.parameters.weights, self.gradients
        out = slope_of_loss.unsqueeze(-1)  # (K, batch, 1)
        torch.sum(out * self.a[-1], 1, keepdim=True, out=grads.weights[-1])
        torch.sum(out, 1, keepdim=True, out=grads.biases[-1])
        arriving = self.arrived = torch.mul(out, weights[-1])
        for way in self._ways[keep]:
            for write_slope, z, phi, slope in way.slopes:
                write_slope(z, phi, slope)
            if observer:
                observer.slopes(way.block)
            arriving = self._through_layers(way.layers, arriving)
            for delta_t, a, product in way.products:
                torch.bmm(delta_t, a, out=product)
            torch.sum(way.block.values, 2, keepdim=True, out=way.bias_gradient)
            if observer:
                observer.signals(way.block)
        torch.bmm(self._deltas[keep][0].mT, self.inputs, out=grads.weights[0])
        self.delta = self._deltas[True] if keep else None

    def _through_layers(self, layers: list[Backward], arriving: Tensor) -> Tensor:
        """The recursion: from dL/da of the layer above to the error signals of these layers, and dL/da below them."""
        for layer, delta, phi, weight, below, branch in layers:
            delta.mul_(arriving)
            if branch is not None:
                self._through_skip(layer, delta, phi, arriving, branch)
            if self.norm:
                self.norm.backward(layer, delta, self.gradients)
            if layer and branch is None:
                arriving = torch.bmm(delta, weight, out=below)
            elif layer:
                arriving = torch.baddbmm(arriving, delta, weight, out=below)
        return arriving

    def _through_skip(self, layer: int, delta: Tensor, phi: Tensor, arriving: Tensor, branch: Tensor) -> None:
        """Only the branch's share of what arrives goes through the branch."""
        if self.parameters.gates:
            torch.sum(arriving * phi, (1, 2), keepdim=True, out=self.gradients.gates[layer])
        delta.mul_(branch)

    def write_slopes(self, out: Layers) -> None:
        """phi'(z(l)) of the last forward pass, for all hidden layers."""
        for block in out.blocks:
            for write_slope, z, phi, slope in self._slopes(block):
                write_slope(z, phi, slope)


def _groups(names: Sequence[str]) -> list[tuple[slice, Activation]]:
    return [(slice(start, start + length), ACTIVATIONS[name]) for start, length, name in runs(names)]
