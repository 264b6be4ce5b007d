"""What stands in the braces of a GIFT question."""

import math
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from core.errors import Fixable
from core.questions.exchange.folding import FALSE, TRUE
from core.questions.exchange.markup import dollar_math, dollars, escape_markdown, from_html
from core.questions.exchange.portable import Answer, Number, Pair

FORM = "Write the answers in braces after the question, like {=right ~wrong}."

# --- escapes: an escaped character is parked in a plane that the text itself cannot use ---

_PLANE = 0xF0000
_ESCAPED = re.compile(r"\\([\\:#={}~n])")


def park(text: str) -> str:
    """Text whose escaped characters are out of the way."""
    return _ESCAPED.sub(lambda m: chr(_PLANE + (10 if m[1] == "n" else ord(m[1]))), text)


def unpark(text: str) -> str:
    """Text with all characters back, as themselves."""
    return re.sub("[\U000f0000-\U000f00ff]", lambda m: chr(ord(m[0]) - _PLANE), text).strip()


_TAG = re.compile(r"</?[A-Za-z][^<>]*>|&#?\w+;")
_MARKUPS: dict[str, Callable[[str], str]] = {
    "markdown": dollar_math, "html": from_html, "plain": escape_markdown,
    "moodle": lambda text: from_html(text.replace("\n", "<br>")) if _TAG.search(text) else dollars(text),
}  # fmt: skip


class Texts(NamedTuple):
    """Reads the texts of one question: each may say how it is written; if not, it is written like the question."""

    default: str = "moodle"

    def markup(self, parked: str) -> tuple[str, str]:
        """How a text is written, and the text."""
        marker = re.match(r"\s*\[(\w+)\]", parked)
        known = marker and marker[1] in _MARKUPS
        return (marker[1], parked[marker.end() :]) if marker and known else (self.default, parked)

    def read(self, parked: str) -> str:
        """A text as Markdown of ours."""
        markup, text = self.markup(parked)
        return _MARKUPS[markup](unpark(text)).strip()

    def commented(self, parked: str) -> tuple[str, str]:
        """The raw text before a # and the text after it."""
        before, _, reply = parked.partition("#")
        return before, self.read(reply)


# --- the kinds of answers ---


def answers(inside: str, texts: Texts, notes: list[str]) -> dict[str, Any]:
    """The kind of the question and what can be answered."""
    if inside.startswith("#"):
        return _numeric(inside[1:], texts, notes)
    if "~" in inside:
        return _choosing(inside, texts, notes)
    if "=" in inside and "->" in inside:
        return _matching(inside, texts)
    said, _, replies = inside.partition("#")
    if said.strip().upper() in {"T", "TRUE", "F", "FALSE"}:
        return _deciding(said.strip().upper().startswith("T"), replies, texts)
    if not inside:
        raise Fixable("essays cannot be graded here.", FORM)
    raise Fixable(
        "short answers cannot be graded here.",
        "Offer wrong answers to choose from, like {=right ~wrong}, or ask for a number, like {#3:0.1}.",
    )


def _weighed(part: str, default: float) -> tuple[float, str]:
    """The weight in percent that stands before an answer, and the answer."""
    weight = re.match(r"%(-?\d{1,3}(?:\.\d*)?)%", part)
    return (float(weight[1]), part[weight.end() :]) if weight else (default, part)


def _choosing(inside: str, texts: Texts, notes: list[str]) -> dict[str, Any]:
    parts = [part.strip() for part in inside.replace("=", "~=").split("~")]
    single = "=" in inside
    choices: list[Answer] = []
    worth: set[float] = set()
    for part in parts if parts[0] else parts[1:]:
        weight, answer = (100.0, part[1:]) if part.startswith("=") else _weighed(part, 0.0)
        text, reply = texts.commented(answer)
        if single and 0 < weight < 100:
            notes.append(f"an answer worth {weight:g} % counts as wrong here, where one is to be chosen.")
        if not single and weight > 0:
            worth.add(weight)
        choices.append(Answer(text=texts.read(text), reply=reply, right=weight == 100 if single else weight > 0))
    right = sum(choice.right for choice in choices)
    if len(worth) > 1:
        notes.append("answers worth different shares are all right here, and all of them are to be chosen.")
    if any(not choice.text for choice in choices):
        raise Fixable("an answer is empty.", "Write a text after each = and each ~; within a text write \\= and \\~.")
    if len({choice.text for choice in choices}) < max(2, len(choices)):
        raise Fixable("it takes two or more answers, all different.", "Add one, or reword one.")
    if not right:
        raise Fixable("no answer is right.", "Write = before the right answer.")
    if single and right > 1:
        raise Fixable("two answers are marked with =.", "If both are right together, write ~%50% before each.")
    return {"kind": "single" if single else "multiple", "choices": tuple(choices)}


def _matching(inside: str, texts: Texts) -> dict[str, Any]:
    pairs, spare = [], []
    for part in filter(None, (part.strip() for part in inside.split("="))):
        row, arrow, partner = part.partition("->")
        if not arrow or not unpark(partner):
            raise Fixable("a row of this match has no partner.", "Write every row like this: =row -> partner.")
        if row.strip():
            pairs.append(Pair(row=texts.read(row.replace("-&gt;", "->")), partner=escape_markdown(unpark(partner))))
        else:
            spare.append(escape_markdown(unpark(partner)))
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


def _numeric(inside: str, texts: Texts, notes: list[str]) -> dict[str, Any]:
    inside, tilde, rest = inside.partition("~")
    otherwise = texts.commented(rest)[1] if tilde else ""
    right: list[Number] = []
    wrong: list[Number] = []
    for part in filter(None, (part.strip() for part in inside.split("="))):
        weight, answer = _weighed(part, 100.0)
        said, reply = texts.commented(answer)
        if unpark(said) == "*":
            otherwise = reply
            continue
        if 0 < weight < 100:
            notes.append(f"a number worth {weight:g} % counts as a foreseen mistake here.")
        (right if weight >= 100 else wrong).append(_number(unpark(said), reply))
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
    if not all(re.fullmatch(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", part, re.ASCII) for part in parts):
        raise unclear
    low, high = map(float, parts)
    if not (math.isfinite(low) and math.isfinite(high)) or high < (low if separator == ".." else 0):
        raise unclear
    if separator == "..":
        return Number.spanning(low, high, reply=reply)
    return Number(value=low, tolerance=high, reply=reply)
