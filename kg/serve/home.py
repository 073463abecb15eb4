"""`/`, the explorer over the API, which is the page of `kg view` with a server behind it, and `/query`, to ask in SPARQL and Cypher.

Both are one document each, with script and style in it under a policy of their hashes, which lets them ask this server and nobody else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from html import escape, unescape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from exports.bundle import bundled
from exports.explorer import page
from exports.inline import csp_hash
from kg.errors import EnvironmentError_
from kg.manifest import package_version
from kg.serve.caching import Rendered, key_of, respond, unchanged
from kg.serve.messages import Failed
from kg.serve.service import Service

_POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]*)"')


def routes(service: Service) -> list[Route]:
    """The pages."""
    name = service.graph.path.resolve().name
    made: dict[str, Callable[[], tuple[Rendered, str]]] = {
        "/": lambda: explorer(f"{name}: {service.index.page['title']}"),
        "/query": lambda: queries(f"{name}: queries", service.index.page["base"]),
    }

    async def answer(request: Request) -> Response:
        path = request.url.path
        try:
            document, policy = made[path]()
        except EnvironmentError_ as error:
            raise Failed(500, f"{error}. Without it, the API (/api/) and SPARQL (/sparql) answer") from None
        key = key_of(service.index.state, package_version(), path, f"{name} {policy}")
        found = unchanged(request, key) or respond(request, key, document)
        # the page's own policy, which stands in it too; that it may be in no frame can be said here alone
        found.headers["Content-Security-Policy"] = f"{policy}; frame-ancestors 'none'"
        return found

    return [Route(path, answer, methods=["GET"]) for path in made]


@cache
def explorer(title: str) -> tuple[Rendered, str]:
    """The explorer's page, and its policy.

    Raises:
        EnvironmentError_: its script was not built.
    """
    return _rendered(page(title, mode="server"))


@cache
def queries(title: str, base: str) -> tuple[Rendered, str]:
    """The page for queries, and its policy; `base` is what the IRIs of the graph begin with. Raises as `explorer` does."""
    script, style = bundled("query.js"), bundled("query.css")
    policy = (
        f"default-src 'none'; script-src {csp_hash(script)}; style-src {csp_hash(style)}; img-src data: blob:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'"
    )
    return _rendered(f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{escape(title)}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body data-base="{escape(base)}">
<div id="app"></div>
<noscript><p>This page needs JavaScript, which is switched off here; <a href="/sparql">the page for SPARQL</a> needs none.</p></noscript>
<script>{script}</script>
</body>
</html>
""")


def _rendered(html: str) -> tuple[Rendered, str]:
    policy = _POLICY.search(html)
    assert policy is not None
    return Rendered.of(html.encode("utf-8", "replace"), "text/html"), unescape(policy[1])
