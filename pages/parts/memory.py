"""What a reader has guessed and answered in a lesson, kept by the browser so that a reload does not lose it."""

from typing import Any

import streamlit as st

from pages.parts.scripted import scripted

RESTORED = "memory:restored"
_memory = scripted("memory", html="", css="")


def restore(slug: str) -> None:
    """Put back what this browser has kept of a lesson; once, as soon as the browser has said it."""
    known = _memory({"lesson": slug, "keep": {}}, key=f"memory:{slug}", on_kept_change=lambda: None)
    kept = getattr(known, "kept", None)
    done: set[str] = st.session_state.setdefault(RESTORED, set())
    if isinstance(kept, dict) and slug not in done:
        done.add(slug)
        for key, value in kept.items():
            if str(key).startswith(f"{slug}-") and isinstance(value, int | str):
                st.session_state[key] = value


def keep(slug: str, **values: Any) -> None:
    """Let the browser keep these entries of the session."""
    _memory({"lesson": slug, "keep": values}, key=f"memory:{slug}:{'|'.join(values)}")


def chosen(key: str, stops: list[Any], done_key: str) -> None:
    """Forget a kept choice that is none any more, since the lesson has been rewritten; it can be made again."""
    if key in st.session_state and st.session_state[key] not in [*stops, None]:
        del st.session_state[key]
        st.session_state[done_key] = False
