"""Whatever breaks, a call says so in words and soon; once it is mended, the same store works again by itself."""

import os
import shutil
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path

import psycopg
import pytest

from core.errors import Fixable
from core.store import Store, Unavailable, faults
from core.store import store as module
from tests.core.store.children import attempt, learner
from tests.core.store.test_processes import child

ANN = learner(1)
ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk or become somebody else")


def soon(act, seconds=5):
    """Do it as soon as the store has noticed that it works again."""
    end = time.monotonic() + seconds
    while True:
        try:
            return act()
        except Unavailable:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


@contextmanager
def locked(path):
    """Another process holds the file."""
    with child("lock", path) as process:
        assert process.stdout.readline() == "locked\n"
        yield
        process.communicate("go\n")


@contextmanager
def small_disk(folder, size):
    folder.mkdir()
    subprocess.run([shutil.which("mount"), "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run([shutil.which("umount"), folder], check=True)


def test_a_fault_is_something_a_page_can_show():
    assert issubclass(Unavailable, Fixable)


def test_a_locked_file_holds_up_one_call_and_the_others_are_told_at_once(path, file_store):
    file_store.record(ANN, attempt("before"))
    with locked(path), ThreadPoolExecutor(20) as pool:
        start = time.monotonic()
        calls = [pool.submit(file_store.record, ANN, attempt(f"a{number}")) for number in range(20)]
        found = [call.exception() for call in calls]
        assert time.monotonic() - start < 9
        assert {str(fault) for fault in found} == {" ".join(faults.LOCKED)}
        assert {type(fault) for fault in found} == {Unavailable}
        assert len(file_store.attempts(ANN)) == 1  # reading goes on
    assert soon(lambda: file_store.record(ANN, attempt("after")))
    assert [kept.id for kept in file_store.attempts(ANN)] == ["before", "after"]


def test_after_a_fault_calls_do_not_wait(path):
    store = Store.open(f"sqlite:///{path}", pause=30)
    with locked(path):
        with pytest.raises(Unavailable):
            store.record(ANN, attempt("a"))
        start = time.monotonic()
        for _ in range(100):
            with pytest.raises(Unavailable):
                store.record(ANN, attempt("a"))
        assert time.monotonic() - start < 1
    store.close()


def test_a_file_that_was_locked_when_the_app_started_is_used_later(path):
    Store.open(f"sqlite:///{path}").close()
    store = Store(f"sqlite:///{path}", pause=0.2)
    with locked(path):
        assert store.attempts(ANN) == []
        with pytest.raises(Unavailable, match="Another program holds"):
            store.record(ANN, attempt("a"))
    assert soon(lambda: store.record(ANN, attempt("a")))
    store.close()


@ROOT_ONLY
def test_a_full_disk_loses_nothing_and_works_again_when_there_is_room(tmp_path):
    folder = tmp_path / "small"
    with small_disk(folder, "1m"):
        store = Store.open(f"sqlite:///{folder}/learners.sqlite3", pause=0.2)
        kept = 0
        (folder / "film").write_bytes(b"x" * 300_000)
        with pytest.raises(Unavailable, match="disk is full") as full:
            for kept in range(1000):
                store.record(ANN, attempt(f"a{kept}", answer="x" * 5000))
        assert "free some space" in full.value.remedy
        (folder / "film").unlink()
        assert len(soon(lambda: store.attempts(ANN))) == kept > 0
        assert soon(lambda: store.record(ANN, attempt("after")))
        assert len(store.attempts(ANN)) == kept + 1
        store.close()


@ROOT_ONLY
def test_a_disk_that_is_full_from_the_start_is_used_as_soon_as_there_is_room(tmp_path):
    folder = tmp_path / "small"
    with small_disk(folder, "200k"):
        (folder / "film").write_bytes(b"x" * 200_000)
        store = Store(f"sqlite:///{folder}/learners.sqlite3", pause=0.2)
        with pytest.raises(Unavailable, match="disk"):
            store.record(ANN, attempt("a"))
        (folder / "film").unlink()
        assert soon(lambda: store.record(ANN, attempt("a")))
        store.close()


def test_a_limit_on_the_size_of_files_is_survived(path):
    process = child("limited", f"sqlite:///{path}", 400_000)
    fault, counted = process.communicate(timeout=60)[0].splitlines()
    assert "disk" in fault
    kept, stored = map(int, counted.split())
    assert stored == kept + 1 > 1


def let_everybody_in(folder):
    """Pytest keeps its folders for itself."""
    for one in takewhile(lambda one: one != Path(tempfile.gettempdir()), [folder, *folder.parents]):
        one.chmod(0o755)


@ROOT_ONLY
def test_a_folder_that_one_may_not_write_to_is_used_once_one_may(tmp_path):
    let_everybody_in(tmp_path)
    folder = tmp_path / "data"
    folder.mkdir(mode=0o555)
    process = child("nobody", f"sqlite:///{folder}/learners.sqlite3")
    assert "cannot write to its file" in process.stdout.readline()
    folder.chmod(0o777)
    assert process.communicate("go\n", timeout=60)[0].startswith("late ")


@ROOT_ONLY
def test_a_file_that_one_may_not_read_is_used_once_one_may(tmp_path):
    let_everybody_in(tmp_path)
    folder = tmp_path / "data"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    path = folder / "learners.sqlite3"
    Store.open(f"sqlite:///{path}").close()
    path.chmod(0o000)
    process = child("nobody", f"sqlite:///{path}")
    assert "cannot write to its file" in process.stdout.readline()
    for file in folder.iterdir():
        file.chmod(0o666)
    assert process.communicate("go\n", timeout=60)[0].startswith("late ")


def test_where_a_folder_should_be_there_is_a_file(tmp_path):
    (tmp_path / "data").write_text("a file")
    store = Store(f"sqlite:///{tmp_path}/data/learners.sqlite3", pause=0.2)
    with pytest.raises(Unavailable, match="cannot write"):
        store.attempts(ANN)
    (tmp_path / "data").unlink()
    assert soon(lambda: store.attempts(ANN)) == []
    store.close()


def test_a_damaged_file_is_reported_and_its_copy_used_once_it_is_there(path, file_store, tmp_path):
    file_store.record(ANN, attempt("a"))
    file_store.close()
    shutil.copy(path, tmp_path / "copy")
    path.write_bytes(b"This is no database. " * 4000)
    with pytest.raises(Unavailable, match="damaged"):
        file_store.attempts(ANN)
    with pytest.raises(Unavailable, match="damaged"):
        file_store.record(ANN, attempt("b"))
    shutil.move(tmp_path / "copy", path)
    assert [kept.id for kept in soon(lambda: file_store.attempts(ANN))] == ["a"]
    assert soon(lambda: file_store.record(ANN, attempt("b")))


def test_a_file_damaged_while_it_is_in_use_is_reported(path, file_store):
    for number in range(50):
        file_store.record(ANN, attempt(f"a{number}", answer="x" * 3000))
    file_store.close()  # all of it is in the file now
    file_store.attempts(learner(2))
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))
    with pytest.raises(Unavailable, match="damaged"):
        file_store.attempts(ANN)


def test_a_file_that_somebody_has_moved_away_is_made_anew(path, file_store):
    file_store.record(ANN, attempt("a"))
    for file in path.parent.glob("learners.sqlite3*"):
        file.rename(path.parent / f"old-{file.name}")
    assert file_store.record(ANN, attempt("b"))
    other = Store.open(f"sqlite:///{path}")
    assert [kept.id for kept in other.attempts(ANN)] == ["b"]
    other.close()


def test_a_database_from_a_newer_version_is_left_alone(store, url):
    with store._connections.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Unavailable, match="newer version"):
        Store.open(url)


@pytest.mark.parametrize("url", ["mysql://localhost/x", "nonsense", "", "postgresql+asyncpg://localhost/x"])
def test_an_address_that_makes_no_sense_is_explained(url):
    with pytest.raises(Unavailable, match="DATABASE_URL"):
        Store.open(url)


def test_a_missing_driver_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    with pytest.raises(Unavailable, match="pip install"):
        Store.open("postgres://localhost/x")


def test_a_database_that_does_not_answer_is_waited_for_by_nobody():
    store = Store("postgres://nobody@127.0.0.1:1/x", pause=30)
    start = time.monotonic()
    for _ in range(50):
        with pytest.raises(Unavailable, match="does not answer"):
            store.attempts(ANN)
    assert time.monotonic() - start < 5


def test_a_database_that_drops_its_connections_is_used_again(postgresql):
    address = f"{postgresql}/postgres"
    store = Store.open(address, pause=0.2)
    store.record(ANN, attempt("a"))
    with psycopg.connect(address, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                      "AND backend_type = 'client backend'")  # fmt: skip
    assert soon(lambda: store.record(ANN, attempt("b")))
    store.close()


def test_the_shared_store_is_one_and_lies_in_the_data_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("VANISHING_POINT_DATA", str(tmp_path / "a % folder"))
    module._shared.cache_clear()
    assert not (tmp_path / "a % folder").exists()
    with ThreadPoolExecutor(8) as pool:
        assert len({id(store) for store in pool.map(lambda _: module.shared(), range(40))}) == 1
    module.shared().record(ANN, attempt("a"))
    assert (tmp_path / "a % folder" / "learners.sqlite3").exists()
    module.shared().close()
    module._shared.cache_clear()


def test_database_url_names_the_database(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://ann:secret@db.example/learners")
    from core.store.engines import default_url, understood

    assert understood(default_url()).drivername == "postgresql+psycopg"
