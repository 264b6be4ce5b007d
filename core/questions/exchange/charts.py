"""A plain bar chart, drawn from a table of numbers: for programs that cannot show our live figures."""

import math
from html import escape
from typing import NamedTuple

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000", "#999999")
WIDTH, HEIGHT, LEFT, TOP = 640, 320, 70, 36
BOTTOM = HEIGHT - 50


class _Axis(NamedTuple):
    """What stands at the foot and at the top, both as they are drawn: logarithms if `log`."""

    low: float
    high: float
    log: bool

    def height(self, value: float) -> float:
        """Where a value stands, in pixels from the top."""
        at = math.log10(value) if self.log else value
        return BOTTOM - (at - self.low) / (self.high - self.low) * (BOTTOM - TOP)

    def ticks(self) -> list[tuple[float, str]]:
        """Up to six values, and what is written beside them."""
        if not self.log:
            return [(at, f"{at:.3g}") for i in range(6) for at in [self.low + (self.high - self.low) * i / 5]]
        step = math.ceil((self.high - self.low) / 6)
        return [(10.0**power, f"1e{power}") for power in range(int(self.low), int(self.high) + 1, step)]


def chart(table: str, height: str, *, log: bool) -> str:
    """An SVG with a group of bars for each row of the table, or nothing if that would say nothing.

    `height` is what their height means.

    A log axis is used only if no number is below 0; "exactly 0" and "nan" are written where the bar would stand.
    """
    head, rows = _read(table)
    values = [value for _, row in rows for value in row if math.isfinite(value)]
    if len(rows) < 2 or not values:
        return ""
    axis = _axis(values, log=log and min(values) >= 0)
    ticks = [_text(LEFT - 6, axis.height(at) + 4, label, "end") + _line(axis.height(at)) for at, label in axis.ticks()]
    key = [
        _text(LEFT + 140 * (i % 4), 12 + 14 * (i // 4), name, "start", COLOURS[i % 8])
        for i, name in enumerate(head[1:])
    ]
    wide = (WIDTH - LEFT - 10) / len(rows)
    every = math.ceil(len(rows) / 25)
    bars = [_group(row, LEFT + i * wide, wide, axis) for i, (_, row) in enumerate(rows)]
    names = [_text(LEFT + (i + 0.5) * wide, BOTTOM + 16, rows[i][0], "middle") for i in range(0, len(rows), every)]
    title = _text((LEFT + WIDTH) / 2, HEIGHT - 12, head[0], "middle")
    middle = f"translate(14 {(TOP + BOTTOM) / 2:.1f}) rotate(-90)"
    title += f'<text transform="{middle}" text-anchor="middle" fill="#222">{escape(height)}</text>'
    inside = "".join([*ticks, *key, *bars, *names, title])
    style = 'font-family="sans-serif" font-size="11" style="background: white"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {style}>{inside}</svg>'


def _read(table: str) -> tuple[list[str], list[tuple[str, list[float]]]]:
    lines = [[cell.strip() for cell in line.strip(" |").split(" | ")] for line in table.splitlines() if line]
    rows = [(line[0], [_number(cell) for cell in line[1:]]) for line in lines[2:]]
    return lines[0] if lines else [], rows


def _number(cell: str) -> float:
    try:
        return 0.0 if cell == "exactly 0" else float(cell)
    except ValueError:
        return math.nan


def _axis(values: list[float], *, log: bool) -> _Axis:
    if not log:
        return _Axis(min(0.0, *values), max(0.0, *values) or 1.0 - any(values), log=False)
    powers = [math.log10(value) for value in values if value > 0] or [0.0]
    low = math.floor(min(powers) - 0.1)
    return _Axis(low, max(math.ceil(max(powers)), low + 1), log=True)


def _group(row: list[float], left: float, wide: float, axis: _Axis) -> str:
    """The bars of one row beside each other; words for what has no height."""
    bar, foot = 0.8 * wide / len(row), axis.height(0) if not axis.log else BOTTOM
    drawn = []
    for i, value in enumerate(row):
        x, colour = left + 0.1 * wide + i * bar, COLOURS[i % 8]
        if not math.isfinite(value) or (axis.log and value == 0):
            says = "exactly 0" if value == 0 else "not a number"
            at = f"{x + bar / 2 + 4:.1f} {BOTTOM - 4}"
            drawn.append(f'<text transform="translate({at}) rotate(-90)" fill="{colour}">{says}</text>')
        else:
            top, end = sorted((axis.height(value), foot))
            place = f'x="{x:.1f}" y="{top:.1f}" width="{bar:.1f}" height="{end - top:.1f}"'
            drawn.append(f'<rect {place} fill="{colour}"/>')
    return "".join(drawn)


def _text(x: float, y: float, says: str, anchor: str, colour: str = "#222") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(says)}</text>'


def _line(y: float) -> str:
    return f'<path d="M{LEFT} {y:.1f}H{WIDTH - 10}" stroke="#ddd"/>'
