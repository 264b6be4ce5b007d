"""The real app on a free port, and Chromium to use it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

ROOT = Path(__file__).parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run"]  # fmt: skip


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextmanager
def serving(*command, root=ROOT, heard=None, **env):
    """Start the app by `command`, with {port} filled in, and with `env`; gives its address, and ends it after.

    What it has said until then goes into the list `heard`.
    """
    port = free_port()
    command = [sys.executable, "-m", *(part.replace("{port}", str(port)) for part in command)]
    env = os.environ | {name: str(value) for name, value in env.items()}
    with subprocess.Popen(command, cwd=root, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_it_answers(f"{address}/_stcore/health", process)
            yield address
        finally:
            process.terminate()
            try:
                said, _ = process.communicate(timeout=20)
                if heard is not None:
                    heard.append(said.decode())
            except subprocess.TimeoutExpired:
                process.kill()


def wait_until_it_answers(url, process, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"The app did not start:\n{process.stdout.read().decode()}")
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310  our own server
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("The app did not answer within a minute.")


UVICORN = ("uvicorn", "app:app", "--host", "127.0.0.1", "--port", "{port}", "--ws", "websockets-sansio",
           "--log-level", "warning")  # fmt: skip


@pytest.fixture(scope="session")
def app():
    with serving(*UVICORN) as address:
        yield address


@pytest.fixture
def fresh_server():
    """A server of one's own, that nobody has visited yet."""
    with serving(*UVICORN) as address:
        yield address


def copy_of_the_app(root):
    """All that the app needs, in another folder."""
    for name in ("core", "pages", "static", ".streamlit", "lessons"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", root)
    return root


@pytest.fixture(scope="module")
def damaged(tmp_path_factory):
    """The app with three lessons: the first is whole, the second has a mistake in its text, the third in its quiz."""
    root = copy_of_the_app(tmp_path_factory.mktemp("damaged"))
    whole = next(path.parent for path in (root / "lessons").glob("*/lesson.md"))
    for name, file, old, new in [
        ("02-broken-text", "lesson.md", "```{powers}", "```{power}"),
        ("03-broken-quiz", "quiz/1-product.yaml", "key: slowest_layer", "key: slowest_player"),
    ]:
        shutil.copytree(whole, root / "lessons" / name)
        path = root / "lessons" / name / file
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with serving(*UVICORN, root=root) as address:
        yield address


@pytest.fixture
def streamlit_run():
    with serving("streamlit", "run", "app.py", "--server.port", "{port}") as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        said = "The browser tests need Chromium: install it with your system's package manager (apt install chromium)."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(said)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


class Visit:
    """One visitor's page; collects whatever must not happen on it."""

    def __init__(self, page, address):
        self.page, self.address, self.faults = page, address, []
        page.on("console", lambda message: message.type == "error" and self.faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error.stack}"))
        page.on("requestfailed", self.look_at_failure)
        page.on("response", self.look_at)

    def look_at_failure(self, request):
        # the stage gives up what it no longer needs; a browser stops loading a film once it has enough of it, and
        # it drops what a page was still fetching when it leaves it (Streamlit keeps a component's script as a blob)
        given_up = any(part in request.url for part in ("/api/", "/media/", "/assets/", "/static/", "blob:"))
        if request.failure != "net::ERR_ABORTED" or not given_up:
            self.faults.append(f"request failed ({request.failure}): {request.url}")

    def look_at(self, response):
        if response.status >= 400:
            self.faults.append(f"{response.status}: {response.url}")

    def open(self, path="", charts=0):
        """Go to a page that has at least so many charts, and wait for it."""
        self.page.goto(f"{self.address}/{path}")
        self.page.wait_for_selector("h1")
        self.page.wait_for_function("n => document.querySelectorAll('.js-plotly-plot').length >= n", arg=charts)
        self.settle()

    def open_anyway(self, path):
        """Go to a page that may have no heading."""
        self.page.goto(f"{self.address}/{path}")

    def settle(self):
        """Wait until the script has ended and all text and every chart that is near is drawn."""
        self.page.wait_for_function(
            """() => !document.querySelector('[data-testid="stStatusWidget"]')
            && document.querySelector('[data-test-script-state="notRunning"]')
            && !document.querySelector('.stMain [data-testid="stSkeleton"]')
            && [...document.querySelectorAll('.live-figure')].every(figure => {
                const { top, bottom } = figure.getBoundingClientRect();
                const far = top > 1.9 * innerHeight || bottom < -0.9 * innerHeight;
                return far || figure.querySelector('.js-plotly-plot');
            })
            """
        )

    def text(self):
        """What stands on the page."""
        return self.page.get_by_test_id("stMain").inner_text()

    def tab_to(self, holds, limit=80):
        """Press Tab until `holds`, JavaScript about the focused element e, is true of it."""
        for _ in range(limit):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(f"() => {{ const e = document.activeElement; return Boolean({holds}); }}"):
                self.scrolled()
                return
        pytest.fail(f"Tab does not lead to {holds}")

    def scrolled(self):
        """Let the page scroll to what has the focus. Nobody is faster; and a list that is open closes when it does."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def unfold(self, title):
        """Open a part of the page that is folded away, and let it come to rest."""
        summary = self.page.locator("summary").filter(has_text=title)
        summary.click()
        summary.evaluate(
            """async (summary) => {
                const part = summary.parentElement;
                for (let still = 0; still < 10;) {
                    await new Promise(requestAnimationFrame);
                    still = part.open && !part.getAnimations().length ? still + 1 : 0;
                }
            }"""
        )

    def take(self, combobox, label, nth=0):
        """Type the label of an entry into a list, wait until the list marks that entry, and take it by Enter."""
        self.settle()
        self.page.get_by_role("combobox", name=combobox).nth(nth).focus()
        self.scrolled()
        self.page.keyboard.type(label)
        self.page.wait_for_function(
            """label => {
                const id = document.activeElement.getAttribute('aria-activedescendant');
                return id && document.getElementById(id)?.innerText.includes(label);
            }""",
            arg=label,
        )
        self.page.keyboard.press("Enter")

    def assert_everybody_gets_to_it(self):
        """No serious finding of axe-core, and no level of headings left out."""
        found = Axe().run(self.page).response["violations"]
        serious = [
            f"{one['id']}: {node['html'][:200]}"
            for one in found
            if one["impact"] in {"serious", "critical"}
            for node in one["nodes"]
        ]
        assert not serious, "\n".join(serious)
        tags = self.page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(heading => heading.tagName)")
        assert all(int(after[1]) - int(before[1]) <= 1 for before, after in pairwise(tags)), tags

    def assert_fits(self):
        """Nothing is wider than the screen."""
        wide = self.page.evaluate(
            "() => { const main = document.querySelector('.stMain'); return main.scrollWidth - main.clientWidth; }"
        )
        assert wide <= 0

    def bars(self, place=0):
        """The chart's bars, a list of heights for each network."""
        return self.page.evaluate(
            """place => document.querySelectorAll('.live-figure-drawing, .stage-drawing')[place].data
            .filter(trace => trace.type === 'bar').map(trace => Array.from(trace.y))""",
            place,
        )

    def assert_clean(self):
        assert self.page.locator('[data-testid="stException"]').count() == 0
        assert self.page.locator('[role="dialog"]').count() == 0
        assert self.faults == []


FORGET = """try {
  if (!sessionStorage.here) { localStorage.clear(); sessionStorage.here = 1; } // once for each new page
} catch { /* a document that has no storage */ }"""


@pytest.fixture(scope="session")
def windows(browser):
    """Windows by their width: whoever comes after another finds the files that a browser keeps, and nothing else."""
    return {
        width: browser.new_context(
            viewport={"width": width, "height": height}, has_touch=width < 500, is_mobile=width < 500
        )
        for width, height in [(1280, 900), (390, 844)]
    }


@pytest.fixture
def visit(windows, app, request):
    window = windows[getattr(request, "param", {"width": 1280})["width"]]
    window.clear_cookies()
    visitor = Visit(window.new_page(), app)
    visitor.page.add_init_script(FORGET)
    visitor.page.set_default_timeout(30_000)
    yield visitor
    visitor.assert_clean()
    for page in window.pages:
        page.close()
