"""A question on screen: the way to answer it, and the reply."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.compute import door
from core.errors import Fixable
from core.practice.sitting import CONFIDENCE, Turn, check
from core.questions import plots
from core.questions.beliefs import Belief
from core.questions.grading import Grade, grade, read
from core.questions.items import Kprim, Match, Numeric, Order, Pick
from core.questions.variants import Variant
from core.verdicts.reading import number
from pages.parts import drawing, links
from pages.quiz import draft, fields

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
        answer = (fields.pick if isinstance(variant.item, Pick) else fields.order)(variant, key)
        confidence = _check(key, st.button, replies)
        draft.keep(variant, key, answer.split(">") if isinstance(variant.item, Order) else None)
    else:
        with st.form(key, border=False, enter_to_submit=False):
            answer = fields.form(variant, key)
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
        fields.bars(variant, f"picked:{variant.item.id}:{variant.number}:{key}", int(str(variant.key(lab))))
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
        return "".join(f"\n- {text} **{fields.TRUE if i in key else fields.FALSE}**" for i, text in says.items())
    if isinstance(key, tuple):
        return "".join(f"\n{n}. {says[i]}" for n, i in enumerate(key, start=1))
    chosen = key if isinstance(key, frozenset) else {key}
    return "; ".join(f"*{text}*" for i, text in says.items() if i in chosen) or "none of them"
