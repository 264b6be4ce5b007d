"""What happens inside a worker, and the pool of worker processes on this machine."""

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextvars import ContextVar
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

import numpy as np

from core.compute import limits
from core.errors import Fixable
from core.networks.experiment import MAX_DEPTH, Experiment
from core.networks.results import ENDS, Curve, Floats, GradientProfile, Run, Spectrum, Theory, Unit

LINE = 3 + 2 * MAX_DEPTH  # of the board: step, loss, weight-gradient norms, error-signal norms, and GIVEN_UP
GIVEN_UP = LINE - 1  # where the app writes 1 when nobody waits for the result any more
MEMORY_WORDS = ("can't allocate memory", "not enough memory", "bad_alloc", "could not create a memory")  # of torch

Job = Callable[[Sequence[Experiment], Sequence[int]], list[Any]]
Write = Callable[[int, Sequence[float]], None]
Result = TypeVar("Result")

write: ContextVar[Write] = ContextVar("write", default=lambda *_: None)
"""How this worker tells the app what it has come to: a line of the board, and what to write there."""


def pen(board: Any) -> Write:
    """What writes on the lines of a board."""
    lines = np.frombuffer(board).reshape(-1, LINE)

    def write_line(number: int, news: Sequence[float]) -> None:
        lines[number, 1 : len(news)] = news[1:]
        lines[number, 0] = news[0]

    return write_line


given_up: ContextVar[Callable[[int], bool]] = ContextVar("given_up", default=lambda _: False)
"""Whether nobody waits any more for the result of a line of the board."""


def eye(board: Any) -> Callable[[int], bool]:
    """What sees on a board which results nobody waits for."""
    lines = np.frombuffer(board).reshape(-1, LINE)
    return lambda number: bool(lines[number, GIVEN_UP])


def profile_job(experiments: Sequence[Experiment], _: Sequence[int]) -> list[GradientProfile]:
    """In a worker: the profiles of these experiments."""
    from core.networks import trainer

    return _within_memory(lambda: trainer.profiles(experiments))


def train_job(experiments: Sequence[Experiment], lines: Sequence[int]) -> list[Run]:
    """In a worker: the runs of these experiments, each telling its line of the board how far it is."""
    from core.networks import trainer

    line_of, tell = dict(zip(experiments, lines, strict=True)), write.get()

    def watch(experiment: Experiment, step: int, loss: float, grad_norm: Floats, delta_norm: Floats) -> None:
        tell(line_of[experiment], [step, loss, *grad_norm.tolist(), *delta_norm.tolist()])

    def stop() -> bool:
        return all(map(given_up.get(), lines))

    return _within_memory(lambda: trainer.train(experiments, watch, limits.seconds(), stop))


def timed_job(experiments: Sequence[Experiment], lines: Sequence[int]) -> list[tuple[Run, float]]:
    """In a worker: the runs of these experiments, one at a time, each with the CPU seconds that it took."""
    from core.networks import trainer

    def timed(experiment: Experiment) -> tuple[Run, float]:
        start = time.process_time()
        (run,) = trainer.train([experiment], seconds=limits.seconds(), stop=lambda: all(map(given_up.get(), lines)))
        return run, time.process_time() - start

    return _within_memory(lambda: [timed(experiment) for experiment in experiments])


def theory_job(experiments: Sequence[Experiment], _: Sequence[int]) -> list[Theory]:
    """In a worker: what theory predicts of each network, or why it does not."""
    from core.theory import mean_field

    def predict(experiment: Experiment) -> Theory:
        training = experiment.training
        try:
            predicted = mean_field.predict(experiment.network, training.task, training.input_scale)
        except Fixable as refused:
            return Theory(None, str(refused))
        return Theory(predicted.factor, predicted.caveat, predicted.correlation)

    return [predict(experiment) for experiment in experiments]


def curve_job(experiments: Sequence[Experiment], _: Sequence[int]) -> list[Curve]:
    """In a worker: the activation function of each network, and its slope."""
    import torch

    from core.networks.activations import ACTIVATIONS

    z = torch.arange(round(-10 * ENDS), round(10 * ENDS) + 1, dtype=torch.float64) / 10

    def curve(experiment: Experiment) -> Curve:
        activation = ACTIVATIONS[experiment.network.activation]
        value = activation.function(z)
        return Curve(z.numpy(), value.numpy(), activation.slope(z, value).numpy())

    return [curve(experiment) for experiment in experiments]


def spectrum_job(experiments: Sequence[Experiment], _: Sequence[int]) -> list[Spectrum]:
    """In a worker: the singular values and eigenvalues of the first weights, where they are square matrices."""
    from core.networks import trainer

    def spectrum(experiment: Experiment) -> Spectrum:
        matrices = trainer.initial_weights(experiment)[1:]
        singular = [float(np.linalg.svd(w, compute_uv=False)[0]) for w in matrices]
        eigen = [float(np.abs(np.linalg.eigvals(w)).max()) for w in matrices]
        return Spectrum(experiment, np.array(singular), np.array(eigen))

    return [spectrum(experiment) for experiment in experiments]


def unit_job(experiments: Sequence[Experiment], _: Sequence[int]) -> list[Unit]:
    """In a worker: a unit of layer 1 before any normalization, with the statistics that would normalize it."""
    from core.networks.layers import EPSILON
    from core.networks.stack import Stack

    def unit(experiment: Experiment) -> Unit:
        stack = Stack([experiment], "float64")
        inputs, _ = next(stack.batches())
        z = (inputs[0] @ stack.parameters.weights[0][0].T + stack.parameters.biases[0][0])[:, 0]
        value, mean, variance = z[0].item(), z.mean().item(), z.var(correction=0).item()
        return Unit(value, mean, variance, (value - mean) / (variance + EPSILON) ** 0.5)

    return [unit(experiment) for experiment in experiments]


def _within_memory(work: Callable[[], Result]) -> Result:
    try:
        return work()
    except (MemoryError, RuntimeError) as failure:
        if not isinstance(failure, MemoryError) and not any(words in str(failure) for words in MEMORY_WORDS):
            raise
    # out here, because an error raised in the handler would keep the arrays of the failed attempt alive
    raise Fixable("This needs more memory than one computation may take.", "Take a smaller network or a smaller batch.")


class Processes(ProcessPoolExecutor):
    """Worker processes of this machine, which end when they are told to and not when their work is done."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002  as inherited
        """End the processes; with `cancel_futures` those at work, too."""
        processes = self._processes or {}
        manager: Any = self._executor_manager_thread
        super().shutdown(wait=False, cancel_futures=cancel_futures)  # from here on no process is added
        if cancel_futures:
            for process in list(processes.values()):
                process.kill()
        if wait:
            for process in list(processes.values()):
                process.join()
            if manager:
                manager.join()  # it holds the pool's semaphores, which would otherwise be reported as leaked


def process_pool(job: Job, board: Any) -> Processes:
    """One worker for profiles, and two or more for runs, so that one long run does not hold up every other."""
    workers = 1 if job is profile_job else max((os.cpu_count() or 1) - 1, 2)
    patience = 0 if job is profile_job else limits.niceness()
    arguments = board, patience, limits.megabytes()
    return Processes(workers, multiprocessing.get_context("spawn"), _start, arguments)


def _start(board: Any, patience: int, megabytes: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the app, which then ends its workers
    Thread(target=_end_with_the_app, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(patience)
    import torch

    from core.networks import tasks, trainer  # noqa: F401  loaded once, before the first request

    torch.set_num_threads(1)  # nets this small only wait for each other on more
    write.set(pen(board))
    given_up.set(eye(board))
    tasks.draw("circles", 0)
    _limit_memory(megabytes)


def _end_with_the_app() -> None:
    """An app that is killed cannot end its workers, and they would wait for work for ever."""
    if app := multiprocessing.parent_process():
        app.join()
        os._exit(1)


def _limit_memory(megabytes: int) -> None:
    """Let allocations beyond what is held now and that much more fail, on Linux."""
    if sys.platform != "linux":
        return
    import resource

    held = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()  # data and stacks
    limit, (_, most) = held + megabytes * 2**20, resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (limit if most == resource.RLIM_INFINITY else min(limit, most), most))
