"""Claims: every measured number in a lesson names an experiment and what is read off it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from statistics import median_low
from typing import Any, Literal, NamedTuple

import numpy as np
from pydantic import Field, field_validator

from core.authoring import Written
from core.decomposition import decompose
from core.errors import Fixable, pick
from core.experiment import Experiment
from core.reading import first_to_last, number, per_layer
from core.results import Floats, GradientProfile, Run


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


def percent(share: float) -> str:
    """A share in percent, rounded, but never to all or nothing if it is not.

    >>> percent(0.4961), percent(0.998), percent(1.0)
    ('50\u202f%', '99.8\u202f%', '100\u202f%')
    """
    near = 0 < share < 0.01 or 0.99 < share < 1
    return f"{100 * share:.{1 if near else 0}f}\u202f%"


SHOWN: dict[str, Callable[[float], str]] = {
    "number": lambda value: number(value, digits=2),
    "three digits": number,
    "percent": percent,
    "count": lambda value: f"{value:,.0f}",
}
"""How a claim's value is written into the sentence."""


class Claim(Written):
    """One number in the prose: which experiment, what is read off it, and the band that every seed must keep."""

    of: str
    outcome: str
    than: str = ""
    """Another experiment: the value is then the outcome of the first divided by that of this one, seed by seed"""
    between: tuple[float, float]
    show: str = "number"
    seeds: int = Field(default=15, ge=1, le=50)
    line: int = 0

    @field_validator("outcome")
    @classmethod
    def _known_outcome(cls, outcome: str) -> str:
        pick(OUTCOMES, outcome, "outcome")
        return outcome

    @field_validator("show")
    @classmethod
    def _known_way(cls, show: str) -> str:
        pick(SHOWN, show, "way to show a number")
        return show

    @field_validator("between")
    @classmethod
    def _lower_first(cls, between: tuple[float, float]) -> tuple[float, float]:
        if between[0] > between[1]:
            raise Fixable("The band is upside down.", "Give the lower number first.")
        return between

    @property
    def needs(self) -> Literal["profile", "run", "spectrum"]:
        """What has to be computed for it."""
        return OUTCOMES[self.outcome].needs

    @property
    def in_lab(self) -> bool:
        """Whether the lab shows it, so that a link there is worth following."""
        return OUTCOMES[self.outcome].in_lab

    @property
    def experiments(self) -> tuple[str, ...]:
        """The names of the experiments it rests on."""
        return (self.of, self.than) if self.than else (self.of,)

    def values(self, results: Sequence[Any]) -> list[float]:
        """The value for each seed, from the results of `seeded` in their order."""
        read = [OUTCOMES[self.outcome].of(result) for result in results]
        if not self.than:
            return read
        return [a / b for a, b in zip(read[: self.seeds], read[self.seeds :], strict=True)]

    def typical(self, results: Sequence[Any]) -> Any:
        """The result of the first experiment for the seed whose value is the median (the lower one of two)."""
        values = self.values(results)
        return results[values.index(median_low(values))]

    def median(self, results: Sequence[Any]) -> float:
        """The claim's value: the median over the seeds, the lower one of two."""
        return median_low(self.values(results))

    def words(self, results: Sequence[Any]) -> str:
        """Its value, as it stands in the sentence."""
        return SHOWN[self.show](self.median(results))

    def evidence(self, results: Sequence[Any]) -> str:
        """How we know, in a sentence."""
        values, show = self.values(results), SHOWN[self.show]
        what = f"{self.outcome}, {self.of}" + (f", divided by that of {self.than}" if self.than else "")
        spread = f"median of {self.seeds} seeds: {show(median_low(values))}; they go from {show(min(values))} to "
        band = f"the sentence holds from {show(self.between[0])} to {show(self.between[1])}"
        return f"Measured by this page: {what}; {spread}{show(max(values))}; {band}."

    def broken(self, results: Sequence[Any]) -> str | None:
        """What is wrong with the claim, or None if it holds for every seed."""
        low, high = self.between
        wrong = [
            f"seed {seed}: {value:.3g}" for seed, value in enumerate(self.values(results)) if not low <= value <= high
        ]
        return f"expected {self.outcome} between {low:g} and {high:g}, measured {', '.join(wrong)}" if wrong else None


def seeded(experiments: Mapping[str, Experiment], claim: Claim) -> list[Experiment]:
    """The experiments that a claim rests on, each with every seed, an experiment at a time."""
    return [replace(experiments[name], seed=seed) for name in claim.experiments for seed in range(claim.seeds)]
