"""Curves over the steps of training."""

from collections.abc import Iterable, Sequence
from math import log
from typing import Any

import numpy as np

from core.figures.style import COLOURS, DASHES, LIGHT, SYMBOLS, Figure, axis, layout, listed, note
from core.networks.results import ENDS, Curve, Floats, Run
from core.verdicts.reading import number

HIGHEST_LOSS = 2.5  # a loss axis ends here; what is above is told in words

Runs = Sequence[tuple[str, Run]]


def loss_curves(runs: Runs) -> Figure:
    """The loss of each run over its steps, from zero, with the loss of guessing."""
    top = max(1.15 * log(2), *(min(_highest(run.loss), HIGHEST_LOSS) * 1.1 for _, run in runs))
    figure = _curves(runs, "Loss", range_=[0, top])
    for i, (name, run) in enumerate(runs):
        figure["data"].append(_line(name, i, np.arange(len(run.loss)), run.loss, width=2.5))
        if (highest := _highest(run.loss)) > top:
            at = int(np.nanargmax(np.where(np.isfinite(run.loss), run.loss, 0)))
            late = at > len(run.loss) / 2
            figure["layout"]["annotations"].append(note(
                f"{name[:1]} up to {number(highest)} ↑", x=at, xanchor="right" if late else "left",
                y=top * (1 - 0.09 * i), yanchor="top", font={"color": COLOURS[i], "size": 13}, bgcolor=LIGHT.paper,
            ))  # fmt: skip
    figure["layout"]["shapes"].append(_level(log(2)))
    figure["layout"]["annotations"].append(
        note("guessing: ln 2", x=1, xref="paper", xanchor="right", y=log(2), yanchor="bottom", bgcolor=LIGHT.paper,
             font={"color": LIGHT.faint, "size": 12})
    )  # fmt: skip
    return figure


def accuracy_curves(runs: Runs) -> Figure:
    """The share of held-out points that each run classifies correctly, with that of guessing."""
    figure = _curves(runs, "Held-out accuracy", range_=[0, 1.02])
    figure["data"] = [_line(name, i, run.recorded_steps, run.accuracy) for i, (name, run) in enumerate(runs)]
    figure["layout"]["yaxis"]["tickformat"] = ".0%"
    figure["layout"]["shapes"].append(_level(0.5))
    return figure


def norm_curves(runs: Runs) -> Figure:
    """The norm of the whole gradient before and after clipping, on a log axis."""
    figure = _curves(runs, "‖gradient‖, all layers, log", type="log", exponentformat="power")
    for i, (name, run) in enumerate(runs):
        figure["data"].append(_line(name, i, run.recorded_steps, _above_zero(run.raw_norm), width=2.5))
        if (run.clipped_share > 0).any():
            clipped = _line(f"{name}, clipped", i, run.recorded_steps, _above_zero(run.clipped_norm), width=1.5)
            clipped["line"]["color"] = LIGHT.ink  # to be told from the line above it, on which it lies at most steps
            figure["data"].append(clipped)
    return figure


def slope_curves(named: Sequence[tuple[str, Curve]], z: float) -> tuple[Figure, str]:
    """Activation functions (thin) and their slopes (thick), with a mark at `z`; and what there is to read off."""
    x, y = axis("Pre-activation z", range=[-ENDS, ENDS]), axis("slope φ′ (thick), φ (thin)", range=[-0.4, 1.6])
    figure: Figure = {"data": [], "layout": layout(x, y)}
    said = []
    for i, (name, curve) in enumerate(named):
        at = int(np.abs(curve.z - z).argmin())
        value, slope = float(curve.value[at]), float(curve.slope[at])
        line: dict[str, Any] = {"color": COLOURS[i], "dash": DASHES[i]}
        mark = {"color": COLOURS[i], "size": 12, "symbol": SYMBOLS[i]}
        thin = {"type": "scatter", "mode": "lines", "name": f"{name} φ", "x": listed(curve.z), "showlegend": False}
        thick = {"type": "scatter", "mode": "lines", "name": name, **_with_gaps(curve.z, curve.slope)}
        figure["data"] += [
            {**thin, "y": listed(curve.value), "line": line | {"width": 1.2}, "hovertemplate": "φ = %{y:.3g}"},
            {
                **thick,
                **_with_gaps(curve.z, curve.slope),
                "line": line | {"width": 3.5},
                "hovertemplate": "φ′ = %{y:.3g}",
            },
            {"type": "scatter", "mode": "markers", "showlegend": False, "x": [z], "y": [slope], "marker": mark},
        ]
        said.append(f"{name} is {number(value)}, its slope {number(slope)}")
    return figure, f"At z = {z:g}: {'; '.join(said)}."


JUMP = 0.3  # between two neighbouring points, where every continuous slope changes by far less


def _with_gaps(x: Floats, y: Floats) -> dict[str, list[float | None]]:
    """A curve that is interrupted where it jumps, as a slope does at a corner."""
    places = np.flatnonzero(np.abs(np.diff(y)) > JUMP) + 1
    return {"x": listed(np.insert(x, places, np.nan)), "y": listed(np.insert(y, places, np.nan))}


def _above_zero(values: Floats) -> Floats:
    """A log axis has no place for 0."""
    return np.where(values > 0, values, np.nan)


def _curves(runs: Runs, title: str, *, range_: list[float] | None = None, **y: Any) -> Figure:
    """The empty chart over the steps, with a line where a run diverged."""
    end = max(max(len(run.loss) for _, run in runs) - 1, 1)
    figure: Figure = {
        "data": [],
        "layout": layout(
            axis("Step", showgrid=False, range=[0, end]), axis(title, **y, **({"range": range_} if range_ else {}))
        ),
    }
    for i, (name, run) in enumerate(runs):
        if run.diverged_at is not None:
            figure["layout"]["shapes"].append({
                "type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": run.diverged_at, "x1": run.diverged_at,
                "line": {"color": COLOURS[i], "width": 2, "dash": DASHES[i]},
            })  # fmt: skip
            figure["layout"]["annotations"].append(note(
                f"{name[:1]} diverged", x=run.diverged_at, y=0.6 - 0.12 * i, yref="paper", bgcolor=LIGHT.paper,
                xanchor="right" if run.diverged_at > end / 2 else "left", font={"color": COLOURS[i], "size": 13},
            ))  # fmt: skip
    return figure


def _line(name: str, index: int, x: Iterable[int], y: Floats, width: float = 2.5) -> dict[str, Any]:
    return {
        "type": "scatter", "name": name, "x": [int(step) for step in x], "y": listed(y), "mode": "lines",
        "line": {"color": COLOURS[index], "dash": DASHES[index], "width": width},
        "hovertemplate": "step %{x}: <b>%{y:.3g}</b><extra></extra>",
    }  # fmt: skip


def _level(y: float) -> dict[str, Any]:
    line = {"color": LIGHT.faint, "dash": "dot", "width": 1.5}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": line}


def _highest(values: Floats) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.max()) if len(finite) else 0.0
