"""Links, evidence, and the relations that papers say, the most of what a graph says, as columns for the templates of `exports.rdf_fills`.

A row is a piece of evidence, a link or a statement of a relation. Its IRI is made first, as rows are put in order by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from exports.lines import NONE, Column, Columns, Filler, Ints, Numbers, Parts, Ranges, Tasks, Texts
from exports.rdf_nodes import AROUND
from exports.text_columns import in_order, segments
from kg.errors import GraphError
from kg.model import ConceptRelation, Relation

if TYPE_CHECKING:
    import pyarrow as pa

    from exports.rdf_words import Words

__all__ = ["RELATIONS", "Kind", "LinkColumns", "Tables", "Told", "column_of", "flattened", "positions", "unless_empty"]

_LINK_RELATIONS = sorted(relation.value for relation in Relation)
RELATIONS = sorted(relation.value for relation in ConceptRelation)


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """Nodes of one kind of IRI of some papers: those of paper `n` are the tasks from `begins[n]` on, in the order of their IRIs."""

    columns: Columns
    tasks: Tasks
    begins: Ints

    def of_papers(self, order: Ints) -> tuple[Tasks, Ints]:
        """The tasks of some papers, one behind the other, and where those of each begin."""
        counts = np.diff(self.begins)[order]
        ends = np.cumsum(counts)
        rows = np.arange(counts.sum()) + np.repeat(self.begins[order] - (ends - counts), counts)
        return self.tasks.taken(rows), np.concatenate([np.zeros(1, np.int64), ends])


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """What tables of the graph have of some papers, each row with the number `at` of its paper."""

    links: pa.Table
    mentions: pa.Table
    statements: pa.Table
    findings: pa.Table


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """Evidence, links and statements of some papers by kind (`concept`: plain triples of the latter, where they are told apart), and
    columns of the concepts that papers are linked to."""

    kinds: dict[str, Kind]
    #: A list for each relation, with `concept`.
    linked: dict[str, Column]
    #: For how many concepts each paper has plain triples.
    heads: Ints


@dataclass(frozen=True, slots=True, eq=False)
class _Statements:
    """Relations between concepts that papers say; each array has a value for each."""

    at: Ints
    head: Ints
    relation: Ints
    tail: Ints
    confidence: NDArray[np.float64]
    abstract: Ints
    start: Ints
    end: Ints
    #: The names of concepts, by the numbers in `head` and `tail`.
    names: pa.Array


class LinkColumns:
    """Tells links, evidence and relations of papers."""

    def __init__(self, words: Words) -> None:
        import pyarrow as pa

        self._pa = pa
        self._words = words
        made = words.fills.iris
        #: IRIs by kind; those of evidence for a concept and for a relation.
        self._iri = {"evidence": Filler([[made["evidence"], made["evidence of relation"]]])}
        self._iri |= {name: Filler([[made[name]]]) for name in ("link", "relation", "concept")}
        self._lines = Filler([[words.fills.plain]])
        term, iris = words.terms.term, words.iris
        self._motives = self._texts([term("oa:identifying")[1:-1], term("oa:describing")[1:-1]])
        self._fields = self._texts(["title", "abstract"])
        self._link_names, self._link_iris = self._texts(_LINK_RELATIONS), self._texts([iris.term(name) for name in _LINK_RELATIONS])
        self._names, self._iris = self._texts(RELATIONS), self._texts([iris.term(name) for name in RELATIONS])

    def tell(self, names: pa.Array, fields: pa.Array, tables: Tables) -> Told:
        """All of some papers.

        Args:
            names: the last parts of the papers' IRIs.
            fields: all titles, then all abstracts.
        """
        number, links, mentions = len(names), tables.links, tables.mentions
        rows, link_of, first = _rows(links, mentions)
        said = _statements(tables)
        concepts = segments(column_of(links, "concept"))
        statements, relation = self._relations(names, fields, said)
        # mentions first, then relations
        count, more = len(rows), len(said.at)
        at = np.concatenate([_ints(mentions, "at")[rows], said.at])
        abstract = np.concatenate([_abstract(mentions)[rows], said.abstract])
        starts = np.concatenate([_ints(mentions, "start")[rows], said.start])
        ends = np.concatenate([_ints(mentions, "end")[rows], said.end])
        nothing, nor = np.full(count, -1, np.int64), np.full(more, -1, np.int64)
        columns: dict[str, Column] = {
            "paper": Texts(names, at), "graph": Texts(names, at), "field": Texts(self._fields, abstract),
            "start": Numbers(starts), "end": Numbers(ends), "concept": Texts(concepts, np.concatenate([link_of, nor])),
            "head": Texts(said.names, np.concatenate([nothing, said.head])),
            "tail": Texts(said.names, np.concatenate([nothing, said.tail])),
            "relation": Texts(self._names, np.concatenate([nothing, said.relation])),
        }  # fmt: skip
        read_there = (np.arange(count + more) >= count).astype(np.int64)
        iris = self._iri["evidence"]([columns], Tasks.of(np.arange(count + more), read_there.astype(np.int32))).texts(count + more)
        text = at + number * abstract
        begins, lengths = np.maximum(starts - AROUND, 0), _lengths(fields)[text]
        bodies = self._pa.concat_arrays([self._iri["concept"].texts({"concept": Texts(concepts)}, len(concepts)), statements])
        columns |= {
            "iri": Texts(iris),
            "exact": Parts(fields, text, starts, ends),
            "before": Parts(fields, np.where(begins < starts, text, -1), begins, starts),
            "behind": Parts(fields, np.where(ends < lengths, text, -1), ends, ends + AROUND),
            "body": Texts(bodies, np.concatenate([link_of, len(concepts) + np.arange(more)])),
            "motive": Texts(self._motives, read_there),
            **_of_mentions(mentions, rows, text[:count], fields, np.arange(count) - first[link_of] + 1, more),
        }
        order, paper_begins, together = in_order(iris, at, number, "")
        mine = order[order < count]
        mine = mine[np.argsort(link_of[mine], kind="stable")]
        of_links: dict[str, Column] = {
            "decisive": Texts(iris, first),
            "sentence": _taken(columns["sentence"], first),
            "piece": Texts(iris, mine),
        }
        link, linked = self._links(links, names, concepts, of_links, np.bincount(link_of, minlength=len(first)))
        relation["evidence"] = Texts(iris, np.arange(count, count + more))
        kinds = {"evidence": Kind(columns, Tasks.of(order, 0, together), paper_begins), "link": link}
        told, paper_begins, _ = in_order(statements, said.at, number, ">")
        kinds["relation"] = Kind(relation, Tasks.of(told), paper_begins)
        heads = np.zeros(number, np.int64)
        if self._words.apart:
            kinds["concept"], heads = self._plain(said, names)
        return Told(kinds, linked, heads)

    def _relations(self, names: pa.Array, fields: pa.Array, said: _Statements) -> tuple[pa.Array, dict[str, Column]]:
        """IRIs of statements of relations, and what is said of them but for their evidence."""
        found: dict[str, Column] = {
            "head": Texts(said.names, said.head), "relation": Texts(self._names, said.relation), "tail": Texts(said.names, said.tail),
            "paper": Texts(names, said.at), "graph": Texts(names, said.at), "field": Texts(self._fields, said.abstract),
            "start": Numbers(said.start), "end": Numbers(said.end),
        }  # fmt: skip
        iris = self._iri["relation"].texts(found, len(said.at))
        return iris, found | {
            "iri": Texts(iris),
            "relation": Texts(self._iris, said.relation),
            "confidence": self._words.decimals(said.confidence),
            "sentence": Parts(fields, said.at + len(names) * said.abstract, said.start, said.end),
        }

    def _plain(self, said: _Statements, names: pa.Array) -> tuple[Kind, Ints]:
        """The plain triples of relations, each once, and of how many concepts each paper has some."""
        rows = np.unique(np.stack([said.at, said.head, said.relation, said.tail]), axis=1)
        at, head, relation, tail = (np.ascontiguousarray(row) for row in rows)
        columns: dict[str, Column] = {
            "head": Texts(said.names, head), "relation": Texts(self._iris, relation), "tail": Texts(said.names, tail),
            "graph": Texts(names, at),
        }  # fmt: skip
        order, begins, _ = in_order(self._lines.texts(columns, len(at)), at, len(names), "")
        heads = np.bincount(np.unique(np.stack([at, head]), axis=1)[0], minlength=len(names))
        return Kind(columns, Tasks.of(order), begins), heads

    def _links(
        self, links: pa.Table, names: pa.Array, concepts: pa.Array, of_links: dict[str, Column], counts: Ints
    ) -> tuple[Kind, dict[str, Column]]:
        """The links, and what of them papers name; `counts` is how many pieces of evidence each has."""
        at, relations = _ints(links, "at"), positions(column_of(links, "relation"), _LINK_RELATIONS)
        ends = np.cumsum(counts)
        columns: dict[str, Column] = {
            "paper": Texts(names, at), "graph": Texts(names, at), "relation": Texts(self._link_names, relations),
            "concept": Texts(concepts),
        }  # fmt: skip
        iris = self._iri["link"].texts(columns, len(at))
        columns |= of_links | {
            "iri": Texts(iris),
            "relation": Texts(self._link_iris, relations),
            "confidence": self._words.decimals(links.column("confidence").to_numpy()),
            "number": Numbers(counts),
            "evidence": Ranges(ends - counts, ends),
            "variant": unless_empty(column_of(links, "variant")),
            **self._decided(column_of(links, "correction")),
        }
        order, begins, _ = in_order(iris, at, len(names), ">")
        # sorted so, those of one paper and relation stand together
        keys = at[order] * len(_LINK_RELATIONS) + relations[order]
        linked: dict[str, Column] = {"concept": Texts(concepts, order)}
        for n, name in enumerate(_LINK_RELATIONS):
            wanted = np.arange(len(names)) * len(_LINK_RELATIONS) + n
            linked[name] = Ranges(np.searchsorted(keys, wanted, "left"), np.searchsorted(keys, wanted, "right"))
        return Kind(columns, Tasks.of(order), begins), linked

    def _decided(self, corrections: pa.Array) -> dict[str, Column]:
        """What people decided of links."""
        import pyarrow.compute as pc

        counts = np.zeros(len(corrections), np.int64)
        kinds: list[str] = []
        for n in np.flatnonzero(pc.not_equal(corrections, "").to_numpy(zero_copy_only=False)).tolist():
            own = corrections[n].as_py().split(", ")
            kinds += own
            counts[n] = len(own)
        ends = np.cumsum(counts)
        return {"corrections": Ranges(ends - counts, ends), "correction": Texts(self._texts(kinds), None, True)}

    def _texts(self, values: Sequence[str]) -> pa.Array:
        return self._pa.array(values, self._pa.large_string())


def _of_mentions(mentions: pa.Table, rows: Ints, text: Ints, fields: pa.Array, ranks: Ints, more: int) -> dict[str, Column]:
    """What is said of mentions alone, with nothing for `more` rows behind them."""
    import pyarrow.compute as pc

    def padded(values: Ints, with_: int) -> Ints:
        return np.concatenate([values, np.full(more, with_, np.int64)])

    cues = column_of(mentions, "cue")
    there = pc.greater(pc.binary_length(cues), 0).to_numpy(zero_copy_only=False)
    begins, ends = (_ints(mentions, name)[rows] for name in ("sentence_start", "sentence_end"))
    return {
        "cue": Texts(cues, padded(np.where(there[rows], rows, -1), -1), True),
        "number": Numbers(padded(ranks, NONE)),
        "sentence": Parts(fields, padded(text, -1), padded(begins, 0), padded(ends, 0)),
        "first": Numbers(padded(begins, NONE)),
        "last": Numbers(padded(ends, NONE)),
    }


def _taken(parts: Column, rows: Ints) -> Parts:
    assert isinstance(parts, Parts)
    return Parts(parts.texts, parts.index[rows], parts.first[rows], parts.last[rows])


def _statements(tables: Tables) -> _Statements:
    """The relations that papers say, each once, the surest of equal ones: as `exports.relations_jsonl.relations_of` finds them.

    Raises:
        GraphError: a statement names a finding that is not there.
    """
    said, findings = tables.statements, tables.findings
    width = int(
        max(_ints(table, name).max(initial=0) for table, name in ((findings, "finding"), (said, "head_finding"), (said, "tail_finding")))
    )
    keys = _ints(findings, "at") * (width + 1) + _ints(findings, "finding")
    encoded = column_of(findings, "resolved").dictionary_encode()
    resolved: Ints = encoded.indices.to_numpy().astype(np.int64)
    at = _ints(said, "at")

    def concept(column: str) -> Ints:
        wanted = at * (width + 1) + _ints(said, column)
        places = np.searchsorted(keys, wanted)
        if len(wanted) and (places.max() >= len(keys) or (keys[places] != wanted).any()):
            raise GraphError("statements.parquet: a statement names a finding that is not in findings.parquet; build the graph again")
        found: Ints = resolved[places]
        return found

    head, tail = concept("head_finding"), concept("tail_finding")
    relation, abstract = positions(column_of(said, "relation"), RELATIONS), _abstract(said)
    confidence, start, end = said.column("confidence").to_numpy(), _ints(said, "start"), _ints(said, "end")
    order = np.lexsort([-confidence, end, start, abstract, tail, relation, head, at])
    # two names of a statement that came out as one concept say nothing any more
    order = order[head[order] != tail[order]]
    key = np.stack([at, head, relation, tail, abstract, start, end])[:, order]
    rows = order[np.concatenate([np.ones(min(1, len(order)), bool), (key[:, 1:] != key[:, :-1]).any(axis=0)])]
    names = segments(encoded.dictionary)
    return _Statements(at[rows], head[rows], relation[rows], tail[rows], confidence[rows], abstract[rows], start[rows], end[rows], names)


def column_of(table: pa.Table, name: str) -> pa.Array:
    """A column as one array."""
    return table.column(name).combine_chunks()


def flattened(lists: pa.Array) -> tuple[pa.Array, Ints, Ints]:
    """The values of all lists, one behind the other; and for each of which list it is, and its place there."""
    import pyarrow.compute as pc

    counts = pc.fill_null(pc.list_value_length(lists), 0).to_numpy().astype(np.int64)
    row = np.repeat(np.arange(len(counts)), counts)
    return pc.list_flatten(lists), row, np.arange(len(row)) - (np.cumsum(counts) - counts)[row]


def unless_empty(texts: pa.Array) -> Texts:
    """Texts as literals, of which empty ones and nulls are none."""
    import pyarrow.compute as pc

    there = pc.fill_null(pc.greater(pc.binary_length(texts), 0), False).to_numpy(zero_copy_only=False)
    return Texts(texts, np.where(there, np.arange(len(texts)), -1), True)


def positions(texts: pa.Array, values: Sequence[str]) -> Ints:
    """Where among some values each text is, -1 where it is not."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found: Ints = pc.fill_null(pc.index_in(texts, value_set=pa.array(values, texts.type)), -1).to_numpy().astype(np.int64)
    return found


def _lengths(texts: pa.Array) -> Ints:
    """In code points."""
    import pyarrow.compute as pc

    found: Ints = pc.utf8_length(texts).to_numpy().astype(np.int64)
    return found


def _ints(table: pa.Table, column: str) -> Ints:
    found: Ints = table.column(column).to_numpy().astype(np.int64)
    return found


def _abstract(mentions: pa.Table) -> Ints:
    import pyarrow.compute as pc

    found: Ints = pc.equal(mentions.column("field"), "abstract").to_numpy().astype(np.int64)
    return found


def _rows(links: pa.Table, mentions: pa.Table) -> tuple[Ints, Ints, Ints]:
    """Which mention each piece of evidence of the links is, in the order of the links and of their evidence; which link it is of; and
    the first piece of each link."""
    import pyarrow.compute as pc

    findings = links.column("findings")
    counts = pc.list_value_length(findings).to_numpy().astype(np.int64)
    numbers = pc.list_flatten(findings).to_numpy().astype(np.int64)
    of_finding, finding = _ints(mentions, "at"), _ints(mentions, "finding")
    width = int(max(finding.max(initial=0), numbers.max(initial=0))) + 1
    keys = of_finding * width + finding
    links_of = np.repeat(np.arange(len(counts)), counts)
    wanted = np.repeat(_ints(links, "at"), counts) * width + numbers
    begins, ends = np.searchsorted(keys, wanted, "left"), np.searchsorted(keys, wanted, "right")
    sizes = ends - begins
    rows: Ints = np.arange(sizes.sum()) + np.repeat(begins - np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64), sizes)
    link_of: Ints = np.repeat(links_of, sizes)
    # where findings that came out as one concept share a place, it is one piece of evidence
    place = np.stack([_ints(mentions, "end")[rows], _ints(mentions, "start")[rows], _abstract(mentions)[rows], link_of])
    order = np.lexsort(place)
    again = order[1:][(place[:, order[1:]] == place[:, order[:-1]]).all(axis=0)]
    rows, link_of = np.delete(rows, again), np.delete(link_of, again)
    first: Ints = np.searchsorted(link_of, np.arange(len(counts)))
    return rows, link_of, first
