"""The bank of a lesson: all items of its folder `quiz`, read from their files and checked."""

from collections.abc import Collection, Iterator
from functools import lru_cache
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import Field, TypeAdapter

from core.authoring import Collected, Mistake, Written, at, check, fitting, read_yaml
from core.errors import pick
from core.lessons.library import ROOT, Described
from core.lessons.library import load as load_lesson
from core.lessons.library import read as read_lesson
from core.lessons.names import Names, Places, known
from core.networks.experiment import Experiment
from core.questions.beliefs import Belief, beliefs
from core.questions.items import Item
from core.questions.variants import Variant, draw


class File(Written):
    """A file of the folder `quiz`."""

    imported: bool = False
    """Whether right answers are given, not computed"""
    experiments: dict[str, Described] = {}
    """Networks for the plots, beside those of the lesson"""
    items: list[Item] = Field(min_length=1)
    """The questions"""


class Place(NamedTuple):
    """Where an item begins."""

    path: Path
    line: int


class Bank(Written):
    """All questions of a lesson."""

    slug: str
    items: tuple[Item, ...]
    experiments: dict[str, Experiment]
    beliefs: dict[str, Belief]
    imported: frozenset[str] = frozenset()
    """The ids of those that come from elsewhere, and are written as others write"""
    places: dict[str, Place] = {}
    """Where each is written"""

    def item(self, id_: str) -> Item:
        """The item of this id; an unknown one is Fixable."""
        return pick({item.id: item for item in self.items}, id_, "question")

    def draw(self, item: Item, attempt: int) -> Variant:
        """See `draw`."""
        return draw(item, attempt, self.experiments)

    def every_draw(self, item: Item) -> list[Variant]:
        """A variant of the item for each draw of its numbers."""
        return [self.draw(item, attempt) for attempt in range(prod(map(len, item.params.values())))]

    def taught(self) -> "Bank":
        """Without the questions that go beyond the lesson."""
        return self.model_copy(update={"items": tuple(item for item in self.items if not item.beyond)})

    @property
    def concepts(self) -> list[str]:
        """The concepts that there are questions on, in the order of the files."""
        return list(dict.fromkeys(item.concept for item in self.items))


def bank(slug: str, root: Path = ROOT) -> Bank:
    """The items of the files in a lesson's folder `quiz`, checked; read anew when one of them has changed."""
    load_lesson(slug, root)
    found, collected = read(slug, root)
    collected.tell()
    return found


def read(slug: str, root: Path = ROOT) -> tuple[Bank, Collected]:
    """What could be read of a lesson's questions, and all mistakes in them."""
    files = _files(slug, root)
    if not files:
        path = root / slug / "quiz"
        raise Mistake("no-quiz", at(path, 1), "this lesson has no quiz.", "Write a folder quiz with files of items.")
    return _bank(slug, root, tuple((path, path.stat().st_mtime_ns) for path in files))


def _files(slug: str, root: Path) -> list[Path]:
    return sorted((root / slug / "quiz").glob("*.yaml"))


@lru_cache(maxsize=32)
def _bank(slug: str, root: Path, files: tuple[tuple[Path, int], ...]) -> tuple[Bank, Collected]:
    collected = Collected()
    lesson, of_lesson = read_lesson(slug, root)
    anchors = [section.anchor for section in lesson.sections] or None
    experiments, believed = dict(lesson.experiments), dict[str, Belief]()
    unknown = any("experiments.yaml" in str(wrong) for wrong in of_lesson.found)
    named: set[str] | None = None if unknown else set(experiments)
    with collected.within():
        believed = beliefs(root)
    found: dict[str, Item] = {}
    places: dict[str, Place] = {}
    imported: set[str] = set()
    for path, _ in files:
        data = None
        with collected.within():
            text = path.read_text(encoding="utf-8")
            data = read_yaml(text, path)
            check(File, data, path)
        if not isinstance(data, dict):
            continue
        own: dict[str, Any] = data["experiments"] if isinstance(data.get("experiments"), dict) else {}
        experiments |= {name: one.experiment for name, one in fitting(TypeAdapter(Described), own)}
        named = None if named is None else named | set(own)
        is_imported = data.get("imported") is True
        for line, item in _items(data):
            with collected.within():
                tables = (anchors, named, believed or None, lesson.front.left_out)
                _fits(item, Places(path, line, text.split("\n")), tables, found)
            with collected.within():
                if not is_imported:
                    _ours(item, at(path, line))
            found[item.id] = item
            places[item.id] = Place(path, line)
            imported |= {item.id} if is_imported else set()
    bank = Bank(slug=slug, items=tuple(found.values()), experiments=experiments, beliefs=believed,
                imported=frozenset(imported), places=places)  # fmt: skip
    return bank, collected


def _items(data: Any) -> Iterator[tuple[int, Item]]:
    """The items of a file that are in order, each with its line."""
    written: Any = data["items"] if isinstance(data.get("items"), list) else []
    for place, item in fitting(TypeAdapter[Item](Item), dict(enumerate(written))):
        yield written.lc.item(place)[0] + 1, item


def _fits(item: Item, places: Places, tables: tuple[Names, ...], taken: Collection[str]) -> None:
    """What one item names, such as sections and misconceptions, must be there; its id must be its own."""
    collected = Collected()
    if item.id in taken:
        collected.add(Mistake(
            "id-taken", places.naming(item.id), f"the id {item.id!r} is taken.", "Give every item an id of its own."
        ))  # fmt: skip
    kinds = ("section of the lesson", "experiment", "misconception", "thing that the lesson leaves out")
    named = (
        [item.section] if item.section else [], item.experiments, item.beliefs, [item.beyond] if item.beyond else []
    )  # fmt: skip
    for kind, table, names in zip(kinds, tables, named, strict=True):
        for name in dict.fromkeys(names):
            with collected.within():
                known(name, table, kind, places.naming(name))
    collected.tell()


def _ours(item: Item, place: str) -> None:
    """What only imported questions may do without."""
    given = [item.answer, *(rule.number for rule in getattr(item, "rules", []))]
    ranges = [getattr(item, "between", []), *(rule.between for rule in getattr(item, "rules", []))]
    if any(one is not None for one in given) or any(ranges):
        raise Mistake(
            "answer-not-computed", place, "right answers are computed here, and so are foreseen wrong ones.",
            "Name a function by key, or by equals; answer, number and between are for files with imported: true.",
        )  # fmt: skip
    if not (item.section and item.misconceptions):
        raise Mistake(
            "unexplained-question", place, "section or misconceptions is empty.",
            "Name what explains it, and what it is after.",
        )  # fmt: skip


def slugs(root: Path = ROOT) -> list[str]:
    """The lessons that have a quiz."""
    return sorted({path.parents[1].name for path in root.glob("*/quiz/*.yaml")})
