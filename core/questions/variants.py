"""Variants of quiz items: their numbers drawn, their experiments set to them, their options in another order."""

import itertools
import random
import re

from core.authoring import Written
from core.lab.settings import SETTINGS, experiment, settings_of
from core.lessons.views import VIEWS
from core.networks.experiment import Experiment
from core.questions.item_parts import Option, Plot, Rule, Step
from core.questions.items import GIVEN, Item, Order
from core.questions.keys import READINGS, Answer, Lab, compute
from core.verdicts.reading import number

PLACE = re.compile(r"\{\{(\w+)\}\}")


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
