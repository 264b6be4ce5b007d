"""A server for a benchmark, with a store of its own that goes away with it."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
OURS = ("uvicorn", "app:app", "--host", "127.0.0.1", "--ws", "websockets-sansio", "--log-level", "warning", "--port")
ELSEWHERE = ("COMPUTE_URL", "DATABASE_URL")  # nobody else's machines are measured, or written to


class Server(NamedTuple):
    """Where it listens, which process it is, and where it keeps its store."""

    port: int
    process: int
    data: Path

    @property
    def address(self) -> str:
        """What a browser would be given."""
        return f"http://127.0.0.1:{self.port}"

    def cpu_seconds(self) -> float:
        """What it and its workers have used so far; on Linux only."""
        used = 0
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # a process may end meanwhile
                fields = path.read_text().rpartition(")")[2].split()
                if self.process in (int(path.parent.name), int(fields[1])):
                    used += int(fields[11]) + int(fields[12])
        return used / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(command: tuple[str, ...] = OURS, folder: Path = ROOT) -> Iterator[Server]:
    """Start `command` in `folder`, with a port that is free, and wait until it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    here = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    with (
        tempfile.TemporaryDirectory() as store,
        subprocess.Popen(  # noqa: S603  our own servers
            [sys.executable, "-m", *command, str(port)], cwd=folder, env=here | {"VANISHING_POINT_DATA": store},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ) as process,
    ):  # fmt: skip
        try:
            server = Server(port, process.pid, Path(store))
            _wait_for(server.address)
            yield server
        finally:
            process.terminate()


def _wait_for(address: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):  # noqa: S310  our own server
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(address)
