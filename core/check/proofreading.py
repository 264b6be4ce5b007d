"""Proofreading: numbers that rest on nothing, sums that are wrong, long sentences, abbreviations nobody explained."""

from collections.abc import Iterator

from core.authoring import Mistake, at
from core.lessons.blocks import Equation, Notes
from core.lessons.lesson import Lesson
from core.lessons.prose import abbreviations, long_sentences, loose_numerals, wrong_arithmetic
from core.questions.bank import Bank


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
    """Sums that are wrong and sentences that are long, in the questions and in what refutes a misconception."""
    texts = [(item.id, bank.draw(item, 0).fill(text)) for item in bank.items for text in item.texts()]
    texts += [(name, one.refutation) for name, one in bank.beliefs.items()]
    for name, text in texts:
        where = f"{bank.slug}/quiz, {name}"
        for wrong in wrong_arithmetic(text):
            yield Mistake("wrong-sum", where, f"{wrong} is wrong, or cannot be worked out.", "Correct it.")
        for sentence in long_sentences(text):
            short = " ".join(sentence.split()[:8])
            yield Mistake("long-sentence", where, f"this sentence is long: {short} …", "Make two of it.")


def _sums(lesson: Lesson, line: int, text: str) -> Iterator[Mistake]:
    for wrong in wrong_arithmetic(text):
        yield Mistake(
            "wrong-sum", at(lesson.path, line), f"{wrong} is wrong, or cannot be worked out.",
            r"Correct it; where something is about equal, both sides must be numbers.",
        )  # fmt: skip
