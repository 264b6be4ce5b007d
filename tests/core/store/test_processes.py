"""Many at once, and the worst moments: nothing that was acknowledged is lost, nothing is stored twice."""

import subprocess
import sys
from collections import Counter
from pathlib import Path
from statistics import quantiles

import pytest

from core.store import Store
from tests.core.store.children import learner

ROOT = Path(__file__).parents[3]
ANSWERS = 300


def child(*arguments):
    command = [sys.executable, "-m", "tests.core.store.children", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def released(children):
    """Let all of them go at once; what each of them has said at its end."""
    for process in children:
        assert process.stdout.readline() == "ready\n"
    for process in children:
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=120)[0] for process in children]
    assert [process.returncode for process in children] == [0] * len(children)
    return said


def test_processes_that_start_together_make_the_tables_once(url):
    assert released([child("open_", url) for _ in range(4)]) == ["opened\n"] * 4
    store = Store.open(url)
    assert store.tallies() == []
    store.close()


@pytest.mark.parametrize("processes", [1, 4])
def test_300_answers_at_once_are_all_stored_once(url, processes, capsys):
    Store.open(url).close()
    each = ANSWERS // processes
    said = released([child("burst", url, each, number * each) for number in range(processes)])
    times = sorted(float(word) for line in said for word in line.split())
    store = Store.open(url)
    stored = Counter(kept.id for number in range(ANSWERS) for kept in store.attempts(learner(number)))
    counted = store.tallies()[0].learners
    store.close()
    lost, doubled = ANSWERS - len(stored), sum(count > 1 for count in stored.values())
    with capsys.disabled():
        p50, p95 = (quantiles(times, n=100)[n - 1] for n in (50, 95)) if times else (0, 0)
        print(f"\n{url.split(':')[0]}, {processes} x {each}: p50 {p50:.3f} s, p95 {p95:.3f} s, max {times[-1]:.3f} s, "  # noqa: T201
              f"lost {lost}, doubled {doubled}")  # fmt: skip
    assert (len(times), lost, doubled, counted) == (ANSWERS, 0, 0, ANSWERS)


@pytest.mark.parametrize("many", [12, 60, 150])
def test_what_was_acknowledged_survives_a_killed_process(url, many):
    """The kill falls into the middle of a burst, wherever that is once so many answers have been acknowledged."""
    Store.open(url).close()
    with child("stream", url) as process:
        before = [process.stdout.readline().strip() for _ in range(many)]
        process.kill()
        acknowledged = {*before, *process.stdout.read().split("\n")[:-1]}
    store = Store.open(url)
    stored = Counter(kept.id for number in range(7) for kept in store.attempts(learner(number)))
    store.close()
    assert len(acknowledged) >= many
    assert acknowledged <= set(stored)
    assert set(stored.values()) == {1}
