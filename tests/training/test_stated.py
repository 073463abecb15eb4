"""Relations between concepts on papers that a reader does not know: errors by class, what two readings share, and what is given."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kg.catalog import Catalog
from kg.evaluate import fold
from kg.model import ConceptRelation, Paper
from kg.reader import Reader
from kg.training.crossvalidate import relation_tables
from kg.training.gold import OTHERS, Curated, own
from kg.training.stated import CLASSES, GIVEN, TEXT, classes, of_curated
from kg.training.statements import FURTHER, twice_read

NAMES = ("ElmNet", "elm", "bark detection", "ElmSet", "accuracy")


def _read(*stated: tuple[str, str, str]) -> list[dict[str, Any]]:
    return [{"title": "Elms", "head_name": h, "head_aliases": [], "relation": r, "tail_name": t, "tail_aliases": []} for h, r, t in stated]


def _classes(*stated: tuple[str, str, str], found: tuple[str, ...] = NAMES) -> Counter[str]:
    """Of a paper that says: ElmNet is used for bark detection, and is evaluated on ElmSet; it may be measured by accuracy."""
    wanted = [
        ("ElmNet", "usedFor", "bark detection", True),
        ("ElmNet", "evaluatedOn", "ElmSet", True),
        ("ElmNet", "measuredBy", "accuracy", False),
    ]
    relations = [{"head": h, "relation": r, "tail": t, "required": q} for h, r, t, q in wanted]
    item = Curated(Paper("p", "Elms", ""), [{"name": n, "aliases": []} for n in NAMES], OTHERS)
    linked = [{"title": "Elms", "name": n, "aliases": []} for n in found]
    return classes([item], [{"title": "Elms", "relations": relations}], _read(*stated), linked)


def test_nothing_is_wrong_with_what_is_right_or_optional() -> None:
    right = ("ElmNet", "usedFor", "bark detection"), ("ElmNet", "evaluatedOn", "ElmSet")
    assert not _classes(*right)
    assert not _classes(*right, ("ElmNets", "measuredBy", "accuracy"))


@pytest.mark.parametrize(
    ("stated", "found", "expected"),
    [
        ((), NAMES, {"missed: nothing stated of the pair": 2}),
        ((), NAMES[:3], {"missed: nothing stated of the pair": 1, "missed: an end was not found": 1}),
        ((("bark detection", "usedFor", "ElmNet"),), NAMES, {
            "wrong: a pair that curators relate otherwise": 1, "missed: stated otherwise": 1, "missed: nothing stated of the pair": 1,
        }),
        ((("ElmNet", "kindOf", "accuracy"),), NAMES, {
            "wrong: a pair that curators relate otherwise": 1, "missed: nothing stated of the pair": 2,
        }),
        ((("elm", "partOf", "ElmSet"),), NAMES, {
            "wrong: a pair that curators do not relate": 1, "missed: nothing stated of the pair": 2,
        }),
        ((("ElmNet", "usedFor", "leaves"),), NAMES, {
            "wrong: an end that curators do not list": 1, "missed: nothing stated of the pair": 2,
        }),
    ],
)  # fmt: skip
def test_each_error_has_one_class(stated: tuple[tuple[str, str, str], ...], found: tuple[str, ...], expected: dict[str, int]) -> None:
    assert _classes(*stated, found=found) == expected
    assert set(expected) <= set(CLASSES)


def test_what_both_readings_find_central_is_required() -> None:
    both = twice_read()
    lines = [json.loads(line) for line in FURTHER.read_text(encoding="utf-8").splitlines()]
    assert len(both) == len(lines) == 300
    for whole, line in zip(both, lines, strict=True):
        first, again = ({(r["head"], r["relation"], r["tail"]): r["required"] for r in line[key]} for key in ("relations", "again"))
        said = {(r["head"], r["relation"], r["tail"]): r["required"] for r in whole["relations"]}
        assert set(said) == set(first) | set(again)
        assert {key for key, required in said.items() if required} == {key for key in first if first[key] and again.get(key)}
        assert {r["relation"] for r in whole["relations"]} <= {r.value for r in ConceptRelation}


@pytest.mark.corpus
def test_readings_are_of_what_curators_list(shared: Path) -> None:
    lines = map(json.loads, (shared / "gold/links.train.jsonl").read_text(encoding="utf-8").splitlines())
    entities = {fold(line["title"]): line["entities"] for line in lines}
    for line in twice_read():
        known = {e["name"] for e in entities[fold(line["title"])]}
        assert {r[end] for r in line["relations"] for end in ("head", "tail")} <= known


def test_relations_are_read_between_the_curated_concepts(mine: Path) -> None:
    papers = own(mine)[:2]
    found = of_curated(papers, [Reader(Catalog.load())], np.zeros(2, int), [1])
    assert set(found) == {1}
    names = {e["name"] for e in papers[1].entities}
    assert found[1]
    for row in found[1]:
        assert row["title"] == papers[1].paper.title
        assert {row["head_name"], row["tail_name"]} <= names


def test_the_tables_have_a_column_for_each_part() -> None:
    figures = {kind: {"precision": 0.5, "recall": 0.25, "f1": 1 / 3} for kind in ("labelled", "unlabelled", "undirected")}
    part = {TEXT: figures, GIVEN: figures, "errors": {"missed: stated otherwise": 4}}
    lines = relation_tables({"relations": {"here (2 papers)": part, "there (3 papers)": part}})
    assert "| from the text, labelled | 0.500 / 0.250 / 0.333 | 0.500 / 0.250 / 0.333 |" in lines
    assert f"| missed: stated otherwise ({CLASSES['missed: stated otherwise']}) | 4 | 4 |" in lines
    assert len(lines) == 2 + 6 + 1 + 2 + len(CLASSES)
