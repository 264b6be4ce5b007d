"""What first attempts say about an item: how hard it is, whether it tells learners apart, which answers attract.

The words are those that teachers know from Moodle and from test theory. Nothing is said about fewer learners than the
figure can bear: a share needs 10, whatever compares better with weaker learners needs 50.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.store.rows import ItemTally, Score

FOR_SHARE = 10  # learners
FOR_COMPARISON = 50
GROUP = 0.27  # of the learners, at either end
RARE = 0.05  # a wrong option that fewer choose than this attracts nobody
CHECK_KEY = "check the key"
TOO_HARD = "fewer than one in five are right"
TOO_EASY = "nearly everybody is right"
UNUSED = "hardly anybody chooses {}"
NOISE = 1e-9  # a spread this small is rounding


class Share(NamedTuple):
    """A share with its 95 % interval (Wilson)."""

    value: float
    low: float
    high: float


class Discrimination(NamedTuple):
    """The corrected item-total correlation, and how far chance alone moves it: about 2 / sqrt(learners)."""

    value: float
    chance: float
    learners: int


class Choice(NamedTuple):
    """How often an answer was given by all, and by the top and the bottom group where there are learners enough."""

    answer: str
    right: bool
    top: float | None
    bottom: float | None
    share: float


@dataclass(frozen=True)
class Report:
    """All that can be said about one version of an item; None or empty where there are too few learners."""

    item: str
    version: int
    learners: int
    facility: Share | None
    discrimination: Discrimination | None
    choices: tuple[Choice, ...]
    confident_errors: Share | None
    flags: tuple[str, ...]


def share(count: int, of: int) -> Share | None:
    """The share `count / of` with its 95 % Wilson interval; None below 10.

    >>> [round(value, 3) for value in share(8, 10)]
    [0.8, 0.49, 0.943]
    """
    if of < FOR_SHARE:
        return None
    from scipy.stats import binomtest

    interval = binomtest(count, of).proportion_ci(confidence_level=0.95, method="wilson")
    return Share(count / of, float(interval.low), float(interval.high))


def discrimination(right: NDArray[Any], rest: NDArray[Any]) -> Discrimination | None:
    """The point-biserial correlation of being right here with the share right elsewhere; None below 50 learners.

    `rest` leaves the item itself out, so that it does not agree with itself. None also if all are right, all are
    wrong, or all did equally well elsewhere.
    """
    if len(right) < FOR_COMPARISON or min(np.ptp(np.asarray(right, float)), np.ptp(rest)) < NOISE:
        return None
    from scipy.stats import pointbiserialr

    return Discrimination(float(pointbiserialr(right, rest).statistic), 2 / sqrt(len(right)), len(right))


def choices(answers: NDArray[Any], right: NDArray[Any], rest: NDArray[Any]) -> tuple[Choice, ...]:
    """Each answer by all, by the 27 % who did best elsewhere and by the 27 % who did worst; the most frequent first.

    `rest` is NaN for whoever has answered nothing else. Empty below 10 learners.
    """
    if len(answers) < FOR_SHARE:
        return ()
    ends = _ends(rest)
    found = []
    for answer, good in set(zip(answers.tolist(), right.tolist(), strict=True)):  # right with some numbers only, maybe
        gave = (answers == answer) & (right == good)
        top, bottom = (float(gave[end].mean()) for end in ends) if ends else (None, None)
        found.append(Choice(answer, good, top, bottom, float(gave.mean())))
    return tuple(sorted(found, key=lambda choice: (-choice.share, choice.answer, choice.right)))


def _ends(rest: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]] | None:
    """Who did best and who did worst elsewhere. None below 50 learners, or if these groups would overlap.

    Learners who tie with the last of a group belong to it.
    """
    ordered = np.sort(rest[~np.isnan(rest)])
    if len(ordered) < FOR_COMPARISON:
        return None
    size = ceil(GROUP * len(ordered))
    best, worst = ordered[-size], ordered[size - 1]
    return (rest >= best, rest <= worst) if best > worst else None


def flags(facility: Share | None, strength: Discrimination | None, unused: Sequence[str]) -> tuple[str, ...]:
    """What an author should look at."""
    found = [CHECK_KEY] if strength is not None and strength.value < 0 else []
    if facility is not None and facility.value < 0.2:
        found.append(TOO_HARD)
    if facility is not None and facility.value > 0.95:
        found.append(TOO_EASY)
    return (*found, *(UNUSED.format(option) for option in unused))


def reports(
    tallies: Sequence[ItemTally], scores: Sequence[Score], wrong_options: Mapping[str, Sequence[str]] | None = None
) -> list[Report]:
    """A report on each tally; `wrong_options` names the wrong options of those items that have options."""
    own = defaultdict(list)
    for score in scores:
        own[score.item, score.version].append(score)
    return [report(t, own[t.item, t.version], (wrong_options or {}).get(t.item, ())) for t in tallies]


def report(tally: ItemTally, own: Sequence[Score], wrong_options: Sequence[str] = ()) -> Report:
    """All about one version of an item, from its own scores.

    `wrong_options` are the ids of an item with options to choose from: only then can an option be one that hardly
    anybody chooses.
    """
    answers, right, rest = _arrays(own)
    known = ~np.isnan(rest)
    facility, strength = share(tally.right, tally.learners), discrimination(right[known], rest[known])
    unused = _unused(own, wrong_options) if tally.learners >= FOR_COMPARISON else []
    return Report(
        *(tally.item, tally.version, tally.learners),
        facility=facility,
        discrimination=strength,
        choices=choices(answers, right, rest),
        confident_errors=share(tally.confident_wrong, tally.confident),
        flags=flags(facility, strength, unused),
    )


def _arrays(scores: Sequence[Score]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """One entry a learner: the answer, whether it is right, and the share right elsewhere (NaN: none answered)."""
    times = [score.learners for score in scores]
    answers = np.repeat(np.array([score.answer for score in scores], dtype=object), times)
    right = np.repeat(np.array([score.right for score in scores], dtype=bool), times)
    elsewhere = [s.rest_right / s.rest_count if s.rest_count else np.nan for s in scores]
    return answers, right, np.repeat(np.array(elsewhere, dtype=float), times)


def _unused(scores: Sequence[Score], options: Sequence[str]) -> list[str]:
    """The options that fewer than 5 % have chosen; in an answer with several they are joined by `+`."""
    chosen: dict[str, int] = defaultdict(int)
    for score in scores:
        for option in score.answer.split("+"):
            chosen[option] += score.learners
    return [option for option in options if chosen[option] < RARE * sum(score.learners for score in scores)]
