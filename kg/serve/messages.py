"""Answers that are no data: a status, and one sentence on what was found and what to do."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from kg.errors import PaperkgError


class Failed(PaperkgError):
    """A request that is not answered, with its status."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def response(self) -> Response:
        """What whoever asked is told."""
        return PlainTextResponse(f"{self}\n", self.status, {"Cache-Control": "no-store", **self.headers})


async def failed(_: Request, error: Exception) -> Response:
    """The answer to a request that failed."""
    assert isinstance(error, Failed)
    return error.response()
