"""How a server starts and stops, and what stays behind."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.cli import main
from kg.errors import QueryStopped, UsageError
from kg.graph import Graph
from kg.query import sparql
from kg.serve import Settings
from kg.serve.negotiate import best
from kg.serve.pool import Busy, Pool

SERVING = "serving: the explorer there, /query for queries, /api/ for programs, /sparql by the protocol; Ctrl-C stops it"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_in_peace(start: Callable[..., Any], tiny_graph: Graph, how: signal.Signals, endless: str) -> None:
    served = start(tiny_graph.path)
    assert served.url.startswith("http://127.0.0.1:")
    assert served.get("ASK { }").status == 200
    busy = served.connect()
    busy.request("POST", "/sparql", endless, {"Content-Type": "application/sparql-query"})
    assert served.get("ASK { }").status == 200
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(served.process.pid)], capture_output=True, text=True, check=False).stdout
    served.process.send_signal(how)
    out, err = served.process.communicate(timeout=60)
    assert (served.process.returncode, out, err) == (0, "", f"{SERVING}\nstopped\n")
    busy.close()
    for child in children.split():
        with pytest.raises(ProcessLookupError):
            os.kill(int(child), 0)


def test_nothing_is_left_and_what_killed_servers_left_goes(start: Callable[..., Any], tiny_graph: Graph, servers_cache: Path) -> None:
    first = start(tiny_graph.path)
    folder = next(p for p in (servers_cache / "served").iterdir() if p.name.startswith(f"{first.process.pid}-"))
    assert [p.name for p in folder.iterdir()] == ["sparql"]
    assert all(p.stat().st_nlink > 1 for p in (folder / "sparql").iterdir() if p.suffix == ".sst")
    first.process.kill()
    first.process.wait()
    assert folder.exists()
    second = start(tiny_graph.path)
    assert not folder.exists()
    second.process.terminate()
    second.process.wait()
    assert not [p for p in (servers_cache / "served").iterdir() if p.name.startswith(f"{second.process.pid}-")]


def test_it_goes_on_with_the_graph_as_it_was(start: Callable[..., Any], write_tiny: Callable[..., Graph], tmp_path: Path) -> None:
    graph = write_tiny(tmp_path / "graph")
    served = start(graph.path)
    count = "SELECT (COUNT(*) AS ?n) { ?p a kg:Paper }"
    before = served.get(count, "text/csv").body
    write_tiny(tmp_path / "graph", [], overwrite=True)
    newer = start(graph.path)
    assert newer.get(count, "text/csv").text == "n\r\n0\r\n"
    assert served.get(count, "text/csv").body == before == b"n\r\n8\r\n"
    for server in (served, newer):
        server.process.terminate()
        server.process.wait()


def test_wrong_starts(tiny_graph: Graph, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for arguments, code, said in (
            (["serve", str(tiny_graph.path), "--port", port], 3, f"nothing can listen at 127.0.0.1 port {port} ("),
            (["serve", str(tiny_graph.path), "--port", "70000"], 2, "--port is a number from 0 to 65535"),
            (["serve", str(tiny_graph.path), "--host", "203.0.113.1", "--port", "0"], 3, "nothing can listen at 203.0.113.1"),
            (["serve", str(tiny_graph.path), "--cors", "pages.example"], 2, "is no origin"),
            (["serve", str(tiny_graph.path), "--timeout", "0"], 2, "timeout is a number above 0"),
            (["serve", str(tiny_graph.path), "--timeout", "nan"], 2, "timeout is a number above 0"),
            (["serve", str(tmp_path)], 1, "no graph"),
        ):
            assert main(arguments) == code
            found = capsys.readouterr()
            assert said in found.err
            assert found.out == ""


@pytest.fixture
def request_(tiny_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("PAPERKG_CACHE", str(tmp_path / "cache"))
    store = sparql.ready(tiny_graph)
    return {"engine": "sparql", "as": "file", "store": str(store), "rows": "csv", "out": str(tmp_path / "out"), "query": "ASK { }"}


def test_the_pool(request_: dict[str, Any], endless: str) -> None:
    async def run() -> None:
        pool = Pool(Settings(workers=1, waiting=1, timeout=2))
        try:
            assert (await pool.ask(request_))["rows"] == 1
            with pytest.raises(UsageError, match="line 1"):
                await pool.ask({**request_, "query": "ASK"})
            running = asyncio.create_task(pool.ask({**request_, "query": endless}))
            await asyncio.sleep(0)
            waiting = asyncio.create_task(pool.ask(request_))
            await asyncio.sleep(0)
            with pytest.raises(Busy, match="1 queries wait for their turn"):
                await pool.ask(request_)
            with pytest.raises(QueryStopped, match="stopped after 2 s"):
                await running
            # its turn came, or its own time of waiting ended in the same moment
            results = await asyncio.gather(waiting, return_exceptions=True)
            assert isinstance(results[0], dict | Busy)
            assert (await pool.ask(request_))["rows"] == 1
        finally:
            await pool.close()

    asyncio.run(run())


def test_a_process_that_ends_is_replaced(request_: dict[str, Any]) -> None:
    async def run() -> None:
        pool = Pool(Settings(workers=1, timeout=300))
        try:
            with pytest.raises(QueryStopped, match="ended its engine"):
                await pool.ask({**request_, "query": "ASK { " + "OPTIONAL { ?a ?b ?c } " * 40_000 + "}"})
            assert (await pool.ask(request_))["rows"] == 1
            pool.stop()
            with pytest.raises(Busy, match="the server is stopping"):
                await pool.ask(request_)
        finally:
            await pool.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("accept", "place"),
    [
        (None, 0),
        ("", 0),
        ("*/*", 0),
        ("text/*", 1),
        ("text/b;q=0.5, text/a;q=0.9", 1),
        ("text/b, text/a;q=0.9", 2),
        ("text/a;q=nonsense, text/b;q=0.1", 2),
        ("text/a;level=1;q=0.2, text/b;q=0.3", 2),
        ("*/*;q=0.1, application/x;q=0", 1),
        ("garbage, text/b", 2),
        ("garbage", None),
        ("application/x;q=0", None),
    ],
)
def test_negotiation(accept: str | None, place: int | None) -> None:
    assert best(accept, [["application/x", "application/y"], ["text/a"], ["text/b"]]) == place
