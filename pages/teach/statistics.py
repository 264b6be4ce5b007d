"""Statistics, for instructors: what everybody's first answers say about the questions, and never who gave them."""

from typing import Any

import streamlit as st

from core import store
from core.errors import Fixable
from core.questions import reported
from core.questions.bank import Bank, bank, slugs
from core.questions.exchange.markup import escape_markdown
from core.store import Unavailable
from core.store.statistics import FOR_COMPARISON, FOR_SHARE, Report
from pages.parts import frame

CHOSEN = "statistics:chosen"
MOST = 12  # answers in a table
PERCENT, TWO_DIGITS = "percent", "%.2f"
MEANINGS = {
    "Facility": "the share whose first answer was right; from and to are its 95 % interval (Wilson).",
    "Discrimination": "whether those who did well elsewhere did well here too, as a correlation: above 0 they did, at "
    "0 it makes no difference, and clearly below 0 they did worse, so look for a wrong key or an unclear question.",
    "By chance": "a discrimination no further from 0 than this can come about by chance alone.",
    "Certain but wrong": "of those who said that they were certain, the share that was wrong: a belief is at work.",
    "To look at": "what an author should check.",
}


def show() -> None:
    """The table of all questions that have been answered, and the answers to one of them."""
    st.set_page_config(page_title="Statistics · Vanishing Point", layout="wide")
    st.title("Statistics", anchor=False)
    st.markdown(
        "For those who teach: how learners fared with each question, the first time they met it. Later answers do not "
        "count, since by then they have read the explanation. Counted afresh once a minute; nobody is named."
    )
    banks = _banks()
    try:
        found = _counted(tuple(banks))
    except Unavailable as problem:
        st.warning(f"**The answers cannot be counted at the moment.** {problem}", icon=":material/cloud_off:")
        return
    if not found:
        st.info("Nobody has answered a question yet.", icon=":material/hourglass_empty:")
        frame.link("quiz", "To the quiz", "quiz")
        return
    _table(banks, found)
    _one(banks, found)


def _banks() -> dict[str, Bank]:
    """The quizzes of all lessons; what is wrong with one of them is said, and the others are counted."""
    found = {}
    for slug in slugs():
        try:
            found[slug] = bank(slug)
        except Fixable as mistake:
            st.warning(str(mistake), icon=":material/build:")
    return found


@st.cache_data(ttl=60, max_entries=4, show_spinner="Counting")
def _counted(known: tuple[str, ...]) -> list[Report]:
    return reported.count(store.shared(), {slug: bank(slug) for slug in known})


def _table(banks: dict[str, Bank], found: list[Report]) -> None:
    rows = reported.table(banks, found)
    few = sum(report.learners < FOR_SHARE for report in found)
    st.markdown(
        f"**{len(found)} questions answered.** A share is told from {FOR_SHARE} learners on, and what compares "
        f"learners with each other from {FOR_COMPARISON} on; below that a cell stays empty"
        + (f", as they do in {'all' if few == len(found) else few} of the rows." if few else ".")
    )
    st.dataframe(
        rows, hide_index=True, key="statistics:table", on_select=_choose, selection_mode="single-row",
        column_config=_columns(several=len(banks) > 1), placeholder="", alt="Each question's figures; below in words",
    )  # fmt: skip
    st.session_state["statistics:names"] = list(_by_name(found))
    st.download_button("The table, as CSV", reported.as_csv(rows), "vanishing-point-statistics.csv", "text/csv",
                       icon=":material/table:", on_click="ignore")  # fmt: skip
    with st.expander("What the figures mean", icon=":material/help:"):
        st.markdown("\n".join(f"- **{name}**: {text}" for name, text in MEANINGS.items()))


def _columns(*, several: bool) -> dict[str, Any]:
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    return {
        "lesson": text("Lesson") if several else None,
        "question": text("Question"),
        "version": None,
        "concept": text("Concept"),
        "learners": number("Learners"),
        "facility": number("Facility", format=PERCENT, help=MEANINGS["Facility"]),
        "facility_low": number("from", format=PERCENT),
        "facility_high": number("to", format=PERCENT),
        "discrimination": number("Discrimination", format=TWO_DIGITS, help=MEANINGS["Discrimination"]),
        "chance": number("By chance", format=TWO_DIGITS, help=MEANINGS["By chance"]),
        "confident_errors": number("Certain but wrong", format=PERCENT, help=MEANINGS["Certain but wrong"]),
        "look_at": text("To look at", help=MEANINGS["To look at"], width="large"),
    }


def _choose() -> None:
    """The row that was chosen becomes the question below."""
    rows = st.session_state["statistics:table"]["selection"]["rows"]
    if rows:
        st.session_state[CHOSEN] = st.session_state["statistics:names"][rows[0]]


def _by_name(found: list[Report]) -> dict[str, Report]:
    """The reports by a name that no other has: each version of a question is another question."""
    return {f"{report.item}@{report.version}": report for report in found}


def _short(name: str) -> str:
    plain, _, version = name.partition("/")[2].rpartition("@")
    return plain if version == "1" else f"{plain}, version {version}"


def _one(banks: dict[str, Bank], found: list[Report]) -> None:
    """One question's answers, by those who did best elsewhere and by those who did worst."""
    st.header("Which answers attract", anchor=False)
    by_name = _by_name(found)
    report = by_name[st.selectbox("Question", list(by_name), format_func=_short, key=CHOSEN)]
    item = reported.question(banks, report.item)
    slug, _, id_ = report.item.partition("/")
    frame.link("questions", "The question with its answers", "school", question=id_, lesson=slug)
    for flag in reported.flags(report, item):
        st.markdown(f":material/flag: {flag[0].upper()}{escape_markdown(flag[1:])}")
    rows = reported.chosen(banks, report)
    if not rows:
        st.markdown(_why_none(report))
        return
    compared = rows[0].choice.top is not None
    st.markdown(
        f"Of {report.learners} learners. The best are the 27 % who did best with all other questions, the weakest the "
        "27 % who did worst. A good wrong answer attracts the weakest; one that attracts the best misleads."
        if compared else f"Of {report.learners} learners. {_why_not_compared(report)}"
    )  # fmt: skip
    st.table([_line(row) for row in rows[:MOST]], border="horizontal", hide_index=True)
    if len(rows) > MOST:
        rest = sum(row.choice.share for row in rows[MOST:])
        st.markdown(f"{len(rows) - MOST} more answers, of {rest:.0%} of the learners, are not listed.")


def _line(row: reported.Chosen) -> dict[str, str]:
    choice = row.choice
    ends = {"Best 27 %": choice.top, "Weakest 27 %": choice.bottom}
    return {
        "Answer": escape_markdown(row.says),
        "Verdict": ":green-badge[right]" if choice.right else ":red-badge[wrong]",
        **{end: f"{part:.0%}" for end, part in ends.items() if part is not None},
        "All": f"{choice.share:.0%}",
        "Speaks of": row.belief,
    }


def _why_none(report: Report) -> str:
    if report.learners < FOR_SHARE:
        so_far = f"{report.learners} learner{'' if report.learners == 1 else 's'} so far."
        return f"{so_far} With {FOR_SHARE - report.learners} more, their answers are listed."
    return "Its answers cannot be listed, since the question has been changed."


def _why_not_compared(report: Report) -> str:
    if report.learners < FOR_COMPARISON:
        return f"With {FOR_COMPARISON - report.learners} more, the best can be set beside the weakest."
    return (
        "The best cannot be set beside the weakest: too few of these learners have answered other questions, or they "
        "did equally well with them."
    )
