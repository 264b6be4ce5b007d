"""Take it with you: the link, a frame for another page, the data, and the same networks in PyTorch."""

from collections.abc import Callable
from urllib.parse import urlencode

import streamlit as st

from core.compute import door
from core.lab import cost, export
from core.lab.race import Race
from core.lab.settings import SETTINGS
from core.networks.results import GradientProfile, Run
from pages.lab import address
from pages.parts.controls import preset


def show(race: Race) -> None:
    """Links on the left, files on the right."""
    left, right = st.columns(2, gap="large")
    with left:
        _links(race)
    with right:
        _files(race)


def _links(race: Race) -> None:
    st.markdown("### A link to exactly this")
    query = race.query()
    st.code(_address(query), language=None, wrap_lines=True)
    with st.expander("For a class or a page of your own"):
        _chosen("hide", "Controls to hide in the link", race)
        _chosen("lock", "Controls to lock in the link", race)
        st.caption("Whoever opens the link sees no control of a hidden setting, and cannot move a locked one.")
        st.markdown("To put it into another page:")
        source = _address({**query, "embed": "true"})
        st.code(
            f'<iframe src="{source}" width="100%" height="900" title="Vanishing Point: lab"></iframe>',
            language="html",
            wrap_lines=True,
        )


def _address(query: dict[str, str]) -> str:
    """The whole address of the lab with this query."""
    base = (st.context.url or "").partition("?")[0]
    return f"{base}?{urlencode(query)}" if query else base


def _chosen(name: str, label: str, race: Race) -> None:
    key = f"lab:take:{name}"
    preset(key, list(getattr(race.view, name)))
    st.multiselect(
        label, list(SETTINGS), key=key, format_func=lambda word: SETTINGS[word].title,
        on_change=lambda: address.change(lambda race: race.viewed(**{name: tuple(st.session_state[key])})),
    )  # fmt: skip


def _files(race: Race) -> None:
    named = dict(zip(race.labels, race.experiments, strict=True))
    st.markdown("### The same in PyTorch")
    st.caption(
        "Plain modules and autograd, from the same weights and batches. In 64 bit it has the numbers of this page; "
        "in 32 bit it does until rounding has grown, which its first lines explain."
    )
    _download("Script", "vanishing_point.py", "text/x-python", lambda: export.script(named))
    _download("Notebook", "vanishing_point.ipynb", "application/x-ipynb+json", lambda: export.notebook(named))
    st.markdown("### The data")
    wait = cost.in_words(race.experiments)
    st.caption(f"Of the whole training{f', which takes {wait}' if wait else ''}. What is not trained yet will be.")
    _download("Table (CSV)", "vanishing_point.csv", "text/csv", lambda: export.table_csv(_runs(race)))
    _download("Everything (JSON)", "vanishing_point.json", "application/json", lambda: export.table_json(_runs(race)))
    st.markdown("### The picture")
    st.caption("The camera above each chart saves it as it is.")
    _picture("png")
    _picture("svg")


def _runs(race: Race) -> dict[str, Run | GradientProfile]:
    return dict(zip(race.labels, door.shared().runs(race.experiments), strict=True))


def _download(label: str, name: str, mime: str, make: Callable[[], str]) -> None:
    """A file that is made when it is asked for."""
    st.download_button(label, make, name, mime, key=f"lab:take:{name}", icon=":material/download:", on_click="ignore")


def _picture(kind: str) -> None:
    _save(data={"kind": kind}, key=f"lab:take:picture:{kind}")


_save = st.components.v2.component(
    "save_picture",
    html='<div class="stage"><button type="button" class="save-picture"></button></div>',
    js="""
    export default function ({ data, parentElement }) {
      const button = parentElement.querySelector(".save-picture");
      button.textContent = `Chart as ${data.kind.toUpperCase()}`;
      button.onclick = () => {
        const chart = document.querySelector(".stage-drawing.js-plotly-plot");
        if (!chart) return;
        const { clientWidth: width, clientHeight: height } = chart;
        const scale = data.kind === "png" ? 2 : 1;
        window.Plotly.downloadImage(chart, { format: data.kind, filename: "vanishing_point", scale, width, height });
      };
    }
    """,
    isolate_styles=False,
)
