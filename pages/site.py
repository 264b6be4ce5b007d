"""The site: every page there is, and the frame around the one that the address names."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page as StreamlitPage

from core.lessons import library
from pages.home import my_data
from pages.home import page as home
from pages.lab import page as lab
from pages.lesson import page as lesson
from pages.parts.frame import NAME, PAGES, words_for_mistakes
from pages.parts.scripted import scripted
from pages.quiz import page as quiz
from pages.teach import questions, statistics

HERE = Path(__file__).parent
MARK = HERE.parent / "static" / "mark.svg"
STYLE = f"<style>{(HERE / 'site.css').read_text(encoding='utf-8')}</style>"

_put_the_menu_away = scripted(HERE / "menu.js")
_watch_the_connection = scripted(HERE / "parts" / "connection.js", html='<div class="connection" role="status"></div>')


def pages() -> dict[str, StreamlitPage]:
    """Every page, by the last part of its address; each folder in `lessons/` is one."""
    table = {"home": _page("home", "Home", "home", home.show, default=True)}
    for entry in library.entries():
        table[entry.slug] = _page(entry.slug, entry.menu, "menu_book", partial(lesson.show, entry.slug))
    table["lab"] = _page("lab", "Lab", "experiment", lab.show)
    table["quiz"] = _page("quiz", "Quiz", "quiz", quiz.show)
    table["my-data"] = _page("my-data", "My data", "person", my_data.show)
    table["questions"] = _page("questions", "Questions", "school", questions.show)
    table["statistics"] = _page("statistics", "Statistics", "monitoring", statistics.show)
    return table


def _page(name: str, title: str, icon: str, draw: Callable[[], None], *, default: bool = False) -> StreamlitPage:
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
    _watch_the_connection(key="frame:connection", data={})
