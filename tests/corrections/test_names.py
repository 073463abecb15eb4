"""Names that are hard to tell apart: without letters, or in no place as they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg.catalog import Catalog
from kg.corrections.record import parse
from kg.graph import Graph, write_graph
from kg.model import ConceptType, Evidence, Finding, Mention, Paper, Reading, Relation

Lines = Callable[..., Graph]
TEXT = "We use 🔥 and 🎉 with convolutional and recurrent networks."


def _finding(label: str, *places: str, aliases: tuple[str, ...] = ()) -> Finding:
    found = [(TEXT.index(p), p) for p in places]
    evidence = tuple(Evidence(Mention("abstract", at, at + len(p), p), 0, len(TEXT)) for at, p in found)
    scores = tuple(float(t is ConceptType.METHOD) for t in ConceptType)
    return Finding(label, aliases, (), ConceptType.METHOD, scores, Relation.USES, 0.5, evidence)


@pytest.fixture
def correct(tmp_path: Path) -> Lines:
    """A paper, written with corrections."""

    def run(*lines: dict[str, str], findings: tuple[Finding, ...] = ()) -> Graph:
        found = findings or (
            _finding("🔥", "🔥"),
            _finding("🎉", "🎉"),
            _finding("convolutional network", "convolutional"),
            _finding("recurrent network", "recurrent networks"),
        )
        corrections = [parse(line, "c.jsonl", number) for number, line in enumerate(lines, 1)]
        read = [(Paper("p", "T", TEXT), Reading("p", found, ()))]
        return write_graph(tmp_path / "g", read, Catalog([]), corrections=corrections, overwrite=True)

    return run


def _links(graph: Graph) -> dict[str, list[str]]:
    return {graph.concept(k.concept).label: [e.mention.text for e in k.evidence] for k in graph.links()}


def test_emoji_are_names_of_their_own(correct: Lines) -> None:
    all_ = _links(correct())
    assert set(all_) == {"🔥", "🎉", "convolutional network", "recurrent network"}
    assert _links(correct({"correction": "remove", "paper": "p", "concept": "🎉"})) == {k: v for k, v in all_.items() if k != "🎉"}
    graph = correct({"correction": "remove", "paper": "p", "concept": "!!"})
    assert _links(graph) == all_
    assert [o.reason for o in graph.corrections()] == ["no concept '!!' in the graph or the catalog"]
    made = _links(correct({"correction": "relink", "paper": "p", "concept": "recurrent network", "to": "🔥"}))
    assert sorted(made["🔥"]) == ["recurrent networks", "🔥"]
    graph = correct({"correction": "add", "paper": "p", "concept": "🌵", "type": "Task", "quote": "use", "relation": "addresses"})
    assert _links(graph) == {**all_, "🌵": ["use"]}
    graph = correct({"correction": "merge", "concept": "🎉", "to": "🔥"})
    assert sorted(_links(graph)["🔥"]) == ["🎉", "🔥"]
    (concept,) = (c for c in graph.concepts() if c.label == "🔥")
    assert concept.aliases == ("🎉",)


def test_a_name_that_no_place_has_as_it_is(correct: Lines) -> None:
    """Of "convolutional and recurrent networks", the first is no "convolutional"."""
    both = (_finding("convolutional network", "convolutional", aliases=("conv net",)), _finding("conv net", "recurrent networks"))
    assert _links(correct(findings=both)) == {"convolutional network": ["convolutional", "recurrent networks"]}
    line = {"correction": "separate", "concept": "conv net", "name": "convolutional network"}
    made = _links(correct(line, findings=both))
    assert made == {"convolutional network": ["convolutional"], "conv net": ["recurrent networks"]}


def test_what_is_left_of_a_name_is_called_as_it_is_written(correct: Lines) -> None:
    found = (
        _finding("recurrent network", "recurrent networks", "convolutional"),
        _finding("convolutional", "🔥", aliases=("recurrent network",)),
    )
    line = {"correction": "separate", "concept": "recurrent network", "name": "recurrent networks"}
    made = _links(correct(line, findings=found))
    assert made == {"recurrent networks": ["recurrent networks"], "convolutional": ["convolutional", "🔥"]}
