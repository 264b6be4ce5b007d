"""Scenarios: situations worth seeing. Each is a race with a goal, things to try, and what to notice."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator

from core.authoring import Collected, Mistake, Objection, Written, at, check, read_yaml
from core.errors import pick
from core.lab.race import VIEW, Race, from_query
from core.lab.settings import SETTINGS
from core.verdicts.diagnosis import KINDS

FILE = "scenarios.yaml"
FOLDER = Path(__file__).parents[2] / "lessons"
EVENTS = ("trained", "predicted", "explained")
KEYS = "1234567890qwtyu"  # r and c belong to Streamlit


class Try(Written):
    """Something to do, and how the page sees that it has been done."""

    do: str
    """What to do, in a sentence"""
    when: dict[str, str] = Field(min_length=1)
    """All must hold: a setting or part of the view (`gain: "> 1"`, `b.norm: batch`), or an event (`done: trained`)"""

    @field_validator("when")
    @classmethod
    def _readable(cls, when: dict[str, str]) -> dict[str, str]:
        for name, wanted in when.items():
            if name == "done":
                pick(dict.fromkeys(EVENTS), wanted, "event")
            else:
                pick({**SETTINGS, **VIEW}, name.rpartition(".")[2], "setting")
        return when


class Scenario(Written):
    """One situation."""

    name: str = Field(pattern=r"^[a-z0-9-]+$")
    """Its word in a link: small letters, digits and hyphens"""
    title: str
    """Its name on screen"""
    goal: str
    """What there is to find out"""
    race: dict[str, str | int | float]
    """As in the lab's link"""
    verdict: list[str]
    """What the page says of each network before training: a word of `KINDS` in `core/verdicts/diagnosis.py`"""
    after: list[str] = []
    """The same after training; empty where training is not the point"""
    steps: list[Try] = Field(alias="try", min_length=1)
    """What to do, one thing after the other"""
    notice: str
    """What there is to see, and why"""

    @field_validator("race")
    @classmethod
    def _readable(cls, race: dict[str, Any]) -> dict[str, Any]:
        if notes := from_query({k: str(v) for k, v in race.items()})[1]:
            raise Objection("unreadable-race", " ".join(notes), "Write it as the lab's own link has it.")
        return race

    @field_validator("verdict", "after")
    @classmethod
    def _known(cls, verdicts: list[str]) -> list[str]:
        for word in verdicts:
            pick(KINDS, word, "verdict")
        return verdicts

    def start(self) -> Race:
        """The race it opens with."""
        race, _ = from_query({k: str(v) for k, v in self.race.items()})
        return race.viewed(scenario=self.name)


class _File(Written):
    scenarios: list[Scenario]


@lru_cache(maxsize=1)
def everyone() -> dict[str, Scenario]:
    """All scenarios of all lessons by name, in the order of the files."""
    return {one.name: one for path in sorted(FOLDER.glob(f"*/{FILE}")) for one in of(path)}


def of(path: Path) -> list[Scenario]:
    """Those of one file, no two under the same name."""
    data = read_yaml(path.read_text(encoding="utf-8"), path)
    found, collected, taken = check(_File, data, path).scenarios, Collected(), set[str]()
    for i, one in enumerate(found):
        if one.name in taken:
            place = at(path, data["scenarios"].lc.item(i)[0] + 1)
            collected.add(Mistake("id-taken", place, f"the name {one.name!r} is taken.", "Give this one another."))
        taken.add(one.name)
    collected.tell()
    return found


def keys() -> dict[str, str]:
    """Which key starts which scenario."""
    return dict(zip(KEYS, everyone(), strict=False))


def ticked(step: Try, race: Race, happened: set[str]) -> bool:
    """Whether this has been done, as far as the race and what happened on the stage can tell.

    >>> ticked(Try(do="Take ReLU", when={"activation": "relu"}), Race().with_setting("activation", "relu"), set())
    True
    """
    return all(_holds(name, wanted, race, happened) for name, wanted in step.when.items())


def _holds(name: str, wanted: str, race: Race, happened: set[str]) -> bool:
    if name == "done":
        return wanted in happened
    letter, _, word = name.rpartition(".")
    row = "abcd".index(letter) if letter else 0
    if row >= len(race.lanes):
        return False
    value = race.lanes[row][word] if word in SETTINGS else getattr(race.view, word)
    return _compares(value, wanted)


def _compares(value: Any, wanted: str) -> bool:
    """`> 3`, `< 3`, `not relu`, or the value itself; of several things, that one is among them."""
    sign, _, rest = wanted.partition(" ")
    if sign in {">", "<"}:
        return bool(value > float(rest) if sign == ">" else value < float(rest))
    if sign == "not":
        return not _compares(value, rest)
    if isinstance(value, tuple):
        return wanted in value
    if isinstance(value, bool):
        return value == (wanted == "on")
    return str(value) == wanted or (isinstance(value, int | float) and _is_number(wanted) and float(wanted) == value)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
