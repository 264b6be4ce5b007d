"""A prescription in words and as a table, for the lab."""

from collections.abc import Sequence
from itertools import chain

import numpy as np

from core.networks.experiment import Experiment
from core.verdicts.prescription import SEEDS, Prescription, Trial, can_be_tried
from core.verdicts.reading import number
from core.verdicts.remedies import REMEDIES, mended

SHOWN = 8  # rows of the table
HEAD = ("Tried", "Held-out right, by seed", "Final loss", "Error signal per layer, at the start", "Time of a step")


def planned(experiment: Experiment) -> list[Experiment]:
    """What is trained where no remedy is enough by itself, but for the pairs: every remedy on every seed."""
    several = (mended(experiment, (word,)) for word in REMEDIES if can_be_tried(experiment, (word,)))
    return [one for one in chain((experiment,), several) for _ in range(SEEDS)]


def found(said: Prescription) -> str:
    """What came out, in a few sentences: the simplest remedy that works, and how the usual first one did."""
    if said.best is None:
        return said.reason
    best, first = said.best, next((trial for trial in said.tried if trial.named), None)
    sentence = (
        f"**{best.title}** is the simplest that works: {_shares(best)} of held-out points are right on three other "
        f"seeds, where the network as it was had {_shares(said.before)}."
    )
    if first is None or first.works:
        return sentence
    return f"{sentence} What its verdict names first does not help here. {first.title}: {_shares(first)}."


def table(said: Prescription) -> tuple[str, str]:
    """As Markdown: the network as it was, what works and what comes nearest; and in a second table all the rest."""
    works = [trial for trial in said.tried if trial.works]
    others = sorted((t for t in said.tried if not t.works), key=lambda t: -t.score)
    rows = [_row(trial, said.before, best=trial is said.best)
            for trial in (said.before, *_first_best(works, said.best), *others)]  # fmt: skip
    return _markdown(rows[: SHOWN + 1]), _markdown(rows[SHOWN + 1 :])


def _markdown(rows: Sequence[tuple[str, ...]]) -> str:
    lines = (HEAD, ("---",) * len(HEAD), *rows)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) if rows else ""


def _first_best(works: Sequence[Trial], best: Trial | None) -> list[Trial]:
    return sorted(works, key=lambda trial: trial is not best)


def _row(trial: Trial, before: Trial, *, best: bool) -> tuple[str, ...]:
    title = f"**{trial.title}**" if best else trial.title
    factor = f"×\u00a0{number(trial.factor)}" if np.isfinite(trial.factor) else "–"
    loss = "diverged" if not np.isfinite(trial.loss).all() else number(float(np.median(trial.loss)))
    return title, _shares(trial), loss, factor, _time(trial, before)


def _time(trial: Trial, before: Trial) -> str:
    """Beside the network as it was; unknown where that ended early, and half more or less is no more than noise."""
    if np.isnan(before.accuracy).any() or np.isnan(trial.accuracy).any():
        return "–"
    times = trial.seconds / before.seconds
    return "about the same" if 2 / 3 < times < 3 / 2 else f"×\u00a0{times:.1f}"


def _shares(trial: Trial) -> str:
    return ", ".join("diverged" if np.isnan(share) else f"{100 * share:.0f}\u00a0%" for share in trial.accuracy)
