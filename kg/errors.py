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


def did_you_mean(wanted: str, known: Iterable[str]) -> str:
    """A tail for an error message: the nearest known values, or all of them where none is near.

    >>> did_you_mean("turtel", ["turtle", "jsonld"])
    'did you mean turtle?'
    """
    import difflib

    names = sorted(known)
    near = difflib.get_close_matches(wanted, names, n=3, cutoff=0.6)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"known: {', '.join(names)}"
