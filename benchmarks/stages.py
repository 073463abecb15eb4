"""One stage of a build, measured: `run.py` starts this in a process of its own for each, so that peak memory is that stage's.

usage: python benchmarks/stages.py STAGE --input PATH --papers N --work FOLDER

Prints one JSON object. `seconds` and `cpu` are of the stage alone: what comes before it (imports, the catalog, the trained
decisions, reading what an earlier stage left) is the stage `start`, or is not counted. `peak_mib` is of the whole process.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.model import Paper, Reading

Result = dict[str, Any]


class Watch:
    """Adds up wall-clock and processor seconds of what runs inside `with`."""

    def __init__(self) -> None:
        self.seconds = self.cpu = 0.0

    @contextmanager
    def __call__(self, sign: int = 1) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.seconds += sign * (time.perf_counter() - wall)
            self.cpu += sign * (time.process_time() - cpu)

    def outside(self, items: Iterable[Any]) -> Iterator[Any]:
        """The items; the time that getting them takes is subtracted."""
        source = iter(items)
        while True:
            with self(-1):
                try:
                    item = next(source)
                except StopIteration:
                    return
            yield item

    def result(self, **more: Any) -> Result:
        return {"seconds": self.seconds, "cpu": self.cpu, "peak_mib": peak_mib(), **more}


def peak_mib() -> float:
    """The most memory that this process has held so far."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # kibibytes on Linux, bytes on macOS
    return float(most / (1 << 20 if sys.platform == "darwin" else 1 << 10))


def one_core() -> bool:
    """Keeps this process on one core, the last that it may use; returns whether the system can do that."""
    if not hasattr(os, "sched_setaffinity"):
        return False
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    return True


# --- papers and readings between the stages -----------------------------------------------------------------------------


def loaded(source: Path, papers: int | None) -> Iterator[Paper]:
    """The first papers of an input that have an abstract, in its order."""
    import loaders
    from kg.model import Paper

    found = (item for item in loaders.read(source) if isinstance(item, Paper) and item.abstract)
    return islice(found, papers)


def keep(path: Path, items: Iterable[Any]) -> int:
    count = 0
    with path.open("wb") as file:
        for item in items:
            pickle.dump(item, file)
            count += 1
    return count


def kept(path: Path) -> Iterator[Any]:
    # written by the stage before this one, in a folder of our own
    with path.open("rb") as file:
        while True:
            try:
                yield pickle.load(file)
            except EOFError:
                return


# --- a large catalog ----------------------------------------------------------------------------------------------------

LARGE = 100_000
_SYLLABLES = ("ba", "co", "de", "fi", "gu", "ha", "jo", "ke", "li", "mo", "nu", "pe", "ra", "si", "to", "vu")
_KINDS = (("Task", "parsing"), ("Dataset", "benchmark"), ("Architecture", "network"), ("Method", "learning"), ("Metric", "score"))


def write_names(path: Path, count: int = LARGE) -> None:
    """Writes a catalog of made-up concepts with two names each, `count` names together, all different."""
    from kg.catalog import COLUMNS

    def word(number: int) -> str:
        return "".join(_SYLLABLES[number >> shift & 15] for shift in (0, 4, 8, 12))

    with path.open("w", encoding="utf-8") as file:
        file.write("\t".join(COLUMNS) + "\n")
        for n in range(count // 2):
            kind, noun = _KINDS[n % len(_KINDS)]
            file.write(
                f"made-up-{n}\t{kind}\t{word(n)} {word(n * 7919 % 65536)} {noun}\t{word(n)}-{word(n * 31 % 65536)}"
                + "\t" * 5
                + "\tmade up\n"
            )


# --- the stages ---------------------------------------------------------------------------------------------------------


def start(args: argparse.Namespace) -> Result:
    """Imports, the catalog, the trained decisions and everything else that is made once, up to the first paper read."""
    names = args.work / "names.tsv"
    if args.stage.endswith(":large"):
        write_names(names)
    watch = Watch()
    with watch():
        from kg.batches import collecting_seldom
        from kg.catalog import Catalog
        from kg.model import Paper
        from kg.reader import Reader

        with collecting_seldom(own=True):  # as a build does
            catalog = Catalog.load().merge(Catalog.load(names)) if names.exists() else Catalog.load()
            Reader(catalog).read([Paper("title:warm-up", "Warming up", "We fine-tune BERT on SQuAD and compare it with RoBERTa.")])
    return watch.result(names=sum(map(len, catalog.names.values())))


def large(args: argparse.Namespace) -> Result:
    """A whole build with the catalog of `start:large`."""
    from kg.build import build

    watch = Watch()
    with watch():
        graph = build(
            papers=loaded(args.input, args.papers), catalogs=[args.work / "names.tsv"], out=args.work / "large", overwrite=True
        ).graph
    return watch.result(papers=graph.counts()["papers"])


def load(args: argparse.Namespace) -> Result:
    """Input to cleaned, grouped records on disk. Papers with one id are then kept once for the stages that follow."""
    from kg.build import build

    watch = Watch()
    with watch():
        found = build(papers=loaded(args.input, args.papers), dry_run=True)
    result = watch.result(records=found.counts["read"], papers=found.counts["papers"])
    keep(args.work / "papers", {paper.id: paper for paper in loaded(args.input, args.papers)}.values())
    return result


def read(args: argparse.Namespace) -> Result:
    """Recognise, link and relate: papers to readings."""
    from kg.batched import batched
    from kg.batches import BATCH
    from kg.reader import Reader

    reader, watch = Reader(), Watch()
    reader.read(list(islice(kept(args.work / "papers"), 1)))

    def readings() -> Iterator[tuple[Paper, Reading]]:
        for batch in batched(kept(args.work / "papers"), BATCH):
            with watch():
                found = reader.read(batch)
            yield from zip(batch, found, strict=True)

    return {"papers": keep(args.work / "readings", readings()), **watch.result()}


def write(args: argparse.Namespace) -> Result:
    """Resolve new concepts over the corpus and write the graph."""
    from kg.catalog import Catalog
    from kg.graph import write_graph

    catalog, watch = Catalog.load(), Watch()
    with watch():
        graph = write_graph(args.work / "graph", watch.outside(kept(args.work / "readings")), catalog)
    return watch.result(**{name: graph.counts()[name] for name in ("papers", "concepts", "links", "mentions")})


def export(args: argparse.Namespace) -> Result:
    """One export of the graph."""
    from exports import formats, writer
    from kg.graph import Graph

    name = args.stage.partition(":")[2]
    write_to, graph, watch = writer(name), Graph.open(args.work / "graph"), Watch()
    with watch():
        written = write_to(graph, args.work / f"export-{name}{formats()[name].suffix}", overwrite=True)
    return watch.result(bytes=sum(size_of(path) for path in written.paths))


def whole(args: argparse.Namespace) -> Result:
    """What a user does: `kg.build`, then every export, in one process; `build` holds the figures of the first part."""
    from exports import FORMATS, writer
    from kg.build import build

    watch, out = Watch(), args.work / "whole"
    with watch():
        graph = build(papers=loaded(args.input, args.papers), out=out, overwrite=True).graph
    first = watch.result()
    with watch():
        for form in FORMATS:
            writer(form.name)(graph, args.work / f"whole-{form.name}{form.suffix}", overwrite=True)
    return watch.result(papers=graph.counts()["papers"], build=first)


def match(args: argparse.Namespace) -> Result:
    """spaCy's PhraseMatcher over the same papers: matches only, nothing is decided, related or written."""
    from baseline import Phrases

    from kg.catalog import Catalog

    phrases, watch, papers, matches = Phrases(Catalog.load()), Watch(), 0, 0
    with watch():
        for _, found in phrases.matches(watch.outside(kept(args.work / "papers"))):
            papers += 1
            matches += sum(map(len, found.values()))
    return watch.result(papers=papers, matches=matches)


def size_of(path: Path) -> int:
    return sum(file.stat().st_size for file in path.rglob("*")) if path.is_dir() else path.stat().st_size


STAGES: dict[str, Callable[[argparse.Namespace], Result]] = {
    "start": start,
    "large": large,
    "load": load,
    "read": read,
    "write": write,
    "export": export,
    "whole": whole,
    "match": match,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("stage", help=f"{', '.join(STAGES)}; an export is export:FORMAT, and start:large has 100,000 names more")
    parser.add_argument("--input", type=Path, required=True)
    parser.add_argument("--papers", type=int)
    parser.add_argument("--work", type=Path, required=True)
    args = parser.parse_args()
    # before numpy is imported, which counts the cores
    pinned = one_core()
    print(json.dumps({**STAGES[args.stage.partition(":")[0]](args), "one_core": pinned}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
