"""One lesson: its text, its live figures, its predictions; for reading, or a section at a time for a projector."""

from collections.abc import Iterable
from pathlib import Path

import streamlit as st

from core.lessons import library
from core.lessons.blocks import Notes
from core.lessons.lesson import Lesson, Section
from pages.lesson import again, blocks, handout, rooms, turns, words
from pages.lesson.blocks import Box
from pages.lesson.contents import contents
from pages.parts import frame, memory
from pages.parts.frame import LARGE
from pages.parts.scripted import scripted

PROJECTOR = "projector"
HERE = Path(__file__).parent
STYLE = f"<style>{(HERE / 'page.css').read_text(encoding='utf-8')}</style>"

_reading = scripted(HERE / "reading.js")


def show(slug: str) -> None:
    """Draw the lesson as the address asks for it."""
    lesson = library.load(slug)
    st.html(STYLE + rooms.style(lesson))
    memory.restore(slug)
    write = VIEWS.get(st.query_params.get("view", ""), _read)
    with turns.shared.turn(turns.TEXT) as crowded:
        boxes = write(lesson, crowded=crowded)
    with turns.shared.turn(turns.BOXES):
        _fill(box for box in boxes if box.ready)
    _fill(box for box in boxes if not box.ready)  # which may take its time
    words.keep_filling_in(lesson)
    asked = _reading({}, key=f"reading:{slug}", on_measure_change=lambda: None).measure
    if asked in lesson.claims:
        again.show(lesson, asked)


def _fill(boxes: Iterable[Box]) -> None:
    for box in boxes:
        box.fill()


def _read(lesson: Lesson, *, crowded: bool) -> list[Box]:
    """Write everything in its order; gives the boxes that are still to be filled."""
    slug = lesson.slug
    st.set_page_config(page_title=f"{lesson.front.title} · Vanishing Point", layout="centered")
    with st.sidebar:
        st.markdown(f"**{lesson.front.title}**")
        frame.link(slug, "For a projector", "co_present", view=PROJECTOR)
        frame.link(slug, "Handout, to be printed", "print", view=handout.VIEW)
        contents(lesson)  # last, since it takes its room only once its script is there
    st.title(lesson.front.title, anchor=False)
    st.markdown(lesson.front.summary)
    memory.notice()
    st.caption(
        f":material/schedule: {lesson.minutes} minutes to read, and about {lesson.minutes_trying} more to try things · "
        f"{len(lesson.sections)} sections"
    )
    with st.container(key="keys-lesson"):
        st.caption(":material/keyboard: Keys n and p: the next section, and the one before.")
    goals = "\n".join(f"- {goal}" for goal in lesson.front.you_will_be_able_to)
    left_out = f"\n\nNot in this lesson: {', '.join(lesson.front.left_out)}." if lesson.front.left_out else ""
    st.info(f"**After this lesson you can**\n{goals}{left_out}")
    st.caption(
        "Numbers with a link were measured by this page: each is the median over several random seeds. Point at one, "
        "or tap it, to see how we know; it opens its very network in the lab. A figure shows one seed. "
        "Symbols in equations explain themselves in the same way."
    )
    boxes = [box for section in lesson.sections for box in _section(lesson, section, crowded=crowded)]
    st.divider()
    frame.link("quiz", "Test yourself in the quiz", "quiz")
    frame.link("lab", "Try your own networks in the lab", "experiment")
    return boxes


def _section(lesson: Lesson, section: Section, *, crowded: bool) -> list[Box]:
    """Write a section; boxes that have to wait are left empty, and all of them where others wait for their text."""
    st.header(section.title, anchor=section.anchor, divider="gray")
    left = []
    for line, block in section.blocks:
        box = blocks.show(lesson, block, blocks.name(lesson.slug, line, block))
        if box and box.ready and not crowded:
            box.fill()
        elif box:
            left.append(box)
    return left


def _project(lesson: Lesson, *, crowded: bool) -> list[Box]:
    """One section a screen, in large type, with its notes for whoever speaks."""
    st.set_page_config(
        page_title=f"{lesson.front.title} · Vanishing Point", layout="wide", initial_sidebar_state="collapsed"
    )
    st.html(f"{LARGE}<style>h1 {{ font-size: 1rem !important; }} video {{ max-height: 65vh; }}</style>")
    anchors = [section.anchor for section in lesson.sections]
    wanted = st.query_params.get("section", anchors[0])
    now = anchors.index(wanted) if wanted in anchors else 0
    with st.container(horizontal=True, vertical_alignment="center"):
        _turn("Previous", "arrow_back", anchors, now - 1)
        _turn("Next", "arrow_forward", anchors, now + 1)
        st.title(f"{now + 1} / {len(anchors)} · {lesson.front.title}", anchor=False, width="stretch")
        notes = st.toggle("Speaker notes", key="projector:notes")
        frame.link(lesson.slug, "Back to reading", "menu_book")
    section = lesson.sections[now]
    said = [block.text for _, block in section.blocks if isinstance(block, Notes)]
    if notes:
        st.info("\n\n".join(said) or "There are no notes for this section.", icon=":material/speaker_notes:")
    return _section(lesson, section, crowded=crowded)


def _turn(label: str, icon: str, anchors: list[str], to: int) -> None:
    """A button to another section; the keys that press it are in reading.js."""
    there = 0 <= to < len(anchors)
    st.button(
        label, icon=f":material/{icon}:", disabled=not there, key=f"projector:{label}", help="Page up and page down",
        on_click=st.query_params.__setitem__, args=("section", anchors[to if there else 0]),
    )  # fmt: skip


VIEWS = {PROJECTOR: _project, handout.VIEW: handout.write}
"""Other ways to show a lesson than to be read"""
