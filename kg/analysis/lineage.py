"""What builds on what: ancestors and descendants of a concept, and the main path of a graph.

An arc says that one concept builds on an older one. It is read from

- relations between concepts: A is based on B, A is a kind of B, and B, of which A is a part (the whole builds on its parts);
- papers that propose A and use B, or compare it with B: weaker, as a paper uses much that its proposal does not rest on. Only papers
  from A's first two years count, and only datasets, architectures and methods.

Each arc keeps the places that say so. Knowledge does not flow back in time: an arc whose older end is first seen after its newer end is
left out and counted. What then is left of cycles is cut at the least sure arcs, and counted (`kg.analysis.mainpath`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from kg.analysis.arcs import KINDS, Arcs, arcs
from kg.analysis.arrays import NO_PAPER, TYPES, Arrays, arrays
from kg.analysis.config import Config, option
from kg.analysis.evidence import Evidence, Place
from kg.analysis.linked import one
from kg.analysis.mainpath import main_path
from kg.analysis.result import Result
from kg.graph import Graph
from kg.table import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class LineageEdge:
    """`newer` builds on `older`: ids of concepts.

    `kinds` are the kinds of arcs, strongest first (`kg.analysis.arcs.KINDS`), `confidence` that of all together, `papers` how many say so
    (the catalog's hierarchy is none), `evidence` the places, surest first.
    """

    newer: str
    older: str
    kinds: tuple[str, ...]
    confidence: float
    papers: int
    evidence: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Relative:
    """A concept in the lineage of another: its distance (below 0: an ancestor, above 0: a descendant), and the year it is first seen."""

    concept: str
    generation: int
    first: int | None


@dataclass(frozen=True, slots=True)
class Family:
    """The ancestors and descendants of a concept, nearest first, and the edges between them.

    `left_out` counts the edges at these that were not followed, because the width or depth did not allow it.
    """

    root: str
    nodes: tuple[Relative, ...]
    edges: tuple[LineageEdge, ...]
    left_out: int


class LineageIndex:
    """All lineages of a graph, made once; each question then costs what it answers."""

    def __init__(self, arrays: Arrays, found: Arcs, evidence: Evidence) -> None:
        import numpy as np

        self._arrays, self._evidence = arrays, evidence
        self.arcs = found
        count = arrays.paper_counts()
        size = len(arrays.concepts)
        # what leads furthest first: sure, and to what many papers name; then by id, as numbers are in the order of ids
        self._into = _by_end(size, found.newer, found.confidence * np.log1p(count[found.older] + 1), found.older)
        self._out = _by_end(size, found.older, found.confidence * np.log1p(count[found.newer] + 1), found.newer)

    @classmethod
    def of(cls, graph: Graph, kinds: Sequence[str] = ()) -> LineageIndex:
        """The index of a graph; `kinds` of arcs, all where none is given. Made once for an opened graph.

        Raises:
            UsageError: no such kind.
        """

        def make() -> LineageIndex:
            found = arrays(graph)
            return cls(found, arcs(found, kinds), Evidence.of(graph))

        index: LineageIndex = graph.cached(f"lineage {' '.join(sorted(kinds))}", make)
        return index

    def around(self, concept: str, depth: int = 3, width: int = 8) -> Family:
        """The lineage of a concept (an id): `depth` generations each way, of each concept the `width` strongest edges.

        Raises:
            UsageError: no such concept.
        """
        root = self._arrays.place(concept)
        nodes: list[Relative] = []
        edges: list[int] = []
        left_out = 0
        for sign, near, ends in ((-1, self._into, self.arcs.older), (1, self._out, self.arcs.newer)):
            seen, front = {root}, [root]
            for generation in range(1, depth + 2):
                following: list[int] = []
                for node in front:
                    own = near(node)
                    if generation > depth:
                        left_out += len(own)
                        continue
                    left_out += max(len(own) - width, 0)
                    for arc in own[:width].tolist():
                        edges.append(arc)
                        other = int(ends[arc])
                        if other not in seen:
                            seen.add(other)
                            following.append(other)
                            nodes.append(Relative(self._arrays.concepts[other], sign * generation, self._first(other)))
                front = following
        return Family(concept, tuple(nodes), tuple(map(self.edge, edges)), left_out)

    def near(self, place: int, *, older: bool) -> NDArray[np.int64]:
        """Numbers of the arcs from a concept (by number) to what it builds on or, not `older`, to what builds on it; strongest first."""
        arcs_: NDArray[np.int64] = (self._into if older else self._out)(place)
        return arcs_

    def main_path(self, concept: str | None = None) -> tuple[LineageEdge, ...]:
        """The main path of the whole graph, or of all that a concept (an id) builds on and that builds on it; from the oldest edge on.

        Raises:
            UsageError: no such concept.
        """
        import numpy as np

        taken = np.arange(len(self.arcs.older))
        if concept is not None:
            root = self._arrays.place(concept)
            older, newer = self._reached(root, self._into, self.arcs.older), self._reached(root, self._out, self.arcs.newer)
            before = older[self.arcs.older] & older[self.arcs.newer]
            after = newer[self.arcs.older] & newer[self.arcs.newer]
            taken = np.flatnonzero(before | after)
        path = main_path(self.arcs.older[taken].tolist(), self.arcs.newer[taken].tolist())
        return tuple(self.edge(int(taken[arc])) for arc in path)

    def edge(self, arc: int) -> LineageEdge:
        """An arc, by its number, with its evidence."""
        ids = self._arrays.concepts
        places: dict[Place, None] = {}
        for kind, paper, source, other, confidence in self.arcs.saying(arc):
            if paper == NO_PAPER:
                places[Place("", "", 0, 0, KINDS[kind], confidence)] = None
            elif other < 0:
                places[self._evidence.relation(source, KINDS[kind], confidence)] = None
            else:
                # two sentences, or one that says both
                for link in (source, other):
                    places[self._evidence.link(link, KINDS[kind], confidence)] = None
        papers = len({p.paper for p in places} - {""})
        kinds = tuple(k for k in KINDS if any(p.kind == k for p in places))
        sure = float(self.arcs.confidence[arc])
        return LineageEdge(ids[self.arcs.newer[arc]], ids[self.arcs.older[arc]], kinds, sure, papers, tuple(places))

    def built_on(self) -> NDArray[np.int64]:
        """Of each concept (by number), how many build on it directly."""
        import numpy as np

        return np.bincount(self.arcs.older, minlength=len(self._arrays.concepts))

    def first(self, concept: str) -> int | None:
        """The year a concept (an id) is first seen in, None where no paper with a year names it."""
        return self._first(self._arrays.place(concept))

    def _first(self, place: int) -> int | None:
        return int(self.arcs.first[place]) or None

    def _reached(self, root: int, near: Any, ends: NDArray[np.int64]) -> NDArray[np.bool_]:
        import numpy as np

        seen = np.zeros(len(self._arrays.concepts), dtype=np.bool_)
        seen[root] = True
        front = [root]
        while front:
            node = front.pop()
            for other in ends[near(node)].tolist():
                if not seen[other]:
                    seen[other] = True
                    front.append(other)
        return seen


def _by_end(size: int, end: NDArray[np.int64], strength: NDArray[np.float64], other: NDArray[np.int64]) -> Any:
    """A function from a node to its arcs, strongest first."""
    import numpy as np

    order = np.lexsort((other, -strength, end))
    bounds = np.searchsorted(end[order], np.arange(size + 1))
    return lambda node: order[bounds[node] : bounds[node + 1]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageConfig(Config):
    """Settings of `lineage`."""

    EXAMPLES: ClassVar[tuple[str, ...]] = (
        "kg analyze graph lineage BERT --depth 2",
        "kg analyze graph lineage --kind basedOn --table built_on",
    )

    concept: str | None = option(None, "what the lineage is of, by id or name; the main path of the graph without it", positional=True)
    depth: int = option(3, "generations each way", least=1)
    width: int = option(8, "edges followed from each concept, the strongest first", least=1)
    kind: tuple[str, ...] = option((), "only what is read so; may be given again", choices=KINDS)
    top: int | None = option(50, "rows of the table built_on at most", above=0, all=0)


def lineage(graph: Graph, config: LineageConfig | None = None, **options: Any) -> Result:
    """What builds on what, and the main path.

    Of one concept its ancestors and descendants; without a concept, the main path of the graph.

    Returns:
        With a concept: generation (below 0: it is built on; above: it builds on), concept, name, type, first (year), of (the nearer
        relative's id), kinds, confidence, papers (that say so). A concept reached in several ways has a row for each.
        Without: step, older, older_name, older_first, newer, newer_name, newer_first, kinds, confidence, papers.
        Tables: main_path (as without a concept), evidence (a row a place: the paper, its year, the sentence); concept, the one asked for
        (concept, name, type, first), or without one built_on: concept, name, type, first, built_on (how many build on it directly).

    Raises:
        UsageError: no such concept, or an option that does not exist or does not fit.
    """
    config = LineageConfig.of(config, options)
    index = LineageIndex.of(graph, config.kind)
    notes = [*_notes(index.arcs)]
    about: tuple[str, ...] = ()
    found = arrays(graph)
    if config.concept is None:
        path = index.main_path()
        tables = {"evidence": _evidence(graph, path), "built_on": _built_on(index, found, config.top)}
        return Result("lineage", config, _path(index, found, path), tables, notes=tuple(notes), graph=graph.fingerprint)
    concept, about = one(graph, config.concept)
    family = index.around(concept.id, config.depth, config.width)
    generation = {concept.id: 0} | {n.concept: n.generation for n in family.nodes}
    rows: list[tuple[Any, ...]] = []
    for edge in family.edges:
        # an edge hangs the further end on the nearer one
        up = generation[edge.older] < 0
        further, nearer = (edge.older, edge.newer) if up else (edge.newer, edge.older)
        place = found.place(further)
        rows.append(
            (
                generation[further], further, found.labels[place], TYPES[found.types[place]].value, index.first(further), nearer,
                list(edge.kinds), round(edge.confidence, 6), edge.papers,
            )
        )  # fmt: skip
    columns = ("generation", "concept", "name", "type", "first", "of", "kinds", "confidence", "papers")
    if family.left_out:
        notes.append(f"{family.left_out:,} edges beyond {config.depth} generations or {config.width} edges of a concept are left out")
    if not rows:
        notes.append(f"nothing in the graph says what {concept.id} builds on or what builds on it")
    path = index.main_path(concept.id)
    itself = Table(("concept", "name", "type", "first"), [(concept.id, concept.label, concept.type.value, index.first(concept.id))])
    tables = {"main_path": _path(index, found, path), "evidence": _evidence(graph, family.edges), "concept": itself}
    return Result("lineage", config, Table(columns, rows), tables, notes=(*about, *notes), graph=graph.fingerprint)


def _notes(found: Arcs) -> Iterator[str]:
    yield f"{len(found.older):,} edges of {found.rows:,} places that say so"
    if found.unlike:
        yield f"{found.unlike:,} places say that a task builds on a method, or the like, and are left out"
    if found.against_time:
        yield f"{found.against_time:,} places go against time (what is built on is first seen later) and are left out"
    if found.undated:
        yield f"{found.undated:,} places join concepts of which one is in no paper with a year; they are taken as they are"
    if found.cut:
        yield f"{found.cut:,} edges that close a cycle, the least sure, are cut"


def _path(index: LineageIndex, found: Arrays, path: Sequence[LineageEdge]) -> Table:
    columns = (
        "step", "older", "older_name", "older_first", "newer", "newer_name", "newer_first", "kinds", "confidence", "papers",
    )  # fmt: skip

    def name(concept: str) -> str:
        return found.labels[found.place(concept)]

    rows: list[tuple[Any, ...]] = [
        (
            n, e.older, name(e.older), index.first(e.older), e.newer, name(e.newer), index.first(e.newer), list(e.kinds),
            round(e.confidence, 6), e.papers,
        )
        for n, e in enumerate(path, 1)
    ]  # fmt: skip
    return Table(columns, rows)


def _evidence(graph: Graph, edges: Sequence[LineageEdge]) -> Table:
    columns = ("newer", "older", "kind", "confidence", "paper", "year", "field", "start", "end", "sentence")
    texts = Evidence.of(graph).texts(p.paper for e in edges for p in e.evidence)
    rows: list[tuple[Any, ...]] = []
    for edge in dict.fromkeys(edges):
        for p in edge.evidence:
            paper = texts.get(p.paper)
            sentence = paper.text(p.field)[p.start : p.end] if paper and p.field else "in the catalog's hierarchy"
            year = paper.year if paper else None
            rows.append((edge.newer, edge.older, p.kind, round(p.confidence, 6), p.paper, year, p.field, p.start, p.end, sentence))
    return Table(columns, rows)


def _built_on(index: LineageIndex, found: Arrays, top: int | None) -> Table:
    import numpy as np

    counts = index.built_on()
    order = [int(n) for n in np.argsort(-counts, kind="stable") if counts[n]]
    rows: list[tuple[Any, ...]] = [
        (found.concepts[n], found.labels[n], TYPES[found.types[n]].value, index.first(found.concepts[n]), int(counts[n]))
        for n in order[:top]
    ]
    cut = len(order) > len(rows)
    more = (f"{len(rows):,} of {len(order):,} concepts that something builds on are shown",) if cut else ()
    return Table(("concept", "name", "type", "first", "built_on"), rows, more, cut)
