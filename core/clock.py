"""What time it is. A test may set the clock by the environment."""

import os
from datetime import UTC, datetime

SET = "VANISHING_POINT_NOW"


def now() -> datetime:
    """The present moment, in UTC; or the moment that the environment names, as in 2026-11-22T09:00:00+00:00."""
    wanted = os.environ.get(SET)
    return datetime.fromisoformat(wanted).astimezone(UTC) if wanted else datetime.now(UTC)
