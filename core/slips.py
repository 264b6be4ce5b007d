"""What went wrong in a piece of YAML, said to whoever wrote it: in a sentence, at the line that has to be mended."""

import re
from typing import Any, NamedTuple

QUOTE = "Put the whole text between quotes, or write it below the key, indented, after a >- ."


class Slip(NamedTuple):
    """One slip: its line, from 0, what is wrong, and what to do."""

    line: int
    problem: str
    remedy: str


class _Error(NamedTuple):
    """What the YAML reader says, and the lines, from 0, where it met something and where that began."""

    said: str
    lines: list[str]
    here: int
    began: int


def explained(error: Any, text: str) -> Slip:
    """The slip behind an error of the YAML reader."""
    lines = text.splitlines() or [""]
    here = min(error.problem_mark.line if error.problem_mark else 0, len(lines) - 1)
    began = min(error.context_mark.line if error.context_mark else here, len(lines) - 1)
    met = _Error(f"{error.problem or ''} {error.context or ''}", lines, here, began)
    for slip in (_tab, _twice, _brace, _quote, _bracket, _sign, _colon, _indentation):
        if found := slip(met):
            return found
    return Slip(here, f"this is not YAML ({error.problem}).", "Look at the indentation and the quotes.")


def _tab(met: _Error) -> Slip | None:
    for at in (met.here, met.began):
        if re.match(r" *\t", met.lines[at]):
            return Slip(
                at, "this line is indented with a tab.", "YAML is indented with blanks: write two for each step."
            )
    return None


def _twice(met: _Error) -> Slip | None:
    if found := re.search(r'duplicate key "([^"]*)"', met.said):
        return Slip(met.here, f"the key {found[1]!r} is there twice, here and further up.", "Take one of them out.")
    return None


def _brace(met: _Error) -> Slip | None:
    for at in (met.here, met.began):
        if re.match(r"\s*(?:- )?(?:[\w-]+:\s+)?(?:\{[a-z]+\}`|\{\{)", met.lines[at]):
            return Slip(at, "a text that begins with a brace is taken for keys and values.", QUOTE)
    return None


def _quote(met: _Error) -> Slip | None:
    if "quoted scalar" in met.said and ("unexpected end" in met.said or "document" in met.said):
        return Slip(met.began, "a quote is opened here and never closed.", "Write it at the end of the text as well.")
    if "unknown escape character" in met.said:
        return Slip(met.here, "between double quotes a backslash begins a code of its own, such as \\n.",
                    "Put LaTeX between single quotes, or write each backslash twice.")  # fmt: skip
    value = met.lines[met.here].partition(": ")[2].strip()
    if value[:1] in {'"', "'"} and ("block" in met.said or "expected" in met.said or "mapping values" in met.said):
        return Slip(met.here, "the text goes on after its closing quote.",
                    "Put the other kind of quotes around the whole, or write each quote within it twice.")  # fmt: skip
    return None


def _bracket(met: _Error) -> Slip | None:
    if "flow sequence" not in met.said and "flow mapping" not in met.said:
        return None
    opened, closing = ("[", "]") if "flow sequence" in met.said else ("{", "}")
    remedy = f"Write {closing} at its end and commas between the entries; quote a text that has commas or colons."
    return Slip(met.began, f"a {opened} is opened here and not closed, or a comma is missing within.", remedy)


def _sign(met: _Error) -> Slip | None:
    if not re.search(r"cannot start any token|alias|anchor|tag|directive", met.said):
        return None
    at = met.began if re.search(r"alias|anchor|tag", met.said) else met.here
    found = re.search(r"(?::|-)\s+([`@%*&!|>])", met.lines[at]) or re.match(r"\s*([`@%*&!])", met.lines[at])
    return Slip(at, f"a text must not begin with {found[1] if found else 'this sign'} .", QUOTE)


def _colon(met: _Error) -> Slip | None:
    if "mapping values are not allowed" not in met.said:
        return None
    line = met.lines[met.here]
    if line.count(": ") + line.rstrip().endswith(":") > 1:
        return Slip(met.here, "a colon and a blank within a text make a key of what stands before them.", QUOTE)
    problem = "this key is indented further than the ones above it, or the line above should end with a colon."
    return Slip(met.here, problem, "Let keys that belong together begin below each other.")


def _indentation(met: _Error) -> Slip | None:
    if "could not find expected ':'" in met.said:
        problem = "there is a key without a colon, or a text that goes on with too little indentation."
        remedy = "Write a colon and a blank after a key; indent what goes on by two blanks more than its key."
        return Slip(met.began, problem, remedy)
    if "block" in met.said or "expected" in met.said:
        return Slip(met.here, "this line does not begin below the ones that it belongs to.",
                    "Let keys that belong together, and the - of a list, begin below each other.")  # fmt: skip
    return None
