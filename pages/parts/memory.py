"""What the app remembers of whoever reads this page: the one door to the store, which may be shut for a while.

Pages go on without it. What could not be saved waits in the visit and is saved as soon as the store is back.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from core import clock, store
from core.errors import Fixable
from core.practice import progress
from core.practice.progress import Moment
from core.practice.sitting import Sitting
from core.questions.grading import Grade
from core.questions.variants import Variant
from core.store import Attempt, Card, Store, Unavailable
from pages.parts import device

Answer = TypeVar("Answer")
WAITING, WRONG, SAVED, RESTORED = "memory:waiting", "memory:wrong", "memory:saved", "memory:restored"
CLOUD = ":material/cloud_off:"
NO_COOKIES = "This browser takes no cookies, so nothing is remembered here. Everything else works."


def moment() -> Moment:
    """When it is, in the learner's own time zone."""
    return Moment(clock.now(), st.context.timezone)


def ask(question: Callable[[Store, str], Answer], otherwise: Answer) -> Answer:
    """What the store says of this learner; `otherwise` if it cannot be asked. `notice` tells why."""
    learner = device.learner()
    if learner is None:
        st.session_state[WRONG] = NO_COOKIES
        return otherwise
    try:
        answer = question(store.shared(), learner)
    except Unavailable as problem:
        st.session_state[WRONG] = f"**Nothing is being remembered at the moment.** {problem}"
        return otherwise
    st.session_state.pop(WRONG, None)
    return answer


def tell(*steps: Callable[[Store, str], Any]) -> None:
    """Let the store keep something; what it cannot keep now waits for the next time, in order."""
    waiting: list[Callable[[Store, str], Any]] = st.session_state.setdefault(WAITING, [])
    waiting += steps

    def all_of_it(to: Store, learner: str) -> None:
        while waiting:
            try:
                waiting[0](to, learner)
            except Unavailable:
                raise
            except Fixable:  # what can never be saved must not hold up the rest
                pass
            waiting.pop(0)

    ask(all_of_it, None)


def notice() -> None:
    """Say so if nothing is being remembered; what has been waiting is saved first, if that is possible again."""
    ask(lambda to, learner: to.recall(learner, "nothing"), None)  # to know how things stand
    if st.session_state.get(WAITING):
        tell()
    if said := st.session_state.get(WRONG):
        st.warning(said, icon=CLOUD)


# --- answers and reviews ---


def cards() -> list[Card]:
    """All review cards of this learner."""
    return ask(lambda to, learner: to.cards(learner), [])


def attempts() -> list[Attempt]:
    """Everything this learner has answered."""
    return ask(lambda to, learner: to.attempts(learner), [])


def answered(slug: str, sitting: Sitting, variant: Variant, grade: Grade) -> None:
    """Keep the last answer of a sitting, and when to ask again."""
    when = moment()
    kept = progress.attempt(slug, sitting, variant, grade, when)

    def keep(to: Store, learner: str) -> None:
        known = next((card for card in to.cards(learner) if card.template == kept.item), None)
        card = progress.card(known, kept, when, second_try=sitting.second_try(len(sitting.turns) - 1))
        if card:
            to.record_review(learner, kept, card)
        else:
            to.record(learner, kept)

    tell(keep)


# --- a reader's guesses and answers in a lesson ---


def restore(slug: str) -> None:
    """Put back what is remembered of a lesson; once a visit."""
    done: set[str] = st.session_state.setdefault(RESTORED, set())
    if slug in done:
        return
    kept = ask(lambda to, learner: to.recall(learner, f"lesson:{slug}"), None)
    if kept is None:
        return  # it may be back at the next run
    done.add(slug)
    for key, value in kept.items():
        if key.startswith(f"{slug}-") and isinstance(value, int | str):
            st.session_state.setdefault(key, value)
            _saved()[key] = value


def keep(slug: str, **values: Any) -> None:
    """Remember these entries of the session."""
    new = {key: value for key, value in values.items() if _saved().get(key) != value}
    if new:
        _saved().update(new)
        tell(lambda to, learner: to.remember(learner, f"lesson:{slug}", new))
        if said := st.session_state.get(WRONG):
            st.toast(said, icon=CLOUD)  # the notice stands at the top of the page, which is not drawn again now


def _saved() -> dict[str, Any]:
    saved: dict[str, Any] = st.session_state.setdefault(SAVED, {})
    return saved


def chosen(key: str, stops: list[Any], done_key: str) -> None:
    """Forget a kept choice that is none any more, since the lesson has been rewritten; it can be made again."""
    if key in st.session_state and st.session_state[key] not in [*stops, None]:
        del st.session_state[key]
        st.session_state[done_key] = False
