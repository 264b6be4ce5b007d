"""What learners see when something is wrong: words, and the other pages."""

import pytest
from streamlit.testing.v1 import AppTest

pytestmark = pytest.mark.browser


@pytest.fixture
def visit(visit, damaged):
    visit.address = damaged
    return visit


def text(visit):
    return visit.page.get_by_test_id("stMain").inner_text()


def test_a_broken_lesson_says_where_and_what_to_write(visit):
    visit.open_anyway("02-broken-text")
    visit.page.get_by_text("02-broken-text/lesson.md:").wait_for()
    assert "there is no block called {power}" in text(visit)
    assert "Choose one of: notes, equation, experiment, powers," in text(visit)


def test_the_home_page_shows_the_others_and_names_the_broken_one(visit):
    visit.open("", charts=1)
    assert "cannot be shown. 02-broken-text/lesson.md:" in text(visit)
    assert text(visit).count("Read the lesson") == 2


def test_a_broken_quiz_says_where_and_leaves_the_other_quizzes_alone(visit):
    visit.open_anyway("quiz?lesson=03-broken-quiz")
    visit.page.get_by_text("03-broken-quiz/quiz/1-product.yaml:").wait_for()
    assert "Did you mean 'slowest_layer'" in text(visit)
    visit.open("quiz?lesson=01-vanishing-and-exploding-gradients")
    visit.page.get_by_role("button", name="Start the test").wait_for()


def test_the_lab_and_the_other_lessons_work_on(visit):
    visit.open("lab", charts=1)
    visit.open("03-broken-quiz")
    figure = visit.page.locator(".live-figure").first
    figure.scroll_into_view_if_needed()
    figure.locator(".js-plotly-plot").wait_for()


def test_a_folder_dropped_into_lessons_is_in_the_menu(visit):
    visit.open("lab", charts=1)
    menu = visit.page.get_by_test_id("stTopNavLink").all_inner_texts()
    assert sum("Lesson 1" in entry for entry in menu) == 3


def test_a_bug_of_ours_is_an_apology_and_not_a_traceback():
    def script():
        from pages.parts.frame import words_for_mistakes

        with words_for_mistakes():
            raise ZeroDivisionError("secret path /home/somebody")

    shown = AppTest.from_function(script).run()
    assert not shown.exception
    assert "Something broke on our side" in shown.error[0].value
    assert "secret" not in shown.error[0].value


def test_a_mistake_that_can_be_put_right_says_how():
    def script():
        from core import Network
        from pages.parts.frame import words_for_mistakes

        with words_for_mistakes():
            Network(depth=0)

    shown = AppTest.from_function(script).run()
    assert shown.error[0].value == "**depth cannot be 0.** Give a whole number from 1 to 200."
