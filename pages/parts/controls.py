"""The controls of an experiment: one small function for each setting that a learner can change."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.activations import ACTIVATIONS
from core.comparison import AXES, DEPTHS, RATES, STEPS, WIDTHS
from core.initializations import INITIALIZATIONS
from core.tasks import TASKS

Control = Callable[[str, str], Any]
"""(key, label) -> the chosen value; the key must already hold a value in st.session_state."""

TITLES = {"weights": "Weight gradient", "error": "Error signal"}


def _slider(low: int, high: int, help_text: str) -> Control:
    return lambda key, label: st.slider(label, low, high, key=key, help=help_text)


def _choice(table: dict[str, Any]) -> Control:
    def draw(key: str, label: str) -> str:
        return st.selectbox(label, list(table), format_func=lambda word: table[word].title, key=key)

    return draw


def _scale(values: tuple[float, ...], help_text: str) -> Control:
    return lambda key, label: st.select_slider(
        label, values, format_func=lambda value: f"{value:g}", key=key, help=help_text
    )


def _segments(titles: dict[str, str]) -> Control:
    def draw(key: str, label: str) -> str:
        return str(st.segmented_control(label, list(titles), format_func=titles.__getitem__, key=key, required=True))

    return draw


def _seed(key: str, label: str) -> int:
    return int(st.number_input(label, 0, 2**31 - 1, key=key, help="Another seed draws other weights and points."))


CONTROLS: dict[str, Control] = {
    "depth": _slider(DEPTHS[0], DEPTHS[-1], "Hidden layers. Click the handle and use the arrow keys for single steps."),
    "width": _slider(WIDTHS[0], WIDTHS[-1], "Units in every hidden layer."),
    "activation": _choice(ACTIVATIONS),
    "init": _choice(INITIALIZATIONS),
    "task": _choice(TASKS),
    "seed": _seed,
    "rate": _scale(RATES, "How far a step goes, as a multiple of the gradient."),
    "steps": _scale(STEPS, "How many batches of 64 points the networks are trained on."),
    "measure": _segments(TITLES),
    "axis": _segments(AXES),
}
