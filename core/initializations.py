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
    biases: Callable[[Tensor, int], Tensor] = lambda draws, _: draws * 0
    """(draws (fan_out,), fan_in) -> biases (fan_out,)"""


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
    "xavier": Initialization("Xavier", lambda draws: draws * sqrt(2 / sum(draws.shape))),
    "he": Initialization("He", lambda draws: draws * sqrt(2 / draws.shape[1])),
    "lecun": Initialization("LeCun", lambda draws: draws * sqrt(1 / draws.shape[1])),
    "torch": Initialization(
        "PyTorch default",
        lambda draws: _uniform(draws) / sqrt(draws.shape[1]),
        lambda draws, fan_in: _uniform(draws) / sqrt(fan_in),
    ),
    "orthogonal": Initialization("Orthogonal", _orthogonal),
    "normal": Initialization("Normal", lambda draws: draws * sqrt(1 / draws.shape[1])),
    "zeros": Initialization("All zeros", lambda draws: draws * 0),
}
