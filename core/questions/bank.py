"""The bank of a lesson: all items of its folder `quiz`, read from their files and checked."""

from collections.abc import Collection
from functools import lru_cache
from math import prod
from pathlib import Path

from pydantic import Field

from core.authoring import Mistake, Objection, Written, at, check, kind_of, read_yaml
from core.errors import Fixable, pick
from core.lessons.library import ROOT, Described, load
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


class Bank(Written):
    """All questions of a lesson."""

    slug: str
    items: tuple[Item, ...]
    experiments: dict[str, Experiment]
    beliefs: dict[str, Belief]
    imported: frozenset[str] = frozenset()
    """The ids of those that come from elsewhere, and are written as others write"""

    def item(self, id_: str) -> Item:
        """The item of this id; an unknown one is Fixable."""
        return pick({item.id: item for item in self.items}, id_, "question")

    def draw(self, item: Item, attempt: int) -> Variant:
        """See `draw`."""
        return draw(item, attempt, self.experiments)

    def every_draw(self, item: Item) -> list[Variant]:
        """A variant of the item for each draw of its numbers."""
        return [self.draw(item, attempt) for attempt in range(prod(map(len, item.params.values())))]

    @property
    def concepts(self) -> list[str]:
        """The concepts that there are questions on, in the order of the files."""
        return list(dict.fromkeys(item.concept for item in self.items))


def bank(slug: str, root: Path = ROOT) -> Bank:
    """The items of the files in a lesson's folder `quiz`, checked; read anew when one of them has changed."""
    files = _files(slug, root)
    if not files:
        path = root / slug / "quiz"
        raise Mistake("no-quiz", at(path, 1), "this lesson has no quiz.", "Write a folder quiz with files of items.")
    return _bank(slug, root, tuple((path, path.stat().st_mtime_ns) for path in files))


def _files(slug: str, root: Path) -> list[Path]:
    return sorted((root / slug / "quiz").glob("*.yaml"))


@lru_cache(maxsize=32)
def _bank(slug: str, root: Path, files: tuple[tuple[Path, int], ...]) -> Bank:
    lesson = load(slug, root)
    anchors = {section.anchor for section in lesson.sections}
    found: dict[str, Item] = {}
    experiments, known = dict(lesson.experiments), beliefs(root)
    imported: set[str] = set()
    for path, _ in files:
        data = read_yaml(path.read_text(encoding="utf-8"), path)
        file = check(File, data, path)
        experiments |= {name: one.experiment for name, one in file.experiments.items()}
        for i, item in enumerate(file.items):
            try:
                _fits(item, anchors, experiments, known, found)
                if not file.imported:
                    _ours(item)
            except Fixable as wrong:
                place = at(path, data["items"].lc.item(i)[0] + 1)
                raise Mistake(kind_of(wrong), place, wrong.problem, wrong.remedy) from None
            found[item.id] = item
        imported |= {item.id for item in file.items if file.imported}
    return Bank(
        slug=slug, items=tuple(found.values()), experiments=experiments, beliefs=known, imported=frozenset(imported)
    )


def _fits(
    item: Item, anchors: set[str], experiments: dict[str, Experiment], known: dict[str, Belief], taken: Collection[str]
) -> None:
    """What one item says of things outside it must be there; its id must be its own."""
    if item.id in taken:
        raise Objection("id-taken", f"the id {item.id!r} is taken.", "Give every item an id of its own.")
    if item.section and item.section not in anchors:
        raise Objection(
            "unknown-name", f"the lesson has no section {item.section!r}.", f"It has: {', '.join(sorted(anchors))}."
        )
    for name in item.experiments:
        pick(experiments, name, "experiment")
    for name in item.beliefs:
        pick(known, name, "misconception")


def _ours(item: Item) -> None:
    """What only imported questions may do without."""
    given = [item.answer, *(rule.number for rule in getattr(item, "rules", []))]
    ranges = [getattr(item, "between", []), *(rule.between for rule in getattr(item, "rules", []))]
    if any(one is not None for one in given) or any(ranges):
        raise Objection(
            "answer-not-computed", "right answers are computed here, and so are foreseen wrong ones.",
            "Name a function by key, or by equals; answer, number and between are for files with imported: true.",
        )  # fmt: skip
    if not (item.section and item.misconceptions):
        raise Objection(
            "unexplained-question", "section or misconceptions is empty.",
            "Name what explains it, and what it is after.",
        )  # fmt: skip


def slugs(root: Path = ROOT) -> list[str]:
    """The lessons that have a quiz."""
    return sorted({path.parents[1].name for path in root.glob("*/quiz/*.yaml")})
