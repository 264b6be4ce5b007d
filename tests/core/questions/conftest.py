"""A laboratory that measures in this process, and each experiment once."""

import pytest

from core.networks import trainer


class Laboratory:
    """What `core.compute.door.Compute` is to the app."""

    def __init__(self):
        self.known = {}

    def _once(self, measure, experiments):
        missing = [e for e in dict.fromkeys(experiments) if (measure, e) not in self.known]
        if missing:
            self.known |= zip(((measure, e) for e in missing), measure(missing), strict=True)
        return [self.known[measure, e] for e in experiments]

    def profiles(self, experiments):
        return self._once(trainer.profiles, list(experiments))

    def runs(self, experiments):
        return self._once(trainer.train, list(experiments))


@pytest.fixture(scope="session")
def lab():
    return Laboratory()
