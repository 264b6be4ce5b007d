"""One step in slow motion: forward, loss, backward layer by layer, update; played, or a moment at a time."""

from pathlib import Path

from core.compute.workers import profile_job, train_job
from core.evidence import evidence
from core.lab import slow
from core.networks.experiment import Experiment, Network
from pages.parts.scripted import scripted

HERE = Path(__file__).parent

_slow = scripted(
    HERE / "slow.js",
    html=(HERE / "slow_motion.html").read_text(encoding="utf-8"),
    css=(HERE / "slow_motion.css").read_text(encoding="utf-8"),
)


def show(experiment: Experiment, key: str) -> None:
    """The first step of a network's training."""
    (run,) = evidence.shared().results(train_job, [slow.two_steps(experiment)], slow.READS)
    (profile,) = evidence.shared().results(profile_job, [experiment])
    moments = slow.moments(profile, run)
    data = {
        "depth": len(experiment.network.widths),
        "moments": [moment.told() for moment in moments],
        "extras": _extras(experiment.network),
    }
    _slow(data, key=key)


def _extras(network: Network) -> str:
    """What this network does besides the equations shown."""
    said = []
    if network.norm != "none":
        said.append("Normalization stands between z and φ, and again on the way back")
    if network.residual != "none":
        said.append("a skip adds the layer's input to its output, and its error signal to what goes back")
    return f"{'; '.join(said)}." if said else ""
