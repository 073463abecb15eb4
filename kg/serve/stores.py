"""The query stores of a server: made in a process of its own where there are none, then linked into the server's folder.

A large graph's store takes minutes the first time. The rest of the server does not wait for it: a query does, for its time.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
from contextlib import suppress
from pathlib import Path

from kg.errors import PaperkgError
from kg.graph import Graph
from kg.query.child import ended, unwrap
from kg.query.worker import argv
from kg.serve.pool import Busy

log = logging.getLogger(__name__)


class Made:
    """The store of one engine (`sparql` or `cypher`) in the folder of a server."""

    def __init__(self, graph: Graph, engine: str, folder: Path) -> None:
        self._graph = graph
        self._engine = engine
        self._target = folder / engine
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> asyncio.Task[None]:
        """Starts making it, unless that has been started; what failed is tried again."""
        if self._task is None or (self._task.done() and not self._target.is_dir()):
            self._task = asyncio.create_task(self._make())
            # whoever asks is told what went wrong; nobody may ask
            self._task.add_done_callback(lambda task: None if task.cancelled() else task.exception())
        return self._task

    @property
    def settled(self) -> bool:
        """Whether it is made, or could not be."""
        return self._task is not None and self._task.done()

    async def folder(self, timeout: float) -> Path:
        """The store.

        Raises:
            Busy: it is not made within `timeout` seconds.
            PaperkgError: it cannot be made.
        """
        if not self._target.is_dir():
            try:
                async with asyncio.timeout(timeout):
                    await asyncio.shield(self.begin())
            except TimeoutError:
                raise Busy(f"the store for {self._engine} is being made, once for this graph; try again later") from None
        return self._target

    async def _make(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *argv(), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        request = {"engine": "make", "store of": self._engine, "graph": str(self._graph.path), "fingerprint": self._graph.fingerprint}
        said, _ = await self._process.communicate(json.dumps(request).encode() + b"\n")
        try:
            reply = unwrap(json.loads(said)) if said else None
            if reply is None:
                raise ended(self._process.returncode)
            # a newer graph clears the stores of this one away, but not what is linked here
            part = self._target.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            shutil.copytree(reply["folder"], part, copy_function=_link)
            part.rename(self._target)
        except (PaperkgError, OSError) as error:
            log.warning("the store for %s could not be made: %s", self._engine, error)
            raise

    async def close(self) -> None:
        """Ends the making."""
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError, PaperkgError, OSError):
                await self._task


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:  # another disk, or one without such links
        shutil.copy2(source, target)
    return target
