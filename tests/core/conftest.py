"""What the lessons' claims come to, measured here and now."""

import pytest

from core import lessons, trainer
from core.claims import seeded
from core.workers import spectrum_job

CLAIMS = [(entry.slug, name) for entry in lessons.entries() for name in lessons.load(entry.slug).claims]
JOBS = {
    "profile": trainer.profiles,
    "run": trainer.train,
    "spectrum": lambda experiments: spectrum_job(experiments, []),
}


@pytest.fixture(scope="session")
def values():
    """What every claim comes to, each experiment computed once: (slug, name of the claim) -> a value for each seed."""
    asked = {kind: [] for kind in JOBS}
    for slug, name in CLAIMS:
        lesson = lessons.load(slug)
        asked[lesson.claims[name].needs] += seeded(lesson.experiments, lesson.claims[name])
    found = {kind: dict(zip(set(es), JOBS[kind](list(set(es))), strict=True)) for kind, es in asked.items()}

    def of(slug, name):
        lesson = lessons.load(slug)
        claim = lesson.claims[name]
        return claim.values([found[claim.needs][e] for e in seeded(lesson.experiments, claim)])

    return {(slug, name): of(slug, name) for slug, name in CLAIMS}
