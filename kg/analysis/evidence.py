"""Where a graph says what: the places in texts that links and relations rest on, and the papers behind them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from kg.graph import Graph
from kg.model import Field, Paper

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Place:
    """A place that says something: `paper.text(field)[start:end]`; `paper` and `field` are empty for the catalog's hierarchy.

    `kind` tells how it was read, `confidence` (0 to 1) how much it weighs.
    """

    paper: str
    field: Field | Literal[""]
    start: int
    end: int
    kind: str
    confidence: float


class Evidence:
    """Places of relations and links by their number in `kg.analysis.arrays.Arrays`; tables are read when they are first needed."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    @classmethod
    def of(cls, graph: Graph) -> Evidence:
        """The evidence of a graph, made once for an opened graph."""
        found: Evidence = graph.cached("evidence", lambda: cls(graph))
        return found

    def relation(self, number: int, kind: str, confidence: float) -> Place:
        """The clause in which a relation between concepts was read; `kind` and `confidence` go into the place as they are."""
        paper, field, start, end = (column[number] for column in self._graph.cached("places of relations", self._relations))
        return Place(paper, field, start, end, kind, confidence)

    def link(self, number: int, kind: str, confidence: float) -> Place:
        """The sentence that decided a link."""
        import numpy as np

        papers, keys, field, start, end, wanted = self._graph.cached("places of links", self._links)
        row = int(np.searchsorted(keys, wanted[number]))
        return Place(papers[number], field[row], start[row], end[row], kind, confidence)

    def sentences(self, links: Iterable[int]) -> dict[int, str]:
        """The sentences that decided links, by the number of the link."""
        places = {number: self.link(number, "", 0.0) for number in links}
        texts = self.texts(place.paper for place in places.values())
        return {n: texts[place.paper].text(place.field or "title")[place.start : place.end] for n, place in places.items()}

    def texts(self, papers: Iterable[str]) -> dict[str, Paper]:
        """The papers of some ids, with their texts; an empty id is passed over."""
        import pyarrow as pa
        import pyarrow.compute as pc

        wanted = sorted({*papers} - {""})
        if not wanted:
            return {}
        columns = self._graph.columns("papers", ["id", "title", "abstract", "year"])
        found = columns.filter(pc.is_in(columns["id"], value_set=pa.array(wanted, pa.string()))).to_pylist()
        return {row["id"]: Paper(**row) for row in found}

    def _relations(self) -> tuple[list[Any], ...]:
        names = ["paper", "field", "start", "end"]
        columns = self._graph.columns("concept_relations", names)
        return tuple(columns[name].to_pylist() for name in names)

    def _links(self) -> tuple[Any, ...]:
        """Papers of links; keys (paper and finding) of the deciding mentions with their places; and the key of each link."""
        import pyarrow.compute as pc

        links = self._graph.columns("links", ["paper", "findings"])
        mentions = self._graph.columns("mentions", ["paper", "finding", "rank", "field", "sentence_start", "sentence_end"])
        mentions = mentions.filter(pc.equal(mentions["rank"], 0))
        ids = self._graph.columns("papers", ["id"])["id"].combine_chunks()

        def key(paper: pa.ChunkedArray, finding: pa.ChunkedArray) -> NDArray[np.int64]:
            # mentions are sorted by paper and finding, so that their keys ascend
            made: NDArray[np.int64] = (pc.index_in(paper, value_set=ids).to_numpy().astype("int64") << 32) + finding.to_numpy()
            return made

        places = (mentions[name].to_pylist() for name in ("field", "sentence_start", "sentence_end"))
        wanted = key(links["paper"], pc.list_element(links["findings"], 0))
        return (links["paper"].to_pylist(), key(mentions["paper"], mentions["finding"]), *places, wanted)
