"""A few statements at a time: rows are made while the server works on those before, and it works on more than one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

__all__ = ["WRITERS", "Writers"]

T = TypeVar("T")
#: How many transactions are open at a time. With two, the server has work while we make rows and read its answers, and uses a second
#: processor. More would wait for the thread that makes rows.
WRITERS = 2


class Writers:
    """Runs functions in threads; of what they give back, each is told in the order in which it was put. One more waits at most."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(WRITERS)
        self._waiting: deque[tuple[Future[Any], Callable[[Any], None]]] = deque()

    def put(self, run: Callable[[], T], then: Callable[[T], None]) -> None:
        """Has `run` run soon, and `then` called with what it gave, in this thread. Waits while there is too much to do.

        Raises:
            Exception: what a function put before raised.
        """
        while len(self._waiting) > WRITERS:
            self._next()
        self._waiting.append((self._pool.submit(run), then))

    def ask(self, run: Callable[[], T]) -> Future[T]:
        """Has `run` run soon; gives what it will give."""
        return self._pool.submit(run)

    def finish(self) -> None:
        """Waits until all that was put is done.

        Raises:
            Exception: what one of the functions raised.
        """
        while self._waiting:
            self._next()

    def _next(self) -> None:
        future, then = self._waiting.popleft()
        then(future.result())

    def __enter__(self) -> Writers:
        return self

    def __exit__(self, *_: object) -> None:
        # after an error, what did not begin is not begun
        self._pool.shutdown(cancel_futures=True)
