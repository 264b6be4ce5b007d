"""The server itself: its configuration, its headers, and a deep link as the very first request."""

import gzip
import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import brotli
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from core.lessons import library
from tests.pages.conftest import UVICORN, serving

ROOT = Path(__file__).parents[2]
LESSONS = [entry.slug for entry in library.entries()]
PAGES = ["", *LESSONS, "lab", "quiz", "my-data", "questions", "statistics"]


def first_visit(address, page, query=""):
    """What a fresh session is sent for one page, over a real websocket, until its script ends."""
    messages = []
    stream = address.replace("http", "ws", 1) + "/_stcore/stream"
    with connect(stream, subprotocols=["streamlit"], max_size=None) as socket:
        wanted = BackMsg()
        wanted.rerun_script.page_name = page
        wanted.rerun_script.query_string = query
        socket.send(wanted.SerializeToString())
        while True:
            message = ForwardMsg()
            message.ParseFromString(socket.recv(timeout=60))
            messages.append(message)
            if message.WhichOneof("type") == "script_finished":
                return messages


def elements(messages):
    return [
        m.delta.new_element for m in messages if m.WhichOneof("type") == "delta" and m.delta.HasField("new_element")
    ]


@pytest.mark.parametrize("page", PAGES)
def test_a_deep_link_as_the_first_request_of_a_fresh_server_shows_its_page_in_its_frame(page, fresh_server):
    messages = first_visit(fresh_server, page)
    kinds = [message.WhichOneof("type") for message in messages]
    assert "page_not_found" not in kinds
    menu = next(m.navigation for m in messages if m.WhichOneof("type") == "navigation")
    assert [entry.url_pathname for entry in menu.app_pages] == PAGES
    current = next(entry for entry in menu.app_pages if entry.page_script_hash == menu.page_script_hash)
    assert current.url_pathname == page
    shown = elements(messages)
    assert not [e for e in shown if e.WhichOneof("type") == "exception"]
    assert any(e.WhichOneof("type") == "heading" and e.heading.tag == "h1" for e in shown)


def test_a_deep_link_finds_the_server_at_once(visit):
    asked = []
    visit.page.on("response", lambda response: "/_stcore/" in response.url and asked.append(response.url))
    for page in PAGES:
        visit.page.goto(f"{visit.address}/{page}?seed=1")
        visit.page.wait_for_selector("h1")
    for name in ("health", "host-config"):
        assert [url for url in asked if name in url] == [f"{visit.address}/_stcore/{name}"] * len(PAGES)
    visit.assert_clean()


def test_a_server_that_is_started_and_visited_has_nothing_to_complain_about():
    heard = []
    with serving(*UVICORN, heard=heard) as address:
        for page in PAGES:
            first_visit(address, page)
    assert heard == [""]


def test_streamlit_run_serves_the_same_app(streamlit_run):
    shown = elements(first_visit(streamlit_run, "lab"))
    assert not [e for e in shown if e.WhichOneof("type") == "exception"]
    assert any(e.WhichOneof("type") == "bidi_component" for e in shown)
    assert fetch(f"{streamlit_run}/assets/mark.svg")[1].startswith(b"<svg")


def test_the_served_app_runs_with_the_settings_that_keep_it_fast():
    """What a process that serves the app has really taken from the configuration."""
    wanted = {
        "runner.postScriptGC": False,
        "server.fileWatcherType": "none",
        "server.maxUploadSize": 1,
        "server.disconnectedSessionTTL": 900,
        "server.address": "127.0.0.1",
        "server.headless": True,
        "client.showErrorDetails": "type",
        "browser.gatherUsageStats": False,
    }
    code = (
        "import json, app; from streamlit import config;"
        f"print(json.dumps({{name: config.get_option(name) for name in {list(wanted)}}}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == wanted


def test_no_visitor_is_counted_by_anybody(app):
    session = next(m for m in first_visit(app, "") if m.WhichOneof("type") == "new_session").new_session
    assert not session.config.gather_usage_stats


def fetch(url, **headers):
    request = urllib.request.Request(url, headers=headers)  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return answer.headers, answer.read()


def test_the_chart_library_comes_compressed_and_may_be_kept(app):
    from pages.parts.serving import PLOTLY_URL

    for encoding, decompress, size in (("br", brotli.decompress, 460_000), ("gzip", gzip.decompress, 560_000)):
        headers, body = fetch(app + PLOTLY_URL, **{"Accept-Encoding": encoding})
        assert headers["content-encoding"] == encoding
        assert "immutable" in headers["cache-control"]
        assert b"plotly.js (cartesian - minified) v" in decompress(body)[:200]
        assert len(body) < size


def test_a_page_announces_what_it_will_need_and_no_more(app):
    announced = {page: fetch(f"{app}/{page}")[0]["link"] for page in ("", "lab", "quiz", LESSONS[0], "my-data")}
    drawn_by = {
        "live.js": {"", "lab", "quiz", LESSONS[0], "my-data"},
        "stage.js": {"lab"},
        "reading.js": {LESSONS[0]},
        "turn.js": {"quiz"},
    }
    for script, pages in drawn_by.items():
        assert {page for page, header in announced.items() if f"/{script}>" in header} == pages
    assert [page for page, header in announced.items() if "plotly" not in header] == ["my-data"]
    for address in re.findall(r"<([^>]+)>", announced["lab"]):
        fetch(app + address)  # it is there


@pytest.mark.parametrize(
    ("path", "how"),
    [
        ("", "preload"), ("lab", "preload"), (LESSONS[0], "preload"),
        ("quiz", "prefetch"), (f"{LESSONS[0]}?view=projector", "prefetch"),
    ],
)  # fmt: skip
def test_plotly_is_loaded_at_once_only_where_a_page_opens_with_a_figure(app, path, how):
    """A browser warns of what it was told to load at once and has not used."""
    header = fetch(f"{app}/{path}")[0]["link"]
    assert re.search(r"plotly[^,]*; rel=(\w+)", header)[1] == how


def test_only_scripts_are_sent_from_the_folder_of_pages(app):
    (script,) = re.findall(r"<([^>]+)/parts/live.js>", fetch(app)[0]["link"])
    for path in ("site.py", "site.css", "parts/frame.py"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            fetch(f"{app}{script}/{path}")


def test_streamlits_own_scripts_come_compressed_too(app):
    _, page = fetch(app)
    script = next(part for part in page.decode().split('"') if "/static/js/index" in part)
    headers, body = fetch(f"{app}/{script.lstrip('./')}", **{"Accept-Encoding": "gzip"})
    assert headers["content-encoding"] == "gzip"
    assert len(body) < len(gzip.decompress(body)) / 2


def test_every_answer_carries_the_security_headers(app):
    for path in ("/", "/assets/mark.svg", "/_stcore/health"):
        headers, _ = fetch(app + path)
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "same-origin", path


def test_the_process_that_serves_pages_never_loads_torch(app):
    """Asked of the operating system: the parent maps no torch library, its workers do."""
    first_visit(app, "lab")
    servers = [p for p in Path("/proc").glob("[0-9]*") if f"--port\0{app.rsplit(':', 1)[1]}" in read(p / "cmdline")]
    if not servers:
        pytest.skip("needs /proc")
    assert not any("libtorch" in read(p / "maps") for p in servers)


def read(path):
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
