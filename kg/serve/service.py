"""What the routes of a server share: the graph, its bounds, and the processes that answer queries."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from kg.cache import cache_folder
from kg.graph import Graph
from kg.query.sparql import ready
from kg.serve.caching import Kept
from kg.serve.index import open_index
from kg.serve.pool import Pool
from kg.serve.settings import Settings


class Service:
    """A graph that is served; `running` holds its processes and files."""

    def __init__(self, graph: Graph, settings: Settings) -> None:
        self.graph = graph
        self.settings = settings
        ready(graph)
        self.index = open_index(graph)
        self.kept = Kept(settings.kept)
        self._folder: Path | None = None
        self._pool: Pool | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Until the block ends, queries can be asked."""
        place = cache_folder() / "served"
        place.mkdir(parents=True, exist_ok=True)
        _sweep(place)
        # beside the stores, so that they can be linked
        with tempfile.TemporaryDirectory(dir=place, prefix=f"{os.getpid()}-", ignore_cleanup_errors=True) as folder:
            self._folder = Path(folder)
            # a newer graph clears the stores of this one away, but not what is linked here
            shutil.copytree(ready(self.graph), self._folder / "store", copy_function=_link)
            self._pool = Pool(self.settings)
            try:
                # the first query does not wait, and a store that cannot be opened is known now
                _, answer = await self.sparql("ASK { }", rows="sparql-json", graph=None)
                answer.unlink()
                yield
            finally:
                await self._pool.close()

    def stop(self) -> None:
        """Ends all queries, so that a server need not wait for them."""
        if self._pool is not None:
            self._pool.stop()

    async def sparql(self, query: str, **wanted: Any) -> tuple[dict[str, Any], Path]:
        """The answer to a SPARQL query as a file, which is the caller's to remove; errors as `Pool.ask` has them."""
        assert self._pool is not None and self._folder is not None, "the service is not running"
        handle, out = tempfile.mkstemp(dir=self._folder, prefix="answer-")
        os.close(handle)
        request = {"engine": "sparql", "store": str(self._folder / "store"), "as": "file", "query": query, "out": out}
        bounds = {"limit": self.settings.limit, "bytes": self.settings.bytes, "refuse": True}
        try:
            return await self._pool.ask({**request, **bounds, **wanted}), Path(out)
        except BaseException:
            Path(out).unlink(missing_ok=True)
            raise


def _sweep(place: Path) -> None:
    """Clears away what servers left that were killed."""
    if os.name == "nt":  # there, signal 0 is Ctrl-C
        return
    for folder in place.iterdir():
        owner = folder.name.partition("-")[0]
        try:
            os.kill(int(owner), 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except (ValueError, OSError):
            # not ours, or alive
            continue


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:  # another disk, or one without such links
        shutil.copy2(source, target)
    return target
