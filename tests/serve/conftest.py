"""Running servers, each `kg serve` in a process of its own, and requests to them as bytes."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from kg.graph import Graph


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def type(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0]


@dataclass(frozen=True)
class Served:
    """A running server; `url` is its endpoint."""

    url: str
    process: subprocess.Popen[str]

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=120)

    def ask(self, method: str, target: str = "/sparql", body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        connection = self.connect()
        try:
            # a server may answer, and close the connection, before it has read all
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, target, body, headers or {})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def get(self, query: str, accept: str = "", **parameters: Any) -> Answer:
        headers = {"Accept": accept} if accept else {}
        return self.ask("GET", "/sparql?" + urlencode({"query": query, **parameters}, doseq=True), headers=headers)

    def post(self, body: str | bytes, type_: str = "application/sparql-query", target: str = "/sparql", **headers: str) -> Answer:
        data = body if isinstance(body, bytes) else body.encode()
        return self.ask("POST", target, data, {"Content-Type": type_, **headers} if type_ else headers)


@pytest.fixture(scope="session")
def servers_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cache of all servers."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def start(servers_cache: Path) -> Iterator[Callable[..., Served]]:
    """A function that starts `kg serve GRAPH OPTIONS` on a free port; those that still run at the end are stopped."""
    started: list[subprocess.Popen[str]] = []

    def run(graph: Path, *options: str) -> Served:
        process = subprocess.Popen(
            [sys.executable, "-m", "kg", "serve", str(graph), "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PAPERKG_CACHE": str(servers_cache)},
        )
        started.append(process)
        assert process.stdout is not None and process.stderr is not None
        url = process.stdout.readline().strip()
        assert url, process.stderr.read()
        return Served(f"{url}sparql", process)

    yield run
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


@pytest.fixture(scope="session")
def served(start: Callable[..., Served], tiny_graph: Graph) -> Served:
    """A server with room for two queries at a time, and much time for each."""
    return start(tiny_graph.path, "--workers", "2", "--timeout", "600")


@pytest.fixture(scope="session")
def strict(start: Callable[..., Served], tiny_graph: Graph) -> Served:
    """A server with little time and few rows, that pages of one origin may ask."""
    return start(tiny_graph.path, "--workers", "2", "--timeout", "1", "--limit", "20", "--cors", "https://pages.example")
