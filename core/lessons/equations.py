"""The equations of the lesson with the numbers of one network in them."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np

from core.networks.results import GradientProfile, Run, Unit
from core.theory.decomposition import decompose
from core.verdicts.reading import first_to_last, latex, per_layer
from core.verdicts.why import explain


def _step(profile: GradientProfile) -> str:
    """From layer 2 to layer 1."""
    return explain(profile, 1).numbers


def _product(profile: GradientProfile) -> str:
    """From the last layer to the first: what the weights and the slopes did over all steps."""
    parts, depth = decompose(profile), len(profile.delta_norm)
    if depth == 1:
        return rf"\lVert\delta^{{(1)}}\rVert = {latex(float(profile.delta_norm[0]))}"
    named = [("weight", "W"), ("activation", r"\varphi'"), ("skip", r"\text{skip}"), ("norm", r"\text{norm}")]
    factors = []
    for word, symbol in named:
        whole = float(np.prod(getattr(parts, word)))
        if word in {"weight", "activation"} or not np.isclose(whole, 1):
            each = latex(whole ** (1 / (depth - 1)))
            factors.append(rf"\underbrace{{\left({each}\right)^{{{depth - 1}}}}}_{{{symbol}}}")
    first, last = (latex(float(profile.delta_norm[i])) for i in (0, -1))
    return (
        rf"\underbrace{{{first}}}_{{\lVert\delta^{{(1)}}\rVert}} = "
        rf"\underbrace{{{last}}}_{{\lVert\delta^{{({depth})}}\rVert}} \cdot {' '.join(factors)}"
    )


def _clip(run: Run) -> str:
    """The recorded step with the largest gradient."""
    limit = run.experiment.training.clip_norm
    row = int(np.nanargmax(np.where(np.isfinite(run.raw_norm), run.raw_norm, np.nan)))
    raw, step = float(run.raw_norm[row]), int(run.recorded_steps[row])
    if limit is None or raw <= limit:
        return rf"\text{{step {step}: }} \lVert g \rVert = {latex(raw)}, \quad g \leftarrow g"
    return (
        rf"\text{{step {step}: }} \lVert g \rVert = {latex(raw)} > {latex(limit)}, \quad "
        rf"g \leftarrow g \cdot \frac{{{latex(limit)}}}{{{latex(raw)}}} = {latex(limit / raw)} \; g"
    )


def _power(profile: GradientProfile) -> str:
    """The factor of a step, to the power of the number of steps."""
    depth, ratio = len(profile.delta_norm), first_to_last(profile.delta_norm)
    each = latex(per_layer(profile.delta_norm))
    return rf"r^{{L-1}} = \left({each}\right)^{{{depth - 1}}} = {latex(ratio)}"


def _normalize(unit: Unit) -> str:
    """The first unit of layer 1 for the first point of the batch, by batch normalization."""
    value, mean, variance = latex(unit.value), latex(unit.mean), latex(unit.variance)
    minus = f"- {mean}" if unit.mean >= 0 else f"+ {latex(-unit.mean)}"
    return rf"\hat{{z}}_1 = \frac{{{value} {minus}}}{{\sqrt{{{variance} + 10^{{-5}}}}}} = {latex(unit.normalized)}"


class Filled(NamedTuple):
    """An equation that can be filled in, and with what."""

    needs: Literal["profile", "run", "unit"]
    write: Callable[[Any], str]
    reads: tuple[str, ...] = ()
    """Which fields of a run it takes; of anything else it may take all"""


EQUATIONS: dict[str, Filled] = {
    "step": Filled("profile", _step),
    "product": Filled("profile", _product),
    "power": Filled("profile", _power),
    "clip": Filled("run", _clip, ("raw_norm", "recorded_steps")),
    "normalize": Filled("unit", _normalize),
}
