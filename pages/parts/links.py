"""Links from one page of the app to another."""

from urllib.parse import urlencode

from core.claims import Claim
from core.experiment import Experiment
from core.race import Race


def to_lab(first: Experiment, second: Experiment | Claim | None = None) -> str:
    """A link to the lab with one or two experiments in it; a claim about a trained network opens the trained one."""
    claim = second if isinstance(second, Claim) else None
    race = Race.of(first, second) if isinstance(second, Experiment) else Race.of(first)
    query = race.query()
    if claim and "error signal" in claim.outcome:
        query["measure"] = "error"
    if claim and claim.needs == "run":
        query["at"] = str(first.training.steps - 1)
    return f"lab?{urlencode(query)}"


def to_section(slug: str, anchor: str) -> str:
    """A link to one section of a lesson."""
    return f"{slug}#{anchor}"
