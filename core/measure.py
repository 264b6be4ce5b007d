"""Measure every number that the lessons show, and put them into the files that ship them: `python -m core.measure`."""

import sys
import time

from core import compute, lessons
from core.compute import Compute
from core.evidence import Evidence
from core.kept import FILE, Shelf


def main() -> None:
    """One lesson after the other, from nothing."""
    door = Compute(compute.configured)
    try:
        for entry in lessons.entries():
            start, lesson = time.monotonic(), lessons.load(entry.slug)
            found = Evidence(Shelf(), door)
            found.ask_for_all(lesson)
            found.prepare(lesson)
            keys = found.keys(lesson)
            found.shelf.write(lesson.path.with_name(FILE), keys)
            sys.stdout.write(f"{lesson.slug}: {len(set(keys))} entries, {time.monotonic() - start:.0f} s\n")
    finally:
        door.close()


if __name__ == "__main__":
    main()
