"""What can keep the store from working, in words that say what to do about it."""

import errno
import sqlite3
from collections.abc import Mapping

from core.errors import Fixable

GOES_ON = "Saving then goes on by itself."
RESUMES = "Saving then goes on by itself, and what was saved before is still there."


class Unavailable(Fixable):
    """The store cannot be used right now; everything that needs no memory still works."""


Words = tuple[str, str]
LOCKED = (
    "Another program holds the file of answers.",
    f"Try again in a few seconds. If it goes on, ask whoever runs this server to end the other program. {RESUMES}",
)
FULL = (
    "The server's disk is full, so nothing more can be saved.",
    f"Ask whoever runs this server to free some space. {RESUMES}",
)
BROKEN_DISK = (
    "The server's disk does not take what is to be saved.",
    f"Ask whoever runs this server to look at the disk and at the limits on the size of files. {RESUMES}",
)
FORBIDDEN = (
    "The server cannot write to its file of answers.",
    f"Ask whoever runs this server to let it write to the folder that VANISHING_POINT_DATA names. {GOES_ON}",
)
DAMAGED = (
    "The file of answers is damaged.",
    f"Ask whoever runs this server to put a copy of learners.sqlite3 in its place, or to move it away. {GOES_ON}",
)
SILENT = (
    "The database does not answer, so nothing can be saved at the moment.",
    f"Try again in a minute. If it goes on, ask whoever runs this server to look at the database. {RESUMES}",
)
UNKNOWN_URL = (
    "The address of the database is not one that this app understands.",
    "Whoever runs this server: write DATABASE_URL as postgresql://name:password@host/database, or leave it out.",
)
NO_DRIVER = (
    "The server lacks the library that talks to its database.",
    "Whoever runs this server: install it with pip install -r requirements.txt and start the app again.",
)
NEWER = (
    "The database was made by a newer version of this app.",
    "Whoever runs this server: update the app, or give it another database.",
)

SQLITE: Mapping[int, Words] = {
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: BROKEN_DISK,
    sqlite3.SQLITE_READONLY: FORBIDDEN,
    sqlite3.SQLITE_CANTOPEN: FORBIDDEN,
    sqlite3.SQLITE_PERM: FORBIDDEN,
    sqlite3.SQLITE_AUTH: FORBIDDEN,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
}
POSTGRESQL: Mapping[str, Words] = {"53100": FULL, "25006": FORBIDDEN, "42501": FORBIDDEN}
SYSTEM: Mapping[int, Words] = {errno.ENOSPC: FULL, errno.EDQUOT: FULL}
NAMED: Mapping[str, Words] = {
    "ModuleNotFoundError": NO_DRIVER,
    "ImportError": NO_DRIVER,
    "NoSuchModuleError": UNKNOWN_URL,
    "ArgumentError": UNKNOWN_URL,
}


def in_words(error: BaseException) -> Unavailable:
    """The error of a database, a driver or the file system as something a learner can read."""
    cause = getattr(error, "orig", None) or error
    return Unavailable(*(_of_database(cause) or NAMED.get(type(error).__name__, SILENT)))


def _of_database(cause: BaseException) -> Words | None:
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", None)
        return None if code is None else SQLITE.get(code & 0xFF)  # the lower byte says the kind
    if isinstance(cause, OSError):
        return SYSTEM.get(cause.errno or 0, FORBIDDEN)
    return POSTGRESQL.get(getattr(cause, "sqlstate", None) or "")
