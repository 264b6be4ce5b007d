"""What the server does besides pages: plotly.js and fonts, compression, headers, and loading things beforehand."""

import asyncio
import gc
import hashlib
from collections.abc import AsyncIterator
from concurrent.futures import CancelledError
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from threading import Thread
from typing import Any

import brotli
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware

from core import store
from core.compute import door
from core.errors import Fixable
from core.figures import style
from core.lab import scene
from core.lab.race import Race
from core.lessons import evidence, library
from pages.parts.arrival import LessonHead, announced
from pages.parts.device import Device

STATIC = Path(__file__).parents[2] / "static"
PLOTLY_URL = f"/assets/{style.LIBRARY.name}"
SCRIPTS = Path(__file__).parent / "browser"
SCRIPTS_URL = (
    "/assets/scripts-" + hashlib.sha256(b"".join(p.read_bytes() for p in sorted(SCRIPTS.glob("*.js")))).hexdigest()[:12]
)
"""Another address whenever a script changes, because browsers keep what they find there."""
ANNOUNCED = announced([f"{SCRIPTS_URL}/{path.name}" for path in sorted(SCRIPTS.glob("*.js"))], PLOTLY_URL)
"""What a page will need is asked for with the page itself, not when it is to be drawn."""
ONE_DAY = 86_400  # seconds
ONE_YEAR = "public, max-age=31536000, immutable"


@lru_cache(maxsize=1)
def compressed_plotly_js() -> bytes:
    """plotly.js, compressed once and harder than one would for every request."""
    return bytes(brotli.compress(style.LIBRARY.read_bytes(), quality=9))


async def plotly_js(request: Request) -> Response:
    """plotly.js."""
    if "br" not in request.headers.get("accept-encoding", ""):
        return FileResponse(style.LIBRARY, media_type="text/javascript")
    headers = {"content-encoding": "br", "vary": "accept-encoding"}
    return Response(await run_in_threadpool(compressed_plotly_js), media_type="text/javascript", headers=headers)


class Headers:
    """Adds the headers that every answer should carry, and lets browsers keep what never changes."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the next application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and amend the start of the answer."""
        await self.app(scope, receive, partial(self._send, scope, send))

    async def _send(self, scope: Scope, send: Send, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["x-content-type-options"] = "nosniff"
            headers["referrer-policy"] = "same-origin"
            headers["permissions-policy"] = "camera=(), microphone=(), geolocation=()"
            if headers.get("content-type", "").startswith("text/html"):
                headers["link"] = ANNOUNCED
            if scope["path"].startswith("/assets/"):
                headers["cache-control"] = ONE_YEAR
        await send(message)


def warm_up() -> None:
    """Load what the first visitor would otherwise wait for: the pages, the workers and the drawing library."""
    from pages.parts import frame  # whose parts need this module

    frame.pages()
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


ROUTES = [
    Route(PLOTLY_URL, plotly_js),
    Mount(SCRIPTS_URL, StaticFiles(directory=SCRIPTS)),
    Mount("/assets", StaticFiles(directory=STATIC)),
]
MIDDLEWARE = [
    Middleware(Headers), Middleware(Device), Middleware(CompressMiddleware), Middleware(LessonHead),
]  # fmt: skip
