"""The front door: what this is, one live picture, and where to go."""

from contextlib import suppress

import streamlit as st

from core.compute import door
from core.errors import Fixable
from core.lab.race import Race
from core.lessons import library
from core.lessons.views import VIEWS
from core.questions.bank import bank, slugs
from pages.parts import drawing, frame
from pages.parts.controls import control
from pages.quiz import due


def show() -> None:
    """Say what the reader finds here, then draw the subject's one picture."""
    st.set_page_config(page_title=frame.NAME, layout="centered")
    st.title(frame.NAME, anchor=False)
    st.markdown(
        "**Why deep networks stop listening, and what makes them listen again.** "
        "An interactive lesson on vanishing and exploding gradients. Every figure is alive, "
        "and every number that the text claims is measured by the page you read it on."
    )
    for entry in library.entries():
        _lesson_card(entry)
    _due()
    picture = st.container(border=True)
    lab, quiz = st.columns(2)
    with lab.container(border=True, height="stretch"):
        st.markdown("## The lab\nTwo networks, the same random numbers. Choose depth, activation and initialization.")
        frame.link("lab", "Open the lab", "experiment")
    with quiz.container(border=True, height="stretch"):
        st.markdown("## The quiz\nA reply to every answer, right or wrong, and other numbers the next time.")
        frame.link("quiz", "Start the quiz", "quiz")
    with picture:
        _picture()


def _lesson_card(entry: library.Entry) -> None:
    """One lesson; if it cannot be read, the card says so and the page goes on."""
    with st.container(border=True):
        try:
            lesson = library.load(entry.slug)
        except Fixable as mistake:
            st.warning(f"**{entry.menu}** cannot be shown. {mistake}", icon=":material/build:")
            return
        st.markdown(f"## {entry.menu}: {lesson.front.title}\n{lesson.front.summary}")
        with st.container(horizontal=True, vertical_alignment="center", key=f"home-start-{entry.slug}"):
            frame.link(entry.slug, "Read the lesson", "menu_book")
            st.caption(f"{lesson.minutes} minutes to read, {lesson.minutes_trying} more to try all of it")


def _due() -> None:
    """What is due for review in each lesson's quiz."""
    for slug in slugs():
        with suppress(Fixable):  # the quiz itself says what is wrong with it
            due.today(bank(slug))


@st.fragment
def _picture() -> None:
    with frame.words_for_mistakes():
        st.markdown("## How much of the gradient reaches each layer?\nAdd layers, and watch the first ones.")
        depth = control("depth", "home:depth", st.session_state.get("home:depth", 4))
        race = Race().with_setting("depth", depth)
        drawn = VIEWS["weights"].draw(race, door.shared().profiles(race.experiments))
        drawing.show(drawn, "home:bars")
