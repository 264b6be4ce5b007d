"""The lab's state lives in the address: its controls are bound to it, so that a copied link shows the same screen."""

from dataclasses import replace

import streamlit as st

from core import compute
from core.comparison import Comparison, from_query
from core.compute import Ticket

REMEMBERED = "lab:remembered"  # the state of this visit, for coming back from another page
NOTES = "lab:notes"  # what had to be corrected in the link, with the state it was corrected to
FOLLOWED = "lab:followed"  # the setup whose run is on its way or shown, or None
TICKETS = "lab:tickets"  # that setup and the tickets for its runs
ENDED = "lab:ended"  # whether the end of those runs has been shown; a link says itself which step to show


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
        st.session_state[FOLLOWED], st.session_state[ENDED] = (None if state.at is None else state.setup), True
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
    return list(notes) if state == replace(arrived, at=None) else []


def tickets(state: Comparison) -> list[Ticket]:
    """The tickets for the runs that this visit follows; none if it follows no run of this setup."""
    if st.session_state.get(FOLLOWED) != state.setup:
        return []
    asked = st.session_state.get(TICKETS)
    if asked is None or asked[0] != state.setup:
        asked = st.session_state[TICKETS] = (state.setup, compute.shared().train(state.experiments))
    return list(asked[1])


def follow(state: Comparison) -> None:
    """From the next run of the script on, follow the training of this setup and then show its end."""
    st.session_state[FOLLOWED], st.session_state[ENDED] = state.setup, False
    st.session_state.pop("at", None)


def has_just_ended(state: Comparison) -> bool:
    """True once, when the followed runs have come in: from the next run of the script on, their end is shown."""
    if st.session_state[ENDED]:
        return False
    st.session_state[ENDED] = True
    st.query_params["at"] = str(state.steps - 1)
    return True


def show_start() -> None:
    """From the next run of the script on, show the networks untrained."""
    st.session_state[FOLLOWED] = st.session_state[TICKETS] = None
