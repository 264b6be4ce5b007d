"""Who is learning, without an account: a random cookie names the browser, and only its hash is ever kept.

No address, no name and no fingerprint of the browser goes into it. Who deletes the cookie is somebody new.
"""

import hashlib
import re
import secrets
from functools import partial

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "vp_device"
BYTES = 24
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
DAYS = 400  # browsers keep no cookie for longer


class Device:
    """Gives a browser its cookie together with a page, unless it has one; other files come without."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the next application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; whoever has shown a cookie needs no other."""
        if scope["type"] == "http" and not is_token(HTTPConnection(scope).cookies.get(COOKIE)):
            send = partial(_send, scope, send)
        await self.app(scope, receive, send)


async def _send(scope: Scope, send: Send, message: Message) -> None:
    if message["type"] == "http.response.start" and _is_page(scope, message):
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        MutableHeaders(scope=message).append(
            "set-cookie",
            f"{COOKIE}={secrets.token_urlsafe(BYTES)}; Max-Age={DAYS * 86_400}; Path=/; HttpOnly; SameSite=Lax{secure}",
        )
    await send(message)


def _is_page(scope: Scope, message: Message) -> bool:
    """Whether a page is on its way, or a browser is told that the page it has kept is still the right one."""
    kept = message["status"] == 304 and "text/html" in Headers(scope=scope).get("accept", "")
    return kept or Headers(raw=message["headers"]).get("content-type", "").startswith("text/html")


def is_token(text: str | None) -> bool:
    """Whether it can be one of our cookies."""
    return text is not None and TOKEN.fullmatch(text) is not None


def learner() -> str | None:
    """The learner who looks at this page, as the store names them; None if the browser takes no cookies."""
    token = st.context.cookies.get(COOKIE)
    return hashlib.sha256(token.encode()).hexdigest() if token is not None and is_token(token) else None
