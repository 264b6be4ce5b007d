"""Read every lesson and every quiz and report what cannot be shown: `python -m core.check`."""

import sys

from core import lessons
from core.errors import Fixable
from core.questions import items


def mistakes() -> list[Fixable]:
    """The first mistake in each lesson and each quiz."""
    found = lessons.check_all()
    for slug in items.slugs():
        try:
            items.bank(slug)
        except Fixable as mistake:
            found.append(mistake)
    return found


if __name__ == "__main__":
    for mistake in mistakes():
        sys.stderr.write(f"{mistake}\n")
    sys.exit(bool(mistakes()))
