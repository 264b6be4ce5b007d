"""Reading a learner's rows, each in its own order."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

from core.store.rows import Attempt, Card, Note
from core.store.tables import ATTEMPT, CARD, NOTE

Condition = ColumnElement[bool]


def attempts(connection: Connection, learner: str) -> list[Attempt]:
    """What a learner has answered, in order of time."""
    rows = _rows(connection, ATTEMPT, learner, (), "at", "id")
    return [Attempt(**row | {"misconceptions": tuple(row["misconceptions"])}) for row in rows]


def cards(connection: Connection, learner: str, *conditions: Condition) -> list[Card]:
    """A learner's cards, what is due first in front."""
    return [Card(**row) for row in _rows(connection, CARD, learner, conditions, "due", "template")]


def notes(connection: Connection, learner: str, *conditions: Condition) -> list[Note]:
    """What is remembered for a learner."""
    return [Note(**row) for row in _rows(connection, NOTE, learner, conditions, "scope", "key")]


def _rows(
    connection: Connection, table: Table, learner: str, conditions: tuple[Condition, ...], *order: str
) -> list[dict[str, Any]]:
    columns = [column for column in table.c if column.name != "learner"]
    asked = select(*columns).where(table.c.learner == learner, *conditions).order_by(*(table.c[name] for name in order))
    return [dict(row) for row in connection.execute(asked).mappings()]
