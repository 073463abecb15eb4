from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from scipy.sparse import csr_matrix

from kg.analysis import proximity
from kg.analysis.proximity import BETA, SCORES, Network, network, of_pairs

RNG = np.random.default_rng(3)
# 60 papers that name 2 to 5 of 40 concepts; concept 40 is in a paper of its own
PAPERS = [*(RNG.choice(40, RNG.integers(2, 6), replace=False).tolist() for _ in range(60)), [40]]


@pytest.fixture(scope="module")
def net() -> Network:
    matrix = np.zeros((len(PAPERS), 41))
    for n, own in enumerate(PAPERS):
        matrix[n, own] = 1
    return network(csr_matrix(matrix))


@pytest.fixture(scope="module")
def drawn() -> nx.Graph:
    graph = nx.Graph()
    graph.add_nodes_from(range(41))
    graph.add_edges_from((a, b) for own in PAPERS for a in own for b in own if a < b)
    return graph


def test_the_network_is_what_occurs_together(net: Network, drawn: nx.Graph) -> None:
    assert {(int(u), int(v)) for u, v in zip(*net.joined.nonzero(), strict=True) if u < v} == {tuple(sorted(e)) for e in drawn.edges}
    assert net.degree.tolist() == [drawn.degree[n] for n in range(41)]
    assert net.shared[PAPERS[0][0], PAPERS[0][1]] == sum(PAPERS[0][0] in own and PAPERS[0][1] in own for own in PAPERS)


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        ("adamic-adar", nx.adamic_adar_index),
        ("resource", nx.resource_allocation_index),
        ("popularity", nx.preferential_attachment),
        ("common", lambda g, pairs: ((u, v, len(list(nx.common_neighbors(g, u, v)))) for u, v in pairs)),
    ],
)
def test_scores_are_networkxs(net: Network, drawn: nx.Graph, score: str, expected: object) -> None:
    pairs = [*nx.non_edges(drawn), *drawn.edges]
    wanted = [value for _, _, value in expected(drawn, pairs)]  # type: ignore[operator]
    u, v = np.array(pairs).T
    assert of_pairs(net, SCORES[score], u, v) == pytest.approx(wanted)


def test_katz_is_the_sum_of_walks_of_up_to_three_steps(net: Network, drawn: nx.Graph) -> None:
    matrix = nx.to_numpy_array(drawn, nodelist=range(41))
    walks = sum(BETA**k * np.linalg.matrix_power(matrix, k) for k in (1, 2, 3))
    rows = np.arange(41)
    found = proximity.katz(net, rows)
    assert found == pytest.approx(walks)
    # what is cut off is small: the whole sum is (1 - βA)⁻¹ - 1, whose rows sum to networkx's centrality
    whole = np.linalg.inv(np.eye(41) - BETA * matrix) - np.eye(41)
    assert found == pytest.approx(whole, rel=0.05, abs=1e-4)
    centrality = nx.katz_centrality_numpy(drawn, alpha=BETA, normalized=False)
    assert whole.sum(axis=0) + 1 == pytest.approx([centrality[n] for n in range(41)])


def test_factors_give_the_network_back_where_none_is_left_out(monkeypatch: pytest.MonkeyPatch, net: Network) -> None:
    # a fresh network, as factors are kept
    again = Network(net.shared, net.joined, net.degree)
    degrees = np.asarray(net.shared.sum(axis=0)).ravel()
    normal = net.shared.toarray() / np.sqrt(np.maximum(np.outer(degrees, degrees), 1))
    values, vectors = np.linalg.eigh(normal)
    positive = (vectors * np.maximum(values, 0)) @ vectors.T
    assert proximity.factors(again, np.arange(41)) == pytest.approx(positive, abs=1e-8)
    monkeypatch.setattr(proximity, "FACTORS", 3)
    few = Network(net.shared, net.joined, net.degree)
    best = (vectors[:, -3:] * values[-3:]) @ vectors[:, -3:].T
    assert proximity.factors(few, np.arange(41)) == pytest.approx(best, abs=1e-6)


def test_factors_of_a_large_network_are_those_of_a_small_one(monkeypatch: pytest.MonkeyPatch, net: Network) -> None:
    dense = proximity.factors(Network(net.shared, net.joined, net.degree), np.arange(41))
    monkeypatch.setattr(proximity, "FACTORS", 10)
    exact = np.linalg.eigvalsh(dense)
    one, other = (proximity.factors(Network(net.shared, net.joined, net.degree), np.arange(41)) for _ in range(2))
    assert (one == other).all()
    assert np.linalg.eigvalsh(one)[-10:] == pytest.approx(exact[-10:], abs=1e-4)


def test_pairs_of_many_blocks_are_the_rows(monkeypatch: pytest.MonkeyPatch, net: Network) -> None:
    monkeypatch.setattr(proximity, "BLOCK", 7)
    u, v = RNG.integers(0, 41, 300), RNG.integers(0, 41, 300)
    assert of_pairs(net, proximity.common, u, v).tolist() == proximity.common(net, np.arange(41))[u, v].tolist()


@pytest.mark.parametrize("score", SCORES)
def test_a_network_without_an_edge(score: str) -> None:
    lonely = network(csr_matrix(np.eye(3)))
    assert (SCORES[score](lonely, np.arange(3)) == 0).all()


@pytest.mark.parametrize("score", SCORES)
def test_scores_with_some_concepts_are_columns_of_those_with_all(net: Network, score: str) -> None:
    rows, columns = np.arange(0, 41, 3), np.array([1, 2, 5, 17, 40])
    found = SCORES[score](net, rows, proximity.Side.of(net, columns))
    assert found == pytest.approx(SCORES[score](net, rows)[:, columns], rel=1e-12, abs=1e-15)


def test_two_weights_at_once_are_each_alone(net: Network) -> None:
    rows = np.arange(41)
    one, other = proximity.adamic_adar_weights(net), proximity.resource_weights(net)
    both = proximity.weighed(net, rows, one + 1j * other).toarray()
    assert (both.real == proximity.adamic_adar(net, rows)).all() and (both.imag == proximity.resource(net, rows)).all()
