"""One claim, measured here and now: what an author wants to know before choosing its band."""

from typing import NamedTuple

from core.authoring import at
from core.compute.kept import RESULTS
from core.errors import pick
from core.lessons.claims import SHOWN, seeded
from core.lessons.lesson import Lesson

LINE = 6  # values in a line


class Tried(NamedTuple):
    """What came out."""

    holds: bool
    says: str


def tried(lesson: Lesson, name: str) -> Tried:
    """Measure a claim on all its seeds, in this process; an unknown name is Fixable."""
    claim = pick(lesson.claims, name, "claim in order")
    job, _ = RESULTS[claim.needs]
    values = claim.values(list(job(seeded(lesson.experiments, claim), [])))
    show, (low, high) = SHOWN[claim.show], claim.between
    held = [low <= value <= high for value in values]
    rows = [f"seed {seed:>2}: {value:.4g}{'' if good else ' !'}"
            for seed, (value, good) in enumerate(zip(values, held, strict=True))]  # fmt: skip
    wide = max(map(len, rows)) + 3
    lines = ["".join(row.ljust(wide) for row in rows[i : i + LINE]).rstrip() for i in range(0, len(rows), LINE)]
    what = f"{claim.outcome} of {claim.of}" + (f", divided by that of {claim.than}" if claim.than else "")
    verdict = "holds on every seed" if all(held) else f"does not hold on {held.count(False)} of {len(held)} seeds (!)"
    place, middle = at(lesson.path.with_name("experiments.yaml"), claim.line), claim.median(values)
    summary = f"median {middle:.4g}, which the page shows as {show(middle)}"
    spread = f"smallest {min(values):.4g}, largest {max(values):.4g}"
    band = f"band [{low:g}, {high:g}]: {verdict}"
    return Tried(all(held), "\n  ".join([f"{name} ({place}): {what}", *lines, f"{summary}; {spread}", band]))
