"""A live experiment in a lesson, with only the controls that its paragraph is about."""

from dataclasses import replace
from typing import Any

import streamlit as st

from core import compute
from core.blocks import Panel
from core.experiment import Experiment
from core.figures.style import Series
from core.lessons import Lesson
from core.race import Race
from core.reading import MEASURES
from pages.parts import links
from pages.parts.bars import gradient_chart
from pages.parts.controls import control

LABELS = {
    "depth": "Depth", "width": "Width", "activation": "Activation", "init": "Initialization", "seed": "Seed",
    "task": "Task",
}  # fmt: skip


def draw(lesson: Lesson, block: Panel, key: str) -> None:
    """Controls, bars, reading, and the way to the lab."""
    st.markdown(f"### {block.title}")
    if block.try_this:
        st.markdown(f":material/touch_app: **Try this.** {block.try_this}")
    experiments = _steered([lesson.experiments[name] for name in block.show], block, key)
    profiles = compute.shared().profiles(experiments)
    measure = MEASURES[block.measure]
    titles = names(experiments)
    series = [Series(name, getattr(p, measure.field)) for name, p in zip(titles, profiles, strict=True)]
    entries = measure.entries(experiments[0])
    gradient_chart(
        series, key=f"chart-{key}", measure=block.measure, axis=block.axis, entries=entries, when=" before any training"
    )
    st.markdown(f"[Open in the lab]({links.to_lab(*experiments)})")


def _steered(experiments: list[Experiment], block: Panel, key: str) -> list[Experiment]:
    """The experiments as the learner's controls change them; a control acts on every network shown."""
    if not block.controls:
        return experiments
    columns = st.columns(len(block.controls), vertical_alignment="bottom")
    for name, column in zip(block.controls, columns, strict=True):
        with column:
            experiments = _steer(experiments, name, f"{key}:{name}")
    return experiments


def _steer(experiments: list[Experiment], name: str, key: str) -> list[Experiment]:
    if name in {"init", "activation"} and len(experiments) > 1:
        return [
            _changed(e, name, _ask(e, name, f"{key}:{i}", f"{LABELS[name]} {'AB'[i]}"))
            for i, e in enumerate(experiments)
        ]
    value = _ask(experiments[0], name, key, LABELS[name])
    return [_changed(e, name, value) for e in experiments]


def _ask(experiment: Experiment, name: str, key: str, label: str) -> Any:
    return control(name, key, st.session_state.get(key, _part(experiment, name)), label=label)


def _part(experiment: Experiment, name: str) -> Any:
    owner = {"seed": experiment, "task": experiment.training}.get(name, experiment.network)
    return getattr(owner, name)


def _changed(experiment: Experiment, name: str, value: Any) -> Experiment:
    if name == "seed":
        return replace(experiment, seed=value)
    if name == "task":
        return replace(experiment, training=replace(experiment.training, task=value))
    return replace(experiment, network=replace(experiment.network, **{name: value}))


def names(experiments: list[Experiment]) -> list[str]:
    """What one or two networks are called on screen."""
    labels = Race.of(*experiments).labels
    return labels if len(experiments) > 1 else [labels[0].removeprefix("A: ")]
