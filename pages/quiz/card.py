"""A question on screen: the way to answer it, and the reply."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from core.compute import door
from core.errors import Fixable
from core.practice.sitting import CONFIDENCE, Turn, check
from core.questions import plots
from core.questions.beliefs import Belief
from core.questions.exchange.markup import plain
from core.questions.grading import NONE, Grade, grade, read
from core.questions.items import Kprim, Match, Multiple, Numeric, Order, Pick
from core.questions.variants import Variant
from core.verdicts.reading import number
from pages.parts import drawing, links
from pages.parts.live_figure import live_figure
from pages.quiz import draft

TRUE, FALSE = "True", "False"
AT_ONCE = "Saying it checks the answer."
AT_THE_END = "Saying it hands the answer in; whether it is right, you see at the end."


def ask(
    variant: Variant, key: str, heading: str = "##", *, graded_now: bool = True, replies: str = AT_ONCE
) -> Turn | None:
    """Show the question; what was answered, once it can be graded.

    With `graded_now` an answer that is not wrong but not what was asked for is sent back; it does not count.
    `replies` says what stating one's confidence does.
    """
    stem(variant, heading, plot=not isinstance(variant.item, Pick))  # whose plot is a part of the answer
    hints = _hints(variant, key)
    if isinstance(variant.item, Pick | Order):  # these change while they are being answered
        answer = (_pick if isinstance(variant.item, Pick) else _order)(variant, key)
        confidence = _check(key, st.button, replies)
        draft.keep(variant, key, answer.split(">") if isinstance(variant.item, Order) else None)
    else:
        with st.form(key, border=False, enter_to_submit=False):
            answer = _field(variant, key)
            confidence = _check(key, st.form_submit_button, replies)
        draft.keep(variant, key)
    if confidence is None:
        return None
    try:
        _not_empty(variant, answer)
        check(variant, answer)
        result = graded(variant, answer) if graded_now else None
    except Fixable as mistake:
        st.warning(str(mistake), icon=":material/edit:")
        return None
    if result and result.verdict == "again":
        st.info(f"Not counted. {result.reply}", icon=":material/replay:")
        return None
    return Turn(answer, confidence, hints)


def stem(variant: Variant, heading: str, *, plot: bool = True) -> None:
    """The question itself, with its code and its plot."""
    text = variant.fill(variant.item.stem, door.shared())
    if variant.item.beyond:
        st.caption(f":material/explore: Beyond the lesson: {variant.item.beyond}")
    st.markdown(text if text.startswith("```") else f"{heading} {text}".strip())  # a program is no heading
    if variant.item.code:
        st.code(variant.fill(variant.item.code), language="python")
    if variant.item.plot and plot:
        asked = plots.question(variant, door.shared())
        if asked:
            drawing.show(asked, f"plot:{variant.item.id}:{variant.number}")


def _hints(variant: Variant, key: str) -> int:
    """The hints that have been asked for, and the button for the next; how many there were."""
    count = int(st.session_state.get(f"{key}:hints", 0))
    hints = variant.item.hints
    for hint in hints[:count]:
        st.markdown(f":material/lightbulb: {variant.fill(hint, door.shared())}")
    if count < len(hints):
        label = "Hint" if count == 0 else "Another hint"
        if st.button(label, key=f"{key}:hint:{count}", icon=":material/lightbulb:", type="tertiary"):
            st.session_state[f"{key}:hints"] = count + 1
            st.rerun()
    return count


def _check(key: str, button: Any, replies: str) -> int | None:
    """The buttons that give the answer, one for each degree of confidence; the one that was pressed."""
    st.markdown(f"**How sure are you?** {replies}")
    pressed = None
    with st.container(horizontal=True):
        for level, label in CONFIDENCE.items():
            if button(label, key=f"{key}:sure:{level}", type="primary"):
                pressed = level
    return pressed


def _not_empty(variant: Variant, answer: str) -> None:
    if not answer:
        raise Fixable("Something is missing.", f"{MISSING.get(variant.item.type, 'Choose an answer')} first.")


MISSING = {
    "numeric": "Type a number", "kprim": "Decide on each statement", "match": "Choose a partner for each row",
    "pick": "Choose a layer",
}  # fmt: skip


def _field(variant: Variant, key: str) -> str:
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


def _order(variant: Variant, key: str) -> str:
    """Rows with buttons that move them up and down."""
    place = f"{key}:order"
    order: list[str] = st.session_state.setdefault(place, [option.id for option in variant.options])
    says = {option.id: variant.fill(option.says, door.shared()) for option in variant.options}
    st.markdown(f"{variant.item.kind}, the first at the top.")

    def move(i: int, by: int) -> None:
        order[i], order[i + by] = order[i + by], order[i]

    for i, id_ in enumerate(order):
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"{key}:row:{i}"):
            st.markdown(f"{i + 1}. {says[id_]}", width="stretch")
            with st.container(horizontal=True, width="content"):  # a line too long moves both of them below it
                for label, by, end in [("Up", -1, 0), ("Down", 1, len(order) - 1)]:
                    st.button(
                        label, key=f"{key}:{label}:{i}", disabled=i == end, on_click=move, args=(i, by),
                        help=f"Move step {i + 1} {label.lower()}",
                    )  # fmt: skip
    return ">".join(order)


def _pick(variant: Variant, key: str) -> str:
    """The plot, a bar of which can be clicked, and the same choice from a list."""
    chosen = f"{key}:layer"
    _bars(variant, f"plot:{key}", st.session_state.get(chosen), lambda at: st.session_state.__setitem__(chosen, at))
    layers = list(range(1, variant.depth + 1))
    layer = st.selectbox(variant.item.kind, layers, index=None, format_func="Layer {}".format, key=chosen)
    return str(layer) if layer else ""


def _bars(variant: Variant, key: str, picked: int | None, on_pick: Callable[[int], None] | None = None) -> None:
    """The plot of a question to point at, with one bar standing out."""
    asked = plots.question(variant, door.shared())
    if asked:
        picture = asked.pictures[0]
        live_figure(picture["figure"], key=key, alt=picture["alt"], picked=picked, on_pick=on_pick)
        drawing.numbers(asked)


def graded(variant: Variant, answer: str) -> Grade:
    """The grade of an answer."""
    return grade(variant, answer, door.shared())


def show_answer(
    variant: Variant, turn: Turn, *, heading: str = "##", beliefs: Mapping[str, Belief] | None = None, key: str = ""
) -> Grade:
    """What was answered, whether it is right, the reply to it, and why; without the question if `heading` is empty.

    Whoever was certain and wrong is answered with what refutes the misconception, from `beliefs`.
    """
    lab = door.shared()
    if heading:
        stem(variant, heading, plot=not isinstance(variant.item, Pick))
    if isinstance(variant.item, Pick):
        _bars(variant, f"picked:{variant.item.id}:{variant.number}:{key}", int(str(variant.key(lab))))
    st.markdown(f"Your answer ({CONFIDENCE[turn.confidence].lower()}): {in_words(variant, turn.answer)}")
    result = graded(variant, turn.answer)
    right = result.verdict == "right"
    gap = "\n\n" if result.reply.startswith("- ") else " "
    reply = f"**{'Right' if right else 'Not right'}.**{gap}{result.reply}"
    (st.success if right else st.error)(reply, icon=":material/check_circle:" if right else ":material/cancel:")
    if not right and turn.confidence == max(CONFIDENCE):
        for name in result.misconceptions[:1]:
            if beliefs and name in beliefs:
                said = beliefs[name]
                st.warning(
                    f"**You were certain, so this is worth a second look.** Often believed: “{said.belief}.” "
                    f"{said.refutation}",
                    icon=":material/psychology_alt:",
                )
    if not right or isinstance(variant.item, Numeric):
        st.markdown(f"**The right answer:** {right_answer(variant)}")
    if variant.item.explain:
        st.markdown(f"**Why.** {variant.fill(variant.item.explain, lab)}")
    if variant.item.shows:
        experiment(variant, f"shows:{variant.item.id}:{variant.number}:{key}")
    return result


def experiment(variant: Variant, key: str) -> None:
    """The experiment that bears the answer out, and the way to the lab."""
    plot = variant.item.shows
    shown = plots.explanation(variant, door.shared())
    if plot and shown:
        drawing.show(shown, key, height=320)
        st.markdown(f"[Open this experiment in the lab]({links.lab(plots.race(plot, variant))})")


def in_words(variant: Variant, answer: str) -> str:
    """An answer as it was seen on screen."""
    if isinstance(variant.item, Numeric):
        return f"`{answer}`"
    return _told(variant, read(variant, answer))


def right_answer(variant: Variant) -> str:
    """The key in words."""
    return _told(variant, variant.key(door.shared()))


def _told(variant: Variant, key: Any) -> str:
    says = {option.id: variant.fill(option.says, door.shared()) for option in variant.options}
    if isinstance(key, float | int):
        exact = isinstance(variant.item, Numeric) and variant.item.between  # as it was given, with all digits
        return f"**{f'{key:.15g}' if exact else number(float(key))}**"
    if isinstance(variant.item, Pick):
        return f"**layer {key}**"
    if isinstance(variant.item, Match):
        return "".join(f"\n- {says[row]}: **{variant.item.partners[partner]}**" for row, partner in key.items())
    if isinstance(variant.item, Kprim):
        return "".join(f"\n- {text} **{TRUE if i in key else FALSE}**" for i, text in says.items())
    if isinstance(key, tuple):
        return "".join(f"\n{n}. {says[i]}" for n, i in enumerate(key, start=1))
    chosen = key if isinstance(key, frozenset) else {key}
    return "; ".join(f"*{text}*" for i, text in says.items() if i in chosen) or "none of them"
