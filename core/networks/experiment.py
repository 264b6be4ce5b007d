"""An experiment: everything that decides a run, frozen. Equal experiments give equal runs."""

import math
import operator
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from numbers import Integral, Real

from core.errors import Fixable, pick
from core.networks.activations import ACTIVATIONS
from core.networks.initializations import INITIALIZATIONS
from core.networks.tasks import TASKS, TRAIN_POINTS

NORMS = {"none": "No normalization", "batch": "Batch normalization", "layer": "Layer normalization"}
RESIDUALS = {
    "none": "No skip connections",
    "plain": "Skip: F(x) + x",
    "scaled": "Skip, branch / √blocks",
    "zero": "Skip, branch from zero",
}
OPTIMIZERS = {"sgd": "Gradient descent", "momentum": "Momentum", "adam": "Adam", "adamw": "AdamW"}
LOSSES = {"bce": "Binary cross-entropy", "mse": "Mean squared error"}
DTYPES = {"float32": "32 bit", "float64": "64 bit"}

MAX_DEPTH = 200
MAX_WIDTH = 512
MAX_STEPS = 100_000
MAX_SEED = 2**31 - 1
MAX_SNAPSHOTS = 20
CLIPPINGS = ("clip_norm", "clip_value", "clip_layer_norm")


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
    try:
        number = float(value) if isinstance(value, Real) and not isinstance(value, bool) else math.nan
    except OverflowError:
        number = math.inf
    if not math.isfinite(number) or (positive and number <= 0):
        raise Fixable(f"{name} cannot be {value!r}.", f"Give a {'positive' if positive else 'finite'} number.")
    object.__setattr__(owner, name, number)


def _between(owner: object, name: str, low: float, high: float) -> None:
    """Check that a field is a number between two bounds, both allowed."""
    _number(owner, name)
    if not low <= getattr(owner, name) <= high:
        raise Fixable(f"{name} cannot be {getattr(owner, name)!r}.", f"Give a number from {low:g} to {high:g}.")


def _word(owner: object, name: str, table: Mapping[str, object]) -> None:
    pick(table, getattr(owner, name), name.replace("_", " "))


@dataclass(frozen=True)
class Network:
    """A fully connected network with `depth` hidden layers and one output unit.

    `width` is the number of units of every hidden layer, or a tuple with one number a layer.
    `gain` multiplies the initial weights; `bias` is added to the initial biases of the hidden layers.
    `norm` normalizes z(l) before the activation, over the batch (Ioffe & Szegedy 2015) or over the layer's units
    (Ba et al. 2016), with learned scale and shift that start at 1 and 0; as in torch.nn, 1e-5 is added to the biased
    variance, and a batch moves the running statistics by a tenth, with the unbiased one.
    `residual` adds the input x of a hidden layer to F(x) = phi(norm(W x + b)), with nothing after the sum, in every
    hidden layer that has as many units as the one before it, the first excepted: plain a = F(x) + x (after He et al.
    2016); scaled a = F(x) / sqrt(blocks) + x; zero a = gate * F(x) + x with a learned number `gate` a layer that
    starts at 0 (Bachlechner et al. 2020).
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
        if self.norm == "layer" and 1 in self.widths:
            raise Fixable(
                "Layer normalization of a single unit leaves nothing: less its own mean it is 0.",
                "Choose a width of 2 or more.",
            )

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

    @property
    def skips(self) -> tuple[bool, ...]:
        """For each hidden layer, whether its input is added to its output; never in the first."""
        if self.residual == "none":
            return (False,) * self.depth
        return (False, *(before == after for before, after in pairwise(self.widths)))


def _layer_width(units: object) -> int:
    return Network(depth=1, width=units).widths[0]  # type: ignore[arg-type]


@dataclass(frozen=True)
class Training:
    """How a network is trained: the data, the batches, the loss, the optimizer, the number format.

    `label_noise` is the share of training labels turned round; `input_scale` multiplies the standardized inputs.
    `loss`: bce is binary cross-entropy, mse the mean squared error of the sigmoid of the output, without a half.
    `optimizer`: momentum is 0.9; adam and adamw use beta = (0.9, 0.999) and eps = 1e-8. `weight_decay` acts on all
    parameters: through the gradient, in adamw apart from it. Formulas as in torch.optim.
    `warmup_steps`: the learning rate rises in equal steps and is whole at step `warmup_steps`.
    At most one of the three kinds of clipping: `clip_norm` limits the norm of the whole gradient (Pascanu et al.
    2013), `clip_value` every single entry, `clip_layer_norm` the norm of each layer by itself, with all parameters of
    a layer together and the output layer as one. Formulas as in torch.nn.utils.
    `snapshot_steps` are the steps at which histograms and the decision surface are kept; None means about ten.
    """

    task: str = "circles"
    steps: int = 300
    batch_size: int = 64
    optimizer: str = "sgd"
    learning_rate: float = 0.1
    warmup_steps: int = 0
    clip_norm: float | None = None
    clip_value: float | None = None
    clip_layer_norm: float | None = None
    weight_decay: float = 0.0
    loss: str = "bce"
    label_noise: float = 0.0
    input_scale: float = 1.0
    snapshot_steps: tuple[int, ...] | None = None
    dtype: str = "float32"

    def __post_init__(self) -> None:
        """Refuse what cannot be trained, naming the field, the value and what is allowed."""
        _word(self, "task", TASKS)
        _whole(self, "steps", 1, MAX_STEPS)
        _whole(self, "batch_size", 1, TRAIN_POINTS)
        _word(self, "optimizer", OPTIMIZERS)
        _number(self, "learning_rate", positive=True)
        _whole(self, "warmup_steps", 0, MAX_STEPS)
        self._check_clipping()
        _between(self, "weight_decay", 0, 10)
        _word(self, "loss", LOSSES)
        _between(self, "label_noise", 0, 1)
        _between(self, "input_scale", 1e-12, 1e12)
        self._check_snapshots()
        _word(self, "dtype", DTYPES)

    def _check_clipping(self) -> None:
        given = [name for name in CLIPPINGS if getattr(self, name) is not None]
        for name in given:
            _number(self, name, positive=True)
        if len(given) > 1:
            raise Fixable(f"Only one of {', '.join(given)} can be set.", "Choose one kind of clipping.")

    def _check_snapshots(self) -> None:
        steps = self.snapshot_steps
        if steps is None:
            return
        if not isinstance(steps, tuple | list) or len(steps) > MAX_SNAPSHOTS:
            raise Fixable(f"snapshot_steps cannot be {steps!r}.", f"Give at most {MAX_SNAPSHOTS} steps, as a tuple.")
        for step in steps:
            if isinstance(step, bool) or not isinstance(step, Integral) or not 0 <= step < self.steps:
                raise Fixable(
                    f"snapshot_steps cannot contain {step!r}.", f"Give whole numbers from 0 to {self.steps - 1}."
                )
        object.__setattr__(self, "snapshot_steps", tuple(sorted({int(step) for step in steps})))


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
        if self.network.norm == "batch" and self.training.batch_size < 2:
            raise Fixable(
                "Batch normalization of a single point leaves nothing: less its own mean it is 0.",
                "Choose a batch_size of 2 or more.",
            )

    @property
    def shape(self) -> tuple[object, ...]:
        """What experiments must have in common to run stacked in one pass; only numbers and activations may differ."""
        network, training = self.network, self.training
        form = network.widths, network.norm, network.residual, TASKS[training.task].features
        return *form, training.batch_size, training.steps, training.optimizer, training.loss, training.dtype
