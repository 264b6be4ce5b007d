"""One backward pass taken apart: what the weights, the activation, the normalization and the skip each did."""

from dataclasses import dataclass

import numpy as np

from core.networks.results import Floats, GradientProfile


@dataclass(frozen=True, eq=False)
class Decomposition:
    """The ratio |delta(l)| / |delta(l+1)| as a product, for l = 1 .. depth - 1: arrays of shape (depth - 1,).

    `ratio = weight * skip * branch * activation * norm`, exactly but for rounding. A part that a network does not
    have is 1. Where one of the norms is 0 the parts after it have no value: NaN.

    From layer l+1 to layer l the error signal becomes, in this order,

        v = W(l+1)^T delta(l+1)                 weight      |v| / |delta(l+1)|
        r(l) = v, or v + r(l+1) past a skip     skip        |r(l)| / |v|
        g = s r(l), s the branch's factor       branch      |g| / |r(l)|
        phi'(z(l)) * g                          activation  |phi'(z(l)) * g| / |g|
        delta(l), after the normalization       norm        |delta(l)| / |phi'(z(l)) * g|

    `activation` weighs each slope by the gradient that meets it, so it is not the mean slope.
    "A sigmoid passes on a quarter at most" is a ceiling of `activation` alone; the weights are a factor of their own.
    """

    ratio: Floats
    weight: Floats
    skip: Floats
    branch: Floats
    activation: Floats
    norm: Floats


def decompose(profile: GradientProfile) -> Decomposition:
    """The parts of each layer-to-layer ratio of the error signal in this very pass.

    >>> from core import Network, gradient_profile
    >>> parts = decompose(gradient_profile(Network(depth=4, activation="sigmoid")))
    >>> bool((parts.activation <= 0.25).all())
    True
    """
    above, carried, arriving, entering, sloped, delta = profile.backward_chain
    with np.errstate(divide="ignore", invalid="ignore"):
        return Decomposition(
            ratio=delta / above,
            weight=carried / above,
            skip=arriving / carried,
            branch=entering / arriving,
            activation=sloped / entering,
            norm=delta / sloped,
        )
