"""Transactions with one database, which is opened when it is first needed and again after every fault."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from sqlalchemy import URL, Connection
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from core.errors import Fixable
from core.store import engines, faults
from core.store.breaker import Breaker
from core.store.engines import Engines
from core.store.migrate import migrate

PAUSE = 3.0  # seconds between two tries while the store is broken


class Connections:
    """Safe to use from many threads. A read may go on while writes fail: each has a fuse of its own."""

    def __init__(self, url: str | URL, pause: float = PAUSE) -> None:
        """Remember the address; nothing is opened yet."""
        self.url = url
        self._fuses = {"read": Breaker(pause), "write": Breaker(pause)}
        self._engines: Engines | None = None
        self._file: tuple[Path, tuple[int, int]] | None = None
        self._lock = Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database and changes nothing."""
        with self._transaction("read") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is kept as a whole, or not at all if there is an error."""
        with self._transaction("write") as connection:
            yield connection

    def close(self) -> None:
        """Give all connections back; the next transaction opens new ones."""
        with self._lock:
            self._drop()

    @contextmanager
    def _transaction(self, kind: str) -> Iterator[Connection]:
        fuse = self._fuses[kind]
        asked = fuse.ask()
        try:
            with getattr(self._ready(fuse, asked), kind).connect() as connection:
                fuse.still(asked)
                with connection.begin():
                    yield connection
        except (DataError, IntegrityError) as error:
            raise Fixable("This cannot be saved as it is.", "Reload the page and try again.") from error
        except (SQLAlchemyError, OSError, ImportError, sqlite3.Error) as error:
            raise self._failed(fuse, error) from error
        fuse.worked()

    def _failed(self, fuse: Breaker, error: BaseException) -> faults.Unavailable:
        fault = faults.in_words(error)
        if fault.problem != faults.LOCKED[0]:  # behind a lock the open file is still good
            self.close()
        return fuse.failed(fault)

    def _ready(self, fuse: Breaker, asked: int) -> Engines:
        """The engines; opens the database if this has not been done or its file is another one by now."""
        with self._lock:
            fuse.still(asked)
            if self._engines is not None and self._file is not None and _identity(self._file[0]) != self._file[1]:
                self._drop()
            if self._engines is None:
                try:
                    self._engines = self._open()
                except faults.Unavailable as fault:
                    raise fuse.failed(fault) from fault
            return self._engines

    def _open(self) -> Engines:
        url = engines.understood(self.url)
        path = Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        opened = engines.connect(url)
        try:
            migrate(opened.read, opened.write)
        except BaseException:
            opened.close()
            raise
        self._file = None if path is None else (path, _identity(path))
        return opened

    def _drop(self) -> None:
        if self._engines is not None:
            self._engines.close()
        self._engines = None


def _identity(path: Path) -> tuple[int, int]:
    """Which file stands there: somebody may have put a copy in its place. (0, 0) if there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return (0, 0)
    return (found.st_dev, found.st_ino)
