"""What is measured in one pass, layer by layer: norms, activations, how alike points are, saturation, the way back."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from core.networks.backpropagation import Pass
from core.networks.layers import Layers
from core.networks.parameters import Block, Parameters, norms
from core.networks.results import BINS

SATURATED_BELOW = 0.05  # of the activation's steepest slope
ROUNDING = 1e-12  # what is left of a point, as a share of the largest, that is no more than rounding


def hidden_weight_norms(parameters: Parameters) -> Tensor:
    """(K, depth) L2 norms of the hidden layers' weights, or of whatever belongs to them."""
    return _side_by_side([norms(weights) for weights in parameters.hidden_weights])


class Gauge(NamedTuple):
    """What is read of a block of layers, and where it goes, looked up once; values are (layers, K, units * points)."""

    a: Tensor
    distances: Tensor  # room for a - mean(a), in float64
    phi: Tensor
    sizes: Tensor  # the same room for |phi'(z)|, (layers, K, batch, units)
    exact: Tensor  # (5, layers, K): mean, norm of the distances from it, error signal; cosine and correlation of points
    counts: Tensor  # (3, layers, K): saturated pairs, dead units; the largest phi(z), which is NaN where any is


class Meter:
    """Reads every layer's error signal, activations, saturated pairs and dead units while the backward pass goes by.

    What it reads at a pass becomes a result when all is over, for all passes at once.
    """

    def __init__(self, sweep: Pass) -> None:
        """Room for the largest block."""
        count, batch, _ = sweep.a[0].shape
        dtype = sweep.a[0].dtype
        self.points, self.units = batch, torch.tensor(sweep.network.widths)
        self.limits = torch.empty(count, 1, 1, dtype=dtype)
        for rows, activation in sweep.groups:
            self.limits[rows] = SATURATED_BELOW * activation.steepest
        self._exact = torch.empty(5, sweep.depth, count, dtype=torch.float64)
        self._counts = torch.empty(3, sweep.depth, count, dtype=dtype)
        room = torch.empty(max(block.values.numel() for block in sweep.a.blocks), dtype=torch.float64)
        self._gauges = {block.first: self._gauge(sweep, block, room) for block in sweep.a.blocks}

    def _gauge(self, sweep: Pass, block: Block, room: Tensor) -> Gauge:
        layers = slice(block.layers.start, block.layers.stop)
        a, phi = block.values.flatten(2), sweep.phi.span(block.layers).flatten(2)
        distances, sizes = room[: a.numel()].view_as(a), room.view(a.dtype)[: a.numel()].view_as(block.values)
        return Gauge(a, distances, phi, sizes, self._exact[:, layers], self._counts[:, layers])

    def slopes(self, block: Block) -> None:
        """How these layers' outputs are spread; where their slopes are small, and units where all of them are 0."""
        a, distances, phi, sizes, (mean, spread, _, *alike), (saturated, dead, largest) = self._gauges[block.first]
        points = distances.view(block.values.shape)
        torch.mean(distances.copy_(a), -1, out=mean)
        lengths = torch.linalg.vector_norm(points, dim=-1)
        alike[0].copy_(mean_cosine(points, lengths))
        mean.clamp_(a.amin(-1), a.amax(-1))  # where all are equal, rounding would make a distance of it
        torch.linalg.vector_norm(distances.sub_(mean.unsqueeze(-1)), dim=-1, out=spread)
        points.sub_(points.mean(-1, keepdim=True))
        left = torch.linalg.vector_norm(points, dim=-1)
        alike[1].copy_(mean_cosine(points, left.masked_fill_(left <= ROUNDING * lengths.amax(-1, keepdim=True), 0)))
        torch.amax(phi, -1, out=largest)
        torch.abs(block.values, out=sizes)
        torch.sum(sizes.amax(2).eq_(0), -1, out=dead)
        torch.sum(sizes.lt_(self.limits), (2, 3), out=saturated)  # exact: there are fewer than 2^24 pairs

    def signals(self, block: Block) -> None:
        """The norms of the error signals."""
        self._gauges[block.first].exact[2] = norms(block.values)

    def read(self) -> dict[str, Tensor]:
        """What was read of the pass that went by, (K, 5, depth) and (K, 3, depth)."""
        return {"exact": self._exact.permute(2, 0, 1).clone(), "counts": self._counts.permute(2, 0, 1).clone()}

    def results(self, exact: Tensor, counts: Tensor) -> dict[str, Tensor]:
        """What the readings mean, of one pass or of many: (..., 5, depth) and (..., 3, depth) -> (..., depth).

        A layer where an activation is not a number has no shares.
        """
        mean, spread, signal, cosine, correlation = exact.unbind(-2)
        saturated, dead, largest = counts.double().unbind(-2)
        pairs, lost = self.units * self.points, largest.isnan()
        return {
            "delta_norm": signal,
            "activation_mean": mean,
            "activation_std": spread / pairs.double().sqrt(),
            "activation_cosine": cosine,
            "activation_correlation": correlation,
            "saturated": (saturated / pairs).masked_fill_(lost, torch.nan),
            "dead": (dead / self.units).masked_fill_(lost, torch.nan),
        }


def mean_cosine(points: Tensor, lengths: Tensor) -> Tensor:
    """(...) the mean cosine of two different points, from (..., points, units) and their lengths (..., points).

    The sum over all pairs is the square of the sum of all points of length 1. A point of length 0 has no direction and
    is left out; with fewer than two others, or a length that is not finite, there is no mean.
    """
    directed = lengths > 0
    shares = lengths.reciprocal().masked_fill_(~directed, 0).masked_fill_(lengths.isinf(), torch.nan)
    count, together = directed.sum(-1), (shares.unsqueeze(-2) @ points).squeeze(-2)
    pairs = count * (count - 1)
    return ((together.square().sum(-1) - count) / pairs).masked_fill_(pairs == 0, torch.nan)


def histograms(sweep: Pass) -> dict[str, Tensor]:
    """How a(l) is spread: counts (K, depth, BINS) in equal bins between its ends (K, depth, 2).

    A layer with a value that is not finite has no counts.
    """
    parts = [_histogram(block.values.flatten(2)) for block in sweep.a.blocks]
    counts, ends = (torch.cat(column).transpose(0, 1) for column in zip(*parts, strict=True))
    return {"histogram": counts, "histogram_range": ends}


def _histogram(values: Tensor) -> tuple[Tensor, Tensor]:
    """(layers, K, values) -> counts (layers, K, BINS), ends (layers, K, 2)."""
    low, high = values.amin(-1, keepdim=True), values.amax(-1, keepdim=True)
    width = torch.where(high > low, high - low, 1)
    finite = (high - low).isfinite()
    bins = (values - low).div_(width).mul_(BINS).masked_fill_(~finite, 0).int().clamp_(0, BINS - 1)
    first = torch.arange(0, BINS * finite.numel(), BINS, dtype=torch.int32).view_as(finite)  # bins of its own for each
    counts = torch.bincount((bins + first).flatten(), minlength=BINS * finite.numel())
    return counts.view(*values.shape[:2], BINS) * finite, torch.cat([low, high], dim=2).double()


def backward_chain(sweep: Pass, scratch: Layers) -> Tensor:
    """(K, 6, depth - 1) norms of what the error signal becomes on its way from layer l + 1 to layer l.

    In order: delta(l+1); v = W(l+1)^T delta(l+1); what arrives at a(l), which is v and, past a skip, what arrived at
    a(l+1); the same times the branch's factor; times phi'(z(l)); and delta(l), after the normalization.
    `scratch` is written over.
    """
    sweep.write_slopes(scratch)
    deltas = _kept(sweep)
    stages: list[Tensor] = []
    for layer in range(sweep.depth - 1, -1, -1):
        if layer == sweep.depth - 1:
            arriving = sweep.arrived
        else:
            above = deltas[layer + 1]
            carried = above @ sweep.parameters.weights[layer + 1]
            arriving = carried + arriving if sweep.network.skips[layer + 1] else carried
        branch = sweep.branches[layer]
        entering = arriving if branch is None else arriving * branch
        if layer < sweep.depth - 1:
            chain = [above, carried, arriving, entering, entering * scratch[layer], deltas[layer]]
            stages.insert(0, torch.stack([norms(stage.unsqueeze(0))[0] for stage in chain], dim=1))
    return torch.stack(stages, dim=2) if stages else torch.empty(sweep.a[0].shape[0], 6, 0, dtype=torch.float64)


def _kept(sweep: Pass) -> Layers:
    if sweep.delta is None:
        raise ValueError("the last backward pass did not keep its error signals")
    return sweep.delta


def _side_by_side(parts: Sequence[Tensor]) -> Tensor:
    """Blocks (layers, K) -> (K, depth)."""
    return torch.cat(list(parts)).T
