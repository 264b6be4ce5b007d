"""The quiz: a sitting of practice, a test or a review, one question at a time, and a result that says what is next."""

import secrets
from pathlib import Path

import streamlit as st

from core.errors import Fixable
from core.lessons import library
from core.practice import progress, sitting
from core.practice.sitting import CONFIDENCE, KINDS, Sitting
from core.questions.bank import Bank, bank, slugs
from core.questions.grading import Grade
from core.questions.variants import Variant
from pages.parts import frame, links, memory
from pages.parts.scripted import scripted
from pages.quiz import card, due

FEEDBACK = "feedback"  # in the address while the reply to the last answer is on screen
REMEMBERED = "quiz:remembered"


_begin_at_the_top = scripted(  # a browser keeps the place where it was, in the middle of the next question
    Path(__file__).with_name("turn.js"), html='<span class="turn"></span>',
    css="""
    .stMain h1:focus, .st-key-reply .stAlert:focus { outline: none; }
    .st-key-reply .stAlert { scroll-margin-block: 5rem 1rem; }
    """,
)  # fmt: skip


def show() -> None:
    """Show what can be practised, or the question that the sitting has come to, its feedback, or the result."""
    st.set_page_config(page_title="Quiz · Vanishing Point", layout="centered")
    questions = bank(_chosen_lesson())
    now = _sitting(questions)
    _begin_at_the_top(key="quiz:turn", data={"turn": _turn(now), "replied": FEEDBACK in st.query_params})
    memory.notice()
    if now is None:
        _choose(questions)
        return
    st.title(f"{KINDS[now.kind]}{f': {now.topic}' if now.kind == 'concept' else ''}", anchor=False)
    asked = now.asked(questions)
    if not asked:
        st.info("There is nothing to ask here any more.", icon=":material/task_alt:")
        _leave("Practise something else")
    elif now.turns and FEEDBACK in st.query_params:
        _feedback(now, asked, questions)
    elif len(now.turns) < len(asked):
        _question(now, asked, questions)
    else:
        _result(now, asked, questions)


def _turn(now: Sitting | None) -> str:
    """Names the question on screen, which the reply to it does not change."""
    if now is None:
        return "none"
    return f"{now.kind} {now.topic} {now.seed} {len(now.turns) - (FEEDBACK in st.query_params)}"


def _sitting(questions: Bank) -> Sitting | None:
    """The sitting in the address; on coming back from another page, the one this visit was at."""
    if not st.query_params and st.session_state.get(REMEMBERED):
        st.query_params.from_dict(st.session_state[REMEMBERED])
    query = st.query_params.to_dict()
    now = sitting.from_query(query, questions)
    given, read = sitting.count(query), len(now.turns) if now else 0
    if given > read:
        said = f"The link was corrected. Of its {given} answers, the first {read} could be read."
        st.info(said, icon=":material/link_off:")
    return now


def _chosen_lesson() -> str:
    known = slugs()
    if not known:
        raise Fixable("There is no quiz yet.", "Put a folder quiz with files of items into a lesson's folder.")
    asked = st.query_params.get("lesson")
    return asked if asked in known else known[0]


def _choose_lesson(slug: str) -> None:
    """Another lesson's questions; the address says whose they are."""
    known, key = slugs(), f"quiz:lesson:{slug}"
    if len(known) > 1:
        titles = {entry.slug: entry.menu for entry in library.entries()}
        st.selectbox(
            "Lesson", known, known.index(slug), format_func=lambda one: titles.get(one, one), key=key,
            on_change=lambda: st.query_params.from_dict({"lesson": st.session_state[key]}),
        )  # fmt: skip


def _choose(questions: Bank) -> None:
    """What can be practised, and what is due."""
    st.title("Quiz", anchor=False)
    _choose_lesson(questions.slug)
    wanted = due.wanted(questions)
    st.markdown(
        f"{len(wanted.items)} questions, with other numbers each time. Before an answer is checked, you say how "
        "sure you are: to be sure and wrong is where most can be learned."
    )
    due.choose(questions)
    due.today(questions, _enter)
    taught = len(wanted.items) < len(questions.items)
    length = len(sitting.mixed(wanted, 0))
    left, right = st.columns(2)
    with left.container(border=True, height="stretch"):
        st.markdown(f"## Mixed practice\n{length} questions from everywhere, each with its reply at once.")
        _start("Start", Sitting("mixed", _seed(), taught=taught), "shuffle")
    with right.container(border=True, height="stretch"):
        st.markdown(f"## Test yourself\n{length} questions, replies at the end.")
        _start("Start the test", Sitting("test", _seed(), taught=taught), "assignment")
    st.markdown("## By concept")
    stands = progress.standing(wanted, memory.attempts())
    with st.container(horizontal=True):
        for concept, stand in stands.items():
            known = f"{stand.right} of {stand.items} known" if stand.answered else due.quantity(stand.items)
            begin = Sitting("concept", _seed(), concept, taught)
            _start(f"{concept[0].upper()}{concept[1:]} · {known}", begin, "", primary=False)


def _seed() -> int:
    """Another set of numbers for each visit to this page; the same while it is on screen."""
    seed: int = st.session_state.setdefault("quiz:seed", secrets.randbelow(10**9))
    return seed


def _start(label: str, begin: Sitting, icon: str, *, primary: bool = True) -> None:
    st.button(
        label, icon=f":material/{icon}:" if icon else None, type="primary" if primary else "secondary",
        key=f"start:{begin.kind}:{begin.topic}", on_click=_enter, args=(begin,),
    )  # fmt: skip


def _enter(begin: Sitting) -> None:
    st.session_state.pop("quiz:seed", None)
    _keep(begin.query())


def _keep(query: dict[str, str]) -> None:
    """Where we are goes into the address, so that a reload comes back to it."""
    lesson = {"lesson": st.query_params["lesson"]} if "lesson" in st.query_params else {}
    st.query_params.from_dict(lesson | query)
    st.session_state[REMEMBERED] = lesson | query


def _go(now: Sitting, *, reviewing: bool) -> None:
    _keep(now.query() | ({FEEDBACK: "shown"} if reviewing else {}))
    st.rerun()


def _leave(label: str) -> None:
    def out() -> None:
        st.query_params.from_dict({k: v for k, v in st.query_params.to_dict().items() if k == "lesson"})
        st.session_state.pop(REMEMBERED, None)

    st.button(label, icon=":material/arrow_back:", on_click=out, key="leave")


def _question(now: Sitting, asked: list[Variant], questions: Bank) -> None:
    """The next question; its answer is kept, and in a test the next one follows at once."""
    place = len(now.turns)
    st.progress((place + 1) / len(asked), f"**{place + 1} / {len(asked)}**")
    variant = asked[place]
    replies = card.AT_THE_END if now.kind == "test" else card.AT_ONCE
    given = card.ask(variant, f"quiz:{now.kind}:{now.seed}:{place}:{variant.item.id}", replies=replies)
    if given is not None:
        after = now.answered(given)
        memory.answered(questions.slug, after, variant, card.graded(variant, given.answer))
        _go(after, reviewing=now.kind != "test")
    _leave("Leave")


def _feedback(now: Sitting, asked: list[Variant], questions: Bank) -> None:
    """The last question again, with what was answered, whether it is right, and why."""
    place = len(now.turns) - 1
    st.progress((place + 1) / len(asked), f"**{place + 1} / {len(asked)}**")
    variant, turn = asked[place], now.turns[place]
    with st.container(key="reply"):
        result = card.show_answer(variant, turn, beliefs=questions.beliefs)
    _explained(questions, variant)
    last = place + 1 == len(asked)
    with st.container(horizontal=True):
        if st.button("See the result" if last else "Next question", type="primary", icon=":material/arrow_forward:"):
            _go(now, reviewing=False)
        again = result.verdict != "right" and bool(variant.item.params)
        if again and st.button("Once more, with other numbers", icon=":material/refresh:"):
            _go(now.once_more(), reviewing=False)


def _explained(questions: Bank, variant: Variant) -> None:
    if not variant.item.section:  # an imported question need not belong to one
        return
    titles = {section.anchor: section.title for section in library.load(questions.slug).sections}
    where = links.to_section(questions.slug, variant.item.section)
    st.markdown(f":material/menu_book: Explained in [{titles[variant.item.section]}]({where})")


def _result(now: Sitting, asked: list[Variant], questions: Bank) -> None:
    """How many were right, how well you knew what you know, and what to read again."""
    grades = [card.graded(variant, turn.answer) for variant, turn in zip(asked, now.turns, strict=True)]
    right = sum(grade.verdict == "right" for grade in grades)
    st.header(f"{right} of {len(asked)} right", anchor=False)
    st.progress(right / len(asked))
    missed = [(v, t) for v, t, g in zip(asked, now.turns, grades, strict=True) if g.verdict != "right"]
    _calibration(now, grades)
    if not missed:
        st.success("Nothing to look at again.", icon=":material/check_circle:")
    else:
        _sections(questions, [variant for variant, _ in missed])
        st.markdown(
            "**Look at these again**, what you were surest of first. Each opens with your answer and the reason."
        )
    for n, (variant, turn) in enumerate(sorted(missed, key=lambda pair: -pair[1].confidence)):
        name = f"quiz:missed:{now.seed}:{n}"
        box = st.expander(
            f"{CONFIDENCE[turn.confidence]}: {variant.fill(variant.item.stem)}", key=name, on_change="rerun"
        )
        if box.open:  # only then is its experiment run
            with box:
                card.show_answer(variant, turn, heading="", beliefs=questions.beliefs, key=str(n))
                _explained(questions, variant)
    due.next_time(questions)
    with st.container(horizontal=True):
        if now.kind in {"mixed", "test", "concept"}:
            _start("Once more, with other numbers", Sitting(now.kind, _seed(), now.topic, now.taught), "refresh")
        _leave("Practise something else")
    frame.link(questions.slug, "Back to the lesson", "menu_book")


def _calibration(now: Sitting, grades: list[Grade]) -> None:
    """Whether the answers that one was sure of were right."""
    bands = progress.calibration(now.turns, grades)
    said = "; ".join(f"{CONFIDENCE[level].lower()} {band.right} of {band.answers}" for level, band in bands.items())
    st.markdown(f"Right, by how sure you were: {said}.")


def _sections(questions: Bank, missed: list[Variant]) -> None:
    """What to read again: the sections in which something was missed, most often first."""
    titles = {section.anchor: section.title for section in library.load(questions.slug).sections}
    anchors = [variant.item.section for variant in missed if variant.item.section]
    if not anchors:
        return
    ordered = sorted(set(anchors), key=lambda anchor: -anchors.count(anchor))
    rows = "\n".join(
        f"- [{titles[anchor]}]({links.to_section(questions.slug, anchor)})"
        f"{f': {anchors.count(anchor)} questions' if anchors.count(anchor) > 1 else ''}"
        for anchor in ordered
    )
    st.markdown(f"**Worth reading again**\n{rows}")
