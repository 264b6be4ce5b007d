"""The frame around every page: its menu, its name, and the place where mistakes are put into words."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page as StreamlitPage

from core.errors import Fixable
from core.lessons import library
from pages.parts.scripted import scripted

NAME = "Vanishing Point"
PAGES = "frame:pages"
STATIC = Path(__file__).parents[2] / "static"
MARK = STATIC / "mark.svg"
STYLE = f"<style>{Path(__file__).with_suffix('.css').read_text(encoding='utf-8')}</style>"

LARGE = (
    "<style>html { font-size: 24px; } .stMain .stMainBlockContainer { max-width: 100%; padding-top: 3.5rem; }</style>"
)
"""Type that can be read from the last row."""

_put_the_menu_away = scripted("menu", html="", css="")


def pages() -> dict[str, "StreamlitPage"]:
    """Every page there is, by the last part of its address; each folder in `lessons/` is one."""
    from pages.learn import lab, lesson
    from pages.practise import my_data, quiz
    from pages.start import home
    from pages.teach import questions, statistics

    table = {"home": _page("home", "Home", "home", home.show, default=True)}
    for entry in library.entries():
        table[entry.slug] = _page(entry.slug, entry.menu, "menu_book", partial(lesson.show, entry.slug))
    table["lab"] = _page("lab", "Lab", "experiment", lab.show)
    table["quiz"] = _page("quiz", "Quiz", "quiz", quiz.show)
    table["my-data"] = _page("my-data", "My data", "person", my_data.show)
    table["questions"] = _page("questions", "Questions", "school", questions.show)
    table["statistics"] = _page("statistics", "Statistics", "monitoring", statistics.show)
    return table


def _page(name: str, title: str, icon: str, draw: Callable[[], None], *, default: bool = False) -> "StreamlitPage":
    def framed() -> None:
        with words_for_mistakes():
            draw()

    return st.Page(framed, title=title, url_path=name, icon=f":material/{icon}:", default=default)


def show() -> None:
    """Draw the menu and the page that the address names."""
    st.set_page_config(page_title=NAME, page_icon=str(MARK))
    st.logo(str(MARK), size="large")
    st.html(STYLE)
    table = st.session_state[PAGES] = pages()
    page = st.navigation(list(table.values()), position="hidden" if st.context.is_embedded else "top")
    page.run()
    _put_the_menu_away(key="frame:menu", data={"page": page.url_path})


def link(name: str, label: str, icon: str, **query: str) -> None:
    """A link to another page of the app."""
    st.page_link(st.session_state[PAGES][name], label=label, icon=f":material/{icon}:", query_params=query or None)


@contextmanager
def words_for_mistakes() -> Iterator[None]:
    """Show a mistake that can be put right in words, and anything else as an apology; never a traceback."""
    try:
        yield
    except Fixable as mistake:
        st.error(f"**{mistake.problem}** {mistake.remedy}", icon=":material/build:")
    except Exception:
        logging.getLogger(__name__).exception("A page failed.")
        st.error(
            "**Something broke on our side.** Reload the page; if it happens again, the other pages still work.",
            icon=":material/sentiment_dissatisfied:",
        )
