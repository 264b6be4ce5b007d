"""What an author is told: a small lesson with one mistake of each kind, and with many at once."""

# ruff: noqa: E501  a case a line reads best

import re
import shutil
from pathlib import Path

import pytest

from core.check import __main__ as check
from core.check.everything import report
from core.mistakes import MISTAKES

SLUG = "02-a-tiny-lesson"
SHIPPED = Path(__file__).parents[2] / "lessons"
LESSON, EXPERIMENTS, QUIZ, SCENARIOS = "lesson.md", "experiments.yaml", "quiz/1-slopes.yaml", "scenarios.yaml"
SCENARIO = """scenarios:
  - name: tanh-falls
    title: A tanh stack
    goal: See what is left.
    race: {activation: tanh, init: xavier, depth: 10}
    verdict: [healthy]
    try:
      - {do: Take more layers., when: {depth: "> 20"}}
    notice: It falls.
"""


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(SHIPPED, tmp_path / "lessons")
    (tmp_path / "lessons" / SLUG / SCENARIOS).write_text(SCENARIO)
    return tmp_path / "lessons"


def changed(root, file, old, new):
    """The line, from 1, on which the change begins."""
    path = root / SLUG / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


CASES = [
    # the file, what is there, what an author writes, how far below that the mistake is told, its id, and its words
    (LESSON, "menu: Tiny", "menue: Tiny", 0, "unknown-key", "menue: there is no key of this name. Did you mean 'menu'?"),
    (LESSON, "summary: One figure, one claim, one question.\n", "", None, "missing-key", "summary: this key is missing."),
    (LESSON, "  - say what", "\t- say what", 0, "not-yaml", "this line is indented with a tab."),
    (LESSON, "title: How steep", "title: Tanh: how steep", 0, "not-yaml", "a colon and a blank within a text"),
    (LESSON, "menu: Tiny", 'menu: "Tiny', 0, "not-yaml", "a quote is opened here and never closed."),
    (LESSON, "  - say what ten", "  say what ten", None, "wrong-value", "a list belongs here"),
    (LESSON, "---\ntitle", "title", None, "no-head", "the lesson has no head."),
    (LESSON, "```{experiment}", "```{experimnt}", 0, "unknown-fence", "Did you mean 'experiment'?"),
    (LESSON, "figure: error", "figure: eror", 0, "unknown-name", "no figure called 'eror'. Did you mean 'error'?"),
    (LESSON, "figure: error", "figur: error", 0, "unknown-key", "Did you mean 'figure'?"),
    (LESSON, "show: [ten tanh layers]", "show: [ten tan layers]", 0, "unknown-name", "no experiment called 'ten tan"),
    (LESSON, "show: [ten tanh layers]", "show: [ten tanh layers", 0, "not-yaml", "a [ is opened here and not closed"),
    (LESSON, "controls: [depth]", "controls: [dept]", 0, "unknown-name", "no setting called 'dept'. Did you mean 'depth'?"),
    (LESSON, "  decades: [-6, 2]\n", "", -3, "prediction-without-one-answer", "either a power of ten or a choice"),
    (LESSON, "[-6, 2]", "[-6, two]", 0, "wrong-value", "predict → decades → 2: Input should be a valid integer"),
    (LESSON, "  claim: tanh-arrives", "   claim: tanh-arrives", 0, "not-yaml", "indented further than the ones above"),
    (LESSON, "title: Ten", "id: tanh-ten\ntitle: Ten", 0, "not-yaml", "the key 'id' is there twice"),
    (LESSON, "notice: Look at {mark}", "notice: {mark}", 0, "not-yaml", "begins with a brace"),
    (LESSON, "{claim}`tanh-factor`", "{claim}`tanh-facto`", 0, "unknown-name", "no claim called 'tanh-facto'. Did you mean"),
    (LESSON, "  claim: tanh-arrives", "  claim: tanh-arives", 0, "unknown-name", "Did you mean 'tanh-arrives'?"),
    (LESSON, "{term}`error", "{term}`eror", 0, "unknown-name", "no term called 'eror signal'. Did you mean 'error signal'?"),
    (LESSON, "{cite}`nobody-2020`", "{cite}`nobody-2021`", 0, "unknown-name", "no cite called 'nobody-2021'"),
    (LESSON, "{cite}`nobody", "{sight}`nobody", 0, "unknown-name", "there is no role called 'sight'."),
    (LESSON, "<tanh-ten A 1>", "<tanh-ten B 1>", 0, "mark-without-bar", "Write: tanh-ten A 1"),
    (LESSON, "id: tanh-steepest", "id: tanh-steep", 0, "unknown-name", "Did you mean 'tanh-steepest'?"),
    (LESSON, "## Words", "## One figure", 0, "id-taken", "two sections are called 'One figure'."),
    (LESSON, "Ten tanh layers keep", "All is well.\nIt keeps 23 of it.\nThey keep", 1, "number-without-claim", "'23'"),
    (LESSON, "Ten tanh layers keep", r"So $2 \cdot 3 = 5$.\nThey keep", 0, "wrong-sum", r"2 \cdot 3 = 5 is wrong"),
    (LESSON, "Ten tanh layers keep", "Well.\nAn LSTM does better.\nThey keep", 1, "unexplained-abbreviation", "LSTM"),
    (LESSON, "Ten tanh layers keep", f"Well.\nSo {'word ' * 40}.\nThey keep", 1, "long-sentence", "is long: So word"),
    (LESSON, "signal: How the", "signal: How: the", 0, "not-yaml", "a colon and a blank within a text"),
    (LESSON, "authors: ", "author: ", 0, "unknown-key", "there is no key of this name. Did you mean 'authors'?"),
    (EXPERIMENTS, "activation: tanh", "activation: tahn", 0, "unknown-name", "Did you mean 'tanh'?"),
    (EXPERIMENTS, "depth: 10", "depth: 0", 0, "wrong-value", "Give a whole number from 1 to 200"),
    (EXPERIMENTS, "depth: 10", "detph: 10", 0, "unknown-key", "there is no key of this name. Did you mean 'depth'?"),
    (EXPERIMENTS, "error signal per layer", "error per layer", 0, "unknown-name", "Did you mean 'error signal per layer'?"),
    (EXPERIMENTS, "[0.85, 1.07]", "[1.07, 0.85]", 0, "band-upside-down", "Give the lower number first."),
    (EXPERIMENTS, "[0.85, 1.07]", "[0.85]", 0, "wrong-value", "an entry is missing at the end. It says [0.85] now."),
    (EXPERIMENTS, "of: ten tanh layers", "of: ten layers", 0, "unknown-name", "Did you mean 'ten tanh layers'?"),
    (EXPERIMENTS, "init: xavier}", "init: xavier", 0, "not-yaml", "a { is opened here and not closed"),
    (EXPERIMENTS, "claims:\n", "claims:\n  idle: {of: ten tanh layers, outcome: final loss, between: [0, 1]}\n", 1,
     "unused-claim", "no sentence uses the claim idle."),
    (EXPERIMENTS, "claims:", "claim:", 0, "unknown-key", "Did you mean 'claims'?"),
    (QUIZ, "type: numeric", "type: number", 0, "unknown-name", "no kind called 'number'. Did you mean 'numeric'?"),
    (QUIZ, "key: tanh_slope", "key: tanh_slop", 0, "unknown-name", "Did you mean 'tanh_slope'? The nearest of"),
    (QUIZ, "section: one-figure", "section: one-figures", 0, "unknown-name", "Did you mean 'one-figure'?"),
    (QUIZ, "[T1]", "[T2]", 0, "unknown-name", "no misconception called 'T2'. Choose one of: T1."),
    (QUIZ, "scale: relative", "scale: relativ", 0, "wrong-value", "Input should be 'relative' or 'log10'"),
    (QUIZ, "    tolerance: 0.02\n", "", None, "missing-key", "tanh-steepest → tolerance: this key is missing."),
    (QUIZ, "stem: What", "stem: *What* is it", 0, "not-yaml", "a text must not begin with * ."),
    (QUIZ, r"explain: The slope is $1 - \tanh(z)^2$, here {{key}}.", r'explain: "Take $\sigma(z)$: {{key}}."', 0, "not-yaml",
     "between double quotes a backslash begins a code of its own"),
    (QUIZ, r"explain: The slope is $1 - \tanh(z)^2$, here {{key}}.", r'explain: "Take $\tanh(z)$: {{key}}."', 0, "not-yaml",
     r"here it became '\t'. Put LaTeX between single quotes"),
    (QUIZ, "id: tanh-steepest", "id: tanh-steepest\n    type: pick", 2, "not-yaml", "the key 'type' is there twice"),
    (QUIZ, "here {{key}}.", "here 0.42.", 0, "number-not-drawn", "says '0.42' in every draw"),
    (QUIZ, "    stem:", "   stem:", 0, "not-yaml", "does not begin below the ones that it belongs to"),
    (QUIZ, "tolerance: 0.02", "tolerance 0.02", 0, "not-yaml", "a key without a colon"),
    (SCENARIOS, "verdict: [healthy]", "verdict: [helthy]", 0, "unknown-name", "Did you mean 'healthy'?"),
    (SCENARIOS, "activation: tanh", "activation: tan", 0, "unreadable-race", ""),
    (SCENARIOS, "notice: It falls.", f"notice: It falls.\n{SCENARIO[11:].rstrip()}", 1, "id-taken", "'tanh-falls' is taken"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "below", "kind", "says"), CASES)
def test_a_mistake_is_told_once_at_its_line_with_a_way_out(copy, file, old, new, below, kind, says):  # noqa: PLR0913, PLR0917
    line = changed(copy, file, old, new)
    (told,) = map(str, report(SLUG, copy).mistakes)
    place, found = re.match(rf"{SLUG}/{file}:(\d+): \[([a-z-]+)\] ", told).groups()
    assert found == kind in MISTAKES, told
    assert says in told, told
    assert below is None or int(place) == line + below, told
    assert told.endswith("."), told
    assert len(told) < 400, told


def test_all_mistakes_are_told_at_once_each_in_its_place(copy):
    together = [  # none of them hides another
        (LESSON, "menu: Tiny", "menue: Tiny"), (LESSON, "show: [ten tanh layers]", "show: [ten tan layers]"),
        (LESSON, "{term}`error", "{term}`eror"), (LESSON, "{cite}`nobody-2020`", "{cite}`nobody-2021`"),
        (LESSON, "authors: ", "author: "), (LESSON, "<tanh-ten A 1>", "<tanh-ten B 1>"),
        (LESSON, "## Words", "So it keeps 23 of it, as an LSTM would.\n\n## Words"),
        (EXPERIMENTS, "depth: 10", "detph: 10"), (EXPERIMENTS, "error signal per layer", "error per layer"),
        (EXPERIMENTS, "[0.25, 1.8]", "[1.8, 0.25]"), (QUIZ, "[T1]", "[T2]"), (QUIZ, "one-figure", "one-figures"),
        (QUIZ, "here {{key}}.", "here 0.42."), (SCENARIOS, "verdict: [healthy]", "verdict: [helthy]"),
        (SCENARIOS, "do: Take", "does: Take"),
    ]  # fmt: skip
    for file, old, new in together:
        changed(copy, file, old, new)
    lines = {(file, new): (copy / SLUG / file).read_text().split(new)[0].count("\n") + 1 for file, _, new in together}
    told = [str(one) for one in report(SLUG, copy).mistakes]
    for (file, new), line in lines.items():
        assert any(one.startswith(f"{SLUG}/{file}:{line}: ") for one in told), (new, told)
    assert len(told) == len(set(told)) == len(together)
    assert told == sorted(told, key=lambda one: (one.split(":")[0], int(one.split(":")[1])))


def test_what_is_broken_makes_nothing_else_look_broken(copy):
    """A fence, or a file, that cannot be read may hold the names that other places use."""
    for file, old, new in [
        (LESSON, "  error signal: How", "\terror signal: How"), (LESSON, "sources:\n", "sources: [\n"),
        (LESSON, "controls: [depth]", "controls: [depth"), (EXPERIMENTS, "depth: 10", "depth: 10]"),
    ]:  # fmt: skip
        changed(copy, file, old, new)
    assert [one.kind for one in report(SLUG, copy).mistakes] == ["not-yaml"] * 4


def test_a_lesson_without_mistakes_is_told_to_have_been_read(copy, capsys):
    assert check.main([str(copy / SLUG)]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out == (
        f"{SLUG}: read 2 sections, 1 experiment, 2 claims, 1 figure, 1 term, 1 source, 1 question, 1 scenario; "
        "nothing to mend.\n"
    )
    changed(copy, LESSON, "menu: Tiny", "menue: Tiny")
    changed(copy, QUIZ, "[T1]", "[T2]")
    assert check.main([str(copy / SLUG)]) == 1
    said = capsys.readouterr()
    assert said.err.count("\n") == 2
    assert said.out.endswith("; 2 mistakes.\n")


def test_one_claim_is_tried_alone_also_in_a_lesson_that_is_not_in_order_yet(copy, capsys):
    changed(copy, LESSON, "figure: error", "figure: eror")
    changed(copy, EXPERIMENTS, "[0.25, 1.8]", "[0.5, 1.8]")
    assert check.main([str(copy / SLUG), "--claim", "tanh-factor"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"tanh-factor ({SLUG}/experiments.yaml:6): error signal per layer of ten tanh layers\n")
    assert len(re.findall(r"seed +\d+: 0\.9|seed +\d+: [01]\.", said)) == 15
    assert re.search(r"median 0\.9\d+, which the page shows as 0\.9\d; smallest 0\.8\d+, largest 1\.0\d+", said)
    assert said.endswith("band [0.85, 1.07]: holds on every seed\n")
    assert check.main([str(copy / SLUG), "--claim", "tanh-factor", "tanh-arrives"]) == 1
    assert re.search(r"band \[0\.5, 1\.8\]: does not hold on \d+ of 15 seeds \(!\)", capsys.readouterr().out)
    assert check.main([str(copy / SLUG), "--claim", "tanh-fakter"]) == 1
    assert "Did you mean 'tanh-factor'?" in capsys.readouterr().err


def test_a_lesson_is_named_by_its_folder_or_by_how_its_name_begins(copy, capsys):
    assert check.lesson(str(copy / SLUG)) == (SLUG, copy.resolve())
    assert check.lesson("02", copy) == (SLUG, copy)
    assert check.main(["03"]) == 1
    assert "There is no lesson called '03'." in capsys.readouterr().err
    with pytest.raises(SystemExit):
        check.main(["--claim", "tanh-factor"])
