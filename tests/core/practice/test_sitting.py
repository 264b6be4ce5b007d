import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.practice.sitting import KINDS, LENGTH, Sitting, Turn, from_query, mixed
from core.questions.bank import bank, slugs

BANK = bank(slugs()[0])


def some_answer(variant):
    item = variant.item
    if item.type == "numeric":
        return "−0.5"
    if item.type == "pick":
        return "1"
    ids = [option.id for option in variant.options]
    if item.type == "match":
        return "+".join(f"{row}={next(iter(item.partners))}" for row in ids)
    return {"order": ">".join(ids), "multiple": "+".join(ids[:2]), "kprim": "-"}.get(item.type, ids[0])


def finished(sitting):
    for n in range(len(sitting.asked(BANK))):
        sitting = sitting.answered(Turn(some_answer(sitting.asked(BANK)[n]), 1 + n % 3, n % 2))
    return sitting


@pytest.mark.parametrize("kind", ["mixed", "test"])
def test_a_sitting_travels_in_a_link(kind):
    sitting = finished(Sitting(kind, 12345))
    assert len(sitting.turns) == LENGTH
    assert from_query(sitting.query(), BANK) == sitting


@pytest.mark.parametrize("concept", BANK.concepts)
def test_every_concept_can_be_practised(concept):
    sitting = finished(Sitting("concept", 3, concept))
    assert {variant.item.concept for variant in sitting.asked(BANK)} == {concept}
    assert from_query(sitting.query(), BANK) == sitting


def test_asking_for_another_one_brings_the_same_item_with_other_numbers_next():
    sitting = Sitting("mixed", 1)
    number = next(n for n, item in enumerate(sitting.planned(BANK)) if item.params)
    for _ in range(number + 1):
        sitting = sitting.answered(Turn(some_answer(sitting.asked(BANK)[len(sitting.turns)])))
    again = sitting.once_more()
    before, after = again.asked(BANK)[number : number + 2]
    assert after.item == before.item
    assert after.numbers != before.numbers
    assert again.second_try(number + 1)
    assert not sitting.second_try(number + 1)
    assert len(again.asked(BANK)) == len(sitting.asked(BANK)) + 1
    assert from_query(again.query(), BANK) == again


def test_mixed_practice_mixes():
    for seed in range(50):
        items = mixed(BANK, seed)
        assert len({item.id for item in items}) == LENGTH
        concepts = [item.concept for item in items]
        assert len(set(concepts)) >= min(LENGTH, len(BANK.concepts)) - 1
        assert all(a != b for a, b in itertools.pairwise(concepts))
    assert mixed(BANK, 1) != mixed(BANK, 2)


def test_questions_that_are_alike_do_not_come_together():
    alike = Counter(item.alike for item in BANK.items if item.alike)
    assert min(alike.values()) > 1, "a word for one question only is a slip of the pen"
    came = set()
    for seed in range(1000):
        items = mixed(BANK, seed)
        words = [item.alike for item in items if item.alike]
        assert len(set(words)) == len(words)
        came |= {item.id for item in items}
    assert came == {item.id for item in BANK.items}


def test_an_answer_that_does_not_fit_ends_what_is_restored():
    sitting = finished(Sitting("mixed", 5))
    query = sitting.query()
    parts = query["answers"].split("~")
    parts[4] = "30.%00nobody"
    assert from_query(query | {"answers": "~".join(parts)}, BANK).turns == sitting.turns[:4]


def test_more_answers_than_questions_are_left_out():
    sitting = finished(Sitting("mixed", 5))
    query = sitting.query()
    assert from_query(query | {"answers": query["answers"] + "~20.x"}, BANK) == sitting


QUERIES = st.fixed_dictionaries(
    {"practise": st.sampled_from([*KINDS, "", "x"])},
    optional={"seed": st.text(max_size=12), "topic": st.text(max_size=20), "answers": st.text(max_size=60)},
)


@given(QUERIES)
def test_nonsense_in_a_link_gives_a_sitting_that_can_go_on(query):
    sitting = from_query(query, BANK)
    assert (sitting is None) == (query["practise"] not in KINDS)
    if sitting:
        assert len(sitting.asked(BANK)) >= len(sitting.turns)
        assert from_query(sitting.query(), BANK) == sitting


@given(st.text(min_size=1, max_size=40), st.integers(1, 3), st.integers(0, 9), st.booleans())
def test_a_turn_reads_back(answer, confidence, hints, again):
    turn = Turn(answer, confidence, hints, again)
    assert Turn.read(turn.write()) == turn


@pytest.mark.parametrize("kind", ["mixed", "test", "concept", "review"])
def test_what_goes_beyond_the_lesson_can_be_left_out_and_the_link_says_so(kind):
    beyond = {item.id for item in BANK.items if item.beyond}
    topic = {"concept": "training", "review": "+".join(item.id for item in BANK.items[:40])}.get(kind, "")
    for seed in range(30):
        kept = Sitting(kind, seed, topic, taught=True)
        assert not beyond & {variant.item.id for variant in kept.asked(BANK)}
        assert from_query(finished(kept).query(), BANK) == finished(kept)
    assert any(beyond & {variant.item.id for variant in Sitting(kind, n, topic).asked(BANK)} for n in range(30))


def test_a_concept_that_the_lesson_leaves_out_has_nothing_to_ask_then():
    assert Sitting("concept", 1, "sequences", taught=True).asked(BANK) == []
    assert "sequences" not in BANK.taught().concepts
