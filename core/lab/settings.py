"""What a learner can set: one row for each setting, with its name, its choices, and how it is read from a link."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import Fixable, pick
from core.networks.activations import ACTIVATIONS
from core.networks.experiment import (
    DTYPES,
    LOSSES,
    MAX_SEED,
    NORMS,
    OPTIMIZERS,
    RESIDUALS,
    Experiment,
    Network,
    Training,
)
from core.networks.initializations import INITIALIZATIONS
from core.networks.tasks import TASKS

Parsed = tuple[Any, str]
"""A value, and a note if it is not the one that was asked for."""


@dataclass(frozen=True)
class Words:
    """A setting that is one of a few words."""

    title: str
    start: str
    titles: Mapping[str, str]
    help: str = ""
    about: str = ""
    """What it is, for the reference, where its control needs no help"""

    @property
    def stops(self) -> list[str]:
        """All choices."""
        return list(self.titles)

    def show(self, value: str) -> str:
        """The value as it is called on screen."""
        return self.titles[value]

    def parse(self, text: str) -> Parsed:
        """The word for a word or for its title, in capitals or not."""
        words = {said.lower(): word for word, title in self.titles.items() for said in (word, title)}
        if word := words.get(text.strip().lower()):
            return word, ""
        pick(self.titles, text, self.title.lower())
        raise AssertionError(text)  # `pick` has refused it

    def write(self, value: str) -> str:
        """The value in a link."""
        return value


@dataclass(frozen=True)
class Number:
    """A setting that is a number in a range, with stops where a handle comes to rest."""

    title: str
    start: float
    stops: Sequence[float]
    help: str = ""
    short: str = ""
    """Its name before the number in the label of a network"""

    @property
    def whole(self) -> bool:
        """Whether only whole numbers make sense."""
        return isinstance(self.start, int)

    @property
    def low(self) -> float:
        """The smallest number allowed."""
        return self.stops[0]

    @property
    def high(self) -> float:
        """The largest number allowed."""
        return self.stops[-1]

    def show(self, value: float) -> str:
        """The value as it is called on screen."""
        return f"{self.short} {value:g}"

    def parse(self, text: str) -> Parsed:
        """The nearest number that is allowed."""
        try:
            wanted = float(text)
        except ValueError:
            wanted = math.nan
        limits = f"{self.low:g} to {self.high:g}"
        if math.isnan(wanted) or (self.whole and math.isfinite(wanted) and not wanted.is_integer()):
            kind = "whole number" if self.whole else "number"
            raise Fixable(f"{text!r} is not a {kind}.", f"Give one from {limits}.")
        value = min(max(wanted, self.low), self.high)
        return (int(value) if self.whole else value), "" if value == wanted else f"the range is {limits}"

    def write(self, value: float) -> str:
        """The value in a link: the shortest text that reads back as the same number."""
        return repr(value).removesuffix(".0")


Setting = Words | Number

CLIPPING = {
    "none": "No clipping",
    "norm": "Clip the whole norm",
    "value": "Clip every entry",
    "layer": "Clip each layer",
}
FIELD_OF_CLIPPING = {"norm": "clip_norm", "value": "clip_value", "layer": "clip_layer_norm"}

NETWORK: dict[str, Setting] = {
    "depth": Number("Depth: hidden layers", 10, range(1, 101), "How many hidden layers.", "depth"),
    "width": Number("Width: units per layer", 32, range(2, 257), "Units in every hidden layer.", "width"),
    "activation": Words(
        "Activation", "sigmoid", {word: entry.title for word, entry in ACTIVATIONS.items()},
        about="What every hidden unit does with its sum.",
    ),
    "init": Words(
        "Initialization", "xavier", {word: entry.title for word, entry in INITIALIZATIONS.items()},
        about="How the weights are drawn before the first step.",
    ),
    "gain": Number(
        "Gain of the initial weights", 1.0,
        (0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.7, 2.0, 2.5, 3.0, 4.0,
         5.0, 7.0, 10.0, 12.0, 16.0, 20.0),
        "Every initial weight is multiplied by it.", "gain",
    ),
    "bias": Number(
        "Initial bias", 0.0, (-10.0, -5.0, -3.0, -2.0, -1.0, -0.5, -0.1, 0.0, 0.1, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0),
        "Added to the initial biases of the hidden layers.", "bias",
    ),
    "norm": Words("Normalization", "none", NORMS, "Before the activation, with learned scale and shift."),
    "residual": Words("Skip connections", "none", RESIDUALS, "Each hidden layer but the first adds its input."),
}  # fmt: skip
DATA: dict[str, Setting] = {
    "task": Words(
        "Task", "circles", {word: entry.title for word, entry in TASKS.items()}, about="The points to tell apart."
    ),
    "seed": Number("Seed", 0, range(MAX_SEED + 1), "Another seed draws other weights and points.", "seed"),
    "batch": Number("Batch size", 64, range(2, 1025), "Points in a batch.", "batch"),
    "noise": Number(
        "Label noise", 0.0, (0.0, 0.05, 0.1, 0.2, 0.3, 0.5), "Share of training labels turned round.", "noise"
    ),
    "scale": Number(
        "Scale of the inputs", 1.0, (1e-3, 0.01, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0, 1000.0),
        "The standardized inputs are multiplied by it.", "inputs ×",
    ),
}  # fmt: skip
TRAINING: dict[str, Setting] = {
    "optimizer": Words("Optimizer", "sgd", OPTIMIZERS, about="What makes a step of a gradient."),
    "rate": Number(
        "Learning rate", 0.1, (1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0),
        "How far a step goes, as a multiple of what the optimizer makes of the gradient.", "rate",
    ),
    "steps": Number("Steps", 300, (1, 30, 100, 300, 1000, 3000, 10000), "How many batches to train on.", "steps"),
    "warmup": Number("Warm-up steps", 0, (0, 10, 30, 100, 300, 1000), "The rate rises over so many steps.", "warm-up"),
    "clip": Words("Clipping", "none", CLIPPING, "Limits the gradient before the optimizer sees it."),
    "threshold": Number(
        "Clipping threshold", 1.0, (1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0),
        "The largest norm, or entry, that is let through.", "threshold",
    ),
    "decay": Number("Weight decay", 0.0, (0.0, 1e-4, 1e-3, 0.01, 0.1, 1.0), "Pulls every parameter to 0.", "decay"),
    "loss": Words("Loss", "bce", LOSSES, about="What the training makes small."),
    "format": Words(
        "Number format of the training", "float32", DTYPES, about="How many digits every number of it keeps."
    ),
}  # fmt: skip

SETTINGS: dict[str, Setting] = NETWORK | DATA | TRAINING
"""Every setting by its word in links and scenarios."""

STARTS: dict[str, Any] = {word: setting.start for word, setting in SETTINGS.items()}

FIELDS = {
    "batch": "batch_size", "noise": "label_noise", "scale": "input_scale", "rate": "learning_rate",
    "warmup": "warmup_steps", "decay": "weight_decay", "format": "dtype",
}  # fmt: skip
"""What a setting is called in an experiment, where that is another word."""


def experiment(values: Mapping[str, Any]) -> Experiment:
    """The experiment that these settings describe; all of them must be given.

    >>> experiment(STARTS) == Experiment()
    True
    """
    network = Network(**{word: values[word] for word in NETWORK})
    words = [w for w in (*DATA, *TRAINING) if w not in {"seed", "clip", "threshold"}]
    training = {FIELDS.get(word, word): values[word] for word in words}
    if field := FIELD_OF_CLIPPING.get(values["clip"]):
        training[field] = values["threshold"]
    return Experiment(network, Training(**training), values["seed"])


def settings_of(experiment: Experiment) -> dict[str, Any]:
    """The settings that describe an experiment; layers of different widths become equally wide.

    >>> settings_of(Experiment()) == STARTS
    True
    """
    network, training = experiment.network, experiment.training
    values = {word: getattr(network, word) for word in NETWORK} | {"width": max(network.widths)}
    values |= {"seed": experiment.seed, "clip": "none", "threshold": STARTS["threshold"]}
    for word, field in FIELD_OF_CLIPPING.items():
        if (threshold := getattr(training, field)) is not None:
            values |= {"clip": word, "threshold": threshold}
    rest = [word for word in SETTINGS if word not in values]
    return {w: (values | {word: getattr(training, FIELDS.get(word, word)) for word in rest})[w] for w in SETTINGS}
