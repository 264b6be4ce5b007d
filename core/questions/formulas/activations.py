"""Activation functions: their values, and their slopes."""

import math

import numpy as np


def sigmoid(z: float) -> float:
    """The sigmoid itself."""
    return 1 / (1 + math.exp(-z))


def sigmoid_slope(z: float) -> float:
    """s (1 - s)."""
    s = sigmoid(z)
    return s * (1 - s)


def tanh_slope(z: float) -> float:
    """1 - tanh(z)^2."""
    return 1 - math.tanh(z) ** 2


def slope_ceiling() -> float:
    """The largest slope of a sigmoid."""
    return sigmoid_slope(0)


def steepest_slopes() -> dict[str, str]:
    """Which of the partners the largest slope of each function is, by differences on a fine grid."""
    z = np.linspace(-8, 8, 1601)
    values = {
        "sigmoid": 1 / (1 + np.exp(-z)),
        "tanh": np.tanh(z),
        "relu": np.maximum(z, 0),
        "softmax": np.exp(z) / (np.exp(z) + np.exp(0)),
    }
    partners = {"quarter": 0.25, "half": 0.5, "one": 1.0}
    largest = {name: np.gradient(value, z).max() for name, value in values.items()}
    return {name: min(partners, key=lambda p: abs(partners[p] - slope)) for name, slope in largest.items()}
