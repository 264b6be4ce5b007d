"""Scenarios on the lab's page: the menu, and the box that says what to try and ticks it off."""

import streamlit as st

from core.lab.race import Race
from core.lab.scenarios import Scenario, everyone, keys, ticked
from pages.lab import address

HAPPENED = "lab:happened"  # what has happened on the stage since the scenario began
TICKED = "lab:ticked"  # the steps that have been done; what is done stays done


def start(slug: str) -> None:
    """Begin a scenario; for callbacks."""
    if scenario := everyone().get(slug):
        old = address.race().view
        address.change(lambda _: scenario.start().viewed(large=old.large, hide=old.hide, lock=old.lock))
        st.session_state[HAPPENED], st.session_state[TICKED] = set(), set()


def happened(event: str) -> None:
    """Note that something has happened on the stage; for callbacks."""
    st.session_state.setdefault(HAPPENED, set()).add(event)


def menu(race: Race) -> None:
    """All scenarios, each with its key."""
    key_of = {name: key for key, name in keys().items()}
    key = f"lab:scenarios:{race.view.scenario}"  # another key closes it once a scenario has been chosen
    chooser = st.popover("Scenarios", icon=":material/theaters:", key=key, on_change="rerun")
    if not chooser.open:
        return
    with chooser:
        st.caption("Each opens with the key in front of it, too.")
        for name, scenario in everyone().items():
            st.button(
                f"`{key_of.get(name, ' ')}` {scenario.title}", key=f"lab:scenario:{name}", help=scenario.goal,
                type="tertiary", on_click=start, args=(name,), disabled=race.view.scenario == name,
            )  # fmt: skip


def box(race: Race) -> None:
    """The scenario that is on, if one is."""
    scenario = everyone().get(race.view.scenario)
    if scenario is None:
        return
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"## {scenario.title}", width="stretch")
            st.button(
                "Leave the scenario",
                icon=":material/close:",
                key="lab:scenario:leave",
                type="tertiary",
                on_click=_leave,
            )
        st.markdown(f"**Goal.** {scenario.goal}")
        steps = "\n".join(_steps(scenario, race))
        if race.view.large:  # a projector has no room for lists
            st.expander("What to try, and what to notice").markdown(f"{steps}\n\n{scenario.notice}")
            return
        st.markdown(steps)
        st.expander("What to notice").markdown(scenario.notice)


def _leave() -> None:
    address.change(lambda race: race.viewed(scenario=""))


def _steps(scenario: Scenario, race: Race) -> list[str]:
    """The things to try, with a tick on each that has been done at some time."""
    done: set[str] = st.session_state.setdefault(TICKED, set())
    now = st.session_state.get(HAPPENED, set())
    done |= {step.do for step in scenario.steps if ticked(step, race, now)}
    boxes = {True: ":material/check_box:", False: ":material/check_box_outline_blank:"}
    return [f"{boxes[step.do in done]} {step.do}{' *(done)*' if step.do in done else ''}  " for step in scenario.steps]
