"""Answers of the API that are no data: RFC 9457, Problem Details for HTTP APIs."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response

from kg.errors import PaperkgError

MEDIA_TYPE = "application/problem+json"
#: Statuses as RFC 9110 calls them (Python's names of them change with its version).
TITLES = {
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    499: "Client Closed Request",
    503: "Service Unavailable",
}
#: Characters of what was found that are said again.
SHOWN = 200


class Problem(PaperkgError):
    """A request that is not answered; further members of the answer come by name."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None, **members: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers or {}
        self.members = members

    def response(self) -> Response:
        """What whoever asked is told."""
        body = {"type": "about:blank", "title": TITLES[self.status], "status": self.status, "detail": str(self), **self.members}
        headers = {"Cache-Control": "no-store", **self.headers}
        # ASCII, so that a lone surrogate of a request can be said again
        return Response(json.dumps(body), self.status, headers, media_type=MEDIA_TYPE)


def shown(value: object) -> str:
    """A value of a request as a message repeats it."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def unknown(kind: str, parameter: str, id_: str, near: list[str]) -> Problem:
    """There is no concept or paper of an id."""
    tail = f"did you mean {' or '.join(map(repr, near[:3]))}?" if near else "look for it with /api/search"
    return Problem(404, f"the graph has no {kind} {shown(id_)!r}; {tail}", parameter=parameter, found=shown(id_), near=near)
