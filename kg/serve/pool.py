"""Queries of many clients, each in a process that can be ended.

A runaway query costs its own process and nothing else: when its time is over, or nobody waits for it any more, the process is
ended and another one takes its place with the next query. Starting one takes about 0.1 s of processor time.
"""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from typing import Any

from kg.errors import PaperkgError
from kg.query.child import ended, out_of_time, unwrap
from kg.query.worker import argv
from kg.serve.settings import Settings

log = logging.getLogger(__name__)


class Busy(PaperkgError):
    """Too many queries at once."""


class _Slot:
    """Room for a process, which is started when it is first needed."""

    process: asyncio.subprocess.Process | None = None

    async def running(self, memory: int) -> asyncio.subprocess.Process:
        """The process; a new one where there is none, or where it has ended."""
        if self.process is None or self.process.returncode is not None:
            self.process = await asyncio.create_subprocess_exec(
                *argv(memory=memory),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
        return self.process

    def kill(self) -> None:
        """Ends the process, if there is one."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.kill()

    async def end(self) -> None:
        """The same, and waits until it has ended."""
        self.kill()
        if self.process is not None:
            await asyncio.shield(self.process.wait())


class Pool:
    """Processes of `kg.query.worker`; at most `settings.processes` of them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._slots = [_Slot() for _ in range(settings.processes)]
        self._free: asyncio.LifoQueue[_Slot] = asyncio.LifoQueue()
        self._waiting = 0
        self._stopping = False
        for slot in self._slots:
            self._free.put_nowait(slot)

    async def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The reply to a request.

        Raises:
            Busy: too many others wait, or no process became free in time.
            QueryStopped: the time is over, or the process ended by itself.
            PaperkgError: what the process replied with.
            asyncio.CancelledError: whoever asked does not wait any more; the query is ended too.
        """
        slot = await self._turn()
        try:
            self._check()
            process = await slot.running(self._settings.memory)
            async with asyncio.timeout(self._settings.timeout):
                said = await _talk(process, {**request, "timeout": self._settings.timeout})
            self._check()
            if not said:
                raise ended(await process.wait())
            reply = json.loads(said)
            if reply["spent"]:
                await slot.end()
            return unwrap(reply)
        except TimeoutError:
            log.warning("a query was stopped after %g s: %.200s", self._settings.timeout, " ".join(str(request.get("query")).split()))
            await slot.end()
            raise out_of_time(self._settings.timeout) from None
        except asyncio.CancelledError:
            await slot.end()
            raise
        finally:
            self._free.put_nowait(slot)

    def _check(self) -> None:
        if self._stopping:
            raise Busy("the server is stopping")

    def stop(self) -> None:
        """Ends the queries that run, and those that wait; each is told."""
        self._stopping = True
        for slot in self._slots:
            slot.kill()

    async def close(self) -> None:
        """Ends all processes."""
        for slot in self._slots:
            await slot.end()

    async def _turn(self) -> _Slot:
        if self._free.empty() and self._waiting >= self._settings.waiting:
            raise Busy(f"{self._waiting} queries wait for their turn; try again later")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._settings.timeout):
                return await self._free.get()
        except TimeoutError:
            raise Busy(f"no turn came within {self._settings.timeout:g} s, other queries are running; try again later") from None
        finally:
            self._waiting -= 1


async def _talk(process: asyncio.subprocess.Process, request: dict[str, Any]) -> bytes:
    assert process.stdin is not None and process.stdout is not None
    # a process that has ended closes its pipes, and says nothing
    with suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(json.dumps(request).encode() + b"\n")
        await process.stdin.drain()
        return await process.stdout.readline()
    return b""
