from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from kg.analysis import holdout, proximity
from kg.analysis.arrays import Arrays, arrays
from kg.analysis.holdout import Split, auc, hits, judge, matched, split, uniform
from kg.errors import UsageError
from kg.graph import Graph

RNG = np.random.default_rng(5)


@pytest.fixture
def before_and_after(graph_of: Callable[..., Graph]) -> Arrays:
    papers = {
        "p1": ("m1", "t1"), "p2": ("m1", "d1"), "p3": ("m2", "t1", "t2"), "p4": ("a1",),
        # from 2010 on: m1–t2 is new, m1–t1 was there, m9 is not known before; t2–d1 is new; a1–t1 is named in passing
        "q1": ("m1", "t2", "m9"), "q2": ("m1", "t1"), "q3": ("t2", "d1"), "q4": ("a1", "t1"), "q5": ("m2", "m1"), "q6": ("t1", "d1"),
    }  # fmt: skip
    years = {p: 2005 for p in papers if p[0] == "p"} | {q: 2010 for q in papers if q[0] == "q"} | {"q5": 2015}
    del years["q6"]
    return arrays(graph_of(papers, years=years, relations={("q4", "t1"): "mentions"}))


def pairs(a: Arrays, s: Split) -> set[tuple[str, str]]:
    return {(a.concepts[s.concepts[u]], a.concepts[s.concepts[v]]) for u, v in zip(s.u, s.v, strict=True)}


def test_new_pairs_are_those_first_joined_from_the_year_on(before_and_after: Arrays) -> None:
    a = before_and_after
    s = split(a, 2010)
    assert (s.old, s.new) == (4, 5)
    assert [a.concepts[c] for c in s.concepts] == ["a1", "d1", "m1", "m2", "t1", "t2"]
    assert pairs(a, s) == {("m1", "t2"), ("d1", "t2"), ("m1", "m2")}
    assert pairs(a, split(a, 2010, until=2012)) == {("m1", "t2"), ("d1", "t2")}
    # the first end is the method, or the task
    assert pairs(a, split(a, 2010, "method-task")) == {("m1", "t2")}
    assert pairs(a, split(a, 2010, "task-dataset")) == {("t2", "d1")}


def test_concepts_of_few_papers_are_left_out(before_and_after: Arrays) -> None:
    with pytest.raises(UsageError, match="no co-use pair of concepts known before 2010"):
        split(before_and_after, 2010, least=2)


@pytest.mark.parametrize(("year", "message"), [(2000, "no papers before it"), (2016, "no papers from it on")])
def test_a_year_outside(before_and_after: Arrays, year: int, message: str) -> None:
    with pytest.raises(UsageError, match=f"{message}; its papers are from 2005 to 2015"):
        split(before_and_after, year)


def test_a_graph_without_years(graph_of: Callable[..., Graph]) -> None:
    with pytest.raises(UsageError, match="no paper has a year"):
        split(arrays(graph_of({"p1": ("m1", "m2")})), 2010)


def test_the_area_is_the_share_of_pairs_in_order() -> None:
    assert np.isnan(auc(np.array([1.0]), np.array([])))
    positive, negative = RNG.integers(0, 5, 40).astype(float), RNG.integers(0, 4, 30).astype(float)
    counted = np.mean([(p > n) + 0.5 * (p == n) for p in positive for n in negative])
    assert auc(positive, negative) == pytest.approx(counted)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Split:
    """Twelve groups of ten concepts; papers name concepts of one group, in an old and a new half, some concepts far more often."""
    rng = np.random.default_rng(11)
    papers = []
    for n in range(3000):
        group = rng.integers(12)
        chance = 1 / np.arange(1, 11)
        papers.append((n % 2, group * 10 + rng.choice(10, 2, replace=False, p=chance / chance.sum())))
    size = len(papers)
    link_paper = np.repeat(np.arange(size), 2).astype(np.int32)
    concepts = np.concatenate([c for _, c in papers]).astype(np.int32)
    nothing = np.empty(0, dtype=np.int32)
    small = nothing.astype(np.int8)
    made = Arrays(
        "", [f"c{n:03}" for n in range(120)], [""] * 120, (np.arange(120) % 2).astype(np.int8), np.ones(120, dtype=bool),
        [f"p{n:04}" for n in range(size)], np.array([2000 + late for late, _ in papers], dtype=np.int32), link_paper, concepts,
        np.zeros(2 * size, dtype=np.int8), np.ones(2 * size), nothing, nothing, small, nothing, np.empty(0),
    )  # fmt: skip
    return split(made, 2001)


def test_negatives_stay_apart_and_are_alike(planted: Split) -> None:
    joined = {*zip(*(x.tolist() for x in planted.net.joined.nonzero()), strict=True)}
    new = {*zip(planted.u.tolist(), planted.v.tolist(), strict=True)} | {*zip(planted.v.tolist(), planted.u.tolist(), strict=True)}
    far = uniform(planted, 500, np.random.default_rng(1))
    assert len(far[0]) == 500
    u, v = np.tile(planted.u, 5), np.tile(planted.v, 5)
    near = matched(planted, u, v, np.random.default_rng(1))
    for a, b in (far, near):
        assert all(x != y and (x, y) not in joined and (x, y) not in new for x, y in zip(a.tolist(), b.tolist(), strict=True))
    # one end stays, the other is of the same type and has about as many papers
    assert len(near[0]) > 0.9 * len(u)
    papers = [planted.papers[x].mean() for x in (np.concatenate([u, v]), np.concatenate(near), np.concatenate(far))]
    assert abs(papers[1] - papers[0]) < 0.2 * papers[0]
    types = [planted.types[x].mean() for x in (np.concatenate([u, v]), np.concatenate(near))]
    assert types[0] == pytest.approx(types[1], abs=0.1)


def test_what_knows_the_pair_beats_what_knows_its_ends(planted: Split) -> None:
    scores = {"random": lambda net, rows: np.random.default_rng(rows[0]).random((len(rows), len(net.degree))), **proximity.SCORES}
    found = {r["name"]: r for r in judge(planted, scores)}
    assert found["random"]["auc_uniform"] == pytest.approx(0.5, abs=0.12)
    for name in ("common", "adamic-adar", "resource", "katz", "factors"):
        # groups are what counts here: a common neighbour tells them
        assert found[name]["auc_matched"] > 0.85 > found["popularity"]["auc_matched"]
        assert found[name]["hits"] > 0.9 > found["popularity"]["hits"]
    assert all(r["asked"] == len(planted.u) for r in found.values())


def test_hits_by_hand(before_and_after: Arrays) -> None:
    s = split(before_and_after, 2010)
    place = {before_and_after.concepts[c]: n for n, c in enumerate(s.concepts)}
    scores = np.zeros((6, 6))

    def score(net: proximity.Network, rows: np.ndarray) -> np.ndarray:
        return scores[rows]

    # m1 is asked for t2 and m2; it has t1 and d1 already, so that a1 alone competes
    scores[place["m1"], place["a1"]] = 2
    scores[place["m1"], place["t2"]] = 3
    scores[place["d1"], place["t2"]] = 1
    # m1–t2 comes first; m1–m2 is behind a1; d1–t2 comes first
    assert hits(s, score, at=1) == (pytest.approx(2 / 3), 3)
    assert hits(s, score, at=2) == (1.0, 3)
    # of two that tie for the first place, one half
    scores[place["m1"], place["a1"]] = 3
    assert hits(s, score, at=1) == (pytest.approx((0.5 + 1) / 3), 3)


def test_one_seed_one_judgement(planted: Split) -> None:
    chosen = {"common": proximity.common}
    assert judge(planted, chosen, seed=4, most=50) == judge(planted, chosen, seed=4, most=50)
    assert judge(planted, chosen, seed=4, most=50) != judge(planted, chosen, seed=5, most=50)


def test_pairs_have_names_for_their_ends() -> None:
    assert all(len(ends) == 2 for ends in holdout.PAIRS.values())
