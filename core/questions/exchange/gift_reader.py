"""GIFT, as teachers have it in their files, read into questions of ours."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from core.errors import Fixable
from core.questions.exchange.gift_answers import FORM, Texts, answers, park, unpark
from core.questions.exchange.portable import FORBIDDEN, Portable

LARGEST = 1_000_000  # characters of a file


class Unreadable(Fixable):
    """A question that cannot be read, and the line that it begins on."""

    def __init__(self, line: int, problem: str, remedy: str) -> None:
        """Say the line first."""
        super().__init__(f"Line {line}: {problem}", remedy)
        self.line = line

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        """Keep the line when copied."""
        return Unreadable, (self.line, self.problem.removeprefix(f"Line {self.line}: "), self.remedy)


class Imported(NamedTuple):
    """What a file holds."""

    questions: tuple[Portable, ...]
    mistakes: tuple[Unreadable, ...]
    """One for each question that cannot be read"""
    notes: tuple[str, ...]
    """What is read otherwise than it was meant"""


def read(file: str | bytes) -> Imported:
    """All questions of a file. One in which there are none at all is Fixable."""
    questions: list[Portable] = []
    mistakes: list[Unreadable] = []
    notes: list[str] = []
    concept = ""
    for line, marks, paragraph in _paragraphs(_decoded(file)):
        category = re.match(r"\$CATEGORY:(.*)\n?", paragraph)
        concept = _concept(category[1]) if category else concept
        text = paragraph[category.end() :] if category else paragraph
        if not text.strip():
            continue
        try:
            question, noted = _question(park(text.strip()))
        except Fixable as wrong:
            mistakes.append(Unreadable(line, wrong.problem, wrong.remedy))
            continue
        taken = {one.number for one in questions}
        questions.append(_named(question.model_copy(update={"concept": concept}), marks, taken))
        notes += [f"Line {line}: {note}" for note in noted]
    if not questions and not mistakes:
        raise Fixable("There is no question in this file.", "A question looks like this: Is 7 prime? {T}")
    return Imported(tuple(questions), tuple(mistakes), tuple(notes))


def _decoded(file: str | bytes) -> str:
    try:
        text = file.decode("utf-8-sig") if isinstance(file, bytes) else file
    except UnicodeDecodeError:
        raise Fixable("This is not a text file in UTF-8.", "Save it again with the encoding UTF-8.") from None
    if len(text) > LARGEST:
        raise Fixable("This file is too large.", f"Split it into files of up to {LARGEST:,} characters.")
    return FORBIDDEN.sub("", re.sub("\r\n?", "\n", text))


def _paragraphs(text: str) -> Iterator[tuple[int, str, str]]:
    """For each its first line's number, its comments, and the rest."""
    start, comments, kept = 1, "", ""
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.strip().startswith("//"):
            comments += line
        elif line.strip():
            start = start if kept else number
            kept += f"{line}\n"
        elif kept:
            yield start, comments, kept
            comments, kept = "", ""


def _concept(category: str) -> str:
    """The last part of a category's path."""
    last = re.split(r"(?<!/)/(?!/)", category.strip())[-1].replace("//", "/")
    return "" if last in {"top", "$course$"} else last


def _named(question: Portable, comments: str, taken: set[str]) -> Portable:
    """With the id and the tags that Moodle, and we, write into a comment; else named by its title."""
    changes: dict[str, Any] = {"tags": tuple(re.findall(r"\[tag:([^\]]*)\]", comments))}
    if (mark := re.search(r"\[id:([^\]]*)\]", comments)) and mark[1]:
        ours = re.fullmatch(r"(.+)@(\d{1,6})\.(\d{1,6})", mark[1])
        changes |= {"id": ours[1], "version": int(ours[2]), "variant": int(ours[3])} if ours else {"id": mark[1]}
    named = question.model_copy(update=changes)
    plain, count = named.id, 2
    while named.number in taken:
        named, count = named.model_copy(update={"id": f"{plain} ({count})"}), count + 1
    return named


def _question(text: str) -> tuple[Portable, list[str]]:
    """A paragraph as a question, and notes on what it lost."""
    title, text = _title(text)
    start, end = text.find("{"), text.find("}")
    if start < 0 and end < 0:
        raise Fixable("this question has no answers.", FORM)
    if start < 0 or end < start:
        raise Fixable(
            "the braces of this question do not match.",
            "Close { by }, leave no blank line between, and write \\{ in text.",
        )
    if "{" in text[end:]:
        raise Fixable("this question has answers in two places.", "Make it two questions with a blank line between.")
    inside = text[start + 1 : end]
    cut = inside.rfind("####") if "####" in inside else len(inside)
    after = text[end + 1 :].strip()
    markup, stem = Texts().markup(text[:start] + (f"_____ {after}" if after else ""))
    texts = Texts(markup)
    stem = texts.read(stem)
    if not stem:
        raise Fixable("there is no question before the answers.", "Write the question before the opening brace.")
    notes: list[str] = []
    fields = answers(inside[:cut].strip(), texts, notes)
    named = title or " ".join(stem.split())[:40]
    return Portable(id=named, stem=stem, explanation=texts.read(inside[cut + 4 :]), **fields), notes


def _title(text: str) -> tuple[str, str]:
    if text.startswith("::") and (end := text.find("::", 2)) > 0:
        return " ".join(unpark(text[2:end]).split()), text[end + 2 :].strip()
    return "", text.removeprefix("::")
