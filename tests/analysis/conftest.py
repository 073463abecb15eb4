"""Graphs from a table of papers and their concepts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from kg.catalog import Catalog
from kg.graph import Graph, write_graph
from kg.model import Concept, ConceptRelation, ConceptType, Evidence, Finding, Mention, Paper, Reading, Relation, Statement


@pytest.fixture
def graph_of(tmp_path: Path) -> Callable[..., Graph]:
    """Writes a graph of {paper: concepts}; a concept's first letter is its type (t, d, a, m, and e for metrics), `broader` the
    hierarchy of the catalog, `based_on` pairs (head, tail) read in the first paper that has both, `said` relations (paper, head,
    relation, tail). A paper is linked by `uses`, or by what `relations` has for (paper, concept); `years` has the years of papers."""
    types = {"t": ConceptType.TASK, "d": ConceptType.DATASET, "a": ConceptType.ARCHITECTURE, "m": ConceptType.METHOD}
    types["e"] = ConceptType.METRIC

    def make(
        papers: Mapping[str, Sequence[str]],
        broader: Mapping[str, tuple[str, ...]] = {},
        based_on: Sequence[tuple[str, str]] = (),
        name: str = "graph",
        years: Mapping[str, int] = {},
        relations: Mapping[tuple[str, str], str] = {},
        said: Sequence[tuple[str, str, str, str]] = (),
    ) -> Graph:
        ids = sorted({i for own in papers.values() for i in own} | {*broader} | {b for bs in broader.values() for b in bs})
        catalog = Catalog(Concept(i, types[i[0]], f"name of {i}", broader=broader.get(i, ())) for i in ids)
        left = set(based_on)
        pairs = []
        for paper, own in papers.items():
            text = " ".join(own)
            findings = []
            for i in own:
                start = text.index(i)
                evidence = Evidence(Mention("abstract", start, start + len(i), i), 0, len(text))
                findings.append(
                    Finding(i, (), (), types[i[0]], (0.2,) * 5, Relation(relations.get((paper, i), "uses")), 0.5, (evidence,), i)
                )
            based = [(h, t) for h, t in sorted(left) if h in own and t in own]
            left -= set(based)
            told = [(h, "basedOn", t) for h, t in based] + [tuple(row[1:]) for row in said if row[0] == paper]
            found = tuple(Statement(own.index(h), ConceptRelation(r), own.index(t), 1.0, "abstract", 0, len(text)) for h, r, t in told)
            pairs.append((Paper(paper, f"Paper {paper}", text, year=years.get(paper)), Reading(paper, tuple(findings), found)))
        assert not left
        return write_graph(tmp_path / name, pairs, catalog)

    return make
