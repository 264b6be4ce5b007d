"""An experiment: everything that decides a run, frozen. Equal experiments give equal runs."""

import math
import operator
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.activations import ACTIVATIONS
from core.errors import Fixable, pick
from core.initializations import INITIALIZATIONS
from core.tasks import TASKS, TRAIN_POINTS

NORMS = {"none": "No normalization"}
RESIDUALS = {"none": "No skip connections"}
OPTIMIZERS = {"sgd": "Gradient descent"}
DTYPES = {"float32": "32 bit", "float64": "64 bit"}

MAX_DEPTH = 200
MAX_WIDTH = 512
MAX_STEPS = 100_000
MAX_SEED = 2**31 - 1


def _whole(owner: object, name: str, low: int, high: int) -> None:
    """Check that a field is a whole number between two bounds, both allowed."""
    value = getattr(owner, name)
    try:
        fits = not isinstance(value, bool) and low <= operator.index(value) <= high
    except TypeError:
        fits = False
    if not fits:
        raise Fixable(f"{name} cannot be {value!r}.", f"Give a whole number from {low} to {high}.")
    object.__setattr__(owner, name, operator.index(value))


def _number(owner: object, name: str, *, positive: bool = False) -> None:
    """Check that a field is a finite number, above zero where that is asked for."""
    value = getattr(owner, name)
    real = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not real or (positive and value <= 0):
        raise Fixable(f"{name} cannot be {value!r}.", f"Give a {'positive' if positive else 'finite'} number.")
    object.__setattr__(owner, name, float(value))


def _word(owner: object, name: str, table: Mapping[str, object]) -> None:
    pick(table, getattr(owner, name), name.replace("_", " "))


@dataclass(frozen=True)
class Network:
    """A fully connected network with `depth` hidden layers and one output unit.

    `width` is the number of units of every hidden layer, or a tuple with one number a layer.
    `gain` multiplies the initial weights; `bias` is added to the initial biases of the hidden layers.
    """

    depth: int = 10
    width: int | tuple[int, ...] = 32
    activation: str = "sigmoid"
    init: str = "xavier"
    gain: float = 1.0
    bias: float = 0.0
    norm: str = "none"
    residual: str = "none"

    def __post_init__(self) -> None:
        """Refuse what cannot be built, naming the field, the value and what is allowed."""
        _whole(self, "depth", 1, MAX_DEPTH)
        self._check_width()
        _word(self, "activation", ACTIVATIONS)
        _word(self, "init", INITIALIZATIONS)
        _number(self, "gain")
        _number(self, "bias")
        _word(self, "norm", NORMS)
        _word(self, "residual", RESIDUALS)

    def _check_width(self) -> None:
        if not isinstance(self.width, tuple | list):
            _whole(self, "width", 1, MAX_WIDTH)
            return
        if len(self.width) != self.depth:
            raise Fixable(
                f"width lists {len(self.width)} layers, but depth is {self.depth}.",
                "Give one number for every hidden layer, or a single number for all of them.",
            )
        object.__setattr__(self, "width", tuple(_layer_width(units) for units in self.width))

    @property
    def widths(self) -> tuple[int, ...]:
        """The number of units of each hidden layer, input side first."""
        return self.width if isinstance(self.width, tuple) else (self.width,) * self.depth


def _layer_width(units: object) -> int:
    return Network(depth=1, width=units).widths[0]  # type: ignore[arg-type]


@dataclass(frozen=True)
class Training:
    """How a network is trained: the task, the batches, the optimizer, the number format."""

    task: str = "circles"
    steps: int = 300
    batch_size: int = 64
    optimizer: str = "sgd"
    learning_rate: float = 0.1
    dtype: str = "float32"

    def __post_init__(self) -> None:
        """Refuse what cannot be trained, naming the field, the value and what is allowed."""
        _word(self, "task", TASKS)
        _whole(self, "steps", 1, MAX_STEPS)
        _whole(self, "batch_size", 1, TRAIN_POINTS)
        _word(self, "optimizer", OPTIMIZERS)
        _number(self, "learning_rate", positive=True)
        _word(self, "dtype", DTYPES)


@dataclass(frozen=True)
class Experiment:
    """One network, one way of training, one seed."""

    network: Network = field(default_factory=Network)
    training: Training = field(default_factory=Training)
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse anything that is not a network, a training and a whole seed."""
        if not isinstance(self.network, Network):
            raise Fixable(f"network cannot be {self.network!r}.", "Give a Network(...).")
        if not isinstance(self.training, Training):
            raise Fixable(f"training cannot be {self.training!r}.", "Give a Training(...).")
        _whole(self, "seed", 0, MAX_SEED)

    @property
    def shape(self) -> tuple[object, ...]:
        """What experiments must have in common to run stacked in one pass."""
        training = self.training
        return self.network.widths, training.batch_size, training.steps, training.dtype
