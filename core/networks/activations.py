"""The nonlinearities: phi(z), its slope phi'(z), and how steep it ever gets.

They write into memory that is there already, because training calls them at every step, and this file
loads without torch, so that a page can list their names.
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
    apply: Callable[[Tensor], object]
    """Writes phi(z) over z."""
    write_slope: Callable[[Tensor, Tensor, Tensor], object]
    """(z, a, out): writes phi'(z) into out, from z or from a = phi(z)"""
    steepest: float
    """The largest |phi'(z)| over all z."""
    reads_z: bool = False
    """Whether the slope is taken from z; otherwise z may be gone when it is asked for"""

    def function(self, z: Tensor) -> Tensor:
        """phi(z), leaving z as it is."""
        a = z.clone()
        self.apply(a)
        return a

    def slope(self, z: Tensor, a: Tensor) -> Tensor:
        """phi'(z), where a = phi(z)."""
        out = z.clone()
        self.write_slope(z, a, out)
        return out


def _gaussian_cdf(z: Tensor) -> Tensor:
    return (z / sqrt(2)).erf_().add_(1).mul_(0.5)


def _gaussian_density(z: Tensor) -> Tensor:
    return z.square().mul_(-0.5).exp_().div_(sqrt(2 * pi))


def _sigmoid_slope(_: Tensor, a: Tensor, out: Tensor) -> None:
    import torch  # here and in the next one, so that the names can be listed without torch

    torch.addcmul(a, a, a, value=-1, out=out)


def _relu_slope(_: Tensor, a: Tensor, out: Tensor) -> None:
    import torch

    torch.sign(a, out=out)


def _leaky_slope(_: Tensor, a: Tensor, out: Tensor) -> None:
    out.copy_(a > 0).mul_(1 - LEAK).add_(LEAK)


def _elu(z: Tensor) -> None:
    below = z.clamp(max=0).expm1_()
    z.clamp_(min=0).add_(below)


def _selu(z: Tensor) -> None:
    below = z.clamp(max=0).expm1_()
    z.clamp_(min=0).add_(below, alpha=SELU_ALPHA).mul_(SELU_SCALE)


def _selu_slope(z: Tensor, _: Tensor, out: Tensor) -> None:
    on = (z > 0).type_as(z)
    out.copy_(z).clamp_(max=0).exp_().mul_(SELU_ALPHA).mul_(1 - on).add_(on).mul_(SELU_SCALE)


def _silu_slope(z: Tensor, _: Tensor, out: Tensor) -> None:
    s = z.sigmoid()
    out.copy_(1 - s).mul_(z).add_(1).mul_(s)


def _softplus(z: Tensor) -> None:
    rest = z.abs().neg_().exp_().log1p_()
    z.clamp_(min=0).add_(rest)


ACTIVATIONS = {
    "sigmoid": Activation("Sigmoid", lambda z: z.sigmoid_(), _sigmoid_slope, 0.25),
    "tanh": Activation("Tanh", lambda z: z.tanh_(), lambda _, a, out: out.fill_(1).addcmul_(a, a, value=-1), 1.0),
    "relu": Activation("ReLU", lambda z: z.clamp_min_(0), _relu_slope, 1.0),
    "leaky_relu": Activation("Leaky ReLU", lambda z: z.add_(z.clamp(max=0), alpha=LEAK - 1), _leaky_slope, 1.0),
    "elu": Activation("ELU", _elu, lambda z, _, out: out.copy_(z).clamp_(max=0).exp_(), 1.0, reads_z=True),
    "selu": Activation("SELU", _selu, _selu_slope, SELU_SCALE * SELU_ALPHA, reads_z=True),
    "gelu": Activation(
        "GELU",
        lambda z: z.mul_(_gaussian_cdf(z)),
        lambda z, _, out: out.copy_(_gaussian_density(z)).mul_(z).add_(_gaussian_cdf(z)),
        1.128904,
        reads_z=True,
    ),
    "silu": Activation("SiLU", lambda z: z.mul_(z.sigmoid()), _silu_slope, 1.099839, reads_z=True),
    "softplus": Activation("Softplus", _softplus, lambda _, a, out: out.copy_(a).neg_().expm1_().neg_(), 1.0),
    "softsign": Activation(
        "Softsign",
        lambda z: z.div_(z.abs().add_(1)),
        lambda z, _, out: out.copy_(z).abs_().add_(1).reciprocal_().square_(),
        1.0,
        reads_z=True,
    ),
    "linear": Activation("Linear", lambda _: None, lambda _, __, out: out.fill_(1), 1.0),
}
