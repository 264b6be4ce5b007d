"""A fuse: while something is broken, nobody waits for it."""

from threading import Lock
from time import monotonic

from core.store.faults import Unavailable


class Breaker:
    """After a fault, refuses calls at once; every `pause` seconds one call may try whether it works again."""

    def __init__(self, pause: float) -> None:
        """Nothing is broken yet."""
        self.pause = pause
        self.faults = 0
        self._fault: Unavailable | None = None
        self._until = 0.0
        self._lock = Lock()

    def ask(self) -> int:
        """Go ahead, or an error at once. The number is for `still`."""
        with self._lock:
            if self._fault is not None:
                if monotonic() < self._until:
                    raise self._again()
                self._until = monotonic() + self.pause  # this call tries; meanwhile the others are refused
            return self.faults

    def still(self, faults: int) -> None:
        """Whoever has waited in a queue asks again: if there was a fault meanwhile, there is no use in trying."""
        with self._lock:
            if self._fault is not None and self.faults != faults:
                raise self._again()

    def failed(self, fault: Unavailable) -> Unavailable:
        """Remember a fault; gives it back for raising."""
        with self._lock:
            self.faults += 1
            self._fault, self._until = fault, monotonic() + self.pause
        return fault

    def worked(self) -> None:
        """A call has come through, so all is well."""
        self._fault = None

    def _again(self) -> Unavailable:
        """A new error each time, since many threads may raise it at once."""
        assert self._fault is not None  # noqa: S101  for the type checker
        return Unavailable(self._fault.problem, self._fault.remedy)
