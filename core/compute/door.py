"""Where runs are computed: worker processes or a cluster, asked through one small door.

Whoever asks twice for the same experiment gets the same answer, computed once: while it is in
flight the second asker waits with the first, afterwards it comes from memory. The process that
serves pages never loads torch.
"""

import multiprocessing
import os
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from threading import RLock
from typing import Any

import numpy as np

from core.compute import kept
from core.compute.cluster import Cluster
from core.compute.tickets import Errand, Progress, Ticket
from core.compute.workers import (
    GIVEN_UP,
    LINE,
    Job,
    curve_job,
    process_pool,
    profile_job,
    spectrum_job,
    theory_job,
    timed_job,
    train_job,
    unit_job,
)
from core.errors import Fixable
from core.networks.experiment import Experiment
from core.networks.results import Floats, GradientProfile, Run

__all__ = [
    "Compute",
    "Progress",
    "Ticket",
    "curve_job",
    "process_pool",
    "profile_job",
    "shared",
    "spectrum_job",
    "theory_job",
    "timed_job",
    "train_job",
    "unit_job",
]

REMEMBERED: dict[Job, int] = {train_job: 400, profile_job: 1500}
"""Answers kept in memory: a run takes about 0.2 MB at depth 10, and 2 MB at depth 200; a profile a fortieth of that."""
FEW = 200  # of any other kind
PLACE: dict[Job, Job] = {
    theory_job: profile_job,
    curve_job: profile_job,
    spectrum_job: profile_job,
    timed_job: train_job,
}
"""Jobs that are done where another one is done: quick ones with the quick, long ones with the long."""
LINES = 256  # of the board on which workers write how far they are, one for each request in flight
TRIES = 3  # a dying worker takes its pool with it, and so a request may be hit by a death that it did not cause


class Compute:
    """Answers requests for profiles and runs through executors, each experiment once.

    Every job has an executor of its own, so that a slider never waits for somebody's long training.
    `open_executor` is called with a job and the shared progress board when its first request comes,
    and again if a worker died and took the executor with it. `known` is asked before anything is computed.
    """

    def __init__(
        self, open_executor: Callable[[Job, Any], Executor], known: Callable[[Job, Experiment], Any] = lambda *_: None
    ) -> None:
        """Start nothing yet."""
        self._open, self._known = open_executor, known
        self._executors: dict[Job, Executor] = {}
        self._board = multiprocessing.get_context("spawn").RawArray("d", (LINES + 1) * LINE)
        self._lines = np.frombuffer(self._board).reshape(LINES + 1, LINE)
        self._free_lines = list(range(LINES))
        self._tickets: dict[Job, OrderedDict[Experiment, Ticket]] = {}
        self._lock = RLock()
        self._closed = False

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
            remembered = self._tickets.setdefault(job, OrderedDict())
            for e in experiments:
                if e not in remembered and (result := self._known(job, e)) is not None:
                    remembered[e] = _answered(e, result)
            known = {e: remembered[e] for e in experiments if e in remembered}
            missing = [e for e in dict.fromkeys(experiments) if e not in known]
            errand = self._errand(job, missing)
            known |= errand.tickets
            for e, ticket in known.items():
                remembered.move_to_end(e)
                ticket.waiting += 1
            while len(remembered) > REMEMBERED.get(job, FEW):
                remembered.popitem(last=False)
        if missing:
            self._submit(errand, TRIES)
        return [known[e] for e in experiments]

    def anew(self, job: Job, experiments: Sequence[Experiment]) -> list[Ticket]:
        """Tickets for all experiments, each computed once more, whatever is known."""
        with self._lock:
            errand = self._errand(job, list(dict.fromkeys(experiments)))
        self._submit(errand, TRIES)
        return [errand.tickets[e] for e in experiments]

    def _errand(self, job: Job, experiments: list[Experiment]) -> Errand:
        lines = [self._free_lines.pop() if self._free_lines else LINES for _ in experiments]
        self._lines[lines, 0] = -1
        self._lines[lines, GIVEN_UP] = 0
        tickets = {e: Ticket(e, Future(), self._line(number)) for e, number in zip(experiments, lines, strict=True)}
        self._tickets.setdefault(job, OrderedDict()).update(tickets)
        return Errand(job, tickets, lines)

    def _line(self, number: int) -> Floats:
        """A line of the board; whoever finds it full writes on the line behind the last, which nobody reads."""
        return self._lines[number] if number < LINES else np.full(LINE, -1.0)

    def _submit(self, errand: Errand, tries: int) -> None:
        """Give an errand to the executor of its job; what stands in the way of that reaches everyone who waits.

        Without our lock: since Python 3.12 a broken pool calls `_deliver` while it holds its own.
        """
        try:
            executor = self._executor(errand.job)
            work = executor.submit(errand.job, list(errand.tickets), errand.lines)
        except BrokenProcessPool:
            self._again(errand, tries, executor)
        except Fixable as mistake:
            self._refuse(errand, mistake.with_traceback(None))  # whose frames would keep the executor that broke
        except Exception as failure:
            self._refuse(errand, failure)
        else:
            work.add_done_callback(lambda done: self._deliver(errand, tries, executor, done))

    def _executor(self, job: Job) -> Executor:
        with self._lock:
            if self._closed:
                raise Fixable("The app is being shut down.", "Start it again, and ask again.")
            place = PLACE.get(job, job)
            if place not in self._executors:
                self._executors[place] = self._open(place, self._board)
            return self._executors[place]

    def _deliver(self, errand: Errand, tries: int, executor: Executor, done: "Future[list[Any]]") -> None:
        """Hand the results to everyone who waits; an errand whose worker died is sent again."""
        if done.cancelled() or isinstance(done.exception(), BrokenProcessPool):
            self._again(errand, tries - 1, executor)
        elif failure := done.exception():
            self._refuse(errand, failure)
        else:
            self._release(errand)
            for ticket, result in zip(errand.tickets.values(), done.result(), strict=True):
                ticket.future.set_result(result)

    def _again(self, errand: Errand, tries: int, broken: Executor) -> None:
        with self._lock:
            place = PLACE.get(errand.job, errand.job)
            if self._executors.get(place) is broken:
                del self._executors[place]
        if tries:
            self._submit(errand, tries)
            return
        problem = f"The process that computed this died, {TRIES} times in a row."
        self._refuse(errand, Fixable(problem, "Ask for it again, or take a smaller network or a smaller batch."))

    def _refuse(self, errand: Errand, failure: BaseException) -> None:
        """Tell everyone who waits why there is no result; the next request for these experiments tries again."""
        self._release(errand)
        with self._lock:
            for ticket in errand.tickets.values():
                self._forget(errand.job, ticket)
        for ticket in errand.tickets.values():
            ticket.future.set_exception(failure)

    def give_up(self, job: Job, tickets: Sequence[Ticket]) -> None:
        """Say that whoever asked for these tickets waits no longer; what nobody waits for stops at its next step."""
        with self._lock:
            for ticket in tickets:
                ticket.waiting -= 1
                if ticket.waiting <= 0 and not ticket.future.done():
                    ticket.line[GIVEN_UP] = 1
                    self._forget(job, ticket)  # the next to ask starts anew

    def _forget(self, job: Job, ticket: Ticket) -> None:
        if self._tickets[job].get(ticket.experiment) is ticket:
            del self._tickets[job][ticket.experiment]

    def _release(self, errand: Errand) -> None:
        """Keep the last news, and let others write on the lines."""
        with self._lock:
            for ticket in errand.tickets.values():
                ticket.line = ticket.line.copy()
            self._free_lines += [line for line in errand.lines if line < LINES]

    def close(self) -> None:
        """End the workers; whatever is in flight is given up."""
        with self._lock:
            self._closed = True
            executors, self._executors = list(self._executors.values()), {}
        for executor in executors:
            executor.shutdown(wait=True, cancel_futures=True)


def _answered(experiment: Experiment, result: Any) -> Ticket:
    """A ticket for what is known already."""
    ticket = Ticket(experiment, Future(), np.full(LINE, -1.0))
    ticket.future.set_result(result)
    return ticket


def configured(job: Job, board: Any) -> Executor:
    """Runs go to the cluster at COMPUTE_URL if there is one, all else to processes of this machine.

    Profiles never go far: they take milliseconds, and a slider must not wait behind a cluster's queue.
    """
    url = os.environ.get("COMPUTE_URL", "").strip()
    return Cluster(url, board) if url and job is train_job else process_pool(job, board)


@lru_cache(maxsize=1)
def shared() -> Compute:
    """The one door that all pages of this process use."""
    return Compute(configured, kept.shared().result)
