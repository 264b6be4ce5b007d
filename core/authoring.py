"""Files that authors write: YAML with line numbers, and mistakes reported as file, line and what to write."""

from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from core.errors import Fixable

Model = TypeVar("Model")


class Written(BaseModel):
    """Base of everything an author writes: fixed once read, and a misspelt key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Mistake(Fixable):
    """A mistake in a lesson or quiz file, with its place."""

    def __init__(self, path: Path, line: int, problem: str, remedy: str) -> None:
        """Name the file by its name and its lesson's folder: that is what an author looks for."""
        below = 3 if path.parent.name == "quiz" else 2
        self.place = f"{'/'.join(path.parts[-below:])}:{line}"
        self.arguments = (path, line, problem, remedy)
        super().__init__(f"{self.place}: {problem}", remedy)

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        """Keep the place when copied."""
        return Mistake, self.arguments


def read_yaml(text: str, path: Path, first_line: int = 1) -> Any:
    """The data in a piece of YAML that starts at `first_line` of `path`."""
    try:
        return YAML().load(StringIO(text))
    except MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        raise Mistake(
            path, first_line + line, f"this is not YAML ({error.problem}).", "Look at the indentation and the quotes."
        ) from None


def check(model: type[Model], data: Any, path: Path, first_line: int = 1) -> Model:
    """`data` as an instance of `model`; what does not fit is a `Mistake` at the line it was written on."""
    try:
        return TypeAdapter(model).validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = [part for part in first["loc"] if isinstance(part, str | int)]
        name = " → ".join(str(part) for part in where) or "the whole block"
        problem, remedy = _words(first, getattr(model, "model_fields", {}) if len(where) == 1 else {})
        raise Mistake(path, first_line + _line(data, where), f"{name}: {problem}", remedy) from None


def _words(error: Any, keys: Iterable[str]) -> tuple[str, str]:
    """What is wrong and what to do, for one of pydantic's errors; `keys` are those that belong here, if known."""
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, Fixable):
        return cause.problem, cause.remedy
    listed = f"The keys here are: {', '.join(keys)}." if keys else "The other entries of the file show the form."
    if error["type"] == "missing":
        return "this key is missing.", listed
    if error["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        return "there is no key of this name.", listed
    return f"{str(error['msg']).removeprefix('Value error, ').rstrip('.')}.", f"It says {error['input']!r} now."


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
