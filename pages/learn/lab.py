"""The lab: two networks side by side, their gradients by layer, and a button that trains them."""

import time
from dataclasses import replace
from typing import Any

import streamlit as st

from core import compute
from core.comparison import Comparison
from core.figures import Series, loss_curves
from core.reading import MEASURES, number, outcome
from core.results import Run
from pages.parts import address
from pages.parts.bars import gradient_chart
from pages.parts.controls import CONTROLS
from pages.parts.live_figure import live_figure

TICK = 0.1  # seconds between two looks at a run in flight

LABELS = {
    "depth": "Depth: hidden layers", "width": "Width: units per layer", "a": "Activation", "init_a": "Initialization",
    "b": "Activation", "init_b": "Initialization", "task": "Task", "seed": "Seed", "rate": "Learning rate",
    "steps": "Steps", "measure": "Show", "axis": "Axis",
}  # fmt: skip
KINDS = {"a": "activation", "b": "activation", "init_a": "init", "init_b": "init"}


def show() -> None:
    """Place the controls around the chart, and keep the address in step."""
    st.set_page_config(page_title="Lab · Vanishing Point", layout="wide")
    state = address.current()
    st.title("Lab", anchor=False)
    st.markdown(
        "Two networks, the same data and the same random numbers. "
        "Change one thing and see which layers still get a gradient."
    )
    for note in address.notes():
        st.info(f"The link was corrected. {note}", icon=":material/link_off:")
    chart, settings = st.columns([5, 3], gap="large")
    with chart:
        depth = _control("depth", state)
        canvas = st.container()
    with settings:
        chosen = _settings(state)
    chosen = replace(chosen, depth=depth)
    if _setup(chosen) != _setup(state):
        chosen = replace(chosen, at=None)  # a changed network has not been trained yet
    with canvas:
        chosen = _trained(chosen) if chosen.at is not None else _untrained(chosen)
    address.keep(chosen)


def _setup(state: Comparison) -> Comparison:
    """What decides the run, without how it is shown."""
    default = Comparison()
    return replace(state, at=None, measure=default.measure, axis=default.axis)


def _control(name: str, state: Comparison) -> Any:
    key = address.widget_key(name)
    if key not in st.session_state:
        st.session_state[key] = getattr(state, name)
    return CONTROLS[KINDS.get(name, name)](key, LABELS[name])


GROUPS = (
    (":orange[■] **Network A**", ("a", "init_a")),
    (":blue[▨] **Network B**", ("b", "init_b")),
    ("**Both networks**", ("task", "seed", "width")),
    ("**Training**", ("rate", "steps")),
    ("**Chart**", ("measure", "axis")),
)


def _settings(state: Comparison) -> Comparison:
    """Everything but the depth, in groups of two columns."""
    for title, names in GROUPS:
        with st.container(border=True, gap="small"):
            st.markdown(title)
            columns = st.columns(2)
            values: dict[str, Any] = {}
            for i, name in enumerate(names):
                wide = name in {"measure", "axis", "width"}
                with st.container() if wide else columns[i % 2]:
                    values[name] = _control(name, state)
        state = replace(state, **values)
    return state


def _untrained(state: Comparison) -> Comparison:
    """The bars at initialization, and the button."""
    measure = MEASURES[state.measure]
    profiles = compute.shared().profiles(state.experiments)
    series = [Series(n, getattr(p, measure.field)) for n, p in zip(state.names, profiles, strict=True)]
    _bars(state, series, "at the start, before any training")
    if st.button(f"Train both for {state.steps} steps", type="primary", icon=":material/play_arrow:"):
        _train(state)
        trained = replace(state, at=state.steps - 1)
        address.keep(trained)
        st.rerun()
    return state


def _bars(state: Comparison, series: list[Series], when: str) -> None:
    st.caption(f"Gradients {when}. Mean loss over a batch of 64 points.")
    entries = state.width**2 if state.measure == "weights" else 64 * state.width
    gradient_chart(series, key="lab:bars", measure=state.measure, axis=state.axis, entries=entries, when=f" {when}")


def _train(state: Comparison) -> None:
    """Wait for both runs and show how far they are, with the bars as they move."""
    tickets = compute.shared().train(state.experiments)
    bar = st.progress(0.0, "Starting …")
    while not all(ticket.future.done() for ticket in tickets):
        news = [ticket.progress() for ticket in tickets]
        step = min((progress.step for progress in news if progress), default=0)
        losses = [f"{n}: loss {number(p.loss)}" for n, p in zip("AB", news, strict=True) if p]
        bar.progress((step + 1) / state.steps, f"Step {step + 1} of {state.steps}. {' · '.join(losses)}")
        time.sleep(TICK)


def _trained(state: Comparison) -> Comparison:
    """The bars at a recorded step, the slider that chooses it, and the losses."""
    tickets = compute.shared().train(state.experiments)
    if not all(ticket.future.done() for ticket in tickets):
        _train(state)
    runs = [ticket.future.result() for ticket in tickets]
    recorded = sorted({int(step) for run in runs for step in run.recorded_steps})
    key = address.widget_key("at")
    if st.session_state.get(key) not in recorded:
        st.session_state[key] = min(recorded, key=lambda step: abs(step - (state.at or 0)))
    at = st.select_slider("Training step", recorded, key=key) if len(recorded) > 1 else recorded[0]
    measure = MEASURES[state.measure]
    series = [
        Series(name, getattr(run, measure.run_field)[run.row_at(at)])
        for name, run in zip(state.names, runs, strict=True)
    ]
    _bars(state, series, f"at step {at}")
    _outcome(state, runs, at)
    if st.button("Back to the start", icon=":material/restart_alt:"):
        address.keep(replace(state, at=None))
        st.rerun()
    return replace(state, at=at)


def _outcome(state: Comparison, runs: list[Run], at: int) -> None:
    """The losses, and in words how far each network got."""
    for name, run in zip(state.names, runs, strict=True):
        st.markdown(f"**{name}** {outcome(run)}")
    figure = loss_curves(list(zip(state.names, runs, strict=True)), at)
    sentences = " ".join(f"{name} {outcome(run)}" for name, run in zip(state.names, runs, strict=True))
    live_figure(figure, key="lab:loss", alt=f"Loss by training step. {sentences}", height=300)
