"""The parts of a quiz item: its options, the rules for foreseen wrong numbers, and its plots."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from core.authoring import Objection, Written
from core.errors import pick
from core.lessons.views import VIEWS
from core.questions.keys import KEYS


def _in_order(edges: tuple[float, float]) -> tuple[float, float]:
    if not edges[0] <= edges[1]:
        raise Objection("range-upside-down", "no number lies in this range.", "Write the least one first.")
    return edges


Range = Annotated[tuple[float, float], AfterValidator(_in_order)]
"""Two numbers and all between them"""


def range_in_words(edges: tuple[float, float]) -> str:
    """A range with all its digits.

    >>> range_in_words((3.141, 3.142)), range_in_words((1822.0, 1822.0))
    ('3.141 to 3.142', 'exactly 1822')
    """
    low, high = (repr(edge).removesuffix(".0") for edge in edges)
    return f"exactly {low}" if low == high else f"{low} to {high}"


class Option(Written):
    """One choice, one statement or one row, and the reply to whoever gets it wrong (or, if it is chosen, right)."""

    id: str
    """A word for it, which keys name"""
    says: str
    """What it says"""
    reply: str
    """Said to whoever gets it wrong, or chooses it and is right"""
    misconception: str | None = None
    """The belief that speaks for it when it is wrong, or against it when it is right"""


class Step(Option):
    """One step of an order: it comes after all that it `needs`."""

    needs: list[str] = []
    """The ids of the steps that must come before it"""


class Rule(Written):
    """A foreseen wrong number: recognised by the function that produces it."""

    equals: str = ""
    """The key function that makes the mistake"""
    number: float | None = Field(default=None, allow_inf_nan=False)
    """The wrong number itself, in an imported file"""
    grade: Literal["wrong", "again"] = "wrong"
    """`again` asks once more without counting"""
    say: str
    """What is said to whoever gives this number"""
    tolerance: float = Field(default=0.02, ge=0)
    """How close, relative to the foreseen number"""
    between: Range | None = None
    """In an imported file, in place of `tolerance`: the least and the greatest number that it recognises"""
    misconception: str | None = None
    """The belief that leads to it"""

    @field_validator("equals")
    @classmethod
    def _known(cls, equals: str) -> str:
        pick(KEYS, equals, "key function")
        return equals

    @model_validator(mode="after")
    def _one_number(self) -> "Rule":
        if bool(self.equals) == (self.number is not None):
            raise Objection(
                "one-wrong-number", "a rule recognises one wrong number.",
                "Give equals, or in an imported file number, and not both.",
            )  # fmt: skip
        return self


class Plot(Written):
    """A figure of one or more experiments: networks that are really measured or trained to draw it."""

    view: str
    """What is drawn: one of the figures"""
    of: list[str] = Field(min_length=1, max_length=4)
    """One to four experiments, of the lesson or of this file"""
    names: list[str] = []
    """What the networks are called in it; by default by letters alone, since their settings may be the answer"""
    axis: Literal["log", "linear"] = "log"
    """How the figure's values are laid out"""

    @field_validator("view")
    @classmethod
    def _known_view(cls, view: str) -> str:
        pick(VIEWS, view, "figure")
        return view
