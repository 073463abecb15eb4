"""The API over the tiny graph, by its answers: every one of them is looked up in the graph itself."""

from __future__ import annotations

import gzip
import importlib.util
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from kg.graph import Graph
from kg.model import Relation
from kg.text import fold

Served = Any
ROOT = Path(__file__).resolve().parents[2]


def ask(served: Served, path: str, **parameters: Any) -> Any:
    answer = served.ask("GET", f"{path}?{urlencode(parameters, doseq=True)}")
    assert (answer.status, answer.type) == (200, "application/json"), answer.text
    assert answer.headers["Content-Security-Policy"] and answer.headers["X-Content-Type-Options"] == "nosniff"
    return json.loads(answer.body)


def problem(served: Served, target: str, status: int) -> dict[str, Any]:
    answer = served.ask("GET", target)
    assert (answer.status, answer.type, answer.headers["Cache-Control"]) == (status, "application/problem+json", "no-store"), answer.text
    found: dict[str, Any] = json.loads(answer.body)
    assert found["status"] == status and found["title"]
    return found


@pytest.mark.parametrize(
    ("typed", "first", "by", "fit"),
    [
        ("bert", "bert", "label", "whole"),
        ("BERTs", "bert", "label", "whole"),
        ("cifar 10", "cifar-10", "label", "whole"),
        ("ilsvrc", "imagenet", "alias", "whole"),
        ("LoRA", "low-rank-adaptation", "acronym", "whole"),
        ("rank ada", "low-rank-adaptation", "label", "within"),
        ("adaptation low", "low-rank-adaptation", "label", "words"),
        ("Low-Rank Adap", "low-rank-adaptation", "label", "begins"),
        ("naïve", None, "", ""),
        ("🔬prob", "probe", "label", "begins"),
        ("tiny.4", "doi:10.1000/tiny.4", "id", "within"),
        ("translation with <b>bold", "doi:10.1000/tiny.4", "title", "begins"),
        ("does an llm know what it means", "acl:2023.tiny-main.3", "title", "begins"),
        ("wikidata:Q79798", "machine-translation", "id", "whole"),
        ("10.1000/tiny.3", "acl:2023.tiny-main.3", "id", "whole"),
        ("transfomer", "transformer", "label", "near"),
        ("imagenett", "imagenet", "label", "near"),
        ("***", None, "", ""),
    ],
)
def test_search_completes(served: Served, typed: str, first: str | None, by: str, fit: str) -> None:
    found = ask(served, "/api/search", q=typed)
    if first is None:
        assert (found["total"], found["items"]) == (0, [])
    else:
        assert [found["items"][0][name] for name in ("id", "by", "fit")] == [first, by, fit]
        assert (
            fit in ("words", "near")
            or fold(typed) in fold(found["items"][0]["name"])
            or typed[1:].casefold() in found["items"][0]["name"].casefold()
        )


def test_search_ranks_filters_and_pages(served: Served, tiny_graph: Graph) -> None:
    counts = tiny_graph.paper_counts()
    found = ask(served, "/api/search", q="a", limit=200)
    assert found["total"] == len(found["items"]) == len({(item["kind"], item["id"]) for item in found["items"]})
    for typed, fit in (("l", "begins"), ("a", "within")):
        items = ask(served, "/api/search", q=typed, limit=200)["items"]
        papers = [counts[i["id"]] for i in items if i["kind"] == "concept" and i["fit"] == fit]
        assert all(fold(i["name"]).startswith(typed) for i in items if i["fit"] == "begins" and i["by"] != "id")
        assert len(papers) > 1 and papers == sorted(papers, reverse=True)
    pages = [item for offset in range(0, found["total"], 3) for item in ask(served, "/api/search", q="a", limit=3, offset=offset)["items"]]
    assert pages == found["items"]
    only = ask(served, "/api/search", q="a", type=["Task", "Paper"], limit=200)
    assert {item["type"] for item in only["items"]} == {"Task", "Paper"}
    assert only["items"] == [item for item in found["items"] if item["type"] in ("Task", "Paper")]


def test_a_concept(served: Served, tiny_graph: Graph) -> None:
    for concept in tiny_graph.concepts():
        found = ask(served, "/api/concept", id=concept.id)
        assert [found[n] for n in ("id", "type", "label", "known")] == [concept.id, concept.type.value, concept.label, concept.known]
        assert [tuple(found[n]) for n in ("aliases", "acronyms", "identifiers")] == [concept.aliases, concept.acronyms, concept.identifiers]
        links = [link for link in tiny_graph.links() if link.concept == concept.id]
        assert found["papers"] == len(links) == sum(found["links"].values())
        proposing = {link.paper for link in links if link.relation is Relation.PROPOSES}
        assert {paper["id"] for paper in found["proposed_by"]} == proposing
        years = sorted(y for link in links if (y := tiny_graph.paper(link.paper).year) is not None)
        assert [year["year"] for year in found["years"] for _ in range(year["papers"])] == years
        assert (found["first"], found["last"]) == ((years[0], years[-1]) if years else (None, None))
        assert {ref["id"] for ref in found["broader"]} == set(concept.broader) & set(tiny_graph.paper_counts())
    assert {ref["id"] for ref in ask(served, "/api/concept", id="transformer")["narrower"]} == {"bert", "llama"}


def test_ids_of_a_smaller_graph_lead_to_the_concept(served: Served, tiny_graph: Graph) -> None:
    others = tiny_graph.other_ids()
    assert others
    for other, owner in others.items():
        assert ask(served, "/api/concept", id=other)["id"] == owner


@pytest.mark.parametrize("units", ["codepoint", "utf16"])
def test_papers_of_a_concept_with_their_sentences(served: Served, tiny_graph: Graph, units: str) -> None:
    """Every sentence and mark of every link, as the graph has them."""

    def cut(text: str, start: int, end: int) -> str:
        return text[start:end] if units == "codepoint" else text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")

    links = list(tiny_graph.links())
    assert any(max(tiny_graph.paper(link.paper).title) > "\uffff" for link in links)
    for link in links:
        found = ask(served, "/api/concept/papers", id=link.concept, units=units, limit=200)
        item = next(item for item in found["items"] if item["paper"]["id"] == link.paper)
        assert [item[n] for n in ("relation", "confidence", "variant")] == [link.relation.value, link.confidence, link.variant]
        paper = tiny_graph.paper(link.paper)
        marked = []
        for one in item["quotes"]:
            assert one["sentence"] == cut(paper.text(one["field"]), one["start"], one["end"])
            marked += [cut(one["sentence"], *mark) for mark in one["marks"]]
        # a mention within another one is no mark of its own
        texts = sorted(e.mention.text for e in link.evidence)
        assert sorted(marked) == ([t for t in texts if t != "tune"] if "fine-tune" in texts else texts)
        first = link.evidence[0]
        assert item["quotes"][0]["sentence"] == paper.text(first.mention.field)[first.sentence_start : first.sentence_end]


def test_runners_up(served: Served) -> None:
    [item] = [i for i in ask(served, "/api/concept/papers", id="llama")["items"] if i["variant"]]
    assert item["runners_up"] == [{"id": "bert", "label": "BERT", "score": 0.12, "reason": "same type"}]


def test_papers_are_filtered_and_sorted(served: Served, tiny_graph: Graph) -> None:
    def ids(**parameters: Any) -> list[str]:
        return [item["paper"]["id"] for item in ask(served, "/api/concept/papers", id="transformer", **parameters)["items"]]

    assert set(ids()) == {"arxiv:2401.00001", "doi:10.1000/tiny.4"}
    assert ids(year=2022) == ["doi:10.1000/tiny.4"]
    assert ids(relation="proposes") == []
    assert ids(sort="year") == sorted(ids(), key=lambda id_: -(tiny_graph.paper(id_).year or 0))
    assert ids(limit=1, offset=1) == ids()[1:]


@pytest.mark.parametrize("units", ["codepoint", "utf16"])
def test_a_paper(served: Served, tiny_graph: Graph, units: str) -> None:
    links = list(tiny_graph.links())
    for paper in tiny_graph.papers():
        found = ask(served, "/api/paper", id=paper.id, units=units)
        assert [found[n] for n in ("id", "title", "abstract", "year", "doi")] == [
            paper.id,
            paper.title,
            paper.abstract,
            paper.year,
            paper.doi,
        ]
        own = {link.concept: link for link in links if link.paper == paper.id}
        assert found["total"] == len(own) and {item["concept"]["id"] for item in found["links"]} == set(own)
        for item in found["links"]:
            assert [m["text"] for m in item["mentions"]] == [e.mention.text for e in own[item["concept"]["id"]].evidence]
            for m in item["mentions"]:
                text = paper.text(m["field"])
                whole = text if units == "codepoint" else text.encode("utf-16-le")
                step = 1 if units == "codepoint" else 2
                there = whole[step * m["start"] : step * m["end"]]
                assert (there if isinstance(there, str) else there.decode("utf-16-le")) == m["text"]


def test_relations_and_edges(served: Served, tiny_graph: Graph) -> None:
    stated = list(tiny_graph.concept_links())
    assert len(stated) > 5
    for one in stated:
        found = ask(served, "/api/concept/relations", id=one.head)
        row = next(
            i for i in found["items"] if (i["relation"], i["tail"]["id"], i["head"]["id"]) == (one.relation.value, one.tail, one.head)
        )
        assert row["papers"] == len(
            {s.paper for s in stated if (s.head, s.relation, s.tail) == (one.head, one.relation, one.tail) and s.paper}
        )
        for head, tail in ((one.head, one.tail), (one.tail, one.head)):
            edge = ask(served, "/api/edge", head=head, tail=tail, limit=200)
            assert edge["total"] == sum(edge["kinds"].values()) == len(edge["items"])
            kind = "text" if one.paper else "catalog"
            fits = [
                i
                for i in edge["items"]
                if (i["kind"], i["head"], i["relation"], i["tail"]) == (kind, one.head, one.relation.value, one.tail)
                and (i["paper"] or {"id": ""})["id"] == one.paper
            ]
            assert fits
            if one.paper:
                [quoted] = fits[0]["quotes"]
                assert tiny_graph.paper(one.paper).text(one.field or "abstract")[one.start : one.end] in quoted["sentence"]
                marked = [quoted["sentence"][a:b] for a, b in quoted["marks"]]
                clause = tiny_graph.paper(one.paper).abstract[one.start : one.end]
                own = [
                    e.mention for k in tiny_graph.links() if k.paper == one.paper and k.concept in (one.head, one.tail) for e in k.evidence
                ]
                assert sorted(marked) == sorted(m.text for m in own if m.field == "abstract" and one.start <= m.start < m.end <= one.end)
                assert marked and all(text in clause for text in marked)
    both = ask(served, "/api/edge", head="imagenet", tail="cifar-10", kind="together")
    assert [i["paper"]["id"] for i in both["items"]] == ["arxiv:2401.00001"]
    assert {q["sentence"][a:b] for i in both["items"] for q in i["quotes"] for a, b in q["marks"]} == {"ImageNet", "CIFAR-10"}


def test_neighbours(served: Served, tiny_graph: Graph) -> None:
    found = ask(served, "/api/neighbours", id="transformer")
    nodes, edges = found["nodes"], found["edges"]
    assert nodes["id"][0] == "transformer" and found["left_out"] == 0 and len(nodes["id"]) == found["total"] + 1
    assert len({len(column) for column in nodes.values()}) == len({len(column) for column in edges.values()}) == 1
    stated = {(s.head, s.tail) for s in tiny_graph.concept_links() if s.paper}
    shown = {(nodes["id"][h], nodes["id"][t]) for k, h, t in zip(edges["kind"], edges["head"], edges["tail"], strict=True) if k == "text"}
    assert shown == {pair for pair in stated if set(pair) <= set(nodes["id"])}
    papers = {link.paper for link in tiny_graph.links() if link.concept == "transformer"}
    together = {link.concept for link in tiny_graph.links() if link.paper in papers} - {"transformer"}
    assert {nodes["id"][t] for k, t in zip(edges["kind"], edges["tail"], strict=True) if k == "together"} == together
    fewer = ask(served, "/api/neighbours", id="transformer", limit=3)
    assert fewer["nodes"]["id"] == nodes["id"][:4] and fewer["left_out"] == found["total"] - 3
    assert set(ask(served, "/api/neighbours", id="transformer", kind="catalog")["nodes"]["id"][1:]) == {"bert", "neural-network", "llama"}


def test_paths(served: Served) -> None:
    def ids(found: Any) -> list[list[str]]:
        return [[p[0]["head"]["id"], *(hop["tail"]["id"] for hop in p)] for p in found["paths"]]

    found = ask(served, "/api/path", head="prismnet", tail="bert", k=5)
    # PrismNet is based on the Transformer, of which the catalog says that BERT is a kind
    assert ids(found)[0] == ["prismnet", "transformer", "bert"] and found["complete"]
    assert [hop["evidence"][0]["kind"] for hop in found["paths"][0]] == ["text", "catalog"]
    assert "PrismNet, a Transformer" in found["paths"][0][0]["evidence"][0]["quotes"][0]["sentence"]
    lengths = [len(p) for p in ids(found)]
    assert lengths == sorted(lengths) and all(len(set(p)) == len(p) for p in ids(found))
    assert ids(ask(served, "/api/path", head="prismnet", tail="bert", depth=1)) == []
    assert ids(ask(served, "/api/path", head="prismnet", tail="accuracy")) == []
    one = ask(served, "/api/path", head="prismnet", tail="accuracy", kind="together")
    assert ids(one)[0] == ["prismnet", "accuracy"] and one["paths"][0][0]["total"] == 2


def test_about_and_the_document(served: Served, tiny_graph: Graph) -> None:
    about = ask(served, "/api/about")
    assert (about["counts"], about["fingerprint"]) == (tiny_graph.counts(), tiny_graph.fingerprint)
    assert sum(y["papers"] for y in about["years"]) + about["undated"] == about["counts"]["papers"]
    from kg.serve.api.openapi import document

    assert ask(served, "/api/openapi.json") == json.loads(json.dumps(document()))


def test_the_page_is_up_to_date() -> None:
    page = ROOT / "docs" / "reference" / "api.md"
    spec = importlib.util.spec_from_file_location("api_reference", page.with_suffix(".py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert page.read_text(encoding="utf-8") == module.reference(), "run: python docs/reference/api.py"


def test_equal_questions_have_one_tag_and_no_body_twice(served: Served) -> None:
    first = served.ask("GET", "/api/concept?id=bert")
    tag = first.headers["ETag"]
    assert tag.startswith('"') and first.headers["Cache-Control"] == "no-cache" and first.headers["Vary"] == "Accept-Encoding"
    # the same question, written in another way
    assert served.ask("GET", "/api/concept?id=b%65rt").headers["ETag"] == tag
    assert served.ask("GET", "/api/concept?id=transformer").headers["ETag"] != tag
    for given in (tag, f"W/{tag}", f'"other", {tag}'):
        again = served.ask("GET", "/api/concept?id=bert", headers={"If-None-Match": given})
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    for given in ('"other"', "*", tag[:-2] + '"'):
        assert served.ask("GET", "/api/concept?id=bert", headers={"If-None-Match": given}).body == first.body
    small = served.ask("GET", "/api/concept?id=bert", headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip" and gzip.decompress(small.body) == first.body
    assert small.headers["ETag"] != tag
    head = served.ask("HEAD", "/api/concept?id=bert")
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", str(len(first.body)))


@pytest.mark.parametrize(
    ("target", "status", "detail"),
    [
        ("/api/concept?id=bertt", 404, "the graph has no concept 'bertt'; did you mean 'bert'"),
        ("/api/paper?id=arxiv:2401.0000", 404, "did you mean 'arxiv:2401.00001'"),
        ("/api/paper?id=" + quote("../../etc/passwd"), 404, "the graph has no paper '../../etc/passwd'; look for it with /api/search"),
        ("/api/concept?id=%00", 404, "the graph has no concept '\\x00'"),
        ("/api/concept?id=%ff", 400, "bytes that are no UTF-8"),
        ("/api/concept?id=%ed%a0%80", 400, "bytes that are no UTF-8"),
        ("/api/concept", 422, "the parameter id is missing; it is a text of 1 to 1,024 characters"),
        ("/api/concept?id=", 422, "the parameter id is a text of 1 to 1,024 characters, found ''"),
        ("/api/concept?id=" + "a" * 1025, 422, "…'"),
        ("/api/concept?id=bert&id=gpt", 400, "the parameter id comes more than once"),
        ("/api/concept?ID=bert", 400, "no parameter 'ID'"),
        ("/api/search?q=a&limit=201", 422, "the parameter limit is a whole number from 1 to 200, found '201'"),
        ("/api/search?q=a&limit=1.0", 422, "found '1.0'"),
        ("/api/search?q=a&limit=1_0", 422, "found '1_0'"),
        ("/api/search?q=a&limit=" + "9" * 5000, 422, "whole number from 1 to 200"),
        ("/api/search?q=a&offset=-1", 422, "a whole number from 0 to 1,000,000, found '-1'"),
        ("/api/search?q=a&type=paper", 422, "one of Task, Dataset"),
        ("/api/search?q=" + "a" * 301, 422, "a text of 1 to 300 characters"),
        ("/api/search?" + "type=Task&" * 101, 400, "more than 100 parameters"),
        ("/api/concept/papers?id=bert&year=year", 422, "whole number from 0 to 9,999, found 'year'"),
        ("/api/edge?head=bert&tail=bert", 422, "head and tail are one concept ('bert'); give two"),
        ("/api/path?head=bert&tail=transformer&depth=7", 422, "from 1 to 6"),
        ("/api/about?x=1", 400, "no parameter 'x'; there are none here"),
        ("/api", 404, "there are /api/about"),
        ("/api/../sparql", 404, "there is nothing"),
        ("/api/%2e%2e/%2e%2e/etc/passwd", 404, "there is nothing"),
        ("/api/concept/", 404, "there is nothing"),
    ],
)
def test_what_is_wrong_is_told(served: Served, target: str, status: int, detail: str) -> None:
    assert detail in problem(served, target, status)["detail"]


def test_other_methods(served: Served) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        answer = served.ask(method, "/api/concept?id=bert", b"")
        assert (answer.status, answer.headers["Allow"], answer.type) == (405, "GET, HEAD", "application/problem+json")


def test_a_page_of_another_name_gets_nothing(served: Served) -> None:
    assert served.ask("GET", "/api/concept?id=bert", headers={"Host": "evil.example"}).status == 421
