"""Reading by one thread: the matrices of a batch are small, and libraries that share them out among all cores spend more than they gain.

With two threads of OpenBLAS on two cores, reading took more than twice the processor time of one; processes (`--workers`) that all start as
many threads as there are cores are in each other's way.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

_setting = threading.Lock()


@cache
def _controller() -> ThreadpoolController:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@contextmanager
def one_thread() -> Iterator[None]:
    """Keeps the libraries of linear algebra that are loaded to one thread until the end of the block; then they have as many as before.

    The number is that of the process: what other threads compute with these libraries meanwhile is by one thread, too. Of blocks that
    are nested, or run in several threads at once, the one that came first sets the number and sets it back: only that thread may, and
    the number is right whatever the order in which they end.
    """
    if not _setting.acquire(blocking=False):
        yield
        return
    try:
        with _controller().limit(limits=1, user_api="blas"):
            yield
    finally:
        _setting.release()
