"""What stands in the braces of a GIFT question."""

import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from core.errors import Fixable
from core.questions.exchange.folding import FALSE, TRUE
from core.questions.exchange.gift_texts import Texts, unpark
from core.questions.exchange.portable import Answer, Number, Pair

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
FORM = "Write the answers in braces after the question, like {=right ~wrong}."


def answers(inside: str, texts: Texts) -> dict[str, Any]:
    """The kind of the question and what can be answered."""
    if inside.startswith("#"):
        return _numeric(inside[1:], texts)
    if "~" in inside:
        return _choosing(inside, texts)
    if "=" in inside and "->" in inside:
        return _matching(inside, texts)
    said, _, replies = inside.partition("#")
    if said.strip().upper() in {"T", "TRUE", "F", "FALSE"}:
        return _deciding(said.strip().upper().startswith("T"), replies, texts)
    if not inside:
        raise Fixable("essays cannot be graded here.", FORM)
    return _short(inside, texts)


class _Said(NamedTuple):
    """An answer that is to be typed."""

    weight: float
    text: str
    reply: str


def _typed(inside: str, texts: Texts) -> list[_Said]:
    """The answers after each =."""
    weighed = [_weighed(part.strip(), 100.0) for part in inside.split("=") if part.strip()]
    commented = [(weight, *texts.commented(answer)) for weight, answer in weighed]
    return [_Said(weight, unpark(text), reply) for weight, text, reply in commented]


def _short(inside: str, texts: Texts) -> dict[str, Any]:
    """Short answers, of which the numbers are kept."""
    said = _typed(inside, texts) if "=" in inside else []
    numbers: dict[str, _Said] = {}
    for one in said:
        if text := _as_number(one.text):
            numbers.setdefault(text, one._replace(text=text))
    if not set(numbers) - {"*"}:
        raise Fixable(
            "short answers cannot be graded here.",
            "Offer wrong answers to choose from, like {=right ~wrong}, or ask for a number, like {#3:0.1}.",
        )
    words = " or ".join(one.text for one in said if not _as_number(one.text))
    texts.notes.append(f"it asks for a number here{f', and does not take {words}' if words else ''}.")
    return _graded(list(numbers.values()), "", texts)


def _as_number(text: str) -> str:
    """A short answer as a number is written here; nothing if it is none. 1,000 may be either, and is none."""
    plain = re.sub(r"^([-+]?\d+),(\d{1,2}|\d{4,})$", r"\1.\2", text.replace("−", "-"))
    if fraction := re.fullmatch(r"([-+]?\d{1,15})\s*/\s*(0*[1-9]\d{0,14})", plain, re.ASCII):
        return repr(int(fraction[1]) / int(fraction[2]))
    known = _NUMBER.fullmatch(plain) and math.isfinite(float(plain))
    return repr(float(plain)) if known else "*" if text == "*" else ""


def _weighed(part: str, default: float) -> tuple[float, str]:
    """The weight in percent that stands before an answer, and the answer."""
    weight = re.match(r"%(-?\d{1,3}(?:\.\d*)?)%", part)
    return (float(weight[1]), part[weight.end() :]) if weight else (default, part)


def _choices(inside: str, texts: Texts) -> Iterator[tuple[float, Answer]]:
    """Each choice with its weight, which is 100 % after an = unless it says otherwise."""
    marked = re.sub(r"~[ \t]*=", "=", inside)  # both signs before one answer: some programs write it, for the right one
    for sign, part in re.findall(r"([=~]|^)([^=~]*)", marked):
        if not sign and not part.strip():
            continue
        weight, answer = _weighed(part.strip(), 100.0 if sign == "=" else 0.0)
        text, reply = texts.commented(answer)
        yield weight, Answer(text=texts.choice(text), reply=reply)


def _choosing(inside: str, texts: Texts) -> dict[str, Any]:
    weighed = list(_choices(inside, texts))
    choices = [choice for _, choice in weighed]
    single = "=" in inside and any(weight >= 100 for weight, _ in weighed)
    if any(not choice.text for choice in choices):
        raise Fixable("an answer is empty.", "Write a text after each = and each ~; within a text write \\= and \\~.")
    if len({choice.text for choice in choices}) < max(2, len(choices)):
        raise Fixable("it takes two or more answers, all different.", "Add one, or reword one.")
    right = [weight >= 100 if single else weight > 0 for weight, _ in weighed]
    if not any(right):
        raise Fixable("no answer is right.", "Write = before the right answer.")
    if single and sum(right) > 1:
        raise Fixable("two answers are marked with =.", "If both are right together, write ~%50% before each.")
    texts.notes.extend(_shares([weight for weight, _ in weighed], single=single))
    kept = tuple(choice.model_copy(update={"right": is_}) for choice, is_ in zip(choices, right, strict=True))
    return {"kind": "single" if single else "multiple", "choices": kept}


def _shares(weights: list[float], *, single: bool) -> Iterator[str]:
    """What is lost of the weights, since an answer here is right or wrong."""
    if single:
        yield from (
            f"an answer worth {weight:g} % counts as wrong here, where one is to be chosen."
            for weight in weights if 0 < weight < 100
        )  # fmt: skip
    elif len({weight for weight in weights if weight > 0}) > 1:
        yield "answers worth different shares are all right here, and all of them are to be chosen."


def _matching(inside: str, texts: Texts) -> dict[str, Any]:
    pairs, spare = [], []
    for part in filter(None, (part.strip() for part in inside.split("="))):
        row, arrow, partner = part.partition("->")
        if not arrow or not unpark(partner):
            raise Fixable("a row of this match has no partner.", "Write every row like this: =row -> partner.")
        if row.strip():
            pairs.append(Pair(row=texts.read(row.replace("-&gt;", "->")), partner=texts.partner(partner)))
        else:
            spare.append(texts.partner(partner))
    if len({pair.row for pair in pairs}) < max(2, len(pairs)):
        raise Fixable("a match takes two or more rows, all different.", "Write each like this: =row -> partner.")
    if len({pair.partner for pair in pairs} | set(spare)) < 2:
        raise Fixable("all rows of this match have the same partner.", "Add one that belongs to no row: = -> other.")
    return {"kind": "match", "pairs": tuple(pairs), "spare": tuple(spare)}


def _deciding(true: bool, replies: str, texts: Texts) -> dict[str, Any]:  # noqa: FBT001
    wrong, right = (texts.read(reply) for reply in replies.partition("#")[::2])
    return {"kind": "single", "choices": tuple(
        Answer(text=text, right=holds, reply=right if holds else wrong)
        for text, holds in [(TRUE, true), (FALSE, not true)]
    )}  # fmt: skip


def _numeric(inside: str, texts: Texts) -> dict[str, Any]:
    inside, tilde, rest = inside.partition("~")
    otherwise = texts.commented(rest)[1] if tilde else ""
    return _graded(_typed(inside, texts), otherwise, texts)


def _graded(said: list[_Said], otherwise: str, texts: Texts) -> dict[str, Any]:
    """Numbers that are right, numbers that are foreseen, and the reply to any other."""
    right: list[Number] = []
    wrong: list[Number] = []
    for weight, text, reply in said:
        if text == "*":
            otherwise = reply
            continue
        if 0 < weight < 100:
            texts.notes.append(f"a number worth {weight:g} % counts as a foreseen mistake here.")
        (right if weight >= 100 else wrong).append(_number(text, reply))
    if not right:
        raise Fixable("no number is right.", "Write it after the sign #, like {#3}, {#3:0.1} or {#2.9..3.1}.")
    return {"kind": "numeric", "numbers": tuple(right), "wrong": tuple(wrong), "otherwise": otherwise}


def _number(said: str, reply: str) -> Number:
    """3, 3:0.1 or 2.9..3.1."""
    unclear = Fixable(
        f"{said[:40]!r} is not a number.", "Write it with a point, like {#3.5}, {#3.5:0.1} or {#3.4..3.6}."
    )
    separator = ".." if ".." in said else ":"
    first, second = (part.strip() for part in said.partition(separator)[::2])
    parts = [first, second] if separator in said else [first, "0"]
    if not all(_NUMBER.fullmatch(part) for part in parts):
        raise unclear
    low, high = map(float, parts)
    if not (math.isfinite(low) and math.isfinite(high)) or high < (low if separator == ".." else 0):
        raise unclear
    if separator == "..":
        return Number.spanning(low, high, reply=reply)
    return Number(value=low, tolerance=high, reply=reply)
