"""Tables in Markdown: any rows, and the keys of a model with what each of them takes and is for."""

import ast
import inspect
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from textwrap import dedent
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from core.authoring import Written

WORDS = {str: "text", int: "whole number", float: "number", bool: "`true` or `false`", NoneType: ""}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    r"""A table; what would break a cell is written so that it does not.

    >>> print(table(["Word"], [["a | b"]]), end="")
    | Word |
    |---|
    | a \| b |
    """
    lines = [[" ".join(cell.replace("|", r"\|").split()) for cell in row] for row in (head, *rows)]
    first, *others = (f"| {' | '.join(line)} |\n" for line in lines)
    return "".join([first, f"|{'---|' * len(head)}\n", *others])


def docstring(what: object) -> str:
    """What is said of a function or a class where it is defined, without the examples that are run."""
    return (inspect.getdoc(what) or "").split("\n\n>>>", maxsplit=1)[0]


@lru_cache(maxsize=256)
def descriptions(model: type[BaseModel]) -> dict[str, str]:
    """The docstring under each key, in the code of the model.

    Pydantic can read them too, but would do so for all models whenever the app starts.
    """
    (definition,) = ast.parse(dedent(inspect.getsource(model))).body
    return {
        key.target.id: says.value.value
        for key, says in pairwise(definition.body if isinstance(definition, ast.ClassDef) else [])
        if isinstance(key, ast.AnnAssign) and isinstance(key.target, ast.Name)
        if isinstance(says, ast.Expr) and isinstance(says.value, ast.Constant) and isinstance(says.value.value, str)
    }


def literal(value: object) -> str:
    """A value as it is written in YAML; nothing for what is empty.

    >>> literal("log"), literal(None), literal(True)
    ('`log`', '', '`true`')
    """
    if value is None or value in ("", [], {}):
        return ""
    return f"`{value}`" if isinstance(value, str) else f"`{json.dumps(value)}`"


def takes(kind: Any) -> str:
    """What an annotation lets an author write, in words.

    >>> takes(list[str]), takes(tuple[int, int] | None), takes(Literal["log", "linear"])
    ('list of: text', 'list of 2: whole number', '`log`, `linear`')
    """
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal:
        return ", ".join(map(literal, parts))
    if origin is Annotated:
        return takes(parts[0])
    if origin in {Union, UnionType}:
        return " or ".join(dict.fromkeys(filter(None, map(takes, parts))))
    if origin in {list, tuple}:
        return f"list of{f' {len(parts)}' if origin is tuple else ''}: {takes(parts[0])}"
    if origin is dict:
        return f"names, each with: {takes(parts[1])}"
    return WORDS.get(kind, "keys of its own")


class Part(NamedTuple):
    """What is told of one model: under which heading, and which of its keys."""

    title: str
    model: type[BaseModel]
    names: Sequence[str]

    @classmethod
    def whole(cls, title: str, model: type[BaseModel]) -> "Part":
        """With all keys."""
        return cls(title, model, list(model.model_fields))

    @property
    def keys(self) -> Iterator[tuple[str, FieldInfo, str]]:
        """Each as it is written, what it may be, and what is said of it here or where it was first defined."""
        family = [base for base in self.model.__mro__ if issubclass(base, Written)]
        for name in self.names:
            field = self.model.model_fields[name]
            says = next((said[name].strip() for base in family if name in (said := descriptions(base))), "")
            if field.annotation is not NoneType:  # what can only be left out
                yield field.alias or name, field, f"{says.rstrip('.')}." if says else ""

    def write(self) -> str:
        """A heading, what the model is, and a table of the keys."""
        rows = [
            (
                f"`{key}`",
                takes(field.annotation),
                "must be given" if field.is_required() else literal(field.default),
                says,
            )
            for key, field, says in self.keys
        ]
        shown = table(("Key", "Takes", "If left out", "What it is"), rows) if rows else ""
        return "\n".join([f"### {self.title}\n", f"{docstring(self.model)}\n", *([shown] if shown else [])])


def written(parts: Sequence[Part]) -> str:
    """These models, and after them those that stand inside them, each once."""
    found: dict[type[BaseModel], tuple[dict[str, None], dict[str, None]]] = {}
    for part in parts:
        for key, field, _ in part.keys:
            for model in _models(field.annotation):
                keys, owners = found.setdefault(model, ({}, {}))
                keys[f"`{key}`"] = owners[part.title[0].lower() + part.title[1:]] = None
    inside = [Part.whole(f"{' and '.join(keys)} of {', '.join(owners)}", m) for m, (keys, owners) in found.items()]
    return "\n".join([*(part.write() for part in parts), *([written(inside)] if inside else [])])


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    """The models in an annotation, however deep."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for part in get_args(kind):
        yield from _models(part)
