"""Imported questions are questions like ours, but for their answers, which are given."""

import shutil

import pytest

from core.authoring import Mistake
from core.lessons.library import ROOT
from core.questions.bank import bank, slugs
from core.questions.exchange.gift import suited, write
from core.questions.exchange.gift_reader import read
from core.questions.exchange.given import to_yaml
from core.questions.exchange.portable import Answer, Portable
from core.questions.exchange.solving import portable
from core.questions.grading import grade
from core.questions.items import GIVEN

SLUG = slugs()[0]
GIFT = r"""
::Prime::Is 7 prime? {T#It is.#Yes.}

Which are even? {~%50%2 ~%50%4 ~%-100%3#no, odd}

Which one is *big*? {=$10^9$#yes ~$10^\{-9\}$#tiny}

How much? {#3:0.3#yes =%0%30:1#ten times too much}

Nothing at all? {#0}

Match {=cat -> meows =dog -> barks = -> moos}
"""
RIGHT = ["option-1", "option-1+option-2", "option-1", "3.1", "0", "row-1=partner-1+row-2=partner-2"]
WRONG = ["option-2", "option-3", "option-2", "30.5", "0.1", "row-1=partner-3+row-2=partner-2"]
ONE = """
  - id: q
    type: {type}
    concept: c
    misconceptions: []
    section: ''
    stem: s
    explain: ''
"""
OPTIONS = "    options: [{id: a, says: A, reply: ''}, {id: b, says: B, reply: ''}]\n"


@pytest.fixture
def root(tmp_path):
    """A folder of lessons with the first of ours, but for its quiz."""
    shutil.copy(ROOT / "misconceptions.yaml", tmp_path)
    (tmp_path / SLUG / "quiz").mkdir(parents=True)
    for name in ("lesson.md", "experiments.yaml", "media"):
        (tmp_path / SLUG / name).symlink_to(ROOT / SLUG / name)
    return tmp_path


def written(root, text):
    (root / SLUG / "quiz" / "imported.yaml").write_text(text, encoding="utf-8")
    return bank(SLUG, root)


def test_a_gift_file_becomes_a_quiz_that_grades_as_the_file_says(root, lab):
    text, left_out = to_yaml(read(GIFT).questions)
    assert not left_out
    imported = written(root, text)
    for item, right, wrong in zip(imported.items, RIGHT, WRONG, strict=True):
        variant = imported.draw(item, 0)
        assert item.key == GIVEN
        assert grade(variant, right, lab).verdict == "right", item.id
        assert grade(variant, wrong, lab).verdict == "wrong", item.id
    assert grade(imported.draw(imported.items[3], 0), "30.5", lab).reply == "ten times too much"


def test_an_imported_question_goes_out_again_as_it_came(root, lab):
    came = read(GIFT).questions
    imported = written(root, to_yaml(came)[0])
    out = read(write([portable(imported, imported.draw(item, 0), lab) for item in imported.items], "T")).questions
    for before, after in zip(
        came, sorted(out, key=lambda one: [i.id for i in imported.items].index(one.id)), strict=True
    ):
        assert set(after.choices) == set(suited(before).choices)
        assert set(after.pairs) == set(suited(before).pairs)
        assert after.stem == before.stem
        for was, now in zip((*before.numbers[:1], *before.wrong), (*after.numbers[:1], *after.wrong), strict=True):
            assert (now.value, now.tolerance) == pytest.approx((was.value, was.tolerance), rel=1e-5)
        assert [now.reply for now in after.wrong] == [was.reply for was in before.wrong]


def test_all_of_our_own_questions_load_with_their_answers_given(root, solved, lab):
    first = [one for one in solved if one.variant == 0]
    text, left_out = to_yaml(first, section="the-core-problem", misconceptions=["M1"])
    assert not left_out
    imported = written(root, text)
    for item, before in zip(imported.items, first, strict=True):
        after = portable(imported, imported.draw(item, 0), lab)
        assert {c.text for c in after.choices if c.right} == {c.text for c in before.choices if c.right}
        assert {(p.row, p.partner) for p in after.pairs} == {(p.row, p.partner) for p in before.pairs}
        assert [n.value for n in after.numbers[:1]] == [n.value for n in before.numbers[:1]]


def test_an_id_that_is_taken_is_not_given_again(root):
    text, _ = to_yaml(read(GIFT).questions, taken={"prime"})
    assert written(root, text).items[0].id == "prime-2"


def test_what_would_not_load_is_left_out_in_words():
    three = Portable(id="three", kind="kprim", stem="?", choices=[Answer(text=text) for text in "abc"])
    text, left_out = to_yaml([three])
    assert "items: []" in text
    assert left_out[0].name == "three"
    assert left_out[0].why.startswith("options: ")


@pytest.mark.parametrize(
    ("type_", "answer", "said"),
    [
        ("single", "    answer: a\n" + OPTIONS, "right answers are computed here"),
        ("numeric", "    answer: 3\n    scale: relative\n    tolerance: 0.1\n", "right answers are computed here"),
        (
            "numeric",
            "    key: sigmoid_slope\n    scale: relative\n    tolerance: 0\n    rules: [{number: 3, say: no}]\n",
            "right answers are computed here",
        ),
        ("single", "    key: slowest_layer\n" + OPTIONS, "section or misconceptions is empty"),
    ],
)
def test_in_our_own_files_nothing_is_given(root, type_, answer, said):
    with pytest.raises(Mistake, match=said) as caught:
        written(root, "items:" + ONE.replace("{type}", type_) + answer)
    assert caught.value.place.endswith("quiz/imported.yaml:2")


@pytest.mark.parametrize(
    ("type_", "answer", "said"),
    [
        ("single", OPTIONS, "one right answer"),
        ("single", "    answer: a\n    key: slowest_layer\n" + OPTIONS, "one right answer"),
        ("single", "    answer: x\n" + OPTIONS, "does not fit the options"),
        ("single", "    answer: [a]\n" + OPTIONS, "answer: "),
        ("multiple", "    answer: []\n" + OPTIONS, "answer: "),
        ("multiple", "    answer: [a, x]\n" + OPTIONS, "does not fit the options"),
        ("match", "    answer: {a: x}\n    partners: {x: X, y: Y}\n" + OPTIONS, "does not fit the options"),
        ("match", "    answer: {a: x, b: z}\n    partners: {x: X, y: Y}\n" + OPTIONS, "no partner called 'z'"),
        ("numeric", "    answer: .nan\n    scale: relative\n    tolerance: 0.1\n", "answer: "),
        (
            "numeric",
            "    answer: 3\n    scale: relative\n    tolerance: 0\n    rules: [{number: 3, equals: sigmoid, say: n}]\n",
            "a rule recognises one",
        ),
        ("numeric", "    answer: 3\n    scale: relative\n    tolerance: 0\n    rules: [{say: no}]\n", "recognises one"),
    ],
)
def test_an_answer_that_cannot_be_is_a_mistake_with_its_place(root, type_, answer, said):
    with pytest.raises(Mistake, match=said):
        written(root, "imported: true\nitems:" + ONE.replace("{type}", type_) + answer)


def test_imported_questions_are_known_as_such(root):
    assert written(root, to_yaml(read(GIFT).questions)[0]).imported >= {"prime", "which-are-even"}


@pytest.mark.parametrize(
    ("between", "said"), [("[[2, 4]]", "right answers are computed here"), ("[[4, 2]]", "no number lies in this range")]
)
def test_ranges_are_given_only_in_imported_files_and_the_right_way_round(root, between, said):
    item = f"    key: sigmoid_slope\n    scale: relative\n    tolerance: 0\n    between: {between}\n"
    with pytest.raises(Mistake, match=said):
        written(root, "items:" + ONE.replace("{type}", "numeric") + item)
