"""A browser gets its name with the page, keeps it, and the app keeps only its hash."""

import asyncio
import hashlib
import re
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
import streamlit as st

from pages.parts import device
from tests.pages.conftest import UVICORN, serving

TOKEN = "a-Z_0" * 6 + "ab"
PAGE = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html; charset=utf-8")]}
FORM = re.compile(r"vp_device=([A-Za-z0-9_-]{32}); Max-Age=34560000; Path=/; HttpOnly; SameSite=Lax")


def cookies(answer=PAGE, scheme="http", **headers):
    """The cookies that come with an answer to a request with these headers."""
    sent = []

    async def app(scope, receive, send):
        await send({**answer, "headers": list(answer["headers"])})

    async def send(message):
        sent.append(message)

    lines = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "scheme": scheme, "path": "/", "headers": lines}
    with ThreadPoolExecutor(1) as elsewhere:  # in this thread a browser's event loop may be running
        elsewhere.submit(asyncio.run, device.Device(app)(scope, None, send)).result()
    return [value.decode() for name, value in sent[0]["headers"] if name == b"set-cookie"]


def test_a_page_comes_with_a_cookie_that_is_new_each_time():
    (one,), (other,) = cookies(), cookies()
    assert FORM.fullmatch(one)
    assert one != other


def test_over_https_the_cookie_stays_there():
    assert cookies(scheme="https")[0].endswith("; SameSite=Lax; Secure")


def test_whoever_has_a_cookie_keeps_it():
    assert cookies(cookie=f"vp_device={TOKEN}") == []
    assert cookies(cookie=f'odd name=1; list[0]=2; {{"x":3}}=4; vp_device={TOKEN}; _ga=5') == []


@pytest.mark.parametrize("bad", ["", "short", TOKEN + "x", TOKEN[:-1] + "é", "a" * 31 + "'"])
def test_a_cookie_that_is_none_of_ours_is_replaced(bad):
    assert len(cookies(cookie=f"vp_device={bad}")) == 1


def test_other_files_come_without():
    picture = {**PAGE, "headers": [(b"content-type", b"image/png")]}
    assert cookies(picture) == []
    assert cookies({**PAGE, "status": 304, "headers": []}, accept="text/css") == []


def test_a_page_that_the_browser_has_kept_also_brings_a_cookie():
    assert len(cookies({**PAGE, "status": 304, "headers": []}, accept="text/html,*/*")) == 1


@pytest.mark.parametrize(("shown", "known"), [({"vp_device": TOKEN}, True), ({"vp_device": "x"}, False), ({}, False)])
def test_a_learner_is_the_hash_of_the_cookie(monkeypatch, shown, known):
    monkeypatch.setattr(st, "context", type("Context", (), {"cookies": shown}))
    expected = hashlib.sha256(TOKEN.encode()).hexdigest() if known else None
    assert device.learner() == expected


def given(url):
    """The cookies that come with a file of the running app."""
    with urllib.request.urlopen(url, timeout=20) as file:  # noqa: S310  our own server
        return [cookie for cookie in file.headers.get_all("set-cookie", []) if cookie.startswith("vp_device")]


@pytest.mark.parametrize("server", ["app", "streamlit_run"])
def test_the_running_app_sets_the_cookie_with_pages_only(request, server):
    address = request.getfixturevalue(server)
    for path in ("/", "/lab", "/quiz?attempt=1"):
        (cookie,) = given(address + path)
        assert FORM.fullmatch(cookie), path
    for path in ("/_stcore/health", "/assets/mark.svg"):
        assert given(address + path) == [], path


SCRIPT = """
import streamlit as st
from pages.parts.device import learner

st.code(learner())
"""
APP = """
from pathlib import Path
import streamlit as st
from pages.parts import serving

app = st.App(Path(__file__).with_name("script.py"), middleware=serving.MIDDLEWARE)
"""


@pytest.mark.browser
def test_a_browser_is_the_same_learner_until_it_forgets_its_cookies(browser, tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    (tmp_path / "whoami.py").write_text(APP)
    command = ["uvicorn", "whoami:app", "--app-dir", str(tmp_path), *UVICORN[2:]]
    with serving(*command) as address, browser.new_context() as context:
        odd = [{"name": name, "value": "1", "url": address} for name in ("list[0]", "a&b")]  # of another app there
        context.add_cookies(odd)
        page = context.new_page()

        def shown():
            page.goto(address)
            return page.get_by_test_id("stCode").inner_text(timeout=20_000).strip()

        one = shown()
        assert re.fullmatch("[0-9a-f]{64}", one)
        assert shown() == one
        context.clear_cookies()
        assert shown() not in {one, "None"}
