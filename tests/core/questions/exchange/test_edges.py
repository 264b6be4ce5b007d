"""What is right in a file is right here: the least number, the greatest, and nothing a hair beyond them."""

import math
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from lxml import etree
from pydantic import TypeAdapter
from ruamel.yaml import YAML

from core.questions.bank import Bank
from core.questions.exchange import gift, moodle
from core.questions.exchange.gift_reader import read
from core.questions.exchange.given import to_yaml
from core.questions.exchange.solving import portable
from core.questions.grading import grade
from core.questions.items import Item

decimals = st.decimals(-1000, 1000, places=4) | st.integers(-3000, 3000).map(Decimal)
powers = st.integers(-250, 250)
thorough = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def written(number):
    """A decimal number as somebody types it."""
    return f"{number:f}" if -8 < number.adjusted() < 12 else f"{number:E}"


def imported(text):
    """The bank that comes of a file in GIFT."""
    loaded = YAML(typ="safe").load(to_yaml(read(text).questions)[0])
    items = tuple(TypeAdapter(Item).validate_python(item) for item in loaded["items"])
    return Bank(slug="imported", items=items, experiments={}, beliefs={})


def out_and_in_again(bank, lab):
    """The same bank, once it was taken along in GIFT and brought in again."""
    return imported(gift.write([portable(bank, bank.draw(item, 0), lab) for item in bank.items], "T"))


def verdicts(bank, numbers, lab):
    variant = bank.draw(bank.items[0], 0)
    return [grade(variant, repr(number), lab).verdict for number in numbers]


def holds(text, low, high, lab):
    """Both edges are right and their outer neighbours wrong, at once and after one more journey."""
    low, high = float(low), float(high)
    beyond = [math.nextafter(low, -math.inf), math.nextafter(high, math.inf)]
    assume(all(map(math.isfinite, (low, high, *beyond))))
    for bank in ((first := imported(text)), out_and_in_again(first, lab)):
        assert verdicts(bank, [low, high, bank.items[0].answer], lab) == ["right"] * 3
        assert verdicts(bank, beyond, lab) == ["wrong"] * 2


@thorough
@given(value=decimals, tolerance=decimals.map(abs), power=powers)
@example(Decimal(7), Decimal(1), 0)
@example(Decimal(1911), Decimal(2), 0)
@example(Decimal(0), Decimal("0.05"), 0)
@example(Decimal("0.3"), Decimal("0.1"), 0)
@example(Decimal("3.14159"), Decimal("0.00001"), -9)
def test_a_margin_keeps_its_edges(lab, value, tolerance, power):
    value, tolerance = value.scaleb(power), tolerance.scaleb(power)
    holds(f"How much? {{#{written(value)}:{written(tolerance)}}}", value - tolerance, value + tolerance, lab)


@thorough
@given(value=decimals, smaller=st.integers(0, 30), tolerance=decimals.map(abs))
def test_a_margin_far_smaller_than_its_number_keeps_its_edges(lab, value, smaller, tolerance):
    tolerance = tolerance.scaleb(-smaller)
    holds(f"How much? {{#{written(value)}:{written(tolerance)}}}", value - tolerance, value + tolerance, lab)


@thorough
@given(one=decimals, other=decimals, power=powers, apart=st.integers(0, 40))
@example(Decimal("3.141"), Decimal("3.142"), 0, 0)
@example(Decimal(1), Decimal(1), 0, 20)
@example(Decimal(-5), Decimal(5), 0, 0)
def test_a_range_keeps_its_edges(lab, one, other, power, apart):
    low, high = sorted([one.scaleb(power - apart), other.scaleb(power)])
    holds(f"How much? {{#{written(low)}..{written(high)}}}", low, high, lab)


@thorough
@given(low=st.floats(-1e300, 1e300), width=st.floats(0, 1e300))
def test_a_range_of_any_floating_point_numbers_keeps_its_edges(lab, low, width):
    holds(f"How much? {{#{low!r}..{low + width!r}}}", low, low + width, lab)


@thorough
@given(value=decimals, tolerance=decimals.map(abs), power=powers)
def test_moodle_gets_numbers_that_give_the_same_edges_by_hand(lab, value, tolerance, power):
    bank = imported(f"How much? {{#{written(value.scaleb(power))}:{written(tolerance.scaleb(power))}}}")
    question = etree.fromstring(moodle.write([portable(bank, bank.draw(bank.items[0], 0), lab)], "T"))
    answer = question.find(".//answer")
    number, margin = Decimal(answer.findtext("text")), Decimal(answer.findtext("tolerance"))
    assert (float(number - margin), float(number + margin)) == bank.items[0].between[0]


@thorough
@given(value=decimals, tolerance=decimals.map(abs), power=st.integers(-40, 40))
def test_a_foreseen_mistake_is_recognised_up_to_its_edges(lab, value, tolerance, power):
    value, tolerance = value.scaleb(power), tolerance.scaleb(power)
    low, high = float(value - tolerance), float(value + tolerance)
    text = f"How much? {{#=7e200 =%0%{written(value)}:{written(tolerance)}#Nearly. ~#No.}}"
    for bank in ((first := imported(text)), out_and_in_again(first, lab)):
        variant = bank.draw(bank.items[0], 0)
        said = [grade(variant, repr(number), lab).reply for number in (low, high)]
        beyond = [math.nextafter(low, -math.inf), math.nextafter(high, math.inf)]
        assert said == ["Nearly.", "Nearly."]
        assert [grade(variant, repr(number), lab).reply for number in beyond] == ["No.", "No."]


def test_an_imported_number_is_not_right_when_it_is_only_rounded(lab):
    bank = imported("Pi to three places? {#3.141..3.142}")
    variant = bank.draw(bank.items[0], 0)
    given = {"3.141": "right", "3.142": "right", "3.14": "wrong", "3.1": "wrong", "3.1421": "wrong"}
    assert {answer: grade(variant, answer, lab).verdict for answer in given} == given


@pytest.mark.parametrize(("value", "margin"), [(n, m) for n in (0, 1, 3, 47, 1066, 1989) for m in (1, 2, 5)])
def test_a_whole_number_next_to_the_right_one_is_right_where_the_margin_says_so(lab, value, margin):
    bank = imported(f"When? {{#{value}:{margin}}}")
    inside, outside = [value - margin, value + margin], [value - margin - 1, value + margin + 1]
    assert verdicts(bank, [*inside, *outside], lab) == ["right", "right", "wrong", "wrong"]
