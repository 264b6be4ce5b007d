"""What many tests need: torch on one thread, a compute door without processes, a folder for learners' data."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from hypothesis import HealthCheck, settings

from core.compute.door import Compute

torch.set_num_threads(1)

# how long an example takes says more about the machine than about the code: there are benchmarks for that
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_collection_modifyitems(items):
    """The browser's tests first: they take longest, and at the end both workers should still have something to do."""
    items.sort(key=lambda item: "pages" not in item.path.parts)


@pytest.fixture(scope="session", autouse=True)
def _data_of_tests_only(tmp_path_factory):
    os.environ["VANISHING_POINT_DATA"] = str(tmp_path_factory.mktemp("data"))
    os.environ.pop("DATABASE_URL", None)
    os.environ["COMPUTE_NICENESS"] = "0"  # nobody moves a slider meanwhile, and on a busy machine the patient starve


@pytest.fixture(autouse=True)
def _the_main_module_stays():
    """A script that Streamlit runs takes its place, and worker processes started later would look for that script."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture
def compute_in_threads():
    door = Compute(lambda job, board: ThreadPoolExecutor(2))
    yield door
    door.close()
