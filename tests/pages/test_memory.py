"""What the app remembers of somebody: reviews on their day, My data, and a store that is out of order."""

import csv
import io
import json
import re
import sqlite3
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from core.store import Store
from tests.pages.answering import (
    BANK,
    at,
    check,
    drawn,
    give,
    open_question,
    ready,
    replied,
    right,
    sitting_of,
    until,
    wrong,
)
from tests.pages.conftest import UVICORN, Visit, serving
from tests.pages.test_lesson import SLUG, answer, box_of, open_lesson, predict

pytestmark = pytest.mark.browser

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOTICE = "Nothing is being remembered at the moment."


class House:
    """Servers on one folder of data, each with its own time, and a browser that visits them."""

    def __init__(self, browser, folder, stack):
        self.browser, self.folder, self.stack, self.visits = browser, folder, stack, []

    def open(self, now=None):
        """Start a server; its address."""
        when = {"VANISHING_POINT_NOW": now.isoformat()} if now else {}
        return self.stack.enter_context(serving(*UVICORN, VANISHING_POINT_DATA=self.folder, **when))

    def visit(self, address, context=None, **how):
        """A page in a browser that has not been here before, or in the same one again."""
        context = context or self.stack.enter_context(self.browser.new_context(accept_downloads=True, **how))
        visitor = Visit(context.new_page(), address)
        visitor.page.set_default_timeout(30_000)
        self.visits.append(visitor)
        return visitor

    @property
    def store(self):
        return self.stack.enter_context(closing(Store.open(f"sqlite:///{self.folder / 'learners.sqlite3'}")))


@pytest.fixture
def house(browser, tmp_path):
    with ExitStack() as stack:
        house = House(browser, tmp_path, stack)
        yield house
        for visitor in house.visits:
            visitor.assert_clean()


@pytest.fixture(scope="module")
def open_house(browser, tmp_path_factory):
    """One server for the tests in which everybody is somebody new."""
    with ExitStack() as stack:
        house = House(browser, tmp_path_factory.mktemp("house"), stack)
        house.address = house.open()
        yield house


@pytest.fixture
def newcomer(open_house):
    visitor = open_house.visit(open_house.address)
    yield visitor
    visitor.assert_clean()


def answered(visit, item_id, with_, seed=0, sure=2):
    """Answer one question of the quiz; what the page says to it."""
    variant = drawn(item_id, seed)
    open_question(visit, at(item_id, seed))
    give(visit, variant, with_(variant))
    check(visit, sure)
    return replied(visit)


def quiz_says(visit, text):
    visit.open("quiz")
    visit.page.get_by_text(text).wait_for()
    visit.settle()
    return visit.text()


# ---- reviews


def test_what_was_wrong_today_is_due_tomorrow_and_goes_away_when_it_is_known(house):
    today, tomorrow = house.open(NOON), house.open(NOON + timedelta(days=1))
    visit = house.visit(today, timezone_id="Europe/Berlin")
    assert "due" not in quiz_says(visit, "Mixed practice")
    answered(visit, "slowest-layer", wrong)
    for page in ("quiz", ""):
        visit.open(page)
        visit.page.get_by_text("Nothing is due today.").wait_for()
        visit.page.get_by_text("To come: tomorrow: 1.").wait_for()

    visit = house.visit(tomorrow, visit.page.context)
    quiz_says(visit, "1 question is due today.")
    visit.page.get_by_role("button", name="Review now").click()
    assert asked_now(visit) == "slowest-layer"
    visit.page.reload()
    assert asked_now(visit) == "slowest-layer"
    visit.open("")
    visit.page.get_by_text("1 question is due today.").wait_for()
    visit.page.get_by_role("link", name="Review now").click()
    assert asked_now(visit) == "slowest-layer"
    (variant,) = sitting_of(visit).asked(BANK)
    give(visit, variant, right(variant))
    check(visit)
    assert "Right." in replied(visit)
    visit.page.get_by_role("button", name="See the result").click()
    visit.page.get_by_text("1 of 1 right").wait_for()
    visit.page.get_by_text("Next review:").wait_for()
    said = quiz_says(visit, "Nothing is due today.")
    assert "To come:" in said
    assert "tomorrow" not in said
    modes = [attempt.mode for attempt in attempts_of(house)]
    assert modes == ["practice", "review"]


def asked_now(visit):
    """The question on screen, as the address has it."""
    visit.page.get_by_text("1 / 1", exact=True).wait_for()
    ready(visit)
    (variant,) = sitting_of(visit).asked(BANK)
    return variant.item.id


def attempts_of(house):
    """All that anybody has answered."""
    with closing(sqlite3.connect(house.folder / "learners.sqlite3")) as file:
        learners = [one for (one,) in file.execute("SELECT id FROM learner")]
    return [attempt for learner in learners for attempt in house.store.attempts(learner)]


def test_a_day_begins_at_midnight_where_the_learner_is(house):
    """At 14:30 in London it is half an hour before midnight in Tokyo."""
    late, after = house.open(NOON.replace(hour=14, minute=30)), house.open(NOON.replace(hour=15, minute=30))
    next_day = house.open(NOON.replace(hour=15, minute=30) + timedelta(days=1))
    tokyo = house.visit(late, timezone_id="Asia/Tokyo")
    answered(tokyo, "slowest-layer", wrong)  # due a day later, at 23:30 on the 23rd
    quiz_says(tokyo, "To come: tomorrow: 1.")
    quiz_says(house.visit(after, tokyo.page.context), "1 question is due today.")
    london = house.visit(late, timezone_id="Europe/London")
    answered(london, "slowest-layer", wrong)
    quiz_says(house.visit(after, london.page.context), "To come: tomorrow: 1.")
    quiz_says(house.visit(next_day, london.page.context), "1 question is due today.")


def test_the_days_can_be_put_into_a_calendar(house):
    visit = house.visit(house.open(NOON), timezone_id="Asia/Tokyo")
    answered(visit, "slowest-layer", wrong)
    answered(visit, "product-bound", right)
    quiz_says(visit, "To come: tomorrow: 1")
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="Put the days into my calendar").click()
    assert download.value.suggested_filename.endswith(".ics")
    file = Calendar.from_ical(download.value.path().read_bytes())
    events = list(file.walk("VEVENT"))
    assert [str(event.decoded("dtstart")) for event in events] == ["2026-11-23", "2026-11-24"]
    assert [event["summary"] for event in events] == ["Vanishing Point: 1 question to review"] * 2
    assert all(re.match(r"https?://.*quiz", event["url"]) for event in events)


# ---- My data


def my_data(visit, kept):
    visit.open("my-data")
    visit.page.get_by_text(kept).wait_for()
    visit.settle()
    return visit.text()


def download(visit, name):
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name=name).click()
    return download.value.path().read_text(encoding="utf-8")


def bring_back(visit, path):
    visit.open("my-data")
    visit.page.locator('input[type="file"]').set_input_files(path)
    visit.page.get_by_role("button", name="Read it in").click()


NOTHING = "0 answers, 0 questions to review, 0 notes"
TWO = "2 answers, 2 questions to review, 0 notes"


def test_my_data_can_be_seen_taken_along_deleted_and_brought_back(newcomer, open_house, tmp_path):
    visit = newcomer
    my_data(visit, NOTHING)
    assert "There is nothing to delete." in visit.text()
    answered(visit, "slowest-layer", wrong, sure=3)
    answered(visit, "product-bound", right)
    my_data(visit, TWO)
    visit.page.get_by_text("Answers, the latest first").click()
    visit.page.get_by_test_id("stDataFrame").wait_for()
    text = download(visit, "Everything, as JSON")
    kept = json.loads(text)
    assert [row["item"].split("/")[1] for row in kept["attempts"]] == ["slowest-layer", "product-bound"]
    assert [row["confidence"] for row in kept["attempts"]] == [3, 2]
    assert len(kept["cards"]) == 2
    rows = list(csv.DictReader(io.StringIO(download(visit, "Answers, as CSV"))))
    assert [row["verdict"] for row in rows] == ["wrong", "right"]
    assert not re.match(r"[-=+@]", rows[1]["answer"])
    quiz_says(visit, "1 of 14 known")

    assert_forgotten_after_deleting(visit)

    (tmp_path / "kept.json").write_text(text, encoding="utf-8")
    other = open_house.visit(visit.address)
    my_data(other, NOTHING)
    for _ in range(2):
        bring_back(other, tmp_path / "kept.json")
        other.page.get_by_text("It has been read in.").wait_for()
        my_data(other, TWO)
    again = json.loads(download(other, "Everything, as JSON"))
    assert again == kept
    quiz_says(other, "1 of 14 known")
    other.assert_clean()


def assert_forgotten_after_deleting(visit):
    my_data(visit, TWO)
    button = visit.page.get_by_role("button", name="Delete now")
    assert button.is_disabled()
    visit.page.get_by_text("Yes, delete everything").click()
    visit.page.wait_for_function(
        "() => [...document.querySelectorAll('button')].some(b => /Delete now/.test(b.innerText) && !b.disabled)"
    )
    button.click()
    visit.page.get_by_text("Everything has been deleted.").wait_for()
    visit.page.get_by_text(NOTHING).wait_for()
    assert "known" not in quiz_says(visit, "Mixed practice")
    my_data(visit, NOTHING)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not json", "This file is not JSON"),
        (b"\xff\xfe\x00", "This file is not JSON"),
        (b"[]", "This file is not an export of this app"),
        (b'{"format": "vanishing-point-learner", "version": 1, "attempts": [{"id": "x"}]}', "attempts no. 1"),
        (b"[" * 100_000, "This file is not JSON"),
    ],
)
def test_a_broken_file_is_answered_in_words_and_changes_nothing(newcomer, tmp_path, content, said):
    (tmp_path / "broken.json").write_bytes(content)
    bring_back(newcomer, tmp_path / "broken.json")
    newcomer.page.get_by_text(said).wait_for()
    my_data(newcomer, NOTHING)


def test_a_guess_and_an_answer_in_the_lesson_survive_a_reload_and_appear_in_my_data(newcomer):
    visit = newcomer
    open_lesson(visit)
    predict(visit, "only-weights", choice="About as much as at the start")
    answer(visit, "slowest-layer")
    open_lesson(visit)
    box_of(visit, "only-weights").scroll_into_view_if_needed()  # a figure is drawn when its reader is near
    box_of(visit, "only-weights").locator(".js-plotly-plot").first.wait_for()
    box = visit.page.locator(f".st-key-question-{SLUG}-slowest-layer")
    box.get_by_text("The right answer:").wait_for()
    said = my_data(visit, "1 answer, 1 question to review, 4 notes")
    assert "There is nothing to delete." not in said
    kept = json.loads(download(visit, "Everything, as JSON"))
    assert [row["mode"] for row in kept["attempts"]] == ["lesson"]
    assert {row["key"].removeprefix(f"{SLUG}-") for row in kept["notes"]} == {
        "only-weights:guess", "only-weights:revealed", "slowest-layer:given", "slowest-layer:try",
    }  # fmt: skip


def test_what_is_remembered_of_a_lesson_is_checked_before_it_is_believed(newcomer, tmp_path):
    """The lesson may have been rewritten since, and a file may have been edited by hand."""
    kept = {
        "only-weights:guess": 77, "only-weights:revealed": True,  # no choice has this number
        "sigmoid-ten:guess": "many", "sigmoid-ten:revealed": [1],
        "slowest-layer:given": {"a": 1}, "slowest-layer:try": "none",
    }  # fmt: skip
    notes = [{"scope": f"lesson:{SLUG}", "key": f"{SLUG}-{key}", "value": value} for key, value in kept.items()]
    notes.append({"scope": f"lesson:{SLUG}", "key": "lab:race", "value": "nonsense"})
    file = {"format": "vanishing-point-learner", "version": 1, "notes": notes}
    (tmp_path / "edited.json").write_text(json.dumps(file))
    bring_back(newcomer, tmp_path / "edited.json")
    newcomer.page.get_by_text("It has been read in.").wait_for()
    open_lesson(newcomer)
    for name in ("only-weights", "sigmoid-ten"):
        box_of(newcomer, name).get_by_role("button", name="Measure it").wait_for()
    assert "broke on our side" not in newcomer.text()
    predict(newcomer, "only-weights", choice="About as much as at the start")
    answer(newcomer, "slowest-layer")
    newcomer.open("lab")
    newcomer.settle()
    assert "broke on our side" not in newcomer.text()


# ---- a store that is out of order


@contextmanager
def locked(folder):
    """Somebody else holds the file."""
    with closing(sqlite3.connect(folder / "learners.sqlite3", isolation_level=None)) as file:
        file.execute("BEGIN EXCLUSIVE")
        yield
        file.execute("ROLLBACK")


@contextmanager
def gone(folder):
    """The folder has been replaced by a file."""
    aside = folder.with_name(f"{folder.name}-aside")
    folder.rename(aside)
    folder.write_text("")
    yield
    folder.unlink()
    aside.rename(folder)


@pytest.mark.parametrize("fault", [locked, gone])
def test_the_quiz_goes_on_without_its_memory_and_saves_what_waited(house, fault):
    visit = house.visit(house.open())
    answered(visit, "slowest-layer", right)
    assert len(attempts_of(house)) == 1
    with fault(house.folder):
        assert "Not right." in answered(visit, "what-multiplies", wrong)
        visit.page.get_by_text(NOTICE).wait_for()
        visit.page.get_by_role("button", name="Next question").click()
        visit.page.get_by_text("3 / 15", exact=True).wait_for()
        visit.page.get_by_text(NOTICE).wait_for()
        for page in ("my-data", "lab", ""):
            link = {"my-data": "My data", "lab": "Lab", "": "Home"}[page]
            visit.page.get_by_role("link", name=link).first.click()
            visit.page.wait_for_url(f"**/{page}*")
            visit.settle()
            assert "broke on our side" not in visit.text()
        visit.page.get_by_role("link", name="Quiz").first.click()
        visit.page.get_by_text("3 / 15", exact=True).wait_for()
    until_saved(visit, house, 2)
    assert [attempt.item.split("/")[1] for attempt in attempts_of(house)] == ["slowest-layer", "what-multiplies"]
    quiz = visit.text()
    assert NOTICE not in quiz


def until_saved(visit, house, number):
    """Any sign of life lets the page try again."""

    def saved():
        for name in ("Lab", "Quiz"):
            visit.page.get_by_role("link", name=name).first.click()
            visit.page.wait_for_url(f"**/{name.lower()}*")
            visit.settle()
        return len(attempts_of(house)) == number

    until(visit, saved, seconds=60)
    visit.settle()


def test_the_lesson_goes_on_without_its_memory(newcomer, open_house):
    visit = newcomer
    open_lesson(visit)
    with locked(open_house.folder):
        predict(visit, "only-weights", choice="About as much as at the start")
        answer(visit, "slowest-layer")
        visit.page.get_by_text(NOTICE).first.wait_for()
        assert "broke on our side" not in visit.text()


WITHOUT_COOKIES = """
from app import app as whole


async def app(scope, receive, send):
    async def without(message):
        if message["type"] == "http.response.start":
            message["headers"] = [line for line in message["headers"] if not line[1].startswith(b"vp_device")]
        await send(message)

    await whole(scope, receive, without)
"""


def test_a_browser_that_takes_no_cookies_is_told_so_and_everything_else_works(house, tmp_path_factory):
    folder = tmp_path_factory.mktemp("without")
    (folder / "without_cookies.py").write_text(WITHOUT_COOKIES)
    command = ["uvicorn", "without_cookies:app", "--app-dir", str(folder), *UVICORN[2:]]
    visit = house.visit(house.stack.enter_context(serving(*command, VANISHING_POINT_DATA=house.folder)))
    answered(visit, "slowest-layer", wrong)
    visit.page.get_by_text("This browser takes no cookies").wait_for()
    visit.page.get_by_role("button", name="Next question").click()
    visit.page.get_by_text("2 / 15", exact=True).wait_for()
    visit.open("my-data")
    visit.page.get_by_text("This browser takes no cookies").wait_for()
    assert not (house.folder / "learners.sqlite3").exists() or not attempts_of(house)
