"""The fields in which a question is answered: each gives the answer as text, empty if there is none yet."""

from collections.abc import Callable

import streamlit as st

from core.compute import door
from core.questions import plots
from core.questions.exchange.markup import plain
from core.questions.grading import NONE
from core.questions.items import Kprim, Match, Multiple, Numeric
from core.questions.variants import Variant
from pages.parts import drawing
from pages.parts.live_figure import live_figure

TRUE, FALSE = "True", "False"


def form(variant: Variant, key: str) -> str:
    """The way to answer: the answer as text, empty if there is none yet."""
    item = variant.item
    says = {option.id: variant.fill(option.says, door.shared()) for option in variant.options}
    if isinstance(item, Numeric):
        label = f"{item.kind}" + (": its logarithm to base 10" if item.scale == "log10" and not item.code else "")
        return st.text_input(label, key=f"{key}:value", placeholder="like 0.03, -4.2 or 3e-7").strip()
    if isinstance(item, Kprim):
        st.markdown(f"{item.kind}.")
        said = {
            i: st.radio(text, [TRUE, FALSE], index=None, horizontal=True, key=f"{key}:{i}") for i, text in says.items()
        }
        return "" if None in said.values() else "+".join(i for i, word in said.items() if word == TRUE) or NONE
    if isinstance(item, Match):
        st.markdown(f"{item.kind}.")
        partners = {name: plain(text) for name, text in item.partners.items()}  # a list to choose from has no markup
        chosen = {i: st.selectbox(text, list(partners), index=None, format_func=partners.__getitem__,
                                  key=f"{key}:{i}", placeholder="Choose") for i, text in says.items()}  # fmt: skip
        return "" if None in chosen.values() else "+".join(f"{row}={partner}" for row, partner in chosen.items())
    if isinstance(item, Multiple):
        st.markdown(f"{item.kind}.")
        return "+".join(i for i, text in says.items() if st.checkbox(text, key=f"{key}:{i}"))
    return st.radio(item.kind, list(says), format_func=says.__getitem__, index=None, key=f"{key}:one") or ""


def order(variant: Variant, key: str) -> str:
    """Rows with buttons that move them up and down."""
    place = f"{key}:order"
    rows: list[str] = st.session_state.setdefault(place, [option.id for option in variant.options])
    says = {option.id: variant.fill(option.says, door.shared()) for option in variant.options}
    st.markdown(f"{variant.item.kind}, the first at the top.")

    def move(i: int, by: int) -> None:
        rows[i], rows[i + by] = rows[i + by], rows[i]

    for i, id_ in enumerate(rows):
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"{key}:row:{i}"):
            st.markdown(f"{i + 1}. {says[id_]}", width="stretch")
            with st.container(horizontal=True, width="content"):  # a line too long moves both of them below it
                for label, by, end in [("Up", -1, 0), ("Down", 1, len(rows) - 1)]:
                    st.button(
                        label, key=f"{key}:{label}:{i}", disabled=i == end, on_click=move, args=(i, by),
                        help=f"Move step {i + 1} {label.lower()}",
                    )  # fmt: skip
    return ">".join(rows)


def pick(variant: Variant, key: str) -> str:
    """The plot, a bar of which can be clicked, and the same choice from a list."""
    chosen = f"{key}:layer"
    bars(variant, f"plot:{key}", st.session_state.get(chosen), lambda at: st.session_state.__setitem__(chosen, at))
    layers = list(range(1, variant.depth + 1))
    layer = st.selectbox(variant.item.kind, layers, index=None, format_func="Layer {}".format, key=chosen)
    return str(layer) if layer else ""


def bars(variant: Variant, key: str, picked: int | None, on_pick: Callable[[int], None] | None = None) -> None:
    """The plot of a question to point at, with one bar standing out."""
    asked = plots.question(variant, door.shared())
    if asked:
        picture = asked.pictures[0]
        live_figure(picture["figure"], key=key, alt=picture["alt"], picked=picked, on_pick=on_pick)
        drawing.numbers(asked)
