"""The words of a lesson on screen: what is measured is filled in, what is defined, cited or pointed at is a link."""

from collections.abc import Callable, Mapping
from functools import lru_cache

import streamlit as st

from core.compute.kept import Kept, Stamp
from core.evidence import evidence
from core.lessons.lesson import Lesson
from core.lessons.prose import Role, roles, written
from pages.parts import links

SOME = 12  # as many new numbers are worth drawing the page again
NOT_YET = "*…measuring…*"
OLD = ":material/history:"  # beside a number of an earlier version

Known = Mapping[str, Kept | None]
"""What is known of each claim in a text"""


def show(lesson: Lesson, text: str) -> None:
    """Write the text, with an ellipsis for each number that is not there yet: see `keep_filling_in`."""
    st.markdown(filled_in(lesson, text))


def filled_in(lesson: Lesson, text: str) -> str:
    """The text with its numbers and links."""
    known = {role.name: evidence.shared().known(lesson, role.name) for role in roles(text) if role.kind == "claim"}
    stamps = tuple(kept.stamp for kept in known.values() if kept and not kept.old)
    return _for_good(lesson, text, stamps) if len(stamps) == len(known) else _written(lesson, text, known)


@lru_cache(maxsize=4096)
def _for_good(lesson: Lesson, text: str, _: tuple[Stamp, ...]) -> str:
    """The text once all of its numbers are there: it stays as it is until one of them is measured again."""
    names = (role.name for role in roles(text) if role.kind == "claim")
    return _written(lesson, text, {name: evidence.shared().known(lesson, name) for name in names})


def _written(lesson: Lesson, text: str, known: Known) -> str:
    return written(text, lambda role: ROLES[role.kind](lesson, role, known))


def keep_filling_in(lesson: Lesson) -> None:
    """See to it that what is missing or old is measured, and draw the page again as that comes in."""
    missing = evidence.shared().missing(lesson)
    if not missing:
        return
    evidence.shared().prepare_in_background(lesson)

    @st.fragment(run_every=3)
    def look() -> None:
        now = evidence.shared().missing(lesson)
        if now == 0 or now <= missing - SOME:
            st.rerun()

    look()


def measured(lesson: Lesson, name: str) -> float:
    """The claim's value, of the present version: the median over its seeds."""
    return lesson.claims[name].median(evidence.shared().measured(lesson, name).value)


def _claim(lesson: Lesson, role: Role, known: Known) -> str:
    """The measured number, or the statement that rests on it, as a link to its experiment."""
    claim, kept = lesson.claims[role.name], known[role.name]
    if kept is None:
        return role.text or NOT_YET
    words, how = role.text or claim.words(kept.value), f"{claim.evidence(kept.value)} Measured {kept.stamp}"
    if kept.old:
        words, how = f"{words} {OLD}", f"{how}, by an earlier version of this page; it is being measured again"
    return f'[{words}]({links.to_lab(lesson, claim, kept.value)}#{role.name} "{how}. Opens in the lab.")'


def _term(lesson: Lesson, role: Role, _: Known) -> str:
    said = lesson.terms[role.name].replace('"', "”").replace("$", "")
    return f'[{role.text or role.name}](#glossary "{said}")'


def _cite(lesson: Lesson, role: Role, _: Known) -> str:
    source = lesson.sources[role.name]
    whole = f"{source.authors} ({source.year}). {source.title}. {source.where}".replace('"', "”")
    return f'[{role.text or source.cited}](#further-reading "{whole}")'


def _mark(lesson: Lesson, role: Role, _: Known) -> str:
    return f"[{role.text or role.name}](#mark-{lesson.slug}-{'-'.join(role.name.split())})"


def _given(_: Lesson, role: Role, __: Known) -> str:
    return role.text or role.name


ROLES: dict[str, Callable[[Lesson, Role, Known], str]] = {
    "claim": _claim, "term": _term, "cite": _cite, "mark": _mark, "given": _given,
}  # fmt: skip
