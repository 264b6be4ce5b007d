"""The evidence for a lesson's claims: which results each of them rests on."""

from concurrent.futures import Future
from typing import Any

from core.claims import seeded
from core.compute import Compute, profile_job, train_job
from core.lessons import Lesson


def ask(lesson: Lesson, name: str, compute: Compute) -> "list[Future[Any]]":
    """The results that a lesson's claim rests on, as they come."""
    claim = lesson.claims[name]
    job = profile_job if claim.needs == "profile" else train_job
    return [ticket.future for ticket in compute.ask(job, seeded(lesson.experiments[claim.of], claim))]


def measure(lesson: Lesson, compute: Compute) -> dict[str, list[Any]]:
    """The results behind every claim of a lesson; waits for them."""
    asked = {name: ask(lesson, name, compute) for name in lesson.claims}
    return {name: [future.result() for future in futures] for name, futures in asked.items()}
