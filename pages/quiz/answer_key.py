"""A question with everything that learners see only after their answer, for those who teach with it."""

import streamlit as st

from core.compute import door
from core.lessons import library
from core.questions import plots, teaching
from core.questions.bank import Bank
from core.questions.item_parts import Rule, Step, range_in_words
from core.questions.items import GIVEN, Item, Kprim, Match, Numeric, Order, Pick, Single
from core.questions.variants import Variant
from core.verdicts.reading import number
from pages.parts import drawing, links
from pages.quiz import card, fields

GOOD, BAD, AGAIN = ("green", "check_circle"), ("red", "cancel"), ("blue", "replay")


def show(bank: Bank, item: Item) -> None:
    """The question in its first variant, each answer with its reply, the hints, the reason, and ten variants."""
    variant = bank.draw(item, 0)
    _facts(bank, item)
    with st.container(border=True):
        card.stem(variant, "")
        asked = plots.question(variant, door.shared()) if isinstance(item, Pick) else None
        if asked:
            drawing.show(asked, f"teach:plot:{item.id}")
    st.markdown(f"**The right answer:** {card.right_answer(variant)}")
    _answers(bank, variant)
    for n, hint in enumerate(item.hints, start=1):
        st.markdown(f":material/lightbulb: **Hint {n}.** {variant.fill(hint, door.shared())}")
    if item.explain:
        st.markdown(f"**Why.** {variant.fill(item.explain, door.shared())}")
    if item.shows:
        card.experiment(variant, f"teach:shows:{item.id}")
    _variants(bank, item)


def _facts(bank: Bank, item: Item) -> None:
    """What it is about, and where that is explained."""
    key = "Its answer is given in its file" if item.key == GIVEN else f"The function `{item.key}` computes its answer"
    st.markdown(f"`{item.id}`, version {item.version}. {item.kind}. Concept: {item.concept}. {key}.")
    for name in item.beliefs:
        st.markdown(f":material/psychology_alt: **{name}.** “{bank.beliefs[name].belief}.”")
    if item.section:
        titles = {section.anchor: section.title for section in library.load(bank.slug).sections}
        where = links.to_section(bank.slug, item.section)
        st.markdown(f":material/menu_book: Explained in [{titles[item.section]}]({where})")


def _answers(bank: Bank, variant: Variant) -> None:
    """Whatever may be answered, whether it is right, and the reply to it."""
    item, lab = variant.item, door.shared()
    st.markdown("**Replies**")
    if isinstance(item, Numeric):
        _numbers(bank, variant, item)
        return
    if isinstance(item, Pick):
        _answer("A neighbour of that layer", BAD, "Wrong", variant.fill(item.near, lab))
        _answer("Any other layer", BAD, "Wrong", variant.fill(item.far, lab))
        return
    key, says = variant.key(lab), {option.id: variant.fill(option.says, lab) for option in item.options}
    for place, option in enumerate(item.options, start=1):
        right = option.id == key or (isinstance(key, frozenset) and option.id in key)
        mark, word = (GOOD, "Right") if right else (BAD, "Wrong")
        text = says[option.id]
        if isinstance(item, Kprim):
            word = fields.TRUE if right else fields.FALSE
        elif isinstance(item, Match) and isinstance(key, dict):
            mark, word, text = GOOD, "Row", f"{text} → **{item.partners[key[option.id]]}**"
        elif isinstance(item, Order) and isinstance(option, Step):
            mark, word = GOOD, f"Step {variant.in_order().index(option.id) + 1}"
            text += f" *(after: {', '.join(says[need] for need in option.needs)})*" if option.needs else ""
        reply, belief = variant.fill(option.reply, lab), _belief(bank, option.misconception)
        if isinstance(item, Match | Order):
            reply = f"*If it is put elsewhere:* {reply}"
        if isinstance(item, Single) and right:
            belief = ""  # nobody who chooses it is mistaken
        _answer(f"{place}. {text}", mark, word, reply, belief)


def _numbers(bank: Bank, variant: Variant, item: Numeric) -> None:
    """What is taken for right, and the foreseen mistakes with their numbers in this variant."""
    st.markdown(_right(item))
    for rule in item.rules:
        _answer(_foreseen(variant, rule), *((AGAIN, "Asked again") if rule.grade == "again" else (BAD, "Wrong")),
                variant.fill(rule.say, door.shared()), _belief(bank, rule.misconception))  # fmt: skip
    if item.otherwise:
        _answer("Any other number", BAD, "Wrong", variant.fill(item.otherwise, door.shared()))


def _right(item: Numeric) -> str:
    """Which numbers are right."""
    if item.between:
        return f"Right is {' or '.join(map(range_in_words, item.between))}."
    close = f"{item.tolerance:g} decades" if item.scale == "log10" else f"{100 * item.tolerance:.3g} %"
    too = "" if item.scale == "log10" else ", and the number itself rounded to two or more digits"
    return f"Right is what is within {close}{too}." if item.tolerance else "Right is exactly this number."


def _foreseen(variant: Variant, rule: Rule) -> str:
    if rule.between:
        return range_in_words(rule.between)
    wrong = variant.foreseen(rule, door.shared())
    return f"{number(float(wrong))}" if isinstance(wrong, float | int) else "no number here"


def _belief(bank: Bank, name: str | None) -> str:
    return f"{name}: “{bank.beliefs[name].belief}.”" if name else ""


def _answer(text: str, mark: tuple[str, str], word: str, reply: str, belief: str = "") -> None:
    """One answer: what it is, the reply to it, and what it stands for."""
    colour, icon = mark
    with st.container(border=True, gap="xsmall"):
        st.markdown(f":{colour}-badge[:material/{icon}: {word}] {text}")
        if reply:
            st.markdown(reply)
        if belief:
            st.caption(f"Whoever is wrong about it may believe {belief}")


def _variants(bank: Bank, item: Item) -> None:
    with st.spinner("Working out the variants"):
        rows = teaching.variants(bank, item, door.shared())
    if len(rows) == 1:
        st.markdown("It draws no numbers, so there is just this one variant.")
        return
    differ = "their numbers" if item.params else "the order of the options, which go by their numbers above"
    st.markdown(f"**The first {len(rows)} variants** differ in {differ}.")
    st.table(rows, border="horizontal", hide_index=True)
