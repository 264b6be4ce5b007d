"""Remedies: what can be changed in a network that does not learn, one thing at a time, from the simplest on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.networks.experiment import MAX_STEPS, Experiment


@dataclass(frozen=True)
class Remedy:
    """One thing to try: what it sets."""

    title: str
    advice: str
    """the same as a request, within a sentence"""
    network: Mapping[str, Any] = field(default_factory=dict)
    """fields of `Network`"""
    training: Mapping[str, Any] = field(default_factory=dict)
    """fields of `Training`"""
    rate: float = 1.0
    """what the learning rate is multiplied by"""
    steps: int = 1
    """what the number of steps is multiplied by"""

    @property
    def sets(self) -> set[str]:
        """The fields that it changes."""
        factors = {"learning_rate": self.rate != 1, "steps": self.steps != 1}
        return {*self.network, *self.training, *(name for name, changed in factors.items() if changed)}

    def applied(self, experiment: Experiment) -> Experiment:
        """The experiment after it. Raises `Fixable` where the network then cannot be built."""
        training, steps = experiment.training, min(experiment.training.steps * self.steps, MAX_STEPS)
        factors = {"learning_rate": training.learning_rate * self.rate, "steps": steps}
        network = {**self.network, **_widths(experiment, self.network)}
        return replace(
            experiment,
            network=replace(experiment.network, **network),
            training=replace(training, **(factors | dict(self.training))),
        )


def _widths(experiment: Experiment, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Layers of different widths become equally wide where their number changes."""
    network = experiment.network
    others = changes.get("depth", network.depth) != network.depth and "width" not in changes
    return {"width": max(network.widths)} if others and isinstance(network.width, tuple) else {}


UNCLIPPED = {"clip_norm": None, "clip_value": None, "clip_layer_norm": None}

REMEDIES = {
    "inputs": Remedy("Standardized inputs", "standardize the inputs", training={"input_scale": 1.0}),
    "decay": Remedy("Weight decay 0", "set the weight decay to 0", training={"weight_decay": 0.0}),
    "bias": Remedy("Biases from 0", "start the biases at 0", network={"bias": 0.0}),
    "gain": Remedy("Gain 1", "give the initial weights a gain of 1", network={"gain": 1.0}),
    "xavier": Remedy(
        "Xavier initialization", "draw the weights by Xavier's rule", network={"init": "xavier", "gain": 1.0}
    ),
    "he": Remedy("He initialization", "draw the weights by He's rule", network={"init": "he", "gain": 1.0}),
    "rate": Remedy("Learning rate 0.1", "set the learning rate to 0.1", training={"learning_rate": 0.1}),
    "slower": Remedy("Learning rate ÷ 10", "divide the learning rate by ten", rate=0.1),
    "faster": Remedy("Learning rate × 10", "multiply the learning rate by ten", rate=10.0),
    "clip": Remedy("Clip at norm 1", "clip the norm of the gradient at 1", training=UNCLIPPED | {"clip_norm": 1.0}),
    "unclipped": Remedy("No clipping", "leave the gradient unclipped", training=UNCLIPPED),
    "warmup": Remedy("Warm-up", "let the learning rate rise over 100 steps", training={"warmup_steps": 100}),
    "adam": Remedy(
        "Adam, rate 0.003", "train with Adam at a rate of 0.003",
        training={"optimizer": "adam", "learning_rate": 0.003},
    ),
    "tanh": Remedy("tanh", "use tanh", network={"activation": "tanh"}),
    "leaky": Remedy("Leaky ReLU", "use leaky ReLU", network={"activation": "leaky_relu"}),
    "relu": Remedy("ReLU", "use ReLU", network={"activation": "relu"}),
    "skip": Remedy("Skip connections", "add skip connections", network={"residual": "plain"}),
    "scaled": Remedy("Scaled skips", "add skips with scaled branches", network={"residual": "scaled"}),
    "zero": Remedy("Skips from zero", "add skips whose branches start at zero", network={"residual": "zero"}),
    "layer": Remedy("Layer normalization", "add layer normalization", network={"norm": "layer"}),
    "batch": Remedy("Batch normalization", "add batch normalization", network={"norm": "batch"}),
    "skip-layer": Remedy(
        "Skips and layer normalization", "add skip connections and layer normalization",
        network={"norm": "layer", "residual": "plain"},
    ),
    "skip-batch": Remedy(
        "Skips and batch normalization", "add skip connections and batch normalization",
        network={"norm": "batch", "residual": "plain"},
    ),
    "width": Remedy("32 units a layer", "give every layer 32 units", network={"width": 32}),
    "shallow": Remedy("Three layers", "take three layers", network={"depth": 3}),
    "linear": Remedy(
        "One linear layer", "start again from a single linear layer, which a straight boundary asks for",
        network={"depth": 1, "activation": "linear", "init": "xavier", "gain": 1.0, "bias": 0.0, "norm": "none",
                 "residual": "none"},
    ),
    "steps": Remedy("Three times the steps", "train three times as long", steps=3),
}  # fmt: skip
"""From a word to a remedy; what only undoes a setting comes first, what changes or grows the network last."""


def mended(experiment: Experiment, words: Sequence[str]) -> Experiment:
    """The experiment after these remedies, in their order; where two set the same thing, the later one counts."""
    for word in words:
        experiment = REMEDIES[word].applied(experiment)
    return experiment


def titled(words: Sequence[str]) -> str:
    """What these remedies are called together.

    >>> titled(["relu", "he"]), titled([])
    ('ReLU + He initialization', 'as it was')
    """
    return " + ".join(REMEDIES[word].title for word in words) or "as it was"
