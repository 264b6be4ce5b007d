"""What teachers find, and what the table of statistics says."""

import csv
import io
import re

import pytest

from core.questions import reported, teaching
from core.questions.bank import bank, slugs
from core.questions.exchange.markup import plain
from core.questions.searching import shown
from core.store import Attempt, Store
from core.store.statistics import FOR_SHARE

SLUG = slugs()[0]
BANK = bank(SLUG)
BANKS = {SLUG: BANK}
OF_EACH_TYPE = list({item.type: item for item in reversed(BANK.items)}.values())


def test_every_question_is_found_by_whatever_it_is_filed_under():
    for item in BANK.items:
        found = teaching.found(BANK, item.id, item.concept, item.type, item.misconceptions[0])
        assert item in found
    assert teaching.found(BANK) == list(BANK.items)
    assert teaching.found(BANK, "no such word anywhere") == []


def test_all_words_of_a_search_must_be_there_in_whatever_case_and_place():
    found = teaching.found(BANK, "XAVIER slowest-layer")
    assert [item.id for item in found] == ["slowest-layer"]


@pytest.mark.parametrize(
    ("words", "also"),
    [
        ("σ'(z)", "sigmoid-slope"),
        ("σ′(z)", "sigmoid-slope"),
        ("sigma'(Z)", "sigmoid-slope"),
        (r"\sigma'(z)", "sigmoid-slope"),
        ("10^-8", "adam-step"),
        ("10⁻⁸", "adam-step"),
        ("linear axis shows", "plot-linear-axis"),
        ("float16", "plot-half-precision"),
        ("bar chart of the error signal", "plot-half-precision"),
        ("Léarning   ráte", "run-higher-rate"),
        ("choose all that are right", "plot-what-levels"),
    ],
)
def test_a_question_is_found_by_what_it_shows_however_that_is_typed(words, also):
    found = [item.id for item in teaching.found(BANK, words)]
    assert also in found
    assert len(found) < len(BANK.items)


def test_every_question_is_found_by_its_opening_as_it_is_listed():
    for item in BANK.items:
        opening = teaching.opening(BANK.draw(item, 0)).split("…")[0]
        assert item in teaching.found(BANK, opening), opening


def test_every_formula_of_the_bank_is_shown_in_signs_and_not_in_commands():
    for item in BANK.items:
        for text in item.texts():
            assert "\\" not in shown(text), text
            assert not re.search(r"\\[A-Za-z]", plain(text)), text


def test_what_is_not_shown_is_not_found():
    assert "sigmoid-slope" not in [item.id for item in teaching.found(BANK, "works_out")]
    assert teaching.found(BANK, "{{key}}") == teaching.found(BANK, "key")


def test_every_question_has_an_opening_of_one_line_without_holes():
    for item in BANK.items:
        opening = teaching.opening(BANK.draw(item, 0))
        assert 5 < len(opening) <= teaching.LONGEST + 1
        assert "\n" not in opening
        assert "{{" not in opening


@pytest.mark.parametrize("item", OF_EACH_TYPE, ids=lambda item: item.type)
def test_ten_variants_each_with_its_numbers_and_its_key(item, lab):
    rows = teaching.variants(BANK, item, lab)
    assert [row["Variant"] for row in rows] == list(range(1, 11))
    assert all(row["Key"] for row in rows)
    assert set(item.params) <= set(rows[0])
    if item.params:
        assert rows[0] != rows[1] | {"Variant": 1}


def test_a_key_in_words_and_by_the_places_of_the_options(lab):
    one, first = BANK.item("slowest-layer"), BANK.item("backward-order")
    assert teaching.variants(BANK, one, lab)[0]["Key"] == "1: Layer 1, next to the input"
    steps = BANK.draw(first, 3)
    key = teaching.variants(BANK, first, lab)[3]["Key"]
    assert key.split(", ") == [str([o.id for o in first.options].index(step) + 1) for step in steps.in_order()]
    assert teaching.given_in_words(BANK.draw(one, 0), "last") == "Layer 10, next to the output"


@pytest.fixture
def store(tmp_path):
    opened = Store.open(f"sqlite:///{tmp_path}/learners.sqlite3")
    yield opened
    opened.close()


def answer(store, learners, item, text, *, right, version=1):  # noqa: PLR0913
    for learner in learners:
        attempt = Attempt(f"{learner}-{item}-{version}", item, text, "right" if right else "wrong", version=version)
        store.record(f"learner {learner}", attempt)


def test_nothing_is_said_of_fewer_learners_than_a_share_needs(store):
    answer(store, range(FOR_SHARE - 1), f"{SLUG}/slowest-layer", "first", right=True)
    rows = reported.table(BANKS, reported.count(store, BANKS))
    assert rows[0] | {"learners": 9, "facility": None, "confident_errors": None, "look_at": ""} == rows[0]


def test_an_option_that_nobody_chooses_is_named_by_its_text_and_the_right_one_never(store):
    item, other = f"{SLUG}/slowest-layer", f"{SLUG}/what-multiplies"
    answer(store, range(40), item, "first", right=True)
    answer(store, range(40, 60), item, "last", right=False)
    answer(store, range(35), other, "weights+slopes", right=True)
    answer(store, range(35, 60), other, "rate", right=False)
    found = reported.count(store, BANKS)
    row = next(row for row in reported.table(BANKS, found) if row["question"] == "slowest-layer")
    assert row["facility"] == 0.67
    assert row["look_at"].count("hardly anybody chooses") == 2
    assert "“The layers in the middle”" in row["look_at"]
    chosen = reported.chosen(BANKS, next(report for report in found if report.item == item))
    assert [(one.says, one.choice.right) for one in chosen] == [
        ("Layer 1, next to the input", True), ("Layer 10, next to the output", False),
    ]  # fmt: skip
    assert chosen[1].belief == BANK.beliefs["M25"].belief
    read = list(csv.DictReader(io.StringIO(reported.as_csv(reported.table(BANKS, found)))))
    assert [row["learners"] for row in read] == ["60", "60"]


def test_answers_to_what_no_lesson_asks_are_not_shown(store):
    answer(store, range(20), "=1+1/=cmd", "x", right=False)
    answer(store, range(20), f"{SLUG}/slowest-layer", "first", right=True, version=2**31 - 1)
    assert reported.count(store, BANKS) == []
    assert reported.as_csv([]).strip() == ""
