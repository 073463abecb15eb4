"""`/api/about`: what is served."""

from __future__ import annotations

from kg.serve.api.answers import AboutAnswer
from kg.serve.service import Service


def about(service: Service) -> AboutAnswer:
    """The graph in numbers, and the bounds of the server."""
    index = service.index
    settings = service.settings
    return {
        "name": service.graph.path.resolve().name,
        "version": index.about["version"],
        "fingerprint": index.fingerprint,
        "counts": index.counts,
        "years": [{"year": y, "papers": n} for y, n in index.about["years"]],
        "undated": index.about["undated"],
        "limits": {"timeout": settings.timeout, "rows": settings.limit, "bytes": settings.bytes, "query": settings.query},
    }
