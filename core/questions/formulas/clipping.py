"""Gradient clipping, by the norm and by value, and how far clipped steps lead."""

import math
from collections.abc import Callable

import numpy as np

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


def clipping_factor(c: float) -> float:
    """The factor by which clipping by the norm multiplies each entry."""
    return c / math.hypot(*GRADIENT)


def value_clip_cosine(c: float) -> float:
    """The cosine between the gradient and what clipping every entry at c leaves of it."""
    gradient = np.array(GRADIENT)
    clipped = np.clip(gradient, -c, c)
    return float(gradient @ clipped / np.linalg.norm(gradient) / np.linalg.norm(clipped))


def length_kept(c: float) -> float:
    """The length of what clipping every entry at c leaves, over the length before."""
    return math.hypot(*np.minimum(GRADIENT, c)) / math.hypot(*GRADIENT)


def value_clip_product(c: float) -> float:
    """The scalar product of the gradient and what clipping every entry at c leaves of it."""
    return sum(g * min(g, c) for g in GRADIENT)


def value_clip_degrees(c: float) -> float:
    """The angle between the two, in degrees."""
    return math.degrees(math.acos(value_clip_cosine(c)))


LAYERS = (1e-6, 1e-3, 50.0)  # gradient norms of three layers


def clipped_first_layer(c: float) -> float:
    """The norm of the first layer's gradient after the whole gradient is clipped to norm c."""
    return LAYERS[0] * min(1.0, c / math.hypot(*LAYERS))


def unclipped_first_layer() -> float:
    """The norm before."""
    return LAYERS[0]


def clipped_layers_factor(c: float) -> float:
    """The factor by which all three layers are multiplied."""
    return min(1.0, c / math.hypot(*LAYERS))


def lifted_first_layer(c: float) -> float:
    """The norm of the first layer's gradient if it were divided by that factor."""
    return LAYERS[0] / clipped_layers_factor(c)


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


def single_clipped_step(a: float, c: float) -> float:
    """How far a single one of the clipped steps leads."""
    return a * c


def clipped_path_at_random(a: float, c: float, n: int) -> float:
    """How far n of them lead, typically, if each points in a direction of its own."""
    return a * c * math.sqrt(n)


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
