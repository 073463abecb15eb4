"""The API without a server: the application itself is called, so that graphs and bounds can change under it."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette

from kg.analysis import rank
from kg.build import build
from kg.errors import DataError
from kg.graph import Graph
from kg.model import Paper
from kg.properties import Properties
from kg.resolve import hashed
from kg.serve import app
from kg.serve.api import paths
from kg.serve.index import open_index
from kg.text import fold, slug


async def call(made: Starlette, method: str, path: str, query: str = "", body: bytes = b"") -> tuple[int, dict[str, str], Any]:
    """Status, headers and JSON of an answer."""
    sent: list[Any] = []
    given = False

    async def receive() -> Any:
        nonlocal given
        if given:
            # whoever asks stays until the answer is there
            await asyncio.sleep(600)
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    await made(
        {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": headers, "root_path": ""}, receive, send
    )
    return sent[0]["status"], {n.decode(): v.decode() for n, v in sent[0]["headers"]}, json.loads(sent[1]["body"])


def get(made: Starlette, path: str, **parameters: Any) -> tuple[dict[str, str], Any]:
    status, headers, answer = asyncio.run(call(made, "GET", path, urlencode(parameters, doseq=True)))
    assert status == 200, (path, parameters, answer)
    return headers, answer


@pytest.fixture(autouse=True)
def _cache(servers_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERKG_CACHE", str(servers_cache))


@pytest.fixture
def emptied(tmp_path: Path) -> Graph:
    """A graph without papers: what is left when the only one is taken out."""
    graph = build(out=tmp_path / "graph", papers=[Paper("x", "BERT for parsing")]).graph
    assert graph is not None
    graph.remove(["x"])
    return graph


def one_paper(tmp_path: Path) -> Graph:
    text = "We propose BERT, a model for machine translation. It is evaluated on SQuAD. 😀 BERT is based on the Transformer."
    graph = build(out=tmp_path / "graph", papers=[Paper("a/b?c#d%20é", "BERT for translation", abstract=text)]).graph
    assert graph is not None
    return graph


@pytest.mark.parametrize("of", ["awkward", "one paper"])
def test_every_id_is_answered_whatever_it_is_made_of(of: str, awkward_graph: Graph, tmp_path: Path) -> None:
    graph = awkward_graph if of == "awkward" else one_paper(tmp_path)
    made = app(graph)
    concepts, papers = [c.id for c in graph.concepts()], [p.id for p in graph.papers()]
    assert len(concepts) > 4 and any(set(id_) & set("/?#%") for id_ in papers)
    for id_ in concepts:
        assert get(made, "/api/concept", id=id_)[1]["id"] == id_
        assert get(made, "/api/concept/papers", id=id_)[1]["concept"]["id"] == id_
        for path in ("/api/concept/relations", "/api/neighbours", "/api/page/neighbours"):
            get(made, path, id=id_)
        assert id_ in get(made, "/api/page/concept", id=id_)[1]["concepts"]["id"]
        for other in set(concepts[:3]) - {id_}:
            assert get(made, "/api/edge", head=id_, tail=other)[1]["tail"]["id"] == other
            for path in get(made, "/api/path", head=id_, tail=other, kind=["text", "catalog", "together"])[1]["paths"]:
                assert (path[0]["head"]["id"], path[-1]["tail"]["id"]) == (id_, other)
    for id_ in papers:
        assert get(made, "/api/paper", id=id_)[1]["id"] == id_
        assert id_ in get(made, "/api/page/paper", id=id_)[1]["papers"]["id"]


def test_a_graph_without_papers(emptied: Graph) -> None:
    made = app(emptied)
    assert get(made, "/api/search", q="a")[1]["items"] == []
    assert get(made, "/api/page")[1]["concepts"]["id"] == []
    assert get(made, "/api/about")[1]["counts"]["papers"] == 0
    assert asyncio.run(call(made, "GET", "/api/concept", "id=bert"))[0] == 404


def test_a_search_for_paths_that_is_given_up_says_so_and_is_not_kept(tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    made = app(tiny_graph)
    ends = {"head": "prismnet", "tail": "bert"}
    with monkeypatch.context() as patch:
        patch.setattr(paths, "STEPS", 0)
        headers, answer = get(made, "/api/path", **ends)
        assert answer["complete"] is False and "given up" in answer["note"] and answer["paths"] == []
        assert "etag" not in headers and headers["cache-control"] == "no-store"
        headers, part = get(made, "/api/page/path", **ends)
        assert "given up" in part["notes"][0] and "etag" not in headers
    headers, answer = get(made, "/api/path", **ends)
    assert answer["complete"] and answer["paths"] and "etag" in headers
    assert get(made, "/api/page/path", **ends)[1]["notes"] == []


def test_a_graph_that_was_replaced_goes_on_but_for_stores_that_are_not_made(
    tiny_graph: Graph, awkward_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERKG_CACHE", str(tmp_path / "cache"))
    shutil.copytree(tiny_graph.path, tmp_path / "graph")
    made = app(Graph.open(tmp_path / "graph"))

    async def run() -> None:
        async with made.router.lifespan_context(made):
            shutil.rmtree(tmp_path / "graph")
            shutil.copytree(awkward_graph.path, tmp_path / "graph")
            # whoever uses the new graph clears the former one's stores away
            open_index(Graph.open(tmp_path / "graph"))
            status, _, answer = await call(made, "GET", "/api/concept", "id=bert")
            assert (status, answer["label"]) == (200, "BERT")
            status, _, answer = await call(made, "POST", "/api/sparql", "", b'{"query": "SELECT (COUNT(*) AS ?n) { ?p a kg:Paper }"}')
            assert (status, answer["rows"]) == (200, [[tiny_graph.counts()["papers"]]])
            status, _, answer = await call(made, "POST", "/api/cypher", "", b'{"query": "RETURN 1 AS n"}')
            assert status == 503 and "was replaced since the server started; start it again" in answer["detail"]

    asyncio.run(run())


def test_the_explorer_is_told_what_analyses_found(tmp_path: Path) -> None:
    graph = one_paper(tmp_path)
    ranks = rank(graph, by=("pagerank", "hub"))
    plain, ranked = app(graph), app(graph, properties=ranks)
    headers, page = get(ranked, "/api/page")
    assert [c["name"] for c in page["properties"]["concepts"]] == ["pagerank", "hub"]
    values = dict(zip(page["concepts"]["id"], page["concepts"]["values"], strict=True))
    assert values == {i: [v["pagerank"], v["hub"]] for i, v in ranks.properties.concepts.items()}
    for path, asked in (("/api/page/concept", {"id": "bert"}), ("/api/page/paper", {"id": "a/b?c#d%20é"})):
        _, part = get(ranked, path, **asked)
        assert all(values[i] == row for i, row in zip(part["concepts"]["id"], part["concepts"]["values"], strict=True))
        assert part["papers"]["values"] == [[ranks.properties.papers[i]["hub"]] for i in part["papers"]["id"]]
    # other answers are known by other tags, and a server without properties says nothing of them
    other, page = get(plain, "/api/page")
    assert other["etag"] != headers["etag"] and "properties" not in page and "values" not in page["concepts"]
    assert "values" not in get(plain, "/api/page/concept", id="bert")[1]["concepts"]
    with pytest.raises(DataError, match="made of a graph with other content"):
        app(build_other(tmp_path), properties=ranks)


def test_a_property_that_cannot_be_shown_is_told_before_an_index_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = one_paper(tmp_path)
    cache = tmp_path / "empty"
    monkeypatch.setenv("PAPERKG_CACHE", str(cache))
    with pytest.raises(DataError, match="'papers' of concepts is called as something"):
        app(graph, properties=Properties({"bert": {"papers": 1}}))
    assert not cache.exists()


def build_other(tmp_path: Path) -> Graph:
    graph = build(out=tmp_path / "other", papers=[Paper("z", "GLUE")]).graph
    assert graph is not None
    return graph


def test_former_ids_with_a_hash_resolve_as_those_of_the_graph_do(tmp_path: Path) -> None:
    graph = one_paper(tmp_path)
    made = app(graph)
    key = hashed("bert")
    for former in (f"bert-{key[:6]}", f"bert-{key}", f"concept-{key[:8]}"):
        assert graph.concept(former).id == "bert"
        assert get(made, "/api/concept", id=former)[1]["id"] == "bert"
        assert "bert" in get(made, "/api/page/concept", id=former)[1]["concepts"]["id"]
    for wrong in ("bert-000000", f"bart-{key[:6]}", f"bert-{key[:5]}", f"bert-{key}00"):
        assert asyncio.run(call(made, "GET", "/api/concept", urlencode({"id": wrong})))[0] == 404


def test_every_name_resolves_by_its_hash_as_in_the_graph(tiny_graph: Graph) -> None:
    index = open_index(tiny_graph)
    tried = 0
    for concept in tiny_graph.concepts():
        for name in concept.names:
            for base in {slug(name), concept.id, "concept", "other"} - {""}:
                former = f"{base}-{hashed(fold(name))[:6]}"
                here = index.concept(former)
                assert (index.concept_ids[here] if here is not None else "") == tiny_graph.present_id(former)
                tried += here is not None
    assert tried > 40
