"""Names of one concept in one paper: which pairs are looked at, what is seen of them, and how pairs become sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from kg.catalog import Catalog
from kg.model import Concept, ConceptType, Paper
from kg.reader import Reader
from kg.recognize.forest import SCALE, Forest
from kg.recognize.same import COLUMNS, Pairs, pairs_of, together

TASK = ConceptType.TASK
PAPER = Paper(
    "p",
    "Text2Graph: Learning about Meadows",
    "We propose Text2Graph, a text-to-graph neural network for meadow parsing. In low-resource meadow parsing there are few trees. "
    "On MeadowBank, Text2Graph has a higher accuracy than grammars; leaf counting, leaf tracking and moss counting are left open.",
)


@pytest.fixture(scope="module")
def catalog(tiny_catalog: Catalog) -> Catalog:
    return tiny_catalog.merge(Catalog([Concept("low-resource-meadow-parsing", TASK, "low-resource meadow parsing")]))


@pytest.fixture(scope="module")
def reader(catalog: Catalog) -> Reader:
    return Reader(catalog, threshold=0.05)


def says(reader: Reader, *columns: tuple[str, float]) -> Reader:
    """The same reader, for which pairs are one where each of some columns is above a value."""
    feature, threshold, left, right, value = [], [], [], [], []
    for name, least in columns:
        at = len(feature)
        feature += [COLUMNS.index(name), -1]
        threshold += [least, 0.0]
        left += [at + 1, 0]
        right += [at + 2, 0]
        value += [0, -9 * SCALE]
    feature, threshold, left, right, value = [*feature, -1], [*threshold, 0.0], [*left, 0], [*right, 0], [*value, 9 * SCALE]
    types = (np.int16, np.float32, np.int32, np.int32, np.int32)
    arrays = [np.array(a, t) for a, t in zip((feature, threshold, left, right, value), types, strict=True)]
    forest = Forest(COLUMNS, ("is",), *arrays, np.zeros((1, 1), np.int32), np.zeros(1, np.int32))
    return reader.tuned(model=replace(reader.model, same=forest), threshold=reader.threshold)


def seen(reader: Reader) -> dict[frozenset[str], dict[str, float]]:
    sight, linked = reader.linked(PAPER)
    pairs = pairs_of(sight, linked, {})
    rows = zip(pairs.first, pairs.second, pairs.matrix.tolist(), strict=True)
    return {frozenset((linked[a][0].texts[0], linked[b][0].texts[0])): dict(zip(COLUMNS, row, strict=True)) for a, b, row in rows}


def test_pairs_with_something_in_common_are_looked_at(reader: Reader) -> None:
    pairs = seen(reader)
    assert frozenset(("meadow parsing", "low-resource meadow parsing")) in pairs
    assert frozenset(("leaf counting", "leaf tracking")) in pairs
    assert not any("MeadowBank" in pair and "accuracy" in pair for pair in pairs)


def test_what_is_seen_of_a_pair(reader: Reader) -> None:
    row = seen(reader)[frozenset(("meadow parsing", "low-resource meadow parsing"))]
    assert (row["shared"], row["share_short"], row["ends_with"], row["starts_with"]) == (2, 1, 1, 0)
    assert (row["short_words"], row["long_words"]) == (2, 4)
    assert (row["short_known"], row["long_known"]) == (0, 1)
    assert row["share_long"] == pytest.approx(2 / 4)


def test_neighbours_in_a_list_are_beside_each_other(reader: Reader) -> None:
    pairs = seen(reader)
    assert pairs[frozenset(("leaf counting", "leaf tracking"))]["between_marks"] == 1
    assert pairs[frozenset(("meadow parsing", "low-resource meadow parsing"))]["between_marks"] == 0


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("MSN", "moss segmentation network"),
        ("MST-Former", "moss spore tracking former"),
        ("FS-Moss", "FernScope-Moss"),
        ("fern", "fern counting"),
    ],
)
def test_abbreviations_and_their_words_are_pairs(catalog: Catalog, short: str, long: str) -> None:
    from kg.recognize.same import _abbreviates, _name

    a, b = _name(short), _name(long)
    assert _abbreviates(a, b) or {*a.words} & {*b.words}
    assert not _abbreviates(b, a)


def test_one_concept_is_one_finding_with_the_evidence_of_both(reader: Reader) -> None:
    apart = {finding.label: finding for finding in says(reader, ("shared", 100)).read([PAPER])[0].findings}
    assert {"meadow parsing", "low-resource meadow parsing"} <= apart.keys()
    found = says(reader, ("ends_with", 0.5), ("shared", 1.5)).read([PAPER])[0].findings
    one = next(finding for finding in found if finding.concept == "low-resource-meadow-parsing")
    assert {"meadow parsing", "low-resource meadow parsing"} == {one.label, *one.aliases}
    assert {e.mention.text for e in one.evidence} == {"meadow parsing", "low-resource meadow parsing"}
    assert not any(finding.label == "meadow parsing" and not finding.concept for finding in found)
    assert len(found) < len(apart)


def test_readings_do_not_depend_on_the_batch(reader: Reader, tiny_papers: list[Paper]) -> None:
    changed = says(reader, ("share_short", 0.9))
    whole = changed.read([*tiny_papers, PAPER])
    assert whole == [one for paper in (*tiny_papers, PAPER) for one in changed.read([paper])]
    assert whole != reader.tuned(threshold=reader.threshold).read([*tiny_papers, PAPER])


def pairs(*rows: tuple[int, int]) -> Pairs:
    return Pairs([a for a, _ in rows], [b for _, b in rows], np.zeros((len(rows), len(COLUMNS)), np.float32))


def test_sets_are_made_of_the_surest_pairs() -> None:
    assert together(pairs((0, 1), (1, 2)), np.array([0.9, 0.8]), 4) == [0, 0, 0, 3]
    # what is clearly two keeps two sets apart: the surer pair wins
    assert together(pairs((0, 1), (1, 2), (0, 2)), np.array([0.8, 0.9, 0.1]), 3) == [0, 1, 1]
    assert together(pairs((0, 1)), np.array([0.49]), 2) == [0, 1]
    assert together(pairs(), np.zeros(0), 2) == [0, 1]


def test_the_order_of_pairs_does_not_matter() -> None:
    rows, score = [(0, 1), (1, 2), (0, 2), (2, 3)], [0.7, 0.7, 0.2, 0.9]
    found = set()
    for order in ([0, 1, 2, 3], [3, 2, 1, 0], [1, 0, 3, 2]):
        found.add(tuple(together(pairs(*(rows[n] for n in order)), np.array([score[n] for n in order]), 4)))
    assert len(found) == 1


def test_a_single_thing_and_none(reader: Reader, see: Callable[..., object]) -> None:
    assert reader.read([Paper("x", "", "")])[0].findings == ()
    assert pairs_of(reader.look([PAPER]), [], {}).matrix.shape == (0, len(COLUMNS))
