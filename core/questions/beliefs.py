"""The misconceptions that the questions are after, and what refutes each of them."""

from functools import lru_cache
from pathlib import Path

from core.authoring import Mistake, Written, at, check, read_yaml
from core.lessons.library import ROOT

FILE = "misconceptions.yaml"  # beside the lessons


class Belief(Written):
    """Something that many believe."""

    belief: str
    """What they say"""
    refutation: str
    """Said to whoever was sure of it: what it predicts, what is measured instead, and why"""


class _File(Written):
    misconceptions: dict[str, Belief]


def beliefs(root: Path = ROOT) -> dict[str, Belief]:
    """All of `misconceptions.yaml`; read anew when it has changed."""
    path = root / FILE
    if not path.is_file():
        raise Mistake(
            "missing-file", at(path, 1), "this file is missing.",
            "It lists the misconceptions that questions are after.",
        )  # fmt: skip
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, _: int) -> dict[str, Belief]:
    data = read_yaml(path.read_text(encoding="utf-8"), path)
    return check(_File, data, path).misconceptions
