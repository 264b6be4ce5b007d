"""A sheet of paper on which each picture of the film is drawn: words, lines and boxes, in pixels from the top left."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform

from core.figures.style import LIGHT

WIDTH, HEIGHT = 1280, 720
DOTS = 72  # to the inch, so that a point of type is a pixel
STATIC = Path(__file__).parents[2] / "static"
FACES = {
    "Film Sans": ("ibm-plex-sans-latin-wght-normal.woff2", 450),
    "Film Bold": ("ibm-plex-sans-latin-wght-normal.woff2", 650),
    "Film Italic": ("ibm-plex-sans-latin-wght-italic.woff2", 450),
    "Film Serif": ("fraunces-latin-wght-normal.woff2", 600),
}
FALLBACK = "DejaVu Sans"  # comes with matplotlib, and has the signs that a Latin font lacks
HALO = [withStroke(linewidth=8, foreground=LIGHT.paper)]  # so that no line of a chart runs into the type
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")

Align = Literal["left", "center", "right"]


def load_fonts(folder: Path) -> None:
    """Make the app's own fonts, one weight at a time, known to matplotlib, which reads them from this folder."""
    for family, (file, weight) in FACES.items():
        font = instantiateVariableFont(TTFont(STATIC / file), {"wght": weight})
        for kind in (1, 16):  # both are read as the name of the family
            font["name"].setName(family, kind, 3, 1, 0x409)
        font["OS/2"].usWeightClass = 400  # the only one of its family, and so the normal one
        font.flavor = None  # no longer compressed for the web
        path = folder / f"{family}.ttf"
        font.save(path)
        fontManager.addfont(path)
    mpl.rcParams["mathtext.fontset"] = "custom"
    for style in ("rm", "cal", "tt", "sf"):
        mpl.rcParams[f"mathtext.{style}"] = "Film Sans"
    for style in ("it", "bfit"):
        mpl.rcParams[f"mathtext.{style}"] = "Film Italic"
    mpl.rcParams["mathtext.bf"] = "Film Bold"


def raised(words: str) -> str:
    """The same words with powers that are set by the typesetter, because our fonts have no small raised digits.

    >>> raised("10⁻⁷")
    '10$^{-7}$'
    """
    return re.sub("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda found: f"$^{{{found[0].translate(RAISED)}}}$", words)


class Canvas:
    """Collects the marks of one picture, and draws them unless the picture before was the same."""

    def __init__(self) -> None:
        """An empty sheet."""
        self.figure = Figure(figsize=(WIDTH / DOTS, HEIGHT / DOTS), dpi=DOTS, facecolor=LIGHT.paper)
        self.sheet = FigureCanvasAgg(self.figure)
        self.strength = 1.0
        """By what everything drawn from now on is weakened, so that a whole scene can fade"""
        self.marks: list[tuple[type, dict[str, Any]]] = []
        self.shown: list[tuple[type, dict[str, Any]]] | None = None
        self.pixels = b""

    def text(  # noqa: PLR0913  type has many sides
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 36,
        colour: str = LIGHT.ink,
        align: Align = "left",
        face: str = "Film Sans",
        strength: float = 1.0,
    ) -> None:
        """Words whose first line stands on the line `y`."""
        options = {
            "x": x, "y": HEIGHT - y, "text": raised(words), "fontsize": size, "color": colour,
            "horizontalalignment": align, "verticalalignment": "baseline", "fontfamily": [face, FALLBACK],
            "path_effects": HALO if colour != LIGHT.paper else None,
        }  # fmt: skip
        self._add(Text, strength, **options)

    def formula(  # noqa: PLR0913  likewise
        self, x: float, y: float, latex: str, *, size: float = 70, colour: str = LIGHT.ink, strength: float = 1.0
    ) -> float:
        """A formula that begins at `x`; returns where it ends."""
        options = {
            "x": x, "y": HEIGHT - y, "text": f"${latex}$", "fontsize": size, "color": colour,
            "verticalalignment": "baseline", "math_fontfamily": "stix",
        }  # fmt: skip
        self._add(Text, strength, **options)
        return x + self._width(options["text"], size)

    def line(  # noqa: PLR0913  a line has many sides
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        *,
        colour: str = LIGHT.ink,
        width: float = 3,
        dashes: str = "-",
        strength: float = 1.0,
    ) -> None:
        """A line through points."""
        flipped = [HEIGHT - y for y in ys]
        self._add(Line2D, strength, xdata=list(xs), ydata=flipped, color=colour, linewidth=width, linestyle=dashes)

    def dot(self, x: float, y: float, *, colour: str, size: float = 18, strength: float = 1.0) -> None:
        """A filled circle."""
        options = {"marker": "o", "markersize": size, "markeredgewidth": 0, "color": colour}
        self._add(Line2D, strength, xdata=[x], ydata=[HEIGHT - y], **options)

    def box(  # noqa: PLR0913  a box has many sides
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        *,
        fill: str = LIGHT.paper,
        edge: str = "none",
        strength: float = 1.0,
    ) -> None:
        """A rectangle."""
        if right > left and bottom > top:
            place = {"xy": (left, HEIGHT - bottom), "width": right - left, "height": bottom - top}
            self._add(Rectangle, strength, **place, facecolor=fill, edgecolor=edge, linewidth=3, snap=False)

    def _add(self, kind: type, strength: float, **options: Any) -> None:
        alpha = round(strength * self.strength, 3)
        if alpha > 0:
            self.marks.append((kind, {**options, "alpha": alpha}))

    def _width(self, words: str, size: float) -> float:
        text = Text(0, 0, words, fontsize=size, math_fontfamily="stix", figure=self.figure)
        return float(text.get_window_extent(self.sheet.get_renderer()).width)

    def picture(self) -> bytes:
        """The picture, four bytes a pixel, row by row; the sheet is empty again afterwards."""
        if self.marks != self.shown:
            self.figure.clear()
            for order, (kind, options) in enumerate(self.marks):
                self.figure.add_artist(kind(**options, transform=IdentityTransform(), zorder=order))
            self.sheet.draw()
            self.pixels = bytes(self.sheet.buffer_rgba())
        self.shown, self.marks = self.marks, []
        return self.pixels
