"""The keys: every right answer is computed, from a formula or from a run; none is typed into a quiz file.

A key function takes those of the item's numbers that it names, and gives a number, the id of an option, the set of
the ids of all right options, or the id of a partner for each option.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

from core.errors import Fixable
from core.questions import measurements, readings
from core.questions.formulas import (
    activations,
    backpropagation,
    clipping,
    initializations,
    optimizers,
    precision,
    products,
    sequences,
)
from core.questions.lab import Lab

Answer = float | str | frozenset[str] | tuple[str, ...] | dict[str, str]

__all__ = ["FORMULAS", "KEYS", "MEASUREMENTS", "READINGS", "Answer", "Lab", "compute"]


def _functions(*modules: ModuleType) -> dict[str, Callable[..., Any]]:
    found = [(name, f, module) for module in modules for name, f in inspect.getmembers(module, inspect.isfunction)]
    return {name: f for name, f, module in found if f.__module__ == module.__name__ and not name.startswith("_")}


FORMULAS = _functions(
    activations, backpropagation, clipping, initializations, optimizers, precision, products, sequences
)
MEASUREMENTS = _functions(measurements)
READINGS = _functions(readings)
KEYS = FORMULAS | MEASUREMENTS | READINGS


def compute(name: str, lab: Lab | None, numbers: Mapping[str, float], results: Sequence[Any] = ()) -> Answer:
    """What the key function `name` gives for these numbers; `results` are those of the item's plot."""
    function = KEYS[name]
    taken = inspect.signature(function).parameters
    wanted = {word: value for word, value in numbers.items() if word in taken}
    given = {"lab": lab, "results": results} | wanted
    try:
        answer: Answer = function(**{word: value for word, value in given.items() if word in taken})
    except TypeError as error:
        raise Fixable(f"The key {name} does not fit the numbers {dict(numbers)}.", f"Its complaint: {error}.") from None
    return answer
