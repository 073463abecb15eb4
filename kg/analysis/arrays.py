"""A graph as flat arrays: what every analysis starts from, made in one pass over the columns it needs.

Papers and concepts are numbers here, in the order of their ids; a link is a place in four arrays of one length, a relation between
concepts a place in five. From these come the sparse matrices that the algorithms work on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg.errors import GraphError, UsageError, did_you_mean
from kg.graph import Graph
from kg.model import ConceptRelation, ConceptType, Relation

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int32]
    Small = NDArray[np.int8]
    Flags = NDArray[np.bool_]

TYPES = tuple(ConceptType)
RELATIONS = tuple(Relation)
CONCEPT_RELATIONS = tuple(ConceptRelation)
#: A confidence of 0 is no missing edge: sparse matrices would lose it.
LEAST = 1e-6
#: The year of a paper that has none, and the paper of a relation that the catalog's hierarchy gives.
NO_YEAR, NO_PAPER = 0, -1


@dataclass(frozen=True, slots=True, eq=False)
class Arrays:
    """Papers, concepts, links and relations between concepts by number.

    Attributes:
        graph: the fingerprint of the graph.
        concepts: ids, sorted; of all concepts of the graph, ancestors without a paper included.
        labels: their labels.
        types: of each concept, its place in `TYPES`.
        known: of each concept, whether the catalog has it.
        papers: ids, sorted; of all papers, those without a link included.
        years: of each paper, `NO_YEAR` where it has none.
        link_paper, link_concept: numbers of the ends; links are sorted by paper, then concept.
        link_relation: places in `RELATIONS`.
        link_confidence: 0 to 1.
        rel_head, rel_tail: numbers of concepts; relations are sorted by head, relation, tail, paper. One for each place that says so.
        rel_relation: places in `CONCEPT_RELATIONS`.
        rel_paper: the number of the paper that says so, `NO_PAPER` for the catalog.
        rel_confidence: 0 to 1.
    """

    graph: str
    concepts: Sequence[str]
    labels: Sequence[str]
    types: Small
    known: Flags
    papers: Sequence[str]
    years: Numbers
    link_paper: Numbers
    link_concept: Numbers
    link_relation: Small
    link_confidence: Floats
    rel_head: Numbers
    rel_tail: Numbers
    rel_relation: Small
    rel_paper: Numbers
    rel_confidence: Floats
    _made: dict[str, Any] = field(default_factory=dict, repr=False)

    def place(self, concept: str) -> int:
        """The number of a concept.

        Raises:
            UsageError: no such id; the message names near ones.
        """
        return self._place("concept", self.concepts, concept)

    def paper_place(self, paper: str) -> int:
        """The number of a paper.

        Raises:
            UsageError: no such id; the message names near ones.
        """
        return self._place("paper", self.papers, paper)

    def _place(self, what: str, ids: Sequence[str], wanted: str) -> int:
        if what not in self._made:
            self._made[what] = {one: number for number, one in enumerate(ids)}
        found: int | None = self._made[what].get(wanted)
        if found is None:
            raise UsageError(f"no {what} {wanted!r} in the graph; {did_you_mean(wanted, ids)}")
        return found

    def link(self, paper: int, concept: int) -> int:
        """The number of the link of a paper to a concept; -1 where there is none."""
        import numpy as np

        own = self.links_from(paper)
        place = own.start + int(np.searchsorted(self.link_concept[own], concept))
        return place if place < own.stop and self.link_concept[place] == concept else -1

    def links_from(self, paper: int) -> slice:
        """The numbers of the links of a paper, by concept."""
        import numpy as np

        if "ends of papers" not in self._made:
            self._made["ends of papers"] = np.searchsorted(self.link_paper, np.arange(len(self.papers) + 1))
        ends = self._made["ends of papers"]
        return slice(int(ends[paper]), int(ends[paper + 1]))

    def links_of(self, concept: int) -> Numbers:
        """The numbers of the links to a concept, by paper."""
        import numpy as np

        if "by concept" not in self._made:
            order = np.argsort(self.link_concept, kind="stable").astype(np.int32)
            self._made["by concept"] = order, np.searchsorted(self.link_concept[order], np.arange(len(self.concepts) + 1))
        order, ends = self._made["by concept"]
        found: Numbers = order[ends[concept] : ends[concept + 1]]
        return found

    def paper_counts(self) -> Numbers:
        """Of each concept, the number of papers linked to it; counted once, and not to be written to."""
        import numpy as np

        if "papers of concepts" not in self._made:
            counts = np.bincount(self.link_concept, minlength=len(self.concepts)).astype(np.int32)
            counts.flags.writeable = False
            self._made["papers of concepts"] = counts
        found: Numbers = self._made["papers of concepts"]
        return found

    def papers_with_links(self) -> int:
        """How many papers are linked to any concept: the N of all measures of what occurs together.

        Of the others nothing was read, so that they tell nothing of what does not occur together.
        """
        import numpy as np

        if "papers with links" not in self._made:
            self._made["papers with links"] = len(np.unique(self.link_paper))
        found: int = self._made["papers with links"]
        return found

    def incidence(self, weighted: bool = False) -> csr_matrix:
        """Papers × concepts: 1 for each link, or (`weighted`) its confidence, at least `LEAST`."""
        import numpy as np
        from scipy.sparse import csr_matrix

        values = np.maximum(self.link_confidence, LEAST) if weighted else np.ones(len(self.link_paper))
        ends = np.searchsorted(self.link_paper, np.arange(len(self.papers) + 1))
        return csr_matrix((values, self.link_concept, ends), shape=(len(self.papers), len(self.concepts)))

    def adjacency(self, relations: Collection[ConceptRelation] | None = None) -> csr_matrix:
        """Concepts × concepts, from head to tail: the summed confidence (each at least `LEAST`) of the places that relate the two.

        Args:
            relations: only these; None for all.
        """
        import numpy as np
        from scipy.sparse import coo_matrix

        taken = np.ones(len(self.rel_head), dtype=bool)
        if relations is not None:
            taken = np.isin(self.rel_relation, [CONCEPT_RELATIONS.index(r) for r in relations])
        values = np.maximum(self.rel_confidence[taken], LEAST)
        size = len(self.concepts)
        return coo_matrix((values, (self.rel_head[taken], self.rel_tail[taken])), shape=(size, size)).tocsr()


def arrays(graph: Graph) -> Arrays:
    """The arrays of a graph; made once, and kept with the opened graph.

    Raises:
        GraphError: the graph is damaged.
    """
    found: Arrays = graph.cached("arrays", lambda: _read(graph))
    return found


def _read(graph: Graph) -> Arrays:
    import numpy as np

    concepts = graph.columns("concepts", ["id", "label", "type", "known"])
    papers = graph.columns("papers", ["id", "year"])
    links = graph.columns("links", ["paper", "concept", "relation", "confidence"])
    relations = graph.columns("concept_relations", ["head", "relation", "tail", "paper", "confidence"])
    # one chunk each: looking up is by value, whatever the chunks of the file
    ids, paper_ids = concepts["id"].combine_chunks(), papers["id"].combine_chunks()
    said_by = _numbers(relations["paper"], paper_ids, missing=NO_PAPER)
    return Arrays(
        graph=graph.fingerprint,
        concepts=ids.to_pylist(),
        labels=concepts["label"].to_pylist(),
        types=_places(concepts["type"], TYPES),
        known=concepts["known"].to_numpy().astype(np.bool_),
        papers=paper_ids.to_pylist(),
        years=papers["year"].fill_null(NO_YEAR).to_numpy().astype(np.int32),
        link_paper=_numbers(links["paper"], paper_ids),
        link_concept=_numbers(links["concept"], ids),
        link_relation=_places(links["relation"], RELATIONS),
        link_confidence=links["confidence"].to_numpy().astype(np.float64),
        rel_head=_numbers(relations["head"], ids),
        rel_tail=_numbers(relations["tail"], ids),
        rel_relation=_places(relations["relation"], CONCEPT_RELATIONS),
        rel_paper=said_by,
        rel_confidence=relations["confidence"].to_numpy().astype(np.float64),
    )


def _numbers(column: pa.ChunkedArray, ids: pa.Array, missing: int | None = None) -> Numbers:
    """The place of each value among the ids; `missing` for an empty text, where there may be one."""
    import numpy as np
    import pyarrow.compute as pc

    found = pc.index_in(column, value_set=ids)
    lost = column.filter(pc.and_(pc.is_null(found), pc.not_equal(column, "") if missing is not None else True))
    if len(lost):
        raise GraphError(f"a table names {lost[0].as_py()!r}, which no row has as its id; build the graph again")
    numbers: Any = found.fill_null(-1 if missing is None else missing).to_numpy()
    return numbers.astype(np.int32)  # type: ignore[no-any-return]


def _places(column: pa.ChunkedArray, known: Sequence[str]) -> Small:
    import numpy as np
    import pyarrow as pa

    return _numbers(column, pa.array([str(k) for k in known])).astype(np.int8)
