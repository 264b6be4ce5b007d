"""GIFT, the text format of Moodle's question bank: our questions written in it. `gift_reader` reads it."""

import re
from collections.abc import Iterator, Sequence

from core.questions.exchange.folding import asked, chosen, decided, explained, paragraphs, told
from core.questions.exchange.markup import escape_markdown, plain, protect_math
from core.questions.exchange.moodle import shares
from core.questions.exchange.portable import Number, Pair, Portable


def suited(portable: Portable) -> Portable:
    """The question as GIFT can hold it: no hints, and code, figures and replies to rows within the text."""
    portable = chosen(decided(portable))
    changes = {
        "stem": paragraphs(asked(portable), told(portable.picture)),
        "explanation": paragraphs(explained(portable), told(portable.shown)),
        "code": "", "picture": None, "shown": None, "hints": (), "scale": "relative",
        "pairs": tuple(Pair(row=_arrow(pair.row), partner=_one_line(pair.partner)) for pair in portable.pairs),
        "spare": tuple(_one_line(spare) for spare in portable.spare),
    }  # fmt: skip
    return portable.model_copy(update=changes)


def _one_line(partner: str) -> str:
    """Partners have no markup: Moodle shows them in a list to choose from."""
    return escape_markdown(plain(partner))


def _arrow(row: str) -> str:
    return row.replace("-&gt;", "->")


def write(portables: Sequence[Portable], title: str) -> bytes:
    """A file with a paragraph for each question, in categories by concept."""
    blocks, concept = [], None
    for portable in sorted(portables, key=lambda one: one.concept):
        if portable.concept != concept:
            concept = portable.concept
            parts = [re.sub(r"\s+", " ", part).replace("/", "//") for part in (title, concept) if part]
            blocks.append(f"$CATEGORY: {'/'.join(['$course$/top', *parts])}")
        blocks.append("\n".join(_question(suited(portable))))
    return ("\n\n".join(blocks) + "\n").encode()


def escaped(text: str) -> str:
    r"""Text in which nothing means anything to GIFT.

    >>> print(escaped("{a = b}"))
    \{a \= b\}
    """
    return re.sub(r"([\\:#={}~])", r"\\\1", text).replace("\n", "\\n")


def _text(markdown: str) -> str:
    """Markdown; the marker keeps a text that begins with a bracket or a share from being taken for one."""
    text = escaped(protect_math(markdown))
    return f"[markdown]{text}" if text.startswith(("[", "%")) else text


def _reply(markdown: str) -> str:
    return f"#{_text(markdown)}" if markdown else ""


def _question(portable: Portable) -> Iterator[str]:
    marks = [f"id:{portable.number}", *(f"tag:{tag}" for tag in portable.tags)]
    yield "// " + " ".join(f"[{' '.join(mark.split()).replace(']', ')')}]" for mark in marks)
    opening = "{#" if portable.kind == "numeric" else "{"
    yield f"::{escaped(portable.name)}::[markdown]{escaped(protect_math(portable.stem))} {opening}"
    yield from (f"\t{line}" for line in _answers(portable))
    if portable.explanation:
        yield f"\t####{_text(portable.explanation)}"
    yield "}"


def _answers(portable: Portable) -> Iterator[str]:
    if portable.kind == "numeric":
        yield from (f"={_number(number, 100)}" for number in portable.numbers)
        yield from (f"={_number(number, 0)}" for number in portable.wrong)
        if portable.otherwise:
            yield f"~{_reply(portable.otherwise)}"
    elif portable.kind == "match":
        yield from (f"={_row(pair.row)} -> {escaped(plain(pair.partner))}" for pair in portable.pairs)
        yield from (f"= -> {escaped(plain(spare))}" for spare in portable.spare)
    elif portable.kind == "single":
        for choice in portable.choices:
            mark = "=" if choice.right else "~%0%" if choice.text.startswith("%") else "~"
            yield f"{mark}{_text(choice.text)}{_reply(choice.reply)}"
    else:
        for choice, share in zip(portable.choices, shares(portable.choices), strict=True):
            yield f"~%{share:g}%{_text(choice.text)}{_reply(choice.reply)}"


def _row(markdown: str) -> str:
    """An arrow within a row would be taken for the one after it; Markdown can write it otherwise."""
    text = escaped(protect_math(markdown).replace("->", "-&gt;"))
    return f"[markdown]{text}" if text.startswith("[") else text


def _number(number: Number, share: int) -> str:
    """As a range only where value and tolerance cannot say it."""
    low, high = number.edges
    said = f"{low!r}..{high!r}" if number.between else f"{number.value!r}:{number.tolerance!r}"
    return f"%{share}%{said}{_reply(number.reply)}"
