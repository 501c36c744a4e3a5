"""The one pool of worker processes: ordered, bounded, surviving a worker's death, gone when its owner is gone."""

from __future__ import annotations

import atexit
import os
import queue
import signal
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from classifier.errors import ScamtypeError, WorkerDied

_Result = TypeVar("_Result")

#: Jobs under way for each worker: one that it does, and one that waits, so that it never does.
_AHEAD = 2
#: A job during which a worker dies is done again so often: a machine short of memory may have ended it, or the job may be deadly.
_AGAIN = 2
#: Idle workers end after so many seconds.
_IDLE = 60
_LOOK = 0.5
#: Workers are as many as the cores; a library that starts threads in each of them would only be in the way.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1")

#: The last pool and what it was made for. It is ours alone: loky's reusable pool is joblib's, which takes whatever it finds there for
#: its own, and fails. A pool that another has replaced ends by itself, when whoever still takes its results lets go of it.
_kept: list[tuple[tuple[object, ...], Any]] = []
_pools: weakref.WeakSet[Any] = weakref.WeakSet()
_keeping = threading.Lock()


def cores() -> int:
    """How many processes may work at the same time.

    Returns
    -------
    int
        The cores that this process may use.
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def ordered(
    function: Callable[..., _Result],
    jobs: Iterable[tuple[Any, ...]],
    *,
    workers: int,
    prepare: Callable[..., object] | None = None,
    prepared_with: tuple[Any, ...] = (),
) -> Iterator[_Result]:
    """Do jobs in worker processes and give their results in the order of the jobs.

    Parameters
    ----------
    function : callable
        Of a module, so that a worker can import it.
    jobs : iterable of tuple
        Its arguments; only a few more are taken than there are workers, so they may be endless.
    workers : int
        How many processes.
    prepare : callable, optional
        Called in each worker before its first job.
    prepared_with : tuple
        Its arguments.

    Yields
    ------
    object
        What ``function`` returned.

    Raises
    ------
    WorkerDied
        If workers died at the same job again and again.
    """
    from joblib.externals.loky.process_executor import BrokenProcessPool

    source = iter(jobs)
    pool = _pool(workers, prepare, prepared_with)
    waiting: deque[tuple[tuple[Any, ...], Any]] = deque()
    deaths, sound = 0, False
    try:
        while True:
            try:
                while len(waiting) < _AHEAD * workers and (job := next(source, None)) is not None:
                    waiting.append((job, None))
                    waiting[-1] = (job, pool.submit(function, *job))
                if not waiting:
                    break
                result = waiting[0][1].result()
            except BrokenProcessPool as error:
                deaths += 1
                if deaths > _AGAIN:
                    raise WorkerDied("worker_died") from error
                pool = _pool(workers, prepare, prepared_with)
                waiting = deque((job, pool.submit(function, *job)) for job, _ in waiting)
                continue
            deaths = 0
            waiting.popleft()
            yield result
        sound = True
    except (GeneratorExit, ScamtypeError):
        # Whoever takes only the first results leaves a sound pool behind for the next.
        sound = True
        for _, future in waiting:
            if future is not None:
                future.cancel()
        raise
    finally:
        if not sound:
            _end(pool, wait=False)


def start(workers: int, prepare: Callable[..., object] | None = None, prepared_with: tuple[Any, ...] = ()) -> None:
    """Start the workers that ``ordered`` will ask for, so that they are ready by then.

    Parameters
    ----------
    workers : int
        How many processes.
    prepare : callable, optional
        Called in each worker before its first job.
    prepared_with : tuple
        Its arguments.
    """
    _pool(workers, prepare, prepared_with)


def end_workers() -> None:
    """End the workers at once, whatever they do."""
    for pool in list(_pools):
        _end(pool, wait=True)


def _end(pool: Any, *, wait: bool) -> None:
    with suppress(queue.Empty):
        while True:  # loky's own thread fails on jobs that wait for their turn when all are called off
            pool._work_ids.get_nowait()
    with suppress(Exception):
        pool.shutdown(wait=wait, kill_workers=True)


def _pool(workers: int, prepare: Callable[..., object] | None, prepared_with: tuple[Any, ...]) -> Any:
    from joblib.externals.loky import ProcessPoolExecutor
    from joblib.externals.loky.process_executor import BrokenProcessPool, ShutdownExecutorError

    wanted = (workers, prepare, prepared_with, os.getpid())
    with _keeping, _not_interrupted():
        for known, pool in _kept:
            # Workers are started by the first job, and again by it if they were idle for too long.
            with suppress(BrokenProcessPool, ShutdownExecutorError):
                if known == wanted:
                    pool.submit(os.getpid)
                    return pool
        pool = ProcessPoolExecutor(
            max_workers=workers, timeout=_IDLE, env=_ONE_THREAD, initializer=_begin, initargs=(os.getpid(), prepare, prepared_with)
        )
        pool.submit(os.getpid)
        if not _pools:
            atexit.register(_kept.clear)  # while what loky needs to let go of it is still there
        _pools.add(pool)
        _kept[:] = [(wanted, pool)]
    return pool


@contextmanager
def _not_interrupted() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach: it is for their owner, who ends them, and to whom it comes a moment later."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    if not hasattr(signal, "pthread_sigmask"):
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
        return
    from multiprocessing import resource_tracker

    from joblib.externals.loky.backend import resource_tracker as tracker_of_loky

    # To start these later would let the signal through.
    resource_tracker.ensure_running()
    tracker_of_loky.ensure_running()
    masked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, masked)


def _begin(owner: int, prepare: Callable[..., object] | None, prepared_with: tuple[Any, ...]) -> None:
    """What a worker does first."""
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(owner,), daemon=True).start()
    if prepare is not None:
        prepare(*prepared_with)


def _end_with(owner: int) -> None:
    """An owner who is killed cannot end the workers, and they would wait for jobs for ever."""
    while os.getppid() == owner:
        time.sleep(_LOOK)
    os._exit(1)
