from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from fsrs import Rating
from icalendar import Calendar

from core.practice import review

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def days_between(ratings):
    """Days from each review to the next, when each is done on its day."""
    card, now, gaps = None, NOON, []
    for rating in ratings:
        card = review.reviewed(card, rating, now, "UTC")
        gaps.append((review.due_at(card) - now).days)
        now = review.due_at(card)
    return gaps


def test_intervals_grow_and_a_mistake_starts_them_again():
    assert days_between([Rating.Good] * 4) == [2, 11, 46, 163]
    assert days_between([Rating.Again, Rating.Good, Rating.Good])[0] == 1
    assert days_between([Rating.Good] * 9)[-1] == review.LONGEST
    assert days_between([Rating.Good, Rating.Good, Rating.Again])[-1] < 11


@pytest.mark.parametrize(
    ("given", "means"),
    [
        ({"right": False, "confidence": 3}, Rating.Again),
        ({"right": True}, Rating.Good),
        ({"right": True, "confidence": 3}, Rating.Good),
        ({"right": True, "hints": 1}, Rating.Hard),
        ({"right": True, "second_try": True}, Rating.Hard),
        ({"right": True, "confidence": 1}, Rating.Hard),
    ],
)
def test_what_an_answer_is_worth(given, means):
    assert review.rating(**given) is means


def test_practising_early_does_not_push_a_question_away_but_a_mistake_brings_it_back():
    card = review.reviewed(None, Rating.Good, NOON, "UTC")
    assert review.reviewed(card, Rating.Good, NOON + timedelta(hours=3), "UTC") is None
    again = review.reviewed(card, Rating.Again, NOON + timedelta(hours=3), "UTC")
    assert review.due_at(again) < review.due_at(card)


def test_a_question_is_due_on_the_learners_day():
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    card = review.reviewed(None, Rating.Again, late, "Asia/Tokyo")
    assert review.due_on(review.due_at(card), "Asia/Tokyo").day == 24
    assert review.due_on(review.due_at(card), "America/Los_Angeles").day == 23
    assert review.by_day([late - timedelta(days=9), late], late, "Asia/Tokyo") == {
        review.local_day(late, "Asia/Tokyo"): 2
    }


@pytest.mark.parametrize("zone", [None, "", "Mars/Olympus", "../etc", "UTC"])
def test_an_unknown_zone_is_taken_as_utc(zone):
    assert review.local_day(NOON, zone) == NOON.date()
    assert review.end_of_day(NOON, zone) == datetime(2026, 11, 23, tzinfo=ZoneInfo("UTC"))


def test_the_calendar_file_has_an_entry_for_each_day():
    days = {NOON.date(): 3, (NOON + timedelta(days=2)).date(): 1}
    file = Calendar.from_ical(review.calendar(days, NOON, "http://127.0.0.1/quiz"))
    events = list(file.walk("VEVENT"))
    assert [event["summary"] for event in events] == [
        "Vanishing Point: 3 questions to review", "Vanishing Point: 1 question to review",
    ]  # fmt: skip
    assert [event.decoded("dtstart") for event in events] == list(days)
