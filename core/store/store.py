"""What learners have answered, what is due for review, and where they were: memory without accounts."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import lru_cache
from threading import Lock
from typing import Any, Self

from sqlalchemy import URL, delete, text

from core.store import documents, queries, statements, tallies
from core.store.connections import PAUSE, Connections
from core.store.engines import default_url
from core.store.rows import AnswerTally, Attempt, Card, ItemTally, Json, Note, Score
from core.store.tables import CARD, LEARNER, NOTE

IDLE_DAYS = 180


class Store:
    """The memory of the app, safe to use from many threads and processes.

    A learner is named by the hash that `pages.parts.device.learner` gives. Whatever keeps the database from working
    becomes `Unavailable`; for a few seconds after it all calls fail at once, then one tries again. A write that has
    come back stays, also if the process is killed right after it.
    """

    def __init__(self, url: str | URL, pause: float = PAUSE) -> None:
        """A store that opens its database with the first call."""
        self._connections = Connections(url, pause)

    @classmethod
    def open(cls, url: str | URL | None = None, pause: float = PAUSE) -> Self:
        """A store whose database has been opened and brought up to date; without a URL the app's own."""
        store = cls(default_url() if url is None else url, pause)
        with store._connections.reading() as connection:
            connection.execute(text("SELECT 1"))
        return store

    def close(self) -> None:
        """Give back all connections."""
        self._connections.close()

    def record(self, learner: str, attempt: Attempt) -> bool:
        """Keep an attempt; whether it was new. A second one with the same id changes nothing."""
        documents.check(attempt)
        with self._connections.writing() as connection:
            statements.seen(connection, learner)
            return statements.add_attempt(connection, learner, _attempt_row(attempt))

    def record_review(self, learner: str, attempt: Attempt, card: Card) -> bool:
        """Keep an attempt and the card that it leads to, both or neither; a repeated attempt leaves the card alone."""
        documents.check(attempt, card)
        with self._connections.writing() as connection:
            statements.seen(connection, learner)
            new = statements.add_attempt(connection, learner, _attempt_row(attempt))
            if new:
                statements.put(connection, CARD, learner, [asdict(card)], only_later=False)
            return new

    def attempts(self, learner: str) -> list[Attempt]:
        """Everything a learner has answered, in order of time."""
        with self._connections.reading() as connection:
            return queries.attempts(connection, learner)

    def cards(self, learner: str) -> list[Card]:
        """All cards of a learner, what is due first in front."""
        with self._connections.reading() as connection:
            return queries.cards(connection, learner)

    def due(self, learner: str, before: datetime) -> list[Card]:
        """The cards that are due before a moment."""
        with self._connections.reading() as connection:
            return queries.cards(connection, learner, CARD.c.due < before)

    def remember(self, learner: str, scope: str, values: Mapping[str, Any]) -> None:
        """Keep these values, which JSON must know, under their keys; other keys of the scope stay."""
        notes = [Note(scope, key, value) for key, value in values.items()]
        documents.check(*notes)
        with self._connections.writing() as connection:
            statements.seen(connection, learner)
            statements.put(connection, NOTE, learner, [asdict(note) for note in notes], only_later=False)

    def recall(self, learner: str, scope: str) -> Json:
        """What is remembered in a scope."""
        with self._connections.reading() as connection:
            return {note.key: note.value for note in queries.notes(connection, learner, NOTE.c.scope == scope)}

    def forget(self, learner: str, scope: str) -> None:
        """Forget all values of a scope."""
        with self._connections.writing() as connection:
            statements.seen(connection, learner)
            connection.execute(delete(NOTE).where(NOTE.c.learner == learner, NOTE.c.scope == scope))

    def export(self, learner: str) -> Json:
        """All that is kept of a learner, without who they are; only values that JSON knows."""
        with self._connections.reading() as connection:
            return documents.written(
                queries.attempts(connection, learner),
                queries.cards(connection, learner),
                queries.notes(connection, learner),
            )

    def export_csv(self, learner: str) -> str:
        """A learner's attempts as a table for a spreadsheet."""
        return documents.table(self.attempts(learner))

    def import_(self, learner: str, document: object) -> None:
        """Merge an export, given as values, text or bytes; of two versions of a card or a note the later one stays."""
        read = documents.read(document)
        with self._connections.writing() as connection:
            statements.seen(connection, learner)
            statements.add_old_attempts(connection, learner, [_attempt_row(attempt) for attempt in read.attempts])
            statements.put(connection, CARD, learner, [asdict(card) for card in read.cards], only_later=True)
            statements.put(connection, NOTE, learner, [asdict(note) for note in read.notes], only_later=True)

    def delete(self, learner: str) -> None:
        """Remove a learner and everything of theirs."""
        with self._connections.writing() as connection:
            connection.execute(delete(LEARNER).where(LEARNER.c.id == learner))

    def purge(self, now: datetime, days: int = IDLE_DAYS) -> int:
        """Remove all learners who have saved nothing for so many days, and everything of theirs. How many."""
        last = (now - timedelta(days=days)).date()
        with self._connections.writing() as connection:
            return connection.execute(delete(LEARNER).where(LEARNER.c.last_seen < last)).rowcount

    def tallies(self) -> list[ItemTally]:
        """How first attempts at every item went."""
        with self._connections.reading() as connection:
            return tallies.by_item(connection)

    def answers(self, item: str) -> list[AnswerTally]:
        """How often each answer was given at a first attempt at an item."""
        with self._connections.reading() as connection:
            return tallies.by_answer(connection, item)

    def scores(self, item: str | None = None) -> list[Score]:
        """First answers to one item, or to all, against how their givers did otherwise: for `core.store.statistics`."""
        with self._connections.reading() as connection:
            return tallies.scores(connection, item)


_one_at_a_time = Lock()


def shared() -> Store:
    """The app's store, the same for every page; it is opened by its first call."""
    with _one_at_a_time:
        return _shared()


@lru_cache(maxsize=1)
def _shared() -> Store:
    return Store(default_url())


def _attempt_row(attempt: Attempt) -> Json:
    row = asdict(attempt)
    del row["first"]
    return row
