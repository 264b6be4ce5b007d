"""What goes in comes out, once, whichever database keeps it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import inspect

from core.errors import Fixable
from core.store import AnswerTally, Card, ItemTally, Score
from core.store.tables import METADATA
from tests.core.store.children import attempt, learner

ANN, BEN = learner(1), learner(2)
MONDAY = datetime(2026, 11, 16, 9, 30, 15, 123456, tzinfo=UTC)


def card(template="chain", due=MONDAY, reviews=1, at=MONDAY):
    return Card(template, {"stability": 2.3065, "step": None}, due, reviews, at)


def test_an_attempt_comes_back_as_it_was(store):
    sent = attempt("a", verdict="wrong", answer="−6,02 \U0001f600", version=3, number=7, confidence=2, hints=1,
                   seconds=12.345678901234567, mode="review", misconceptions=("M2", "M21"), at=MONDAY)  # fmt: skip
    assert store.record(ANN, sent)
    (kept,) = store.attempts(ANN)
    assert kept == replace(sent, first=True)
    assert kept.at.tzinfo is UTC


def test_sending_twice_stores_once(store):
    assert [store.record(ANN, attempt("a")), store.record(ANN, attempt("a", answer="another"))] == [True, False]
    assert [kept.answer for kept in store.attempts(ANN)] == ["0.25"]


def test_two_learners_may_send_the_same_id(store):
    assert store.record(ANN, attempt("a"))
    assert store.record(BEN, attempt("a"))


def test_only_the_first_answer_to_an_item_is_the_first(store):
    for name, item in [("a", "slope"), ("b", "slope"), ("c", "bound"), ("a", "slope")]:
        store.record(ANN, attempt(name, item))
    store.record(BEN, attempt("d"))
    assert {kept.id: kept.first for kept in store.attempts(ANN)} == {"a": True, "b": False, "c": True}
    assert store.attempts(BEN)[0].first


def test_of_answers_sent_at_once_exactly_one_is_the_first(store):
    threads = [Thread(target=store.record, args=(ANN, attempt(f"a{number}"))) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [kept.first for kept in store.attempts(ANN)].count(True) == 1
    assert len(store.attempts(ANN)) == 40


def test_a_review_keeps_attempt_and_card(store):
    store.record_review(ANN, attempt("a"), card())
    assert store.cards(ANN) == [card()]
    assert len(store.attempts(ANN)) == 1


def test_a_review_sent_twice_moves_its_card_once(store):
    store.record_review(ANN, attempt("a"), card())
    assert not store.record_review(ANN, attempt("a"), card(reviews=2))
    assert store.cards(ANN) == [card()]


def test_a_review_that_fails_half_way_leaves_nothing(store, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError

    monkeypatch.setattr("core.store.statements.put", broken)
    with pytest.raises(RuntimeError):
        store.record_review(ANN, attempt("a"), card())
    assert not store.attempts(ANN)


def test_due_cards_come_in_order_of_time(store):
    for number, template in enumerate(["later", "soon", "now"]):
        store.record_review(ANN, attempt(template), card(template, MONDAY + timedelta(days=2 - number)))
    assert [c.template for c in store.due(ANN, MONDAY + timedelta(days=1, seconds=1))] == ["now", "soon"]
    assert store.due(ANN, MONDAY) == []
    assert store.due(BEN, MONDAY + timedelta(days=99)) == []


def test_a_scope_is_remembered_changed_and_forgotten(store):
    store.remember(ANN, "lesson-1", {"section": 3, "guess": None, "open": [1, {"deep": 1e-300}]})
    store.remember(ANN, "lesson-1", {"section": 4})
    store.remember(ANN, "settings", {"dark": True})
    assert store.recall(ANN, "lesson-1") == {"section": 4, "guess": None, "open": [1, {"deep": 1e-300}]}
    store.forget(ANN, "lesson-1")
    assert (store.recall(ANN, "lesson-1"), store.recall(ANN, "settings")) == ({}, {"dark": True})


@pytest.mark.parametrize("value", [0.0, -0.0, 1, 1.0, 2**70, 1e-300, 1e300, "0.0", "1e5", None, True, [], "null"])
def test_a_bare_value_comes_back_exactly(store, value):
    store.remember(ANN, "lesson-1", {"guess": value})
    assert repr(store.recall(ANN, "lesson-1")["guess"]) == repr(value)


def test_remembering_nothing_is_no_mistake(store):
    store.remember(ANN, "lesson-1", {})
    assert store.recall(ANN, "lesson-1") == {}


@pytest.mark.parametrize("text", ["nul \x00", "half \ud800 a character", "x" * 10_001])
def test_what_a_database_cannot_keep_is_refused_in_words(store, text):
    with pytest.raises(Fixable, match="ordinary characters"):
        store.record(ANN, attempt("a", answer=text))
    store.record(ANN, attempt("b"))


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, object(), "half \ud800"])
def test_what_is_not_json_is_not_remembered(store, value):
    with pytest.raises(Fixable):
        store.remember(ANN, "lesson-1", {"guess": value})


def test_deleting_removes_everything_of_one_learner(store):
    for who in (ANN, BEN):
        store.record_review(who, attempt("a"), card())
        store.remember(who, "settings", {"dark": True})
    kept = store.export(BEN)
    store.delete(ANN)
    assert (store.attempts(ANN), store.cards(ANN), store.recall(ANN, "settings")) == ([], [], {})
    assert store.export(BEN) == kept


def test_whoever_was_away_for_half_a_year_is_forgotten(store):
    store.record(ANN, attempt("a"))
    today = datetime.now(UTC)
    assert store.purge(today + timedelta(days=180)) == 0
    assert store.purge(today + timedelta(days=181)) == 1
    assert store.attempts(ANN) == []


def test_whoever_came_back_is_kept(store):
    store.record(ANN, attempt("a"))
    with store._connections.writing() as connection:
        connection.exec_driver_sql("UPDATE learner SET last_seen = '2026-01-01', created = '2026-01-01'")
    store.remember(ANN, "settings", {"dark": True})
    assert store.purge(datetime.now(UTC)) == 0


def test_only_days_are_kept_of_a_visit(store):
    store.record(ANN, attempt("a"))
    with store._connections.reading() as connection:
        ((created, last_seen),) = connection.exec_driver_sql("SELECT created, last_seen FROM learner")
    assert len(str(created)) == len(str(last_seen)) == len("2026-11-22")


def test_first_attempts_are_counted_by_item_and_answer(store):
    for number, (verdict, answer, confidence) in enumerate(
        [("right", "b", 3), ("wrong", "a", 3), ("wrong", "a", 1), ("wrong", "c", None)]
    ):
        store.record(learner(number), attempt("1", "slope", verdict, answer, confidence=confidence))
        store.record(learner(number), attempt("2", "slope", "right", "b", confidence=3))  # not the first any more
    store.record(ANN, attempt("3", "bound", "right", "x", version=2))
    assert store.tallies() == [ItemTally("bound", 2, 1, 1, 0, 0), ItemTally("slope", 1, 4, 1, 2, 1)]
    assert store.answers("slope") == [
        AnswerTally("slope", 1, "a", False, 2),
        AnswerTally("slope", 1, "b", True, 1),
        AnswerTally("slope", 1, "c", False, 1),
    ]


def test_scores_set_an_answer_against_the_other_items(store):
    for who, marks in {1: "rrw", 2: "rww", 3: "wrr", 4: "r"}.items():
        for item, mark in zip("ABC", marks, strict=False):
            store.record(learner(who), attempt(item, item, {"r": "right", "w": "wrong"}[mark], mark))
    assert set(store.scores("A")) == {
        Score("A", 1, "r", True, 1, 2, 1),
        Score("A", 1, "r", True, 0, 2, 1),
        Score("A", 1, "w", False, 2, 2, 1),
        Score("A", 1, "r", True, 0, 0, 1),
    }
    assert sum(score.learners for score in store.scores()) == 10


def test_statistics_of_an_empty_store_are_empty(store):
    assert (store.tallies(), store.answers("slope"), store.scores()) == ([], [], [])


def test_the_migrations_make_the_tables_that_the_code_expects(store):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with store._connections.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert {"attempt_first", "attempt_of_item"} == {i["name"] for i in inspect(connection).get_indexes("attempt")}
