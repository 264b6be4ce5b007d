"""The chart of per-layer gradients with everything that belongs to it: reading, ratio, table."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.figures.bars import gradient_bars
from core.figures.style import Series
from core.reading import MEASURES, read, table
from pages.parts.live_figure import live_figure

WORDS = {
    "vanishing": ("Vanishing", "orange", ":material/trending_down:"),
    "exploding": ("Exploding", "red", ":material/trending_up:"),
    "falling": ("Falling", "blue", ":material/south_west:"),
    "rising": ("Rising", "blue", ":material/north_west:"),
    "level": ("Level", "green", ":material/trending_flat:"),
    "tiny": ("Level, but tiny", "orange", ":material/compress:"),
    "huge": ("Level, but huge", "red", ":material/expand:"),
    "zero": ("Exactly zero", "red", ":material/block:"),
    "not finite": ("Not finite", "red", ":material/error:"),
    "single": ("One layer", "gray", ":material/looks_one:"),
}


def gradient_chart(  # noqa: PLR0913  a chart has many sides
    series: Sequence[Series],
    *,
    key: str,
    measure: str = "weights",
    axis: str = "log",
    entries: int = 1,
    when: str = "",
    guess: Series | None = None,
    room_for: Sequence[Any] = (),
) -> None:
    """Draw the bars, then say in words and numbers what they show."""
    chosen = MEASURES[measure]
    readings = [read(s.values, chosen) for s in series]
    sentences = [f"{s.name}: {reading.sentence}." for s, reading in zip(series, readings, strict=True)]
    figure = gradient_bars(
        series,
        chosen,
        log_axis=axis == "log",
        entries=entries,
        guess=guess.values if guess else None,
        room_for=room_for,
    )
    live_figure(figure, key=key, alt=f"Bar chart of the {chosen.noun} by layer{when}. {' '.join(sentences)}")
    if figure["layout"]["shapes"]:
        st.caption(
            "Dotted line: below it, a typical single entry of the gradient is smaller than that number format "
            "can hold. Layer 1 has fewer weights and reaches that point a little lower."
        )
    for s, reading in zip(series, readings, strict=True):
        word, colour, icon = WORDS[reading.verdict]
        st.markdown(
            f":{colour}-badge[{icon} {word}] **{s.name}.** {reading.sentence[0].upper()}{reading.sentence[1:]}."
        )
    with st.expander("The numbers"):
        st.markdown(table([s.name for s in series], [s.values for s in series]))
