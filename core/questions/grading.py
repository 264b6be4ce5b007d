"""Grading: what somebody answered against the computed key."""

import math
import re
from typing import Literal, NamedTuple

from simpleeval import simple_eval

from core.errors import Fixable
from core.questions.items import Numeric, Rule, Single, Variant
from core.questions.keys import Answer, Ask, compute

LONGEST = 60  # characters of a typed number
FUNCTIONS = {"sqrt": math.sqrt, "log10": math.log10}

_REPAIRS = [
    (re.compile("[−–]"), "-"),
    (re.compile(r"(?<=\d)\s*[×x·*]\s*10\s*(?:\^|\*\*)\s*\(?([-+]?\d+)\)?"), r"e\1"),
    (re.compile(r"\^"), "**"),
    (re.compile(r"^([-+]?\d+),(\d+(?:[eE][-+]?\d+)?)$"), r"\1.\2"),
]


class Grade(NamedTuple):
    """The verdict on one answer. `again` means: not wrong, but not what was asked; it does not count."""

    verdict: Literal["right", "wrong", "again"]
    reply: str


def parse(text: str) -> float:
    """The number that somebody typed: 1e-7, 9.5×10^-7, 0.25^10, −6,02 and the like.

    >>> parse("9.5×10^-7"), parse("0.25^2"), parse("−6,02")
    (9.5e-07, 0.0625, -6.02)
    """
    cleaned = text.strip()
    for pattern, replacement in _REPAIRS:
        cleaned = pattern.sub(replacement, cleaned)
    unclear = Fixable(f"{text[:LONGEST]!r} is not a number I can read.", "Write it like 0.03, 3e-7 or 0.25^10.")
    if not cleaned or len(cleaned) > LONGEST:
        raise unclear
    try:
        value = float(simple_eval(cleaned, functions=FUNCTIONS, names={}))
    except Exception:  # simpleeval has a dozen ways to refuse; all mean the same to a learner
        raise unclear from None
    if not math.isfinite(value):
        raise unclear
    return value


def grade(variant: Variant, given: str | frozenset[str], ask: Ask) -> Grade:
    """Grade an answer: an option id, a set of them, or the text of a number. Raises Fixable if it cannot be read."""
    item, key = variant.item, variant.key(ask)
    if isinstance(item, Numeric):
        return _grade_number(variant, item, parse(str(given)), key, ask)
    if isinstance(item, Single):
        option = next(option for option in item.options if option.id == given)
        return Grade("right" if given == key else "wrong", variant.fill(option.reply))
    return _grade_set(variant, frozenset(given), key)


def _grade_set(variant: Variant, given: frozenset[str], key: Answer) -> Grade:
    """All or nothing, with a reply to every option on which the learner and the key disagree."""
    right = key if isinstance(key, frozenset) else frozenset()
    if given == right:
        return Grade("right", "Exactly these.")
    replies = [f"- *{o.says}* — {o.reply}" for o in variant.options if (o.id in given) != (o.id in right)]
    return Grade("wrong", variant.fill("\n".join(replies)))


def _grade_number(variant: Variant, item: Numeric, value: float, key: Answer, ask: Ask) -> Grade:
    if not isinstance(key, float | int):
        raise TypeError(f"{item.key} must give a number, not {key!r}")
    if _close(value, float(key), item.tolerance, absolute=item.scale == "log10"):
        return Grade("right", "")
    if item.scale == "log10" and value > 0 and _close(math.log10(value), float(key), item.tolerance, absolute=True):
        return Grade("again", "That is the number itself. Give its logarithm to base 10.")
    for rule in item.rules:
        if _matches(rule, value, variant, ask):
            return Grade(rule.grade, variant.fill(rule.say))
    far = abs(value - float(key))
    return Grade("wrong", f"That is {far:.2g} decades away." if item.scale == "log10" else "That is not it.")


def _matches(rule: Rule, value: float, variant: Variant, ask: Ask) -> bool:
    wrong = compute(rule.equals, ask, variant.numbers)
    return isinstance(wrong, float | int) and _close(value, float(wrong), rule.tolerance, absolute=False)


def _close(value: float, target: float, tolerance: float, *, absolute: bool) -> bool:
    """Relative distance, never an absolute floor: 0 is not close to 9.1e-13."""
    return abs(value - target) <= tolerance * (1 if absolute else abs(target))
