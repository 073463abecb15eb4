"""Requests a second that `kg serve` answers on a graph, and how long they take: `python benchmarks/serve.py GRAPH`.

A server is started twice, with an empty cache and with a filled one; then clients on the same machine ask it as people do who look around:
search while they type, concepts, papers, neighbours, edges, paths, parts of the explorer's page, some of it again and again and some of it
once. Requests leave at a fixed rate, whether the answers to former ones are there or not, and an answer's time counts from when its request
was due: so a server that falls behind is seen to. Every tenth request tells the tag of an answer that it has.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from kg.graph import Graph

#: How often each kind of request comes.
MIX = {
    "search": 5,  # a request for each letter
    "page/concept": 14,
    "concept": 6,
    "concept/papers": 10,
    "paper": 6,
    "page/paper": 4,
    "page/neighbours": 6,
    "neighbours": 3,
    "edge": 4,
    "page/edge": 4,
    "path": 2,
    "about": 1,
}


@dataclass
class Seen:
    """What came of the requests; times in seconds, `work` from when a request was sent."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[int] = field(default_factory=Counter)
    bytes: int = 0


def requests(graph: Graph, count: int, seed: int) -> list[tuple[str, str]]:
    """Kinds and targets: the more important a concept the more often it is asked for, by Zipf's law."""
    rng = random.Random(seed)
    counts = graph.paper_counts()
    concepts = sorted(graph.concepts(), key=lambda c: (-counts[c.id], c.id))
    weights = [1 / (n + 10) for n in range(len(concepts))]
    papers = [row["id"] for row in graph.rows("papers", ["id"])]
    related = [(row["head"], row["tail"]) for row in graph.rows("concept_relations", ["head", "tail"])]
    found: list[tuple[str, str]] = []
    kinds = rng.choices([*MIX], [*MIX.values()], k=count)
    while len(found) < count:
        kind = kinds[len(found)]
        concept, other = (c.id for c in rng.choices(concepts, weights, k=2))
        if kind == "search":
            # letter after letter, as somebody types
            name = rng.choices(concepts, weights)[0].label[:12]
            for end in range(1, len(name) + 1):
                found.append((kind, f"/api/search?{urlencode({'q': name[:end], 'limit': 30})}"))
            continue
        if kind in ("paper", "page/paper"):
            target = f"?id={quote(rng.choice(papers), safe='')}"
        elif kind in ("edge", "page/edge"):
            head, tail = rng.choice(related)
            extra = "&kind=text" if kind == "page/edge" else ""
            target = f"?{urlencode({'head': head, 'tail': tail})}{extra}"
        elif kind == "path":
            target = f"?{urlencode({'head': concept, 'tail': other})}"
        else:
            target = "" if kind == "about" else f"?{urlencode({'id': concept})}"
        found.append((kind, f"/api/{kind}{target}"))
    return found[:count]


async def client(host: str, port: int, queue: asyncio.Queue[tuple[float, str, str] | None], seen: Seen, tags: dict[str, str]) -> None:
    """One connection that sends what is due."""
    reader, writer = await asyncio.open_connection(host, port)
    asked = 0
    while (due := await queue.get()) is not None:
        when, kind, target = due
        asked += 1
        known = f"If-None-Match: {tags[target]}\r\n" if asked % 10 == 0 and target in tags else ""
        writer.write(f"GET {target} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept-Encoding: gzip\r\n{known}\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status = int(head.split(" ", 2)[1])
        length = re.search(r"(?i)^content-length: (\d+)\r$", head, re.MULTILINE)
        size = int(length[1]) if length and status != 304 else 0
        await reader.readexactly(size)
        seen.times[kind].append(time.perf_counter() - when)
        seen.statuses[status] += 1
        seen.bytes += len(head) + size
        if tag := re.search(r"(?i)^etag: (.*)\r$", head, re.MULTILINE):
            tags[target] = tag[1]
    writer.close()


async def load(host: str, port: int, asked: list[tuple[str, str]], rate: float, connections: int) -> tuple[Seen, float]:
    """Sends requests at a rate; returns what came of them, and the seconds."""
    queue: asyncio.Queue[tuple[float, str, str] | None] = asyncio.Queue()
    seen, tags = Seen(), {}
    clients = [asyncio.create_task(client(host, port, queue, seen, tags)) for _ in range(connections)]
    begin = time.perf_counter()
    for number, (kind, target) in enumerate(asked):
        due = begin + number / rate
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        queue.put_nowait((due, kind, target))
    for _ in clients:
        queue.put_nowait(None)
    await asyncio.gather(*clients)
    return seen, time.perf_counter() - begin


def started(graph: Path, cache: str) -> tuple[subprocess.Popen[str], str, float]:
    """A server, its address, and the seconds until it answered."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "kg", "serve", str(graph), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PAPERKG_CACHE": cache},
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip(), time.perf_counter() - begin


def stopped(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    process.wait(60)


def usage(pid: int) -> tuple[float, int]:
    """Seconds of processor that a process has used, and bytes that are its own (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = sum(int(n) for n in re.findall(r"(?m)^Private_\w+:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text()))
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), own << 10


def percentile(values: list[float], share: float) -> float:
    """The nearest-rank percentile, in milliseconds."""
    ordered = sorted(values)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("graph", type=Path)
    parser.add_argument("--rate", type=float, default=200, help="requests a second")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--cache", help="a cache that has stores already; without it the first start is measured, too")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    graph = Graph.open(given.graph)
    asked = requests(graph, int(given.rate * given.seconds), given.seed)
    with tempfile.TemporaryDirectory() as folder:
        cache = given.cache or folder
        if not given.cache:
            process, _, first = started(given.graph, cache)
            stopped(process)
            print(f"first start: {first:.1f} s")
        process, address, second = started(given.graph, cache)
        try:
            where = urlsplit(address)
            before, idle = usage(process.pid)
            seen, seconds = asyncio.run(load(str(where.hostname), int(where.port or 0), asked, given.rate, given.connections))
            after, own = usage(process.pid)
        finally:
            stopped(process)
    counts, every = graph.counts(), [t for times in seen.times.values() for t in times]
    machine = f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}"
    print(f"start with a filled cache: {second:.1f} s; memory {idle >> 20} MB, after the load {own >> 20} MB")
    print(f"{counts['papers']:,} papers, {counts['concepts']:,} concepts; {machine}")
    print(f"{len(every):,} requests in {seconds:.1f} s: {len(every) / seconds:.0f} a second; {dict(seen.statuses)}")
    spent = after - before
    print(f"processor of the server: {1000 * spent / len(every):.2f} ms a request, {100 * spent / seconds:.0f} % of one\n")
    print("| request | number | median ms | 99 % ms | most ms |\n|---|---|---|---|---|")
    for kind, times in [*sorted(seen.times.items(), key=lambda item: -len(item[1])), ("all", every)]:
        print(f"| {kind} | {len(times):,} | {percentile(times, 0.5):.1f} | {percentile(times, 0.99):.1f} | {1000 * max(times):.1f} |")
    if set(seen.statuses) - {200, 304}:
        sys.exit(json.dumps(dict(seen.statuses)))


if __name__ == "__main__":
    main()
