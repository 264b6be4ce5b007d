"""One go at a quiz: its number and the answers so far. Everything else follows from these, so a link can carry it."""

from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

from core.questions.items import Item, Multiple, Variant, draw

SEPARATOR = "~"


@dataclass(frozen=True)
class Attempt:
    """The n-th go at a quiz, with the answers given so far, in the order of the items."""

    number: int = 0
    answers: tuple[str, ...] = ()

    def query(self) -> dict[str, str]:
        """The parameters of a link to exactly this point.

        >>> Attempt(1, ("first", "a+b", "−6.02")).query()
        {'attempt': '1', 'answers': 'first~a%2Bb~%E2%88%926.02'}
        """
        number = {"attempt": str(self.number)} if self.number else {}
        answers = SEPARATOR.join(quote(a, safe="").replace(SEPARATOR, "%7E") for a in self.answers)
        return number | ({"answers": answers} if answers else {})

    def answered(self, answer: str) -> "Attempt":
        """The same attempt, one answer on."""
        return replace(self, answers=(*self.answers, answer))

    def again(self) -> "Attempt":
        """A new attempt, with other numbers."""
        return Attempt(self.number + 1)

    def variants(self, items: tuple[Item, ...]) -> list[Variant]:
        """The items as this attempt draws them."""
        return [draw(item, self.number) for item in items]


def from_query(query: dict[str, str], items: tuple[Item, ...]) -> Attempt:
    """The attempt that a link describes; from the first answer on that does not fit its item, the rest is dropped."""
    text = query.get("attempt", "0")
    number = int(text) if text.isdecimal() and len(text) < 9 else 0
    answers: list[str] = []
    for item, part in zip(items, filter(None, query.get("answers", "").split(SEPARATOR)), strict=False):
        answer = unquote(part)
        if not _fits(item, answer):
            break
        answers.append(answer)
    return Attempt(number, tuple(answers))


def count(query: dict[str, str]) -> int:
    """How many answers a link says it carries, whether they fit or not."""
    return len([part for part in query.get("answers", "").split(SEPARATOR) if part])


def _fits(item: Item, answer: str) -> bool:
    from core.errors import Fixable
    from core.questions.grading import parse

    if item.type == "numeric":
        try:
            parse(answer)
        except Fixable:
            return False
        return True
    ids = {option.id for option in item.options}
    return set(answer.split("+")) <= ids if isinstance(item, Multiple) else answer in ids


def as_given(variant: Variant, answer: str) -> str | frozenset[str]:
    """The stored answer as the grader takes it."""
    return frozenset(answer.split("+")) if isinstance(variant.item, Multiple) else answer
