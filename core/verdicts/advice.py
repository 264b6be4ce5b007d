"""What to try first on a network of which everything is known: first whatever is unusual in it is undone.

`tests/core/verdicts/test_advice.py` trains it on a part of a grid of networks, and `benchmarks/advice.py` on all.
"""

from collections.abc import Sequence

from core.networks.experiment import Experiment, Network, Training
from core.verdicts.remedies import REMEDIES

NOTHING_TO_MEND = {"healthy", "uneven", "by heart"}
DEEP = 8  # hidden layers; with more, none of the plain networks learned reliably
NARROW = 16  # units; with fewer, chance decides
USUAL = {"sgd": (0.03, 0.3), "momentum": (0.003, 0.1), "adam": (3e-4, 0.01), "adamw": (3e-4, 0.01)}
"""Learning rates at which networks of this size learn"""
LARGE_BIAS = 0.5
STRONG_DECAY = 0.01
SHORT = 0.01  # a step of this length, which is what a low threshold leaves of every step
FITS = {"relu": "he", "leaky_relu": "he", "elu": "he", "gelu": "he", "silu": "he", "softplus": "he"}
"""The initialization made for an activation; Xavier for all others"""
AS_GOOD = {"xavier", "orthogonal", "lecun"}  # where Xavier fits
WEAK = {"sigmoid", "softsign", "linear"}  # activations that another one beats on any task here, or cannot bend


def sentence(words: Sequence[str]) -> str:
    """Remedies as a request; empty where the usual words of the verdict are all there is.

    >>> sentence(["inputs", "gain"])
    'First try: standardize the inputs and give the initial weights a gain of 1.'
    """
    asked = [REMEDIES[word].advice for word in words]
    if not asked:
        return ""
    return f"First try: {', '.join(asked[:-1])}{' and ' if asked[:-1] else ''}{asked[-1]}."


def first(word: str, experiment: Experiment, *, by_training: bool = False) -> tuple[str, ...]:
    """The words of the remedies to try first, together: a part of `REMEDIES`."""
    if word in NOTHING_TO_MEND:
        return ()
    undone = (*_of_training(experiment.training), *_of_network(experiment.network))
    if undone:
        return undone
    if by_training or word in {"diverged", "long step"}:
        return ("slower",)
    return ("adam",) if experiment.training.optimizer in {"sgd", "momentum"} else ("steps",)


def _of_training(training: Training) -> list[str]:
    """What is unusual in the training."""
    low, high = USUAL[training.optimizer]
    threshold = training.clip_norm or training.clip_layer_norm or training.clip_value
    found = {
        "inputs": training.input_scale != 1,
        "decay": training.weight_decay >= STRONG_DECAY,
        "unclipped": threshold is not None and threshold * training.learning_rate < SHORT,
        "rate" if training.optimizer == "sgd" else "adam": not low <= training.learning_rate <= high,
    }
    return [word for word, unusual in found.items() if unusual]


def _of_network(network: Network) -> list[str]:
    """What is unusual in the network, and what it needs for its depth."""
    activation = "relu" if network.activation in WEAK else network.activation
    found = {
        "bias": network.norm == "none" and abs(network.bias) >= LARGE_BIAS,
        "width": min(network.widths) < NARROW,
        "relu": activation != network.activation,
        _weights(network, activation): not _weights_fit(network, activation),
        "skip": network.depth >= DEEP and network.norm != "none" and network.residual == "none",
        "scaled": network.depth >= DEEP and network.norm == "none" and network.residual in {"none", "plain"},
    }
    return [word for word, unusual in found.items() if unusual]


def _weights(network: Network, activation: str) -> str:
    """The remedy for weights that do not fit."""
    fitting = FITS.get(activation, "xavier")
    return "gain" if activation == network.activation and network.init == fitting else fitting


def _weights_fit(network: Network, activation: str) -> bool:
    """Whether the initial weights are those made for the activation; normalization takes their size out."""
    if network.init == "zeros":
        return False
    if network.norm != "none" and activation == network.activation:
        return True
    fitting = {"he"} if activation in FITS else AS_GOOD
    return activation == network.activation and network.init in fitting and network.gain == 1
