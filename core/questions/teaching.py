"""What those who teach look for in a bank, and what they see of a question: its answers in words, and its variants."""

from collections.abc import Mapping
from typing import Any

from core.questions.bank import Bank
from core.questions.exchange.markup import plain
from core.questions.grading import parse, read
from core.questions.items import Item, Kprim, Match, Numeric, Order, Pick
from core.questions.keys import Answer, Lab
from core.questions.plots import SAYS
from core.questions.searching import fits, folded
from core.questions.variants import PLACE, Variant
from core.verdicts.reading import number

LONGEST = 64  # characters of a question in a list
VARIANTS = 10


def found(bank: Bank, words: str = "", concept: str = "", kind: str = "", misconception: str = "") -> list[Item]:
    """The questions that show all these words, and of this concept, type and misconception if they are given."""
    return [
        item
        for item in bank.items
        if concept in {"", item.concept}
        and kind in {"", item.type}
        and misconception in {"", *item.beliefs}
        and (not words.strip() or fits(words, _shown(bank, item)))
    ]


def _shown(bank: Bank, item: Item) -> str:
    """All that the page shows of a question, with the numbers of its first variant; what is measured is left open."""
    first = bank.draw(item, 0)
    texts = [PLACE.sub("…", first.fill(text)) for text in (*item.texts(), item.code)]
    beliefs = [f"{name} {bank.beliefs[name].belief}" for name in item.beliefs if name in bank.beliefs]
    drawn = [SAYS[plot.view] + " " + " ".join(plot.names) for plot in (item.plot, item.shows) if plot]
    section = item.section.replace("-", " ")
    return folded(" ".join([item.id, item.concept, item.kind, section, item.section, *beliefs, *drawn, *texts]))


def kinds(bank: Bank) -> dict[str, str]:
    """The types that there are, and what each asks for."""
    return {item.type: item.kind for item in bank.items}


def opening(variant: Variant) -> str:
    """How a question begins, without markup; numbers that it takes a measurement to know are left open."""
    text = plain(variant.fill(variant.item.stem).replace("{{", "…").replace("}}", ""))
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0].rstrip('.,:;')}…"


def in_words(variant: Variant, key: Answer, lab: Lab | None = None) -> str:
    """An answer in the form of a key, as one line without markup."""
    item, says = variant.item, {option.id: plain(variant.fill(option.says, lab)) for option in variant.options}
    if isinstance(key, float | int):
        return f"{key:.15g}" if isinstance(item, Numeric) and item.between else number(float(key))
    if isinstance(item, Pick):
        return f"layer {key}"
    if isinstance(item, Match) and isinstance(key, Mapping):
        return "; ".join(f"{says[row]} → {plain(item.partners[partner])}" for row, partner in key.items())
    if isinstance(item, Order):
        return " → ".join(says[step] for step in key)
    chosen = key if isinstance(key, frozenset) else {str(key)}
    listed = "; ".join(text for id_, text in says.items() if id_ in chosen)
    return f"true: {listed or 'none'}" if isinstance(item, Kprim) else listed or "none of them"


def given_in_words(variant: Variant, answer: str) -> str:
    """An answer as it was given; one that does not fit the question is Fixable."""
    if isinstance(variant.item, Numeric):
        parse(answer)
        return answer
    return in_words(variant, read(variant, answer))


def variants(bank: Bank, item: Item, lab: Lab, count: int = VARIANTS) -> list[dict[str, Any]]:
    """The first variants, a row each: the numbers drawn and worked out, or the order of the options, and the key.

    Options go by their place in the file, counted from 1.
    """
    if not item.params and not hasattr(item, "options"):
        count = 1  # there is nothing in which they could differ
    return [_row(bank.draw(item, seed), lab) for seed in range(count)]


def _row(variant: Variant, lab: Lab) -> dict[str, Any]:
    item = variant.item
    worked_out = {name: variant.fill(f"{{{{{name}}}}}", lab) for name in item.works_out}
    places = {option.id: str(n) for n, option in enumerate(getattr(item, "options", []), start=1)}
    order = {} if item.params else {"Order": ", ".join(places[option.id] for option in variant.options)}
    drawn = {name: f"{value:g}" for name, value in variant.numbers.items()}
    return {"Variant": variant.number + 1, **drawn, **worked_out, **order, "Key": _placed(variant, places, lab)}


def _placed(variant: Variant, places: Mapping[str, str], lab: Lab) -> str:
    """The key, with the places of the options in it."""
    item, key = variant.item, variant.key(lab)
    if isinstance(item, Match) and isinstance(key, Mapping):
        return ", ".join(f"{places[row]} → {plain(item.partners[key[row]])}" for row in places)
    if isinstance(key, tuple):
        return ", ".join(places[step] for step in key)
    if isinstance(key, frozenset):
        return ", ".join(place for id_, place in places.items() if id_ in key) or "none of them"
    said = in_words(variant, key, lab)
    return f"{places[key]}: {said}" if isinstance(key, str) and key in places else said
