"""A question on screen: the way to answer it, and the reply."""

import streamlit as st

from core.questions.attempt import as_given
from core.questions.grading import Grade
from core.questions.items import Numeric, Single, Variant
from core.questions.keys import Ask
from core.reading import number


def ask(variant: Variant, key: str) -> str | None:
    """Show the question; the answer once it has been sent, as text."""
    st.markdown(f"## {variant.fill(variant.item.stem)}")
    with st.form(key, border=False):
        given = _field(variant, key)
        sent = st.form_submit_button("Check", type="primary", icon=":material/check:")
    if sent and not given:
        st.warning("Choose or type an answer first.", icon=":material/edit:")
        return None
    return given if sent else None


def _field(variant: Variant, key: str) -> str:
    says = {option.id: variant.fill(option.says) for option in variant.options}
    if isinstance(variant.item, Numeric):
        return st.text_input("Your answer, a number", key=f"{key}:value", placeholder="like 0.03, -4.2 or 3e-7").strip()
    if isinstance(variant.item, Single):
        return st.radio("Choose one", list(says), format_func=says.__getitem__, index=None, key=f"{key}:one") or ""
    st.markdown("Choose all that are right")
    return "+".join(name for name, text in says.items() if st.checkbox(text, key=f"{key}:{name}"))


def show_answer(variant: Variant, answer: str, grade: Grade, ask: Ask, *, stem: bool = True) -> None:
    """What was answered, whether it is right, the reply to it, and why the right answer is right."""
    if stem:
        st.markdown(f"## {variant.fill(variant.item.stem)}")
    st.markdown(f"Your answer: {_in_words(variant, answer)}")
    right = grade.verdict == "right"
    gap = "\n\n" if grade.reply.startswith("- ") else " "
    reply = f"**{'Right' if right else 'Not right'}.**{gap}{grade.reply}"
    (st.success if right else st.error)(reply, icon=":material/check_circle:" if right else ":material/cancel:")
    st.markdown(f"**The right answer:** {_right(variant, ask)}")
    st.markdown(f"**Why.** {variant.explanation(ask)}")


def _in_words(variant: Variant, answer: str) -> str:
    if isinstance(variant.item, Numeric):
        return f"`{answer}`"
    given = as_given(variant, answer)
    chosen = given if isinstance(given, frozenset) else {given}
    return "; ".join(f"*{variant.fill(option.says)}*" for option in variant.options if option.id in chosen)


def _right(variant: Variant, ask: Ask) -> str:
    key = variant.key(ask)
    if isinstance(key, float | int):
        return f"**{number(float(key))}**"
    chosen = key if isinstance(key, frozenset) else {key}
    return "; ".join(f"*{variant.fill(option.says)}*" for option in variant.options if option.id in chosen)
