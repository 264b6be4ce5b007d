"""What the store keeps, row by row, and what it can tell instructors, as plain values."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, AwareDatetime, Field, JsonValue, StringConstraints

Verdict = Literal["right", "wrong"]
Mode = Literal["practice", "test", "review", "lesson"]


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def _this_century(time: datetime) -> datetime:
    if not 2000 <= time.year < 2100:
        raise ValueError("is not a time in this century")
    return time.astimezone(UTC)


WITHOUT_NUL = r"^[^\x00]*$"  # PostgreSQL keeps any other character
Word = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=WITHOUT_NUL)]
Text = Annotated[str, StringConstraints(max_length=10_000, pattern=WITHOUT_NUL)]
Time = Annotated[AwareDatetime, AfterValidator(_this_century)]
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]


@dataclass(frozen=True)
class Attempt:
    """One answer to one item.

    Attributes:
        id: made by whoever sends it, so that sending it twice stores it once
        number: which variant of the item was shown
        confidence: from 1, a guess, to 3, sure; None if not asked
        seconds: from question to answer; None if not measured
        first: whether this learner had never answered the item before; the store finds out by itself

    """

    id: Word
    item: Word
    answer: Text
    verdict: Verdict
    version: Count = 1
    number: Count = 0
    confidence: Annotated[int, Field(ge=1, le=3)] | None = None
    hints: Count = 0
    seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    mode: Mode = "practice"
    misconceptions: Annotated[tuple[Word, ...], Field(max_length=50)] = ()
    at: Time = field(default_factory=now)
    first: bool = False


@dataclass(frozen=True)
class Card:
    """When a template is due for review again, and what the scheduler needs to know about it (`state`)."""

    template: Word
    state: JsonValue
    due: Time
    reviews: Count = 0
    at: Time = field(default_factory=now)


@dataclass(frozen=True)
class Note:
    """Something remembered for a learner: progress in a lesson, a guess, a setting."""

    scope: Word
    key: Word
    value: JsonValue
    at: Time = field(default_factory=now)


class ItemTally(NamedTuple):
    """How first attempts at one version of an item went; `confident` are those with confidence 3."""

    item: str
    version: int
    learners: int
    right: int
    confident: int
    confident_wrong: int


class AnswerTally(NamedTuple):
    """How often an answer was given at a first attempt."""

    item: str
    version: int
    answer: str
    right: bool
    learners: int


class Score(NamedTuple):
    """How many learners gave this answer first, and did so well with all the other items they have answered."""

    item: str
    version: int
    answer: str
    right: bool
    rest_right: int
    rest_count: int
    learners: int


Json = dict[str, Any]
