"""Sequences: what remains of the past in a memory that is multiplied by one factor in every step."""

import math

import numpy as np


def recent_share(r: float, k: int, T: int) -> float:  # noqa: N803
    """Of a sum of r^0 to r^(T-1), the share of the first k terms."""
    return (1 - r**k) / (1 - r**T)


def older_share(r: float, k: int, T: int) -> float:  # noqa: N803
    """The share of all the others."""
    return 1 - recent_share(r, k, T)


def equal_share(k: int, T: int) -> float:  # noqa: N803
    """The share if all terms were equal."""
    return k / T


def recent_sum(r: float, k: int) -> float:
    """The first k terms added up, and divided by nothing."""
    return (1 - r**k) / (1 - r)


def recent_percent(r: float, k: int, T: int) -> float:  # noqa: N803
    """Their share in percent."""
    return 100 * recent_share(r, k, T)


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


def gate_for_half(T: int) -> float:  # noqa: N803
    """The factor that leaves one half after T steps."""
    return float(0.5 ** (1 / T))


def forgetting_for_half(T: int) -> float:  # noqa: N803
    """What such a factor takes away in each step."""
    return 1 - gate_for_half(T)


def forgetting_in_percent(T: int) -> float:  # noqa: N803
    """The same in percent."""
    return 100 * forgetting_for_half(T)


def half_shared_out(T: int) -> float:  # noqa: N803
    """What each step would take away if all took the same amount."""
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
