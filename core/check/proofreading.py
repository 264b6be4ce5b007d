"""Proofreading: numbers that rest on nothing, sums that are wrong, long sentences, abbreviations nobody explained."""

from collections.abc import Iterator

from core.authoring import Mistake, at
from core.lessons.blocks import Equation, Notes
from core.lessons.lesson import Lesson
from core.lessons.prose import abbreviations, long_sentences, loose_numerals, numerals, wrong_arithmetic
from core.questions.bank import Bank
from core.questions.items import Item
from core.questions.variants import PLACE


def mistakes(lesson: Lesson) -> Iterator[Mistake]:
    """Everything that a careful reader would object to, block by block."""
    explained = {word for term in lesson.terms for word, _ in abbreviations(f"{term} ")}
    for line, block in lesson.blocks:
        if isinstance(block, Equation):
            yield from _sums(lesson, line, f"${block.latex}$")
        if isinstance(block, Notes):
            continue
        for text in block.statements():
            for numeral in loose_numerals(text):
                yield Mistake(
                    "number-without-claim", at(lesson.path, line), f"the number {numeral!r} rests on nothing.",
                    "Measure it: {claim}`name`. Or put arithmetic between dollar signs, or mark what is set, "
                    "counted or cited: {given}`1000`.",
                )  # fmt: skip
        for text in block.texts():
            yield from _sums(lesson, line, text)
            for sentence in long_sentences(text):
                short = " ".join(sentence.split()[:8])
                yield Mistake(
                    "long-sentence", at(lesson.path, line), f"this sentence is long: {short} …", "Make two of it."
                )
            for word, here in abbreviations(text):
                if not here and word.rstrip("s") not in explained:
                    yield Mistake(
                        "unexplained-abbreviation", at(lesson.path, line), f"nobody has explained {word} yet.",
                        f"Write it out at first: long words ({word}). Or put it into the glossary.",
                    )  # fmt: skip
                explained.add(word.rstrip("s"))


def quiz_mistakes(bank: Bank) -> Iterator[Mistake]:
    """Sums that are wrong, numbers that cannot be right in every draw, and long sentences, in our questions.

    Imported questions keep the style of whoever wrote them, who may also ask whether 2 + 2 = 5.
    """
    ours = [item for item in bank.items if item.id not in bank.imported]
    texts = {(item.id, variant.fill(text)) for item in ours for variant in bank.every_draw(item)
             for text in item.texts()}  # fmt: skip
    texts |= {(name, one.refutation) for name, one in bank.beliefs.items()}
    for item in ours:
        for numeral in _the_same_in_every_draw(item):
            yield Mistake(
                "number-not-drawn", f"{bank.slug}/quiz, {item.id}",
                f"the explanation says {numeral!r} in every draw, and nothing checks it.",
                "Let {{name}} put it in, or put arithmetic between dollar signs.",
            )  # fmt: skip
    for name, text in sorted(texts):
        where = f"{bank.slug}/quiz, {name}"
        for wrong in wrong_arithmetic(text):
            yield Mistake("wrong-sum", where, f"{wrong} is wrong, or cannot be worked out.", "Correct it.")
        for sentence in long_sentences(text):
            short = " ".join(sentence.split()[:8])
            yield Mistake("long-sentence", where, f"this sentence is long: {short} …", "Make two of it.")


def _the_same_in_every_draw(item: Item) -> Iterator[str]:
    """Numbers in the explanation of an item that draws some, which are neither filled in nor said in the question."""
    if item.params:
        asked = {numeral.lower() for numeral in numerals(PLACE.sub("x", f"{item.stem} {item.code}"))}
        yield from (found for found in loose_numerals(PLACE.sub("x", item.explain)) if found.lower() not in asked)


def _sums(lesson: Lesson, line: int, text: str) -> Iterator[Mistake]:
    for wrong in wrong_arithmetic(text):
        yield Mistake(
            "wrong-sum", at(lesson.path, line), f"{wrong} is wrong, or cannot be worked out.",
            r"Correct it; where something is about equal, both sides must be numbers.",
        )  # fmt: skip
