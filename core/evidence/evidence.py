"""The evidence for a lesson's numbers: what is kept, and measuring what is not."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import lru_cache
from threading import Lock, Thread
from typing import Any, NamedTuple

from core.compute import door, kept
from core.compute.door import Compute
from core.compute.kept import RESULTS, Kept, Key, Shelf, named
from core.compute.workers import Job, curve_job, profile_job, train_job
from core.errors import Fixable
from core.lab import slow
from core.lab.race import Race
from core.lessons.blocks import Block, Panel, Question, Slope, SlowMotion
from core.lessons.claims import seeded
from core.lessons.equations import EQUATIONS
from core.lessons.lesson import Lesson
from core.lessons.views import VIEWS
from core.networks.experiment import Experiment, Network
from core.networks.results import GradientProfile, Run
from core.questions import plots
from core.questions.bank import bank
from core.questions.lab import Lab

ROUNDING = Experiment(Network(activation="relu", init="he"))
"""A training that the smallest difference in rounding takes elsewhere: kept to tell whether two machines round alike"""


class Need(NamedTuple):
    """A result that a lesson shows as it is opened: all of it, or these fields."""

    job: Job
    experiment: Experiment
    fields: tuple[str, ...] = ()


class Evidence:
    """Where a lesson's numbers come from: from the shelf, or measured through the door of `compute`."""

    def __init__(self, shelf: Shelf, door: Compute) -> None:
        """Nothing is measured yet."""
        self.shelf, self.door = shelf, door
        self._busy: dict[str, Thread] = {}
        self._failed: dict[Key, BaseException] = {}
        self._lock = Lock()

    def known(self, lesson: Lesson, name: str) -> Kept | None:
        """The values behind a claim, one a seed, perhaps of an earlier version; None if there are none yet."""
        key = claim_key(lesson, name)
        if failure := self._failed.pop(key, None):
            raise failure
        return self.shelf.find(*key)

    def measured(self, lesson: Lesson, name: str) -> Kept:
        """The values behind a claim, of the present version; waits for them."""
        found = self.known(lesson, name)
        return self._keep(lesson, name, self._ask(lesson, name, self.door.ask)) if found is None or found.old else found

    def again(self, lesson: Lesson, name: str) -> Kept:
        """The values behind a claim, measured at this moment, whatever is kept."""
        return self._keep(lesson, name, self._ask(lesson, name, self.door.anew))

    def _ask(self, lesson: Lesson, name: str, ask: Callable[..., Any]) -> "list[Future[Any]]":
        claim = lesson.claims[name]
        return [ticket.future for ticket in ask(RESULTS[claim.needs][0], seeded(lesson.experiments, claim))]

    def _keep(self, lesson: Lesson, name: str, futures: "Sequence[Future[Any]]") -> Kept:
        values = lesson.claims[name].values([future.result() for future in futures])
        return self.shelf.add(*claim_key(lesson, name), values)

    def results(self, job: Job, experiments: Sequence[Experiment], fields: tuple[str, ...] = ()) -> list[Any]:
        """Results, kept or computed; with `fields` perhaps no more of them than these."""
        known = [self.shelf.result(job, e, fields) for e in experiments]
        if all(result is not None for result in known):
            return known
        return [ticket.future.result() for ticket in self.door.ask(job, experiments)]

    def ready(self, lesson: Lesson, block: Block) -> bool:
        """Whether a block can be drawn without waiting for anything."""
        return all(self.shelf.has(*need) for need in needs_of(lesson, block, self.door))

    def missing(self, lesson: Lesson) -> int:
        """How many claims of a lesson have no values of the present version."""
        found = [self.shelf.find(*claim_key(lesson, name)) for name in lesson.claims]
        return sum(one is None or one.old for one in found)

    def prepare(self, lesson: Lesson) -> None:
        """Measure what is missing, one thing after the other: whoever asks for something meanwhile waits for one.

        What cannot be measured is told to the next who asks for it.
        """
        for name in lesson.claims:
            try:
                self.measured(lesson, name)
            except Fixable as mistake:
                self._failed[claim_key(lesson, name)] = mistake
        with suppress(Fixable):  # a figure that cannot be computed says so in its place
            for need in needs(lesson, self.door):
                if not self.shelf.has(*need):
                    (ticket,) = self.door.ask(need.job, [need.experiment])
                    self.shelf.add_result(need.job, need.experiment, ticket.future.result(), need.fields)

    def prepare_in_background(self, lesson: Lesson) -> None:
        """Begin to measure what is missing, unless that is going on; what comes of it goes into the data folder."""
        with self._lock:
            busy = self._busy.get(lesson.slug)
            if not (busy and busy.is_alive()):
                self._busy[lesson.slug] = Thread(target=self._prepare_and_save, args=(lesson,), daemon=True)
                self._busy[lesson.slug].start()

    def _prepare_and_save(self, lesson: Lesson) -> None:
        self.prepare(lesson)
        self.shelf.save()

    def ask_for_all(self, lesson: Lesson) -> None:
        """Send everything off at once: for whoever waits for nothing else."""
        for name in lesson.claims:
            self._ask(lesson, name, self.door.ask)
        for need in needs(lesson, self.door):
            self.door.ask(need.job, [need.experiment])

    def keys(self, lesson: Lesson) -> list[Key]:
        """Everything that a lesson ships."""
        return [
            *(claim_key(lesson, name) for name in lesson.claims),
            *((kept.KINDS[need.job], named(need.experiment)) for need in needs(lesson, self.door)),
        ]


@lru_cache(maxsize=4096)
def claim_key(lesson: Lesson, name: str) -> Key:
    """Under which key the values of a claim are kept: by what is read off, and of which experiments."""
    claim = lesson.claims[name]
    return claim.outcome, f"{' / '.join(named(lesson.experiments[n]) for n in claim.experiments)}, {claim.seeds} seeds"


def complaint(lesson: Lesson, name: str, values: Sequence[float]) -> str | None:
    """What is wrong with a claim, with its place, what it says, and what was measured; None if it holds."""
    claim = lesson.claims[name]
    wrong = claim.broken(values)
    return f"{lesson.slug}/experiments.yaml:{claim.line}: the claim {name} does not hold: {wrong}" if wrong else None


# --- what a lesson shows besides its claims: its figures, equations and answers, as a reader first finds them ---


def needs(lesson: Lesson, lab: Lab) -> list[Need]:
    """All results that a lesson shows before anybody has moved a control; its questions are asked of `lab`."""
    shown = [need for _, block in lesson.blocks for need in needs_of(lesson, block, lab)]
    return [Need(train_job, ROUNDING, ("loss",)), *shown]


def needs_of(lesson: Lesson, block: Block, lab: Lab) -> list[Need]:
    """Those of one block."""
    return list(NEEDS[type(block)](lesson, block, lab)) if type(block) in NEEDS else []


def _panel(lesson: Lesson, block: Panel, _: Lab) -> Iterator[Need]:
    race, view = Race.of(*(lesson.experiments[name] for name in block.show)), VIEWS[block.figure]
    yield from (Need(RESULTS[view.needs][0], e, view.reads) for e in race.experiments)
    for name in block.equations:
        equation = EQUATIONS[name]
        yield Need(RESULTS[equation.needs][0], race.experiments[0], equation.reads)


def _slow(lesson: Lesson, block: SlowMotion, _: Lab) -> Iterator[Need]:
    experiment = lesson.experiments[block.show]
    yield Need(profile_job, experiment)
    yield Need(train_job, slow.two_steps(experiment), slow.READS)


def _slope(_: Lesson, block: Slope, __: Lab) -> Iterator[Need]:
    yield from (Need(curve_job, Experiment(Network(activation=word))) for word in block.activations)


def _question(lesson: Lesson, block: Question, lab: Lab) -> Iterator[Need]:
    """What the first try of a question asks of a laboratory, right answer and explanation included."""
    questions = bank(lesson.slug, lesson.path.parents[1])
    variant, noted = questions.draw(questions.item(block.id), 0), Noting(lab)
    for show in (plots.question, plots.explanation):
        show(variant, noted)
    variant.key(noted)
    for text in (variant.item.stem, variant.item.explain, *(option.says for option in variant.options)):
        variant.fill(text, noted)
    yield from (Need(profile_job, e) for e in noted.profiled)


class Noting:
    """A laboratory that notes whose profiles it was asked for."""

    def __init__(self, lab: Lab) -> None:
        """Nobody has asked yet."""
        self.lab, self.profiled = lab, list[Experiment]()

    def profiles(self, experiments: Sequence[Experiment]) -> list[GradientProfile]:
        """What each network is like at the start."""
        self.profiled += experiments
        return self.lab.profiles(experiments)

    def runs(self, experiments: Sequence[Experiment]) -> list[Run]:
        """How the training of each network goes."""
        return self.lab.runs(experiments)


NEEDS: dict[type[Block], Callable[..., Iterator[Need]]] = {
    Panel: _panel, SlowMotion: _slow, Slope: _slope, Question: _question,
}  # fmt: skip


@lru_cache(maxsize=1)
def shared() -> Evidence:
    """The evidence that all pages of this process show."""
    return Evidence(kept.shared(), door.shared())
