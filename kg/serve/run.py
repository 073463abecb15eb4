"""Runs the application until Ctrl-C or SIGTERM."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType

import uvicorn

from kg.errors import EnvironmentError_
from kg.graph import Graph
from kg.properties import NONE, Given
from kg.serve import Settings, app

#: Connections over those of running and waiting queries: pages, and clients that keep theirs open.
_SPARE = 256


def serve(graph: Graph, host: str, port: int, settings: Settings, started: Callable[[str], None], properties: Given = NONE) -> None:
    """Serves a graph.

    Args:
        host: an address of this machine.
        port: 0 is any that is free.
        started: called with the address, once questions are taken.
        properties: what analyses found, for the explorer.

    Raises:
        DataError: the properties are those of another graph, or called as something in the explorer.
        EnvironmentError_: nothing can listen there, or the store cannot be made or opened.
    """
    listening = _listen(host, port)
    with listening:
        made = app(graph, settings, properties=properties)
        config = uvicorn.Config(
            made,
            # the lifespan is entered here, where its errors come out
            lifespan="off",
            ws="none",
            http="h11",
            loop="asyncio",
            log_config=None,
            access_log=False,
            server_header=False,
            limit_concurrency=settings.processes + settings.waiting + _SPARE,
            timeout_graceful_shutdown=2,
        )

        async def run() -> None:
            async with made.router.lifespan_context(made):
                name, taken = listening.getsockname()[:2]
                address = f"http://{f'[{name}]' if ':' in name else name}:{taken}"
                loop = asyncio.get_running_loop()
                stop = partial(loop.call_soon_threadsafe, made.state.service.stop)
                await _Server(config, partial(started, address), stop).serve(sockets=[listening])

        asyncio.run(run())


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=256)
    except (OSError, OverflowError) as error:
        told = getattr(error, "strerror", None) or error
        raise EnvironmentError_(
            f"nothing can listen at {host} port {port} ({told}); choose another with --port (0 is any), or --host"
        ) from None


class _Server(uvicorn.Server):
    """Ends in peace: uvicorn's own waits for queries, and raises the signal again once all is closed."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], object], stop: Callable[[], object]) -> None:
        super().__init__(config)
        self._started = started
        self._stop = stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Called when signals are taken already: who is told the address may send one at once."""
        await super().startup(sockets)
        self._started()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Called with the signal."""
        super().handle_exit(sig, frame)
        self._stop()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {s: signal.signal(s, self.handle_exit) for s in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
