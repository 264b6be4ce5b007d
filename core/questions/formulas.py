"""Keys that follow from a formula, and the wrong numbers that follow from a mistake in it."""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

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


def kept_whole() -> float:
    """A factor of 1, for whoever thinks that nothing is lost."""
    return 1.0


def nothing() -> float:
    """0: its logarithm, or none at all."""
    return 0.0


def slope_product_log10(L: int) -> float:  # noqa: N803
    """The logarithm to base 10 of the largest product of L sigmoid slopes."""
    return L * math.log10(0.25)


def slope_product_ln(L: int) -> float:  # noqa: N803
    """Its natural logarithm."""
    return L * math.log(0.25)


def slope_product_positive(L: int) -> float:  # noqa: N803
    """The logarithm with its sign forgotten."""
    return -slope_product_log10(L)


def first_below(r: float, t: float) -> float:
    """The smallest whole n with r^n < t."""
    return float(math.floor(math.log(t) / math.log(r)) + 1)


def exact_below(r: float, t: float) -> float:
    """The solution before rounding up."""
    return math.log(t) / math.log(r)


def last_above(r: float, t: float) -> float:
    """One too few."""
    return first_below(r, t) - 1


def equal_amounts_below(r: float, t: float) -> float:
    """The same if every layer took away as much as the first one does."""
    return float(math.ceil((1 - t) / (1 - r)))


def factor_of_fall(decades: int, steps: int) -> float:
    """The factor per layer of a line that falls so many decades over so many layers."""
    return 10 ** (-decades / steps)


def decades_per_layer(decades: int, steps: int) -> float:
    """The slope of that line on the log axis."""
    return -decades / steps


def equal_amounts(steps: int) -> float:
    """The factor of the first step if every step took away the same amount, and the last one the rest."""
    return 1 - 1 / steps


def factor_of_rise(decades: int, steps: int) -> float:
    """The factor in the other direction."""
    return 10 ** (decades / steps)


def he_std(n: int) -> float:
    """Standard deviation of He's weights (He et al. 2015)."""
    return math.sqrt(2 / n)


def he_variance(n: int) -> float:
    """Their variance."""
    return 2 / n


def lecun_std(n: int) -> float:
    """Without the factor 2 that makes up for the units that are off."""
    return math.sqrt(1 / n)


def relu_default_log10(L: int) -> float:  # noqa: N803
    """Weights of variance 1/(3n), half the units on: a factor of sqrt(1/6) a layer."""
    return L / 2 * math.log10(1 / 6)


def relu_default_squared(L: int) -> float:  # noqa: N803
    """The same for the squared signal."""
    return 2 * relu_default_log10(L)


def relu_default_half_only(L: int) -> float:  # noqa: N803
    """Counting only that half the units are off."""
    return L / 2 * math.log10(1 / 2)


def relu_default_weights_only(L: int) -> float:  # noqa: N803
    """Counting only that the weights are small."""
    return L / 2 * math.log10(1 / 3)


GRADIENT = (3.0, 4.0, 12.0)  # its norm is 13


def clipped_entry(c: float) -> float:
    """The last entry of the gradient after clipping by the norm at c."""
    return GRADIENT[-1] * c / math.hypot(*GRADIENT)


def clipped_by_value(c: float) -> float:
    """The same after clipping every entry by itself."""
    return min(GRADIENT[-1], c)


def clipped_over_one_norm(c: float) -> float:
    """The same if the sum of the entries is taken for the norm."""
    return GRADIENT[-1] * c / sum(GRADIENT)


def unclipped_entry() -> float:
    """The entry as it was."""
    return GRADIENT[-1]


def slope_mean_product_log10(L: int) -> float:  # noqa: N803
    """Half the ceiling for every slope."""
    return L * math.log10(0.125)


def half_slopes_log10(depth: int) -> float:
    """Half the ceiling for every slope, over all steps back of a network of this depth."""
    return slope_mean_product_log10(depth - 1)


def equal_amounts_log10(depth: int) -> float:
    """What would be left of 1 in layer 1 if each layer took away the same amount, and the output the last of it."""
    return -math.log10(depth)


def sign_forgotten_log10(depth: int) -> float:
    """The ceiling over all steps back, with its sign forgotten."""
    return slope_product_positive(depth - 1)


def power_log10(r: float, L: int) -> float:  # noqa: N803
    """log10 of r^L."""
    return L * math.log10(r)


def power_ln(r: float, L: int) -> float:  # noqa: N803
    """Its natural logarithm."""
    return L * math.log(r)


def power(r: float, L: int) -> float:  # noqa: N803
    """r^L itself."""
    return float(r**L)


def added_log10(r: float, L: int) -> float:  # noqa: N803
    """The logarithm of L factors added up instead of multiplied."""
    return math.log10(r * L)


def steps_back_log10(w: float, s: float, L: int) -> float:  # noqa: N803
    """log10 of what L - 1 steps back do if the weights multiply by w and the slopes by s in each."""
    return (L - 1) * math.log10(w * s)


def layers_back_log10(w: float, s: float, L: int) -> float:  # noqa: N803
    """The same with one step too many: as many as layers."""
    return L * math.log10(w * s)


def slopes_back_log10(s: float, L: int) -> float:  # noqa: N803
    """Only the slopes."""
    return (L - 1) * math.log10(s)


def swapping_log10(a: float, b: float, L: int) -> float:  # noqa: N803
    """log10 of a value after L steps, L even, each of which swaps two values and multiplies them by a and b."""
    matrix, values = np.array([[0.0, a], [b, 0.0]]), np.ones(2)
    for _ in range(L):
        values = matrix @ values
    return float(np.log10(values[0]))


def stretched_log10(a: float, L: int) -> float:  # noqa: N803
    """The same if the largest singular value a told the story."""
    return L * math.log10(a)


def swapping_twice_log10(a: float, b: float, L: int) -> float:  # noqa: N803
    """The same if both multiplied in every step."""
    return L * math.log10(a * b)


def lost(r: float, L: int) -> float:  # noqa: N803
    """What is missing from 1 after r has been applied L times."""
    return 1 - power(r, L)


def one_more(e: float) -> float:
    """1 + e."""
    return 1 + e


def xavier_std(n: int, m: int) -> float:
    """Standard deviation of Xavier's weights between n and m units (Glorot and Bengio 2010, eq. 12)."""
    return math.sqrt(2 / (n + m))


def xavier_bound(n: int, m: int) -> float:
    """The bound of the uniform distribution with that standard deviation (Glorot and Bengio 2010, eq. 16)."""
    return math.sqrt(6 / (n + m))


def xavier_variance(n: int, m: int) -> float:
    """Its variance."""
    return 2 / (n + m)


def leaky_gain(a: float) -> float:
    """The gain that keeps the signal level for a leaky ReLU of slope a (He et al. 2015, eq. 15)."""
    return math.sqrt(2 / (1 + a**2))


def relu_gain() -> float:
    """The gain for a ReLU, as if nothing leaked."""
    return math.sqrt(2)


def leaky_gain_without_square(a: float) -> float:
    """With the slope not squared."""
    return math.sqrt(2 / (1 + a))


def relu_lecun_log10(L: int) -> float:  # noqa: N803
    """Weights of variance 1/n, half the units on: a factor of sqrt(1/2) a layer."""
    return L / 2 * math.log10(1 / 2)


def relu_lecun_squared(L: int) -> float:  # noqa: N803
    """The same for the squared signal."""
    return L * math.log10(1 / 2)


def recent_share(r: float, k: int, T: int) -> float:  # noqa: N803
    """Of a sum of r^0 to r^(T-1), the share of the first k terms."""
    return (1 - r**k) / (1 - r**T)


def older_share(r: float, k: int, T: int) -> float:  # noqa: N803
    """The share of all the others."""
    return 1 - recent_share(r, k, T)


def total_log10(r: float, L: int) -> float:  # noqa: N803
    """log10 of the sum of r^0 to r^L."""
    return math.log10((1 - r ** (L + 1)) / (1 - r))


def unheard(r: float, T: int) -> str:  # noqa: N803
    """What gets lost in a sum of r^0 to r^(T-1), where the exponent says how long ago something was."""
    parts = r ** np.arange(T)
    if parts.sum() < 1:
        return "all"
    if parts[: T // 10].sum() < 0.01 * parts.sum():
        return "near"
    return "far" if parts[T // 2 :].sum() < 0.01 * parts.sum() else "none"


def equal_share(k: int, T: int) -> float:  # noqa: N803
    """The share if all terms were equal."""
    return k / T


def gate_for_half(T: int) -> float:  # noqa: N803
    """The factor that leaves one half after T steps."""
    return float(0.5 ** (1 / T))


def forgetting_for_half(T: int) -> float:  # noqa: N803
    """What such a factor takes away in each step."""
    return 1 - gate_for_half(T)


def half_shared_out(T: int) -> float:  # noqa: N803
    """The same if all steps took the same amount."""
    return 0.5 / T


def gate_statements() -> frozenset[str]:
    """Which statements about a memory that is multiplied in every step are true."""
    parts = 0.9 ** np.arange(100)
    true = {
        "trace": 0.95**100 > 0.01,
        "kept": 0.99**100 > 0.5,
        "recent": parts[:10].sum() > parts[10:].sum(),
        "total": parts.sum() < 0.01 * parts[0],
    }
    return frozenset(name for name, holds in true.items() if holds)


def value_clip_cosine(c: float) -> float:
    """The cosine between the gradient and what clipping every entry at c leaves of it."""
    gradient = np.array(GRADIENT)
    clipped = np.clip(gradient, -c, c)
    return float(gradient @ clipped / np.linalg.norm(gradient) / np.linalg.norm(clipped))


def length_kept(c: float) -> float:
    """The length of what clipping every entry at c leaves, over the length before."""
    return math.hypot(*np.minimum(GRADIENT, c)) / math.hypot(*GRADIENT)


LAYERS = (1e-6, 1e-3, 50.0)  # gradient norms of three layers


def clipped_first_layer(c: float) -> float:
    """The norm of the first layer's gradient after the whole gradient is clipped to norm c."""
    return LAYERS[0] * min(1.0, c / math.hypot(*LAYERS))


def unclipped_first_layer() -> float:
    """The norm before."""
    return LAYERS[0]


def threshold(c: float) -> float:
    """The threshold itself, as if every layer were brought to it."""
    return c


_Vector = np.ndarray[tuple[int], np.dtype[np.float64]]


def _clipped(gradient: _Vector, c: float) -> _Vector:
    return gradient * min(1.0, c / float(np.linalg.norm(gradient)))


def clipping_statements() -> frozenset[str]:
    """Which statements about clipping by the norm are true, tried on two gradients of which one is ten times larger."""
    gradient, c = np.array(LAYERS), 1.0
    clipped, steeper = _clipped(gradient, c), _clipped(10 * gradient, c)
    cosine = gradient @ clipped / np.linalg.norm(gradient) / np.linalg.norm(clipped)
    true = {
        "ratios": bool(np.allclose(clipped / clipped[-1], gradient / gradient[-1], rtol=1e-12, atol=0)),
        "lifts": bool((clipped > gradient).any()),
        "direction": math.isclose(cosine, 1),
        "length": math.isclose(np.linalg.norm(clipped), np.linalg.norm(steeper)),
    }
    return frozenset(name for name, holds in true.items() if holds)


def clipped_path(a: float, c: float, n: int) -> float:
    """How far n steps at a learning rate of a can lead at the most, if every gradient is clipped to the norm c."""
    return a * c * n


def unclipped_path(a: float, g: float, n: int) -> float:
    """The same for gradients of norm g that nobody clips."""
    return a * g * n


def path_without_rate(c: float, n: int) -> float:
    """With the learning rate forgotten."""
    return c * n


def fix_of_the_loop() -> str:
    """Which change makes gradient descent on the sum of w^4 end better than it began, where clipping comes too late."""

    def by_norm(gradient: _Vector) -> _Vector:
        return _clipped(gradient, 1.0)

    def ends_well(clip: Callable[[_Vector], _Vector] = by_norm, *, rate: float = 0.1, before: bool = False) -> bool:
        w = np.array([3.0, 4.0])
        start = (w**4).sum()
        with np.errstate(all="ignore"):
            for _ in range(100):
                gradient = 4 * w**3
                if before:
                    gradient = clip(gradient)
                w = w - rate * gradient
                if not before:
                    gradient = clip(gradient)  # and the next round computes a new one
            return bool((w**4).sum() < start)

    changes = {
        "before": ends_well(before=True),
        "lower": ends_well(lambda gradient: _clipped(gradient, 0.01)),
        "value": ends_well(lambda gradient: np.clip(gradient, -1, 1)),
        "rate": ends_well(rate=1.0),
    }
    (right,) = [name for name, well in changes.items() if well]
    return right


def adam_step(g: float) -> float:
    """Adam's step over its rate once a constant gradient g has been seen for long (Kingma and Ba 2015, alg. 1)."""
    return g / (g + 1e-8)


def plain_step(g: float) -> float:
    """The step over the rate of plain gradient descent."""
    return g


def branch_product(e: float, L: int) -> float:  # noqa: N803
    """L blocks in a row whose branch adds e to the skip's 1."""
    return float((1 + e) ** L)


def branch_sum(e: float, L: int) -> float:  # noqa: N803
    """The same added up instead of multiplied."""
    return 1 + e * L


def scaled_branch_product(e: float, L: int) -> float:  # noqa: N803
    """With every branch divided by their number."""
    return float((1 + e / L) ** L)


def half_precision_end(r: float) -> float:
    """The smallest k for which r^k, rounded to 16 bits, is exactly 0."""
    return _end(r, np.float16)


def _end(r: float, form: type[np.floating[Any]]) -> float:
    k = 1
    while form(r**k) != 0:
        k += 1
    return float(k)


def half_precision_last(r: float) -> float:
    """One too few: the last that is above 0."""
    return half_precision_end(r) - 1


def single_precision_end(r: float) -> float:
    """The same with 32 bits."""
    return _end(r, np.float32)


def loss_scale_log2(r: float, L: int) -> float:  # noqa: N803
    """The smallest s for which 2^s times r^L, rounded to 16 bits, is above 0."""
    s = 0
    while np.float16(2.0**s * r**L) == 0:
        s += 1
    return float(s)


def loss_scale_all_digits_log2(r: float, L: int) -> float:  # noqa: N803
    """The smallest s for which it also keeps all of its digits."""
    s = 0
    while np.float16(2.0**s * r**L) < np.finfo(np.float16).tiny:
        s += 1
    return float(s)


def loss_scale_back_to_one_log2(r: float, L: int) -> float:  # noqa: N803
    """The s that brings it back to 1."""
    return -L * math.log2(r)


def mse_gradient(z: float) -> float:
    """The slope of half the squared error at a sigmoid output z, where 0 is right."""
    return sigmoid(z) * sigmoid_slope(z)


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


def printed_gradients() -> str:
    """What a.grad, b.grad and c.grad are for a c^2 + relu(b) at (2, -3, 0.5), where a is not tracked."""

    def loss(a: float, b: float, c: float) -> float:
        return a * c**2 + max(b, 0.0)

    at, tracked = np.array([2.0, -3.0, 0.5]), (False, True, True)
    slopes = [(loss(*(at + nudge)) - loss(*(at - nudge))) / 2e-3 for nudge in 1e-3 * np.eye(3)]
    return "-".join(f"{slope:.0f}" if known else "none" for slope, known in zip(slopes, tracked, strict=True))


def nan_source() -> str:
    """Which part of the cross-entropy of the outputs 0.8 and 1 for two points of class 1 is not a number, and why."""
    parts = {}
    with np.errstate(all="ignore"):
        for form in (np.float32, np.float64):
            p, y = np.array([0.8, 1.0], form), np.ones(2, form)
            parts[form] = {"first": y * np.log(p), "second": (1 - y) * np.log(1 - p)}
    (name,) = [name for name, part in parts[np.float32].items() if np.isnan(part).any()]
    return name if np.isnan(parts[np.float64][name]).any() else "format"
