"""A Dask cluster as a place for runs: other machines, or more processes than one pool should have."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from threading import Lock
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from core.compute import workers
from core.compute.workers import Job
from core.errors import Fixable
from core.networks.experiment import Experiment

REACH = 5  # seconds within which a scheduler must answer
RESTART = 20  # seconds within which a cluster without any worker must have one again
CLERKS = 32  # requests that may wait at the same time for a scheduler or for its first worker
SCHEMES = {"dask": "tcp", "tcp": "tcp", "tls": "tls"}


def address(url: str) -> str:
    """The address of a scheduler as Dask writes it.

    >>> address("dask://scheduler:8786")
    'tcp://scheduler:8786'
    """
    try:
        parts = urlsplit(url.strip())
        scheme, host, port = SCHEMES[parts.scheme], parts.hostname, parts.port
    except (KeyError, ValueError):
        host = port = None
    if not host or not port:
        raise Fixable(
            f"The environment variable COMPUTE_URL cannot be {url!r}.",
            "Give the address of a Dask scheduler such as dask://127.0.0.1:8786, "
            "or leave it out to compute on this machine, and start the app again.",
        )
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def on_cluster(topic: str, job: Job, experiments: Sequence[Experiment], lines: Sequence[int]) -> list[Any]:
    """In a worker of the cluster: do the job, and tell those who follow `topic` how far it is."""
    import torch
    from distributed import get_worker

    torch.set_num_threads(1)  # nets this small only wait for each other on more
    worker = get_worker()
    workers.write.set(lambda line, news: worker.log_event(topic, [line, *news]))
    return job(experiments, lines)


class Cluster(Executor):
    """The cluster whose scheduler is at `url`; `submit` never waits, not even for the connection."""

    def __init__(self, url: str, board: Any) -> None:
        """Connect to nobody yet. News of runs will be written on the board."""
        self._address = address(url)
        self._write = workers.pen(board)
        self._topic = f"vanishing-point-{uuid4()}"
        self._clerks = ThreadPoolExecutor(CLERKS, "cluster")
        self._connector = ThreadPoolExecutor(1, "cluster-connection")
        self._connection: Future[Any] | None = None
        self._lock = Lock()

    def submit(self, job: Callable[..., Any], /, *args: Any, **_: Any) -> "Future[Any]":
        """The answer of some worker of the cluster, or a sentence why there is none."""
        answer: Future[Any] = Future()
        self._clerks.submit(self._send, answer, job, args)
        return answer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002  as inherited
        """Part with the cluster, which gives up what nobody waits for."""
        self._connector.shutdown(wait=wait, cancel_futures=cancel_futures)
        if self._is_connected():
            self._client().close(REACH)
        self._clerks.shutdown(wait=wait, cancel_futures=cancel_futures)

    def _send(self, answer: "Future[Any]", job: Job, arguments: tuple[Any, ...]) -> None:
        try:
            client = self._client()
            client.wait_for_workers(1, timeout=RESTART)
            # not pure: equal errands are merged before they come here, and one sent again must be done again
            work = client.get_executor(pure=False).submit(on_cluster, self._topic, job, *arguments)
        except Exception as failure:
            answer.set_exception(self._in_words(failure))
        else:
            work.add_done_callback(lambda done: self._answer(answer, done))

    def _answer(self, answer: "Future[Any]", done: "Future[Any]") -> None:
        if failure := CancelledError() if done.cancelled() else done.exception():
            answer.set_exception(self._in_words(failure))
        else:
            answer.set_result(done.result())

    def _client(self) -> Any:
        """The connection; whoever asks while it is being made waits for the same attempt."""
        with self._lock:
            if self._connection is None or (self._connection.done() and not self._is_connected()):
                self._connection = self._connector.submit(self._connect, self._connection)
            connection = self._connection
        return connection.result()

    def _is_connected(self) -> bool:
        made = self._connection
        return bool(made and made.done() and not made.exception() and made.result().status == "running")

    def _connect(self, lost: "Future[Any] | None") -> Any:
        if lost and not lost.exception():
            lost.result().close(REACH)  # it would go on trying by itself, and come back without our topic
        try:
            from distributed import Client
        except ImportError as missing:
            raise Fixable(
                "COMPUTE_URL is set, but the package distributed is not installed.",
                "Run `pip install -r requirements-dask.txt`, and start the app again.",
            ) from missing
        client = Client(self._address, timeout=REACH, set_as_default=False)
        client.subscribe_topic(self._topic, lambda event: self._write(event[1][0], event[1][1:]))
        return client

    def _in_words(self, failure: BaseException) -> BaseException:
        if isinstance(failure, Fixable):
            return failure
        from distributed import KilledWorker
        from distributed.client import ClosedClientError
        from distributed.scheduler import NoValidWorkerError, NoWorkerError

        lost = CancelledError, asyncio.CancelledError, ClosedClientError, NoValidWorkerError, NoWorkerError, OSError
        if isinstance(failure, KilledWorker):
            return Fixable(
                "Every worker of the cluster that tried this died of it.", "Take a smaller network or a smaller batch."
            )
        if isinstance(failure, lost):
            return Fixable(
                f"The cluster at {self._address} cannot be reached, or has no workers.",
                "Ask for this again; if it stays away, start the scheduler and workers that COMPUTE_URL names.",
            )
        return failure
