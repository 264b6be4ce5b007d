import json
import re

import numpy as np
import pytest

from core import Experiment, Network
from core.evidence import evidence
from core.lab.race import Race
from core.lab.settings import SETTINGS
from core.lessons import library
from core.lessons.blocks import Notes, Panel, Powers, Question, Slope
from core.lessons.claims import seeded, typical_seed
from core.lessons.prose import roles
from core.lessons.views import VIEWS
from core.networks import trainer
from core.verdicts.reading import number
from tests.pages import answering

pytestmark = pytest.mark.browser

SLUG = library.entries()[0].slug
LESSON = library.load(SLUG)
BLOCKS = [block for _, block in LESSON.blocks]
PANELS = [block for block in BLOCKS if isinstance(block, Panel)]
FILLED = [block for block in BLOCKS if isinstance(block, Panel | Powers | Question)]
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PATIENCE = 180_000  # a fresh server measures everything first


def open_lesson(visit, path=SLUG):
    """Go to the lesson, and wait until all of its numbers have been measured."""
    visit.page.set_default_timeout(PATIENCE)
    visit.open(path)
    visit.page.wait_for_function(
        "n => document.querySelectorAll('h2').length >= n && !document.body.innerText.includes('…measuring…')",
        arg=1 if "projector" in path else len(LESSON.sections),
    )
    visit.page.wait_for_function("() => document.documentElement.dataset.reading === 'ready'")
    visit.settle()
    visit.page.wait_for_function(  # the browser may still be busy with what the script has long written
        """([slug, n]) => {
            const box = (name) => `.stVerticalBlock[class*="st-key-${name}-"]`;
            const boxes = [...document.querySelectorAll(`${box(slug)}, ${box("question")}`)];
            return boxes.length >= n && boxes.every((one) => one.innerText.trim());
        }""",
        arg=[SLUG, 0 if "projector" in path else len(FILLED)],
    )
    visit.page.set_default_timeout(30_000)


def box_of(visit, block_id):
    return visit.page.locator(f".st-key-{SLUG}-{block_id}")


def predict(visit, panel, choice=None, left=0):
    """Commit to a guess, and wait for the figure."""
    box = box_of(visit, panel)
    if choice is not None:
        box.get_by_text(choice, exact=True).click()
    for _ in range(left):
        box.get_by_role("slider", name="Your guess").press("ArrowLeft")
        visit.settle()
    box.get_by_role("button", name="Measure it").click()
    box.locator(".js-plotly-plot").first.wait_for()
    visit.settle()
    return box


def drawn(box, kind="bar"):
    """The heights of the first figure in a box, a list for each network."""
    return box.locator(".live-figure-drawing").first.evaluate(
        "(drawing, kind) => drawing.data.filter(t => t.type === kind).map(t => Array.from(t.y))", kind
    )


@pytest.mark.parametrize("visit", [DESK, PHONE], indirect=True)
def test_the_whole_lesson_is_read_every_experiment_moves_every_prediction_reveals_every_item_grades(visit):
    open_lesson(visit)
    page = visit.page
    assert page.locator("h2").all_inner_texts() == [section.title for section in LESSON.sections]
    assert f"{LESSON.minutes} minutes" in page.locator("body").inner_text()
    page.set_default_timeout(60_000)
    for block in BLOCKS:
        if isinstance(block, Panel | Powers) and block.predict:
            reveal(visit, block)
    assert page.get_by_role("button", name="Measure it").count() == 0
    for block in PANELS:
        move(visit, block)
    for block in BLOCKS:
        if isinstance(block, Question):
            answer(visit, block.id)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert not re.search(r"\{[a-z]+\}`|\$[^ ]|```|:material|…measuring…", page.get_by_test_id("stMain").inner_text())


def reveal(visit, block):
    name = getattr(block, "id", None)
    box = box_of(visit, name) if name else visit.page.get_by_text("Your prediction first").first.locator(
        "xpath=ancestor::*[@data-testid='stVerticalBlock'][1]")  # fmt: skip
    if box.get_by_role("radio").count():
        box.locator('[data-testid="stRadio"] label').nth(1).click()
        visit.settle()
    box.get_by_role("button", name="Measure it").click()
    box.locator(".js-plotly-plot").first.wait_for()
    visit.settle()
    if name:
        said = box.inner_text()
        assert re.search(r"Well seen|Not far|A surprise", said), name


def move(visit, block):
    """The first control of an experiment changes its figure."""
    box = box_of(visit, block.id)
    before = json.dumps(drawn(box) or drawn(box, "scatter"))
    handle = box.get_by_role("slider", name=SETTINGS[block.controls[0]].title).first
    handle.press("ArrowRight")
    visit.page.wait_for_function(
        """([key, before]) => {
            const drawing = document.querySelector(`.st-key-${key} .live-figure-drawing`);
            const ys = (kind) => drawing.data.filter((t) => t.type === kind).map((t) => Array.from(t.y));
            const now = ys("bar").length ? ys("bar") : ys("scatter");
            return JSON.stringify(now).replaceAll(" ", "") !== before.replaceAll(" ", "");
        }""",
        arg=[f"{SLUG}-{block.id}", before],
    )
    visit.settle()


def answer(visit, item_id):
    """A wrong answer, which is met with the right one."""
    box = visit.page.locator(f".st-key-question-{SLUG}-{item_id}")
    variant = answering.drawn(item_id)
    answering.give(visit, variant, answering.wrong(variant), within=box)
    box.get_by_role("button", name="Fairly sure").click()
    box.get_by_text("The right answer:").wait_for()
    visit.settle()


def test_every_number_in_the_text_says_how_we_know(visit):
    open_lesson(visit)
    shown = [role for b in BLOCKS if not isinstance(b, Panel | Notes) for text in b.texts() for role in roles(text)]
    shown += [role for b in PANELS if b.predict for role in roles(b.predict.ask)]
    claims = [role for role in shown if role.kind == "claim"]
    numbers = visit.page.locator('a[data-says^="Measured by this page"]')
    visit.page.wait_for_function(
        "n => document.querySelectorAll('a[data-says^=\"Measured by this page\"]').length === n", arg=len(claims)
    )
    assert [n.strip() for n in numbers.all_inner_texts()].count("") == 0
    numbers.first.hover()
    hint = visit.page.locator(".reading-hint")
    hint.wait_for()
    assert "median of" in hint.inner_text()
    assert numbers.first.get_attribute("aria-description") == hint.locator("span").inner_text()


def test_a_measured_number_is_what_core_measures_and_opens_its_experiment(visit):
    open_lesson(visit)
    claim = LESSON.claims["sigmoid-torch-factor"]
    experiments = seeded(LESSON.experiments, claim)
    profiles = trainer.profiles(experiments)
    values = claim.values(profiles)
    link = visit.page.locator('a[data-says*="ten sigmoid layers, PyTorch\'s default"]').first
    assert link.inner_text() == claim.words(values)
    visit.open(link.get_attribute("href"), charts=1)
    np.testing.assert_allclose(visit.bars()[0], profiles[typical_seed(values)].delta_norm, rtol=1e-12)
    shown = re.search(r"× ([0-9.]+) per layer", visit.page.get_by_test_id("stMain").inner_text())
    assert f"{float(shown[1]):.2g}" == claim.words(values)


def test_a_number_can_be_measured_again_by_keyboard_beside_what_it_was_before(visit):
    open_lesson(visit)
    page, shipped = visit.page, evidence.shared().known(LESSON, "sigmoid-torch-factor")
    link = page.locator('a[data-says*="ten sigmoid layers, PyTorch\'s default"]').first
    assert f"Measured on {shipped.stamp.day} with torch" in link.get_attribute("data-says")
    link.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Measure it again"
    page.keyboard.press("Shift+Tab")
    assert link.evaluate("link => link === document.activeElement")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Every seed came out as before").wait_for()
    words = LESSON.claims["sigmoid-torch-factor"].words(shipped.value)
    said = dialog.inner_text()
    assert f"Now: {words}, measured at this moment with torch" in said
    assert f"Before: {words}, measured on {shipped.stamp.day}" in said
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")


def test_a_prediction_comes_before_its_measurement(visit):
    open_lesson(visit)
    assert box_of(visit, "sigmoid-ten").locator(".js-plotly-plot").count() == 0
    assert "Nine steps back leave" not in visit.page.locator("body").inner_text()
    box = predict(visit, "sigmoid-ten", left=3)
    claim = LESSON.claims["sigmoid-arrives"]
    median = claim.median(claim.values(trainer.profiles(seeded(LESSON.experiments, claim))))
    gap = abs(np.log10(median) + 3)
    said = box.inner_text()
    assert f"it is {number(median, 2)}: {gap:.1f} decades apart" in said
    assert "Nine steps back leave" in said
    values = trainer.profiles([LESSON.experiments["ten sigmoid layers"]])[0].delta_norm
    np.testing.assert_allclose(drawn(box)[0], values, rtol=1e-12)
    (guess,) = drawn(box, "scatter")
    assert guess[0] / guess[-1] == pytest.approx(1e-3)
    assert guess[-1] == pytest.approx(values[-1])


def test_a_prediction_that_is_made_offline_is_measured_when_the_connection_is_back(visit):
    open_lesson(visit)
    box = box_of(visit, "only-weights")
    box.get_by_text("About as much as at the start", exact=True).click()
    visit.settle()
    visit.page.context.set_offline(True)
    answering.until(visit, lambda: answering.notice(visit).inner_text().startswith(answering.OFFLINE))
    box.get_by_role("button", name="Measure it").click()
    answering.until(visit, lambda: answering.KEPT in answering.notice(visit).inner_text())
    assert box.locator(".js-plotly-plot").count() == 0
    visit.page.context.set_offline(False)
    box.locator(".js-plotly-plot").first.wait_for()
    visit.settle()
    answering.only_offline(visit)


def test_guesses_answers_and_the_readers_place_survive_a_reload(visit):
    open_lesson(visit)
    predict(visit, "only-weights", choice="About as much as at the start")
    answer(visit, "slowest-layer")
    chosen = box_of(visit, "only-weights").inner_text()
    visit.page.locator("#a-product-over-layers").scroll_into_view_if_needed()
    visit.page.mouse.wheel(0, 600)
    visit.page.wait_for_function(
        "() => document.querySelector('.contents a[aria-current]').innerText.startsWith('A pro')"
    )
    open_lesson(visit)
    box = box_of(visit, "only-weights")
    box.scroll_into_view_if_needed()  # a figure is drawn when its reader is near
    box.locator(".js-plotly-plot").first.wait_for()
    visit.page.wait_for_function(
        "([key, text]) => document.querySelector(`.st-key-${key}`).innerText === text",
        arg=[f"{SLUG}-only-weights", chosen],
    )
    visit.settle()
    assert "The right answer" in visit.page.locator(f".st-key-question-{SLUG}-slowest-layer").inner_text()
    again = visit.page.locator(".contents-again a")
    assert again.inner_text() == "Go on at “A product over layers”"
    again.click()
    visit.page.wait_for_function(
        "() => Math.abs(document.getElementById('a-product-over-layers').getBoundingClientRect().top) < 300"
    )


def test_the_film_plays_with_captions_and_can_be_read(visit):
    open_lesson(visit)
    video = visit.page.locator("video")
    video.scroll_into_view_if_needed()
    video.evaluate("v => { v.muted = true; return v.play(); }")
    visit.page.wait_for_function("() => document.querySelector('video').currentTime > 6")
    seen = video.evaluate(
        "v => [v.duration, [...v.textTracks].map(t => [t.mode, t.cues.length, t.activeCues[0]?.text])]"
    )
    duration, ((mode, cues, words),) = seen
    assert 120 <= duration <= 240
    assert mode == "hidden"  # its words stand below it, where they cover nothing
    assert cues > 20
    assert words
    below = visit.page.locator(".film-says")
    assert below.bounding_box()["y"] >= video.bounding_box()["y"] + video.bounding_box()["height"]
    visit.page.wait_for_function(
        """() => {
            const [track] = document.querySelector("video").textTracks;
            const words = (track.activeCues[0]?.text ?? "").split(/\\s+/).join(" ");
            return words && document.querySelector(".film-says").textContent === words;
        }"""
    )
    visit.page.get_by_text("The same in words").click()
    transcript = visit.page.locator("details", has_text="The same in words")
    said = " ".join(transcript.inner_text().split())
    assert " ".join(words.split()) in said
    film = LESSON.path.parent / "media" / "lesson.mp4"
    assert film.stat().st_size < 15e6


def test_prose_points_at_a_bar(visit):
    open_lesson(visit)
    box = predict(visit, "only-weights", choice="Less than a tenth")
    link = box.get_by_role("link", name="the bar of layer 1")
    link.click()
    faded = "box => [...box.querySelectorAll('.barlayer .point')].map(p => p.style.opacity)"
    assert box.evaluate(faded) == ["1", *["0.25"] * 9]
    seen = box.locator(".js-plotly-plot").evaluate(
        "p => { const r = p.getBoundingClientRect(); return r.bottom > 0 && r.top < innerHeight; }"
    )
    assert seen
    box.get_by_role("link", name="the last one").hover()
    visit.page.mouse.move(0, 0)
    visit.page.wait_for_function(
        "key => [...document.querySelectorAll(`.st-key-${key} .point`)].every(p => p.style.opacity === '')",
        arg=f"{SLUG}-only-weights",
    )


def test_an_equation_explains_its_symbols_to_pointer_and_keyboard_and_with_numbers(visit):
    open_lesson(visit)
    box = visit.page.locator('[class*="st-key-equation-"]').first
    table = box.locator("table")
    assert not table.is_visible()
    box.focus()
    assert table.is_visible()
    assert "weight matrix of the next layer" in table.inner_text()
    assert box.get_attribute("aria-label").startswith("Equation. Read aloud: The error signal of layer l")
    box.locator(".katex-html [style*='rgb(15, 98, 241)']").first.hover()
    assert "weight matrix" in box.locator("tr.reading-lit").inner_text()
    panel = predict(visit, "only-weights", choice="Less than a tenth")
    panel.get_by_text("In numbers").click()
    panel.locator("details .katex").first.wait_for()
    profile = trainer.profiles([LESSON.experiments["ten linear layers"]])[0]
    said = panel.locator("details math").first.text_content()
    assert f"{profile.delta_norm[0]:.3g}" in said
    assert f"{profile.delta_norm[1]:.3g}" in said


def test_a_figure_moves_without_rerunning_the_rest_of_the_page(visit):
    open_lesson(visit)
    box = predict(visit, "only-weights", choice="Less than a tenth")
    visit.page.evaluate("document.querySelector('h2').dataset.mark = 'same'")
    box.get_by_role("slider", name="Depth").press("ArrowRight")
    visit.page.wait_for_function(
        "key => document.querySelector(`.st-key-${key} .live-figure-drawing`).data[0].y.length === 11",
        arg=f"{SLUG}-only-weights",
    )
    values = trainer.profiles([Experiment(Network(depth=11, activation="linear"))])[0].delta_norm
    np.testing.assert_allclose(drawn(box)[0], values, rtol=1e-12)
    assert visit.page.evaluate("document.querySelector('h2').dataset.mark") == "same"


def test_the_contents_follow_the_reader_and_lead_to_a_section(visit):
    open_lesson(visit)
    page = visit.page
    current = page.locator(".contents a[aria-current]")
    assert current.inner_text().startswith(LESSON.sections[0].title)
    page.locator(".contents a", has_text="The ReLU answer").click()
    page.wait_for_function(
        "() => document.querySelector('.contents a[aria-current]').innerText.startsWith('The ReLU answer')"
    )
    assert page.url.endswith("#the-relu-answer")


def test_a_link_to_a_section_arrives_at_it(visit):
    visit.page.set_default_timeout(PATIENCE)
    visit.open(f"{SLUG}#the-sigmoid-case")
    visit.page.wait_for_function(
        """() => {
            const top = document.getElementById('the-sigmoid-case')?.getBoundingClientRect().top;
            return top >= -5 && top < 300;
        }"""
    )


def test_keys_turn_to_the_next_section_and_back(visit):
    open_lesson(visit)
    near = "id => Math.abs(document.getElementById(id).getBoundingClientRect().top) < 120"
    for key, section in (("n", 0), ("n", 1), ("n", 2), ("p", 1)):
        anchor = LESSON.sections[section].anchor
        visit.page.keyboard.press(key)
        visit.page.wait_for_function(near, arg=anchor)


def test_a_lecturer_shows_a_section_at_a_time_with_notes(visit):
    open_lesson(visit, f"{SLUG}?view=projector&section=a-quick-refresher")
    page = visit.page
    assert page.locator("h2").all_inner_texts() == ["A quick refresher"]
    assert "Ask the room" not in page.locator("body").inner_text()
    page.get_by_text("Speaker notes").click()
    page.get_by_text("Ask the room for").wait_for()
    page.keyboard.press("PageDown")
    page.wait_for_function("() => document.querySelector('h2')?.innerText === 'The core problem'")
    visit.settle()
    assert "section=the-core-problem" in page.url
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "24px"
    page.keyboard.press("PageUp")
    page.wait_for_function("() => document.querySelector('h2')?.innerText === 'A quick refresher'")
    visit.settle()


def test_notes_are_not_in_the_readers_view(visit):
    open_lesson(visit)
    text = visit.page.locator("body").inner_text()
    notes = [block.text for block in BLOCKS if isinstance(block, Notes)]
    assert notes
    assert not any(note[:40] in text for note in notes)


HANDOUT = f"{SLUG}?view=handout"


def open_handout(visit, paper):
    """Go to a handout, and wait until it says that it may be printed."""
    visit.open(f"{HANDOUT}&paper={paper}")
    visit.page.wait_for_function(
        "() => document.querySelector('.handout-print button')?.disabled === false", timeout=PATIENCE
    )


WHEN_IT_MAY_BE_PRINTED = """
window.may_be_printed_with = []; // how many figures there were whenever it said so
const look = () => {
  const button = document.querySelector(".handout-print button");
  const figures = document.querySelectorAll(".live-figure .js-plotly-plot").length;
  if (button?.disabled === false && may_be_printed_with.at(-1) !== figures) may_be_printed_with.push(figures);
  requestAnimationFrame(look);
};
look();
"""


def pages_of(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_a_handout_has_every_figure_and_can_be_printed(visit):
    figures = sum(len(VIEWS[block.figure].draw(*drawn_by_core(block)).pictures) for block in PANELS)
    figures += sum(isinstance(block, Powers | Slope) for block in BLOCKS)
    visit.page.add_init_script(WHEN_IT_MAY_BE_PRINTED)
    open_handout(visit, "answers")
    assert visit.page.evaluate("may_be_printed_with") == [figures]
    assert visit.page.locator(".handout-print p").inner_text() == f"All {figures} figures are there."
    assert visit.page.get_by_role("button", name="Measure it").count() == 0
    text = visit.page.locator("body").inner_text()
    assert "Nine steps back leave" in text
    assert "Answer:" in text
    visit.page.emulate_media(media="print")
    pdf = visit.page.pdf(prefer_css_page_size=True)
    assert pages_of(pdf) <= 14  # it was 26 on one column
    assert visit.page.locator(".live-figure .js-plotly-plot").count() == figures
    for hidden in ('[data-testid="stSidebar"]', ".st-key-handout-head"):
        assert not visit.page.locator(hidden).is_visible()
    too_wide = """() => [...document.querySelector('.stMain').querySelectorAll('.js-plotly-plot, table, .katex')]
        .filter((one) => one.getBoundingClientRect().width > 343).map((one) => one.innerText)"""  # 88 mm and a little
    visit.page.set_viewport_size({"width": 700, "height": 1000})  # as wide as the paper
    assert visit.page.evaluate(too_wide) == []


@pytest.mark.parametrize("paper", ["questions", "worksheet"])
def test_a_handout_without_answers_has_room_for_them_and_gives_none_away(visit, paper):
    open_handout(visit, paper)
    text = visit.page.locator(".stMain").inner_text()
    predicted = [block for block in PANELS if block.predict]
    assert text.count("Predict.") == len([b for b in BLOCKS if isinstance(b, Panel | Powers) and b.predict])
    assert "Nine steps back leave" not in text
    assert "Answer:" not in text
    assert visit.page.locator(".room").count() >= len(predicted)
    for block in predicted:
        plots = visit.page.locator(f".st-key-paper-{SLUG}-{block.id} .js-plotly-plot")
        shown = plots.evaluate_all("plots => plots.flatMap((plot) => plot.data.flatMap((trace) => [...trace.y]))")
        assert all(y is None for y in shown)
    assert ("geometric sequence" in text) == (paper == "questions")


def test_a_handout_is_light_on_a_dark_screen_and_says_when_it_was_printed_too_early(visit):
    visit.page.emulate_media(color_scheme="dark")
    open_handout(visit, "worksheet")
    ink = "getComputedStyle(document.querySelector('.stMain h2')).color"
    assert visit.page.evaluate(ink) == "rgb(29, 34, 51)"
    axis = "document.querySelector('.js-plotly-plot .xtick text').style.fill"
    assert visit.page.evaluate(axis) != "rgb(235, 232, 225)"
    visit.page.emulate_media(media="print", color_scheme="dark")
    early = "getComputedStyle(document.querySelector('.stMain'), '::before').content"
    assert visit.page.evaluate(early) == "none"
    visit.page.evaluate("document.documentElement.dataset.handout = 'waiting'")
    assert "before all figures were drawn" in visit.page.evaluate(early)


def test_a_mark_finds_its_figure(visit):
    """Also one that is far away and not drawn yet, as after a reload."""
    open_lesson(visit)
    predict(visit, "skips-explode", left=1)
    open_lesson(visit)
    page = visit.page
    mark = page.locator("a[href*='#mark-']").last
    panel = re.search(r"#mark-(.+)-[A-D]-", mark.get_attribute("href"))[1]
    figure = page.locator(f".st-key-{panel} .live-figure").first
    assert figure.locator(".js-plotly-plot").count() == 0
    mark.evaluate("link => link.click()")  # as from afar: a robot would scroll there first
    pointed = "figure.querySelectorAll('.barlayer .point[style*=\"opacity: 1\"]').length"
    page.wait_for_function(
        f"figure => {pointed} === 1 && figure.getBoundingClientRect().top < innerHeight", arg=figure.element_handle()
    )
    page.wait_for_function(f"figure => {pointed} === 0", arg=figure.element_handle())  # it lets go after a while


def drawn_by_core(block):
    race = Race.of(*(LESSON.experiments[name] for name in block.show))
    job = trainer.profiles if VIEWS[block.figure].needs == "profile" else trainer.train
    return race, job(race.experiments)


def test_math_has_text_for_those_who_do_not_see_it(visit):
    open_lesson(visit)
    formulas = visit.page.locator(".katex")
    assert formulas.count() > 20
    assert visit.page.locator(".katex math").count() == formulas.count()


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 720), (390, 844)])
def test_on_a_projector_the_bar_at_the_top_covers_no_button(visit, width, height):
    visit.page.set_viewport_size({"width": width, "height": height})
    open_lesson(visit, f"{SLUG}?view=projector&section=clipping")
    bar = visit.page.get_by_test_id("stHeader").bounding_box()
    for name in ("Previous", "Next"):
        button = visit.page.get_by_role("button", name=name).bounding_box()
        assert button["y"] >= bar["y"] + bar["height"], name


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", [SLUG, f"{SLUG}?view=projector&section=clipping"])
def test_axe_finds_nothing_serious(visit, path, theme):
    visit.page.emulate_media(color_scheme=theme)
    open_lesson(visit, path)
    visit.assert_everybody_gets_to_it()


def test_a_visit_by_keyboard_alone(visit):
    open_lesson(visit)
    page, tab_to = visit.page, visit.tab_to
    tab_to("e.closest('.contents')")
    tab_to("e.ariaLabel === 'Your guess'")
    page.keyboard.press("ArrowLeft")
    visit.settle()
    tab_to(answering.on_button("Measure it"))
    page.keyboard.press("Enter")
    page.get_by_role("slider", name="Factor r").wait_for()
    page.wait_for_selector(".live-figure .js-plotly-plot")
    visit.settle()
    assert page.evaluate("document.activeElement.closest('[class*=st-key-01-]') !== null")  # its button has gone
    tab_to("e.ariaLabel?.startsWith('Factor r')", limit=10)
    page.keyboard.press("ArrowRight")
    page.get_by_text("0.65^").or_(page.locator("math", has_text="0.65")).first.wait_for()
    visit.settle()
