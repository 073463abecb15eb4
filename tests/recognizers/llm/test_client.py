"""One request: what servers in trouble do, and where a key may go."""

from __future__ import annotations

import email.utils
import threading
import time
from contextlib import suppress
from typing import Any

import pytest
from fake_server import KEY, Make, Reply, Server, entries, error, numbered, serving, texts

from kg.errors import EnvironmentError_, UsageError
from kg.model import Paper
from kg.recognizers.llm import KEY_ENV, client


def test_a_limit_of_rate_is_heeded_by_all_threads(server: Server, make: Make) -> None:
    began: list[float] = []
    first = threading.Event()

    def answer(request: dict[str, Any]) -> Reply:
        began.append(time.monotonic())
        if not first.is_set():
            first.set()
            return error(429, "slow down", Retry_After="1")
        return entries("PrismNet")

    server.answer = answer
    model = make(concurrency=1)
    assert all(texts(f) for f in model.recognize(numbered(3)))
    assert began[1] - began[0] >= 0.95
    assert model.usage()["retried"] == 1
    assert model.usage()["requests"] == 4


def test_the_date_form_of_retry_after() -> None:
    assert client._seconds(email.utils.formatdate(time.time() + 30, usegmt=True)) == pytest.approx(30, abs=2)
    assert client._seconds(email.utils.formatdate(time.time() - 30, usegmt=True)) == 0
    assert [client._seconds(t) for t in ("3", "0.5", "-1", "", "soon", "nan", "inf")] == [3, 0.5, 0, 0, 0, 0, 0]


def test_a_pause_longer_than_allowed_is_not_waited_for(server: Server, make: Make, example: Paper) -> None:
    server.play(error(429, "quota exceeded", Retry_After="86400"))
    begun = time.monotonic()
    with pytest.raises(EnvironmentError_, match="wants a pause of 86400 s, more than max_wait=120"):
        make().recognize([example])
    assert time.monotonic() - begun < 10
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 529, 408])
def test_failures_of_the_server_are_tried_again(server: Server, make: Make, example: Paper, status: int) -> None:
    server.play(error(status, "oh"), error(status, "oh"), entries("PrismNet"))
    assert texts(make().recognize([example])[0]) == {"PrismNet"}


def test_waits_double_and_have_a_limit() -> None:
    endpoint = client.Endpoint(
        "http://127.0.0.1:1/v1", "", timeout=1, retries=1, max_wait=5, allow_http=False, stop=threading.Event()
    )  # fmt: skip
    for number, least in ((1, 1), (2, 2), (3, 4), (4, 5), (30, 5)):
        assert all(least <= endpoint._backoff(number) <= 1.5 * least for _ in range(20))


def test_a_server_that_hangs_is_given_up(server: Server, make: Make, example: Paper) -> None:
    gate = threading.Event()
    server.play(Reply("{}", wait=gate))
    begun = time.monotonic()
    with pytest.raises(EnvironmentError_, match=r"no answer within 0\.2 s; given up after 2 tries"):
        make(timeout=0.2, retries=1).recognize([example])
    assert time.monotonic() - begun < 10
    gate.set()


def test_a_server_that_drips_is_given_up(make: Make, example: Paper) -> None:
    """Every byte comes in time, but the answer never ends."""
    import socket

    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def drip() -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not done.wait(0.05):
                connection.sendall(b" ")

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    begun = time.monotonic()
    with pytest.raises(EnvironmentError_, match=r"no answer within 0\.5 s"):
        make(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}/v1", timeout=0.5, retries=0).recognize([example])
    done.set()
    thread.join(5)
    listener.close()
    assert time.monotonic() - begun < 10


def test_no_server_is_said_at_once(make: Make, example: Paper) -> None:
    with pytest.raises(EnvironmentError_, match=r"no connection .*see whether the server runs"):
        make(base_url="http://127.0.0.1:9/v1", retries=5).recognize([example])


def test_what_is_no_json_at_all(server: Server, make: Make, example: Paper) -> None:
    server.play(Reply(body=b"<html>gateway</html>"))
    with pytest.raises(EnvironmentError_, match="the server's answer is no JSON object; given up after 3 tries"):
        make().recognize([example])


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_stops_the_run_and_is_not_shown(
    server: Server, make: Make, example: Paper, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", KEY)
    server.play(error(status, f"Incorrect API key provided: {KEY}."))
    with pytest.raises(EnvironmentError_, match=r"refuses the key \(status 40\d: Incorrect API key provided: \*\*\*\.\)") as raised:
        make(key_env="MY_KEY").recognize([example])
    assert KEY not in str(raised.value)
    assert len(server.requests) == 1


def test_a_key_does_not_go_over_the_net_unencrypted(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_ENV, KEY)
    with pytest.raises(UsageError, match=r"the key would go to llm\.example\.org unencrypted"):
        make(base_url="http://llm.example.org/v1")
    make(base_url="http://llm.example.org/v1", allow_http=True)
    make(base_url="https://llm.example.org/v1")
    make(base_url="http://localhost:8000/v1")


def test_no_redirect_is_followed(server: Server, make: Make, example: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_ENV, KEY)
    with serving() as elsewhere:
        for status in (301, 302, 307, 308):
            server.play(Reply(status=status, headers={"Location": elsewhere.url}, body=b""))
            with pytest.raises(UsageError, match="leads on to http://127"):
                make().recognize([example])
        assert not elsewhere.requests


@pytest.mark.parametrize(
    "base_url",
    ["", "127.0.0.1:8000", "ftp://x/v1", "http:///v1", "http://u:p@127.0.0.1/v1", "http://127.0.0.1/v1?key=x", "file:///etc/passwd"],
)
def test_addresses_that_are_none(make: Make, base_url: str) -> None:
    with pytest.raises(UsageError, match="base_url"):
        make(base_url=base_url)


def test_a_model_that_does_not_exist(server: Server, make: Make, example: Paper) -> None:
    server.play(error(404, "The model `tiny` does not exist"))
    with pytest.raises(UsageError, match="does not exist; check base_url and model"):
        make().recognize([example])
