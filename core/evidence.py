"""The evidence for a lesson's claims: which results each of them rests on."""

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

from core.claims import seeded
from core.compute import Compute, profile_job, spectrum_job, train_job, unit_job
from core.lessons import Lesson
from core.workers import Job

JOBS: dict[str, Job] = {"profile": profile_job, "run": train_job, "spectrum": spectrum_job, "unit": unit_job}


def ask(lesson: Lesson, name: str, compute: Compute) -> "list[Future[Any]]":
    """The results that a lesson's claim rests on, as they come."""
    claim = lesson.claims[name]
    return [ticket.future for ticket in compute.ask(JOBS[claim.needs], seeded(lesson.experiments, claim))]


def measure(lesson: Lesson, compute: Compute) -> dict[str, list[Any]]:
    """The results behind every claim of a lesson; waits for them."""
    asked = {name: ask(lesson, name, compute) for name in lesson.claims}
    return {name: [future.result() for future in futures] for name, futures in asked.items()}


def prepare(lesson: Lesson, compute: Compute) -> None:
    """Measure every claim, one after the other: whoever asks for something meanwhile waits for one and not for all."""
    for name in lesson.claims:
        for future in ask(lesson, name, compute):
            future.result()


def complaint(lesson: Lesson, name: str, results: Sequence[Any]) -> str | None:
    """What is wrong with a claim, with its place, what it says, and what was measured; None if it holds."""
    claim = lesson.claims[name]
    wrong = claim.broken(results)
    return f"{lesson.slug}/experiments.yaml:{claim.line}: the claim {name} does not hold: {wrong}" if wrong else None
