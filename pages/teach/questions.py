"""Questions, for instructors: all of them with their answers, to take along to other programs, and to bring in."""

from collections.abc import Sequence

import streamlit as st

from core.compute import door
from core.errors import Fixable
from core.lessons import library
from core.questions import teaching
from core.questions.bank import Bank, bank, slugs
from core.questions.exchange import gift_reader, given
from core.questions.exchange.folding import LeftOut, asked
from core.questions.exchange.markup import escape_markdown
from core.questions.exchange.packages import FORMATS, Package, package
from core.questions.exchange.portable import Portable
from core.questions.item_parts import range_in_words
from core.questions.items import Item
from pages.parts import frame
from pages.quiz import answer_key

MADE = "questions:made"
COUNTS = (1, 3, 10)
PREVIEWED = 50
EXAMPLE = """
::Prime::Is 7 prime? {T#Only 1 and 7 divide it.}

How much is $2^5$? {#32 =%0%10:0#That is 2 times 5.}

Which are even? {~%50%2 ~%50%4 ~%-100%7#It is odd.}
"""


def show() -> None:
    """Three parts: what there is, what to take along, what to bring in."""
    st.set_page_config(page_title="Questions · Vanishing Point", layout="centered")
    st.title("Questions", anchor=False)
    questions = bank(_lesson())
    st.markdown(
        f"For those who teach: {len(questions.items)} questions with their answers, and the reply to every answer. "
        "Right answers are computed, so each variant of a question has its own."
    )
    browse, take, bring = st.tabs(["All questions", "Take along", "Bring in"])
    with browse:
        _browse(questions)
    with take:
        _take(questions)
    with bring:
        _bring(questions)


def _lesson() -> str:
    known = slugs()
    if not known:
        raise Fixable("There is no quiz yet.", "Put a folder quiz with files of items into a lesson's folder.")
    titles = {entry.slug: entry.menu for entry in library.entries()}
    if len(known) == 1:
        return known[0]
    asked = st.query_params.get("lesson")
    return st.selectbox("Lesson", known, index=known.index(asked) if asked in known else 0,
                        format_func=lambda slug: titles.get(slug, slug), key="questions:lesson")  # fmt: skip


# --- what there is ---


@st.fragment
def _browse(questions: Bank) -> None:
    with frame.words_for_mistakes():
        if name := st.query_params.get("question"):
            _one(questions, name)
            return
        chosen = _filtered(questions)
        if not chosen:
            st.info("No question fits all of this. Take something out of the filter.", icon=":material/filter_alt_off:")
        elif len(chosen) < len(questions.items):
            st.markdown(f"{len(chosen)} of {len(questions.items)}")
        for concept in questions.concepts:
            of_concept = [item for item in chosen if item.concept == concept]
            if of_concept:
                st.header(f"{concept[0].upper()}{concept[1:]} · {len(of_concept)}", anchor=False)
            for item in of_concept:
                _folded(questions, item)


def _one(questions: Bank, name: str) -> None:
    """The question that a link has asked for."""

    def out() -> None:
        del st.query_params["question"]

    st.button("All questions", icon=":material/arrow_back:", on_click=out)
    answer_key.show(questions, questions.item(name))


def _filtered(questions: Bank) -> list[Item]:
    kinds = teaching.kinds(questions)
    used = {name for item in questions.items for name in item.beliefs}
    beliefs = {name: belief.belief for name, belief in questions.beliefs.items() if name in used}
    words = st.text_input("Search", key="questions:words", placeholder="words of a question, a reply or a hint")
    left, right = st.columns(2)
    concept = left.selectbox("Concept", questions.concepts, index=None, key="questions:concept", placeholder="All")
    kind = right.selectbox(
        "Type", list(kinds), index=None, format_func=kinds.__getitem__, key="questions:kind", placeholder="All"
    )
    belief = st.selectbox(
        "Misconception", list(beliefs), index=None, format_func=lambda name: f"{name}: {beliefs[name]}",
        key="questions:belief", placeholder="All",
    )  # fmt: skip
    return teaching.found(questions, words, concept or "", kind or "", belief or "")


def _folded(questions: Bank, item: Item) -> None:
    """One question; what is in it is worked out only when it is opened."""
    opening = escape_markdown(teaching.opening(questions.draw(item, 0)))
    folded = st.expander(f"**{item.id}** · {opening}", key=f"question:{item.id}", on_change="rerun")
    if folded.open:
        with folded:
            answer_key.show(questions, item)


# --- to take along ---


@st.fragment
def _take(questions: Bank) -> None:
    with frame.words_for_mistakes():
        st.markdown(
            "Each question goes along with its numbers drawn, its answer worked out, and a reply to each answer."
        )
        name = st.radio(
            "For which program?", list(FORMATS), format_func=lambda one: FORMATS[one].title, key="questions:format",
            captions=[f"Without: {one.loses[0].lower()}{one.loses[1:]}" for one in FORMATS.values()],
        )  # fmt: skip
        chosen = st.multiselect(
            "Which questions?", [*questions.concepts, *(item.id for item in questions.items)], key="questions:take",
            placeholder=f"All {len(questions.items)}", help="Whole concepts, and single questions by their names",
        )  # fmt: skip
        count = st.radio("How many variants of each?", COUNTS, horizontal=True, key="questions:count")
        choice = (questions.slug, name, tuple(chosen), count)
        if st.button("Make the file", type="primary", icon=":material/package_2:"):
            some = tuple(item for item in questions.items if not chosen or {item.concept, item.id} & {*chosen})
            taken = questions.model_copy(update={"items": some})
            said = "Measuring and training networks to work out the answers; with many variants this takes minutes"
            with st.spinner(said, show_time=True):
                st.session_state[MADE] = choice, package(taken, door.shared(), name, range(count))
        made_for, made = st.session_state.get(MADE, (None, None))
        if made and made_for == choice:
            _made(made, FORMATS[name].media_type)
            if count > 1:
                st.caption("Where a question has fewer different variants than that, none of them goes along twice.")


def _made(made: Package, media_type: str) -> None:
    st.download_button(f"Download {made.filename}", made.data, made.filename, media_type, on_click="ignore",
                       icon=":material/download:")  # fmt: skip
    st.caption(f"{made.questions:,} questions, {len(made.data) / 1000:,.0f} kB")
    _left_out(made.left_out)


def _left_out(left_out: Sequence[LeftOut]) -> None:
    if left_out:
        reasons: dict[str, list[str]] = {}
        for one in left_out:
            reasons.setdefault(one.why, []).append(one.name)
        rows = "\n".join(f"- **{escape_markdown(', '.join(names))}**: {escape_markdown(why)}"
                         for why, names in reasons.items())  # fmt: skip
        st.warning(f"{len(left_out)} had to be left out:\n{rows}", icon=":material/playlist_remove:")


# --- to bring in ---


@st.fragment
def _bring(questions: Bank) -> None:
    with frame.words_for_mistakes():
        st.markdown(
            "Questions of your own, in GIFT, the text format that Moodle writes and that anybody can type. "
            "You get a file to put beside ours; nothing on this server changes, and nothing is kept of it."
        )
        with st.expander("What GIFT looks like"):
            st.code(EXAMPLE.strip(), language=None, wrap_lines=True)
        file = st.file_uploader("A GIFT file", type=["txt", "gift"], key="questions:file", max_upload_size=1)
        if file is not None:
            _read(questions, gift_reader.read(file.getvalue()))


def _read(questions: Bank, found: gift_reader.Imported) -> None:
    """What was read, what was not, and the file that comes of it."""
    many = len(found.questions)
    st.markdown(f"**{many} question{'' if many == 1 else 's'} read.**")
    if found.mistakes:
        rows = "\n".join(f"- {escape_markdown(str(mistake))}" for mistake in found.mistakes)
        st.error(f"{len(found.mistakes)} could not be read:\n{rows}", icon=":material/build:")
    if found.notes:
        st.info("\n".join(["Read otherwise than it may be meant:", *(f"- {escape_markdown(n)}" for n in found.notes)]),
                icon=":material/info:")  # fmt: skip
    if not found.questions:
        return
    for one in found.questions[:PREVIEWED]:
        with st.expander(f"**{escape_markdown(one.name)}**"):
            _preview(one)
    if many > PREVIEWED:
        st.markdown(f"And {many - PREVIEWED} more.")
    _file(questions, found.questions)


def _preview(one: Portable) -> None:
    st.markdown(asked(one))
    rows = [f":green-badge[Right] {c.text} {c.reply}" if c.right else f":red-badge[Wrong] {c.text} {c.reply}"
            for c in one.choices]  # fmt: skip
    rows += [f"{pair.row} → **{pair.partner}** {pair.reply}" for pair in one.pairs]
    rows += [f"Belongs to no row: {text}" for text in one.spare]
    rows += [f":green-badge[Right] {range_in_words(n.edges)} {n.reply}" for n in one.numbers]
    rows += [f":red-badge[Wrong] {range_in_words(n.edges)} {n.reply}" for n in one.wrong]
    rows += [f"Any other number: {one.otherwise}"] if one.otherwise else []
    st.markdown("\n".join(f"- {row}" for row in rows))
    if one.explanation:
        st.markdown(f"**Why.** {one.explanation}")


def _file(questions: Bank, read: Sequence[Portable]) -> None:
    titles = {section.anchor: section.title for section in library.load(questions.slug).sections}
    section = st.selectbox("Which section explains them?", list(titles), index=None, format_func=titles.__getitem__,
                           key="questions:section", placeholder="None of them")  # fmt: skip
    taken = [item.id for item in questions.items]
    text, left_out = given.to_yaml(read, section or "", taken=taken)
    _left_out(left_out)
    if len(left_out) < len(read):
        st.markdown(
            "Put this file where the line below says, and reload the page: the questions are then asked with ours. If "
            "you have brought in others before, give it another name."
        )
        st.code(f"lessons/{questions.slug}/quiz/{given.FILE}", language=None, wrap_lines=True)
        st.download_button(f"Download {given.FILE}", text, given.FILE, "text/yaml", on_click="ignore",
                           icon=":material/download:", type="primary")  # fmt: skip
