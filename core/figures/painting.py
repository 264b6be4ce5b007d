"""The traces of a figure, painted on matplotlib's axes. What is not known is refused: nothing is lost in silence."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from core.figures.style import DASHES, PATTERNS, SYMBOLS

Axes = Any
Trace = Mapping[str, Any]

HATCHES = dict(zip(PATTERNS, ("", "////", "xxxx", ".."), strict=True))
STYLES = dict(zip(DASHES, ("solid", (0, (6, 3)), (0, (1.5, 2)), (0, (6, 2.5, 1.5, 2.5))), strict=True))
MARKERS = dict(zip(SYMBOLS, ("o", "s", "D", "P"), strict=True))
POINTS = 0.75  # of a pixel


class CannotBeDrawn(ValueError):
    """A figure has something that a picture of it would lose."""


def only(known: str, given: Mapping[str, Any], where: str) -> None:
    """Refuse what nobody draws; what is for the pointer or for a change of the figure has no place in a picture."""
    for key in given:
        if key not in known.split() and key not in _NOT_SEEN:
            raise CannotBeDrawn(f"{where} has {key!r}")


_NOT_SEEN = {
    "type", "hovertemplate", "hoverinfo", "hovertext", "hoverlabel", "customdata", "legendgroup", "uirevision",
    "template", "automargin", "standoff", "constrain", "itemsizing", "thickness",
}  # fmt: skip


def paint(axes: Axes, trace: Trace, name: str, piles: dict[tuple[float, bool], float]) -> tuple[Any, Any] | None:
    """Draw one trace, its parts known by `name`; what comes back stands for it in a legend and beside a colour bar.

    `piles` says how high the bars already reach that stand on each other, where they do.
    """
    if trace["type"] not in _PAINTERS:
        raise CannotBeDrawn(f"there is a trace of the type {trace['type']!r}")
    return _PAINTERS[trace["type"]](axes, trace, name, piles)


def numbers(values: Any) -> Any:
    """A list with gaps as floating-point numbers."""
    return np.array([[np.nan if v is None else v for v in row] if isinstance(row, list) else np.nan if row is None
                     else row for row in values], dtype=float)  # fmt: skip


def line_style(line: Mapping[str, Any]) -> dict[str, Any]:
    """Colour, dashes and width of a line."""
    only("color dash width", line, "a line")
    return {"color": line["color"], "linestyle": STYLES[line.get("dash", "solid")],
            "linewidth": POINTS * line.get("width", 2)}  # fmt: skip


def _bars(axes: Axes, trace: Trace, name: str, piles: dict[tuple[float, bool], float]) -> tuple[Any, Any]:
    from matplotlib.patches import Patch, Rectangle

    only("name x y width offset marker error_y showlegend", trace, "a row of bars")
    look = _bar_style(trace["marker"])
    wide = trace.get("width", 0.8)
    low, high = axes.get_ylim()
    for i, (x, y) in enumerate(zip(numbers(trace["x"]), numbers(trace["y"]), strict=True)):
        if not np.isfinite([x, y]).all():
            continue
        foot = low if axes.get_yscale() == "log" else piles.get((x, y < 0), 0.0)
        if "offset" not in trace:
            piles[x, y < 0] = foot + y  # the bars of a relative figure stand on each other
        top = y if axes.get_yscale() == "log" else foot + y
        left = x + trace.get("offset", -wide / 2)
        axes.add_patch(Rectangle((left, foot), wide, min(top, high) - foot, gid=f"{name}-bar-{i}", zorder=2, **look))
        if "error_y" in trace:
            _whisker(axes, trace["error_y"], i, (left + wide / 2, y), f"{name}-whisker-{i}")
    return Patch(**look), None


def _bar_style(marker: Mapping[str, Any]) -> dict[str, Any]:
    only("color line pattern", marker, "a bar")
    pattern = marker.get("pattern", {})
    only("shape bgcolor fgcolor size solidity", pattern, "a pattern")
    edge = marker.get("line", {})
    only("color width", edge, "the edge of a bar")
    return {
        "facecolor": pattern.get("bgcolor", marker["color"]), "edgecolor": edge.get("color", marker["color"]),
        "linewidth": POINTS * edge.get("width", 0), "hatch": HATCHES[pattern.get("shape", "")] or None,
        "hatchcolor": pattern.get("fgcolor", marker["color"]),
    }  # fmt: skip


def _whisker(axes: Axes, error: Mapping[str, Any], i: int, at: tuple[float, float], name: str) -> None:
    only("symmetric color thickness width array arrayminus", error, "a whisker")
    x, y = at
    ends = [y - (error["arrayminus"][i] or 0), y + (error["array"][i] or 0)]
    axes.plot([x, x], ends, color=error["color"], linewidth=POINTS * error["thickness"], marker="_", markersize=5,
              gid=name, zorder=4)  # fmt: skip


def _curve(axes: Axes, trace: Trace, name: str, _: object) -> tuple[Any, Any]:
    only("name x y mode line marker showlegend", trace, "a curve")
    look: dict[str, Any] = {"linestyle": "none"}
    if "lines" in trace["mode"]:
        look = line_style(trace["line"])
    if "markers" in trace["mode"]:
        marker = trace["marker"]
        only("symbol size color", marker, "a mark")
        colour = marker.get("color", look.get("color"))
        shape = marker.get("symbol", "circle")
        look |= {
            "marker": MARKERS[shape.removesuffix("-open")], "markersize": POINTS * marker.get("size", 6),
            "markeredgecolor": colour, "markerfacecolor": "white" if shape.endswith("-open") else colour,
        }  # fmt: skip
    (drawn,) = axes.plot(numbers(trace["x"]), numbers(trace["y"]), gid=f"{name}-curve", zorder=3, **look)
    return drawn, None


def _heat(axes: Axes, trace: Trace, name: str, _: object) -> tuple[None, Any]:
    from matplotlib.colors import LinearSegmentedColormap

    only("x y z zmin zmax colorscale colorbar", trace, "a map")
    x, y = numbers(trace["x"]), numbers(trace["y"])
    half = [(v[1] - v[0]) / 2 if len(v) > 1 else 0.5 for v in (x, y)]
    extent = (x[0] - half[0], x[-1] + half[0], y[0] - half[1], y[-1] + half[1])
    drawn = axes.imshow(
        numbers(trace["z"]), origin="lower", extent=extent, aspect="auto", interpolation="nearest", zorder=1,
        vmin=trace["zmin"], vmax=trace["zmax"], gid=f"{name}-map",
        cmap=LinearSegmentedColormap.from_list(name, [(at, colour) for at, colour in trace["colorscale"]]),
    )  # fmt: skip
    return None, drawn


def _border(axes: Axes, trace: Trace, name: str, _: object) -> None:
    only("x y z showscale contours line", trace, "a border")
    contours = trace["contours"]
    only("start end size coloring", contours, "a border")
    if contours["start"] != contours["end"] or contours["coloring"] != "none":
        raise CannotBeDrawn("a border has more than one line")
    z, level = numbers(trace["z"]), contours["start"]
    if np.nanmin(z) < level < np.nanmax(z):
        drawn = axes.contour(numbers(trace["x"]), numbers(trace["y"]), z, levels=[level], zorder=3,
                             colors=[trace["line"]["color"]], linewidths=POINTS * trace["line"]["width"])  # fmt: skip
        drawn.set_gid(f"{name}-border")


_PAINTERS: dict[str, Callable[..., tuple[Any, Any] | None]] = {
    "bar": _bars, "scatter": _curve, "heatmap": _heat, "contour": _border,
}  # fmt: skip
