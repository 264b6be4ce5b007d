"""Which keys belong into a place of a file, found by walking along the models that read it."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel


def keys_at(model: Any, way: Sequence[Any]) -> list[str]:
    """The keys that may stand at the end of a way of keys, numbers of entries, and kinds of entries.

    >>> class Part(BaseModel):
    ...     size: int
    >>> class Whole(BaseModel):
    ...     parts: dict[str, list[Part]] = {}
    >>> keys_at(Whole, []), keys_at(Whole, ["parts", "left", 0])
    (['parts'], ['size'])
    """
    models = list(_models(model))
    for part in way:
        inner = [kind for one in models for name, kind in _kinds(one).items() if name == part]
        tagged = [one for one in models if part in _tags(one)]
        if inner:
            models = [one for kind in inner for one in _models(kind)]
        elif tagged:
            models = tagged
    return list(dict.fromkeys(name for one in models for name in _kinds(one)))


def _kinds(model: Any) -> dict[str, Any]:
    """The keys of a model or a dataclass, and what each of them takes."""
    if is_dataclass(model):
        return {field.name: field.type for field in fields(model)}
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _tags(model: Any) -> tuple[Any, ...]:
    """What its key `type` may say, by which it is chosen among others."""
    kind = _kinds(model).get("type")
    return get_args(kind) if get_origin(kind) is Literal else ()


def _models(kind: Any) -> Iterator[Any]:
    """The models within a type."""
    if isinstance(kind, type) and (is_dataclass(kind) or issubclass(kind, BaseModel)):
        yield kind
    elif get_origin(kind) is Annotated:
        yield from _models(get_args(kind)[0])
    elif get_origin(kind) is not Literal:
        for part in get_args(kind):
            yield from _models(part)
