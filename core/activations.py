"""The nonlinearities: phi(z), its slope phi'(z), and how steep it ever gets.

They use only methods of the tensor that comes in, so this file loads without torch.
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi, sqrt
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from torch import Tensor

LEAK = 0.01  # slope of leaky ReLU below zero, as in torch.nn.LeakyReLU
SELU_SCALE = 1.0507009873554805  # lambda in Klambauer et al. 2017
SELU_ALPHA = 1.6732632423543772


class Activation(NamedTuple):
    """One nonlinearity, as the forward and the backward pass need it."""

    title: str
    function: Callable[[Tensor], Tensor]
    """z -> a"""
    slope: Callable[[Tensor, Tensor], Tensor]
    """(z, a) -> phi'(z); whichever of the two is cheaper to start from"""
    steepest: float
    """The largest |phi'(z)| over all z."""


def _gaussian_cdf(z: Tensor) -> Tensor:
    return 0.5 * (1 + (z / sqrt(2)).erf())


def _gaussian_density(z: Tensor) -> Tensor:
    return (-0.5 * z * z).exp() / sqrt(2 * pi)


def _selu(z: Tensor) -> Tensor:
    return SELU_SCALE * (z.clamp(min=0) + SELU_ALPHA * z.clamp(max=0).expm1())


def _selu_slope(z: Tensor, _: Tensor) -> Tensor:
    on = (z > 0).type_as(z)
    return SELU_SCALE * (on + (1 - on) * SELU_ALPHA * z.clamp(max=0).exp())


def _leaky_slope(z: Tensor, _: Tensor) -> Tensor:
    on = (z > 0).type_as(z)
    return on + LEAK * (1 - on)


def _silu_slope(z: Tensor, _: Tensor) -> Tensor:
    s = z.sigmoid()
    return s * (1 + z * (1 - s))


ACTIVATIONS = {
    "sigmoid": Activation("Sigmoid", lambda z: z.sigmoid(), lambda _, a: a * (1 - a), 0.25),
    "tanh": Activation("Tanh", lambda z: z.tanh(), lambda _, a: 1 - a * a, 1.0),
    "relu": Activation("ReLU", lambda z: z.relu(), lambda z, _: (z > 0).type_as(z), 1.0),
    "leaky_relu": Activation("Leaky ReLU", lambda z: z.clamp(min=0) + LEAK * z.clamp(max=0), _leaky_slope, 1.0),
    "elu": Activation("ELU", lambda z: z.clamp(min=0) + z.clamp(max=0).expm1(), lambda z, _: z.clamp(max=0).exp(), 1.0),
    "selu": Activation("SELU", _selu, _selu_slope, SELU_SCALE * SELU_ALPHA),
    "gelu": Activation(
        "GELU", lambda z: z * _gaussian_cdf(z), lambda z, _: _gaussian_cdf(z) + z * _gaussian_density(z), 1.128904
    ),
    "silu": Activation("SiLU", lambda z: z * z.sigmoid(), _silu_slope, 1.099839),
    "softplus": Activation(
        "Softplus", lambda z: z.clamp(min=0) + (-z.abs()).exp().log1p(), lambda z, _: z.sigmoid(), 1.0
    ),
    "softsign": Activation("Softsign", lambda z: z / (1 + z.abs()), lambda z, _: 1 / (1 + z.abs()).square(), 1.0),
    "linear": Activation("Linear", lambda z: z.clone(), lambda z, _: z.new_ones(()).expand_as(z), 1.0),
}
