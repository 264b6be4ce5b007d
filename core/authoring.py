"""Files that authors write: YAML with line numbers, and mistakes reported as file, line and what to write."""

from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from core.errors import Fixable
from core.mistakes import MISTAKES

Model = TypeVar("Model")


class Written(BaseModel):
    """Base of everything an author writes: fixed once read, and a misspelt key is a mistake.

    The docstring under a key is its description: `make docs` writes it into the reference.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


class Objection(Fixable):
    """What is wrong with something that an author has written, before anybody knows where it stands.

    `kind` is one of the ids of `core.mistakes`.
    """

    def __init__(self, kind: str, problem: str, remedy: str) -> None:
        """Refuse an id that nobody has explained."""
        if kind not in MISTAKES:
            raise LookupError(f"no mistake has the id {kind!r}: explain it in core/mistakes.py")
        self.kind = kind
        self.arguments: tuple[str, ...] = (kind, problem, remedy)
        super().__init__(problem, remedy)

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        """Keep all of it when copied."""
        return type(self), self.arguments


class Mistake(Objection):
    """The same with its place: `lesson/file:line`, or wherever an author finds it."""

    def __init__(self, kind: str, place: str, problem: str, remedy: str) -> None:
        """Show the place and the id in front."""
        super().__init__(kind, f"{place}: [{kind}] {problem}", remedy)
        self.place = place
        self.arguments = (kind, place, problem, remedy)


def at(path: Path, line: int) -> str:
    """A place, by the file's name and its lesson's folder: that is what an author looks for."""
    below = 3 if path.parent.name == "quiz" else 2
    return f"{'/'.join(path.parts[-below:])}:{line}"


def kind_of(wrong: Fixable) -> str:
    """The id of a mistake; what was refused by code that knows nothing of authors is told by how it begins."""
    if isinstance(wrong, Objection):
        return wrong.kind
    return "unknown-name" if wrong.problem.startswith("There is no ") else "wrong-value"


def read_yaml(text: str, path: Path, first_line: int = 1) -> Any:
    """The data in a piece of YAML that starts at `first_line` of `path`."""
    try:
        return YAML().load(StringIO(text))
    except MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        raise Mistake(
            "not-yaml", at(path, first_line + line), f"this is not YAML ({error.problem}).",
            "Look at the indentation and the quotes.",
        ) from None  # fmt: skip


def check(model: type[Model], data: Any, path: Path, first_line: int = 1) -> Model:
    """`data` as an instance of `model`; what does not fit is a `Mistake` at the line it was written on."""
    try:
        return TypeAdapter(model).validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = [part for part in first["loc"] if isinstance(part, str | int)]
        name = " → ".join(str(part) for part in where) or "the whole block"
        wrong = _words(first, getattr(model, "model_fields", {}) if len(where) == 1 else {})
        place = at(path, first_line + _line(data, where))
        raise Mistake(kind_of(wrong), place, f"{name}: {wrong.problem}", wrong.remedy) from None


def _words(error: Any, keys: Iterable[str]) -> Fixable:
    """What is wrong and what to do, for one of pydantic's errors; `keys` are those that belong here, if known."""
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, Fixable):
        return cause
    listed = f"The keys here are: {', '.join(keys)}." if keys else "The other entries of the file show the form."
    if error["type"] == "missing":
        return Objection("missing-key", "this key is missing.", listed)
    if error["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        return Objection("unknown-key", "there is no key of this name.", listed)
    problem = f"{str(error['msg']).removeprefix('Value error, ').rstrip('.')}."
    return Objection("wrong-value", problem, f"It says {error['input']!r} now.")


def _line(data: Any, where: list[str | int]) -> int:
    """The line, counted from 0, of the deepest part of `where` that is really in `data`."""
    line = data.lc.line if hasattr(data, "lc") else 0
    for part in where:
        try:
            line = data.lc.key(part)[0] if isinstance(part, str) else data.lc.item(part)[0]
            data = data[part]
        except (AttributeError, KeyError, IndexError, TypeError):
            continue  # pydantic also names the kind of an entry, which is not a key in the file
    return int(line)
