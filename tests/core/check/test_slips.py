"""What the check of foreseen slips says, and where it says nothing."""

import pytest
from pydantic import TypeAdapter

from core.check.slips import mistakes
from core.questions.bank import Bank
from core.questions.items import Item

ITEM = {
    "id": "power", "type": "numeric", "concept": "c", "misconceptions": [], "section": "", "stem": "", "explain": "",
    "params": {"r": [0.5], "L": [20]}, "scale": "log10", "tolerance": 0.05, "key": "power_log10",
}  # fmt: skip
NATURAL, ADDED, ONE = (
    {"equals": "power_ln", "say": "Natural."}, {"equals": "added_log10", "say": "Added."},
    {"equals": "one_factor_log10", "say": "One."},
)  # fmt: skip


def found(*rules, **more):
    item = TypeAdapter(Item).validate_python(ITEM | {"rules": rules} | more)
    return [one.kind for one in mistakes(Bank(slug="s", items=(item,), experiments={}, beliefs={}))]


def test_three_slips_with_replies_of_their_own_are_enough():
    assert found(NATURAL, ADDED, ONE) == []


@pytest.mark.parametrize("rules", [(), (NATURAL, ADDED), (NATURAL, ADDED, ONE | {"say": "Added."})])
def test_fewer_slips_or_one_reply_for_two_are_objected_to(rules):
    assert found(*rules) == ["few-slips"]


def test_a_slip_that_is_right_in_some_draw_is_found():
    assert found(NATURAL, ADDED, ONE, params={"r": [0.5], "L": [1, 20]}) == ["slip-taken-for-another"] * 3
    assert found(NATURAL, ADDED, ONE, params={"r": [1, 0.5], "L": [20]}) == ["slip-taken-for-another"] * 3


def test_two_slips_that_are_the_same_number_are_found():
    same = {"equals": "power_positive", "say": "Sign."}, {"equals": "relu_lecun_squared", "say": "Squared."}
    assert found(NATURAL, ADDED, ONE, *same) == ["slip-taken-for-another"]


def test_imported_questions_may_foresee_what_they_like():
    item = TypeAdapter(Item).validate_python(ITEM)
    bank = Bank(slug="s", items=(item,), experiments={}, beliefs={}, imported=frozenset({"power"}))
    assert list(mistakes(bank)) == []
