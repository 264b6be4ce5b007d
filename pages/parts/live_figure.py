"""A chart that changes in place: Streamlit's own is torn down and built again whenever its data change."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core.figures.style import Figure
from pages.parts.scripted import scripted

HEIGHT = 400

_draw = scripted(
    Path(__file__).with_name("live.js"),
    html='<div class="live-figure"><div class="live-figure-drawing" role="figure"></div></div>',
    css="""
    .live-figure { width: 100%; overflow: hidden; }
    .live-figure .nsewdrag, .live-figure .draglayer { touch-action: pan-y; }
    .live-figure .can-pick .nsewdrag { cursor: pointer; }
    """,
)


def live_figure(  # noqa: PLR0913  a figure has many sides
    figure: Figure,
    *,
    key: str,
    alt: str,
    height: int = HEIGHT,
    picked: int | None = None,
    on_pick: Callable[[int], None] | None = None,
) -> None:
    """Draw `figure`; call again with the same `key` to change it. `alt` says in words what it shows.

    The bars at `picked` stand out. `on_pick` is told the place on the x axis of a bar that is clicked.
    """
    data = {"figure": figure, "alt": alt, "height": height, "pick": on_pick is not None, "picked": picked}

    def pick() -> None:
        if on_pick is not None:
            on_pick(int(st.session_state[key]["clicked"]))

    _draw(data, key=key, height=height, **({"on_clicked_change": pick} if on_pick else {}))
