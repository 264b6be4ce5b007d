"""Quiz items as authors write them in a lesson's folder `quiz`: what all have, and what each kind has.

Right answers are computed, by the function that `key` names. Only a file that says `imported: true` may give them: its
questions come from elsewhere, and nobody has written a function for them.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from core.authoring import Objection, Written
from core.errors import pick
from core.questions.item_parts import Option, Plot, Range, Rule, Step
from core.questions.keys import KEYS, READINGS, Answer

GIVEN = "given"  # the key of an item that has its answer with it


class ItemBase(Written):
    """What all items have."""

    kind: ClassVar[str]
    """What to do, for whoever answers"""

    id: str
    """Its own, for good: statistics and reviews go by it"""
    version: int = 1
    """Raised when the item is changed so much that earlier answers say nothing about it"""
    concept: str
    """A word for what it is on: practice by concept goes by it"""
    misconceptions: list[str]
    """Those of `misconceptions.yaml` that it is after; none only if it is imported"""
    section: str
    """The anchor of the section of the lesson that explains it; empty only if it is imported"""
    beyond: str = ""
    """What it needs that the lesson leaves out: one of those that its head names under `left_out`"""
    alike: str = ""
    """A word that it shares with items so similar that one sitting asks only one of them"""
    params: dict[str, list[int | float]] = {}
    """Numbers to draw from; one with the name of a setting is also that setting of the plot's experiments"""
    works_out: dict[str, str] = {}
    """More numbers for the texts, each by a key function: `{{name}}` puts one into a text, and `{{key}}` the answer"""
    stem: str
    """The question"""
    code: str = ""
    """A program that the question is about"""
    plot: Plot | None = None
    """Shown with the question"""
    shows: Plot | None = None
    """Shown with the explanation: the experiment that bears it out"""
    key: str = GIVEN
    """The key function that computes the right answer; `given` stands for the one in `answer`"""
    answer: float | str | list[str] | dict[str, str] | None = None
    """The right answer itself, in an imported file"""
    hints: list[str] = []
    """What helps, one after the other"""
    explain: str
    """Said with the right answer: why it is right"""

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
            raise Objection(
                "one-right-answer", "an item has one right answer.",
                "Give key, or in an imported file answer, and not both.",
            )  # fmt: skip
        return self

    @model_validator(mode="after")
    def _something_to_read(self) -> "ItemBase":
        reads = [name for name in (self.key, *self.works_out.values()) if name in READINGS]
        if reads and not (self.plot or self.shows):
            raise Objection("nothing-to-read", f"{reads[0]} reads a plot, and there is none.", "Give plot, or shows.")
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
    """What there is to choose from, to judge, or to put in its place"""

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
                raise Objection("options-alike", "two options read the same.", "Reword one of them.")
        return self

    @model_validator(mode="after")
    def _answer_is_among_them(self) -> "Choosing":
        named = [self.answer] if isinstance(self.answer, str) else self.answer
        if named is None or isinstance(named, float):
            return self
        ids = {option.id for option in self.options}
        if not set(named) <= ids or (isinstance(named, dict) and set(named) != ids):
            raise Objection(
                "answer-without-option", "the answer does not fit the options.",
                f"It is made of their ids: {', '.join(ids)}.",
            )  # fmt: skip
        return self


class Single(Choosing):
    """Choose one."""

    kind = "Choose one"
    type: Literal["single"]
    """Which kind of question it is"""
    answer: str | None = None


class Multiple(Choosing):
    """Choose all that are right."""

    kind = "Choose all that are right"
    type: Literal["multiple"]
    """Which kind of question it is"""
    answer: list[str] | None = Field(default=None, min_length=1)


class Kprim(Choosing):
    """Say of each of four statements whether it is true."""

    kind = "True or false? Decide on each"
    type: Literal["kprim"]
    """Which kind of question it is"""
    answer: list[str] | None = None
    options: list[Option] = Field(min_length=4, max_length=4)


class Order(Choosing):
    """Put steps into an order; every order in which each step comes after what it needs is right."""

    kind = "Put these into order"
    type: Literal["order"]
    """Which kind of question it is"""
    options: list[Step] = Field(min_length=3)  # type: ignore[assignment]
    key: Literal["order_of_needs"] = "order_of_needs"
    answer: None = None

    @model_validator(mode="after")
    def _can_be_done(self) -> "Order":
        done: set[str] = set()
        while ready := [step.id for step in self.options if step.id not in done and set(step.needs) <= done]:
            done |= set(ready)
        if stuck := [step.id for step in self.options if step.id not in done]:
            raise Objection(
                "step-out-of-reach", f"{stuck[0]} can never be reached.",
                "Let needs name steps of this item, and not in a circle.",
            )  # fmt: skip
        return self


class Match(Choosing):
    """Give every row its partner; a partner may be used more than once."""

    kind = "Choose a partner for each; one may serve twice, or not at all"
    type: Literal["match"]
    """Which kind of question it is"""
    answer: dict[str, str] | None = None
    partners: dict[str, str] = Field(min_length=2)
    """What a row may be given, each under its id"""

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
    """Which kind of question it is"""
    answer: float | None = Field(default=None, allow_inf_nan=False)
    scale: Literal["relative", "log10"]
    """`log10` where the answer is a logarithm"""
    tolerance: float = Field(ge=0)
    """How far from the right number is still right: relative to it, or in decades"""
    between: list[Range] = []
    """In an imported file: the least and the greatest number of each range that is right, whatever the tolerance"""
    rules: list[Rule] = []
    """Foreseen wrong numbers"""
    otherwise: str = ""
    """The reply to any other wrong number"""

    def texts(self) -> Iterator[str]:
        """And the replies."""
        yield from super().texts()
        yield from (*(rule.say for rule in self.rules), self.otherwise)


class Pick(ItemBase):
    """Point at a layer in the plot; or name it."""

    kind = "Click a bar, or choose the layer"
    type: Literal["pick"]
    """Which kind of question it is"""
    answer: None = None
    plot: Plot
    """Shown with the question: the figure with the layers"""
    near: str
    """The reply to a neighbour of the right layer"""
    far: str
    """The reply to any other"""

    def texts(self) -> Iterator[str]:
        """And the replies."""
        yield from super().texts()
        yield from (self.near, self.far)


Item = Annotated[Single | Multiple | Kprim | Order | Match | Numeric | Pick, Field(discriminator="type")]
