"""The page's own figures as a picture, for programs that run no plotly.js: the same dictionaries in, SVG or PNG out.

Plotly's own way to a picture (kaleido) drives a Chromium, which a server that teaches need not have; so matplotlib
draws what the dictionary says: every trace, line, note, axis, pattern and legend. Anything else in it is refused.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from math import ceil, floor, log10
from threading import Lock
from typing import Any, Literal

from core.figures.painting import POINTS, Axes, CannotBeDrawn, line_style, only, paint
from core.figures.style import Figure
from core.verdicts.reading import number

__all__ = ["CannotBeDrawn", "in_words", "picture"]

WIDTH = 7.2  # inches
HEIGHTS = {1: 3.7, 2: 3.2}  # of a row of figures, by how many stand beside each other
ROOM = 84  # letters in a line of the legend
SETTINGS: Any = {
    "svg.fonttype": "none", "svg.hashsalt": "a figure", "path.simplify": False, "font.size": 10.5,
    "font.family": "sans-serif", "hatch.linewidth": 0.8, "text.parse_math": False,
}  # fmt: skip
_ONE_AT_A_TIME = Lock()  # matplotlib keeps fonts and settings for the whole process


def picture(figures: Sequence[Figure], kind: Literal["svg", "png"] = "svg") -> bytes:
    """All these figures in one picture: maps in pairs, everything else below each other."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure as Sheet

    beside = 2 if len(figures) > 1 and all(_is_map(figure) for figure in figures) else 1
    rows, file = ceil(len(figures) / beside), io.BytesIO()
    with _ONE_AT_A_TIME, rc_context(SETTINGS):
        sheet = Sheet(figsize=(WIDTH, HEIGHTS[beside] * rows), layout="constrained", facecolor="white")
        (FigureCanvasSVG if kind == "svg" else FigureCanvasAgg)(sheet)
        for place, figure in enumerate(figures):
            _panel(sheet, sheet.add_subplot(rows, beside, place + 1), figure, place)
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type")) if kind == "svg" else {"Software": None}
        sheet.savefig(file, format=kind, dpi=150, metadata=nothing)
    return file.getvalue()


def _is_map(figure: Figure) -> bool:
    return any(trace["type"] == "heatmap" for trace in figure["data"])


def _panel(sheet: Any, axes: Axes, figure: Figure, place: int) -> None:
    only("data layout", figure, "a figure")
    layout = figure["layout"]
    only("title font paper_bgcolor plot_bgcolor margin legend xaxis yaxis showlegend shapes annotations barmode",
         layout, "a figure")  # fmt: skip
    if layout.get("barmode", "overlay") not in {"overlay", "relative"}:
        raise CannotBeDrawn(f"bars stand in the mode {layout['barmode']!r}")
    for of, side in ((axes.xaxis, layout["xaxis"]), (axes.yaxis, layout["yaxis"])):
        _scale(axes, of, side)
    keys, piles = [], dict[tuple[float, bool], float]()
    for i, trace in enumerate(figure["data"]):
        key, heat = paint(axes, trace, f"figure-{place}-{i}", piles) or (None, None)
        if key is not None and trace.get("showlegend", True):
            keys.append((key, _plain(trace["name"])))
        if heat is not None:
            _colour_bar(sheet, axes, heat, trace["colorbar"])
    for of, side in ((axes.xaxis, layout["xaxis"]), (axes.yaxis, layout["yaxis"])):
        _ticks(of, side)
    _frame(axes, layout)
    for i, shape in enumerate(layout["shapes"]):
        _line(axes, shape, f"figure-{place}-line-{i}")
    for note in layout["annotations"]:
        _note(axes, note)
    if keys and layout["showlegend"]:
        wide = max(len(name) for _, name in keys) + 6
        axes.legend(*zip(*keys, strict=True), loc="lower left", bbox_to_anchor=(0, 1), frameon=False, borderaxespad=0.2,
                    ncols=max(1, min(len(keys), ROOM // wide)), handlelength=2.6, borderpad=0.2)  # fmt: skip


def _scale(axes: Axes, of: Any, side: Mapping[str, Any]) -> None:
    only("title type range dtick tickmode tickvals ticktext tickangle tickformat exponentformat showgrid gridcolor "
         "linecolor tickcolor zeroline zerolinecolor zerolinewidth scaleanchor", side, "an axis")  # fmt: skip
    upright, log = of is axes.yaxis, side.get("type") == "log"
    if log:
        (axes.set_yscale if upright else axes.set_xscale)("log")
    if "range" in side:
        ends = [10.0**end for end in side["range"]] if log else side["range"]
        (axes.set_ylim if upright else axes.set_xlim)(*ends)
    of.set_label_text(_plain(side["title"]["text"]))


def _ticks(of: Any, side: Mapping[str, Any]) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator

    low, high = sorted(of.get_view_interval())
    if side.get("type") == "log":
        step, decades = int(side.get("dtick", 1)), log10(high / low)
        if "dtick" in side or decades > 8:
            step = max(step, ceil(decades / 8))
            first = step * ceil(log10(low) / step - 1e-9)
            powers = range(first, floor(log10(high) + 1e-9) + 1, step)
            of.set_major_locator(FixedLocator([10.0**power for power in powers]))
        else:
            of.set_major_locator(LogLocator(subs=(1, 2, 5) if decades < 2 else (1,)))
        of.set_major_formatter(FuncFormatter(lambda value, _: _tick(value)))
        of.set_minor_locator(LogLocator(subs=range(2, 10)) if step == 1 and decades < 6 else NullLocator())
        of.set_minor_formatter(NullFormatter())
    elif side.get("tickmode") == "array":
        of.set_major_locator(FixedLocator(side["tickvals"]))
        words = dict(zip(side["tickvals"], side["ticktext"], strict=True))
        of.set_major_formatter(FuncFormatter(lambda value, _: words.get(value, "")))
    else:
        of.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10], integer=high - low > 5))
        of.set_major_formatter(FuncFormatter(lambda value, _: _tick(value, side.get("tickformat", ""))))


def _tick(value: float, form: str = "") -> str:
    """A number as it stands at a tick.

    >>> _tick(1e-7), _tick(0.5), _tick(0.25, ".0%")
    ('10⁻⁷', '0.5', '25%')
    """
    if form:
        return f"{value:{form}}".replace("-", "−")
    return (f"{value:g}" if value == 0 or 1e-3 < abs(value) < 1e4 else number(value, 2)).replace("-", "−")


def _frame(axes: Axes, layout: Figure) -> None:
    for name, side in (("x", layout["xaxis"]), ("y", layout["yaxis"])):
        if side.get("showgrid", True):
            axes.grid(visible=True, axis=name, color=side["gridcolor"], linewidth=0.8, zorder=0)
        axes.tick_params(axis=name, which="both", color=side["tickcolor"])
    axes.set_axisbelow(True)
    for spine in ("top", "right"):
        axes.spines[spine].set_visible(False)
    for spine in ("left", "bottom"):
        axes.spines[spine].set_color(layout["xaxis"]["linecolor"])
    upright = layout["yaxis"]
    if upright["zeroline"]:
        axes.axhline(0, color=upright["zerolinecolor"], linewidth=POINTS * upright["zerolinewidth"], zorder=2.5)
    if upright.get("scaleanchor") == "x":
        axes.set_aspect("equal")
    if "title" in layout:
        axes.set_title(_plain(layout["title"]["text"]), loc="left", fontsize=10.5)


def _line(axes: Axes, shape: Mapping[str, Any], name: str) -> None:
    only("xref yref x0 x1 y0 y1 line", shape, "a shape")
    if shape["type"] != "line":
        raise CannotBeDrawn(f"there is a shape of the type {shape['type']!r}")
    (drawn,) = axes.plot(
        [shape["x0"], shape["x1"]], [shape["y0"], shape["y1"]], transform=_where(axes, shape), gid=name, scalex=False,
        scaley=False, zorder=3.5, **line_style(shape["line"]),
    )  # fmt: skip
    drawn.set_in_layout(False)


def _where(axes: Axes, placed: Mapping[str, Any]) -> Any:
    """Data, or shares of the whole, in either direction."""
    from matplotlib.transforms import blended_transform_factory

    def one(ref: str) -> Any:
        return axes.transAxes if placed.get(ref) == "paper" else axes.transData

    return blended_transform_factory(one("xref"), one("yref"))


def _note(axes: Axes, note: Mapping[str, Any]) -> None:
    only("text showarrow x y xref yref xanchor yanchor align font bgcolor opacity textangle", note, "a note")
    if note["showarrow"]:
        raise CannotBeDrawn("a note has an arrow")
    logarithmic = axes.get_yscale() == "log" and note.get("yref") != "paper"
    font, behind = note.get("font", {}), note.get("bgcolor")
    axes.text(
        note["x"], 10.0 ** note["y"] if logarithmic else note["y"], _plain(note["text"]), transform=_where(axes, note),
        ha=note.get("xanchor", "center"), va={"middle": "center"}.get(up := note.get("yanchor", "middle"), up),
        rotation=-note.get("textangle", 0), color=font.get("color", "black"), fontsize=POINTS * font.get("size", 13),
        alpha=note.get("opacity"), multialignment=note.get("align", "center"), zorder=5,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1} if behind else None,
    )  # fmt: skip


def _colour_bar(sheet: Any, axes: Axes, heat: Any, bar: Mapping[str, Any]) -> None:
    only("title tickvals tickformat", bar, "a bar of colours")
    from matplotlib.ticker import FuncFormatter

    drawn = sheet.colorbar(heat, ax=axes, ticks=bar.get("tickvals"), label=_plain(bar["title"]["text"]), aspect=25)
    drawn.formatter = FuncFormatter(lambda value, _: _tick(value, bar.get("tickformat", "")))
    drawn.update_ticks()
    drawn.outline.set_visible(False)


def _plain(text: str) -> str:
    """Plotly's line breaks as ours."""
    return text.replace("<br>", "\n")


def in_words(figures: Sequence[Figure]) -> str:
    """What the axes mean, what is drawn, and what each line across it stands for: no more than anybody can see."""
    return " ".join(sentence for figure in figures for sentence in _sentences(figure))


def _sentences(figure: Figure) -> Iterator[str]:
    layout = figure["layout"]
    title = f"{layout['title']['text']}: " if "title" in layout else ""
    yield f"{title}{layout['yaxis']['title']['text']}, over {layout['xaxis']['title']['text']}."
    names = [trace["name"] for trace in figure["data"] if trace.get("name") and trace.get("showlegend", True)]
    if names and layout["showlegend"]:
        yield f"Drawn: {', '.join(names)}."
    logarithmic = layout["yaxis"].get("type") == "log"
    for shape in layout["shapes"]:
        at = log10(shape["y0"]) if logarithmic and shape.get("xref") == "paper" else shape["y0"]
        means = [note["text"].replace("<br>", " ") for note in layout["annotations"]
                 if (note["y"] == at if shape.get("xref") == "paper" else note["x"] == shape["x0"])]  # fmt: skip
        where = f"across it at {number(shape['y0'])}" if shape.get("xref") == "paper" else f"at {shape['x0']:g}"
        yield f"A line {where}{': ' if means else ''}{', '.join(means)}."
