"""Lessons: a folder of Markdown and YAML becomes sections of blocks, or a mistake with file and line."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from core.authoring import Mistake, Written, check, read_yaml
from core.blocks import KINDS, Block, Equation, Front, Prose, claims_in
from core.claims import Claim
from core.errors import Fixable
from core.experiment import Experiment, Network, Training

ROOT = Path(__file__).parents[1] / "lessons"
WORDS_A_MINUTE = 180
MINUTES_A_FIGURE = 0.75


class Placed(NamedTuple):
    """A block and the line of lesson.md that it starts on."""

    line: int
    block: Block


@dataclass(frozen=True)
class Section:
    """What stands under one heading."""

    title: str
    blocks: tuple[Placed, ...]

    @property
    def anchor(self) -> str:
        """The part of the address after #."""
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")


@dataclass(frozen=True)
class Lesson:
    """One lesson, read and checked."""

    slug: str
    path: Path
    front: Front
    sections: tuple[Section, ...]
    experiments: Mapping[str, Experiment]
    claims: Mapping[str, Claim]

    @property
    def minutes(self) -> int:
        """Reading time, with a moment for every figure."""
        blocks = [placed.block for section in self.sections for placed in section.blocks]
        words = sum(len(block.text.split()) for block in blocks if isinstance(block, Prose))
        figures = sum(not isinstance(block, Prose | Equation) for block in blocks)
        return round(words / WORDS_A_MINUTE + figures * MINUTES_A_FIGURE)


class Entry(NamedTuple):
    """What the menu needs to know of a lesson."""

    slug: str
    menu: str


def entries(root: Path = ROOT) -> list[Entry]:
    """Every lesson there is, in the order of the folder names; one that cannot be read goes by its folder."""
    return [_entry(path) for path in sorted(root.glob("*/lesson.md"))]


def _entry(path: Path) -> Entry:
    try:
        return Entry(path.parent.name, _front(_tokens(path)[0], path).menu)
    except Fixable:
        return Entry(path.parent.name, path.parent.name.replace("-", " ").lstrip("0123456789 ").capitalize())


def load(slug: str, root: Path = ROOT) -> Lesson:
    """The lesson in the folder `slug`, read anew when one of its files has changed."""
    files = [root / slug / name for name in ("lesson.md", "experiments.yaml")]
    for path in files:
        if not path.is_file():
            raise Mistake(path, 1, "this file is missing.", "A lesson is a folder with lesson.md and experiments.yaml.")
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
        raise Mistake(path, 1, "the lesson has no head.", "Begin with ---, title: …, and another ---.")
    return check(Front, read_yaml(text, path, 2), path, 2)


def _sections(path: Path, lines: _Lines) -> Iterator[Section]:
    starts = sorted(lines.headings)
    if not starts:
        raise Mistake(
            path, 1, "the lesson has no sections.", "Begin each section with a line like: ## The core problem"
        )
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
        raise Mistake(path, line, f"there is no block called {{{kind}}}.", f"Choose one of: {', '.join(KINDS)}.")
    return check(KINDS[kind], read_yaml(body, path, line + 1), path, line + 1)


class _Described(Written):
    network: Network = Network()
    training: Training = Training()


def _experiments(path: Path) -> tuple[dict[str, Experiment], dict[str, Claim]]:
    data = read_yaml(path.read_text(encoding="utf-8"), path)

    class File(Written):
        experiments: dict[str, _Described]
        claims: dict[str, Claim] = {}

    file = check(File, data, path)
    claims = {
        name: claim.model_copy(update={"line": data["claims"].lc.key(name)[0] + 1})
        for name, claim in file.claims.items()
    }
    for claim in claims.values():
        _known(claim.of, file.experiments, "experiment", path, claim.line)
    return {name: Experiment(e.network, e.training) for name, e in file.experiments.items()}, claims


def _check_names(lesson: Lesson) -> None:
    """Every experiment and claim that is named exists, and every claim is used."""
    used = set()
    for section in lesson.sections:
        for line, block in section.blocks:
            for name in getattr(block, "show", []):
                _known(name, lesson.experiments, "experiment", lesson.path, line)
            for name in claims_in(block):
                _known(name, lesson.claims, "claim", lesson.path, line)
                used.add(name)
    for name in lesson.claims.keys() - used:
        path = lesson.path.with_name("experiments.yaml")
        raise Mistake(
            path,
            lesson.claims[name].line,
            f"no sentence uses the claim {name}.",
            f"Write {{claim}}`{name}` or drop it.",
        )


def _known(name: str, table: Mapping[str, object], kind: str, path: Path, line: int) -> None:
    if name not in table:
        raise Mistake(path, line, f"there is no {kind} called {name!r}.", f"experiments.yaml has: {', '.join(table)}.")


def check_all(root: Path = ROOT) -> list[Fixable]:
    """Every lesson that cannot be shown, with its first mistake."""
    mistakes = []
    for entry in entries(root):
        try:
            load(entry.slug, root)
        except Fixable as mistake:
            mistakes.append(mistake)
    return mistakes
