"""`/`: the explorer over the API, the same page that `kg export GRAPH html` writes, with a server behind it in place of data in it."""

from __future__ import annotations

import re
from functools import cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from exports.explorer import page
from kg.errors import EnvironmentError_
from kg.serve.caching import Rendered, key_of, respond, unchanged
from kg.serve.messages import Failed
from kg.serve.service import Service

_POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]*)"')


def routes(service: Service) -> list[Route]:
    """The page."""
    title = f"{service.graph.path.resolve().name}: {service.index.page['title']}"

    async def home(request: Request) -> Response:
        try:
            answer, policy = _page(title)
        except EnvironmentError_ as error:
            raise Failed(500, f"{error}; the API (/api/) and SPARQL (/sparql) answer") from None
        key = key_of(service.index.fingerprint, policy, "/", title)
        found = unchanged(request, key) or respond(request, key, answer)
        # the page's own policy, which it has in itself too; frames cannot be forbidden there
        found.headers["Content-Security-Policy"] = f"{policy}; frame-ancestors 'none'"
        return found

    return [Route("/", home, methods=["GET"])]


@cache
def _page(title: str) -> tuple[Rendered, str]:
    html = page(title, mode="server")
    policy = _POLICY.search(html)
    assert policy is not None
    return Rendered.of(html.encode("utf-8", "replace"), "text/html"), policy[1].replace("&#39;", "'")
