"""Files that authors write: YAML with line numbers, and mistakes reported as file, line and what to write."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from core import slips
from core.errors import Fixable, instead, like
from core.mistakes import MISTAKES
from core.schema import keys_at

Model = TypeVar("Model")
Name = TypeVar("Name", str, int)


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


class Mistakes(Fixable):
    """Several at once: whoever mends them need not come again for each."""

    def __init__(self, found: Iterable[Fixable]) -> None:
        """Show one below the other."""
        self.found = tuple(found)
        first, *more = self.found
        super().__init__(first.problem, "\n".join([first.remedy, *map(str, more)]))

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        """Keep all of them when copied."""
        return type(self), (self.found,)


class Collected:
    """The mistakes that have been met so far: reading goes on behind each of them."""

    def __init__(self) -> None:
        """None yet."""
        self.found: list[Fixable] = []

    @contextmanager
    def within(self) -> Iterator[None]:
        """Note whatever is wrong in here."""
        try:
            yield
        except Fixable as wrong:
            self.found += each(wrong)

    def add(self, wrong: Fixable) -> None:
        """Note a mistake."""
        self.found.append(wrong)

    def tell(self) -> None:
        """Refuse what was read, if anything was wrong."""
        if self.found:
            raise self.found[0] if len(self.found) == 1 else Mistakes(self.found)


def each(wrong: Fixable) -> tuple[Fixable, ...]:
    """A mistake, or all of several."""
    return wrong.found if isinstance(wrong, Mistakes) else (wrong,)


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
        data = YAML().load(StringIO(text))
    except MarkedYAMLError as error:
        slip = slips.explained(error, text)
        raise Mistake("not-yaml", at(path, first_line + slip.line), slip.problem, slip.remedy) from None
    except YAMLError as error:
        problem = f"there is a sign that no text may have ({str(error).splitlines()[0]})."
        raise Mistake("not-yaml", at(path, first_line), problem, "Type the line anew.") from None
    for line, sign in _codes(data, 0):
        raise Mistake(
            "not-yaml", at(path, first_line + line),
            f"between double quotes, a backslash with a letter is a code: here it became {sign!r}.",
            "Put LaTeX between single quotes, or write each backslash twice.",
        )  # fmt: skip
    return data


_CODE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


def _codes(data: Any, line: int) -> Iterator[tuple[int, str]]:
    """Signs that nobody types into a text, such as the tab that is left of LaTeX's tanh, each with its line."""
    if isinstance(data, dict | list) and hasattr(data, "lc"):
        for key in data if isinstance(data, dict) else range(len(data)):
            known = data.lc.data and key in data.lc.data
            yield from _codes(data[key], data.lc.data[key][0] if known else line)
    elif type(data) is str and (found := _CODE.search(data)):  # a block of lines is of another type
        yield line, found[0]


def check(model: type[Model], data: Any, path: Path, first_line: int = 1) -> Model:
    """`data` as an instance of `model`; all that does not fit is told, each at the line it was written on."""
    if data is None:
        raise Mistake("missing-key", at(path, first_line), "nothing is written here.",
                      f"The keys here are: {', '.join(keys_at(model, []))}.")  # fmt: skip
    try:
        return TypeAdapter(model).validate_python(data)
    except ValidationError as error:
        collected = Collected()
        for one in _once(error.errors()):
            with collected.within():
                _refuse(one, model, data, path, first_line)
        collected.tell()
        raise AssertionError("an error of pydantic is told") from error


def _once(errors: list[Any]) -> list[Any]:
    """Without a missing key that is there under a name like it: the unknown key says it already."""
    unknown = [error["loc"] for error in errors if error["type"] in _UNKNOWN]

    def misspelt(loc: tuple[Any, ...]) -> bool:
        return any(other[:-1] == loc[:-1] and like(str(other[-1]), str(loc[-1])) for other in unknown)

    return [error for error in errors if error["type"] != "missing" or not misspelt(error["loc"])]


def fitting(model: TypeAdapter[Model], entries: Mapping[Name, Any]) -> Iterator[tuple[Name, Model]]:
    """Those of many entries that are in order."""
    for name, data in entries.items():
        with suppress(ValidationError):
            yield name, model.validate_python(data)


def peek(text: str, key: str) -> Any:
    """What a piece of YAML that may have mistakes says under a key; nothing, as a list, or None if it is no YAML."""
    try:
        data = YAML().load(StringIO(text))
    except YAMLError:
        return None
    return data.get(key, []) if isinstance(data, dict) else []


_UNKNOWN = {"extra_forbidden", "unexpected_keyword_argument"}


def _refuse(error: Any, model: Any, data: Any, path: Path, first_line: int) -> None:
    where = [part for part in error["loc"] if isinstance(part, str | int)]
    if error["type"] == "union_tag_invalid":
        where.append(str(error["ctx"]["discriminator"]).strip("'"))
    wrong = _words(error, keys_at(model, error["loc"][:-1]))
    place = at(path, first_line + _line(data, where))
    raise Mistake(kind_of(wrong), place, f"{_way(data, where) or 'the whole block'}: {wrong.problem}", wrong.remedy)


def _way(data: Any, where: list[str | int]) -> str:
    """The keys on the way to a mistake; the entries of a list by what they are called, or by their number."""
    names = []
    for part in where:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            if part != where[-1]:
                continue  # pydantic also names the kind of an entry, which is not a key in the file
            data = None
        name = data.get("id") or data.get("name") if isinstance(part, int) and isinstance(data, dict) else None
        names.append(str(name or (part + 1 if isinstance(part, int) else part)))
    return " → ".join(names)


def _words(error: Any, keys: Iterable[str]) -> Fixable:  # noqa: PLR0911  a sentence for each kind
    """What is wrong and what to do, for one of pydantic's errors; `keys` are those that belong here, if known."""
    cause, name = error.get("ctx", {}).get("error"), str(error["loc"][-1]) if error["loc"] else ""
    if isinstance(cause, Fixable):
        return cause
    keys = list(keys)
    if error["type"] == "missing" and isinstance(error["loc"][-1], int):
        return Objection("wrong-value", "an entry is missing at the end.", f"It says {_short(error['input'])} now.")
    if error["type"] == "missing":
        listed = f"The keys here are: {', '.join(keys)}." if keys else "The other entries of the file show the form."
        return Objection("missing-key", "this key is missing.", listed)
    if error["type"] in _UNKNOWN:
        return Objection("unknown-key", "there is no key of this name.", instead(name, keys))
    if error["type"] == "union_tag_invalid":
        kinds = str(error["ctx"]["expected_tags"]).replace("'", "").split(", ")
        return Objection("unknown-name", f"there is no kind called {error['ctx']['tag']!r}.",
                         instead(error["ctx"]["tag"], kinds))  # fmt: skip
    if error["type"] == "union_tag_not_found":
        return Objection("missing-key", "the key type is missing.", "It says what kind of entry this is.")
    shape = next((words for types, words in _SHAPES.items() if error["type"] in types.split()), None)
    problem = shape or f"{str(error['msg']).removeprefix('Value error, ').rstrip('.')}."
    more = " Put it between quotes." if error["type"] == "string_type" and not isinstance(error["input"], dict) else ""
    return Objection("wrong-value", problem, f"It says {_short(error['input'])} now.{more}")


_SHAPES = {
    "dict_type model_type dataclass_type model_attributes_type": "keys with their values belong here, one to a line.",
    "list_type": "a list belongs here: [one, two], or each below the other after a - .",
    "tuple_type": "a list belongs here: [one, two].",
    "string_type": "a text belongs here.",
}


def _short(value: Any) -> str:
    said = repr(dict(value) if isinstance(value, dict) else list(value) if isinstance(value, list) else value)
    return said if len(said) <= 60 else f"{said[:57]} …"


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
