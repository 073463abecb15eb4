"""What is proposed for the catalog, in which order, and what is said against it; on graphs written by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from kg.catalog import Catalog, format_row, parse_row
from kg.errors import UsageError
from kg.graph import Graph, write_graph
from kg.mine import catalog_of, evidence_of, mine
from kg.model import Concept, ConceptType, Evidence, Finding, Mention, Paper, Reading, Relation

TASK, DATASET, ARCHITECTURE, METHOD, METRIC = ConceptType
Pair = tuple[Paper, Reading]
Says = tuple[str, Relation, ConceptType]
Write = Callable[..., Graph]


def paper(number: int, year: int | None, *says: Says) -> Pair:
    """A paper with a sentence for each concept it names."""
    abstract = " ".join(f"This text {relation.value} {name}." for name, relation, _ in says)
    found = []
    for name, relation, kind in says:
        start = abstract.index(f" {name}.") + 1
        begin = abstract.rindex("This", 0, start)
        evidence = Evidence(Mention("abstract", start, start + len(name), name), begin, start + len(name) + 1)
        scores = tuple(0.8 if t is kind else 0.05 for t in ConceptType)
        found.append(Finding(name, (), (), kind, scores, relation, 0.9, (evidence,)))
    text = Paper(f"own:{number}", f"Paper {number}", abstract, year=year)
    return text, Reading(text.id, tuple(found), ())


def uses(name: str, kind: ConceptType = METHOD) -> Says:
    return name, Relation.USES, kind


def proposes(name: str, kind: ConceptType = METHOD) -> Says:
    return name, Relation.PROPOSES, kind


PAPERS: Sequence[Pair] = (
    paper(1, 2019, proposes("FleeceSort"), proposes("WoolBench", DATASET), uses("loom tuning")),
    paper(2, 2020, uses("FleeceSort"), uses("WoolBench", DATASET), uses("loom tuning")),
    paper(3, 2021, uses("FleeceSort"), uses("WoolBench", TASK), uses("loom tuning")),
    paper(4, 2022, uses("FleeceSort"), proposes("BobbinNet", ARCHITECTURE), proposes("dropout")),
    paper(5, 2018, uses("BobbinNet", ARCHITECTURE), uses("dropout")),
    paper(6, 2023, uses("BobbinNet", ARCHITECTURE), proposes("Spindle"), uses("dropout")),
    paper(7, None, uses("Spindle"), proposes("ShearRank")),
    paper(8, 2023, uses("Spindle"), proposes("ShearRank")),
    paper(9, 2024, uses("ShearRank")),
    paper(10, 2024, uses("ShearRank")),
)  # fmt: skip


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory, write_tiny: Write) -> Graph:
    return write_tiny(tmp_path_factory.mktemp("mine") / "graph", PAPERS)


def labels(*graphs: Graph, **options: int) -> list[str]:
    return [p.concept.label for p in mine(list(graphs), **options)]


def test_what_one_introduces_and_others_use_the_best_supported_first(graph: Graph) -> None:
    # three users; two that agree; two of whom one disagrees with the third on the type; one late; two that introduce it
    assert labels(graph) == ["FleeceSort", "Spindle", "WoolBench", "BobbinNet", "ShearRank"]
    assert "loom tuning" not in labels(graph, least=1), "nobody introduces it"
    assert "dropout" not in labels(graph, least=1), "the catalog has it"


def test_least_and_top(graph: Graph) -> None:
    assert labels(graph, least=3) == ["FleeceSort"]
    assert labels(graph, top=2) == ["FleeceSort", "Spindle"]
    for options in ({"least": 0}, {"top": 0}):
        with pytest.raises(UsageError, match="must be 1 or more"):
            mine(graph, **options)


def test_it_says_who_introduced_it_and_who_uses_it(graph: Graph) -> None:
    first = mine(graph)[0]
    assert first.by == [("own:1", "Paper 1", 2019)]
    assert (first.users, first.earlier, dict(first.types), first.doubts()) == (3, 0, {"Method": 4}, [])
    assert first.sentences[0] == ("own:1", "This text proposes FleeceSort.")
    assert ("own:2", "This text uses FleeceSort.") in first.sentences


def test_it_says_what_is_unsure(graph: Graph) -> None:
    doubts = {p.concept.label: "; ".join(p.doubts()) for p in mine(graph)}
    assert "1 of its users are older" in doubts["BobbinNet"]
    assert "2 papers introduce it" in doubts["ShearRank"]
    assert "everyday word" in doubts["Spindle"]
    assert doubts["WoolBench"] == "", "two of three agree"


def test_types_are_voted_on(tmp_path: Path, write_tiny: Write) -> None:
    some = [paper(1, 2019, proposes("ReelKit")), paper(2, 2020, uses("ReelKit", TASK)), paper(3, 2020, uses("ReelKit", DATASET))]
    (found,) = mine(write_tiny(tmp_path / "graph", some))
    assert found.types == {"Dataset": 1, "Method": 1, "Task": 1}
    assert "disagree on the type" in found.doubts()[0]


def test_the_proposals_are_a_catalog_that_fits(graph: Graph, tiny_catalog: Catalog) -> None:
    proposed = catalog_of(mine(graph))
    assert [parse_row(format_row(c)) for c in proposed.values()] == list(proposed.values())
    assert tiny_catalog.merge(proposed).problems() == tiny_catalog.problems()
    spindle = next(c for c in proposed.values() if c.label == "Spindle")
    assert spindle.source == "mined: introduced by own:6, used by 2"
    assert spindle.flags == {"exact-case", "needs-context"}
    assert spindle.id in {c.id for c in graph.concepts()}, "a new concept that is promoted keeps its id"


def test_evidence_has_one_row_a_proposal(graph: Graph) -> None:
    proposals = mine(graph)
    rows = evidence_of(proposals).records()
    assert [row["label"] for row in rows] == [p.concept.label for p in proposals]
    assert rows[0]["introduced_by"] == "own:1"
    assert "own:1: This text proposes FleeceSort." in rows[0]["sentences"]


def test_two_graphs_are_counted_together(graph: Graph, tmp_path: Path, write_tiny: Write) -> None:
    one = write_tiny(tmp_path / "one", [PAPERS[0]])
    rest = write_tiny(tmp_path / "rest", PAPERS[1:])
    assert [(p.concept, p.score) for p in mine([one, rest])] == [(p.concept, p.score) for p in mine(graph)]
    assert labels(graph, graph) == labels(graph), "a paper that stands in both counts once"


def test_a_name_that_the_catalog_has_is_left_out(tmp_path: Path, write_tiny: Write) -> None:
    some = [paper(1, 2019, proposes("Wool-Net")), paper(2, 2020, uses("WoolNet")), paper(3, 2021, uses("Wool-Net"))]
    graph = write_tiny(tmp_path / "graph", some)
    assert labels(graph) == ["Wool-Net"]
    known = Catalog([Concept("woolnet", ARCHITECTURE, "woolnet")])
    again = write_graph(tmp_path / "again", some, known)
    assert labels(again) == []
