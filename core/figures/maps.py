"""Pictures in two directions: the decision surface, and how the activations of each layer are spread."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.figures.style import LIGHT, Figure, axis, layout
from core.networks.results import REACH, SIDE, Floats

VALUES = 40  # bins on the common axis of all layers
RAMP = [[0, LIGHT.grid], [1, LIGHT.ink]]
SIDES = [[0, LIGHT.second], [0.5, LIGHT.paper], [1, LIGHT.first]]


def surface_map(name: str, surface: NDArray[np.float32], scale: float) -> Figure:
    """The probability of class 1 over the plane, (SIDE, SIDE), with a line where it is one half."""
    ticks = np.linspace(-REACH * scale, REACH * scale, SIDE).tolist()
    heat = {
        "type": "heatmap", "x": ticks, "y": ticks, "z": rounded(surface), "zmin": 0, "zmax": 1, "colorscale": SIDES,
        "colorbar": {"title": {"text": "P(class 1)"}, "thickness": 10, "tickvals": [0, 0.5, 1]},
        "hovertemplate": "P(class 1) = %{z:.2f}<extra></extra>",
    }  # fmt: skip
    border = {
        "type": "contour", "x": ticks, "y": ticks, "z": heat["z"], "showscale": False, "hoverinfo": "skip",
        "contours": {"start": 0.5, "end": 0.5, "size": 1, "coloring": "none"}, "line": {"color": LIGHT.ink, "width": 2},
    }  # fmt: skip
    x = axis("first input", showgrid=False, constrain="domain")
    y = axis("second input", showgrid=False, scaleanchor="x", constrain="domain")
    return _titled(name, {"data": [heat, border], "layout": layout(x, y, showlegend=False)})


def spread_map(name: str, histogram: NDArray[np.int64], ends: Floats, room: tuple[float, float]) -> Figure:
    """How the outputs a(l) of every layer are spread: a column for each layer, from light (none) to dark (many).

    `histogram` (depth, BINS) between the layer's `ends` (depth, 2); `room` is what the common axis must hold.
    """
    depth = len(histogram)
    heat = {
        "type": "heatmap", "x": list(range(1, depth + 1)), "y": np.linspace(*room, VALUES).tolist(),
        "z": spread(histogram, ends, room), "colorscale": RAMP, "zmin": 0, "zmax": 0.5,
        "colorbar": {"title": {"text": "share"}, "thickness": 10, "tickformat": ".0%"},
        "hovertemplate": "layer %{x}, near %{y:.2g}: %{z:.0%}<extra></extra>",
    }  # fmt: skip
    x = axis("Layer (1 = input side)", showgrid=False, range=[0.5, depth + 0.5])
    return _titled(name, {"data": [heat], "layout": layout(x, axis("activation a", showgrid=False), showlegend=False)})


def spread(histogram: NDArray[np.int64], ends: Floats, room: tuple[float, float]) -> list[list[float | None]]:
    """The shares (VALUES, depth) of a layer's outputs in bins that all layers have in common.

    The middle of a layer's own bin says where its points go; bins of a range of one point go there whole.
    """
    low, high = room
    shares = np.zeros((VALUES, len(histogram)))
    for layer, (counts, (first, last)) in enumerate(zip(histogram, ends, strict=True)):
        total = counts.sum()
        if not total:  # not finite
            shares[:, layer] = np.nan
            continue
        middles = first + (np.arange(len(counts)) + 0.5) * (last - first) / len(counts)
        bins = np.clip(((middles - low) / (high - low) * VALUES).astype(int), 0, VALUES - 1)
        np.add.at(shares[:, layer], bins, counts / total)
    return [[None if np.isnan(v) else round(float(v), 3) for v in row] for row in shares]


def common_range(*ends: Floats) -> tuple[float, float]:
    """From the smallest to the largest finite number in arrays of ends; never empty.

    >>> common_range(np.array([[0.0, 2.0], [-1.0, np.inf]]))
    (-1.0, 2.0)
    """
    values = np.concatenate([np.ravel(e) for e in ends])
    values = values[np.isfinite(values)]
    if not len(values) or values.min() == values.max():
        return (-1.0, 1.0)
    return float(values.min()), float(values.max())


def rounded(values: NDArray[Any]) -> list[list[float | None]]:
    """A picture's numbers with three decimals, which is more than an eye can see."""
    return [[round(float(v), 3) if np.isfinite(v) else None for v in row] for row in values]


def _titled(name: str, figure: Figure) -> Figure:
    figure["layout"]["title"] = {"text": name, "font": {"size": 14}, "x": 0.02, "y": 0.97}
    return figure
