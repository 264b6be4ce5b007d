"""Foreseen slips in typed numbers: enough of them, each with a reply of its own, and none taken for something else."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from core.authoring import Mistake
from core.questions.bank import Bank
from core.questions.grading import roundings
from core.questions.items import Numeric
from core.questions.keys import FORMULAS, compute

FEWEST = 3  # foreseen slips of a typed number


def mistakes(bank: Bank) -> Iterator[Mistake]:
    """What does not hold in any draw of our own questions; tests look at those that must be measured first."""
    for item in bank.items:
        if not isinstance(item, Numeric) or item.id in bank.imported:
            continue
        where, names = f"{bank.slug}/quiz, {item.id}", [rule.equals for rule in item.rules]
        if len({rule.say for rule in item.rules}) < max(FEWEST, len(names)):
            yield Mistake(
                "few-slips", where, f"{FEWEST} foreseen slips are asked for, each with a reply of its own.",
                "Work the question out as somebody who is in a hurry, and add rules.",
            )  # fmt: skip
        if {item.key, *names} <= set(FORMULAS):
            draws = [variant.numbers for variant in bank.every_draw(item)]
            worked_out = [[_number(name, numbers) for name in (item.key, *names)] for numbers in draws]
            mixed_up = (said for key, *wrong in worked_out for said in confusions(item, key, wrong))
            for said in dict.fromkeys(mixed_up):
                yield Mistake("slip-taken-for-another", where, f"{said}.", "Draw other numbers, or lower a tolerance.")


def confusions(item: Numeric, key: float, wrong: Sequence[float]) -> list[str]:
    """Pairs of numbers, the key and the foreseen wrong ones of a draw, of which one would be taken for the other."""
    return [
        f"{one} can be taken for {other}"
        for (one, low, high), (other, least, most) in combinations(_accepted(item, key, wrong), 2)
        if (one, other) != ("key", "key") and low <= most and least <= high
    ]


def _accepted(item: Numeric, key: float, wrong: Sequence[float]) -> Iterator[tuple[str, float, float]]:
    """What the grader takes for what: the key, its roundings, its power of ten, and each foreseen mistake."""
    room = item.tolerance * (1 if item.scale == "log10" else abs(key))
    yield "key", key - room, key + room
    if item.scale == "log10":
        yield "no logarithm", 10 ** (key - room), 10 ** (key + room)
    elif item.tolerance:
        yield from (("key", rounded, rounded) for rounded in roundings(key))
    for rule, value in zip(item.rules, wrong, strict=True):
        yield rule.equals, value - rule.tolerance * abs(value), value + rule.tolerance * abs(value)


def _number(name: str, numbers: dict[str, float | int]) -> float:
    value = compute(name, None, numbers)
    if not isinstance(value, float | int):
        raise TypeError(f"{name} must give a number, not {value!r}")
    return value
