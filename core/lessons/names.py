"""Whatever a lesson names must be there: experiments, claims, words, sources, figures, bars, files."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from core.authoring import Collected, Mistake, at, peek
from core.errors import instead, like
from core.lessons.blocks import Block, Equation, Panel, SlowMotion, Video
from core.lessons.lesson import Lesson
from core.lessons.prose import ROLES, Role, roles


class Known(NamedTuple):
    """The names in `experiments.yaml`, also of what is not in order there; None if the file cannot be read."""

    experiments: Collection[str] | None
    claims: Collection[str] | None


class Broken(NamedTuple):
    """A fence with a mistake in it: what it names is still named."""

    kind: str
    body: str


Names = Collection[str] | None


def known(name: str, table: Names, kind: str, place: str) -> None:
    """Refuse a name that is not in a table; where there is no telling what is in it, any name will do."""
    if table is not None and name not in table:
        raise Mistake("unknown-name", place, f"there is no {kind} called {name!r}.", instead(name, table))


def check_names(lesson: Lesson, there: Known, broken: list[Broken], collected: Collected) -> None:
    """Everything that is named exists, every name is given once, and every claim is used."""
    tables: dict[str, Names] = {
        "claim": there.claims, "term": _with(lesson.terms, broken, "glossary", "terms"),
        "cite": _with(lesson.sources, broken, "reading", "sources"),
    }  # fmt: skip
    panels = _with(lesson.panels, broken, "experiment", "id")
    used = {name for name in lesson.claims for one in broken if name in one.body}
    lines = lesson.path.read_text(encoding="utf-8").split("\n")
    for line, block in lesson.blocks:
        place = Places(lesson.path, line, lines)
        for kind, name in _named(block):
            table = {"experiment": there.experiments, "claim": there.claims}.get(kind, panels)
            with collected.within():
                known(name, table, kind, place.naming(name))
            if kind == "claim":
                used |= _meant(name, lesson)
        with collected.within():
            _check_files(lesson, place, block)
        for role in (role for text in block.texts() for role in roles(text)):
            where = place.of(rf"\{{{role.kind}\}}`[^`]*{re.escape(role.name)}")
            with collected.within():
                known(role.kind, ROLES, "role", where)
                known(role.name, tables.get(role.kind), role.kind, where)
                if role.kind == "mark":
                    _check_mark(lesson, role, panels, where)
            if role.kind == "claim":
                used |= _meant(role.name, lesson)
    _once(lesson, lines, collected)
    path = lesson.path.with_name("experiments.yaml")
    for name, claim in lesson.claims.items():
        if name not in used and lesson.sections:
            collected.add(Mistake(
                "unused-claim", at(path, claim.line), f"no sentence uses the claim {name}.",
                f"Write {{claim}}`{name}` or drop it.",
            ))  # fmt: skip


def _meant(name: str, lesson: Lesson) -> set[str]:
    """The claim of a name; where the name is misspelt, those it may be a slip for, which are not unused."""
    return {name} if name in lesson.claims else {one for one in lesson.claims if like(name, one)}


def _with(names: Collection[str], broken: list[Broken], kind: str, key: str) -> Names:
    """Names, and those within broken fences of a kind; None if one of these cannot be read at all."""
    found = set(names)
    for one in broken:
        if one.kind == kind:
            written = peek(one.body, key)
            if written is None:
                return None
            found |= {written} if isinstance(written, str) else set(written)
    return sorted(found)


class Places:
    """The lines of a block of a file, by what is written on them."""

    def __init__(self, path: Path, line: int, lines: list[str]) -> None:
        """`line` is the first of the block, `lines` are those of the whole file."""
        self.path, self.line, self.lines = path, line, lines[line - 1 :]

    def of(self, pattern: str) -> str:
        """The place of the first line of the block on which something begins that fits."""
        text = "\n".join(self.lines)
        found = re.search(pattern, text)
        return at(self.path, self.line + (text[: found.start()].count("\n") if found else 0))

    def naming(self, name: str) -> str:
        """The place of the first line of the block on which a name stands."""
        return self.of(rf"(?<![\w-]){re.escape(name)}(?![\w-])")


def _named(block: Block) -> Iterator[tuple[str, str]]:
    """What a block names outside its prose: what kind of thing it is, and its name."""
    if isinstance(block, Panel):
        yield from (("experiment", name) for name in block.show)
        if block.predict:
            yield "claim", block.predict.claim
    if isinstance(block, SlowMotion):
        yield "experiment", block.show
    if isinstance(block, Equation) and block.numbers:
        yield "experiment on the page with the id", block.numbers


def _check_files(lesson: Lesson, place: Places, block: Block) -> None:
    for name in (block.file, block.captions, block.transcript) if isinstance(block, Video) else ():
        if not (lesson.path.parent / "media" / name).is_file():
            raise Mistake(
                "missing-media", place.of(re.escape(name)), f"there is no file media/{name}.",
                "Put it into the lesson's folder media.",
            )  # fmt: skip


def _check_mark(lesson: Lesson, role: Role, panels: Names, where: str) -> None:
    """A mark is the id of a figure, a network's letter, and a layer: `bars B 1` or `bars A last`."""
    panel, _, place = role.name.partition(" ")
    known(panel, panels, "experiment on the page with the id", where)
    if panel not in lesson.panels:
        return  # it is there and not in order, or nobody can tell
    letters = "ABCD"[: len(lesson.panels[panel].show)]
    if not re.fullmatch(rf"[{letters}] (\d+|last)", place):
        raise Mistake(
            "mark-without-bar", where, f"{role.name!r} points at nothing.", f"Write: {panel} A 1, or: {panel} A last."
        )


def _once(lesson: Lesson, lines: list[str], collected: Collected) -> None:
    """No two figures have one id, and no two sections one address."""
    taken: set[str] = set()
    for line, block in lesson.blocks:
        if isinstance(block, Panel):
            if block.id in taken:
                place = Places(lesson.path, line, lines).of(rf"(?m)^id: .*{re.escape(block.id)}")
                collected.add(Mistake("id-taken", place, f"the id {block.id!r} is taken.", "Give this one another."))
            taken.add(block.id)
    anchors: set[str] = set()
    for section in lesson.sections:
        if section.anchor in anchors:
            titled = [
                i for i, line in enumerate(lines, 1) if re.fullmatch(rf"##\s+{re.escape(section.title)}\s*", line)
            ]
            place = at(lesson.path, titled[-1] if titled else 1)
            collected.add(Mistake("id-taken", place, f"two sections are called {section.title!r}.", "Rename one."))
        anchors.add(section.anchor)
