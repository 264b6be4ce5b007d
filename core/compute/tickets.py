"""Tickets: what somebody holds who has asked for a result, and how far it is."""

from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from core.compute.workers import Job
from core.networks.experiment import Experiment
from core.networks.results import Floats


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
    """(LINE,) this request's line of the board while it is in flight, written by a worker; then a copy"""
    waiting: int = 0
    """How many have asked for it and not given up"""

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
