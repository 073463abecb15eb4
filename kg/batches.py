"""Papers through a reader in batches, in this process or in several; the readings come back in the order of the papers."""

from __future__ import annotations

import gc
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from types import FrameType
from typing import Any, Protocol, TypeVar

from kg.batched import batched
from kg.errors import EnvironmentError_, PaperkgError, UsageError
from kg.model import Paper, Reading

T = TypeVar("T")
#: Papers a batch. Readings do not depend on it; memory does.
BATCH = 200


@contextmanager
def collecting_seldom(own: bool = False) -> Iterator[None]:
    """Lets Python look for reference cycles seldom, until the end of the block.

    Reading and writing papers makes many records and hardly a cycle; looking through them every 700 records takes time and finds nothing.

    Args:
        own: nothing but paperkg works in the block. Of others nobody knows what they leave in cycles: a document of spaCy is one, with all
            its memory. What was made by paperkg alone is old at the end of the block: it is looked through when Python looks through
            all there is, not at once.
    """
    before = gc.get_threshold()
    gc.set_threshold(max(2_000_000 if own else 500_000, before[0]) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        if own and not gc.get_freeze_count():
            # there and back is into the oldest generation, without a look at anything
            gc.freeze()
            gc.unfreeze()
        gc.set_threshold(*before)


class Reads(Protocol):
    """What reads papers; `kg.reader.Reader` does. Each reading must be a function of the paper's title and abstract alone."""

    @property
    def fingerprint(self) -> str:
        """A hash of everything but the papers that readings depend on."""
        ...

    def read(self, papers: Sequence[Paper]) -> list[Reading]:
        """One reading for each paper, in order."""
        ...


def settings_of(reader: Reads) -> dict[str, Any]:
    """What a graph remembers of how it was read, so that papers can be added that are read alike."""
    return {name: getattr(reader, name) for name in ("threshold", "favour", "profile") if hasattr(reader, name)}


class Same:
    """Gives the reader it was made with; what a process of its own calls to have one."""

    def __init__(self, reader: Reads) -> None:
        self._reader = reader

    def __call__(self) -> Reads:
        return self._reader


def read_all(
    make: Callable[[], Reads], papers: Iterable[tuple[Paper, T]], *, workers: int = 1, size: int = BATCH
) -> Iterator[tuple[Paper, T, Reading]]:
    """Every paper with what came with it and its reading, in order.

    `make` gives the reader; with `workers` above 1 it is called once in each new process and must be picklable, as a module's
    function, a `functools.partial` of one, or a `Same` are. At most a few batches are in memory.

    Raises:
        PaperkgError: the reader gave another number of readings than it got papers.
        EnvironmentError_: a process ended before its work did.
        UsageError: fewer than one worker, or a reader that cannot be sent to another process.
    """
    if workers < 1:
        raise UsageError(f"workers is {workers}; give the number of processes, 1 or more")
    batches = batched(papers, size)
    if workers == 1:
        reader = make()
        for batch in batches:
            yield from _joined(batch, reader.read([paper for paper, _ in batch]))
        return
    yield from _parallel(make, batches, workers)


def _parallel(make: Callable[[], Reads], batches: Iterator[list[tuple[Paper, T]]], workers: int) -> Iterator[tuple[Paper, T, Reading]]:
    import multiprocessing
    import pickle
    from concurrent.futures import Future, ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    try:
        pickle.dumps(make)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise UsageError(f"this reader cannot be sent to another process ({error}); use workers=1") from None
    # spawn: a forked child would inherit the threads' locks of pyarrow and numpy in whatever state they are
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(make,))
    waiting: deque[tuple[list[tuple[Paper, T]], Future[list[Reading]]]] = deque()
    try:
        while True:
            for batch in islice(batches, max(0, 2 * workers - len(waiting))):
                with _unheard():
                    waiting.append((batch, pool.submit(_read, [paper for paper, _ in batch])))
            if not waiting:
                return
            batch, future = waiting.popleft()
            yield from _joined(batch, future.result())
    except BrokenProcessPool:
        raise EnvironmentError_(
            "a process that read papers ended before its work did (out of memory?); use fewer workers, or workers=1. In a script, "
            'call the build under `if __name__ == "__main__":`'
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_reader: list[Reads] = []


@contextmanager
def _unheard() -> Iterator[None]:
    """Holds Ctrl-C back while a process may be started, until the end of the block.

    The new one begins deaf to it, where `_begin` would come too late. This one is not torn away before it knows its child, which
    would then wait for work for ever.
    """
    if not hasattr(signal, "pthread_sigmask") or threading.current_thread() is not threading.main_thread():
        yield
        return
    from multiprocessing import resource_tracker

    # this helper of multiprocessing lets Ctrl-C through again when it is started, so it has to be there before
    resource_tracker.ensure_running()
    held = list[tuple[int, FrameType | None]]()
    # the mask alone would not do: the signal may come to another thread of this process
    handler = signal.signal(signal.SIGINT, lambda number, frame: held.append((number, frame)))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
        if held and callable(handler):
            handler(*held[0])


def _begin(make: Callable[[], Reads]) -> None:
    """Runs first in each process: Ctrl-C goes to the parent alone, which then ends the others in order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _reader[:] = [make()]


def _read(papers: list[Paper]) -> list[Reading]:
    with collecting_seldom():
        return _reader[0].read(papers)


def _joined(batch: Sequence[tuple[Paper, T]], readings: Sequence[Reading]) -> Iterator[tuple[Paper, T, Reading]]:
    if len(batch) != len(readings):
        raise PaperkgError(f"the reader gave {len(readings)} readings for {len(batch)} papers; it must give one for each")
    for (paper, with_it), reading in zip(batch, readings, strict=True):
        yield paper, with_it, reading
