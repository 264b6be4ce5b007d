import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from core import Experiment, Network, Training
from core.compute import cluster, door, limits
from core.compute.door import LINES, Compute, configured, process_pool, profile_job, theory_job, timed_job, train_job
from core.errors import Fixable
from core.networks import trainer

ROOT = Path(__file__).parents[3]
PAIR = (Experiment(Network(depth=3)), Experiment(Network(depth=3, activation="relu", init="he")))


class Counting:
    """A door whose jobs are counted, and held back until released."""

    def __init__(self):
        self.calls = []
        self.release = threading.Event()
        self.door = Compute(lambda job, board: ThreadPoolExecutor(4))

    def job(self, experiments, lines):
        self.calls.append(list(experiments))
        self.release.wait(20)
        return trainer.profiles(experiments)


def test_a_hundred_identical_requests_in_flight_compute_one_run():
    counting = Counting()
    with ThreadPoolExecutor(100) as learners:
        asked = [learners.submit(counting.door.ask, counting.job, PAIR) for _ in range(100)]
        tickets = [a.result() for a in asked]
        assert not any(ticket.future.done() for pair in tickets for ticket in pair)
        counting.release.set()
        answers = [[ticket.future.result(20) for ticket in pair] for pair in tickets]
    assert len(counting.calls) == 1
    assert all(answer[0] is answers[0][0] and answer[1] is answers[0][1] for answer in answers)


def test_only_what_is_missing_is_computed():
    counting = Counting()
    counting.release.set()
    other = Experiment(Network(depth=4))
    for experiments in (PAIR, PAIR, (PAIR[1], other)):
        for ticket in counting.door.ask(counting.job, experiments):
            ticket.future.result(20)
    assert counting.calls == [list(PAIR), [other]]


def test_a_failure_reaches_everyone_who_waits_and_the_next_request_tries_again(compute_in_threads):
    calls = []

    def failing_once(experiments, lines):
        calls.append(experiments)
        if len(calls) == 1:
            raise RuntimeError("out of memory")
        return trainer.profiles(experiments)

    with pytest.raises(RuntimeError, match="out of memory"):
        compute_in_threads.ask(failing_once, PAIR)[0].future.result(20)
    assert compute_in_threads.ask(failing_once, PAIR)[0].future.result(20).experiment == PAIR[0]


def test_memory_is_bounded(compute_in_threads, monkeypatch):
    monkeypatch.setattr(door, "FEW", 3)
    monkeypatch.setattr(door, "REMEMBERED", {})
    for seed in range(10):
        compute_in_threads.profiles([Experiment(PAIR[0].network, seed=seed)])
    assert len(compute_in_threads._tickets[profile_job]) == 3


def test_what_stands_in_the_way_of_an_executor_is_an_answer_too():
    def nowhere(job, board):
        raise Fixable("There is nowhere to compute.", "Build a place.")

    door = Compute(nowhere)
    for _ in range(2):
        with pytest.raises(Fixable, match="nowhere to compute"):
            door.profiles(PAIR)


def test_a_door_is_not_locked_while_it_asks_an_executor():
    class Suspicious(ThreadPoolExecutor):
        def submit(self, job, *args):
            held.append(door._lock._is_owned())  # a pool that breaks holds its lock and wants the door's
            return super().submit(job, *args)

    held = []
    with open_door(lambda job, board: Suspicious()) as door:
        door.profiles(PAIR)
    assert held == [False]


def test_a_request_never_writes_on_the_line_of_another_in_flight(monkeypatch):
    monkeypatch.setattr(door, "LINES", 4)
    counting = Counting()
    tickets = [counting.door.ask(counting.job, [Experiment(PAIR[0].network, seed=seed)])[0] for seed in range(8)]
    for step, number in enumerate(range(4)):
        counting.door._lines[number, 0] = step
    assert sorted(told.step for ticket in tickets if (told := ticket.progress())) == [0, 1, 2, 3]
    counting.release.set()
    for ticket in tickets:
        ticket.future.result(20)
    counting.door.close()
    assert sorted(counting.door._free_lines) == [0, 1, 2, 3]


@pytest.mark.parametrize("given", ["soon", "0", "-3", "1.5", "99999999", "٣x"])
@pytest.mark.parametrize(
    ("variable", "ask"), [("COMPUTE_SECONDS", Compute.runs), ("COMPUTE_MEMORY_MB", Compute.profiles)]
)
def test_a_limit_that_is_no_limit_is_named_with_what_is_allowed(monkeypatch, compute_in_threads, variable, ask, given):
    monkeypatch.setenv(variable, given)
    door = compute_in_threads if variable == "COMPUTE_SECONDS" else Compute(process_pool)
    with pytest.raises(Fixable) as refusal:
        ask(door, PAIR)
    assert variable in refusal.value.problem
    assert repr(given) in refusal.value.problem
    assert "whole number from" in refusal.value.remedy


def test_limits_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("COMPUTE_SECONDS", "7")
    monkeypatch.setenv("COMPUTE_MEMORY_MB", "")
    assert (limits.seconds(), limits.megabytes()) == (7, 2048)


@contextmanager
def open_door(open_executor=process_pool):
    door = Compute(open_executor)
    yield door
    door.close()


def until_told(ticket):
    """Wait for the first news of a run."""
    end = time.monotonic() + 60
    while ticket.progress() is None and not ticket.future.done():
        assert time.monotonic() < end
        time.sleep(0.01)
    assert not ticket.future.done()


@pytest.fixture(scope="module")
def workers():
    with open_door() as door:
        yield door


def test_worker_processes_give_the_same_numbers_as_this_one(workers):
    for ours, theirs in zip(trainer.profiles(PAIR), workers.profiles(PAIR), strict=True):
        np.testing.assert_array_equal(ours.weight_grad_norm, theirs.weight_grad_norm)
    runs = [Experiment(e.network, Training(steps=20)) for e in PAIR]
    for ours, theirs in zip(trainer.train(runs), workers.runs(runs), strict=True):
        np.testing.assert_array_equal(ours.grad_norm, theirs.grad_norm)


def test_a_run_in_flight_tells_how_far_it_is(workers):
    ticket = workers.train([Experiment(Network(depth=10), Training(steps=3000))])[0]
    seen = []
    while not ticket.future.done():
        if progress := ticket.progress():
            seen.append(progress)
        time.sleep(0.02)
    assert len({progress.step for progress in seen}) > 2
    run = ticket.future.result()
    for progress in seen:
        assert progress.grad_norm.shape == (10,)
        if progress.step in run.recorded_steps[:-1]:  # a line may be read while it is written
            assert progress.loss in run.loss


def test_a_slider_does_not_wait_for_a_long_training(workers):
    ticket = workers.train([Experiment(Network(depth=50), Training(steps=2000))])[0]
    workers.profiles([Experiment(Network(depth=7))])
    assert not ticket.future.done()


def pids(door):
    return [pid for executor in door._executors.values() for pid in executor._processes]


def test_killing_a_worker_in_mid_run_loses_nothing(workers):
    long = Experiment(Network(depth=10), Training(steps=1500), seed=9)
    ticket = workers.train([long])[0]
    until_told(ticket)
    for pid in list(workers._executors[train_job]._processes):
        os.kill(pid, signal.SIGKILL)
    assert ticket.future.result(60).experiment == long
    assert workers.ask(profile_job, PAIR)[0].future.result(60).experiment == PAIR[0]


def test_64_different_requests_at_once_are_all_answered_though_a_worker_dies_in_between(workers):
    experiments = [Experiment(Network(depth=5), Training(steps=30), seed=seed) for seed in range(64)]
    with ThreadPoolExecutor(64) as learners:
        runs = [learners.submit(workers.runs, [experiment]) for experiment in experiments]
        while sum(run.done() for run in runs) < 5:
            time.sleep(0.01)
        os.kill(next(iter(workers._executors[train_job]._processes)), signal.SIGKILL)
        assert not all(run.done() for run in runs)
        answers = [run.result(60)[0] for run in runs]
    assert [answer.experiment for answer in answers] == experiments
    for answer, alone in zip(answers[::21], trainer.train(experiments[::21]), strict=True):
        np.testing.assert_array_equal(answer.grad_norm, alone.grad_norm)


def test_64_identical_requests_at_once_are_answered_by_one_run_though_its_worker_dies():
    sent = []

    class Counted(Executor):
        def __init__(self, job, board):
            self.pool = process_pool(job, board)

        def submit(self, job, *args):
            sent.append(args[0])
            return self.pool.submit(job, *args)

        def shutdown(self, **how):
            self.pool.shutdown(**how)

    long = Experiment(Network(depth=10), Training(steps=1500), seed=64)
    with open_door(Counted) as door, ThreadPoolExecutor(64) as learners:
        runs = [learners.submit(door.runs, [long]) for _ in range(64)]
        until_told(door.train([long])[0])
        assert sent == [[long]]
        for pid in list(door._executors[train_job].pool._processes):
            os.kill(pid, signal.SIGKILL)
        answers = [run.result(60)[0] for run in runs]
        assert all(answer is answers[0] for answer in answers)
        assert answers[0].experiment == long
        assert sent == [[long], [long]]  # the second time for the one that died


def test_a_request_that_its_worker_never_survives_is_given_up_in_words():
    class Deadly:
        @staticmethod
        def submit(job, experiments, lines):
            answer = Future()
            answer.set_exception(BrokenProcessPool())
            opened.append(job)
            return answer

    opened = []
    door = Compute(lambda job, board: Deadly())
    with pytest.raises(Fixable, match="died"):
        door.runs(PAIR)
    assert opened == [train_job] * 3
    assert len(door._free_lines) == LINES


def test_a_training_that_takes_too_long_is_stopped_and_the_worker_goes_on(monkeypatch):
    monkeypatch.setenv("COMPUTE_SECONDS", "1")
    long = Experiment(Network(depth=50), Training(steps=100_000))
    with open_door() as door:
        door.runs([Experiment(training=Training(steps=1))])
        before, start = pids(door), time.monotonic()
        for _ in range(2):  # a failure is not remembered
            with pytest.raises(Fixable, match="stopped after 1 second"):
                door.runs([long])
        assert 2 <= time.monotonic() - start < 10
        short = Experiment(Network(depth=3), Training(steps=3))
        assert door.runs([short])[0].experiment == short
        assert set(before) <= set(pids(door))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits what a process may allocate")
def test_a_computation_that_needs_too_much_memory_is_refused_in_words_and_the_worker_goes_on(monkeypatch):
    monkeypatch.setenv("COMPUTE_MEMORY_MB", "300")
    huge = Experiment(Network(depth=200, width=512), Training(batch_size=1024, steps=5))
    middling = [Experiment(Network(depth=20, width=256), Training(steps=2), seed=seed) for seed in range(2)]
    with open_door() as door:
        door.profiles(PAIR)
        door.runs(PAIR[:1])
        before = pids(door)
        for modest in middling:  # nothing is left of a failed attempt that would make the next one fail
            for ask in (door.profiles, door.runs):
                with pytest.raises(Fixable, match="needs more memory"):
                    ask([huge])
                assert ask([modest])[0].experiment == modest
        assert set(before) <= set(pids(door))


@pytest.mark.parametrize("text", ["std::bad_alloc", "[enforce fail] DefaultCPUAllocator: can't allocate memory: ..."])
def test_torch_says_in_many_ways_that_memory_is_short(compute_in_threads, monkeypatch, text):
    def failing(*_):
        raise RuntimeError(text)

    monkeypatch.setattr(trainer, "train", failing)
    with pytest.raises(Fixable, match="needs more memory"):
        compute_in_threads.runs(PAIR)
    text = "a mistake of ours"
    with pytest.raises(RuntimeError, match="a mistake of ours"):
        compute_in_threads.runs(PAIR)


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_closing_ends_every_worker_at_once_even_in_mid_run():
    door = Compute(process_pool)
    door.profiles(PAIR)
    ticket = door.train([Experiment(Network(depth=50), Training(steps=100_000))])[0]
    until_told(ticket)
    workers, start = pids(door), time.monotonic()
    assert len(workers) >= 2
    door.close()
    assert time.monotonic() - start < 5
    assert not any(is_alive(pid) for pid in workers)
    assert not {child.pid for child in multiprocessing.active_children()} & set(workers)
    for answer in (ticket, *door.train(PAIR)):
        with pytest.raises(Fixable, match="shut down"):
            answer.future.result(5)


APP = """
from core import Experiment
from core.compute.door import Compute, process_pool, profile_job
if __name__ == "__main__":
    door = Compute(process_pool)
    door.profiles([Experiment()])
    print(*door._executors[profile_job]._processes, flush=True)
    input()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_workers_end_with_an_app_that_is_killed(tmp_path):
    script = tmp_path / "little_app.py"
    script.write_text(APP)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as app:
        worker = int(app.stdout.readline())
        assert is_alive(worker)
        app.kill()
    end = time.monotonic() + 5
    while is_alive(worker):
        assert time.monotonic() < end
        time.sleep(0.02)


# A cluster that nobody outside this machine can reach
HERE = {"threads_per_worker": 1, "processes": True, "host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}


@pytest.fixture(scope="module")
def machines():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, **HERE) as machines:
        yield machines


@pytest.fixture
def far(machines, monkeypatch):
    monkeypatch.setenv("COMPUTE_URL", machines.scheduler_address.replace("tcp://", "dask://"))
    with open_door(configured) as door:
        yield door


def kill_whoever_works(machines, door):
    """Kill the worker that has something to do, and say which one it was."""
    at_work = [address for address, keys in door._executors[train_job]._client().processing().items() if keys]
    (victim,) = [worker.pid for worker in machines.workers.values() if worker.worker_address in at_work]
    os.kill(victim, signal.SIGKILL)
    return victim


def test_a_cluster_gives_the_same_numbers_as_this_process_and_profiles_stay_here(far):
    experiments = [Experiment(e.network, Training(steps=20)) for e in PAIR]
    for ours, theirs in zip(trainer.train(experiments), far.runs(experiments), strict=True):
        assert theirs.experiment == ours.experiment
        for name in ("loss", "grad_norm", "delta_norm", "weight_norm"):
            np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name))
    assert far.profiles(PAIR)[1].experiment == PAIR[1]
    kinds = {job: type(executor).__name__ for job, executor in far._executors.items()}
    assert kinds == {train_job: "Cluster", profile_job: "Processes"}


def test_a_run_on_a_cluster_tells_how_far_it_is(far):
    ticket = far.train([Experiment(Network(depth=10), Training(steps=1500))])[0]
    seen = {}
    while not ticket.future.done():
        if progress := ticket.progress():
            seen[progress.step] = progress
        time.sleep(0.02)
    run = ticket.future.result()
    assert len(seen) > 2
    for step in [step for step in seen if step in run.recorded_steps[:-1]][1:-1]:
        assert seen[step].grad_norm.shape == (10,)
        assert seen[step].loss in run.loss


def test_killing_a_worker_of_a_cluster_in_mid_run_loses_nothing(far, machines):
    long = Experiment(Network(depth=30), Training(steps=1500), seed=5)
    others = [Experiment(Network(depth=4), Training(steps=30), seed=seed) for seed in range(16)]
    ticket = far.train([long])[0]
    until_told(ticket)
    victim = kill_whoever_works(machines, far)
    tickets = [far.train([other])[0] for other in others]
    assert [t.future.result(60).experiment for t in tickets] == others
    np.testing.assert_array_equal(ticket.future.result(60).grad_norm, trainer.train([long])[0].grad_norm)
    assert not is_alive(victim)


def test_a_training_that_takes_too_long_on_a_cluster_is_stopped_in_words(far, machines):
    far.runs([Experiment(training=Training(steps=1))])
    client = far._executors[train_job]._client()
    client.run(exec, "import os; os.environ['COMPUTE_SECONDS'] = '1'")
    with pytest.raises(Fixable, match="stopped after 1 second"):
        far.runs([Experiment(Network(depth=50), Training(steps=100_000))])
    client.run(exec, "import os; del os.environ['COMPUTE_SECONDS']")


def test_a_cluster_that_is_lost_in_mid_run_is_answered_in_words_and_found_again_later(monkeypatch):
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "REACH", 1)
    lost = distributed.LocalCluster(n_workers=1, **HERE)
    monkeypatch.setenv("COMPUTE_URL", lost.scheduler_address)
    with open_door(configured) as door:
        ticket = door.train([Experiment(Network(depth=30), Training(steps=100_000))])[0]
        until_told(ticket)
        lost.close()
        with pytest.raises(Fixable, match="cannot be reached"):
            ticket.future.result(20)
        with pytest.raises(Fixable, match="cannot be reached"):
            door.train(PAIR)[0].future.result(20)
        port = int(lost.scheduler_address.rsplit(":", 1)[1])
        with distributed.LocalCluster(n_workers=1, scheduler_port=port, **HERE):
            assert door.train(PAIR)[0].future.result(20).experiment == PAIR[0]


def test_what_kills_every_worker_of_a_cluster_is_said_in_words(compute_in_threads):
    distributed = pytest.importorskip("distributed")
    place = cluster.Cluster("tcp://127.0.0.1:8786", compute_in_threads._board)
    assert "died of it" in str(place._in_words(distributed.KilledWorker("run", None, 3)))
    mistake = ZeroDivisionError()
    assert place._in_words(mistake) is mistake


@pytest.mark.parametrize("asking", [1, 64])
def test_a_cluster_that_nobody_serves_is_said_quickly_and_to_everybody(monkeypatch, asking):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    monkeypatch.setenv("COMPUTE_URL", f"tcp://127.0.0.1:{port}")
    monkeypatch.setattr(cluster, "REACH", 1)
    with open_door(configured) as door:
        start = time.monotonic()
        tickets = [door.train([Experiment(PAIR[0].network, seed=seed)])[0] for seed in range(asking)]
        assert time.monotonic() - start < 0.5  # asking itself never waits, and so no slider does
        for ticket in tickets:
            with pytest.raises(Fixable, match=f"127.0.0.1:{port} cannot be reached"):
                ticket.future.result(20)
        assert time.monotonic() - start < 8


@pytest.mark.parametrize(
    "url",
    ["127.0.0.1:8786", "http://127.0.0.1:8786", "dask://", "dask://here", "tcp://here:port", "tcp://x:99999", "?"],
)
def test_an_address_that_is_none_is_named_with_an_example(monkeypatch, url):
    monkeypatch.setenv("COMPUTE_URL", url)
    with pytest.raises(Fixable) as refusal:
        Compute(configured).runs(PAIR)
    assert "COMPUTE_URL" in refusal.value.problem
    assert repr(url) in refusal.value.problem
    assert "dask://127.0.0.1:8786" in refusal.value.remedy


def test_addresses_are_written_as_dask_writes_them():
    assert cluster.address(" dask://scheduler:8786/ ") == "tcp://scheduler:8786"
    assert cluster.address("tls://[::1]:8786") == "tls://[::1]:8786"


def test_without_the_package_the_way_to_it_is_said(monkeypatch):
    monkeypatch.setenv("COMPUTE_URL", "dask://127.0.0.1:8786")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with open_door(configured) as door, pytest.raises(Fixable, match=r"requirements-dask\.txt"):
        door.runs(PAIR)


def long_run(seed):
    return Experiment(Network(depth=20), Training(steps=100_000), seed=seed)


def until(holds, seconds=30):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_run_that_nobody_waits_for_any_more_is_stopped_in_its_worker():
    with open_door() as door:
        tickets = door.train([long_run(0)])
        until(lambda: tickets[0].progress() is not None)
        door.give_up(train_job, tickets)
        with pytest.raises(Fixable, match="was stopped, at step"):
            tickets[0].future.result(30)


def test_a_run_goes_on_as_long_as_somebody_waits_for_it():
    with open_door() as door:
        first, second = door.train([long_run(1)]), door.train([long_run(1)])
        assert first[0] is second[0]
        door.give_up(train_job, first)
        until(lambda: second[0].progress() is not None)
        before = second[0].progress().step
        until(lambda: second[0].progress().step > before)
        door.give_up(train_job, second)
        with pytest.raises(Fixable, match="was stopped"):
            second[0].future.result(30)


def test_who_asks_for_a_run_that_was_given_up_gets_a_new_one():
    short = Experiment(Network(depth=2), Training(steps=50))
    with open_door() as door:
        given_up = door.train([short])
        door.give_up(train_job, given_up)
        (run,) = door.runs([short])
        assert len(run.loss) == 50


def test_runs_that_are_timed_are_the_same_runs():
    short = Experiment(Network(depth=2), Training(steps=20))
    with open_door() as door:
        run, seconds = door.ask(timed_job, [short])[0].future.result(60)
    np.testing.assert_array_equal(run.loss, trainer.train([short])[0].loss)
    assert seconds > 0


def test_theory_comes_without_torch_and_says_why_it_is_silent():
    wide, narrow = Experiment(Network(4, 64), Training("gaussian")), Experiment(Network(4, 8))
    with open_door() as door:
        known, silent = (ticket.future.result(60) for ticket in door.ask(theory_job, [wide, narrow]))
    assert known.factor.shape == (3,)
    assert silent.factor is None
    assert "8 units" in silent.caveat
