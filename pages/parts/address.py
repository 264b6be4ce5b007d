"""The lab's state, kept in step with the address, so that a copied link shows the same screen."""

import streamlit as st

from core.comparison import Comparison, from_query

STATE = "lab"
WRITTEN = "lab:address"
NOTES = "lab:notes"


def current() -> Comparison:
    """The comparison to show: the link's if the address says something new, else the one this visit had last."""
    query = st.query_params.to_dict()
    if STATE not in st.session_state or (query and query != st.session_state.get(WRITTEN)):
        st.session_state[STATE], st.session_state[NOTES] = from_query(query)
        for name in vars(st.session_state[STATE]):
            st.session_state.pop(widget_key(name), None)
    state: Comparison = st.session_state[STATE]
    return state


def keep(state: Comparison) -> None:
    """Remember the state for this visit and write it into the address."""
    query = state.query()
    if query != st.query_params.to_dict():
        st.query_params.from_dict(query)
    if query != st.session_state.get(WRITTEN) and WRITTEN in st.session_state:
        st.session_state[NOTES] = []  # the learner has moved on
    st.session_state[STATE], st.session_state[WRITTEN] = state, query


def notes() -> list[str]:
    """What had to be corrected in the link that opened the page."""
    return list(st.session_state.get(NOTES, []))


def widget_key(name: str) -> str:
    """The session key of the control for one field of the comparison."""
    return f"lab:{name}"
