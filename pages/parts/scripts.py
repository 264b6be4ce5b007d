"""The modules that run in the browser: each stands beside the Python that sends it, all of them under one address."""

import hashlib
import os
from pathlib import Path

from starlette.staticfiles import StaticFiles

TREE = Path(__file__).parents[1]
SCRIPTS = sorted(TREE.rglob("*.js"))
URL = "/assets/scripts-" + hashlib.sha256(b"".join(path.read_bytes() for path in SCRIPTS)).hexdigest()[:12]
"""Another one whenever a script changes, because browsers keep what they find there"""


def address(script: Path) -> str:
    """Where browsers find it; the folders are those of the tree, so that imports between scripts hold."""
    return f"{URL}/{script.relative_to(TREE).as_posix()}"


def of(room: str) -> list[Path]:
    """What a page of that room loads, as far as one knows beforehand: its own scripts, and those of all pages."""
    return [path for path in SCRIPTS if path.parent == TREE or path.relative_to(TREE).parts[0] in {room, "parts"}]


class Scripts(StaticFiles):
    """The scripts of the tree, and none of its other files."""

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """Look for a script only."""
        return super().lookup_path(path) if path.endswith(".js") else ("", None)
