"""A graph over HTTP: `kg serve`.

Routes are in modules, one each, with a function `routes(service)`; `app` puts them together.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.graph import Graph
from kg.properties import NONE, Given, read
from kg.serve import api, home, sparql
from kg.serve.messages import Failed, failed
from kg.serve.service import Service
from kg.serve.settings import Settings

__all__ = ["Settings", "app"]

#: On every answer. A page here runs no scripts, loads nothing, and is shown in no frame.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}


def app(graph: Graph, settings: Settings | None = None, *, properties: Given = NONE) -> Starlette:
    """The application that serves a graph, for any ASGI server.

    Its stores are made here, and linked into a folder of its own when it starts, so that it goes on with the graph as it was while a
    newer one is built. What analyses found (`properties`, files or results) the explorer can show by size and colour.

    Raises:
        EnvironmentError_: the stores cannot be made.
        DataError: the properties are those of another graph, or called as something in the explorer.
    """
    service = Service(graph, settings or Settings(), read(properties, graph))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with service.running():
            yield

    middleware = [Middleware(Guard, hosts=service.settings.hosts)]
    if service.settings.cors:
        middleware.append(
            Middleware(
                CORSMiddleware,
                allow_origins=service.settings.cors,
                allow_methods=["GET", "POST"],
                allow_headers=["Accept", "Content-Type"],
                max_age=600,
            )
        )
    made = Starlette(
        routes=[*home.routes(service), *sparql.routes(service), *api.routes(service)],
        middleware=middleware,
        exception_handlers={Failed: failed},
        lifespan=lifespan,
    )
    made.state.service = service
    return made


class Guard:
    """Headers on every answer, and no answer to a name that the server does not go by."""

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...]) -> None:
        self._app = app
        self._hosts = {host.lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1").lower()
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        if self._hosts and name not in self._hosts:
            error = Failed(421, f"this server is not {name[:200]!r}; ask it as {', '.join(sorted(self._hosts))}, or start it with --host")
            await error.response()(scope, receive, told)
            return
        await self._app(scope, receive, told)
