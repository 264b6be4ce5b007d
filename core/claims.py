"""Claims: every measured number in a lesson names an experiment and what is read off it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median_low
from typing import Any, Literal, NamedTuple

import numpy as np
from pydantic import Field, field_validator

from core.authoring import Written
from core.errors import Fixable, pick
from core.experiment import Experiment
from core.reading import first_to_last, number, per_layer
from core.results import GradientProfile, Run


class Outcome(NamedTuple):
    """What can be read off a result: from a profile at initialization, or from a run."""

    needs: Literal["profile", "run"]
    of: Callable[[Any], float]
    in_lab: bool = True
    """Whether the lab shows it"""


def _profile(of: Callable[[GradientProfile], float]) -> Outcome:
    return Outcome("profile", of)


def _run(of: Callable[[Run], float]) -> Outcome:
    return Outcome("run", of)


OUTCOMES = {
    "first to last weight gradient": _profile(lambda p: first_to_last(p.weight_grad_norm)),
    "first to last error signal": _profile(lambda p: first_to_last(p.delta_norm)),
    "error signal per layer": _profile(lambda p: per_layer(p.delta_norm)),
    "weight gradient per layer": _profile(lambda p: per_layer(p.weight_grad_norm, first=1)),
    "largest weight gradient": _profile(lambda p: float(p.weight_grad_norm.max())),
    "share switched off": Outcome("profile", lambda p: float(p.saturated.mean()), in_lab=False),
    "final loss": _run(lambda r: float(np.mean(r.loss[-20:]))),
    "final accuracy": _run(lambda r: float(r.accuracy[-1])),
}

SHOWN: dict[str, Callable[[float], str]] = {
    "number": lambda value: number(value, digits=2),
    "percent": lambda value: f"{100 * value:.0f}\u202f%",
}
"""How a claim's value is written into the sentence."""


class Claim(Written):
    """One number in the prose: which experiment, what is read off it, and the band that every seed must keep."""

    of: str
    outcome: str
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
    def needs(self) -> Literal["profile", "run"]:
        """What has to be computed for it."""
        return OUTCOMES[self.outcome].needs

    @property
    def in_lab(self) -> bool:
        """Whether the lab shows it, so that a link there is worth following."""
        return OUTCOMES[self.outcome].in_lab

    def values(self, results: Sequence[Any]) -> list[float]:
        """The outcome for each seed's result."""
        return [OUTCOMES[self.outcome].of(result) for result in results]

    def typical(self, results: Sequence[Any]) -> Any:
        """The result whose outcome is the median over the seeds (the lower one of two)."""
        values = self.values(results)
        return results[values.index(median_low(values))]

    def words(self, results: Sequence[Any]) -> str:
        """The median over the seeds, as Markdown."""
        return SHOWN[self.show](median_low(self.values(results)))

    def broken(self, results: Sequence[Any]) -> str | None:
        """What is wrong with the claim, or None if it holds for every seed."""
        low, high = self.between
        wrong = [
            f"seed {seed}: {value:.3g}" for seed, value in enumerate(self.values(results)) if not low <= value <= high
        ]
        return f"expected {self.outcome} between {low:g} and {high:g}, measured {', '.join(wrong)}" if wrong else None


def seeded(experiment: Experiment, claim: Claim) -> list[Experiment]:
    """The experiments that a claim rests on, one for each seed."""
    return [replace(experiment, seed=seed) for seed in range(claim.seeds)]
