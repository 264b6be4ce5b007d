"""My data: what is remembered of this browser's reader, to see, to take along, to bring back, and to delete."""

import json

import streamlit as st

from core.errors import Fixable
from core.store import Unavailable
from pages.parts import memory

READ, DELETED = "my-data:read", "my-data:deleted"


def show() -> None:
    """Say what is kept, show it, and let the reader do with it what they like."""
    st.set_page_config(page_title="My data · Vanishing Point", layout="centered")
    st.title("My data", anchor=False)
    st.markdown(
        "There are no accounts here. A random cookie tells this browser from others, and only a fingerprint of that "
        "cookie is kept, beside what you answered, what you are to review and where you were in a lesson. No name, no "
        "address, nothing that says who you are. Whatever has not been touched for half a year is deleted."
    )
    memory.notice()
    kept = memory.ask(lambda to, learner: to.export(learner), None)
    if kept is None:
        st.markdown("Once the memory is back, you find here what is kept.")
        return
    _see(kept)
    _take_along(kept)
    _bring_back()
    _delete(kept)


def _see(kept: dict[str, list[dict[str, object]]]) -> None:
    answers, cards, notes = kept["attempts"], kept["cards"], kept["notes"]
    st.markdown(
        f"## What is kept\n{len(answers)} answer{_s(answers)}, {len(cards)} question{_s(cards)} to review, "
        f"{len(notes)} note{_s(notes)} on where you were in a lesson."
    )
    if answers:
        with st.expander("Answers, the latest first"):
            shown = ["at", "item", "answer", "verdict", "confidence", "mode"]
            st.dataframe([{key: row[key] for key in shown} for row in reversed(answers)], hide_index=True)
    if notes:
        with st.expander("Notes"):
            st.dataframe([{key: str(row[key]) for key in ("scope", "key", "value")} for row in notes], hide_index=True)


def _s(rows: list[dict[str, object]]) -> str:
    return "" if len(rows) == 1 else "s"


def _take_along(kept: dict[str, list[dict[str, object]]]) -> None:
    st.markdown(
        "## Take it along\nThe JSON file holds everything and can be read in again, here or in another browser."
    )
    text = json.dumps(kept, ensure_ascii=False, indent=1)
    table = memory.ask(lambda to, learner: to.export_csv(learner), "")
    with st.container(horizontal=True):
        st.download_button("Everything, as JSON", text, "vanishing-point.json", "application/json",
                           icon=":material/download:")  # fmt: skip
        st.download_button("Answers, as CSV", table, "vanishing-point-answers.csv", "text/csv", icon=":material/table:")


def _bring_back() -> None:
    st.markdown(
        "## Bring it back\nWhat you bring is added to what is here; nothing is lost, and nothing is counted twice."
    )
    file = st.file_uploader("A JSON file from this page", type="json", key="my-data:file", max_upload_size=20)
    if file is not None and st.button("Read it in", icon=":material/upload:", type="primary"):
        content = file.getvalue()
        try:
            memory.ask(lambda to, learner: to.import_(learner, content), None)
        except Unavailable:
            raise
        except Fixable as problem:
            st.error(str(problem), icon=":material/build:")
            return
        if memory.WRONG not in st.session_state:
            st.session_state[READ] = True
        st.rerun()
    if st.session_state.pop(READ, False):
        st.success("It has been read in.", icon=":material/check_circle:")


def _delete(kept: dict[str, list[dict[str, object]]]) -> None:
    st.markdown("## Delete it")
    if st.session_state.pop(DELETED, False):
        st.success("Everything has been deleted.", icon=":material/check_circle:")
    if not any(kept[part] for part in ("attempts", "cards", "notes")):
        st.markdown("There is nothing to delete.")
        return
    sure = st.checkbox("Yes, delete everything that is kept of me. This cannot be undone.", key="my-data:sure")
    st.button("Delete now", icon=":material/delete_forever:", disabled=not sure, on_click=_forget_all)


def _forget_all() -> None:
    memory.ask(lambda to, learner: to.delete(learner), None)
    if memory.WRONG not in st.session_state:
        st.session_state.clear()
        st.session_state[DELETED] = True
