"""Analyses: seconds of processor time on a made-up graph beside networkx in the same process, and of every verb on a real one.

usage: python benchmarks/analysis.py [GRAPH] [--nodes N] [--edges M] [--sources K] [--skip-networkx] [--only VERB …] [--json]

The made-up graph has N nodes and M arcs: communities of sizes after Zipf's law, 70 % of arcs within them, the others to nodes of which few
are chosen often. Betweenness is estimated from K sources by both. networkx has no Leiden; its Louvain stands beside it. Times of
networkx are those of its functions, without the making of its graph. With GRAPH, each verb of `kg analyze` runs with its defaults, after
the arrays are made, which is a row of its own. Prints Markdown tables, or JSON.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
from scipy.sparse import coo_matrix, csr_matrix

from kg.analysis import VERBS
from kg.analysis import similar as verb_similar
from kg.analysis.arrays import arrays
from kg.analysis.betweenness import betweenness
from kg.analysis.config import fields_of
from kg.analysis.hits import hits
from kg.analysis.leiden import modularity, partition
from kg.analysis.pagerank import pagerank
from kg.analysis.similar import nearest
from kg.errors import UsageError
from kg.graph import Graph

COMMUNITIES, INSIDE, SEED = 500, 0.7, 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graph", type=Path, nargs="?")
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--edges", type=int, default=1_000_000)
    parser.add_argument("--sources", type=int, default=4)
    parser.add_argument("--skip-networkx", action="store_true")
    parser.add_argument("--only", nargs="*", default=None, metavar="VERB")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    report: dict[str, Any] = {"machine": machine()}
    if given.only is None:
        report["made up"] = synthetic(given.nodes, given.edges, given.sources, not given.skip_networkx)
    if given.graph:
        report["verbs"] = verbs(Graph.open(given.graph), given.only)
    report["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(report) if given.json else shown(report))


def machine() -> str:
    name = next((line.split(":")[1].strip() for line in _cpuinfo() if line.startswith("model name")), platform.machine())
    return f"{name}, Python {platform.python_version()}, numpy {np.__version__}, networkx {nx.__version__}"


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []


def made_up(nodes: int, edges: int) -> csr_matrix:
    """Arcs of weight 1 (more where one is drawn twice), without loops."""
    rng = np.random.default_rng(SEED)
    size = 1 / np.arange(1, COMMUNITIES + 1) ** 0.8
    group = rng.choice(COMMUNITIES, nodes, p=size / size.sum())
    order = np.argsort(group, kind="stable")
    ends = np.searchsorted(group[order], np.arange(COMMUNITIES + 1))
    head = rng.integers(0, nodes, edges)
    own = group[head]
    inside = order[(ends[own] + rng.random(edges) * (ends[own + 1] - ends[own])).astype(np.int64)]
    tail = np.where(rng.random(edges) < INSIDE, inside, (nodes * rng.random(edges) ** 2).astype(np.int64))
    graph = coo_matrix((np.ones(edges), (head, tail)), shape=(nodes, nodes)).tocsr()
    graph.setdiag(0)
    graph.eliminate_zeros()
    return graph


def synthetic(nodes: int, edges: int, sources: int, beside: bool) -> dict[str, Any]:
    graph = made_up(nodes, edges)
    both = (graph + graph.T).tocsr()
    both.sort_indices()
    directed = nx.from_scipy_sparse_array(graph, create_using=nx.DiGraph) if beside else None
    undirected = nx.from_scipy_sparse_array(both) if beside else None
    even = np.full(nodes, 1 / nodes)
    groups = []
    ways: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
        "PageRank": (lambda: pagerank(graph, even), lambda: nx.pagerank(directed, tol=1e-12)),
        "HITS": (lambda: hits(graph), lambda: nx.hits(directed)),
        f"betweenness, {sources} sources": (
            lambda: betweenness(both, sources),
            lambda: nx.betweenness_centrality(undirected, sources, seed=SEED),
        ),
        "Leiden (networkx: Louvain)": (
            lambda: groups.append(partition(both)),
            lambda: nx.community.louvain_communities(undirected, seed=SEED),
        ),
    }
    rows = []
    for name, (ours, theirs) in ways.items():
        seconds, _ = timed(ours)
        row: dict[str, Any] = {"what": name, "seconds": seconds}
        if beside:
            row["networkx"], answer = timed(theirs)
            if name.startswith("Leiden"):
                row["networkx modularity"] = round(nx.community.modularity(undirected, answer), 4)
        if name.startswith("Leiden"):
            row["modularity"] = round(float(modularity(both, groups[0])[0].sum()), 4)
        rows.append(row)
    return {"nodes": nodes, "arcs": int(graph.nnz), "rows": rows}


def verbs(graph: Graph, only: list[str] | None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []

    def row(name: str, do: Callable[[], Any]) -> None:
        try:
            seconds, _ = timed(do)
        except UsageError as error:
            # a graph without years has no trends
            rows.append({"what": name, "seconds": None, "why": str(error)})
        else:
            rows.append({"what": name, "seconds": seconds})

    row("arrays", lambda: arrays(graph))
    made = arrays(graph)
    busiest = made.concepts[int(made.paper_counts().argmax())]
    longest = made.papers[int(np.bincount(made.link_paper).argmax())]
    first = {"concept": busiest, "paper": longest}
    for name, (verb, config) in VERBS.items():
        if only is not None and name not in only:
            continue
        known = fields_of(config)
        needed = [field for field, (_, about) in known.items() if about.positional]
        values = [first.get(field) for field in needed]
        if any(kind.optional is False for kind, about in known.values() if about.positional):
            # needs something of its own (compare: another graph)
            continue
        row(name, lambda verb=verb: verb(graph))
        if values and values[0]:
            row(f"{name}, of one {needed[0]}", lambda verb=verb, value=values[0]: verb(graph, value))
        if name == "rank":
            for measure in ("authority", "betweenness", "degree"):
                row(f"rank by {measure}", lambda verb=verb, measure=measure: verb(graph, by=measure))
        if verb is verb_similar:
            row("similar, the ten nearest of every paper", lambda: sum(1 for _ in nearest(made, 10)))
    return rows


def timed(do: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    answer = do()
    return round(time.process_time() - start, 2), answer


def shown(report: dict[str, Any]) -> str:
    lines = [report["machine"], ""]
    if made := report.get("made up"):
        lines += [f"| {made['nodes']:,} nodes, {made['arcs']:,} arcs | seconds | networkx |", "|---|---|---|"]
        for row in made["rows"]:
            beside = f"{row['networkx']:.2f}" if "networkx" in row else "–"
            if "modularity" in row:
                row["what"] += f"; modularity {row['modularity']}"
                beside += f" ({row['networkx modularity']})" if "networkx modularity" in row else ""
            lines.append(f"| {row['what']} | {row['seconds']:.2f} | {beside} |")
        lines.append("")
    if rows := report.get("verbs"):
        lines += ["| verb | seconds |", "|---|---|", *(f"| {row['what']} | {_seconds(row)} |" for row in rows), ""]
    return "\n".join([*lines, f"peak memory {report['peak MB']:,} MB"])


def _seconds(row: dict[str, Any]) -> str:
    return row["why"] if row["seconds"] is None else f"{row['seconds']:.2f}"


if __name__ == "__main__":
    main()
