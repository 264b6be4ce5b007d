"""What an experiment in a lesson can show: one row for each figure, from results to pictures and words."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from core.figures.bars import factor_bars
from core.lab import scene
from core.lab.panels import DRAWN, Known
from core.lab.race import Race
from core.networks.results import Floats, Run
from core.theory.decomposition import decompose
from core.verdicts.reading import MEASURES, number, read, table


class Drawing(NamedTuple):
    """A figure and everything that is said about it."""

    pictures: list[dict[str, Any]]
    """each with a Plotly figure and, as alt, what it shows"""
    verdicts: list[dict[str, str]]
    """a verdict on each network, where the figure shows its gradients: see `core.lab.scene.told`"""
    table: str
    """the numbers behind the pictures, in Markdown"""
    says: str = ""
    caption: str = ""
    """what a mark of the picture means that has no room for it there"""


class View(NamedTuple):
    """One kind of figure."""

    says: str
    """What it shows, for authors"""
    needs: Literal["profile", "run"]
    draw: Callable[[Race, Sequence[Any]], Drawing]
    reads: tuple[str, ...] = ()
    """Which fields of a run it takes; of a profile it may take all"""


def _bars(measure: str) -> Callable[[Race, Sequence[Any]], Drawing]:
    def draw(race: Race, profiles: Sequence[Any]) -> Drawing:
        drawn = scene.start(race.viewed(measure=measure), profiles)
        drawn["figure"]["layout"]["uirevision"] = measure
        shown = table(race.labels, [getattr(profile, MEASURES[measure].field) for profile in profiles])
        pictures = [{"figure": drawn["figure"], "alt": drawn["alt"]}]
        return Drawing(pictures, drawn["verdicts"], shown, caption=drawn["caption"])

    return draw


def _alike(race: Race, profiles: Sequence[Any]) -> Drawing:
    """Without verdicts, which are about gradients."""
    measure, drawn = MEASURES["alike"], scene.start(race.viewed(measure="alike"), profiles)
    columns = [getattr(profile, measure.field) for profile in profiles]
    readings = [read(column, measure).sentence for column in columns]
    says = " ".join(f"Network {label[:1]}: {said}." for label, said in zip(race.labels, readings, strict=True))
    pictures = [{"figure": drawn["figure"], "alt": f"Bar chart of the {measure.noun} by layer. {says}"}]
    return Drawing(pictures, [], table(race.labels, columns), says)


def _factors(race: Race, profiles: Sequence[Any]) -> Drawing:
    parts = [decompose(profile) for profile in profiles]
    whole = [{"weights": float(np.prod(p.weight)), "slopes": float(np.prod(p.activation))} for p in parts]
    says = " ".join(
        f"**{label}:** over all steps the weights multiply by {number(w['weights'])} "
        f"and the slopes by {number(w['slopes'])}, together by {number(float(np.prod(p.ratio)))}."
        for label, w, p in zip(race.labels, whole, parts, strict=True)
    )
    figure = factor_bars(list(zip(race.labels, parts, strict=True)))
    columns = _columns(race, [{"weights ×": p.weight, "slopes ×": p.activation, "in all ×": p.ratio} for p in parts])
    shown = table(*columns, head="Step back to layer")
    return Drawing([{"figure": figure, "alt": f"What each step back multiplies by. {says}"}], [], shown, says)


def _columns(race: Race, networks: Sequence[dict[str, Floats]]) -> tuple[list[str], list[Floats]]:
    """The names and the values of a table's columns: those of each network after those of the one before."""
    named = list(zip(race.labels, networks, strict=True))
    return [f"{label}, {name}" for label, of in named for name in of], [v for of in networks for v in of.values()]


BY_LAYER = {
    "activations": {"standard deviation": "activation_std"},
    "saturation": {"saturated": "saturated", "dead": "dead"},
    "update": {"update / weights": "update_to_weight"},
}
BY_STEP = {
    "loss": {"loss": "loss", "held-out right": "accuracy"},
    "norms": {"norm": "raw_norm", "clipped": "clipped_norm"},
}
ROWS = 12  # of a table by step
EVERY_RUN = ("recorded_steps", "diverged_at")
FIRST_STEP = {"update"}  # what is drawn of a run's first step; all else by layer is of its last one


def _by_layer(race: Race, results: Sequence[Any], fields: dict[str, str], row: int) -> str:
    """Of profiles what was measured; of runs a row, the first or the last."""

    def values(result: Any, field: str) -> Floats:
        found: Floats = getattr(result, field)
        return found[row, :] if isinstance(result, Run) else found

    return table(*_columns(race, [{name: values(r, field) for name, field in fields.items()} for r in results]))


def _by_step(race: Race, runs: Sequence[Run], fields: dict[str, str]) -> str:
    """A dozen steps from the first to the last; not a number where a network had already diverged."""
    recorded = max((run.recorded_steps for run in runs), key=lambda steps: int(steps[-1]))
    steps = recorded[np.unique(np.linspace(0, len(recorded) - 1, ROWS).astype(int))].tolist()

    def values(run: Run, field: str) -> Floats:
        if field != "loss":
            return run.rows(steps, field)
        return np.array([run.loss[step] if step < len(run.loss) else np.nan for step in steps])

    columns = _columns(race, [{name: values(run, field) for name, field in fields.items()} for run in runs])
    return table(*columns, head="Step", rows=steps)


def _instrument(says: str, word: str, needs: Literal["profile", "run"], *reads: str) -> View:
    """One of the lab's instruments: at the start or at the end of the training; an update is that of the first step."""

    def draw(race: Race, results: Sequence[Any]) -> Drawing:
        shown = max(int(run.recorded_steps[_row(word)]) for run in results) if needs == "run" else 0
        known = Known(race, [] if needs == "run" else results, results if needs == "run" else [], [shown])
        drawn = DRAWN[word](known)
        return Drawing(drawn["pictures"], [], _numbers(race, results, word), drawn["says"])

    return View(says, needs, draw, (*reads, *EVERY_RUN) if reads else ())


def _row(word: str) -> int:
    return 0 if word in FIRST_STEP else -1


def _numbers(race: Race, results: Sequence[Any], word: str) -> str:
    if word in BY_LAYER:
        return _by_layer(race, results, BY_LAYER[word], _row(word))
    if word in BY_STEP:
        return _by_step(race, results, BY_STEP[word])
    return table(race.labels, [run.accuracy[-1:] for run in results], head="Held-out points right", rows=["at the end"])


VIEWS: dict[str, View] = {
    "weights": View("The size of each layer's weight gradient.", "profile", _bars("weights")),
    "error": View("The size of the error signal in each layer.", "profile", _bars("error")),
    "alike": View(
        "How alike the points have become in each layer: the correlation of their outputs.", "profile", _alike
    ),
    "factors": View(
        "What each step back multiplies the error signal by: weights, slopes, and both.", "profile", _factors
    ),
    "activations": _instrument("How far the outputs of each layer are spread.", "activations", "profile"),
    "saturation": _instrument(
        "The share of saturated outputs and of dead units in each layer.", "saturation", "profile"
    ),
    "saturation at the end": _instrument("The same after training.", "saturation", "run", "saturated", "dead"),
    "loss": _instrument(
        "The loss, and the share of held-out points that are right, over the steps.", "loss", "run", "loss", "accuracy"
    ),
    "norms": _instrument(
        "The norm of the whole gradient over the steps, before and after clipping.",
        "norms", "run", "loss", "raw_norm", "clipped_norm", "clipped_share",
    ),
    "update": _instrument(
        "The first step of each layer, relative to its weights.", "update", "run", "update_to_weight"
    ),
    "surface": _instrument(
        "What the trained network says about every point of the plane.",
        "surface", "run", "surface", "snapshot_steps", "accuracy",
    ),
}  # fmt: skip
