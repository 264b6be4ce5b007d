"""Plain text, as other programs hold it, in our Markdown: all its characters, and its formulas."""

import re
from collections.abc import Callable
from textwrap import dedent


def escape_markdown(text: str) -> str:
    """Plain text as Markdown that shows just that."""
    text = re.sub(r"([\\`*_{}\[\]<>#|$&~]|^[-+=])", r"\\\1", text, flags=re.MULTILINE)
    return re.sub(r"^(\d+)([.)])", r"\1\\\2", text, flags=re.MULTILINE)


def from_plain(text: str) -> str:
    r"""Plain text as Markdown that shows just that, with its formulas, its lines and its indentation.

    >>> print(from_plain(r"Is 2**3 = $2^3$, for $5 or $6?"))
    Is 2\*\*3 = $2^3$, for \$5 or \$6?
    """
    first, *rest = text.expandtabs(4).split("\n")
    return dollars("\n".join([first, dedent("\n".join(rest))] if rest else [first]), _characters)


def _characters(text: str) -> str:
    """Spaces that would be swallowed become such as cannot be broken; a new line stays one."""
    lines = re.sub(r" +(?=\n)", "", escape_markdown(text))
    lines = re.sub(r" {2,}", lambda m: "\xa0" * (len(m[0]) - 1) + " ", lines)
    return re.sub(r"(?<!\n)\n(?!\n)", "  \n", re.sub(r"\n{3,}", "\n\n", lines))


# --- formulas ---

FORMULA = re.compile(
    r"\\\((?P<round>.+?)\\\)|\\\[(?P<square>.+?)\\\]|\$\$(?P<double>.+?)\$\$"
    r"|(?<![\w$\\])\$(?=\S)(?P<single>[^$\n]+?)(?<=\S)\$(?![\w$])",
    re.DOTALL,
)


def is_formula(match: re.Match[str]) -> bool:
    """Whether it is one, and no two prices: between single dollar signs there is a sign of LaTeX, or no word."""
    single = match["single"]
    return single is None or bool(re.search(r"[\\^_]", single)) or not re.search(r"[A-Za-z]{2}", single)


def dollars(text: str, words: Callable[[str], str] = str) -> str:
    r"""Text with all formulas between single dollar signs, and `words` applied to all around them.

    >>> print(dollars(r"\(x\) and $$y$$"))
    $x$ and $y$
    """
    end, parts = 0, []
    for match in filter(is_formula, FORMULA.finditer(text)):
        latex = next(group for group in match.groups() if group).replace("$", "").strip()
        parts += [words(text[end : match.start()]), f"${latex}$" if latex else ""]
        end = match.end()
    return "".join([*parts, words(text[end:])])
