"""The instruments beside the bars. Each one is a few pictures, and what in them moves with the step that is shown."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from core.figures.bars import gradient_bars, layer_bars, share_bars, with_level
from core.figures.curves import accuracy_curves, loss_curves, norm_curves
from core.figures.maps import common_range, spread_map, surface_map
from core.figures.style import Figure, Series
from core.lab.packing import packed
from core.lab.race import PANELS, Race
from core.networks.results import Floats, GradientProfile, Run
from core.verdicts.diagnosis import USEFUL
from core.verdicts.reading import MEASURES, number, read

Panel = dict[str, Any]
SURFACE = "What each network says about every point of the plane; one that has learned nothing is one pale colour."
ALIKE = {
    "activation_correlation": "Correlation of points",
    "activation_cosine": "Cosine of points",
}
LATER = "Train the networks to see this."


class Known:
    """All that a panel can draw from: the profiles at the start, and the runs once there are any."""

    def __init__(
        self, race: Race, profiles: Sequence[GradientProfile], runs: Sequence[Run], steps: Sequence[int]
    ) -> None:
        """Keep them; `steps` are those of the film."""
        self.labels, self.profiles, self.runs, self.steps = race.labels, profiles, runs, steps
        self.entries = MEASURES["error"].entries(race.experiments[0])

    @property
    def named(self) -> list[tuple[str, Run]]:
        """The runs with their labels."""
        return list(zip(self.labels, self.runs, strict=True))

    def columns(self, name: str) -> list[Floats]:
        """(steps, depth) of every run."""
        return [run.rows(self.steps, name) for run in self.runs]

    def bars(self, name: str, columns: Sequence[Floats], draw: Callable[[list[Series], list[Floats]], Figure]) -> Panel:
        """A picture whose bars move: drawn for the first row, with room for all of them."""
        series = [Series(label, column[0]) for label, column in zip(self.labels, columns, strict=True)]
        figure = draw(series, list(columns))
        moving = {"columns": packed(np.stack(columns))} if self.runs else {}
        return {"kind": "bars", "figure": figure, "alt": f"{name} by layer.", **moving}


def draw_panels(
    race: Race, profiles: Sequence[GradientProfile], runs: Sequence[Run], steps: Sequence[int]
) -> list[Panel]:
    """The instruments that the learner has chosen, in the order in which they are offered."""
    known = Known(race, profiles, runs, steps)
    chosen = [word for word in PANELS if word in race.view.panels]
    return [{"word": word, "title": PANELS[word], **DRAWN[word](known)} for word in chosen]


def _loss(known: Known) -> Panel:
    if not known.runs:
        return {"says": LATER, "pictures": []}
    ends = "; ".join(f"{name[:1]} {number(float(np.mean(run.loss[-20:])))}" for name, run in known.named)
    rights = "; ".join(f"{name[:1]} {_percent(float(run.accuracy[-1]))}" for name, run in known.named)
    return {
        "says": f"Mean loss of the last 20 steps: {ends}. Held-out points right: {rights}.",
        "pictures": [
            {"kind": "curve", "figure": loss_curves(known.named), "alt": f"Loss by step. At the end: {ends}."},
            {
                "kind": "curve",
                "figure": accuracy_curves(known.named),
                "alt": f"Accuracy by step. At the end: {rights}.",
            },
        ],
    }


def _signal(known: Known) -> Panel:
    measure = MEASURES["error"]
    columns = known.columns("delta_norm") if known.runs else [p.delta_norm[None] for p in known.profiles]
    says = "; ".join(f"{n[:1]}: {read(c[-1], measure).sentence}" for n, c in zip(known.labels, columns, strict=True))

    def draw(series: list[Series], room: list[Floats]) -> Figure:
        return gradient_bars(series, measure, entries=known.entries, room_for=room)

    return {"says": f"{_last(known)}{says}.", "pictures": [known.bars("Error signal", columns, draw)]}


def _last(known: Known) -> str:
    return "At the end, " if known.runs else ""


def _update(known: Known) -> Panel:
    if not known.runs:
        return {"says": LATER, "pictures": []}
    columns = known.columns("update_to_weight")
    says = "; ".join(f"{n[:1]} {number(float(c[0][0]))}" for n, c in zip(known.labels, columns, strict=True))

    def draw(series: list[Series], room: list[Floats]) -> Figure:
        title = "‖update‖ / ‖weights‖, log"
        return with_level(
            layer_bars(series, title, log_axis=True, also=[*room, np.array([USEFUL])]), USEFUL, "usual:<br>10⁻³"
        )

    said = f"The first step changes layer 1 by this share of its weights: {says}. About 10⁻³ a step is usual."
    return {"says": said, "pictures": [known.bars("Update divided by weights", columns, draw)]}


def _saturation(known: Known) -> Panel:
    pictures, worst = [], []
    for name, title in [("saturated", "Saturated: slope below 5 %"), ("dead", "Dead: no slope at any point")]:
        columns = known.columns(name) if known.runs else [getattr(p, name)[None] for p in known.profiles]
        highest = [_percent(np.nanmax(c[-1])) if np.isfinite(c[-1]).any() else "unknown" for c in columns]
        worst.append(f"{name} {', '.join(f'{n[:1]} {h}' for n, h in zip(known.labels, highest, strict=True))}")
        pictures.append(known.bars(title, columns, lambda series, _, title=title: share_bars(series, title)))  # type: ignore[misc]
    when = _last(known) or "At the start, "
    says = f"{when}in the worst layer: {'; '.join(worst)}. For ReLU, saturated means switched off; about half is usual."
    return {"says": says, "pictures": pictures}


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if np.isfinite(share) else "unknown (diverged)"


def _activations(known: Known) -> Panel:
    if not known.runs:
        pictures = [
            {
                "kind": "still",
                "figure": spread_map(label, p.histogram, p.histogram_range, common_range(p.histogram_range)),
                "alt": _spread_alt(label, p),
            }
            for label, p in zip(known.labels, known.profiles, strict=True)
        ]
        return {"says": "How the outputs of every layer are spread, before training.", "pictures": pictures}
    pictures = []
    for (label, run), p in zip(known.named, known.profiles, strict=True):
        room = common_range(run.histogram_range)
        figures = [spread_map(label, h, e, room) for h, e in zip(run.histogram, run.histogram_range, strict=True)]
        pictures.append(_frames(run, figures, _spread_alt(label, p)))
    return {
        "says": "How the outputs of every layer are spread, at about ten moments of the training.",
        "pictures": pictures,
    }


def _spread_alt(label: str, profile: GradientProfile) -> str:
    deviations = profile.activation_std
    return (
        f"{label}: the standard deviation of the activations at the start is {number(float(deviations[0]))} in layer 1 "
        f"and {number(float(deviations[-1]))} in layer {len(deviations)}."
    )


def _frames(run: Run, figures: list[Figure], alt: str) -> Panel:
    """A picture that is exchanged a few times: only its numbers travel."""
    frames = [{"step": int(step), "z": [trace["z"] for trace in figure["data"]]}
              for step, figure in zip(run.snapshot_steps, figures, strict=True)]  # fmt: skip
    return {"kind": "frames", "figure": figures[0], "frames": frames, "alt": alt}


def _alike(known: Known) -> Panel:
    measure, pictures = MEASURES["alike"], []
    for name, title in ALIKE.items():
        columns = known.columns(name) if known.runs else [getattr(p, name)[None] for p in known.profiles]
        pictures.append(known.bars(title, columns, lambda series, _, title=title: share_bars(series, title, ".1f")))  # type: ignore[misc]
        if name == measure.field:
            ends = [read(column[-1], measure).sentence for column in columns]
    says = "; ".join(f"{label[:1]}: {end}" for label, end in zip(known.labels, ends, strict=True))
    return {"says": f"{_last(known)}{says}. At 1, a layer gets the same from every point.", "pictures": pictures}


def _norms(known: Known) -> Panel:
    if not known.runs:
        return {"says": LATER, "pictures": []}
    shares = "; ".join(
        f"{name[:1]} {_percent(float(run.clipped_share[-1]))}" for name, run in known.named
        if np.isfinite(run.clipped_share[-1]) and run.clipped_share[-1] > 0
    )  # fmt: skip
    says = f"Steps at which clipping changed the gradient: {shares}." if shares else "Nothing was clipped."
    return {
        "says": says,
        "pictures": [
            {"kind": "curve", "figure": norm_curves(known.named), "alt": f"Norm of the whole gradient by step. {says}"}
        ],
    }


def _surface(known: Known) -> Panel:
    if not known.runs:
        return {"says": LATER, "pictures": []}
    if known.runs[0].surface is None:
        return {
            "says": "The points of this task do not lie in a plane, so there is no surface to draw.",
            "pictures": [],
        }
    pictures = []
    for label, run in known.named:
        scale = run.experiment.training.input_scale
        figures = [surface_map(label, surface, scale) for surface in run.surface if surface is not None]  # type: ignore[union-attr]
        right = f"{_percent(float(run.accuracy[-1]))} of held-out points are right at the end"
        pictures.append(_frames(run, figures, f"Decision surface of {label}; {right}."))
    return {
        "says": SURFACE,
        "pictures": pictures,
    }


DRAWN: dict[str, Callable[[Known], Panel]] = {
    "loss": _loss,
    "signal": _signal,
    "update": _update,
    "saturation": _saturation,
    "activations": _activations,
    "alike": _alike,
    "norms": _norms,
    "surface": _surface,
}
"""One function for each instrument of `core.lab.race.PANELS`."""
