"""The benchmarks' picture."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from urllib.parse import unquote

import plotly.graph_objects as go
from playwright.sync_api import sync_playwright
from plotly.offline import get_plotlyjs

from benchmarks.competitors import Shape


def draw(figures: Mapping[Shape, Mapping[str, Sequence[float]]], cost: Mapping[int, float]) -> go.Figure:
    """Left: time a step by shape, on a log axis. Right: the cost of depth."""
    figure = go.Figure().set_subplots(1, 2, subplot_titles=("One step of a pair of networks", "The cost of depth"))
    names = [f"{s.depth} × {s.width}, {s.batch}" for s in figures]
    for name, colour, symbol in (
        ("usual", "#6b7078", "square"),
        ("ours", "#0072b2", "circle"),
        ("floor", "#d07a00", "triangle-up"),
    ):
        heights = [median(taken[name]) for taken in figures.values()]
        text = [f"{height:.0f}" for height in heights]
        # points, not bars: on a log axis a bar has no honest beginning
        side = "middle left" if name == "floor" else "middle right"
        figure.add_scatter(
            x=names, y=heights, text=text, name=name, mode="markers+text", textposition=side,
            marker={"color": colour, "size": 11, "symbol": symbol}, row=1, col=1,
        )  # fmt: skip
    line = {"color": "#0072b2"}
    figure.add_scatter(x=list(cost), y=list(cost.values()), line=line, showlegend=False, row=1, col=2)
    figure.update_yaxes(type="log", dtick=1, title="µs a step (log)", row=1, col=1)
    figure.update_xaxes(title="depth × width, batch", range=[-0.5, 2.7], row=1, col=1)
    figure.update_yaxes(title="µs a step", rangemode="tozero", row=1, col=2)
    figure.update_xaxes(title="depth (width 32, batch 64)", row=1, col=2)
    return figure.update_layout(template="plotly_white", width=960, height=380, font={"size": 13})


def save(figure: go.Figure, path: Path) -> None:
    """Draw the figure in a browser, as the page does, and save it as SVG."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content("<div id=place></div>")
        page.add_script_tag(content=get_plotlyjs())
        ask = "f => Plotly.newPlot('place', f.data, f.layout).then(p => Plotly.toImage(p, {format: 'svg'}))"
        image = page.evaluate(ask, json.loads(figure.to_json()))
        path.write_text(unquote(image.split(",", 1)[1]))
