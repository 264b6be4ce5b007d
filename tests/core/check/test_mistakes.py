import ast
import copy
from pathlib import Path

import pytest

from core import authoring
from core.authoring import Mistake, Objection, at, check, read_yaml
from core.check import everything
from core.lessons.blocks import Front, Predict
from core.lessons.library import ROOT, Described
from core.mistakes import MISTAKES
from core.questions.bank import slugs

CORE = Path(authoring.__file__).parent
PATH = Path("lessons/01-a-lesson/lesson.md")
HEAD = "title: T\nmenu: M\nsummary: S.\nyou_will_be_able_to: [see]\n"


def raised():
    """Every id that the code gives to a mistake; `kind_of` gives none that is not given elsewhere."""
    trees = [ast.parse(path.read_bytes()) for path in CORE.rglob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [call for call in calls if getattr(call.func, "id", "") in {"Mistake", "Objection"}]
    kinds = {call.args[0].value for call in named if isinstance(call.args[0], ast.Constant)}
    assert all(
        isinstance(call.args[0], ast.Constant) or ast.unparse(call.args[0]) == "kind_of(wrong)" for call in named
    )
    return kinds


def test_every_id_is_explained_and_every_explained_id_is_given_to_a_mistake():
    assert raised() == set(MISTAKES)


def test_every_id_is_explained_in_full_sentences():
    for kind, (means, remedy) in MISTAKES.items():
        assert means.endswith("."), kind
        assert remedy.endswith("."), kind


def test_an_id_that_nobody_has_explained_is_an_error():
    with pytest.raises(LookupError, match="no-such-thing"):
        Objection("no-such-thing", "It is wrong.", "Mend it.")


def test_a_mistake_shows_its_place_and_its_id():
    mistake = Mistake("long-sentence", at(PATH, 12), "this sentence is long.", "Make two of it.")
    assert str(mistake) == "01-a-lesson/lesson.md:12: [long-sentence] this sentence is long. Make two of it."
    assert str(copy.copy(mistake)) == str(mistake)
    assert copy.copy(mistake).kind == "long-sentence"


@pytest.mark.parametrize(
    ("model", "text", "kind", "line"),
    [
        (Front, HEAD.replace("menu", "menue"), "unknown-key", 2),
        (Front, HEAD.replace("menu: M\n", ""), "missing-key", 1),
        (Front, f"{HEAD}left: out\n", "unknown-key", 5),
        (Front, HEAD.replace("[see]", "see"), "wrong-value", 4),
        (Described, "network: {depth: 0}", "wrong-value", 1),
        (Described, "network: {activation: rel}", "unknown-name", 1),
        (Predict, "ask: A?\nclaim: c\nthen: T.\n", "prediction-without-one-answer", 1),
    ],
)
def test_what_does_not_fit_a_model_has_an_id_by_its_kind(model, text, kind, line):
    with pytest.raises(Mistake) as caught:
        check(model, read_yaml(text, PATH), PATH, 1)
    assert str(caught.value).startswith(f"01-a-lesson/lesson.md:{line}: [{kind}] ")


def test_what_two_readers_find_is_reported_once(monkeypatch):
    def refuse(*_):
        raise Mistake("no-head", "01-a-lesson/lesson.md:1", "no head.", "Write one.")

    monkeypatch.setattr(everything.library, "read", refuse)
    monkeypatch.setattr(everything.banks, "read", refuse)
    (slug, *_) = slugs()
    assert [found.kind for found in everything.report(slug, ROOT).mistakes] == ["no-head"]
