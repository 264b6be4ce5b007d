"""What is measured in one pass, layer by layer: norms, activations, saturation, and the way of the error signal."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from core.backpropagation import Pass
from core.layers import Layers
from core.parameters import Parameters, norms
from core.results import BINS

SATURATED_BELOW = 0.05  # of the activation's steepest slope


def hidden_weight_norms(parameters: Parameters) -> Tensor:
    """(K, depth) L2 norms of the hidden layers' weights, or of whatever belongs to them."""
    return _side_by_side([norms(weights) for weights in parameters.hidden_weights])


def delta_norms(sweep: Pass) -> Tensor:
    """(K, depth) norms of the error signals dL/dz(l)."""
    return _by_layer(norms, _kept(sweep))


def activations(sweep: Pass) -> dict[str, Tensor]:
    """Mean and standard deviation of every layer's output a(l), over points and units: (K, depth) each."""
    return {
        "activation_mean": _by_layer(lambda a: a.flatten(2).double().mean(-1), sweep.a),
        "activation_std": _by_layer(lambda a: a.flatten(2).double().std(-1, correction=0), sweep.a),
    }


def slopes(sweep: Pass, scratch: Layers) -> dict[str, Tensor]:
    """The shares of saturated (point, unit) pairs and of dead units: (K, depth) each; `scratch` is written over.

    NaN in a layer where an activation is not a number.
    """
    sweep.write_slopes(scratch)
    limits = torch.empty(scratch[0].shape[0], 1, 1, dtype=scratch[0].dtype)
    for rows, activation in sweep.groups:
        limits[rows] = SATURATED_BELOW * activation.steepest
    lost = _by_layer(lambda phi: phi.flatten(2).isnan().any(-1), sweep.phi)
    shares = {
        "saturated": _by_layer(lambda slope: (slope.abs() < limits).flatten(2).double().mean(-1), scratch),
        "dead": _by_layer(lambda slope: (slope == 0).all(2).double().mean(-1), scratch),
    }
    return {name: share.masked_fill(lost, torch.nan) for name, share in shares.items()}


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
    bins = torch.where(finite, (values - low) / width * BINS, 0).long().clamp_(0, BINS - 1)
    counts = torch.zeros(*values.shape[:2], BINS, dtype=torch.int64)
    counts.scatter_add_(2, bins, finite.long().expand_as(bins))
    return counts, torch.cat([low, high], dim=2).double()


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


def _by_layer(measure: Callable[[Tensor], Tensor], layers: Layers) -> Tensor:
    return _side_by_side([measure(block.values) for block in layers.blocks])


def _side_by_side(parts: Sequence[Tensor]) -> Tensor:
    """Blocks (layers, K) -> (K, depth)."""
    return torch.cat(list(parts)).T
