"""The lab in a real browser, against a bare page with the same picture: moves, frames, the first chart."""

import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.server import CHROMIUM, FLAGS, serving

BARE = Path(__file__).parent / "bare" / "page.py"
THEIRS = ("streamlit", "run", str(BARE), "--server.headless", "true", "--server.address", "127.0.0.1", "--server.port")
MOVES, TURNS = 8, 6  # moves of each page in a turn, and turns: at least forty moves of each

SHOWN = """() => {
  const flip = document.querySelector('.stage-flip:not([hidden])');
  const chart = flip ?? document.querySelector('.stage-drawing') ?? document.querySelector('.js-plotly-plot');
  return chart ? chart.querySelectorAll('.barlayer .point').length : 0;
}"""
PRESS = (
    """async (key) => {
  const shown = """
    + SHOWN
    + """;
  const before = shown();
  window.pressed = undefined;
  addEventListener('keydown', () => { window.pressed = performance.now(); }, { once: true, capture: true });
  window.painted = new Promise((done) => {
    const look = () => {
      const now = shown();
      const changed = window.pressed !== undefined && now && now !== before;
      if (changed) requestAnimationFrame(() => done(performance.now() - window.pressed));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}"""
)
COUNT = """() => {
  window.frames_ = [];
  const frame = (now) => { window.frames_.push(now); if (window.counting) requestAnimationFrame(frame); };
  window.counting = true;
  requestAnimationFrame(frame);
}"""
COUNTED = (
    "() => { window.counting = false; const f = window.frames_; return (f.length - 1) * 1000 / (f.at(-1) - f[0]); }"
)


def _open(browser: Browser, address: str) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    page.wait_for_function(f"() => ({SHOWN})() > 0", timeout=60_000)
    return page


def _moves(page: Page, count: int) -> list[float]:
    """Milliseconds from the press of a key to the frame that shows another chart."""
    page.bring_to_front()
    page.get_by_role("slider", name="Depth").focus()
    taken = []
    for number in range(count):
        key = "ArrowRight" if number < count // 2 else "ArrowLeft"
        page.evaluate(PRESS, key)
        page.keyboard.press(key)
        taken.append(float(page.evaluate("window.painted")))
        page.wait_for_timeout(600)
    return taken


def _first_chart(browser: Browser, address: str) -> tuple[float, float]:
    """Seconds to the first chart in a browser that knows nothing yet, and megabytes on the wire by then."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    wire = 0.0

    def arrived(event: dict[str, Any]) -> None:
        nonlocal wire
        wire += event.get("encodedDataLength", 0) or len(event.get("response", {}).get("payloadData", ""))

    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", arrived)
    session.on("Network.webSocketFrameReceived", arrived)
    start = time.perf_counter()
    page.goto(address)
    page.wait_for_function(f"() => ({SHOWN})() > 0", timeout=60_000)
    taken = time.perf_counter() - start
    page.wait_for_timeout(500)
    context.close()
    return taken, wire / 1e6


def _frames(browser: Browser, address: str) -> dict[str, float]:
    """Frames a second: of nothing, while the depth is dragged around 50, and while a film of 50 layers plays."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto("about:blank")
    page.evaluate(COUNT)
    page.wait_for_timeout(3000)
    empty = page.evaluate(COUNTED)
    page.goto(f"{address}?depth=50")
    page.wait_for_function(f"() => ({SHOWN})() > 0", timeout=60_000)
    page.wait_for_timeout(8000)  # neighbours are drawn ahead
    box = page.get_by_role("slider", name="Depth").bounding_box()
    if box is None:
        raise ValueError("the depth has no handle")
    middle, room = box["y"] + box["height"] / 2, box["width"] - 18
    page.mouse.move(box["x"] + 9 + 49 / 99 * room, middle)
    page.mouse.down()
    page.evaluate(COUNT)
    for move in range(240):
        depth = 50 + 9 * (1 - abs(move % 60 - 30) / 15)
        page.mouse.move(box["x"] + 9 + (depth - 1) / 99 * room, middle)
    drag = page.evaluate(COUNTED)
    page.mouse.up()
    page.goto(f"{address}?depth=50&at=299")
    page.wait_for_function("() => document.querySelector('.stage')?.dataset.row !== undefined", timeout=120_000)
    page.wait_for_timeout(2000)
    page.evaluate(COUNT)
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(6000)
    film = page.evaluate(COUNTED)
    page.close()
    return {"an empty animation": empty, "drag": drag, "film": film}


def measure() -> list[str]:
    """All figures, as lines of Markdown."""
    if CHROMIUM is None:
        return ["No Chromium on this machine: not measured."]
    with ExitStack() as stack:
        lab = stack.enter_context(serving()).address + "/lab"
        bare = stack.enter_context(serving(THEIRS, BARE.parent)).address
        browser = stack.enter_context(sync_playwright()).chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        pages = {"lab": _open(browser, lab), "bare": _open(browser, bare)}
        time.sleep(10)  # both servers have loaded everything, and the lab's neighbours are there
        moves: dict[str, list[float]] = {"lab": [], "bare": []}
        for page in pages.values():
            _moves(page, 4)  # not counted
        for _ in range(TURNS):
            for name, page in pages.items():
                moves[name] += _moves(page, MOVES)
        for page in pages.values():
            page.close()
        first = {name: [_first_chart(browser, url) for _ in range(3)] for name, url in [("lab", lab), ("bare", bare)]}
        frames = _frames(browser, lab)
    return _told(moves, first, frames)


def _told(
    moves: dict[str, list[float]], first: dict[str, list[tuple[float, float]]], frames: dict[str, float]
) -> list[str]:
    half, late = ({name: cut(values) for name, values in moves.items()} for cut in (median, _late))
    chart = {name: median(seconds for seconds, _ in several) for name, several in first.items()}
    wire = {name: median(size for _, size in several) for name, several in first.items()}
    rates = ", ".join(f"{name} **{rate:.0f}**" for name, rate in frames.items())
    rows = [
        ("", "lab", "bare page", "lab / bare", "goal"),
        ("---",) * 5,
        _row(f"a press on the depth to the changed chart, ms, median of {len(moves['lab'])}", half, "0.45"),
        _row("the same, 95th percentile", late, ""),
        _row("first chart in a fresh browser, warm server, s", chart, "1"),
        _row("on the wire by then, MB", wire, "2.8 MB"),
    ]
    table = [f"| {' | '.join(cells)} |" for cells in rows]
    return [*table, "", f"Frames a second at depth 50, two networks: {rates} (goal: 50 where the empty one has 60)."]


def _row(title: str, figures: dict[str, float], goal: str) -> tuple[str, ...]:
    lab, bare = figures["lab"], figures["bare"]
    return title, f"{lab:.3g}", f"{bare:.3g}", f"**{lab / bare:.2f}**", goal


def _late(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]
