"""What the explorer asks a server for is what the page in a file has: the parts of the tiny graph, put together, are the whole page."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from exports.explorer import content
from kg.graph import Graph

Served = Any
Rows = dict[tuple[Any, ...], Any]


def ask(served: Served, name: str = "", **parameters: Any) -> dict[str, Any]:
    answer = served.ask("GET", f"/api/page{name}?{urlencode(parameters)}")
    assert answer.status == 200, answer.text
    found: dict[str, Any] = json.loads(answer.body)
    for table in ("concepts", "papers", "links", "edges"):
        assert len({len(column) for column in found[table].values()}) == 1
    return found


def concepts(page: dict[str, Any], *columns: str) -> Rows:
    c = page["concepts"]
    return {(id_,): [c[name][n] for name in columns] for n, id_ in enumerate(c["id"])}


def links(page: dict[str, Any]) -> Rows:
    """Links by their ends, with sentences in place of numbers."""
    of = page["links"]
    found = {}
    for n, (concept, paper) in enumerate(zip(of["concept"], of["paper"], strict=True)):
        quotes = [[page["sentences"][q[0]], *q[1:]] for q in of["quotes"][n]]
        rest = [of[name][n] for name in ("relation", "confidence", "variant", "total", "others")]
        found[page["concepts"]["id"][concept], page["papers"]["id"][paper]] = [quotes, *rest]
    return found


def edges(page: dict[str, Any]) -> Rows:
    of = page["edges"]
    found = {}
    for n, kind in enumerate(of["kind"]):
        ends = [page["concepts"]["id"][of[name][n]] for name in ("head", "tail")]
        said = [
            [r, papers, places, sorted([page["papers"]["id"][p], c, page["sentences"][s], *marks] for p, c, s, *marks in evidence)]
            for r, papers, places, evidence in of["relations"][n]
        ]
        found[page["kinds"][kind]["name"], *ends] = [of["papers"][n], of["first"][n], said]
    return found


@pytest.fixture(scope="module")
def whole(tiny_graph: Graph) -> dict[str, Any]:
    # as JSON has it: without tuples
    found: dict[str, Any] = json.loads(json.dumps(content(tiny_graph, min_papers=0).data))
    return found


def test_the_page_begins_as_the_file_does_without_sentences(served: Served, whole: dict[str, Any]) -> None:
    page = ask(served)
    for name in ("title", "about", "types", "kinds", "communities", "years", "relations", "conceptRelations", "counts", "base"):
        assert page[name] == whole[name]
    assert {n: v for n, v in page["concepts"].items() if n != "more"} == {n: v for n, v in whole["concepts"].items() if n != "more"}
    assert page["concepts"]["more"] == page["concepts"]["papers"] and page["sentences"] == []
    assert {key: value[:2] for key, value in edges(page).items()} == {key: value[:2] for key, value in edges(whole).items()}


def test_concepts_and_papers_bring_the_links_of_the_file(served: Served, whole: dict[str, Any], tiny_graph: Graph) -> None:
    columns = ("label", "type", "papers", "known", "community", "x", "y", "r", "names", "identifiers", "first", "more")
    by_concept: Rows = {}
    for id_ in whole["concepts"]["id"]:
        part = ask(served, "/concept", id=id_)
        assert concepts(part, *columns)[id_,] == concepts(whole, *columns)[id_,]
        assert part["years"]["of"] == whole["years"]["of"]
        at = whole["concepts"]["id"].index(id_)
        assert part["years"]["concepts"][part["concepts"]["id"].index(id_)] == whole["years"]["concepts"][at]
        by_concept |= {key: value for key, value in links(part).items() if key[0] == id_}
    assert by_concept == links(whole)
    by_paper: Rows = {}
    for paper in tiny_graph.papers():
        part = ask(served, "/paper", id=paper.id)
        assert paper.id in part["papers"]["id"]
        by_paper |= links(part)
    assert by_paper == links(whole)


def test_edges_bring_the_sentences_of_the_file(served: Served, whole: dict[str, Any]) -> None:
    for (kind, head, tail), value in edges(whole).items():
        part = ask(served, "/edge", kind=kind, head=head, tail=tail)
        if kind == "together":
            there = links(part)
            both = {paper for concept, paper in there if concept == head} & {paper for concept, paper in there if concept == tail}
            assert len(both) == value[0] and edges(part)[kind, head, tail] == value
        else:
            assert edges(part)[kind, head, tail] == value
    part = ask(served, "/edge", kind="link", head="arxiv:2401.00001", tail="imagenet")
    assert [*links(part)] == [("imagenet", "arxiv:2401.00001")]


def test_neighbours_and_paths(served: Served, whole: dict[str, Any]) -> None:
    part = ask(served, "/neighbours", id="transformer")
    known = edges(whole)
    around = {key for key in known if "transformer" in key[1:]}
    assert around and around <= edges(part).keys()
    assert all(edges(part)[key][:2] == known[key][:2] for key in edges(part).keys() & known.keys())
    path = ask(served, "/path", head="prismnet", tail="bert")
    assert edges(path)["text", "prismnet", "transformer"] == known["text", "prismnet", "transformer"]
    assert ("catalog", "bert", "transformer") in edges(path)
    # nothing that is stated leads there
    shared = ask(served, "/path", head="prismnet", tail="accuracy", k=1)
    [(kind, *ends)] = edges(shared)
    assert (kind, sorted(ends)) == ("together", ["accuracy", "prismnet"])
    assert {paper for _, paper in links(shared)} == {"arxiv:2401.00001", "title:prism-attention-revisited"}


def test_what_is_not_there(served: Served) -> None:
    for name, parameters in (
        ("/concept", {"id": "nothing"}),
        ("/paper", {"id": "nothing"}),
        ("/edge", {"kind": "text", "head": "nothing", "tail": "bert"}),
        ("/edge", {"kind": "link", "head": "doi:10.1000/tiny.4", "tail": "imagenet"}),
        ("/neighbours", {"id": "nothing"}),
        ("/path", {"head": "bert", "tail": "nothing"}),
    ):
        assert served.ask("GET", f"/api/page{name}?{urlencode(parameters)}").status == 404
    for name, parameters in (("/edge", {"kind": "all", "head": "a", "tail": "b"}), ("/edge", {"head": "a", "tail": "b"})):
        assert served.ask("GET", f"/api/page{name}?{urlencode(parameters)}").status == 422
