"""What several tests of the subject need to know of this machine."""

import numpy as np
import pytest

from core.compute.kept import FILE, LESSONS, Shelf
from core.compute.workers import train_job
from core.evidence.evidence import ROUNDING
from core.networks import trainer


@pytest.fixture(scope="session")
def shipped():
    """What the lessons ship."""
    return Shelf(LESSONS.glob(f"*/{FILE}"))


@pytest.fixture(scope="session")
def rounds_alike(shipped):
    """Whether this machine rounds as the one that measured what is shipped: a training takes the least of it far."""
    kept = shipped.result(train_job, ROUNDING, ("loss",))
    return np.array_equal(trainer.train([ROUNDING])[0].loss, kept.loss)
