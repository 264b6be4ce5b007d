"""A question with its numbers drawn and its key worked out: all that another program needs to ask and to grade it."""

import json
import math
import re
import sys
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from core.authoring import Written
from core.figures.pictures import picture

# What XML forbids, what nobody types, and the two private planes, in which the reader of GIFT parks escaped characters
FORBIDDEN = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0001fffd]")


def clean(text: str) -> str:
    r"""Text that every format can carry, without blanks around it.

    >>> clean(" one\r\ntwo \0")
    'one\ntwo'
    """
    return FORBIDDEN.sub("", re.sub("\r\n?", "\n", text)).strip()


Text = Annotated[str, BeforeValidator(clean)]
"""Markdown, with mathematics between dollar signs"""


class Answer(Written):
    """One choice or one statement."""

    text: Text
    reply: Text = ""
    right: bool = False


class Pair(Written):
    """A row and its partner."""

    row: Text
    partner: Text
    reply: Text = ""


class Place(Written):
    """One step of an order, and the numbers of the steps, from 0, that it must come after."""

    text: Text
    reply: Text = ""
    after: tuple[int, ...] = ()


class Number(Written):
    """All numbers that are no further than `tolerance` from `value`."""

    value: float = Field(allow_inf_nan=False)
    tolerance: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    between: tuple[float, float] | None = None
    """The least and the greatest of them, where no two floating-point numbers above give just these"""
    reply: Text = ""

    @classmethod
    def spanning(cls, low: float, high: float, value: float | None = None, reply: str = "") -> "Number":
        """All numbers from `low` to `high`, around `value` if that is in their middle.

        >>> Number.spanning(3.141, 3.142).value, Number.spanning(1e-20, 1.0).between
        (3.1415, (1e-20, 1.0))
        """
        if value is None or not math.isclose(value - low, high - value, rel_tol=1e-6):
            value = float((_exact(low) + _exact(high)) / 2)
        reach = float(max(_exact(value) - _exact(low), _exact(high) - _exact(value)))
        number = cls(value=value, tolerance=reach, reply=reply)
        return number if number.edges == (low, high) else number.model_copy(update={"between": (low, high)})

    @property
    def edges(self) -> tuple[float, float]:
        """The least and the greatest of them, worked out in decimals as it would be by hand.

        >>> Number(value=0.3, tolerance=0.1).edges
        (0.2, 0.4)
        """
        value, tolerance = _exact(self.value), _exact(self.tolerance)
        return self.between or (_float(value - tolerance), _float(value + tolerance))


def _exact(number: float) -> Decimal:
    """The decimal number that somebody wrote, not the binary one next to it."""
    return Decimal(repr(float(number)))


def _float(number: Decimal) -> float:
    """A number that is not infinite, however large."""
    return max(-sys.float_info.max, min(sys.float_info.max, float(number)))


class Picture(Written):
    """A figure in words, in numbers, and as the page draws it: Plotly figures as JSON."""

    alt: Text
    table: Text
    figures: tuple[str, ...]

    @cached_property
    def svg(self) -> str:
        """All its figures in one drawing; one that would lose something is a `CannotBeDrawn`."""
        return _drawn(self.figures)


@lru_cache(maxsize=256)
def _drawn(figures: tuple[str, ...]) -> str:
    return picture([json.loads(figure) for figure in figures]).decode()


Kind = Literal["single", "multiple", "kprim", "match", "order", "numeric"]


class Portable(Written):
    """One variant of a question, solved."""

    id: Text
    version: int = 1
    variant: int = 0
    kind: Kind
    concept: Text = ""
    tags: tuple[Text, ...] = ()
    stem: Text
    code: Annotated[str, BeforeValidator(lambda text: FORBIDDEN.sub("", text).strip("\n"))] = ""
    picture: Picture | None = None
    choices: tuple[Answer, ...] = ()
    """Of single, multiple and kprim"""
    pairs: tuple[Pair, ...] = ()
    spare: tuple[Text, ...] = ()
    """Partners that no row has"""
    steps: tuple[Place, ...] = ()
    """In an order that is right"""
    scale: Literal["relative", "log10"] = "relative"
    numbers: tuple[Number, ...] = ()
    """Those that are right; the first of them is the key"""
    wrong: tuple[Number, ...] = ()
    """Foreseen mistakes: the first that fits a number answers it"""
    otherwise: Text = ""
    """The reply to any other number"""
    hints: tuple[Text, ...] = ()
    explanation: Text = ""
    shown: Picture | None = None
    """The figure that bears the answer out"""

    @property
    def name(self) -> str:
        """What a list of questions calls it.

        >>> Portable(id="slope", variant=2, kind="single", stem="Why?").name
        'slope, variant 3'
        """
        return f"{self.id}, variant {self.variant + 1}" if self.variant else self.id

    @property
    def number(self) -> str:
        """What no other question has: its id, its version, and its variant.

        >>> Portable(id="slope", variant=2, kind="single", stem="Why?").number
        'slope@1.2'
        """
        return f"{self.id}@{self.version}.{self.variant}"
