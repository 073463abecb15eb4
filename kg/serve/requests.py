"""What all that takes queries does with a request: reads its body within bounds, and ends the query when nobody waits any more."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

from starlette.requests import ClientDisconnect, Request

from kg.errors import PaperkgError
from kg.serve.messages import Failed

#: Bytes of a body that is too long which are read and thrown away: a connection that is closed with bytes unread may lose the answer.
READ_ON = 4 << 20


async def body(request: Request, most: int, timeout: float) -> bytes:
    """The body of a request, of at most so many bytes; raises Failed where it is longer, or does not come in time."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most + READ_ON:
        raise too_large(most)
    data, read = bytearray(), 0
    try:
        async with asyncio.timeout(timeout):
            async for chunk in request.stream():
                read += len(chunk)
                if read <= most:
                    data += chunk
                elif read > most + READ_ON:
                    break
    except TimeoutError:
        raise Failed(408, f"the body did not come within {timeout:g} s") from None
    except ClientDisconnect:
        raise Failed(400, "the body is not whole") from None
    if read > most:
        raise too_large(most)
    return bytes(data)


def too_large(most: int) -> Failed:
    """What is said of a query that is too long."""
    return Failed(413, f"the query has more than {most:,} bytes, the most that are taken here", Connection="close")


async def unless_gone(request: Request, query: Coroutine[Any, Any, tuple[dict[str, Any], Path]]) -> tuple[dict[str, Any], Path]:
    """The answer; when whoever asked goes away, the query is ended."""

    async def gone() -> None:
        while not await request.is_disconnected():
            await asyncio.sleep(0.2)

    asking, going = asyncio.create_task(query), asyncio.create_task(gone())
    try:
        await asyncio.wait((asking, going), return_when=asyncio.FIRST_COMPLETED)
        if asking.done():
            return asking.result()
        raise Failed(499, "nobody waits for the answer any more")
    finally:
        going.cancel()
        if not asking.done():
            asking.cancel()
            with suppress(asyncio.CancelledError, PaperkgError):
                await asking
