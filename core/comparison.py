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
from core.results import recorded_steps
from core.tasks import TASKS

DEPTHS = range(1, 51)
WIDTHS = range(1, 129)
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
STEPS: tuple[int, ...] = (30, 100, 300, 1000, 3000)


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
        {'depth': '20', 'b': 'Tanh'}
        """
        default = Comparison()
        changed = {f.name: value for f in fields(self) if (value := getattr(self, f.name)) != getattr(default, f.name)}
        return {
            name: TITLES[KINDS[name]][value] if name in KINDS else f"{value:g}" if name == "rate" else str(value)
            for name, value in changed.items()
        }

    @property
    def setup(self) -> "Comparison":
        """What decides the runs, without how they are shown."""
        default = Comparison()
        return replace(self, at=None, measure=default.measure, axis=default.axis)


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


def _word(kind: str, titles: Mapping[str, str]) -> Callable[[str], tuple[str, str]]:
    """Takes a word or its title on screen, in capitals or not."""
    words = {text.lower(): word for word, title in titles.items() for text in (word, title)}
    by_title = {title: word for word, title in titles.items()}

    def parse(text: str) -> tuple[str, str]:
        return words.get(text.lower()) or pick(by_title, text, kind), ""

    return parse


TITLES: dict[str, dict[str, str]] = {
    "activation": {word: entry.title for word, entry in ACTIVATIONS.items()},
    "initialization": {word: entry.title for word, entry in INITIALIZATIONS.items()},
    "task": {word: entry.title for word, entry in TASKS.items()},
    "measure": {word: entry.label for word, entry in MEASURES.items()},
    "axis": {"log": "Log", "linear": "Linear"},
}
"""What each word is called on screen and in a link, by kind."""

KINDS = {
    "a": "activation",
    "init_a": "initialization",
    "b": "activation",
    "init_b": "initialization",
    "task": "task",
    "measure": "measure",
    "axis": "axis",
}
"""The fields of a comparison that hold words, and their kind."""

PARAMETERS: dict[str, Callable[[str], tuple[Any, str]]] = {
    "depth": _whole(DEPTHS),
    "width": _whole(WIDTHS),
    "seed": _whole(range(MAX_SEED + 1)),
    "rate": _nearest(RATES),
    "steps": _nearest(STEPS),
    "at": _whole(range(max(STEPS))),
    **{name: _word(kind, TITLES[kind]) for name, kind in KINDS.items()},
}
"""How each parameter of a link is read: the value to show, and a note if it is not the one asked for."""


def from_query(query: Mapping[str, str]) -> tuple[Comparison, list[str]]:
    """The comparison that a link asks for, and a sentence about each thing in it that had to be corrected.

    >>> from_query({"depth": "500", "a": "tanh"})[1]
    ['depth=500: the range is 1 to 50. Showing 50.']
    """
    state, notes = Comparison(), []
    for name, text in query.items():
        asked = f"{name[:40]}={text if len(text) <= 40 else text[:40] + '…'}"
        if name not in PARAMETERS:
            notes.append(f"{asked}: the lab has no setting of that name.")
            continue
        try:
            value, note = PARAMETERS[name](text)
        except Fixable as mistake:
            value, note = getattr(state, name), str(mistake).rstrip(".")
        state = replace(state, **{name: value})
        if note:
            notes.append(f"{asked}: {note}. Showing {'the start' if value is None else value}.")
    if state.at is not None:
        nearest = min(recorded_steps(state.steps), key=lambda step: abs(step - (state.at or 0)))
        if nearest != state.at:
            notes.append(f"at={state.at}: that step is not recorded. Showing {nearest}.")
        state = replace(state, at=nearest)
    return state, notes
