"""What the routes of a server share: the graph, its bounds, and the processes that answer queries."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from exports.explorer.properties import columns
from kg.cache import cache_folder
from kg.errors import EnvironmentError_
from kg.graph import Graph
from kg.properties import NONE, Properties
from kg.serve.caching import Kept
from kg.serve.index import open_index
from kg.serve.pool import Pool
from kg.serve.settings import Settings
from kg.serve.stores import Made

#: Papers up to which a start makes the store of SPARQL, if there is none, and seconds that it waits for it. That of a larger graph takes
#: minutes, and gigabytes: it is made when the first query asks for it.
AT_ONCE, PATIENCE = 5_000, 10.0


class Service:
    """A graph that is served; `running` holds its processes and files."""

    def __init__(self, graph: Graph, settings: Settings, properties: Properties = NONE) -> None:
        self.graph = graph
        self.settings = settings
        # a name that cannot be shown is told before the index is made, which takes its time
        found = {of: columns(properties, of) for of in ("concepts", "papers")}
        self.index = open_index(graph)
        self.index.tell(properties, found)
        self.kept = Kept(settings.kept)
        self._folder: Path | None = None
        self._stores: dict[str, Made] = {}
        self._pool: Pool | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Until the block ends, queries can be asked."""
        place = cache_folder() / "served"
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EnvironmentError_(
                f"{place}: cannot write there ({error.strerror}); set PAPERKG_CACHE to a folder that can be written"
            ) from None
        _sweep(place)
        # beside the stores, so that they can be linked
        with tempfile.TemporaryDirectory(dir=place, prefix=f"{os.getpid()}-", ignore_cleanup_errors=True) as folder:
            self._folder = Path(folder)
            self._stores = {engine: Made(self.graph, engine, self._folder) for engine in ("sparql", "cypher")}
            self._pool = Pool(self.settings)
            try:
                if self.index.counts["papers"] <= AT_ONCE:
                    await asyncio.wait((self._stores["sparql"].begin(),), timeout=PATIENCE)
                if self._stores["sparql"].settled:
                    # the first query does not wait, and a store that cannot be made or opened is known now
                    _, answer = await self.sparql("ASK { }", rows="sparql-json", graph=None)
                    answer.unlink()
                yield
            finally:
                await self._pool.close()
                for store in self._stores.values():
                    await store.close()

    def stop(self) -> None:
        """Ends all queries, so that a server need not wait for them."""
        if self._pool is not None:
            self._pool.stop()

    async def sparql(self, query: str, **wanted: Any) -> tuple[dict[str, Any], Path]:
        """The answer to a SPARQL query as a file, which is the caller's to remove; errors as `Pool.ask` and `Made.folder` have them."""
        return await self._ask("sparql", {"as": "file", "query": query, "limit": self.settings.limit, "refuse": True, **wanted})

    async def table(self, engine: str, query: str, params: dict[str, Any], limit: int) -> tuple[dict[str, Any], Path]:
        """The answer as a table (`kg.query.child.read_table`), cut at a number of rows; the rest as in `sparql`."""
        return await self._ask(engine, {"as": "table", "query": query, "params": params, "limit": min(limit, self.settings.limit)})

    async def _ask(self, engine: str, request: dict[str, Any]) -> tuple[dict[str, Any], Path]:
        assert self._pool is not None and self._folder is not None, "the service is not running"
        store = await self._stores[engine].folder(self.settings.timeout)
        handle, out = tempfile.mkstemp(dir=self._folder, prefix="answer-")
        os.close(handle)
        try:
            whole = {"engine": engine, "store": str(store), "out": out, "bytes": self.settings.bytes, **request}
            return await self._pool.ask(whole), Path(out)
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
