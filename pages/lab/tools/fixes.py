"""The fix ladder: a broken network, remedies to switch on in any order, and a log of what each one changed."""

import streamlit as st

from core.compute import door
from core.compute.door import profile_job, timed_job
from core.figures.bars import gradient_bars
from core.figures.style import Series
from core.lab import cost
from core.lab.race import Race
from core.lab.remedies import LADDER, Rung, changed, log, patient, surprises
from core.verdicts.reading import MEASURES
from pages.lab import address
from pages.parts.controls import network, preset
from pages.parts.live_figure import live_figure

VISITED = "lab:fixes:visited"  # the sets of remedies that were tried on this network, in their order
KEPT = 30


def show(race: Race) -> None:
    """Choose the patient and the remedies; every new set of remedies is trained, and gets a line in the log."""
    row = network(race, "lab:fixes:row", "Start from")
    words = _remedies(race)
    broken = race.lanes[row]
    if waiting := cost.in_words([patient(broken, words)]):
        st.caption(f"Each line of the log takes {waiting}.")
    tried = _tried(broken, words)
    with st.spinner("Training with these remedies …", show_time=True):
        rungs = [_rung(broken, one) for one in tried]
    _result(rungs)


def _remedies(race: Race) -> tuple[str, ...]:
    """The remedies that are on; a new one goes to the end."""
    key = "lab:fixes"
    preset(key, [word for word in LADDER if word in race.view.fixes])
    st.pills(
        "Remedies, in any order", list(LADDER), key=key, selection_mode="multi",
        format_func=lambda word: LADDER[word].title, on_change=lambda: _keep(st.session_state[key]),
    )  # fmt: skip
    return race.view.fixes


def _keep(chosen: list[str]) -> None:
    old = [word for word in address.race().view.fixes if word in chosen]
    new = [word for word in chosen if word not in old]
    old = [w for w in old if not any(LADDER[w].sets <= LADDER[n].sets for n in new)]  # one of a kind
    address.change(lambda race: race.viewed(fixes=tuple(old + new)))


def _tried(broken: dict[str, object], words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Every set of remedies tried on this very network; the log begins with none."""
    patient_before, tried = st.session_state.get(VISITED, (None, []))
    if patient_before != broken:
        tried = [()]
    if tried[-1] != words:
        tried = [*tried, words][-KEPT:]
    st.session_state[VISITED] = (broken, tried)
    return list(tried)


def _rung(broken: dict[str, object], words: tuple[str, ...]) -> Rung:
    experiment = patient(broken, words)
    shared = door.shared()
    (timed,), (profile,) = shared.ask(timed_job, [experiment]), shared.ask(profile_job, [experiment])
    run, seconds = timed.future.result()
    return Rung(words, profile.future.result(), run, seconds)


def _result(rungs: list[Rung]) -> None:
    """The bars before and now, what the last step did, and the log."""
    first, now = rungs[0], rungs[-1]
    st.markdown(
        f"**{now.title[0].upper()}{now.title[1:]}.** After training: {now.verdict.kind.title}. {now.verdict.evidence}"
    )
    if len(rungs) > 1:
        st.markdown(f":material/compare_arrows: {changed(rungs[-2], now)}")
    for said in surprises(now):
        st.info(said, icon=":material/lightbulb:")
    shown = [("as it was", first), *([("now", now)] if now is not first else [])]
    measure = MEASURES["weights"]
    figure = gradient_bars(
        [Series(name, rung.profile.weight_grad_norm) for name, rung in shown], measure,
        entries=measure.entries(now.run.experiment),
    )  # fmt: skip
    live_figure(
        figure, key="lab:fixes:bars", alt=f"Weight gradients by layer, as it was and with: {now.title}.", height=320
    )
    with st.container(key="lab-log"):  # wider than a phone: it scrolls by itself
        st.markdown(log(rungs))
    if len(rungs) > 1 and st.button("Clear the log", icon=":material/delete_sweep:", key="lab:fixes:clear"):
        st.session_state.pop(VISITED)
        address.change(lambda race: race.viewed(fixes=()))
        st.rerun()
