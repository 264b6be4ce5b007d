import contextlib
import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core import Experiment, Fixable, trainer
from core.questions.attempt import Attempt, as_given, from_query
from core.questions.grading import grade, parse
from core.questions.items import Multiple, Numeric, Single, bank, draw, slugs
from core.questions.keys import KEYS, compute

_seen = {}


def ask(experiments: list[Experiment]):
    key = tuple(experiments)
    if key not in _seen:
        _seen[key] = trainer.profiles(experiments)
    return _seen[key]


ITEMS = [item for slug in slugs() for item in bank(slug)]
ATTEMPTS = range(12)


def test_there_are_at_least_ten_items_of_all_three_types():
    assert len(ITEMS) >= 10
    assert {type(item) for item in ITEMS} == {Single, Multiple, Numeric}


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_every_variant_has_a_key_that_grades_as_right_and_a_reply_for_everything_else(item):
    for number in ATTEMPTS:
        variant = draw(item, number)
        key = variant.key(ask)
        assert "{{" not in variant.fill(item.stem) + variant.explanation(ask)
        if isinstance(item, Numeric):
            assert math.isfinite(key)
            assert grade(variant, repr(key), ask).verdict == "right"
            for rule in item.rules:
                wrong = compute(rule.equals, ask, variant.numbers)
                if not math.isclose(wrong, key, rel_tol=item.tolerance + 0.03):
                    assert grade(variant, repr(wrong), ask).verdict == rule.grade, (variant.numbers, rule)
        elif isinstance(item, Single):
            assert key in {option.id for option in item.options}
            verdicts = [grade(variant, option.id, ask) for option in item.options]
            assert [verdict.verdict for verdict in verdicts].count("right") == 1
            assert all(verdict.reply for verdict in verdicts)
        else:
            ids = {option.id for option in item.options}
            assert frozenset() < key < ids
            assert grade(variant, key, ask).verdict == "right"
            assert grade(variant, frozenset(ids), ask).verdict == "wrong"


@pytest.mark.parametrize("item", [item for item in ITEMS if item.params], ids=lambda item: item.id)
def test_the_next_attempt_has_other_numbers(item):
    assert all(draw(item, n).numbers != draw(item, n + 1).numbers for n in ATTEMPTS)


def test_a_variant_is_the_same_for_everyone_and_after_every_rerun():
    for item in ITEMS:
        assert draw(item, 5) == draw(item, 5)


def test_most_items_name_the_misconception_they_are_after():
    assert all(item.misconceptions for item in ITEMS)
    assert len({m for item in ITEMS for m in item.misconceptions}) >= 6


# ---- keys, against numbers worked out apart from them (QUIZ specs)


@pytest.mark.parametrize(
    ("name", "numbers", "value"),
    [
        ("sigmoid_slope", {"z": 4}, 0.017663),
        ("slope_product_log10", {"L": 10}, -6.0206),
        ("first_below", {"r": 0.8, "t": 1e-7}, 73),
        ("first_below", {"r": 0.25, "t": 1e-7}, 12),
        ("first_below", {"r": 0.5, "t": 0.125}, 4),
        ("factor_of_fall", {"decades": 6, "steps": 10}, 0.25119),
        ("he_std", {"n": 512}, 0.0625),
        ("relu_default_log10", {"L": 20}, -7.7815),
    ],
)
def test_a_key_gives_the_known_value(name, numbers, value):
    assert compute(name, ask, numbers) == pytest.approx(value, rel=1e-4)


def test_keys_that_come_from_runs():
    assert compute("slowest_layer", ask, {}) == "first"
    assert compute("what_multiplies", ask, {}) == {"weights", "slopes"}
    assert compute("higher_rate", ask, {}) == "same"
    assert compute("level_but_small", ask, {}) == "small"
    assert compute("all_zero_weights", ask, {}) == {"no-gradient", "guesses"}
    assert compute("sigmoid_measured_log10", ask, {"depth": 10}) == pytest.approx(9 * math.log10(0.236), abs=0.3)


def test_first_below_is_first_below():
    for r in (0.25, 0.5, 0.8, 0.9):
        for t in (1e-3, 1e-7):
            n = compute("first_below", ask, {"r": r, "t": t})
            assert r**n < t <= r ** (n - 1)


def test_every_key_function_is_used_by_some_item():
    used = {item.key for item in ITEMS} | {rule.equals for item in ITEMS for rule in getattr(item, "rules", [])}
    assert used == set(KEYS)


# ---- numbers as people type them


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.25", 0.25), ("-6.02", -6.02), ("−6.02", -6.02), ("–6,02", -6.02), ("1e-7", 1e-7), ("9.5E-7", 9.5e-7),
        ("9.5×10^-7", 9.5e-7), ("9.5 x 10^(-7)", 9.5e-7), ("9.5·10^−7", 9.5e-7), ("9.5*10**-7", 9.5e-7),
        ("10^-7", 1e-7), ("0.25^10", 0.25**10), ("0.25**10", 0.25**10), ("1/4", 0.25), (" 73 ", 73), ("2^-24", 2**-24),
        ("1,8e-2", 0.018), ("sqrt(2/128)", 0.125),
    ],
)  # fmt: skip
def test_a_number_is_read_however_it_is_written(text, value):
    assert parse(text) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "1e",
        "1,2,3",
        "9**9**9",
        "__import__('os')",
        "1/0",
        "nan",
        "inf",
        "1e999",
        "[1]",
        "1 2",
        "9" * 400,
        "()",
    ],
)
def test_what_is_not_a_number_is_answered_in_words(text):
    with pytest.raises(Fixable, match="not a number I can read"):
        parse(text)


@given(st.text(max_size=80))
@example("((((((((((((((((((((((((((((((((((((((((((((((((((((((((1")
@example("'a'*9999999")
@example("10^10^10")
def test_no_text_breaks_the_reader(text):
    with contextlib.suppress(Fixable):
        assert math.isfinite(parse(text))


@given(st.floats(min_value=1e-300, max_value=1e300, allow_nan=False))
def test_any_printed_float_reads_back(value):
    assert parse(repr(value)) == value
    assert parse(f"{value:.3e}".replace("e", "×10^")) == pytest.approx(value, rel=1e-3)


def test_zero_is_not_close_to_a_tiny_key():
    item = next(item for item in ITEMS if item.id == "sigmoid-slope")
    variant = next(v for v in (draw(item, n) for n in ATTEMPTS) if v.numbers["z"] == 4)
    assert grade(variant, "0", ask).verdict == "wrong"
    assert grade(variant, "0.0177", ask).verdict == "right"


def test_the_product_instead_of_its_logarithm_is_asked_for_again_not_marked_wrong():
    item = next(item for item in ITEMS if item.id == "product-bound")
    variant = draw(item, 0)
    result = grade(variant, f"0.25^{variant.numbers['L']:g}", ask)
    assert result.verdict == "again"
    assert "logarithm" in result.reply


# ---- an attempt is its number and its answers


SLUG = slugs()[0]
ANSWERS = ("−0.0177", "first", "weights+slopes")


def test_an_attempt_travels_in_a_link():
    attempt = Attempt(3, ANSWERS)
    assert from_query(attempt.query(), bank(SLUG)) == attempt


@given(st.dictionaries(st.sampled_from(["attempt", "answers", "x"]), st.text(max_size=60)))
def test_nonsense_in_a_link_gives_an_attempt_that_can_go_on(query):
    attempt = from_query(query, bank(SLUG))
    for variant, answer in zip(attempt.variants(bank(SLUG)), attempt.answers, strict=False):
        grade(variant, as_given(variant, answer), ask)


def test_an_answer_that_does_not_fit_ends_what_is_restored():
    items = bank(SLUG)
    assert from_query({"answers": "0.1~nobody~weights"}, items).answers == ("0.1",)


def test_again_means_the_next_number_and_no_answers():
    assert Attempt(3, ANSWERS).again() == Attempt(4)
