"""How somebody answers questions in the browser, by mouse and by keyboard; and what would be right."""

import re
import time
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from core.practice.sitting import Sitting, Turn, from_query
from core.questions.bank import bank, slugs
from core.questions.grading import NONE
from tests.core.questions.conftest import Laboratory

LAB = Laboratory()
BANK = bank(slugs()[0])
ONE_OF_EACH = {
    "single": "slowest-layer", "multiple": "what-multiplies", "kprim": "twenty-sigmoids", "order": "backward-order",
    "match": "steepest-slopes", "numeric": "product-bound", "pick": "plot-smallest-bar",
}  # fmt: skip
PATIENCE = 180_000  # milliseconds; a fresh server measures the lesson first
ON = re.compile("Next question|See the result")
SURE = {1: "Guessing", 2: "Fairly sure", 3: "Certain"}


def right(variant):
    """The key, as an answer."""
    key = variant.key(LAB)
    if isinstance(key, frozenset):
        return "+".join(o.id for o in variant.options if o.id in key) or NONE
    if isinstance(key, dict):
        return "+".join(f"{row}={partner}" for row, partner in key.items())
    return ">".join(key) if isinstance(key, tuple) else repr(key) if isinstance(key, float) else str(key)


def wrong(variant):
    """Some answer that is not the key, and that no rule sends back."""
    key, ids = variant.key(LAB), [option.id for option in variant.options]
    match variant.item.type:
        case "numeric":
            return "-12345"
        case "pick":
            return str(1 + int(key) % variant.depth)
        case "order":
            return ">".join(reversed(key))
        case "match":
            partners = list(variant.item.partners)
            return "+".join(f"{row}={next(p for p in partners if p != partner)}" for row, partner in key.items())
        case "multiple" | "kprim":
            return "+".join(i for i in ids if i not in key) or ids[0]
    return next(i for i in ids if i != key)


def at(item_id, seed=0, answer=None, sure=2):
    """A link to this question, in the practice of its concept; with `answer`, to the reply to it."""
    concept = BANK.item(item_id).concept
    now = Sitting("concept", seed, concept)
    place = [item.id for item in now.planned(BANK)].index(item_id)
    for variant in now.asked(BANK)[:place]:
        now = now.answered(Turn(right(variant)))
    if answer is not None:
        now = now.answered(Turn(answer, sure))
    return link(now) + ("&feedback=shown" if answer is not None else "")


def link(now):
    return f"quiz?{urlencode(now.query())}"


def finished(kind, topic="", seed=1, answer=right):
    """A sitting in which everything was answered, with certainty."""
    now = Sitting(kind, seed, topic)
    for variant in now.asked(BANK):
        now = now.answered(Turn(answer(variant), 3))
    return now


def drawn(item_id, seed=0):
    """The question that `at` leads to."""
    return BANK.draw(BANK.item(item_id), seed)


def says(variant):
    """What the options are called on screen: formulas and marks left out, since they look different there."""
    return {o.id: n for n, o in enumerate(variant.options)}


def give(visit, variant, answer, within=None):
    """Fill in an answer by mouse."""
    main, place = within or visit.page.get_by_test_id("stMain"), says(variant)
    ids = [] if answer == NONE else answer.replace(">", "+").split("+")
    match variant.item.type:
        case "numeric":
            main.get_by_role("textbox").fill(answer)
        case "pick":
            choose(visit, main.get_by_test_id("stSelectbox").last, f"Layer {answer}")
        case "order":
            put_in_order(visit, variant, ids, lambda button: button.click())
        case "match":
            for row, partner in (pair.split("=") for pair in ids):
                box = main.get_by_test_id("stSelectbox").nth(place[row])
                choose(visit, box, variant.item.partners[partner])
        case "multiple":
            for one in ids:
                main.get_by_test_id("stCheckbox").nth(place[one]).locator("label").click()
        case "kprim":
            for one, n in place.items():
                main.get_by_test_id("stRadio").nth(n).get_by_test_id("stRadioOption").nth(int(one not in ids)).click()
        case _:
            main.get_by_test_id("stRadioOption").nth(place[answer]).click()


def choose(visit, box, label):
    box.locator("input").click()  # which first brings it into sight: a list that is open closes when the page scrolls
    box.locator("input").fill(label)  # a long list is only partly there until one scrolls or types
    visit.page.get_by_role("option", name=label, exact=True).click()
    visit.settle()


def put_in_order(visit, variant, ids, press):
    """Sort the rows by their buttons, as few at a time as possible, seeing each move before the next."""
    now, shown = [option.id for option in variant.options], steps(visit, variant)
    for place, one in enumerate(ids):
        while now.index(one) > place:
            n = now.index(one)
            press(visit.page.get_by_role("button", name="Up", exact=True).nth(n))
            for rows in (now, shown):
                rows[n - 1], rows[n] = rows[n], rows[n - 1]
            until(visit, lambda: steps(visit, variant) == shown)
            visit.settle()


def check(visit, sure=2):
    """Say how sure one is, which checks the answer."""
    visit.page.get_by_role("button", name=SURE[sure]).click()


def replied(visit):
    """The reply, once all of it is there; a question may have to wait until its networks have been trained."""
    visit.page.get_by_text("Explained in").last.wait_for(timeout=PATIENCE)
    visit.page.get_by_text("Why.").last.wait_for()  # mathematics comes a moment later
    visit.page.get_by_role("button", name=ON).wait_for()
    visit.settle()
    return visit.text()


def open_question(visit, path):
    """Go to a question, and wait until it can be answered."""
    visit.open(path)
    ready(visit)


def ready(visit):
    """Wait until a question can be answered."""
    visit.page.wait_for_function(  # one question: the one before may be there for a moment longer
        "() => [...document.querySelectorAll('strong')].filter(e => e.innerText === 'How sure are you?').length === 1",
        timeout=PATIENCE,
    )
    visit.page.get_by_role("button", name="Leave").wait_for()
    visit.settle()


def until(visit, holds, seconds=20):
    """Wait for something that the page will show."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, visit.text()
        visit.page.wait_for_timeout(50)


def sitting_of(visit):
    """The sitting in the address."""
    query = dict(parse_qsl(urlsplit(visit.page.url).query))
    return from_query(query, BANK)


def shown_options(visit, variant):
    """The options, from top to bottom, as they stand on the page."""
    main, named = visit.page.get_by_test_id("stMain"), {"single": "stRadioOption", "multiple": "stCheckbox"}
    by_id = main.get_by_test_id(named.get(variant.item.type, "stWidgetLabel"))
    found = main.locator('[class*="-row-"]') if variant.item.type == "order" else by_id
    until(visit, lambda: found.count() == len(variant.options))
    return found.all_inner_texts()


def steps(visit, variant):
    """The rows of a question of order, from top to bottom, without their numbers."""
    return [re.sub(r"^\d+\.\s*", "", text) for text in shown_options(visit, variant)]


def answer_by_keyboard(visit, variant, answer):
    """Fill in an answer with Tab, arrows, Space and Enter alone."""
    ids = [] if answer == NONE else answer.replace(">", "+").split("+")
    BY_KEYBOARD[variant.item.type](visit, variant, ids)


def type_number(visit, _, ids):
    visit.tab_to("e.type === 'text'")
    visit.page.keyboard.type("+".join(ids))


def pick_by_keyboard(visit, _, ids):
    visit.tab_to("e.role === 'combobox'")
    choose_by_keyboard(visit, f"Layer {ids[0]}")


def match_by_keyboard(visit, variant, ids):
    partners = dict(pair.split("=") for pair in ids)
    for option in variant.options:
        visit.tab_to("e.role === 'combobox'")
        choose_by_keyboard(visit, variant.item.partners[partners[option.id]])


def tick_by_keyboard(visit, variant, ids):
    for option in variant.options:
        visit.tab_to("e.type === 'checkbox'")
        if option.id in ids:
            visit.page.keyboard.press("Space")


def decide_by_keyboard(visit, variant, ids):
    for option in variant.options:
        visit.tab_to("e.type === 'radio'")
        visit.page.keyboard.press("Space")
        if option.id not in ids:
            visit.page.keyboard.press("ArrowRight")


def choose_one_by_keyboard(visit, variant, ids):
    visit.tab_to("e.type === 'radio'")
    visit.page.keyboard.press("Space")
    for _ in range([option.id for option in variant.options].index(ids[0])):
        visit.page.keyboard.press("ArrowDown")


def choose_by_keyboard(visit, label):
    visit.page.keyboard.press("ArrowDown")
    visit.page.get_by_role("option").first.wait_for()
    for _ in range(40):
        now = visit.page.evaluate(
            """() => {
                const id = document.activeElement.getAttribute('aria-activedescendant');
                return id && document.getElementById(id)?.innerText.trim();
            }"""
        )
        if now == label:
            break
        visit.page.keyboard.press("ArrowDown")
    visit.page.keyboard.press("Enter")
    visit.page.get_by_role("option").first.wait_for(state="detached")
    visit.settle()


def order_by_keyboard(visit, variant, ids):
    """The same as by mouse, focus staying on the buttons as it goes."""

    def press(button):
        go_to_button(visit, button)
        visit.page.keyboard.press("Enter")

    put_in_order(visit, variant, ids, press)


def on_button(says):
    """Whether a button is focused that says this; the page is focused on the way, and says everything."""
    return f"e.tagName === 'BUTTON' && /{says}/.test(e.innerText.trim())"


def go_to_button(visit, button, limit=60):
    """Tab forward or back until it has the focus."""
    for _ in range(limit):
        where = button.evaluate(
            """button => {
                const focused = document.activeElement;
                if (focused === button) return "here";
                const back = focused !== document.body && focused.compareDocumentPosition(button) & 2;
                return back ? "Shift+Tab" : "Tab";
            }"""
        )
        if where == "here":
            return
        visit.page.keyboard.press(where)
    pytest.fail("Tab does not lead to the button")


BY_KEYBOARD = {
    "numeric": type_number, "pick": pick_by_keyboard, "order": order_by_keyboard, "match": match_by_keyboard,
    "multiple": tick_by_keyboard, "kprim": decide_by_keyboard, "single": choose_one_by_keyboard,
}  # fmt: skip


# ---- without a connection


OFFLINE = "You are offline: "
KEPT = "your answer is kept and will be sent when the connection is back"


def notice(visit):
    return visit.page.locator(".connection[role=status]")


def only_offline(visit):
    """Whatever failed did so for want of a connection."""
    assert all(re.search("INTERNET_DISCONNECTED|WebSocket|Failed to fetch", fault) for fault in visit.faults), (
        visit.faults
    )
    visit.faults.clear()
