"""What the server does before its first visitor, once a day, and at its end."""

import asyncio
import gc
from collections.abc import AsyncIterator
from concurrent.futures import CancelledError
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from threading import Thread
from typing import Any

from starlette.concurrency import run_in_threadpool

from core import store
from core.compute import door
from core.errors import Fixable
from core.evidence import evidence
from core.lab import scene
from core.lab.race import Race
from core.lessons import library
from pages.parts.serving import compressed_plotly_js

ONE_DAY = 86_400  # seconds


def warm_up() -> None:
    """Load what the first visitor would otherwise wait for: the pages, the workers and the drawing library."""
    from pages import site  # noqa: F401  every page, while the first requests are answered already

    tickets = door.shared().ask(door.profile_job, Race().experiments)
    compressed_plotly_js()
    with suppress(Fixable, CancelledError):
        scene.start(Race(), [ticket.future.result() for ticket in tickets])
    for entry in library.entries():
        with suppress(Fixable, CancelledError):  # a broken lesson says so on its own page; the app may end early
            evidence.shared().prepare_in_background(library.load(entry.slug))
    gc.collect()
    gc.freeze()  # what is loaded by now stays; later collections need not look at it again


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """Answer requests at once and warm up meanwhile; end the workers with the app."""
    Thread(target=warm_up, daemon=True).start()
    purging = asyncio.create_task(purge_daily())
    yield
    purging.cancel()
    door.shared().close()
    store.shared().close()


async def purge_daily() -> None:
    """Forget learners who have not come back for half a year: now, and every day from now on."""
    while True:
        with suppress(Fixable):  # tomorrow is soon enough
            await run_in_threadpool(lambda: store.shared().purge(datetime.now(UTC)))
        await asyncio.sleep(ONE_DAY)
