import inspect

import pytest

from core.check import __main__ as check
from core.check import catalogues
from core.environment import VARIABLES
from core.lab.settings import SETTINGS
from core.lessons.blocks import KINDS, Block
from core.lessons.equations import EQUATIONS
from core.lessons.prose import ROLES
from core.lessons.views import VIEWS
from core.mistakes import MISTAKES
from core.questions.keys import FORMULAS, KEYS
from core.verdicts.meanings import MEANINGS
from core.verdicts.outcomes import OUTCOMES

TABLES = [(KINDS, "slope"), (ROLES, "term"), (VIEWS, "loss"), (EQUATIONS, "clip"), (FORMULAS, "lost"),
          (SETTINGS, "rate"), (VARIABLES, "COMPUTE_URL"), (MISTAKES, "no-head")]  # fmt: skip


@pytest.fixture
def rename():
    """Give a row another name; afterwards all rows are back, in their order."""
    before = []

    def rename(table, word):
        before.append((table, dict(table)))
        table[f"{word}_renamed"] = table.pop(word)

    yield rename
    for table, rows in before:
        table.clear()
        table.update(rows)


def test_the_reference_is_what_the_models_and_tables_say():
    assert list(catalogues.mistakes()) == []


def test_what_is_written_once_is_written_again_the_same(tmp_path):
    path = tmp_path / "reference.md"
    path.write_text(catalogues.reference(), encoding="utf-8")
    assert list(catalogues.mistakes(path)) == []


def test_a_renamed_key_makes_the_check_fail(monkeypatch):
    class Renamed(Block):
        """An activation function and its slope, with a handle for the pre-activation."""

        heading: str
        """What stands above it"""

    monkeypatch.setitem(KINDS, "slope", Renamed)
    (found,) = catalogues.mistakes()
    assert str(found).startswith("docs/reference.md: [outdated-reference] ")
    assert "make docs" in str(found)


@pytest.mark.parametrize(("table", "word"), TABLES)
def test_a_renamed_row_makes_the_check_fail(rename, table, word):
    rename(table, word)
    assert [found.kind for found in catalogues.mistakes()] == ["outdated-reference"]


def test_the_check_of_everything_looks_at_the_reference_too(rename):
    rename(VARIABLES, "COMPUTE_URL")
    assert [found.kind for found in check.mistakes()] == ["outdated-reference"]


def test_a_reference_that_is_not_there_is_reported(tmp_path):
    assert [found.kind for found in catalogues.mistakes(tmp_path / "reference.md")] == ["outdated-reference"]


def test_every_row_ends_with_what_it_means():
    rows = [line for line in catalogues.reference().splitlines() if line.startswith("| `")]
    assert [row for row in rows if row.endswith("|  |")] == []


def test_all_that_can_be_named_is_in_the_reference():
    text = catalogues.reference()
    for table in (KINDS, ROLES, VIEWS, EQUATIONS, OUTCOMES, KEYS, SETTINGS, VARIABLES, MISTAKES):
        assert [word for word in table if f"`{word}`" not in text] == []


def test_every_outcome_has_a_meaning_and_every_meaning_an_outcome():
    assert list(MEANINGS) == list(OUTCOMES)


def test_every_key_function_says_what_it_gives():
    assert [name for name, function in KEYS.items() if not inspect.getdoc(function)] == []
