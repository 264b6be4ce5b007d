"""Learners, attempts, cards and notes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _owner() -> sa.Column[str]:
    return sa.Column("learner", sa.String(64), sa.ForeignKey("learner.id", ondelete="CASCADE"), primary_key=True)


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    """Make the tables."""
    _learner()
    _attempt()
    _card()
    _note()


def _learner() -> None:
    op.create_table(
        "learner",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("created", sa.Date, nullable=False),
        sa.Column("last_seen", sa.Date, nullable=False, index=True),
    )


def _attempt() -> None:
    op.create_table(
        "attempt",
        _owner(),
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("item", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("confidence", sa.Integer),
        sa.Column("hints", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Float(53)),
        sa.Column("mode", sa.String(10), nullable=False),
        sa.Column("first", sa.Boolean, nullable=False),
        sa.Column("misconceptions", sa.Text, nullable=False),
        _time("at"),
    )
    op.create_index("attempt_of_item", "attempt", ["learner", "item", "at"])
    columns = ["item", "version", "verdict", "confidence", "learner", "first"]
    op.create_index(
        "attempt_first", "attempt", columns, sqlite_where=sa.text("first = 1"), postgresql_where=sa.text("first")
    )


def _card() -> None:
    op.create_table(
        "card",
        _owner(),
        sa.Column("template", sa.String(200), primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        _time("due"),
        sa.Column("reviews", sa.Integer, nullable=False),
        _time("at"),
    )
    op.create_index("card_due", "card", ["learner", "due"])


def _note() -> None:
    op.create_table(
        "note",
        _owner(),
        sa.Column("scope", sa.String(200), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        _time("at"),
    )


def downgrade() -> None:
    """Remove them, and all that was remembered."""
    for name in ("note", "card", "attempt", "learner"):
        op.drop_table(name)
