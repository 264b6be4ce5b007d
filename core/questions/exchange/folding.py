"""Questions made poorer on purpose, for programs that cannot ask all that ours can."""

from typing import NamedTuple

from core.questions.exchange.markup import html
from core.questions.exchange.portable import Answer, Pair, Picture, Portable


class LeftOut(NamedTuple):
    """A question that a format cannot carry, and why."""

    name: str
    why: str


TRUE, FALSE = "True", "False"


def folded(table: str) -> str:
    """The numbers of a figure, in HTML, for whoever opens them: at a glance they would answer the question.

    Where another program takes the folding away, they still stand behind the figure.
    """
    return f"<details><summary>The numbers of the figure, in a table</summary>\n{html(table)}\n</details>"


def paragraphs(*parts: str) -> str:
    """Those that say something, one after another."""
    return "\n\n".join(part for part in parts if part)


def asked(portable: Portable) -> str:
    """The question with its code; a figure comes after it."""
    fence = f"```python\n{portable.code}\n```" if portable.code else ""
    return paragraphs(portable.stem, fence)


def explained(portable: Portable) -> str:
    """The explanation, and a word on every row; the figure that bears it out comes after it."""
    rows = [f"- *{pair.row}* {pair.reply}" for pair in portable.pairs if pair.reply]
    return paragraphs(portable.explanation, "\n".join(rows))


def told(picture: Picture | None) -> str:
    """A figure in words and in numbers, where no picture can be."""
    return f"*{picture.alt}*\n\n{picture.table}" if picture else ""


def decided(portable: Portable) -> Portable:
    """True or false of each statement, as pairs: the grading then takes every decision into account."""
    if portable.kind != "kprim":
        return portable
    pairs = [Pair(row=c.text, partner=TRUE if c.right else FALSE, reply=c.reply) for c in portable.choices]
    used = {pair.partner for pair in pairs}
    spare = tuple(text for text in (TRUE, FALSE) if text not in used)
    return portable.model_copy(update={"kind": "match", "choices": (), "pairs": tuple(pairs), "spare": spare})


def has_one_order(portable: Portable) -> bool:
    """Whether its steps can be in no other order: each needs the one before, if only by way of others."""
    needed = [set(step.after) for step in portable.steps]
    for needs in needed:
        needs.update(*(needed[one] for one in list(needs)))
    return all(i - 1 in needs for i, needs in enumerate(needed) if i)


def chosen(portable: Portable) -> Portable:
    """An order as a choice between a right one and some in which one step comes too early."""
    if portable.kind != "order":
        return portable
    texts = [step.text for step in portable.steps]
    orders = {_in_words(texts): Answer(text=_in_words(texts), right=True)}
    for step in portable.steps:
        if step.after:
            early = [text for text in texts if text != step.text]
            early.insert(max(step.after), step.text)
            orders[_in_words(early)] = Answer(text=_in_words(early), reply=f"*{step.text}* {step.reply}".strip())
        if len(orders) == 4:
            break
    choices = sorted(orders.values(), key=lambda answer: answer.text)
    stem = f"{portable.stem}\n\nWhich of these orders is right?"
    return portable.model_copy(update={"kind": "single", "stem": stem, "steps": (), "choices": tuple(choices)})


def _in_words(texts: list[str]) -> str:
    return "; ".join(f"({i}) {text}" for i, text in enumerate(texts, 1))


def unpaired(portable: Portable) -> list[Portable]:
    """A question on each row of a match, with all partners as choices."""
    if portable.kind != "match":
        return [portable]
    partners = sorted({pair.partner for pair in portable.pairs} | set(portable.spare))
    return [
        portable.model_copy(
            update={
                "kind": "single",
                "id": f"{portable.id}, row {i}",
                "stem": f"{portable.stem}\n\nWhich belongs to this one? **{pair.row}**",
                "pairs": (),
                "spare": (),
                "choices": tuple(
                    Answer(text=text, right=text == pair.partner, reply="" if text == pair.partner else pair.reply)
                    for text in partners
                ),
            }
        )
        for i, pair in enumerate(portable.pairs, 1)
    ]
