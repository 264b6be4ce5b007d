"""The race: up to four networks on the same data from the same draws, and the link that carries all of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple

from core.errors import Fixable, pick
from core.lab.remedies import LADDER
from core.lab.settings import SETTINGS, STARTS, Words, experiment, settings_of
from core.networks.experiment import Experiment
from core.networks.results import recorded_steps
from core.verdicts.reading import MEASURES

LETTERS = "ABCD"
MAX_SEEDS = 15
MAX_NAME = 24
PANELS = {
    "loss": "Loss and accuracy",
    "signal": "Error signal",
    "update": "Update to weight",
    "saturation": "Saturated and dead",
    "activations": "Activations",
    "alike": "How alike points are",
    "norms": "Gradient norm and clipping",
    "surface": "Decision surface",
}
TABS = {"why": "Why this bar?", "step": "One step", "fixes": "Fix ladder", "take": "Take it with you"}
AXES = {"log": "Log", "linear": "Linear"}
START = "start"


@dataclass(frozen=True)
class View:
    """How a race is shown. Nothing in here changes what is computed. `VIEW` says what each of it does."""

    measure: str = "weights"
    axis: str = "log"
    seeds: int = 1
    at: int | None = None
    panels: tuple[str, ...] = ("loss",)
    tab: str = ""
    theory: bool = False
    predict: bool = False
    large: bool = False
    fixes: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    lock: tuple[str, ...] = ()
    scenario: str = ""


@dataclass(frozen=True)
class Race:
    """Networks side by side: the settings of A, and what is different in B, C and D.

    Every one of `others` sets the same settings, those that are *compared*; all else is shared.
    """

    settings: Mapping[str, Any] = field(default_factory=lambda: STARTS)
    others: tuple[Mapping[str, Any], ...] = ({"activation": "relu", "init": "he"},)
    names: tuple[str, ...] = ("", "")
    view: View = View()

    @classmethod
    def of(cls, *experiments: Experiment) -> "Race":
        """The race of these experiments, the first one being A."""
        first, *others = [settings_of(e) for e in experiments]
        compared = [word for word in SETTINGS if any(other[word] != first[word] for other in others)]
        return cls(first, tuple({w: other[w] for w in compared} for other in others), ("",) * len(experiments))

    @property
    def compared(self) -> tuple[str, ...]:
        """The settings that may differ between the networks."""
        return tuple(self.others[0]) if self.others else ()

    @property
    def lanes(self) -> list[dict[str, Any]]:
        """All settings of every network."""
        return [{**self.settings, **other} for other in ({}, *self.others)]

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """One experiment for each network."""
        return tuple(experiment(lane) for lane in self.lanes)

    @property
    def labels(self) -> list[str]:
        """What the networks are called on screen: by the names given to them, or by how they differ from A."""
        return [f"{letter}: {self._called(row)}" for row, letter in enumerate(LETTERS[: len(self.lanes)])]

    def _called(self, row: int) -> str:
        if self.names[row]:
            return self.names[row]
        lanes = self.lanes
        first, lane = lanes[0], lanes[row]
        different = {w: any(other[w] != first[w] for other in lanes) for w in self.compared}
        words = [w for w in self.compared if different[w] and (row == 0 or lane[w] != first[w])]
        if not words:
            return (
                "same as A"
                if row
                else f"{SETTINGS['activation'].show(first['activation'])} · {SETTINGS['init'].show(first['init'])}"
            )
        return " · ".join(SETTINGS[w].show(lane[w]) for w in words)

    def seeded(self) -> list[Experiment]:
        """The experiments behind the bars at the start: every network with every seed, a network at a time."""
        return [replace(e, seed=e.seed + more) for e in self.experiments for more in range(self.view.seeds)]

    # --- changes, each a new race ---

    def with_setting(self, word: str, value: Any, row: int = 0) -> "Race":
        """With a setting changed: in one network if it is compared, else in all."""
        if row == 0 or word not in self.compared:
            return replace(self, settings={**self.settings, word: value})
        others = [dict(other) for other in self.others]
        others[row - 1][word] = value
        return replace(self, others=tuple(others))

    def comparing(self, words: Sequence[str]) -> "Race":
        """With other settings compared; what is new among them starts out equal, what is gone is as in A."""
        words = [word for word in SETTINGS if word in words] or ["activation"]
        lanes = self.lanes[1:]
        return replace(self, others=tuple({w: lane[w] for w in words} for lane in lanes))

    def with_copy(self, row: int) -> "Race":
        """With one more network, which starts out like that of `row`."""
        lane = self.lanes[row]
        words = self.compared or ("activation", "init")
        return replace(self, others=(*self.others, {w: lane[w] for w in words}), names=(*self.names, ""))

    def beside(self, one: Experiment, name: str) -> "Race":
        """With another network beside the others, under a name; where there is no room for it, in place of the last."""
        experiments = (*self.experiments, one) if len(self.lanes) < len(LETTERS) else (*self.experiments[:-1], one)
        names = (*self.names, "")[: len(experiments)]
        race = replace(Race.of(*experiments), names=names, view=replace(self.view, at=None))
        return race.named(len(experiments) - 1, name)

    def without(self, row: int) -> "Race":
        """With one network less; if it was A, B takes its place."""
        lanes = self.lanes
        rest = [lane for i, lane in enumerate(lanes) if i != row]
        names = tuple(name for i, name in enumerate(self.names) if i != row)
        others = tuple({w: lane[w] for w in self.compared} for lane in rest[1:])
        return replace(self, settings=rest[0], others=others, names=names)

    def named(self, row: int, name: str) -> "Race":
        """With a name for one network; an empty one goes back to the differences."""
        name = " ".join(name.split())[:MAX_NAME]
        return replace(self, names=tuple(name if i == row else old for i, old in enumerate(self.names)))

    def viewed(self, **changes: Any) -> "Race":
        """Shown in another way."""
        return replace(self, view=replace(self.view, **changes))

    def query(self) -> dict[str, str]:
        """The link's parameters: whatever is not as in the race that the lab opens with.

        >>> Race().with_setting("depth", 20).with_setting("activation", "tanh", 1).query()
        {'depth': '20', 'b': 'activation:tanh,init:he'}
        """
        start = Race()
        query = {w: SETTINGS[w].write(v) for w, v in self.settings.items() if v != STARTS[w]}
        if self.others != start.others:
            query |= {letter.lower(): _lane(other) for letter, other in zip(LETTERS[1:], self.others, strict=False)}
            if not self.others:
                query["b"] = "none"
        query |= {f"name_{letter.lower()}": name for letter, name in zip(LETTERS, self.names, strict=False) if name}
        shown = {f.name: getattr(self.view, f.name) for f in fields(View)}
        return query | {n: view_text(v) for n, v in shown.items() if v != getattr(start.view, n)}


def _lane(other: Mapping[str, Any]) -> str:
    return ",".join(f"{word}:{SETTINGS[word].write(value)}" for word, value in other.items())


def view_text(value: Any) -> str:
    """A value of the view in a link."""
    if isinstance(value, tuple):
        return ",".join(value) or "none"
    return ("on" if value else "off") if isinstance(value, bool) else str(value)


def from_query(query: Mapping[str, str]) -> tuple[Race, list[str]]:
    """The race that a link asks for, and a sentence about each thing in it that had to be corrected.

    >>> from_query({"depth": "500", "activation": "tanh"})[1]
    ['depth=500: the range is 1 to 100. Showing 100.']
    """
    notes: list[str] = []
    race = Race()
    settings = dict(race.settings)
    for word in SETTINGS:
        if word in query:
            settings[word] = _read(SETTINGS[word].parse, word, query[word], settings[word], notes)
    race = replace(race, settings=settings)
    race = _with_others(race, query, notes)
    for row, letter in enumerate(LETTERS[: len(race.names)]):
        race = race.named(row, query.get(f"name_{letter.lower()}", ""))
    for name, shown in VIEW.items():
        if name in query:
            race = race.viewed(**{name: _read(shown.read, name, query[name], getattr(race.view, name), notes)})
    known = {*SETTINGS, *VIEW, *"bcd", *(f"name_{letter.lower()}" for letter in LETTERS)}
    notes += [
        f"{_short(name, query[name])}: the lab has no setting of that name." for name in query if name not in known
    ]
    return _at_recorded_step(race, notes), notes


def _read(parse: Callable[[str], tuple[Any, str]], name: str, text: str, otherwise: Any, notes: list[str]) -> Any:
    """What a parameter says; what cannot be read is noted and left as it is."""
    try:
        value, note = parse(text)
    except Fixable as mistake:
        value, note = otherwise, str(mistake).rstrip(".")
    if note:
        shown = value if isinstance(value, str | int | float) and not isinstance(value, bool) else view_text(value)
        notes.append(f"{_short(name, text)}: {note}. Showing {START if value is None else shown}.")
    return value


def _short(name: str, text: str) -> str:
    return f"{name[:40]}={text if len(text) <= 40 else text[:40] + '…'}"


def _with_others(race: Race, query: Mapping[str, str], notes: list[str]) -> Race:
    """The networks besides A; a link that names none has the usual B, one that says b=none has none."""
    named = [letter for letter in "bcd" if letter in query]
    if not named:
        return race
    if query.get("b") == "none":
        return replace(race, others=(), names=("",))
    wanted = [_differences(letter, query[letter], notes) for letter in named]
    words = [w for w in SETTINGS if any(w in lane for lane in wanted)] or ["activation"]
    others = tuple({w: lane.get(w, race.settings[w]) for w in words} for lane in wanted)
    return replace(race, others=others, names=("",) * (1 + len(others)))


def _differences(letter: str, text: str, notes: list[str]) -> dict[str, Any]:
    """{"activation": "relu"} for the text activation:relu."""
    values: dict[str, Any] = {}
    for part in filter(None, text.split(",")):
        word, _, said = part.partition(":")
        if word not in SETTINGS:
            notes.append(f"{_short(letter, part)}: the lab has no setting of that name.")
        else:
            values[word] = _read(SETTINGS[word].parse, f"{letter}: {word}", said, STARTS[word], notes)
    return values


def _at_recorded_step(race: Race, notes: list[str]) -> Race:
    if race.view.at is None:
        return race
    steps = recorded_steps(race.settings["steps"])
    nearest = min(steps, key=lambda step: abs(step - (race.view.at or 0)))
    if nearest != race.view.at:
        notes.append(f"at={race.view.at}: that step is not recorded. Showing {nearest}.")
    return race.viewed(at=nearest)


def _several(table: Mapping[str, object], kind: str) -> Callable[[str], tuple[tuple[str, ...], str]]:
    def parse(text: str) -> tuple[tuple[str, ...], str]:
        words = [] if text == "none" else [word for word in text.split(",") if word]
        for word in words:
            pick(table, word, kind)
        return tuple(dict.fromkeys(words)), ""

    return parse


def _whole(low: int, high: int) -> Callable[[str], tuple[int, str]]:
    def parse(text: str) -> tuple[int, str]:
        if not text.strip().isdecimal():
            raise Fixable(f"{text!r} is not a whole number.", f"Give one from {low} to {high}.")
        value = min(max(int(text.strip()[:12]), low), high)
        return value, "" if str(value) == text.strip() else f"the range is {low} to {high}"

    return parse


def _word(titles: Mapping[str, str], title: str) -> Callable[[str], tuple[Any, str]]:
    return Words(title, "", titles).parse


def _switch(text: str) -> tuple[bool, str]:
    on = pick({"on": True, "off": False}, text.lower(), "switch position")
    return on, ""


def _any(text: str) -> tuple[str, str]:
    return text[:60], ""


class Shown(NamedTuple):
    """A parameter of a link that says how the race is shown."""

    read: Callable[[str], tuple[Any, str]]
    takes: str
    """What can be written"""
    says: str


def _listed(table: Mapping[str, object]) -> str:
    return ", ".join(f"`{word}`" for word in table)


VIEW: dict[str, Shown] = {
    "measure": Shown(
        _word({word: entry.label for word, entry in MEASURES.items()}, "measure"),
        _listed(MEASURES), "What the bars show.",
    ),
    "axis": Shown(_word(AXES, "axis"), _listed(AXES), "How the bars' axis is laid out."),
    "seeds": Shown(_whole(1, MAX_SEEDS), f"1 to {MAX_SEEDS}", "How many seeds the bars at the start are taken over."),
    "at": Shown(_whole(0, 100_000), "a step", "The step of training that is shown; left out before training."),
    "panels": Shown(_several(PANELS, "instrument"), _listed(PANELS), "The instruments beside the bars, with commas."),
    "tab": Shown(_word(TABS, "view"), _listed(TABS), "Which tool below the stage is open."),
    "theory": Shown(_switch, "`on`, `off`", "Whether the line that theory predicts is drawn over the bars."),
    "predict": Shown(_switch, "`on`, `off`", "Whether the learner is asked before the bars are shown."),
    "large": Shown(_switch, "`on`, `off`", "Whether everything is large, for a projector."),
    "fixes": Shown(
        _several(LADDER, "remedy"), _listed(LADDER),
        "The remedies that are on in the fix ladder, in the order in which they were switched on.",
    ),
    "hide": Shown(_several(SETTINGS, "setting"), "settings", "Settings whose controls are not shown."),
    "lock": Shown(_several(SETTINGS, "setting"), "settings", "Settings whose controls are shown but cannot be moved."),
    "scenario": Shown(_any, "a name", "The scenario that is open beside the bars."),
}  # fmt: skip
"""How each parameter of a link that says how the race is shown is read."""
