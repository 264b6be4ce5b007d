"""All that the store remembers of a learner as one document: to take away, and to bring back."""

import csv
import io
import json
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config
from pydantic_core import from_json

from core.errors import Fixable
from core.store.rows import Attempt, Card, Json, Note

MOST = 20_000  # entries of one kind
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what makes a spreadsheet take a cell for a formula
EXPORT_AGAIN = 'Choose a file that "My data" has made, and leave it as it was.'


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True)
class Document:
    """What is exported and imported."""

    format: Literal["vanishing-point-learner"]
    version: Literal[1]
    attempts: Annotated[tuple[Attempt, ...], Field(max_length=MOST)] = ()
    cards: Annotated[tuple[Card, ...], Field(max_length=MOST)] = ()
    notes: Annotated[tuple[Note, ...], Field(max_length=MOST)] = ()


_DOCUMENT = TypeAdapter(Document)
_ROWS = TypeAdapter(tuple[Attempt | Card | Note, ...])


def written(attempts: list[Attempt], cards: list[Card], notes: list[Note]) -> Json:
    """The document; only values that JSON knows."""
    document: Json = _DOCUMENT.dump_python(
        Document("vanishing-point-learner", 1, tuple(attempts), tuple(cards), tuple(notes)), mode="json"
    )
    return document


def read(document: object) -> Document:
    """What a document says, given as text, bytes or the values in it; a `Fixable` if it is none of ours."""
    try:
        text = document if isinstance(document, str | bytes) else json.dumps(document)
        from_json(text, allow_inf_nan=False)  # also refuses what is nested too deeply and half characters
    except (ValueError, TypeError, RecursionError) as error:
        raise Fixable("This file is not JSON, so it is not an export of this app.", EXPORT_AGAIN) from error
    try:
        return _DOCUMENT.validate_json(text)
    except ValidationError as error:
        raise Fixable(_first_fault(error), EXPORT_AGAIN) from error


def check(*rows: Attempt | Card | Note) -> None:
    """Refuse what a database could not keep, such as a character that PostgreSQL does not know."""
    try:
        _ROWS.validate_json(json.dumps([asdict(row) for row in rows], default=datetime.isoformat, allow_nan=False))
    except (ValueError, TypeError, RecursionError) as error:
        raise Fixable("This cannot be saved as it is.", "Write it with ordinary characters and try again.") from error


def _first_fault(error: ValidationError) -> str:
    """Where the first mistake is, counting from 1 as people do."""
    fault = error.errors(include_url=False, include_input=False)[0]
    place = " ".join(f"no. {part + 1}" if isinstance(part, int) else str(part) for part in fault["loc"])
    return f"This file is not an export of this app, or somebody has changed it ({place or 'all of it'})."


def table(attempts: list[Attempt]) -> str:
    """The attempts as CSV, with a `'` before what a spreadsheet would take for a formula, -6.02 included."""
    out = io.StringIO()
    columns = [field.name for field in fields(Attempt)]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for attempt in attempts:
        writer.writerow([_cell(getattr(attempt, column)) for column in columns])
    return out.getvalue()


def _cell(value: Any) -> str:
    """One cell.

    >>> [_cell(value) for value in ("=1+1", "-6.02", "relu", None, ("M2", "M21"))]
    ["'=1+1", "'-6.02", 'relu', '', 'M2 M21']
    """
    text = "" if value is None else " ".join(value) if isinstance(value, tuple) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
