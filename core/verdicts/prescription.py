"""What helps a network that does not learn: remedies that have been tried on it, one at a time, then in pairs."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from core.errors import Fixable
from core.networks.experiment import MAX_SEED, Experiment
from core.networks.results import Run
from core.verdicts.diagnosis import first_remedy
from core.verdicts.reading import LEARNED, per_layer
from core.verdicts.remedies import REMEDIES, mended, titled
from core.verdicts.signs import of_run

SEEDS = 3  # others than the learner's own
PROMISING = 5  # single remedies that are tried in pairs, where none is enough
Measure = Callable[[Sequence[Experiment]], Sequence[tuple[Run, float]]]
"""Trains experiments; each run with the CPU seconds that it took."""


@dataclass(frozen=True)
class Trial:
    """A network with some remedies, trained on several seeds."""

    words: tuple[str, ...]
    """of `REMEDIES`; none for the network as it was"""
    experiment: Experiment
    """with the seed of whoever asked"""
    accuracy: tuple[float, ...]
    """share of held-out points that are right, by seed; of a run that diverged, not a number"""
    loss: tuple[float, ...]
    """mean of the last 20 steps, by seed"""
    factor: float
    """what a step back multiplies the error signal by before the training: the median over the seeds"""
    seconds: float
    """CPU time of a step, with everything that is recorded"""
    named: bool = False
    """whether it is what the verdict names first"""

    @property
    def title(self) -> str:
        """The remedies in words."""
        return titled(self.words)

    @property
    def works(self) -> bool:
        """Whether it learned on every seed."""
        return all(share >= LEARNED for share in self.accuracy)

    @property
    def score(self) -> float:
        """The mean accuracy; a run that diverged counts as nothing."""
        return float(np.mean(np.nan_to_num(self.accuracy)))


@dataclass(frozen=True)
class Prescription:
    """What was tried, and the simplest that works."""

    before: Trial
    tried: tuple[Trial, ...]
    best: Trial | None
    reason: str
    """why there is no `best`; empty if there is one"""


def prescribe(experiment: Experiment, measure: Measure | None = None) -> Prescription:
    """Try remedies on a network, on seeds other than its own, until one is found that works on all of them.

    The first remedy of the verdict comes first, then every other by itself, and pairs of the most promising ones where
    none is enough. That takes about a hundred trainings. `measure` trains them; by default that happens here.
    """
    before, *tried = trials(experiment, measure or measured)
    return concluded(before, tried)


def concluded(before: Trial, tried: Sequence[Trial]) -> Prescription:
    """The simplest remedy that works: of the fewest parts, and then the first in the table."""
    best = None if before.works else min((t for t in tried if t.works), key=_simplicity, default=None)
    return Prescription(before, tuple(tried), best, "" if best else _reason(before, tried))


def _simplicity(trial: Trial) -> tuple[int, list[int]]:
    ranks = {word: rank for rank, word in enumerate(REMEDIES)}
    return len(trial.words), sorted((ranks[word] for word in trial.words), reverse=True)


def _reason(before: Trial, tried: Sequence[Trial]) -> str:
    if before.works:
        return f"On {len(before.accuracy)} other seeds this network learns as it is: there is nothing to mend."
    nearest = max(tried, key=lambda trial: trial.score)
    return (
        f"None of {len(tried)} remedies and pairs of them learned on all {len(before.accuracy)} seeds. "
        f"{nearest.title} came nearest, with {100 * nearest.score:.0f} % of held-out points right on average."
    )


def trials(experiment: Experiment, measure: Measure) -> Iterator[Trial]:
    """The network as it was, and, unless that works, what is tried on it, one after another."""
    untouched = measure(_on_other_seeds(experiment))
    before = _trial((), experiment, untouched)
    yield before
    if before.works:
        return
    done: list[Trial] = []
    sick = next(run for (run, _), share in zip(untouched, before.accuracy, strict=True) if not share >= LEARNED)
    advised = first_remedy(of_run(sick))
    for words in _singles(experiment, advised):
        done.append(replace(_tried(words, experiment, measure), named=words == advised))
        yield done[-1]
    if not any(trial.works for trial in done):
        for words in _pairs(experiment, done):
            yield _tried(words, experiment, measure)


def _singles(experiment: Experiment, advised: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """What the verdict advises, and every remedy that changes something, each in the end another network."""
    seen: set[Experiment] = set()
    for words in ((advised,) if advised else ()) + tuple((word,) for word in REMEDIES):
        if can_be_tried(experiment, words) and (after := mended(experiment, words)) not in seen:
            seen.add(after)
            yield words


def can_be_tried(experiment: Experiment, words: Sequence[str]) -> bool:
    """Whether these remedies change the network, and leave one that can be built."""
    try:
        return mended(experiment, words) != experiment
    except Fixable:
        return False


def _pairs(experiment: Experiment, done: Sequence[Trial]) -> Iterator[tuple[str, ...]]:
    """The most promising remedies, two at a time, where they change different things."""
    singles = sorted((t for t in done if len(t.words) == 1), key=lambda t: -t.score)[:PROMISING]
    for one, other in combinations([trial.words[0] for trial in singles], 2):
        apart = not REMEDIES[one].sets & REMEDIES[other].sets
        if apart and can_be_tried(experiment, (one, other)):
            yield one, other


def _on_other_seeds(experiment: Experiment) -> list[Experiment]:
    return [replace(experiment, seed=(experiment.seed + more) % (MAX_SEED + 1)) for more in range(1, SEEDS + 1)]


def _tried(words: tuple[str, ...], experiment: Experiment, measure: Measure) -> Trial:
    after = mended(experiment, words)
    return _trial(words, after, measure(_on_other_seeds(after)))


def _trial(words: tuple[str, ...], experiment: Experiment, results: Sequence[tuple[Run, float]]) -> Trial:
    runs = [run for run, _ in results]
    return Trial(
        words,
        experiment,
        accuracy=tuple(float("nan") if r.diverged_at is not None else float(r.accuracy[-1]) for r in runs),
        loss=tuple(float(np.mean(r.loss[-20:])) for r in runs),
        factor=float(np.median([per_layer(r.delta_norm[0]) for r in runs])),
        seconds=sum(seconds for _, seconds in results) / sum(len(r.loss) for r in runs),
    )


def measured(experiments: Sequence[Experiment]) -> list[tuple[Run, float]]:
    """Train here and now, all at once, with an equal share of the time for each."""
    from core.networks.trainer import train  # loads torch, which a page does without

    start = time.process_time()
    runs = train(experiments)
    return [(run, (time.process_time() - start) / len(runs)) for run in runs]
