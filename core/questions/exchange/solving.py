"""From a variant of one of our questions to the same question, solved, for other programs."""

import json
import math
from typing import Any

from core.lessons.views import Drawing
from core.questions import plots
from core.questions.bank import Bank
from core.questions.exchange.portable import Answer, Number, Pair, Picture, Place, Portable
from core.questions.grading import roundings
from core.questions.item_parts import Rule, Step
from core.questions.items import Match, Numeric, Order, Pick
from core.questions.keys import Lab
from core.questions.variants import Variant


def portable(bank: Bank, variant: Variant, lab: Lab) -> Portable:
    """A variant of one of the bank's questions, solved with the lab's measurements."""
    item = variant.item
    return Portable(
        id=item.id,
        version=item.version,
        variant=variant.number,
        kind="single" if isinstance(item, Pick) else item.type,
        concept=item.concept,
        tags=tuple(dict.fromkeys([item.concept, *(belief for belief in item.beliefs if belief in bank.beliefs)])),
        stem=variant.fill(item.stem, lab),
        code=variant.fill(item.code, lab),
        picture=_picture(plots.question(variant, lab)),
        hints=tuple(variant.fill(hint, lab) for hint in item.hints),
        explanation=variant.fill(item.explain, lab),
        shown=_picture(plots.explanation(variant, lab)),
        **_answers(variant, lab),
    )


def _answers(variant: Variant, lab: Lab) -> dict[str, Any]:
    """The fields that hold what can be answered."""
    item = variant.item
    if isinstance(item, Numeric):
        return _numbers(variant, item, lab)
    if isinstance(item, Pick):
        return {"choices": _layers(variant, item, lab)}
    if isinstance(item, Order):
        return {"steps": _steps(variant, lab)}
    if isinstance(item, Match):
        return _pairs(variant, item, lab)
    key = variant.key(lab)
    right = key if isinstance(key, frozenset) else {key}
    return {"choices": tuple(
        Answer(text=variant.fill(o.says, lab), reply=variant.fill(o.reply, lab), right=o.id in right)
        for o in variant.options
    )}  # fmt: skip


def _pairs(variant: Variant, item: Match, lab: Lab) -> dict[str, Any]:
    key = variant.key(lab)
    if not isinstance(key, dict):
        raise TypeError(f"{item.key} must give a partner for each row, not {key!r}")
    partners = {name: variant.fill(text, lab) for name, text in item.partners.items()}
    pairs = tuple(
        Pair(row=variant.fill(o.says, lab), partner=partners[key[o.id]], reply=variant.fill(o.reply, lab))
        for o in item.options
    )
    return {"pairs": pairs, "spare": tuple(text for name, text in partners.items() if name not in key.values())}


def _steps(variant: Variant, lab: Lab) -> tuple[Place, ...]:
    order = variant.in_order()
    steps = {option.id: option for option in variant.options if isinstance(option, Step)}
    return tuple(
        Place(
            text=variant.fill(steps[id_].says, lab),
            reply=variant.fill(steps[id_].reply, lab),
            after=tuple(sorted(order.index(need) for need in steps[id_].needs)),
        )
        for id_ in order
    )


def _layers(variant: Variant, item: Pick, lab: Lab) -> tuple[Answer, ...]:
    """Pointing becomes choosing: one choice for each layer."""
    key = int(str(variant.key(lab)))
    near, far = variant.fill(item.near, lab), variant.fill(item.far, lab)
    replies = {0: "", 1: near}
    return tuple(
        Answer(text=f"Layer {layer}", reply=replies.get(abs(layer - key), far), right=layer == key)
        for layer in range(1, variant.depth + 1)
    )


def _numbers(variant: Variant, item: Numeric, lab: Lab) -> dict[str, Any]:
    """Whatever is right, and the foreseen mistakes that are not."""
    right = _ranges(item) or _around(float(str(variant.key(lab))), item)
    foreseen = [_itself(right[0].value, right[0].tolerance)] if item.scale == "log10" else []
    foreseen += [_mistake(variant, rule, right[0], lab) for rule in item.rules]
    return {
        "scale": item.scale, "numbers": tuple(right), "wrong": tuple(filter(None, foreseen)),
        "otherwise": variant.fill(item.otherwise, lab),
    }  # fmt: skip


def _ranges(item: Numeric) -> list[Number]:
    """Those of an imported question, just as they are."""
    answer = None if item.answer is None else float(item.answer)
    return [Number.spanning(*edges, answer) for edges in item.between]


def _around(key: float, item: Numeric) -> list[Number]:
    """The key and, as our own grading does, the key rounded to two or three digits."""
    key = _tidy(key)
    tolerance = item.tolerance if item.scale == "log10" else _tidy(item.tolerance * abs(key))
    rounded = roundings(key) if item.tolerance and item.scale == "relative" else []
    return [
        Number(value=key, tolerance=tolerance),
        *(Number(value=value) for value in rounded if abs(value - key) > tolerance),
    ]


def _mistake(variant: Variant, rule: Rule, right: Number, lab: Lab) -> Number | None:
    """A foreseen mistake, if it is one in this variant."""
    value, reply = variant.foreseen(rule, lab), variant.fill(rule.say, lab)
    if not isinstance(value, float | int) or not math.isfinite(value):
        return None
    if rule.between:
        return Number.spanning(*rule.between, value, reply)
    if abs(value - right.value) <= right.tolerance:
        return None
    return Number(value=_tidy(value), tolerance=_tidy(rule.tolerance * abs(value)), reply=reply)


def _tidy(value: float) -> float:
    """Without the noise of the last digits, which nobody needs to read in a file.

    >>> _tidy(0.1 + 0.2)
    0.3
    """
    return float(f"{value:.12g}")


def _itself(logarithm: float, tolerance: float) -> Number | None:
    """The number whose logarithm was asked for, if a program can hold it."""
    if not -300 < logarithm - tolerance <= logarithm + tolerance < 300:
        return None
    low, high = 10 ** (logarithm - tolerance), 10 ** (logarithm + tolerance)
    reply = "That is the number itself. Give its logarithm to base 10."
    return Number(value=_tidy((low + high) / 2), tolerance=_tidy((high - low) / 2), reply=reply)


def _picture(drawing: Drawing | None) -> Picture | None:
    if drawing is None:
        return None
    alt = " ".join(dict.fromkeys(str(picture["alt"]) for picture in drawing.pictures))
    if drawing.says not in alt:
        alt = f"{alt} {drawing.says}"
    figures = tuple(json.dumps(picture["figure"], ensure_ascii=False) for picture in drawing.pictures)
    return Picture(alt=alt, table=drawing.table, figures=figures)
