"""A live experiment in a lesson: perhaps a prediction first, then its controls, its figure, and the way to the lab."""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import streamlit as st

from core.compute.kept import RESULTS
from core.evidence import evidence
from core.figures.bars import with_guess
from core.lab.race import Race
from core.lab.settings import SETTINGS
from core.lessons.blocks import Panel
from core.lessons.equations import EQUATIONS
from core.lessons.lesson import Lesson
from core.lessons.views import VIEWS, Drawing, View
from pages.lesson import predict, words
from pages.parts import drawing, links
from pages.parts.controls import control


def draw(lesson: Lesson, block: Panel, key: str) -> None:
    """Ask for the prediction, if there is one; once it is given, show the experiment."""
    heading = f"### {block.title}\n\n"
    start = Race.of(*(lesson.experiments[name] for name in block.show))
    guess = None
    if block.predict:
        guess = predict.asked(
            lesson, block.title, block.predict.ask, key, decades=block.predict.decades, choices=block.predict.choices
        )
        if guess is None:
            return
        predict.reply(lesson, block.predict, guess)
    else:
        words.show(lesson, heading)
    if block.try_this:
        words.show(lesson, f":material/touch_app: **Try this.** {block.try_this}")
    race = _steered(start, block.controls, key)
    drawn = VIEWS[block.figure].draw(race.viewed(axis=block.axis), results(race, VIEWS[block.figure]))
    if guess is not None and race == start:
        _draw_guess(lesson, block, drawn, guess)
    drawing.show(drawn, f"chart-{key}")
    if block.notice:
        words.show(lesson, block.notice)
    _below(block, race)


def _draw_guess(lesson: Lesson, block: Panel, drawn: Drawing, guess: int) -> None:
    """The guessed power of ten over the bars of the network that it was about."""
    if block.predict and block.predict.decades and block.figure == "error":
        about = lesson.claims[block.predict.claim].of
        with_guess(drawn.pictures[0]["figure"], block.show.index(about) if about in block.show else 0, guess)


def results(race: Race, view: View) -> Sequence[Any]:
    """What the view draws of each network."""
    job, _ = RESULTS[view.needs]
    with st.spinner("Training …", show_time=True) if view.needs == "run" else nullcontext():
        return evidence.shared().results(job, race.experiments, view.reads)


def _below(block: Panel, race: Race) -> None:
    """The equations with this network's numbers in them, and the link to the lab."""
    if block.equations:
        with st.expander(f"In numbers: {race.labels[0].removeprefix('A: ')}", icon=":material/function:"):
            for name in block.equations:
                needs, write, reads = EQUATIONS[name]
                job, _ = RESULTS[needs]
                (result,) = evidence.shared().results(job, race.experiments[:1], reads)
                st.latex(write(result))
    trained = VIEWS[block.figure].needs == "run"
    at = race.settings["steps"] - 1 if trained else None
    panels = (block.figure,) if block.figure in {"loss", "norms", "surface", "update"} else race.view.panels
    measure = block.figure if block.figure in {"weights", "error"} else race.view.measure
    st.markdown(f"[Open in the lab]({links.lab(race.viewed(at=at, panels=panels, measure=measure))})")


def _steered(race: Race, controls: Sequence[str], key: str) -> Race:
    """The race as the learner's controls change it; what all networks share has one control for all."""
    if not controls:
        return race
    asked = [(word, row) for word in controls for row in (range(len(race.lanes)) if word in race.compared else (0,))]
    columns = st.columns(min(len(asked), 3), vertical_alignment="bottom")
    for i, (word, row) in enumerate(asked):
        name = f"{key}:{word}:{row}"
        with columns[i % len(columns)]:
            label = f"{SETTINGS[word].title} {'ABCD'[row]}" if word in race.compared else ""
            value = control(word, name, st.session_state.get(name, race.lanes[row][word]), label=label)
        race = race.with_setting(word, value, row)
    return race
