"""The quiz as learners meet it: by mouse, by keyboard, on a phone, over reloads and other pages."""

import itertools
import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from core.practice.sitting import LENGTH, Sitting, Turn, from_query
from core.questions.grading import grade
from tests.pages.answering import (
    BANK,
    KEPT,
    LAB,
    OFFLINE,
    ON,
    ONE_OF_EACH,
    SURE,
    answer_by_keyboard,
    at,
    check,
    choose,
    drawn,
    finished,
    give,
    link,
    notice,
    on_button,
    only_offline,
    open_question,
    ready,
    replied,
    right,
    shown_options,
    sitting_of,
    steps,
    until,
    wrong,
)

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
each_type = pytest.mark.parametrize("type_", ONE_OF_EACH)


# ---- each type of question


@each_type
def test_the_right_answer_is_right(visit, type_):
    variant = drawn(ONE_OF_EACH[type_])
    open_question(visit, at(variant.item.id))
    give(visit, variant, right(variant))
    check(visit)
    said = replied(visit)
    assert "Right." in said
    assert "Your answer (fairly sure):" in said
    assert "Why." in said
    assert "Explained in" in said
    assert "You were certain" not in said


@each_type
def test_a_wrong_answer_gets_a_reply_and_whoever_was_certain_a_refutation(visit, type_):
    variant = drawn(ONE_OF_EACH[type_])
    open_question(visit, at(variant.item.id))
    give(visit, variant, wrong(variant))
    check(visit, sure=3)
    said = replied(visit)
    assert re.search(r"Not right\.\s+\S[\s\S]{15}", said)
    taken = from_query(dict(parse_qsl(urlsplit(visit.page.url).query)), BANK).turns[-1].answer
    believed = grade(variant, taken, LAB).misconceptions  # a slip speaks of none
    assert ("You were certain, so this is worth a second look. Often believed:" in said) == bool(believed)
    assert visit.page.get_by_role("button", name="Once more, with other numbers").count() == bool(variant.item.params)


@each_type
def test_each_type_is_answered_by_keyboard(visit, type_):
    variant = drawn(ONE_OF_EACH[type_])
    open_question(visit, at(variant.item.id))
    answer_by_keyboard(visit, variant, right(variant))
    visit.tab_to(on_button(SURE[2]))
    visit.page.keyboard.press("Enter")
    assert "Right." in replied(visit)


@each_type
def test_nothing_is_checked_before_there_is_an_answer(visit, type_):
    variant = drawn(ONE_OF_EACH[type_])
    open_question(visit, at(variant.item.id))
    check(visit)
    if type_ == "order":  # there is one from the start
        replied(visit)
    else:
        visit.page.get_by_text("Something is missing.").wait_for()
        assert "The right answer" not in visit.text()


def test_a_bar_in_the_plot_can_be_clicked_and_stands_out(visit):
    variant = drawn(ONE_OF_EACH["pick"])
    open_question(visit, at(variant.item.id))
    chosen = visit.page.get_by_role("combobox")

    def click_bar(layer):
        visit.page.mouse.click(*foot_of_bar(visit, variant, layer))
        until(visit, lambda: chosen.input_value() == f"Layer {layer}")
        visit.page.wait_for_function(
            """layer => [...document.querySelectorAll('.live-figure .bars .point')]
            .every((bar, i) => bar.style.opacity === (i + 1 === layer ? '1' : '0.35'))""",
            arg=layer,
        )

    click_bar(5)
    choose(visit, visit.page.get_by_test_id("stSelectbox").last, "Layer 2")
    until(visit, lambda: chosen.input_value() == "Layer 2")
    click_bar(5)  # again, after another choice
    click_bar(int(right(variant)))
    check(visit)
    assert "Right." in replied(visit)
    assert visit.page.locator(".live-figure .bars .point").count() >= variant.depth


def foot_of_bar(visit, variant, layer):
    """Where the bar of this layer stands on the screen."""
    visit.settle()
    area = visit.page.locator(".live-figure .nsewdrag")
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    return box["x"] + (layer - 0.4) / (variant.depth + 0.2) * box["width"], box["y"] + box["height"] - 8


def test_order_buttons_say_what_they_move_and_stop_at_the_ends(visit):
    variant = drawn(ONE_OF_EACH["order"])
    open_question(visit, at(variant.item.id))
    up, down = (visit.page.get_by_role("button", name=name) for name in ("Up", "Down"))
    assert up.first.is_disabled()
    assert down.last.is_disabled()
    before = steps(visit, variant)
    down.first.click()
    until(visit, lambda: steps(visit, variant) == [before[1], before[0], *before[2:]])
    up.nth(1).click()
    until(visit, lambda: steps(visit, variant) == before)


# ---- what counts, and what does not


def test_hints_are_shown_one_by_one_and_counted(visit):
    variant = drawn("product-bound")
    open_question(visit, at("product-bound"))
    visit.page.get_by_role("button", name="Hint", exact=False).click()
    visit.page.get_by_text("How steep can a sigmoid be at most?").wait_for()
    assert "sum of the logarithms" not in visit.text()
    visit.page.get_by_role("button", name="Another hint").click()
    visit.page.get_by_text("sum of the logarithms").wait_for()
    assert visit.page.get_by_role("button", name="hint").count() == 0
    give(visit, variant, right(variant))
    check(visit)
    replied(visit)
    assert sitting_of(visit).turns[-1] == Turn(right(variant), 2, hints=2)


@pytest.mark.parametrize("typed", ["0.25^{L}", "0,25^{L}", "1/4^{L}"])
def test_the_product_instead_of_its_logarithm_does_not_count(visit, typed):
    variant = drawn("product-bound")
    open_question(visit, at("product-bound"))
    visit.page.get_by_role("textbox").fill(typed.replace("{L}", f"{variant.numbers['L']:g}"))
    check(visit)
    visit.page.get_by_text(re.compile("Not counted|is not a number I can read")).wait_for()
    assert "The right answer" not in visit.text()
    give(visit, variant, right(variant))
    check(visit)
    assert "Right." in replied(visit)


def test_what_cannot_be_read_is_asked_for_again_and_nothing_is_lost(visit):
    open_question(visit, at("product-bound"))
    visit.page.get_by_role("textbox").fill("a quarter")
    check(visit)
    visit.page.get_by_text("is not a number I can read").wait_for()
    assert visit.page.get_by_role("textbox").input_value() == "a quarter"


def test_once_more_has_other_numbers_and_counts_as_one_more(visit):
    variant = drawn("product-bound")
    open_question(visit, at("product-bound"))
    before = visit.page.locator("h2").inner_text()
    give(visit, variant, wrong(variant))
    check(visit)
    replied(visit)
    visit.page.get_by_role("button", name="Once more, with other numbers").click()
    ready(visit)
    after = visit.page.locator("h2").inner_text()
    assert after != before
    assert re.sub(r"\d+", "", after) == re.sub(r"\d+", "", before)
    assert "6 / 16" in visit.text()
    assert visit.page.get_by_role("textbox").input_value() == ""


@pytest.mark.parametrize("type_", ["single", "multiple", "kprim", "match", "order"])
def test_options_keep_their_order_over_reruns_and_reloads(visit, type_):
    variant = drawn(ONE_OF_EACH[type_], seed=3)
    open_question(visit, at(variant.item.id, seed=3))
    before = shown_options(visit, variant)
    assert len(before) == len(variant.options)
    visit.page.get_by_role("button", name="Hint", exact=False).click()
    visit.page.get_by_role("button", name="Hint", exact=True).wait_for(state="detached")
    visit.settle()
    assert shown_options(visit, variant) == before
    visit.page.reload()
    ready(visit)
    assert shown_options(visit, variant) == before


# ---- a sitting


def test_a_mixed_practice_by_keyboard_alone(visit):
    visit.open("quiz")
    visit.page.get_by_role("button", name="Start the test").wait_for()
    visit.tab_to(on_button("Start$"))
    visit.page.keyboard.press("Enter")
    answers = itertools.cycle([right, right, wrong])
    for number in range(1, LENGTH + 1):
        visit.page.get_by_text(f"{number} / {LENGTH}", exact=True).wait_for()
        ready(visit)
        variant = sitting_of(visit).asked(BANK)[number - 1]
        answer = next(answers)
        answer_by_keyboard(visit, variant, answer(variant))
        sure = 1 + number % 3
        visit.tab_to(on_button(SURE[sure]))
        visit.page.keyboard.press("Space" if number % 2 else "Enter")
        assert ("Not right." if answer is wrong else "Right.") in replied(visit), variant.item.id
        assert visit.page.evaluate("document.activeElement.closest('.st-key-reply .stAlert') !== null"), variant.item.id
        visit.tab_to(on_button("Next question|See the result"), limit=30)
        visit.page.keyboard.press("Enter")
    visit.page.get_by_text(f"7 of {LENGTH} right").wait_for()
    visit.settle()
    assert "Right, by how sure you were: guessing" in visit.text()
    assert "Worth reading again" in visit.text()
    visit.tab_to("e.tagName === 'SUMMARY'")
    visit.page.keyboard.press("Enter")
    visit.page.get_by_text("The right answer:").first.wait_for()
    visit.settle()
    visit.tab_to(on_button("Once more, with other numbers"), limit=120)
    visit.page.keyboard.press("Enter")
    visit.page.get_by_text(f"1 / {LENGTH}", exact=True).wait_for()


def test_a_test_gives_no_reply_before_its_end(visit):
    visit.open("quiz")
    visit.page.get_by_role("button", name="Start the test").click()
    for number in range(1, LENGTH + 1):
        visit.page.get_by_text(f"{number} / {LENGTH}", exact=True).wait_for()
        ready(visit)
        assert not re.search(r"Right\.|Not right|The right answer|Why\.", visit.text())
        variant = sitting_of(visit).asked(BANK)[number - 1]
        give(visit, variant, (right if number <= 8 else wrong)(variant))
        check(visit, sure=3)
    visit.page.get_by_text(f"8 of {LENGTH} right").wait_for()
    visit.settle()
    assert "certain 8 of 10" in visit.text()
    assert visit.page.locator("summary").filter(has_text="Certain:").count() == 2
    visit.page.locator("summary").filter(has_text="Certain:").first.click()
    first_missed = sitting_of(visit).asked(BANK)[8]
    visit.page.get_by_text("Not right.").first.wait_for()
    visit.page.get_by_text("Why.").first.wait_for()
    visit.settle()
    believed = grade(first_missed, wrong(first_missed), LAB).misconceptions
    assert ("You were certain, so this" in visit.text()) == bool(believed)


def test_nothing_to_look_at_again_after_everything_was_right(visit):
    visit.page.set_default_timeout(120_000)  # eight networks are trained for it
    visit.open(link(finished("concept", "remedies")))
    visit.page.get_by_text("2 of 2 right").wait_for()
    assert "Nothing to look at again." in visit.text()


def test_a_reload_in_the_middle_keeps_everything(visit):
    now = Sitting("mixed", 11)
    for variant in now.asked(BANK)[:3]:
        now = now.answered(Turn(wrong(variant)))
    open_question(visit, link(now))
    variant = now.asked(BANK)[3]
    give(visit, variant, right(variant))
    check(visit)
    said = replied(visit)
    visit.page.reload()
    until(visit, lambda: replied(visit) == said)
    visit.page.get_by_role("button", name="Next question").click()
    visit.page.get_by_text(f"5 / {LENGTH}", exact=True).wait_for()
    visit.page.reload()
    visit.page.get_by_text(f"5 / {LENGTH}", exact=True).wait_for()
    assert [turn.answer for turn in sitting_of(visit).turns][3] == right(variant)


def test_leaving_the_quiz_and_coming_back_goes_on_where_it_was(visit):
    now = Sitting("mixed", 11)
    open_question(visit, link(now))
    variant = now.asked(BANK)[0]
    give(visit, variant, right(variant))
    check(visit)
    replied(visit)
    visit.page.get_by_role("button", name="Next question").click()
    visit.page.get_by_text(f"2 / {LENGTH}", exact=True).wait_for()
    visit.page.get_by_role("link", name="Lab").first.click()
    visit.page.wait_for_url("**/lab*")
    visit.settle()
    visit.page.get_by_role("link", name="Quiz").first.click()
    visit.page.get_by_text(f"2 / {LENGTH}", exact=True).wait_for()
    visit.settle()
    visit.page.get_by_role("button", name="Leave").click()
    visit.page.get_by_role("button", name="Start the test").wait_for()


def test_answers_in_a_link_that_cannot_be_read_are_said_to_be_lost(visit):
    first = right(Sitting("mixed", 11).asked(BANK)[0])
    query = Sitting("mixed", 11, turns=(Turn(first),)).query()
    visit.open(f"quiz?practise=mixed&seed=11&answers={query['answers']}~20.nobody~20.weights".replace("%", "%25"))
    visit.page.get_by_text("Of its 3 answers, the first 1 could be read.").wait_for()
    visit.page.get_by_text(f"2 / {LENGTH}", exact=True).wait_for()


@pytest.mark.parametrize("query", ["practise=concept&topic=nobody", "practise=review&topic=x+y", "practise=review"])
def test_a_link_to_nothing_says_so_and_leads_on(visit, query):
    visit.open(f"quiz?{query}")
    visit.page.get_by_text("There is nothing to ask here any more.").wait_for()
    visit.page.get_by_role("button", name="Practise something else").click()
    visit.page.get_by_role("button", name="Start the test").wait_for()


# ---- a phone


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_nothing_is_wider_than_a_phone(visit):
    visit.open("quiz")
    visit.page.get_by_role("button", name="Start the test").wait_for()
    visit.assert_fits()
    for item_id in ONE_OF_EACH.values():
        open_question(visit, at(item_id))
        visit.assert_fits()
        visit.open(at(item_id, answer=wrong(drawn(item_id)), sure=3))
        replied(visit)
        visit.assert_fits()
    for name in ("clipping-too-late", "zero-start-moves"):  # with code
        open_question(visit, at(name))
        visit.assert_fits()
    visit.open(link(finished("mixed", answer=wrong)))
    visit.page.get_by_text(f"0 of {LENGTH} right").wait_for()
    visit.settle()
    visit.assert_fits()
    visit.open("my-data")
    visit.settle()
    visit.assert_fits()


# ---- on a phone


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_the_next_question_begins_at_its_top(visit):
    variant = drawn("plot-smallest-bar")
    open_question(visit, at(variant.item.id))
    give(visit, variant, wrong(variant))
    check(visit)
    replied(visit)
    onwards = visit.page.get_by_role("button", name=ON)
    onwards.scroll_into_view_if_needed()
    place = "document.querySelector('[data-testid=\"stMain\"]').scrollTop"
    assert visit.page.evaluate(place) > 300
    onwards.click()
    ready(visit)
    until(visit, lambda: visit.page.evaluate(f"[{place}, document.activeElement.tagName]") == [0, "H1"])


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_the_reply_is_in_sight_and_has_the_focus(visit):
    variant = drawn("plot-smallest-bar")
    open_question(visit, at(variant.item.id))
    give(visit, variant, wrong(variant))
    check(visit, sure=3)
    replied(visit)
    reply = visit.page.locator(".st-key-reply .stAlert").first
    until(visit, lambda: 50 <= reply.bounding_box()["y"] <= PHONE["height"] - reply.bounding_box()["height"])
    assert reply.evaluate("reply => reply === document.activeElement")


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_a_tap_on_a_bar_chooses_it_and_leaves_the_axes_alone(visit):
    variant = drawn(ONE_OF_EACH["pick"])
    open_question(visit, at(variant.item.id))
    ranges = """() => { const { xaxis, yaxis } = document.querySelector('.live-figure-drawing')._fullLayout;
        return [xaxis.range, yaxis.range]; }"""
    given = visit.page.evaluate(ranges)
    visit.page.touchscreen.tap(*foot_of_bar(visit, variant, 5))
    until(visit, lambda: visit.page.get_by_role("combobox").input_value() == "Layer 5")
    visit.settle()
    visit.page.wait_for_timeout(500)  # a second tap might follow, which Plotly waits for
    assert visit.page.evaluate(ranges) == given


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_the_menu_makes_room_for_the_page_that_was_chosen(visit):
    visit.open("quiz")
    visit.page.get_by_test_id("stExpandSidebarButton").click()
    menu = visit.page.get_by_test_id("stSidebar")
    menu.get_by_role("link", name="My data").click()
    visit.page.get_by_role("heading", name="My data").wait_for()
    until(visit, lambda: menu.bounding_box()["x"] < 0)


# ---- a column without a bar


def middle_of_column(visit, variant, layer):
    """Where no bar is drawn if this layer has none: half-way up."""
    x, _ = foot_of_bar(visit, variant, layer)
    box = visit.page.locator(".live-figure .nsewdrag").bounding_box()
    return x, box["y"] + box["height"] / 2


def open_silent_layer(visit):
    """A question whose answer is a layer with an error signal of exactly 0."""
    variant = drawn("plot-silent-layer")
    open_question(visit, at(variant.item.id))
    layer = int(right(variant))
    assert visit.bars()[0][layer - 1] in (None, 0)
    return variant, layer


def test_a_column_whose_bar_is_not_there_can_be_clicked(visit):
    variant, layer = open_silent_layer(visit)
    visit.page.mouse.click(*middle_of_column(visit, variant, layer))
    until(visit, lambda: visit.page.get_by_role("combobox").input_value() == f"Layer {layer}")
    check(visit)
    assert "Right." in replied(visit)


def test_dragging_over_the_plot_and_clicking_beside_it_chooses_nothing(visit):
    variant, layer = open_silent_layer(visit)
    x, y = middle_of_column(visit, variant, layer)
    visit.page.mouse.move(x, y)
    visit.page.mouse.down()
    visit.page.mouse.move(x + 90, y + 40, steps=5)
    visit.page.mouse.up()
    visit.page.mouse.click(x, visit.page.locator(".live-figure .nsewdrag").bounding_box()["y"] - 12)
    visit.page.wait_for_timeout(400)
    visit.settle()
    assert visit.page.get_by_role("combobox").input_value() == ""


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_a_column_whose_bar_is_not_there_can_be_tapped(visit):
    variant, layer = open_silent_layer(visit)
    visit.page.touchscreen.tap(*middle_of_column(visit, variant, layer))
    until(visit, lambda: visit.page.get_by_role("combobox").input_value() == f"Layer {layer}")
    visit.assert_everybody_gets_to_it()


# ---- what the lesson has taught, and what goes beyond it


BEYOND = {item.id for item in BANK.items if item.beyond}


def test_what_goes_beyond_the_lesson_is_left_out_until_somebody_wants_it(visit):
    visit.open("quiz")
    visit.page.get_by_text(f"{len(BEYOND)} of {len(BANK.items)} questions are left out").wait_for()
    assert f"{len(BANK.items) - len(BEYOND)} questions, with other numbers" in visit.text()
    assert "Sequences" not in visit.text()
    visit.assert_everybody_gets_to_it()
    visit.page.get_by_role("button", name="Start the test").click()
    ready(visit)
    assert sitting_of(visit).taught
    visit.page.get_by_role("button", name="Leave").click()
    visit.page.get_by_text("Also what goes beyond the lesson").click()
    visit.page.get_by_text(f"{len(BEYOND)} of {len(BANK.items)} questions go beyond it, and say so").wait_for()
    visit.settle()
    visit.page.reload()
    visit.page.get_by_role("button", name="Sequences").click()
    ready(visit)
    assert not sitting_of(visit).taught
    assert "Beyond the lesson: recurrent networks" in visit.text()


# ---- words of the test


def test_in_a_test_the_buttons_hand_the_answer_in(visit):
    open_question(visit, link(Sitting("test", 3)))
    assert "Saying it hands the answer in; whether it is right, you see at the end." in visit.text()
    assert "checks the answer" not in visit.text()
    open_question(visit, link(Sitting("mixed", 3)))
    assert "Saying it checks the answer." in visit.text()


# ---- slips


@pytest.mark.parametrize(
    ("item_id", "typed", "said"),
    [
        ("slope-on-log-axis", "{decades}/{steps}", "10 to the power of minus that"),
        ("he-std", "sqrt(2)/{n}", "The root is that of the whole fraction"),
        ("steps-back", "({L}-1)*log10({w})", "The slopes multiply in every step as well"),
        ("gate-left", "100*{r}^{L}", "That is in percent"),
        ("gate-left", "1-0,9^20", "That is the share which is lost"),
    ],
)
def test_a_usual_slip_is_told_what_it_did(visit, item_id, typed, said):
    variant = next(v for v in BANK.every_draw(BANK.item(item_id)) if "0,9" not in typed or v.numbers["r"] == 0.9)
    variant = variant if "0,9" in typed else drawn(item_id)
    seed = variant.number
    open_question(visit, at(item_id, seed))
    visit.page.get_by_role("textbox").fill(typed.format(**variant.numbers))
    check(visit)
    visit.page.get_by_text(said).first.wait_for()


# ---- offline, and after a reload


@pytest.mark.parametrize("visit", [PHONE, {"width": 1280}], indirect=True)
def test_offline_is_told_at_once_and_the_answer_is_sent_once_when_the_connection_is_back(visit):
    variant = drawn("product-bound")
    open_question(visit, at("product-bound"))
    before = len(sitting_of(visit).turns)
    visit.page.context.set_offline(True)
    until(visit, lambda: notice(visit).inner_text().startswith(OFFLINE))
    visit.assert_everybody_gets_to_it()
    give(visit, variant, right(variant))
    visit.page.get_by_role("button", name=SURE[2]).click()
    until(visit, lambda: KEPT in notice(visit).inner_text())
    visit.page.wait_for_timeout(1000)
    assert "Right." not in visit.text()
    visit.page.context.set_offline(False)
    assert "Right." in replied(visit)
    until(visit, lambda: "has been sent" in notice(visit).inner_text())
    until(visit, lambda: notice(visit).inner_text() == "")
    assert len(sitting_of(visit).turns) == before + 1
    only_offline(visit)


@each_type
def test_what_was_entered_is_there_after_a_reload(visit, type_):
    variant = drawn(ONE_OF_EACH[type_])
    open_question(visit, at(variant.item.id))
    give(visit, variant, right(variant))
    visit.page.wait_for_timeout(300)  # until the page has begun to answer to the last move
    visit.settle()
    before = entered(visit, variant)
    assert any(before)
    visit.page.reload()
    ready(visit)
    until(visit, lambda: entered(visit, variant) == before)
    check(visit)
    assert "Right." in replied(visit)


def entered(visit, variant):
    """What the fields of a question show: the rows in their order, or the texts and the ticks."""
    if variant.item.type == "order":
        return steps(visit, variant)
    return visit.page.locator(".stMain input").evaluate_all(
        "inputs => inputs.map(input => (input.type === 'text' ? input.value : input.checked))"
    )
