"""What first answers say about the questions of all lessons, in rows and words: for a table, a file, and a teacher."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from core.errors import Fixable
from core.questions.bank import Bank
from core.questions.exchange.markup import plain
from core.questions.items import Item, Multiple, Single
from core.questions.teaching import given_in_words
from core.store import Score, Store
from core.store.statistics import UNUSED, Choice, Report, reports

Banks = Mapping[str, Bank]
LONGEST = 60  # characters of an answer that cannot be read


class Chosen(NamedTuple):
    """An answer in words, what may be believed by those who give it, and how often it was given."""

    says: str
    belief: str
    choice: Choice


def count(store: Store, banks: Banks) -> list[Report]:
    """A report on each version of each question that anybody has answered.

    Questions that no lesson asks are left out: their names may be anything, since learners can bring answers along.
    """
    scores = store.scores()
    ours = [one for one in store.tallies() if (item := question(banks, one.item)) and one.version <= item.version]
    return reports(ours, scores, wrong_options(banks, scores))


def wrong_options(banks: Banks, scores: Sequence[Score]) -> dict[str, list[str]]:
    """Of each question with options to choose from, those that were in no right answer."""
    right: dict[str, set[str]] = {}
    for score in scores:
        right.setdefault(score.item, set()).update(score.answer.split("+") if score.right else ())
    return {
        name: [option.id for option in item.options if option.id not in right[name]]
        for name in right
        if isinstance(item := question(banks, name), Single | Multiple)
    }


def question(banks: Banks, name: str) -> Item | None:
    """The question that the store calls `name`, if a lesson asks it."""
    slug, _, id_ = name.partition("/")
    return next((item for item in banks[slug].items if item.id == id_), None) if slug in banks else None


def table(banks: Banks, found: Sequence[Report]) -> list[dict[str, Any]]:
    """A row for each report; None where there are too few learners."""
    return [_row(report, question(banks, report.item)) for report in found]


def _row(report: Report, item: Item | None) -> dict[str, Any]:
    facility, strength, errors = report.facility, report.discrimination, report.confident_errors
    slug, _, id_ = report.item.partition("/")
    return {
        "lesson": slug,
        "question": id_,
        "version": report.version,
        "concept": item.concept if item else "",
        "learners": report.learners,
        "facility": facility and round(facility.value, 2),
        "facility_low": facility and round(facility.low, 2),
        "facility_high": facility and round(facility.high, 2),
        "discrimination": strength and round(strength.value, 2),
        "chance": strength and round(strength.chance, 2),
        "confident_errors": errors and round(errors.value, 2),
        "look_at": "; ".join(flags(report, item)),
    }


def flags(report: Report, item: Item | None) -> list[str]:
    """What an author should look at, with the text of an option in place of its id."""
    says = {UNUSED.format(option.id): plain(option.says) for option in getattr(item, "options", [])}
    return [UNUSED.format(f"“{says[flag]}”") if flag in says else flag for flag in report.flags]


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """The table for a spreadsheet."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def chosen(banks: Banks, report: Report) -> list[Chosen]:
    """The answers of a report in words, if its question is still asked in this version."""
    item = question(banks, report.item)
    if item is None or item.version != report.version:
        return []
    bank = banks[report.item.partition("/")[0]]
    return [Chosen(_says(bank, item, choice.answer), _belief(bank, item, choice), choice) for choice in report.choices]


def _says(bank: Bank, item: Item, answer: str) -> str:
    try:
        return given_in_words(bank.draw(item, 0), answer)
    except Fixable:  # no page of ours has sent this
        return f"{answer[:LONGEST]} (cannot be read)"


def _belief(bank: Bank, item: Item, choice: Choice) -> str:
    """What a wrong option stands for, where one option is the answer."""
    options = item.options if isinstance(item, Single) and not choice.right else []
    names = [option.misconception for option in options if option.id == choice.answer and option.misconception]
    return bank.beliefs[names[0]].belief if names else ""
