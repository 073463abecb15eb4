"""RDF of a graph beside rdflib's serializers, in statements a second of processor time, in the same run.

usage: python benchmarks/rdf_export.py GRAPH [--formats ntriples,turtle] [--rdflib ntriples,turtle] [--share N] [--every N]
                                             [--repeat N] [--json]

Every figure is from a process of its own, so that its peak memory is its own. Ours begins with the graph on disk and ends with the
file; rdflib's serializer (`Graph.serialize` of an `rdflib.Graph` into a file) begins with the triples in memory, and `fill` says what it
takes to get them there. `--share 4` measures ours on a quarter of the papers too: where memory is flat, the two peaks are alike.
`--every 20` measures all on one in twenty papers, with all concepts: rdflib's Turtle takes longer and longer for a statement.
`--repeat 3` has all done three times, and keeps the fastest: what a system takes for a large file differs from one to the next.
`--formats` are ours, any of RDF, and `store` is the store of `kg query --sparql`; `--rdflib` those of rdflib, none where it is empty.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

FORMATS = ("ntriples", "turtle")
RDFLIB = {"ntriples": "nt", "turtle": "turtle"}
Figures = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graph", type=Path)
    parser.add_argument("--share", type=int, default=0, help="measure ours on one in so many papers too")
    parser.add_argument("--every", type=int, default=1, help="measure all on one in so many papers")
    parser.add_argument("--repeat", type=int, default=1, help="do so many times, and keep the fastest")
    parser.add_argument("--formats", default=",".join(FORMATS), help="ours, separated by commas")
    parser.add_argument("--rdflib", default=",".join(FORMATS), help="rdflib's, separated by commas")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", nargs=3, metavar=("WHO", "FORMAT", "FILE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(one(given.graph, *given.one, given.repeat)))
        return
    with tempfile.TemporaryDirectory(prefix="paperkg-rdf-") as work:
        ours, theirs = (tuple(filter(None, names.split(","))) for names in (given.formats, given.rdflib))
        graph = given.graph
        if given.every > 1:
            graph = Path(work) / "every"
            part(given.graph, graph, given.every)
        found = measure(graph, Path(work), given.share, ours, theirs, given.repeat)
    if given.json:
        print(json.dumps(found, indent=2))
        return
    print(f"{'':<22}{'statements':>12}{'seconds':>9}{'a second':>12}{'peak MiB':>10}{'MB':>9}")
    for name, figures in found.items():
        if isinstance(figures, dict):
            counts = f"{figures['triples']:>12,}{figures['cpu']:>9.2f}{figures['rate']:>12,.0f}"
            print(f"{name:<22}{counts}{figures['peak_mib']:>10.0f}{figures.get('mb', 0):>9.0f}")
        else:
            print(f"{name}: {figures:.1f}")


def measure(
    graph: Path, work: Path, share: int, ours: Sequence[str] = FORMATS, others: Sequence[str] = FORMATS, repeat: int = 1
) -> Figures:
    """All figures by name."""
    found: Figures = {}
    # rdflib reads what we wrote, and each of its formats has ours beside it
    for name in dict.fromkeys((*ours, *(["ntriples", *others] if others else []))):
        found[f"ours {name}"] = _run(graph, "ours", name, work / f"graph.{name}", repeat)
        if name not in others and name != "ntriples":
            (work / f"graph.{name}").unlink(missing_ok=True)
    if share:
        part(graph, work / "part", share)
        for name in ours:
            found[f"ours {name} 1/{share}"] = _run(work / "part", "ours", name, work / f"part.{name}", repeat)
    for name in others:
        found[f"rdflib {name}"] = theirs = _run(graph, "rdflib", name, work / "graph.ntriples", repeat)
        found[f"{name}: times rdflib's serializer"] = found[f"ours {name}"]["rate"] / theirs["rate"]
        whole = theirs["triples"] / (theirs["cpu"] + theirs["fill"])
        found[f"{name}: times rdflib, filled and written"] = found[f"ours {name}"]["rate"] / whole
    return found


def part(graph: Path, folder: Path, share: int) -> None:
    """A graph of one in `share` papers, with all concepts."""
    from kg.graph import Graph
    from kg.load.records import write_records

    opened = Graph.open(graph)
    papers = list(opened.papers())[::share]
    kept = {paper.id for paper in papers}
    write_records(
        folder,
        papers=papers,
        concepts=opened.concepts(),
        links=(link for link in opened.links() if link.paper in kept),
        relations=(r for r in opened.concept_links() if not r.paper or r.paper in kept),
        loaded={"from": graph.name},
    )


def _run(graph: Path, who: str, name: str, file: Path, repeat: int) -> Figures:
    """The fastest of some runs; rdflib fills its graph once for all of them, as that takes longest."""
    command = [sys.executable, __file__, str(graph), "--one", who, name, str(file), "--repeat", str(repeat if who == "rdflib" else 1)]
    found: list[Figures] = []
    for _ in range(1 if who == "rdflib" else repeat):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{who} {name} failed: {done.stderr[-2000:]}")
        found.append(json.loads(done.stdout))
    return min(found, key=lambda one: one["cpu"])


def one(graph: Path, who: str, name: str, file: str, repeat: int) -> Figures:
    """One figure: of ours, `file` is written; of rdflib's, it holds the triples, which are written as often as is asked for."""
    if who == "ours" and name == "store":
        from kg.graph import Graph
        from kg.query.sparql import make

        opened = Graph.open(graph)
        folder = Path(file)
        folder.mkdir()
        begun = time.process_time()
        make(opened, folder)
        cpu = time.process_time() - begun
        triples = _stored(folder)
        more: Figures = {"mb": sum(part.stat().st_size for part in folder.rglob("*") if part.is_file()) / 1e6}
        shutil.rmtree(folder)
    elif who == "ours":
        # modules are loaded before, here as for rdflib
        import pyarrow.compute
        import pyarrow.parquet  # noqa: F401

        from exports import writer
        from kg.graph import Graph

        Path(file).unlink(missing_ok=True)
        write = writer(name)
        opened = Graph.open(graph)
        begun = time.process_time()
        triples = write(opened, Path(file)).counts["triples"]
        cpu = time.process_time() - begun
        more = {"mb": Path(file).stat().st_size / 1e6}
    else:
        import rdflib

        begun = time.process_time()
        filled = rdflib.Graph().parse(file, format="nt")
        more = {"fill": time.process_time() - begun}
        times = []
        for _ in range(repeat):
            begun = time.process_time()
            filled.serialize(destination=f"{file}.{name}.rdflib", format=RDFLIB[name], encoding="utf-8")
            times.append(time.process_time() - begun)
        cpu = min(times)
        triples = len(filled)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"triples": triples, "cpu": cpu, "rate": triples / cpu, "peak_mib": peak, **more}


def _stored(folder: Path) -> int:
    import pyoxigraph

    return len(pyoxigraph.Store.read_only(str(folder)))


if __name__ == "__main__":
    main()
