"""What to try first on a network of which everything is known: first whatever is unusual in it is undone.

`tests/core/verdicts/test_advice.py` trains it on a part of a grid of networks, and `benchmarks/advice.py` on all.
"""

from collections.abc import Sequence

from core.networks.experiment import Experiment, Network, Training
from core.verdicts.remedies import REMEDIES

LEARNED_SOME = {"by heart", "partly"}
NOTHING_TO_MEND = {"healthy", "uneven"}
DEEP = 8  # hidden layers; with more, none of the plain networks learned reliably
VERY_DEEP = 30  # with as many, skips alone are not enough at every usual rate of gradient descent; with Adam they are
NARROW = 16  # units; with fewer, chance decides
USUAL = {"sgd": (0.03, 0.3), "momentum": (0.003, 0.1), "adam": (1e-3, 0.01), "adamw": (1e-3, 0.01)}
"""Learning rates at which networks of this size learn"""
LARGE_BIAS = 0.5
STRONG_DECAY = 0.01
SHORT = 0.01  # a step of this length, which is what a low threshold leaves of every step
FITS = {"relu": "he", "leaky_relu": "he", "elu": "he", "gelu": "he", "silu": "he", "softplus": "he"}
"""The initialization made for an activation; Xavier for all others"""
AS_GOOD = {"xavier", "orthogonal", "lecun"}  # where Xavier fits
WEAK = {"sigmoid", "softsign", "linear"}  # activations that another one beats where a boundary has to bend
STRAIGHT = {"gaussian"}  # tasks with a straight boundary, for which any activation and few units will do
LONG = {"spirals"}  # tasks for which 300 steps of gradient descent are too few for any network, and one layer as well


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
    if word in LEARNED_SOME and experiment.training.task in STRAIGHT:
        return (*_of_training(experiment), "linear")
    if word == "by heart":
        return ()
    descent = experiment.training.optimizer in {"sgd", "momentum"}
    undone = (*_of_training(experiment), *_of_network(experiment))
    if undone:
        return (*undone, *_of_task(experiment))
    if by_training or word in {"diverged", "long step"}:
        return ("slower",)
    return ("adam", "steps") if descent else ("steps",)


def _of_training(experiment: Experiment) -> list[str]:
    """What is unusual in the training."""
    training, (low, high) = experiment.training, USUAL[experiment.training.optimizer]
    threshold = training.clip_norm or training.clip_layer_norm or training.clip_value
    found = {
        "inputs": training.input_scale != 1,
        "decay": training.weight_decay >= STRONG_DECAY,
        "unclipped": threshold is not None and threshold * training.learning_rate < SHORT,
    }
    unusual = not low <= training.learning_rate <= high
    rate = {"adam": True} if _needs_adam(experiment) else {_rate(training): unusual}
    return [word for word, applies in (found | rate).items() if applies]


def _rate(training: Training) -> str:
    return "rate" if training.optimizer == "sgd" else "adam"


def _needs_adam(experiment: Experiment) -> bool:
    """Whether gradient descent is not enough, whatever its rate."""
    network, training = experiment.network, experiment.training
    if training.optimizer not in {"sgd", "momentum"}:
        return False
    return training.task in LONG or (network.depth >= VERY_DEEP and network.norm == "none")


def _of_task(experiment: Experiment) -> list[str]:
    """More steps, where the rest is not enough: a single layer of tanh learns slowly."""
    slow = experiment.network.depth == 1 and experiment.network.activation == "tanh"
    return ["steps"] if slow or experiment.training.task in LONG else []


def _of_network(experiment: Experiment) -> list[str]:
    """What is unusual in the network, and what it needs for its depth."""
    network = experiment.network
    bends = experiment.training.task not in STRAIGHT
    weak = bends and network.activation in WEAK
    activation = "relu" if weak else network.activation
    found = {
        "shallow": network.depth == 1 and experiment.training.task in LONG,
        "bias": network.norm == "none" and abs(network.bias) >= LARGE_BIAS,
        "width": bends and min(network.widths) < NARROW,
        "relu": weak,
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
