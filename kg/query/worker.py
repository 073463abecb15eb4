"""A process that answers queries one after the other, so that a query can be stopped: by ending the process.

The engines cannot be interrupted from within, and a query that overflows the parser's stack or the memory takes its process with
it. So `kg query` and `kg serve` ask in a process of this kind (`argv` makes it). It reads a request a line from standard input
and writes a reply a line to standard output, both JSON; what it answers with goes to the file that the request names. A reply that is
`spent` says that the process should not be asked again.
"""

from __future__ import annotations

import io
import json
import math
import os
import signal
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from kg.errors import PaperkgError
from kg.query.limits import TooLong

#: Seconds over the time of a query after which a process that nobody stopped, its parent being gone, stops itself.
GRACE = 5
#: Seconds that no clock of the system counts to: a time as long as that has no end.
FOREVER = 1 << 30
#: Characters of a message at most.
MESSAGE = 4000
_START = (
    "import json, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); sys.path[:] = json.loads(sys.argv[1]); "
    "from kg.query.worker import main; main()"
)


def argv(*, memory: int | None = None) -> list[str]:
    """The command that starts such a process.

    Args:
        memory: bytes that it may use at most, where the system can see to that (Linux); None is as many as there are.
    """
    # with the modules of this process, wherever they come from
    return [sys.executable, "-P", "-c", _START, json.dumps([*sys.path]), str(memory or "")]


class Bounded(io.RawIOBase):
    """A file that takes a number of bytes and no more."""

    def __init__(self, file: IO[bytes], most: int | None) -> None:
        super().__init__()
        self._file = file
        self._most = most
        self.count = 0

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Writes all of it.

        Raises:
            TooLong: there is no room left.
        """
        self.count += len(data)
        if self._most is not None and self.count > self._most:
            raise TooLong(f"the answer has more than {self._most:,} bytes, the most that are given here; narrow it, or add LIMIT")
        return self._file.write(data)


def main() -> None:
    """Answers until standard input ends."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    # whatever an engine prints is talk
    os.dup2(2, 1)
    _end_with_parent()
    # no query multiplies matrices, and each thread that is ready to would take of its memory
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    most = int(sys.argv[2] or 0)
    if most:
        _bound_memory(most)
    stores: dict[str, Any] = {}
    for line in sys.stdin.buffer:
        request = json.loads(line)
        # a store that has to be made first is not the query's time
        _alarm(request.get("timeout") if "store" in request else None)
        reply = _reply(request, stores, replies)
        _alarm(None)
        # freed memory may stay with the process, and then be missing to the next query
        reply["spent"] = bool(most) and _peak() > most // 2
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


def _reply(request: dict[str, Any], stores: dict[str, Any], replies: IO[str]) -> dict[str, Any]:
    try:
        return {"ok": True, **_answer(request, stores, replies)}
    except PaperkgError as error:
        return {"ok": False, "error": [kind.__name__ for kind in type(error).__mro__], "message": str(error)[:MESSAGE]}
    except MemoryError:
        return {"ok": False, "error": ["QueryStopped"], "message": "the query needs more memory than it was given; narrow it"}
    except OSError as error:
        told = f"{error.filename or 'the answer'}: {error.strerror or error}; check the room on the disk"
        return {"ok": False, "error": ["EnvironmentError_"], "message": told}
    except Exception as error:  # noqa: BLE001 - it is told to the parent, which alone has somebody to tell
        return {"ok": False, "error": ["PaperkgError"], "message": f"the query failed: {type(error).__name__}: {error}"[:MESSAGE]}


def _answer(request: dict[str, Any], stores: dict[str, Any], replies: IO[str]) -> dict[str, Any]:
    if request["engine"] == "make":
        return _make(request)
    return _cypher(request, replies) if request["engine"] == "cypher" else _sparql(request, stores)


def _make(request: dict[str, Any]) -> dict[str, Any]:
    """Makes the store of one engine, and says where it is."""
    from kg.errors import GraphError
    from kg.graph import Graph
    from kg.query import cypher, sparql

    graph = Graph.open(Path(request["graph"]))
    if graph.fingerprint != request["fingerprint"]:
        raise GraphError(f"{graph.path}: the graph was replaced since the server started; start it again")
    return {"folder": str((cypher if request["store of"] == "cypher" else sparql).ready(graph))}


def _sparql(request: dict[str, Any], stores: dict[str, Any]) -> dict[str, Any]:
    import pyoxigraph

    from kg.query.columns import beside
    from kg.query.evaluate import Dataset, table, write
    from kg.query.guard import guard

    folder = request["store"]
    if folder not in stores:
        try:
            stores[folder] = pyoxigraph.Store.read_only(folder), beside(Path(folder))
        except (OSError, RuntimeError) as error:
            raise PaperkgError(f"{folder}: the store cannot be opened ({error}); run the command again") from error
    store, columns = stores[folder]
    dataset = Dataset(*(None if d is None else tuple(d) for d in request.get("dataset", (None, None))))
    if request["as"] == "table":
        return _table(request, table(store, request["query"], request.get("limit"), columns=columns))
    kind = guard(request["query"]).kind
    if request["graph" if kind == "graph" else "rows"] == "html":
        return {"kind": kind, "format": "html"} | _table(request, table(store, request["query"], request["shown"], dataset, columns))
    with Path(request["out"]).open("wb") as file, io.BufferedWriter(Bounded(file, request.get("bytes")), 1 << 16) as out:
        written = write(
            store,
            request["query"],
            out,
            rows=request.get("rows"),
            graph=request.get("graph"),
            limit=request.get("limit"),
            refuse=request.get("refuse", False),
            settle=request.get("settle", False),
            dataset=dataset,
            columns=columns,
        )
        return asdict(written)


def _cypher(request: dict[str, Any], replies: IO[str]) -> dict[str, Any]:
    from kg.query.cypher import ready, select, select_in

    params = request.get("params") or {}
    limit = request.get("limit")
    if "store" in request:
        found = select_in(Path(request["store"]), request["query"], params, limit=limit)
    else:
        from kg.graph import Graph

        graph = Graph.open(Path(request["graph"]))
        ready(graph)
        replies.write('{"ready": true}\n')
        replies.flush()
        _alarm(request.get("timeout"))
        found = select(graph, request["query"], params, limit=limit)
    return _table(request, found)


def _table(request: dict[str, Any], found: Any) -> dict[str, Any]:
    with Path(request["out"]).open("wb") as file, io.TextIOWrapper(io.BufferedWriter(Bounded(file, request.get("bytes"))), "utf-8") as text:
        # Python's JSON knows NaN and the infinities
        json.dump({"columns": found.columns, "rows": found.rows, "notes": found.notes, "cut": found.cut}, text, ensure_ascii=False)
    return {"rows": len(found), "cut": found.cut}


def _end_with_parent() -> None:
    """On Linux, the process ends when its parent does, whatever the engine is doing; elsewhere the alarm ends it."""
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            # PR_SET_PDEATHSIG of prctl(2)
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _alarm(timeout: float | None) -> None:
    # the default action ends the process, whatever the engine is doing
    if hasattr(signal, "alarm"):
        signal.alarm(0 if timeout is None or timeout >= FOREVER else math.ceil(timeout) + GRACE)


def _peak() -> int:
    """Bytes of memory that this process has held at most."""
    with suppress(OSError, ValueError):
        # getrusage counts what the parent held when this process was forked off
        for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) << 10
    try:
        import resource
    except ImportError:  # Windows
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _bound_memory(most: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # what the process makes its own: the files of a store that are mapped do not count
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
