"""A figure on a page with everything that belongs to it: what it says of each network, and a picture's words."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.lessons.views import Drawing
from pages.parts.live_figure import live_figure

TONES = {"good": "green", "fair": "orange", "bad": "red"}


def show(drawing: Drawing, key: str, height: int = 380) -> None:
    """Draw every picture, changed in place when called again with the same `key`, and then say what they show."""
    for number, picture in enumerate(drawing.pictures):
        live_figure(picture["figure"], key=f"{key}-{number}", alt=picture["alt"], height=height)
    if drawing.caption:
        st.caption(drawing.caption)
    if drawing.says:
        st.markdown(drawing.says)
    verdicts(drawing.verdicts)
    numbers(drawing)


def numbers(drawing: Drawing) -> None:
    """The table behind the pictures, for whoever cannot see them or wants it exactly."""
    with st.expander("The numbers", icon=":material/table:"):
        st.markdown(drawing.table)


def verdicts(said: Sequence[dict[str, Any]]) -> None:
    """One line for each network: the verdict, and the evidence for it."""
    for one in said:
        icon, colour = one["icon"], TONES[one["tone"]]
        evidence = one["reading"] or one["evidence"]
        st.markdown(f":{colour}-badge[:material/{icon}: {one['title']}] **{one['name']}.** {evidence}")
