"""Links and evidence, the most of what a graph says, as columns: all lines of some hundred papers are made at once.

A row is a piece of evidence or a link; a template joins its constants and columns to the lines of that row. Rows are sorted by IRI
before, so that what comes out is sorted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from exports.rdf_fills import EVIDENCE_SLOTS, LINK_SLOTS
from exports.rdf_nodes import AROUND
from exports.triples import literal, plainly, typed

if TYPE_CHECKING:
    import pyarrow as pa

    from exports.rdf_words import Words

__all__ = ["Blocks", "LinkColumns", "Read", "Told", "bytes_of", "joined", "offsets_of"]

Ints = np.ndarray[Any, np.dtype[np.int64]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(slots=True)
class Blocks:
    """Lines of some papers, one behind the other in the order of their IRIs: those of paper `n` are `data[begins[n]:ends[n]]`."""

    data: memoryview
    begins: list[int]
    ends: list[int]
    lines: int
    #: Papers whose lines stand in another order than in `data`.
    mended: dict[int, bytes] = field(default_factory=dict)

    def of(self, paper: int) -> bytes:
        """The lines of a paper."""
        return self.mended.get(paper) or bytes(self.data[self.begins[paper] : self.ends[paper]])

    def pieces(self) -> Iterator[memoryview | bytes]:
        """All lines, in few pieces."""
        at = 0
        for paper in sorted(self.mended, key=self.begins.__getitem__):
            yield self.data[at : self.begins[paper]]
            yield self.mended[paper]
            at = self.ends[paper]
        yield self.data[at:]


@dataclass(slots=True)
class Read:
    """Relations between concepts that papers say, a value for each in every list: what their evidence is made of."""

    papers: list[int] = field(default_factory=list)
    abstract: list[bool] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    about: list[str] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Told:
    """Evidence and links of some papers; by paper the lines of its plain triples by relation, and how much there is of both."""

    evidence: Blocks
    links: Blocks
    plain: list[dict[str, bytes]]
    evidence_counts: list[int]
    link_counts: list[int]


class LinkColumns:
    """Tells links and evidence of papers."""

    def __init__(self, words: Words) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        self._pa, self._pc = pa, pc
        self._words = words
        self._type = pa.large_string()
        self._base = words.iris.base
        term = words.terms.term
        # what stands behind the IRI of a subject
        self._says: dict[str, str] = {name: f"> {term(name)} " for name in (*EVIDENCE_SLOTS, *LINK_SLOTS)}
        self._motives = self._texts([term("oa:identifying")[1:-1], term("oa:describing")[1:-1]])

    def tell(self, names: Sequence[str], fields: Sequence[str], links: pa.Table, mentions: pa.Table, read: Read) -> Told:
        """All of some papers.

        Args:
            names: the last parts of the papers' IRIs.
            fields: all titles, then all abstracts.
            links: their rows of the table `links`, with a column `at`: the number of the paper.
            mentions: their rows of the table `mentions`, likewise.
            read: the relations that they say.
        """
        number, own = len(names), self._texts(names)
        graphs = joined(f"{self._base}graph/paper/", own) if self._words.named else None
        rows, link_of, first = _rows(links, mentions)
        concepts = self._texts([self._words.concept_name(id_) for id_ in links.column("concept").to_pylist()])
        # mentions first, then relations
        at = np.concatenate([_ints(mentions, "at")[rows], np.array(read.papers, np.int64)])
        abstract = np.concatenate([_abstract(mentions)[rows], np.array(read.abstract, np.int64)])
        starts = np.concatenate([_ints(mentions, "start")[rows], np.array(read.starts, np.int64)])
        ends = np.concatenate([_ints(mentions, "end")[rows], np.array(read.ends, np.int64)])
        ours = self._take(concepts, link_of)
        about = self._pa.concat_arrays([ours, self._texts(read.about)])
        body = self._pa.concat_arrays([joined(f"{self._base}concept/", ours), self._texts(read.statements)])
        left, right = self._numbers(starts), self._numbers(ends)
        kinds = self._texts(["title", "abstract"])
        place = [self._take(own, at), "/", self._take(kinds, abstract)]
        iris = joined(f"{self._base}evidence/", *place, "/", left, "-", right, "/", about)
        # from here on sorted by IRI
        order = self._pc.sort_indices(iris).to_numpy().astype(np.int64)
        at, abstract, starts, ends = at[order], abstract[order], starts[order], ends[order]
        columns = {name: self._take(column, order) for name, column in (("iri", iris), ("start", left), ("end", right), ("body", body))}
        iris, end = columns["iri"], self._end(columns, graphs, at)
        read_there = order >= len(rows)
        texts = _Slices(fields, at + number * abstract)
        columns["field"] = joined(f"{self._base}field/", self._take(own, at), "/", self._take(kinds, abstract))
        columns["exact"] = self._texts(texts.cut(starts, ends))
        columns["motive"] = self._take(self._motives, read_there)
        around = {"oa:prefix": (np.maximum(starts - AROUND, 0), starts), "oa:suffix": (ends, ends + AROUND)}
        for name, (begin, stop) in around.items():
            found = self._texts([text or None for text in texts.cut(begin, stop)])
            columns[name] = joined("<", iris, "#quote", self._says[name], '"', found, '"', end)
        ranks = np.append(np.arange(len(rows)) - first[link_of] + 1, 0)[np.minimum(order, len(rows))]
        rows = np.append(rows, 0)[np.minimum(order, len(rows))] if len(rows) else order * 0
        sentences = self._of_mentions(columns, mentions, rows, ranks, read_there, texts, end)
        lines = self._words.fills.evidence(columns)
        slots = sum(len(at) - columns[name].null_count for name in EVIDENCE_SLOTS)
        evidence = _blocks(lines, at, number, self._words.fills.evidence.lines * len(at) + slots)
        _untangle(evidence, iris, np.stack([at, abstract, starts, ends]))
        mine = np.flatnonzero(~read_there)
        mine = mine[np.argsort(link_of[order[mine]], kind="stable")]
        decisive = np.argsort(order, kind="stable")[first]
        of_links = {"decisive": self._take(iris, decisive), "sentence": self._take(sentences, decisive)}
        told, plain = self._links(
            links, own, concepts, graphs, of_links, self._take(iris, mine), np.bincount(link_of, minlength=len(first))
        )
        counts = [np.bincount(values, minlength=number).tolist() for values in (at, _ints(links, "at"))]
        return Told(evidence, told, plain, *counts)

    def _of_mentions(
        self, columns: dict[str, pa.Array], mentions: pa.Table, rows: Ints, ranks: Ints, others: Bools, texts: _Slices, end: Any
    ) -> pa.Array:
        """Adds what is said of mentions alone, with nulls for the others; gives the sentences."""
        cue_of = [self._words.text(cue) if cue else None for cue in mentions.column("cue").to_pylist()] or [None]
        begins, stops = (np.append(_ints(mentions, name), 0)[rows] for name in ("sentence_start", "sentence_end"))
        cues = self._pa.array([cue_of[n] for n in rows.tolist()], self._type, mask=others)
        sentences = self._pa.array(texts.cut(begins, stops), self._type, mask=others)
        text, integer, offset = '"', typed("", "integer")[1:], typed("", "nonNegativeInteger")[1:]
        said = {
            "cue": (cues, text),
            "position": (self._numbers(ranks, others), integer),
            "sentence": (sentences, text),
            "sentenceStart": (self._numbers(begins, others), offset),
            "sentenceEnd": (self._numbers(stops, others), offset),
        }
        for name, (values, tail) in said.items():
            columns[name] = joined("<", columns["iri"], self._says[name], '"', values, tail, end)
        return sentences

    def _end(self, columns: dict[str, pa.Array], graphs: pa.Array | None, at: Ints) -> Any:
        """The end of each line; the graph becomes a column where lines have one."""
        if graphs is None:
            return " .\n"
        columns["graph"] = self._take(graphs, at)
        return joined(" <", columns["graph"], "> .\n")

    def _links(
        self,
        links: pa.Table,
        own: pa.Array,
        concepts: pa.Array,
        graphs: pa.Array | None,
        of_links: dict[str, pa.Array],
        evidence: pa.Array,
        counts: Ints,
    ) -> tuple[Blocks, list[dict[str, bytes]]]:
        """The links, and their plain triples; `evidence` are IRIs, as many of each link as `counts` says."""
        at, words = _ints(links, "at"), self._words
        names = self._take(own, at)
        relations = links.column("relation").to_pylist()
        relation_names = self._texts(relations)
        variants = self._texts([words.text(variant) if variant else None for variant in links.column("variant").to_pylist()])
        columns = {
            "iri": joined(f"{self._base}link/", names, "/", relation_names, "/", concepts),
            "paper": joined(f"{self._base}paper/", names),
            "relation": joined(words.iris.ontology, relation_names),
            "concept": joined(f"{self._base}concept/", concepts),
            "confidence": self._texts([words.decimal(number) for number in links.column("confidence").to_pylist()]),
            "number": self._numbers(counts),
            **of_links,
        }
        end = self._end(columns, graphs, at)
        lists = self._pa.LargeListArray.from_arrays(self._pa.array(np.concatenate([[0], np.cumsum(counts)])), evidence)
        head = joined("<", columns["iri"], self._says["evidence"], "<")
        columns["evidence"] = joined(head, self._pc.binary_join(lists, joined(">", end, head)), ">", end)
        columns["variant"] = joined("<", columns["iri"], self._says["variant"], '"', variants, '"', end)
        decided = self._decided(columns, links.column("correction").to_pylist(), end)
        order = self._pc.sort_indices(joined(columns["iri"], ">")).to_numpy().astype(np.int64)
        lines = words.fills.link({name: self._take(column, order) for name, column in columns.items()})
        number = words.fills.link.lines * len(at) + len(evidence) + len(at) - columns["variant"].null_count + decided
        plain = self._take(joined("<", columns["paper"], "> <", columns["relation"], "> <", columns["concept"], ">", end), order)
        in_order = [relations[n] for n in order.tolist()]
        return _blocks(lines, at[order], len(own), number), _by_relation(plain, at[order], in_order, len(own))

    def _decided(self, columns: dict[str, pa.Array], corrections: Sequence[str], end: Any) -> int:
        """Adds what people decided of links; gives the number of lines."""
        kinds: list[str | None] = [None] * len(corrections)
        influences = kinds.copy()
        count = 0
        for n, correction in enumerate(corrections):
            if correction:
                before, behind = f"<{columns['iri'][n].as_py()}", end if isinstance(end, str) else end[n].as_py()
                said = sorted({f"{before}{self._says['correction']}{literal(kind)}{behind}" for kind in correction.split(", ")})
                kinds[n] = "".join(said)
                influences[n] = f"{before}{self._says['prov:wasInfluencedBy']}<{self._words.iris.corrections}>{behind}"
                count += len(said) + 1
        columns["correction"], columns["prov:wasInfluencedBy"] = self._texts(kinds), self._texts(influences)
        return count

    def _texts(self, values: Sequence[str | None]) -> pa.Array:
        return self._pa.array(values, self._type)

    def _numbers(self, values: Ints, without: Bools | None = None) -> pa.Array:
        return self._pc.cast(self._pa.array(values, mask=without), self._type)

    def _take(self, column: pa.Array, rows: Ints | Bools) -> pa.Array:
        return column.take(self._pa.array(np.asarray(rows, np.int64)))


class _Slices:
    """Parts of texts, by row, as they stand in a literal."""

    def __init__(self, fields: Sequence[str], rows: Ints) -> None:
        self._texts = [fields[n] for n in rows.tolist()]
        odd = np.array([not plainly(text) for text in fields], bool)
        self._odd: list[int] = np.flatnonzero(odd[rows]).tolist()

    def cut(self, starts: Ints, ends: Ints) -> list[str]:
        """The part of each of the first texts, as many as there are starts and ends (in code points)."""
        found = [text[start:end] for text, start, end in zip(self._texts, starts.tolist(), ends.tolist(), strict=False)]
        for n in self._odd:
            if n >= len(found):
                break
            found[n] = literal(found[n])[1:-1]
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


def _blocks(lines: pa.Array, papers: Ints, number: int, count: int) -> Blocks:
    """Lines by row, of which those of one paper stand together."""
    offsets = offsets_of(lines)
    begins, ends = np.zeros(number, np.int64), np.zeros(number, np.int64)
    if len(papers):
        firsts = np.flatnonzero(np.concatenate([[True], papers[1:] != papers[:-1]]))
        begins[papers[firsts]] = offsets[firsts]
        ends[papers[firsts]] = offsets[np.concatenate([firsts[1:], [len(papers)]])]
    return Blocks(bytes_of(lines), begins.tolist(), ends.tolist(), count)


def _by_relation(lines: pa.Array, papers: Ints, relations: list[str], number: int) -> list[dict[str, bytes]]:
    """Lines of papers, of which those of one paper and relation stand together."""
    found: list[dict[str, bytes]] = [{} for _ in range(number)]
    data, offsets = bytes_of(lines), offsets_of(lines).tolist()
    before: tuple[int, str] | None = None
    begin = 0
    for n, key in enumerate([*zip(papers.tolist(), relations, strict=True), None]):
        if key != before:
            if before is not None:
                found[before[0]][before[1]] = bytes(data[offsets[begin] : offsets[n]])
            before, begin = key, n
    return found


def joined(*parts: str | pa.Array) -> pa.Array:
    """Texts and columns joined in each row; null where a column is."""
    import pyarrow as pa
    import pyarrow.compute as pc

    made = (pa.scalar(part, pa.large_string()) if isinstance(part, str) else part for part in parts)
    return pc.binary_join_element_wise(*made, pa.scalar("", pa.large_string()))


def offsets_of(lines: pa.Array) -> Ints:
    """Where each text of a column begins in `bytes_of`, and where the last one ends."""
    return np.frombuffer(lines.buffers()[1], np.int64, len(lines) + 1, 8 * lines.offset)


def bytes_of(lines: pa.Array) -> memoryview:
    """All texts of a column, one behind the other."""
    # the buffer may be longer than its texts
    return memoryview(lines.buffers()[2] or b"")[: int(offsets_of(lines)[-1])]


def _untangle(evidence: Blocks, iris: pa.Array, places: Ints) -> None:
    """Sorts the lines of papers anew where an IRI begins another one: of `…/a` and `…/a-b`, the nodes `…/a#quote` come before, and
    `…/a` itself comes behind. Only IRIs of one place can be so."""
    import pyarrow as pa

    same = np.flatnonzero((places[:, 1:] == places[:, :-1]).all(axis=0))
    pairs = zip(*(iris.take(pa.array(rows)).to_pylist() for rows in (same, same + 1)), strict=True)
    for paper in {paper for paper, (one, next_) in zip(places[0, same].tolist(), pairs, strict=True) if next_.startswith(one)}:
        evidence.mended[paper] = b"".join(sorted(evidence.of(paper).splitlines(keepends=True)))
