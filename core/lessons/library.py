"""Lessons: a folder of Markdown and YAML becomes sections of blocks, or a mistake with file and line."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from pydantic import TypeAdapter

from core.authoring import Collected, Mistake, Written, at, check, fitting, read_yaml
from core.errors import Fixable, instead
from core.lessons.blocks import KINDS, Block, Front, Notes, Prose
from core.lessons.claims import Claim
from core.lessons.lesson import Lesson, Placed, Section
from core.lessons.names import Broken, Known, check_names, known
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
    """The lesson in the folder `slug`, read anew when one of its files has changed; all that is wrong is Fixable."""
    lesson, collected = read(slug, root)
    collected.tell()
    return lesson


def read(slug: str, root: Path = ROOT) -> tuple[Lesson, Collected]:
    """What could be read of a lesson, and all mistakes in it."""
    files = [root / slug / name for name in ("lesson.md", "experiments.yaml")]
    for path in files:
        if not path.is_file():
            raise Mistake(
                "missing-file", at(path, 1), "this file is missing.",
                "A lesson is a folder with lesson.md and experiments.yaml.",
            )  # fmt: skip
    return _load(slug, root, tuple(path.stat().st_mtime_ns for path in files))


@lru_cache(maxsize=32)
def _load(slug: str, root: Path, _: tuple[int, ...]) -> tuple[Lesson, Collected]:
    path, collected = root / slug / "lesson.md", Collected()
    front, lines = _tokens(path)
    head = Front(title=slug, menu=slug, summary=slug, you_will_be_able_to=[slug])
    with collected.within():
        head = _front(front, path)
    experiments, claims, there = _experiments(path.with_name("experiments.yaml"), collected)
    broken: list[Broken] = []
    sections = tuple(_sections(path, lines, collected, broken))
    lesson = Lesson(slug, path, head, sections, experiments, claims)
    check_names(lesson, there, broken, collected)
    return lesson, collected


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


def _sections(path: Path, lines: _Lines, collected: Collected, broken: list[Broken]) -> Iterator[Section]:
    starts = sorted(lines.headings)
    if not starts:
        collected.add(Mistake(
            "no-sections", at(path, 1), "the lesson has no sections.",
            "Begin each section with a line like: ## The core problem",
        ))  # fmt: skip
    for start, stop in zip(starts, [*starts[1:], len(lines.text)], strict=len(starts) > 0):
        yield Section(lines.headings[start], tuple(_blocks(path, lines, (start + 1, stop), collected, broken)))


def _blocks(
    path: Path, lines: _Lines, between: tuple[int, int], collected: Collected, broken: list[Broken]
) -> Iterator[Placed]:
    start, stop = between
    fences = {line: fence for line, fence in lines.fences.items() if start <= line < stop}
    for line, (after, kind, body) in [*sorted(fences.items()), (stop, (stop, "", ""))]:
        text = "\n".join(lines.text[start:line]).strip()
        if text:
            blank = next(i for i, one in enumerate(lines.text[start:line]) if one.strip())
            yield Placed(start + blank + 1, Prose(text=text))
        if kind:
            read = len(collected.found)
            with collected.within():
                yield Placed(line + 1, _fence(path, line + 1, kind, body))
            if len(collected.found) > read:
                broken.append(Broken(kind, body))
        start = after


def _fence(path: Path, line: int, kind: str, body: str) -> Block:
    if kind not in KINDS:
        raise Mistake("unknown-fence", at(path, line), f"there is no block called {{{kind}}}.", instead(kind, KINDS))
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


def _experiments(path: Path, collected: Collected) -> tuple[dict[str, Experiment], dict[str, Claim], Known]:
    """The experiments and claims that are in order, and the names of all that are there."""
    data = None
    with collected.within():
        data = read_yaml(path.read_text(encoding="utf-8"), path)
        check(File, data, path)
    if not isinstance(data, dict):
        return {}, {}, Known(None, None)
    written = {key: data[key] if isinstance(data.get(key), dict) else {} for key in File.model_fields}
    experiments = {name: one.experiment for name, one in fitting(TypeAdapter(Described), written["experiments"])}
    claims = {}
    for name, claim in fitting(TypeAdapter(Claim), written["claims"]):
        entry = written["claims"][name]
        for key in ("of", "than") if claim.than else ("of",):
            with collected.within():
                known(entry[key], written["experiments"], "experiment", at(path, entry.lc.key(key)[0] + 1))
        claims[name] = claim.model_copy(update={"line": written["claims"].lc.key(name)[0] + 1})
    told = None if data.keys() - written.keys() else set[str]()  # or a key may be misspelt, and hide them
    there = [set(written[key]) if key in data else told for key in ("experiments", "claims")]
    return experiments, claims, Known(*there)


def check_all(root: Path = ROOT) -> list[Fixable]:
    """All mistakes for which a lesson cannot be shown."""
    collected = Collected()
    for entry in entries(root):
        with collected.within():
            load(entry.slug, root)
    return collected.found
