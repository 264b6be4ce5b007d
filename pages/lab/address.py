"""The lab's state: one race a visit, kept in step with the address, so that a copied link shows the same screen."""

import time
from collections.abc import Callable

import streamlit as st

from core.lab.race import Race, from_query

RACE = "lab:race"  # the race of this visit
NOTES = "lab:notes"  # what had to be corrected in the link, with the race it was corrected to
WRITTEN = "lab:written"  # every query that this visit has written, to tell an echo from a new link
LAST = "lab:last"  # the last one that was written or came, and when it was written
ECHO = 2.0  # seconds within which a run may still bring the query of before; later it is the Back button

Query = frozenset[tuple[str, str]]


def race() -> Race:
    """The race as it is now."""
    now: Race = st.session_state.get(RACE, Race())
    return now


def arrive() -> Race:
    """At the beginning of a run of the page: take the race from the address, if the address is a new one."""
    query = st.query_params.to_dict()
    written: set[Query] = st.session_state.setdefault(WRITTEN, set())
    if RACE not in st.session_state or _is_new(frozenset(query.items()), written):
        found, notes = from_query(query)
        st.session_state[RACE], st.session_state[NOTES] = found, (found, notes)
        written.add(frozenset(query.items()))
        st.session_state[LAST] = frozenset(query.items()), 0.0
    return race()


def _is_new(query: Query, written: set[Query]) -> bool:
    """Whether the address has been changed by somebody else than us: by a link, or by going back."""
    last, when = st.session_state.get(LAST, (query, 0.0))
    if query == last or (not query and query not in written):  # the page's own link in the menu says nothing
        return False
    return query not in written or time.monotonic() - when > ECHO


def change(new: Callable[[Race], Race]) -> None:
    """Go on with another race; for callbacks, which run before the page does."""
    st.session_state[RACE] = new(race())


def write() -> None:
    """At the end: what is shown is in the address.

    The browser may have asked before it heard of the last one, and then has another address than it said.
    """
    query = race().query()
    key, (last, _) = frozenset(query.items()), st.session_state[LAST]
    if query != st.query_params.to_dict() or key != last:
        st.session_state[WRITTEN].add(key)
        st.session_state[LAST] = key, time.monotonic()
        st.query_params.from_dict(query)


def notes() -> list[str]:
    """What had to be corrected in the link, as long as the learner has not moved on from it."""
    arrived, notes = st.session_state[NOTES]
    return list(notes) if race().viewed(at=arrived.view.at) == arrived else []
