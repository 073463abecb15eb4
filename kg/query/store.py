"""Where the stores of a graph are kept: in a cache, made on first use, remade when the graph changes, never the truth.

    CACHE/stores/NAME-HASH/ENGINE-KEY/

`NAME-HASH` stands for the graph's folder, `KEY` for its content (`Graph.fingerprint`) and for the version of the engine and of
the layout. A store is written beside its place and moved there whole; of two processes that make one store at the same time
one is the first, and the other takes what it finds. Stores of former contents are cleared away.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

from kg.cache import cache_folder
from kg.errors import EnvironmentError_
from kg.graph import Graph

Opened = TypeVar("Opened")

#: Seconds after which what a killed process left behind is cleared away.
ABANDONED = 3600


class Kept(Generic[Opened]):
    """The stores of one engine that a process keeps open, those opened last: to open one takes longer than most questions, and what a
    question has read of it is there for the next. The folder of a store says which content it has, so that one never tells of another.
    """

    MOST = 4

    def __init__(self, open_: Callable[[Path], Opened]) -> None:
        self._open = open_
        self._stores: dict[tuple[int, Path], Opened] = {}

    def of(self, folder: Path) -> Opened:
        """The store in a folder; raises OSError or RuntimeError where there is none."""
        # a process that was forked off has none of an engine's threads, and leaves alone what its parent has open
        process, own = os.getpid(), []
        for key in [*self._stores]:
            if key[0] == process and key[1].is_dir():
                own.append(key)
            elif key[0] == process:
                self._stores.pop(key, None)
        found = self._stores.get((process, folder))
        if found is None:
            found = self._open(folder)
            for key in own[: max(0, len(own) + 1 - self.MOST)]:
                self._stores.pop(key, None)
            self._stores[process, folder] = found
        return found

    def __len__(self) -> int:
        return len(self._stores)

    def close(self) -> None:
        """Lets go of them."""
        self._stores.clear()


def stores_of(graph: Graph) -> Path:
    """The folder of all stores of the graph at one place."""
    place = str(graph.path.resolve())
    name = re.sub(r"[^\w.-]+", "_", graph.path.resolve().name)[:40]
    return cache_folder() / "stores" / f"{name}-{hashlib.sha256(os.fsencode(place)).hexdigest()[:12]}"


def opened(graph: Graph, engine: str, version: str, make: Callable[[Path], None], open_: Callable[[Path], Opened]) -> Opened:
    """The store of a graph, made if need be.

    Args:
        graph: what the store is filled from.
        engine: a word for file names.
        version: grows with the engine's file format and with the layout of what `make` writes.
        make: fills an empty folder.
        open_: opens such a folder, raising OSError or RuntimeError where it is none.

    Raises:
        EnvironmentError_: the cache cannot be written.
    """
    path = _ready(graph, engine, version, make)
    try:
        return open_(path)
    except (OSError, RuntimeError):
        # damaged, or cleared away by a process that reads another content: what was made once can be made again
        shutil.rmtree(path, ignore_errors=True)
    path = _ready(graph, engine, version, make)
    try:
        return open_(path)
    except (OSError, RuntimeError) as error:
        raise EnvironmentError_(f"{path}: the store cannot be opened ({error}); remove that folder, or set PAPERKG_CACHE") from error


def _ready(graph: Graph, engine: str, version: str, make: Callable[[Path], None]) -> Path:
    base = stores_of(graph)
    key = hashlib.sha256(f"{graph.fingerprint} {engine} {version}".encode()).hexdigest()[:24]
    target = base / f"{engine}-{key}"
    if target.is_dir():
        return target
    try:
        base.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{engine}-", suffix=".part", dir=base))
    except OSError as error:
        raise _no_cache(base, error) from None
    try:
        make(work)
        with suppress(OSError):
            work.rename(target)
        if not target.is_dir():
            raise _no_cache(target, OSError(0, "the finished store could not be moved there"))
    except OSError as error:
        raise _no_cache(base, error) from error
    finally:
        # nothing is left under this name after the move
        shutil.rmtree(work, ignore_errors=True)
    _clear(base, engine, target)
    return target


def _clear(base: Path, engine: str, keep: Path) -> None:
    """Removes the stores of former contents, and what killed processes left."""
    for other in base.iterdir():
        with suppress(OSError):
            old = other.name.startswith(f"{engine}-") and other != keep
            left = other.name.endswith(".part") and time.time() - other.stat().st_mtime > ABANDONED
            if (old or left) and other.is_dir():
                shutil.rmtree(other, ignore_errors=True)
            elif left:
                other.unlink()


def _no_cache(place: Path, error: OSError) -> EnvironmentError_:
    return EnvironmentError_(
        f"{place}: no store can be made there ({error.strerror or error}); set PAPERKG_CACHE to a folder that can be written"
    )
