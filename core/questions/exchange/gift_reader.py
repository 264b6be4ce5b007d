"""GIFT, as teachers have it in their files, read into questions of ours."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from core.errors import Fixable
from core.questions.exchange.gift_answers import FORM, answers
from core.questions.exchange.gift_texts import MARKER, Texts, park, unpark
from core.questions.exchange.portable import FORBIDDEN, Portable

LARGEST = 1_000_000  # characters of a file
CATEGORY = re.compile(r"\$CATEGORY:(.*)")
SHOWN_BEFORE = "this text has no answers, so it is shown with the next question; if it is one, write answers in braces."


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


class Paragraph(NamedTuple):
    """A part of a file, with what its author said before it."""

    line: int
    comments: str
    text: str
    concept: str = ""
    before: "tuple[Paragraph, ...]" = ()
    """Texts without answers, to be shown with it"""


def read(file: str | bytes) -> Imported:
    """All questions of a file. One in which there are none at all is Fixable."""
    questions: list[Portable] = []
    mistakes: list[Unreadable] = []
    notes: list[str] = []
    for paragraph in _asking(_paragraphs(_decoded(file))):
        noted = [(one.line, SHOWN_BEFORE) for one in paragraph.before]
        try:
            question, lost = _question(paragraph)
            questions.append(_named(question, paragraph.comments, {one.number for one in questions}))
            noted += [(paragraph.line, note) for note in lost]
        except Fixable as wrong:
            mistakes.append(Unreadable(paragraph.line, wrong.problem, wrong.remedy))
        notes += [f"Line {line}: {note}" for line, note in noted]
    if not questions and not mistakes:
        raise Fixable("There is no question in this file.", "A question looks like this: Is 7 prime? {T}")
    return Imported(tuple(questions), tuple(mistakes), tuple(dict.fromkeys(notes)))


def _decoded(file: str | bytes) -> str:
    try:
        text = file.decode("utf-8-sig") if isinstance(file, bytes) else file
    except UnicodeDecodeError:
        raise Fixable("This is not a text file in UTF-8.", "Save it again with the encoding UTF-8.") from None
    if len(text) > LARGEST:
        raise Fixable("This file is too large.", f"Split it into files of up to {LARGEST:,} characters.")
    return FORBIDDEN.sub("", re.sub("\r\n?", "\n", text))


def _paragraphs(text: str) -> Iterator[Paragraph]:
    """What stands between blank lines; a line that names a category is a paragraph of its own."""
    start, comments, kept = 1, "", ""
    for number, line in enumerate([*text.split("\n"), ""], 1):
        names = CATEGORY.match(line)
        if kept and (names or not line.strip()):
            yield Paragraph(start, comments, kept)
            comments, kept = "", ""
        if names:
            yield Paragraph(number, "", line)
            comments = ""
        elif line.strip().startswith("//"):
            comments += line
        elif line.strip():
            start = start if kept else number
            kept += f"{line}\n"


def _asking(paragraphs: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """Those that ask, each with its concept and the texts before it that ask nothing; the last of these as they are."""
    concept, before = "", ()  # type: str, tuple[Paragraph, ...]
    for paragraph in paragraphs:
        if category := CATEGORY.match(paragraph.text):
            concept = _concept(category[1])
            continue
        parked = paragraph._replace(text=park(paragraph.text.strip()), concept=concept)
        if re.search("[{}]", parked.text):
            yield parked._replace(before=before)
            before = ()
        else:
            before = (*before, parked)
    yield from before


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


def _question(paragraph: Paragraph) -> tuple[Portable, list[str]]:
    """A paragraph as a question, and notes on what it lost."""
    title, text = _title(paragraph.text)
    start, end = _braces(text)
    inside, after = text[start + 1 : end], text[end + 1 :].strip()
    cut = inside.rfind("####") if "####" in inside else len(inside)
    notes: list[str] = []
    markup, stem = Texts("moodle", notes).markup(text[:start] + (f"_____ {after}" if after else ""))
    texts = Texts(markup, notes)
    stem = texts.read(stem)
    if not stem:
        raise Fixable("there is no question before the answers.", "Write the question before the opening brace.")
    fields = answers(inside[:cut].strip(), texts)
    explanation = texts.read(inside[cut + 4 :])
    named = title or " ".join(stem.split())[:40]
    stem = "\n\n".join([*(_described(one.text, notes) for one in paragraph.before), stem])
    return Portable(id=named, concept=paragraph.concept, stem=stem, explanation=explanation, **fields), notes


def _described(text: str, notes: list[str]) -> str:
    markup, text = Texts("moodle", notes).markup(_title(text)[1])
    return Texts(markup, notes).read(text)


def _braces(text: str) -> tuple[int, int]:
    """Where the answers begin and end."""
    start, end = text.find("{"), text.find("}")
    if start < 0 and end < 0:
        raise Fixable("this question has no answers.", FORM)
    unclear = start < 0 or end < start or "{" in text[end:]
    if unclear and re.search(r"\\[A-Za-z]+\s*\{|[\^_]\{", unpark(text)):
        raise Fixable("the braces of a formula are taken for answers.", "Write \\{ and \\} in formulas.")
    if start < 0 or end < start:
        raise Fixable(
            "the braces of this question do not match.",
            "Close { by }, leave no blank line between, and write \\{ and \\} in text.",
        )
    if unclear:
        raise Fixable(
            "this question has answers in two places.",
            "Make it two questions with a blank line between; or write \\{ and \\} if these braces are text.",
        )
    return start, end


def _title(text: str) -> tuple[str, str]:
    """The title, which some write after the word for how the text is written, and the rest."""
    marker = MARKER.match(text)
    rest = text[marker.end() :].lstrip() if marker else text
    if rest.startswith("::") and (end := rest.find("::", 2)) > 0:
        after = rest[end + 2 :].strip()
        return " ".join(
            unpark(rest[2:end]).split()
        ), f"{marker[0] if marker and not MARKER.match(after) else ''}{after}"
    return "", text.removeprefix("::")
