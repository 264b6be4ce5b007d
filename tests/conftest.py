"""What many tests need: torch on one thread, and a compute door without processes."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from core.compute import Compute

torch.set_num_threads(1)


@pytest.fixture
def compute_in_threads():
    door = Compute(lambda job, board: ThreadPoolExecutor(2))
    yield door
    door.close()
