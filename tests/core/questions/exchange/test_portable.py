import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from core.questions.bank import bank, slugs
from core.questions.exchange.folding import chosen, decided, has_one_order, unpaired
from core.questions.exchange.markup import dollar_math, escape_markdown, from_html, html, plain, protect_math
from core.questions.exchange.packages import package
from core.questions.exchange.portable import Portable, clean
from core.questions.exchange.solving import portable
from core.questions.grading import grade, roundings


def test_every_question_becomes_portable_with_all_its_numbers_filled_in(solved):
    for one in solved:
        assert "{{" not in one.model_dump_json(), one.id
        assert one.choices or one.pairs or one.steps or one.numbers
        assert one.explanation
        if one.kind == "single":
            assert sum(choice.right for choice in one.choices) == 1


def test_a_portable_of_each_type_holds_its_key(by_id):
    assert [c.text for c in by_id["one"].choices if c.right] == ["It falls"]
    assert {c.text for c in by_id["many"].choices if c.right} == {"the weights", "the slopes"}
    assert {c.text for c in by_id["four"].choices if c.right} == {"so: no-gradient", "so: guesses", "so: depth"}
    assert [step.text for step in by_id["ordered"].steps] == ["first", "then", "last"]
    assert [(p.row, p.partner) for p in by_id["matched"].pairs][2:] == [("Tanh", "about 1"), ("ReLU", "about 1")]
    assert by_id["matched"].spare == ("none of these",)
    assert [c.text for c in by_id["layer"].choices if c.right] == ["Layer 1"]
    assert by_id["tiny"].numbers[0].value == pytest.approx(0.25**20)


def test_what_a_portable_calls_right_and_wrong_is_what_our_own_grading_does(lab):
    for b in map(bank, slugs()):
        for item in b.items:
            if item.type == "numeric":
                variant = b.draw(item, 0)
                one = portable(b, variant, lab)
                assert all(grade(variant, repr(number.value), lab).verdict == "right" for number in one.numbers)
                for number in one.wrong:
                    if not any(abs(number.value - right.value) <= right.tolerance for right in one.numbers):
                        assert grade(variant, repr(number.value), lab).verdict != "right"


def test_the_logarithm_question_foresees_the_number_itself(by_id):
    itself = by_id["decades"].wrong[0]
    assert "logarithm" in itself.reply
    assert abs(10 ** by_id["decades"].numbers[0].value - itself.value) <= itself.tolerance


def test_a_figure_comes_with_words_numbers_and_a_drawing(by_id):
    picture = by_id["one"].picture
    assert "table" in picture.alt
    assert "Error signal ‖δ‖ (L2 norm), log, over Layer (1 = input side)" in picture.alt
    assert picture.table.count("\n") >= 6
    drawing = etree.fromstring(picture.svg.encode())
    assert len([part for part in drawing.iter() if "-bar-" in part.get("id", "")]) == 6


def test_an_order_that_may_be_done_otherwise_is_known_as_such(by_id):
    assert has_one_order(by_id["ordered"])
    assert not has_one_order(by_id["free"])


def test_an_order_as_a_choice_has_one_right_order_and_a_reply_to_the_others(by_id):
    for name in ("ordered", "free"):
        one = chosen(by_id[name])
        assert [choice.right for choice in one.choices].count(True) == 1
        assert all(choice.reply for choice in one.choices if not choice.right)
        assert len(one.choices) >= 2


def test_true_and_false_are_pairs_and_pairs_are_choices(by_id):
    assert {pair.partner for pair in decided(by_id["four"]).pairs} == {"True", "False"}
    rows = unpaired(by_id["matched"])
    assert len(rows) == 4
    assert all([choice.right for choice in row.choices].count(True) == 1 for row in rows)


def test_portables_are_fixed_and_clean():
    one = Portable(id="a", kind="single", stem=" a\r\nb\x00\ud800 ")
    assert one.stem == "a\nb"
    with pytest.raises(ValueError, match="frozen"):
        one.stem = "c"


# ---- markup

MARKS = "\\{}=~#:$%[]()<>&;lparamp-\n /*_`|!1."
texts = st.text(max_size=60) | st.text(alphabet=MARKS, max_size=60)


@given(texts)
@example(r"\\(x\\) and $\)$ and &lpar; &amp;lpar; $&lpar;$ \\\\(")
def test_mathematics_goes_to_mathjax_and_back(text):
    assert dollar_math(protect_math(text)) == text


@pytest.mark.parametrize("latex", [r"\sigma'(z)", "x_1 * y_2", r"\{a\}", "a < b & c", r"\text{[in]}", r"1 \, 2"])
def test_protected_mathematics_survives_markdown(latex):
    from html import unescape

    from markdown_it import MarkdownIt

    shown = MarkdownIt("commonmark").render(protect_math(f"It is ${latex}$, *yes*."))
    assert unescape(shown) == f"<p>It is \\({latex}\\), <em>yes</em>.</p>\n"


@given(texts)
def test_any_text_becomes_html_without_foreign_tags_and_one_plain_line(text):
    assert "<script" not in html(text)
    assert "<img" not in html(text)
    assert "\n" not in plain(text).strip() or plain(text) == text


@given(texts)
@example("1. a")
@example("- +")
@example("[a]: b")
def test_escaped_text_shows_as_itself(text):
    line = " ".join(clean(text).split())
    assert plain(escape_markdown(line)) == line


@given(texts)
def test_any_html_is_read(text):
    assert isinstance(from_html(text), str)


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ('<p>see <img src="http://x/y.png" alt="a plot"></p>', "see [a plot]"),
        ("<script>alert(1)</script>fine", "fine"),
        ("x<sub>1</sub> &amp; $$y$$", "x₁ \\& $y$"),
        ("a<br>b", "a\n\nb"),
    ],
)
def test_simple_html_keeps_its_words(text, markdown):
    assert from_html(text) == markdown


def test_plain_text_of_a_formula_can_be_read():
    assert plain(r"$\frac{1}{2}\,\sigma$ of `x`") == "(1)/(2) σ of x"
    assert plain("[a]: b") == "[a]: b"


# ---- what goes along


def test_no_question_goes_along_twice_and_a_picture_says_each_thing_once(lab):
    shown = bank(slugs()[0])
    again = [shown.item(name) for name in ("run-batch-norm-relu", "product-bound", "backward-order")]
    some = shown.model_copy(update={"items": tuple(again)})
    packed = package(some, lab, "gift", range(10))
    keys = {some.draw(again[1], seed).fill("{{L}}", lab) for seed in range(10)}
    assert packed.questions == 1 + len(keys) + 1
    text = packed.data.decode()
    assert text.count("::run-batch-norm-relu") == 1
    picture = portable(some, some.draw(again[2], 0), lab).shown
    assert picture.alt.count("over all steps") == 1


def test_a_number_that_is_right_is_no_foreseen_mistake(lab):
    shown = bank(slugs()[0])
    for seed in range(20):
        one = portable(shown, shown.draw(shown.item("sigmoid-slope"), seed), lab)
        key = one.numbers[0]
        assert all(abs(wrong.value - key.value) > key.tolerance for wrong in one.wrong)


@pytest.mark.parametrize(("key", "both"), [(0.125, {0.12, 0.13}), (0.105, {0.1, 0.11}), (11.47, {11, 11.5})])
def test_what_our_grader_rounds_goes_along_as_right(key, both):
    assert both <= set(roundings(key))
    assert all(abs(number - key) <= 0.05 * key for number in roundings(key))
