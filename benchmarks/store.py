"""How the store bears many answers: every call at 100,000 attempts against the same call at 100, in turn.

`python -m benchmarks.store` prints the table for SQLite, then for the two empty databases that BENCHMARK_URLS names.
Calls about one learner should cost the same however many others there are; what counts all first attempts has a
thousand times as much to count.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from statistics import median

from core.store import Attempt, Card, Store
from core.store.statistics import reports
from core.store.tables import ATTEMPT, CARD, LEARNER

FEW, MANY = 100, 100_000
ITEMS = 50
EACH = 40  # attempts of a learner
ROUNDS = 15
START = datetime(2026, 1, 1, tzinfo=UTC)
Calls = Mapping[str, Callable[[], object]]


def name(learner: int) -> str:
    """A learner as long as a real one."""
    return f"{learner:064x}"


def rows(attempts: int) -> Iterator[dict[str, object]]:
    """So many attempts: able learners are right more often, and wrong answers differ."""
    dice = Random(0)  # noqa: S311  no secrets here
    for number in range(attempts):
        learner, place = divmod(number, EACH)
        ability, item = (learner * 7919 % 101) / 101, (place + learner) % ITEMS
        right = dice.random() < 0.2 + 0.6 * ability
        answer = "a" if right else dice.choice("bcd")
        attempt = Attempt(
            str(number), f"item-{item}", answer, "right" if right else "wrong", confidence=dice.randint(1, 3),
            misconceptions=("M2",), at=START + timedelta(seconds=number), first=True,
        )  # fmt: skip
        yield asdict(attempt) | {"learner": name(learner)}


def fill(store: Store, attempts: int) -> None:
    """Put them in by the shortest way, with a card for every item that each learner has met."""
    today = START.date()
    learners = [name(number) for number in range(-(-attempts // EACH))]
    card = asdict(Card("", {"stability": 2.3, "difficulty": 5.1}, START))
    with store._connections.writing() as connection:  # noqa: SLF001  a shorter way than one by one
        connection.execute(LEARNER.insert(), [{"id": one, "created": today, "last_seen": today} for one in learners])
        connection.execute(ATTEMPT.insert(), list(rows(attempts)))
        cards = [card | {"learner": one, "template": f"item-{n}"} for one in learners for n in range(EACH)]
        connection.execute(CARD.insert(), cards)


def calls(store: Store) -> Calls:
    """What is timed."""
    numbers, ann = count(), name(0)
    later = START + timedelta(days=1)

    def attempt() -> Attempt:
        return Attempt(f"new-{next(numbers)}", "item-1", "a", "right")

    return {
        "record": lambda: store.record(name(next(numbers) % 2), attempt()),
        "record_review": lambda: store.record_review(ann, attempt(), Card("item-1", {}, later)),
        "due": lambda: store.due(ann, later),
        "remember": lambda: store.remember(ann, "lesson", {"section": 3}),
        "recall": lambda: store.recall(ann, "lesson"),
        "tallies": store.tallies,
        "answers to one item": lambda: store.answers("item-1"),
        "scores of one item": lambda: store.scores("item-1"),
        "scores of all items": store.scores,
        "reports of all items": lambda: reports(store.tallies(), store.scores()),
    }


def in_turn(few: Calls, many: Calls) -> Iterator[tuple[str, list[float], list[float]]]:
    """Milliseconds of each call at both sizes, taken in turn."""
    for what in few:
        taken: tuple[list[float], list[float]] = ([], [])
        for _ in range(ROUNDS):
            for call, times in zip((few[what], many[what]), taken, strict=True):
                start = time.perf_counter()
                call()
                times.append(1000 * (time.perf_counter() - start))
        yield what, *taken


def measure(urls: tuple[str, str]) -> list[str]:
    """The table for two empty databases."""
    stores = [Store.open(url) for url in urls]
    for store, attempts in zip(stores, (FEW, MANY), strict=True):
        fill(store, attempts)
    lines = ["| call | 100 attempts, ms | 100,000 attempts, ms | ratio |", "|---|---:|---:|---:|"]
    for what, few, many in in_turn(calls(stores[0]), calls(stores[1])):
        lines.append(f"| {what} | {median(few):.2f} | {median(many):.2f} | {median(many) / median(few):.2f} |")
        print(lines[-1], flush=True)
    for store in stores:
        store.close()
    return lines


def main() -> None:
    """SQLite in a folder that goes away; then two databases that are named, separated by a blank."""
    with tempfile.TemporaryDirectory() as folder:
        measure((f"sqlite:///{Path(folder) / 'few'}", f"sqlite:///{Path(folder) / 'many'}"))
    if few_and_many := os.environ.get("BENCHMARK_URLS", "").split():
        measure((few_and_many[0], few_and_many[1]))


if __name__ == "__main__":
    main()
