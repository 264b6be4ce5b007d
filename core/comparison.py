"""Two networks side by side: the state of the lab, and the link that carries it."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from core.activations import ACTIVATIONS
from core.errors import Fixable, pick
from core.experiment import MAX_SEED, Experiment, Network, Training
from core.initializations import INITIALIZATIONS
from core.reading import MEASURES
from core.tasks import TASKS

DEPTHS = range(1, 51)
WIDTHS = range(1, 129)
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
STEPS: tuple[int, ...] = (30, 100, 300, 1000, 3000)
AXES = {"log": "Log", "linear": "Linear"}


@dataclass(frozen=True)
class Comparison:
    """Networks A and B, alike but for activation and initialization, on one task from one seed."""

    depth: int = 10
    width: int = 32
    a: str = "sigmoid"
    init_a: str = "xavier"
    b: str = "relu"
    init_b: str = "he"
    task: str = "circles"
    seed: int = 0
    rate: float = 0.1
    steps: int = 300
    measure: str = "weights"
    axis: str = "log"
    at: int | None = None
    """The step of training that is shown; None before training"""

    @classmethod
    def of(cls, first: Experiment, second: Experiment | None = None) -> "Comparison":
        """The lab's state that shows these experiments; a single one is set against the default network B."""
        default = cls()
        network, training = first.network, first.training
        b, init_b = (second.network.activation, second.network.init) if second else (default.b, default.init_b)
        return cls(
            depth=network.depth, width=max(network.widths), a=network.activation, init_a=network.init, b=b,
            init_b=init_b, task=training.task, seed=first.seed, rate=training.learning_rate, steps=training.steps,
        )  # fmt: skip

    @property
    def experiments(self) -> tuple[Experiment, Experiment]:
        """The two experiments, A first."""
        training = Training(task=self.task, steps=self.steps, learning_rate=self.rate)
        return (
            Experiment(Network(self.depth, self.width, self.a, self.init_a), training, self.seed),
            Experiment(Network(self.depth, self.width, self.b, self.init_b), training, self.seed),
        )

    @property
    def names(self) -> tuple[str, str]:
        """What the two networks are called on screen."""
        pair = [(self.a, self.init_a), (self.b, self.init_b)]
        first, second = (f"{ACTIVATIONS[a].title} · {INITIALIZATIONS[init].title}" for a, init in pair)
        return (f"A: {first}", f"B: {second}")

    def query(self) -> dict[str, str]:
        """The link's parameters: whatever differs from the default.

        >>> Comparison(depth=20, b="tanh").query()
        {'depth': '20', 'b': 'tanh'}
        """
        default = Comparison()
        return {
            f.name: f"{value:g}" if isinstance(value, float) else str(value)
            for f in fields(self)
            if (value := getattr(self, f.name)) != getattr(default, f.name)
        }


def _whole(allowed: range) -> Callable[[str], tuple[int, str]]:
    def parse(text: str) -> tuple[int, str]:
        try:
            wanted = int(text)
        except ValueError:
            raise Fixable(f"{text!r} is not a whole number.", f"Give one from {allowed[0]} to {allowed[-1]}.") from None
        value = min(max(wanted, allowed[0]), allowed[-1])
        return value, "" if value == wanted else f"the range is {allowed[0]} to {allowed[-1]}"

    return parse


def _nearest(allowed: Sequence[float]) -> Callable[[str], tuple[float, str]]:
    choices = ", ".join(f"{choice:g}" for choice in allowed)

    def parse(text: str) -> tuple[float, str]:
        try:
            wanted = float(text)
        except ValueError:
            wanted = math.nan
        if math.isnan(wanted):
            raise Fixable(f"{text!r} is not a number.", f"Choose one of: {choices}.")
        value = min(allowed, key=lambda choice: abs(choice - wanted))
        return value, "" if value == wanted else f"the choices are {choices}"

    return parse


def _word(table: Mapping[str, object], kind: str) -> Callable[[str], tuple[str, str]]:
    def parse(text: str) -> tuple[str, str]:
        pick(table, text, kind)
        return text, ""

    return parse


PARAMETERS: dict[str, Callable[[str], tuple[Any, str]]] = {
    "depth": _whole(DEPTHS),
    "width": _whole(WIDTHS),
    "a": _word(ACTIVATIONS, "activation"),
    "init_a": _word(INITIALIZATIONS, "initialization"),
    "b": _word(ACTIVATIONS, "activation"),
    "init_b": _word(INITIALIZATIONS, "initialization"),
    "task": _word(TASKS, "task"),
    "seed": _whole(range(MAX_SEED + 1)),
    "rate": _nearest(RATES),
    "steps": _nearest(STEPS),
    "measure": _word(MEASURES, "measure"),
    "axis": _word(AXES, "axis"),
    "at": _whole(range(max(STEPS))),
}


def from_query(query: Mapping[str, str]) -> tuple[Comparison, list[str]]:
    """The comparison that a link asks for, and a sentence about each thing in it that had to be corrected.

    >>> from_query({"depth": "500"})[1]
    ['depth=500: the range is 1 to 50. Showing 50.']
    """
    state, notes = Comparison(), []
    for name, text in query.items():
        shown = text if len(text) <= 40 else f"{text[:40]}…"
        if name not in PARAMETERS:
            notes.append(f"{name[:40]}={shown}: the lab has no setting of that name.")
            continue
        try:
            value, note = PARAMETERS[name](text)
        except Fixable as mistake:
            value, note = getattr(state, name), str(mistake).rstrip(".")
        state = replace(state, **{name: value})
        if note:
            notes.append(f"{name}={shown}: {note}. Showing {'the start' if value is None else value}.")
    if state.at is not None and state.at >= state.steps:
        notes.append(f"at={state.at}: the run has {state.steps} steps. Showing {state.steps - 1}.")
        state = replace(state, at=state.steps - 1)
    return state, notes
