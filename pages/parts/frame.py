"""What every page uses of the frame around it: links to the others, large type, and words for mistakes."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.errors import Fixable

NAME = "Vanishing Point"
PAGES = "frame:pages"

LARGE = (
    "<style>html { font-size: 24px; } .stMain .stMainBlockContainer { max-width: 100%; padding-top: 4.25rem; }</style>"
)
"""Type that can be read from the last row."""


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
