"""Questions that a teacher brought along, as a file in the form of our own."""

import io
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from core.authoring import Mistake, check
from core.errors import Fixable
from core.questions.exchange.folding import LeftOut
from core.questions.exchange.portable import Number, Portable
from core.questions.items import Item

FILE = "imported.yaml"
HEAD = "# Imported questions. Their answers are given, not computed: see `answer` and `number`.\n"


def to_yaml(
    portables: Sequence[Portable],
    section: str = "",
    misconceptions: Sequence[str] = (),
    taken: Collection[str] = (),
) -> tuple[str, list[LeftOut]]:
    """The file, and what cannot stand in it. All questions are tied to one section and to the same misconceptions.

    No question gets an id that is `taken`.
    """
    items: list[dict[str, Any]] = []
    left_out: list[LeftOut] = []
    for one in portables:
        named = _id(one.name, {*taken, *(item["id"] for item in items)})
        try:
            items.append(_item(one, named, section, misconceptions))
        except Fixable as wrong:
            left_out.append(LeftOut(one.name, str(wrong)))
    text = io.StringIO()
    yaml = YAML()
    yaml.width = 4096  # one line each, so that differences can be read
    yaml.dump({"imported": True, "items": items}, text)
    return HEAD + text.getvalue(), left_out


def _item(one: Portable, id_: str, section: str, misconceptions: Sequence[str]) -> dict[str, Any]:
    """One question in our own form; Fixable if it does not go into it."""
    item = {
        "id": id_, "type": one.kind, "concept": one.concept or "imported", "misconceptions": list(misconceptions),
        "section": section, "stem": _words(one.stem), **({"code": one.code} if one.code else {}),
        **_ANSWERS[one.kind](one), "hints": [_words(hint) for hint in one.hints], "explain": _words(_explained(one)),
    }  # fmt: skip
    try:
        check(Item, item, Path(FILE))  # type: ignore[arg-type]  # a union of models is checked like a model
    except Mistake as wrong:
        raise Fixable(*wrong.arguments[-2:]) from None
    return item


def _explained(one: Portable) -> str:
    """The reason; and the replies to right numbers, for which our own form has no place but this."""
    replies = [
        f"{number.value:.15g}: {number.reply}" if len(one.numbers) > 1 else number.reply
        for number in one.numbers
        if number.reply
    ]
    return "\n\n".join(filter(None, [*replies, one.explanation]))


def _words(text: str) -> str:
    """Text in which no number is filled in: two braces mean something in our own files."""
    return text.replace("{{", "{ {")


def _id(name: str, taken: Collection[str]) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "question"
    return next(id_ for i in range(1, len(taken) + 2) if (id_ := plain if i == 1 else f"{plain}-{i}") not in taken)


def _choices(one: Portable) -> dict[str, Any]:
    options = [
        {"id": f"option-{i}", "says": _words(choice.text), "reply": _words(choice.reply)}
        for i, choice in enumerate(one.choices, 1)
    ]
    right = [option["id"] for option, choice in zip(options, one.choices, strict=True) if choice.right]
    return {"answer": right[0] if one.kind == "single" else right, "options": options}


def _pairs(one: Portable) -> dict[str, Any]:
    texts = dict.fromkeys([*(pair.partner for pair in one.pairs), *one.spare])
    partners = {text: f"partner-{i}" for i, text in enumerate(texts, 1)}
    rows = {f"row-{i}": pair for i, pair in enumerate(one.pairs, 1)}
    return {
        "answer": {row: partners[pair.partner] for row, pair in rows.items()},
        "options": [{"id": row, "says": _words(p.row), "reply": _words(p.reply)} for row, p in rows.items()],
        "partners": {id_: _words(text) for text, id_ in partners.items()},
    }


def _steps(one: Portable) -> dict[str, Any]:
    """What each step needs is the answer."""
    return {"options": [
        {"id": f"step-{i}", "says": _words(step.text), "reply": _words(step.reply),
         "needs": [f"step-{need + 1}" for need in step.after]}
        for i, step in enumerate(one.steps, 1)
    ]}  # fmt: skip


def _numbers(one: Portable) -> dict[str, Any]:
    """Ranges keep the edges of a margin just as they were; decades go by the margin itself."""
    decades = one.scale == "log10"
    return {
        "answer": one.numbers[0].value, "scale": one.scale, "tolerance": one.numbers[0].tolerance if decades else 0,
        "between": [] if decades else [list(number.edges) for number in one.numbers],
        "rules": [_rule(number) for number in one.wrong], "otherwise": _words(one.otherwise),
    }  # fmt: skip


def _rule(number: Number) -> dict[str, Any]:
    return {"number": number.value, "between": list(number.edges), "say": _words(number.reply)}


_ANSWERS = {
    "single": _choices, "multiple": _choices, "kprim": _choices, "match": _pairs, "order": _steps, "numeric": _numbers,
}  # fmt: skip
