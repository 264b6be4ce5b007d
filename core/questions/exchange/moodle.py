"""Moodle XML, with nothing but question types that every Moodle has; an order needs Moodle 4.4 or newer."""

import base64
from collections.abc import Callable, Sequence
from html import escape
from itertools import groupby
from typing import Any, TypeAlias

from lxml import etree

from core.questions.exchange.folding import asked, chosen, decided, explained, folded, has_one_order
from core.questions.exchange.markup import html, plain
from core.questions.exchange.portable import Answer, Number, Picture, Portable, clean

Element: TypeAlias = Any  # lxml has no public name for its own
WIDTH = 640  # of a figure, in pixels
TYPES = {"single": "multichoice", "multiple": "multichoice", "match": "matching", "numeric": "numerical"}


def suited(portable: Portable) -> Portable:
    """The question as Moodle can ask it.

    Kprim becomes a match of statements with true and false, since Moodle says nothing about what was not ticked.
    Moodle knows one right order only, so where there are several it becomes a choice.
    """
    if portable.kind == "order" and not has_one_order(portable):
        return chosen(portable)
    return decided(portable)


def write(portables: Sequence[Portable], title: str) -> bytes:
    """A file for the question bank; variants of one question share a category, to draw from at random."""
    quiz = etree.Element("quiz")
    names = [portable.id for portable in portables]

    def category(portable: Portable) -> str:
        parts = [clean(title), portable.concept, *([portable.id] if names.count(portable.id) > 1 else [])]
        return "/".join(["$course$", "top", *(part.replace("/", "//") for part in parts if part)])

    for name, group in groupby(sorted(portables, key=category), key=category):
        _text(_sub(quiz, "question", type="category"), "category", name)
        for portable in group:
            _question(quiz, suited(portable))
    return bytes(etree.tostring(quiz, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _sub(parent: Element, tag: str, text: str | None = None, **attributes: str) -> Element:
    element = etree.SubElement(parent, tag, attributes)
    element.text = text
    return element


def _text(parent: Element, tag: str, text: str, **attributes: str) -> Element:
    """An element whose text stands one level deeper, as Moodle likes it."""
    element = _sub(parent, tag, **attributes)
    _sub(element, "text", text)
    return element


def _html(parent: Element, tag: str, markdown: str, **attributes: str) -> Element:
    return _text(parent, tag, html(markdown), **attributes, format="html")


def _question(quiz: Element, portable: Portable) -> None:
    question = _sub(quiz, "question", type=TYPES.get(portable.kind, "ordering"))
    _text(question, "name", portable.name)
    _illustrated(question, "questiontext", asked(portable), portable.picture)
    _illustrated(question, "generalfeedback", explained(portable), portable.shown)
    for tag, text in [("defaultgrade", "1"), ("penalty", "0.3333333"), ("hidden", "0")]:
        _sub(question, tag, text)
    _sub(question, "idnumber", portable.number)
    _ANSWERS[portable.kind](question, portable)
    for hint in portable.hints:
        _html(question, "hint", hint)
    tags = _sub(question, "tags")
    for tag in portable.tags:
        _text(tags, "tag", tag)


def _illustrated(question: Element, tag: str, markdown: str, picture: Picture | None) -> None:
    """A text and the figure after it, which is a file beside it; its numbers are folded away."""
    if picture is None:
        _html(question, tag, markdown)
        return
    image = f'<p><img src="@@PLUGINFILE@@/figure.svg" alt="{escape(picture.alt)}" width="{WIDTH}"></p>'
    text = f"{html(markdown)}\n{image}\n{folded(picture.table)}"
    element = _text(question, tag, text, format="html")
    code = base64.b64encode(picture.svg.encode()).decode()
    _sub(element, "file", code, name="figure.svg", path="/", encoding="base64")


def shares(choices: Sequence[Answer]) -> list[float]:
    """What each choice is worth, in percent: all right ones together 100, all wrong ones together -100.

    >>> shares([Answer(text="a", right=True), Answer(text="b"), Answer(text="c")])
    [100.0, -50.0, -50.0]
    """
    right = sum(choice.right for choice in choices)
    return [round(100 / right if choice.right else -100 / (len(choices) - right), 5) for choice in choices]


def _choices(question: Element, portable: Portable) -> None:
    single = portable.kind == "single"
    for tag, text in [("single", str(single).lower()), ("shuffleanswers", "true"), ("answernumbering", "abc")]:
        _sub(question, tag, text)
    worth = [100.0 * choice.right for choice in portable.choices] if single else shares(portable.choices)
    for choice, fraction in zip(portable.choices, worth, strict=True):
        answer = _html(
            question, "answer", choice.text, fraction=f"{fraction:g}" if fraction % 1 == 0 else f"{fraction}"
        )
        _html(answer, "feedback", choice.reply)


def _pairs(question: Element, portable: Portable) -> None:
    _sub(question, "shuffleanswers", "true")
    rows = [(html(pair.row), pair.partner) for pair in portable.pairs]
    for row, partner in [*rows, *(("", spare) for spare in portable.spare)]:
        _text(_text(question, "subquestion", row, format="html"), "answer", plain(partner))


def _steps(question: Element, portable: Portable) -> None:
    """All steps below each other, right or wrong as a whole."""
    settings = {
        "layouttype": "VERTICAL", "selecttype": "ALL", "selectcount": str(len(portable.steps)),
        "gradingtype": "ALL_OR_NOTHING", "showgrading": "SHOW", "numberingstyle": "none",
    }  # fmt: skip
    for tag, text in settings.items():
        _sub(question, tag, text)
    for i, step in enumerate(portable.steps, 1):
        answer = _html(question, "answer", step.text, fraction=f"{i}.0000000")
        _html(answer, "feedback", step.reply)


def _numbers(question: Element, portable: Portable) -> None:
    """Moodle takes the first that fits, so what is right comes before what is foreseen."""

    def answer(number: Number, fraction: str) -> None:
        element = _text(question, "answer", repr(number.value), fraction=fraction, format="moodle_auto_format")
        _html(element, "feedback", number.reply)
        _sub(element, "tolerance", repr(number.tolerance))

    for number in portable.numbers:
        answer(number, "100")
    for number in portable.wrong:
        answer(number, "0")
    if portable.otherwise:
        element = _text(question, "answer", "*", fraction="0", format="moodle_auto_format")
        _html(element, "feedback", portable.otherwise)
    for tag, text in [("unitgradingtype", "0"), ("unitpenalty", "0.1"), ("showunits", "3"), ("unitsleft", "0")]:
        _sub(question, tag, text)


_ANSWERS: dict[str, Callable[[Element, Portable], None]] = {
    "single": _choices, "multiple": _choices, "match": _pairs, "order": _steps, "numeric": _numbers,
}  # fmt: skip
