"""Where on this machine the app keeps what must survive it."""

import os
from pathlib import Path

HERE = Path(__file__).parents[1] / "data"


def data_folder() -> Path:
    """The folder that VANISHING_POINT_DATA names, or `data` in the project; it may not be there yet."""
    return Path(os.environ.get("VANISHING_POINT_DATA") or HERE).absolute()
