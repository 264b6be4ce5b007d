"""Our Markdown in the words of other programs, and its mathematics on the way there and back."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from html import escape, unescape
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from core.lessons.prose import MATH
from core.questions.exchange.characters import dollars, escape_markdown
from core.questions.exchange.html_reader import LOWERED, RAISED, from_html, shifted
from core.questions.searching import SYMBOLS

__all__ = ["dollar_math", "dollars", "escape_markdown", "from_html", "html", "plain", "protect_math"]


@cache
def _renderer() -> MarkdownIt:
    """Without raw HTML and without images from elsewhere; mathematics as MathJax reads it."""
    rules = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image").use(dollarmath_plugin)
    for name, brackets in {"inline": ("\\(", "\\)"), "inline_double": ("\\[", "\\]"), "block": ("\\[", "\\]")}.items():
        rules.add_render_rule(f"math_{name}", _mathjax(*brackets))
    return rules


def _mathjax(opening: str, closing: str) -> Callable[..., str]:
    def render(_: Any, tokens: Sequence[Any], at: int, *__: Any) -> str:
        return f"{opening}{escape(tokens[at].content.strip(), quote=False)}{closing}"

    return render


def html(markdown: str) -> str:
    r"""HTML with MathJax, for Moodle and Anki.

    >>> print(html(r"*Why* $\sigma < 1$?"))
    <p><em>Why</em> \(\sigma &lt; 1\)?</p>
    """
    return str(_renderer().render(markdown)).strip()


def plain(markdown: str) -> str:
    r"""One line of text without any markup: for the drop-down lists of a matching question.

    >>> print(plain(r"**He**, $\sqrt{2/n} \approx 0.1$, $10^{-6} < x_1$"))
    He, √(2/n) ≈ 0.1, 10⁻⁶ < x₁
    """

    def powers(match: re.Match[str]) -> str:
        return shifted(match[2] or match[3], RAISED if match[1] == "^" else LOWERED) or match[0]

    def symbols(match: re.Match[str]) -> str:
        latex = re.sub(r"\\(?:t|d)?frac\{([^{}]*)\}\{([^{}]*)\}", r"(\1)/(\2)", match[1])
        latex = re.sub(r"\\([A-Za-z]+)", lambda m: SYMBOLS.get(m[1], m[1]), latex.replace(r"\,", " "))
        latex = re.sub(r"([\^_])(?:\{([^{}]*)\}|(\w))", powers, latex)
        return latex.replace("{", "(").replace("}", ")")

    shown = html(MATH.sub(lambda m: escape_markdown(symbols(m)), markdown))
    return " ".join(unescape(re.sub(r"</?[a-z][^>]*>", "", shown)).split()) or " ".join(markdown.split())


# --- mathematics in Markdown that another program renders before MathJax sees it ---

_IN_MATH = re.compile(r"([\\*_`\[\]]|(?<=\\)\))")
_BRACKETED = re.compile(r"\\\\\((?P<latex>(?:\\[^\n]|[^\\])+?)\\\\\)|&(?P<kept>lpar;)|&amp;(?P<same>(?:amp;)*lpar;)")


def protect_math(markdown: str) -> str:
    r"""Dollar signs become MathJax's brackets, escaped so that they are still there after Markdown is rendered.

    >>> print(protect_math(r"$x_1$"))
    \\(x\_1\\)
    """
    parts, end = [], 0
    for match in MATH.finditer(markdown):
        latex = match[1].replace("&", "&amp;").replace("<", "&lt;")
        parts += [_keep(markdown[end : match.start()]), "\\\\(", _IN_MATH.sub(r"\\\1", latex), "\\\\)"]
        end = match.end()
    return "".join([*parts, _keep(markdown[end:])])


def _keep(words: str) -> str:
    r"""Words that look like our brackets, or like what we write instead of them, stay what they are."""
    return re.sub(r"&((?:amp;)*lpar;)", r"&amp;\1", words).replace("\\\\(", "\\\\&lpar;")


def dollar_math(markdown: str) -> str:
    r"""The way back.

    >>> print(dollar_math(r"\\(x\_1\\)"))
    $x_1$
    """

    def back(match: re.Match[str]) -> str:
        if match["latex"] is None:
            return "(" if match["kept"] else f"&{match['same']}"
        latex = re.sub(r"\\([\\*_`\[\])])", r"\1", match["latex"])
        return f"${latex.replace('&lt;', '<').replace('&amp;', '&')}$"

    return _BRACKETED.sub(back, markdown)
