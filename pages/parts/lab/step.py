"""One step in slow motion, on a network of the race."""

from dataclasses import replace
from pathlib import Path

import streamlit as st

from core import compute, slow
from core.race import Race
from pages.parts import serving

HERE = Path(__file__).parent

_component = st.components.v2.component(
    "slow_motion",
    html=(HERE / "step.html").read_text(encoding="utf-8"),
    css=(HERE / "step.css").read_text(encoding="utf-8"),
    js="""
    export default function (component) {
      const shown = import(new URL(component.data.script, location.origin).href).then((slow) => slow.show(component));
      return () => shown.then((leave) => leave());
    }
    """,
    isolate_styles=False,
)


def show(race: Race) -> None:
    """Forward, loss, backward layer by layer, update: played, or a moment at a time."""
    row = 0
    if len(race.lanes) > 1:
        rows = list(range(len(race.lanes)))
        row = st.segmented_control(
            "Network", rows, default=0, format_func=race.labels.__getitem__, key="lab:step:row", required=True
        )
    experiment = race.experiments[row]
    short = replace(experiment, training=replace(experiment.training, steps=2, snapshot_steps=()))
    door = compute.shared()
    (ticket,), (profile,) = door.train([short]), door.profiles([experiment])
    moments = slow.moments(profile, ticket.future.result())
    data = {
        "script": f"{serving.SCRIPTS_URL}/slow.js",
        "depth": race.lanes[row]["depth"],
        "moments": [moment.told() for moment in moments],
        "extras": _extras(race.lanes[row]),
    }
    _component(data=data, key="lab:step")


def _extras(lane: dict[str, str]) -> str:
    """What this network does besides the equations shown."""
    said = []
    if lane["norm"] != "none":
        said.append("Normalization stands between z and φ, and again on the way back")
    if lane["residual"] != "none":
        said.append("a skip adds the layer's input to its output, and its error signal to what goes back")
    return f"{'; '.join(said)}." if said else ""
