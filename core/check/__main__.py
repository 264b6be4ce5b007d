"""Read every lesson, every quiz and the reference, and report what does not hold: `python -m core.check`.

`python -m core.check LESSON` reads one lesson: its folder, or the beginning of its name.
`python -m core.check LESSON --claim NAME` measures a claim of it, on all its seeds.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from core.check import catalogues, trying
from core.check.everything import Report, report
from core.errors import Fixable, instead
from core.lessons import library


def mistakes(root: Path = library.ROOT) -> list[Fixable]:
    """All mistakes in all lessons, and one more if the reference is not what the models and tables say."""
    found = {str(wrong): wrong for one in reports(root) for wrong in one.mistakes}
    return [*found.values(), *catalogues.mistakes()]


def reports(root: Path = library.ROOT) -> list[Report]:
    """What became of each lesson."""
    return [report(entry.slug, root) for entry in library.entries(root)]


def lesson(said: str, root: Path = library.ROOT) -> tuple[str, Path]:
    """The name of a lesson and the folder it lies in, from a path or from the beginning of its name."""
    path = Path(said).resolve()
    if (path / "lesson.md").is_file() or (path.is_dir() and path.parent == root.resolve()):
        return path.name, path.parent
    slugs = [entry.slug for entry in library.entries(root)]
    found = [slug for slug in slugs if slug.startswith(said)]
    if len(found) != 1:
        raise Fixable(f"There is no lesson called {said!r}.", instead(said, slugs))
    return found[0], root


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if all holds, else 1."""
    parser = argparse.ArgumentParser(prog="python -m core.check", description="Say what in the lessons does not hold.")
    parser.add_argument("lesson", nargs="?", help="only this lesson: its folder, or the beginning of its name")
    parser.add_argument("--claim", nargs="+", metavar="NAME", help="measure these claims of the lesson and say more")
    asked = parser.parse_args(arguments)
    if asked.claim and not asked.lesson:
        parser.error("say of which lesson: python -m core.check 01 --claim " + " ".join(asked.claim))
    try:
        slug, root = lesson(asked.lesson) if asked.lesson else ("", library.ROOT)
        if asked.claim:
            return _tried(slug, root, asked.claim)
    except Fixable as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 1
    found = [report(slug, root)] if slug else reports()
    others = [] if slug else list(catalogues.mistakes())
    told = [*(mistake for one in found for mistake in one.mistakes), *others]
    for mistake in dict.fromkeys(map(str, told)):  # what all lessons share is met again by each
        sys.stderr.write(f"{mistake}\n")
    for one in found:
        count = len(one.mistakes)
        end = f"{count} mistake{'' if count == 1 else 's'}" if count else "nothing to mend"
        sys.stdout.write(f"{one.slug}: read {one.read}; {end}.\n")
    return int(bool(others) or any(one.mistakes for one in found))


def _tried(slug: str, root: Path, names: Sequence[str]) -> int:
    read, _ = library.read(slug, root)
    holds = True
    for name in names:
        tried = trying.tried(read, name)
        sys.stdout.write(f"{tried.says}\n")
        holds &= tried.holds
    return int(not holds)


if __name__ == "__main__":
    sys.exit(main())
