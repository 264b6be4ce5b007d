"""Predictions: a question before a figure, and the answer set against what was measured."""

import math
from collections.abc import Sequence

import streamlit as st

from core.lessons.blocks import Choice, Predict
from core.lessons.lesson import Lesson
from core.verdicts.reading import number
from pages.lesson import words
from pages.parts import memory

REVEALED = "revealed"
WELL, NOT_FAR = 1.0, 2.5  # decades between a guess and the measurement


def is_open(block: Predict | None, key: str) -> bool:
    """Whether a prediction has still to be made, so that nothing behind it is shown."""
    return block is not None and not st.session_state.get(f"{key}:{REVEALED}")


def asked(  # noqa: PLR0913  two kinds of answers
    lesson: Lesson,
    title: str,
    ask: str,
    key: str,
    *,
    decades: tuple[int, int] | None = None,
    choices: Sequence[Choice] = (),
) -> int | None:
    """Ask for a power of ten, or for one of the choices; the guess, once it has been given for good."""
    guess_key, done_key = f"{key}:guess", f"{key}:{REVEALED}"
    words.show(lesson, f"### {title}\n\n:material/help: **Your prediction first.** {ask}")
    stops = list(range(decades[0], decades[1] + 1)) if decades else list(range(len(choices)))
    memory.chosen(guess_key, stops, done_key)
    done = bool(st.session_state.get(done_key))
    guess: int | None
    if decades:
        guess = st.select_slider("Your guess", stops, 0, format_func=_power, key=guess_key, disabled=done)
    else:
        says = [choice.says for choice in choices]
        guess = st.radio("Your guess", stops, index=None, format_func=says.__getitem__, key=guess_key, disabled=done)
    if done and guess is not None:
        memory.keep(lesson.slug, **{guess_key: guess, done_key: True})
        return guess
    st.button(
        "Measure it", key=f"{key}:go", type="primary", disabled=guess is None,
        on_click=st.session_state.__setitem__, args=(done_key, True),
    )  # fmt: skip
    return None


def _power(exponent: int) -> str:
    return "the same (1)" if exponent == 0 else number(10.0**exponent)


def reply(lesson: Lesson, block: Predict, guess: int) -> None:
    """What was said, what was measured, and why."""
    with st.spinner("Measuring …", show_time=True):
        value = words.measured(lesson, block.claim)
    said = compared(guess, value) if block.decades else _matched(block.choices, guess, value)
    words.show(lesson, f"{said} {block.then}")


def compared(guess: int, value: float) -> str:
    """A guessed power of ten beside the value."""
    gap = abs(math.log10(value) - guess) if value > 0 else math.inf
    close = "Well seen" if gap <= WELL else "Not far" if gap <= NOT_FAR else "A surprise"
    return f"**{close}.** You said {_power(guess)}, it is **{number(value, 2)}**: {gap:.1f} decades apart."


def _matched(choices: Sequence[Choice], guess: int, value: float) -> str:
    """A choice beside the one in whose band the value lies."""
    right = next((c for c in choices if c.between[0] <= value <= c.between[1]), None)
    mine = choices[guess]
    if mine is right:
        return f"**Well seen.** You said: {mine.says}."
    return f"**A surprise.** You said: {mine.says}." + (f" Measured: {right.says}." if right else "")
