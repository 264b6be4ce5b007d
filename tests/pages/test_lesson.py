import math
import re

import numpy as np
import pytest

from core import Experiment, Network, lessons, trainer
from core.blocks import Panel, Powers, Predict, claims_in
from core.claims import seeded

pytestmark = pytest.mark.browser

SLUG = lessons.entries()[0].slug
LESSON = lessons.load(SLUG)
BLOCKS = [placed.block for section in LESSON.sections for placed in section.blocks]
CHARTS = sum(isinstance(block, Panel | Powers) for block in BLOCKS)
PHONE = {"width": 390, "height": 844}


def open_lesson(visit):
    visit.open(SLUG, charts=CHARTS)
    visit.page.wait_for_function("() => !document.body.innerText.includes('…measuring…')", timeout=90_000)


@pytest.mark.parametrize("visit", [{"width": 1280, "height": 900}, PHONE], indirect=True)
def test_the_whole_lesson_is_there_with_every_figure_and_every_number_measured(visit):
    open_lesson(visit)
    headings = visit.page.locator("h2").all_inner_texts()
    assert headings == [section.title for section in LESSON.sections]
    assert f"{LESSON.minutes} minutes" in visit.page.locator("body").inner_text()
    numbers = visit.page.locator('[data-testid="stMarkdown"] a[title^="Measured by this page"]')
    shown_before_reveal = sum(
        LESSON.claims[name].in_lab for b in BLOCKS if not isinstance(b, Predict) for name in claims_in(b)
    )
    assert numbers.count() == shown_before_reveal
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= visit.page.viewport_size["width"]


def test_a_measured_number_is_what_core_measures_and_opens_its_experiment(visit):
    open_lesson(visit)
    claim = LESSON.claims["linear-factor"]
    wanted = claim.words(trainer.profiles(seeded(LESSON.experiments[claim.of], claim)))
    link = visit.page.locator('a[title*="ten linear layers"]').first
    assert link.inner_text() == wanted
    visit.open(link.get_attribute("href"), charts=1)
    ours = claim.typical(trainer.profiles(seeded(LESSON.experiments[claim.of], claim))).delta_norm
    np.testing.assert_allclose(visit.bars()[0], ours, rtol=1e-12)
    shown = re.search(r"× ([0-9.]+) per layer", visit.page.get_by_test_id("stMain").inner_text())
    assert f"{float(shown[1]):.2g}" == wanted


def test_a_prediction_comes_before_its_measurement(visit):
    open_lesson(visit)
    page = visit.page
    box = page.locator('[data-testid="stVerticalBlock"]').filter(has=page.get_by_text("Your prediction")).last
    assert "Nine steps back leave" not in page.locator("body").inner_text()
    guess = page.get_by_role("slider", name="Your guess").first
    guess.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Measure it").first.click()
    page.get_by_text("Nine steps back leave").wait_for()
    visit.settle()
    claim = LESSON.claims["sigmoid-arrives"]
    values = claim.typical(trainer.profiles(seeded(LESSON.experiments[claim.of], claim))).delta_norm
    gap = abs(math.log10(values[0] / values[-1]) + 3)
    assert f"{gap:.1f} decades" in page.locator("body").inner_text()
    traces = page.evaluate(
        """Array.from(document.querySelectorAll('.live-figure-drawing'), d => d.data)
        .find(data => data.some(t => t.name === 'Your prediction')).map(t => Array.from(t.y))"""
    )
    np.testing.assert_allclose(traces[0], values, rtol=1e-12)
    assert traces[1][0] / traces[1][-1] == pytest.approx(1e-3)
    assert box.count() == 1


def test_a_figure_moves_without_rerunning_the_rest_of_the_page(visit):
    open_lesson(visit)
    page = visit.page
    slider = page.get_by_role("slider", name="Depth").first
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.live-figure-drawing')].some(d => d.data[0].y.length === 11)"
    )
    visit.settle()
    values = trainer.profiles([Experiment(Network(depth=11, activation="linear"))])[0].delta_norm
    np.testing.assert_allclose(visit.bars(1)[0], values, rtol=1e-12)


def test_the_contents_follow_the_reader_and_lead_to_a_section(visit):
    open_lesson(visit)
    page = visit.page
    current = page.locator(".contents a[aria-current]")
    assert current.inner_text() == LESSON.sections[0].title
    page.locator(".contents a", has_text="The ReLU answer").click()
    page.wait_for_function("() => document.querySelector('.contents a[aria-current]').innerText === 'The ReLU answer'")
    assert page.url.endswith("#the-relu-answer")


def test_a_link_to_a_section_arrives_at_it(visit):
    visit.open(f"{SLUG}#the-sigmoid-case", charts=CHARTS)
    visit.page.wait_for_function(
        """() => {
            const top = document.getElementById('the-sigmoid-case').getBoundingClientRect().top;
            return top >= -5 && top < 300;
        }"""
    )


def test_math_has_text_for_those_who_do_not_see_it(visit):
    open_lesson(visit)
    formulas = visit.page.locator(".katex")
    assert formulas.count() > 20
    assert visit.page.locator(".katex math").count() == formulas.count()


def test_no_raw_markup_is_left_in_the_text(visit):
    open_lesson(visit)
    text = visit.page.locator('[data-testid="stMain"]').inner_text()
    assert not re.search(r"\{claim\}|\$[^ ]|```|:material", text)
