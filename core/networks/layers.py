"""Memory for one value a unit and point in every hidden layer, and the normalization of such values."""

from collections.abc import Sequence

import torch
from torch import Tensor

from core.networks.parameters import Block, Parameters, runs

EPSILON = 1e-5  # added to variances, as in torch.nn.BatchNorm1d and LayerNorm
CACHE = 2**19  # bytes of one such value that stay close to the processor, with room for others beside them
MOMENTUM = 0.1  # share of the newest batch in the running statistics, as in torch.nn.BatchNorm1d


class Layers:
    """One tensor (K, batch, units) for each hidden layer; neighbours of equal width lie side by side.

    `blocks` are what to take in one operation: few enough layers for the processor's cache. With `kept=False` all
    blocks share the memory of one, of two layers or more: enough for who goes through the layers once.
    """

    def __init__(self, widths: Sequence[int], count: int, batch: int, dtype: torch.dtype, *, kept: bool = True) -> None:
        """Memory for `count` networks and `batch` points."""
        self.blocks: list[Block] = []
        self.each: list[Tensor] = []
        self._places: list[tuple[Tensor, int]] = []
        for first, length, units in runs(widths):
            at_once = max(CACHE // (count * batch * units * dtype.itemsize), 2)
            memory = torch.empty(length if kept else min(length, at_once), count, batch, units, dtype=dtype)
            rooms = len(memory)
            for start in range(0, length, at_once):
                layers, room = min(at_once, length - start), start % rooms
                self.blocks.append(Block(first + start, memory[room : room + layers]))
            self._places += [(memory, i % rooms) for i in range(length)]
        self.each = [memory[room] for memory, room in self._places]

    def __getitem__(self, layer: int) -> Tensor:
        """(K, batch, units) of one hidden layer, counted from 0."""
        return self.each[layer]

    def __len__(self) -> int:
        """The number of hidden layers."""
        return len(self.each)

    def span(self, layers: range) -> Tensor:
        """(layers, K, batch, units): neighbours of equal width as one."""
        memory, room = self._places[layers[0]]
        return memory[room : room + len(layers)]


class Normalization:
    """Subtract the mean and divide by the standard deviation, then scale and shift by learned numbers.

    Over the batch, unit by unit (Ioffe & Szegedy 2015), or over the units, point by point (Ba et al. 2016): the
    same formulas along another dimension.
    """

    def __init__(self, kind: str, parameters: Parameters, normalized: Layers, *, tracks: bool) -> None:
        """`normalized` is where the values before scale and shift are kept; `tracks` keeps up running statistics."""
        self.dimension = {"batch": 1, "layer": 2}[kind]
        self.parameters = parameters
        self.u = normalized
        self.tracks = tracks and bool(parameters.running_means)
        self.rates: list[Tensor] = [torch.empty(0)] * len(normalized)  # 1 / standard deviation

    def forward(self, layer: int, out: Tensor, *, training: bool) -> None:
        """Normalize the pre-activations that stand in `u[layer]`, in place, and write scale * u + shift to `out`."""
        u, parameters = self.u[layer], self.parameters
        if training or not parameters.running_means:
            variance, mean = torch.var_mean(u, self.dimension, correction=0, keepdim=True)
            if self.tracks:
                self._track(layer, mean, variance, u.shape[1])
        else:
            mean, variance = parameters.running_means[layer], parameters.running_variances[layer]
        self.rates[layer] = (variance + EPSILON).rsqrt_()
        u.sub_(mean).mul_(self.rates[layer])
        torch.addcmul(parameters.shifts[layer], u, parameters.scales[layer], out=out)

    def _track(self, layer: int, mean: Tensor, variance: Tensor, points: int) -> None:
        self.parameters.running_means[layer].lerp_(mean, MOMENTUM)
        self.parameters.running_variances[layer].lerp_(variance * (points / max(points - 1, 1)), MOMENTUM)

    def backward(self, layer: int, delta: Tensor, gradients: Parameters) -> None:
        """Turn dL/d(scale * u + shift), standing in `delta`, into dL/dz in place; keep the learned numbers' gradients.

        dL/dz = (g - mean(g) - u * mean(g * u)) / standard deviation, with g = dL/du.
        """
        u = self.u[layer]
        torch.sum(delta * u, 1, keepdim=True, out=gradients.scales[layer])
        torch.sum(delta, 1, keepdim=True, out=gradients.shifts[layer])
        delta.mul_(self.parameters.scales[layer])
        along = (delta * u).mean(self.dimension, keepdim=True)
        delta.sub_(delta.mean(self.dimension, keepdim=True)).addcmul_(u, along, value=-1).mul_(self.rates[layer])
