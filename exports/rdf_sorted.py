"""All triples of a graph as the lines of N-Triples, sorted, in bytes; and all quads, graph by graph."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING

from exports.in_order import InOrder, SortedBlocks, places
from exports.iris import Iris, segment
from exports.rdf import Counts, origins
from exports.rdf_bytes import Papers, Teller
from kg.batches import collecting_seldom

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["named_lines", "write_quads", "write_sorted"]


def write_sorted(graph: Graph, out: IO[bytes], base: str) -> Counts:
    """Writes all triples, a line each, sorted by their bytes.

    As IRIs sort, all nodes of one kind stand together: authors, concepts, evidence, fields, inputs, links, papers, relations, runs,
    schemes, software. Papers are read once: their evidence, most of the file, is written at once, what comes behind it goes through
    temporary files. In memory are the ids of papers and concepts while they are put in order, and then a number for each.

    Raises:
        UsageError: the base is no web address.
    """
    counts = Counts()
    with collecting_seldom(), ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="paperkg-")))
        teller = Teller(graph, Iris(base))
        ids = _names(graph, "papers")
        # what follows the id in the IRI: a step of the path, or the end
        inner, outer = places([f"{name}/" for name in ids]), places([f"{name}>" for name in ids])
        del ids
        authors = InOrder(out, scratch)
        for place, (number, lines) in zip(inner, teller.authors(), strict=True):
            authors.put(place, lines)
            counts.subjects += number
        counts.triples += authors.close()
        statements = SortedBlocks(scratch)
        _concepts(teller, out, scratch, statements, counts)
        later: dict[str, IO[bytes]] = {
            kind: stack.enter_context(tempfile.TemporaryFile(dir=scratch)) for kind in ("field", "link", "paper")
        }
        evidence, fields, links, papers = (InOrder(file, scratch) for file in (out, *later.values()))
        number = 0
        for batch in teller.papers():
            own = inner[number : number + len(batch.parts)]
            evidence.put_all(own, batch.told.evidence)
            links.put_all(own, batch.told.links)
            for place, parts in zip(own, batch.parts, strict=True):
                fields.put(place, parts.field)
                papers.put(outer[number], parts.paper)
                number += 1
                if parts.relation:
                    statements.add(parts.relation)
            _count(counts, batch)
        counts.triples += sum(sink.close() for sink in (evidence, fields, links, papers))
        _rest(teller, out, statements, later, counts)
    return counts


def write_quads(graph: Graph, out: IO[bytes], base: str) -> Counts:
    """Writes all quads, a line each, in the order of `named_lines`; counts as `exports.rdf.named_graphs` does.

    Raises:
        UsageError: the base is no web address.
    """
    counts = Counts()
    with collecting_seldom(), tempfile.TemporaryDirectory(prefix="paperkg-") as scratch:
        teller = Teller(graph, Iris(base), apart=True, named=True)
        _general_graph(teller, out, Path(scratch), counts)
        for batch in teller.papers():
            for number in range(len(batch.parts)):
                lines = batch.lines(number)
                counts.triples += lines.count(b"\n")
                out.write(lines)
            _count(counts, batch)
    return counts


def named_lines(graph: Graph, base: str) -> Iterator[tuple[str, bytes]]:
    """IRI and N-Triples of each named graph, lines sorted: first what is not of one paper, which is in memory as a whole, then one
    graph for each paper, sorted by its id.

    Raises:
        UsageError: the base is no web address.
    """
    iris = Iris(base)
    teller = Teller(graph, iris, apart=True)
    whole = BytesIO()
    with tempfile.TemporaryDirectory(prefix="paperkg-") as scratch:
        _general_graph(teller, whole, Path(scratch), Counts())
    yield iris.general_graph, whole.getvalue()
    for batch in teller.papers():
        for number, parts in enumerate(batch.parts):
            yield iris.paper_graph(parts.id), batch.lines(number)


def _general_graph(teller: Teller, out: IO[bytes], scratch: Path, counts: Counts) -> None:
    statements = SortedBlocks(scratch)
    _concepts(teller, out, scratch, statements, counts)
    _rest(teller, out, statements, {}, counts)


def _names(graph: Graph, table: str) -> list[str]:
    return [segment(id_) for batch in graph.batches(table, ["id"]) for id_ in batch["id"]]


def _concepts(teller: Teller, out: IO[bytes], scratch: Path, statements: SortedBlocks, counts: Counts) -> None:
    order = places([f"{name}>" for name in _names(teller.graph, "concepts")])
    sink = InOrder(out, scratch)

    def keep(blocks: list[bytes]) -> None:
        counts.count("relations", len(blocks))
        counts.subjects += len(blocks)
        statements.add(blocks)

    for place, lines in zip(order, teller.concepts(keep), strict=True):
        sink.put(place, lines)
    counts.count("concepts", len(order))
    counts.subjects += len(order)
    counts.triples += sink.close()


def _count(counts: Counts, batch: Papers) -> None:
    relations = sum(len(parts.relation) for parts in batch.parts)
    counts.count("papers", len(batch.parts))
    counts.count("links", sum(batch.told.link_counts))
    counts.count("relations", relations)
    counts.count("evidence", sum(batch.told.evidence_counts))
    counts.subjects += sum(parts.subjects for parts in batch.parts)


def _rest(teller: Teller, out: IO[bytes], statements: SortedBlocks, later: dict[str, IO[bytes]], counts: Counts) -> None:
    """What comes behind concepts and evidence: kinds in the order of their IRIs, of which some were told before (`later`)."""
    iris = teller.iris
    end = f" <{iris.general_graph}> .\n" if teller.named else " .\n"
    told = [*origins(teller.graph, teller.terms)]
    lines: dict[str, set[str]] = {}
    for subject, said in told:
        kind = subject[len(iris.base) + 1 :].partition("/")[0]
        lines.setdefault(kind, set()).update(f"{subject} {one}{end}" for one in said)
    counts.subjects += len({subject for subject, _ in told})
    for kind in sorted({*lines, *later, "relation"}):
        if kind in later:
            later[kind].seek(0)
            shutil.copyfileobj(later[kind], out, 1 << 20)
        elif kind == "relation":
            for block in statements:
                counts.triples += block.count(b"\n")
                out.write(block)
        else:
            counts.triples += len(lines[kind])
            out.write("".join(sorted(lines[kind])).encode())
