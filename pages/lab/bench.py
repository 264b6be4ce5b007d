"""The settings of the lab, beside its stage: what each network has of its own, what all share, and how it is shown."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from core.lab.race import AXES, LETTERS, MAX_NAME, MAX_SEEDS, PANELS, Race
from core.lab.settings import DATA, NETWORK, SETTINGS, TRAINING
from core.verdicts.reading import MEASURES
from pages.lab import address, scenario
from pages.parts.controls import control, preset

MARKS = (":orange[■]", ":blue[▨]", ":green[▩]", ":violet[░]")
GROUPS: dict[str, Mapping[str, Any]] = {"Network": NETWORK, "Data": DATA, "Training": TRAINING}
SEEDS = (1, 3, 5, 9, MAX_SEEDS)
WHY = "lab:why"  # the bar that is to be explained: (row of the network, layer)


def settings(race: Race, dials: tuple[str, ...]) -> None:
    """Networks first, then what they share, then the chart."""
    for row in range(len(race.lanes)):
        _network(race, row)
    _more(race)
    shown = [word for word in SETTINGS if word not in (*race.compared, *race.view.hide)]
    for title, group in GROUPS.items():
        words = [word for word in shown if word in group and word not in dials]
        if words:
            _shared(race, title if len(race.lanes) == 1 else f"{title}: the same for all", words)
    _chart(race)


def _network(race: Race, row: int) -> None:
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{MARKS[row]} **{race.labels[row]}**", width="stretch")
            _menu(race, row)
        words = [w for w in race.compared if w not in race.view.hide]
        _columns(race, words, row)


def _menu(race: Race, row: int) -> None:
    """Rename, duplicate, remove."""
    letter = LETTERS[row]
    key = f"lab:menu:{row}:{len(race.lanes)}"
    menu = st.popover("⋯", help=f"Rename, duplicate or remove network {letter}", key=key, on_change="rerun")
    if not menu.open:
        return
    with menu:
        key = f"lab:name:{row}"
        preset(key, race.names[row])
        st.text_input(
            f"Name of network {letter}", key=key, max_chars=MAX_NAME, placeholder="named by what differs",
            on_change=lambda: address.change(lambda race: race.named(row, st.session_state[key])),
        )  # fmt: skip
        st.button(
            "Duplicate", key=f"lab:copy:{row}", icon=":material/content_copy:", on_click=_change,
            disabled=len(race.lanes) == len(LETTERS), args=(lambda race: race.with_copy(row),),
        )  # fmt: skip
        st.button(
            "Remove", key=f"lab:remove:{row}", icon=":material/delete:", disabled=len(race.lanes) == 1,
            on_click=_change, args=(lambda race: race.without(row),),
        )  # fmt: skip


def _change(new: Callable[[Race], Race]) -> None:
    """Go on with other networks, before any training."""
    address.change(lambda race: new(race).viewed(at=None))


def _more(race: Race) -> None:
    """One network more, and which settings may differ."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            "Add a network", key="lab:add", icon=":material/add:", disabled=len(race.lanes) == len(LETTERS),
            on_click=_change, args=(lambda race: race.with_copy(len(race.lanes) - 1),),
        )  # fmt: skip
    if not race.others:
        return
    group = st.expander("**What differs**", icon=":material/compare_arrows:", key="lab:differs", on_change="rerun")
    if not group.open:
        return
    key = "lab:compared"
    preset(key, list(race.compared))
    group.multiselect(
        "Settings that each network has of its own", list(SETTINGS), key=key,
        format_func=lambda word: SETTINGS[word].title,
        on_change=lambda: _change(lambda race: race.comparing(st.session_state[key])),
    )  # fmt: skip


def _shared(race: Race, title: str, words: list[str]) -> None:
    changed = [SETTINGS[w].show(race.settings[w]) for w in words if race.settings[w] != SETTINGS[w].start]
    said = f"**{title}**" + (f" · {' · '.join(changed)}" if changed else "")
    group = st.expander(said, key=f"lab:group:{title.partition(':')[0]}", on_change="rerun")
    if group.open:  # what is closed costs nothing
        with group:
            _columns(race, words, 0)


def _columns(race: Race, words: list[str], row: int) -> None:
    """The controls of these settings, two beside each other."""
    columns = st.columns(2)
    for number, word in enumerate(words):
        with columns[number % 2]:
            key = f"lab:{row}:{word}"
            control(
                word, key, race.lanes[row][word], locked=word in race.view.lock,
                changed=lambda word=word, key=key: _change(lambda r: r.with_setting(word, st.session_state[key], row)),  # type: ignore[misc]
            )  # fmt: skip


def _chart(race: Race) -> None:
    with st.expander("**Chart and instruments**", expanded=True):
        choice("measure", "Show", {word: measure.label for word, measure in MEASURES.items()}, race)
        if not MEASURES[race.view.measure].share:  # which stands on a linear axis
            choice("axis", "Axis", AXES, race)
        _panels(race)
        key = "lab:seeds"
        preset(key, race.view.seeds)
        st.select_slider(
            "Seeds behind the bars at the start", sorted({*SEEDS, race.view.seeds}), key=key,
            on_change=lambda: _view(seeds=st.session_state[key]),
            help="Bars are medians; whiskers go from the smallest to the largest.",
        )  # fmt: skip
        with st.container(horizontal=True):
            switch(
                "theory",
                "Theory",
                "",
                race,
                help="What mean-field theory says about a wide network: its error signal, and how alike points become.",
            )
            switch("predict", "Predict first", "", race, help="The bars stay hidden until you have made a guess.")


def _view(**changes: Any) -> None:
    address.change(lambda race: race.viewed(**changes))


def _panels(race: Race) -> None:
    key = "lab:panels:chosen"
    preset(key, list(race.view.panels))
    st.pills(
        "Instruments", list(PANELS), key=key, selection_mode="multi", format_func=PANELS.__getitem__,
        on_change=lambda: _view(panels=tuple(word for word in PANELS if word in st.session_state[key])),
    )  # fmt: skip


def choice(name: str, label: str, titles: dict[str, str], race: Race, *, required: bool = True) -> None:
    """One of a few ways to show the race; or none, where that is not required."""
    key = f"lab:view:{name}"
    value = getattr(race.view, name) or None
    preset(key, value)
    st.segmented_control(
        label, list(titles), key=key, format_func=titles.__getitem__, required=required,
        on_change=lambda: _view(**{name: st.session_state[key] or ""}),
    )  # fmt: skip


def switch(name: str, label: str, icon: str, race: Race, help: str = "") -> None:  # noqa: A002  as Streamlit calls it
    """Something about the screen that is on or off."""
    key = f"lab:view:{name}"
    preset(key, getattr(race.view, name))
    st.toggle(
        f"{icon} {label}".strip(), key=key, help=help or None, on_change=lambda: _view(**{name: st.session_state[key]})
    )


def remember_why(value: Any) -> None:
    """A bar has been clicked: explain it."""
    row, layer = value
    race = address.race()
    if row in range(len(race.lanes)) and layer in range(1, race.lanes[row]["depth"] + 1):
        st.session_state[WHY] = (row, layer)
        scenario.happened("explained")
        _view(tab="why")
