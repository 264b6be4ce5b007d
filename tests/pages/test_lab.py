import json
import re
import time
from itertools import pairwise
from urllib.parse import urlencode

import numpy as np
import pytest
from playwright.sync_api import expect

from core import Experiment, Network, prescribe
from core.lab import scene
from core.lab.race import Race
from core.lab.remedies import patient
from core.lab.scenarios import everyone, keys
from core.networks import trainer
from core.theory import mean_field
from core.verdicts import diagnosis
from core.verdicts.reading import number
from core.verdicts.why import explain
from tests.pages.answering import OFFLINE, notice, only_offline, until

pytestmark = pytest.mark.browser

STAGE = "document.querySelector('.stage')"
CHART = "document.querySelector('.stage-drawing')"


def profiles(race):
    return trainer.profiles(race.experiments)


def expected(race):
    return [profile.weight_grad_norm for profile in profiles(race)]


def open_lab(visit, race=None, query=""):
    """Open the lab at a race, and wait until the stage shows it."""
    text = query or (urlencode(race.query()) if race else "")
    visit.open(f"lab?{text}" if text else "lab", charts=1)
    visit.page.wait_for_function(f"() => {STAGE}?.dataset.shown !== undefined")


def bars(visit):
    return visit.page.evaluate(f"{CHART}.data.filter(t => t.type === 'bar').map(t => Array.from(t.y))")


def assert_bars(visit, wanted):
    """The chart comes to show these numbers."""
    end = time.monotonic() + 20
    while not same(shown := bars(visit), wanted) and time.monotonic() < end:
        visit.page.wait_for_timeout(50)
    assert same(shown, wanted), f"shown {shown}, wanted {wanted}"


def same(shown, wanted):
    return len(shown) == len(wanted) and all(
        len(ours) == len(theirs)
        and np.allclose(np.array(ours, dtype=float), theirs, rtol=1e-12, atol=0, equal_nan=True)
        for ours, theirs in zip(shown, wanted, strict=True)
    )


def slider(visit, label):
    return visit.page.get_by_role("slider", name=label)


def button(visit, name):
    return visit.page.get_by_role("button", name=name)


def pick(visit, label, text, nth=0):
    """Choose in one of Streamlit's select boxes, with the mouse."""
    visit.settle()
    box = visit.page.get_by_role("combobox", name=label).nth(nth)
    box.scroll_into_view_if_needed()
    visit.scrolled()
    box.click()
    visit.page.get_by_role("option", name=text, exact=True).click()


def until_row(visit, row):
    visit.page.wait_for_function(f"n => {STAGE}.dataset.row === String(n)", arg=row, timeout=60_000)


def train(visit):
    button(visit, re.compile("^Train for")).click()
    visit.page.wait_for_function("() => !document.querySelector('.stage-play').hidden", timeout=60_000)


def to_the_end(visit, rows=100):
    slider(visit, "Training step").focus()
    visit.page.keyboard.press("End")
    until_row(visit, rows)


def mark_the_chart(visit):
    visit.page.evaluate(f"window.chart = {CHART}.querySelector('.main-svg')")


def is_the_same_chart(visit):
    return visit.page.evaluate(f"window.chart === {CHART}.querySelector('.main-svg')")


def text(visit):
    return visit.page.locator("body").inner_text()


# --- 1. race ---


def test_networks_are_added_changed_renamed_and_removed(visit):
    open_lab(visit)
    assert_bars(visit, expected(Race()))
    mark_the_chart(visit)
    button(visit, "Add a network").click()
    race = Race().with_copy(1)
    assert_bars(visit, expected(race))
    pick(visit, "Activation", "GELU", nth=2)
    race = race.with_setting("activation", "gelu", 2)
    assert_bars(visit, expected(race))
    assert is_the_same_chart(visit)
    button(visit, "⋯").nth(2).click()
    visit.page.get_by_label("Name of network C").fill("mine")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**name_c=mine**")
    race = race.named(2, "mine")
    visit.page.wait_for_function(f"names => {CHART}.data.map(t => t.name).join() === names", arg=",".join(race.labels))
    visit.page.keyboard.press("Escape")
    button(visit, "⋯").nth(0).click()
    button(visit, "Remove").click()
    assert_bars(visit, expected(race.without(0)))
    visit.page.keyboard.press("Escape")
    visit.page.wait_for_url("**name_b=mine**")


def test_another_setting_can_be_what_differs(visit):
    open_lab(visit, Race().with_setting("depth", 6))
    visit.unfold("What differs")
    visit.take("Settings that each network has", "Normalization")
    visit.page.wait_for_url("**norm%3Anone**")
    visit.page.keyboard.press("Escape")
    visit.take("Normalization", "Batch normalization", nth=1)
    race = Race().with_setting("depth", 6).comparing(["activation", "init", "norm"]).with_setting("norm", "batch", 1)
    assert_bars(visit, expected(race))
    assert race.labels[1] in text(visit)


def test_bars_over_several_seeds_show_their_spread(visit):
    race = Race().with_setting("depth", 5).viewed(seeds=5)
    open_lab(visit, race)
    shown = scene.start(race, trainer.profiles(race.seeded()))["figure"]["data"]
    assert_bars(visit, [trace["y"] for trace in shown])
    whiskers = visit.page.evaluate(f"{CHART}.data.map(t => Array.from(t.error_y.array))")
    for ours, theirs in zip(whiskers, shown, strict=True):
        np.testing.assert_allclose(ours, theirs["error_y"]["array"], rtol=1e-12)


def test_size_ratio_and_consequence_are_read_out(visit):
    open_lab(visit)
    for profile in profiles(Race()):
        verdict = diagnosis.of_profile(profile)
        assert verdict.evidence in text(visit)
        assert verdict.consequence in text(visit)
    assert "steps to change by 1 %" in text(visit)


# --- 2. film ---


def test_a_run_is_played_in_the_browser_and_every_moment_is_the_recorded_one(visit):
    race = Race().with_setting("depth", 5).with_setting("seed", 2)
    runs = trainer.train(race.experiments)
    open_lab(visit, race)
    mark_the_chart(visit)
    train(visit)
    until_row(visit, 100)  # it plays by itself
    assert_bars(visit, [run.grad_norm[-1] for run in runs])
    assert is_the_same_chart(visit)
    visit.page.wait_for_url("**at=299**")
    asked = []
    visit.page.on("request", lambda request: asked.append(request.url))
    slider(visit, "Training step").focus()
    for _ in range(3):
        visit.page.keyboard.press("ArrowLeft")
    until_row(visit, 97)
    assert_bars(visit, [run.grad_norm[97] for run in runs])
    step = runs[0].recorded_steps[97]
    assert f"Step {step}. A: loss {runs[0].loss[step]:.3g}"[:18] in text(visit)
    assert not asked
    visit.page.wait_for_url(f"**at={step}**")

    link = visit.page.url
    visit.page.goto("about:blank")
    open_lab(visit, query=link.partition("?")[2])
    until_row(visit, 97)
    assert_bars(visit, [run.grad_norm[97] for run in runs])

    button(visit, "Back to the start").click()
    visit.page.wait_for_url(lambda url: "at=" not in url)
    assert_bars(visit, expected(race))


def test_space_plays_and_pauses_and_arrows_step(visit):
    race = Race().with_setting("depth", 4).with_setting("steps", 100).viewed(at=0)
    open_lab(visit, race)
    until_row(visit, 0)
    visit.page.locator("h1").click()
    visit.page.keyboard.press("ArrowRight")
    until_row(visit, 1)
    visit.page.keyboard.press("ArrowLeft")
    until_row(visit, 0)
    visit.page.keyboard.press("Space")
    button(visit, "Pause").wait_for()
    visit.page.wait_for_timeout(500)
    visit.page.keyboard.press("Space")
    button(visit, "Play").wait_for()
    assert 0 < visit.page.evaluate(f"Number({STAGE}.dataset.row)") < 99


def test_the_film_pauses_where_a_network_diverged_and_says_what_went_first(visit):
    race = Race().with_setting("depth", 5).with_setting("rate", 10.0).with_setting("scale", 100.0)
    race = race.with_setting("activation", "tanh")
    runs = trainer.train(race.experiments)
    stop = next(run.diverged_at for run in runs if run.diverged_at is not None)
    open_lab(visit, race)
    train(visit)
    visit.page.get_by_text("Paused:").wait_for(timeout=60_000)
    assert f"diverged at step {stop}" in visit.page.locator(".stage-status").inner_text()
    assert "no longer a finite number" in visit.page.locator(".stage-status").inner_text()


def test_with_reduced_motion_nothing_plays_by_itself(visit):
    visit.page.emulate_media(reduced_motion="reduce")
    open_lab(visit, Race().with_setting("depth", 3).with_setting("steps", 30))
    train(visit)
    until_row(visit, 29)
    assert visit.page.evaluate("document.querySelector('.stage-play').dataset.playing") == "false"


def test_the_axis_stands_still_while_the_film_is_scrubbed(visit):
    open_lab(visit, Race().with_setting("depth", 6).viewed(at=0))
    until_row(visit, 0)
    before = visit.page.evaluate(f"{CHART}.layout.yaxis.range")
    to_the_end(visit)
    assert visit.page.evaluate(f"{CHART}.layout.yaxis.range") == before


def test_a_long_run_tells_its_cost_shows_its_progress_and_can_be_stopped(visit):
    race = Race().with_setting("depth", 60).with_setting("steps", 10_000)
    open_lab(visit, race)
    start = button(visit, re.compile("^Train for"))
    assert "about" in start.inner_text()
    start.click()
    visit.page.wait_for_function("() => document.querySelector('.stage-progress').value > 0", timeout=60_000)
    stop = button(visit, "Stop")
    assert visit.page.evaluate("document.activeElement.textContent") == "Stop"  # the focus has stayed
    stop.click()
    start.wait_for()
    assert_bars(visit, expected(race))


def test_a_new_setting_gives_up_the_run_of_the_old_one(visit):
    race = Race().with_setting("depth", 60).with_setting("steps", 10_000).with_setting("seed", 8)
    open_lab(visit, race)
    button(visit, re.compile("^Train for")).click()
    visit.page.wait_for_function("() => document.querySelector('.stage-progress').value > 0", timeout=60_000)
    with visit.page.expect_event("requestfailed", lambda request: "/api/training" in request.url):
        slider(visit, "Depth").focus()
        visit.page.keyboard.press("ArrowLeft")
    visit.faults.clear()  # a request that is given up counts as failed
    assert_bars(visit, expected(race.with_setting("depth", 59)))
    button(visit, re.compile("^Train for")).wait_for()


# --- 3. predict, then look ---


def test_the_bars_stay_hidden_until_a_guess_is_made_and_the_gap_is_told(visit):
    race = Race().with_setting("depth", 8).viewed(predict=True)
    open_lab(visit, race)
    wanted = expected(race)
    shown = bars(visit)
    for ours, theirs in zip(shown, wanted, strict=True):
        assert ours[:-1] == [None] * 7
        assert ours[-1] == pytest.approx(theirs[-1])
    assert "Vanishing" not in text(visit)
    slider(visit, "A: Sigmoid · Xavier, slope of your guess").focus()
    for _ in range(10):
        visit.page.keyboard.press("ArrowLeft")  # half a decade a layer
    handle = slider(visit, "A: Sigmoid · Xavier, layer 1, your guess")
    handle.focus()
    visit.page.keyboard.press("PageDown")
    assert handle.get_attribute("aria-valuenow") == f"{np.log10(wanted[0][-1]) - 0.5 * 7 - 1:.1f}"
    button(visit, "Show what is measured").click()
    assert_bars(visit, wanted)
    truth = np.log10(wanted[0][0] / wanted[0][-1])
    said = visit.page.locator(".stage-status").inner_text()
    assert f"measured is {number(10**truth, digits=2)}" in said
    assert f"{abs(-4.5 - truth):.1f} decades apart" in said
    assert "Vanishing" in text(visit)


def test_nothing_gives_away_what_is_to_be_guessed(visit):
    race = Race().with_setting("depth", 8).with_setting("steps", 30).viewed(predict=True, at=29, tab="why")
    open_lab(visit, race)
    shown = []
    slider(visit, "Depth").focus()
    visit.page.keyboard.press("ArrowRight")
    for _ in range(20):
        shown.append(bars(visit)[0])
        visit.page.wait_for_timeout(50)
    assert all(column[:-1] == [None] * (len(column) - 1) for column in shown)
    assert len(shown[-1]) == 9
    said = text(visit)
    assert "Vanishing" not in said
    assert "Make your prediction first" in said


def test_asked_to_predict_nothing_that_was_seen_stays(visit):
    open_lab(visit, Race().with_setting("depth", 10))
    visit.unfold("The numbers")
    visit.page.get_by_text("Dotted line").wait_for()  # which says how small the bars are
    visit.page.get_by_text("Predict first").click()
    button(visit, "Show what is measured").wait_for()
    assert "Dotted line" not in text(visit)
    assert "Vanishing" not in text(visit)
    assert bars(visit)[0][:-1] == [None] * 9


def test_a_guess_stays_with_its_network(visit):
    open_lab(visit, Race().with_setting("depth", 8).viewed(predict=True))
    lines = f"{CHART}.data.filter(t => t.type === 'scatter').length"
    button(visit, "Show what is measured").click()
    visit.page.wait_for_function(f"() => {lines} === 2")
    visit.page.wait_for_timeout(500)
    assert visit.page.evaluate(lines) == 2  # Python's answer has not wiped it out
    visit.page.get_by_text("Predict first").click()
    visit.page.wait_for_url(lambda url: "predict" not in url)
    slider(visit, "Depth").focus()
    visit.page.keyboard.press("ArrowRight")
    assert_bars(visit, expected(Race().with_setting("depth", 9)))
    assert visit.page.evaluate(lines) == 0


# --- 4. instruments ---


def test_every_instrument_shows_the_numbers_of_the_run(visit):
    race = Race().with_setting("depth", 4).with_setting("steps", 30)
    race = race.viewed(at=29, panels=("loss", "signal", "update", "saturation", "activations", "norms", "surface"))
    runs = trainer.train(race.experiments)
    open_lab(visit, race)
    until_row(visit, 29)
    visit.page.wait_for_function("() => document.querySelectorAll('.stage-small.js-plotly-plot').length === 11")
    shown = visit.page.evaluate(
        "Array.from(document.querySelectorAll('.stage-panel'), s => Array.from(s.querySelectorAll('.stage-small'),"
        " p => p.data.map(t => ({y: t.y && Array.from(t.y), z: t.z}))))"
    )
    loss, signal, update, saturation, activations, norms, surface = shown
    for row, run in enumerate(runs):
        np.testing.assert_allclose(loss[0][row]["y"], run.loss, rtol=1e-12)
        np.testing.assert_allclose(loss[1][row]["y"], run.accuracy, rtol=1e-12)
        np.testing.assert_allclose(signal[0][row]["y"], run.delta_norm[-1], rtol=1e-12)
        np.testing.assert_allclose(update[0][row]["y"], run.update_to_weight[-1], rtol=1e-12)
        saturated = np.where(run.saturated[-1] > 0, run.saturated[-1], np.nan)
        np.testing.assert_allclose(np.array(saturation[0][row]["y"], dtype=float), saturated)
        np.testing.assert_allclose(norms[0][row]["y"], run.raw_norm, rtol=1e-12)
        np.testing.assert_allclose(surface[row][0]["z"], run.surface[-1], atol=6e-4)
        assert np.array(activations[row][0]["z"], dtype=float).sum(axis=0) == pytest.approx(np.ones(4), abs=0.02)


def test_instruments_are_switched_on_without_training_again(visit):
    open_lab(visit, Race().with_setting("depth", 3).with_setting("steps", 30).viewed(at=29))
    until_row(visit, 29)
    button(visit, "Error signal").last.click()
    visit.page.wait_for_url("**panels=loss%2Csignal**")
    visit.page.get_by_role("heading", name="Error signal").wait_for()
    assert visit.page.evaluate(f"{STAGE}.dataset.row") == "29"


def test_theory_lies_over_the_measurement(visit):
    race = Race().with_setting("task", "gaussian").with_setting("width", 128).viewed(measure="error", theory=True)
    open_lab(visit, race)
    visit.page.wait_for_function(f"() => {CHART}.data.some(t => t.type === 'scatter')")
    lines = visit.page.evaluate(f"{CHART}.data.filter(t => t.type === 'scatter').map(t => Array.from(t.y))")
    for line, profile in zip(lines, profiles(race), strict=True):
        factors = mean_field.predict(profile.experiment.network, "gaussian").factor
        np.testing.assert_allclose(np.array(line[:-1]) / line[1:], factors, rtol=1e-9)
        assert line[-1] == pytest.approx(profile.delta_norm[-1])


# --- 5. drag ---


def test_moving_the_depth_by_keyboard_changes_the_bars_in_place(visit):
    open_lab(visit)
    mark_the_chart(visit)
    slider(visit, "Depth").focus()
    for depth in range(11, 21):
        visit.page.keyboard.press("ArrowRight")
        visit.page.wait_for_function(f"n => {STAGE}.dataset.value === String(n)", arg=depth)
    assert_bars(visit, expected(Race().with_setting("depth", 20)))
    visit.page.wait_for_url("**/lab?depth=20")
    assert_bars(visit, expected(Race().with_setting("depth", 20)))
    assert is_the_same_chart(visit)
    assert visit.page.evaluate("document.activeElement.type") == "range"


def test_training_right_after_a_handle_has_moved_trains_what_is_shown(visit):
    race = Race().with_setting("depth", 4).with_setting("steps", 30)
    open_lab(visit, race)
    for presses, depth in ((["ArrowRight"], 5), (["ArrowRight", "ArrowLeft"], 5)):
        slider(visit, "Depth").focus()
        for key in presses:
            visit.page.keyboard.press(key)
        train(visit)
        runs = trainer.train(race.with_setting("depth", depth).experiments)
        until_row(visit, 29)
        assert_bars(visit, [run.grad_norm[-1] for run in runs])
        button(visit, "Back to the start").click()


def test_while_the_thumb_is_dragged_the_bars_follow_without_a_word_to_streamlit(visit):
    open_lab(visit, Race().with_setting("depth", 20))
    visit.page.wait_for_function(
        "() => performance.getEntriesByType('resource').filter(e => e.name.includes('/api/neighbours')).length >= 4"
    )
    box = slider(visit, "Depth").bounding_box()
    at, middle = (lambda depth: box["x"] + 9 + (depth - 1) / 99 * (box["width"] - 18)), box["y"] + box["height"] / 2
    visit.page.mouse.move(at(20), middle)
    visit.page.mouse.down()
    for _ in range(5):  # a thumb that rests for 220 ms is told: on a busy machine this robot may rest, too
        moved = [time.monotonic()]
        for depth in (21, 22, 23):
            visit.page.mouse.move(at(depth), middle)
            visit.page.wait_for_function(f"n => {STAGE}.dataset.value === String(n)", arg=depth)
            moved.append(time.monotonic())
        if max(after - before for before, after in pairwise(moved)) < 0.2:
            assert "depth=20" in visit.page.url
            break
        visit.page.mouse.move(at(20), middle)
        visit.page.wait_for_url("**/lab?depth=20")
    else:
        pytest.skip("This machine is too busy to drag a thumb without resting.")
    visit.page.mouse.up()
    assert_bars(visit, expected(Race().with_setting("depth", 23)))
    visit.page.wait_for_url("**/lab?depth=23")


def test_a_handle_that_is_put_back_before_the_answer_has_come_is_heard_again(visit):
    held = []

    def through(ours):
        theirs = ours.connect_to_server()
        ours.on_message(theirs.send)
        theirs.on_message(lambda message: held.append(message) if held else ours.send(message))
        lines.append(ours)

    lines = []
    visit.page.route_web_socket("**/_stcore/stream", through)
    open_lab(visit, Race().with_setting("depth", 20))
    slider(visit, "Depth").focus()
    held.append(b"")  # from now on Python's words do not arrive
    for key in ("ArrowRight", "ArrowLeft"):
        visit.page.keyboard.press(key)
        visit.page.wait_for_timeout(600)  # a rest, after which Python is told
    messages, held[:] = held[1:], []
    for message in messages:
        lines[-1].send(message)
    visit.page.wait_for_timeout(1500)
    visit.settle()
    assert slider(visit, "Depth").input_value() == "19"  # the twentieth stop
    assert "depth=20" in visit.page.url
    assert_bars(visit, expected(Race().with_setting("depth", 20)))


def test_the_gain_is_dragged_like_the_depth(visit):
    open_lab(visit)
    slider(visit, "Gain").focus()
    visit.page.keyboard.press("ArrowRight")
    assert_bars(visit, expected(Race().with_setting("gain", 1.1)))
    visit.page.wait_for_url("**gain=1.1")


def test_zoom_survives_a_change_of_the_network(visit):
    open_lab(visit)
    plot = visit.page.locator(".stage-drawing .nsewdrag").first.bounding_box()
    middle = plot["y"] + plot["height"] / 2
    visit.page.mouse.move(plot["x"] + 0.2 * plot["width"], middle)
    visit.page.mouse.down()
    visit.page.mouse.move(plot["x"] + 0.5 * plot["width"], middle, steps=5)
    visit.page.mouse.up()
    seen = f"{CHART}._fullLayout.xaxis.range"
    visit.page.wait_for_function(f"{seen}[1] < 7")
    zoomed = visit.page.evaluate(seen)
    pick(visit, "Activation", "Tanh")
    visit.page.wait_for_url("**activation=**")
    visit.settle()
    assert visit.page.evaluate(seen) == zoomed


@pytest.mark.parametrize("by", ["double click", "button"])
def test_the_axes_go_back_to_those_of_the_network_that_is_shown(visit, by):
    open_lab(visit, Race().with_setting("depth", 4))
    slider(visit, "Depth").focus()
    for _ in range(8):
        visit.page.keyboard.press("ArrowRight")
    visit.page.wait_for_url("**depth=12**")
    visit.settle()
    assert_bars(visit, expected(Race().with_setting("depth", 12)))
    seen = f"[{CHART}._fullLayout.xaxis.range, {CHART}._fullLayout.yaxis.range]"
    given = visit.page.evaluate(seen)
    assert given[0][1] > 12
    plot = visit.page.locator(".stage-drawing .nsewdrag").first.bounding_box()
    visit.page.mouse.move(plot["x"] + 0.2 * plot["width"], plot["y"] + 0.2 * plot["height"])
    visit.page.mouse.down()
    visit.page.mouse.move(plot["x"] + 0.6 * plot["width"], plot["y"] + 0.7 * plot["height"], steps=5)
    visit.page.mouse.up()
    visit.page.wait_for_function(f"{CHART}._fullLayout.yaxis.range[0] > {given[1][0]}")
    visit.page.wait_for_timeout(500)  # or the end of the drag would be the first of three clicks
    if by == "button":
        visit.page.locator('.stage-drawing [data-title="Reset axes"]').click()
    else:
        visit.page.mouse.dblclick(plot["x"] + plot["width"] / 2, plot["y"] + 10)
    visit.page.wait_for_function(f"JSON.stringify({seen}) === '{json.dumps(given, separators=(',', ':'))}'")


# --- 6. one step ---


def test_one_step_is_shown_a_moment_at_a_time(visit):
    race = Race().with_setting("depth", 3).viewed(tab="step")
    open_lab(visit, race)
    visit.page.get_by_text("1 / 11").wait_for()
    says = visit.page.locator(".slow-says")
    profile = profiles(race)[0]
    assert number(float(profile.activation_mean[0])) in says.inner_text()
    moment = slider(visit, "Moment of the step")
    moment.focus()
    for _ in range(4):
        visit.page.keyboard.press("ArrowRight")
    assert "Backward, layer 3" in says.inner_text()
    button(visit, "One moment on").click()
    assert explain(profile, 2).sentence in says.inner_text()
    lit = visit.page.locator(".slow-equations [data-lit]").all_inner_texts()
    assert any("δ" in term for term in lit)
    button(visit, "One moment back").click()
    assert "Backward, layer 3" in says.inner_text()
    visit.page.locator(".slow-play").click()
    visit.page.get_by_text("11 / 11").wait_for(timeout=30_000)
    assert "After the step" in says.inner_text()


def test_what_is_done_on_the_stage_without_a_connection_counts_when_it_is_back(visit):
    open_lab(visit, Race().with_setting("depth", 6))
    visit.page.context.set_offline(True)
    until(visit, lambda: notice(visit).inner_text().startswith(OFFLINE))
    slider(visit, "Depth").focus()
    visit.page.keyboard.press("ArrowRight")
    visit.page.wait_for_timeout(600)
    assert "depth=6" in visit.page.url
    visit.page.context.set_offline(False)
    wider = Race().with_setting("depth", 7)
    visit.page.wait_for_url(lambda url: "depth=7" in url)
    assert_bars(visit, expected(wider))
    only_offline(visit)


# --- 7. why this bar? ---


def test_a_bar_explains_itself_when_it_is_clicked(visit):
    race = Race().with_setting("depth", 6)
    open_lab(visit, race)
    bar = visit.page.locator(".stage-drawing .trace.bars").nth(1).locator(".point path").nth(2)
    box = bar.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + 20  # a bar on a log axis reaches down beyond the page
    visit.page.mouse.move(*middle, steps=3)
    visit.page.locator(".hoverlayer .hovertext").first.wait_for()  # who clicks has hovered
    visit.page.mouse.click(*middle)
    answer = visit.page.get_by_text(explain(profiles(race)[1], 3).sentence[:60])
    answer.wait_for()
    expect(answer).to_be_in_viewport(ratio=1)
    slider(visit, "Layer (1 = input side)").focus()
    visit.page.keyboard.press("ArrowLeft")
    visit.page.get_by_text(explain(profiles(race)[1], 2).sentence[:60]).wait_for()


@pytest.mark.parametrize("visit", [{"width": 1280}, {"width": 390}], indirect=True)
def test_a_layer_whose_bar_is_0_is_explained_when_its_column_is_clicked(visit):
    race = Race.of(Experiment(Network(depth=6, activation="sigmoid", init="zeros")))
    open_lab(visit, race)
    assert bars(visit)[0][1] in (None, 0)
    area = visit.page.locator(".stage-drawing .nsewdrag")
    area.scroll_into_view_if_needed()
    across = visit.page.evaluate(f"{CHART}._fullLayout.xaxis.d2p(2)")
    box = area.bounding_box()
    (visit.page.touchscreen.tap if box["width"] < 400 else visit.page.mouse.click)(
        box["x"] + across, box["y"] + box["height"] / 2
    )
    visit.page.get_by_text(explain(profiles(race)[0], 2).sentence[:60]).wait_for()


# --- 8. fix ladder ---


def test_the_ladder_keeps_a_log_of_what_each_remedy_changed(visit):
    race = Race().viewed(tab="fixes")
    open_lab(visit, race)
    visit.page.get_by_text("as it was").first.wait_for(timeout=60_000)
    for name in ("He initialization", "ReLU", "Batch normalization"):
        visit.page.get_by_role("button", name=name, exact=True).click()
        visit.page.locator("tr", has_text=name).last.wait_for(timeout=60_000)
    visit.page.get_by_text("slopes the bars the other way").wait_for(timeout=60_000)
    rows = visit.page.locator(".stMarkdown table tbody tr").all_inner_texts()
    sets = [[], ["he"], ["he", "relu"], ["he", "relu", "batch"]]
    for row, words in zip(rows, sets, strict=True):
        experiment = patient(race.lanes[0], words)
        (profile,) = trainer.profiles([experiment])
        assert number(float(profile.weight_grad_norm[0])) in row
        assert diagnosis.of_run(trainer.train([experiment])[0]).kind.title in row


# --- 9. scenarios ---


@pytest.mark.parametrize("name", list(everyone()))
def test_a_scenario_opens_by_its_link_with_the_verdict_that_its_file_states(visit, name):
    scenario = everyone()[name]
    open_lab(visit, scenario.start())
    visit.page.get_by_role("heading", name=scenario.title).wait_for()
    badges = visit.page.locator(".stage-badge")
    assert badges.evaluate_all("all => all.map(b => b.dataset.word)") == scenario.verdict


def test_a_key_opens_a_scenario_and_its_steps_tick_themselves_off(visit):
    key = next(key for key, name in keys().items() if name == "ten-sigmoid-layers")
    open_lab(visit)
    visit.page.locator("h1").click()
    visit.page.keyboard.press(key)
    visit.page.get_by_role("heading", name="Ten sigmoid layers").wait_for()
    assert "(done)" not in text(visit)
    slider(visit, "Depth").focus()
    visit.page.keyboard.press("Home")
    visit.page.get_by_text("(done)").first.wait_for()
    visit.page.keyboard.press("End")
    visit.page.wait_for_function("() => document.body.innerText.split('(done)').length === 3")
    slider(visit, "Depth").focus()
    visit.page.keyboard.press("Home")
    visit.page.wait_for_url("**depth=1&**")
    train(visit)
    visit.page.wait_for_function("() => document.body.innerText.split('(done)').length === 4")


# --- 10. take it with you ---


def test_the_link_carries_everything(visit):
    race = Race().with_copy(1).comparing(["activation", "init", "norm", "gain"])
    for word, value, row in [
        ("norm", "layer", 2), ("gain", 1.37, 1), ("depth", 7, 0), ("task", "spirals", 0), ("clip", "value", 0),
        ("threshold", 0.25, 0), ("rate", 0.05, 0), ("batch", 40, 0), ("noise", 0.1, 0),
    ]:  # fmt: skip
        race = race.with_setting(word, value, row)
    race = race.named(1, "the one").viewed(
        measure="error", axis="linear", seeds=3, panels=("signal", "update"), tab="take"
    )
    open_lab(visit, race)
    shown = scene.start(race, trainer.profiles(race.seeded()))["figure"]["data"]
    assert_bars(visit, [trace["y"] for trace in shown])
    link = visit.page.locator("code").first.inner_text()
    assert link.partition("?")[2] == urlencode(race.query())
    assert visit.page.url.partition("?")[2] == urlencode(race.query())


def test_controls_can_be_hidden_and_locked_by_a_link(visit):
    open_lab(visit, Race().viewed(hide=("gain", "init"), lock=("depth", "activation")))
    assert slider(visit, "Gain").count() == 0
    assert visit.page.get_by_role("combobox", name="Initialization").count() == 0
    assert slider(visit, "Depth").is_disabled()
    assert visit.page.get_by_role("combobox", name="Activation").first.is_disabled()


def test_files_are_made_for_this_race(visit):
    race = Race().with_setting("depth", 3).with_setting("steps", 30).viewed(tab="take")
    open_lab(visit, race)
    runs = dict(zip(race.labels, trainer.train(race.experiments), strict=True))
    for name, looks_right in [
        ("Script", lambda made: "import torch" in made and "nn.Module" in made),
        ("Notebook", lambda made: json.loads(made)["nbformat"] == 4),
        ("Table (CSV)", lambda made: made.count("\n") == 1 + 2 * 30 * 3),
        ("Everything (JSON)", lambda made: set(json.loads(made)["networks"]) == set(runs)),
        ("Chart as SVG", lambda made: "<svg" in made),
    ]:
        with visit.page.expect_download() as coming:
            button(visit, name).click()
        assert looks_right(coming.value.path().read_text(encoding="utf-8")), name


# --- 11. the verdict ---


def test_the_verdict_names_evidence_and_remedy(visit):
    race = Race()
    open_lab(visit, race)
    cards = visit.page.locator(".stage-verdict").all_inner_texts()
    for card, profile in zip(cards, profiles(race), strict=True):
        verdict = diagnosis.of_profile(profile)
        assert verdict.kind.title in card
        assert verdict.evidence in card
        assert verdict.word == "healthy" or verdict.remedy in card


# --- links, and moving about ---


def test_nonsense_in_a_link_is_corrected_with_a_visible_note(visit):
    open_lab(visit, query="depth=500&activation=sigmod&colour=red&steps=many&at=17")
    said = text(visit)
    for part in (
        "depth=500: the range is 1 to 100. Showing 100.", "Did you mean 'sigmoid'", "no setting", "not a whole number",
        "at=17: that step is not recorded. Showing 18.",
    ):  # fmt: skip
        assert part in said
    race = Race().with_setting("depth", 100)
    run = trainer.train(race.experiments)[0]
    until_row(visit, run.row_at(18))
    recorded = run.grad_norm[run.row_at(18)]
    shown = np.array(bars(visit)[0], dtype=float)
    np.testing.assert_allclose(shown, np.where(recorded > 0, recorded, np.nan), rtol=1e-12)
    assert "exactly 0" in text(visit)
    assert visit.page.url.endswith("/lab?depth=100&at=18")


def test_a_combination_that_cannot_be_is_said_and_the_page_goes_on(visit):
    open_lab(visit, query="task=gaussian&panels=surface&theory=on&width=4")
    assert "chance decides" in text(visit)
    assert_bars(visit, expected(Race().with_setting("task", "gaussian").with_setting("width", 4)))


def test_a_page_whose_run_has_ended_is_at_rest(visit):
    frames = []
    visit.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(frame)))  # noqa: PLW0108  Playwright takes no builtin
    open_lab(visit, Race().with_setting("depth", 3).with_setting("steps", 30).with_setting("seed", 77).viewed(at=29))
    until_row(visit, 29)
    assert frames
    visit.page.wait_for_timeout(1000)
    frames.clear()
    visit.page.wait_for_timeout(1000)
    assert not frames


def test_the_table_has_the_numbers_of_the_bars(visit):
    open_lab(visit, Race().with_setting("depth", 3))
    visit.page.get_by_text("The numbers", exact=True).click()
    cells = visit.page.locator(".stage-table td").all_inner_texts()
    sigmoid, relu = expected(Race().with_setting("depth", 3))
    assert cells[0] == "1"
    assert [float(cell) for cell in cells[1:3]] == pytest.approx([sigmoid[0], relu[0]], rel=1e-3)


def test_the_chart_says_in_words_what_it_shows(visit):
    open_lab(visit, Race().with_setting("depth", 3))
    alt = visit.page.locator(".stage-drawing").get_attribute("aria-label")
    assert "weight gradient by layer before any training" in alt
    assert "A: Sigmoid · Xavier:" in alt


def test_leaving_the_lab_and_coming_back_keeps_what_was_set(visit):
    open_lab(visit, Race().with_setting("depth", 17))
    visit.page.get_by_role("link", name="Quiz").first.click()
    visit.page.wait_for_url("**/quiz")
    visit.settle()
    visit.page.get_by_role("link", name="Lab").first.click()
    visit.page.wait_for_url("**/lab?depth=17")
    visit.page.wait_for_function(f"() => {STAGE}?.dataset.shown !== undefined")
    assert_bars(visit, expected(Race().with_setting("depth", 17)))


# --- what would help ---

UNSCALED = Race(
    {**Race().settings, "depth": 3, "activation": "relu", "init": "he", "scale": 0.001, "steps": 200}, (), ("",)
)


def tried(visit):
    """The table of what was tried, once it is there, row by row."""
    visit.page.locator(".st-key-lab-tried table").wait_for(timeout=120_000)
    return visit.page.locator(".st-key-lab-tried tbody tr").all_inner_texts()


def test_remedies_are_tried_on_other_seeds_and_the_simplest_that_works_is_put_beside(visit):
    open_lab(visit, UNSCALED)
    button(visit, "Try them on A").click()
    rows = tried(visit)
    found = prescribe(patient(UNSCALED.settings, ()))
    assert found.best.words == ("inputs",)
    assert "Standardized inputs is the simplest that works" in text(visit)
    shares = ", ".join(f"{100 * share:.0f}\u00a0%" for share in found.before.accuracy)
    assert rows[0].startswith("as it was")
    assert shares in rows[0]
    assert rows[1].startswith("Standardized inputs")
    visit.assert_everybody_gets_to_it()
    button(visit, "Put it beside").click()
    visit.page.wait_for_url("**b=scale%3A1**")
    visit.settle()
    assert_bars(visit, expected(Race.of(*UNSCALED.experiments, found.best.experiment)))
    assert "B: Standardized inputs" in text(visit)


def test_what_is_being_tried_is_given_up_when_something_changes(visit):
    race = UNSCALED.with_setting("steps", 3000).with_setting("depth", 6)
    open_lab(visit, race)
    button(visit, "Try them on A").click()
    visit.page.get_by_text("Tried 0 so far").wait_for()
    slider(visit, "Depth").focus()
    visit.page.keyboard.press("ArrowRight")
    assert_bars(visit, expected(race.with_setting("depth", 7)))
    visit.page.get_by_text("so far").wait_for(state="detached")
    visit.settle()
    assert visit.page.locator(".st-key-lab-tried table").count() == 0


def test_a_network_too_large_to_try_everything_on_says_how_long_it_would_take(visit):
    open_lab(visit, UNSCALED.with_setting("steps", 10000).with_setting("depth", 50))
    button(visit, "Try them on A").click()
    visit.page.get_by_text("would take about").wait_for()
    assert "minutes" in text(visit)


def test_on_a_phone_the_table_of_remedies_scrolls_by_itself(visit):
    visit.page.set_viewport_size({"width": 390, "height": 844})
    open_lab(visit, UNSCALED)
    button(visit, "Try them on A").click()
    tried(visit)
    visit.assert_fits()


def test_how_alike_points_are_is_a_measure_with_what_theory_says(visit):
    race = Race().with_setting("task", "gaussian").with_setting("width", 128).viewed(measure="alike", theory=True)
    open_lab(visit, race)
    assert_bars(
        visit, [np.where(p.activation_correlation > 0, p.activation_correlation, np.nan) for p in profiles(race)]
    )
    visit.page.wait_for_function(f"() => {CHART}.data.some(t => t.type === 'scatter')")
    lines = visit.page.evaluate(f"{CHART}.data.filter(t => t.type === 'scatter').map(t => Array.from(t.y))")
    for line, profile in zip(lines, profiles(race), strict=True):
        said = mean_field.predict(profile.experiment.network, "gaussian").correlation
        np.testing.assert_allclose(np.array(line, dtype=float), said, rtol=1e-9, atol=1e-12)
