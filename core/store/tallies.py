"""What first attempts add up to, for instructors: the database counts, and says no more than is needed.

Only the first time that a learner answers an item counts; afterwards they have seen the explanation.
"""

from sqlalchemy import Connection, Integer, and_, cast, func, select

from core.store.rows import AnswerTally, ItemTally, Score
from core.store.tables import ATTEMPT

_A = ATTEMPT.c
_RIGHT = cast(_A.verdict == "right", Integer)
_SURE = cast(func.coalesce(_A.confidence, 0) == 3, Integer)


def by_item(connection: Connection) -> list[ItemTally]:
    """How each version of each item went."""
    asked = (
        select(
            _A.item,
            _A.version,
            func.count(),
            func.sum(_RIGHT),
            func.sum(_SURE),
            func.sum(_SURE * (1 - _RIGHT)),
        )
        .where(_A.first)
        .group_by(_A.item, _A.version)
        .order_by(_A.item, _A.version)
    )
    return [ItemTally(*row) for row in connection.execute(asked)]


def by_answer(connection: Connection, item: str) -> list[AnswerTally]:
    """How often each answer to an item was given, the most frequent first."""
    count = func.count()
    asked = (
        select(_A.item, _A.version, _A.answer, _A.verdict == "right", count)
        .where(_A.first, _A.item == item)
        .group_by(_A.item, _A.version, _A.answer, _A.verdict)
        .order_by(_A.version, count.desc(), _A.answer)
    )
    return [AnswerTally(*row) for row in connection.execute(asked)]


def scores(connection: Connection, item: str | None = None) -> list[Score]:
    """Each answer against how its givers did with their other items: learners with the same figures are one row."""
    total = (
        select(_A.learner, func.count().label("count"), func.sum(_RIGHT).label("right"))
        .where(_A.first)
        .group_by(_A.learner)
        .cte("total")
    )
    one = (_A.item, _A.version, _A.answer, _A.verdict == "right", total.c.right - _RIGHT, total.c.count - 1)
    of_item = _A.first if item is None else and_(_A.first, _A.item == item)
    asked = (
        select(*one, func.count())
        .join(total, total.c.learner == _A.learner)
        .where(of_item)
        .group_by(_A.item, _A.version, _A.answer, _A.verdict, total.c.right, total.c.count)
        .order_by(_A.item, _A.version)
    )
    return [Score(*row) for row in connection.execute(asked)]
