"""Every question in every quiz: two hundred variants of each have one key, and a reply to whatever may be answered."""

import math
import re

import pytest

from core.check.slips import FEWEST, confusions
from core.lessons.library import load
from core.lessons.views import VIEWS
from core.questions import plots
from core.questions.bank import bank, slugs
from core.questions.exchange.markup import plain
from core.questions.grading import NONE, grade, parse
from core.questions.items import Kprim, Match, Multiple, Numeric, Order, Pick, Single
from core.questions.keys import KEYS, READINGS, compute
from core.questions.searching import folded

SEEDS = range(200)
BANKS = [bank(slug) for slug in slugs()]
ITEMS = [(b, item) for b in BANKS for item in b.items if item.key != "given"]  # imported ones are the teacher's
NAMES = [item.id for _, item in ITEMS]
every_item = pytest.mark.parametrize(("bank", "item"), ITEMS, ids=NAMES)


def variants(bank, item):
    """Two hundred, but only one for each draw of numbers where nothing but their order differs."""
    return {tuple(v.numbers.items()): v for v in (bank.draw(item, seed) for seed in SEEDS)}.values()


def right_answer(variant, lab):
    """The key as somebody would give it."""
    key = variant.key(lab)
    if isinstance(key, frozenset):
        return "+".join(sorted(key)) or NONE
    if isinstance(key, dict):
        return "+".join(f"{row}={partner}" for row, partner in key.items())
    return ">".join(key) if isinstance(key, tuple) else repr(key) if isinstance(key, float) else str(key)


@every_item
def test_the_key_is_right_and_is_one_that_can_be_given(bank, item, lab):
    for variant in variants(bank, item):
        key, ids = variant.key(lab), {option.id for option in variant.options}
        assert grade(variant, right_answer(variant, lab), lab).verdict == "right", variant.numbers
        if isinstance(item, Single):
            assert key in ids, (key, variant.numbers)
        elif isinstance(item, Multiple):
            assert frozenset() < key <= ids
        elif isinstance(item, Kprim):
            assert key <= ids
        elif isinstance(item, Match):
            assert set(key) == ids
            assert set(key.values()) <= set(item.partners)
        elif isinstance(item, Numeric):
            assert math.isfinite(key)
        elif isinstance(item, Pick):
            assert 1 <= int(key) <= variant.depth


@every_item
def test_exactly_one_choice_is_right(bank, item, lab):
    for variant in variants(bank, item):
        if isinstance(item, Single):
            verdicts = [grade(variant, option.id, lab).verdict for option in item.options]
            assert sorted(verdicts) == ["right", *["wrong"] * (len(verdicts) - 1)]
        elif isinstance(item, Pick):
            verdicts = [grade(variant, str(n), lab).verdict for n in range(1, variant.depth + 1)]
            assert verdicts.count("right") == 1


@every_item
def test_each_foreseen_mistake_is_met_by_its_own_reply_in_most_variants(bank, item, lab):
    for rule in getattr(item, "rules", []):
        met = 0
        for variant in variants(bank, item):
            results = variant.results(lab) if rule.equals in READINGS else ()
            wrong = compute(rule.equals, lab, variant.numbers, results)
            met += grade(variant, repr(wrong), lab)[:2] == (rule.grade, variant.fill(rule.say, lab))
        assert met > len(variants(bank, item)) / 2, rule


@every_item
def test_no_number_is_taken_for_two_things_in_any_draw(bank, item, lab):
    if isinstance(item, Numeric):
        for variant in bank.every_draw(item):
            wrong = [variant.foreseen(rule, lab) for rule in item.rules]
            assert confusions(item, variant.key(lab), wrong) == [], variant.numbers


@every_item
def test_no_two_options_read_the_same_in_any_draw(bank, item, lab):
    """As they are shown, and as they are in a list of another program; partners and foreseen numbers as well."""
    for variant in bank.every_draw(item):
        answers = [[option.says for option in variant.options], list(getattr(item, "partners", {}).values())]
        for texts in answers:
            seen = [folded(plain(variant.fill(text, lab))) for text in texts]
            assert len(set(seen)) == len(seen), (variant.numbers, seen)
        numbers = [variant.key(lab), *(variant.foreseen(rule, lab) for rule in getattr(item, "rules", []))]
        if isinstance(item, Numeric):
            assert len({f"{number:.6g}" for number in numbers}) == len(numbers), (variant.numbers, numbers)


@every_item
def test_what_is_said_of_an_option_is_true_in_every_draw(bank, item, lab):
    if isinstance(item, Single | Multiple | Kprim):
        keys = {variant.key(lab) for variant in bank.every_draw(item)}
        assert len(keys) == 1, "a reply is the same in all of them"


@every_item
def test_whatever_is_wrong_is_answered_and_tied_to_a_misconception(bank, item, lab):
    variant = bank.draw(item, 0)
    if isinstance(item, Single):
        for option in item.options:
            reply = grade(variant, option.id, lab)
            assert len(reply.reply) > 15, option.id
        assert any(option.misconception for option in item.options)
    elif isinstance(item, Multiple | Kprim | Match):
        assert any(option.misconception for option in item.options)
        assert all(len(option.reply) > 15 for option in item.options)
    elif isinstance(item, Numeric):
        assert len({rule.say for rule in item.rules}) >= FEWEST
        assert any(rule.misconception for rule in item.rules)
    elif isinstance(item, Order):
        assert all(len(step.reply) > 15 for step in item.options if step.needs)
    elif isinstance(item, Pick):
        assert all(len(reply) > 15 for reply in (item.near, item.far))


@every_item
def test_every_text_is_filled_in_and_options_stay_different(bank, item, lab):
    for variant in variants(bank, item):
        for text in item.texts():
            assert "{{" not in variant.fill(text, lab), text
        says = [variant.fill(option.says, lab) for option in variant.options]
        assert len(set(says)) == len(says)


@every_item
def test_its_figures_can_be_drawn_and_do_not_tell_the_answer(bank, item, lab):
    variant = bank.draw(item, 0)
    asked, shown = plots.question(variant, lab), plots.explanation(variant, lab)
    if asked:
        assert asked.pictures
        assert len(asked.table.splitlines()) > 2
        assert not asked.verdicts
        assert not asked.says
    if shown:
        assert shown.pictures
    assert set(plots.SAYS) == set(VIEWS)


@every_item
def test_variants_are_the_same_for_everyone_and_the_next_has_other_numbers(bank, item):
    assert bank.draw(item, 5) == bank.draw(item, 5)
    if len(variants(bank, item)) > 1:
        assert all(bank.draw(item, n).numbers != bank.draw(item, n + 1).numbers for n in range(5))


def test_every_misconception_is_met_by_two_questions():
    for b in BANKS:
        for name in b.beliefs:
            assert sum(name in item.misconceptions for item in b.items) >= 2, name
            assert sum(name in spoken(item) for item in b.items) >= 2, f"{name}: no answer tells that it is believed"


def spoken(item):
    """The misconceptions that some answer to it tells of."""
    parts = [item, *getattr(item, "options", []), *getattr(item, "rules", [])]
    return {getattr(part, "misconception", None) for part in parts}


LEFT_OUT = {
    "recurrent networks": r"recurrent|forget gate|lstm",
    "optimizers other than plain gradient descent": r"adam",
    "number formats": r"float\d+|16 bits|32 bits|number formats?",
    "programs in PyTorch or NumPy": r"import torch|import numpy",
}


@every_item
def test_a_question_that_speaks_of_what_the_lesson_leaves_out_says_that_it_goes_beyond_it(bank, item):
    options = [option.says for option in getattr(item, "options", [])]
    asked = " ".join([item.stem, item.code, *options]).casefold()
    needs = {topic for topic, words in LEFT_OUT.items() if re.search(rf"\b({words})\b", asked)}
    assert set(LEFT_OUT) == set(load(bank.slug).front.left_out)
    assert item.beyond in needs if needs else item.beyond == ""


WORDS = ("recurrent", "forget gate", "float16", "softmax", "cross-entropy", "adam")


@every_item
def test_a_word_that_a_question_needs_is_explained_in_its_section_or_where_it_points_to(bank, item):
    sections = {section.anchor: section for section in load(bank.slug).sections}
    told = [s for s in sections.values() if s.anchor == item.section or f"*{s.title}*" in item.explain]
    text = " ".join(part for section in told for _, block in section.blocks for part in block.texts()).casefold()
    asked = f"{item.stem} {item.code}".casefold()
    missing = [word for word in WORDS if re.search(rf"\b{word}\b", asked) and word not in text]
    assert missing == []


def test_how_many_statements_are_true_cannot_be_known_beforehand(lab):
    true = {len(b.draw(item, 0).key(lab)) for b, item in ITEMS if isinstance(item, Kprim)}
    assert true >= {1, 2, 3}


def test_the_bank_is_as_large_and_as_varied_as_we_say():
    items = [item for _, item in ITEMS]
    assert len(items) >= 50
    assert {item.type for item in items} == {"single", "multiple", "kprim", "order", "match", "numeric", "pick"}
    assert sum(bool(item.plot) for item in items) >= 12
    assert sum(bool(item.code) for item in items) >= 4
    assert all(item.hints for item in items)
    assert all(item.shows or item.plot for item in items if item.type != "numeric" or item.key in READINGS)


def test_one_plot_in_four_is_of_a_healthy_network(lab):
    plotted = [(b, item) for b, item in ITEMS if item.plot]
    healthy = [item.id for b, item in plotted if b.draw(item, 0).key(lab) in ("healthy", "level")]
    assert len(healthy) >= len(plotted) / 4, healthy


def test_every_key_function_is_used():
    used = {name for _, item in ITEMS for name in (item.key, *item.works_out.values())}
    used |= {rule.equals for _, item in ITEMS for rule in getattr(item, "rules", [])}
    assert set(KEYS) <= used


@every_item
def test_typing_the_key_with_three_digits_is_right(bank, item, lab):
    if isinstance(item, Numeric) and item.tolerance:
        for variant in variants(bank, item):
            typed = f"{variant.key(lab):.3g}"
            assert grade(variant, typed, lab).verdict == "right"
            assert math.isfinite(parse(typed))
