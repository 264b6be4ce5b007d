"""Quiz items as authors write them in a lesson's folder `quiz`, and the variants that are drawn from them.

Right answers are computed, by the function that `key` names. Only a file that says `imported: true` may give them: its
questions come from elsewhere, and nobody has written a function for them.
"""

import itertools
import random
import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from core.authoring import Mistake, Written, check, read_yaml
from core.errors import Fixable, pick
from core.lab.settings import SETTINGS, experiment, settings_of
from core.lessons.library import ROOT, Described, load
from core.lessons.views import VIEWS
from core.networks.experiment import Experiment
from core.questions.beliefs import Belief, beliefs
from core.questions.keys import KEYS, READINGS, Answer, Lab, compute
from core.verdicts.reading import number

PLACE = re.compile(r"\{\{(\w+)\}\}")
GIVEN = "given"  # the key of an item that has its answer with it


class Option(Written):
    """One choice, one statement or one row, and the reply to whoever gets it wrong (or, if it is chosen, right)."""

    id: str
    says: str
    reply: str
    misconception: str | None = None
    """The belief that speaks for it when it is wrong, or against it when it is right"""


class Step(Option):
    """One step of an order: it comes after all that it `needs`."""

    needs: list[str] = []


class Rule(Written):
    """A foreseen wrong number: recognised by the function that produces it."""

    equals: str = ""
    number: float | None = Field(default=None, allow_inf_nan=False)
    """The wrong number itself, in an imported file"""
    grade: Literal["wrong", "again"] = "wrong"
    say: str
    tolerance: float = Field(default=0.02, ge=0)
    """How close, relative to the foreseen number"""
    misconception: str | None = None

    @field_validator("equals")
    @classmethod
    def _known(cls, equals: str) -> str:
        pick(KEYS, equals, "key function")
        return equals

    @model_validator(mode="after")
    def _one_number(self) -> "Rule":
        if bool(self.equals) == (self.number is not None):
            raise Fixable(
                "a rule recognises one wrong number.", "Give equals, or in an imported file number, and not both."
            )
        return self


class Plot(Written):
    """A figure of one or more experiments: networks that are really measured or trained to draw it."""

    view: str
    of: list[str] = Field(min_length=1, max_length=4)
    names: list[str] = []
    """What the networks are called in it; by default by letters alone, since their settings may be the answer"""
    axis: Literal["log", "linear"] = "log"

    @field_validator("view")
    @classmethod
    def _known_view(cls, view: str) -> str:
        pick(VIEWS, view, "figure")
        return view


class ItemBase(Written):
    """What all items have."""

    kind: ClassVar[str]
    """What to do, for whoever answers"""

    id: str
    version: int = 1
    """Raised when the item is changed so much that earlier answers say nothing about it"""
    concept: str
    misconceptions: list[str]
    """Those it is after; none only if it is imported"""
    section: str
    """The anchor of the section of the lesson that explains it; empty only if it is imported"""
    alike: str = ""
    """A word that it shares with items so similar that one sitting asks only one of them"""
    params: dict[str, list[int | float]] = {}
    """Numbers to draw from; one with the name of a setting is also that setting of the plot's experiments"""
    works_out: dict[str, str] = {}
    """More numbers for the texts, each by a key function"""
    stem: str
    code: str = ""
    plot: Plot | None = None
    """Shown with the question"""
    shows: Plot | None = None
    """Shown with the explanation: the experiment that bears it out"""
    key: str = GIVEN
    answer: float | str | list[str] | dict[str, str] | None = None
    """The right answer itself, in an imported file"""
    hints: list[str] = []
    explain: str

    @field_validator("key")
    @classmethod
    def _known(cls, key: str) -> str:
        pick(KEYS, key, "key function")
        return key

    @field_validator("works_out")
    @classmethod
    def _all_known(cls, works_out: dict[str, str]) -> dict[str, str]:
        for name in works_out.values():
            pick(KEYS | READINGS, name, "key function")
        return works_out

    @model_validator(mode="after")
    def _one_key(self) -> "ItemBase":
        if (self.key == GIVEN) != (self.answer is not None):
            raise Fixable("an item has one right answer.", "Give key, or in an imported file answer, and not both.")
        return self

    @model_validator(mode="after")
    def _something_to_read(self) -> "ItemBase":
        reads = [name for name in (self.key, *self.works_out.values()) if name in READINGS]
        if reads and not (self.plot or self.shows):
            raise Fixable(f"{reads[0]} reads a plot, and there is none.", "Give plot, or shows.")
        return self

    @property
    def given(self) -> Answer:
        """Its `answer` in the form of a key."""
        if self.answer is None:
            raise TypeError(f"the answer to {self.id} is computed, by {self.key}")
        return frozenset(self.answer) if isinstance(self.answer, list) else self.answer

    @property
    def beliefs(self) -> list[str]:
        """All misconceptions that it speaks of: its own, and those of its options and rules."""
        parts = [*getattr(self, "options", []), *getattr(self, "rules", [])]
        named = (getattr(part, "misconception", None) for part in parts)
        return list(dict.fromkeys([*self.misconceptions, *filter(None, named)]))

    @property
    def experiments(self) -> list[str]:
        """The names of those that its key and its figures rest on."""
        return [name for plot in (self.plot, self.shows) if plot for name in plot.of]

    def texts(self) -> Iterator[str]:
        """Every piece of prose in it."""
        yield from (self.stem, self.explain, *self.hints)


class Choosing(ItemBase):
    """Items with options."""

    options: list[Option] = Field(min_length=2)

    def texts(self) -> Iterator[str]:
        """And those of the options."""
        yield from super().texts()
        for option in self.options:
            yield from (option.says, option.reply)

    @model_validator(mode="after")
    def _different(self) -> "Choosing":
        for one in ("id", "says"):
            found = [getattr(option, one) for option in self.options]
            if len(set(found)) < len(found):
                raise Fixable("two options read the same.", "Reword one of them.")
        return self

    @model_validator(mode="after")
    def _answer_is_among_them(self) -> "Choosing":
        named = [self.answer] if isinstance(self.answer, str) else self.answer
        if named is None or isinstance(named, float):
            return self
        ids = {option.id for option in self.options}
        if not set(named) <= ids or (isinstance(named, dict) and set(named) != ids):
            raise Fixable("the answer does not fit the options.", f"It is made of their ids: {', '.join(ids)}.")
        return self


class Single(Choosing):
    """Choose one."""

    kind = "Choose one"
    type: Literal["single"]
    answer: str | None = None


class Multiple(Choosing):
    """Choose all that are right."""

    kind = "Choose all that are right"
    type: Literal["multiple"]
    answer: list[str] | None = Field(default=None, min_length=1)


class Kprim(Choosing):
    """Say of each of four statements whether it is true."""

    kind = "True or false? Decide on each"
    type: Literal["kprim"]
    answer: list[str] | None = None
    options: list[Option] = Field(min_length=4, max_length=4)


class Order(Choosing):
    """Put steps into an order; every order in which each step comes after what it needs is right."""

    kind = "Put these into order"
    type: Literal["order"]
    options: list[Step] = Field(min_length=3)  # type: ignore[assignment]
    key: Literal["order_of_needs"] = "order_of_needs"
    answer: None = None

    @model_validator(mode="after")
    def _can_be_done(self) -> "Order":
        done: set[str] = set()
        while ready := [step.id for step in self.options if step.id not in done and set(step.needs) <= done]:
            done |= set(ready)
        if stuck := [step.id for step in self.options if step.id not in done]:
            raise Fixable(
                f"{stuck[0]} can never be reached.", "Let needs name steps of this item, and not in a circle."
            )
        return self


class Match(Choosing):
    """Give every row its partner; a partner may be used more than once."""

    kind = "Choose a partner for each; one may serve twice, or not at all"
    type: Literal["match"]
    answer: dict[str, str] | None = None
    partners: dict[str, str] = Field(min_length=2)

    @model_validator(mode="after")
    def _partners_are_there(self) -> "Match":
        for partner in (self.answer or {}).values():
            pick(self.partners, partner, "partner")
        return self

    def texts(self) -> Iterator[str]:
        """And those of the partners."""
        yield from super().texts()
        yield from self.partners.values()


class Numeric(ItemBase):
    """Type a number, graded on a relative scale or, where the answer is a logarithm, by its distance in decades."""

    kind = "Type a number"
    type: Literal["numeric"]
    answer: float | None = Field(default=None, allow_inf_nan=False)
    scale: Literal["relative", "log10"]
    tolerance: float = Field(ge=0)
    rules: list[Rule] = []

    def texts(self) -> Iterator[str]:
        """And those of the rules."""
        yield from super().texts()
        yield from (rule.say for rule in self.rules)


class Pick(ItemBase):
    """Point at a layer in the plot; or name it."""

    kind = "Click a bar, or choose the layer"
    type: Literal["pick"]
    answer: None = None
    plot: Plot
    near: str
    """The reply to a neighbour of the right layer"""
    far: str
    """The reply to any other"""

    def texts(self) -> Iterator[str]:
        """And the replies."""
        yield from super().texts()
        yield from (self.near, self.far)


Item = Annotated[Single | Multiple | Kprim | Order | Match | Numeric | Pick, Field(discriminator="type")]


class Variant(Written):
    """An item with its numbers drawn, its experiments set to them, and its options in a fixed order."""

    item: Item
    number: int
    numbers: dict[str, float | int]
    options: list[Option] = []
    experiments: dict[str, Experiment] = {}

    def key(self, lab: Lab) -> Answer:
        """The right answer, computed."""
        return self._worked_out(self.item.key, lab)

    def foreseen(self, rule: Rule, lab: Lab) -> Answer:
        """The wrong number that a rule recognises."""
        return self._worked_out(rule.equals, lab) if rule.number is None else rule.number

    def _worked_out(self, name: str, lab: Lab) -> Answer:
        if name == GIVEN:
            return self.item.given
        if name == "order_of_needs":
            return tuple(self.in_order())
        return compute(name, lab, self.numbers, self.results(lab) if name in READINGS else ())

    @property
    def depth(self) -> int:
        """How many layers there are to point at in its plot."""
        return self.experiments[self.item.plot.of[0]].network.depth if self.item.plot else 0

    def in_order(self) -> list[str]:
        """The steps of an order so that each comes after what it needs."""
        order: list[str] = []
        steps = (
            [option for option in self.item.options if isinstance(option, Step)] if isinstance(self.item, Order) else []
        )
        while len(order) < len(steps):
            order.append(next(s.id for s in steps if s.id not in order and set(s.needs) <= set(order)))
        return order

    def results(self, lab: Lab) -> "list[object]":
        """What was measured of the networks in its plot, or of those shown with its explanation."""
        plot = self.item.plot or self.item.shows
        return measured(plot, self.experiments, lab) if plot else []

    def fill(self, text: str, lab: Lab | None = None) -> str:
        """`text` with {{name}} replaced by the number of that name, drawn or worked out, and {{key}} by the key."""

        def value(match: re.Match[str]) -> str:
            name = match[1]
            if name in self.numbers:
                return _written(self.numbers[name])
            function = self.item.key if name == "key" else self.item.works_out.get(name)
            if function is None or lab is None:
                return match[0]
            answer = self._worked_out(function, lab)
            return number(answer) if isinstance(answer, float | int) else str(answer)

        return PLACE.sub(value, text)


def measured(plot: Plot, experiments: dict[str, Experiment], lab: Lab) -> "list[object]":
    """Profiles or runs of a plot's networks, as its figure needs them."""
    asked = [experiments[name] for name in plot.of]
    return list(lab.profiles(asked) if VIEWS[plot.view].needs == "profile" else lab.runs(asked))


def _written(value: float) -> str:
    return f"{value:g}" if abs(value) >= 1e-4 or value == 0 else number(value)


def draw(item: Item, attempt: int, experiments: dict[str, Experiment] | None = None) -> Variant:
    """The variant of an item for the learner's n-th attempt: other numbers and another order each time."""
    dice = random.Random(item.id)  # noqa: S311  the same for everyone, which is the point
    draws = list(itertools.product(*item.params.values()))
    dice.shuffle(draws)
    numbers = dict(zip(item.params, draws[attempt % len(draws)], strict=True))
    options = list(getattr(item, "options", []))
    random.Random(f"{item.id} {attempt}").shuffle(options)  # noqa: S311
    known = experiments or {}
    set_to = {word: value for word, value in numbers.items() if word in SETTINGS}
    own = {name: _with(known[name], set_to) for name in item.experiments}
    return Variant(item=item, number=attempt, numbers=numbers, options=options, experiments=own)


def _with(one: Experiment, settings: dict[str, float | int]) -> Experiment:
    """An experiment with some settings changed."""
    return experiment({**settings_of(one), **settings}) if settings else one


class _File(Written):
    imported: bool = False
    """Whether right answers are given, not computed"""
    experiments: dict[str, Described] = {}
    items: list[Item] = Field(min_length=1)


class Bank(Written):
    """All questions of a lesson."""

    slug: str
    items: tuple[Item, ...]
    experiments: dict[str, Experiment]
    beliefs: dict[str, Belief]

    def item(self, id_: str) -> Item:
        """The item of this id; an unknown one is Fixable."""
        return pick({item.id: item for item in self.items}, id_, "question")

    def draw(self, item: Item, attempt: int) -> Variant:
        """See `draw`."""
        return draw(item, attempt, self.experiments)

    @property
    def concepts(self) -> list[str]:
        """The concepts that there are questions on, in the order of the files."""
        return list(dict.fromkeys(item.concept for item in self.items))


def bank(slug: str, root: Path = ROOT) -> Bank:
    """The items of the files in a lesson's folder `quiz`, checked; read anew when one of them has changed."""
    files = _files(slug, root)
    if not files:
        path = root / slug / "quiz"
        raise Mistake(path, 1, "this lesson has no quiz.", "Write a folder quiz with files of items.")
    return _bank(slug, root, tuple((path, path.stat().st_mtime_ns) for path in files))


def _files(slug: str, root: Path) -> list[Path]:
    return sorted((root / slug / "quiz").glob("*.yaml"))


@lru_cache(maxsize=32)
def _bank(slug: str, root: Path, files: tuple[tuple[Path, int], ...]) -> Bank:
    lesson = load(slug, root)
    anchors = {section.anchor for section in lesson.sections}
    found: dict[str, Item] = {}
    experiments, known = dict(lesson.experiments), beliefs(root)
    for path, _ in files:
        data = read_yaml(path.read_text(encoding="utf-8"), path)
        file = check(_File, data, path)
        experiments |= {name: one.experiment for name, one in file.experiments.items()}
        for i, item in enumerate(file.items):
            try:
                _fits(item, anchors, experiments, known, found)
                if not file.imported:
                    _ours(item)
            except Fixable as wrong:
                raise Mistake(path, data["items"].lc.item(i)[0] + 1, wrong.problem, wrong.remedy) from None
            found[item.id] = item
    return Bank(slug=slug, items=tuple(found.values()), experiments=experiments, beliefs=known)


def _fits(
    item: Item, anchors: set[str], experiments: dict[str, Experiment], known: dict[str, Belief], taken: Collection[str]
) -> None:
    """What one item says of things outside it must be there; its id must be its own."""
    if item.id in taken:
        raise Fixable(f"the id {item.id!r} is taken.", "Give every item an id of its own.")
    if item.section and item.section not in anchors:
        raise Fixable(f"the lesson has no section {item.section!r}.", f"It has: {', '.join(sorted(anchors))}.")
    for name in item.experiments:
        pick(experiments, name, "experiment")
    for name in item.beliefs:
        pick(known, name, "misconception")


def _ours(item: Item) -> None:
    """What only imported questions may do without."""
    if item.answer is not None or any(rule.number is not None for rule in getattr(item, "rules", [])):
        raise Fixable(
            "right answers are computed here, and so are foreseen wrong ones.",
            "Name a function by key, or by equals; only a file with imported: true may have answer and number.",
        )
    if not (item.section and item.misconceptions):
        raise Fixable("section or misconceptions is empty.", "Name what explains it, and what it is after.")


def slugs(root: Path = ROOT) -> list[str]:
    """The lessons that have a quiz."""
    return sorted({path.parents[1].name for path in root.glob("*/quiz/*.yaml")})
