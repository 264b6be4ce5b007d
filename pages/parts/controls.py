"""The controls of an experiment: one small function for each setting that a learner can change.

Each takes the session key and the label, the value to start from, and whether the address follows the control.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import streamlit as st

from core.comparison import DEPTHS, RATES, STEPS, TITLES, WIDTHS
from core.experiment import MAX_SEED

Bind = Literal["query-params"] | None
Control = Callable[[str, str, Any, Bind], Any]


def _slider(allowed: range, said: str) -> Control:
    return lambda key, label, start, bind: st.slider(
        label, allowed[0], allowed[-1], start, key=key, bind=bind, help=said
    )


def _scale(values: Sequence[float], said: str) -> Control:
    return lambda key, label, start, bind: st.select_slider(
        label, values, start, format_func=lambda value: f"{value:g}", key=key, bind=bind, help=said
    )


def _choice(titles: dict[str, str]) -> Control:
    def draw(key: str, label: str, start: str, bind: Bind) -> Any:
        words = list(titles)
        return st.selectbox(label, words, words.index(start), format_func=titles.__getitem__, key=key, bind=bind)

    return draw


def _segments(titles: dict[str, str]) -> Control:
    def draw(key: str, label: str, start: str, bind: Bind) -> Any:
        return st.segmented_control(
            label, list(titles), default=start, format_func=titles.__getitem__, key=key, bind=bind, required=True
        )

    return draw


def _seed(key: str, label: str, start: int, bind: Bind) -> int:
    said = "Another seed draws other weights and points."
    return int(st.number_input(label, 0, MAX_SEED, start, key=key, bind=bind, help=said))


CONTROLS: dict[str, Control] = {
    "depth": _slider(DEPTHS, "Hidden layers. With a keyboard, move to the handle and use the arrow keys."),
    "width": _slider(WIDTHS, "Units in every hidden layer."),
    "activation": _choice(TITLES["activation"]),
    "initialization": _choice(TITLES["initialization"]),
    "task": _choice(TITLES["task"]),
    "seed": _seed,
    "rate": _scale(RATES, "How far a step goes, as a multiple of the gradient."),
    "steps": _scale(STEPS, "How many batches of 64 points the networks are trained on."),
    "measure": _segments(TITLES["measure"]),
    "axis": _segments(TITLES["axis"]),
}
