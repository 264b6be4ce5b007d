"""The words of a lesson: the roles that an author may use in a sentence, and what no sentence may do."""

import re
from collections.abc import Callable, Iterator
from math import exp, isclose, log, log10
from typing import NamedTuple

from simpleeval import InvalidExpression, simple_eval

LONGEST = 34  # words in a sentence


class Role(NamedTuple):
    """``{kind}`text <name>` `` in a sentence; without a text, `text` is empty."""

    kind: str
    text: str
    name: str


ROLES = {
    "claim": "A number that the lesson measures, or a statement that rests on one: ``a step keeps {claim}`factor` ``.",
    "term": "A word of the glossary: ``the {term}`error signal` ``.",
    "cite": "A source of the reading list: ``({cite}`he-2015`)``.",
    "mark": "A bar in a figure, by the figure's id, a network's letter, and a layer or `last`: "
    "``{mark}`this bar <tanh-ten A 1>` ``.",
    "given": "A number that is set, counted or cited, and not measured: ``after {given}`1000` steps``.",
}
"""What each is for, and how it stands in a sentence."""
_ROLE = re.compile(r"\{([a-z]+)\}`([^`]+)`")
_NAMED = re.compile(r"(.+?)\s*<([^<>]+)>$", re.DOTALL)


def _role(match: re.Match[str]) -> Role:
    named = _NAMED.match(match[2])
    return Role(match[1], named[1], named[2]) if named else Role(match[1], "", match[2])


def roles(text: str) -> list[Role]:
    """Every role in a text, in its order.

    >>> roles("At most {claim}`factor` a layer, {term}`on the way back <error signal>`.")
    [Role(kind='claim', text='', name='factor'), Role(kind='term', text='on the way back', name='error signal')]
    """
    return [_role(match) for match in _ROLE.finditer(text)]


def written(text: str, write: Callable[[Role], str]) -> str:
    """The text with every role replaced by what `write` makes of it."""
    return _ROLE.sub(lambda match: write(_role(match)), text)


# --- what no sentence may do: each check yields what it finds, in words ---

MATH = re.compile(r"(?<![\\$])\$([^$]+)\$")
_CODE = re.compile(r"`[^`]*`|\]\([^)]*\)")
_LABEL = re.compile(
    r"\b(?:layers?|depth|width|seed|section|lesson|network|float|bfloat|batch of)[ ]?\d+(?:(?:,| to| and| or) \d+)*\b"
    r"|^\s*\d+\.\s|\b\d+-bit\b|\bL2\b",
    re.IGNORECASE | re.MULTILINE,
)
_NUMERAL = re.compile(
    r"\d[\d.,]*\d|\d|\b(?:half|halves|thirds?|quarters?|fifths?|sixths?|tenths?|twice|thrice|doubles?|triples?|\w+fold"
    r"|hundreds?|thousands?|millions?|billions?|millionths?|thousandths?)\b|%",
    re.IGNORECASE,
)


def loose_numerals(text: str) -> Iterator[str]:
    """Numerals that are neither a claim, a citation, a given number, a label such as "layer 3", nor mathematics.

    0 and 1 are landmarks, not measurements.

    >>> list(loose_numerals("It keeps 23 % of layer 3, that is $0.23$, {claim}`kept`, or {given}`a quarter`."))
    ['23', '%']
    """
    for plain in (_ROLE, MATH, _CODE, _LABEL):
        text = plain.sub(" ", text)
    return (numeral for numeral in numerals(text) if numeral not in {"0", "1"})


def numerals(text: str) -> list[str]:
    """Every number in a text, in figures or in words.

    >>> numerals("Half of $2^{24}$")
    ['Half', '2', '24']
    """
    return [match[0] for match in _NUMERAL.finditer(text)]


def wrong_arithmetic(text: str) -> Iterator[str]:
    r"""Statements in mathematics that are false, or that say "about" of something that cannot be worked out.

    >>> list(wrong_arithmetic(r"$0.25^{5} \approx 9.8 \times 10^{-4}$, $2 \cdot 3 = 5$, $\sigma'(2) \approx 0.105$"))
    ['2 \\cdot 3 = 5']
    """
    for math in MATH.findall(text):
        sides = re.split(r"(\\approx|=|\\le(?:q)?(?![a-z])|<)", math)
        for left, relation, right in zip(sides[::2], sides[1::2], sides[2::2], strict=False):
            if not _holds(left, relation, right):
                yield f"{left}{relation}{right}".strip()


def _holds(left: str, relation: str, right: str) -> bool:
    a, b = evaluate(left), evaluate(right)
    if a is None or b is None:  # a definition or a law, not a sum; but what is "about" must be known
        return relation != r"\approx" or (a is None and b is None)
    if relation == r"\approx":
        return isclose(a, b, abs_tol=_rounding(right))
    return isclose(a, b, rel_tol=1e-9) if relation == "=" else a <= b


def _rounding(latex: str) -> float:
    """Half a unit of the last digit given."""
    digits = re.search(r"-?([\d]+)(?:\.(\d+))?", latex.replace("{,}", ""))
    power = re.search(r"10\^\{(-?\d+)\}", latex)
    places = len(digits[2] or "") if digits else 0
    return 0.51 * 10.0 ** ((int(power[1]) if power else 0) - places)


_SIGMOID = re.compile(r"\\sigma('?)\((-?[\d.]+)\)")
_AS_PYTHON = [
    (r"\{,\}", ""), (r"\\[,;! ]|\\left|\\right|\\bigl|\\bigr", ""), (r"\\times|\\cdot", "*"),
    (r"\\[td]?frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))"), (r"\\sqrt\{([^{}]*)\}", r"((\1)**0.5)"),
    (r"\^\{([^{}]*)\}", r"**(\1)"), (r"\^(\w)", r"**\1"), (r"\\log_\{10\}", "log10"), (r"\\ln\s*(\d+)", r"log(\1)"),
]  # fmt: skip


def evaluate(latex: str) -> float | None:
    r"""The value of an expression in numbers, or None if there is more in it than that.

    >>> evaluate(r"\sqrt{\tfrac{1}{4}} \cdot 10^{3}"), evaluate(r"n \cdot 2"), evaluate(r"\sigma'(0)")
    (500.0, None, 0.25)
    """
    latex = _SIGMOID.sub(lambda m: f"({_sigmoid(float(m[2]), slope=bool(m[1]))!r})", latex)
    for pattern, python in _AS_PYTHON:
        latex = re.sub(pattern, python, latex)
    if not re.search(r"\d", latex):
        return None
    try:
        return float(simple_eval(latex.strip(), functions={"log10": log10, "log": log}))
    except (InvalidExpression, SyntaxError, TypeError, ValueError, ArithmeticError):
        return None


def _sigmoid(z: float, *, slope: bool) -> float:
    value = 1 / (1 + exp(-z))
    return value * (1 - value) if slope else value


_SENTENCE = re.compile(r"(?<=[.!?:])\s+(?=[A-Z*\"“`$])|\n\s*\n|\n(?=[-|\d])")


def long_sentences(text: str) -> Iterator[str]:
    """Sentences of more words than a reader keeps in mind."""
    for sentence in _SENTENCE.split(MATH.sub("x", _ROLE.sub("x", text))):
        if len(sentence.split()) > LONGEST:
            yield sentence.strip()


_ABBREVIATION = re.compile(r"\b[A-Z]{2,}s?\b")


def abbreviations(text: str) -> Iterator[tuple[str, bool]]:
    """Each abbreviation in a text, and whether it is explained there: "long words (LW)".

    >>> list(abbreviations("A recurrent network (RNN) is an RNN. XYZ is not explained."))
    [('RNN', True), ('RNN', False), ('XYZ', False)]
    """
    for match in _ABBREVIATION.finditer(_CODE.sub(" ", MATH.sub(" ", _ROLE.sub(" ", text)))):
        yield match[0], match.string[: match.start()].endswith("(")
