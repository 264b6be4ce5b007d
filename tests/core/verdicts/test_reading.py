import numpy as np
import pytest

from core import Experiment, Network, Training, gradient_profile, train
from core.verdicts.reading import MEASURES, latex, number, outcome, read, table

WEIGHTS, ERROR = MEASURES["weights"], MEASURES["error"]


def reading_of(network, measure=ERROR):
    return read(getattr(gradient_profile(network), measure.field), measure)


@pytest.mark.parametrize(
    ("network", "verdict"),
    [
        (Network(10, 32, "sigmoid", "xavier"), "vanishing"),
        (Network(10, 32, "relu", "he"), "level"),
        (Network(20, 32, "relu", "torch"), "vanishing"),
        (Network(20, 128, "tanh", "normal", gain=8.0), "exploding"),
        (Network(10, 32, "sigmoid", "zeros"), "zero"),
        (Network(1, 32, "sigmoid", "xavier"), "single"),
        (Network(4, 32, "sigmoid", "xavier"), "vanishing"),
        (Network(10, 32, "linear", "he"), "rising"),
        (Network(30, 32, "linear", "he"), "exploding"),
    ],
)
def test_the_verdict_is_the_one_a_teacher_would_give(network, verdict):
    assert reading_of(network).verdict == verdict


def test_level_bars_are_not_called_healthy_when_they_are_tiny_or_huge():
    small, large = (Network(20, 128, "relu", "normal", gain=gain) for gain in (3**-0.5, 3.0))
    assert reading_of(small, WEIGHTS).verdict == "tiny"
    assert reading_of(large, WEIGHTS).verdict == "huge"


def test_the_sentence_carries_the_numbers_of_the_bars():
    values = np.array([3.1e-9, 1e-4, 1e-2, 1.0])
    sentence = read(values, ERROR).sentence
    assert sentence == (
        "layer 1's error signal is 3.1 × 10⁻⁹ of layer 4's: vanishing, × 0.00146 per layer; the largest is 1".replace(
            "0.00146", "1.5 × 10⁻³"
        )
    )


def test_weights_are_compared_from_the_second_layer_on_since_the_first_has_another_shape():
    assert read(np.array([50.0, 0.25, 0.5, 1.0]), WEIGHTS).factor == pytest.approx(0.5)
    assert read(np.array([0.125, 0.25, 0.5, 1.0]), ERROR).factor == pytest.approx(0.5)


def test_zero_and_not_finite_are_said_not_hidden():
    assert "exactly 0 in layer 2" in read(np.array([1.0, 0.0, 1.0]), ERROR).sentence
    broken = read(np.array([np.nan, np.inf, np.nan, 1.0]), ERROR)
    assert broken.verdict == "not finite"
    assert "layers 1 to 3" in broken.sentence


@pytest.mark.parametrize(
    ("value", "words", "formula"),
    [
        (0.0, "exactly 0", r"\text{exactly 0}"),
        (float("inf"), "infinite", r"\text{infinite}"),
        (float("nan"), "not a number", r"\text{not a number}"),
        (9.96e-7, "10⁻⁶", "10^{-6}"),
        (5e-324, "4.9 × 10⁻³²⁴", r"4.9 \times 10^{-324}"),
        (1234567.0, "1.2 × 10⁶", r"1.2 \times 10^{6}"),
        (-0.5, "-0.5", "-0.5"),
    ],
)
def test_numbers_are_written_as_in_a_book(value, words, formula):
    assert number(value) == words
    assert latex(value) == formula


def test_the_table_says_exactly_zero_and_shows_what_is_not_finite():
    text = table(["A", "B"], [np.array([0.0, 1.5]), np.array([np.inf, np.nan])])
    assert text.splitlines()[2:] == ["| 1 | exactly 0 | inf |", "| 2 | 1.5 | nan |"]


def test_the_outcome_of_a_run_is_told_in_words():
    relu = Network(10, 32, "relu", "he")
    learned, guessed, wild, hopeless = train(
        [
            Experiment(relu),
            Experiment(Network(10)),
            Experiment(relu, Training(learning_rate=1e6)),
            Experiment(Network(100, 32, "relu", "he", gain=3.0)),
        ]
    )
    assert "has learned" in outcome(learned)
    assert "still guesses" in outcome(guessed)
    assert f"diverged at step {wild.diverged_at}" in outcome(wild)
    assert "could not take a single step" in outcome(hopeless)
