"""A graph written from its own records says the same, and records that do not fit are refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from exports import export
from exports.relations_jsonl import read_in_papers
from kg.equality import differences, facts
from kg.errors import DataError, GraphError
from kg.graph import Graph
from kg.load.records import write_records
from kg.model import ConceptLink, ConceptRelation, Paper


def records(graph: Graph) -> dict[str, Any]:
    return {
        "papers": list(graph.papers()), "concepts": list(graph.concepts()), "links": list(graph.links()),
        "relations": list(graph.concept_links()), "other_ids": graph.other_ids(), "loaded": {"from": "memory"},
        "made": graph.manifest,
    }  # fmt: skip


@pytest.fixture(params=["tiny_graph", "awkward_graph"])
def graph(request: pytest.FixtureRequest) -> Graph:
    found: Graph = request.getfixturevalue(request.param)
    return found


def test_records_in_any_order_give_an_equal_graph(graph: Graph, tmp_path: Path) -> None:
    own = records(graph)
    turned = {name: value[::-1] if isinstance(value, list) else value for name, value in own.items()}
    again = write_records(tmp_path / "again", **turned)
    assert differences(graph, again) == []
    assert again.manifest["loaded"] == {"from": "memory", "paperkg_version": graph.manifest["paperkg_version"]}
    assert {name: again.manifest[name] for name in ("reader", "settings")} == {
        name: graph.manifest[name] for name in ("reader", "settings")
    }
    Graph.open(again.path, verify=True)
    ours, theirs = graph.counts(), again.counts()
    same = ("papers", "links", "concepts", "names", "other_ids", "known_concepts", "new_concepts", "concept_links.text", "concept_links")
    assert {name: theirs[name] for name in same} == {name: ours[name] for name in same}


@pytest.mark.parametrize("name", ["ntriples", "cypher", "jsonl", "relations-jsonl", "graphml", "neo4j-csv"])
def test_exports_of_both_are_the_same_bytes(name: str, graph: Graph, tmp_path: Path) -> None:
    again = write_records(tmp_path / "again", **records(graph))
    for made, out in ((graph, tmp_path / "a"), (again, tmp_path / "b")):
        export(made, name, out)

    def content(path: Path) -> Iterator[bytes]:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            yield file.read_bytes()

    assert list(content(tmp_path / "a")) == list(content(tmp_path / "b"))
    assert [r for _, r in read_in_papers(graph)] == [r for _, r in read_in_papers(again)]


def test_a_loaded_graph_takes_no_papers(tiny_graph: Graph, tmp_path: Path) -> None:
    again = write_records(tmp_path / "again", **records(tiny_graph))
    before = again.fingerprint
    for change in (lambda: again.append([Paper("x", "A title")]), lambda: again.remove(["title:emoji-probe"])):
        with pytest.raises(GraphError, match=r"loaded from memory.*cannot be added or taken out.*kg build"):
            change()
    assert Graph.open(again.path, verify=True).fingerprint == before


def test_a_difference_names_the_thing_and_both_values(tiny_graph: Graph, tmp_path: Path) -> None:
    own = records(tiny_graph)
    own["links"][0] = replace(own["links"][0], confidence=own["links"][0].confidence + 1e-12)
    own["papers"][1] = replace(own["papers"][1], authors=("Somebody Else",))
    gone = own["relations"].pop()
    other = write_records(tmp_path / "other", **own)
    lines = differences(tiny_graph, other)
    assert len(lines) == 3
    assert lines[0].startswith(f"paper {own['papers'][1].id}: authors (") and "('Somebody Else',) in the second" in lines[0]
    link = own["links"][0]
    assert lines[1].startswith(f"link {link.paper} → {link.concept}: confidence ")
    assert lines[2].startswith(f"relation {gone.head} {gone.relation.value} {gone.tail}") and lines[2].endswith("only in the first")
    assert len(differences(tiny_graph, other, limit=1)) == 1
    assert differences(other, tiny_graph)[2].endswith("only in the second")


def test_facts_are_sorted_and_each_stands_once(graph: Graph) -> None:
    kinds = ("paper", "concept", "link", "relation", "other id")
    keys = [(kinds.index(f.kind), f.key) for f in facts(graph)]
    assert keys == sorted(set(keys))
    counts = graph.counts()
    assert len(keys) == sum(counts[n] for n in ("papers", "concepts", "links", "concept_links", "other_ids"))


def _without(name: str, number: int) -> Callable[[dict[str, Any]], None]:
    def change(own: dict[str, Any]) -> None:
        del own[name][number]

    return change


def _twice(name: str) -> Callable[[dict[str, Any]], None]:
    def change(own: dict[str, Any]) -> None:
        own[name].append(own[name][0])

    return change


def _other(name: str, **values: Any) -> Callable[[dict[str, Any]], None]:
    def change(own: dict[str, Any]) -> None:
        own[name][0] = replace(own[name][0], **values)

    return change


def _loop(own: dict[str, Any]) -> None:
    first = next(r for r in own["relations"] if r.paper)
    own["relations"].append(replace(first, tail=first.head))


def _unlinked(own: dict[str, Any]) -> None:
    own["relations"].append(ConceptLink("bleu", ConceptRelation.USED_FOR, "dropout", 0.5, "title:emoji-probe", "title", 0, 3))


def _misplaced(own: dict[str, Any]) -> None:
    link = own["links"][0]
    evidence = link.evidence[0]
    own["links"][0] = replace(link, evidence=(replace(evidence, mention=replace(evidence.mention, text="other words")),))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_without("papers", 0), "paper '.*', which is not among the papers"),
        (_without("papers", -1), "paper '.*', which is not among the papers"),
        (_without("concepts", 1), "which is not among the concepts"),
        (_twice("papers"), "the paper .* comes twice"),
        (_twice("concepts"), "the concept .* comes twice"),
        (_twice("links"), "two links of .* with "),
        (_twice("relations"), "the relation .* comes twice"),
        (_other("links", evidence=()), "has no evidence"),
        (_other("links", confidence=1.5), "has the confidence 1.5"),
        (_other("relations", confidence=-0.1), "has the confidence -0.1"),
        (_other("papers", title="half \ud83d"), "half a character"),
        (_loop, "leads back to where it begins"),
        (_unlinked, "the paper has no link with "),
        (_misplaced, "not 'other words'"),
        (lambda own: own.update(other_ids={"x": "nobody"}), "other id 'x' stands for 'nobody', which no concept is"),
        (lambda own: own.update(other_ids={"bert": "llama"}), "other id 'bert' is the id of a concept"),
    ],
)
def test_records_that_do_not_fit_are_refused_and_nothing_is_left(
    spoil: Callable[[dict[str, Any]], None], message: str, tiny_graph: Graph, tmp_path: Path
) -> None:
    own = records(tiny_graph)
    spoil(own)
    with pytest.raises(DataError, match=message):
        write_records(tmp_path / "graph", **own)
    assert list(tmp_path.iterdir()) == []


def test_the_manifest_is_plain_json(tiny_graph: Graph, tmp_path: Path) -> None:
    own = records(tiny_graph) | {"loaded": {"from": "graph.nt", "sha256": "0" * 64}}
    write_records(tmp_path / "graph", **own)
    manifest = json.loads((tmp_path / "graph" / "manifest.json").read_text("utf-8"))
    assert manifest["loaded"]["sha256"] == "0" * 64
    assert manifest["inputs"] == tiny_graph.manifest["inputs"]
