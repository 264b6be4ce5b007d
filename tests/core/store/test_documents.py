"""What a learner takes away can be brought back, and nothing else can be brought in."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from core.errors import Fixable
from core.store import Card, Store
from tests.core.store.children import attempt, learner

ANN, BEN = learner(1), learner(2)
MONDAY = datetime(2026, 11, 16, 9, 30, 15, 123456, tzinfo=UTC)
SOME = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
quick = settings(max_examples=60, deadline=None, suppress_health_check=SOME)


def fill(store, who):
    for number in range(6):
        sent = attempt(f"a{number}", f"item-{number % 4}", answer="-6.02", at=MONDAY + timedelta(hours=number))
        store.record_review(who, sent, Card(f"t{number}", {"step": number}, MONDAY, number, at=MONDAY))
    store.remember(who, "settings", {"dark": True, "gain": 1e-300, "text": "−6 \U0001f600\x00"})


def test_what_was_exported_and_deleted_comes_back_the_same(store):
    fill(store, ANN)
    before = store.export(ANN)
    store.delete(ANN)
    store.import_(ANN, json.loads(json.dumps(before)))
    assert store.export(ANN) == before
    assert store.attempts(ANN)[0].first


@pytest.mark.parametrize("written", [json.dumps, lambda d: json.dumps(d).encode(), lambda d: d])
def test_text_bytes_and_values_can_be_imported(store, written):
    fill(store, ANN)
    store.import_(BEN, written(store.export(ANN)))
    assert store.export(BEN) == store.export(ANN)


def test_importing_twice_changes_nothing(store):
    fill(store, ANN)
    exported = store.export(ANN)
    store.import_(ANN, exported)
    store.import_(ANN, exported)
    assert store.export(ANN) == exported


def test_an_export_does_not_say_who_it_is_from(store):
    fill(store, ANN)
    assert ANN not in json.dumps(store.export(ANN))


def test_after_merging_the_earliest_answer_is_the_first(store):
    store.record(BEN, attempt("phone", at=MONDAY))
    store.record(ANN, attempt("laptop", at=MONDAY + timedelta(days=1)))
    store.import_(ANN, store.export(BEN))
    assert {kept.id: kept.first for kept in store.attempts(ANN)} == {"phone": True, "laptop": False}


@pytest.mark.parametrize("days", [-1, 1])
def test_of_two_versions_the_later_one_stays(store, days):
    other = MONDAY + timedelta(days=days)
    store.record_review(ANN, attempt("a"), Card("t", {"of": "here"}, MONDAY, 1, at=MONDAY))
    note = {"scope": "s", "key": "k", "value": "there", "at": other.isoformat()}
    brought = {"format": "vanishing-point-learner", "version": 1, "notes": [note],
               "cards": [{"template": "t", "state": {"of": "there"}, "due": other.isoformat(), "reviews": 9,
                          "at": other.isoformat()}]}  # fmt: skip
    store.import_(ANN, brought)
    assert store.cards(ANN)[0].state == {"of": "here" if days < 0 else "there"}
    assert store.recall(ANN, "s") == {"k": "there"}
    store.remember(ANN, "s", {"k": "here"})
    store.import_(ANN, brought)
    assert store.recall(ANN, "s") == {"k": "here"}


def test_a_table_is_safe_in_a_spreadsheet_and_the_document_is_exact(store):
    for number, answer in enumerate(["=1+1", "-6.02", "+3", "@x", "\t=1", 'a "b", c\nd']):
        store.record(ANN, attempt(str(number), f"i{number}", answer=answer, misconceptions=("M2", "M21")))
    rows = list(csv.DictReader(io.StringIO(store.export_csv(ANN))))
    assert [row["answer"] for row in rows] == ["'=1+1", "'-6.02", "'+3", "'@x", "'\t=1", 'a "b", c\nd']
    assert rows[0]["misconceptions"] == "M2 M21"
    assert store.export(ANN)["attempts"][1]["answer"] == "-6.02"


GOOD = {"id": "a", "item": "slope", "answer": "x", "verdict": "right", "at": "2026-11-16T09:30:00Z"}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"verdict": "maybe"}, "attempts no. 1 verdict"),
        ({"confidence": 4}, "confidence"),
        ({"at": "2026-11-16T09:30:00"}, "at"),
        ({"at": "9999-12-31T23:59:59-12:00"}, "at"),
        ({"hints": -1}, "hints"),
        ({"version": 2**31}, "version"),
        ({"seconds": -1}, "seconds"),
        ({"answer": "nul \x00"}, "answer"),
        ({"misconceptions": "M2"}, "misconceptions"),
        ({"item": ""}, "item"),
    ],
)
def test_a_changed_document_is_refused_with_the_place_of_the_mistake(file_store, change, place):
    document = {"format": "vanishing-point-learner", "version": 1, "attempts": [GOOD | change]}
    with pytest.raises(Fixable, match=place) as refused:
        file_store.import_(ANN, document)
    assert "My data" in refused.value.remedy
    assert file_store.export(ANN)["attempts"] == []


@pytest.mark.parametrize(
    "document",
    ["", b"\xff\xfe", "{", "[1e999]", "NaN", "[" * 100_000, None, 3, {1, 2}, {"format": "another", "version": 1},
     {"format": "vanishing-point-learner", "version": 2}, {"format": "vanishing-point-learner"}, "\ud800",
     {"format": "vanishing-point-learner", "version": 1, "more": 1}],
)  # fmt: skip
def test_what_is_no_export_is_refused_in_words(file_store, document):
    with pytest.raises(Fixable, match="not an export of this app"):
        file_store.import_(ANN, document)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
TEXT = st.text(min_size=1, max_size=20) | st.text(st.characters(), max_size=20)


def mostly(strategy):
    return st.one_of(*[strategy] * 9, JSON)


THIS_CENTURY = st.datetimes(datetime(2001, 1, 1), datetime(2098, 1, 1), timezones=st.timezones())  # noqa: DTZ001
TIMES = (THIS_CENTURY | THIS_CENTURY | st.datetimes(timezones=st.timezones())).map(datetime.isoformat)
ATTEMPTS = st.fixed_dictionaries(
    {"id": mostly(TEXT), "item": mostly(TEXT), "answer": mostly(TEXT), "verdict": st.sampled_from(["right", "wrong"])},
    optional={"seconds": mostly(st.floats()), "at": mostly(TIMES), "version": mostly(st.integers()),
              "misconceptions": mostly(st.lists(TEXT, max_size=3)), "confidence": st.integers(0, 4),
              "first": JSON},
)  # fmt: skip
NOTES = st.fixed_dictionaries({"scope": mostly(TEXT), "key": mostly(TEXT), "value": JSON}, optional={"at": TIMES})
CARDS = st.fixed_dictionaries(
    {"template": mostly(TEXT), "state": JSON, "due": mostly(TIMES)}, optional={"reviews": mostly(st.integers())}
)
DOCUMENTS = st.fixed_dictionaries(
    {"format": st.just("vanishing-point-learner"), "version": st.just(1)},
    optional={"attempts": mostly(st.lists(ATTEMPTS, max_size=3)), "notes": mostly(st.lists(NOTES, max_size=3)),
              "cards": mostly(st.lists(CARDS, max_size=3))},
)  # fmt: skip


@quick
@given(document=JSON | st.text() | st.binary() | DOCUMENTS | DOCUMENTS | DOCUMENTS.map(json.dumps))
def test_whatever_is_imported_is_kept_or_refused_in_words(store, document):
    store.delete(ANN)
    try:
        store.import_(ANN, document)
        event("kept")
    except Fixable as refusal:
        assert type(refusal) is Fixable, refusal
    exported = store.export(ANN)
    store.import_(BEN, json.dumps(exported))
    assert store.export(ANN) == exported
    store.delete(BEN)


@quick
@given(answer=st.text(st.characters(), max_size=50), value=JSON)
def test_whatever_is_recorded_is_kept_or_refused_in_words(store, answer, value):
    store.delete(ANN)
    try:
        store.record(ANN, attempt("a", answer=answer))
        assert store.attempts(ANN)[0].answer == answer
        store.remember(ANN, "s", {"k": value})
        assert json.dumps(store.recall(ANN, "s")["k"]) == json.dumps(value)
    except Fixable as refusal:
        assert type(refusal) is Fixable, refusal


def test_a_document_with_a_thousand_answers_is_merged_in_one_go(url):
    store = Store.open(url)
    many = [GOOD | {"id": str(n), "item": f"i{n % 40}"} for n in range(1000)]
    store.import_(ANN, {"format": "vanishing-point-learner", "version": 1, "attempts": many})
    assert sum(kept.first for kept in store.attempts(ANN)) == 40
    store.close()
