"""The tools below the lab's stage, by the word for them in a link."""

from collections.abc import Callable

from core.lab.race import Race
from pages.lab.tools import fixes, step, take, why

TOOLS: dict[str, Callable[[Race], None]] = {"why": why.show, "step": step.show, "fixes": fixes.show, "take": take.show}
