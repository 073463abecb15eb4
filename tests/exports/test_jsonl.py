"""Links and relations as JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exports import export, links_jsonl, relations_jsonl
from kg.errors import UsageError
from kg.graph import Graph

LINK_KEYS = ["paper", "title", "concept", "name", "aliases", "type", "relation", "confidence", "mentions"]
RELATION_KEYS = ["paper", "title", "head", "head_name", "relation", "tail", "tail_name", "evidence", "confidence"]


def lines(path: Path) -> list[dict[str, Any]]:
    # splitlines is the strictest reader: it also breaks at U+2028 and U+0085
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_one_line_a_link_with_the_keys_of_the_format(awkward_graph: Graph, tmp_path: Path) -> None:
    written = links_jsonl.write(awkward_graph, tmp_path / "links.jsonl")
    found = lines(tmp_path / "links.jsonl")
    assert written.counts == {"links": 9, "mentions": 11} and written.paths == (tmp_path / "links.jsonl",)
    assert len(found) == awkward_graph.counts()["links"] == 9
    assert all(list(line) == LINK_KEYS for line in found)
    assert all(list(m) == ["field", "start", "end", "text", "sentence"] for line in found for m in line["mentions"])
    assert [(line["paper"], line["concept"]) for line in found] == sorted((line["paper"], line["concept"]) for line in found)


def test_what_a_link_says(awkward_graph: Graph) -> None:
    by_concept = {r["concept"]: r for r in links_jsonl.records(awkward_graph) if r["paper"] == "arxiv:2401.00001"}
    odd = by_concept["odd id/é 😀?"]
    assert (odd["name"], odd["aliases"], odd["type"]) == ('The "Odd" set \\ n', ["odd set", "OS"], "Dataset")
    assert (odd["relation"], odd["confidence"]) == ("evaluatesOn", 1.0)
    assert odd["mentions"] == [{"field": "abstract", "start": 68, "end": 75, "text": "odd set", "sentence": "We test on the odd set."}]
    assert [m["field"] for m in by_concept["c++"]["mentions"]] == ["title", "abstract"]


def test_mentions_stand_where_the_lines_say(awkward_graph: Graph) -> None:
    papers = {p.id: p for p in awkward_graph.papers()}
    for record in links_jsonl.records(awkward_graph):
        assert record["title"] == papers[record["paper"]].title
        for m in record["mentions"]:
            text = papers[record["paper"]].text(m["field"])
            assert text[m["start"] : m["end"]] == m["text"] and m["text"] in m["sentence"] and m["sentence"] in text


def test_papers_without_links_are_passed_over_but_not_lost(awkward_graph: Graph) -> None:
    found = [(paper.id, len(links)) for paper, links in links_jsonl.linked_papers(awkward_graph)]
    assert found == [("acl:2020.acl-main.1", 0), ("arxiv:2401.00001", 4), ("doi:10.1/x(y)<z>", 2), ("title:same words", 3)]


def test_relations_have_the_keys_of_the_format_and_one_line_each(awkward_graph: Graph, tmp_path: Path) -> None:
    written = relations_jsonl.write(awkward_graph, tmp_path / "relations.jsonl")
    found = lines(tmp_path / "relations.jsonl")
    assert all(list(line) == RELATION_KEYS for line in found)
    assert written.counts == {"relations": 4}
    assert [(r["paper"], r["head"], r["relation"], r["tail"]) for r in found] == [
        ("arxiv:2401.00001", "c++", "evaluatedOn", "odd id/é 😀?"),
        ("arxiv:2401.00001", "c++", "usedFor", "image-classification"),
        ("doi:10.1/x(y)<z>", "foonet", "usedFor", "image-classification"),
        ("title:same words", "foonet", "kindOf", "c++"),
    ]


def test_of_two_places_the_surest_is_the_evidence(awkward_graph: Graph) -> None:
    [record] = [r for r in relations_jsonl.records(awkward_graph) if r["paper"].startswith("doi:")]
    assert (record["confidence"], record["evidence"]) == (0.9, "FooNet for image classification.")


def test_aliases_of_both_ends_on_request(awkward_graph: Graph) -> None:
    record = next(relations_jsonl.records(awkward_graph, aliases=True))
    assert (record["head_aliases"], record["tail_aliases"]) == ([], ["odd set", "OS"])


def test_relations_read_in_papers_are_those_of_the_graph(awkward_graph: Graph) -> None:
    read = [link for _, links in relations_jsonl.read_in_papers(awkward_graph) for link in links]
    ours = [link for link in awkward_graph.concept_links() if link.paper]
    assert sorted(read, key=repr) == sorted(ours, key=repr) and len(read) == 5


@pytest.mark.parametrize("name", ["jsonl", "relations-jsonl"])
def test_the_order_of_papers_does_not_change_a_byte(
    name: str, awkward_graph: Graph, awkward_again: Callable[[], Graph], tmp_path: Path
) -> None:
    export(awkward_graph, name, tmp_path / "one")
    export(awkward_again(), name, tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes() != b""


@pytest.mark.parametrize("module", [links_jsonl, relations_jsonl])
def test_an_existing_file_is_kept_unless_asked(module: Any, awkward_graph: Graph, tmp_path: Path) -> None:
    target = tmp_path / "there"
    target.write_text("mine")
    with pytest.raises(UsageError, match="exists already"):
        module.write(awkward_graph, target)
    assert target.read_text() == "mine"
    module.write(awkward_graph, target, overwrite=True)
    assert target.read_text() != "mine"
