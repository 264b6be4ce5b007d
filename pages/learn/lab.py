"""The lab: two networks side by side, their gradients by layer, and a button that trains them."""

import time
from dataclasses import replace
from typing import Any

import streamlit as st

from core import compute
from core.comparison import KINDS, Comparison
from core.figures import Series, loss_curves
from core.reading import MEASURES, number, outcome
from core.results import Run, recorded_steps
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
GROUPS = (
    (":orange[■] **Network A**", ("a", "init_a")),
    (":blue[▨] **Network B**", ("b", "init_b")),
    ("**Both networks**", ("task", "seed", "width")),
    ("**Training**", ("rate", "steps")),
    ("**Chart**", ("measure", "axis")),
)
FULL_WIDTH = {"width", "measure", "axis"}


def show() -> None:
    """Place the controls around the chart; the controls keep the address in step by themselves."""
    st.set_page_config(page_title="Lab · Vanishing Point", layout="wide")
    address.arrive()
    st.title("Lab", anchor=False)
    st.markdown(
        "Two networks, the same data and the same random numbers. "
        "Change one thing and see which layers still get a gradient."
    )
    corrections = st.container()
    chart, settings = st.columns([5, 3], gap="large")
    with chart:
        depth = _control("depth")
        canvas = st.container()
    with settings:
        state = replace(_settings(), depth=depth)
    for note in address.notes(state):
        corrections.info(f"The link was corrected. {note}", icon=":material/link_off:")
    with canvas:
        state = _trained(state) if address.is_trained(state) else _untrained(state)
    address.remember(state)


def _control(name: str) -> Any:
    return CONTROLS[KINDS.get(name, name)](name, LABELS[name], getattr(Comparison(), name), "query-params")


def _settings() -> Comparison:
    """Everything but the depth, in groups of two columns."""
    values: dict[str, Any] = {}
    for title, names in GROUPS:
        with st.container(border=True, gap="small"):
            st.markdown(title)
            columns = iter(st.columns(2)) if FULL_WIDTH.isdisjoint(names[:1]) else iter(())
            for name in names:
                with st.container() if name in FULL_WIDTH else next(columns):
                    values[name] = _control(name)
    return Comparison(**values)


def _untrained(state: Comparison) -> Comparison:
    """The bars at initialization, and the button that trains."""
    measure = MEASURES[state.measure]
    profiles = compute.shared().profiles(state.experiments)
    series = [Series(n, getattr(p, measure.field)) for n, p in zip(state.names, profiles, strict=True)]
    _bars(state, series, "at the start, before any training")
    if st.button(f"Train both for {state.steps} steps", type="primary", icon=":material/play_arrow:"):
        _wait(state)
        address.show_trained(state)
        st.rerun()
    return state


def _bars(state: Comparison, series: list[Series], when: str) -> None:
    st.caption(f"Gradients {when}. Mean loss over a batch of 64 points.")
    entries = MEASURES[state.measure].entries(state.experiments[0])
    gradient_chart(series, key="lab:bars", measure=state.measure, axis=state.axis, entries=entries, when=f" {when}")


def _wait(state: Comparison) -> list[Run]:
    """Both runs; until they are there, how far they are."""
    tickets = compute.shared().train(state.experiments)
    bar = st.empty()
    while not all(ticket.future.done() for ticket in tickets):
        news = [ticket.progress() for ticket in tickets]
        step = min((progress.step for progress in news if progress), default=0)
        losses = [f"{n}: loss {number(p.loss)}" for n, p in zip("AB", news, strict=True) if p]
        bar.progress((step + 1) / state.steps, f"Step {step + 1} of {state.steps}. {' · '.join(losses)}")
        time.sleep(TICK)
    bar.empty()
    return [ticket.future.result() for ticket in tickets]


def _trained(state: Comparison) -> Comparison:
    """The bars at a recorded step, the slider that chooses it, and the losses."""
    slider = st.container()
    runs = _wait(state)
    with slider:
        choices = ["start", *map(str, recorded_steps(state.steps))]
        at = st.select_slider("Training step", choices, "start", key="at", bind="query-params")
    if at == "start":
        address.show_start()
        st.rerun()
    state = replace(state, at=int(at))
    measure = MEASURES[state.measure]
    series = [
        Series(name, getattr(run, measure.run_field)[run.row_at(int(at))])
        for name, run in zip(state.names, runs, strict=True)
    ]
    _bars(state, series, f"at step {at}")
    _outcome(state, runs)
    if st.button("Back to the start", icon=":material/restart_alt:"):
        address.show_start()
        st.rerun()
    return state


def _outcome(state: Comparison, runs: list[Run]) -> None:
    """The losses, and in words how far each network got."""
    ends = [f"**{name}** {outcome(run)}" for name, run in zip(state.names, runs, strict=True)]
    for end in ends:
        st.markdown(end)
    figure = loss_curves(list(zip(state.names, runs, strict=True)), state.at)
    live_figure(figure, key="lab:loss", alt=f"Loss by training step. {' '.join(ends)}", height=300)
