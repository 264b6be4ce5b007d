"""What a browser is told before Streamlit has started: where the server is, and what a lesson will need."""

from pathlib import Path

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.lessons import library

CHUNKS = Path(streamlit.__file__).parent / "static" / "static" / "js"
WHERE = b'<script>window.__streamlit ??= { BACKEND_BASE_URL: new URL(".", location).href }</script>'
"""Where the server answers: beside the page. Streamlit would look below it first, and get a 404 or two"""
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
SHEETS = [path.read_text(encoding="utf-8") for path in (HERE / "site.css", HERE / "lesson" / "page.css")]
STYLE = "".join(f"<style>{sheet.partition('@media print')[0]}</style>" for sheet in SHEETS).encode()
"""The sheets that the script sends, too, but only once a part of Streamlit has come; text does not wait for it"""
HEAD = (
    ROOM + "".join(f'<script type="module" crossorigin src="./static/js/{name}"></script>' for name in parts())
).encode()
"""What a lesson's page has in its head: its parts are there by the time they are to be drawn"""


UNSUITED = {b"accept-encoding", b"if-none-match", b"if-modified-since"}
"""Headers that ask for a page compressed, which comes after this, or not at all if it is as it was before this"""


class Arrival:
    """Lets a page arrive with the server's address, and a lesson also with what it needs, and room for what comes."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the next application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; a page comes back with WHERE in it, and a lesson also with HEAD and STYLE."""
        if scope["type"] == "http" and scope["method"] == "GET" and _is_a_page(scope["path"]):
            plain = [header for header in scope["headers"] if header[0] not in UNSUITED]
            read = _is_read(scope)
            scope, send = {**scope, "headers": plain}, _Amended(send, WHERE + HEAD * read, STYLE * read)
        await self.app(scope, receive, send)


def _is_a_page(path: str) -> bool:
    """Whether it may be one: the address of a page is a single word."""
    return path.count("/") == 1 and "." not in path


def _is_read(scope: Scope) -> bool:
    slugs = {entry.slug for entry in library.entries()}
    return scope["path"].strip("/") in slugs and b"view=projector" not in scope["query_string"]


class _Amended:
    """Sends a page with more in its head, and before its root: the start waits for the body, whose length it tells."""

    def __init__(self, send: Send, head: bytes, style: bytes) -> None:
        self.send, self.body, self.head, self.style = send, b"", head, style
        self.start: Message = {}

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        self.body += message.get("body", b"")
        if message.get("more_body"):
            return
        if Headers(raw=self.start["headers"]).get("content-type", "").startswith("text/html"):
            self.body = self.body.replace(b"</head>", self.head + b"</head>", 1)
            root = b'<div id="root">'  # behind Streamlit's own style, before what the script sends
            self.body = self.body.replace(root, self.style + root, 1)
            headers = MutableHeaders(scope=self.start)
            headers["content-length"] = str(len(self.body))
            del headers["etag"], headers["last-modified"]  # they tell of the page as it was
        await self.send(self.start)
        await self.send({"type": "http.response.body", "body": self.body})
