"""The lab: networks side by side on one stage, their settings beside it, and tools to look closer below it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from core.compute import door
from core.compute.door import profile_job, theory_job
from core.figures.style import COLOURS
from core.lab import cost, scene
from core.lab.panels import draw_panels
from core.lab.race import TABS, Race
from core.lab.scenarios import keys
from core.lab.settings import SETTINGS, Number
from core.verdicts.reading import MEASURES
from pages.lab import address, bench, scenario, tried
from pages.lab.stage.stage import done, panels, stage
from pages.lab.tools import TOOLS
from pages.parts import frame
from pages.parts.frame import words_for_mistakes

STAGE = "lab:stage"
REVEALED = "lab:revealed"  # the networks about which the learner has made a prediction
DIALS = ("depth", "gain")


def show() -> None:
    """Place everything; what the learner does changes the race, and the race decides all that is drawn."""
    st.set_page_config(page_title="Lab · Vanishing Point", layout="wide")
    race = address.arrive()
    if race.view.large:
        st.html(frame.LARGE)
    _head(race)
    for note in address.notes():
        st.info(f"The link was corrected. {note}", icon=":material/link_off:")
    scenario.box(race)
    left, right = st.columns([7, 3] if race.view.large else [5, 3], gap="large")
    with left, words_for_mistakes():
        _stage(race)
    with left:
        what_helps = st.container()
    with right:
        bench.settings(race, DIALS)
    panels("lab:panels")
    _tools(race)
    address.write()
    with what_helps, words_for_mistakes():
        if not _to_be_guessed(race):
            tried.show(race)


def _head(race: Race) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Lab", anchor=False, width="stretch")
        if st.context.is_embedded:
            return
        scenario.menu(race)
        bench.switch("large", "Projector", ":material/co_present:", race)


def _stage(race: Race) -> None:
    """The stage, told what the networks are like before training."""
    shared = door.shared()
    tickets = shared.ask(profile_job, race.seeded())
    theory = shared.ask(theory_job, race.experiments) if race.view.theory else []
    profiles = [ticket.future.result() for ticket in tickets]
    said = [ticket.future.result() for ticket in theory]
    first = [group[0] for group in scene.by_network(race, profiles)]
    plain = race.viewed(at=None, tab=Race().view.tab, fixes=(), scenario="", large=False, hide=(), lock=())
    stage(
        {
            "link": _text(plain),
            "setup": _text(Race(race.settings, race.others, race.names)),
            "start": scene.start(race, profiles, said),
            "panels": draw_panels(race, first, [], []),
            "dials": [_dial(word, race) for word in DIALS if word not in race.compared and word not in race.view.hide],
            "steps": race.settings["steps"],
            "cost": cost.in_words(race.experiments),
            "at": race.view.at,
            "predict": race.view.predict and not MEASURES[race.view.measure].share,
            "colours": COLOURS,
            "keys": keys(),
        },
        key=STAGE,
        on_did=_did,
    )  # fmt: skip
    for label, theory_said in zip(race.labels, said, strict=False):
        if theory_said.caveat:
            st.caption(f"Theory for {label}: {theory_said.caveat}")


def _text(race: Race) -> str:
    return urlencode(race.query())


def _dial(word: str, race: Race) -> dict[str, Any]:
    setting, value = SETTINGS[word], race.settings[word]
    assert isinstance(setting, Number)  # noqa: S101
    return {
        "word": word, "title": setting.title, "help": setting.help, "value": value,
        "stops": sorted({*setting.stops, value}), "locked": word in race.view.lock,
    }  # fmt: skip


def _did() -> None:
    """What the learner did on the stage, into the race."""
    for name, value in done(STAGE).items():
        if act := ACTS.get(name):
            act(value)


def _set(word: str) -> Callable[[Any], None]:
    def act(value: Any) -> None:
        checked, _ = SETTINGS[word].parse(str(value))
        if word not in address.race().view.lock:
            address.change(lambda race: race.with_setting(word, checked).viewed(at=None))

    return act


def _at(value: Any) -> None:
    address.change(lambda race: race.viewed(at=value if isinstance(value, int) else None))


ACTS: dict[str, Callable[[Any], None]] = {
    **{word: _set(word) for word in DIALS},
    "at": _at,
    "why": bench.remember_why,
    "scenario": lambda slug: scenario.start(str(slug)),
    "trained": lambda _: scenario.happened("trained"),
    "revealed": lambda _: _revealed(),
}


def _revealed() -> None:
    scenario.happened("predicted")
    st.session_state[REVEALED] = address.race().experiments


def _to_be_guessed(race: Race) -> bool:
    """Whether what is not on the stage would give away what the learner is to predict."""
    asked = race.view.predict and not MEASURES[race.view.measure].share  # a guess is a gradient, in powers of ten
    return asked and st.session_state.get(REVEALED) != race.experiments


def _tools(race: Race) -> None:
    """One of the tools below the stage."""
    st.divider()
    with st.container(key="lab-tools"):  # which the stage brings into sight when a bar is to be explained
        bench.choice("tab", "A closer look", TABS, race, required=False)
        if _to_be_guessed(race):
            st.info(
                "Make your prediction first: what is down here would give it away.", icon=":material/visibility_off:"
            )
        elif not race.view.tab:
            st.caption("Or click a bar to learn why it is as high as it is.")
        else:
            with words_for_mistakes():
                TOOLS[race.view.tab](race)
