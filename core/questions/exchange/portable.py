"""A question with its numbers drawn and its key worked out: all that another program needs to ask and to grade it."""

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from core.authoring import Written

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
    reply: Text = ""


class Picture(Written):
    """A figure in words, in numbers, and as a plain drawing where one can be made of the numbers."""

    alt: Text
    table: Text
    svg: str = ""


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
