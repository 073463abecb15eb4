"""`/api/`: the graph as JSON, for the explorer and for programs. docs/reference/api.md describes it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kg.manifest import package_version
from kg.serve.api import queries
from kg.serve.api.about import about
from kg.serve.api.endpoints import ENDPOINTS, Endpoint
from kg.serve.api.openapi import document
from kg.serve.api.parameters import Nothing, Parameters
from kg.serve.api.problems import Problem
from kg.serve.api.read import from_query
from kg.serve.caching import Rendered, key_of, respond, unchanged
from kg.serve.messages import Failed
from kg.serve.service import Service

JSON = "application/json"
Answering = Callable[[Request], Awaitable[Response]]


def routes(service: Service) -> list[BaseRoute]:
    """All addresses under `/api/`; an address that is none of them is a 404 that names them."""
    # a search for paths keeps a processor busy: one at a time leaves the other requests their share
    one = asyncio.Semaphore(1)
    made: list[BaseRoute] = [Route(e.path, _told(_endpoint(service, e, one)), methods=["GET"]) for e in ENDPOINTS]
    for path, body in (("/api/about", lambda: about(service)), ("/api/openapi.json", document)):
        made.append(Route(path, _told(_fixed(service, path, body)), methods=["GET"]))
    for engine in ("sparql", "cypher"):
        made.append(Route(f"/api/{engine}", _told(queries.endpoint(service, engine)), methods=["POST"]))
    known = sorted(str(route.path) for route in made if isinstance(route, Route))

    async def nothing(request: Request) -> Response:
        path = request.url.path
        if path in known:
            allowed = "POST" if path in ("/api/sparql", "/api/cypher") else "GET, HEAD"
            raise Problem(405, f"{path} is asked with {allowed.partition(',')[0]}", {"Allow": allowed})
        raise Problem(404, f"there is nothing at {path[:200]!r}; there are {', '.join(known)}")

    every = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
    return [*made, Route("/api", _told(nothing), methods=every), Route("/api/{rest:path}", _told(nothing), methods=every)]


def _endpoint(service: Service, endpoint: Endpoint, one: asyncio.Semaphore) -> Answering:
    async def answer(request: Request) -> Response:
        asked = from_query(endpoint.parameters, request.scope["query_string"])
        return await _kept(
            service, request, endpoint.path, asked, lambda: endpoint.make(service.index, asked), one if endpoint.slow else None
        )

    return answer


def _fixed(service: Service, path: str, body: Callable[[], Any]) -> Answering:
    async def answer(request: Request) -> Response:
        asked = from_query(Nothing, request.scope["query_string"])
        key = f"{path} {service.graph.path.resolve().name} {service.settings}"
        return await _kept(service, request, key, asked, body, None)

    return answer


async def _kept(
    service: Service, request: Request, path: str, asked: Parameters, make: Callable[[], Any], one: asyncio.Semaphore | None
) -> Response:
    key = key_of(service.index.state, package_version(), path, asked.model_dump_json())
    if (same := unchanged(request, key)) is not None:
        return same
    if (known := service.kept.get(key)) is not None:
        return respond(request, key, known)
    if one is None:
        found = rendered(make())
    else:
        async with one:
            value = await asyncio.to_thread(make)
            found = await asyncio.to_thread(rendered, value)
        if value.get("note") or value.get("notes"):
            # a search that was given up says so, and may come further another time
            return Response(found.plain, 200, {"Cache-Control": "no-store"}, media_type=found.media_type)
    service.kept.put(key, found)
    return respond(request, key, found)


def rendered(value: Any) -> Rendered:
    """An answer as JSON."""
    try:
        data = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except UnicodeEncodeError:
        # a lone surrogate of a careless source has no UTF-8
        data = json.dumps(value, separators=(",", ":"), allow_nan=False).encode()
    return Rendered.of(data, JSON)


def _told(answer: Answering) -> Answering:
    async def told(request: Request) -> Response:
        try:
            return await answer(request)
        except Problem as problem:
            return problem.response()
        except Failed as error:
            return Problem(error.status, str(error), error.headers).response()

    return told
