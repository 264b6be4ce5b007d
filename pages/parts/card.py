"""A question on screen: the way to answer it, and the reply."""

from collections.abc import Sequence

import streamlit as st

from core import compute
from core.errors import Fixable
from core.experiment import Experiment
from core.questions.attempt import as_given
from core.questions.grading import Grade, grade
from core.questions.items import Numeric, Single, Variant
from core.reading import number
from core.results import GradientProfile


def ask(variant: Variant, key: str, heading: str = "##") -> str | None:
    """Show the question; the answer as text, once one has been sent that can be graded."""
    st.markdown(f"{heading} {variant.fill(variant.item.stem)}")
    with st.form(key, border=False):
        given = _field(variant, key)
        sent = st.form_submit_button("Check", type="primary", icon=":material/check:")
    if not sent:
        return None
    if not given:
        st.warning("Choose or type an answer first.", icon=":material/edit:")
        return None
    try:
        result = graded(variant, given)
    except Fixable as mistake:
        st.warning(str(mistake), icon=":material/edit:")
        return None
    if result.verdict == "again":
        st.info(f"Not counted. {result.reply}", icon=":material/replay:")
        return None
    return given


def graded(variant: Variant, answer: str) -> Grade:
    """The grade of an answer given as text."""
    return grade(variant, as_given(variant, answer), profiles)


def profiles(experiments: Sequence[Experiment]) -> list[GradientProfile]:
    """Where keys get the measurements that they rest on."""
    return compute.shared().profiles(experiments)


def _field(variant: Variant, key: str) -> str:
    says = {option.id: variant.fill(option.says) for option in variant.options}
    if isinstance(variant.item, Numeric):
        return st.text_input("Your answer, a number", key=f"{key}:value", placeholder="like 0.03, -4.2 or 3e-7").strip()
    if isinstance(variant.item, Single):
        return st.radio("Choose one", list(says), format_func=says.__getitem__, index=None, key=f"{key}:one") or ""
    st.markdown("Choose all that are right")
    return "+".join(name for name, text in says.items() if st.checkbox(text, key=f"{key}:{name}"))


def show_answer(variant: Variant, answer: str, *, heading: str = "##") -> None:
    """What was answered, whether it is right, the reply to it, and why; without the question if `heading` is empty."""
    if heading:
        st.markdown(f"{heading} {variant.fill(variant.item.stem)}")
    st.markdown(f"Your answer: {_in_words(variant, answer)}")
    result = graded(variant, answer)
    right = result.verdict == "right"
    gap = "\n\n" if result.reply.startswith("- ") else " "
    reply = f"**{'Right' if right else 'Not right'}.**{gap}{result.reply}"
    (st.success if right else st.error)(reply, icon=":material/check_circle:" if right else ":material/cancel:")
    st.markdown(f"**The right answer:** {_right(variant)}")
    st.markdown(f"**Why.** {variant.explanation(profiles)}")


def _in_words(variant: Variant, answer: str) -> str:
    if isinstance(variant.item, Numeric):
        return f"`{answer}`"
    given = as_given(variant, answer)
    chosen = given if isinstance(given, frozenset) else {given}
    return "; ".join(f"*{variant.fill(option.says)}*" for option in variant.options if option.id in chosen)


def _right(variant: Variant) -> str:
    key = variant.key(profiles)
    if isinstance(key, float | int):
        return f"**{number(float(key))}**"
    chosen = key if isinstance(key, frozenset) else {key}
    return "; ".join(f"*{variant.fill(option.says)}*" for option in variant.options if option.id in chosen)
