import math
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from core import Fixable
from core.check import __main__ as check
from core.check import proofreading
from core.compute.kept import Shelf
from core.compute.workers import spectrum_job
from core.evidence.evidence import Evidence, claim_key, complaint
from core.lessons import library
from core.lessons.blocks import Equation, Misconception, Notes, Panel, Powers, Question
from core.lessons.claims import seeded
from core.lessons.library import ROOT
from core.mistakes import MISTAKES
from core.networks import trainer
from core.questions.bank import bank

SLUGS = [entry.slug for entry in library.entries()]
FIRST = "01-vanishing-and-exploding-gradients"
CLAIMS = [(slug, name) for slug in SLUGS for name in library.load(slug).claims]
PRODUCT, SLOPES, PLOTS = "quiz/1-product.yaml", "quiz/2-weights-and-activations.yaml", "quiz/5-plots.yaml"
TINY = Path(__file__).parents[2] / "lessons"


JOBS = {
    "profile": trainer.profiles,
    "run": trainer.train,
    "spectrum": lambda experiments: spectrum_job(experiments, []),
}


@pytest.fixture(scope="module")
def values():
    """What every claim comes to, each experiment computed once: (slug, name of the claim) -> a value for each seed."""
    asked = {kind: [] for kind in JOBS}
    for slug, name in CLAIMS:
        lesson = library.load(slug)
        asked[lesson.claims[name].needs] += seeded(lesson.experiments, lesson.claims[name])
    found = {kind: dict(zip(set(es), JOBS[kind](list(set(es))), strict=True)) for kind, es in asked.items()}

    def of(slug, name):
        lesson = library.load(slug)
        claim = lesson.claims[name]
        return claim.values([found[claim.needs][e] for e in seeded(lesson.experiments, claim)])

    return {(slug, name): of(slug, name) for slug, name in CLAIMS}


@pytest.mark.parametrize(("slug", "name"), CLAIMS)
def test_a_claim_holds_for_every_seed(slug, name, values):
    wrong = complaint(library.load(slug), name, values[slug, name])
    assert not wrong, wrong


@pytest.mark.parametrize(("slug", "name"), CLAIMS)
def test_the_band_of_a_claim_is_not_much_wider_than_its_seeds_spread(slug, name, values):
    """A band that would take anything says nothing. Shares may scatter by 5 % anyhow: 512 points are a sample."""
    claim = library.load(slug).claims[name]
    found, (low, high) = values[slug, name], claim.between
    if claim.show == "percent":
        assert high - low <= max(4 * (max(found) - min(found)), 0.1001)
    elif low > 0 and high / low > 3:  # a matter of decades
        spread = math.log10(max(found) / min(found))
        assert math.log10(high / low) <= 3 * max(spread, 0.2)
    else:
        assert high - low <= max(4 * (max(found) - min(found)), 0.1 * abs(high))


@pytest.mark.parametrize("slug", SLUGS)
def test_the_shipped_numbers_come_out_again(slug, shipped, values, rounds_alike):
    """To the last digits. Only a training on a machine that rounds in another way may go its own way, in its band."""
    lesson = library.load(slug)
    for name, claim in lesson.claims.items():
        before = shipped.find(*claim_key(lesson, name)).value
        if claim.needs == "run" and not rounds_alike:
            assert complaint(lesson, name, before) is None
        else:
            np.testing.assert_allclose(before, values[slug, name], rtol=1e-9, err_msg=name)


@pytest.mark.parametrize("slug", SLUGS)
def test_one_choice_of_a_prediction_is_right_whatever_the_seed(slug, values):
    for _, block in library.load(slug).blocks:
        if isinstance(block, Panel) and block.predict and block.predict.choices:
            found = values[slug, block.predict.claim]
            right = [c for c in block.predict.choices if all(c.between[0] <= v <= c.between[1] for v in found)]
            assert len(right) == 1, block.id
            others = [c for c in block.predict.choices if c is not right[0]]
            assert not any(c.between[0] <= v <= c.between[1] for c in others for v in found), block.id


@pytest.mark.parametrize("slug", SLUGS)
def test_a_lesson_says_what_it_is_for_and_how_long_it_takes(slug):
    lesson = library.load(slug)
    assert lesson.front.you_will_be_able_to
    assert 3 <= lesson.minutes <= 30
    assert len({section.anchor for section in lesson.sections}) == len(lesson.sections)


def test_every_section_of_the_first_lesson_asks_shows_and_asks_again():
    sections = library.load(FIRST).sections
    assert [section.title for section in sections] == [
        "A quick refresher", "The core problem", "A product over layers", "The sigmoid case",
        "What the weights add",
        "The ReLU answer", "Initialization", "Residual connections", "Exploding gradients", "Clipping", "Normalization",
        "At a glance", "In four minutes", "Takeaways", "Glossary", "Further reading",
    ]  # fmt: skip
    for section in sections[:12]:
        blocks = [block for _, block in section.blocks]
        figures = [block for block in blocks if isinstance(block, Panel | Powers)]
        assert figures, section.title
        assert all(figure.predict for figure in figures), section.title
        assert any(isinstance(block, Question) for block in blocks), section.title
        assert any(isinstance(block, Notes) for block in blocks), section.title
    assert sum(isinstance(block, Misconception) for _, block in library.load(FIRST).blocks) >= 8
    assert sum(isinstance(block, Equation) for _, block in library.load(FIRST).blocks) >= 5


@pytest.mark.parametrize("slug", SLUGS)
def test_every_question_in_a_lesson_is_an_item_of_its_quiz(slug):
    known = {item.id for item in bank(slug).items}
    asked = [block.id for _, block in library.load(slug).blocks if isinstance(block, Question)]
    assert asked
    assert set(asked) <= known


def test_a_second_lesson_needs_no_code(compute_in_threads):
    (entry,) = library.entries(TINY)
    lesson = library.load(entry.slug, TINY)
    assert list(proofreading.mistakes(lesson)) == []
    assert len(bank(entry.slug, TINY).items) == 1
    evidence = Evidence(Shelf(), compute_in_threads)
    for name in lesson.claims:
        assert complaint(lesson, name, evidence.measured(lesson, name).value) is None


def test_all_that_is_written_can_be_shown():
    assert check.mistakes() == []


SLOPE_EXPLAINED = (
    r"The slope is $\sigma(z)\,(1 - \sigma(z))$, which gives {{key}} at $z = {{z}}$. "
    r"It is never larger than $\sigma'(0) = 0.25$."
)
PLAIN = "What matters is on which side of 1 the factor lies."


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("It keeps 23 of the signal.", "the number '23' rests on nothing"),
        ("It loses half of it in each step.", "the number 'half' rests on nothing"),
        (r"That leaves $0.25^{10} \approx 10^{-7}$.", "is wrong, or cannot be worked out"),
        (r"So $\sigma'(2) \approx 0.125$ is left.", "is wrong, or cannot be worked out"),
        ("An LSTM does better.", "nobody has explained LSTM yet"),
        (" ".join(["So", *["word"] * 40]) + ".", "this sentence is long"),
    ],
)
def test_a_proofreader_finds(copy, sentence, said):
    path = copy / FIRST / "lesson.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(PLAIN, sentence, 1), encoding="utf-8")
    (found,) = proofreading.mistakes(library.load(FIRST, copy))
    assert said in str(found)
    line = text[: text.index(PLAIN)].count("\n") + 1
    assert str(found).startswith(f"{FIRST}/lesson.md:{line}: ")


def test_a_proofreader_lets_pass_what_is_set_counted_explained_or_right(copy):
    path = copy / FIRST / "lesson.md"
    fine = r"A recurrent network (RNN) of layer 3 keeps {given}`23`, since $0.25^{2} = 0.0625$. An RNN in float16 too."
    path.write_text(path.read_text(encoding="utf-8").replace(PLAIN, fine, 1), encoding="utf-8")
    assert list(proofreading.mistakes(library.load(FIRST, copy))) == []


@pytest.mark.parametrize(
    ("explained", "said"),
    [
        ("The slope is 0.25 there.", "says '0.25' in every draw"),
        ("It is half of the largest slope.", "says 'half' in every draw"),
        (r"It is $\sigma'({{z}}) \approx 0.105$.", r"\sigma'(3) \approx 0.105 is wrong"),
        (" ".join(["word"] * 40) + ".", "this sentence is long"),
    ],
)
def test_a_proofreader_finds_what_an_explanation_says_wrongly_in_some_draw(copy, explained, said):
    path = copy / FIRST / SLOPES
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(SLOPE_EXPLAINED, explained, 1), encoding="utf-8")
    found = list(proofreading.quiz_mistakes(bank(FIRST, copy)))
    assert any(said in str(one) for one in found)
    line = text[: text.index(SLOPE_EXPLAINED)].count("\n") + 1
    assert all(str(one).startswith(f"{FIRST}/{SLOPES}:{line}: ") for one in found)


def test_a_number_of_an_explanation_may_be_filled_in_worked_out_asked_for_or_checked_by_arithmetic(copy):
    path = copy / FIRST / SLOPES
    fine = r"At ${{z}}$ it is {{key}}, at most $\sigma'(0) = 0.25$ and below $\sigma(0) = 0.5$."
    path.write_text(path.read_text(encoding="utf-8").replace(SLOPE_EXPLAINED, fine, 1), encoding="utf-8")
    assert list(proofreading.quiz_mistakes(bank(FIRST, copy))) == []


# ---- a lesson with a mistake in it


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(ROOT / FIRST, tmp_path / FIRST)
    shutil.copy(ROOT / "misconceptions.yaml", tmp_path)
    return tmp_path


def broken(copy, file, old, new):
    path = copy / FIRST / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    with pytest.raises(Fixable) as caught:
        library.load(FIRST, copy)
        bank(FIRST, copy)
    return str(caught.value), f"{FIRST}/{file}:{line}: "


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("lesson.md", "```{powers}", "```{power}", "no block called {power}"),
        ("lesson.md", "factor: 0.6\nterms", "facto: 0.6\nterms", "facto: there is no key of this name"),
        ("lesson.md", "  terms: 50", "  terms: ten", "predict → terms: Input should be a valid integer"),
        ("lesson.md", "figure: error", "figure: errors", "no figure called 'errors'. Did you mean 'error'"),
        ("lesson.md", "captions: lesson.vtt", "captions: lesson.srt", "there is no file media/lesson.srt"),
        ("lesson.md", "controls: [depth, init, seed]", "controls: [dept]", "no setting called 'dept'"),
        (
            "lesson.md",
            "{term}`error signal`",
            "{term}`eror signal`",
            "no term called 'eror signal'. Did you mean 'error",
        ),
        ("lesson.md", "{cite}`he-2015`", "{cite}`he-2014`", "no cite called 'he-2014'. Did you mean 'he-201"),
        ("lesson.md", "<only-weights A 1>", "<only-weights B 1>", "points at nothing. Write: only-weights A 1"),
        ("lesson.md", "{term}`error signal`", "{trem}`error signal`", "no role called 'trem'. Did you mean 'term'"),
        (
            "lesson.md",
            "numbers: only-weights",
            "numbers: only-weight",
            "with the id called 'only-weight'. Did you mean",
        ),
        ("lesson.md", "  \\odot: multiply", "  \\oplus: multiply", "is explained but not in the formula"),
        ("lesson.md", "equations: [step, power]", "equations: [steps]", "no equation with numbers called 'steps'"),
        ("lesson.md", "menu: Lesson 1\n", "", "menu: this key is missing"),
        ("lesson.md", "{claim}`linear-factor`", "{claim}`linear`", "no claim called 'linear'"),
        ("lesson.md", "show: [ten linear layers]", "show: [ten lines]", "no experiment called 'ten lines'"),
        ("lesson.md", "claim: sigmoid-arrives", "claim: sigmoid-comes", "no claim called 'sigmoid-comes'"),
        ("lesson.md", "decades: [-16, 0]", "decades: [-16, 0", "a [ is opened here and not closed"),
        ("experiments.yaml", "depth: 20", "depth: 0", "depth cannot be 0. Give a whole number from 1 to 200"),
        ("experiments.yaml", "activation: relu", "activation: rel", "no activation called 'rel'. Did you mean 'relu'"),
        ("experiments.yaml", "outcome: final accuracy", "outcome: accuracy", "no outcome called 'accuracy'"),
        ("experiments.yaml", "of: ten linear layers", "of: ten lines", "no experiment called 'ten lines'"),
        (PRODUCT, "key: slowest_layer", "key: slowest_player", "Did you mean 'slowest_layer'"),
        (PRODUCT, "type: numeric", "type: number", "type"),
        (PRODUCT, "misconceptions: [M1, M25]", "misconceptions: [M1, M99]", "no misconception called 'M99'"),
        (PRODUCT, "of: [ten sigmoid layers]", "of: [ten sigmoid liars]", "Did you mean 'ten sigmoid layers'"),
        (PRODUCT, "view: weights", "view: weight", "no figure called 'weight'. Did you mean 'weights'"),
        (PRODUCT, ', reply: "Its error signal has been through the most multiplications."', "", "reply: this key"),
        (PRODUCT, "needs: [next]", "needs: [slopes]", "can never be reached"),
        (PRODUCT, 'says: "Layer 10, next to the output"', 'says: "Layer 1, next to the input"', "read the same"),
        (SLOPES, "key: sigmoid_slope", "key: sigmoid_slop", "Did you mean 'sigmoid_slope'"),
        (SLOPES, "id: sigmoid-slope", "id: slowest-layer", "the id 'slowest-layer' is taken"),
        (
            SLOPES,
            "section: the-sigmoid-case",
            "section: the-sigmoid",
            "called 'the-sigmoid'. Did you mean 'the-sigmoid-case'?",
        ),
        (SLOPES, "beyond: optimizers other than plain", "beyond: optimizers other than", "lesson leaves out called"),
        (SLOPES, "- equals: slope_ceiling", "- equals: slope_sealing", "Did you mean 'slope_ceiling'"),
        (PLOTS, "key: weights_factor\n    rules", "key: weights_fractor\n    rules", "Did you mean 'weights_factor"),
    ],
)
def test_an_authors_mistake_is_reported_with_file_line_and_what_to_write(copy, file, old, new, said):
    message, place = broken(copy, file, old, new)
    assert said in message
    assert message.startswith(place.rsplit(":", 2)[0])
    assert re.match(r"\S+:\d+: \[([a-z-]+)\] ", message)[1] in MISTAKES


def test_a_name_used_in_the_text_but_not_defined_is_reported_where_it_is_used(copy):
    message, _ = broken(copy, "experiments.yaml", "  relu-off:", "  relu-of:")
    assert message.startswith(f"{FIRST}/lesson.md:")
    assert "no claim called 'relu-off'" in message


def test_the_line_is_the_one_with_the_mistake(copy):
    for file, old, new in [
        ("lesson.md", "factor: 0.6\nterms", "facto: 0.6\nterms"),
        ("experiments.yaml", "outcome: final accuracy", "outcome: accuracy"),
        (SLOPES, "scale: relative", "scale: relativ"),
    ]:
        message, place = broken(copy, file, old, new)
        assert message.startswith(place), message
        shutil.copy(ROOT / FIRST / file, copy / FIRST / file)


def test_a_claim_that_nobody_uses_is_reported(copy):
    path = copy / FIRST / "experiments.yaml"
    path.write_text(path.read_text() + "  idle: {of: ten ReLU layers, outcome: final loss, between: [0, 1]}\n")
    with pytest.raises(Fixable, match="no sentence uses the claim idle"):
        library.load(FIRST, copy)


def test_a_false_claim_is_caught_with_what_was_expected_and_measured(copy, compute_in_threads):
    path = copy / FIRST / "experiments.yaml"
    path.write_text(path.read_text().replace("between: [0.9, 1.12]", "between: [0.10, 0.15]", 1))
    lesson = library.load(FIRST, copy)
    line = path.read_text().split("  linear-factor:")[0].count("\n") + 1
    found = Evidence(Shelf(), compute_in_threads).measured(lesson, "linear-factor")
    assert complaint(lesson, "linear-factor", found.value).startswith(
        f"{FIRST}/experiments.yaml:{line}: the claim linear-factor does not hold: "
        "expected error signal per layer between 0.1 and 0.15, measured seed 0: 1.01"
    )


def test_a_broken_lesson_keeps_its_place_in_the_menu_and_leaves_the_others_alone(copy):
    shutil.copytree(ROOT / FIRST, copy / "02-another")
    (copy / FIRST / "lesson.md").write_text("no head at all")
    names = [entry.menu for entry in library.entries(copy)]
    assert names == ["Vanishing and exploding gradients", "Lesson 1"]
    assert library.load("02-another", copy).slug == "02-another"
    assert [wrong.kind for wrong in library.check_all(copy)] == ["no-head", "no-sections"]


def test_a_new_folder_is_a_new_lesson(copy):
    shutil.copytree(ROOT / FIRST, copy / "02-another")
    assert [entry.slug for entry in library.entries(copy)] == [FIRST, "02-another"]


def test_an_edited_lesson_is_read_anew(copy):
    assert library.load(FIRST, copy).front.menu == "Lesson 1"
    path = copy / FIRST / "lesson.md"
    path.write_text(path.read_text().replace("menu: Lesson 1", "menu: First"))
    assert library.load(FIRST, copy).front.menu == "First"


def test_the_words_of_a_claim_are_the_median_of_its_results(compute_in_threads):
    lesson = library.load(FIRST)
    evidence = Evidence(Shelf(), compute_in_threads)
    found = {name: evidence.measured(lesson, name).value for name in ("linear-factor", "relu-off")}
    middle = sorted(found["linear-factor"])[7]
    assert lesson.claims["linear-factor"].words(found["linear-factor"]) == f"{middle:.2g}"
    assert lesson.claims["relu-off"].words(found["relu-off"]).endswith("\u202f%")
