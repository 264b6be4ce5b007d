"""What a lesson consists of: its head, its prose, and one model for each kind of fence."""

import re
from collections.abc import Callable, Iterator
from typing import Literal

from pydantic import Field, field_validator, model_validator

from core.authoring import Objection, Written
from core.errors import pick
from core.lab.settings import SETTINGS
from core.lessons.equations import EQUATIONS
from core.lessons.views import VIEWS


class Front(Written):
    """The head of a lesson file."""

    title: str
    """What stands above the lesson"""
    menu: str
    """Its name in the menu, which is short"""
    summary: str
    """What it is about, in a sentence"""
    you_will_be_able_to: list[str] = Field(min_length=1)
    """What a reader can do after it, each beginning with a verb"""
    left_out: list[str] = []
    """What the lesson does not speak of, although one might expect it"""


class Block(Written):
    """Base of all that stands in a section."""

    def texts(self) -> Iterator[str]:
        """Every piece of prose in the block, as Markdown with roles."""
        return iter(())

    def statements(self) -> Iterator[str]:
        """Those that say how things are, and not what to do or what a word means."""
        return iter(())


class Prose(Block):
    """Markdown, with roles for what is measured, defined, cited, or pointed at."""

    text: str
    """The Markdown"""

    def texts(self) -> Iterator[str]:
        """The text itself."""
        yield self.text

    def statements(self) -> Iterator[str]:
        """The text itself."""
        yield self.text


class Notes(Prose):
    """Markdown for the lecturer, without keys: shown in the projector's view only."""


class Equation(Block):
    """A formula, how to say it, and what its symbols mean."""

    latex: str
    """The formula, without dollar signs"""
    says: str
    """How to read it aloud"""
    symbols: dict[str, str]
    """What each symbol means, under the symbol as it stands in the formula"""
    numbers: str = ""
    """The id of an experiment in the lesson whose numbers can be put in"""

    def texts(self) -> Iterator[str]:
        """How to say it, and the meanings."""
        yield self.says
        yield from self.symbols.values()

    def marked(self, mark: Callable[[int, str], str]) -> str:
        """The formula with `mark(n, symbol)` in place of its n-th symbol, wherever that stands."""
        symbols = list(self.symbols)
        longest_first = "|".join(re.escape(symbol) for symbol in sorted(symbols, key=len, reverse=True))
        other = r"\\text\{[^}]*\}|\\[A-Za-z]+"  # commands, whose letters are no symbols
        return re.sub(
            f"({longest_first})|{other}" if symbols else other,
            lambda m: mark(symbols.index(m[1]), m[1]) if symbols and m[1] else m[0],
            self.latex,
        )

    @model_validator(mode="after")
    def _symbols_occur(self) -> "Equation":
        found: list[str] = []

        def note(_: int, symbol: str) -> str:
            found.append(symbol)
            return symbol

        self.marked(note)
        for symbol in self.symbols:
            if symbol not in found:
                raise Objection(
                    "symbol-not-in-formula", f"{symbol} is explained but not in the formula.",
                    "Write it as it stands in latex.",
                )  # fmt: skip
        return self


class Choice(Written):
    """One answer to a prediction: right if the claim's value lies in its band."""

    says: str
    """The answer, in words"""
    between: tuple[float, float]
    """The band of values for which it is right: that of one choice must hold the claim's value, whatever the seed"""


class Predict(Written):
    """What the learner is asked before the figure is shown: a power of ten, or one of a few choices."""

    ask: str
    """The question"""
    claim: str
    """Names the claim that settles it"""
    decades: tuple[int, int] | None = None
    """The lowest and the highest power of ten that can be guessed; in place of choices"""
    choices: list[Choice] = []
    """The answers to choose from; in place of decades"""
    then: str
    """Said with the answer"""

    @model_validator(mode="after")
    def _one_way_to_answer(self) -> "Predict":
        if (self.decades is None) != bool(self.choices):
            raise Objection(
                "prediction-without-one-answer", "A prediction is either a power of ten or a choice.",
                "Give decades: [-12, 2], or choices.",
            )  # fmt: skip
        return self


class Panel(Block):
    """A live experiment with only the controls that the paragraph is about, perhaps after a prediction."""

    id: str
    """A word for it, which marks and equations point at"""
    title: str
    """What stands above it"""
    show: list[str] = Field(min_length=1, max_length=4)
    """One to four experiments of the lesson"""
    controls: list[str] = []
    """The settings that the reader may change: words of the lab's link"""
    figure: str = "weights"
    """What is drawn: one of the figures"""
    axis: Literal["log", "linear"] = "log"
    """How the figure's values are laid out"""
    predict: Predict | None = None
    """What is asked before the figure is shown"""
    try_this: str = ""
    """What to do with it, in Markdown"""
    equations: list[str] = []
    """Equations that can be seen with this network's numbers in them"""
    notice: str = ""
    """What to look at; it may point at marks of the figure"""

    @field_validator("controls")
    @classmethod
    def _known_controls(cls, controls: list[str]) -> list[str]:
        for word in controls:
            pick(SETTINGS, word, "setting")
        return controls

    @field_validator("equations")
    @classmethod
    def _known_equations(cls, equations: list[str]) -> list[str]:
        for name in equations:
            pick(EQUATIONS, name, "equation with numbers")
        return equations

    @field_validator("figure")
    @classmethod
    def _known_figure(cls, figure: str) -> str:
        pick(VIEWS, figure, "figure")
        return figure

    def texts(self) -> Iterator[str]:
        """The question, the answer, and what to try and to look at."""
        if self.predict:
            yield self.predict.ask
            yield self.predict.then
        yield from (self.try_this, self.notice)

    def statements(self) -> Iterator[str]:
        """The answer, and what to look at."""
        yield from (self.predict.then if self.predict else "", self.notice)


class PowerGuess(Written):
    """What is asked before the powers are shown; arithmetic settles it."""

    ask: str
    """The question"""
    factor: float
    """The factor that it is about"""
    terms: int
    """How often it is applied"""
    decades: tuple[int, int]
    """The lowest and the highest power of ten that can be guessed"""
    then: str
    """Said with the answer"""


class Powers(Block):
    """A factor applied again and again, with a slider for the factor."""

    title: str
    """What stands above it"""
    factor: float = 0.25
    """Where the slider starts"""
    terms: int = 10
    """How often the factor is applied"""
    predict: PowerGuess | None = None
    """What is asked before the powers are shown"""
    try_this: str = ""
    """What to do with it, in Markdown"""

    def texts(self) -> Iterator[str]:
        """The question, the answer, and what to try."""
        if self.predict:
            yield from (self.predict.ask, self.predict.then)
        yield self.try_this


class Slope(Block):
    """An activation function and its slope, with a handle for the pre-activation."""

    title: str
    """What stands above it"""
    activations: list[str] = Field(min_length=1, max_length=4)
    """One to four activation functions, by their words in the lab's link"""
    try_this: str = ""
    """What to do with it, in Markdown"""

    def texts(self) -> Iterator[str]:
        """What to try."""
        yield self.try_this


class SlowMotion(Block):
    """One step of training, a moment at a time, on an experiment of the lesson."""

    title: str
    """What stands above it"""
    show: str
    """An experiment of the lesson"""
    try_this: str = ""
    """What to do with it, in Markdown"""

    def texts(self) -> Iterator[str]:
        """What to try."""
        yield self.try_this


class Misconception(Block):
    """A belief met head on."""

    belief: str
    """What many say"""
    predicts: str
    """What would then be seen"""
    measured: str
    """What is seen instead, with a claim"""
    why: str
    """Why it is so"""

    def texts(self) -> Iterator[str]:
        """All four."""
        yield from (self.belief, self.predicts, self.measured, self.why)

    def statements(self) -> Iterator[str]:
        """What is measured, and why."""
        yield from (self.measured, self.why)


class Question(Block):
    """An item of the lesson's quiz, in place."""

    id: str
    """The id of the item"""


class Video(Block):
    """A film with captions and a transcript, all files of the lesson's folder `media`."""

    title: str
    """What stands above it"""
    file: str
    """The name of the film"""
    captions: str
    """The name of its captions"""
    transcript: str
    """The name of its transcript"""
    minutes: float
    """How long it is"""


class Glossary(Block):
    """The terms of the lesson."""

    terms: dict[str, str]
    """What each term means, in Markdown"""

    def texts(self) -> Iterator[str]:
        """The definitions."""
        yield from self.terms.values()


class Source(Written):
    """Something worth reading, cited in full."""

    cited: str
    """How a sentence cites it: "He et al., 2015" """
    authors: str
    """All of them, with initials"""
    year: int
    """When it came out"""
    title: str
    """Its title in full"""
    where: str
    """The journal, the conference or the address"""
    why: str = ""
    """Why it is worth reading"""


class Reading(Block):
    """The sources of the lesson."""

    sources: dict[str, Source]
    """Each under the name by which `cite` finds it"""

    def texts(self) -> Iterator[str]:
        """Why to read them."""
        yield from (source.why for source in self.sources.values())


KINDS: dict[str, type[Block]] = {
    "notes": Notes,
    "equation": Equation,
    "experiment": Panel,
    "powers": Powers,
    "slope": Slope,
    "slow-motion": SlowMotion,
    "misconception": Misconception,
    "question": Question,
    "video": Video,
    "glossary": Glossary,
    "reading": Reading,
}
"""The fences of a lesson file. The body is YAML, but for `notes`, which are Markdown."""
