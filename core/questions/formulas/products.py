"""Products of one factor per layer: how fast they vanish or explode, and where they fall below a threshold."""

import math

import numpy as np


def slope_product_log10(L: int) -> float:  # noqa: N803
    """The logarithm to base 10 of the largest product of L sigmoid slopes."""
    return L * math.log10(0.25)


def slope_product_ln(L: int) -> float:  # noqa: N803
    """Its natural logarithm."""
    return L * math.log(0.25)


def slope_product_positive(L: int) -> float:  # noqa: N803
    """The logarithm with its sign forgotten."""
    return -slope_product_log10(L)


def slope_mean_product_log10(L: int) -> float:  # noqa: N803
    """Half the ceiling for every slope."""
    return L * math.log10(0.125)


def half_slopes_log10(depth: int) -> float:
    """Half the ceiling for every slope, over all steps back of a network of this depth."""
    return slope_mean_product_log10(depth - 1)


def ceiling_ln(depth: int) -> float:
    """The natural logarithm of the ceiling, over all steps back of a network of this depth."""
    return slope_product_ln(depth - 1)


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


def power_positive(r: float, L: int) -> float:  # noqa: N803
    """log10 of r^L with its sign forgotten."""
    return -power_log10(r, L)


def one_factor_log10(r: float) -> float:
    """log10 of a single factor."""
    return math.log10(r)


def power_in_percent(r: float, L: int) -> float:  # noqa: N803
    """r^L in percent."""
    return 100 * power(r, L)


def added_log10(r: float, L: int) -> float:  # noqa: N803
    """The logarithm of L factors added up instead of multiplied."""
    return math.log10(r * L)


def lost(r: float, L: int) -> float:  # noqa: N803
    """What is missing from 1 after r has been applied L times."""
    return 1 - power(r, L)


def kept_whole() -> float:
    """A factor of 1, for whoever thinks that nothing is lost."""
    return 1.0


def nothing() -> float:
    """0: its logarithm, or none at all."""
    return 0.0


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


def decades_without_sign(decades: int, steps: int) -> float:
    """The same with its sign forgotten: so many decades over so many steps."""
    return decades / steps


def equal_amounts(steps: int) -> float:
    """The factor of the first step if every step took away the same amount, and the last one the rest."""
    return 1 - 1 / steps


def factor_of_rise(decades: int, steps: int) -> float:
    """The factor in the other direction."""
    return 10 ** (decades / steps)


def steps_back_log10(w: float, s: float, L: int) -> float:  # noqa: N803
    """log10 of what L - 1 steps back do if the weights multiply by w and the slopes by s in each."""
    return (L - 1) * math.log10(w * s)


def layers_back_log10(w: float, s: float, L: int) -> float:  # noqa: N803
    """The same with one step too many: as many as layers."""
    return L * math.log10(w * s)


def slopes_back_log10(s: float, L: int) -> float:  # noqa: N803
    """Only the slopes."""
    return (L - 1) * math.log10(s)


def weights_back_log10(w: float, L: int) -> float:  # noqa: N803
    """Only the weights."""
    return (L - 1) * math.log10(w)


def single_step_back_log10(w: float, s: float) -> float:
    """Only one step."""
    return math.log10(w * s)


def steps_back_ln(w: float, s: float, L: int) -> float:  # noqa: N803
    """The natural logarithm of all steps back."""
    return (L - 1) * math.log(w * s)


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


def shrunk_log10(b: float, L: int) -> float:  # noqa: N803
    """The same if the smallest singular value b told the story."""
    return L * math.log10(b)


def swapping_ln(a: float, b: float, L: int) -> float:  # noqa: N803
    """The natural logarithm of that value after L steps."""
    return swapping_log10(a, b, L) * math.log(10)


def one_more(e: float) -> float:
    """1 + e."""
    return 1 + e


def branch_product(e: float, L: int) -> float:  # noqa: N803
    """L blocks in a row whose branch adds e to the skip's 1."""
    return float((1 + e) ** L)


def branch_sum(e: float, L: int) -> float:  # noqa: N803
    """The same added up instead of multiplied."""
    return 1 + e * L


def branch_product_log10(e: float, L: int) -> float:  # noqa: N803
    """log10 of these blocks' product."""
    return L * math.log10(1 + e)


def branches_without_skips(e: float, L: int) -> float:  # noqa: N803
    """The product of the branches alone."""
    return float(e**L)


def factor_times_count(e: float, L: int) -> float:  # noqa: N803
    """The factor of one block times their number, in place of its power."""
    return (1 + e) * L


def scaled_branch_product(e: float, L: int) -> float:  # noqa: N803
    """The product with every branch divided by the number of blocks."""
    return float((1 + e / L) ** L)


def root_scaled_branch_product(e: float, L: int) -> float:  # noqa: N803
    """The same with every branch divided by the root of that number."""
    return float((1 + e / math.sqrt(L)) ** L)
