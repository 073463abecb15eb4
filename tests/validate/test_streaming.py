"""The streaming engine over much: memory that does not grow, and files that are sorted in runs."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from exports import export
from exports.iris import Iris
from exports.rdf import sorted_nodes
from kg.graph import Graph
from kg.validate import joins, nodes, validate
from kg.validate.streaming import check

Node = tuple[str, list[str]]


@pytest.fixture(scope="module")
def some(awkward_graph: Graph) -> list[Node]:
    with sorted_nodes(awkward_graph) as (found, _):
        return list(found)


def copies(some: list[Node], number: int) -> Iterator[Node]:
    """The same nodes again and again, each time with IRIs and ids of their own."""
    for n in range(number):

        def other(text: str, n: int = n) -> str:
            moved = text.replace("/kg/ontology#", "/kept#").replace("/kg/", f"/kg/{n}/").replace("/kept#", "/kg/ontology#")
            return moved.replace('#id> "', f'#id> "{n} ')

        for subject, said in some:
            yield other(subject), [*map(other, said)]


def test_memory_does_not_grow_with_the_graph(some: list[Node], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joins, "_BATCH", 100)
    monkeypatch.setattr(joins, "_REMEMBERED", 100)
    peaks = []
    for number in (30, 120):
        tracemalloc.start()
        assert list(check(copies(some, number), Iris().ontology)) == []
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0], peaks


def test_what_is_broken_far_apart_is_found(some: list[Node], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joins, "_BATCH", 50)
    broken = [node for node in copies(some, 8) if node[0] != "<https://example.org/kg/5/paper/arxiv:2401.00001>"]
    found = {(f.shape, f.constraint) for f in check(broken, Iris().ontology)}
    assert {("LinkShape-subject", "Class"), ("FieldShape-isPartOf", "Class"), ("LinkShape-triple", "SPARQL")} <= found
    assert all("/kg/5/" in f.node for f in check(broken, Iris().ontology))


def test_a_file_is_sorted_in_runs(awkward_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export(awkward_graph, "ntriples", tmp_path / "graph.nt")
    lines = (tmp_path / "graph.nt").read_bytes().splitlines(keepends=True)
    # in an order that no node stands together in
    with gzip.open(tmp_path / "mixed.nt.gz", "wb") as file:
        file.writelines(sorted(lines, key=lambda line: line[::-1]))
    monkeypatch.setattr(nodes, "_RUN", 100)
    assert validate(tmp_path / "mixed.nt.gz", engine="streaming") == validate(awkward_graph, engine="streaming")
