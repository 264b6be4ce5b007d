"""What the lab shows, ready for the browser: pictures and the words that go with them, all from the same numbers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from core.figures.bars import caption, gradient_bars, marks, share_marks
from core.figures.style import Series
from core.lab.packing import packed
from core.lab.panels import draw_panels
from core.lab.race import Race
from core.networks.results import Floats, GradientProfile, Run, Theory
from core.verdicts import diagnosis
from core.verdicts.diagnosis import Verdict
from core.verdicts.reading import MEASURES, Measure, outcome, read

Scene = dict[str, Any]
PER_LAYER = (
    "weight_grad_norm", "delta_norm", "weight_norm", "grad_to_weight", "saturated", "dead", "activation_std",
    "activation_correlation", "loss", "output_weight_grad_norm",
)  # fmt: skip


def start(race: Race, profiles: Sequence[GradientProfile], theory: Sequence[Theory] = ()) -> Scene:
    """The networks before training: `profiles` of `race.seeded()`, in its order."""
    groups = by_network(race, profiles)
    measure = MEASURES[race.view.measure]
    series = [
        Series.over_seeds(label, [getattr(p, measure.field) for p in group])
        for label, group in zip(race.labels, groups, strict=True)
    ]
    figure = gradient_bars(
        series, measure, log_axis=race.view.axis == "log", entries=measure.entries(race.experiments[0]),
        theory=_theory_series(race, series, theory),
    )  # fmt: skip
    middle = [typical(group) for group in groups]
    verdicts = [diagnosis.of_profile(profile) for profile in middle]
    said = [told(label, verdict, getattr(p, measure.field), measure)
            for label, verdict, p in zip(race.labels, verdicts, middle, strict=True)]  # fmt: skip
    when = "before any training" + (
        f", medians of {race.view.seeds} seeds; whiskers go from the smallest to the largest"
        if race.view.seeds > 1
        else ""
    )
    return {
        "figure": figure, "caption": caption(figure, measure), "when": when, "alt": alt(measure, when, said),
        "verdicts": said,
    }  # fmt: skip


def by_network(race: Race, profiles: Sequence[GradientProfile]) -> list[Sequence[GradientProfile]]:
    """The profiles of `race.seeded()` in groups, one for each network."""
    seeds = race.view.seeds
    return [profiles[i : i + seeds] for i in range(0, len(profiles), seeds)]


def typical(profiles: Sequence[GradientProfile]) -> GradientProfile:
    """One profile with the median over the seeds of every number that is shown or judged."""
    if len(profiles) == 1:
        return profiles[0]
    middle = {name: np.median([getattr(p, name) for p in profiles], axis=0) for name in PER_LAYER}
    return replace(profiles[0], **middle)


def along(race: Race, word: str, values: Sequence[float], profiles: Sequence[Sequence[GradientProfile]]) -> list[Scene]:
    """The start scene for each value of one setting, for a handle that is being dragged."""
    return [
        {"value": value, **start(race.with_setting(word, value), several)}
        for value, several in zip(values, profiles, strict=True)
    ]


def _theory_series(race: Race, series: Sequence[Series], theory: Sequence[Theory]) -> list[Series]:
    """What theory says of the measure: of the error signal, from the last layer's measured value down to the first."""
    if race.view.measure == "alike":
        return [
            Series(s.name, said.correlation)
            for s, said in zip(series, theory, strict=False)
            if said.correlation is not None
        ]
    if race.view.measure != "error":  # it says nothing of the weights' gradients
        return []
    return [
        Series(s.name, s.values[-1] * np.append(np.cumprod(said.factor[::-1])[::-1], 1.0))
        for s, said in zip(series, theory, strict=False)
        if said.factor is not None
    ]


def told(label: str, verdict: Verdict, values: Floats, measure: Measure) -> dict[str, str]:
    """A verdict for the screen. Where another measure is drawn than was judged, its own reading comes first."""
    shown = read(values, measure).bare
    reading = "" if measure is MEASURES["weights"] else f"{shown[0].upper()}{shown[1:]}."
    return {
        "name": label, "word": verdict.word, "title": verdict.kind.title, "tone": verdict.kind.tone,
        "icon": verdict.kind.icon, "reading": reading, "evidence": verdict.evidence,
        "consequence": verdict.consequence, "remedy": verdict.remedy,
    }  # fmt: skip


def alt(measure: Measure, when: str, said: Sequence[dict[str, str]]) -> str:
    """The chart in words."""
    sentences = [f"{s['name']}: {s['title']}. {s['reading'] or s['evidence']}" for s in said]
    return f"Bar chart of the {measure.noun} by layer {when}. {' '.join(sentences)}"


def film(race: Race, profiles: Sequence[GradientProfile], runs: Sequence[Run]) -> Scene:
    """Everything that moves while a finished training is played: `profiles` and `runs` of `race.experiments`."""
    measure = MEASURES[race.view.measure]
    steps = sorted({int(step) for run in runs for step in run.recorded_steps})
    columns = [run.rows(steps, measure.run_field) for run in runs]
    log_axis = race.view.axis == "log"
    figure = gradient_bars(
        [Series(label, column[0]) for label, column in zip(race.labels, columns, strict=True)], measure,
        log_axis=log_axis, entries=measure.entries(race.experiments[0]), room_for=columns,
    )  # fmt: skip
    verdicts = [diagnosis.of_run(run) for run in runs]
    finals = [run.rows(steps, measure.run_field)[-1] if run.diverged_at is None else getattr(run, measure.run_field)[-1]
              for run in runs]  # fmt: skip
    return {
        "steps": steps,
        "seed": f", seed {race.settings['seed']}" if race.view.seeds > 1 else "",
        "figure": figure,
        "caption": caption(figure, measure),
        "columns": packed(np.stack(columns)),
        "marks": _marks(race, steps, runs, columns, figure),
        "readings": [[_at(run, column[row], measure, step) for run, column in zip(runs, columns, strict=True)]
                     for row, step in enumerate(steps)],
        "losses": [[_loss(run, step) for run in runs] for step in steps],
        "stops": _stops(race, runs),
        "verdicts": [told(label, verdict, values, measure)
                     for label, verdict, values in zip(race.labels, verdicts, finals, strict=True)],
        "outcomes": [outcome(run) for run in runs],
        "panels": draw_panels(race, profiles, runs, steps),
    }  # fmt: skip


def _loss(run: Run, step: int) -> float | None:
    return float(run.loss[step]) if step < len(run.loss) and np.isfinite(run.loss[step]) else None


def _at(run: Run, values: Floats, measure: Measure, step: int) -> str:
    if not _alive(run, step):
        return f"diverged at step {run.diverged_at}; there is nothing after it"
    return read(values, measure).sentence


def _alive(run: Run, step: int) -> bool:
    return run.diverged_at is None or step <= run.diverged_at


def _marks(
    race: Race, steps: Sequence[int], runs: Sequence[Run], columns: Sequence[Floats], figure: Scene
) -> dict[int, list[Any]]:
    """The annotations of every row in which a bar cannot be drawn; those of the first row go into the figure."""
    always = [note for note in figure["layout"]["annotations"] if note["text"].endswith("ends")]
    found: dict[int, list[Any]] = {}
    for row, step in enumerate(steps):
        series = [
            Series(
                label, column[row] if run.diverged_at is None or step <= run.diverged_at else np.ones_like(column[row])
            )
            for label, run, column in zip(race.labels, runs, columns, strict=True)
        ]
        share = MEASURES[race.view.measure].share
        if here := share_marks(series) if share else marks(series, *figure["layout"]["yaxis"]["range"]):
            found[row] = always + here
    figure["layout"]["annotations"] = found.get(0, always)
    return found


def _stops(race: Race, runs: Sequence[Run]) -> list[dict[str, Any]]:
    """Where the film pauses by itself, and what happened there."""
    return [
        {"step": run.diverged_at, "says": f"{label} {outcome(run)}"}
        for label, run in zip(race.labels, runs, strict=True)
        if run.diverged_at is not None
    ]
