"""Components that a module of ours brings to life: the server sends it as it is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from core.figures.style import dark_colours
from pages.parts import scripts, serving

LOADER = """
export default function (component) {
  const script = new URL("%s", location.origin).href;
  const apology = component.parentElement.querySelector(".not-loaded");
  const shown = import(script).then((module) => module.show(component));
  shown.then(
    () => { apology.hidden = true; },
    (error) => { console.warn(error); apology.hidden = false; },
  );
  return () => shown.then((leave) => leave?.());
}
"""
NOT_LOADED = '<p class="not-loaded" role="alert" hidden>This part of the page could not be loaded. Check the connection and reload the page.</p>'  # noqa: E501


def scripted(script: Path, html: str = "", css: str = "") -> Callable[..., Any]:
    """A component whose life is `show(component)` in a module; it may draw with plotly.js, light or dark."""
    mount = st.components.v2.component(
        script.stem,
        html=html + NOT_LOADED,
        css=css,
        js=LOADER % scripts.address(script),
        isolate_styles=False,  # plotly.js puts its style sheet into the document
    )

    def draw(data: dict[str, Any], **more: Any) -> Any:
        return mount(data={"library": serving.PLOTLY_URL, "dark": dark_colours(), **data}, **more)

    return draw
