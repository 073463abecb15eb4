"""What a server may spend on whoever asks."""

from __future__ import annotations

import os
from dataclasses import dataclass

from kg.errors import UsageError


@dataclass(frozen=True, slots=True)
class Settings:
    """Bounds of a server; every one of them ends in a clear answer, never in a shortened one.

    Attributes:
        timeout: seconds of a query, and as many of waiting for its turn.
        limit: rows, or triples, of an answer; a longer one is refused.
        bytes: of an answer.
        memory: bytes of the process of a query (Linux).
        workers: queries that run at the same time; 0 is one for each processor, and two at least.
        waiting: queries that wait for their turn; further ones are told to come back.
        query: bytes of a query.
        kept: bytes of answers of the API that are kept to be sent again.
        cors: origins whose pages may ask, `*` for all; none, unless named.
        hosts: names by which the server is asked; none is any. Names of this machine alone keep pages of others, which point a
            name of their own here, from asking.
    """

    timeout: float = 30
    limit: int = 1_000_000
    bytes: int = 256 << 20
    memory: int = 2 << 30
    workers: int = 0
    waiting: int = 64
    query: int = 1 << 20
    kept: int = 64 << 20
    cors: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")

    def __post_init__(self) -> None:
        """Raises UsageError where a bound is none."""
        wrong = [n for n in ("timeout", "limit", "bytes", "memory", "waiting", "query") if not getattr(self, n) > 0]
        if wrong or self.workers < 0:
            raise UsageError(f"{(wrong or ['workers'])[0]} is a number above 0, found {getattr(self, (wrong or ['workers'])[0])}")

    @property
    def processes(self) -> int:
        """How many queries run at the same time."""
        return self.workers or max(2, os.cpu_count() or 1)
