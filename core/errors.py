"""The one kind of mistake that a learner may see, always with a way out."""

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import TypeVar

Entry = TypeVar("Entry")


class Fixable(ValueError):
    """Something that whoever made the request can put right.

    `problem` says what is wrong and `remedy` what to do, each a full sentence.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        """Keep both sentences; `str()` of the error is the two of them."""
        super().__init__(f"{problem} {remedy}")
        self.problem = problem
        self.remedy = remedy

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        """Let the error travel back from a worker process."""
        return Fixable, (self.problem, self.remedy)


FEW = 12  # as many are listed; of more, the nearest
NEAREST = 5


def pick(table: Mapping[str, Entry], name: object, kind: str) -> Entry:
    """The entry of `table` called `name`; a near miss is answered with a suggestion.

    >>> pick({"sigmoid": 1, "relu": 2}, "sigmod", "activation")
    Traceback (most recent call last):
    core.errors.Fixable: There is no activation called 'sigmod'. Did you mean 'sigmoid'? Choose one of: sigmoid, relu.
    """
    if isinstance(name, str) and name in table:
        return table[name]
    raise Fixable(f"There is no {kind} called {name!r}.", instead(name, table))


def instead(name: object, table: Iterable[str]) -> str:
    """What to write in place of a name that is not in the table.

    >>> instead("layr 19", [f"layer{n}" for n in range(1, 30)])
    "Did you mean 'layer19'? The nearest of 29 are: layer19, layer1, layer9, layer10, layer11."
    """
    names = list(dict.fromkeys(table))
    if not names:
        return "There are none yet."
    near = sorted(names, key=lambda one: -_likeness(str(name), one))
    hint = f"Did you mean {near[0]!r}? " if like(str(name), near[0]) else ""
    if len(names) <= FEW:
        return f"{hint}Choose one of: {', '.join(names)}."
    return f"{hint}The nearest of {len(names)} are: {', '.join(near[:NEAREST])}."


def like(a: str, b: str) -> bool:
    """Whether one of two names may be a slip for the other."""
    return _likeness(a, b) >= 0.6


def _likeness(a: str, b: str) -> float:
    """From 0 to 1, and a little more where they share words, or one has all words of the other."""
    a, b = a.casefold(), b.casefold()
    ours, theirs = (set(re.findall(r"[^\W_]+", one)) for one in (a, b))
    shared = ours & theirs
    more = 0.2 if shared in (ours, theirs) else 0.1
    return SequenceMatcher(None, a, b).ratio() + (more if shared else 0)
