"""How every figure looks: colours for light and dark pages, marks for four networks, axes."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from core.networks.results import Floats

Figure = dict[str, Any]
"""A Plotly figure as JSON has it: data and layout. The validating classes of plotly.py take ten times as long."""

LIBRARY = Path(__file__).parents[2] / "static" / "plotly-cartesian-4.1.1.min.js"
"""plotly.js with what draws on two axes, a third of the whole: a browser is slow to take all of it in"""


@dataclass(frozen=True)
class Palette:
    """The colours of a figure; `.streamlit/config.toml` uses the same ones for the interface."""

    first: str
    second: str
    third: str
    fourth: str
    guess: str
    ink: str
    faint: str
    grid: str
    paper: str


LIGHT = Palette("#b3430a", "#1f5fbf", "#00705a", "#8a3a8f", "#5b6172", "#1d2233", "#5b6070", "#e3dfd6", "#fcfbf8")
DARK = Palette("#ff9a62", "#7fb4ff", "#4fd0ac", "#e79bec", "#b9c0d4", "#ebe8e1", "#a9afbf", "#2c3345", "#11141d")

COLOURS = (LIGHT.first, LIGHT.second, LIGHT.third, LIGHT.fourth)
PATTERNS = ("", "/", "x", ".")
DASHES = ("solid", "dash", "dot", "dashdot")
SYMBOLS = ("circle", "square", "diamond", "cross")


def dark_colours() -> dict[str, str]:
    """What each colour of a figure becomes on a dark page.

    >>> dark_colours()[LIGHT.ink] == DARK.ink
    True
    """
    return {getattr(LIGHT, f.name): getattr(DARK, f.name) for f in fields(Palette)}


@dataclass(frozen=True, eq=False)
class Series:
    """One network in a figure: its label and one number for each layer, input side first."""

    name: str
    values: Floats
    low: Floats | None = None
    """(depth,) the smallest over several seeds"""
    high: Floats | None = None

    @classmethod
    def of(cls, name: str, values: Sequence[float]) -> "Series":
        """A series from plain numbers."""
        return cls(name, np.asarray(values, dtype=np.float64))

    @classmethod
    def over_seeds(cls, name: str, rows: Sequence[Floats]) -> "Series":
        """The median over several seeds, with the smallest and the largest; NaN where a seed has no number."""
        if len(rows) == 1:
            return cls(name, rows[0])
        columns = np.array(rows)
        return cls(name, np.median(columns, axis=0), columns.min(axis=0), columns.max(axis=0))


def axis(title: str = "", **more: Any) -> dict[str, Any]:
    """An axis with our lines and this title."""
    return {
        "gridcolor": LIGHT.grid, "linecolor": LIGHT.faint, "tickcolor": LIGHT.faint, "zeroline": False,
        "automargin": True, "title": {"text": title, "font": {"size": 15}, "standoff": 10}, **more,
    }  # fmt: skip


def layout(x: dict[str, Any], y: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The layout of a figure with these two axes."""
    return {
        "template": "none",
        "uirevision": "kept",  # zoom and hidden traces survive new data
        "font": {"color": LIGHT.ink, "size": 14},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 8, "t": 44, "b": 8},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "itemsizing": "constant"},
        "hoverlabel": {"bgcolor": LIGHT.paper, "font": {"color": LIGHT.ink}, "bordercolor": LIGHT.faint},
        "xaxis": x,
        "yaxis": y,
        "showlegend": True,
        "shapes": [],
        "annotations": [],
        **more,
    }


def note(text: str, **more: Any) -> dict[str, Any]:
    """Words in a figure, without an arrow."""
    return {"text": text, "showarrow": False, **more}


def listed(values: Floats) -> list[float | None]:
    """Numbers for JSON, which knows no NaN and no infinity."""
    return [float(v) if np.isfinite(v) else None for v in values]
