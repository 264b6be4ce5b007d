"""Outcomes: what can be read off a result, one number each."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np

from core.networks.results import Floats, GradientProfile, Run
from core.theory.decomposition import decompose
from core.verdicts.reading import first_to_last, per_layer


class Outcome(NamedTuple):
    """What can be read off a result: from a profile at initialization, or from a run."""

    needs: Literal["profile", "run", "spectrum"]
    of: Callable[[Any], float]
    in_lab: bool = True
    """Whether the lab shows it"""


def _profile(of: Callable[[GradientProfile], float], *, in_lab: bool = True) -> Outcome:
    return Outcome("profile", of, in_lab)


def _run(of: Callable[[Run], float], *, in_lab: bool = True) -> Outcome:
    return Outcome("run", of, in_lab)


def _geometric_mean(values: Floats) -> float:
    return float(np.prod(values) ** (1 / len(values)))


OUTCOMES = {
    "first to last weight gradient": _profile(lambda p: first_to_last(p.weight_grad_norm)),
    "first to last error signal": _profile(lambda p: first_to_last(p.delta_norm)),
    "error signal per layer": _profile(lambda p: per_layer(p.delta_norm)),
    "weight gradient per layer": _profile(lambda p: per_layer(p.weight_grad_norm, first=1)),
    "error signal of layer 1": _profile(lambda p: float(p.delta_norm[0])),
    "largest weight gradient": _profile(lambda p: float(p.weight_grad_norm.max())),
    "slopes per layer": _profile(lambda p: _geometric_mean(decompose(p).activation)),
    "weights per layer": _profile(lambda p: _geometric_mean(decompose(p).weight)),
    "spread of the last layer": _profile(lambda p: float(p.activation_std[-1])),
    "correlation in the first layer": _profile(lambda p: float(p.activation_correlation[0])),
    "correlation in the last layer": _profile(lambda p: float(p.activation_correlation[-1])),
    "left to tell points apart": _profile(lambda p: 1 - float(p.activation_correlation[-1])),
    "share switched off": _profile(lambda p: float(p.saturated.mean()), in_lab=False),
    "share saturated": _profile(lambda p: float(p.saturated.mean()), in_lab=False),
    "largest singular value": Outcome("spectrum", lambda s: float(np.median(s.largest_singular)), in_lab=False),
    "largest eigenvalue": Outcome("spectrum", lambda s: float(np.median(s.largest_eigenvalue)), in_lab=False),
    "final loss": _run(lambda r: float(np.mean(r.loss[-20:]))),
    "final accuracy": _run(lambda r: float(r.accuracy[-1])),
    "share of dead units at the end": _run(lambda r: float(r.dead[-1].mean()), in_lab=False),
    "diverged": _run(lambda r: float(r.diverged_at is not None)),
    "steps before it diverged": _run(lambda r: float("nan") if r.diverged_at is None else float(r.diverged_at)),
    "share of steps clipped": _run(lambda r: float(r.clipped_share[-1])),
    "largest gradient": _run(lambda r: float(r.raw_norm.max())),
    "update of layer 1": _run(lambda r: float(r.update_to_weight[0][0])),
    "update of the first layer to that of the last": _run(
        lambda r: float(r.update_to_weight[0][0] / r.update_to_weight[0][-1])
    ),
}
