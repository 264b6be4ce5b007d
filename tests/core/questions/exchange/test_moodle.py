"""What is written is read again by another parser, which knows Moodle's format and nothing of ours."""

import base64
import re

import pytest
from lxml import etree

from core.questions.exchange.folding import asked, explained
from core.questions.exchange.markup import html, plain
from core.questions.exchange.moodle import shares, suited, write

FRACTIONS = {
    100,
    90,
    83.33333,
    80,
    75,
    70,
    66.66667,
    60,
    50,
    40,
    33.33333,
    30,
    25,
    20,
    16.66667,
    14.28571,
    12.5,
    11.11111,
    10,
    5,
    0,
}  # fmt: skip  those that Moodle knows


@pytest.fixture(scope="session")
def read(solved):
    root = etree.fromstring(write(solved, "Vanishing / Point"))
    return [parsed(question) for question in root if question.get("type") != "category"]


def parsed(question):
    def text(path, at=question):
        return at.findtext(f"{path}/text") or ""

    return {
        "type": question.get("type"),
        "name": text("name"),
        "stem": text("questiontext"),
        "file": question.findtext("questiontext/file"),
        "shown": question.findtext("generalfeedback/file"),
        "why": text("generalfeedback"),
        "idnumber": question.findtext("idnumber"),
        "single": question.findtext("single"),
        "answers": [
            (text(".", a), float(a.get("fraction")), text("feedback", a), a.findtext("tolerance"))
            for a in question.iter("answer")
            if a.get("fraction")
        ],
        "rows": [(text(".", s), s.findtext("answer/text")) for s in question.iter("subquestion")],
        "hints": [text(".", hint) for hint in question.iter("hint")],
        "tags": [text(".", tag) for tag in question.iter("tag")],
    }


def expected(one):
    """The same, worked out from the question."""
    one = suited(one)
    worth = shares(one.choices) if one.kind == "multiple" else [100.0 * choice.right for choice in one.choices]
    numbers = [(n, 100.0) for n in one.numbers] + [(n, 0.0) for n in one.wrong]
    answers = [(html(c.text), share, html(c.reply), None) for c, share in zip(one.choices, worth, strict=True)]
    answers += [(html(step.text), float(i), html(step.reply), None) for i, step in enumerate(one.steps, 1)]
    answers += [(repr(n.value), share, html(n.reply), repr(n.tolerance)) for n, share in numbers]
    types = {"match": "matching", "order": "ordering", "numeric": "numerical"}
    return {
        "type": types.get(one.kind, "multichoice"),
        "name": one.name,
        "idnumber": one.number,
        "single": {"single": "true", "multiple": "false"}.get(one.kind),
        "answers": answers,
        "rows": [(html(p.row), plain(p.partner)) for p in one.pairs] + [("", plain(text)) for text in one.spare],
        "hints": [html(hint) for hint in one.hints],
        "tags": list(one.tags),
    }


def test_every_question_comes_back_as_it_was_written(solved, read):
    assert len(read) == len(solved)
    found = {question["name"] + question["idnumber"]: question for question in read}
    for one in solved:
        question = found[one.name + one.number]
        texts = {key: question.pop(key) for key in ("stem", "file", "why", "shown")}
        assert question == expected(one), one.name
        assert texts["stem"].startswith(html(asked(suited(one))))
        assert texts["why"].startswith(html(explained(suited(one))))
        for text, file, picture in (("stem", "file", one.picture), ("why", "shown", one.shown)):
            assert bool(texts[file]) == ("<img" in texts[text]) == bool(picture)
            if picture:
                assert base64.b64decode(texts[file]).decode() == picture.svg
                assert 'src="@@PLUGINFILE@@/figure.svg" alt="' in texts[text]
                assert re.search(r"<img[^>]*></p>\n<details><summary>[^<]*</summary>\n<table>", texts[text])
        question.update(texts)


def test_all_html_is_well_formed_and_has_no_dollars_left(read):
    for question in read:
        for text in [question["stem"], question["why"], *(a[2] for a in question["answers"])]:
            tree = re.sub(r"<(img[^>]*|br|hr)>", "", text)
            etree.fromstring(f"<x>{tree}</x>")
            assert "$" not in re.sub(r"<code.*?</code>", "", text, flags=re.DOTALL)


def test_every_share_is_one_that_moodle_knows(read):
    for question in read:
        if question["type"] in {"multichoice", "numerical"}:
            assert {abs(answer[1]) for answer in question["answers"]} <= FRACTIONS
            assert sum(answer[1] for answer in question["answers"] if answer[1] > 0) >= 99.99


def test_each_number_that_we_take_for_right_is_within_what_moodle_takes(solved, read):
    for one, question in zip(
        sorted(solved, key=lambda o: o.number), sorted(read, key=lambda q: q["idnumber"]), strict=True
    ):
        if one.kind == "numeric":
            value, tolerance = float(question["answers"][0][0]), float(question["answers"][0][3])
            assert (value, tolerance) == (one.numbers[0].value, one.numbers[0].tolerance)


def test_statements_become_a_match_with_true_and_false(read):
    four = next(question for question in read if question["name"] == "four")
    assert four["type"] == "matching"
    assert {partner for _, partner in four["rows"]} == {"True", "False"}
    assert "About so: explodes" in four["why"]
    assert "layer.weight.zero_()" in four["stem"]


def test_an_order_is_an_order_only_if_there_is_but_one(read):
    types = {question["name"]: question["type"] for question in read}
    assert types["ordered"] == "ordering"
    assert types["free"] == "multichoice"


def test_variants_share_a_category_and_slashes_do_not_make_one(solved, by_id):
    root = etree.fromstring(write([*solved[:12], by_id["tiny"]], "Vanishing / Point"))
    names = [category.text for category in root.iterfind("question/category/text")]
    assert "$course$/top/Vanishing // Point/reading plots/one" in names
    assert "$course$/top/Vanishing // Point/reading plots" in names
