"""Item statistics against examples worked by hand and against what must always hold."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.store import ItemTally, Score, statistics
from core.store.statistics import CHECK_KEY, TOO_EASY, TOO_HARD, Discrimination, Share

patient = settings(deadline=None)  # the first call loads scipy


def tally(learners=100, right=50, confident=0, confident_wrong=0):
    return ItemTally("slope", 1, learners, right, confident, confident_wrong)


def test_wilson_by_hand():
    # p = 0.8, n = 10, z = 1.95996: (0.8 + z²/20 ± z sqrt(0.016 + z²/400)) / (1 + z²/10)
    z = 1.959963984540054
    middle, half, scale = 0.8 + z * z / 20, z * sqrt(0.8 * 0.2 / 10 + z * z / 400), 1 + z * z / 10
    assert statistics.share(8, 10) == pytest.approx((0.8, (middle - half) / scale, (middle + half) / scale))


def test_nobody_right_still_leaves_room_for_doubt():
    assert statistics.share(0, 20) == pytest.approx((0, 0, 0.1611), abs=1e-4)


def test_point_biserial_by_hand():
    # 50 learners: 25 right with a rest of 0.8, 15 wrong with 0.2, 10 wrong with 0.7.
    right = np.repeat([True, False, False], [25, 15, 10])
    rest = np.repeat([0.8, 0.2, 0.7], [25, 15, 10])
    # means 0.8 and 0.4; the whole has mean 0.6 and variance (25·0.04 + 15·0.16 + 10·0.01) / 50 = 0.07
    expected = (0.8 - 0.4) / sqrt(0.07) * sqrt(0.5 * 0.5)
    assert statistics.discrimination(right, rest) == pytest.approx((expected, 2 / sqrt(50), 50))


def test_choices_by_hand():
    # 100 learners with distinct rests; the best 27 answer b, the worst 27 answer a but for two c, the others b.
    rest = np.arange(100) / 100
    answers = np.array(["a"] * 25 + ["c"] * 2 + ["b"] * 73, dtype=object)
    b, a, c = statistics.choices(answers, answers == "b", rest)
    assert b == ("b", True, 1.0, 0.0, 0.73)
    assert a == pytest.approx(("a", False, 0.0, 25 / 27, 0.25))
    assert c == pytest.approx(("c", False, 0.0, 2 / 27, 0.02))


def test_groups_that_overlap_are_not_compared():
    (one,) = statistics.choices(np.array(["a"] * 60), np.ones(60, bool), np.repeat([0.0, 0.5, 1.0], [10, 40, 10]))
    assert one == ("a", True, None, None, 1.0)


@pytest.mark.parametrize(("learners", "shown"), [(9, False), (10, True)])
def test_answers_are_listed_from_ten_learners_on_whatever_else_they_have_answered(learners, shown):
    scores = [Score("slope", 1, "a", False, 1, 9, learners - 4), Score("slope", 1, "b", True, 0, 0, 4)]
    found = statistics.report(tally(learners, 4), scores, ["a", "c"])
    listed = (("a", False, None, None, 0.6), ("b", True, None, None, 0.4))
    assert found.choices == (listed if shown else ())


@pytest.mark.parametrize(("learners", "shown"), [(9, False), (10, True)])
def test_a_share_is_shown_from_ten_learners_on(learners, shown):
    assert (statistics.report(tally(learners, 5), []).facility is not None) == shown


@pytest.mark.parametrize(("learners", "shown"), [(49, False), (50, True)])
def test_comparisons_are_shown_from_fifty_learners_on(learners, shown):
    low, high = learners // 2, learners - learners // 2
    scores = [Score("slope", 1, "a", False, 1, 9, low), Score("slope", 1, "b", True, 8, 9, high)]
    found = statistics.report(tally(learners, high), scores, ["a", "c"])
    assert (found.discrimination is not None) == shown
    assert all((choice.top is not None) == shown for choice in found.choices)
    assert found.flags == (("hardly anybody chooses c",) if shown else ())


def test_whoever_has_answered_nothing_else_cannot_be_compared():
    scores = [Score("slope", 1, "b", True, 0, 0, 60), Score("slope", 1, "a", False, 1, 2, 49)]
    assert statistics.report(tally(109, 60), scores).discrimination is None


def test_other_versions_do_not_count():
    scores = [Score("slope", 2, "a", False, 0, 9, 30), Score("slope", 2, "b", True, 9, 9, 30)]
    (found,) = statistics.reports([tally()], scores, {"slope": "ab"})
    assert found.discrimination is None
    assert statistics.reports([tally()._replace(version=2)], scores)[0].discrimination.value == pytest.approx(1)


def test_confident_errors_are_a_share_of_the_confident():
    assert statistics.report(tally(confident=20, confident_wrong=5), []).confident_errors.value == 0.25
    assert statistics.report(tally(confident=9, confident_wrong=5), []).confident_errors is None


def test_flags():
    some = Share(0.5, 0.4, 0.6)
    assert statistics.flags(some, Discrimination(-0.01, 0.2, 100), []) == (CHECK_KEY,)
    assert statistics.flags(some, Discrimination(0.0, 0.2, 100), []) == ()
    assert statistics.flags(some._replace(value=0.19), None, []) == (TOO_HARD,)
    assert statistics.flags(some._replace(value=0.96), None, []) == (TOO_EASY,)
    assert statistics.flags(None, None, []) == ()


def test_options_of_a_multiple_choice_count_one_by_one():
    scores = [Score("slope", 1, "a+b", False, 1, 2, 96), Score("slope", 1, "c", True, 1, 2, 4)]
    assert statistics.report(tally(), scores, ["a", "b", "c", "d"]).flags == (
        "hardly anybody chooses c",
        "hardly anybody chooses d",
    )


@patient
@given(st.integers(10, 10_000), st.floats(0, 1))
def test_an_interval_holds_its_share(of, part):
    value, low, high = statistics.share(round(part * of), of)
    assert -1e-12 <= low <= value + 1e-12
    assert value - 1e-12 <= high <= 1 + 1e-12


LEARNERS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9)), min_size=50, max_size=120)


def arrays(learners):
    answers = np.array([answer for answer, _ in learners], dtype=object)
    return answers, answers == "a", np.array([rest / 9 for _, rest in learners])


@patient
@given(LEARNERS, st.randoms())
def test_the_order_of_learners_does_not_matter(learners, dice):
    mixed = dice.sample(learners, len(learners))
    assert statistics.choices(*arrays(learners)) == statistics.choices(*arrays(mixed))
    one, other = (statistics.discrimination(*arrays(some)[1:]) for some in (learners, mixed))
    assert one == other or one == pytest.approx(other)


@patient
@given(LEARNERS)
def test_discrimination_is_a_correlation_and_turns_with_the_key(learners):
    _, right, rest = arrays(learners)
    found = statistics.discrimination(right, rest)
    if found is not None:
        assert -1 - 1e-9 <= found.value <= 1 + 1e-9
        assert statistics.discrimination(~right, rest).value == pytest.approx(-found.value)
        assert found.value == pytest.approx(np.corrcoef(right, rest)[0, 1])


@patient
@given(LEARNERS)
def test_the_shares_of_a_group_add_up(learners):
    found = statistics.choices(*arrays(learners))
    for column in ("top", "bottom", "share"):
        parts = [getattr(choice, column) for choice in found]
        assert parts == [None] * len(parts) or sum(parts) == pytest.approx(1)
    assert sum(choice.share for choice in found) == pytest.approx(1)
