"""The texts of a GIFT file: what is escaped in them, how they are written, and what of them is lost."""

import re
from collections.abc import Callable
from typing import NamedTuple

from core.questions.exchange.characters import FORMULA, escape_markdown, from_plain, is_formula
from core.questions.exchange.html_reader import from_html, is_html, lost
from core.questions.exchange.markup import dollar_math, plain

# --- escapes: an escaped character is parked in a plane that the text itself cannot use ---

_PLANE = 0xF0000
_ESCAPED = re.compile(r"\\([\\:#={}~n])")


_COMMAND = (
    r"\\n(?=(?:abla|atural|cong|e|eg|eq|exists|geq|i|leq|mid|ot|otin|u|warrow|earrow)(?![A-Za-z]))"  # no new line
)
_ANSWERS = re.compile(r"(?<![\w^\\])\{\s*[=~#%]|\s~|::|\n")  # of which a formula has none
_UNESCAPED = re.compile(rf"({_COMMAND})|\\.|([{{}}=~#:])", re.DOTALL)


def park(text: str) -> str:
    """Text whose escaped characters are out of the way, and those of formulas, which few people escape."""
    text = FORMULA.sub(_formula, text)
    return _ESCAPED.sub(lambda m: chr(_PLANE + (10 if m[1] == "n" else ord(m[1]))), text)


def _formula(match: re.Match[str]) -> str:
    """A formula with the escapes that were left out, unless it is none, or holds answers."""
    latex = match[0]
    signs = [m[2] for m in _UNESCAPED.finditer(latex)]
    holds_answers = "#" in signs or signs.count("{") != signs.count("}") or _ANSWERS.search(latex)
    if holds_answers or not is_formula(match) or not re.search(r"[\^_]|\\[A-Za-z]", latex):
        return latex
    return _UNESCAPED.sub(lambda m: f"\\{m[0]}" if m[1] or m[2] else m[0], latex)


def unpark(text: str) -> str:
    """Text with all characters back, as themselves."""
    return re.sub("[\U000f0000-\U000f00ff]", lambda m: chr(ord(m[0]) - _PLANE), text).strip()


_MARKUPS: dict[str, Callable[[str], str]] = {
    "markdown": dollar_math, "html": from_html, "plain": from_plain,
    "moodle": lambda text: from_html(text.replace("\n", "<br>")) if is_html(text) else from_plain(text),
}  # fmt: skip
MARKER = re.compile(rf"\s*\[({'|'.join(_MARKUPS)})\]")


class Texts(NamedTuple):
    """Reads the texts of one question: each may say how it is written; if not, it is written like the question."""

    default: str
    notes: list[str]
    """What of the texts is lost"""

    def markup(self, parked: str) -> tuple[str, str]:
        """How a text is written, and the text."""
        marker = MARKER.match(parked)
        return (marker[1], parked[marker.end() :]) if marker else (self.default, parked)

    def read(self, parked: str) -> str:
        """A text as Markdown of ours."""
        markup, text = self.markup(parked)
        said = unpark(text)
        gone = lost(said) if markup == "html" or (markup == "moodle" and is_html(said)) else []
        if markup == "markdown" and re.search(r"!\[[^\]]*\]\(", said):
            gone = ["a picture"]
        self.notes.extend(f"{what} is lost: put it into words, or take the question out." for what in gone)
        return _MARKUPS[markup](said).strip()

    def choice(self, parked: str) -> str:
        """A text that may be nothing but a tag, which is then what it is about."""
        markup, text = self.markup(parked)
        shown = self.read(parked)
        if "\n" in shown and markup != "markdown":
            self.notes.append("an answer of several lines is shown in one: put the lines into the question.")
        return shown or escape_markdown(unpark(text))

    def partner(self, parked: str) -> str:
        """A text for a list to choose from, in which nothing has a form."""
        text = unpark(parked)
        marked = self.default in {"html", "moodle"} and is_html(text)
        return escape_markdown(plain(self.read(parked)) if marked else text)

    def commented(self, parked: str) -> tuple[str, str]:
        """The raw text before a # and the text after it."""
        before, _, reply = parked.partition("#")
        return before, self.read(reply)
