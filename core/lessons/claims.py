"""Claims: every measured number in a lesson names an experiment and what is read off it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from statistics import median_low
from typing import Any, Literal

from pydantic import Field, field_validator

from core.authoring import Objection, Written
from core.errors import pick
from core.networks.experiment import Experiment
from core.verdicts.outcomes import OUTCOMES
from core.verdicts.reading import number


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
    """The name of an experiment"""
    outcome: str
    """What is read off it: one of the outcomes"""
    than: str = ""
    """Another experiment: the value is then the outcome of the first divided by that of this one, seed by seed"""
    between: tuple[float, float]
    """What the sentence needs, on every seed"""
    show: str = "number"
    """How the value is written into the sentence: `number` (two digits), `three digits`, `percent` or `count`"""
    seeds: int = Field(default=15, ge=1, le=50)
    """How many seeds it is measured on, of which the page shows the median; 5 are enough for a training"""
    line: int = 0
    """The line that it stands on, which is found when the file is read: leave it out"""

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
            raise Objection("band-upside-down", "The band is upside down.", "Give the lower number first.")
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

    def median(self, values: Sequence[float]) -> float:
        """The claim's value: the median over the seeds, the lower one of two."""
        return median_low(values)

    def words(self, values: Sequence[float]) -> str:
        """Its value, as it stands in the sentence."""
        return SHOWN[self.show](median_low(values))

    def evidence(self, values: Sequence[float]) -> str:
        """How we know, in a sentence."""
        show = SHOWN[self.show]
        what = f"{self.outcome}, {self.of}" + (f", divided by that of {self.than}" if self.than else "")
        spread = f"median of {self.seeds} seeds: {show(median_low(values))}; they go from {show(min(values))} to "
        band = f"the sentence holds from {show(self.between[0])} to {show(self.between[1])}"
        return f"Measured by this page: {what}; {spread}{show(max(values))}; {band}."

    def broken(self, values: Sequence[float]) -> str | None:
        """What is wrong with the claim, or None if it holds for every seed."""
        low, high = self.between
        wrong = [f"seed {seed}: {value:.3g}" for seed, value in enumerate(values) if not low <= value <= high]
        return f"expected {self.outcome} between {low:g} and {high:g}, measured {', '.join(wrong)}" if wrong else None


def difference(before: Sequence[float], now: Sequence[float]) -> str:
    """How far two measurements of one claim are apart, seed by seed, in a sentence.

    >>> difference([0.5, 0.25], [0.5, 0.25])
    'Every seed came out as before, to the last digit.'
    """
    if list(map(repr, before)) == list(map(repr, now)):
        return "Every seed came out as before, to the last digit."
    if len(before) != len(now):
        return f"It is {len(now)} seeds now, and was {len(before)}."
    apart = max(abs(a - b) / max(abs(a), abs(b)) for a, b in zip(before, now, strict=True) if a != b)
    return (
        f"A seed differs from before by {percent(apart)} at most. Two machines may round in different ways, "
        "and a training can make much of it; so the sentence claims a range and not a digit."
    )


def typical_seed(values: Sequence[float]) -> int:
    """The seed whose value is the median, from the values of the seeds from 0 on."""
    return list(values).index(median_low(values))


def seeded(experiments: Mapping[str, Experiment], claim: Claim) -> list[Experiment]:
    """The experiments that a claim rests on, each with every seed, an experiment at a time."""
    return [replace(experiments[name], seed=seed) for name in claim.experiments for seed in range(claim.seeds)]
