"""The controls of the settings: one small function for each kind of setting, and one for the lab's own.

A control takes the session key, the label, and the setting; what it starts from is in the session.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.lab.race import Race
from core.lab.settings import SETTINGS, Number, Setting, Words

FEW = 60  # more stops than this are typed, not chosen with a handle
Changed = Callable[[], None] | None


def preset(key: str, value: Any) -> None:
    """What the control with this key shows next, whatever it showed before; a second rerun for nothing is avoided."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def control(  # noqa: PLR0913  a control has many sides
    word: str, key: str, start: Any, *, label: str = "", changed: Changed = None, locked: bool = False
) -> Any:
    """The control of one setting, showing `start`; returns what it is set to."""
    setting = SETTINGS[word]
    preset(key, start)
    return _draw(setting, word, label or setting.title, {"key": key, "on_change": changed, "disabled": locked})


def _draw(setting: Setting, word: str, label: str, more: dict[str, Any]) -> Any:
    more["help"] = setting.help or None
    if isinstance(setting, Words):
        return st.selectbox(label, setting.stops, format_func=setting.show, **more)
    if word == "depth":
        return st.slider(label, int(setting.low), int(setting.high), **more)
    if len(setting.stops) > FEW:
        return st.number_input(label, int(setting.low), int(setting.high), **more)
    return st.select_slider(
        label, _stops(setting, st.session_state[more["key"]]), format_func=lambda v: f"{v:g}", **more
    )


def _stops(setting: Number, value: float) -> list[float]:
    """The usual stops, and the value that a link has brought if it is none of them."""
    return sorted({*setting.stops, value})


def axis(key: str, label: str = "Axis") -> str:
    """Whether an axis is logarithmic."""
    chosen = st.segmented_control(
        label, ["log", "linear"], default="log", format_func=str.capitalize, key=key, required=True
    )
    return str(chosen)


def network(race: Race, key: str, label: str = "Network", **more: Any) -> int:
    """Which network of the race, as its row; there is no question when there is one."""
    if len(race.lanes) == 1:
        return 0
    rows = list(range(len(race.lanes)))
    preset(key, min(st.session_state.get(key, 0), rows[-1]))
    return int(st.segmented_control(label, rows, format_func=race.labels.__getitem__, key=key, required=True, **more))
