"""A prescription in words and as a table, for the lab."""

from collections.abc import Sequence
from itertools import chain

import numpy as np

from core.networks.experiment import Experiment
from core.verdicts.prescription import SEEDS, Prescription, Trial, can_be_tried
from core.verdicts.reading import number
from core.verdicts.remedies import REMEDIES, mended

SHOWN = 8  # rows of the table
HEAD = ("Tried", "Held-out right, by seed", "Final loss", "per layer (δ), start", "A step costs")


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


def table(said: Prescription) -> str:
    """The network as it was, then what works, then what comes nearest, as Markdown."""
    works = [trial for trial in said.tried if trial.works]
    others = sorted((t for t in said.tried if not t.works), key=lambda t: -t.score)
    shown = [said.before, *_first_best(works, said.best), *others][: SHOWN + 1]
    rows = [_row(trial, said.before, best=trial is said.best) for trial in shown]
    left = len(said.tried) + 1 - len(shown)
    lines = [f"| {' | '.join(cells)} |" for cells in (HEAD, ("---",) * len(HEAD), *rows)]
    return "\n".join(lines) + (f"\n\n{left} more did no better." if left and len(works) < SHOWN else "")


def _first_best(works: Sequence[Trial], best: Trial | None) -> list[Trial]:
    return sorted(works, key=lambda trial: trial is not best)


def _row(trial: Trial, before: Trial, *, best: bool) -> tuple[str, ...]:
    title = f"**{trial.title}**" if best else trial.title
    factor = f"×\u00a0{number(trial.factor)}" if np.isfinite(trial.factor) else "–"
    loss = "diverged" if not np.isfinite(trial.loss).all() else number(float(np.median(trial.loss)))
    return title, _shares(trial), loss, factor, f"×\u00a0{trial.seconds / before.seconds:.1f}"


def _shares(trial: Trial) -> str:
    return ", ".join("diverged" if np.isnan(share) else f"{100 * share:.0f}\u00a0%" for share in trial.accuracy)
