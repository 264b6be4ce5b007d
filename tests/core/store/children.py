"""What other processes do to a store: `python -m tests.core.store.children <what> <arguments>`."""

import os
import sqlite3
import sys
import tempfile
import threading
import time
from itertools import count

from core.store import Attempt, Store, Unavailable
from core.store.rows import now


def attempt(name, item="slope", verdict="right", answer="0.25", **values):
    return Attempt(name, item, answer, verdict, **values)


def learner(number):
    return f"{number:064x}"


def say(*words):
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def open_(url):
    """Open the store as soon as the parent says so."""
    say("ready")
    sys.stdin.readline()
    Store.open(url).close()
    say("opened")


def burst(url, threads, first):
    """So many learners answer at the same moment; says how long each waited for the answer to be stored."""
    store, learners = Store.open(url), range(int(first), int(first) + int(threads))
    times, gate = {}, threading.Event()

    def answer(number):
        gate.wait()
        start = time.perf_counter()
        store.record(learner(number), attempt(f"answer-{number}"))
        times[number] = time.perf_counter() - start

    waiting = [threading.Thread(target=answer, args=(number,)) for number in learners]
    for thread in waiting:
        thread.start()
    say("ready")
    sys.stdin.readline()
    gate.set()
    for thread in waiting:
        thread.join()
    say(*times.values())


def stream(url):
    """Answer as fast as possible from four threads, and name every answer that the store has acknowledged."""
    store, numbers = Store.open(url), count()

    def answer():
        for number in numbers:
            store.record(learner(number % 7), attempt(f"answer-{number}"))
            os.write(1, f"answer-{number}\n".encode())

    for _ in range(4):
        threading.Thread(target=answer).start()


def lock(path):
    """Hold the file until the parent says so."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    say("locked")
    sys.stdin.readline()
    connection.execute("ROLLBACK")


def limited(url, bytes_):
    """Write with a limit on the size of files until it is met; then lift it, and write again."""
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    store = Store.open(url, pause=0.2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(bytes_), hard))
    kept = 0
    try:
        while kept < 10_000:
            store.record(learner(1), attempt(f"answer-{kept}", answer="x" * 5000))
            kept += 1
    except Unavailable as fault:
        say(fault)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    time.sleep(0.3)
    store.record(learner(1), attempt("afterwards"))
    say(kept, len(store.attempts(learner(1))))


def nobody(url):
    """Try to write as somebody who may not, until the parent has said that it is allowed now."""
    with tempfile.TemporaryDirectory() as folder:  # loads what nobody may not read
        Store.open(f"sqlite:///{folder}/learners.sqlite3").close()
    os.setgid(65534)
    os.setuid(65534)
    store = Store(url, pause=0.2)
    try:
        store.record(learner(1), attempt("early"))
        say("no fault")
    except Unavailable as fault:
        say(fault)
    sys.stdin.readline()
    time.sleep(0.3)
    store.record(learner(1), attempt("late"))
    say(store.attempts(learner(1))[0].id, now().year)


if __name__ == "__main__":
    {f.__name__: f for f in (open_, burst, stream, lock, limited, nobody)}[sys.argv[1]](*sys.argv[2:])
