"""Charts with a logarithmic axis: bars for layers, lines through layers, curves over steps."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from canvas import Canvas

from core.figures.style import LIGHT
from core.networks.results import Floats
from core.verdicts.reading import number

SMALL = 34  # the smallest type in the film, in pixels


def ease(share: float) -> float:
    """A movement from 0 to 1 that starts and ends at rest."""
    share = min(max(share, 0.0), 1.0)
    return share * share * (3 - 2 * share)


def decades(low: int, high: int, every: int = 1) -> dict[str, float]:
    """Powers of ten to be written at an axis.

    >>> decades(-4, 0, 2)
    {'10⁻⁴': 0.0001, '0.01': 0.01, '1': 1.0}
    """
    return {number(10.0**power): 10.0**power for power in range(low, high + 1, every)}


@dataclass(frozen=True)
class Chart:
    """A frame with a log axis on the left; whatever is drawn in it stands in columns."""

    low: float
    """the power of ten at the bottom"""
    high: float
    ticks: Mapping[str, float] = field(default_factory=dict)
    columns: float = 10
    """how many there is room for; a broken number while one of them is still growing"""
    left: float = 170
    right: float = 1220
    top: float = 150
    bottom: float = 520

    def y(self, value: float) -> float:
        """Where a value stands, in pixels; never outside of the frame."""
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.bottom - min(max(share, 0.0), 1.0) * (self.bottom - self.top)

    @property
    def slot(self) -> float:
        """The width of a column."""
        return (self.right - self.left) / self.columns

    def x(self, rank: float) -> float:
        """Where the middle of a column stands; they are counted from the right, from 0 on, as the signal walks."""
        return self.right - (rank + 0.5) * self.slot

    def frame(self, canvas: Canvas, strength: float = 1.0) -> None:
        """The lines and numbers of the axis."""
        for words, value in self.ticks.items():
            if self.low <= math.log10(value) <= self.high:
                y = self.y(value)
                canvas.line((self.left, self.right), (y, y), colour=LIGHT.grid, width=2, strength=strength)
                canvas.text(
                    self.left - 14, y + 12, words, size=SMALL, colour=LIGHT.faint, align="right", strength=strength
                )

    def ends(self, canvas: Canvas, first: str, last: str, strength: float = 1.0) -> None:
        """What stands below the first and the last column."""
        y = self.bottom + 46
        canvas.text(self.left, y, first, size=SMALL, colour=LIGHT.faint, strength=strength)
        canvas.text(self.right, y, last, size=SMALL, colour=LIGHT.faint, align="right", strength=strength)

    def bars(  # noqa: PLR0913  a bar has many sides
        self,
        canvas: Canvas,
        values: Floats,
        colour: str,
        *,
        arrived: float = 1.0,
        place: tuple[int, int] = (0, 1),
        base: float | None = None,
        strength: float = 1.0,
    ) -> None:
        """Bars that end at the right edge and grow one after another from the right, as the error signal walks.

        `place` is (which, of how many) bars share a column. They stand on `base`, or on the bottom. A value of
        exactly 0 has no place on this axis and gets a 0 instead of a bar.
        """
        wide = 0.74 * self.slot / place[1]
        floor = self.bottom if base is None else self.y(base)
        for rank, value in enumerate(reversed(values)):
            grown = ease((arrived * (len(values) + 2) - rank) / 3)
            begin = self.right - (rank + 0.87) * self.slot + place[0] * wide
            if value == 0:
                canvas.text(begin + wide / 2, floor - 8, "0", size=44, colour=colour, align="center", strength=grown)
                continue
            end = floor + grown * (self.y(float(value)) - floor)
            left = max(begin, self.left)
            canvas.box(left, min(floor, end), begin + wide, max(floor, end), fill=colour, strength=strength)

    def path(self, canvas: Canvas, values: Floats, colour: str, arrived: float) -> None:
        """A line through the columns, drawn from the right, with dots where there is room for them."""
        tip = arrived * (len(values) - 1)
        ranks = [*range(int(tip) + 1), *([tip] if tip % 1 else [])]
        heights = np.interp(ranks, range(len(values)), [self.y(float(value)) for value in reversed(values)])
        canvas.line([self.x(rank) for rank in ranks], heights.tolist(), colour=colour, width=6, strength=arrived > 0)
        for rank, y in enumerate(heights[: int(tip) + 1] if self.slot > 24 else ()):
            canvas.dot(self.x(rank), float(y), colour=colour, strength=arrived > 0)

    def curve(self, canvas: Canvas, values: Sequence[float], colour: str, arrived: float, width: float = 6) -> None:
        """A curve over steps, the first at the left edge, drawn from the left; it ends where a value is not finite."""
        finite = [value for value in values if math.isfinite(value)]
        shown = finite[: max(round(arrived * len(values)), 0)]
        if len(shown) > 1:
            stride = (self.right - self.left) / (len(values) - 1)
            canvas.line(
                [self.left + step * stride for step in range(len(shown))],
                [self.y(value) for value in shown],
                colour=colour,
                width=width,
            )
