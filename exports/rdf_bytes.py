"""The lines of N-Triples and N-Quads, made from columns with templates: the same bytes that `exports.rdf` tells node by node.

A paper's nodes come in parts, one for each kind of IRI. As bytes of IRIs sort, all of one kind stand together in a sorted file, and
`exports.rdf_sorted` puts the kinds in order. What is rare in a graph (provenance) is told by `exports.rdf_nodes`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from exports.iris import web_iri
from exports.lines import NONE, Column, Ints, Numbers, Ranges, Tasks, Texts
from exports.rdf_columns import Kind, LinkColumns, Tables, Told, column_of, flattened, unless_empty
from exports.rdf_concepts import Concepts
from exports.rdf_fills import KINDS
from exports.rdf_nodes import g_year, kind_of, same_elsewhere
from exports.text_columns import segments
from exports.unordered import in_order as kept_in_order
from kg.native import library

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["PARTS", "Papers", "Teller"]

_PAPER = ["id", "title", "abstract", "authors", "year", "venue", "urls", "doi", "arxiv", "source", "line"]
#: Kinds of a paper's nodes, in the order of their IRIs.
PARTS = ("author", "concept", "evidence", "field", "link", "paper", "relation")
#: Addresses that `web_iri` leaves as they are; what it does more is for others.
_PLAIN = r"\Ahttps?://[A-Za-z0-9.-]+/[A-Za-z0-9._~/()-]*\z"


@dataclass(frozen=True, slots=True, eq=False)
class Papers:
    """Some papers: their ids, and their nodes by kind."""

    ids: list[str]
    kinds: dict[str, Kind]
    #: How many nodes they have.
    subjects: int

    def count(self, kind: str) -> int:
        """How many nodes of a kind they have."""
        return int(self.kinds[kind].begins[-1])


class Teller(Concepts):
    """Tells papers, and concepts too."""

    def authors(self) -> Iterator[tuple[int, Kind]]:
        """Authors of some papers at a time, with the number of the first one."""
        first = 0
        for table in self.graph.tables("papers", ["id", "authors"]):
            names = segments(column_of(table, "id"))
            yield first, self._authors(names, column_of(table, "authors"))
            first += len(names)

    def papers(self) -> Iterator[Papers]:
        """All papers, sorted by id, some hundred at a time."""
        columns = LinkColumns(self)
        links = self.graph.slices("links", "paper", ["concept", "relation", "confidence", "variant", "correction", "findings"])
        places = ["finding", "field", "start", "end", "sentence_start", "sentence_end", "cue"]
        mentions = self.graph.slices("mentions", "paper", places)
        findings = self.graph.slices("findings", "paper", ["finding", "resolved"])
        said = ["head_finding", "relation", "tail_finding", "confidence", "field", "start", "end"]
        statements = self.graph.slices("statements", "paper", said)
        # lines are made while they are written, or all of them before
        at_once = 128 if library() is None else 1024
        for papers in self.graph.tables("papers", _PAPER, at_once):
            ids = column_of(papers, "id").to_pylist()
            names = segments(column_of(papers, "id"))
            tables = Tables(links.of(ids), mentions.of(ids), statements.of(ids), findings.of(ids))
            texts = self._texts(papers)
            told = columns.tell(names, texts, tables)
            kinds = {**told.kinds, "field": self._fields(names, texts), "paper": self._nodes(papers, ids, names, told)}
            if self.apart:
                kinds["author"] = self._authors(names, column_of(papers, "authors"))
            one_each = ("author", "field", "link", "paper", "relation")
            subjects = sum(int(kinds[kind].begins[-1]) for kind in one_each if kind in kinds) + 4 * int(kinds["evidence"].begins[-1])
            yield Papers(ids, kinds, subjects + int(told.heads.sum()))

    @staticmethod
    def _texts(papers: pa.Table) -> pa.Array:
        """All titles, then all abstracts."""
        import pyarrow as pa

        return pa.concat_arrays([column_of(papers, name).cast(pa.large_string()) for name in ("title", "abstract")])

    @staticmethod
    def _fields(names: pa.Array, texts: pa.Array) -> Kind:
        import pyarrow as pa
        import pyarrow.compute as pc

        number = len(names)
        # in the order of IRIs: of each paper the abstract, then the title
        paper = np.repeat(np.arange(number), 2)
        text = np.arange(2 * number) // 2 + number * (np.arange(2 * number) % 2 == 0)
        there = (pc.binary_length(texts).to_numpy() > 0)[text]
        columns: dict[str, Column] = {
            "paper": Texts(names, paper), "graph": Texts(names, paper), "text": Texts(texts, text, True),
            "field": Texts(pa.array(["abstract", "title"], pa.large_string()), np.arange(2 * number) % 2),
        }  # fmt: skip
        rows = np.flatnonzero(there)
        return Kind(columns, Tasks.of(rows), _begins(paper[rows], number))

    @staticmethod
    def _authors(names: pa.Array, lists: pa.Array) -> Kind:
        authors, paper, number = flattened(lists)
        columns: dict[str, Column] = {
            "paper": Texts(names, paper), "graph": Texts(names, paper), "name": Texts(authors, None, True), "number": Numbers(number + 1)
        }  # fmt: skip
        # of ten and more, `/10>` comes before `/1>`
        order = np.arange(len(paper))
        if len(number) and number.max() > 8:
            order = np.lexsort([np.array([f"{n + 1}>" for n in number.tolist()]), paper]).astype(np.int64)
        return Kind(columns, Tasks.of(order), _begins(paper, len(names)))

    def _nodes(self, papers: pa.Table, ids: list[str], names: pa.Array, told: Told) -> Kind:
        """The papers themselves."""
        import pyarrow as pa
        import pyarrow.compute as pc

        number, every = len(ids), np.arange(len(ids))

        def column(name: str) -> pa.Array:
            return column_of(papers, name)

        def unless_null(name: str) -> Texts:
            return Texts(column(name), np.where(column(name).is_valid().to_numpy(zero_copy_only=False), every, -1), True)

        venue, arxiv = column("venue").to_pylist(), column("arxiv").to_pylist()
        sources = column("source").dictionary_encode()
        of_source = sources.indices.to_numpy().astype(np.int64)
        inputs = pa.array([self.iris.input(name) for name in sources.dictionary.to_pylist()], pa.large_string())
        source = unless_empty(column("source"))
        lines = pc.fill_null(column("line"), 0).to_numpy().astype(np.int64)
        years = column("year").dictionary_encode()
        of_year = pc.fill_null(years.indices, -1).to_numpy().astype(np.int64)
        _, of_author, position = flattened(column("authors"))
        ends = np.cumsum(np.bincount(of_author, minlength=number))
        columns: dict[str, Column] = {
            "iri": Texts(pa.array([self.iris.base + "paper/" + name for name in names.to_pylist()], pa.large_string())),
            "name": Texts(names),
            "graph": Texts(names),
            "id": Texts(column("id"), None, True),
            "title": Texts(column("title"), None, True),
            "abstract": unless_empty(column("abstract")),
            "year": Texts(pa.array([g_year(year) for year in years.dictionary.to_pylist()], pa.large_string()), of_year),
            "venue": unless_null("venue"),
            "arxiv": unless_null("arxiv"),
            "doi": unless_null("doi"),
            "source": source,
            "input": Texts(inputs, np.where(source.index >= 0, of_source, -1)),  # type: ignore[operator]
            "line": Numbers(np.where(lines == 0, NONE, lines)),
            "authors": Ranges(np.concatenate([np.zeros(1, np.int64), ends])[:-1], ends),
            "author": Numbers(position + 1),
            **self._pages(arxiv, column("doi").to_pylist()),
            **self._addresses(column("urls")),
            **told.linked,
        }
        kinds = [kind_of(*row) for row in zip(ids, venue, arxiv, strict=True)]
        which = np.array([KINDS.index(kind) for kind in kinds], np.int32)
        return Kind(columns, Tasks.of(every, which), np.arange(number + 1))

    @staticmethod
    def _pages(arxiv: list[str | None], doi: list[str | None]) -> dict[str, Column]:
        """Pages that are the papers too."""
        return _listed("same", "page", [same_elsewhere(*pair) if any(pair) else [] for pair in zip(arxiv, doi, strict=True)])

    @staticmethod
    def _addresses(urls: pa.Array) -> dict[str, Column]:
        """Where papers are on the web, and all that their list says beyond."""
        import pyarrow as pa
        import pyarrow.compute as pc

        flat, of_paper, _ = flattened(urls)
        counts = np.bincount(of_paper, minlength=len(urls))
        if counts.max(initial=0) <= 1 and pc.all(pc.match_substring_regex(flat, _PLAIN), min_count=0).as_py():
            ends = np.cumsum(counts)
            nothing = Texts(pa.array([""], pa.large_string()), np.full(len(urls), -1, np.int64))
            return {"urls": Ranges(ends - counts, ends), "url": Texts(flat), "order": nothing}
        lists = urls.to_pylist()
        found = [sorted({iri for iri in map(web_iri, own) if iri}) for own in lists]
        kept = [kept_in_order({"urls": own}, {"urls": some}) if own != some else "" for own, some in zip(lists, found, strict=True)]
        return _listed("urls", "url", found) | {"order": unless_empty(pa.array(kept, pa.large_string()))}


def _listed(name: str, inner: str, lists: list[list[str]]) -> dict[str, Column]:
    """Lists of texts as columns."""
    import pyarrow as pa

    counts = np.array([len(own) for own in lists], np.int64)
    ends = np.cumsum(counts)
    return {name: Ranges(ends - counts, ends), inner: Texts(pa.array([text for own in lists for text in own], pa.large_string()))}


def _begins(of_paper: Ints, number: int) -> Ints:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(np.bincount(of_paper, minlength=number))]).astype(np.int64)
