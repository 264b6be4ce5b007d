"""Grading: what somebody answered against the computed key.

An answer is one line of text, so that links, the store and exports can carry it: the id of an option or of a layer,
the ids of several joined by +, a number as it was typed, the ids of an order joined by >, the pairs of a match as
row=partner joined by +. None at all is written as -.
"""

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Literal, NamedTuple

from simpleeval import SimpleEval

from core.errors import Fixable
from core.questions.item_parts import Option, Rule, Step
from core.questions.items import Kprim, Match, Multiple, Numeric, Order, Pick
from core.questions.keys import Answer, Lab
from core.questions.variants import Variant
from core.verdicts.reading import number

NONE = "-"
LONGEST = 60  # characters of a typed number
FUNCTIONS = {"sqrt": math.sqrt, "log10": math.log10}


def _power(base: float, exponent: float) -> Any:
    """In floating point: a power of whole numbers can have millions of digits, and take as long."""
    return float(base) ** float(exponent)


OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: _power, ast.USub: operator.neg, ast.UAdd: operator.pos,
}  # fmt: skip

_REPAIRS = [
    (re.compile("[−–]"), "-"),
    (re.compile("[⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹]+"), lambda m: "^" + m[0].translate(str.maketrans("⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹", "-+0123456789"))),
    (re.compile(r"(?<=\d)\s*[×x·*⋅]\s*10\s*(?:\^|\*\*)\s*\(?([-+]?\d+)\)?"), r"e\1"),
    (re.compile(r"[×·⋅]"), "*"),
    (re.compile(r"\^"), "**"),
    (re.compile(r"(?<![\d.,])(\d+),(\d+)(?![\d.,])"), r"\1.\2"),
]  # type: list[tuple[re.Pattern[str], Any]]
_ARITHMETIC = re.compile(r"(?:sqrt|log10|[-+*/(). eE0-9])+")


class Grade(NamedTuple):
    """The verdict on one answer. `again` means: not wrong, but not what was asked; it does not count."""

    verdict: Literal["right", "wrong", "again"]
    reply: str
    misconceptions: tuple[str, ...] = ()
    """Those that speak out of the answer"""


def parse(text: str) -> float:
    """The number that somebody typed: 1e-7, 9.5×10^-7, 0.25^10, 0,25^10, −6,02 and the like.

    >>> parse("9.5×10^-7"), parse("0.25^2"), parse("0,25^2"), parse("−6,02"), parse("3·10⁻⁸")
    (9.5e-07, 0.0625, 0.0625, -6.02, 3e-08)
    """
    unclear = Fixable(f"{text[:LONGEST]!r} is not a number I can read.", "Write it like 0.03, 3e-7 or 0.25^10.")
    cleaned = _repaired(text)
    if len(text.strip()) > LONGEST or not _ARITHMETIC.fullmatch(cleaned):  # "2 or 3" is Python, but no number
        raise unclear
    try:
        value = float(SimpleEval(operators=OPERATORS, functions=FUNCTIONS, names={}).eval(cleaned))
    except Exception:  # simpleeval has a dozen ways to refuse; all mean the same to a learner
        raise unclear from None
    if not math.isfinite(value):
        raise unclear
    return value


def _repaired(text: str) -> str:
    """What somebody typed, in Python's notation."""
    cleaned = text.strip()[: LONGEST + 1]
    for pattern, replacement in _REPAIRS:
        cleaned = pattern.sub(replacement, cleaned)
    return cleaned


def grade(variant: Variant, answer: str, lab: Lab) -> Grade:
    """Grade an answer. Raises Fixable if it cannot be read, or does not answer this question."""
    item = variant.item
    if isinstance(item, Numeric):
        return _grade_number(variant, item, answer, lab)
    given = read(variant, answer)
    if isinstance(item, Pick):
        return _grade_pick(variant, item, str(given), lab)
    if isinstance(item, Order):
        return _grade_order(variant, given)
    key = variant.key(lab)
    if isinstance(given, str):
        option = _option(variant, given)
        reply = variant.fill(option.reply, lab)
        return Grade("right", reply) if given == key else Grade("wrong", reply, _beliefs([option]))
    return _grade_many(variant, given, key, lab)


def read(variant: Variant, answer: str) -> Answer:
    """The answer to anything but a number, in the form of a key. One that cannot be given raises Fixable."""
    item, ids = variant.item, [option.id for option in variant.options]
    unknown = Fixable("This answer does not belong to this question.", "Choose one of those that are shown.")
    if isinstance(item, Pick):
        if not answer.isdecimal() or not 1 <= int(answer) <= variant.depth:
            raise unknown
        return str(int(answer))
    parts = [] if answer in {"", NONE} else re.split("[+>]", answer)
    if isinstance(item, Match):
        return _pairs(item, ids, parts)
    if not set(parts) <= set(ids) or (isinstance(item, Order) and sorted(parts) != sorted(ids)):
        raise unknown
    if isinstance(item, Multiple | Kprim):
        return frozenset(parts)
    if isinstance(item, Order):
        return tuple(parts)
    if len(parts) != 1:
        raise unknown
    return parts[0]


def _pairs(item: Match, ids: list[str], parts: list[str]) -> dict[str, str]:
    pairs = {row: partner for row, _, partner in (part.partition("=") for part in parts)}
    if len(pairs) < len(parts) or not (set(pairs) <= set(ids) and set(pairs.values()) <= set(item.partners)):
        raise Fixable("This answer does not belong to this question.", "Choose partners among those that are shown.")
    if set(pairs) != set(ids):
        raise Fixable("Not every row has a partner yet.", "Choose one for each; one may be used twice.")
    return pairs


def _option(variant: Variant, id_: str) -> Option:
    return next(option for option in variant.options if option.id == id_)


def _beliefs(options: Sequence[Option | Rule]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(option.misconception for option in options if option.misconception))


def _grade_many(variant: Variant, given: Answer, key: Answer, lab: Lab) -> Grade:
    """All or nothing, with a reply to every option on which the learner and the key disagree."""
    if given == key:
        return Grade("right", "All of it.")
    differ = [option for option in variant.options if _of(given, option.id) != _of(key, option.id)]
    if isinstance(variant.item, Multiple):
        differ.sort(key=lambda option: not _of(given, option.id))  # what was believed, before what was left out
    replies = "\n".join(f"- {_mark(variant, given, one.id)}{_replied(variant, one, lab)}" for one in differ)
    return Grade("wrong", replies, _beliefs(differ))


def _replied(variant: Variant, option: Option, lab: Lab | None = None) -> str:
    """An option, and what is said to whoever was wrong about it; an imported one may have nothing to say."""
    reply = variant.fill(option.reply, lab)
    return f"*{variant.fill(option.says, lab)}*{': ' if reply else ''}{reply}"


def _mark(variant: Variant, given: Answer, id_: str) -> str:
    """Whether a choice was wrong or is missing; nothing where every row has an answer."""
    if not isinstance(variant.item, Multiple):
        return ""
    return "Chosen, but wrong: " if _of(given, id_) else "Left out: "


def _of(answer: Answer, id_: str) -> object:
    """What an answer says of one option: whether it is in, or which partner it has."""
    return answer[id_] if isinstance(answer, Mapping) else id_ in answer if isinstance(answer, frozenset) else None


def _grade_order(variant: Variant, given: Answer) -> Grade:
    """Right if every step comes after all it needs; else the first that does not is answered."""
    done: set[str] = set()
    for id_ in given if isinstance(given, tuple) else ():
        step = _option(variant, id_)
        if isinstance(step, Step) and not set(step.needs) <= done:
            return Grade("wrong", _replied(variant, step), _beliefs([step]))
        done.add(id_)
    return Grade("right", "Every step has what it needs.")


def _grade_pick(variant: Variant, item: Pick, given: str, lab: Lab) -> Grade:
    key = int(str(variant.key(lab)))
    if int(given) == key:
        return Grade("right", "")
    return Grade("wrong", variant.fill(item.near if abs(int(given) - key) == 1 else item.far, lab))


def _grade_number(variant: Variant, item: Numeric, answer: str, lab: Lab) -> Grade:
    value, key = parse(answer), variant.key(lab)
    if not isinstance(key, float | int):
        raise TypeError(f"{item.key} must give a number, not {key!r}")
    logarithm = item.scale == "log10"
    if _close(value, float(key), item.tolerance, absolute=logarithm) or any(
        _within(value, one) for one in item.between
    ):
        return Grade("right", "")
    if logarithm and value > 0 and _close(math.log10(value), float(key), item.tolerance, absolute=True):
        return Grade("again", "That is the number itself. Give its logarithm to base 10.")
    foreseen = [rule for rule in item.rules if _matches(rule, value, variant, lab)]
    if (
        item.tolerance
        and not logarithm
        and _rounded(answer, key)
        and not any(variant.foreseen(rule, lab) == value for rule in foreseen)
    ):
        return Grade("right", "")
    for rule in foreseen:
        return Grade(rule.grade, variant.fill(rule.say, lab), _beliefs([rule]))
    far = _decades_away(value, float(key)) if logarithm else ""
    return Grade("wrong", variant.fill(item.otherwise, lab) or far)


def _decades_away(value: float, key: float) -> str:
    if key < 0 < value:
        off = number(abs(math.log10(value) - key), 2)
        return f"The logarithm is asked for. As the number itself, this is {off} decades away."
    return f"That is {number(abs(value - key), 2)} decades away."


def _matches(rule: Rule, value: float, variant: Variant, lab: Lab) -> bool:
    if rule.between:
        return _within(value, rule.between)
    wrong = variant.foreseen(rule, lab)
    return isinstance(wrong, float | int) and _close(value, float(wrong), rule.tolerance, absolute=False)


def _close(value: float, target: float, tolerance: float, *, absolute: bool) -> bool:
    """Relative distance, never an absolute floor: 0 is not close to 9.1e-13."""
    return abs(value - target) <= tolerance * (1 if absolute else abs(target))


def _within(value: float, edges: tuple[float, float]) -> bool:
    low, high = edges
    return low <= value <= high


def roundings(key: float) -> list[float]:
    """The key rounded to two and to three digits, which is right as well; up and down if it lies in the middle.

    >>> roundings(0.125), roundings(11.47)
    ([0.13, 0.12, 0.125], [11.0, 11.5])
    """
    first = Decimal(repr(key)).adjusted()
    return list(dict.fromkeys(float(number) for place in (first - 1, first - 2) for number in _to_place(key, place)))


def _rounded(answer: str, key: float) -> bool:
    """Whether somebody typed the key itself, rounded to two or more digits."""
    try:
        typed = Decimal(_repaired(answer))
        _, digits, place = typed.as_tuple()
        return len(digits) >= 2 and typed in _to_place(key, int(place))
    except InvalidOperation:  # it is to be worked out first, or has more digits than any key
        return False


def _to_place(key: float, place: int) -> list[Decimal]:
    """The key rounded to a power of ten; up and down if it lies in the middle, as far as floating point can tell."""
    exact, power = Decimal(f"{key:.12g}"), Decimal(1).scaleb(place)
    return [exact.quantize(power, way) for way in (ROUND_HALF_UP, ROUND_HALF_DOWN)]
