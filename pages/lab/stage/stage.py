"""The stage on the page: its place, its modules, and what it is told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from pages.parts.scripted import scripted

HERE = Path(__file__).parent

_stage = scripted(
    HERE / "stage.js",
    html=(HERE / "stage.html").read_text(encoding="utf-8"),
    css=(HERE / "stage.css").read_text(encoding="utf-8"),
)
_panels = st.components.v2.component(
    "stage_panels",
    html='<div class="stage"><div class="stage-panels"></div></div>',
    js="""
    export default function () {}
    """,
    isolate_styles=False,
)


def panels(key: str) -> None:
    """The place for the stage's instruments, wherever on the page they are to be."""
    _panels(key=key)


def stage(data: dict[str, Any], *, key: str, on_did: Callable[[], None]) -> None:
    """Draw the stage; `on_did` is called when the learner has done something on it: see `done`."""
    _stage(data, key=key, on_did_change=on_did)


def done(key: str) -> dict[str, Any]:
    """What the learner has just done, as the browser tells it: to be checked before it is believed."""
    said = st.session_state.get(key)
    did = said.get("did") if said else None
    return did if isinstance(did, dict) else {}
