"""Pages take turns: many scripts at once would only fight for one interpreter, and nobody's text would come first."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from threading import Event, Lock

TEXT, BOXES = 0, 1
"""What goes first: everybody's text, then what stands in the boxes between"""
PATIENCE = 2.0  # seconds; whoever takes longer is waiting for something, and others go on


@dataclass(order=True)
class _Turn:
    rank: int
    number: int
    come: Event = field(default_factory=Event, compare=False)


class Turns:
    """One turn at a time: of those that wait the first in rank, and of these the one that came first."""

    def __init__(self, patience: float = PATIENCE) -> None:
        """Nobody is there."""
        self._patience, self._lock, self._numbers = patience, Lock(), count()
        self._waiting: list[_Turn] = []
        self._now: _Turn | None = None
        self._since = 0.0

    @contextmanager
    def turn(self, rank: int) -> Iterator[bool]:
        """Wait for a turn, and have it; says whether others are waiting."""
        mine = _Turn(rank, next(self._numbers))
        with self._lock:
            heappush(self._waiting, mine)
            if self._now is None:
                self._next()
        while not mine.come.wait(self._patience):
            with self._lock:
                if time.monotonic() - self._since > self._patience:
                    self._next()
        try:
            yield bool(self._waiting)
        finally:
            with self._lock:
                if self._now is mine:
                    self._next()

    def _next(self) -> None:
        self._now = heappop(self._waiting) if self._waiting else None
        self._since = time.monotonic()
        if self._now:
            self._now.come.set()


shared = Turns()
"""The turns of all pages of this process"""
