"""A fresh store in SQLite, and one in a real PostgreSQL that is started for the tests."""

import getpass
import itertools
import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from core.store import Store

NUMBERS = itertools.count()
USER = "postgres"


def programs():
    """Where PostgreSQL's programs are."""
    on_path = shutil.which("postgres")
    places = [Path(on_path).resolve().parent] if on_path else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists()), None)


def as_somebody():
    """PostgreSQL does not run for root, so it runs for the user that its package has made."""
    return ["runuser", "-u", USER, "--"] if getpass.getuser() == "root" else []


@contextmanager
def cluster(programs):
    """A server of our own on a free port; gives its address, and ends it after."""
    with tempfile.TemporaryDirectory(prefix="vp-postgres-", ignore_cleanup_errors=True) as folder:
        if as_somebody():
            shutil.chown(folder, USER)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        data = f"{folder}/data"
        made = [programs / "initdb", "-D", data, "-U", USER, "--auth=trust", "-E", "UTF8", "--no-sync"]
        subprocess.run([*as_somebody(), *made], check=True, capture_output=True, cwd="/")
        options = ["-D", data, "-p", str(port), "-k", folder, "-c", "listen_addresses=127.0.0.1"]
        run = [*as_somebody(), programs / "postgres", *options]
        with subprocess.Popen(run, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            try:
                address = f"postgresql://{USER}@127.0.0.1:{port}"
                wait_for(f"{address}/postgres", server)
                yield address
            finally:
                stop = [programs / "pg_ctl", "stop", "-D", data, "-m", "fast"]  # without waiting for clients
                subprocess.run([*as_somebody(), *stop], check=False, capture_output=True, cwd="/")
                server.wait(20)


def wait_for(url, server):
    end = time.monotonic() + 30
    while server.poll() is None and time.monotonic() < end:
        with suppress(psycopg.OperationalError), psycopg.connect(url):
            return
        time.sleep(0.1)
    pytest.fail("PostgreSQL did not start.")


@pytest.fixture(scope="session")
def postgresql():
    found = programs()
    if found is None:
        said = "These tests need PostgreSQL: install it with your system's package manager (apt install postgresql)."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(said)
    with cluster(found) as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """The address of an empty database, of both kinds in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/learners.sqlite3"
    address, name = request.getfixturevalue("postgresql"), f"test_{next(NUMBERS)}"
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{address}/{name}"


@pytest.fixture
def store(url):
    opened = Store.open(url, pause=0.2)
    yield opened
    opened.close()


@pytest.fixture
def path(tmp_path):
    """Where a SQLite file will be."""
    return tmp_path / "learners.sqlite3"


@pytest.fixture
def file_store(path):
    """A store in that file, open, and soon ready to try again after a fault."""
    opened = Store.open(f"sqlite:///{path}", pause=0.2)
    yield opened
    opened.close()
