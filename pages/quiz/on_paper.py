"""A question to be printed: boxes to tick and lines to write on, and its answer if that is wanted."""

from collections.abc import Callable

import streamlit as st

from core.compute import door
from core.questions.items import Item, Kprim, Match, Numeric, Order, Pick
from core.questions.variants import Variant
from pages.quiz import card

HEADING = ":material/quiz: **Do you remember?**\n\n####"


def write(variant: Variant, *, answer: bool) -> None:
    """The question, the ways to answer it, and the right one."""
    card.stem(variant, HEADING)
    says = [variant.fill(option.says, door.shared()) for option in variant.options]
    form = FORMS.get(type(variant.item), _choice)
    st.markdown("\n".join([f"{variant.item.kind}.", "", *form(variant.item, says)]))
    if answer:
        st.markdown(f"**Answer:** {card.right_answer(variant)}")


def _choice(_: Item, says: list[str]) -> list[str]:
    return [f"☐ {text}  " for text in says]


def _kprim(_: Item, says: list[str]) -> list[str]:
    return [f"{text} ☐ true ☐ false  " for text in says]


def _order(_: Item, says: list[str]) -> list[str]:
    return [f"____ {text}  " for text in says]


def _match(item: Item, says: list[str]) -> list[str]:
    assert isinstance(item, Match)  # noqa: S101
    letters = dict(zip("abcdefgh", item.partners.values(), strict=False))
    return [*(f"{text}: ____  " for text in says), "", "; ".join(f"**{n}** {text}" for n, text in letters.items())]


def _line(_: Item, __: list[str]) -> list[str]:
    return ["____________________"]


FORMS: dict[type, Callable[[Item, list[str]], list[str]]] = {
    Kprim: _kprim, Order: _order, Match: _match, Numeric: _line, Pick: _line,
}  # fmt: skip
