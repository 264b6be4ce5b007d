"""Backpropagation: which weights and biases get a gradient, and what it is."""

import math
from itertools import pairwise

import numpy as np

from core.questions.formulas.activations import sigmoid, sigmoid_slope


def mse_gradient(z: float) -> float:
    """The slope of half the squared error at a sigmoid output z, where 0 is right."""
    return sigmoid(z) * sigmoid_slope(z)


def cross_entropy(z: float) -> float:
    """The cross-entropy at a sigmoid output z, where 0 is right."""
    return math.log1p(math.exp(z))


def cross_entropy_slope_for_one(z: float) -> float:
    """Its slope where 1 is right."""
    return sigmoid(z) - 1


def printed_gradients() -> str:
    """What a.grad, b.grad and c.grad are for a c^2 + relu(b) at (2, -3, 0.5), where a is not tracked."""

    def loss(a: float, b: float, c: float) -> float:
        return a * c**2 + max(b, 0.0)

    at, tracked = np.array([2.0, -3.0, 0.5]), (False, True, True)
    slopes = [(loss(*(at + nudge)) - loss(*(at - nudge))) / 2e-3 for nudge in 1e-3 * np.eye(3)]
    return "-".join(f"{slope:.0f}" if known else "none" for slope, known in zip(slopes, tracked, strict=True))


def zero_start_moves(L: int, z: int) -> float:  # noqa: N803
    """How many weights and biases of L sigmoid layers and an output get a gradient if the first z start at zero."""
    sizes, dice = [2, *[8] * L, 1], np.random.default_rng(0)
    weights = [dice.standard_normal((below, above)) for below, above in pairwise(sizes)]
    weights[:z] = [np.zeros_like(weight) for weight in weights[:z]]
    received = [np.ones((4, 2))]
    for weight in weights[:-1]:
        received.append(1 / (1 + np.exp(-received[-1] @ weight)))
    delta, moved = np.full((4, 1), 0.25), 0
    for weight, a in zip(reversed(weights), reversed(received), strict=True):
        moved += int((a.T @ delta).any()) + int(delta.sum(axis=0).any())
        delta = (delta @ weight.T) * a * (1 - a)
    return float(moved)


def all_of_them(L: int) -> float:  # noqa: N803
    """How many weights and biases there are, the output unit's included."""
    return 2.0 * (L + 1)


def all_but_zeros(L: int, z: int) -> float:  # noqa: N803
    """How many of them do not start at zero."""
    return all_of_them(L) - 2 * z


def half_of_those_that_move(L: int, z: int) -> float:  # noqa: N803
    """The layers that get a gradient, each with its weights and its bias."""
    return zero_start_moves(L, z) / 2
