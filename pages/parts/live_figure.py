"""A chart that changes in place: Streamlit's own is torn down and built again whenever its data change."""

import streamlit as st

from core.figures.style import Figure, dark_colours
from pages.parts import serving

HEIGHT = 400

_component = st.components.v2.component(
    "live_figure",
    html="""
    <div class="live-figure">
      <div class="live-figure-drawing" role="figure"></div>
      <p class="live-figure-problem" hidden>The chart could not be loaded. The numbers are in the table below it;
      reload the page to try again.</p>
    </div>
    """,
    css="""
    .live-figure { width: 100%; overflow: hidden; }
    .live-figure .nsewdrag, .live-figure .draglayer { touch-action: pan-y; }
    """,
    js="""
    export default function (component) {
      const shown = import(new URL(component.data.script, location.origin).href).then((live) => live.show(component));
      shown.catch(() => {
        component.parentElement.querySelector(".live-figure-problem").hidden = false;
      });
      return () => shown.then((leave) => leave());
    }
    """,
    isolate_styles=False,  # plotly.js puts its style sheet into the document
)


def live_figure(figure: Figure, *, key: str, alt: str, height: int = HEIGHT) -> None:
    """Draw `figure`; call again with the same `key` to change it. `alt` says in words what it shows."""
    data = {
        "figure": figure,
        "dark": dark_colours(),
        "script": f"{serving.SCRIPTS_URL}/live.js",
        "library": serving.PLOTLY_URL,
        "alt": alt,
        "height": height,
    }
    _component(data=data, key=key)
