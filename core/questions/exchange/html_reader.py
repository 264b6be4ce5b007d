"""HTML, as other programs write it, in our Markdown: what cannot be kept of its form is named."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from lxml import etree
from lxml import html as lxml_html
from lxml.html import defs

from core.questions.exchange.characters import dollars, escape_markdown

# --- tags ---

_TAG = re.compile(r"""<!--.*?-->|<(/?)([A-Za-z][\w:-]*)(?:\s(?:"[^"]*"|'[^']*'|[^<>"'])*)?/?>|<""", re.DOTALL)
_KNOWN = defs.tags | {"article", "aside", "audio", "embed", "figcaption", "figure", "footer", "header", "main", "mark",
                      "math", "nav", "section", "source", "svg", "video", "wbr"}  # fmt: skip
_NEED_NO_END = defs.empty_tags | {"dd", "dt", "embed", "li", "p", "source", "tbody", "td", "tfoot", "th", "thead", "tr",
                                  "wbr"}  # fmt: skip
_LOST = {
    "img": "a picture", "svg": "a drawing", "video": "a film", "audio": "a recording", "iframe": "another page",
    "object": "another page", "embed": "another page", "u": "an underline", "math": "a formula",
    "input": "a field", "select": "a list to choose from",
}  # fmt: skip


def tags(text: str) -> str:
    """HTML in which every < that begins no tag is written out: a type in brackets is one, and so is a tag without end.

    >>> print(tags("<p>Is vector<int> <b>?"))
    <p>Is vector&lt;int> &lt;b>?
    """
    found = {(match[1], (match[2] or "").lower()) for match in _TAG.finditer(text)}

    def written(match: re.Match[str]) -> str:
        name = (match[2] or "").lower()
        other = ("" if match[1] else "/", name)
        ends = other in found or (not match[1] and name in _NEED_NO_END)
        is_tag = match[0].startswith("<!--") or ":" in name or (name in _KNOWN and ends)
        return match[0] if is_tag else f"&lt;{match[0][1:]}"

    return _TAG.sub(written, text)


def is_html(text: str) -> bool:
    """Whether there is a tag or a character written out in it."""
    named = any(unescape(name) != name for name in re.findall(r"&#?\w+;", text))
    return named or "<" in tags(text)


def lost(text: str) -> list[str]:
    """What of a text in HTML has no place in ours."""
    names = [match[2].lower() for match in _TAG.finditer(tags(text)) if match[2] and not match[1]]
    return list(dict.fromkeys(_LOST[name] for name in names if name in _LOST))


# --- HTML ---

_AROUND = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "del": "~~", "strike": "~~"}
_BLOCKS = {
    "p",
    "div",
    "ul",
    "ol",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "section",
    "article",
    "dl",
}
_BREAKS = dict.fromkeys(_BLOCKS, "\n\n") | {"br": "\n", "tr": "\n", "dt": "\n", "dd": "\n"}
RAISED = dict(
    zip("0123456789+-−=()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True)
)
LOWERED = dict(zip("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
_SPACE = {" ": "\U000f0020", "\n": "\U000f000a"}  # as it is parked while all other space is made single


def from_html(text: str) -> str:
    r"""Simple HTML as Markdown; what is not simple loses its form and keeps its words.

    >>> print(from_html(r"<p>Is <b>2 * 3<sup>2</sup></b> &lt; \(x_1\)?</p>"))
    Is **2 \* 3²** \< $x_1$?
    """
    try:
        root = lxml_html.fragment_fromstring(tags(text), create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return escape_markdown(text)
    shown = re.sub(r"[ \t]*\n[ \t]*", "\n", _markdown(root))
    shown = re.sub(r"\n{3,}", "\n\n", re.sub(r"\n[\xa0 ]+(?=\n)", "\n", shown)).strip()
    for space, parked in _SPACE.items():
        shown = shown.replace(parked, space)
    return shown


def _markdown(element: Any) -> str:
    """What stands in an element."""
    parts = [_words(element.text)]
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        space = _BREAKS.get(tag, "")
        parts += [space, _FORMS.get(tag, _formed)(child) if tag else "", space, _words(child.tail)]
    return "".join(parts)


def _formed(element: Any) -> str:
    """An element without a form of its own, but perhaps with a mark around it."""
    if _is_program(element):
        return _fenced(_raw(element))
    inside, mark = _markdown(element), _AROUND.get(element.tag, "")
    if not mark or not inside.strip():
        return inside
    words = inside.strip()
    before, _, after = inside.partition(words)  # a mark must touch the words
    return f"{before}{mark}{words}{mark}{after}"


def _words(text: str | None) -> str:
    """Words between tags; one space that cannot be broken is a space, more of them are meant."""
    single = re.sub(r"[ \t\r\n\f]+", " ", text or "")
    return dollars(re.sub(r"(?<=\S)\xa0(?=\S)", " ", single), escape_markdown)


def _raw(element: Any) -> str:
    """All characters in an element, with its line breaks."""
    parts = [element.text or ""]
    for child in element:
        inside = "\n" if child.tag == "br" else _raw(child) if isinstance(child.tag, str) else ""
        parts += [inside, child.tail or ""]
    return "".join(parts).replace("\xa0", " ")


def _is_program(element: Any) -> bool:
    """Whether a paragraph is made of lines of which one is indented by spaces that cannot be broken."""
    lines = [element.text, *(child.tail for child in element)]
    indented = any(re.match(r"\s*\xa0[ \xa0]+\S", line or "") for line in lines)
    return element.tag in {"p", "div"} and len(lines) > 1 and indented and all(one.tag == "br" for one in element)


def _parked(text: str) -> str:
    for space, parked in _SPACE.items():
        text = text.replace(space, parked)
    return text


def _ticks(text: str, least: int) -> str:
    """More of them than follow each other in the text."""
    return "`" * max([least, *(len(run) + 1 for run in re.findall("`+", text))])


def _fenced(program: str) -> str:
    program = program.expandtabs(4).strip("\n").rstrip()
    ticks = _ticks(program, 3)
    fence = _parked(f"{ticks}\n{program}\n{ticks}")
    return f"\n\n{fence}\n\n" if program else ""


def _code(element: Any) -> str:
    """Code within a line, or a program if it has more than one."""
    text = _raw(element)
    if "\n" in text.strip():
        return _fenced(text)
    ticks, pad = _ticks(text, 1), " " if text[:1] == "`" or text[-1:] == "`" else ""
    return _parked(f"{ticks}{pad}{text}{pad}{ticks}") if text.strip() else text


def _shifted(element: Any, signs: dict[str, str], mark: str) -> str:
    """A superscript or a subscript, in characters of their own if there are any."""
    text = "".join(_raw(element).split())
    return shifted(text, signs) or escape_markdown(f"{mark}({text})")


def shifted(text: str, signs: dict[str, str]) -> str:
    """A text in raised or lowered characters; empty where there are none for one of them."""
    return "".join(signs[sign] for sign in text) if all(sign in signs for sign in text) else ""


def _picture(element: Any) -> str:
    """What stands for a picture: its description, or the name of its file."""
    source = element.get("src") or ""
    name = "" if source.startswith("data:") else PurePosixPath(unquote(source.partition("?")[0])).name
    return f"[{escape_markdown(element.get('alt') or f'picture {name}'.strip())}]"


def _link(element: Any) -> str:
    inside, address = _markdown(element), element.get("href") or ""
    simple = re.fullmatch(r"https?://[^\s<>]+", address) and inside.strip() and "\n" not in inside
    return f"[{inside.strip()}](<{address}>)" if simple else inside


def _listed(element: Any) -> str:
    """A row of a list, with its number if it has one."""
    list_ = element.getparent()
    number = [one for one in list_ if one.tag == "li"].index(element) + 1
    return f"\n{f'{number}.' if list_.tag == 'ol' else '-'} {_markdown(element).strip()}"


def _table(element: Any) -> str:
    """A table with a first row as its head; a frame around a single column is none."""
    rows = [[_cell(cell) for cell in row if cell.tag in {"td", "th"}] for row in element.iter("tr")]
    width = max((len(row) for row in rows), default=0)
    if width < 2:
        return _markdown(element)
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    return "\n".join([lines[0], f"|{'---|' * width}", *lines[1:]])


def _cell(element: Any) -> str:
    return re.sub(r"(?<!\\)\|", r"\\|", " ".join(_markdown(element).split()))


_FORMS: dict[str, Callable[[Any], str]] = {
    "script": lambda _: "", "style": lambda _: "", "img": _picture, "a": _link, "li": _listed, "table": _table,
    "pre": lambda element: _fenced(_raw(element)), "code": _code, "tt": _code, "kbd": _code, "samp": _code,
    "sup": lambda element: _shifted(element, RAISED, "^"), "sub": lambda element: _shifted(element, LOWERED, "_"),
}  # fmt: skip
