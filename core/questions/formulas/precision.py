"""Floating-point precision: where 16 and 32 bits end, and how loss scaling keeps a gradient above 0."""

import math
from typing import Any

import numpy as np


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


def half_precision_digits_end(r: float) -> float:
    """The smallest k for which r^k is below the numbers of 16 bits that keep all of their digits."""
    k = 1
    while r**k >= np.finfo(np.float16).tiny:
        k += 1
    return float(k)


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


def loss_scale_one_short_log2(r: float, L: int) -> float:  # noqa: N803
    """One too few: the largest s for which it is still 0."""
    return loss_scale_log2(r, L) - 1


def loss_scale(r: float, L: int) -> float:  # noqa: N803
    """2^s, the number itself by which the loss is multiplied."""
    return float(2 ** loss_scale_log2(r, L))


def nan_source() -> str:
    """Which part of the cross-entropy of the outputs 0.8 and 1 for two points of class 1 is not a number, and why."""
    parts = {}
    with np.errstate(all="ignore"):
        for form in (np.float32, np.float64):
            p, y = np.array([0.8, 1.0], form), np.ones(2, form)
            parts[form] = {"first": y * np.log(p), "second": (1 - y) * np.log(1 - p)}
    (name,) = [name for name, part in parts[np.float32].items() if np.isnan(part).any()]
    return name if np.isnan(parts[np.float64][name]).any() else "format"
