"""The page of `engine="pyvis"` as a file: what it holds, that nothing is loaded, that texts stay texts (see also tests/browser)."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exports import writer
from exports.pyvis_page.write import write
from kg.catalog import Catalog
from kg.errors import UsageError
from kg.graph import Graph, write_graph
from kg.model import Concept, ConceptType, Evidence, Finding, Mention, Paper, Reading, Relation


def _data(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="graph-data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


@pytest.fixture(scope="module")
def page(tiny_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "tiny.html"
    write(tiny_graph, path)
    return path.read_text(encoding="utf-8")


def test_is_an_engine_of_the_format(tiny_graph: Graph, tmp_path: Path, page: str) -> None:
    writer("html")(tiny_graph, tmp_path / "same.html", engine="pyvis")
    assert (tmp_path / "same.html").read_text("utf-8") == page


def test_every_named_concept_is_there_with_its_papers(page: str, tiny_graph: Graph) -> None:
    data = _data(page)
    counts = tiny_graph.paper_counts()
    assert {c["id"]: c["papers"] for c in data["concepts"]} == {i: n for i, n in counts.items() if n}
    assert len(data["links"]) == tiny_graph.counts()["links"]
    assert len(data["nodes"]) == len(data["concepts"])


def test_the_sentences_of_links_hold_their_mentions(page: str, tiny_graph: Graph) -> None:
    data = _data(page)
    wanted = {(k.concept, k.paper): {e.mention.text for e in k.evidence} for k in tiny_graph.links()}
    for concept, paper, _, _, _, quotes, total in data["links"]:
        assert total >= len(quotes) > 0
        key = data["concepts"][concept]["id"], data["papers"][paper]["id"]
        for sentence, *marks in quotes:
            units = data["sentences"][sentence].encode("utf-16-le")
            assert marks
            for start, end in marks:
                assert units[2 * start : 2 * end].decode("utf-16-le") in wanted[key]


def test_relations_have_their_places_and_kinds_are_told_apart(page: str, tiny_graph: Graph) -> None:
    data = _data(page)
    name = [c["id"] for c in data["concepts"]]
    text = {
        (name[e["from"]], r["name"], name[e["to"]], data["papers"][p[0]]["id"])
        for e in data["edges"]
        if e["kind"] == "text"
        for r in e["relations"]
        for p in r["evidence"]
    }
    assert text == {(k.head, k.relation.value, k.tail, k.paper) for k in tiny_graph.concept_links() if k.paper}
    catalog = {(name[e["from"]], name[e["to"]]) for e in data["edges"] if e["kind"] == "catalog"}
    assert catalog == {(k.head, k.tail) for k in tiny_graph.concept_links() if not k.paper and {k.head, k.tail} <= set(name)}
    assert any(e["kind"] == "together" for e in data["edges"])


def test_nothing_is_loaded(page: str) -> None:
    # the library names hosts in its comments only; a policy keeps the browser from loading anything
    ours = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    ours = ours.replace(json.dumps(_data(page), ensure_ascii=False, separators=(",", ":")), "")
    assert not re.search(r"<(?:link|img|iframe|script)\b[^>]*\b(?:src|href)=", ours)
    assert "@import" not in page
    assert "url(" not in re.findall(r"<style>.*?</style>", page, re.DOTALL)[0]
    assert "sourceMappingURL" not in page
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[0]
    assert policy.startswith("default-src 'none';")
    for script in re.findall(r"<script>(.*?)</script>", page, re.DOTALL):
        assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in policy


def test_same_graph_same_bytes(tiny_graph: Graph, tmp_path: Path, write_tiny: Callable[..., Graph]) -> None:
    again = write_tiny(tmp_path / "another name")
    write(tiny_graph, tmp_path / "a.html")
    write(again, tmp_path / "b.html")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
    write(tiny_graph, tmp_path / "c.html", seed=2)
    assert (tmp_path / "c.html").read_bytes() != (tmp_path / "a.html").read_bytes()


def test_what_is_left_out_is_said(tiny_graph: Graph, tmp_path: Path) -> None:
    written = write(tiny_graph, tmp_path / "t.html", top=5)
    assert written.counts["concepts"] == 5
    named = sum(n > 0 for n in tiny_graph.paper_counts().values())
    note = next(n for n in written.notes if n.startswith(f"5 of {named} concepts are shown"))
    page = (tmp_path / "t.html").read_text(encoding="utf-8")
    assert "Not everything is shown" in page
    assert note.split(":")[0] in page
    # the five that most papers name
    counts = sorted(tiny_graph.paper_counts().values(), reverse=True)
    assert [c["papers"] for c in _data(page)["concepts"]] == counts[:5]


def test_fewer_papers_than_asked_and_ancestors(tiny_graph: Graph, tmp_path: Path) -> None:
    write(tiny_graph, tmp_path / "two.html", min_papers=2)
    assert min(c["papers"] for c in _data((tmp_path / "two.html").read_text(encoding="utf-8"))["concepts"]) == 2
    all_of_them = write(tiny_graph, tmp_path / "all.html", min_papers=0)
    assert all_of_them.counts["concepts"] == tiny_graph.counts()["concepts"]


def test_papers_as_nodes(tiny_graph: Graph, tmp_path: Path) -> None:
    written = write(tiny_graph, tmp_path / "p.html", papers=True)
    data = _data((tmp_path / "p.html").read_text(encoding="utf-8"))
    linked = {k.paper for k in tiny_graph.links()}
    assert written.counts["papers"] == len(linked) == sum(str(n["id"]).startswith("p") for n in data["nodes"])
    assert sum(e["kind"] == "link" for e in data["edges"]) == tiny_graph.counts()["links"]
    assert data["types"][-1]["name"] == "Paper"


def test_texts_cannot_end_the_script_or_become_markup(page: str, tmp_path: Path) -> None:
    bad = "</script><script>alert(1)</script><!-- <img src=x onerror=alert(2)> & \u2028"
    paper = Paper("title:bad", f"On BERT {bad}", f"BERT is {bad}", urls=("javascript:alert(3)",))
    evidence = Evidence(Mention("title", 3, 7, "BERT"), 0, len(paper.title))
    finding = Finding("BERT", (bad,), (), ConceptType.ARCHITECTURE, (0.2,) * 5, Relation.USES, 0.5, (evidence,), "bert")
    catalog = Catalog([Concept("bert", ConceptType.ARCHITECTURE, "BERT", source="test")])
    graph = write_graph(tmp_path / "g", [(paper, Reading(paper.id, (finding,), ()))], catalog)
    write(graph, tmp_path / "bad.html", title=bad)
    harmful = (tmp_path / "bad.html").read_text(encoding="utf-8")
    for markup in ("<script", "</script", "<img", "<!--"):
        assert harmful.count(markup) == page.count(markup)
    data = _data(harmful)
    assert data["papers"][0]["title"] == paper.title
    assert data["papers"][0]["url"] == ""


def test_a_graph_without_concepts_makes_a_page(tmp_path: Path) -> None:
    paper = Paper("title:none", "None")
    graph = write_graph(tmp_path / "g", [(paper, Reading(paper.id, (), ()))], Catalog([]))
    assert write(graph, tmp_path / "none.html").counts["concepts"] == 0


def test_refusals(tiny_graph: Graph, tmp_path: Path) -> None:
    write(tiny_graph, tmp_path / "x.html")
    with pytest.raises(UsageError, match="exists already"):
        write(tiny_graph, tmp_path / "x.html")
    write(tiny_graph, tmp_path / "x.html", overwrite=True)
    with pytest.raises(UsageError, match="top is 0"):
        write(tiny_graph, tmp_path / "y.html", top=0)
    with pytest.raises(UsageError, match="min_papers"):
        write(tiny_graph, tmp_path / "y.html", min_papers=-1)
    assert not (tmp_path / "y.html").exists()
