"""Imports point down only; `make check` asks the same question."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(*command):
    return subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)


def test_imports_point_down_only():
    done = run("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache")
    assert done.returncode == 0, done.stdout


def test_lessons_hold_no_code():
    assert not list((ROOT / "lessons").rglob("*.py"))


def test_pages_can_be_shown_before_torch_is_loaded():
    code = (
        "import sys; import pages.lab.page, pages.lesson.page, pages.quiz.page, pages.home.page;"
        "print([name for name in ('torch', 'sklearn') if name in sys.modules])"
    )
    assert run("-c", code).stdout.strip() == "[]"


@pytest.mark.parametrize("house", ["core", "pages"])
def test_the_map_shows_every_room_and_no_other(house):
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("```")[1]
    shown = re.search(rf"^{house}/.*\n((?:  .*\n)+)", text, re.MULTILINE)[1]
    rooms = {path.parent.name + "/" for path in (ROOT / house).glob("*/__init__.py")}
    files = {path.name for path in (ROOT / house).glob("*.py")} - {"__init__.py"}
    assert sorted(line.split()[0] for line in shown.splitlines()) == sorted(rooms | files)
