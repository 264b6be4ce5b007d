"""The tables. Whoever changes one adds a step to `migrations/versions/`; a test compares the two."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite, which knows no time zones, keeps it without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """On the way in."""
        if value is None:
            return None
        return value.astimezone(UTC).replace(tzinfo=None) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """On the way out."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class JsonText(TypeDecorator[Any]):
    """A value as JSON; kept as text, since SQLite takes a bare number in a JSON column for its own and rounds it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _: Dialect) -> str:
        """On the way in; NaN is not JSON."""
        return json.dumps(value, allow_nan=False)

    def process_result_value(self, value: str | None, _: Dialect) -> Any:
        """On the way out."""
        return None if value is None else json.loads(value)


METADATA = MetaData()

LEARNER = Table(
    "learner",
    METADATA,
    Column("id", String(64), primary_key=True),  # SHA-256 of the cookie; the cookie itself is kept nowhere
    Column("created", Date, nullable=False),
    Column("last_seen", Date, nullable=False, index=True),
)


def _owner() -> Column[Any]:
    """Whose row it is; when a learner goes, everything of theirs goes."""
    return Column("learner", String(64), ForeignKey("learner.id", ondelete="CASCADE"), primary_key=True)


ATTEMPT = Table(
    "attempt",
    METADATA,
    _owner(),
    Column("id", String(200), primary_key=True),
    Column("item", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("answer", Text, nullable=False),
    Column("verdict", String(10), nullable=False),
    Column("confidence", Integer),
    Column("hints", Integer, nullable=False),
    Column("seconds", Float(53)),
    Column("mode", String(10), nullable=False),
    Column("first", Boolean, nullable=False),
    Column("misconceptions", JsonText, nullable=False),
    Column("at", UtcTime, nullable=False),
)
# Whether it is the first; and, without touching the table, what first attempts add up to.
Index("attempt_of_item", ATTEMPT.c.learner, ATTEMPT.c.item, ATTEMPT.c.at)
Index(
    "attempt_first",
    *(ATTEMPT.c[name] for name in ("item", "version", "verdict", "confidence", "learner", "first")),
    sqlite_where=text("first = 1"),  # word for word what a query says; otherwise SQLite does not use it
    postgresql_where=ATTEMPT.c.first,
)

CARD = Table(
    "card",
    METADATA,
    _owner(),
    Column("template", String(200), primary_key=True),
    Column("state", JsonText, nullable=False),
    Column("due", UtcTime, nullable=False),
    Column("reviews", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("card_due", "learner", "due"),
)

NOTE = Table(
    "note",
    METADATA,
    _owner(),
    Column("scope", String(200), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("value", JsonText, nullable=False),
    Column("at", UtcTime, nullable=False),
)
