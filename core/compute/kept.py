"""What has been measured once and is kept: the numbers of a lesson, by experiment, with when and on what they came out.

A lesson ships them in its file `measured.jsonl`; what a server adds goes into a file of that name in its data folder.
An entry of another fingerprint than the present one is old: it says what was true of an earlier version.
"""

import json
import logging
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from core import clock
from core.compute.fingerprint import fingerprint, libraries
from core.compute.workers import Job, curve_job, profile_job, spectrum_job, train_job, unit_job
from core.folder import data_folder
from core.networks.experiment import Experiment
from core.networks.results import Curve, GradientProfile, Run, Spectrum, Unit

FILE = "measured.jsonl"
LESSONS = Path(__file__).parents[2] / "lessons"
RESULTS: dict[str, tuple[Job, type]] = {
    "profile": (profile_job, GradientProfile),
    "run": (train_job, Run),
    "spectrum": (spectrum_job, Spectrum),
    "unit": (unit_job, Unit),
    "curve": (curve_job, Curve),
}
"""What each kind of result is computed by, and what it is"""
KINDS = {job: kind for kind, (job, _) in RESULTS.items()}
Key = tuple[str, str]
"""What was measured, and of which experiment"""


class Stamp(NamedTuple):
    """When something was measured, and on what."""

    fingerprint: str
    day: str
    on: str

    def __str__(self) -> str:
        """In words."""
        return f"on {self.day} with {self.on}"


class Kept(NamedTuple):
    """Something that was measured before."""

    value: Any
    stamp: Stamp

    @property
    def old(self) -> bool:
        """Whether an earlier version of the code measured it."""
        return self.stamp.fingerprint != fingerprint()


def now() -> Stamp:
    """The stamp of what is measured at this moment."""
    return Stamp(fingerprint(), clock.now().date().isoformat(), f"{libraries()} ({platform.machine()})")


def named(experiment: Experiment) -> str:
    """An experiment by all that is not as usual.

    >>> from core import Network
    >>> named(Experiment(Network(depth=4, activation="relu"), seed=2))
    "depth=4 activation='relu' seed=2"
    """
    parts = (experiment.network, experiment.training, experiment)
    said = [(f, getattr(part, f.name)) for part in parts for f in fields(part) if f.name not in {"network", "training"}]
    return " ".join(f"{f.name}={value!r}" for f, value in said if value != f.default) or "as usual"


class Shelf:
    """Everything that is kept, by key."""

    def __init__(self, shipped: Iterable[Path] = (), own: Path | None = None) -> None:
        """With what stands in the files; `own` is the one for what is added, and counts where it is of this version."""
        self._kept: dict[Key, Kept] = {}
        for path in shipped:
            self._kept |= _read(path)
        added = {key: kept for key, kept in (_read(own) if own else {}).items() if not kept.old}
        self._kept |= added
        self._own, self._added = own, set(added)

    def find(self, kind: str, name: str) -> Kept | None:
        """What is known; it may be old."""
        return self._kept.get((kind, name))

    def add(self, kind: str, name: str, value: Any) -> Kept:
        """Keep what has just been measured."""
        kept = self._kept[kind, name] = Kept(value, now())
        self._added.add((kind, name))
        return kept

    def result(self, job: Job, experiment: Experiment, names: Sequence[str] = ()) -> Any:
        """A result as its job would give it, or only these fields of it; None if they are not known, or old."""
        if not self.has(job, experiment, names):
            return None
        kind = KINDS[job]
        return _unpacked(RESULTS[kind][1], experiment, self._kept[kind, named(experiment)].value)

    def has(self, job: Job, experiment: Experiment, names: Sequence[str] = ()) -> bool:
        """Whether a result is known, or these fields of it."""
        if job not in KINDS:
            return False
        kind = KINDS[job]
        kept, wanted = self.find(kind, named(experiment)), set(names or _fields(RESULTS[kind][1])) - {"experiment"}
        return kept is not None and not kept.old and not wanted - kept.value.keys()

    def add_result(self, job: Job, experiment: Experiment, result: Any, names: Sequence[str] = ()) -> Key:
        """Keep a result, or these fields of it; returns its key."""
        key = KINDS[job], named(experiment)
        before = self._kept.get(key)
        value = {} if before is None or before.old else before.value
        value |= {
            name: _plain(getattr(result, name)) for name in names or _fields(type(result)) if name != "experiment"
        }
        self.add(*key, value)
        return key

    def save(self) -> None:
        """Put what has been added into the file for it; where that cannot be written, the next start measures again."""
        if self._own and self._added:
            try:
                self.write(self._own, self._added)
            except OSError as problem:
                logging.getLogger(__name__).warning("What was measured cannot be kept: %s", problem)

    def write(self, path: Path, keys: Iterable[Key]) -> None:
        """Put these entries, all of the present version, into a file: a line with the stamp, then a line for each."""
        lines = [now()._asdict(), *([*key, self._kept[key].value] for key in sorted(set(keys)))]
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f"{path.name}.{os.getpid()}")  # whoever reads meanwhile finds the old file or the new one
        half.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
        half.replace(path)


@lru_cache(maxsize=1)
def shared() -> Shelf:
    """Everything that the lessons ship and this server has added."""
    return Shelf(sorted(LESSONS.glob(f"*/{FILE}")), data_folder() / FILE)


def _read(path: Path) -> dict[Key, Kept]:
    """What stands in a file; nothing if there is none, or none that can be read."""
    try:
        first, *lines = path.read_text(encoding="utf-8").splitlines()
        stamp = Stamp(**json.loads(first))
        return {(kind, name): Kept(value, stamp) for kind, name, value in map(json.loads, lines)}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError):
        logging.getLogger(__name__).warning("%s cannot be read: its numbers will be measured anew.", path)
        return {}


def _fields(model: type) -> list[str]:
    return [f.name for f in fields(model)] if is_dataclass(model) else list(model._fields)  # type: ignore[attr-defined]


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value


def _unpacked(model: type, experiment: Experiment, value: dict[str, Any]) -> Any:
    """A result again. One kept in part has no other fields: to ask for them is an error, never a wrong number."""
    found = {name: np.array(v) if isinstance(v, list) else v for name, v in value.items()}
    if not is_dataclass(model):
        return model(**({"experiment": experiment} if "experiment" in _fields(model) else {}), **found)
    result = object.__new__(model)
    for name, v in {"experiment": experiment, **found}.items():
        object.__setattr__(result, name, v)
    return result
