"""The lab: two networks side by side, their gradients by layer, and a button that trains them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import compute
from core.comparison import KINDS, Comparison
from core.compute import Ticket
from core.figures import Series, loss_curves
from core.reading import MEASURES, number, outcome
from core.results import Run, recorded_steps
from pages.parts import address
from pages.parts.bars import gradient_chart
from pages.parts.controls import CONTROLS
from pages.parts.frame import words_for_mistakes
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
START = "at the start, before any training"
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
        waiting = not all(ticket.future.done() for ticket in address.tickets(state))
        st.fragment(_screen, run_every=TICK if waiting else None)(state, ticking=waiting)


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


def _screen(state: Comparison, *, ticking: bool) -> None:
    """The chart and what goes with it, before, during or after training; redrawn by itself while training."""
    with words_for_mistakes():
        top = st.container()
        tickets = address.tickets(state)
        if not tickets:
            _before(state, top)
        elif not all(ticket.future.done() for ticket in tickets):
            _during(state, tickets, top)
        else:
            _after(state, tickets, top, ticking=ticking)


def _before(state: Comparison, top: DeltaGenerator) -> None:
    """The button that trains, and the bars at initialization."""
    label = f"Train both for {state.steps} steps"
    if top.button(label, type="primary", icon=":material/play_arrow:", key="lab:train"):
        address.follow(state)
        st.rerun()
    _bars(state, _at_start(state), START)
    address.remember(state)


def _at_start(state: Comparison) -> list[Series]:
    profiles = compute.shared().profiles(state.experiments)
    return _series(state, [getattr(profile, MEASURES[state.measure].field) for profile in profiles])


def _series(state: Comparison, columns: Sequence[Any]) -> list[Series]:
    return [Series(name, values) for name, values in zip(state.names, columns, strict=True)]


def _bars(state: Comparison, series: list[Series], when: str, room_for: Sequence[Any] = ()) -> None:
    st.caption(f"Gradients {when}. Mean loss over a batch of 64 points.")
    gradient_chart(
        series, key="lab:bars", measure=state.measure, axis=state.axis, when=f" {when}", room_for=room_for,
        entries=MEASURES[state.measure].entries(state.experiments[0]),
    )  # fmt: skip


def _during(state: Comparison, tickets: list[Ticket], top: DeltaGenerator) -> None:
    """How far both runs are, with the bars as they move."""
    news = [ticket.progress() for ticket in tickets]
    step = min(progress.step if progress else 0 for progress in news)
    losses = [f"{name}: loss {number(told.loss)}" for name, told in zip("AB", news, strict=False) if told]
    top.progress((step + 1) / state.steps, f"Step {step + 1} of {state.steps}. {' · '.join(losses)}")
    field = MEASURES[state.measure].run_field
    now = [getattr(progress, field) for progress in news if progress]
    _bars(state, _series(state, now) if len(now) == len(news) else _at_start(state), f"at step {step}")
    if st.button("Stop", icon=":material/stop:", key="lab:stop"):
        address.show_start()
        st.rerun()


def _after(state: Comparison, tickets: list[Ticket], top: DeltaGenerator, *, ticking: bool) -> None:
    """The bars at a recorded step, the slider that chooses it, and the losses."""
    if failed := [ticket for ticket in tickets if ticket.future.exception()]:
        address.show_start()
        failed[0].future.result()  # raises; the frame answers for it
    if address.has_just_ended(state) or ticking:
        st.rerun()  # the whole page, so that the clock of this part stops
    choices = ["start", *map(str, recorded_steps(state.steps))]
    at = top.select_slider("Training step", choices, "start", key="at", bind="query-params")
    runs = [ticket.future.result() for ticket in tickets]
    columns = [getattr(run, MEASURES[state.measure].run_field) for run in runs]
    if at == "start":
        _bars(state, _at_start(state), START, room_for=columns)
    else:
        state = replace(state, at=int(at))
        now = [column[run.row_at(int(at))] for column, run in zip(columns, runs, strict=True)]
        _bars(state, _series(state, now), f"at step {at}", room_for=columns)
    _outcome(state, runs)
    if st.button("Forget the training", icon=":material/restart_alt:", key="lab:back"):
        address.show_start()
        st.rerun()
    address.remember(state)


def _outcome(state: Comparison, runs: list[Run]) -> None:
    """The losses, and in words how far each network got."""
    ends = [f"**{name}** {outcome(run)}" for name, run in zip(state.names, runs, strict=True)]
    for end in ends:
        st.markdown(end)
    figure = loss_curves(list(zip(state.names, runs, strict=True)), state.at)
    live_figure(figure, key="lab:loss", alt=f"Loss by training step. {' '.join(ends)}", height=300)
