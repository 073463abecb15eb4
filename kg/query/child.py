"""Asks one query in a process of its own, which ends when its time is over or when this one is interrupted."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kg.errors import DataError, EnvironmentError_, GraphError, PaperkgError, QueryStopped, UsageError
from kg.graph import Graph
from kg.query.guard import Refused
from kg.query.limits import NoFormat, TooLong, TooMuch
from kg.query.worker import FOREVER, argv
from kg.table import Table

_ERRORS: dict[str, type[PaperkgError]] = {
    e.__name__: e
    for e in (DataError, EnvironmentError_, GraphError, NoFormat, PaperkgError, QueryStopped, Refused, TooLong, TooMuch, UsageError)
}


class OutOfTime(QueryStopped):
    """The time of a query is over."""


def ask(request: dict[str, Any], timeout: float) -> dict[str, Any]:
    """The reply to one request (`kg.query.worker`).

    Args:
        timeout: seconds; infinity where there is no end to it.

    Raises:
        QueryStopped: the time is over, or the process ended: for want of memory, or in the engine.
        PaperkgError: what the process replied with.
    """
    limited = timeout if timeout < FOREVER else None
    # argv is our own interpreter with our own module; no buffers, which would hold back what came after the first line
    process = subprocess.Popen(argv(), bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        assert process.stdin is not None and process.stdout is not None
        line = json.dumps({**request, "timeout": limited}).encode() + b"\n"
        if request["engine"] == "cypher":
            process.stdin.write(line)
            process.stdin.flush()
            line = b""
            first = process.stdout.readline()
            if first and "ready" not in (reply := json.loads(first)):
                return unwrap(reply)
        said, _ = process.communicate(line, limited)
    except subprocess.TimeoutExpired:
        raise out_of_time(timeout) from None
    finally:
        process.kill()
        process.communicate()
    if not said:
        raise ended(process.returncode)
    return unwrap(json.loads(said))


def table(request: dict[str, Any], timeout: float) -> Table:
    """The table that a request asks for; errors as `ask` has them."""
    with tempfile.TemporaryDirectory(prefix="kg-query-") as folder:
        place = Path(folder) / "answer.json"
        ask({**request, "as": "table", "out": str(place)}, timeout)
        return read_table(place)


def read_table(file: Path) -> Table:
    """The table that a process wrote."""
    found = json.loads(file.read_text(encoding="utf-8"))
    return Table(tuple(found["columns"]), [tuple(row) for row in found["rows"]], tuple(found["notes"]), found["cut"])


def cypher(graph: Graph, query: str, params: Mapping[str, Any], *, timeout: float, limit: int | None) -> Table:
    """The answer to a Cypher query (`kg.query.cypher.select`), with at most `limit` rows; errors as `ask` has them."""
    return table({"engine": "cypher", "graph": str(graph.path), "query": query, "params": dict(params), "limit": limit}, timeout)


def unwrap(reply: dict[str, Any]) -> dict[str, Any]:
    """The reply; raises the error that it tells of."""
    if not reply["ok"]:
        # the nearest kind that is known here
        raise next(_ERRORS[name] for name in reply["error"] if name in _ERRORS)(reply["message"])
    return reply


def out_of_time(timeout: float) -> OutOfTime:
    """What is said when the time is over."""
    return OutOfTime(f"the query was stopped after {timeout:g} s; narrow it (bind more, add LIMIT), or give it more time")


def ended(code: int | None) -> QueryStopped:
    """What is said when the process of a query ended by itself."""
    return QueryStopped(
        f"the query ended its engine (status {code}): it needs more memory than there is for it, or is nested too deeply; narrow it"
    )
