"""Averages of an activation over normal numbers, by quadrature: what mean-field theory is made of."""

from functools import lru_cache
from math import log2, sqrt
from typing import NamedTuple

import numpy as np
import torch

from core.networks.activations import ACTIVATIONS
from core.networks.results import Floats

LEGENDRE = np.polynomial.legendre.leggauss(16)  # nodes and weights on each piece of the quadrature
FINE = 0.25  # no activation changes its curvature over less than this, but for its kink at 0
FAR = 12.0  # standard deviations; beyond lies 1e-32 of a normal number


class Moments(NamedTuple):
    """Averages over z ~ N(mean, variance) of phi(z), phi(z)^2 and phi'(z)^2."""

    mean: float
    square: float
    slope_square: float

    @property
    def variance(self) -> float:
        """Of phi(z)."""
        return self.square - self.mean**2


@lru_cache(maxsize=4096)
def moments(activation: str, mean: float, variance: float) -> Moments:
    """The averages of one activation that all formulas here are made of.

    >>> round(moments("relu", 0.0, 1.0).mean * sqrt(2 * np.pi), 12)
    1.0
    """
    chosen = ACTIVATIONS[activation]
    z, weights = quadrature(mean, variance)
    a = chosen.function(z)
    slope = chosen.slope(z, a)
    return Moments(float(weights @ a), float(weights @ a.square()), float(weights @ slope.square()))


def _standard() -> tuple[Floats, Floats]:
    """Points and weights for a standard normal number, in pieces of length 1: not one is far from a kink."""
    nodes, shares = LEGENDRE
    z = (np.arange(-8, 8)[:, None] + (nodes + 1) / 2).ravel()
    density = np.exp(-(z**2) / 2) * np.tile(shares, 16)
    return z, density / density.sum()


STANDARD = _standard()


@lru_cache(maxsize=4096)
def spread(activation: str, mean: float, variance: float, own: float) -> float:
    """E[phi(z)^2] - E[phi(z) phi(z')] for z, z' ~ N(mean, variance), of which the part of variance `own` is their own.

    Given what they share they are independent, so it is the variance of phi that is left then, on average: no
    difference of two nearly equal numbers, however alike z and z' are.

    >>> round(spread("linear", 0.0, 1.0, 0.25), 12)
    0.25
    """
    chosen, (nodes, weights) = ACTIVATIONS[activation], STANDARD
    shared = mean + sqrt(max(variance - own, 0.0)) * nodes
    z = torch.from_numpy(shared[:, None] + sqrt(own) * nodes)
    a = chosen.function(z).numpy()
    means = a @ weights
    return float(weights @ (((a - means[:, None]) ** 2) @ weights))


def quadrature(mean: float, variance: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Points z and weights w with E[f(z)] = w @ f(z) for z ~ N(mean, variance), to about 12 digits.

    Gauss-Legendre in pieces that are cut at 0, where activations have their kinks, and get finer towards it, as they
    may be steep there; a single Gauss-Hermite rule would be exact for neither.
    """
    if variance == 0:
        return torch.tensor([mean], dtype=torch.float64), torch.ones(1, dtype=torch.float64)
    sd = sqrt(variance)
    ends = _cuts(mean, sd)
    middle, half = (ends[1:] + ends[:-1]) / 2, (ends[1:] - ends[:-1]) / 2
    nodes, shares = LEGENDRE
    z = (middle[:, None] + half[:, None] * nodes).ravel()
    density = np.exp(-(((z - mean) / sd) ** 2) / 2) / (sd * sqrt(2 * np.pi))
    return torch.from_numpy(z), torch.from_numpy(density * (half[:, None] * shares).ravel())


def _cuts(mean: float, sd: float) -> Floats:
    around_mean = mean + sd * np.arange(-FAR, FAR + 1)
    reach = abs(mean) + FAR * sd
    towards_zero = reach * 2.0 ** -np.arange(max(log2(reach / FINE), 1))
    cuts = np.unique(np.concatenate([around_mean, towards_zero, -towards_zero, [0.0]]))
    low, high = mean - FAR * sd, mean + FAR * sd
    return np.asarray(cuts[(cuts >= low) & (cuts <= high)])
