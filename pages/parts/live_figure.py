"""A chart that changes in place: Streamlit's own is torn down and built again whenever its data change."""

from core.figures.style import Figure
from pages.parts.scripted import scripted

HEIGHT = 400

_draw = scripted(
    "live",
    html='<div class="live-figure"><div class="live-figure-drawing" role="figure"></div></div>',
    css="""
    .live-figure { width: 100%; overflow: hidden; }
    .live-figure .nsewdrag, .live-figure .draglayer { touch-action: pan-y; }
    """,
)


def live_figure(figure: Figure, *, key: str, alt: str, height: int = HEIGHT) -> None:
    """Draw `figure`; call again with the same `key` to change it. `alt` says in words what it shows."""
    _draw({"figure": figure, "alt": alt, "height": height}, key=key)
