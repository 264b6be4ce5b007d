"""What mean-field theory predicts of a wide network at initialization, before anything is measured.

In a wide layer the pre-activations are normal numbers, so a layer is described by a few averages over its units, and
one layer's averages give the next one's (Poole et al. 2016; Schoenholz et al. 2017):

    length map         q(l) = sigma_w^2 E[a(l-1)^2] + sigma_b^2,   z(l) ~ N(bias, q(l))
    correlation map    E[a(l) a'(l)] for two points; z, z' covary by sigma_w^2 E[a(l-1) a'(l-1)] + sigma_b^2
    gradient factor    |delta(l)|^2 / |delta(l+1)|^2 = sigma_w^2 E[phi'(z(l))^2]

with sigma_w^2 the weight variance times fan-in. The weights that carry the error signal back are treated as
independent of those that carried the activations up. What normalization and skips change is said where it is done.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from math import exp, inf, log, nan, sqrt
from typing import NamedTuple

import numpy as np

from core.errors import Fixable, pick
from core.networks.activations import ACTIVATIONS
from core.networks.experiment import Network, Training
from core.networks.initializations import INITIALIZATIONS
from core.networks.layers import EPSILON
from core.networks.results import Floats
from core.networks.tasks import TASKS
from core.theory import moments as averages
from core.theory.moments import Moments, moments

NARROW = 16  # units; below, single networks are too far from the average for a prediction
EDGE = 2e-3  # a factor chi this close to 1 is on the edge of chaos
DEEP = 2000  # layers after which a network has settled
LIMIT = 1e200  # lengths beyond this are not followed
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
    """E[a^2] - E[a a'] for two points, which is the variance of a unit's output over a large batch"""
    passed: float
    """|delta(l)|^2 / |dL/da(l)|^2"""
    weights: float
    """sigma_w^2 of the weights that lead into the layer"""
    skip: bool


def layers(network: Network, task: str = "gaussian", input_scale: float = 1.0) -> Iterator[Layer]:
    """The hidden layers' averages, input side first, going on after the last with more of its kind.

    Batch normalization (Yang et al. 2019, at infinite batch) divides z by its standard deviation over the batch, to
    which only the part of the input that varies over the batch contributes; layer normalization by the one over the
    units. Both leave N(0, 1), but for the small number they add, and on the way back divide by the same.
    A skip adds: E[(a + sF)^2] = E[a^2] + 2s E[a] E[F] + s^2 E[F^2], with the branch's factor s (after Yang &
    Schoenholz 2017, for blocks of one layer).
    """
    training = Training(task, input_scale=input_scale)  # refuses what is no task and no scale
    square, mean, spread = training.input_scale**2, 0.0, training.input_scale**2
    fan_in, initialization = TASKS[task].features, INITIALIZATIONS[network.init]
    factor = 1 / sqrt(sum(network.skips)) if network.residual == "scaled" and any(network.skips) else 1.0
    for number in range(DEEP):
        units = network.widths[min(number, network.depth - 1)]
        skip = network.skips[min(number, network.depth - 1)]
        weights = network.gain * network.gain * initialization.variance(fan_in, units) * fan_in
        length = weights * square + initialization.bias_variance(fan_in)
        if length > LIMIT or not weights > 1 / LIMIT:
            raise Fixable(
                f"In layer {number + 1} the signal leaves the range of numbers.", "Choose a gain nearer to 1."
            )
        before, phi = _activated(network, length, weights * spread)
        own = _spread(network, phi, length, weights * spread)
        s = factor if skip else 1.0
        passed = s**2 * phi.slope_square / before
        if passed < 1 / LIMIT:
            raise Fixable(
                f"In theory this network is dead: layer {number + 1} passes no error signal on.",
                "Choose a bias nearer to 0.",
            )
        if skip:
            square += 2 * s * mean * phi.mean + s**2 * phi.square
            mean, spread = mean + s * phi.mean, spread + s**2 * own
        else:
            square, mean, spread = phi.square, phi.mean, own
        yield Layer(length, square, mean, spread, passed, weights, skip)
        fan_in = units


def _activated(network: Network, length: float, spread: float) -> tuple[float, Moments]:
    """What normalization divides the square of z by, and the averages of what then comes out of phi.

    `spread` is the variance of z over the batch. Below the smallest length an activation is a straight line or two.
    """
    if network.norm == "none":
        return 1.0, moments(network.activation, network.bias, max(length, 1 / LIMIT))
    size = spread if network.norm == "batch" else length
    return size + EPSILON, moments(network.activation, 0.0, max(size / (size + EPSILON), 1 / LIMIT))


def _spread(network: Network, phi: Moments, length: float, own: float) -> float:
    """E[F^2] - E[F F'] for two points whose z share all but a part of variance `own`.

    Batch normalization subtracts what the points share, and leaves independent ones; layer normalization divides.
    """
    if network.norm == "batch":
        return phi.variance
    size = length + EPSILON if network.norm == "layer" else 1.0
    bias = network.bias if network.norm == "none" else 0.0
    return averages.spread(network.activation, bias, max(length, 1 / LIMIT) / size, min(own, length) / size)


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
        cosine: (depth,) of the outputs a(l) of two points that were independent at the input
        correlation: (depth,) the same of a(l) less its mean over the units
        caveat: What keeps the prediction from being more than a guide; empty if nothing does

    """

    length: Floats
    factor: Floats
    cosine: Floats
    correlation: Floats
    caveat: str


def predict(network: Network, task: str = "gaussian", input_scale: float = 1.0) -> Prediction:
    """The prediction for each layer. Raises `Fixable` where the theory has nothing to say."""
    _refuse(network)
    through = list(islice(layers(network, task, input_scale), network.depth))
    factors = [_factor(below, above) for below, above in pairwise(through)]
    _refuse_alignment(network, through)
    return Prediction(
        length=np.array([layer.length for layer in through]),
        factor=np.array(factors),
        cosine=np.array([1 - layer.spread / layer.square for layer in through]),
        correlation=np.array([_correlation(layer) for layer in through]),
        caveat=" ".join(_caveats(network, task)),
    )


def _correlation(layer: Layer) -> float:
    variance = layer.square - layer.mean**2  # over the units
    return 1 - layer.spread / variance if variance > 0 else nan


def _refuse_alignment(network: Network, through: list[Layer]) -> None:
    """Raise `Fixable` where the independence of the weights that carry back would need a wider network than this.

    Between skips without normalization, activations with a mean line all signals up along one direction. The part of
    the error signal along it grows as fast backwards as the signal did forwards, from a share of 1 / width.
    """
    if network.norm != "none" or network.residual == "none":
        return
    forwards = log(through[-1].square / through[0].square)
    backwards = sum(log(above.weights * above.passed + above.skip) for above in through[1:])
    if forwards - backwards > log(min(network.widths)):
        raise Fixable(
            "Between skips without normalization this activation lines all signals up, and theory would hold only for "
            f"layers of far more than {exp(min(forwards - backwards, 300)):.1g} units.",
            "Normalize, scale the branches, or take fewer layers.",
        )


def per_layer_factor(network: Network, task: str = "gaussian", input_scale: float = 1.0) -> float:
    """The predicted |delta(l)| / |delta(l+1)|, as a geometric mean over the layers, without two at each end.

    Compare it with a measurement on the same `task`: gaussian is the one on which it is meant to hold. Raises
    `Fixable` where the theory has nothing to say; what else to be wary of is in `predict(network).caveat`.

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
        weights = network.gain * network.gain * initialization.variance(width, width) * width
        return fixed_point(network.activation, weights, initialization.bias_variance(width), network.bias)
    through = list(islice(_deep(network), DEEP))
    if network.norm == "none" and _growth(through) > _factor(*through[-2:]) ** 2 * (1 + EDGE):
        raise Fixable(
            "Between skips without normalization this activation lines all signals up, and theory has no phase for it.",
            "Normalize, or choose an activation whose mean is 0, such as tanh.",
        )
    pairs = list(pairwise(through))
    ends = [pairs[len(pairs) // 2], pairs[-1]]
    return _phase([_factor(*pair) ** 2 for pair in ends], [above.length for _, above in ends])


def _growth(through: list[Layer]) -> float:
    """By what E[a^2] is multiplied from the last layer but one to the last."""
    return through[-1].square / through[-2].square


def _deep(network: Network) -> Iterator[Layer]:
    """The layers of a network like this one, after the first, until going on changes nothing or leaves the range."""
    kind = {name: getattr(network, name) for name in ("activation", "init", "gain", "bias", "norm", "residual")}
    last = None
    for layer in islice(layers(Network(2, network.widths[0], **kind)), 1, None):
        yield layer
        still = last and all(
            abs(new - old) <= 1e-13 * abs(old)
            for new, old in ((layer.length, last.length), (layer.passed, last.passed))
        )
        if still or (last and not 1 / RANGE < layer.length < RANGE):
            return
        last = layer


def fixed_point(
    activation: str, weight_variance: float, bias_variance: float = 0.0, bias: float = 0.0, start: float | None = None
) -> Phase:
    """The phase of plain networks with this sigma_w^2 (weight variance times fan-in) and sigma_b^2.

    `start` is the first layer's length q(1), by default that of inputs of unit variance. It matters: wide inputs may
    run to infinity where narrow ones die out, as with SiLU and GELU.

    >>> fixed_point("tanh", 1.3, 0.05).name, fixed_point("tanh", 2.5, 0.05).name
    ('ordered', 'chaotic')
    """
    pick(ACTIVATIONS, activation, "activation")
    for name, value in (("weight_variance", weight_variance), ("start", 1.0 if start is None else start)):
        if not 1 / RANGE < value < RANGE:
            raise Fixable(f"{name} cannot be {value!r}.", "Give a positive number, or choose a gain nearer to 1.")
    if not 0 <= bias_variance < RANGE:
        raise Fixable(f"bias_variance cannot be {bias_variance!r}.", "Give a number from 0 on.")
    lengths = [weight_variance + bias_variance if start is None else start]
    for _ in range(DEEP):
        lengths.append(weight_variance * moments(activation, bias, lengths[-1]).square + bias_variance)
        if abs(lengths[-1] - lengths[-2]) <= 1e-13 * lengths[-2] or not 1 / RANGE < lengths[-1] < RANGE:
            break
    ends = [lengths[len(lengths) // 2], lengths[-1]]
    return _phase([weight_variance * moments(activation, bias, max(q, 1 / LIMIT)).slope_square for q in ends], ends)


def _phase(chis: list[float], lengths: list[float]) -> Phase:
    """The phase, from chi and q half-way down and at the end.

    What is still on its way there changes by a power of the depth, not exponentially: chi goes to 1, q to 0 or on and
    on. So the edge is also where ln chi keeps shrinking.
    """
    half, chi = chis
    if chi == 0:
        raise Fixable("In theory this network dies: no error signal gets through.", "Choose a bias nearer to 0.")
    moving = abs(lengths[1] / lengths[0] - 1) > 1e-3
    fading = moving and abs(log(chi)) < 0.9 * abs(log(half))
    length = lengths[1] if not moving else inf if lengths[1] > lengths[0] else 0.0
    if fading or abs(chi - 1) < EDGE:
        return Phase("edge", 1.0 if fading else chi, length, inf)
    return Phase("ordered" if chi < 1 else "chaotic", chi, length, 1 / abs(log(chi)))


def _refuse(network: Network) -> None:
    """Raise `Fixable` if the theory does not apply."""
    if network.init == "zeros" or network.gain == 0:
        raise Fixable("With weights of zero no error signal gets through, and there is no factor.", "Draw the weights.")
    if network.residual == "zero":
        raise Fixable(
            "Branches that start at zero take no part yet: dL/da passes them unchanged, and inside them delta is 0.",
            "There is nothing to predict before the first steps; choose plain or scaled skips.",
        )
    if network.depth < 2:
        raise Fixable("A single hidden layer has no factor per layer.", "Choose a depth of 2 or more.")
    if min(network.widths) < NARROW:
        raise Fixable(
            f"The theory is about wide networks; at {min(network.widths)} units chance decides.",
            f"Choose a width of {NARROW} or more.",
        )


def _caveats(network: Network, task: str) -> Iterator[str]:
    if TASKS[task].features == 2 and network.norm == "batch":
        yield (
            "On points in the plane a step back through the first layers multiplies by up to about twice as much, and "
            "the one into layer 1 by more still. Such a batch spreads in two directions only, so some units hardly "
            "vary over it and are divided by almost nothing. It fades as the points spread in more directions: after "
            "a few layers of ReLU, after ten to twenty of sigmoid or tanh."
        )
    elif TASKS[task].features == 2:
        yield "On points in the plane this is a guide only: they differ in length and lie in a plane."
    if network.norm == "batch":
        yield "It holds for large batches; at 16 points and fewer batch normalization explodes faster."
    if network.depth > min(network.widths) / 10:
        yield "The network is narrow for its depth: chance takes most networks below the average (Hanin 2018)."
