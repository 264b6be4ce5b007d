"""What one computation may take, as the environment of the app says."""

import os

from core.errors import Fixable


def seconds() -> int:
    """How long a training may take.

    >>> seconds()
    300
    """
    return _whole("COMPUTE_SECONDS", default=300, low=1, high=86_400)


def megabytes() -> int:
    """How much memory a worker may take on top of what it holds before its first request."""
    return _whole("COMPUTE_MEMORY_MB", default=2048, low=64, high=1_048_576)


def niceness() -> int:
    """How far a long run gives way to pages and sliders: what is added to its worker's nice value."""
    return _whole("COMPUTE_NICENESS", default=10, low=0, high=19)


def _whole(variable: str, default: int, low: int, high: int) -> int:
    given = os.environ.get(variable, "").strip() or str(default)
    if given.isdecimal() and low <= int(given) <= high:
        return int(given)
    raise Fixable(
        f"The environment variable {variable} cannot be {given!r}.",
        f"Give a whole number from {low} to {high}, or leave it out for {default}, and start the app again.",
    )
