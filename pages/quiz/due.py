"""What is due for review, by day, in the learner's own time zone."""

from collections.abc import Callable
from datetime import timedelta

import streamlit as st

from core.lessons import library
from core.practice import progress, review
from core.practice.sitting import Sitting
from core.questions.bank import Bank, slugs
from core.store import Card
from pages.parts import frame, memory

AHEAD = 7  # days that are listed one by one


def wanted(questions: Bank) -> Bank:
    """Those that this learner wants to be asked: at first, only what the lesson has taught."""
    memory.restore(questions.slug)
    return questions if st.session_state.get(_also(questions)) else questions.taught()


def _also(questions: Bank) -> str:
    """Under what it is remembered whether somebody wants all of them."""
    return f"{questions.slug}-beyond"


def choose(questions: Bank) -> None:
    """Whether what goes beyond the lesson is asked too, and how much that is."""
    also = _also(questions)
    topics = list(dict.fromkeys(item.beyond for item in questions.items if item.beyond))
    more = sum(bool(item.beyond) for item in questions.items)
    if not more:
        return

    def keep() -> None:
        st.session_state[also] = st.session_state[f"quiz:{also}"]
        memory.keep(questions.slug, **{also: st.session_state[also]})

    on = st.toggle(
        "Also what goes beyond the lesson", bool(st.session_state.get(also)), key=f"quiz:{also}", on_change=keep
    )
    said = "go beyond it, and say so" if on else "are left out"
    st.caption(f"{more} of {len(questions.items)} questions {said}, on {', '.join(topics)}.")


def _cards(questions: Bank) -> list[Card]:
    """The cards of the questions that are wanted."""
    return progress.waiting(wanted(questions), memory.cards())


def _days(questions: Bank) -> dict[int, int]:
    """How many questions are due in how many days."""
    now, zone = memory.moment()
    cards = _cards(questions)
    today = review.local_day(now, zone)
    return {(day - today).days: n for day, n in review.by_day([one.due for one in cards], now, zone).items()}


def _names(days: int) -> str:
    now, zone = memory.moment()
    day = review.local_day(now, zone) + timedelta(days=days)
    return {0: "today", 1: "tomorrow"}.get(days, f"{day:%A} {day.day} {day:%B}")


def quantity(n: int) -> str:
    """So many questions."""
    return f"{n} question{'' if n == 1 else 's'}"


def today(questions: Bank, enter: Callable[[Sitting], None] | None = None) -> None:
    """What is due today, with the way to it; and the days after. The quiz itself says how to `enter`."""
    now, zone = memory.moment()
    cards = progress.waiting(questions, memory.cards())
    if not cards:
        return
    names = [one.template.split("/", 1)[1] for one in cards if one.due < review.end_of_day(now, zone)]
    asked = [name for name in names if name in {item.id for item in wanted(questions).items}]
    beyond, names = len(names) - len(asked), asked
    titles = {entry.slug: entry.menu for entry in library.entries()}
    heading = "## Review" if enter or len(slugs()) == 1 else f"## Review: {titles[questions.slug]}"
    with st.container(border=True, key=f"due-{questions.slug}"):
        if names:
            st.markdown(f"{heading}\n**{len(names)} question{'s are' if len(names) > 1 else ' is'} due today.**")
            begin = Sitting("review", int(now.timestamp()) % 10**9, "+".join(names[:20]))
            if enter:  # a link to the page that one is on would not change the address
                st.button("Review now", icon=":material/event_repeat:", type="primary", on_click=enter, args=(begin,))
            else:
                frame.link("quiz", "Review now", "event_repeat", lesson=questions.slug, **begin.query())
        else:
            st.markdown(f"{heading}\nNothing is due today.")
        if beyond:
            st.markdown(f"Left out: {quantity(beyond)} beyond the lesson.")
        if said := _later(questions):
            st.markdown(said)
        if enter:
            _calendar(questions)


def _later(questions: Bank) -> str:
    """The days to come, as a sentence."""
    coming = {days: n for days, n in _days(questions).items() if days > 0}
    near = [f"{_names(days)}: {n}" for days, n in coming.items() if days <= AHEAD]
    far = sum(n for days, n in coming.items() if days > AHEAD)
    parts = [*near, *([f"later: {far}"] if far else [])]
    return f"To come: {', '.join(parts)}." if parts else ""


def next_time(questions: Bank) -> None:
    """After a sitting: when to come back."""
    coming = _days(questions)
    if coming:
        first = min(coming)
        st.markdown(f":material/event_repeat: Next review: {_names(first)}, {quantity(coming[first])}.")


def _calendar(questions: Bank) -> None:
    """A calendar file with the days to come, instead of letters."""
    now, zone = memory.moment()
    cards = _cards(questions)
    if cards:
        days = review.by_day([one.due for one in cards], now, zone)
        file = review.calendar(days, now, st.context.url or "quiz")
        st.download_button(
            "Put the days into my calendar", file, "vanishing-point-review.ics", "text/calendar",
            icon=":material/calendar_add_on:", type="tertiary",
        )  # fmt: skip
