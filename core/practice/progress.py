"""From an answer to what is remembered of it: the attempt, and when to ask again."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from core.practice import review
from core.practice.sitting import Sitting, Turn
from core.questions.bank import Bank
from core.questions.grading import Grade
from core.questions.variants import Variant
from core.store import Attempt, Card

MODES = {"concept": "practice", "mixed": "practice", "test": "test", "review": "review", "lesson": "lesson"}


class Moment(NamedTuple):
    """When it is, and where the learner is: a day begins at another time in another zone."""

    now: datetime
    zone: str | None


def template(slug: str, item: str) -> str:
    """Names an item among those of all lessons."""
    return f"{slug}/{item}"


def attempt(slug: str, sitting: Sitting, variant: Variant, grade: Grade, moment: Moment) -> Attempt:
    """What is kept of the last answer of a sitting."""
    turn, place = sitting.turns[-1], len(sitting.turns) - 1
    name = template(slug, variant.item.id)
    return Attempt(
        id=f"{sitting.attempt_id(place)}-{name}", item=name, answer=turn.answer,
        verdict="right" if grade.verdict == "right" else "wrong", version=variant.item.version, number=variant.number,
        confidence=turn.confidence, hints=turn.hints, mode=MODES[sitting.kind],  # type: ignore[arg-type]
        misconceptions=grade.misconceptions, at=moment.now,
    )  # fmt: skip


def card(known: Card | None, kept: Attempt, moment: Moment, *, second_try: bool = False) -> Card | None:
    """The review card after an attempt; None if it stays as it is."""
    given = review.rating(
        right=kept.verdict == "right", confidence=kept.confidence or 2, hints=kept.hints, second_try=second_try
    )
    state = known.state if known and isinstance(known.state, dict) else None
    after = review.reviewed(state, given, moment.now, moment.zone)
    if after is None:
        return None
    return Card(kept.item, after, review.due_at(after), (known.reviews if known else 0) + 1, moment.now)


class Standing(NamedTuple):
    """Where a learner stands in one concept: items whose latest answer was right, those ever answered, and all."""

    right: int
    answered: int
    items: int


def standing(bank: Bank, attempts: Sequence[Attempt]) -> dict[str, Standing]:
    """Of every concept of a bank; `attempts` in order of time."""
    latest = {one.item: one.verdict for one in attempts}
    found = {}
    for concept in bank.concepts:
        names = [template(bank.slug, item.id) for item in bank.items if item.concept == concept]
        answered = [latest[name] for name in names if name in latest]
        found[concept] = Standing(answered.count("right"), len(answered), len(names))
    return found


def waiting(bank: Bank, cards: Sequence[Card]) -> list[Card]:
    """The cards of this bank's items, as they stand now: a card of an item that is gone waits for nothing."""
    known = {template(bank.slug, item.id) for item in bank.items}
    return [one for one in cards if one.template in known]


class Band(NamedTuple):
    """How often one degree of confidence was justified."""

    answers: int
    right: int


def calibration(turns: Sequence[Turn], grades: Sequence[Grade]) -> dict[int, Band]:
    """For every degree of confidence that was stated."""
    bands: dict[int, Band] = {}
    for turn, grade in zip(turns, grades, strict=True):
        before = bands.get(turn.confidence, Band(0, 0))
        bands[turn.confidence] = Band(before.answers + 1, before.right + (grade.verdict == "right"))
    return dict(sorted(bands.items()))
