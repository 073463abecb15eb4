"""How much of an answer is given, and what is said where there is more. Imports no engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from kg.errors import UsageError

Thing = TypeVar("Thing")


class TooMuch(UsageError):
    """The answer has more rows than were agreed on."""


class TooLong(UsageError):
    """The answer has more bytes than were agreed on."""


class NoFormat(UsageError):
    """The answer cannot be had in any of the formats asked for."""


class Count:
    """Lets a number of things through; `given` says how many they were, `more` whether there was another one."""

    def __init__(self, limit: int | None, refuse: bool = False) -> None:
        self.limit = limit
        self.refuse = refuse
        self.given = 0
        self.more = False

    def __call__(self, things: Iterable[Thing]) -> Iterator[Thing]:
        """The things, up to the limit.

        Raises:
            TooMuch: there are more, and that is refused.
        """
        all_ = iter(things)
        for thing in islice(all_, self.limit):
            self.given += 1
            yield thing
        if self.limit is not None and next(all_, None) is not None:
            self.more = True
            if self.refuse:
                raise TooMuch(
                    f"SPARQL: the answer has more than {self.limit:,} rows, the most that are given here; narrow it, or add LIMIT"
                )


def cut_note(limit: int) -> str:
    """What is said where rows were left out."""
    return f"only the first {limit:,} rows: the query has more, and was stopped there"
