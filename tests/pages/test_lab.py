import time
from urllib.parse import urlencode

import numpy as np
import pytest

from core import trainer
from core.comparison import Comparison

pytestmark = pytest.mark.browser


def expected(state):
    return [profile.weight_grad_norm for profile in trainer.profiles(state.experiments)]


def assert_bars(visit, wanted):
    """The chart comes to show these numbers; an address changes at once, the chart after the next run."""
    end = time.monotonic() + 15
    while not same(shown := visit.bars(), wanted) and time.monotonic() < end:
        visit.page.wait_for_timeout(50)
    assert same(shown, wanted), f"shown {shown}, wanted {wanted}"


def same(shown, wanted):
    return len(shown) == len(wanted) and all(
        len(ours) == len(theirs) and np.allclose(ours, theirs, rtol=1e-12, atol=0)
        for ours, theirs in zip(shown, wanted, strict=True)
    )


def slider(visit, label):
    return visit.page.get_by_role("slider", name=label)


def mark_the_chart(visit):
    """Remember the very nodes of the chart, to see whether they are still there later."""
    visit.page.evaluate("window.chart = document.querySelector('.live-figure-drawing .main-svg')")


def is_the_same_chart(visit):
    return visit.page.evaluate("window.chart === document.querySelector('.live-figure-drawing .main-svg')")


def test_moving_the_depth_by_keyboard_changes_the_bars_in_place(visit):
    visit.open("lab", charts=1)
    assert_bars(visit, expected(Comparison()))
    mark_the_chart(visit)
    slider(visit, "Depth").focus()
    for depth in range(11, 21):
        visit.page.keyboard.press("ArrowRight")
        visit.page.wait_for_function(
            "n => document.querySelector('.live-figure-drawing').data[0].y.length === n", arg=depth
        )
    visit.settle()
    assert_bars(visit, expected(Comparison(depth=20)))
    assert is_the_same_chart(visit)
    assert visit.page.url.endswith("/lab?depth=20")


def test_zoom_survives_a_change_of_seed(visit):
    visit.open("lab", charts=1)
    plot = visit.page.locator(".live-figure-drawing .nsewdrag").first.bounding_box()
    middle = plot["y"] + plot["height"] / 2
    visit.page.mouse.move(plot["x"] + 0.2 * plot["width"], middle)
    visit.page.mouse.down()
    visit.page.mouse.move(plot["x"] + 0.5 * plot["width"], middle, steps=5)
    visit.page.mouse.up()
    seen = "document.querySelector('.live-figure-drawing')._fullLayout.xaxis.range"
    visit.page.wait_for_function(f"{seen}[1] < 7")
    zoomed = visit.page.evaluate(seen)
    mark_the_chart(visit)
    visit.page.get_by_test_id("stNumberInputField").fill("3")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/lab?seed=3")
    visit.settle()
    assert_bars(visit, expected(Comparison(seed=3)))
    assert is_the_same_chart(visit)
    assert visit.page.evaluate(seen) == zoomed


def test_training_to_the_end_and_reloading_the_link_show_the_same_run(visit):
    visit.open("lab?depth=5&steps=100&seed=2", charts=1)
    state = Comparison(depth=5, steps=100, seed=2)
    runs = trainer.train(state.experiments)
    mark_the_chart(visit)
    visit.page.get_by_role("button", name="Train both for 100 steps").click()
    visit.page.wait_for_url("**at=99**")
    visit.settle()
    assert_bars(visit, [run.grad_norm[-1] for run in runs])
    assert is_the_same_chart(visit)
    assert "still guesses" in visit.page.locator("body").inner_text()
    visit.page.wait_for_function("() => document.querySelectorAll('.live-figure-drawing.js-plotly-plot').length === 2")
    losses = visit.page.evaluate(
        "Array.from(document.querySelectorAll('.live-figure-drawing')[1].data, t => Array.from(t.y))"
    )
    for shown, run in zip(losses, runs, strict=True):
        np.testing.assert_allclose(shown, run.loss, rtol=1e-12)
    slider(visit, "Training step").focus()
    for _ in range(3):
        visit.page.keyboard.press("ArrowLeft")
    visit.page.wait_for_url("**at=96**")
    visit.settle()
    assert_bars(visit, [run.grad_norm[run.row_at(96)] for run in runs])

    link = visit.page.url
    visit.page.goto("about:blank")
    visit.open(link.removeprefix(f"{visit.address}/"), charts=2)
    assert_bars(visit, [run.grad_norm[run.row_at(96)] for run in runs])
    assert visit.page.url == link

    slider(visit, "Training step").focus()
    visit.page.keyboard.press("Home")
    visit.page.wait_for_url(lambda url: "at=" not in url)
    assert_bars(visit, expected(state))
    assert visit.page.get_by_text("still guesses").count() == 1  # the run is still there

    visit.page.get_by_role("button", name="Forget the training").click()
    visit.page.get_by_role("button", name="Train both for 100 steps").click()
    visit.page.wait_for_url("**at=99**")
    assert_bars(visit, [run.grad_norm[-1] for run in runs])


def test_while_it_trains_the_bars_move_and_it_can_be_stopped(visit):
    visit.open("lab?depth=30&steps=3000&seed=5", charts=1)
    mark_the_chart(visit)
    visit.page.get_by_role("button", name="Train both for 3000 steps").click()
    visit.page.wait_for_function("() => /Step [0-9]{2,} of 3000/.test(document.body.innerText)")
    seen = [visit.bars()]
    while len(seen) < 3:
        visit.page.wait_for_timeout(100)
        if visit.bars() != seen[-1]:
            seen.append(visit.bars())
    assert is_the_same_chart(visit)
    assert "loss" in visit.page.get_by_test_id("stProgress").inner_text()
    visit.page.get_by_role("button", name="Stop").click()
    visit.page.get_by_role("button", name="Train both for 3000 steps").wait_for()
    assert_bars(visit, expected(Comparison(depth=30, steps=3000, seed=5)))


def test_the_axis_stands_still_while_the_steps_are_scrubbed(visit):
    visit.open("lab?depth=6&steps=300&seed=1&at=0", charts=2)
    seen = "document.querySelector('.live-figure-drawing').layout.yaxis.range"
    before, bars = visit.page.evaluate(seen), visit.bars()
    slider(visit, "Training step").focus()
    visit.page.keyboard.press("End")
    visit.page.wait_for_url("**at=299**")
    visit.page.wait_for_function(
        "y => document.querySelector('.live-figure-drawing').data[0].y[0] !== y", arg=bars[0][0]
    )
    assert visit.page.evaluate(seen) == before


def test_a_changed_network_is_shown_untrained(visit):
    visit.open("lab?depth=3&steps=30&at=29", charts=1)
    visit.page.get_by_role("slider", name="Training step").wait_for()
    mark_the_chart(visit)
    slider(visit, "Depth").focus()
    visit.page.keyboard.press("ArrowRight")
    visit.page.wait_for_url("**/lab?depth=4&steps=30")
    visit.settle()
    assert_bars(visit, expected(Comparison(depth=4)))
    assert is_the_same_chart(visit)


def test_a_page_whose_run_has_ended_is_at_rest(visit):
    frames = []

    def keep(frame):
        frames.append(frame)

    visit.page.on("websocket", lambda socket: socket.on("framereceived", keep))
    visit.open("lab?depth=3&steps=30&seed=77&at=29", charts=2)
    assert frames
    visit.page.wait_for_timeout(1000)
    frames.clear()
    visit.page.wait_for_timeout(1000)
    assert not frames


def test_a_run_that_diverges_says_how_far_it_got(visit):
    visit.open("lab?b=SELU&rate=10&at=299", charts=1)
    visit.page.get_by_text("diverged at step").first.wait_for()
    text = visit.page.locator("body").inner_text()
    assert "A lower learning rate" in text


def test_every_choice_is_in_the_link_and_comes_back(visit):
    state = Comparison(4, 16, "tanh", "orthogonal", "gelu", "torch", "spirals", 7, 0.3, 30, "error", "linear")
    query = urlencode(state.query())
    visit.open(f"lab?{query}", charts=1)
    wanted = [profile.delta_norm for profile in trainer.profiles(state.experiments)]
    assert_bars(visit, wanted)
    assert "Error signal" in visit.page.locator(".ytitle").first.text_content()
    assert visit.page.evaluate("document.querySelector('.live-figure-drawing').layout.yaxis.type") == "linear"
    assert visit.page.url.endswith(query)


def test_nonsense_in_a_link_is_corrected_with_a_visible_note(visit):
    visit.open("lab?depth=500&a=sigmod&colour=red&steps=many&at=17", charts=1)
    text = visit.page.locator("body").inner_text()
    for part in (
        "depth=500: the range is 1 to 50. Showing 50.",
        "Did you mean 'Sigmoid'",
        "no setting",
        "not a number",
    ):
        assert part in text
    assert "at=17: that step is not recorded. Showing 18." in text
    run = trainer.train(Comparison(depth=50).experiments)[0]
    visit.page.get_by_role("slider", name="Training step").wait_for()
    np.testing.assert_allclose(visit.bars()[0], run.grad_norm[run.row_at(18)], rtol=1e-12)
    assert visit.page.url.endswith("/lab?depth=50&at=18")


def test_the_table_has_the_numbers_of_the_bars(visit):
    visit.open("lab?depth=3", charts=1)
    visit.page.get_by_text("The numbers", exact=True).click()
    cells = visit.page.locator("table td").all_inner_texts()
    sigmoid, relu = expected(Comparison(depth=3))
    assert cells[:3] == ["1", f"{sigmoid[0]:.4g}", f"{relu[0]:.4g}"]


def test_the_chart_says_in_words_what_it_shows(visit):
    visit.open("lab?depth=3", charts=1)
    alt = visit.page.locator(".live-figure-drawing").first.get_attribute("aria-label")
    assert "weight gradient by layer before any training" in alt.replace("at the start, ", "")
    assert "A: Sigmoid · Xavier: layer 1's weight gradient is" in alt


def test_leaving_the_lab_and_coming_back_keeps_what_was_set(visit):
    visit.open("lab?depth=17", charts=1)
    visit.page.get_by_role("link", name="Quiz").first.click()
    visit.page.wait_for_url("**/quiz")
    visit.settle()
    visit.page.get_by_role("link", name="Lab").first.click()
    visit.page.wait_for_url("**/lab?depth=17")
    visit.settle()
    assert_bars(visit, expected(Comparison(depth=17)))
