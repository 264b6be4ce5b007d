"""Bringing a database up to date when it is opened, however many processes open it at once."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Engine, text

from core.store.engines import PATIENCE
from core.store.faults import NEWER, Unavailable

STEPS = Path(__file__).parent / "migrations"
KEY = 7_236_410  # of the lock in PostgreSQL; any number that nobody else uses
_one_at_a_time = Lock()  # Alembic keeps its state in a global


def migrate(read: Engine, write: Engine) -> None:
    """Make or change the tables if need be; while one process does, the others wait."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    with _one_at_a_time:
        if write.dialect.name == "sqlite":
            keep_log(write)
        if _is_current(read, config):
            return
        with write.begin() as connection:  # in SQLite this is the lock
            if write.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": KEY})
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:  # it does not know the step that the database has come to
                raise Unavailable(*NEWER) from error


def _is_current(read: Engine, config: Any) -> bool:
    """Whether there is nothing to do, which one can see without locking anybody out."""
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with read.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == (
            ScriptDirectory.from_config(config).get_current_head()
        )


def keep_log(engine: Engine) -> None:
    """Switch a SQLite file to a write-ahead log, which it remembers; readers and the writer then never wait."""
    with closing(engine.raw_connection()) as connection:
        _patiently(lambda: connection.cursor().execute("PRAGMA journal_mode=WAL").close())


def _patiently(act: Callable[[], None]) -> None:
    """SQLite does not wait by itself when two processes want to switch a new file at the same time."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return act()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.02)
