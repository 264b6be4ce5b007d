"""Links from one page of the app to another."""

from collections.abc import Sequence
from urllib.parse import urlencode

from core.lab.race import Race
from core.lessons.claims import Claim, typical_seed
from core.lessons.lesson import Lesson


def lab(race: Race) -> str:
    """A link to the lab with this race in it."""
    return f"lab?{urlencode(race.query())}"


def to_lab(lesson: Lesson, claim: Claim, values: Sequence[float]) -> str:
    """A link to the experiments of a claim, with the typical seed; a claim about training opens the trained network."""
    experiments = (lesson.experiments[name] for name in claim.experiments)
    race = Race.of(*experiments).with_setting("seed", typical_seed(values))
    if "error signal" in claim.outcome:
        race = race.viewed(measure="error")
    if claim.needs == "run":
        race = race.viewed(at=race.settings["steps"] - 1)
    return lab(race)


def to_section(slug: str, anchor: str) -> str:
    """A link to one section of a lesson."""
    return f"{slug}#{anchor}"
