"""Folders that are there whole or not at all: written aside, then swapped in by renaming.

Beside `graph/` the work goes on in `.graph.partial/`. A killed process leaves that folder behind and the old `graph/` as it
was; the next one that writes there clears it away. Two processes cannot write to one place at the same time.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kg.errors import EnvironmentError_, GraphError


@dataclass(frozen=True, slots=True)
class Aside:
    """`new` becomes the target; `scratch` is for temporary files. Both exist and are empty at first."""

    new: Path
    scratch: Path


@contextmanager
def aside(target: Path, *, overwrite: bool, ours: Callable[[Path], bool], what: str = "graph") -> Iterator[Aside]:
    """A folder to write to that takes the place of `target` when the block ends without an exception.

    `ours` says whether an existing folder may be replaced at all; `overwrite`, whether it shall be; `what`, what messages call it.

    Raises:
        GraphError: the target is in the way, or another process is writing to it.
        EnvironmentError_: the folder cannot be made.
    """
    target = target.resolve()
    check_free(target, overwrite=overwrite, ours=ours, what=what)
    partial = target.parent / f".{target.name}.partial"
    try:
        partial.mkdir(parents=True, exist_ok=True)
        lock = (partial / "lock").open("w")
    except OSError as error:
        raise EnvironmentError_(f"{target.parent}: cannot write there ({error.strerror}); choose another place for the {what}") from None
    try:
        _hold(lock, target, what)
        with suppress(OSError):
            # killed between the two renamings of a swap: the old folder comes back
            if (partial / "old").is_dir() and not target.exists():
                (partial / "old").rename(target)
        work = Aside(partial / "new", partial / "scratch")
        for folder in (work.new, work.scratch, partial / "old"):
            shutil.rmtree(folder, ignore_errors=True)
        work.new.mkdir()
        work.scratch.mkdir()
        try:
            yield work
            check_free(target, overwrite=overwrite, ours=ours, what=what)
            _swap(work.new, target, partial / "old")
        finally:
            with suppress(OSError):
                # interrupted between the two renamings
                if (partial / "old").is_dir() and not target.exists():
                    (partial / "old").rename(target)
            shutil.rmtree(partial, ignore_errors=True)
    finally:
        lock.close()


def check_free(target: Path, *, overwrite: bool, ours: Callable[[Path], bool], what: str = "graph") -> None:
    """Raises a GraphError where `target` may not be written."""
    if not target.exists():
        return
    if not target.is_dir():
        raise GraphError(f"{target}: a file is there, and a {what} is a folder; choose another place")
    if not any(target.iterdir()):
        return
    if not ours(target):
        raise GraphError(f"{target}: the folder holds other things than a {what} and will not be replaced; choose another place")
    if not overwrite:
        raise GraphError(f"{target}: a {what} is there already; pass overwrite=True (--overwrite) to replace it")


def _hold(lock: IO[str], target: Path, what: str) -> None:
    try:
        import fcntl
    except ImportError:  # no such locks on this system: only the protection against a second writer is missing
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise GraphError(f"{target}: another process is writing this {what}; wait until it has ended") from None


def _swap(new: Path, target: Path, old: Path) -> None:
    for path in (*new.iterdir(), new):
        _sync(path)
    if target.exists():
        target.rename(old)
    try:
        new.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    _sync(target.parent)


def _sync(path: Path) -> None:
    """Asks the system to bring a file or folder to the disk before the swap shows it."""
    with suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
