from __future__ import annotations

from collections.abc import Callable

import networkx as nx
import numpy as np
import pytest

from kg.analysis import rank
from kg.analysis.rank import walk
from kg.errors import UsageError
from kg.graph import Graph

PAPERS = {"p1": ("a1", "a2"), "p2": ("a1", "t1"), "p3": ("a3", "a2", "t1"), "p4": ()}


def test_as_networkx_counts_it(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(PAPERS, {"a2": ("a9",)}, [("a1", "a2")])
    walked = nx.DiGraph()
    walked.add_weighted_edges_from((p, c, 0.5) for p, own in PAPERS.items() for c in own)
    walked.add_weighted_edges_from([("a1", "a2", 1.0), ("a2", "a9", 1.0)])
    start = dict.fromkeys(("p1", "p2", "p3"), 1.0)
    expected = nx.pagerank(walked, 0.85, start, tol=1e-14, max_iter=1000, dangling=start)
    total = sum(v for k, v in expected.items() if k[0] != "p")
    found = {concept: score for _, concept, _, _, score, _ in rank(graph).table}
    assert found == pytest.approx({k: v / total for k, v in expected.items() if k[0] != "p"}, abs=1e-12)


def test_rows(graph_of: Callable[..., Graph]) -> None:
    table = rank(graph_of(PAPERS, {"a2": ("a9",)}, [("a1", "a2")])).table
    assert table.columns == ("rank", "concept", "name", "type", "score", "papers")
    assert [r[0] for r in table] == [1, 2, 3, 4, 5]
    scores = table.column("score")
    assert scores == sorted(scores, reverse=True) and sum(scores) == pytest.approx(1)
    assert dict(zip(table.column("concept"), table.column("papers"), strict=True)) == {"a1": 2, "a2": 2, "a3": 1, "a9": 0, "t1": 2}
    # what others rest on is above what only papers name as often
    assert table.column("concept").index("a2") < table.column("concept").index("a1")


def test_type_and_top(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(PAPERS)
    all_scores = {r[1]: r[4] for r in rank(graph).table}
    table = rank(graph, type="architecture", top=2).table
    # a1 has halves of two papers, a2 a half and a third
    assert [r[:2] for r in table] == [(1, "a1"), (2, "a2")]
    assert all(r[4] == all_scores[r[1]] and r[3] == "Architecture" for r in table)


def test_equal_scores_are_sorted_by_id(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of({"p1": ("m2", "m1", "m3"), "p2": ("m3", "m2", "m1")})
    assert rank(graph).table.column("concept") == ["m1", "m2", "m3"]


def test_nothing_linked(graph_of: Callable[..., Graph]) -> None:
    result = rank(graph_of({"p1": ()}))
    assert result.table.rows == [] and result.notes == ("no paper of the graph has a link",)


@pytest.mark.parametrize(
    ("options", "message"),
    [({"damping": 1.0}, "between 0 and 1"), ({"top": 0}, "top must be above 0"), ({"type": "Taks"}, "did you mean Task?")],
)
def test_wrong_options(graph_of: Callable[..., Graph], options: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError) as error:
        rank(graph_of({"p1": ("t1",)}), **options)  # type: ignore[arg-type]
    assert message in str(error.value)


def test_a_walk_of_two_nodes_by_hand() -> None:
    # 0 → 1, 1 ends and leads back: x0 = (1-d) + d·x1, x1 = d·x0
    score = walk([(0, 1, 3.0)], np.array([1.0, 0.0]), 0.5)
    assert score.tolist() == pytest.approx([2 / 3, 1 / 3], abs=1e-12)
