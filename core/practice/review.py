"""Spaced repetition: when to see a question again.

The scheduling is FSRS, by the library `fsrs`; a card is scheduled for an item and not for one of its variants, and
every review draws fresh numbers. Days are the learner's own: a question is due on a day, not at a second.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fsrs import Card, Rating, Scheduler
from icalendar import Alarm, Calendar, Event

LONGEST = 180  # days
SCHEDULER = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False, maximum_interval=LONGEST)


def rating(*, right: bool, confidence: int = 2, hints: int = 0, second_try: bool = False) -> Rating:
    """How well it was known. Hard counts as known, so wrong is always Again; Easy is never given.

    >>> rating(right=True), rating(right=True, confidence=1), rating(right=False, confidence=3)
    (<Rating.Good: 3>, <Rating.Hard: 2>, <Rating.Again: 1>)
    """
    if not right:
        return Rating.Again
    return Rating.Hard if hints or second_try or confidence == 1 else Rating.Good


def reviewed(card: Mapping[str, Any] | None, given: Rating, now: datetime, zone: str | None) -> dict[str, Any] | None:
    """The card after an answer; None if it stays as it is.

    A question that is answered rightly before its day does not move further away: only a mistake counts then.
    """
    known = Card.from_dict(dict(card)) if card else None  # type: ignore[arg-type]
    if known and due_on(known.due, zone) > local_day(now, zone) and given != Rating.Again:
        return None
    after, _ = SCHEDULER.review_card(known or Card(card_id=1), given, now)
    return dict(after.to_dict())


def due_at(card: Mapping[str, Any]) -> datetime:
    """When a card is due."""
    return datetime.fromisoformat(card["due"])


def due_on(due: datetime, zone: str | None) -> date:
    """The learner's day on which that falls."""
    return due.astimezone(_zone(zone)).date()


def local_day(now: datetime, zone: str | None) -> date:
    """What day it is where the learner is."""
    return due_on(now, zone)


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def end_of_day(now: datetime, zone: str | None) -> datetime:
    """The moment before which everything is due today."""
    tomorrow = local_day(now, zone) + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=_zone(zone))


def by_day(dues: Iterable[datetime], now: datetime, zone: str | None) -> dict[date, int]:
    """How many questions are due on each day; what is overdue is due today."""
    today = local_day(now, zone)
    return dict(sorted(Counter(max(due_on(due, zone), today) for due in dues).items()))


def calendar(days: Mapping[date, int], now: datetime, address: str) -> bytes:
    """A calendar file (RFC 5545) with an entry for each day on which something is due, and a reminder on it."""
    file = Calendar()
    file.add("prodid", "-//Vanishing Point//Review//EN")
    file.add("version", "2.0")
    for day, number in days.items():
        event, alarm = Event(), Alarm()
        event.add("uid", f"{day.isoformat()}@vanishing-point")
        event.add("dtstamp", now)
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("summary", f"Vanishing Point: {number} question{'s' if number > 1 else ''} to review")
        event.add("url", address)
        event.add("transp", "TRANSPARENT")
        alarm.add("action", "DISPLAY")
        alarm.add("description", "Questions to review")
        alarm.add("trigger", timedelta(hours=18))
        event.add_component(alarm)
        file.add_component(event)
    return bytes(file.to_ical())
