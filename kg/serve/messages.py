"""Answers that are no data: a status, and one sentence on what was found and what to do."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from kg.errors import PaperkgError

#: On every answer. A page here runs no scripts, loads nothing, and is shown in no frame.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}


class Failed(PaperkgError):
    """A request that is not answered, with its status."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


async def failed(_: Request, error: Exception) -> Response:
    """The answer to a request that failed."""
    assert isinstance(error, Failed)
    return PlainTextResponse(f"{error}\n", error.status, {**HEADERS, "Cache-Control": "no-store", **error.headers})
