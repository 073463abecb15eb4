"""Files and folders written aside and put in place at the end, so that an interrupted run leaves nothing half-written."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal, overload

from kg.errors import EnvironmentError_, UsageError

__all__ = ["replacing", "replacing_folder"]


@overload
@contextmanager
def replacing(path: Path | str, overwrite: bool = ..., *, binary: Literal[False] = ...) -> Iterator[IO[str]]: ...
@overload
@contextmanager
def replacing(path: Path | str, overwrite: bool = ..., *, binary: Literal[True]) -> Iterator[IO[bytes]]: ...
@contextmanager
def replacing(path: Path | str, overwrite: bool = True, *, binary: bool = False) -> Iterator[IO[str] | IO[bytes]]:
    """A handle to write a file with; the file appears under its name when the block ends without an error.

    Text is UTF-8 with `\\n` line ends on every system. Until the end the text stands in a hidden file beside the target (so that
    the rename stays on one disk), which is removed when the block fails or is interrupted. Missing parent folders are made.

    Raises:
        UsageError: the target exists and `overwrite` is false, or it is a folder.
        EnvironmentError_: no permission, no room, or the target's folder cannot be made.

    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "out.txt"
    >>> with replacing(target) as handle:
    ...     _ = handle.write("né\\n")
    ...     target.exists()
    False
    >>> target.read_bytes()
    b'n\\xc3\\xa9\\n'
    """
    target = Path(path)
    if target.is_dir():
        raise UsageError(f"{target} is a folder; name a file to write to, such as {target / 'graph.out'}")
    _refuse_existing(target, overwrite)
    aside: Path | None = None
    try:
        # a link keeps pointing where it pointed: its target is replaced, not the link
        target = target.resolve() if target.is_symlink() else target
        target.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", suffix=".part", dir=target.parent)
        aside = Path(name)
        if binary:
            with os.fdopen(number, "wb", buffering=1 << 20) as handle:
                yield handle
        else:
            with os.fdopen(number, "w", encoding="utf-8", newline="\n", buffering=1 << 20) as text:
                yield text
        _usual_mode(aside)
        aside.replace(target)
    except OSError as error:
        raise EnvironmentError_(
            f"{target} could not be written: {error.strerror or error}; free some room or name another place"
        ) from error
    finally:
        # after the rename nothing is left under this name
        if aside is not None:
            aside.unlink(missing_ok=True)


@contextmanager
def replacing_folder(path: Path | str, overwrite: bool = True) -> Iterator[Path]:
    """A fresh folder to fill; it takes the place of `path` when the block ends without an error, and is removed otherwise.

    An existing folder is moved aside first and removed after the swap; if the swap fails it is put back.

    Raises:
        UsageError: the target exists and `overwrite` is false, or it is a file.
        EnvironmentError_: no permission, no room, or the target's folder cannot be made.
    """
    target = Path(path)
    if target.is_file():
        raise UsageError(f"{target} is a file; name a folder to write to")
    _refuse_existing(target, overwrite)
    aside: Path | None = None
    try:
        target = target.resolve() if target.is_symlink() else target
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{target.name[:100]}.", suffix=".part", dir=target.parent))
        yield aside
        _usual_mode(aside, folder=True)
        if target.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{target.name[:100]}.", suffix=".old", dir=target.parent))
            target.replace(old / target.name)
            try:
                aside.replace(target)
            except OSError:
                (old / target.name).replace(target)
                raise
            finally:
                shutil.rmtree(old, ignore_errors=True)
        else:
            aside.replace(target)
    except OSError as error:
        raise EnvironmentError_(
            f"{target} could not be written: {error.strerror or error}; free some room or name another place"
        ) from error
    finally:
        if aside is not None and aside.exists():
            shutil.rmtree(aside, ignore_errors=True)


def _refuse_existing(target: Path, overwrite: bool) -> None:
    if not overwrite and target.exists():
        raise UsageError(f"{target} exists already; give overwrite (--overwrite) to replace it, or name another place")


def _usual_mode(path: Path, *, folder: bool = False) -> None:
    # tempfile makes things for the owner alone; what is exported gets the mode that the umask would have given
    mask = os.umask(0)
    os.umask(mask)
    path.chmod((0o777 if folder else 0o666) & ~mask)
