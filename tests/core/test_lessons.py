import shutil

import pytest

from core import Fixable, check, lessons, trainer
from core.blocks import Predict, Prose, claims_in
from core.claims import seeded
from core.evidence import measure
from core.lessons import ROOT
from core.questions import items

SLUGS = [entry.slug for entry in lessons.entries()]
FIRST = "01-vanishing-and-exploding-gradients"
CLAIMS = [(slug, name) for slug in SLUGS for name in lessons.load(slug).claims]


@pytest.fixture(scope="module")
def results():
    """Every experiment of every claim, computed once."""
    found = {}
    for job, kind in ((trainer.profiles, "profile"), (trainer.train, "run")):
        experiments = [
            e
            for slug, name in CLAIMS
            if (claim := lessons.load(slug).claims[name]).needs == kind
            for e in seeded(lessons.load(slug).experiments[claim.of], claim)
        ]
        found[kind] = dict(zip(experiments, job(experiments), strict=True))
    return found


@pytest.mark.parametrize(("slug", "name"), CLAIMS)
def test_a_claim_holds_for_every_seed(slug, name, results):
    lesson = lessons.load(slug)
    claim = lesson.claims[name]
    measured = [results[claim.needs][e] for e in seeded(lesson.experiments[claim.of], claim)]
    wrong = claim.broken(measured)
    assert not wrong, f"{slug}/experiments.yaml:{claim.line}: {name}: {wrong}"


@pytest.mark.parametrize("slug", SLUGS)
def test_a_lesson_says_what_it_is_for_and_how_long_it_takes(slug):
    lesson = lessons.load(slug)
    assert lesson.front.you_will_be_able_to
    assert 3 <= lesson.minutes <= 30
    assert len({section.anchor for section in lesson.sections}) == len(lesson.sections)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_lesson_makes_three_claims_and_asks_for_a_prediction(slug):
    blocks = [placed.block for section in lessons.load(slug).sections for placed in section.blocks]
    assert sum(len(claims_in(block)) for block in blocks) >= 3
    assert any(isinstance(block, Predict) for block in blocks)


def test_the_first_lesson_begins_with_its_four_sections():
    titles = [section.title for section in lessons.load(FIRST).sections]
    assert titles[:4] == ["A quick refresher", "The core problem", "The sigmoid case", "The ReLU answer"]


def test_all_that_is_written_can_be_shown():
    assert check.mistakes() == []


# ---- a lesson with a mistake in it


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(ROOT / FIRST, tmp_path / FIRST)
    return tmp_path


def broken(copy, file, old, new):
    path = copy / FIRST / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    with pytest.raises(Fixable) as caught:
        lessons.load(FIRST, copy)
        items.bank(FIRST, copy)
    return str(caught.value), f"{FIRST}/{file}:{line}: "


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("lesson.md", "```{powers}", "```{power}", "no block called {power}"),
        ("lesson.md", "factor: 0.25", "facto: 0.25", "facto: there is no key of this name"),
        ("lesson.md", "terms: 10", "terms: ten", "terms: Input should be a valid integer"),
        ("lesson.md", "menu: Lesson 1\n", "", "menu: this key is missing"),
        ("lesson.md", "{claim}`linear-factor`", "{claim}`linear`", "no claim called 'linear'"),
        ("lesson.md", "show: [ten linear layers]", "show: [ten lines]", "no experiment called 'ten lines'"),
        ("lesson.md", "claim: sigmoid-arrives", "claim: sigmoid-comes", "no claim called 'sigmoid-comes'"),
        ("lesson.md", "decades: [-12, 2]", "decades: [-12, 2", "this is not YAML"),
        ("experiments.yaml", "depth: 20", "depth: 0", "depth cannot be 0. Give a whole number from 1 to 200"),
        ("experiments.yaml", "activation: relu", "activation: rel", "no activation called 'rel'. Did you mean 'relu'"),
        ("experiments.yaml", "outcome: final accuracy", "outcome: accuracy", "no outcome called 'accuracy'"),
        ("experiments.yaml", "of: ten linear layers", "of: ten lines", "no experiment called 'ten lines'"),
        ("quiz.yaml", "key: sigmoid_slope", "key: sigmoid_slop", "Did you mean 'sigmoid_slope'"),
        ("quiz.yaml", "type: numeric", "type: number", "type"),
        ("quiz.yaml", "id: slowest-layer", "id: sigmoid-slope", "the id 'sigmoid-slope' is taken"),
        ("quiz.yaml", "section: the-sigmoid-case", "section: the-sigmoid", "no section 'the-sigmoid'"),
        ("quiz.yaml", ', reply: "Its error signal has been through the most multiplications."', "", "reply: this key"),
    ],
)
def test_an_authors_mistake_is_reported_with_file_line_and_what_to_write(copy, file, old, new, said):
    message, place = broken(copy, file, old, new)
    assert said in message
    assert message.startswith(place.rsplit(":", 2)[0])


def test_a_name_used_in_the_text_but_not_defined_is_reported_where_it_is_used(copy):
    message, _ = broken(copy, "experiments.yaml", "  relu-off:", "  relu-of:")
    assert message.startswith(f"{FIRST}/lesson.md:")
    assert "no claim called 'relu-off'" in message


def test_the_line_is_the_one_with_the_mistake(copy):
    for file, old, new in [
        ("lesson.md", "factor: 0.25", "facto: 0.25"),
        ("experiments.yaml", "outcome: final accuracy", "outcome: accuracy"),
        ("quiz.yaml", "scale: relative", "scale: relativ"),
    ]:
        message, place = broken(copy, file, old, new)
        assert message.startswith(place), message
        shutil.copy(ROOT / FIRST / file, copy / FIRST / file)


def test_a_claim_that_nobody_uses_is_reported(copy):
    path = copy / FIRST / "experiments.yaml"
    path.write_text(path.read_text() + "  idle: {of: ten ReLU layers, outcome: final loss, between: [0, 1]}\n")
    with pytest.raises(Fixable, match="no sentence uses the claim idle"):
        lessons.load(FIRST, copy)


def test_a_false_claim_is_caught_with_what_was_expected_and_measured(copy, compute_in_threads):
    path = copy / FIRST / "experiments.yaml"
    path.write_text(path.read_text().replace("between: [0.85, 1.15]", "between: [0.10, 0.15]", 1))
    lesson = lessons.load(FIRST, copy)
    message = lesson.claims["linear-factor"].broken(
        [compute_in_threads.profiles([e])[0] for e in seeded(lesson.experiments["ten linear layers"],
                                                             lesson.claims["linear-factor"])]
    )  # fmt: skip
    assert message.startswith("expected error signal per layer between 0.1 and 0.15, measured seed 0: 1.01")


def test_a_broken_lesson_keeps_its_place_in_the_menu_and_leaves_the_others_alone(copy):
    shutil.copytree(ROOT / FIRST, copy / "02-another")
    (copy / FIRST / "lesson.md").write_text("no head at all")
    names = [entry.menu for entry in lessons.entries(copy)]
    assert names == ["Vanishing and exploding gradients", "Lesson 1"]
    assert lessons.load("02-another", copy).slug == "02-another"
    assert len(lessons.check_all(copy)) == 1


def test_a_new_folder_is_a_new_lesson(copy):
    shutil.copytree(ROOT / FIRST, copy / "02-another")
    assert [entry.slug for entry in lessons.entries(copy)] == [FIRST, "02-another"]


def test_an_edited_lesson_is_read_anew(copy):
    assert lessons.load(FIRST, copy).front.menu == "Lesson 1"
    path = copy / FIRST / "lesson.md"
    path.write_text(path.read_text().replace("menu: Lesson 1", "menu: First"))
    assert lessons.load(FIRST, copy).front.menu == "First"


def test_the_words_of_a_claim_are_the_median_of_its_results(compute_in_threads):
    lesson = lessons.load(FIRST)
    few = {"linear-factor": lesson.claims["linear-factor"], "relu-off": lesson.claims["relu-off"]}
    found = measure(type(lesson)(**{**vars(lesson), "claims": few}), compute_in_threads)
    values = sorted(few["linear-factor"].values(found["linear-factor"]))
    assert few["linear-factor"].words(found["linear-factor"]) == f"{values[7]:.2g}"
    assert few["relu-off"].words(found["relu-off"]).endswith("\u202f%")


def test_prose_types_no_measured_accuracy_by_hand():
    for slug in SLUGS:
        for section in lessons.load(slug).sections:
            for line, block in section.blocks:
                if isinstance(block, Prose):
                    assert "%" not in block.text, f"{slug}/lesson.md:{line}: percentages are measured; use a claim"
