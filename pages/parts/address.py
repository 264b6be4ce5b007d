"""The lab's state lives in the address: its controls are bound to it, so that a copied link shows the same screen."""

import streamlit as st

from core.comparison import Comparison, from_query

REMEMBERED = "lab:remembered"  # the state of this visit, for coming back from another page
NOTES = "lab:notes"  # what had to be corrected in the link, with the state it was corrected to
TRAINED = "lab:trained"  # the setup whose run is shown, or None


def arrive() -> None:
    """When the lab opens: put the address in order before the controls read their values from it."""
    if "depth" in st.session_state:  # the controls are there already
        return
    query = st.query_params.to_dict()
    remembered = st.session_state.get(REMEMBERED, Comparison())
    state, notes = from_query(query) if query else (remembered, [])
    if state.query() == query:
        arrived, _ = st.session_state.setdefault(NOTES, (state, []))
        if arrived != state:
            st.session_state[NOTES] = (state, [])
        st.session_state[TRAINED] = state.setup if state.at is not None else None
        return
    st.session_state[NOTES] = (state, notes)
    st.query_params.from_dict(state.query())
    st.rerun()  # the controls take their values from the address that a run begins with


def remember(state: Comparison) -> None:
    """Keep the state for coming back to the lab later in this visit."""
    st.session_state[REMEMBERED] = state


def notes(state: Comparison) -> list[str]:
    """What had to be corrected in the link, as long as the learner has not moved on from it."""
    arrived, notes = st.session_state[NOTES]
    return list(notes) if state == arrived else []


def is_trained(state: Comparison) -> bool:
    """Whether it is the run of this very setup that is to be shown."""
    return bool(st.session_state[TRAINED] == state.setup)


def show_trained(state: Comparison) -> None:
    """From the next run of the script on, show the end of this setup's training."""
    st.session_state[TRAINED] = state.setup
    st.query_params["at"] = str(state.steps - 1)


def show_start() -> None:
    """From the next run of the script on, show the networks untrained."""
    st.session_state[TRAINED] = None
