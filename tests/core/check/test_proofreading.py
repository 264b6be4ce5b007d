"""Whose questions are read for style: ours, and nobody else's."""

from pydantic import TypeAdapter

from core.check.proofreading import quiz_mistakes
from core.questions.bank import Bank
from core.questions.items import Item

LONG = " ".join(["word"] * 60)
ITEM = {
    "id": "sum", "type": "single", "concept": "c", "misconceptions": [], "section": "", "answer": "yes",
    "stem": f"Is $2 + 2 = 5$? {LONG}.", "explain": "",
    "options": [{"id": "yes", "says": "Yes", "reply": ""}, {"id": "no", "says": "No", "reply": ""}],
}  # fmt: skip


def found(**more):
    item = TypeAdapter(Item).validate_python(ITEM)
    return {one.kind for one in quiz_mistakes(Bank(slug="s", items=(item,), experiments={}, beliefs={}, **more))}


def test_our_own_questions_are_proofread_and_imported_ones_are_not():
    assert found() == {"wrong-sum", "long-sentence"}
    assert found(imported=frozenset({"sum"})) == set()
