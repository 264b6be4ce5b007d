"""What a visit has to read: nothing that an earlier one has read, however many lessons there are."""

import shutil
from pathlib import Path

import pytest

from core.lessons import library
from core.lessons.library import ROOT
from core.questions import bank

SLUG = library.entries()[0].slug


@pytest.fixture
def eight(tmp_path):
    root = tmp_path / "lessons"
    root.mkdir()
    for number in range(1, 9):
        (root / f"{number:02}{SLUG[2:]}").symlink_to(ROOT / SLUG)
    shutil.copy(ROOT / "misconceptions.yaml", root)
    return root


def paths(given):
    return [one for one in given if isinstance(one, Path)]


@pytest.fixture
def read(monkeypatch):
    """The files that have been read, in order; nothing is remembered of earlier tests."""
    seen = []

    def note(of, name):
        original = getattr(of, name)
        monkeypatch.setattr(of, name, lambda *given: seen.extend(paths(given)) or original(*given))

    note(library, "_tokens")
    note(library, "read_yaml")
    note(bank, "read_yaml")
    return seen


def visit(root):
    """What the frame and a lesson with questions ask for."""
    library.entries(root)
    library.load(SLUG, root)
    bank.bank(SLUG, root)


def test_a_visit_to_one_of_eight_lessons_reads_no_file_that_was_read_before(eight, read):
    visit(eight)
    assert {path.parent.name for path in read if path.name == "lesson.md"} == {
        p.name for p in eight.iterdir() if p.is_dir()
    }
    read.clear()
    visit(eight)
    assert read == []


def test_only_the_visited_lesson_is_read_beyond_its_title(eight, read):
    visit(eight)
    assert {path.parent.name for path in read if path.name == "experiments.yaml"} == {SLUG}
