"""Answers that depend on nothing but the graph and the address: they have a strong ETag, and are kept, up to a number of bytes."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from kg.serve.negotiate import quality

#: Bytes of an answer from which it is sent compressed to those who take that.
LARGE = 1024
#: How hard answers are compressed: 1 takes a third of the time of 6, and gives a sixth more bytes.
LEVEL = 1
# what is asked for by its content is looked at again, which costs one answer without a body
_HEADERS = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding"}


@dataclass(frozen=True, slots=True)
class Rendered:
    """An answer as it is sent: as it stands, and compressed where it is large."""

    plain: bytes
    small: bytes | None
    media_type: str

    @classmethod
    def of(cls, plain: bytes, media_type: str) -> Rendered:
        """An answer of these bytes."""
        # without a time, so that equal answers are equal bytes
        return cls(plain, gzip.compress(plain, LEVEL, mtime=0) if len(plain) >= LARGE else None, media_type)

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return len(self.plain) + len(self.small or b"")


class Kept:
    """Answers by their key; the ones that were not asked for longest go first. One thread or several may use it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._answers: OrderedDict[str, Rendered] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Rendered | None:
        """The answer, or None."""
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
            return found

    def put(self, key: str, answer: Rendered) -> None:
        """Keeps an answer, unless it would take more than an eighth of the room."""
        if answer.size > self._most // 8:
            return
        with self._lock:
            old = self._answers.pop(key, None)
            self._size += answer.size - (old.size if old else 0)
            self._answers[key] = answer
            while self._size > self._most:
                self._size -= self._answers.popitem(last=False)[1].size


def key_of(fingerprint: str, version: str, name: str, parameters: str) -> str:
    """What an answer is known by: the content of the graph, the program, and what was asked, however that was written."""
    return hashlib.sha256("\0".join((fingerprint, version, name, parameters)).encode("utf-8", "surrogatepass")).hexdigest()


def takes_gzip(header: str | None) -> bool:
    """Whether somebody takes a compressed answer, RFC 9110, section 12.5.3.

    >>> takes_gzip("br, gzip;q=0.5"), takes_gzip("gzip;q=0, *"), takes_gzip("*"), takes_gzip(None)
    (True, False, True, False)
    """
    liked = {}
    for part in (header or "").lower().split(","):
        name, _, parameters = part.strip().partition(";")
        liked[name.strip()] = quality(parameters)
    return liked.get("gzip", liked.get("x-gzip", liked.get("*", 0.0))) > 0


def unchanged(request: Request, key: str) -> Response | None:
    """304 where whoever asks has the answer of a key; None where not."""
    if not _has(request.headers.get("if-none-match"), key):
        return None
    small = takes_gzip(request.headers.get("accept-encoding"))
    return Response(status_code=304, headers={**_HEADERS, "ETag": tag(key, small)})


def respond(request: Request, key: str, answer: Rendered) -> Response:
    """An answer, compressed where it is large and whoever asks takes that."""
    small = takes_gzip(request.headers.get("accept-encoding")) and answer.small is not None
    headers = {**_HEADERS, "ETag": tag(key, small)}
    if small and answer.small is not None:
        return Response(answer.small, 200, {**headers, "Content-Encoding": "gzip"}, media_type=answer.media_type)
    return Response(answer.plain, 200, headers, media_type=answer.media_type)


def tag(key: str, small: bool) -> str:
    """The strong ETag: bytes that are compressed are other bytes."""
    return f'"{key[:32]}-gzip"' if small else f'"{key[:32]}"'


def _has(header: str | None, key: str) -> bool:
    if not header:
        return False
    # the weak comparison of RFC 9110, section 13.1.2; * would be true of an answer that there may not be
    known = {part.strip().removeprefix("W/") for part in header.split(",")}
    return bool(known & {tag(key, False), tag(key, True)})
