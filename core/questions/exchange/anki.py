"""A deck for Anki, made by genanki: the question on the front, key and explanation on the back."""

import base64
import hashlib
import io
import itertools
import re
import sqlite3
import time
import zipfile
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from core.questions.exchange.folding import asked, decided, explained, folded, paragraphs
from core.questions.exchange.markup import html
from core.questions.exchange.portable import Answer, Number, Picture, Portable

MODEL = 1_607_392_319  # Anki knows the kind of note by it; another number would be another kind
STYLE = (
    ".card { font-family: sans-serif; text-align: left; } table { border-collapse: collapse; } td { padding: 0 1em; }"
)


def write(portables: Sequence[Portable], title: str) -> bytes:
    """A package; importing a newer one brings the notes up to date, as each is known by its id, version and variant."""
    import genanki

    model = genanki.Model(
        MODEL,
        "Vanishing Point question",
        fields=[{"name": "Question"}, {"name": "Answer"}],
        templates=[{"name": "Card", "qfmt": "{{Question}}", "afmt": "{{FrontSide}}<hr id=answer>{{Answer}}"}],
        css=STYLE,
    )
    deck = genanki.Deck(_number(title), title)
    for one in portables:
        tags = [re.sub(r"\s+", "-", tag) for tag in one.tags]
        fields = [front(one), back(one)]
        deck.add_note(genanki.Note(model=model, fields=fields, tags=tags, guid=genanki.guid_for(one.number)))
    return _package(genanki.Package(deck))


def _number(text: str) -> int:
    """A number for a deck, the same whenever it is asked for."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:5], "big")


def _package(package: Any) -> bytes:
    """In memory: genanki's own way leaves a database behind in the folder for temporary files."""
    now = time.time()
    with sqlite3.connect(":memory:") as database:
        package.write_to_db(database.cursor(), now, itertools.count(int(now * 1000)))
        database.commit()
        collection = database.serialize()
    database.close()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("collection.anki2", collection)
        out.writestr("media", "{}")
    return file.getvalue()


def front(portable: Portable) -> str:
    """The question and all that can be answered."""
    portable = decided(portable)
    partners = sorted({pair.partner for pair in portable.pairs} | set(portable.spare))
    listed = [
        *(choice.text for choice in portable.choices),
        *(f"{pair.row}: {' / '.join(partners)}?" for pair in portable.pairs),
        *sorted(step.text for step in portable.steps),
    ]
    return html(asked(portable)) + _drawn(portable.picture) + html(_list(listed))


def back(portable: Portable) -> str:
    """The key, what is to be said of every answer, and why."""
    portable = decided(portable)
    listed = [
        *_answered(portable.choices),
        *(f"{pair.row}: **{pair.partner}**" for pair in portable.pairs),
        *(_in_words(number) for number in portable.numbers[:1]),
        *(f"✗ {number.value:.3g}: {number.reply}" for number in portable.wrong if number.reply),
    ]
    steps = "\n".join(f"{i}. {step.text}" for i, step in enumerate(portable.steps, 1))
    return html(paragraphs(_list(listed), steps, explained(portable))) + _drawn(portable.shown)


def _answered(choices: Sequence[Answer]) -> Iterator[str]:
    """What is to be said of the choices, and only once where it is the same of several."""
    same: dict[tuple[bool, str], list[str]] = {}
    for choice in choices:
        same.setdefault((choice.right, choice.reply), []).append(f"**{choice.text}**")
    return (f"{'✓' if right else '✗'} {', '.join(texts)} {reply}" for (right, reply), texts in same.items())


def _in_words(number: Number) -> str:
    """The key, and how far from it an answer may be."""
    within = f" (± {number.tolerance:.2g})" if number.tolerance else ""
    return f"✓ **{number.value:.4g}**{within}"


def _list(lines: Sequence[str]) -> str:
    return "\n".join("- " + line.replace("\n", "\n  ") for line in lines)


def _drawn(picture: Picture | None) -> str:
    """A figure within the card itself, so that there are no files to lose."""
    if not picture:
        return ""
    code = base64.b64encode(picture.svg.encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{code}" alt="{escape(picture.alt)}">{folded(picture.table)}'
