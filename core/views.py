"""What an experiment in a lesson can show: one row for each figure, from results to pictures and words."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from core import scene
from core.decomposition import decompose
from core.figures.bars import factor_bars
from core.panels import DRAWN, Known
from core.race import Race
from core.reading import number


class Drawing(NamedTuple):
    """A figure and everything that is said about it."""

    pictures: list[dict[str, Any]]
    """each with a Plotly figure and, as alt, what it shows"""
    verdicts: list[dict[str, str]]
    """a verdict on each network, where the figure shows its gradients: see `core.scene.told`"""
    says: str = ""


class View(NamedTuple):
    """One kind of figure."""

    needs: Literal["profile", "run"]
    draw: Callable[[Race, Sequence[Any]], Drawing]


def _bars(measure: str) -> Callable[[Race, Sequence[Any]], Drawing]:
    def draw(race: Race, profiles: Sequence[Any]) -> Drawing:
        drawn = scene.start(race.viewed(measure=measure), profiles)
        drawn["figure"]["layout"]["uirevision"] = measure
        return Drawing([{"figure": drawn["figure"], "alt": drawn["alt"]}], drawn["verdicts"])

    return draw


def _factors(race: Race, profiles: Sequence[Any]) -> Drawing:
    parts = [decompose(profile) for profile in profiles]
    whole = [{"weights": float(np.prod(p.weight)), "slopes": float(np.prod(p.activation))} for p in parts]
    says = " ".join(
        f"**{label}:** over all steps the weights do × {number(w['weights'])} and the slopes × {number(w['slopes'])}, "
        f"together × {number(float(np.prod(p.ratio)))}."
        for label, w, p in zip(race.labels, whole, parts, strict=True)
    )
    figure = factor_bars(list(zip(race.labels, parts, strict=True)))
    return Drawing([{"figure": figure, "alt": f"What each step back multiplies by. {says}"}], [], says)


def _instrument(word: str, needs: Literal["profile", "run"]) -> View:
    """One of the lab's instruments: at the start, or at the end of the training."""

    def draw(race: Race, results: Sequence[Any]) -> Drawing:
        last = max(int(run.recorded_steps[-1]) for run in results) if needs == "run" else 0
        known = Known(race, [] if needs == "run" else results, results if needs == "run" else [], [last])
        drawn = DRAWN[word](known)
        return Drawing(drawn["pictures"], [], drawn["says"])

    return View(needs, draw)


VIEWS: dict[str, View] = {
    "weights": View("profile", _bars("weights")),
    "error": View("profile", _bars("error")),
    "factors": View("profile", _factors),
    "activations": _instrument("activations", "profile"),
    "saturation": _instrument("saturation", "profile"),
    "saturation at the end": _instrument("saturation", "run"),
    "loss": _instrument("loss", "run"),
    "norms": _instrument("norms", "run"),
    "update": _instrument("update", "run"),
    "surface": _instrument("surface", "run"),
}
