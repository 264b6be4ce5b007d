"""The fingerprint of everything that decides a result: our code, and the libraries that do its sums."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[2]
BEGIN = ("core.compute.workers", "core.verdicts.outcomes")
"""What measures, and what is read off the results; whatever they import belongs to it"""
LIBRARIES = ("torch", "numpy", "scikit-learn")


@lru_cache(maxsize=8)
def fingerprint(root: Path = ROOT) -> str:
    """Another one whenever a line of that code, or a version of those libraries, is another one."""
    found = sha256(libraries().encode())
    for path in sorted(_modules(root)):
        found.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return found.hexdigest()[:16]


def libraries() -> str:
    """The libraries with their versions, in words."""
    return ", ".join(f"{name} {version(name)}" for name in LIBRARIES)


def _modules(root: Path) -> set[Path]:
    """The files of BEGIN, and of all our modules that they import, wherever in a file the import stands."""
    found: set[Path] = set()
    waiting = [path for name in BEGIN for path in _file(root, name)]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            names = _imported(ast.parse(path.read_bytes()))
            waiting += [file for name in names for file in _file(root, name)]
    return found


def _imported(tree: ast.Module) -> Iterator[str]:
    """Every name that may be that of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _file(root: Path, name: str) -> list[Path]:
    path = root.joinpath(*name.split(".")).with_suffix(".py")
    return [path] if path.is_file() else []
