"""Everybody gets to everything: no serious finding of axe-core on the lab, the quiz or My data; no mouse needed."""

from urllib.parse import urlencode

import pytest

from core.lab.race import PANELS, Race
from core.lab.scenarios import everyone
from tests.pages.answering import (
    ONE_OF_EACH,
    PATIENCE,
    at,
    check,
    drawn,
    finished,
    give,
    link,
    open_question,
    replied,
    wrong,
)

pytestmark = pytest.mark.browser

SMALL = Race().with_setting("depth", 4).with_setting("steps", 30)
STATES = {
    "start": SMALL,
    "film": SMALL.viewed(at=15, panels=tuple(PANELS)),
    "guess": SMALL.viewed(predict=True),
    "four": SMALL.with_copy(1).with_copy(1).viewed(seeds=3, measure="error", theory=True),
    "step": SMALL.viewed(tab="step"),
    "fixes": SMALL.viewed(tab="fixes", fixes=("he", "relu")),
    "take": SMALL.viewed(tab="take"),
    "large": SMALL.viewed(large=True),
    "locked": SMALL.viewed(lock=("depth", "gain"), hide=("init",)),
    "scenario": everyone()["ten-sigmoid-layers"].start(),
    "diverged": SMALL.with_setting("rate", 10.0).with_setting("scale", 1000.0).viewed(at=29),
}  # fmt: skip


def open_state(visit, race):
    visit.open(f"lab?{urlencode(race.query())}", charts=1)
    visit.page.wait_for_function("() => document.querySelector('.stage')?.dataset.shown !== undefined")
    if race.view.at is not None:
        visit.page.wait_for_function("() => document.querySelector('.stage').dataset.row !== undefined", timeout=60_000)
    visit.settle()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", STATES)
def test_axe_finds_nothing_serious(visit, name, theme):
    visit.page.emulate_media(color_scheme=theme)
    open_state(visit, STATES[name])
    visit.assert_everybody_gets_to_it()


themes = pytest.mark.parametrize("theme", ["light", "dark"])


@themes
@pytest.mark.parametrize("type_", ONE_OF_EACH)
def test_axe_finds_nothing_serious_in_a_question_and_its_reply(visit, type_, theme):
    visit.page.emulate_media(color_scheme=theme)
    variant = drawn(ONE_OF_EACH[type_])
    open_question(visit, at(variant.item.id))
    visit.page.get_by_role("button", name="Hint").click()
    visit.page.locator('.stMarkdown [aria-label="lightbulb icon"]').wait_for()
    visit.settle()
    visit.assert_everybody_gets_to_it()
    check(visit)  # without an answer, which is another state; an order can be checked as it is
    visit.settle()
    visit.assert_everybody_gets_to_it()
    visit.open(at(variant.item.id, answer=wrong(variant), sure=3))
    replied(visit)
    visit.assert_everybody_gets_to_it()


@themes
def test_axe_finds_nothing_serious_in_the_chooser_the_result_and_my_data(visit, theme):
    visit.page.emulate_media(color_scheme=theme)
    variant = drawn("slowest-layer")
    open_question(visit, at(variant.item.id))
    give(visit, variant, wrong(variant))
    check(visit)
    replied(visit)  # so that there is something to show everywhere
    visit.open_anyway(link(finished("mixed", answer=wrong)))  # whose networks may have to be trained first
    visit.page.get_by_role("button", name="Practise something else").wait_for(timeout=PATIENCE)
    visit.settle()
    visit.assert_everybody_gets_to_it()
    for summary in visit.page.locator("summary").all()[:2]:
        summary.click()
    visit.page.get_by_text("The right answer:").first.wait_for()
    visit.settle()
    visit.assert_everybody_gets_to_it()
    for page, text in (("quiz", "To come: tomorrow: 1."), ("my-data", "1 answer, 1 question to review")):
        visit.open(page)
        visit.page.get_by_text(text).wait_for()
        visit.settle()
        visit.assert_everybody_gets_to_it()


def test_nothing_is_wider_than_a_phone(visit):
    visit.page.set_viewport_size({"width": 390, "height": 844})
    for name in ("start", "four", "guess", "step", "fixes", "take"):
        open_state(visit, STATES[name])
        visit.assert_fits()


def test_a_whole_visit_by_keyboard(visit):
    open_state(visit, SMALL)
    visit.tab_to("e.ariaLabel?.startsWith('Depth')")
    visit.page.keyboard.press("ArrowRight")
    visit.page.wait_for_function("() => document.querySelector('.stage').dataset.value === '5'")
    visit.tab_to("e.classList.contains('stage-train')")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_function("() => document.querySelector('.stage').dataset.row === '29'", timeout=60_000)
    visit.tab_to("e.classList.contains('stage-scrub')")
    visit.page.keyboard.press("ArrowLeft")
    visit.page.wait_for_function("() => document.querySelector('.stage').dataset.row === '28'")
    visit.tab_to("e.closest('[data-testid=stSelectbox]')")
    visit.page.keyboard.press("ArrowDown")
    visit.page.keyboard.press("ArrowDown")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**activation=**")
    visit.tab_to("e.closest('.st-key-lab-tools')", 120)
    visit.page.keyboard.press("ArrowRight")
    visit.page.keyboard.press("Space")
    visit.page.wait_for_selector(".slow")


def test_focus_stays_where_it_was_when_the_page_answers(visit):
    open_state(visit, SMALL)
    depth = visit.page.get_by_role("slider", name="Depth")
    depth.focus()
    visit.page.keyboard.press("ArrowRight")
    visit.page.wait_for_url("**depth=5**")
    visit.settle()
    assert visit.page.evaluate("document.activeElement.ariaLabel").startswith("Depth")
