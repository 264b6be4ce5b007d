"""What would help? Below the stage: remedies tried on a network, on seeds other than the learner's."""

from collections.abc import Callable, Sequence
from time import monotonic, sleep

import streamlit as st

from core.compute import door
from core.compute.door import Ticket, timed_job
from core.lab import cost
from core.lab.race import LETTERS, Race
from core.lab.trials import found, planned, table
from core.networks.experiment import Experiment
from core.networks.results import Run
from core.verdicts.prescription import Prescription, Trial, concluded, trials
from pages.lab import address

WANTED = "lab:tried:wanted"  # the experiment for which remedies are to be tried
KNOWN = "lab:tried:known"  # the last experiment for which that was done, and what came out
LONGEST = 120.0  # seconds of trainings that nobody has to pay for
TICK = 0.1


def show(race: Race) -> None:
    """A button for every network, and what came out for the one that was chosen last."""
    st.caption("What would help? Remedies, each tried on three other seeds:")
    with st.container(horizontal=True):
        for label, experiment in zip(race.labels, race.experiments, strict=True):
            st.button(
                f"Try them on {label[:1]}", key=f"lab:tried:{label[:1]}", icon=":material/healing:",
                help=label, on_click=_want, args=(experiment,),
            )  # fmt: skip
    wanted = st.session_state.get(WANTED)
    if wanted not in race.experiments:
        st.session_state.pop(WANTED, None)
        return
    known, said = st.session_state.get(KNOWN, (None, None))
    if known != wanted and (said := _try(wanted)):
        st.session_state[KNOWN] = wanted, said
    if said:
        _result(race, race.experiments.index(wanted), said)


def _want(experiment: Experiment) -> None:
    st.session_state[WANTED] = experiment


def _try(experiment: Experiment) -> Prescription | None:
    """Train them all, telling how far that is. Any change on the page ends this script, and with it the trainings."""
    plan = planned(experiment)
    if (estimate := cost.seconds(plan)) > LONGEST:
        st.info(
            f"Trying every remedy on this network would take {cost.in_words(plan)}. "
            "Take fewer steps or layers, or run core.prescribe(experiment) in Python.", icon=":material/timer:",
        )  # fmt: skip
        return None
    bar, begun = st.progress(0.0, "Trying remedies …"), monotonic()
    done: list[Trial] = []

    def measure(experiments: Sequence[Experiment]) -> list[tuple[Run, float]]:
        tried = f"Tried {len(done) - 1} so far; the last: {done[-1].title}" if done[1:] else "Tried 0 so far"
        bar.progress(min((monotonic() - begun) / max(2 * estimate, 1.0), 0.95), f"{tried} …")
        return _waited(door.shared().ask(timed_job, experiments))

    for trial in trials(experiment, measure):
        done.append(trial)  # noqa: PERF402  `measure` tells of those that are done
    bar.empty()
    return concluded(done[0], done[1:])


def _waited(tickets: list[Ticket]) -> list[tuple[Run, float]]:
    """The results; whoever stops waiting gives them up."""
    try:
        with st.empty():
            while not all(ticket.future.done() for ticket in tickets):
                st.write("")  # where Streamlit ends this script, if the learner has changed something
                sleep(TICK)
        return [ticket.future.result() for ticket in tickets]
    finally:
        door.shared().give_up(timed_job, tickets)


def _result(race: Race, row: int, said: Prescription) -> None:
    st.markdown(f"**Network {LETTERS[row]}:** {found(said)}")
    if not said.tried:
        return
    shown, rest = table(said)
    with st.container(key="lab-tried"):
        st.markdown(shown)
    if rest:
        with st.expander("All else that was tried"), st.container(key="lab-tried-rest"):
            st.markdown(rest)
    if said.best and said.best.experiment not in race.experiments:
        st.button(
            f"Put it beside: {said.best.title}", key="lab:tried:beside", icon=":material/add_column_right:",
            on_click=address.change, args=(_beside(said.best),), type="primary",
        )  # fmt: skip


def _beside(trial: Trial) -> Callable[[Race], Race]:
    return lambda race: race.beside(trial.experiment, trial.title)
