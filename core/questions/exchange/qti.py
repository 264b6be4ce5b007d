"""A package for Canvas (QTI 1.2), made by text2qti from its own text format."""

import math
import re
import tempfile
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from core.errors import Fixable
from core.questions.exchange.folding import LeftOut, asked, chosen, explained, folded, paragraphs, unpaired
from core.questions.exchange.portable import Number, Picture, Portable, clean

DIGITS = 4  # after the point: Canvas keeps no more of a number
SMALLEST = 1e-4  # text2qti refuses smaller answers, since Canvas makes 0 of them


class _Block(NamedTuple):
    """A question in text2qti's words."""

    id: str
    stem: str
    lines: list[str]


def suited(portable: Portable) -> list[Portable]:
    """The question as Canvas can ask it by this way: a match becomes a question on each row, an order a choice."""
    portable = chosen(portable)
    if portable.kind == "kprim":
        portable = portable.model_copy(update={"kind": "multiple", "stem": f"{portable.stem}\n\nTick what is true."})
    return [_as_logarithm(one) for one in unpaired(portable)]


def _as_logarithm(portable: Portable) -> Portable:
    """The logarithmic twin of a number that Canvas would round too much."""
    if portable.kind != "numeric" or portable.scale == "log10" or interval(portable.numbers[0]):
        return portable
    key = portable.numbers[0]
    if key.value - key.tolerance <= 0 or not key.tolerance:
        return portable
    update = {
        "stem": f"{portable.stem}\n\nGive the logarithm to base 10 of this number.",
        "scale": "log10",
        "numbers": (_logarithm(key),),
        "wrong": tuple(_logarithm(number) for number in portable.wrong if number.value > number.tolerance),
        "explanation": f"{portable.explanation}\n\nIts logarithm to base 10 is {math.log10(key.value):.4g}.",
    }
    return portable.model_copy(update=update)


def _logarithm(number: Number) -> Number:
    value = math.log10(number.value)
    reach = math.log10(number.value + number.tolerance) - value
    return Number(value=value, tolerance=max(reach, 0.005), reply=number.reply)


def interval(number: Number) -> tuple[float, float] | None:
    """What Canvas is to accept, with four digits after the point; None if it cannot tell that from other numbers.

    >>> interval(Number(value=0.125, tolerance=0.00125)), interval(Number(value=2e-5, tolerance=1e-6))
    ((0.1237, 0.1263), None)
    """
    steps = 10**DIGITS
    low = math.floor(round((number.value - number.tolerance) * steps, 6)) / steps
    high = math.ceil(round((number.value + number.tolerance) * steps, 6)) / steps
    refused = min(abs(low), abs(high)) < SMALLEST or low < 0 < high
    return None if refused or high - low > 3 * number.tolerance else (low, high)


def write(portables: Sequence[Portable], title: str) -> tuple[bytes, list[LeftOut]]:
    """The zip file, and what is not in it. Of several variants of a question Canvas draws one for each student."""
    left_out: list[LeftOut] = []
    with tempfile.TemporaryDirectory() as folder:
        blocks = [block for one in portables for part in suited(one) for block in _blocks(part, Path(folder), left_out)]
        once = _once(blocks, left_out)
        if not once:
            raise Fixable("None of these questions can be taken to Canvas.", "Choose Moodle XML, which can hold all.")
        head = [f"Quiz title: {_line(title)}", "Shuffle answers: true", ""]
        text = "\n".join([*head, *_grouped(once)])
        return _zipped(text, {path.read_bytes() for path in Path(folder).iterdir()}), left_out


def _once(blocks: Sequence[_Block], left_out: list[LeftOut]) -> list[_Block]:
    """Without those that read like one before: Canvas knows questions by their words."""
    known: dict[str, _Block] = {}
    for block in blocks:
        first = known.setdefault(block.stem, block)
        if first.id != block.id:
            left_out.append(LeftOut(block.id, f"It reads like {first.id}, and Canvas takes the two for one."))
    return list(known.values())


def _zipped(text: str, pictures: set[bytes]) -> bytes:
    """text2qti takes along every file that a question names, so it is asked whether it took only ours."""
    from text2qti.config import Config
    from text2qti.err import Text2qtiError
    from text2qti.qti import QTI
    from text2qti.quiz import Quiz

    try:
        quiz: Any = Quiz(text, config=Config(), source_name="questions")
    except Text2qtiError as error:
        said = str(error).splitlines()[-1]
        raise Fixable(f"One of these questions does not fit Canvas: {said}.", "Choose Moodle XML instead.") from None
    if not {image.data for image in quiz.images.values()} <= pictures:
        raise Fixable("A question shows a picture from this machine.", "Take the picture out of its text.")
    return bytes(QTI(quiz).zip_bytes())


def _grouped(blocks: Sequence[_Block]) -> Iterator[str]:
    for _, group in groupby(blocks, key=lambda block: block.id):
        variants = list(group)
        if len(variants) > 1:
            yield "GROUP\npick: 1\npoints per question: 1\n"
        for block in variants:
            yield "\n".join([*block.lines, ""])
        if len(variants) > 1:
            yield "END_GROUP\n"


def _blocks(portable: Portable, folder: Path, left_out: list[LeftOut]) -> Iterator[_Block]:
    answers = list(_numeric(portable) if portable.kind == "numeric" else _choices(portable))
    if not answers:
        why = "Canvas keeps four digits after the point, which do not hold this answer."
        none = "Canvas needs at least one right choice, and here there is none."
        left_out.append(LeftOut(portable.name, why if portable.kind == "numeric" else none))
        return
    stem, told = _guarded(asked(portable)), portable.picture.table if portable.picture else ""
    shown = _below("1. ", paragraphs(stem, *_picture(portable.picture, folder)))
    lines = [f"Title: {_line(portable.name)}", shown, *_feedback(portable, folder), *answers]
    yield _Block(portable.id, stem + told, lines)


def _feedback(portable: Portable, folder: Path) -> Iterator[str]:
    """The explanation for everybody; foreseen mistakes for whoever is wrong, as Canvas cannot tell one from another."""
    if explanation := paragraphs(_guarded(explained(portable)), *_picture(portable.shown, folder)):
        yield _below("... ", explanation)
    foreseen = [f"- If you wrote about {number.value:.3g}: {number.reply}" for number in portable.wrong if number.reply]
    if wrong := paragraphs(portable.otherwise, "\n".join(foreseen)):
        yield _indented("- ", wrong)


def _choices(portable: Portable) -> Iterator[str]:
    if not any(choice.right for choice in portable.choices):
        return
    single = portable.kind == "single"
    for choice in portable.choices:
        mark = ("*a) " if choice.right else "a) ") if single else ("[*] " if choice.right else "[ ] ")
        yield _indented(mark, choice.text)
        if choice.reply:
            yield _indented("... ", choice.reply)


def _numeric(portable: Portable) -> Iterator[str]:
    key = portable.numbers[0]
    if not key.tolerance and key.value.is_integer() and abs(key.value) >= 1:
        yield f"= {int(key.value)}"
    elif accepted := interval(key):
        yield f"= [{accepted[0]!r}, {accepted[1]!r}]"


def _picture(picture: Picture | None, folder: Path) -> Iterator[str]:
    """The figure as a file that text2qti finds and packs, and its numbers after it."""
    if picture:
        path = folder / f"figure-{len(list(folder.iterdir())) + 1}.svg"
        path.write_text(picture.svg, encoding="utf-8")
        alt = re.sub(r"[\[\]\\\n]", " ", picture.alt)
        yield f"![{alt}]({path})"
        yield folded(picture.table)


def _guarded(markdown: str) -> str:
    """Without pictures, which text2qti would look for here, and without comments, which it takes away first."""
    return markdown.replace("<!--", "<\\!--").replace("![", "!\\[")


def _indented(mark: str, markdown: str) -> str:
    return _below(mark, _guarded(markdown))


def _below(mark: str, markdown: str) -> str:
    """A text behind its mark, all its lines below each other."""
    return mark + markdown.replace("\n", "\n" + " " * len(mark))


def _line(text: str) -> str:
    return " ".join(clean(text).split())
