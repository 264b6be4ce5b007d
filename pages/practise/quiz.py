"""The quiz: one question at a time, a reply to every answer, and a result that says where to look again."""

import streamlit as st

from core import lessons
from core.errors import Fixable
from core.questions import attempt as attempts
from core.questions.attempt import Attempt
from core.questions.items import Item, bank, slugs
from pages.parts import card, frame, links

FEEDBACK = "feedback"  # in the address while the reply to the last answer is on screen
REMEMBERED = "quiz:remembered"


def show() -> None:
    """Show the question that the attempt has come to, its feedback, or the result."""
    st.set_page_config(page_title="Quiz · Vanishing Point", layout="centered")
    slug = _chosen_lesson()
    items = bank(slug)
    attempt = _attempt(items)
    answered, reviewing = len(attempt.answers), FEEDBACK in st.query_params
    st.title("Quiz", anchor=False)
    if reviewing and answered:
        _feedback(attempt, items)
    elif answered < len(items):
        _question(attempt, items)
    else:
        _result(slug, attempt, items)


def _attempt(items: tuple[Item, ...]) -> Attempt:
    """The attempt in the address; on coming back from another page, the one this visit was at."""
    if not st.query_params and st.session_state.get(REMEMBERED):
        st.query_params.from_dict(st.session_state[REMEMBERED])
    query = st.query_params.to_dict()
    attempt = attempts.from_query(query, items)
    given, read = attempts.count(query), len(attempt.answers)
    if given > read:
        said = f"The link was corrected. Of its {given} answers, the first {read} could be read."
        st.info(said, icon=":material/link_off:")
    return attempt


def _chosen_lesson() -> str:
    known = slugs()
    if not known:
        raise Fixable("There is no quiz yet.", "Put a quiz.yaml into a lesson's folder.")
    asked = st.query_params.get("lesson")
    if asked in known:
        return asked
    if len(known) == 1:
        return known[0]
    titles = {entry.slug: entry.menu for entry in lessons.entries()}
    return st.selectbox("Lesson", known, format_func=lambda slug: titles.get(slug, slug))


def _progress(number: int, count: int) -> None:
    st.progress(number / count, f"**{number} / {count}**")


def _question(attempt: Attempt, items: tuple[Item, ...]) -> None:
    """The next question, and the button that checks it."""
    number = len(attempt.answers)
    _progress(number + 1, len(items))
    variant = attempt.variants(items)[number]
    key = f"quiz:{attempt.number}:{variant.item.id}"
    given = card.ask(variant, key)
    if given is not None:
        _go(attempt.answered(given), reviewing=True)


def _go(attempt: Attempt, *, reviewing: bool) -> None:
    """Continue from this attempt: it goes into the address, so that a reload comes back to it."""
    lesson = {"lesson": st.query_params["lesson"]} if "lesson" in st.query_params else {}
    query = lesson | attempt.query() | ({FEEDBACK: "shown"} if reviewing else {})
    st.query_params.from_dict(query)
    st.session_state[REMEMBERED] = query
    st.rerun()


def _feedback(attempt: Attempt, items: tuple[Item, ...]) -> None:
    """The last question again, with what was answered, whether it is right, and why."""
    number = len(attempt.answers)
    _progress(number, len(items))
    variant = attempt.variants(items)[number - 1]
    card.show_answer(variant, attempt.answers[-1])
    last = number == len(items)
    if st.button("See the result" if last else "Next question", type="primary", icon=":material/arrow_forward:"):
        _go(attempt, reviewing=False)


def _result(slug: str, attempt: Attempt, items: tuple[Item, ...]) -> None:
    """How many were right, which to look at again and where they are explained."""
    variants = attempt.variants(items)
    grades = [card.graded(variant, answer) for variant, answer in zip(variants, attempt.answers, strict=True)]
    missed = [(v, a) for v, a, g in zip(variants, attempt.answers, grades, strict=True) if g.verdict != "right"]
    right = len(items) - len(missed)
    st.subheader(f"{right} of {len(items)} right", anchor=False)
    st.progress(right / len(items))
    if not missed:
        st.success("Nothing to look at again. In a week, come back for other numbers.", icon=":material/check_circle:")
    else:
        st.markdown("**Look at these again.** Each opens with your answer and the reason.")
    titles = {section.anchor: section.title for section in lessons.load(slug).sections}
    for variant, answer in missed:
        with st.expander(variant.fill(variant.item.stem)):
            card.show_answer(variant, answer, heading="")
        where = links.to_section(slug, variant.item.section)
        st.markdown(f":material/menu_book: Explained in [{titles[variant.item.section]}]({where})")
    if st.button("Try again with other numbers", type="primary", icon=":material/refresh:"):
        _go(attempt.again(), reviewing=False)
    frame.link(slug, "Back to the lesson", "menu_book")
