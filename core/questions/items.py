"""Quiz items as authors write them in quiz.yaml, and the variants that are drawn from them."""

import itertools
import random
import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from core.authoring import Mistake, Written, check, read_yaml
from core.errors import pick
from core.lessons import ROOT, load
from core.questions.keys import KEYS, Answer, Ask, compute
from core.reading import number

PLACE = re.compile(r"\{\{(\w+)\}\}")


class Option(Written):
    """One choice, and the reply to whoever makes it."""

    id: str
    says: str
    reply: str


class Rule(Written):
    """A foreseen wrong number: recognised by the function that produces it."""

    equals: str
    grade: Literal["wrong", "again"] = "wrong"
    say: str
    tolerance: float = Field(default=0.02, ge=0)
    """How close, relative to the foreseen number"""

    @field_validator("equals")
    @classmethod
    def _known(cls, equals: str) -> str:
        pick(KEYS, equals, "key function")
        return equals


class _Item(Written):
    id: str
    concept: str
    misconceptions: list[str] = []
    section: str
    """The anchor of the section of the lesson that explains it."""
    params: dict[str, list[float | int]] = {}
    stem: str
    key: str
    explain: str

    @field_validator("key")
    @classmethod
    def _known(cls, key: str) -> str:
        pick(KEYS, key, "key function")
        return key


class Single(_Item):
    """Choose one."""

    type: Literal["single"]
    options: list[Option] = Field(min_length=2)


class Multiple(_Item):
    """Choose all that are right."""

    type: Literal["multiple"]
    options: list[Option] = Field(min_length=2)


class Numeric(_Item):
    """Type a number, graded on a relative scale or, where the answer is a logarithm, by its distance in decades."""

    type: Literal["numeric"]
    scale: Literal["relative", "log10"]
    tolerance: float = Field(ge=0)
    rules: list[Rule] = []


Item = Annotated[Single | Multiple | Numeric, Field(discriminator="type")]


class Variant(Written):
    """An item with its numbers drawn and its options in a fixed order."""

    item: Item
    numbers: dict[str, float | int]
    options: list[Option]

    def fill(self, text: str) -> str:
        """`text` with {{name}} replaced by the drawn number."""
        return PLACE.sub(lambda m: _written(self.numbers[m[1]]) if m[1] in self.numbers else m[0], text)

    def key(self, ask: Ask) -> Answer:
        """The right answer, computed."""
        return compute(self.item.key, ask, self.numbers)

    def explanation(self, ask: Ask) -> str:
        """Why the right answer is right, with {{key}} replaced by it."""
        key = self.key(ask)
        shown = number(key) if isinstance(key, float) else ""
        return self.fill(self.item.explain.replace("{{key}}", shown))


def _written(value: float) -> str:
    return f"{value:g}" if abs(value) >= 1e-4 or value == 0 else number(value)


def draw(item: Item, attempt: int) -> Variant:
    """The variant of an item for the learner's n-th attempt: other numbers and another order each time."""
    dice = random.Random(item.id)  # noqa: S311  the same for everyone, which is the point
    draws = list(itertools.product(*item.params.values()))
    dice.shuffle(draws)
    numbers = dict(zip(item.params, draws[attempt % len(draws)], strict=True))
    options = list(getattr(item, "options", []))
    random.Random(f"{item.id} {attempt}").shuffle(options)  # noqa: S311
    return Variant(item=item, numbers=numbers, options=options)


class _File(Written):
    items: list[Item] = Field(min_length=1)


def bank(slug: str, root: Path = ROOT) -> tuple[Item, ...]:
    """The items of one lesson's quiz.yaml, checked; read anew when the file has changed."""
    path = root / slug / "quiz.yaml"
    if not path.is_file():
        raise Mistake(path, 1, "this lesson has no quiz.", "Write a quiz.yaml with a list of items.")
    return _bank(slug, root, path.stat().st_mtime_ns)


@lru_cache(maxsize=32)
def _bank(slug: str, root: Path, _: int) -> tuple[Item, ...]:
    path = root / slug / "quiz.yaml"
    data = read_yaml(path.read_text(encoding="utf-8"), path)
    items = check(_File, data, path).items
    anchors = {section.anchor for section in load(slug, root).sections}
    for i, item in enumerate(items):
        line = data["items"].lc.item(i)[0] + 1
        if item.section not in anchors:
            raise Mistake(
                path, line, f"the lesson has no section {item.section!r}.", f"It has: {', '.join(sorted(anchors))}."
            )
        if item.id in {other.id for other in items[:i]}:
            raise Mistake(path, line, f"the id {item.id!r} is taken.", "Give every item an id of its own.")
        says = [option.says for option in getattr(item, "options", [])]
        if len(set(says)) < len(says):
            raise Mistake(path, line, "two options read the same.", "Reword one of them.")
    return tuple(items)


def slugs(root: Path = ROOT) -> list[str]:
    """The lessons that have a quiz."""
    return sorted(path.parent.name for path in root.glob("*/quiz.yaml"))
