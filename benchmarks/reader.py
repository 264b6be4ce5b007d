"""A lesson in a real browser, opened by somebody who has made all its predictions, against a bare page."""

import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.server import CHROMIUM, FLAGS, Server, serving
from core.compute.kept import RESULTS
from core.compute.workers import curve_job
from core.evidence import evidence
from core.figures.bars import powers
from core.figures.curves import slope_curves
from core.lab.race import Race
from core.lessons import library
from core.lessons.blocks import Panel, Powers, Prose, Slope
from core.lessons.lesson import Lesson, Section
from core.lessons.prose import written
from core.lessons.views import VIEWS
from core.store import Store

TURNS = 5
BARE = Path(__file__).parent / "bare" / "lesson.py"
THEIRS = (
    "streamlit",
    "run",
    "lesson.py",
    "--server.headless",
    "true",
    "--server.address",
    "127.0.0.1",
    "--server.port",
)
SETTLED = 10  # seconds after the first figure until nothing more is to come
TOKEN = "a-reader-who-has-been-here-befor"  # noqa: S105  any cookie of 32 letters
WATCH = """(() => {
  const seen = window.seen = {};
  const look = () => {
    const now = performance.now();
    const drawn = [...document.querySelectorAll('.js-plotly-plot')].filter((p) => p.querySelector('.trace')).length;
    if (!seen.text && [...document.querySelectorAll('.stMain p')].some((p) => p.innerText.length > 40)) seen.text = now;
    if (!seen.first && drawn) seen.first = now;
    if (HURRIED) document.querySelector('.live-figure-drawing:not(.js-plotly-plot)')?.scrollIntoView();
    if (!seen.all && drawn >= FIGURES) seen.all = now;
    if (!seen.all) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()"""


def figures(lesson: Lesson, section: Section) -> Iterator[Any]:
    """Every figure that a reader sees in a section who has made its predictions."""
    for _, block in section.blocks:
        if isinstance(block, Panel):
            race, view = Race.of(*(lesson.experiments[name] for name in block.show)), VIEWS[block.figure]
            results = evidence.shared().results(RESULTS[view.needs][0], race.experiments, view.reads)
            yield from (p["figure"] for p in view.draw(race.viewed(axis=block.axis), results).pictures)
        if isinstance(block, Powers):
            yield powers(block.factor, block.terms, log_axis=True)
        if isinstance(block, Slope):
            needs = evidence.needs_of(lesson, block, evidence.shared().door)
            curves = evidence.shared().results(curve_job, [need.experiment for need in needs])
            yield slope_curves(list(zip(block.activations, curves, strict=True)), 0.0)[0]


def sections(lesson: Lesson) -> list[tuple[str, list[Any]]]:
    """The plain text of each section, and its figures."""
    return [
        (
            "\n\n".join([f"## {s.title}", *(written(b.text, lambda r: r.text or r.name)
                                           for _, b in s.blocks if isinstance(b, Prose))]),
            list(figures(lesson, s)),
        )
        for s in lesson.sections
    ]  # fmt: skip


def remember_all_predictions(server: Server, lesson: Lesson) -> None:
    """As if the reader with our cookie had been here before, and made every prediction."""
    asked = [(line, b) for line, b in lesson.blocks if isinstance(b, Panel | Powers) and b.predict]
    names = [f"{lesson.slug}-{getattr(block, 'id', line)}" for line, block in asked]
    store = Store.open(f"sqlite:///{server.data / 'learners.sqlite3'}")
    made = {f"{name}:{word}": value for name in names for word, value in [("guess", 0), ("revealed", True)]}
    store.remember(hashlib.sha256(TOKEN.encode()).hexdigest(), f"lesson:{lesson.slug}", made)
    store.close()


@contextmanager
def opened(browser: Browser, server: Server, path: str, count: int, *, hurried: bool) -> Iterator[Page]:
    """A new visitor's page; one who is `hurried` goes to every figure as soon as it has a place."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "vp_device", "value": TOKEN, "url": server.address}])
    page = context.new_page()
    page.add_init_script(WATCH.replace("FIGURES", str(count)).replace("HURRIED", str(hurried).lower()))
    page.goto(f"{server.address}/{path}")
    yield page
    context.close()


def visited(browser: Browser, server: Server, path: str, count: int) -> dict[str, float]:
    """Seconds to the first text, the first figure and all `count` of them, and what the browser worked for it.

    All figures are waited for by a second reader, who hurries through the page: the first stays at its top.
    """
    with opened(browser, server, path, count, hurried=False) as page:
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable")
        page.wait_for_function("() => window.seen.first", timeout=180_000)
        page.wait_for_timeout(1000 * SETTLED)
        seen = page.evaluate("window.seen")
        metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    with opened(browser, server, path, count, hurried=True) as page:
        page.wait_for_function("() => window.seen.all", timeout=180_000)
        everything = page.evaluate("window.seen.all")
    return {
        "text": seen["text"] / 1000,
        "first": seen["first"] / 1000,
        "all": everything / 1000,
        "work": metrics["TaskDuration"],
    }


def measure() -> list[str]:
    """The table, as lines of Markdown."""
    if CHROMIUM is None:
        return ["No Chromium on this machine: not measured."]
    lesson = library.load(library.entries()[0].slug)
    written_down = sections(lesson)
    count = sum(len(drawn) for _, drawn in written_down)
    taken: dict[str, list[dict[str, float]]] = {"warm": [], "bare": [], "cold": []}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        shutil.copy(BARE, folder)
        (folder / "sections.json").write_text(json.dumps(written_down), encoding="utf-8")
        warm, bare = stack.enter_context(serving()), stack.enter_context(serving(THEIRS, folder))
        browser = stack.enter_context(sync_playwright()).chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        remember_all_predictions(warm, lesson)
        time.sleep(20)  # both have loaded everything
        for server, path in ((warm, lesson.slug), (bare, "")):
            visited(browser, server, path, count)  # not counted
        for _ in range(TURNS):
            taken["warm"].append(visited(browser, warm, lesson.slug, count))
            taken["bare"].append(visited(browser, bare, "", count))
            with serving() as cold:
                remember_all_predictions(cold, lesson)
                taken["cold"].append(visited(browser, cold, lesson.slug, count))
    return told(taken, count)


def told(taken: dict[str, list[dict[str, float]]], count: int) -> list[str]:
    """Medians, and their ratios beside the goals."""
    middle = {
        name: {what: median(one[what] for one in several) for what in several[0]} for name, several in taken.items()
    }
    rows = [
        ("first text, s", "text", "1", ""),
        ("first figure, s", "first", "1", ""),
        (f"all {count} figures, hurrying through, s", "all", "0.6", "1.2"),
        ("work of the browser until the top of the page is at rest, s", "work", "1", ""),
    ]
    lines = ["|  | warm server | just started | bare page | warm / bare | goal | cold / warm | goal |"]
    lines.append("|---|" + "---:|" * 7)
    for title, what, goal, cold_goal in rows:
        warm, cold, bare = (middle[name][what] for name in ("warm", "cold", "bare"))
        at_most, cold_at_most = (f"≤ {text}" if text else "" for text in (goal, cold_goal))
        lines.append(
            f"| {title} | {warm:.2f} | {cold:.2f} | {bare:.2f} | **{warm / bare:.2f}** | {at_most} "
            f"| **{cold / warm:.2f}** | {cold_at_most} |"
        )
    return lines


if __name__ == "__main__":
    print("\n".join(measure()))
