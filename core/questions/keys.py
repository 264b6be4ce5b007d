"""The keys: every right answer is computed here, from a formula or from a run; none is typed into a quiz file.

A key is a function of the item's drawn numbers. Its first argument, `ask`, gives profiles for experiments;
it returns a number, the id of an option, or the set of ids of all right options.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median

import numpy as np

from core.errors import Fixable
from core.experiment import Experiment, Network, Training
from core.reading import FAR, MEASURES, first_to_last, read
from core.results import GradientProfile

Ask = Callable[[Sequence[Experiment]], list[GradientProfile]]
Answer = float | str | frozenset[str]

TEN_SIGMOIDS = Experiment(Network(depth=10, activation="sigmoid", init="xavier"))


def sigmoid(_: Ask, z: float) -> float:
    """The sigmoid itself."""
    return 1 / (1 + math.exp(-z))


def sigmoid_slope(ask: Ask, z: float) -> float:
    """s (1 - s)."""
    s = sigmoid(ask, z)
    return s * (1 - s)


def tanh_slope(_: Ask, z: float) -> float:
    """1 - tanh(z)^2."""
    return 1 - math.tanh(z) ** 2


def slope_product_log10(_: Ask, L: int) -> float:  # noqa: N803
    """The logarithm to base 10 of the largest product of L sigmoid slopes."""
    return L * math.log10(0.25)


def slope_product_ln(_: Ask, L: int) -> float:  # noqa: N803
    """Its natural logarithm."""
    return L * math.log(0.25)


def slope_product_positive(ask: Ask, L: int) -> float:  # noqa: N803
    """The logarithm with its sign forgotten."""
    return -slope_product_log10(ask, L)


def first_below(_: Ask, r: float, t: float) -> float:
    """The smallest whole n with r^n < t."""
    return float(math.floor(math.log(t) / math.log(r)) + 1)


def exact_below(_: Ask, r: float, t: float) -> float:
    """The solution before rounding up."""
    return math.log(t) / math.log(r)


def last_above(ask: Ask, r: float, t: float) -> float:
    """One too few."""
    return first_below(ask, r, t) - 1


def factor_of_fall(_: Ask, decades: int, steps: int) -> float:
    """The factor per layer of a line that falls so many decades over so many layers."""
    return 10 ** (-decades / steps)


def decades_per_layer(_: Ask, decades: int, steps: int) -> float:
    """The slope of that line on the log axis."""
    return -decades / steps


def factor_of_rise(_: Ask, decades: int, steps: int) -> float:
    """The factor in the other direction."""
    return 10 ** (decades / steps)


def he_std(_: Ask, n: int) -> float:
    """Standard deviation of He's weights (He et al. 2015)."""
    return math.sqrt(2 / n)


def he_variance(_: Ask, n: int) -> float:
    """Their variance."""
    return 2 / n


def lecun_std(_: Ask, n: int) -> float:
    """Without the factor 2 that makes up for the units that are off."""
    return math.sqrt(1 / n)


def relu_default_log10(_: Ask, L: int) -> float:  # noqa: N803
    """Weights of variance 1/(3n), half the units on: a factor of sqrt(1/6) a layer."""
    return L / 2 * math.log10(1 / 6)


def relu_default_squared(ask: Ask, L: int) -> float:  # noqa: N803
    """The same for the squared signal."""
    return 2 * relu_default_log10(ask, L)


def relu_default_half_only(_: Ask, L: int) -> float:  # noqa: N803
    """Counting only that half the units are off."""
    return L / 2 * math.log10(1 / 2)


def relu_default_weights_only(_: Ask, L: int) -> float:  # noqa: N803
    """Counting only that the weights are small."""
    return L / 2 * math.log10(1 / 3)


def sigmoid_measured_log10(ask: Ask, depth: int) -> float:
    """log10 of the error signal of layer 1 against the last hidden layer's: median of five measured networks."""
    network = replace(TEN_SIGMOIDS.network, depth=depth)
    profiles = ask([Experiment(network, seed=seed) for seed in range(5)])
    return median(math.log10(first_to_last(profile.delta_norm)) for profile in profiles)


def slowest_layer(ask: Ask) -> str:
    """Where the weights move least, measured."""
    gradients = ask([TEN_SIGMOIDS])[0].grad_to_weight
    if gradients.max() < 2 * gradients.min():
        return "all"
    return {0: "first", len(gradients) - 1: "last"}.get(int(np.argmin(gradients)), "middle")


def what_multiplies(ask: Ask) -> frozenset[str]:
    """Which changes alter the share of the error signal that reaches layer 1; each is tried on a network."""
    plain = TEN_SIGMOIDS
    changed = {
        "weights": replace(plain, network=replace(plain.network, gain=2.0)),
        "slopes": replace(plain, network=replace(plain.network, activation="tanh")),
        "rate": replace(plain, training=Training(learning_rate=10.0)),
        "steps": replace(plain, training=Training(steps=3000)),
    }
    before, *after = (first_to_last(profile.delta_norm) for profile in ask([plain, *changed.values()]))
    return frozenset(
        name for name, share in zip(changed, after, strict=True) if not math.isclose(share, before, rel_tol=0.01)
    )


def higher_rate(ask: Ask) -> str:
    """What a hundredfold learning rate does to the first layer's step, compared with the last one's."""
    gradients = ask([TEN_SIGMOIDS])[0].weight_grad_norm
    steps = {rate: rate * gradients for rate in (0.1, 10.0)}
    shares = {rate: step[0] / step[-1] for rate, step in steps.items()}
    if math.isclose(shares[10.0], shares[0.1], rel_tol=1e-9):
        return "same"
    return "closer" if shares[10.0] > shares[0.1] else "further"


def level_but_small(ask: Ask) -> str:
    """The diagnosis of a ReLU network whose initial weights are too small and whose biases are zero."""
    network = Network(depth=20, activation="relu", init="normal", gain=math.sqrt(1 / 3))
    reading = read(ask([Experiment(network)])[0].weight_grad_norm, MEASURES["weights"])
    return {"tiny": "small", "level": "healthy", "vanishing": "first", "zero": "dead"}[reading.verdict]


def all_zero_weights(ask: Ask) -> frozenset[str]:
    """Which statements about a network that starts from zero weights are true, measured at two depths."""
    shallow, deep = ask([Experiment(Network(depth=depth, init="zeros")) for depth in (3, 12)])
    true = {
        "no-gradient": not deep.weight_grad_norm.any() and not shallow.weight_grad_norm.any(),
        "explodes": bool((deep.weight_grad_norm > 1).any()),
        "guesses": math.isclose(deep.loss, math.log(2), rel_tol=1e-6),
        "depth": bool(deep.weight_grad_norm[0] < shallow.weight_grad_norm[0]),
    }
    return frozenset(name for name, holds in true.items() if holds)


GRADIENT = (3.0, 4.0, 12.0)  # its norm is 13


def clipped_entry(_: Ask, c: float) -> float:
    """The last entry of the gradient after clipping by the norm at c."""
    return GRADIENT[-1] * c / math.hypot(*GRADIENT)


def clipped_by_value(_: Ask, c: float) -> float:
    """The same after clipping every entry by itself."""
    return min(GRADIENT[-1], c)


def clipped_over_one_norm(_: Ask, c: float) -> float:
    """The same if the sum of the entries is taken for the norm."""
    return GRADIENT[-1] * c / sum(GRADIENT)


def unclipped_entry(_: Ask, c: float) -> float:  # noqa: ARG001  the item draws it
    """The entry as it was."""
    return GRADIENT[-1]


def _trend(profile: GradientProfile) -> str:
    """What the error signal does on its way to layer 1: falls, level, or grows."""
    ratio = first_to_last(profile.delta_norm)
    return "falls" if ratio < 1 / FAR else "grows" if ratio > FAR else "level"


def plain_skips(ask: Ask) -> str:
    """What the error signal does in a deep ReLU network whose skips simply add."""
    return _trend(ask([Experiment(Network(depth=30, activation="relu", init="he", residual="plain"))])[0])


def layer_norm_sigmoid(ask: Ask) -> str:
    """What it does in a sigmoid network with layer normalization."""
    return _trend(ask([Experiment(Network(depth=20, activation="sigmoid", init="xavier", norm="layer"))])[0])


def singular_value(ask: Ask) -> str:
    """What it does in linear layers whose largest singular values are all well above 1: see the lesson's claim."""
    network = Network(depth=100, width=64, activation="linear", init="normal", gain=0.9)
    return _trend(ask([Experiment(network)])[0])


KEYS: dict[str, Callable[..., Answer]] = {
    function.__name__: function
    for function in (
        sigmoid, sigmoid_slope, tanh_slope, slope_product_log10, slope_product_ln,
        slope_product_positive, first_below, exact_below,
        last_above, factor_of_fall, decades_per_layer, factor_of_rise, he_std,
        he_variance, lecun_std, relu_default_log10, relu_default_squared, relu_default_half_only,
        relu_default_weights_only, sigmoid_measured_log10, slowest_layer, what_multiplies, higher_rate,
        level_but_small, all_zero_weights, clipped_entry, clipped_by_value, clipped_over_one_norm, unclipped_entry,
        plain_skips, layer_norm_sigmoid, singular_value,
    )
}  # fmt: skip


def compute(name: str, ask: Ask, numbers: dict[str, float]) -> Answer:
    """The answer that the key function `name` gives for these numbers."""
    try:
        return KEYS[name](ask, **numbers)
    except TypeError as error:
        raise Fixable(f"The key {name} does not fit the numbers {numbers}.", f"Its own complaint: {error}.") from None
