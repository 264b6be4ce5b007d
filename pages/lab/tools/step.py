"""One step in slow motion, on a network of the race."""

from core.lab.race import Race
from pages.lesson import slow_motion
from pages.parts.controls import network


def show(race: Race) -> None:
    """Choose a network, and see its first step."""
    slow_motion.show(race.experiments[network(race, "lab:step:row")], key="lab:step")
