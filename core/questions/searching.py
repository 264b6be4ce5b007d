"""Words as they are shown, folded so that whoever types what they see, in any of the usual ways, finds it."""

import re
import unicodedata

SYMBOLS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "varepsilon": "ε", "epsilon": "ε", "eta": "η", "theta": "θ",
    "lambda": "λ", "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "Sigma": "Σ", "tau": "τ", "phi": "φ", "varphi": "φ",
    "omega": "ω", "partial": "∂", "nabla": "∇", "sum": "∑", "prod": "∏", "sqrt": "√", "cdot": "·", "times": "×",
    "odot": "⊙", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "approx": "≈", "ne": "≠", "neq": "≠", "infty": "∞",
    "to": "→", "rightarrow": "→", "in": "∈", "pm": "±", "dots": "…", "ldots": "…", "cdots": "…", "top": "⊤",
    "prime": "'", "lVert": "‖", "rVert": "‖", "|": "‖",
}  # fmt: skip
"""What a command of LaTeX shows; others show their own name, like tanh."""
_SILENT = re.compile(
    r"\\(?:mathcal|mathrm|mathbf|text|operatorname|left|right|bigl?|bigr?|displaystyle|quad)(?![A-Za-z])|\\[,;:! ]"
)
_FRACTION = re.compile(r"\\[td]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_COMMAND = re.compile(r"\\([A-Za-z]+|\|)(\s*)")
_MARKUP = re.compile(r"\*{1,2}(?=\S)(.+?)(?<=\S)\*{1,2}")
_SAME = str.maketrans({
    **dict.fromkeys("−–—‐‑", "-"), **dict.fromkeys("’‘′ʹ´", "'"), **dict.fromkeys("“”„″", '"'),
    **dict.fromkeys("×·∙⋅⊙", "*"), "≤": "<=", "≥": ">=", "√": "sqrt", "∂": "d", "ℒ": "l", "ℓ": "l",
    **{letter: unicodedata.name(letter).rsplit(" ", 1)[1].lower().replace("lamda", "lambda")
       for letter in "αβγδεζηθικλμνξοπρστυφχψω"},
    **dict.fromkeys("`$^_{}\\", None),
})  # fmt: skip


def shown(markdown: str) -> str:
    r"""Markdown as it is seen: no stars around a word, and symbols in place of their LaTeX.

    >>> shown(r"Is *the slope* $\sigma'(z) \le \tfrac{1}{4}$?")
    "Is the slope $σ'(z) ≤ 1/4$?"
    """
    text = _FRACTION.sub(r"\1/\2", _MARKUP.sub(r"\1", markdown))
    return _COMMAND.sub(_sign, _SILENT.sub("", text))


def _sign(command: re.Match[str]) -> str:
    """What a command shows; a letter stands close to what follows."""
    sign = SYMBOLS.get(command[1])
    if sign is None:
        return command[0][1:]
    return sign if sign.isalpha() or sign in "∂∇√" else sign + command[2]


def folded(text: str) -> str:
    r"""The same for every way to write it: case, accents, dashes, quotes, powers, indices, Greek letters and products.

    >>> folded("Σ'(z)") == folded("sigma′(z)") == folded(r"\sigma'(z)")
    True
    >>> folded("3 × 10⁻⁷") == folded("3*10^-7") == folded(r"3 \cdot 10^{-7}")
    True
    """
    seen = re.sub(r"([√^_])\(([^()]*)\)", r"\1\2", shown(text))  # where a line of text needs brackets
    parts = unicodedata.normalize("NFKD", seen.translate(_SAME)).casefold()
    bare = "".join(part for part in parts if not unicodedata.combining(part)).translate(_SAME)
    return " ".join(re.sub(r"\s*(<=|>=|[=<>≈*/+])\s*", r"\1", bare).split())


def fits(words: str, text: str) -> bool:
    """Whether all words that somebody has typed are in a text that `folded` has made."""
    return all(word in text for word in folded(words).split())
