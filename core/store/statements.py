"""The statements that write. Each may be sent twice: what is there already is not written again."""

from typing import Any

from sqlalchemy import Connection, Table, and_, case, exists, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.store.rows import now
from core.store.tables import ATTEMPT, LEARNER

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
Values = dict[str, Any]


def _insert(connection: Connection, table: Table) -> Any:
    return _INSERT[connection.dialect.name](table)


def seen(connection: Connection, learner: str) -> None:
    """Note that the learner was here today; first of all, since it lets one learner's writes pass one by one."""
    today = now().date()
    statement = _insert(connection, LEARNER).values(id=learner, created=today, last_seen=today)
    later = LEARNER.c.last_seen < statement.excluded.last_seen
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"last_seen": today}, where=later))


def add_attempt(connection: Connection, learner: str, values: Values) -> bool:
    """Add an attempt and find out whether it is the first at its item. Whether it was new."""
    before = select(literal(1)).where(ATTEMPT.c.learner == learner, ATTEMPT.c.item == values["item"])
    row = values | {"learner": learner, "first": ~exists(before)}
    statement = _insert(connection, ATTEMPT).values(row).on_conflict_do_nothing(index_elements=["learner", "id"])
    return connection.execute(statement.returning(ATTEMPT.c.id)).first() is not None


def add_old_attempts(connection: Connection, learner: str, rows: list[Values]) -> None:
    """Add attempts from another time, and find out anew which of the learner's attempts were the first."""
    if not rows:
        return
    statement = _insert(connection, ATTEMPT).on_conflict_do_nothing(index_elements=["learner", "id"])
    connection.execute(statement, [row | {"learner": learner, "first": False} for row in rows])
    other, this = ATTEMPT.alias(), ATTEMPT.c
    earlier = or_(other.c.at < this.at, and_(other.c.at == this.at, other.c.id < this.id))
    before = select(literal(1)).where(other.c.learner == learner, other.c.item == this.item, earlier)
    first = case((exists(before), False), else_=True)
    connection.execute(update(ATTEMPT).where(this.learner == learner, this.first != first).values(first=first))


def put(connection: Connection, table: Table, learner: str, rows: list[Values], *, only_later: bool) -> None:
    """Add cards or notes or write over them; with `only_later`, what is there stays unless the new one is younger."""
    if not rows:
        return
    key = [column.name for column in table.primary_key]
    statement = _insert(connection, table)
    new = {column.name: statement.excluded[column.name] for column in table.c if column.name not in key}
    where = table.c.at < statement.excluded.at if only_later else None
    statement = statement.on_conflict_do_update(index_elements=key, set_=new, where=where)
    connection.execute(statement, [row | {"learner": learner} for row in rows])
