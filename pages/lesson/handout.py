"""The lesson on paper: with its answers, with its questions open, or only what there is to do, with room to write."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st

from core.compute import door
from core.compute.door import curve_job
from core.evidence import evidence
from core.figures.bars import powers
from core.figures.curves import slope_curves
from core.figures.paper import emptied
from core.figures.style import Figure
from core.lab.race import Race
from core.lessons.blocks import (
    Block,
    Choice,
    Equation,
    Glossary,
    Misconception,
    Panel,
    Powers,
    Prose,
    Question,
    Reading,
    Slope,
    Video,
)
from core.lessons.lesson import Lesson, Section
from core.lessons.views import VIEWS
from core.networks.activations import ACTIVATIONS
from core.networks.experiment import Experiment, Network
from core.questions.bank import bank
from core.verdicts.reading import number
from pages.lesson import blocks, panel, words
from pages.lesson.blocks import Box
from pages.parts import drawing, frame
from pages.parts.frame import words_for_mistakes
from pages.parts.live_figure import live_figure
from pages.parts.scripted import scripted
from pages.quiz import on_paper

VIEW = "handout"
KIND = "paper"  # what the address says of the kind
HERE = Path(__file__).parent
STYLE = f"<style>{(HERE / 'handout.css').read_text(encoding='utf-8')}</style>"
HEIGHT = 290
ROOM = 3  # lines to write on
HERE_IS_ROOM = '<div class="room">' + "<hr>" * ROOM + "</div>"

_printing = scripted(
    HERE / "handout.js",
    html='<div class="handout-print"><button type="button" disabled>Print</button><p role="status"></p></div>',
)


class Kind(NamedTuple):
    """What a handout leaves to whoever holds it."""

    title: str
    text: bool
    answers: bool


KINDS = {
    "answers": Kind("With answers", text=True, answers=True),
    "questions": Kind("Without answers", text=True, answers=False),
    "worksheet": Kind("Worksheet", text=False, answers=False),
}


def write(lesson: Lesson, *, crowded: bool) -> list[Box]:
    """Everything in its order, with nothing to move; gives the boxes that are still to be filled."""
    asked = st.query_params.get(KIND, "")
    kind = KINDS.get(asked, KINDS["answers"])
    st.set_page_config(
        page_title=f"{lesson.front.title} · {kind.title} · Vanishing Point", layout="centered",
        initial_sidebar_state="collapsed",
    )  # fmt: skip
    st.html(STYLE)
    with st.container(horizontal=True, vertical_alignment="center", key="handout-head"):
        for name, other in KINDS.items():
            frame.link(lesson.slug, other.title, "check" if other is kind else "draft", view=VIEW, **{KIND: name})
        frame.link(lesson.slug, "Back to reading", "menu_book")
        _printing({}, key="handout:print")
    st.title(lesson.front.title, anchor=False)
    st.markdown(lesson.front.summary if kind.text else "Name, date: ______________________________")
    sheet = Sheet(lesson, kind)
    return [box for section in lesson.sections for box in sheet.section(section, crowded=crowded)]


@dataclass(frozen=True)
class Sheet:
    """One lesson on one kind of paper."""

    lesson: Lesson
    kind: Kind

    def section(self, section: Section, *, crowded: bool) -> list[Box]:
        """Write a section, if anything of it is on this paper."""
        if any(isinstance(block, Video) for _, block in section.blocks):
            return []  # it is about what cannot be printed
        shown = [(line, block, draw) for line, block in section.blocks if (draw := self._on_paper(block))]
        if not shown:
            return []
        st.header(section.title, anchor=section.anchor, divider="gray")
        left = []
        for line, block, draw in shown:
            box = self._box(block, draw, blocks.name(self.lesson.slug, line, block))
            if crowded or not box.ready:
                left.append(box)
            else:
                box.fill()
        return left

    def _on_paper(self, block: Block) -> Callable[["Sheet", Any, str], None] | None:
        """How a block is written on this paper; None if it is left out."""
        if self.kind.text or type(block) in TO_DO:
            return ON_PAPER.get(type(block))
        return None

    def _box(self, block: Block, draw: Callable[["Sheet", Any, str], None], key: str) -> Box:
        box = st.container(key=f"paper-{key}")

        def fill() -> None:
            with box, words_for_mistakes():
                draw(self, block, key)

        ready = not isinstance(block, Panel | Slope) or evidence.shared().ready(self.lesson, block)
        return Box(fill, ready)

    def show(self, text: str) -> None:
        """Prose, with its numbers."""
        words.show(self.lesson, text)

    def room(self) -> None:
        """Lines to write on; with the answers printed, there is nothing to write."""
        if not self.kind.answers:
            st.html(HERE_IS_ROOM)

    def figure(self, figure: Figure, key: str, alt: str) -> None:
        """A figure, or its empty axes where it is the answer."""
        if self.kind.answers:
            live_figure(figure, key=f"chart-{key}", alt=alt, height=HEIGHT)
        elif axes := emptied(figure):
            live_figure(axes, key=f"chart-{key}", alt="Empty axes, to draw on.", height=HEIGHT)

    # --- what each block becomes ---

    def prose(self, block: Prose, _: str) -> None:
        """The text."""
        self.show(block.text)

    def equation(self, block: Equation, _: str) -> None:
        """The formula and its symbols."""
        st.latex(block.latex)
        self.show("; ".join(f"${symbol}$: {meaning}" for symbol, meaning in block.symbols.items()) + ".")

    def panel(self, block: Panel, key: str) -> None:
        """The prediction and the figure that settles it; what can only be tried on a screen stands on a worksheet."""
        self.show(f"### {block.title}")
        race = Race.of(*(self.lesson.experiments[name] for name in block.show)).viewed(axis=block.axis)
        drawn = VIEWS[block.figure].draw(race, panel.results(race, VIEWS[block.figure]))
        if block.predict:
            self._predict(block.predict.ask, block.predict.choices, block.predict.decades)
        elif not self.kind.text:
            self.show(f"**Try it.** {block.try_this}")
            self.room()
            return
        if self.kind.answers or not block.predict:
            if block.predict:
                self.show(f"**Measured.** {block.predict.then}")
            drawing.show(drawn, f"chart-{key}", height=HEIGHT)
            if block.notice:
                self.show(block.notice)
            return
        for n, picture in enumerate(drawn.pictures):
            self.figure(picture["figure"], f"{key}-{n}", picture["alt"])
        self.room()

    def _predict(self, ask: str, choices: Sequence[Choice], decades: tuple[int, int] | None) -> None:
        self.show(f"**Predict.** {ask}")
        if choices:
            st.markdown("  \n".join(f"☐ {choice.says}" for choice in choices))
        elif decades and not self.kind.answers:
            st.markdown(f"A power of ten from {number(10.0 ** decades[0])} to {number(10.0 ** decades[1])}: ________")

    def powers(self, block: Powers, key: str) -> None:
        """The guess, and the powers."""
        self.show(f"### {block.title}")
        if block.predict:
            self._predict(block.predict.ask, (), block.predict.decades)
            if self.kind.answers:
                value = number(block.predict.factor**block.predict.terms)
                self.show(f"**Worked out.** It is {value}. {block.predict.then}")
        figure = powers(block.factor, block.terms, log_axis=True)
        self.figure(figure, key, f"Powers of {block.factor:g}.")

    def slope(self, block: Slope, key: str) -> None:
        """The curves at one place."""
        asked = [Experiment(Network(activation=word)) for word in block.activations]
        curves = [ticket.future.result() for ticket in door.shared().ask(curve_job, asked)]
        titles = [ACTIVATIONS[word].title for word in block.activations]
        figure, said = slope_curves(list(zip(titles, curves, strict=True)), 0.0)
        self.show(f"### {block.title}")
        live_figure(figure, key=f"chart-{key}", alt=f"Activation functions and their slopes. {said}", height=HEIGHT)
        st.markdown(said)

    def misconception(self, block: Misconception, _: str) -> None:
        """What is often believed, and what was measured; or room to object."""
        self.show(f"**Often believed: “{block.belief}”**\n\n*What it would mean:* {block.predicts}")
        if self.kind.answers:
            self.show(f"*Measured:* {block.measured}\n\n*Why:* {block.why}")
        else:
            st.markdown("*What speaks against it?*")
            self.room()

    def question(self, block: Question, _: str) -> None:
        """One item of the quiz, with its first numbers, as the lesson asks it."""
        questions = bank(self.lesson.slug, self.lesson.path.parents[1])
        on_paper.write(questions.draw(questions.item(block.id), 0), answer=self.kind.answers)
        self.room()

    def listed(self, block: Block, key: str) -> None:
        """A list of terms or of sources, as on the screen."""
        blocks.BLOCKS[type(block)](self.lesson, block, key)


ON_PAPER: dict[type[Block], Callable[..., None]] = {
    Prose: Sheet.prose, Equation: Sheet.equation, Panel: Sheet.panel, Powers: Sheet.powers, Slope: Sheet.slope,
    Misconception: Sheet.misconception, Question: Sheet.question,
    Glossary: Sheet.listed, Reading: Sheet.listed,
}  # fmt: skip
"""What moves, a film or a step in slow motion, is left out: nothing of it would be left on paper"""

TO_DO = (Panel, Powers, Misconception, Question)
