"""Measure, print, and write docs/benchmarks.md and docs/benchmarks.svg: `make bench`."""

import platform
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from timeit import timeit

import numpy as np
import torch

from benchmarks import advice, browser, reader, visitors
from benchmarks.competitors import Shape, Step, floor, ours, pair, usual
from benchmarks.picture import draw, save
from core import Network, gradient_profile, train
from core.networks.experiment import Experiment, Training

ROUNDS = 9
SECONDS = 0.3  # for each competitor in each round
GOALS = {Shape(10, 32, 64): 6.0, Shape(20, 32, 128): 4.0, Shape(50, 64, 256): 1.9}
RUN_GOALS = {Shape(10, 32, 64): 3.0, Shape(20, 32, 128): 2.0, Shape(50, 64, 256): 1.2}
FLOOR_GOALS = {Shape(20, 32, 128): 2.5}
DEPTHS = (5, 10, 20, 40, 80, 160)
DOCS = Path(__file__).parent.parent / "docs"


PAGE = """# How fast the trainer is

Written by `make bench`.
Every figure is a median of {rounds} rounds in which the competitors take turns on one thread; torch {torch}, Python \
{python}, {machine}.
Times depend on the machine, ratios much less.

*Usual PyTorch* is the same pair of networks (sigmoid with Xavier, ReLU with He, same weights, same batch) as two \
`nn.Sequential` with autograd and `optim.SGD`.
*Floor* is the matrix products of the pass and nothing else.
Everybody but the floor reads the gradient norm of every layer at every step; in the last column also the norm of \
every layer's error signal, which PyTorch needs hooks for.

{table}

![Time of a step](benchmarks.svg)

Where the floor alone takes more than the usual step divided by the goal, no trainer made of these products meets it.

## The cost of depth

Width 32, batch 64; off a straight line by {off:.0f} % at most (goal: 20).

{depth_table}

## Whole runs

What a learner waits for: the pair for 300 steps **with all instruments** (101 records of norms, activations,
saturation and the figures of 1,024 held-out and training points; 11 histograms and decision surfaces), against the
usual 300 steps, which read weight gradients only.

{lines}

## The lab in a browser

Against a page of 30 lines with one slider, the same computation with `nn.Sequential` and autograd, and
`st.plotly_chart`, served by `streamlit run` with its defaults (`benchmarks/bare/page.py`); Chromium without a graphics
card, both pages in turn.

{lab}

## The lesson in a browser

Opened by a reader who has made all its predictions, so that every figure is there, against a page with the same text
and as many `st.plotly_chart` of the same data (`benchmarks/bare/lesson.py`), in turn: on a server that has been up for
a while, and on one that has just begun to answer.
The work is the time that the browser's main thread was busy until everything was at rest.

{reader}

## Many people at once

All of them open the page at the same moment, each with a cookie and over a websocket of their own, on a server that \
has measured its claims; the load generator runs on the same machine.
Waits are seconds to the median, to the 95th percentile and to the last of them: until the first text, until all text \
outside figures and questions, and until everything is there.
CPU seconds are those of the server and its workers.

{visitors}

## What the verdicts and first remedies are worth

{count} networks, known ones and others drawn at random, each on three seeds.
The rules were chosen on the known ones, on other draws and on other seeds.
Broken is what has a mean accuracy below 0.9 on held-out points after training; a run that diverged counts 0.5.
A first remedy is right where it reaches 0.9 or 0.2 more than before, and makes it worse where it loses more than 0.02.
A broken network to which no remedy is named counts as not right.
On `gaussian`, the points allow no more than about 0.9: the best logistic regression of six penalties gets 0.887 on the
mean of these seeds, and 0.908 on that of seeds 0 to 2.

{advice}
"""


def in_turn(competitors: Mapping[str, Step], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Microseconds a step of each competitor, one figure a round; within a round they take turns."""
    counts = {name: max(int(SECONDS / _time(name, step, 3)), 1) for name, step in competitors.items()}
    taken: dict[str, list[float]] = {name: [] for name in competitors}
    for _ in range(rounds):
        for name, step in competitors.items():
            taken[name].append(_time(name, step, counts[name]) * 1e6)
    return taken


def _time(name: str, step: Step, count: int) -> float:
    """Seconds a step; all but the usual PyTorch work without autograd, as in training."""
    with torch.inference_mode("usual" not in name):
        return timeit(step, number=count) / count


def ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """The median of the rounds' ratios."""
    return median(a / b for a, b in zip(over, under, strict=True))


def steps_of(shape: Shape) -> dict[str, Step]:
    """All competitors at one shape."""
    with torch.inference_mode():
        stacked = {"ours": ours(shape), "floor": floor(shape), "ours, signals too": ours(shape, signals=True)}
    return stacked | {"usual": usual(shape), "usual, signals too": usual(shape, signals=True)}


def against_peers() -> tuple[list[str], dict[Shape, dict[str, list[float]]]]:
    """The table's lines, and the figures behind them."""
    heads = [
        "depth, width, batch", "usual PyTorch, µs", "ours, µs", "floor, µs", "usual / ours", "goal", "ours / floor",
        "goal", "usual / ours, error signals too",
    ]  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", "|---|" + "---:|" * (len(heads) - 1)]
    figures = {}
    for shape, goal in GOALS.items():
        taken = figures[shape] = in_turn(steps_of(shape))
        own, both = taken["ours"], taken["ours, signals too"]
        floor_goal = f"≤ {FLOOR_GOALS[shape]:g}" if shape in FLOOR_GOALS else ""
        lines.append(
            f"| {shape.depth}, {shape.width}, {shape.batch} | {median(taken['usual']):.0f} | {median(own):.0f} "
            f"| {median(taken['floor']):.0f} | {ratio(taken['usual'], own):.2f} | ≥ {goal:g} "
            f"| {ratio(own, taken['floor']):.2f} | {floor_goal} | {ratio(taken['usual, signals too'], both):.2f} |"
        )
        print(lines[-1], flush=True)
    return lines, figures


def by_depth() -> tuple[list[str], dict[int, float], float]:
    """The cost of a step over depth, and how far it is from a straight line at most."""
    taken = in_turn({str(depth): steps_of(Shape(depth, 32, 64))["ours"] for depth in DEPTHS})
    cost = {depth: median(taken[str(depth)]) for depth in DEPTHS}
    slope, start = np.polyfit(DEPTHS, list(cost.values()), 1, w=1 / np.array(list(cost.values())))
    off = max(abs(cost[depth] / (start + slope * depth) - 1) for depth in DEPTHS)
    lines = ["| depth | µs a step | the line |", "|---:|---:|---:|"]
    lines += [f"| {depth} | {cost[depth]:.0f} | {start + slope * depth:.0f} |" for depth in DEPTHS]
    print("\n".join(lines), f"\noff the line by {100 * off:.0f} % at most (goal: 20)", flush=True)
    return lines, cost, off


def whole_runs() -> list[str]:
    """Whole runs with every instrument against the usual steps without any, and what else takes long."""
    heads = ["depth, width, batch", "usual 300 steps, s", "our run of 300 steps, s", "usual / ours", "goal"]
    lines = [f"| {' | '.join(heads)} |", "|---|" + "---:|" * (len(heads) - 1)]
    for shape, goal in RUN_GOALS.items():
        taken = in_turn({"run": partial(train, pair(shape)), "usual": partial(_repeat, usual(shape), 300)})
        lines.append(
            f"| {shape.depth}, {shape.width}, {shape.batch} | {median(taken['usual']) / 1e6:.2f} "
            f"| {median(taken['run']) / 1e6:.2f} | {ratio(taken['usual'], taken['run']):.2f} | ≥ {goal:g} |"
        )
        print(lines[-1], flush=True)
    rest = f"""
- A profile at depth 200, width 64, batch 256 in float64 (GELU, batch normalization, skips): {_deep_profile():.2f} s of
  CPU time (goal: below 1).
- 3000 steps instead of 300 take {_growth():.1f} times as long.
""".rstrip()
    print(rest, flush=True)
    return [*lines, *rest.splitlines()]


def _repeat(step: Step, times: int) -> None:
    for _ in range(times):
        step()


def _deep_profile() -> float:
    """Seconds of CPU time, the second time."""
    deep = Network(200, 64, "gelu", "he", norm="batch", residual="plain")
    gradient_profile(deep)
    start = time.process_time()
    gradient_profile(deep)
    return time.process_time() - start


def _growth() -> float:
    runs = {steps: Experiment(Network(10, 32), Training(steps=steps)) for steps in (300, 3000)}
    taken = in_turn({str(steps): partial(train, [e]) for steps, e in runs.items()}, rounds=3)
    return ratio(taken["3000"], taken["300"])


def main() -> None:
    """Everything, on one thread."""
    torch.set_num_threads(1)
    table, figures = against_peers()
    depth_table, cost, off = by_depth()
    lines = whole_runs()
    lab = browser.measure()
    print("\n".join(lab), flush=True)
    reading = reader.measure()
    print("\n".join(reading), flush=True)
    people = visitors.measure()
    print("\n".join(people), flush=True)
    worth = advice.measure()
    print("\n".join(worth), flush=True)
    text = PAGE.format(
        rounds=ROUNDS, torch=torch.__version__, python=platform.python_version(), machine=platform.machine(),
        table="\n".join(table), off=100 * off, depth_table="\n".join(depth_table), lines="\n".join(lines),
        lab="\n".join(lab), reader="\n".join(reading), visitors="\n".join(people),
        count=len(advice.grid()), advice="\n".join(worth),
    )  # fmt: skip
    (DOCS / "benchmarks.md").write_text(text)
    save(draw(figures, cost), DOCS / "benchmarks.svg")


if __name__ == "__main__":
    main()
