"""Numbers in, Plotly figures out. The same figure serves the page, an export and a test."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import ceil, floor, inf, log, log10
from pathlib import Path

import numpy as np
import plotly
import plotly.graph_objects as go

from core.reading import Measure, layers_in_words, number
from core.results import Floats, Run


@dataclass(frozen=True)
class Palette:
    """The colours of a figure; `.streamlit/config.toml` uses the same ones for the interface."""

    first: str
    second: str
    guess: str
    ink: str
    faint: str
    grid: str
    paper: str


LIGHT = Palette("#b3430a", "#1f5fbf", "#5b6172", "#1d2233", "#5b6070", "#e3dfd6", "#fcfbf8")
DARK = Palette("#ff9a62", "#7fb4ff", "#b9c0d4", "#ebe8e1", "#a9afbf", "#2c3345", "#11141d")

FEW_MARKS = 6  # as many bars of a network are marked one by one
HIGHEST_LOSS = 2.5  # a loss axis ends here; what is above is told in words

FORMAT_LIMITS = {"float16": 2.0**-24, "bfloat16": 2.0**-133, "float32": 2.0**-149}
"""The smallest number above zero that a format can hold."""

Figure = go.Figure
LIBRARY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
LIBRARY_VERSION = plotly.__version__

COLOURS = (LIGHT.first, LIGHT.second)
PATTERNS = ("", "/")
DASHES = ("solid", "dash")


def dark_colours() -> dict[str, str]:
    """What each colour of a figure becomes on a dark page.

    >>> dark_colours()[LIGHT.ink] == DARK.ink
    True
    """
    return {getattr(LIGHT, f.name): getattr(DARK, f.name) for f in fields(Palette)}


@dataclass(frozen=True)
class Series:
    """One network in a figure: its label and one gradient magnitude for each layer, input side first."""

    name: str
    values: Floats

    @classmethod
    def of(cls, name: str, values: Sequence[float]) -> "Series":
        """A series from plain numbers."""
        return cls(name, np.asarray(values, dtype=np.float64))


def gradient_bars(  # noqa: PLR0913  a chart has many sides
    series: Sequence[Series],
    measure: Measure,
    *,
    log_axis: bool = True,
    entries: int = 1,
    guess: Floats | None = None,
    room_for: Sequence[Floats] = (),
) -> go.Figure:
    """Grouped bars of per-layer gradient magnitudes.

    A value of exactly 0 and one that is not finite have no place on the axis; they are marked in words at its
    ends. `entries` is how many numbers a norm sums up: it places the lines below which a typical entry is lost
    in a 16- or 32-bit format. `guess` (depth,) draws a learner's prediction over the bars. `room_for` are other
    values that the axis must hold, so that it stands still while they are shown one after another.
    """
    guesses = [guess] if guess is not None else []
    figure = _bar_chart(series, measure.title, log_axis=log_axis, also=[*guesses, *room_for])
    figure.update_xaxes(title="Layer (1 = input side)")
    if log_axis:
        _format_lines(figure, entries)
    for values in guesses:
        _guess(figure, values)
    return figure


def powers(factor: float, terms: int, *, log_axis: bool) -> go.Figure:
    """factor^n for n = 1 … terms, as bars."""
    values = Series.of(f"{factor:g} to the power n", [factor**n for n in range(1, terms + 1)])
    figure = _bar_chart([values], f"{factor:g}ⁿ", log_axis=log_axis)
    figure.update_xaxes(title="n, how often the factor is applied")
    return figure.update_layout(showlegend=False)


def _bar_chart(series: Sequence[Series], title: str, *, log_axis: bool, also: Sequence[Floats] = ()) -> go.Figure:
    """Bars side by side for each layer, on an axis that also has room for the values in `also`."""
    low, high = _range([*(s.values for s in series), *also], log_axis=log_axis)
    depth = max(len(s.values) for s in series)
    figure = go.Figure([_bars(s, i) for i, s in enumerate(series)])
    figure.update_layout(_layout(f"{title}{', log' if log_axis else ''}", showlegend=True))
    figure.update_layout(barmode="group", bargap=0.22, bargroupgap=0.06)
    figure.update_xaxes(range=[0.4, depth + 0.6], **_layer_ticks(depth))
    figure.update_yaxes(type="log" if log_axis else "linear", range=[low, high], exponentformat="power")
    if log_axis:
        figure.update_yaxes(dtick=max(1, ceil((high - low) / 8)))  # whole decades, and not too many of them
    _marks(figure, series, low, high)
    return figure


def _bars(series: Series, index: int) -> go.Bar:
    colour = COLOURS[index]
    shown = np.where(np.isfinite(series.values) & (series.values > 0), series.values, np.nan)
    return go.Bar(
        name=series.name,
        x=np.arange(1, len(shown) + 1).tolist(),
        y=[None if np.isnan(v) else float(v) for v in shown],
        marker={
            "color": colour,
            "line": {"width": 1, "color": colour},
            "pattern": {
                "shape": PATTERNS[index],
                "bgcolor": colour,
                "fgcolor": LIGHT.paper,
                "size": 7,
                "solidity": 0.2,
            },
        },
        hovertemplate=f"{series.name}<br>layer %{{x}}: <b>%{{y:.3g}}</b><extra></extra>",
    )


def _marks(figure: go.Figure, everyone: Sequence[Series], low: float, high: float) -> None:
    """Words for every bar that the axis cannot show: at its foot for 0, at its top for what is not finite.

    A few are marked in their places; many of a kind share one line of text.
    """
    lines = 0
    for i, series in enumerate(everyone):
        shift = 0.78 / len(everyone) * (i - (len(everyone) - 1) / 2)
        words = {layer: number(v) for layer, v in enumerate(series.values.tolist(), start=1) if not (0 < v < inf)}
        for word in dict.fromkeys(words.values()):
            layers = [layer for layer, said in words.items() if said == word]
            at_foot, font = word == number(0.0), {"color": COLOURS[i], "size": 13}
            if len(layers) > FEW_MARKS:
                lines += 1
                figure.add_annotation(
                    text=f"{series.name}: {word} in {layers_in_words(layers)}", x=0.5, xref="paper",
                    y=1 - 0.09 * lines, yref="paper", showarrow=False, font=font, bgcolor=LIGHT.paper, opacity=0.9,
                )  # fmt: skip
                continue
            for layer in layers:
                figure.add_annotation(
                    x=layer + shift, y=low if at_foot else high, yanchor="bottom" if at_foot else "top", text=word,
                    textangle=-90, showarrow=False, font=font, hovertext=f"{series.name}, layer {layer}: {word}",
                )  # fmt: skip


def _guess(figure: go.Figure, guess: Floats) -> None:
    figure.add_scatter(
        name="Your prediction", x=list(range(1, len(guess) + 1)), y=guess.tolist(), mode="lines+markers",
        line={"color": LIGHT.guess, "dash": "dot", "width": 3}, marker={"symbol": "diamond", "size": 9},
        hovertemplate="your prediction<br>layer %{x}: %{y:.2g}<extra></extra>",
    )  # fmt: skip


def _range(columns: Sequence[Floats], *, log_axis: bool) -> tuple[float, float]:
    """Whole decades around all finite values above zero, or from 0 to the largest."""
    values = np.concatenate([np.ravel(column) for column in columns])
    values = values[np.isfinite(values) & (values > 0)]
    if not len(values):
        return (-1.0, 1.0) if log_axis else (0.0, 1.0)
    if not log_axis:
        return 0.0, float(values.max()) * 1.08
    return floor(log10(values.min()) - 0.3), ceil(log10(values.max()) + 0.1)


def _format_lines(figure: go.Figure, entries: int) -> None:
    low, high = figure.layout.yaxis.range
    for name, smallest in FORMAT_LIMITS.items():
        limit = smallest * entries**0.5
        if low < log10(limit) < high:
            figure.update_layout(margin_r=64)  # room for the words, beside the bars and not on them
            figure.add_hline(limit, line={"color": LIGHT.faint, "dash": "dot", "width": 1.5})
            figure.add_annotation(
                text=f"{name}<br>ends", x=1, xref="paper", xanchor="left", align="left", y=log10(limit),
                showarrow=False, font={"color": LIGHT.faint, "size": 12},
                hovertext=f"Below this line a typical entry is under {number(smallest)}, "
                f"the smallest number above 0 in {name}.",
            )  # fmt: skip


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


def loss_curves(runs: Sequence[tuple[str, Run]], at: int | None = None) -> go.Figure:
    """The loss of each run over its steps, from zero, with the loss of guessing; `at` marks a step."""
    figure = go.Figure()
    top = max(1.15 * log(2), *(min(_highest(run), HIGHEST_LOSS) * 1.1 for _, run in runs))
    for i, (name, run) in enumerate(runs):
        colour, finite = COLOURS[i], np.isfinite(run.loss)
        figure.add_scatter(
            name=name, x=list(range(len(run.loss))),
            y=[float(v) if ok else None for v, ok in zip(run.loss, finite, strict=True)],
            mode="lines", line={"color": colour, "dash": DASHES[i], "width": 2.5},
            hovertemplate=f"{name}<br>step %{{x}}: <b>%{{y:.3g}}</b><extra></extra>",
        )  # fmt: skip
        if _highest(run) > top:
            figure.add_annotation(
                text=f"up to {number(_highest(run))} ↑", x=int(np.nanargmax(np.where(finite, run.loss, 0))), y=top,
                yanchor="top", showarrow=False, font={"color": colour, "size": 13},
            )  # fmt: skip
        if run.diverged_at is not None:
            figure.add_vline(
                run.diverged_at,
                line={"color": colour, "width": 2},
                annotation_text="diverged",
                annotation_position="bottom right",
            )
    figure.add_hline(
        log(2), line={"color": LIGHT.faint, "dash": "dot", "width": 1.5},
        annotation={"text": "guessing: ln 2 = 0.693", "font": {"color": LIGHT.faint, "size": 13}},
    )  # fmt: skip
    if at is not None:
        figure.add_vline(at, line={"color": LIGHT.ink, "width": 1.5}, annotation_text=f"step {at}")
    figure.update_layout(_layout("Loss (cross-entropy)", showlegend=True))
    figure.update_xaxes(title="Step", showgrid=False, rangemode="tozero")
    figure.update_yaxes(range=[0, top])
    return figure


def _highest(run: Run) -> float:
    finite = run.loss[np.isfinite(run.loss)]
    return float(finite.max()) if len(finite) else 0.0


def _layout(y_title: str, *, showlegend: bool) -> go.Layout:
    axis = {
        "gridcolor": LIGHT.grid, "linecolor": LIGHT.faint, "tickcolor": LIGHT.faint, "zeroline": False,
        "automargin": True, "title": {"font": {"size": 15}},
    }  # fmt: skip
    return go.Layout(
        template="none",
        uirevision="kept",  # zoom and hidden traces survive new data
        font={"color": LIGHT.ink, "size": 14},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 8, "r": 8, "t": 44, "b": 8},
        showlegend=showlegend,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "itemsizing": "constant"},
        hoverlabel={"bgcolor": LIGHT.paper, "font": {"color": LIGHT.ink}, "bordercolor": LIGHT.faint},
        xaxis=axis,
        yaxis={**axis, "title": {"text": y_title, "font": {"size": 15}, "standoff": 14}},
    )
