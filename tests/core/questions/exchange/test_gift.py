import contextlib
import pickle
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import Fixable
from core.questions.exchange.gift import suited, write
from core.questions.exchange.gift_reader import Unreadable, read
from core.questions.exchange.portable import Answer, Number, Pair, Portable

MARKS = "\\{}=~#:$%[]()<>&;lparamphtml-\n/*_ 1."
texts = (st.text(max_size=40) | st.text(alphabet=MARKS, max_size=40)).filter(lambda text: Answer(text=text).text)
numbers = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300)


def back(portable):
    result = read(write([portable], "Title"))
    assert not result.mistakes
    assert not result.notes
    return result.questions[0]


def test_every_question_comes_back_as_it_was_written(solved):
    for variant in {one.variant for one in solved}:
        written = [one for one in solved if one.variant == variant]
        result = read(write(written, "Vanishing Point"))
        assert not result.mistakes
        found = {question.number: question for question in result.questions}
        assert len(found) == len({one.number for one in written})
        for one in written:
            assert found[one.number] == suited(one), one.name


def test_a_paragraph_is_a_question_and_has_no_blank_line(solved):
    paragraphs = write(solved, "T").decode().strip().split("\n\n")
    assert len(paragraphs) == len(solved) + len({one.concept for one in solved})


def made(**fields):
    return Portable(id="q", concept="c", **fields)


@given(texts, st.lists(texts, min_size=2, max_size=5, unique_by=lambda t: Answer(text=t).text), texts, texts)
@example("$x_1$ {a}", ["%50%x", "[html]<b>"], "a#b####c", "::t:: // \\n \\\\n")
@example("//", ["->", "=T"], "~", "1")
@example("0", ["0", "$^"], "$", "0")
def test_any_text_of_a_choice_comes_back(stem, options, reply, why):
    choices = tuple(Answer(text=text, reply=reply, right=i == 0) for i, text in enumerate(options))
    for kind in ("single", "multiple"):
        question = made(kind=kind, stem=stem, explanation=why, choices=choices)
        assert back(question) == question


@given(texts, numbers, st.floats(0, 1e300), texts, texts)
@example("a", 9.1e-13, 1e-14, "b", "*")
def test_any_number_comes_back_with_its_tolerance(stem, value, tolerance, reply, otherwise):
    right, wrong = Number(value=value, tolerance=tolerance), Number(value=-value / 2, reply=reply)
    question = made(kind="numeric", stem=stem, numbers=(right, right), wrong=(wrong,), otherwise=otherwise)
    assert back(question) == question


@given(
    texts,
    st.lists(texts, min_size=2, max_size=4, unique_by=lambda t: Answer(text=t).text.replace("-&gt;", "->")),
    texts,
)
@example("a", ["x -> y", "- > [plain]"], "p -> q")
def test_any_row_and_partner_come_back(stem, rows, partner):
    pairs = (Pair(row=rows[0], partner="first"), *(Pair(row=row, partner=partner) for row in rows[1:]))
    question = suited(made(kind="match", stem=stem, pairs=pairs, spare=("spare",)))
    assert back(question) == question


@given(st.text() | st.text(alphabet=MARKS + "TF\t", max_size=200))
@example("$CATEGORY:")
@example("::a::{")
@example("q{#=1..2:3}")
@example("q {#" + "9" * 400 + "}")
@example("[html]" + "<div>" * 2000 + "{T}")
@example("// [id:a@99999999.1]\nq{T}")
def test_no_text_breaks_the_reader(text):
    with contextlib.suppress(Fixable):
        result = read(text)
        assert all(mistake.line >= 1 and mistake.remedy for mistake in result.mistakes)
        assert not read(write(result.questions, "T")).mistakes if result.questions else True


@given(st.binary(max_size=60))
def test_no_bytes_break_the_reader(data):
    with contextlib.suppress(Fixable):
        read(data)


# ---- what teachers have in their files


TEACHERS = """\ufeff// a comment
$CATEGORY: $course$/top/Networks/Deep // wide

::Colour::What lies between orange and green?{
  =yellow # right; good!
  ~red # [html]wrong, <b>it's</b> yellow
  ~[plain]bl*ue # no
  ####A *rainbow*.
}

// [id:sum] [tag:easy]
Which are even? {~%50%2 ~%50%4 ~%-100%3#no, odd}

Is 7 prime?{TRUE#But it is.#Yes.}

[markdown]Between 1 and 5? {#3:2#near ~#far}

One of two. {#=1822:0 =%50%1822:2#almost =%0%1800:5#too early}

Range {#1.5..2.5}

Match.{
  =Canada -> Ottawa
  =Italy -> Rome
  = -> Paris
}

[html]<p>With \\\\(x_1\\\\) \\= 3 a {=b ~c} follows.</p>
"""


@pytest.fixture(scope="module")
def teachers():
    return read(TEACHERS.encode())


def test_a_teachers_file_is_read(teachers):
    assert not teachers.mistakes
    kinds = ["single", "multiple", "single", "numeric", "numeric", "numeric", "match", "single"]
    assert [question.kind for question in teachers.questions] == kinds
    assert {question.concept for question in teachers.questions} == {"Deep / wide"}


def test_markup_is_read_as_it_is_marked(teachers):
    colour = teachers.questions[0]
    assert colour.id == "Colour"
    assert colour.explanation == "A \\*rainbow\\*."
    assert [(c.text, c.reply, c.right) for c in colour.choices] == [
        ("yellow", "right; good!", True),
        ("red", "wrong, **it's** yellow", False),
        ("bl\\*ue", "no", False),
    ]


def test_a_gap_in_the_text_is_kept_as_a_gap(teachers):
    assert teachers.questions[7].stem == "With $x_1$ = 3 a \\_\\_\\_\\_\\_ follows."


def test_weights_decide_what_is_right(teachers):
    several = teachers.questions[1]
    assert (several.id, several.tags) == ("sum", ("easy",))
    assert [choice.right for choice in several.choices] == [True, True, False]


def test_true_and_false_have_their_replies(teachers):
    assert [(c.text, c.reply, c.right) for c in teachers.questions[2].choices] == [
        ("True", "Yes.", True),
        ("False", "But it is.", False),
    ]


def test_numbers_have_tolerances_ranges_and_replies(teachers):
    near, dated, between = teachers.questions[3:6]
    assert near.numbers == (Number(value=3, tolerance=2, reply="near"),)
    assert near.otherwise == "far"
    assert dated.numbers == (Number(value=1822),)
    assert [number.reply for number in dated.wrong] == ["almost", "too early"]
    assert between.numbers == (Number(value=2, tolerance=0.5),)
    assert any("50 %" in note and re.match(r"Line \d+:", note) for note in teachers.notes)


def test_rows_have_partners_and_one_partner_is_spare(teachers):
    match = teachers.questions[6]
    assert [(pair.row, pair.partner) for pair in match.pairs] == [("Canada", "Ottawa"), ("Italy", "Rome")]
    assert match.spare == ("Paris",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Who? {=Grant =Lee}", "short answers"),
        ("Why? {}", "essays"),
        ("Just words.", "no answers"),
        ("a {=b ~c", "braces of this question do not match"),
        ("a } b {", "braces of this question do not match"),
        ("a {=b\n\n~c}", "braces of this question do not match"),
        ("a {=b ~c} d {=e ~f}", "two places"),
        ("{=b ~c}", "no question before"),
        ("a {~b ~c}", "no answer is right"),
        ("a {=b =c ~d}", "two answers are marked"),
        ("a {=b ~b}", "all different"),
        ("a {=b ~}", "an answer is empty"),
        ("a {#}", "no number is right"),
        ("a {#3,5}", "'3,5' is not a number"),
        ("a {#5..3}", "is not a number"),
        ("a {#1e999}", "is not a number"),
        ("a {#3:-1}", "is not a number"),
        ("a {=b -> c =d}", "no partner"),
        ("a {=b -> c}", "two or more rows"),
        ("a {=b -> c =d -> c}", "same partner"),
    ],
)
def test_what_cannot_be_read_is_answered_with_its_line_and_a_way_out(text, says):
    result = read(f"// first\n\nIs this fine? {{T}}\n\n{text}\n")
    assert len(result.questions) >= 1
    mistake = result.mistakes[0]
    assert says in mistake.problem
    assert mistake.line == 5
    assert mistake.problem.startswith("Line 5: ")
    assert mistake.remedy.endswith(".")
    assert pickle.loads(pickle.dumps(mistake)).args == mistake.args  # noqa: S301
    assert isinstance(mistake, Unreadable)


@pytest.mark.parametrize("data", [b"", b"// only a comment", b"\xff\xfe\x00", b"a" * 1_000_001])
def test_a_file_without_a_question_is_fixable(data):
    with pytest.raises(Fixable):
        read(data)


def test_two_questions_of_one_name_are_told_apart():
    assert [question.id for question in read("::a::b{T}\n\n::a::c{F}").questions] == ["a", "a (2)"]
