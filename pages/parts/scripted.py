"""Components that a module of ours brings to life: the server sends the modules in `browser` as they are."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.figures.style import dark_colours
from pages.parts import serving

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


def scripted(name: str, html: str, css: str) -> Callable[..., Any]:
    """A component whose life is `show(component)` in browser/`name`.js; it may draw with plotly.js, light or dark."""
    mount = st.components.v2.component(
        name,
        html=html + NOT_LOADED,
        css=css,
        js=LOADER % f"{serving.SCRIPTS_URL}/{name}.js",
        isolate_styles=False,  # plotly.js puts its style sheet into the document
    )

    def draw(data: dict[str, Any], **more: Any) -> Any:
        return mount(data={"library": serving.PLOTLY_URL, "dark": dark_colours(), **data}, **more)

    return draw
