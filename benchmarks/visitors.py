"""How many people the server bears: all of them open a page at once, each over a websocket of their own.

`python -m benchmarks.visitors` prints the tables. The server has measured all claims before anybody is counted.
"""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import fmean, median, quantiles

from benchmarks.server import ROOT, Server, serving
from benchmarks.visit import Visit, visit

LESSON = "01-vanishing-and-exploding-gradients"
BURSTS = ((LESSON, 30), (LESSON, 60), ("lab", 60), ("lab", 240))
CPU_GOALS = {LESSON: 0.15, "lab": 0.04}  # seconds a visit
WAIT_GOALS = {(LESSON, 60): ("≤ 3 for 95 %", "≤ 8 for all")}  # seconds to the text, and to everything
LESSONS, GROWTH_GOAL, ROUNDS = 8, 1.1, 3
IDLE = 0.1  # CPU seconds in three seconds at most
COLUMNS = (
    "page", "people at once", "first text, s", "text, s", "goal", "everything, s", "goal", "CPU s a visit", "goal",
    "kB a visit", "kB on the wire", "messages",
)  # fmt: skip


def warm(server: Server) -> None:
    """Wait until it has measured all claims and rests, and open each page once."""
    before = -1.0
    for _ in range(300):
        now = server.cpu_seconds()
        if now - before < IDLE:
            break
        before = now
        time.sleep(3)
    else:
        raise TimeoutError(server.address)
    for page in CPU_GOALS:
        asyncio.run(visit(server, page))


def burst(server: Server, page: str, people: int) -> tuple[list[Visit], float]:
    """So many visits at once, and the CPU seconds that each of them has taken."""

    async def all_at_once() -> list[Visit]:
        return await asyncio.gather(*(visit(server, page) for _ in range(people)))

    before = server.cpu_seconds()
    visits = asyncio.run(all_at_once())
    return visits, (server.cpu_seconds() - before) / people


def row(server: Server, page: str, people: int) -> str:
    """One line of the table."""
    visits, cpu = burst(server, page, people)
    first, text, everything, size, wire, messages = zip(*visits, strict=True)
    text_goal, all_goal = WAIT_GOALS.get((page, people), ("", ""))
    cells = (
        page, people, _spread(first), _spread(text), text_goal, _spread(everything), all_goal, f"{cpu:.3f}",
        f"≤ {CPU_GOALS[page]}", f"{fmean(size) / 1000:.0f}", f"{fmean(wire) / 1000:.0f}", f"{fmean(messages):.0f}",
    )  # fmt: skip
    return _line(cells)


def _spread(seconds: tuple[float, ...]) -> str:
    return f"{median(seconds):.2f} / {quantiles(seconds, n=20)[-1]:.2f} / {max(seconds):.2f}"


def _line(cells: tuple[object, ...]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


@contextmanager
def copied() -> Iterator[Path]:
    """The whole project once more, with copies of the lesson beside it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", ".*_cache", "data", "tests"))
        for number in range(2, LESSONS + 1):
            shutil.copytree(copy / "lessons" / LESSON, copy / "lessons" / f"{number:02}{LESSON[2:]}")
        yield copy


def growth(one: Server, many: Server, page: str) -> str:
    """How much more a visit takes with many lessons than with one, measured in turn."""
    ratios = [burst(many, page, 20)[1] / burst(one, page, 20)[1] for _ in range(ROUNDS)]
    return _line((page, f"{median(ratios):.2f}", f"≤ {GROWTH_GOAL}"))


def measure() -> list[str]:
    """All figures, as lines of Markdown; waits are those of the median, of 95 % and of everybody."""
    if not Path("/proc/self/stat").exists():
        return ["No /proc on this machine: not measured."]
    with ExitStack() as stack:
        one = stack.enter_context(serving())
        warm(one)
        lines = [_line(COLUMNS), "|---|" + "---:|" * (len(COLUMNS) - 1)]
        lines += [row(one, page, people) for page, people in BURSTS]
        many = stack.enter_context(serving(folder=stack.enter_context(copied())))
        warm(many)
        lines += ["", _line(("page", f"CPU with {LESSONS} lessons / with one", "goal")), "|---|---:|---:|"]
        return lines + [growth(one, many, page) for page in CPU_GOALS]


if __name__ == "__main__":
    print("\n".join(measure()))
