"""Requests to an OpenAI-compatible endpoint: time-outs, retries, and errors that say what to do.

Only the address that the user gave is contacted: no redirect is followed. The key is sent in the header of requests and nowhere else.
"""

from __future__ import annotations

import email.utils
import http.client
import json
import math
import random
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from kg.addresses import is_loopback
from kg.errors import EnvironmentError_, UsageError

#: Statuses after which the same request may succeed.
AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
FIRST_WAIT = 1.0
_MOST_BYTES = 16_000_000


class Unanswered(Exception):
    """One request got no answer: the server refused it (`status`), or no try succeeded (`status` 0)."""

    def __init__(self, reason: str, status: int = 0) -> None:
        super().__init__(reason)
        self.status = status


class Stopped(Exception):
    """The whole run was ended while this request waited."""


class Endpoint:
    """Sends chat requests to `base_url`/chat/completions; may be used by several threads.

    Args:
        key: sent as a bearer token; empty for none.
        timeout: seconds for one try, from connecting to the last byte.
        retries: further tries after the first.
        max_wait: seconds that a server may ask to wait (`Retry-After`) before it is given up.
        stop: ends all waiting when it is set.

    Raises:
        UsageError: an address that is none, or that a key should not be sent to.
    """

    def __init__(
        self, base_url: str, key: str, *, timeout: float, retries: int, max_wait: float, allow_http: bool, stop: threading.Event
    ) -> None:
        parts = urllib.parse.urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"base_url is {base_url!r}; give an address such as http://127.0.0.1:8000/v1")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise UsageError("base_url holds more than scheme, host, port and path; a key comes from an environment variable (key_env)")
        local = is_loopback(parts.hostname)
        if key and parts.scheme == "http" and not local and not allow_http:
            raise UsageError(f"the key would go to {parts.hostname} unencrypted; use https, or allow it with allow_http=true")
        self.url = base_url.rstrip("/") + "/chat/completions"
        self._key, self._timeout, self._retries, self._max_wait, self._stop = key, timeout, retries, max_wait, stop
        # a proxy of the environment is for the world outside
        proxies = [urllib.request.ProxyHandler({})] if local else []
        self._opener = urllib.request.build_opener(_NoRedirect, *proxies)
        self._lock = threading.Lock()
        self._not_before = 0.0
        self.answered = False

    def ask(self, body: dict[str, Any], begin: Any) -> dict[str, Any]:
        """The JSON object that the endpoint answers.

        Args:
            begin: called before each try with `again`, whether it is a further one; may raise to end it all.

        Raises:
            Unanswered: the server refuses this request, or all tries failed.
            Stopped: the run was ended.
            UsageError: the address or the model does not exist.
            EnvironmentError_: the key is refused; no connection, and there never was one.
        """
        reason = ""
        for number in range(self._retries + 1):
            if number:
                self._pause(self._backoff(number))
            self._pause(self._not_before - time.monotonic())
            begin(again=number > 0)
            try:
                status, headers, data = self._post(body)
            except TimeoutError:
                reason = f"no answer within {self._timeout:g} s"
                continue
            except (OSError, http.client.HTTPException, ValueError) as error:
                reason = f"no connection ({getattr(error, 'reason', None) or error or type(error).__name__})"
                if not self.answered:
                    raise EnvironmentError_(f"{self.url}: {reason}; see whether the server runs and base_url is right") from error
                continue
            if status == 200:
                found = _object(data)
                if found is not None:
                    self.answered = True
                    return found
                reason = "the server's answer is no JSON object"
                continue
            said = self._said(status, data)
            if status not in AGAIN:
                raise self._refused(status, headers, said)
            reason = said
            self._heed(headers.get("Retry-After", ""), reason)
        raise Unanswered(f"{reason}; given up after {self._retries + 1} tries")

    def _refused(self, status: int, headers: Any, said: str) -> Exception:
        if status in (401, 403):
            with_key = "refuses the key" if self._key else "wants a key"
            return EnvironmentError_(f"{self.url} {with_key} ({said}); put a valid one into the environment variable that key_env names")
        if status in (404, 405) and not self.answered:
            return UsageError(f"{self.url}: {said}; check base_url and model")
        if 300 <= status < 400:
            return UsageError(f"{self.url} leads on to {headers.get('Location', 'another address')}; give that as base_url if you trust it")
        return Unanswered(said, status)

    def _post(self, body: dict[str, Any]) -> tuple[int, Any, bytes]:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "paperkg"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        request = urllib.request.Request(self.url, json.dumps(body).encode(), headers, method="POST")  # noqa: S310 - the scheme was checked
        deadline = time.monotonic() + self._timeout
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                return answer.status, answer.headers, self._all(answer, deadline)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, self._all(error, deadline)
        except urllib.error.URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise TimeoutError from error
            raise

    def _all(self, answer: Any, deadline: float) -> bytes:
        parts: list[bytes] = []
        size = 0
        # piece by piece: the time-out of a socket is one for each piece, and a slow server could go on for ever
        while part := answer.read1(65_536):
            parts.append(part)
            size += len(part)
            if time.monotonic() > deadline:
                raise TimeoutError
            if size > _MOST_BYTES:
                raise ValueError(f"an answer of more than {_MOST_BYTES:,} bytes")
        return b"".join(parts)

    def _said(self, status: int, data: bytes) -> str:
        found = _object(data) or {}
        error = found.get("error", found.get("detail", found.get("message", "")))
        text = error.get("message", "") if isinstance(error, dict) else error
        text = " ".join(str(text or data.decode("utf-8", "replace")).split())[:300]
        # some servers repeat what they were sent
        text = text.replace(self._key, "***") if self._key else text
        return f"status {status}: {text}" if text else f"status {status}"

    def _heed(self, retry_after: str, reason: str) -> None:
        """Keeps all threads from asking before the time that the server named."""
        seconds = _seconds(retry_after)
        if seconds > self._max_wait:
            raise Unanswered(f"{reason}; the server wants a pause of {seconds:g} s, more than max_wait={self._max_wait:g}")
        with self._lock:
            self._not_before = max(self._not_before, time.monotonic() + seconds)

    def _backoff(self, number: int) -> float:
        """1, 2, 4 … seconds, each up to half as much more, so that threads do not come back together."""
        return min(self._max_wait, FIRST_WAIT * 2.0 ** (number - 1)) * (1 + random.random() / 2)

    def _pause(self, seconds: float) -> None:
        if self._stop.wait(max(0.0, seconds)):
            raise Stopped


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *given: Any, **options: Any) -> None:
        """None: the key would go along to another server."""


def _object(data: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _seconds(retry_after: str) -> float:
    """What a header `Retry-After` asks for: seconds, or a date (RFC 9110, 10.2.3); 0 where it says nothing."""
    try:
        seconds = float(retry_after)
        return max(0.0, seconds) if math.isfinite(seconds) else 0.0
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (ValueError, TypeError):
        return 0.0
