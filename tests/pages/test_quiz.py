import pytest
from core.questions.attempt import Attempt

from core import trainer
from core.questions.items import Multiple, Numeric, bank, slugs

pytestmark = pytest.mark.browser

ITEMS = bank(slugs()[0])
PHONE = {"width": 390, "height": 844}


def answer_rightly(page, variant):
    key = variant.key(trainer.profiles)
    if isinstance(variant.item, Numeric):
        page.get_by_role("textbox").fill(repr(key))
        return
    for option in variant.options:
        if option.id == key or (isinstance(variant.item, Multiple) and option.id in key):
            page.get_by_test_id("stMain").get_by_text(variant.fill(option.says).replace("*", ""), exact=True).click()


def answer_wrongly(page, variant):
    key = variant.key(trainer.profiles)
    if isinstance(variant.item, Numeric):
        page.get_by_role("textbox").fill("12345")
        return
    wrong = next(o for o in variant.options if o.id != key and (isinstance(key, str) or o.id not in key))
    page.get_by_test_id("stMain").get_by_text(variant.fill(wrong.says).replace("*", ""), exact=True).click()


def check_and_go_on(page):
    page.get_by_role("button", name="Check").click()
    page.get_by_text("The right answer:").wait_for()
    feedback = page.get_by_test_id("stMain").inner_text()
    page.get_by_role("button", name="Next question").or_(page.get_by_role("button", name="See the result")).click()
    page.get_by_text("Next question").or_(page.get_by_text("See the result")).wait_for(state="detached")
    return feedback


def test_answering_everything_rightly(visit):
    visit.open("quiz")
    for number, variant in enumerate(Attempt().variants(ITEMS), start=1):
        visit.page.get_by_text(f"{number} / {len(ITEMS)}", exact=True).wait_for()
        answer_rightly(visit.page, variant)
        assert "Right." in check_and_go_on(visit.page), variant.item.id
    visit.page.get_by_text(f"{len(ITEMS)} of {len(ITEMS)} right").wait_for()
    assert "Nothing to look at again" in visit.page.get_by_test_id("stMain").inner_text()


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_answering_everything_wrongly_shows_what_to_look_at_again_and_other_numbers_next_time(visit):
    visit.open("quiz")
    for variant in Attempt().variants(ITEMS):
        answer_wrongly(visit.page, variant)
        feedback = check_and_go_on(visit.page)
        assert "Not right" in feedback
        assert "Why." in feedback
    visit.page.get_by_text(f"0 of {len(ITEMS)} right").wait_for()
    assert visit.page.get_by_text("Explained in").count() == len(ITEMS)
    visit.page.get_by_role("button", name="Try again with other numbers").click()
    visit.page.get_by_text(f"1 / {len(ITEMS)}", exact=True).wait_for()
    first = Attempt(1).variants(ITEMS)[0]
    assert first.numbers != Attempt(0).variants(ITEMS)[0].numbers
    assert f"{first.numbers['z']:g}" in visit.page.locator("h2").inner_text()
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_reload_in_the_middle_goes_on_with_the_next_question(visit):
    visit.open("quiz")
    variants = Attempt().variants(ITEMS)
    answer_rightly(visit.page, variants[0])
    visit.page.get_by_role("button", name="Check").click()
    visit.page.get_by_text("The right answer:").wait_for()
    visit.page.reload()
    visit.page.get_by_text("The right answer:").wait_for()
    visit.page.get_by_role("button", name="Next question").click()
    visit.page.get_by_text(f"2 / {len(ITEMS)}", exact=True).wait_for()
    visit.page.reload()
    visit.page.get_by_text(f"2 / {len(ITEMS)}", exact=True).wait_for()


def test_leaving_the_quiz_and_coming_back_goes_on_where_it_was(visit):
    visit.open("quiz")
    answer_rightly(visit.page, Attempt().variants(ITEMS)[0])
    check_and_go_on(visit.page)
    visit.page.get_by_text(f"2 / {len(ITEMS)}", exact=True).wait_for()
    visit.page.get_by_role("link", name="Lab").first.click()
    visit.page.wait_for_url("**/lab")
    visit.settle()
    visit.page.get_by_role("link", name="Quiz").first.click()
    visit.page.get_by_text(f"2 / {len(ITEMS)}", exact=True).wait_for()


def test_an_answer_that_cannot_be_read_is_asked_for_again_and_nothing_is_lost(visit):
    visit.open("quiz")
    visit.page.get_by_role("button", name="Check").click()
    visit.page.get_by_text("Choose or type an answer first.").wait_for()
    visit.page.get_by_role("textbox").fill("a quarter")
    visit.page.get_by_role("button", name="Check").click()
    visit.page.get_by_text("is not a number I can read").wait_for()
    assert visit.page.get_by_role("textbox").input_value() == "a quarter"
    assert visit.page.get_by_text(f"1 / {len(ITEMS)}", exact=True).count() == 1


def test_the_product_instead_of_its_logarithm_does_not_count_as_wrong(visit):
    variants = Attempt().variants(ITEMS)
    place = next(i for i, variant in enumerate(variants) if variant.item.id == "product-bound")
    answers = ["0.1", "first", "weights+slopes"][:place]
    query = "&".join(f"{name}={value}" for name, value in Attempt(0, tuple(answers)).query().items())
    visit.open(f"quiz?{query}")
    visit.page.get_by_text(f"{place + 1} / {len(ITEMS)}", exact=True).wait_for()
    visit.page.get_by_role("textbox").fill(f"0.25^{variants[place].numbers['L']:g}")
    visit.page.get_by_role("button", name="Check").click()
    visit.page.get_by_text("Not counted.").wait_for()


def test_the_quiz_can_be_done_by_keyboard(visit):
    visit.open("quiz")
    page = visit.page
    page.get_by_role("textbox").focus()
    page.keyboard.type("0.0177")
    page.keyboard.press("Enter")
    page.get_by_text("The right answer:").wait_for()
    page.get_by_role("button", name="Next question").press("Enter")
    page.get_by_text(f"2 / {len(ITEMS)}", exact=True).wait_for()
    page.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Check").press("Enter")
    page.get_by_text("The right answer:").wait_for()


def test_answers_in_a_link_that_cannot_be_read_are_said_to_be_lost(visit):
    visit.open("quiz?answers=0.1~nobody~weights")
    visit.page.get_by_text("Of its 3 answers, the first 1 could be read.").wait_for()
    assert visit.page.get_by_text(f"2 / {len(ITEMS)}", exact=True).count() == 1
