"""What mean-field theory predicts of a wide network at initialization, before anything is measured.

In a wide layer the pre-activations are normal numbers, so a layer is described by a few averages over its units, and
one layer's averages give the next one's (Poole et al. 2016; Schoenholz et al. 2017):

    length map         q(l) = sigma_w^2 E[a(l-1)^2] + sigma_b^2,   z(l) ~ N(bias, q(l))
    gradient factor    |delta(l)|^2 / |delta(l+1)|^2 = sigma_w^2 E[phi'(z(l))^2]

with sigma_w^2 the weight variance times fan-in. The weights that carry the error signal back are treated as
independent of those that carried the activations up. What normalization and skips change is said where it is done.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from math import exp, inf, log, sqrt
from typing import NamedTuple

import numpy as np

from core.errors import Fixable, pick
from core.experiment import Network
from core.initializations import INITIALIZATIONS
from core.moments import Moments, moments
from core.results import Floats
from core.tasks import TASKS

NARROW = 16  # units; below, single networks are too far from the average for a prediction
EDGE = 2e-3  # a factor chi this close to 1 is on the edge of chaos
DEEP = 2000  # layers after which a network has settled
RANGE = 1e100  # lengths beyond this, or below its inverse, have settled too: nothing will bring them back


class Layer(NamedTuple):
    """The averages of one hidden layer of a wide network."""

    length: float
    """q(l): variance over the units of z(l) = W a(l-1) + b, at one point"""
    square: float
    """E[a^2] of the layer's output"""
    mean: float
    """E[a]"""
    spread: float
    """variance of a unit's output over the batch; followed only under batch normalization"""
    passed: float
    """|delta(l)|^2 / |dL/da(l)|^2"""
    weights: float
    """sigma_w^2 of the weights that lead into the layer"""
    skip: bool


def layers(network: Network, task: str = "gaussian", input_scale: float = 1.0) -> Iterator[Layer]:
    """The hidden layers' averages, input side first, going on after the last with more of its kind.

    Batch normalization (Yang et al. 2019, at infinite batch) divides z by its standard deviation over the batch, to
    which only the part of the input that varies over the batch contributes; layer normalization by the one over the
    units. Both leave N(0, 1), and on the way back divide the error signal by the same number.
    A skip adds: E[(a + sF)^2] = E[a^2] + 2s E[a] E[F] + s^2 E[F^2], with the branch's factor s (after Yang &
    Schoenholz 2017, for blocks of one layer).
    """
    square, mean, spread = input_scale**2, 0.0, input_scale**2
    fan_in, initialization = pick(TASKS, task, "task").features, INITIALIZATIONS[network.init]
    factor = 1 / sqrt(sum(network.skips)) if network.residual == "scaled" and any(network.skips) else 1.0
    for number in range(DEEP):
        units = network.widths[min(number, network.depth - 1)]
        skip = network.skips[min(number, network.depth - 1)]
        weights = network.gain**2 * initialization.variance(fan_in, units) * fan_in
        length = weights * square + initialization.bias_variance(fan_in)
        before = {"none": 1.0, "batch": weights * spread, "layer": length}[network.norm]
        phi = moments(network.activation, network.bias, length) if network.norm == "none" else _unit(network)
        s = factor if skip else 1.0
        passed = s**2 * phi.slope_square / before
        if skip:
            square += 2 * s * mean * phi.mean + s**2 * phi.square
            mean, spread = mean + s * phi.mean, spread + s**2 * phi.variance
        else:
            square, mean, spread = phi.square, phi.mean, phi.variance
        yield Layer(length, square, mean, spread, passed, weights, skip)
        fan_in = units


def _unit(network: Network) -> Moments:
    return moments(network.activation, 0.0, 1.0)


def _factor(below: Layer, above: Layer) -> float:
    """|delta(l)| / |delta(l+1)|: what arrives at a(l) is W^T delta(l+1) and, past a skip, what arrived at a(l+1)."""
    arriving = above.weights * above.passed + above.skip
    return sqrt(below.passed / above.passed * arriving)


@dataclass(frozen=True, eq=False)
class Prediction:
    """The length map and the error signal's factors of one network.

    Attributes:
        length: (depth,) q(l)
        factor: (depth - 1,) |delta(l)| / |delta(l+1)|, input side first
        caveat: What keeps the prediction from being more than a guide; empty if nothing does

    """

    length: Floats
    factor: Floats
    caveat: str


def predict(network: Network, task: str = "gaussian", input_scale: float = 1.0) -> Prediction:
    """The prediction for each layer. Raises `Fixable` where the theory has nothing to say."""
    _refuse(network)
    first = list(islice(layers(network, task, input_scale), network.depth))
    factors = [_factor(below, above) for below, above in pairwise(first)]
    return Prediction(np.array([layer.length for layer in first]), np.array(factors), _caveat(task))


def per_layer_factor(network: Network, task: str = "gaussian", input_scale: float = 1.0) -> float:
    """The predicted |delta(l)| / |delta(l+1)|, as a geometric mean over the layers, without two at each end.

    Raises `Fixable` where the theory has nothing to say.

    >>> round(per_layer_factor(Network(20, 256, "sigmoid", "xavier")), 3)
    0.236
    """
    factors = predict(network, task, input_scale).factor
    inner = factors[2:-2] if len(factors) > 4 else factors
    return exp(float(np.mean(np.log(inner))))


class Phase(NamedTuple):
    """Where a very deep network of this kind settles.

    Attributes:
        name: ordered: gradients vanish; chaotic: they explode; edge: neither, or only slower than exponentially
        chi: the factor by which |delta|^2 changes from layer to layer
        length: q, the fixed point of the length map; 0 or infinite if the network runs there
        depth_scale: 1 / |ln chi|: layers over which |delta|^2 changes by e; infinite on the edge (Schoenholz et
            al. 2017)

    """

    name: str
    chi: float
    length: float
    depth_scale: float


def phase(network: Network) -> Phase:
    """The phase of networks like this one, of any depth. Raises `Fixable` where there is none."""
    _refuse(network)
    if network.residual == "scaled":
        raise Fixable(
            "A residual network that is scaled by its own depth has no phase: every depth is another network.",
            "Choose plain skips, or none.",
        )
    if len(set(network.widths)) > 1:
        raise Fixable("A network whose layers differ in width has no phase.", "Give all hidden layers one width.")
    if network.norm == "none" and network.residual == "none":
        width, initialization = network.widths[0], INITIALIZATIONS[network.init]
        weights = network.gain**2 * initialization.variance(width, width) * width
        return fixed_point(network.activation, weights, initialization.bias_variance(width), network.bias)
    below, above = _settled(network)
    return _phase(_factor(below, above) ** 2, above.length)


def fixed_point(activation: str, weight_variance: float, bias_variance: float = 0.0, bias: float = 0.0) -> Phase:
    """The phase of plain networks with this sigma_w^2 (weight variance times fan-in) and sigma_b^2.

    >>> fixed_point("tanh", 1.3, 0.05).name, fixed_point("tanh", 2.5, 0.05).name
    ('ordered', 'chaotic')
    """
    length = 1.0
    for _ in range(DEEP):
        before, length = length, weight_variance * moments(activation, bias, length).square + bias_variance
        if abs(length - before) <= 1e-13 * before or not 1 / RANGE < length < RANGE:
            break
    return _phase(weight_variance * moments(activation, bias, length).slope_square, length)


def _phase(chi: float, length: float) -> Phase:
    name = "edge" if abs(chi - 1) < EDGE else "ordered" if chi < 1 else "chaotic"
    settled = 0.0 if length < 1 / RANGE else inf if length > RANGE else length
    return Phase(name, chi, settled, inf if name == "edge" else 1 / abs(log(chi)))


def _settled(network: Network) -> tuple[Layer, Layer]:
    """Two neighbours so deep in a network like this one that going on changes nothing."""
    deep = Network(2, network.widths[0], **{name: getattr(network, name) for name in KIND})
    steps = layers(deep)
    next(steps)  # the first layer has other inputs
    below, above = next(steps), next(steps)
    for further in steps:
        still = all(
            abs(new - old) <= 1e-12 * abs(old)
            for new, old in ((further.length, above.length), (further.passed, above.passed))
        )
        below, above = above, further
        if still or not 1 / RANGE < above.length < RANGE:
            break
    return below, above


KIND = ("activation", "init", "gain", "bias", "norm", "residual")


def _refuse(network: Network) -> None:
    """Raise `Fixable` if the theory does not apply."""
    if network.init == "zeros" or network.gain == 0:
        raise Fixable("With weights of zero no error signal gets through, and there is no factor.", "Draw the weights.")
    if network.residual == "zero":
        raise Fixable(
            "Branches that start at zero take no part yet: the signal passes them unchanged, exactly × 1 per layer.",
            "There is nothing to predict before the first steps; choose plain or scaled skips.",
        )
    if network.depth < 2:
        raise Fixable("A single hidden layer has no factor per layer.", "Choose a depth of 2 or more.")
    if min(network.widths) < NARROW:
        raise Fixable(
            f"The theory is about wide networks; at {min(network.widths)} units chance decides.",
            f"Choose a width of {NARROW} or more.",
        )


def _caveat(task: str) -> str:
    if TASKS[task].features > 2:
        return ""
    return "On points in the plane this is a guide only: they differ in length and lie in a plane."
