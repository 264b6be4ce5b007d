"""Why this bar? The numbers behind one layer's error signal."""

import streamlit as st

from core.compute import door
from core.lab.race import Race
from core.verdicts import why
from pages.lab import scenario
from pages.lab.bench import WHY
from pages.parts.controls import network, preset


def show(race: Race) -> None:
    """Choose a network and a layer, by a click on its bar or here; then its equation with the numbers in it."""
    row, layer = _chosen(race)
    (profile,) = door.shared().profiles([race.experiments[row]])
    answer = why.explain(profile, layer)
    st.markdown(answer.sentence)
    st.latex(answer.rule)
    st.latex(answer.numbers)
    seed = f", seed {race.settings['seed']}" if race.view.seeds > 1 else ""
    st.caption(
        f"Norms over batch and units, before any training{seed}. The slope counts where the error signal arrives."
    )
    if answer.table:
        with st.expander("Every step from the last layer down"):
            st.markdown(answer.table)


def _chosen(race: Race) -> tuple[int, int]:
    """The bar that was clicked, or whatever the controls say; always one that there is."""
    row, layer = st.session_state.get(WHY, (0, 1))
    row = min(row, len(race.lanes) - 1)
    depth = race.lanes[row]["depth"]
    layer = min(layer, depth)
    left, right = st.columns([2, 3])
    with left:
        preset("lab:why:row", row)
        network(race, "lab:why:row", on_change=_keep, args=("row", layer))
    with right:
        preset("lab:why:layer", layer)
        if depth > 1:
            st.select_slider(
                "Layer (1 = input side)", list(range(1, depth + 1)), key="lab:why:layer",
                on_change=_keep, args=("layer", row),
            )  # fmt: skip
    return row, layer


def _keep(changed: str, other: int) -> None:
    value = st.session_state[f"lab:why:{changed}"]
    scenario.happened("explained")
    st.session_state[WHY] = (value, other) if changed == "row" else (other, value)
