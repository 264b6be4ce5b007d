"""The blocks of a lesson on screen, in their order; what stands in a box of its own can be filled in later."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st

from core.compute import door
from core.compute.door import curve_job
from core.evidence import evidence
from core.figures.bars import powers
from core.figures.curves import slope_curves
from core.lessons.blocks import (
    Block,
    Equation,
    Glossary,
    Misconception,
    Notes,
    Panel,
    PowerGuess,
    Powers,
    Prose,
    Question,
    Reading,
    Slope,
    SlowMotion,
    Video,
)
from core.lessons.lesson import Lesson
from core.networks.activations import ACTIVATIONS
from core.networks.experiment import Experiment, Network
from core.practice.sitting import Sitting, fitting
from core.questions.bank import bank
from core.verdicts.reading import latex, number
from pages.lesson import panel, predict, slow_motion, words
from pages.parts import controls, memory
from pages.parts.frame import words_for_mistakes
from pages.parts.live_figure import live_figure
from pages.parts.scripted import scripted
from pages.quiz import card
from pages.quiz.on_paper import HEADING


class Box(NamedTuple):
    """A box that is on the page already, and how to fill it: now, or once everything else is there."""

    fill: Callable[[], None]
    ready: bool
    """Whether nothing in it has to be measured first"""


SYMBOL = "#0f62{:02x}"
"""The colour that marks the n-th symbol of an equation: the style sheet gives it the theme's colour, and
reading.js finds by it which symbol is under the pointer."""

_captions = scripted(Path(__file__).with_name("film.js"), html='<p class="film-says"></p>')


def show(lesson: Lesson, block: Block, key: str) -> Box | None:
    """Place a block; returns its box, if it has one to fill."""
    return BLOCKS[type(block)](lesson, block, key)


def name(slug: str, line: int, block: Block) -> str:
    """The name of a block on the page: its own, or its place in the file."""
    return f"{slug}-{getattr(block, 'id', line)}"


def _prose(lesson: Lesson, block: Prose, _: str) -> None:
    words.show(lesson, block.text)


def _notes(_: Lesson, __: Notes, ___: str) -> None:
    """For the lecturer alone: pages.learn.projector shows them."""


def _equation(lesson: Lesson, block: Equation, key: str) -> None:
    with st.container(border=True, key=f"equation-{key}"):
        st.latex(block.marked(lambda n, symbol: rf"\textcolor{{{SYMBOL.format(0xF0 + n)}}}{{{symbol}}}"))
        rows = "\n".join(f"| ${symbol}$ | {meaning} |" for symbol, meaning in block.symbols.items())
        words.show(lesson, f"| Symbol | Meaning |\n|---|---|\n{rows}")
        link = f" [With numbers](#{lesson.slug}-{block.numbers})" if block.numbers else ""
        st.caption(f"Read aloud: {block.says}{link}")


def _in(box: Any, draw: Callable[[], None], *, ready: bool = True) -> Box:
    """What `draw` draws will stand in `box`, as a fragment of its own: its controls rerun nothing else."""

    @st.fragment
    def fragment() -> None:
        with words_for_mistakes():
            draw()

    def fill() -> None:
        with box:
            fragment()

    return Box(fill, ready)


def _panel(lesson: Lesson, block: Panel, key: str) -> Box:
    box = st.container(border=True, key=key)
    asks = predict.is_open(block.predict, key)
    ready = asks or evidence.shared().ready(lesson, block)
    return _in(box, lambda: panel.draw(lesson, block, key), ready=ready)


def _powers(lesson: Lesson, block: Powers, key: str) -> Box:
    box = st.container(border=True, key=key)
    return _in(box, lambda: _draw_powers(lesson, block, key))


def _draw_powers(lesson: Lesson, block: Powers, key: str) -> None:
    if block.predict and not _guessed_power(lesson, block.predict, key, block.title):
        return
    heading = "" if block.predict else f"### {block.title}\n\n"
    words.show(lesson, f"{heading}:material/touch_app: **Try this.** {block.try_this}")
    left, middle, right = st.columns([3, 3, 2], vertical_alignment="bottom")
    factor = left.slider("Factor r", 0.05, 1.5, block.factor, 0.05, key=f"{key}:factor")
    terms = middle.slider("How often n", 1, 100, block.terms, key=f"{key}:terms")
    with right:
        axis = controls.axis(f"{key}:axis")
    figure = powers(factor, terms, log_axis=axis == "log")
    last = factor**terms
    said = f"After {terms} rounds, 1 has become {number(last)}."
    alt = f"Bars of {factor:g} to the power 1 to {terms}. {said}"
    live_figure(figure, key=f"chart-{key}", alt=alt, height=320)
    st.markdown(f"$r^n = {factor:g}^{{{terms}}} = {latex(last)}$. {said}")


def _guessed_power(lesson: Lesson, block: PowerGuess, key: str, title: str) -> bool:
    value = block.factor**block.terms
    guess = predict.asked(lesson, title, block.ask, key, decades=block.decades)
    if guess is not None:
        words.show(lesson, f"{predict.compared(guess, value)} {block.then}")
    return guess is not None


def _slope(lesson: Lesson, block: Slope, key: str) -> Box:
    box = st.container(border=True, key=f"slope-{key}")
    return _in(box, lambda: _draw_slope(lesson, block, key), ready=evidence.shared().ready(lesson, block))


def _draw_slope(lesson: Lesson, block: Slope, key: str) -> None:
    words.show(lesson, f"### {block.title}\n\n:material/touch_app: **Try this.** {block.try_this}")
    z = st.slider("Pre-activation z", -6.0, 6.0, 0.0, 0.1, key=f"{key}:z")
    asked = [Experiment(Network(activation=word)) for word in block.activations]
    curves = [ticket.future.result() for ticket in door.shared().ask(curve_job, asked)]
    titles = [ACTIVATIONS[word].title for word in block.activations]
    figure, said = slope_curves(list(zip(titles, curves, strict=True)), z)
    live_figure(figure, key=f"chart-{key}", alt=f"Activation functions and their slopes. {said}", height=320)
    st.markdown(said)


def _slow(lesson: Lesson, block: SlowMotion, key: str) -> Box:
    box = st.container(border=True, key=f"moments-{key}")

    def draw() -> None:
        try_this = f"\n\n:material/touch_app: **Try this.** {block.try_this}" if block.try_this else ""
        words.show(lesson, f"### {block.title}{try_this}")
        slow_motion.show(lesson.experiments[block.show], key=f"slow-{key}")

    return _in(box, draw, ready=evidence.shared().ready(lesson, block))


def _misconception(lesson: Lesson, block: Misconception, key: str) -> None:
    with st.container(border=True, key=f"belief-{key}"):
        text = (
            f":material/psychology_alt: **Often believed: “{block.belief}”**\n\n"
            f"*What it would mean:* {block.predicts}\n\n*Measured:* {block.measured}\n\n*Why:* {block.why}"
        )
        words.show(lesson, text)


def _question(lesson: Lesson, block: Question, key: str) -> Box:
    box = st.container(border=True, key=f"question-{key}")
    return _in(box, lambda: _draw_question(lesson, block, key))


def _draw_question(lesson: Lesson, block: Question, key: str) -> None:
    """One item of the quiz, answered here; its first numbers, so that a reload asks the same."""
    questions = bank(lesson.slug, lesson.path.parents[1])
    tries_key, given_key = f"{key}:try", f"{key}:given"
    tries = st.session_state.get(tries_key, 0)
    tries = tries if isinstance(tries, int) and tries >= 0 else 0  # what was remembered may have been edited by hand
    variant = questions.draw(questions.item(block.id), tries)
    given = str(st.session_state.get(given_key, ""))
    turn = fitting(variant, given)
    if turn is None:  # also when the question has been rewritten since
        answered = card.ask(variant, f"{key}:{tries}", heading=HEADING)
        if answered is None:
            return
        st.session_state[given_key] = answered.write()
        now = Sitting("lesson", tries, turns=(answered,))
        memory.answered(lesson.slug, now, variant, card.graded(variant, answered.answer))
        st.rerun(scope="fragment")
    memory.keep(lesson.slug, **{given_key: given, tries_key: tries})
    card.show_answer(variant, turn, heading=HEADING, beliefs=questions.beliefs, key=key)
    label = "Again, with other numbers" if variant.item.params else "Again"
    if st.button(label, key=f"{key}:again", icon=":material/refresh:"):
        st.session_state[tries_key] = tries + 1
        st.session_state.pop(given_key)
        st.rerun(scope="fragment")


def _video(lesson: Lesson, block: Video, key: str) -> None:
    media = lesson.path.parent / "media"
    with st.container(key=f"video-{key}"):
        st.video(str(media / block.file), subtitles={"English": str(media / block.captions)})
        _captions({}, key=f"captions-{key}")
    with st.expander(f"The same in words: transcript of “{block.title}”", icon=":material/subtitles:"):
        st.markdown((media / block.transcript).read_text(encoding="utf-8"))


def _glossary(lesson: Lesson, block: Glossary, _: str) -> None:
    rows = "\n\n".join(f"**{term}:** {said}" for term, said in sorted(block.terms.items(), key=lambda t: t[0].lower()))
    words.show(lesson, rows)


def _reading(lesson: Lesson, block: Reading, _: str) -> None:
    rows = "\n".join(
        f"- {s.authors} ({s.year}). *{s.title}*. {s.where}.{f' {s.why}' if s.why else ''}"
        for s in block.sources.values()
    )
    words.show(lesson, rows)


BLOCKS: dict[type[Block], Callable[..., Box | None]] = {
    Prose: _prose,
    Notes: _notes,
    Equation: _equation,
    Panel: _panel,
    Powers: _powers,
    Slope: _slope,
    SlowMotion: _slow,
    Misconception: _misconception,
    Question: _question,
    Video: _video,
    Glossary: _glossary,
    Reading: _reading,
}
