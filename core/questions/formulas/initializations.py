"""Initial weights: the rules of LeCun, Xavier and He, and what a ReLU network makes of them."""

import math


def he_std(n: int) -> float:
    """Standard deviation of He's weights (He et al. 2015)."""
    return math.sqrt(2 / n)


def he_variance(n: int) -> float:
    """Their variance."""
    return 2 / n


def lecun_std(n: int) -> float:
    """Without the factor 2 that makes up for the units that are off."""
    return math.sqrt(1 / n)


def he_root_of_two_only(n: int) -> float:
    """With the root taken of the 2 alone."""
    return math.sqrt(2) / n


def he_halved(n: int) -> float:
    """With the factor 2 on the wrong side."""
    return math.sqrt(1 / (2 * n))


def xavier_std(n: int, m: int) -> float:
    """Standard deviation of Xavier's weights between n and m units (Glorot and Bengio 2010, eq. 12)."""
    return math.sqrt(2 / (n + m))


def xavier_bound(n: int, m: int) -> float:
    """The bound of the uniform distribution with that standard deviation (Glorot and Bengio 2010, eq. 16)."""
    return math.sqrt(6 / (n + m))


def xavier_variance(n: int, m: int) -> float:
    """Its variance."""
    return 2 / (n + m)


def xavier_bound_of_inputs(n: int) -> float:
    """The bound if the inputs were counted twice and the outputs not at all."""
    return math.sqrt(3 / n)


def leaky_gain(a: float) -> float:
    """The gain that keeps the signal level for a leaky ReLU of slope a (He et al. 2015, eq. 15)."""
    return math.sqrt(2 / (1 + a**2))


def relu_gain() -> float:
    """The gain for a ReLU, as if nothing leaked."""
    return math.sqrt(2)


def leaky_gain_without_square(a: float) -> float:
    """With the slope not squared."""
    return math.sqrt(2 / (1 + a))


def leaky_gain_squared(a: float) -> float:
    """The square of the gain that is right."""
    return leaky_gain(a) ** 2


def leaky_gain_without_half(a: float) -> float:
    """Adding up the two kinds of units in place of averaging them."""
    return math.sqrt(1 / (1 + a**2))


def relu_default_log10(L: int) -> float:  # noqa: N803
    """Weights of variance 1/(3n), half the units on: a factor of sqrt(1/6) a layer."""
    return L / 2 * math.log10(1 / 6)


def relu_default_squared(L: int) -> float:  # noqa: N803
    """The same for the squared signal."""
    return 2 * relu_default_log10(L)


def relu_default_half_only(L: int) -> float:  # noqa: N803
    """Counting only that half the units are off."""
    return L / 2 * math.log10(1 / 2)


def relu_default_weights_only(L: int) -> float:  # noqa: N803
    """Counting only that the weights are small."""
    return L / 2 * math.log10(1 / 3)


def relu_lecun_log10(L: int) -> float:  # noqa: N803
    """Weights of variance 1/n, half the units on: a factor of sqrt(1/2) a layer."""
    return L / 2 * math.log10(1 / 2)


def relu_lecun_squared(L: int) -> float:  # noqa: N803
    """The same for the squared signal."""
    return L * math.log10(1 / 2)
