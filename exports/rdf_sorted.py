"""All triples of a graph as the lines of N-Triples, sorted, in bytes; and all quads, graph by graph."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from exports.in_order import InOrder, Output, places
from exports.iris import Iris
from exports.lines import Filler, Ints, Lines, Tasks
from exports.rdf import Counts, origins
from exports.rdf_bytes import PARTS, Papers, Teller
from exports.rdf_columns import Kind, column_of
from exports.sorted_blocks import SortedBlocks
from exports.text_columns import segments
from kg.batches import collecting_seldom

if TYPE_CHECKING:
    import pyarrow as pa

    from kg.graph import Graph

__all__ = ["named_lines", "write_graphs", "write_quads", "write_sorted"]


def write_sorted(graph: Graph, out: Output, base: str) -> Counts:
    """Writes all triples, a line each, sorted by their bytes.

    As IRIs sort, all nodes of one kind stand together: authors, concepts, evidence, fields, inputs, links, papers, relations, runs,
    schemes, software. Papers are read once: their evidence, most of the file, is written at once, columns of what comes behind it go
    through temporary files. In memory are the ids of papers and concepts while they are put in order, and then a number for each.

    Raises:
        UsageError: the base is no web address.
    """
    counts = Counts()
    with collecting_seldom(), ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="paperkg-")))
        teller = Teller(graph, Iris(base))
        names = _names(graph, "papers")
        # what follows the id in the IRI: a step of the path, or the end
        inner, outer = places(names, "/"), places(names, ">")
        del names
        fill = {kind: Filler([sheet]) for kind, sheet in teller.sheets.items()}
        authors = InOrder(out, scratch)
        for first, own in teller.authors():
            _put(authors, fill["author"], own, inner[first : first + len(own.begins) - 1])
            counts.subjects += len(own.tasks)
        counts.triples += authors.close()
        statements = SortedBlocks(scratch)
        _concepts(teller, out, scratch, statements, counts)
        later = {kind: stack.enter_context(closing(_Later(fill[kind], scratch))) for kind in ("field", "link", "paper")}
        evidence = InOrder(out, scratch)
        first = 0
        for batch in teller.papers():
            last = first + len(batch.ids)
            _put(evidence, fill["evidence"], batch.kinds["evidence"], inner[first:last])
            for kind, waiting in later.items():
                waiting.put(batch.kinds[kind], (outer if kind == "paper" else inner)[first:last])
            told = batch.kinds["relation"]
            counts.triples += _add(statements, fill["relation"], told)
            first = last
            _count(counts, batch)
        counts.triples += evidence.close()
        _rest(teller, out, statements, later, counts)
    return counts


def write_quads(graph: Graph, out: Output, base: str) -> Counts:
    """Writes all quads, a line each, in the order of `named_lines`; counts as `exports.rdf.named_graphs` does.

    Raises:
        UsageError: the base is no web address.
    """
    counts = Counts()
    with collecting_seldom(), tempfile.TemporaryDirectory(prefix="paperkg-") as scratch:
        teller = Teller(graph, Iris(base), apart=True, named=True)
        _general_graph(teller, out, Path(scratch), counts)
        fill = Filler([teller.sheets[kind] for kind in PARTS])
        for batch in teller.papers():
            lines, begins = _by_paper(fill, teller, batch)
            out.writelines(lines.chunks(0, int(begins[-1])))
            counts.triples += lines.lines
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
    del whole
    fill = Filler([teller.sheets[kind] for kind in PARTS])
    for batch in teller.papers():
        lines, begins = _by_paper(fill, teller, batch)
        yield from zip(map(iris.paper_graph, batch.ids), lines.cut(begins), strict=True)


def write_graphs(graph: Graph, out: Output, base: str, begin: Callable[[str], None], end: Callable[[], None]) -> Counts:
    """Writes the N-Triples of each named graph, in the order of `named_lines`, between a call of `begin` with its IRI and one of `end`.

    Raises:
        UsageError: the base is no web address.
    """
    counts, iris = Counts(), Iris(base)
    with collecting_seldom(), tempfile.TemporaryDirectory(prefix="paperkg-") as scratch:
        teller = Teller(graph, iris, apart=True)
        begin(iris.general_graph)
        _general_graph(teller, out, Path(scratch), counts)
        end()
        fill = Filler([teller.sheets[kind] for kind in PARTS])
        for batch in teller.papers():
            lines, begins = _by_paper(fill, teller, batch)
            for id_, own in zip(batch.ids, lines.cut(begins), strict=True):
                begin(iris.paper_graph(id_))
                out.write(own)
                end()
            counts.triples += lines.lines
            _count(counts, batch)
    return counts


def _by_paper(fill: Filler, teller: Teller, batch: Papers) -> tuple[Lines, Ints]:
    """All lines of some papers, one paper behind the other, and where the tasks of each begin."""
    kinds = [batch.kinds[kind] for kind in PARTS]
    counts = np.stack([np.diff(kind.begins) for kind in kinds], axis=1)
    ends = np.cumsum(counts)
    starts = (ends - counts.ravel()).reshape(counts.shape)
    size = int(ends[-1])
    tasks = Tasks(np.empty(size, np.int32), np.empty(size, np.int64), np.empty(size, np.uint8))
    template = 0
    for n, (kind, name) in enumerate(zip(kinds, PARTS, strict=True)):
        at = np.arange(len(kind.tasks)) + np.repeat(starts[:, n] - kind.begins[:-1], counts[:, n])
        tasks.which[at], tasks.rows[at], tasks.together[at] = kind.tasks.which + template, kind.tasks.rows, kind.tasks.together
        template += len(teller.sheets[name])
    return fill([kind.columns for kind in kinds], tasks), np.append(starts[:, 0], size)


class _Later:
    """Nodes of a kind that stand in the file behind what is being written: their columns wait on disk, which are less than their lines."""

    def __init__(self, fill: Filler, scratch: Path) -> None:
        self._fill, self._scratch = fill, scratch
        self._file = tempfile.TemporaryFile(dir=scratch, buffering=1 << 20)  # noqa: SIM115 - closed by `close`
        self._count = 0

    def put(self, kind: Kind, own: Ints) -> None:
        """Takes what is of some papers, and the places that these have."""
        pickle.dump((kind, own), self._file, pickle.HIGHEST_PROTOCOL)
        self._count += 1

    def write(self, out: Output) -> int:
        """Writes the lines of all, in the order of their places; gives their number."""
        sink = InOrder(out, self._scratch)
        self._file.seek(0)
        for _ in range(self._count):
            kind, own = pickle.load(self._file)  # noqa: S301 - nobody else writes it
            _put(sink, self._fill, kind, own)
        return sink.close()

    def close(self) -> None:
        self._file.close()


def _add(statements: SortedBlocks, fill: Filler, kind: Kind) -> int:
    """Adds a block for each task; gives the number of lines."""
    lines = fill([kind.columns], kind.tasks)
    statements.add(lines.texts(len(kind.tasks)))
    return lines.lines


def _put(sink: InOrder, fill: Filler, kind: Kind, own: Ints) -> None:
    """Puts what is of some papers, or concepts, in the places that they have."""
    order = np.argsort(own, kind="stable")
    tasks, begins = kind.of_papers(order)
    sink.put(own[order], fill([kind.columns], tasks), begins)


def _general_graph(teller: Teller, out: Output, scratch: Path, counts: Counts) -> None:
    statements = SortedBlocks(scratch)
    _concepts(teller, out, scratch, statements, counts)
    _rest(teller, out, statements, {}, counts)


def _names(graph: Graph, table: str) -> pa.Array:
    return segments(column_of(graph.columns(table, ["id"]), "id"))


def _concepts(teller: Teller, out: Output, scratch: Path, statements: SortedBlocks, counts: Counts) -> None:
    order = places(_names(teller.graph, "concepts"), ">")
    sink = InOrder(out, scratch)
    fill, fill_statements = Filler([teller.sheets["concepts"]]), Filler([teller.sheets["catalog"]])

    def keep(said: Kind) -> None:
        number = len(said.tasks)
        counts.count("relations", number)
        counts.subjects += number
        counts.triples += _add(statements, fill_statements, said)

    first = 0
    for kind in teller.concepts(keep):
        last = first + len(kind.tasks)
        _put(sink, fill, kind, order[first:last])
        counts.count("concepts", len(kind.tasks))
        first = last
    counts.subjects += len(order)
    counts.triples += sink.close()


def _count(counts: Counts, batch: Papers) -> None:
    counts.count("papers", len(batch.ids))
    counts.count("links", batch.count("link"))
    counts.count("relations", batch.count("relation"))
    counts.count("evidence", batch.count("evidence"))
    counts.subjects += batch.subjects


def _rest(teller: Teller, out: Output, statements: SortedBlocks, later: dict[str, _Later], counts: Counts) -> None:
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
            counts.triples += later[kind].write(out)
        elif kind == "relation":
            out.writelines(statements)
        else:
            counts.triples += len(lines[kind])
            out.write("".join(sorted(lines[kind])).encode())
