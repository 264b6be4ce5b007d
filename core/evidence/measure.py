"""Measure every number of the lessons, and write the files that ship them: `python -m core.evidence.measure`."""

import sys
import time

from core.compute import door
from core.compute.door import Compute
from core.compute.kept import FILE, Shelf
from core.evidence.evidence import Evidence
from core.lessons import library


def main() -> None:
    """One lesson after the other, from nothing."""
    own = Compute(door.configured)
    try:
        for entry in library.entries():
            start, lesson = time.monotonic(), library.load(entry.slug)
            found = Evidence(Shelf(), own)
            found.ask_for_all(lesson)
            found.prepare(lesson)
            keys = found.keys(lesson)
            found.shelf.write(lesson.path.with_name(FILE), keys)
            sys.stdout.write(f"{lesson.slug}: {len(set(keys))} entries, {time.monotonic() - start:.0f} s\n")
    finally:
        own.close()


if __name__ == "__main__":
    main()
