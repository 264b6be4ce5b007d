"""What was entered and not yet given as an answer: the tab keeps it over a reload, and it is put back."""

import json
import re
from pathlib import Path
from typing import Any

import streamlit as st

from core.questions.exchange.markup import plain
from core.questions.grading import LONGEST
from core.questions.items import Kprim, Match, Multiple, Numeric, Order, Pick
from core.questions.variants import Variant
from pages.parts.scripted import scripted
from pages.quiz import fields

_keep = scripted(Path(__file__).with_name("draft.js"), html='<span class="draft" hidden></span>')


def keep(variant: Variant, key: str, order: list[str] | None = None) -> None:
    """Let the tab keep what is in the fields of a question, or the `order` of its rows; put it back after a reload."""

    def put_back() -> None:
        for name, value in _read(variant, key, st.session_state[f"{key}:draft"]["kept"]).items():
            st.session_state[name] = value

    classes = [_class_of(name) for name in _fields(variant, key)]
    _keep(key=f"{key}:draft", data={"key": key, "fields": classes, "held": order}, on_kept_change=put_back)


def _class_of(key: str) -> str:
    """The class that Streamlit gives to the widget of a key."""
    return "st-key-" + re.sub(r"[^a-zA-Z0-9_-]", "-", key.strip())


def _fields(variant: Variant, key: str) -> list[str]:
    """The keys of the widgets in which a question is answered."""
    item = variant.item
    if isinstance(item, Multiple | Kprim | Match):
        return [f"{key}:{option.id}" for option in variant.options]
    one = {Numeric: "value", Pick: "layer", Order: "order"}
    return [f"{key}:{one.get(type(item), 'one')}"]


def _read(variant: Variant, key: str, kept: object) -> dict[str, Any]:
    """What the fields held, as far as it can be: whatever comes from a browser may be anything."""
    try:
        values = json.loads(str(kept))
    except ValueError:
        return {}
    if not isinstance(values, list):
        return {}
    if isinstance(variant.item, Order):
        ids = sorted(option.id for option in variant.options)
        return {f"{key}:order": values} if sorted(map(str, values)) == ids else {}
    pairs = zip(_fields(variant, key), values, strict=False)
    return {name: value for name, said in pairs if (value := _value(variant, said)) is not None}


def _value(variant: Variant, said: object) -> Any:
    """The value of a widget by what its field showed: its text, whether it was ticked, or which of a list it was."""
    item = variant.item
    if isinstance(item, Numeric):
        return said[:LONGEST] if isinstance(said, str) else None
    if isinstance(item, Multiple):
        return said if isinstance(said, bool) else None
    if isinstance(item, Match):
        return next((name for name, text in item.partners.items() if plain(text) == said), None)
    if isinstance(item, Pick):
        return next((n for n in range(1, variant.depth + 1) if said == f"Layer {n}"), None)
    choices = [fields.TRUE, fields.FALSE] if isinstance(item, Kprim) else [option.id for option in variant.options]
    return choices[said] if isinstance(said, int) and 0 <= said < len(choices) else None
