"""What a browser is told before Streamlit has started: what the page will need, and what to leave room for."""

from pathlib import Path

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.lessons import library

CHUNKS = Path(streamlit.__file__).parent / "static" / "static" / "js"
KINDS = ("BidiComponent", "Button", "Checkbox", "Html", "PageLink", "Radio", "Slider", "rehype-katex")
"""The parts of Streamlit that a lesson or a quiz is made of; it would fetch each one only when it is to be drawn"""
ROOM = """<style>
.stMain .stMainBlockContainer { padding-top: 5rem; }
@media (min-width: 768px) {
  .stAppViewContainer:not(:has(> .stSidebar)) { padding-left: 318.75px; }
}
</style>"""
"""A lesson has its contents at the left, and what stands beside them must not move when they come; nor may the text
when the style sheet of the site comes, which says the same of its margin."""


def parts() -> list[str]:
    """The scripts of those parts in the installed Streamlit; one that it does not have is left out."""
    return [path.name for kind in KINDS for path in CHUNKS.glob(f"{kind}.*.js")]


HERE = Path(__file__).parent
SHEETS = [path.read_text(encoding="utf-8") for path in (HERE.parent / "site.css", HERE / "page.css")]
STYLE = "".join(f"<style>{sheet.partition('@media print')[0]}</style>" for sheet in SHEETS).encode()
"""The sheets that the script sends, too, but only once a part of Streamlit has come; text does not wait for it"""
HEAD = (
    ROOM + "".join(f'<script type="module" crossorigin src="./static/js/{name}"></script>' for name in parts())
).encode()
"""What a lesson's page has in its head: its parts are there by the time they are to be drawn"""


class LessonHead:
    """Lets a lesson's page arrive with what it will need, and with room for what comes later."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the next application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; a lesson's page comes back with HEAD and STYLE in it."""
        if scope["type"] == "http" and _is_read(scope):
            plain = [header for header in scope["headers"] if header[0] != b"accept-encoding"]  # compressed after this
            scope, send = {**scope, "headers": plain}, _Amended(send)
        await self.app(scope, receive, send)


def _is_read(scope: Scope) -> bool:
    slugs = {entry.slug for entry in library.entries()}
    return scope["path"].strip("/") in slugs and b"view=projector" not in scope["query_string"]


class _Amended:
    """Sends a page with HEAD and STYLE in it: the start of the answer waits for the body, whose length it tells."""

    def __init__(self, send: Send) -> None:
        self.send, self.body = send, b""
        self.start: Message = {}

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        self.body += message.get("body", b"")
        if message.get("more_body"):
            return
        if Headers(raw=self.start["headers"]).get("content-type", "").startswith("text/html"):
            self.body = self.body.replace(b"</head>", HEAD + b"</head>", 1)
            root = b'<div id="root">'
            self.body = self.body.replace(root, STYLE + root, 1)  # behind Streamlit's own, before what the script sends
            headers = MutableHeaders(scope=self.start)
            headers["content-length"] = str(len(self.body))
            del headers["etag"], headers["last-modified"]  # they tell of the page without HEAD
        await self.send(self.start)
        await self.send({"type": "http.response.body", "body": self.body})
