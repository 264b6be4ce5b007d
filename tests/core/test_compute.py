import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from core import Experiment, Network, Training, compute, trainer
from core.compute import Compute, process_pool, profile_job, train_job

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
    monkeypatch.setattr(compute, "REMEMBERED", 3)
    for seed in range(10):
        compute_in_threads.profiles([Experiment(PAIR[0].network, seed=seed)])
    assert len(compute_in_threads._tickets) == 3


@pytest.fixture(scope="module")
def workers():
    door = Compute(process_pool)
    yield door
    door.close()


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


def test_killing_a_worker_in_mid_run_loses_nothing(workers):
    long = Experiment(Network(depth=10), Training(steps=1500), seed=9)
    ticket = workers.train([long])[0]
    while ticket.progress() is None:
        time.sleep(0.02)
    for pid in list(workers._executors[train_job]._processes):
        os.kill(pid, signal.SIGKILL)
    assert ticket.future.result(60).experiment == long
    assert workers.ask(profile_job, PAIR)[0].future.result(60).experiment == PAIR[0]
