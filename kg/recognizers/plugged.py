"""A recogniser in a build: its readers, and the account of what became of its mentions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from kg.batches import Reads, Same, settings_of
from kg.catalog import Catalog
from kg.errors import UsageError
from kg.model import Reading, Rejected
from kg.recognizers.protocol import Recognizer
from kg.recognizers.reader import RecognizingReader, reading_with
from kg.recognizers.registry import from_text


@dataclass(frozen=True, slots=True)
class Recognizing:
    """What a plugged-in recogniser did in a build.

    `reasons` counts the mentions of it that were rejected, by reason; `failed` the papers that it had no usable answer for; `rejected`
    lists the first thousand of both. `usage` is what it says it spent (requests, tokens, cost), empty where it counts nothing.
    """

    name: str
    combine: str
    reasons: Mapping[str, int]
    failed: int
    rejected: tuple[Rejected, ...]
    usage: Mapping[str, int | float | str]


class Plugged:
    """A recogniser of the user's choice, and what became of its mentions.

    Args:
        given: the recogniser, or a text that names one (see `kg.recognizers.from_text`); that one is closed by `close`.
        workers: processes that read.

    Raises:
        UsageError: no such recogniser; several processes, and one that counts what it spends.
    """

    def __init__(self, given: Recognizer | str, combine: str, workers: int = 1) -> None:
        self._given, self._combine, self._workers = given, combine, workers
        self._recognizer = from_text(given) if isinstance(given, str) else given
        self.name = given.partition("=")[0].strip() if isinstance(given, str) else type(given).__name__
        if workers > 1 and hasattr(self._recognizer, "usage"):
            raise UsageError(
                f"the recogniser {self.name!r} keeps count of what it spends, so it runs in one process; use workers=1 (--workers 1) and "
                "its own options to do things at once"
            )
        self._reasons: Counter[str] = Counter()
        self._failed = 0
        self._shown: list[Rejected] = []

    def reader(self, catalog: Catalog | None, **options: Any) -> RecognizingReader:
        """A reader with the recogniser; options are those of `kg.Reader`."""
        return RecognizingReader(catalog, self._recognizer, self._combine, **options)

    def readers(self, catalog: Catalog, **options: Any) -> tuple[Callable[[], Reads], str, dict[str, Any]]:
        """What gives a reader with the recogniser, its fingerprint and its settings; options are as above."""
        first = self.reader(catalog, **options)
        make = Same(first) if self._workers == 1 else partial(reading_with, catalog, self._given, self._combine, **options)
        return make, first.fingerprint, {**settings_of(first), "recognizer": self.name, "combine": self._combine}

    def count(self, reading: Reading) -> None:
        """Takes in what was rejected of one paper."""
        for item in reading.rejected:
            if item.fatal:
                self._failed += 1
            else:
                self._reasons[item.reason] += 1
            if len(self._shown) < 1000:
                self._shown.append(item)

    def close(self) -> None:
        """Closes the recogniser if it was made here."""
        if isinstance(self._given, str) and hasattr(self._recognizer, "close"):
            self._recognizer.close()

    def report(self) -> Recognizing:
        """What has been counted so far."""
        usage = self._recognizer.usage() if hasattr(self._recognizer, "usage") else {}
        return Recognizing(self.name, self._combine, dict(sorted(self._reasons.items())), self._failed, tuple(self._shown), dict(usage))
