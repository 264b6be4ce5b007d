"""A claim measured once more, while the reader waits, beside what was known of it."""

import streamlit as st

from core.evidence import evidence
from core.lessons.claims import difference
from core.lessons.lesson import Lesson
from pages.parts.frame import words_for_mistakes


@st.dialog("Measured again", icon=":material/experiment:")
def show(lesson: Lesson, name: str) -> None:
    """Run the experiments behind a claim, whatever is kept of them, and say what came of it."""
    claim = lesson.claims[name]
    with words_for_mistakes():
        before = evidence.shared().known(lesson, name)
        with st.spinner(f"{claim.of}, {claim.seeds} seeds …", show_time=True):
            now = evidence.shared().again(lesson, name)
        st.markdown(f"**Now: {claim.words(now.value)}**, measured at this moment with {now.stamp.on}.")
        if before:
            st.markdown(f"**Before: {claim.words(before.value)}**, measured {before.stamp}.")
            st.markdown(difference(before.value, now.value))
        st.caption(claim.evidence(now.value))
