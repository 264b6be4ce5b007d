"""One sitting: which questions in which order, and what has been answered so far.

Everything follows from its kind, its seed and its turns, so a link can carry it, and a reload comes back to it even
when nothing can be remembered.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, unquote

from core.errors import Fixable
from core.questions.bank import Bank
from core.questions.grading import parse, read
from core.questions.items import Item, Numeric
from core.questions.variants import Variant

KINDS = {"concept": "Practice", "mixed": "Mixed practice", "test": "Test", "review": "Review"}
LENGTH = 10  # questions of mixed practice and of a test
BETWEEN = "~"
CONFIDENCE = {1: "Guessing", 2: "Fairly sure", 3: "Certain"}


@dataclass(frozen=True)
class Turn:
    """One answer, and how it came about."""

    answer: str
    confidence: int = 2
    """1 to 3, see CONFIDENCE; stated before the answer was checked"""
    hints: int = 0
    """How many were looked at"""
    again: bool = False
    """Whether the same question was asked for once more, with other numbers, to come next"""

    def write(self) -> str:
        """As it stands in a link.

        >>> Turn("a+b", 3, 1, True).write(), Turn.read("31ra%2Bb") == Turn("a+b", 3, 1, True)
        ('31ra%2Bb', True)
        """
        said = quote(self.answer, safe="").replace(BETWEEN, "%7E")
        return f"{self.confidence}{self.hints}{'r' if self.again else '.'}{said}"

    @classmethod
    def read(cls, text: str) -> "Turn":
        """The turn that a link describes; nonsense is Fixable."""
        confidence, hints, again, said = text[:1], text[1:2], text[2:3], unquote(text[3:])
        if confidence not in {"1", "2", "3"} or not hints.isdecimal() or again not in {"r", "."} or not said:
            raise Fixable("This part of the link is no answer.", "Answer again.")
        return cls(said, int(confidence), int(hints), again == "r")


@dataclass(frozen=True)
class Sitting:
    """A run through some questions of a bank."""

    kind: str
    seed: int = 0
    topic: str = ""
    """The concept to practise; or, in a review, the ids of the items that are due, joined by +"""
    taught: bool = False
    """Whether what goes beyond the lesson is left out"""
    turns: tuple[Turn, ...] = field(default=())

    def planned(self, bank: Bank) -> list[Item]:
        """The questions, each once."""
        if self.taught:
            bank = bank.taught()
        if self.kind == "concept":
            return [item for item in bank.items if item.concept == self.topic]
        if self.kind == "review":
            due = self.topic.split("+")
            return [item for item in bank.items if item.id in due]
        return mixed(bank, self.seed)

    def asked(self, bank: Bank) -> list[Variant]:
        """A variant for every question so far answered, and for those to come."""
        waiting, variants, tries = self.planned(bank), [], 0
        turns = list(self.turns)
        while waiting:
            variants.append(bank.draw(waiting[0], self.seed + tries))
            turn = turns.pop(0) if turns else None
            tries = tries + 1 if turn and turn.again else 0
            waiting = waiting if turn and turn.again else waiting[1:]
        return variants

    def answered(self, turn: Turn) -> "Sitting":
        """One turn on."""
        return replace(self, turns=(*self.turns, turn))

    def once_more(self) -> "Sitting":
        """The last question comes again, with other numbers."""
        return replace(self, turns=(*self.turns[:-1], replace(self.turns[-1], again=True)))

    def second_try(self, place: int) -> bool:
        """Whether the question at this place is one that was just asked with other numbers."""
        return place > 0 and self.turns[place - 1].again

    def attempt_id(self, place: int) -> str:
        """Names one answer of this sitting, so that it is stored once however often it is sent."""
        return f"{self.kind}-{self.seed}-{place}"

    def query(self) -> dict[str, str]:
        """The parameters of a link to exactly this point.

        >>> Sitting("mixed", 7, turns=(Turn("first", 3),)).query()
        {'practise': 'mixed', 'seed': '7', 'answers': '30.first'}
        """
        topic = {"topic": self.topic} if self.topic else {}
        answers = {"answers": BETWEEN.join(turn.write() for turn in self.turns)} if self.turns else {}
        only = {"only": "taught"} if self.taught else {}
        return {"practise": self.kind, "seed": str(self.seed)} | topic | only | answers


def mixed(bank: Bank, seed: int) -> list[Item]:
    """Ten questions from as many concepts as there are, no two of a concept in a row if that can be, none alike."""
    dice = random.Random(seed)  # noqa: S311  the same for the same link, which is the point
    one_of_those_alike = {item.alike or item.id: item for item in dice.sample(bank.items, len(bank.items))}
    items = dice.sample([*one_of_those_alike.values()], len(one_of_those_alike))
    piles = {concept: [item for item in items if item.concept == concept] for concept in bank.concepts}
    chosen: list[Item] = []
    while len(chosen) < LENGTH and any(piles.values()):
        concepts = [concept for concept, pile in piles.items() if pile]
        dice.shuffle(concepts)
        if chosen and len(concepts) > 1 and concepts[0] == chosen[-1].concept:
            concepts.append(concepts.pop(0))
        chosen += [piles[concept].pop() for concept in concepts]
    return chosen[:LENGTH]


def from_query(query: Mapping[str, str], bank: Bank) -> Sitting | None:
    """The sitting that a link describes, None if it describes none.

    From the first answer on that does not fit its question, the rest is dropped.
    """
    kind, seed = query.get("practise", ""), query.get("seed", "0")
    if kind not in KINDS:
        return None
    number = int(seed) if seed.isascii() and seed.isdecimal() and len(seed) < 10 else 0
    sitting = Sitting(kind, number, query.get("topic", ""), query.get("only") == "taught")
    for part in filter(None, query.get("answers", "").split(BETWEEN)):
        asked, place = sitting.asked(bank), len(sitting.turns)
        turn = fitting(asked[place], part) if place < len(asked) else None
        if turn is None:
            break
        sitting = sitting.answered(turn)
    return sitting


def fitting(variant: Variant, text: str) -> Turn | None:
    """The turn that was written down for this question, None if it does not fit it, or not any more."""
    try:
        turn = Turn.read(text)
        check(variant, turn.answer)
    except Fixable:
        return None
    return turn


def check(variant: Variant, answer: str) -> None:
    """Raise Fixable unless the answer is one that this question can be given."""
    if isinstance(variant.item, Numeric):
        parse(answer)
    else:
        read(variant, answer)


def count(query: Mapping[str, str]) -> int:
    """How many answers a link says it carries, whether they fit or not."""
    return len([part for part in query.get("answers", "").split(BETWEEN) if part])
