"""The bank of a lesson, packed for another program."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from core.errors import pick
from core.figures.pictures import CannotBeDrawn
from core.questions.bank import Bank
from core.questions.exchange import anki, gift, moodle, qti
from core.questions.exchange.folding import LeftOut
from core.questions.exchange.portable import Portable
from core.questions.exchange.solving import portable
from core.questions.items import Item
from core.questions.keys import Lab
from core.questions.variants import Variant


class Format(NamedTuple):
    """One way of packing."""

    title: str
    ending: str
    media_type: str
    write: Callable[[Sequence[Portable], str], tuple[bytes, list[LeftOut]]]
    loses: str
    """What does not come through, for whoever chooses"""
    pictures: bool = True
    """Whether it holds the figures that questions ask about"""


class Package(NamedTuple):
    """A file to download."""

    filename: str
    data: bytes
    left_out: list[LeftOut]
    questions: int
    """How many were packed, variants included"""


def _all(write: Callable[[Sequence[Portable], str], bytes]) -> Callable[..., tuple[bytes, list[LeftOut]]]:
    def packed(portables: Sequence[Portable], title: str) -> tuple[bytes, list[LeftOut]]:
        return write(portables, title), []

    return packed


FORMATS = {
    "moodle": Format(
        "Moodle XML", ".moodle.xml", "application/xml", _all(moodle.write),
        "Confidence and live figures. Putting into order needs Moodle 4.4 or newer.",
    ),
    "gift": Format(
        "GIFT", ".gift.txt", "text/plain", _all(gift.write),
        "Questions about a figure, hints, replies to single rows, and putting into order, which becomes a choice.",
        pictures=False,
    ),
    "canvas": Format(
        "Canvas QTI 1.2", ".canvas.zip", "application/zip", qti.write,
        "Hints, tags, and rounded numbers beyond the margin. Replies to foreseen numbers are shown together; matching "
        "becomes a question for each row, and each counts as one.",
    ),
    "anki": Format(
        "Anki", ".apkg", "application/octet-stream", _all(anki.write),
        "Grading and hints: whoever turns the card grades alone.",
    ),
}  # fmt: skip


def package(bank: Bank, lab: Lab, name: str, seeds: Iterable[int] = (0,), title: str = "Vanishing Point") -> Package:
    """All questions of a bank in the format `name`, in a variant for each seed that makes another question of it."""
    chosen = pick(FORMATS, name, "export format")
    seeds = list(seeds)
    solved = [one for item in bank.items for one in _different(bank, item, seeds, lab)]
    lost = {one.number: LeftOut(one.name, why) for one in solved if (why := _lost(one, chosen))}
    data, left_out = chosen.write([one for one in solved if one.number not in lost], title)
    left_out = [*lost.values(), *left_out]
    return Package(f"{bank.slug}{chosen.ending}", data, left_out, len(solved) - len(left_out))


def _lost(one: Portable, chosen: Format) -> str:
    """Why a question would no longer show what it asks about; empty if it does."""
    if one.picture and not chosen.pictures:
        return f"It asks about a figure, and {chosen.title} holds none. Moodle XML, Canvas and Anki do."
    try:
        for picture in filter(None, (one.picture, one.shown) if chosen.pictures else ()):
            _ = picture.svg  # drawn here, and kept for whoever writes it
    except CannotBeDrawn as missing:
        return f"A picture of its figure would lose something: {missing}."
    return ""


def _different(bank: Bank, item: Item, seeds: Sequence[int], lab: Lab) -> Iterator[Portable]:
    """Variants that ask something else: the order of the choices, or a number in a reply, makes no other question."""
    asked: dict[object, Portable] = {}
    for variant in _drawn(bank, item, seeds):
        one = portable(bank, variant, lab)
        choices = frozenset((choice.text, choice.right) for choice in one.choices)
        pairs = frozenset((pair.row, pair.partner) for pair in one.pairs)
        asked.setdefault((one.stem, one.code, one.picture, choices, pairs, one.numbers), one)
    yield from asked.values()


def _drawn(bank: Bank, item: Item, seeds: Sequence[int]) -> Iterator[Variant]:
    drawn: dict[tuple[float, ...], Variant] = {}
    for seed in seeds:
        variant = bank.draw(item, seed)
        drawn.setdefault(tuple(variant.numbers.values()), variant)
    yield from drawn.values()
