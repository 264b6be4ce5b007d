"""How SQLAlchemy talks to SQLite and to PostgreSQL."""

import os
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url

from core.folder import data_folder
from core.store.faults import UNKNOWN_URL, Unavailable

PATIENCE = 5  # seconds to wait for a lock
QUEUE = 15  # seconds to wait for a connection while others use them all
DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


class Engines(NamedTuple):
    """Where to read and where to write."""

    read: Engine
    write: Engine

    def close(self) -> None:
        """Close the connections that nobody uses, and the others once they are given back."""
        self.read.dispose()
        self.write.dispose()


def default_url() -> str | URL:
    """PostgreSQL if DATABASE_URL names it; otherwise a file in VANISHING_POINT_DATA or in the project's `data/`."""
    if url := os.environ.get("DATABASE_URL"):
        return url
    return URL.create("sqlite", database=str(data_folder() / "learners.sqlite3"))


def understood(url: str | URL) -> URL:
    """The address with the driver that we use."""
    address = make_url(url)
    if address.drivername not in DRIVERS:
        raise Unavailable(*UNKNOWN_URL)
    return address.set(drivername=DRIVERS[address.drivername])


def connect(url: URL) -> Engines:
    """Engines for an understood address; nothing is opened yet."""
    return _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)


def _postgresql(url: URL) -> Engines:
    limits = f"-c lock_timeout={PATIENCE}s -c statement_timeout={4 * PATIENCE}s"
    engine = create_engine(
        url,
        connect_args={"connect_timeout": PATIENCE, "options": limits},
        pool_size=5,
        max_overflow=5,
        pool_timeout=QUEUE,
        pool_pre_ping=True,  # a restarted server is noticed before the first statement
    )
    return Engines(engine.execution_options(isolation_level="REPEATABLE READ"), engine)


def _sqlite(url: URL) -> Engines:
    """One connection for writing, since SQLite has one writer at a time: queueing here is fairer than at the file.

    A transaction that means to write says so at its beginning. If it first read and then wrote, SQLite would refuse it
    as soon as somebody else had written in between, without waiting.
    """
    read, write = (
        create_engine(
            url, connect_args={"check_same_thread": False}, pool_size=size, max_overflow=0, pool_timeout=QUEUE
        ) for size in (4, 1)
    )  # fmt: skip
    for engine, begin in ((read, "BEGIN"), (write, "BEGIN IMMEDIATE")):
        event.listen(engine, "connect", _set_up)
        event.listen(engine, "begin", partial(_begin, begin))
    return Engines(read, write)


def _set_up(connection: Any, _: Any) -> None:
    """With a write-ahead log, NORMAL keeps what was committed when the process is killed."""
    connection.isolation_level = None  # Python is not to begin transactions on its own
    for pragma in (f"busy_timeout={1000 * PATIENCE}", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(statement: str, connection: Connection) -> None:
    connection.exec_driver_sql(statement)
