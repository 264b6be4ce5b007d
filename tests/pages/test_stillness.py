"""Nothing moves under a reader while the lesson is being drawn."""

import pytest

from tests.pages.test_lesson import DESK, PATIENCE, PHONE, SLUG, open_lesson

pytestmark = pytest.mark.browser

SECTION = "the-sigmoid-case"
WATCH = """
window.seen = { shift: 0, heights: [] };
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
let written = false;
const look = () => {
  const links = document.querySelectorAll('.stMain [data-testid="stPageLink"]'); // the last thing on the page
  const unread = document.querySelector('.stMain [data-testid="stSkeleton"]'); // text that waits for its code
  written ||= links.length === 2 && !unread; // what stands in boxes comes after that
  if (written) seen.heights.push(document.querySelector(".stMain").scrollHeight);
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
QUIET = 2000  # milliseconds


@pytest.mark.parametrize("visit", [DESK, PHONE], indirect=True)
def test_nothing_moves_under_a_reader(visit):
    open_lesson(visit)  # so that the server has all of its numbers
    visit.page.add_init_script(WATCH)
    open_lesson(visit)
    visit.page.wait_for_timeout(QUIET)
    seen = visit.page.evaluate("seen")
    assert seen["shift"] <= 0.1
    assert max(abs(height / seen["heights"][-1] - 1) for height in seen["heights"]) <= 0.05


@pytest.mark.parametrize("visit", [DESK, PHONE], indirect=True)
def test_a_link_to_a_section_arrives_at_it_and_stays_on_a_slow_machine(visit):
    page = visit.page
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.set_default_timeout(PATIENCE)
    visit.open(f"{SLUG}#{SECTION}")
    there = f"""() => {{
        const top = document.getElementById('{SECTION}')?.getBoundingClientRect().top;
        return top >= -5 && top < 300;
    }}"""
    page.wait_for_function(there)
    visit.settle()
    page.wait_for_timeout(2 * QUIET)
    assert page.evaluate(there)
