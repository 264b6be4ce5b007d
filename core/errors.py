"""The one kind of mistake that a learner may see, always with a way out."""

from collections.abc import Mapping
from difflib import get_close_matches
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


def pick(table: Mapping[str, Entry], name: object, kind: str) -> Entry:
    """The entry of `table` called `name`; a near miss is answered with a suggestion.

    >>> pick({"sigmoid": 1, "relu": 2}, "sigmod", "activation")
    Traceback (most recent call last):
    core.errors.Fixable: There is no activation called 'sigmod'. Did you mean 'sigmoid'? Choose one of: sigmoid, relu.
    """
    if isinstance(name, str) and name in table:
        return table[name]
    near = get_close_matches(str(name).lower(), table, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    raise Fixable(f"There is no {kind} called {name!r}.", f"{hint}Choose one of: {', '.join(table)}.")
