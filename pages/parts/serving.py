"""What the server answers besides pages: plotly.js, scripts and fonts; and the headers of every answer."""

from functools import cache, lru_cache, partial
from pathlib import Path

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

from core.figures import style
from pages.parts import scripts
from pages.parts.device import Device

STATIC = Path(__file__).parents[2] / "static"
PLOTLY_URL = f"/assets/{style.LIBRARY.name}"
WITHOUT_FIGURES = {"my-data", "questions", "statistics"}
FONTS = ("ibm-plex-sans-latin-wght-normal", "fraunces-latin-wght-normal", "ibm-plex-sans-latin-wght-italic")


@cache
def announced(room: str, *, at_once: bool = True) -> str:
    """The header that announces what a page of a room will need, in the order in which it is needed.

    Where a page may open without a figure, plotly.js is fetched for later: a browser warns of what it was told to
    load at once and has not used.
    """
    fonts = [f'</assets/{font}.woff2>; rel=preload; as=font; type="font/woff2"; crossorigin' for font in FONTS]
    modules = [f"<{scripts.address(path)}>; rel=modulepreload" for path in scripts.of(room)]
    library = [f"<{PLOTLY_URL}>; rel={'preload' if at_once else 'prefetch'}; as=script; fetchpriority=low"]
    return ", ".join([*fonts, *modules, *(library if room not in WITHOUT_FIGURES else [])])


def _figures_at_once(scope: Scope) -> bool:
    """Whether a page opens with figures: a quiz does not, and a section for a projector may not."""
    return _room(scope["path"]) != "quiz" and b"view=projector" not in scope["query_string"]


def _room(path: str) -> str:
    """The room of `pages` that draws the page at an address; a lesson's address is its own name."""
    name = path.strip("/")
    return name if name in {"", "lab", "quiz", *WITHOUT_FIGURES} else "lesson"


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
                headers["link"] = announced(_room(scope["path"]), at_once=_figures_at_once(scope))
            if scope["path"].startswith("/assets/"):
                headers["cache-control"] = ONE_YEAR
        await send(message)


ROUTES = [
    Route(PLOTLY_URL, plotly_js),
    Mount(scripts.URL, scripts.Scripts(directory=scripts.TREE)),
    Mount("/assets", StaticFiles(directory=STATIC)),
]
MIDDLEWARE = [Middleware(Headers), Middleware(Device), Middleware(CompressMiddleware)]
