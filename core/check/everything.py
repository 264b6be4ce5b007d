"""All that can be read of a lesson, all mistakes in it, and what was read, for whoever wants to know that it was."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from core.authoring import Collected, Mistake, each
from core.check import proofreading, slips
from core.errors import Fixable, instead
from core.lab import scenarios
from core.lessons import library
from core.lessons.blocks import Panel, Powers, Question, Slope, SlowMotion
from core.lessons.lesson import Lesson
from core.lessons.names import Places
from core.questions import bank as banks
from core.questions.bank import Bank

FIGURES = Panel | Powers | Slope | SlowMotion


class Report(NamedTuple):
    """What became of one lesson."""

    slug: str
    mistakes: list[Fixable]
    """All of them, in the order of the files and their lines"""
    read: str
    """What was read, counted"""


def report(slug: str, root: Path) -> Report:
    """Read a lesson, its questions and its scenarios, to the end whatever is wrong."""
    collected, lesson, bank, found = Collected(), None, None, list[scenarios.Scenario]()
    with collected.within():
        lesson, wrong = library.read(slug, root)
        collected.found += wrong.found
    with collected.within():
        if lesson and (root / slug / "quiz").is_dir():
            bank, wrong = banks.read(slug, root)
            collected.found += wrong.found
    with collected.within():
        if (root / slug / scenarios.FILE).is_file():
            found = scenarios.of(root / slug / scenarios.FILE)
    if lesson:
        collected.found += _proofread(lesson, bank, whole=not collected.found)
    once = list({str(one): one for wrong in collected.found for one in each(wrong)}.values())
    return Report(slug, sorted(once, key=_place), _counted(lesson, bank, found) if lesson else "nothing")


def _proofread(lesson: Lesson, bank: Bank | None, *, whole: bool) -> Iterator[Mistake]:
    """What a careful reader objects to; where a part could not be read, it may be what explains an abbreviation."""
    for one in proofreading.mistakes(lesson):
        if whole or one.kind != "unexplained-abbreviation":
            yield one
    if bank:
        yield from proofreading.quiz_mistakes(bank)
        yield from slips.mistakes(bank)
    if bank and whole:
        yield from _asked(lesson, bank)


def _asked(lesson: Lesson, bank: Bank) -> Iterator[Mistake]:
    """Questions that the lesson asks and nobody has written."""
    ids, lines = [item.id for item in bank.items], lesson.path.read_text(encoding="utf-8").split("\n")
    for line, block in lesson.blocks:
        if isinstance(block, Question) and block.id not in ids:
            place = Places(lesson.path, line, lines).naming(block.id)
            yield Mistake("unknown-name", place, f"there is no question called {block.id!r}.", instead(block.id, ids))


def _place(wrong: Fixable) -> tuple[str, int]:
    """By file and line."""
    file, _, line = (wrong.place if isinstance(wrong, Mistake) else "").rpartition(":")
    return file, int(line) if line.isdigit() else 0


def _counted(lesson: Lesson, bank: Bank | None, found: list[scenarios.Scenario]) -> str:
    blocks = [block for _, block in lesson.blocks]
    counts = {
        "section": len(lesson.sections), "experiment": len(lesson.experiments), "claim": len(lesson.claims),
        "figure": sum(isinstance(block, FIGURES) for block in blocks), "term": len(lesson.terms),
        "source": len(lesson.sources), "question": len(bank.items) if bank else 0, "scenario": len(found),
    }  # fmt: skip
    return ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for word, count in counts.items())
