"""What many tests need: torch on one thread, a compute door without processes, a folder for learners' data."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from core.compute import Compute

torch.set_num_threads(1)


@pytest.fixture(scope="session", autouse=True)
def _data_of_tests_only(tmp_path_factory):
    os.environ["VANISHING_POINT_DATA"] = str(tmp_path_factory.mktemp("data"))
    os.environ.pop("DATABASE_URL", None)


@pytest.fixture
def compute_in_threads():
    door = Compute(lambda job, board: ThreadPoolExecutor(2))
    yield door
    door.close()
