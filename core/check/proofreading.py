"""Proofreading: numbers that rest on nothing, sums that are wrong, long sentences, abbreviations nobody explained."""

import re
from collections.abc import Iterator
from pathlib import Path

from core.authoring import Mistake
from core.lessons.blocks import Equation, Notes
from core.lessons.lesson import Lesson
from core.lessons.names import Places
from core.lessons.prose import abbreviations, long_sentences, loose_numerals, numerals, wrong_arithmetic
from core.questions.bank import Bank
from core.questions.beliefs import FILE
from core.questions.items import Item
from core.questions.variants import PLACE


def mistakes(lesson: Lesson) -> Iterator[Mistake]:
    """Everything that a careful reader would object to, block by block, each at its own line."""
    explained = {word for term in lesson.terms for word, _ in abbreviations(f"{term} ")}
    lines = lesson.path.read_text(encoding="utf-8").split("\n")
    for line, block in lesson.blocks:
        places = Places(lesson.path, line, lines)
        if isinstance(block, Equation):
            yield from _sums(places, f"${block.latex}$", "")
        if isinstance(block, Notes):
            continue
        for text in block.statements():
            for numeral in loose_numerals(text):
                place = _of_numeral(places, text, numeral)
                yield Mistake(
                    "number-without-claim", place, f"the number {numeral!r} rests on nothing.",
                    "Measure it: {claim}`name`. Or put arithmetic between dollar signs, or mark what is set, "
                    "counted or cited: {given}`1000`.",
                )  # fmt: skip
        for text in block.texts():
            yield from _sums(places, text, text)
            yield from _long(places, text)
            for word, here in abbreviations(text):
                if not here and word.rstrip("s") not in explained:
                    yield Mistake(
                        "unexplained-abbreviation", places.naming(word), f"nobody has explained {word} yet.",
                        f"Write it out at first: long words ({word}). Or put it into the glossary.",
                    )  # fmt: skip
                explained.add(word.rstrip("s"))


def _of_numeral(places: Places, text: str, numeral: str) -> str:
    """The line of a text in which a number stands that is loose there, too."""
    line = next((one for one in text.split("\n") if numeral in loose_numerals(one)), numeral)
    return places.of(_begins(line))


def _begins(text: str) -> str:
    """A pattern for the first words of a text, however it is broken into lines; an x may stand for a formula."""
    return r"\s+".join(re.escape(word).replace("x", "(?:x|.{1,80}?)") for word in text.split()[:6])


def _long(places: Places, text: str) -> Iterator[Mistake]:
    for sentence in long_sentences(text):
        short = " ".join(sentence.split()[:8])
        yield Mistake(
            "long-sentence", places.of(_begins(sentence)), f"this sentence is long: {short} …", "Make two of it."
        )


def quiz_mistakes(bank: Bank) -> Iterator[Mistake]:
    """Sums that are wrong, numbers that cannot be right in every draw, and long sentences, in our questions.

    Imported questions keep the style of whoever wrote them, who may also ask whether 2 + 2 = 5.
    """
    for item in bank.items:
        if item.id in bank.imported:
            continue
        path, line = bank.places.get(item.id, (Path(bank.slug), 1))
        places = Places(path, line, path.read_text(encoding="utf-8").split("\n") if path.is_file() else [])
        for numeral in _the_same_in_every_draw(item):
            yield Mistake(
                "number-not-drawn", _of_numeral(places, item.explain, numeral),
                f"the explanation says {numeral!r} in every draw, and nothing checks it.",
                "Let {{name}} put it in, or put arithmetic between dollar signs.",
            )  # fmt: skip
        drawn = bank.every_draw(item)
        for text in item.texts():
            filled = dict.fromkeys(variant.fill(text) for variant in drawn)
            found = {str(one): one for each in filled for one in _sums(places, each, text)}
            yield from found.values()
            yield from _long(places, text)
    if bank.places:
        path = next(iter(bank.places.values())).path.parents[2] / FILE
        places = Places(path, 1, path.read_text(encoding="utf-8").split("\n"))
        for one in bank.beliefs.values():
            yield from _sums(places, one.refutation, one.refutation)
            yield from _long(places, one.refutation)


def _the_same_in_every_draw(item: Item) -> Iterator[str]:
    """Numbers in the explanation of an item that draws some, which are neither filled in nor said in the question."""
    if item.params:
        asked = {numeral.lower() for numeral in numerals(PLACE.sub("x", f"{item.stem} {item.code}"))}
        yield from (found for found in loose_numerals(PLACE.sub("x", item.explain)) if found.lower() not in asked)


def _sums(places: Places, text: str, written: str) -> Iterator[Mistake]:
    """What is wrong in a text, at the line where the text begins as it is written, or where the sum stands."""
    for wrong in wrong_arithmetic(text):
        there = wrong if any(wrong in line for line in places.lines) else ""
        line = next((one for one in written.split("\n") if there and there in one), written)
        yield Mistake(
            "wrong-sum", places.of(re.escape(there) if there else _begins(line)),
            f"{wrong} is wrong, or cannot be worked out.",
            r"Correct it; where something is about equal, both sides must be numbers.",
        )  # fmt: skip
