"""The words of a lesson on screen: what is measured is filled in, what is defined, cited or pointed at is a link."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import streamlit as st

from core import compute, evidence
from core.lessons import Lesson
from core.prose import Role, roles, written
from pages.parts import links

SOME = 12  # as many new numbers are worth drawing the page again

Futures = dict[str, "list[Future[Any]]"]


def show(lesson: Lesson, text: str) -> None:
    """Write the text; wait for what has to be measured."""
    futures = _asked(lesson, text)
    for several in futures.values():
        for future in several:
            future.exception()
    st.markdown(written(text, lambda role: ROLES[role.kind](lesson, role, futures)))


def place(lesson: Lesson, text: str) -> None:
    """Write the text with an ellipsis for each number that is not there yet: see `keep_filling_in`."""
    futures = _asked(lesson, text)

    def write(role: Role) -> str:
        if role.kind == "claim" and not _ready(futures[role.name]):
            return role.text or "*…measuring…*"
        return ROLES[role.kind](lesson, role, futures)

    st.markdown(written(text, write))


def _asked(lesson: Lesson, text: str) -> Futures:
    names = [role.name for role in roles(text) if role.kind == "claim"]
    return {name: evidence.ask(lesson, name, compute.shared()) for name in names}


def _ready(futures: "list[Future[Any]]") -> bool:
    return all(future.done() for future in futures)


def keep_filling_in(lesson: Lesson) -> None:
    """Run the page again when more of its numbers have been measured, until all are there."""
    missing = _missing(lesson)
    if not missing:
        return

    @st.fragment(run_every=3)
    def look() -> None:
        now = _missing(lesson)
        if now == 0 or now <= missing - SOME:
            st.rerun()

    look()


def _missing(lesson: Lesson) -> int:
    """How many claims still wait for their measurement."""
    return sum(not _ready(evidence.ask(lesson, name, compute.shared())) for name in lesson.claims)


def measured(lesson: Lesson, name: str) -> float:
    """The claim's value: the median over its seeds."""
    claim = lesson.claims[name]
    return claim.median([future.result() for future in evidence.ask(lesson, name, compute.shared())])


def _claim(lesson: Lesson, role: Role, futures: Futures) -> str:
    """The measured number, or the statement that rests on it, as a link to its experiment."""
    claim = lesson.claims[role.name]
    results = [future.result() for future in futures[role.name]]
    address = links.to_lab(lesson, claim, results)
    return f'[{role.text or claim.words(results)}]({address} "{claim.evidence(results)} Opens in the lab.")'


def _term(lesson: Lesson, role: Role, _: Futures) -> str:
    said = lesson.terms[role.name].replace('"', "”").replace("$", "")
    return f'[{role.text or role.name}](#glossary "{said}")'


def _cite(lesson: Lesson, role: Role, _: Futures) -> str:
    source = lesson.sources[role.name]
    whole = f"{source.authors} ({source.year}). {source.title}. {source.where}".replace('"', "”")
    return f'[{role.text or source.cited}](#further-reading "{whole}")'


def _mark(lesson: Lesson, role: Role, _: Futures) -> str:
    return f"[{role.text or role.name}](#mark-{lesson.slug}-{'-'.join(role.name.split())})"


def _given(_: Lesson, role: Role, __: Futures) -> str:
    return role.text or role.name


ROLES: dict[str, Callable[[Lesson, Role, Futures], str]] = {
    "claim": _claim, "term": _term, "cite": _cite, "mark": _mark, "given": _given,
}  # fmt: skip
