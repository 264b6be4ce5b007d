"""The blocks of a lesson on screen. All text appears first; what has to be computed is filled in after it."""

import math
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import compute, evidence
from core.blocks import ROLE, Block, Equation, Panel, Powers, Predict, Prose
from core.figures.bars import powers
from core.figures.style import Series
from core.lessons import Lesson
from core.reading import MEASURES, latex, number
from pages.parts import controls, links, panel
from pages.parts.bars import gradient_chart
from pages.parts.frame import words_for_mistakes
from pages.parts.live_figure import live_figure

Later = Callable[[], None]


def show(lesson: Lesson, block: Block, key: str) -> Later | None:
    """Place a block; returns what is left to do once the whole text is on the page."""
    return BLOCKS[type(block)](lesson, block, key)


def _prose(lesson: Lesson, block: Prose, _: str) -> Later | None:
    return _with_claims(lesson, block.text, st.empty())


def _with_claims(lesson: Lesson, text: str, slot: DeltaGenerator) -> Later | None:
    """Write the text with an ellipsis for each claim, then again with the measured numbers."""
    names = ROLE.findall(text)
    if not names:
        slot.markdown(text)
        return None
    futures = {name: evidence.ask(lesson, name, compute.shared()) for name in names}

    def write() -> None:
        slot.markdown(ROLE.sub(lambda m: _claim(lesson, m[1], futures[m[1]]), text))

    if all(future.done() for future in _flat(futures)):
        write()
        return None
    slot.markdown(ROLE.sub("*…measuring…*", text))

    def wait() -> None:
        for future in _flat(futures):
            future.exception()
        write()

    return wait


def _flat(futures: "dict[str, list[Future[Any]]]") -> "list[Future[Any]]":
    return [future for several in futures.values() for future in several]


def _claim(lesson: Lesson, name: str, futures: "list[Future[Any]]") -> str:
    """The measured number as a link to its experiment."""
    claim = lesson.claims[name]
    results = [future.result() for future in futures]
    value = claim.words(results)
    if not claim.in_lab:
        return f"**{value}**"
    title = f"Measured by this page: {claim.outcome}, {claim.of}, median of {claim.seeds} seeds. Opens it in the lab."
    return f'[{value}]({links.to_lab(claim.typical(results).experiment, claim)} "{title}")'


def _equation(_: Lesson, block: Equation, key: str) -> None:
    with st.container(border=True, key=f"equation-{key}"):
        st.latex(block.latex)
        rows = "\n".join(f"| ${symbol}$ | {meaning} |" for symbol, meaning in block.symbols.items())
        st.markdown(f"| Symbol | Meaning |\n|---|---|\n{rows}")
        st.caption(f"Read aloud: {block.says}")


def _panel(lesson: Lesson, block: Panel, key: str) -> Later:
    box = st.container(border=True)
    return _in(box, lambda: panel.draw(lesson, block, key))


def _in(box: DeltaGenerator, draw: Callable[[], None]) -> Later:
    """Draw into `box` later, as a fragment of its own: its controls rerun nothing else."""

    @st.fragment
    def fragment() -> None:
        with words_for_mistakes():
            draw()

    def later() -> None:
        with box:
            fragment()

    return later


def _powers(_: Lesson, block: Powers, key: str) -> Later:
    box = st.container(border=True)
    return _in(box, lambda: _draw_powers(block, key))


def _draw_powers(block: Powers, key: str) -> None:
    st.markdown(f"### {block.title}")
    st.markdown(f":material/touch_app: **Try this.** {block.try_this}")
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    factor = left.slider("Factor r", 0.05, 1.5, block.factor, 0.05, key=f"{key}:factor")
    with right:
        axis = controls.axis(f"{key}:axis")
    figure = powers(factor, block.terms, log_axis=axis == "log")
    last = factor**block.terms
    said = f"After {block.terms} rounds, 1 has become {number(last)}."
    live_figure(
        figure, key=f"chart-{key}", alt=f"Bars of {factor:g} to the power 1 to {block.terms}. {said}", height=320
    )
    st.markdown(f"${factor:g}^{{{block.terms}}} = {latex(last)}$. {said}")


def _predict(lesson: Lesson, block: Predict, key: str) -> Later:
    box = st.container(border=True)
    return _in(box, lambda: _draw_predict(lesson, block, key))


def _draw_predict(lesson: Lesson, block: Predict, key: str) -> None:
    """Ask for a guess; once it is given, draw the measurement with the guess over it."""
    st.markdown("### :material/help: Your prediction")
    st.markdown(block.ask)
    low, high = block.decades
    guess_key, done_key = f"{key}:guess", f"{key}:revealed"
    exponents = list(range(low, high + 1))
    guess = st.select_slider(
        "Your guess", exponents, 0, format_func=_power, key=guess_key, disabled=bool(st.session_state.get(done_key))
    )
    if not st.session_state.get(done_key):
        st.button("Measure it", key=f"{key}:go", type="primary", on_click=_reveal, args=(done_key,))
        return
    _draw_reveal(lesson, block, key, guess)


def _reveal(done_key: str) -> None:
    st.session_state[done_key] = True


def _power(exponent: int) -> str:
    return "the same (1)" if exponent == 0 else number(10.0**exponent)


def _draw_reveal(lesson: Lesson, block: Predict, key: str, guess: int) -> None:
    """The measurement that the claim below it states: the typical one of its seeds."""
    claim, measure = lesson.claims[block.claim], MEASURES[block.measure]
    futures = evidence.ask(lesson, block.claim, compute.shared())
    profile = claim.typical([future.result() for future in futures])
    experiment, values = profile.experiment, getattr(profile, measure.field)
    last, depth = float(values[-1]), len(values)
    ratio = float(values[0]) / last
    line = [last * 10 ** (guess * (depth - layer) / (depth - 1)) for layer in range(1, depth + 1)]
    gap = abs(math.log10(ratio) - guess)
    close = "Well seen" if gap <= 1 else "Not far" if gap <= 2.5 else "A surprise"
    st.markdown(
        f"**{close}.** You said {_power(guess)}, the measurement is **{number(ratio)}**: {gap:.1f} decades apart."
    )
    gradient_chart(
        [Series(panel.names([experiment])[0], values)], key=f"chart-{key}", measure=block.measure,
        entries=measure.entries(experiment), when=" before any training", guess=Series.of("Your prediction", line),
    )  # fmt: skip
    later = _with_claims(lesson, block.then, st.empty())
    if later:
        later()


BLOCKS: dict[type[Block], Callable[..., Later | None]] = {
    Prose: _prose,
    Equation: _equation,
    Panel: _panel,
    Powers: _powers,
    Predict: _predict,
}
