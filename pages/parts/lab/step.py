"""One step in slow motion, on a network of the race."""

from dataclasses import replace
from pathlib import Path

from core import compute, slow
from core.race import Race
from pages.parts.controls import network
from pages.parts.scripted import scripted

HERE = Path(__file__).parent

_slow = scripted(
    "slow",
    html=(HERE / "step.html").read_text(encoding="utf-8"),
    css=(HERE / "step.css").read_text(encoding="utf-8"),
)


def show(race: Race) -> None:
    """Forward, loss, backward layer by layer, update: played, or a moment at a time."""
    row = network(race, "lab:step:row")
    experiment = race.experiments[row]
    short = replace(experiment, training=replace(experiment.training, steps=2, snapshot_steps=()))
    door = compute.shared()
    (ticket,), (profile,) = door.train([short]), door.profiles([experiment])
    moments = slow.moments(profile, ticket.future.result())
    data = {
        "depth": race.lanes[row]["depth"],
        "moments": [moment.told() for moment in moments],
        "extras": _extras(race.lanes[row]),
    }
    _slow(data, key="lab:step")


def _extras(lane: dict[str, str]) -> str:
    """What this network does besides the equations shown."""
    said = []
    if lane["norm"] != "none":
        said.append("Normalization stands between z and φ, and again on the way back")
    if lane["residual"] != "none":
        said.append("a skip adds the layer's input to its output, and its error signal to what goes back")
    return f"{'; '.join(said)}." if said else ""
