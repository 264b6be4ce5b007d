"""Read every lesson, every quiz and the reference, and report what does not hold: `python -m core.check`."""

import sys
from contextlib import suppress

from core.check import catalogues, proofreading
from core.errors import Fixable
from core.lessons import library
from core.questions.bank import bank, slugs


def mistakes() -> list[Fixable]:
    """The first mistake in each lesson and each quiz that cannot be shown, and all that a proofreader finds.

    And one more if the reference is not what the models and tables say.
    """
    found = library.check_all()
    for entry in library.entries():
        with suppress(Fixable):  # it is among those found
            found += proofreading.mistakes(library.load(entry.slug))
    for slug in slugs():
        try:
            found += proofreading.quiz_mistakes(bank(slug))
        except Fixable as mistake:
            found.append(mistake)
    found += catalogues.mistakes()
    return list({str(one): one for one in found}.values())  # a broken lesson is met again by its quiz


if __name__ == "__main__":
    found = mistakes()
    for mistake in found:
        sys.stderr.write(f"{mistake}\n")
    sys.exit(bool(found))
