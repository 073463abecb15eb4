"""The few errors that paperkg raises on purpose. Each message says what was found, where, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable


class PaperkgError(Exception):
    """Base of all errors that a user can mend. `exit_code` is what the command line ends with."""

    exit_code = 1


class DataError(PaperkgError):
    """An input, a catalog or a gold file holds something that cannot be used."""


class GraphError(PaperkgError):
    """A graph folder is missing, damaged, of a newer version, or in the way."""


class UsageError(PaperkgError):
    """An option, name or argument that does not exist or does not fit."""

    exit_code = 2


class EnvironmentError_(PaperkgError):  # noqa: N801 - EnvironmentError is taken by Python
    """Something of the machine is missing: a package, a permission, room on the disk."""

    exit_code = 3


class QueryStopped(PaperkgError):
    """A query took more time or memory than it was given."""

    exit_code = 5


#: More known values than these are not listed in an error: nobody reads them.
LISTED = 60
#: Near values that an error names at most.
NAMED = 3


def did_you_mean(wanted: str, known: Iterable[str]) -> str:
    """A tail for an error message: the nearest known values, or all of them where none is near and they are few. Of those that differ in
    upper and lower case alone, as ids and labels do, the nearest is named.

    >>> did_you_mean("turtel", ["turtle", "jsonld"])
    'did you mean turtle?'
    >>> did_you_mean("bert", [])
    'there is none'
    """
    names = sorted(known)
    near: dict[str, str] = {}
    for name in _close_matches(wanted, names, 2 * NAMED):
        near.setdefault(name.casefold(), name)
    if near:
        return f"did you mean {' or '.join([*near.values()][:NAMED])}?"
    if len(names) > LISTED:
        return f"none of the {len(names):,} known is near"
    return f"known: {', '.join(names)}" if names else "there is none"


def _close_matches(wanted: str, names: list[str], n: int, cutoff: float = 0.6) -> list[str]:
    """`difflib.get_close_matches` for tens of thousands of names.

    Blocks that match are a common subsequence, so that RapidFuzz's ratio is never below difflib's: names are compared in its order until
    no other can be nearer.
    """
    from difflib import SequenceMatcher
    from heapq import nlargest

    from rapidfuzz import fuzz, process

    matcher = SequenceMatcher(b=wanted)
    found: list[tuple[float, str]] = []
    # a hundredth of a percent for what is rounded
    for name, most, _ in process.extract(wanted, names, scorer=fuzz.ratio, score_cutoff=100 * cutoff - 0.01, limit=None):
        if len(found) == n and most + 0.01 < 100 * found[-1][0]:
            break
        matcher.set_seq1(name)
        found = nlargest(n, [*found, (matcher.ratio(), name)])
    return [name for ratio, name in found if ratio >= cutoff]
