"""What teachers' files say is what is asked: their characters stay, and what is lost is told."""

import pytest

from core.questions.exchange.gift_reader import read
from core.questions.exchange.html_reader import from_html
from core.questions.exchange.markup import html, plain
from core.questions.exchange.portable import Number


def one(text):
    """The only question of a file, and the notes on it."""
    found = read(text)
    assert not found.mistakes
    (question,) = found.questions
    return question, found.notes


def shown(text):
    question, notes = one(text)
    assert not notes
    return question.stem


# ---- superscripts, code, tables, links


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("x<sup>10</sup> − y<sub>k</sub>", "x¹⁰ − yₖ"),
        ("e<sup>n + 1</sup>", "eⁿ⁺¹"),
        ("2<sup>p/q</sup>", "2^(p/q)"),
        ("<sub>Ω</sub>", "\\_(Ω)"),
        ("call <code>a_b*c()</code> now", "call `a_b*c()` now"),
        ("<code>a`b</code>", "``a`b``"),
        ("<pre>while go:\n\n    step()  \n</pre>then", "```\nwhile go:\n\n    step()\n```\n\nthen"),
        ("<pre>say ```</pre>", "````\nsay ```\n````"),
        ("<p>a<br>&nbsp;&nbsp;b &lt; c</p>", "```\na\n  b < c\n```"),
        ("one&nbsp;word", "one word"),
        ("<p>a</p><p>&nbsp;</p><p>b</p>", "a\n\nb"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<b>bold </b>text", "**bold** text"),
        ("<table><tr><th>p<th>q<tr><td>1<td>a|b</table>", "| p | q |\n|---|---|\n| 1 | a\\|b |"),
        ('<a href="https://example.org/a">there</a>', "[there](<https://example.org/a>)"),
        ('<a href="javascript:x()">there</a>', "there"),
        ("vec<float>", "vec\\<float\\>"),
        ("<!-- nothing -->so<o:p></o:p>", "so"),
        ("cost: $4 or $7", "cost: \\$4 or \\$7"),
        ("so $\\sigma_1$", "so $\\sigma_1$"),
    ],
)
def test_the_meaning_of_html_is_kept(text, markdown):
    assert from_html(text) == markdown


# ---- plain text


@pytest.mark.parametrize(
    "text",
    [
        "5**2, a*b*c and __call__",
        "fc_1.bias and fc_2.bias",
        "tea is $2, coffee is $4",
        "from $3 to 9$ each",
        "#1 of `all` [sic](x) | ~~no~~ & so on",
        "list<int>, map<str, list<T>> and a<b",
        "1. first",
    ],
)
def test_plain_text_shows_its_characters(text):
    escaped = text
    for sign in "#{}~=:":
        escaped = escaped.replace(sign, f"\\{sign}")
    question, notes = one(f"::t::{escaped} {{={escaped} ~none#{escaped}}}")
    assert not notes
    for part in (question.stem, question.choices[0].text, question.choices[1].reply):
        assert plain(part) == text


def test_lines_of_plain_text_and_their_indentation_stay():
    stem = shown("::t::What does it say?\nif ready:\n    go(2 ** 3)\n{=8 ~6}")
    assert html(stem).count("<br") == 2
    assert "\xa0\xa0\xa0 go(2 \\*\\* 3)" in stem


def test_a_question_that_is_merely_indented_in_its_file_is_not_indented():
    assert "\xa0" not in shown("::t::What\n    is\n    this? {=a ~b}")


def test_a_choice_that_is_nothing_but_a_tag_is_the_tag():
    question, _ = one("Which one is a link? {=<a> ~<p> ~<br>}")
    assert [plain(choice.text) for choice in question.choices] == ["<a>", "<p>", "<br>"]


# ---- categories, titles, marks


def test_each_category_line_counts_wherever_it_stands():
    text = "$CATEGORY: A\n$CATEGORY: A/B\n::x::p {T}\n$CATEGORY: C\n// [id:seven]\nq {F}\n\nr {T}"
    found = read(text)
    assert not found.mistakes
    assert [(q.id, q.concept, q.stem) for q in found.questions] == [
        ("x", "B", "p"),
        ("seven", "C", "q"),
        ("r", "C", "r"),
    ]


@pytest.mark.parametrize("opening", ["[html]::Name::", "::Name::[html]", "[html] ::Name:: ", "[plain]::Name::[html]"])
def test_a_title_may_stand_after_the_mark(opening):
    question, _ = one(f"{opening}Is <b>this</b> so? {{T}}")
    assert (question.id, question.stem) == ("Name", "Is **this** so?")


@pytest.mark.parametrize("answers", ["~a ~=b ~c", "~a\n~ =b\n~c", "~a =%100%b ~c", "~a ~%100%b =%0%c"])
def test_the_right_answer_may_be_marked_in_other_ways(answers):
    question, _ = one(f"Which? {{{answers}}}")
    assert question.kind == "single"
    assert [(c.text, c.right) for c in question.choices] == [("a", False), ("b", True), ("c", False)]


def test_halves_after_equals_are_right_together():
    question, _ = one("Which two? {=%50%a =%50%b ~c}")
    assert (question.kind, [c.right for c in question.choices]) == ("multiple", [True, True, False])


# ---- formulas


@pytest.mark.parametrize(
    "formula",
    [r"$\frac{1}{3}$", r"\(x_{1} = 2\)", r"$$\sum_{i=1}^{n} i$$", r"\[a^{2}\]", r"$\nabla f \neq \nu_{1}$", "$n$"],
)
def test_formulas_need_no_escapes(formula):
    question, notes = one(f"Take {formula}. {{={formula}#since {formula} ~other}}")
    assert not notes
    latex = f"${formula.strip('$') if formula[0] == '$' else formula[2:-2]}$"
    assert question.stem == f"Take {latex}."
    assert (question.choices[0].text, question.choices[0].reply) == (latex, f"since {latex}")


def test_answers_between_two_dollar_signs_stay_answers():
    assert len(one("Which is more? {=about $7 ~exactly 5$}")[0].choices) == 2
    assert one("Is it so? {=$^2#$ ~no}")[0].choices[0].reply == "\\$"
    assert one("::a$^::Is it $5? {T}")[0].id == "a$^"
    assert len(one("Is $x^2 {=more ~less} than 5$ here")[0].choices) == 2


@pytest.mark.parametrize(
    ("text", "problem", "remedy"),
    [
        (r"Half of \frac{1}{2}? {=1/4 ~1}", "braces of a formula", r"\{ and \}"),
        ("Is x^{2} even? {T}", "braces of a formula", r"\{ and \}"),
        ("Is {1: 2} a mapping? {T}", "two places", r"\{ and \} if these braces are text"),
    ],
)
def test_braces_of_a_text_are_answered_with_how_to_write_them(text, problem, remedy):
    (mistake,) = read(text).mistakes
    assert problem in mistake.problem
    assert remedy in mistake.remedy


# ---- numbers in short answers


@pytest.mark.parametrize(
    ("answers", "numbers", "words"),
    [
        ("=6 =six", [6], "does not take six"),
        ("=0.5 =1/2 =.5 =0,5", [0.5], ""),
        ("=−3", [-3], ""),
        ("=2 =-2", [2, -2], ""),
        ("=%100%1e-3 =1,000", [0.001], "does not take 1,000"),
    ],
)
def test_numbers_of_a_short_answer_are_kept_and_words_are_told(answers, numbers, words):
    question, (note,) = one(f"How many? {{{answers}}}")
    assert question.numbers == tuple(Number(value=number) for number in numbers)
    assert words in note


@pytest.mark.parametrize("answers", ["=1914-1918", "=5 cm", "=*", "7", "=1,000"])
def test_short_answers_without_a_number_are_refused(answers):
    assert "short answers" in read(f"What? {{{answers}}}").mistakes[0].problem


# ---- what is lost is told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[html]See <img src="@@PLUGINFILE@@/plot.png" alt=""> {T}', "a picture is lost"),
        ("[markdown]See ![it](http://example.org/x.png) {T}", "a picture is lost"),
        ("[html]<u>This</u> word? {T}", "an underline is lost"),
        ('[html]<iframe src="x"></iframe>Seen? {T}', "another page is lost"),
        ("[html]Which? {=<pre>a\nb</pre> ~c}", "several lines"),
    ],
)
def test_what_is_lost_is_told(text, told):
    assert told in one(text.replace("src=", "src\\="))[1][0]


def test_pictures_to_choose_from_keep_their_names_apart():
    question, notes = one('Which? {=<img src\\="p/one.png"> ~<img src\\="two.png">}')
    assert [choice.text for choice in question.choices] == ["[picture one.png]", "[picture two.png]"]
    assert notes


def test_a_text_without_answers_is_shown_with_the_next_question_and_told():
    question, (note,) = one("::Read::[html]<b>All</b> on tanh.\n\n::Next::Is it *odd*? {T}")
    assert (question.id, question.stem) == ("Next", "**All** on tanh.\n\nIs it \\*odd\\*?")
    assert note.startswith("Line 1: ")


def test_a_text_without_answers_at_the_end_is_a_mistake():
    assert [mistake.line for mistake in read("a {T}\n\nb\n\nc").mistakes] == [3, 5]


def test_what_stands_in_a_list_to_choose_from_has_no_tags():
    question, _ = one("Match. {=a -> x<sup>2</sup> =b -> y_1 = -> <none>}")
    assert [*(plain(pair.partner) for pair in question.pairs), plain(question.spare[0])] == ["x²", "y_1", "<none>"]
