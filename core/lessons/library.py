"""Lessons: a folder of Markdown and YAML becomes sections of blocks, or a mistake with file and line."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from core.authoring import Mistake, Written, at, check, read_yaml
from core.errors import Fixable
from core.lessons.blocks import (
    KINDS,
    Block,
    Equation,
    Front,
    Notes,
    Panel,
    Prose,
    SlowMotion,
    Video,
)
from core.lessons.claims import Claim
from core.lessons.lesson import Lesson, Placed, Section
from core.lessons.prose import ROLES, Role, roles
from core.networks.experiment import Experiment, Network, Training

ROOT = Path(__file__).parents[2] / "lessons"


class Entry(NamedTuple):
    """What the menu needs to know of a lesson."""

    slug: str
    menu: str


def entries(root: Path = ROOT) -> list[Entry]:
    """Every lesson there is, in the order of the folder names; one that cannot be read goes by its folder."""
    return [_entry(path) for path in sorted(root.glob("*/lesson.md"))]


def _entry(path: Path) -> Entry:
    return _entry_of(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _entry_of(path: Path, _: int) -> Entry:
    try:
        return Entry(path.parent.name, _front(_tokens(path)[0], path).menu)
    except Fixable:
        return Entry(path.parent.name, path.parent.name.replace("-", " ").lstrip("0123456789 ").capitalize())


def load(slug: str, root: Path = ROOT) -> Lesson:
    """The lesson in the folder `slug`, read anew when one of its files has changed."""
    files = [root / slug / name for name in ("lesson.md", "experiments.yaml")]
    for path in files:
        if not path.is_file():
            raise Mistake(
                "missing-file", at(path, 1), "this file is missing.",
                "A lesson is a folder with lesson.md and experiments.yaml.",
            )  # fmt: skip
    return _load(slug, root, tuple(path.stat().st_mtime_ns for path in files))


@lru_cache(maxsize=32)
def _load(slug: str, root: Path, _: tuple[int, ...]) -> Lesson:
    path = root / slug / "lesson.md"
    front, lines = _tokens(path)
    experiments, claims = _experiments(path.with_name("experiments.yaml"))
    sections = tuple(_sections(path, lines))
    lesson = Lesson(slug, path, _front(front, path), sections, experiments, claims)
    _check_names(lesson)
    return lesson


class _Lines(NamedTuple):
    text: list[str]
    headings: dict[int, str]
    fences: dict[int, tuple[int, str, str]]  # first line -> (line after the last, kind, body)


def _tokens(path: Path) -> tuple[tuple[str, int], _Lines]:
    """The front matter and the rest of a lesson file, by line."""
    text = path.read_text(encoding="utf-8")
    tokens = MarkdownIt().use(front_matter_plugin).use(dollarmath_plugin).parse(text)
    front, headings, fences = ("", 0), {}, {}
    for i, token in enumerate(tokens):
        start, stop = token.map or (0, 0)
        if token.type == "front_matter":
            front = (token.content, stop)
        elif token.type == "heading_open" and token.tag == "h2":
            headings[start] = tokens[i + 1].content
        elif token.type == "fence" and token.info.startswith("{"):
            fences[start] = (stop, token.info.strip().strip("{}"), token.content)
    return front, _Lines(text.splitlines(), headings, fences)


def _front(front: tuple[str, int], path: Path) -> Front:
    text, _ = front
    if not text:
        raise Mistake("no-head", at(path, 1), "the lesson has no head.", "Begin with ---, title: …, and another ---.")
    return check(Front, read_yaml(text, path, 2), path, 2)


def _sections(path: Path, lines: _Lines) -> Iterator[Section]:
    starts = sorted(lines.headings)
    if not starts:
        raise Mistake(
            "no-sections", at(path, 1), "the lesson has no sections.",
            "Begin each section with a line like: ## The core problem",
        )  # fmt: skip
    for start, stop in zip(starts, [*starts[1:], len(lines.text)], strict=True):
        yield Section(lines.headings[start], tuple(_blocks(path, lines, start + 1, stop)))


def _blocks(path: Path, lines: _Lines, start: int, stop: int) -> Iterator[Placed]:
    fences = {line: fence for line, fence in lines.fences.items() if start <= line < stop}
    for line, (after, kind, body) in [*sorted(fences.items()), (stop, (stop, "", ""))]:
        text = "\n".join(lines.text[start:line]).strip()
        if text:
            yield Placed(start + 1, Prose(text=text))
        if kind:
            yield Placed(line + 1, _fence(path, line + 1, kind, body))
        start = after


def _fence(path: Path, line: int, kind: str, body: str) -> Block:
    if kind not in KINDS:
        raise Mistake(
            "unknown-fence", at(path, line), f"there is no block called {{{kind}}}.",
            f"Choose one of: {', '.join(KINDS)}.",
        )  # fmt: skip
    if kind == "notes":
        return Notes(text=body.strip())
    return check(KINDS[kind], read_yaml(body, path, line + 1), path, line + 1)


class Described(Written):
    """An experiment as an author writes it, under a name that reads well in a sentence."""

    network: Network = Network()
    """What is not as in the usual network"""
    training: Training = Training()
    """What is not as in the usual training"""

    @property
    def experiment(self) -> Experiment:
        """With the first seed."""
        return Experiment(self.network, self.training)


class File(Written):
    """The file `experiments.yaml`."""

    experiments: dict[str, Described]
    """The networks that the text speaks of, each under its name"""
    claims: dict[str, Claim] = {}
    """The numbers that the text states, each under its name"""


def _experiments(path: Path) -> tuple[dict[str, Experiment], dict[str, Claim]]:
    data = read_yaml(path.read_text(encoding="utf-8"), path)
    file = check(File, data, path)
    claims = {
        name: claim.model_copy(update={"line": data["claims"].lc.key(name)[0] + 1})
        for name, claim in file.claims.items()
    }
    for claim in claims.values():
        for name in claim.experiments:
            _known(name, file.experiments, "experiment", path, claim.line)
    return {name: one.experiment for name, one in file.experiments.items()}, claims


def _check_names(lesson: Lesson) -> None:
    """Everything that is named exists, and every claim is used."""
    used = {name for line, block in lesson.blocks for name in _check_block(lesson, line, block)}
    for name in lesson.claims.keys() - used:
        path, line = lesson.path.with_name("experiments.yaml"), lesson.claims[name].line
        raise Mistake(
            "unused-claim", at(path, line), f"no sentence uses the claim {name}.",
            f"Write {{claim}}`{name}` or drop it.",
        )  # fmt: skip


def _check_block(lesson: Lesson, line: int, block: Block) -> Iterator[str]:
    """The claims that a block uses, once all its names are known to exist."""
    for kind, table, names in _named(lesson, block):
        for name in names:
            _known(name, table, kind, lesson.path, line)
            if kind == "claim":
                yield name
    if isinstance(block, Video):
        _check_files(lesson, line, block)
    for role in (role for text in block.texts() for role in roles(text)):
        _known(role.kind, ROLES, "role", lesson.path, line)
        tables: dict[str, Mapping[str, object]] = {"claim": lesson.claims, "term": lesson.terms, "cite": lesson.sources}
        if role.kind in tables:
            _known(role.name, tables[role.kind], role.kind, lesson.path, line)
        if role.kind == "mark":
            _check_mark(lesson, line, role)
        if role.kind == "claim":
            yield role.name


def _named(lesson: Lesson, block: Block) -> Iterator[tuple[str, Mapping[str, object], list[str]]]:
    """What a block names outside its prose: what kind of thing it is, where it is to be found, and the names."""
    if isinstance(block, Panel):
        yield "experiment", lesson.experiments, block.show
        yield "claim", lesson.claims, [block.predict.claim] if block.predict else []
    if isinstance(block, SlowMotion):
        yield "experiment", lesson.experiments, [block.show]
    if isinstance(block, Equation) and block.numbers:
        yield "experiment on the page with the id", lesson.panels, [block.numbers]


def _check_files(lesson: Lesson, line: int, block: Video) -> None:
    for name in (block.file, block.captions, block.transcript):
        if not (lesson.path.parent / "media" / name).is_file():
            raise Mistake(
                "missing-media", at(lesson.path, line), f"there is no file media/{name}.",
                "Put it into the lesson's folder media.",
            )  # fmt: skip


def _check_mark(lesson: Lesson, line: int, role: Role) -> None:
    """A mark is the id of a figure, a network's letter, and a layer: `bars B 1` or `bars A last`."""
    panel, _, place = role.name.partition(" ")
    _known(panel, lesson.panels, "experiment on the page with the id", lesson.path, line)
    letters = "ABCD"[: len(lesson.panels[panel].show)]
    if not re.fullmatch(rf"[{letters}] (\d+|last)", place):
        raise Mistake(
            "mark-without-bar", at(lesson.path, line), f"{role.name!r} points at nothing.",
            f"Write: {panel} A 1, or: {panel} A last.",
        )  # fmt: skip


def _known(name: str, table: Mapping[str, object], kind: str, path: Path, line: int) -> None:
    if name not in table:
        near = get_close_matches(name, table, 1)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        raise Mistake(
            "unknown-name", at(path, line), f"there is no {kind} called {name!r}.",
            f"{hint}There are: {', '.join(table)}.",
        )  # fmt: skip


def check_all(root: Path = ROOT) -> list[Fixable]:
    """Every lesson that cannot be shown, with its first mistake."""
    mistakes = []
    for entry in entries(root):
        try:
            load(entry.slug, root)
        except Fixable as mistake:
            mistakes.append(mistake)
    return mistakes
