"""How the weights start: each function turns standard-normal draws into weights.

Every initialization is given the *same* draws for the same seed, so that two networks
which differ in their initialization or activation start from the same dice.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from torch import Tensor


class Initialization(NamedTuple):
    """One way to start a layer: its weights and, for `torch`, its biases."""

    title: str
    weights: Callable[[Tensor], Tensor]
    """draws (fan_out, fan_in), standard normal -> weights of the same shape"""
    variance: Callable[[int, int], float]
    """(fan_in, fan_out) -> variance of one weight"""
    biases: Callable[[Tensor, int], Tensor] = lambda draws, _: draws * 0
    """(draws (fan_out,), fan_in) -> biases (fan_out,)"""
    bias_variance: Callable[[int], float] = lambda _: 0.0
    """fan_in -> variance of one bias"""


def _uniform(draws: Tensor) -> Tensor:
    """Standard-normal draws turned into draws from U(-1, 1), through their distribution function."""
    return (draws / sqrt(2)).erf()


def _orthogonal(draws: Tensor) -> Tensor:
    """Rows or columns of length one at right angles (Saxe et al. 2013)."""
    from torch.linalg import qr  # here, so that the names can be listed without torch

    wide = draws.shape[0] < draws.shape[1]
    columns, r = qr(draws.T if wide else draws)
    q: Tensor = columns * r.diagonal().sign()  # makes the result uniform over all orthogonal matrices (Mezzadri 2007)
    return q.T if wide else q


INITIALIZATIONS = {
    "xavier": Initialization(  # Glorot & Bengio 2010
        "Xavier", lambda draws: draws * sqrt(2 / sum(draws.shape)), lambda fan_in, fan_out: 2 / (fan_in + fan_out)
    ),
    "he": Initialization(  # He et al. 2015
        "He", lambda draws: draws * sqrt(2 / draws.shape[1]), lambda fan_in, _: 2 / fan_in
    ),
    "lecun": Initialization(  # LeCun et al. 1998
        "LeCun", lambda draws: draws * sqrt(1 / draws.shape[1]), lambda fan_in, _: 1 / fan_in
    ),
    "torch": Initialization(  # what torch.nn.Linear does
        "PyTorch default",
        lambda draws: _uniform(draws) / sqrt(draws.shape[1]),
        lambda fan_in, _: 1 / (3 * fan_in),
        lambda draws, fan_in: _uniform(draws) / sqrt(fan_in),
        lambda fan_in: 1 / (3 * fan_in),
    ),
    "orthogonal": Initialization(  # Saxe et al. 2013
        "Orthogonal", _orthogonal, lambda fan_in, fan_out: 1 / max(fan_in, fan_out)
    ),
    "normal": Initialization("Normal", lambda draws: draws * sqrt(1 / draws.shape[1]), lambda fan_in, _: 1 / fan_in),
    "zeros": Initialization("All zeros", lambda draws: draws * 0, lambda *_: 0.0),
}
