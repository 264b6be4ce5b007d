import ast
import re
from pathlib import Path

import pytest

from core.compute import limits
from core.environment import VARIABLES

ROOT = Path(__file__).parents[3]
CODE = [
    ROOT / "app.py",
    *(path for folder in ("core", "pages", "benchmarks") for path in (ROOT / folder).rglob("*.py")),
]
NAME = re.compile(r"[A-Z]+(_[A-Z]+)+")


def names_in(text):
    """What may be the name of an environment variable in a module that reads any."""
    if not re.search(r"environ\b|getenv", text):
        return set()
    text = re.sub(r'sysconf\("\w+"\)', "sysconf()", text)  # what is asked of the system is no variable
    strings = {node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)}
    asked = set(re.findall(r"""(?:environ(?:\.\w+)?[\[(]|getenv\()\s*["'](\w+)""", text))
    return asked | {text for text in strings if isinstance(text, str) and NAME.fullmatch(text)}


def test_every_environment_variable_that_the_code_reads_is_in_the_table():
    found = set().union(*(names_in(path.read_text(encoding="utf-8")) for path in CODE))
    assert found == set(VARIABLES)


@pytest.mark.parametrize(
    "line",
    ['os.environ["HURRY"]', 'os.environ.get("HURRY", "")', 'os.getenv("HURRY")', 'os.environ\nwhole("IN_HURRY")'],
)
def test_a_new_variable_would_be_found(line):
    assert names_in(f"import os\n{line}\n") & {"HURRY", "IN_HURRY"}


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("COMPUTE_SECONDS", limits.seconds),
        ("COMPUTE_MEMORY_MB", limits.megabytes),
        ("COMPUTE_NICENESS", limits.niceness),
    ],
)
def test_what_holds_if_nobody_sets_a_limit_is_what_the_table_says(monkeypatch, name, limit):
    monkeypatch.delenv(name, raising=False)
    assert VARIABLES[name].default == str(limit())
