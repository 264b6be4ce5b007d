"""Bars by layer, on an axis that tells a small value from none."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil, floor, inf, log10
from typing import Any

import numpy as np

from core.figures.style import COLOURS, LIGHT, PATTERNS, SYMBOLS, Figure, Series, axis, layout, listed, note
from core.networks.results import Floats
from core.theory.decomposition import Decomposition
from core.verdicts.reading import Measure, layers_in_words, number

FEW_MARKS = 6  # as many bars of a network are marked one by one
FORMAT_LIMITS = {"float16": 2.0**-24, "bfloat16": 2.0**-133, "float32": 2.0**-149}
"""The smallest number above zero that a format can hold."""

GROUP = 0.78  # of the room of a layer is filled by bars


def gradient_bars(  # noqa: PLR0913  a chart has many sides
    series: Sequence[Series],
    measure: Measure,
    *,
    log_axis: bool = True,
    entries: int = 1,
    theory: Sequence[Series] = (),
    room_for: Sequence[Floats] = (),
) -> Figure:
    """Grouped bars of per-layer gradient magnitudes.

    A value of exactly 0 and one that is not finite have no place on the axis; they are marked in words at its
    ends. `entries` is how many numbers a norm sums up: it places the lines below which a typical entry is lost
    in a 16- or 32-bit format. `theory` is what mean-field theory says about
    networks of the same names. `room_for` are other values that the axis must hold, so that it
    stands still while they are shown one after another.
    """
    also = [*(t.values for t in theory), *room_for]
    log_axis = log_axis and not measure.share
    if measure.share:
        figure = share_bars(series, measure.title, ".1f")
    else:
        figure = layer_bars(series, f"{measure.title}{', log' if log_axis else ''}", log_axis=log_axis, also=also)
    if log_axis:
        _format_lines(figure, entries)
    names = [s.name for s in series]
    figure["data"] += [_theory(t, names.index(t.name)) for t in theory]
    return figure


def layer_bars(
    series: Sequence[Series],
    title: str,
    *,
    log_axis: bool,
    also: Sequence[Floats] = (),
    x: str = "Layer (1 = input side)",
) -> Figure:
    """Bars side by side for each layer, on an axis that also has room for the values in `also`."""
    low, high, step = value_range([*(v for s in series for v in (s.values, s.low, s.high) if v is not None), *also],
                            log_axis=log_axis)  # fmt: skip
    depth = max(len(s.values) for s in series)
    y = axis(title, type="log" if log_axis else "linear", range=[low, high], exponentformat="power")
    if log_axis:
        y["dtick"] = step
    return {
        "data": [_bars(s, i, len(series)) for i, s in enumerate(series)],
        "layout": layout(
            axis(x, range=[0.4, depth + 0.6], **_layer_ticks(depth)), y, barmode="overlay",
            annotations=marks(series, low, high),
        ),
    }  # fmt: skip


def share_bars(series: Sequence[Series], title: str, tick: str = ".0%") -> Figure:
    """Bars of shares, on an axis from none to all, where no bar is an honest 0."""
    figure = layer_bars(series, title, log_axis=False)
    figure["layout"]["yaxis"] |= {"range": [0, 1.02], "tickformat": tick}
    figure["layout"]["annotations"] = share_marks(series)
    for trace in figure["data"]:
        trace["hovertemplate"] = trace["hovertemplate"].replace("%{y:.2e}", "%{y:.6~f}")
    return figure


def share_marks(everyone: Sequence[Series]) -> list[dict[str, Any]]:
    """Words for the shares that are not known; none is an honest 0, and so is what rounding leaves below it."""
    known = [replace(s, values=np.where(np.isfinite(s.values), 1.0, s.values)) for s in everyone]
    return marks(known, 0.0, 1.02)


def with_level(figure: Figure, y: float, text: str) -> Figure:
    """The figure with a line at `y` of its log axis, and what it means, beside the bars and not on them."""
    figure["layout"]["margin"]["r"] = 64
    figure["layout"]["shapes"].append({
        "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y,
        "line": {"color": LIGHT.faint, "dash": "dash", "width": 1.5},
    })  # fmt: skip
    figure["layout"]["annotations"].append(note(
        text, x=1, xref="paper", xanchor="left", y=log10(y), align="left", font={"color": LIGHT.faint, "size": 12},
    ))  # fmt: skip
    return figure


PARTS = {"weight": "weights", "activation": "slopes", "skip": "skip", "norm": "normalization"}
"""The parts of a step back that are drawn, and what they are called."""
TIMES = (1e-3, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 10, 20, 100, 1e3)


def factor_bars(networks: Sequence[tuple[str, Decomposition]]) -> Figure:
    """What each step back multiplies by, as lengths that add up: down for less than 1, up for more.

    A part that a network does not have is not drawn. The diamond is the whole step, so a row of diamonds
    below the line is a vanishing signal.
    """
    data: list[dict[str, Any]] = []
    words: dict[str, str] = {}
    for index, (name, parts) in enumerate(networks):
        steps = list(range(1, len(parts.ratio) + 1))
        width = GROUP / len(networks)
        middle = [step + width * (index - (len(networks) - 1) / 2) for step in steps]
        for word, title in PARTS.items():
            values = getattr(parts, word)
            if word in {"weight", "activation"} or not np.allclose(values[np.isfinite(values)], 1):
                data.append(_part_bars(f"{name[:1]}: {title}", middle, values, (index, word), width))
                words[word] = title
        data.append({
            "type": "scatter", "mode": "markers", "name": f"{name[:1]}: the whole step", "x": middle,
            "y": _decades(parts.ratio), "customdata": listed(parts.ratio),
            "marker": {"symbol": "diamond", "size": 9, "color": LIGHT.ink},
            "hovertemplate": f"{_safe(name)}<br>the whole step: × %{{customdata:.3g}}<extra></extra>",
        })  # fmt: skip
    reach = max([0.4, *(abs(v) for trace in data for v in trace["y"] if v is not None)]) * 1.25
    if len(networks) > 1:
        data = [trace | {"showlegend": False, "legendgroup": trace["name"][:1]} for trace in data]
        data += _shorter_legend([name[:1] for name, _ in networks], words)
    shown = [t for t in TIMES if abs(log10(t)) <= reach]
    y = axis("Multiplied by, log", range=[-reach, reach], tickmode="array", tickvals=[log10(t) for t in shown],
             ticktext=[f"× {t:g}" for t in shown], zeroline=True, zerolinecolor=LIGHT.ink, zerolinewidth=2)  # fmt: skip
    depth = max(len(parts.ratio) for _, parts in networks)
    x = axis("Step back to layer …", range=[0.4, depth + 0.6], **_layer_ticks(depth))
    return {
        "data": data,
        "layout": layout(x, y, barmode="relative"),
    }  # fmt: skip


def _shorter_legend(letters: Sequence[str], parts: dict[str, str]) -> list[dict[str, Any]]:
    """Networks by colour and parts by pattern, each once, instead of every part of every network."""
    nowhere = {"type": "bar", "x": [None], "y": [None], "hoverinfo": "skip"}
    colours = [
        nowhere | {"name": letter, "legendgroup": letter, "marker": {"color": colour}}
        for letter, colour in zip(letters, COLOURS, strict=False)
    ]
    patterns = [nowhere | {"name": title, "marker": _hatched(LIGHT.faint, word)} for word, title in parts.items()]
    diamond = {"symbol": "diamond", "size": 9, "color": LIGHT.ink}
    whole = nowhere | {"type": "scatter", "mode": "markers", "name": "the whole step", "marker": diamond}
    return [*colours, *patterns, whole]


def _hatched(colour: str, part: str) -> dict[str, Any]:
    shape = PATTERNS[list(PARTS).index(part)]
    return {
        "color": colour, "line": {"width": 1, "color": colour},
        "pattern": {"shape": shape, "bgcolor": LIGHT.paper if shape else colour, "fgcolor": colour, "size": 7,
                    "solidity": 0.4},
    }  # fmt: skip


def _part_bars(name: str, middle: list[float], values: Floats, kind: tuple[int, str], width: float) -> dict[str, Any]:
    network, part = kind
    return {
        "type": "bar", "name": name, "x": middle, "y": _decades(values), "width": width * 0.94,
        "customdata": listed(values), "marker": _hatched(COLOURS[network], part),
        "hovertemplate": f"{_safe(name)}: <b>× %{{customdata:.3g}}</b><extra></extra>",
    }  # fmt: skip


def _decades(values: Floats) -> list[float | None]:
    """Powers of ten; nothing where there is none."""
    return [log10(v) if 0 < v < inf else None for v in values.tolist()]


def powers(factor: float, terms: int, *, log_axis: bool) -> Figure:
    """factor^n for n = 1 … terms, as bars."""
    values = Series.of(f"{factor:g} to the power n", [factor**n for n in range(1, terms + 1)])
    title = f"{factor:g}ⁿ{', log' if log_axis else ''}"
    figure = layer_bars([values], title, log_axis=log_axis, x="n, how often the factor is applied")
    figure["layout"]["showlegend"] = False
    return figure


def _bars(series: Series, index: int, count: int) -> dict[str, Any]:
    colour = COLOURS[index]
    pattern = {"shape": PATTERNS[index], "bgcolor": colour, "fgcolor": LIGHT.paper, "size": 7, "solidity": 0.2}
    trace = {
        "type": "bar",
        "name": series.name,
        "x": list(range(1, len(series.values) + 1)),
        "y": [v if v and v > 0 else None for v in listed(series.values)],
        "width": GROUP / count * 0.94,
        "offset": -GROUP / 2 + GROUP / count * index,
        "marker": {"color": colour, "line": {"width": 1, "color": colour}, "pattern": pattern},
        "hovertemplate": f"{_safe(series.name)}<br>layer %{{x}}: <b>%{{y:.2e}}</b><extra></extra>",
    }
    if series.low is not None and series.high is not None:
        trace["error_y"] = {
            "type": "data", "symmetric": False, "color": LIGHT.ink, "thickness": 1.5, "width": 3,
            "array": listed(series.high - series.values), "arrayminus": listed(series.values - series.low),
        }  # fmt: skip
    return trace


def _safe(name: str) -> str:
    """A name that a learner has typed, for a place where Plotly reads its own marks."""
    return name.replace("<", "‹").replace(">", "›").replace("%{", "%")


def marks(everyone: Sequence[Series], low: float, high: float) -> list[dict[str, Any]]:
    """Words for every bar that the axis cannot show: at its foot for 0, at its top for what is not finite.

    A few are marked in their places; many of a kind share one line of text.
    """
    found: list[dict[str, Any]] = []
    lines = 0
    for i, series in enumerate(everyone):
        shift = GROUP / len(everyone) * (i - (len(everyone) - 1) / 2)
        words = {layer: number(v) for layer, v in enumerate(series.values.tolist(), start=1) if not (0 < v < inf)}
        for word in dict.fromkeys(words.values()):
            layers = [layer for layer, said in words.items() if said == word]
            at_foot, font = word == number(0.0), {"color": COLOURS[i], "size": 13}
            if len(layers) > FEW_MARKS:
                lines += 1
                found.append(note(
                    f"{_safe(series.name)}: {word} in {layers_in_words(layers)}", x=0.5, xref="paper",
                    y=1 - 0.09 * lines, yref="paper", font=font, bgcolor=LIGHT.paper, opacity=0.9,
                ))  # fmt: skip
                continue
            found += [
                note(
                    word, x=layer + shift, y=low if at_foot else high, yanchor="bottom" if at_foot else "top",
                    textangle=-90, font=font, hovertext=f"{_safe(series.name)}, layer {layer}: {word}",
                )
                for layer in layers
            ]  # fmt: skip
    return found


def with_guess(figure: Figure, row: int, decades: int) -> None:
    """Draw a guess over the bars of one network: layer 1 at 10^decades of the last layer."""
    bars = figure["data"][row]["y"]
    last, depth = bars[-1], len(bars)
    if not last or depth < 2:
        return
    guess = np.array([last * 10 ** (decades * (depth - layer) / (depth - 1)) for layer in range(1, depth + 1)])
    figure["data"].append(_guess(guess))
    if figure["layout"]["yaxis"]["type"] == "log":
        low, high = figure["layout"]["yaxis"]["range"]
        figure["layout"]["yaxis"]["range"] = [min(low, log10(guess.min()) - 0.3), max(high, log10(guess.max()) + 0.1)]


def _guess(guess: Floats) -> dict[str, Any]:
    return {
        "type": "scatter", "name": "Your prediction", "x": list(range(1, len(guess) + 1)), "y": listed(guess),
        "mode": "lines+markers", "line": {"color": LIGHT.guess, "dash": "dot", "width": 3},
        "marker": {"symbol": "diamond", "size": 9},
        "hovertemplate": "your prediction<br>layer %{x}: %{y:.2g}<extra></extra>",
    }  # fmt: skip


def _theory(series: Series, index: int) -> dict[str, Any]:
    return {
        "type": "scatter", "name": f"Theory {series.name[:1]}", "x": list(range(1, len(series.values) + 1)),
        "y": listed(series.values), "mode": "lines+markers", "line": {"color": LIGHT.ink, "width": 1.5},
        "marker": {"symbol": f"{SYMBOLS[index]}-open", "size": 7, "color": LIGHT.ink},
        "hovertemplate": f"theory for {series.name[:1]}<br>layer %{{x}}: %{{y:.2g}}<extra></extra>",
    }  # fmt: skip


def value_range(columns: Sequence[Floats], *, log_axis: bool) -> tuple[float, float, int]:
    """Whole decades around all finite values above zero, and how many to a tick; or from 0 to the largest."""
    values = np.concatenate([np.ravel(column) for column in columns])
    values = values[np.isfinite(values) & (values > 0)]
    if not len(values):
        return (-1.0, 1.0, 1) if log_axis else (0.0, 1.0, 1)
    if not log_axis:
        return 0.0, float(values.max()) * 1.08, 1
    low, high = floor(log10(values.min()) - 0.3), ceil(log10(values.max()) + 0.1)
    step = max(1, ceil((high - low) / 8))
    return step * floor(low / step), high, step  # a long axis begins at a tick, and moves less often with the depth


def _format_lines(figure: Figure, entries: int) -> None:
    """Where a typical entry of the gradient becomes too small for a number format."""
    low, high = figure["layout"]["yaxis"]["range"]
    for name, smallest in FORMAT_LIMITS.items():
        limit = smallest * entries**0.5
        if low < log10(limit) < high:
            figure["layout"]["margin"]["r"] = 64  # room for the words, beside the bars and not on them
            figure["layout"]["shapes"].append({
                "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": limit, "y1": limit,
                "line": {"color": LIGHT.faint, "dash": "dot", "width": 1.5},
            })  # fmt: skip
            figure["layout"]["annotations"].append(note(
                f"{name}<br>ends", x=1, xref="paper", xanchor="left", y=log10(limit), align="left",
                font={"color": LIGHT.faint, "size": 12},
            ))  # fmt: skip


def caption(figure: Figure, measure: Measure) -> str:
    """What the dotted lines mean; empty if there are none."""
    if not figure["layout"]["shapes"]:
        return ""
    fewer = " Layer 1 has fewer weights and reaches that point a little lower." if measure.first_comparable else ""
    return (
        f"Dotted line: below it, a typical entry of the {measure.noun} is smaller than anything that number format "
        f"can hold.{fewer}"
    )


def _layer_ticks(depth: int) -> dict[str, object]:
    step = next(s for s in (1, 2, 5, 10, 20, 50) if depth / s <= 10)
    ticks = sorted({1, *range(step, depth + 1, step)})
    return {
        "tickmode": "array",
        "tickvals": ticks,
        "ticktext": [str(t) for t in ticks],
        "showgrid": False,
        "tickangle": 0,
    }
