"""Where runs are computed: worker processes, asked through one small door.

Whoever asks twice for the same experiment gets the same answer, computed once: while it is in
flight the second asker waits with the first, afterwards it comes from memory. The process that
serves pages never loads torch.
"""

import itertools
import multiprocessing
import os
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache
from threading import RLock
from typing import Any, NamedTuple

import numpy as np

from core.experiment import MAX_DEPTH, Experiment
from core.results import Floats, GradientProfile, Run

REMEMBERED = 500  # answers kept in memory; a run takes about 40 kB at depth 10
LINES = 256  # of the board on which workers write how far they are, one for each request in flight
LINE = 2 + 2 * MAX_DEPTH  # step, loss, weight-gradient norms, error-signal norms

Job = Callable[[Sequence[Experiment], Sequence[int]], list[Any]]


class Progress(NamedTuple):
    """How far a run in flight is: step, loss and norms (depth,), as of its last recorded step."""

    step: int
    loss: float
    grad_norm: Floats
    delta_norm: Floats


@dataclass
class Ticket:
    """A request for one experiment's result: `future` will hold it, `progress()` tells how far it is."""

    experiment: Experiment
    future: "Future[Any]"
    line: Floats
    """(LINE,) this request's line of the board, written by a worker"""

    def progress(self) -> Progress | None:
        """The last news from the worker; None before there is any."""
        depth = self.experiment.network.depth
        step, loss, *norms = self.line[: 2 + 2 * depth].tolist()
        return Progress(int(step), loss, np.array(norms[:depth]), np.array(norms[depth:])) if step >= 0 else None


class Errand(NamedTuple):
    """What goes to a worker in one piece."""

    job: Job
    tickets: dict[Experiment, Ticket]
    lines: list[int]


class Compute:
    """Answers requests for profiles and runs through executors, each experiment once.

    Every job has an executor of its own, so that a slider never waits for somebody's long training.
    `open_executor` is called with a job and the shared progress board when its first request comes,
    and again if a worker died and took the executor with it.
    """

    def __init__(self, open_executor: Callable[[Job, Any], Executor]) -> None:
        """Start nothing yet."""
        self._open = open_executor
        self._executors: dict[Job, Executor] = {}
        self._board = multiprocessing.get_context("spawn").RawArray("d", LINES * LINE)
        self._lines = np.frombuffer(self._board).reshape(LINES, LINE)
        self._free_lines = itertools.cycle(range(LINES))
        self._tickets: OrderedDict[tuple[Job, Experiment], Ticket] = OrderedDict()
        self._lock = RLock()

    def profiles(self, experiments: Sequence[Experiment]) -> list[GradientProfile]:
        """The profile of each experiment at initialization; waits for them."""
        return [ticket.future.result() for ticket in self.ask(profile_job, experiments)]

    def train(self, experiments: Sequence[Experiment]) -> list[Ticket]:
        """A ticket for the run of each experiment; does not wait."""
        return self.ask(train_job, experiments)

    def runs(self, experiments: Sequence[Experiment]) -> list[Run]:
        """The run of each experiment; waits for them."""
        return [ticket.future.result() for ticket in self.train(experiments)]

    def ask(self, job: Job, experiments: Sequence[Experiment]) -> list[Ticket]:
        """Tickets for all experiments; those nobody has asked for go to the executor, together."""
        with self._lock:
            known = {e: self._tickets.get((job, e)) for e in experiments}
            missing = [e for e, ticket in known.items() if ticket is None]
            if missing:
                known |= self._send(job, missing)
            for e in known:
                if (job, e) in self._tickets:
                    self._tickets.move_to_end((job, e))
            while len(self._tickets) > REMEMBERED:
                self._tickets.popitem(last=False)
        return [ticket for e in experiments if (ticket := known[e])]

    def _send(self, job: Job, experiments: list[Experiment]) -> dict[Experiment, Ticket]:
        lines = [next(self._free_lines) for _ in experiments]
        self._lines[lines, 0] = -1
        tickets = {e: Ticket(e, Future(), self._lines[line]) for e, line in zip(experiments, lines, strict=True)}
        self._tickets.update({(job, e): ticket for e, ticket in tickets.items()})
        self._submit(Errand(job, tickets, lines))
        return tickets

    def _submit(self, errand: "Errand", tries: int = 2) -> None:
        executor = self._executors.get(errand.job) or self._open(errand.job, self._board)
        self._executors[errand.job] = executor
        try:
            work = executor.submit(errand.job, list(errand.tickets), errand.lines)
        except BrokenProcessPool:
            del self._executors[errand.job]
            self._submit(errand, tries)
            return
        work.add_done_callback(lambda done: self._deliver(errand, tries, executor, done))

    def _deliver(self, errand: "Errand", tries: int, executor: Executor, done: "Future[list[Any]]") -> None:
        """Hand the results to everyone who waits; an errand whose worker died is sent once more."""
        failure = CancelledError() if done.cancelled() else done.exception()
        if isinstance(failure, BrokenProcessPool) and tries > 1:
            with self._lock:
                if self._executors.get(errand.job) is executor:
                    del self._executors[errand.job]
                self._submit(errand, tries - 1)
            return
        if failure:
            self._forget(errand)
            for ticket in errand.tickets.values():
                ticket.future.set_exception(failure)
            return
        for ticket, result in zip(errand.tickets.values(), done.result(), strict=True):
            ticket.future.set_result(result)

    def _forget(self, errand: "Errand") -> None:
        """Let the next request for these experiments try again."""
        with self._lock:
            for experiment in errand.tickets:
                self._tickets.pop((errand.job, experiment), None)

    def close(self) -> None:
        """End the workers; whatever is in flight is given up."""
        with self._lock:
            executors, self._executors = list(self._executors.values()), {}
        for executor in executors:
            executor.shutdown(wait=True, cancel_futures=True)


_board: Floats | None = None  # in a worker: (LINES, LINE)


def _start_worker(board: Any, patience: int) -> None:
    global _board  # noqa: PLW0603  a worker process belongs to one board for its whole life
    if hasattr(os, "nice"):
        os.nice(patience)
    import torch

    from core import tasks, trainer  # noqa: F401  loaded once, before the first request

    torch.set_num_threads(1)  # nets this small only wait for each other on more
    _board = np.frombuffer(board).reshape(LINES, LINE)
    tasks.draw("circles", 0)


def profile_job(experiments: Sequence[Experiment], _: Sequence[int]) -> list[GradientProfile]:
    """In a worker: the profiles of these experiments."""
    from core import trainer

    return trainer.profiles(experiments)


def train_job(experiments: Sequence[Experiment], lines: Sequence[int]) -> list[Run]:
    """In a worker: the runs of these experiments, each telling its line of the board how far it is."""
    from core import trainer

    line_of = dict(zip(experiments, lines, strict=True))

    def tell(experiment: Experiment, step: int, loss: float, grad_norm: Floats, delta_norm: Floats) -> None:
        if _board is not None:
            line = _board[line_of[experiment]]
            line[1 : 2 + 2 * len(grad_norm)] = (loss, *grad_norm, *delta_norm)
            line[0] = step

    return trainer.train(experiments, tell)


def process_pool(job: Job, board: Any) -> ProcessPoolExecutor:
    """One worker for profiles, and two or more for runs, so that one long run does not hold up every other."""
    workers = 1 if job is profile_job else max((os.cpu_count() or 1) - 1, 2)
    patience = 0 if job is profile_job else 10  # a long run gives way to pages and sliders
    return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _start_worker, (board, patience))


@lru_cache(maxsize=1)
def shared() -> Compute:
    """The one door that all pages of this process use."""
    return Compute(process_pool)
