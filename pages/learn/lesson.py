"""One lesson: its text, its live figures, its predictions."""

import streamlit as st

from core import lessons
from pages.parts import blocks, frame
from pages.parts.contents import contents


def show(slug: str) -> None:
    """Write the whole text first, then fill in what has to be computed."""
    lesson = lessons.load(slug)
    st.set_page_config(page_title=f"{lesson.front.title} · Vanishing Point", layout="centered")
    with st.sidebar:
        st.markdown(f"**{lesson.front.title}**")
        contents(lesson)
    st.title(lesson.front.title, anchor=False)
    st.markdown(lesson.front.summary)
    st.caption(f":material/schedule: {lesson.minutes} minutes · {len(lesson.sections)} sections")
    goals = "\n".join(f"- {goal}" for goal in lesson.front.you_will_be_able_to)
    left_out = f"\n\nNot in this lesson: {', '.join(lesson.front.left_out)}." if lesson.front.left_out else ""
    st.info(f"**After this lesson you can**\n{goals}{left_out}")
    st.caption(
        "Underlined numbers were measured by this page: each is the median over several random seeds, "
        "and a link to that very network in the lab. A figure shows one seed."
    )
    pending = []
    for section in lesson.sections:
        st.header(section.title, anchor=section.anchor, divider="gray")
        pending += [blocks.show(lesson, block, f"{slug}:{line}") for line, block in section.blocks]
    st.divider()
    frame.link("quiz", "Test yourself in the quiz", "quiz")
    frame.link("lab", "Try your own networks in the lab", "experiment")
    for later in filter(None, pending):
        later()
