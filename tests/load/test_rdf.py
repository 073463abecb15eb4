"""What was exported as RDF comes back as an equal graph; what is damaged or not ours is refused with its place."""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from exports import export
from kg.equality import differences
from kg.errors import DataError, GraphError, UsageError
from kg.graph import Graph
from kg.load.rdf import load_rdf
from kg.load.records import write_records

SUFFIXES = {"ntriples": "nt", "turtle": "ttl", "jsonld": "jsonld", "nquads": "nq", "trig": "trig", "rdfxml": "rdf"}


@pytest.mark.parametrize("name", SUFFIXES)
def test_every_format_comes_back_as_an_equal_graph(name: str, tiny_graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / f"graph.{SUFFIXES[name]}"
    export(tiny_graph, name, path)
    loaded = load_rdf(path, tmp_path / "again")
    assert differences(tiny_graph, loaded.graph) == []
    assert loaded.others == 0 and loaded.base == "https://example.org/kg/"
    assert loaded.graph.manifest["loaded"]["from"] == path.name
    export(loaded.graph, name, tmp_path / "again.out")
    assert (tmp_path / "again.out").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("name", sorted(SUFFIXES.keys() - {"rdfxml"}))
def test_awkward_texts_come_back_under_another_base(name: str, awkward_graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / f"graph.{SUFFIXES[name]}"
    export(awkward_graph, name, path, base="http://kg.test/ontology")
    loaded = load_rdf(path, tmp_path / "again", run_size=11)
    assert differences(awkward_graph, loaded.graph) == []
    assert loaded.base == "http://kg.test/ontology/"


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["ntriples", "trig"])
def test_the_listing_comes_back(name: str, listing_graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / f"graph.{SUFFIXES[name]}"
    export(listing_graph, name, path)
    assert differences(listing_graph, load_rdf(path, tmp_path / "again").graph) == []


def test_odd_records_come_back(tiny_graph: Graph, tmp_path: Path) -> None:
    """Empty strings where nothing was expected, names twice, addresses that are none, numbers of many places."""
    papers = list(tiny_graph.papers())
    papers[0] = replace(papers[0], venue="", doi="", arxiv="", year=-44, urls=("b", "http://a", "http://a"), authors=("", "A", "A"))
    papers[1] = replace(papers[1], year=12024, line=2**31 - 1, source="")
    concepts = list(tiny_graph.concepts())
    concepts[0] = replace(
        concepts[0],
        aliases=(concepts[0].label, "z", "a", "a"),
        acronyms=("z", "Z", "b"),
        identifiers=("wikidata:Q 1", concepts[0].id, "wikidata:Q2", "former:old", ":"),
        flags=frozenset({"b", "a"}),
        source="",
    )
    links = [replace(link, confidence=1 / (n + 3)) for n, link in enumerate(tiny_graph.links())]
    links[0] = replace(links[0], confidence=1e-17)
    odd = write_records(
        tmp_path / "odd", papers=papers, concepts=concepts, links=links, relations=list(tiny_graph.concept_links()),
        other_ids=tiny_graph.other_ids(), loaded={"from": "memory"},
    )  # fmt: skip
    for name, suffix in SUFFIXES.items():
        export(odd, name, tmp_path / f"odd.{suffix}")
        again = load_rdf(tmp_path / f"odd.{suffix}", tmp_path / "again", overwrite=True).graph
        assert differences(odd, again) == []


def test_lines_in_any_order_and_twice_and_of_others(tiny_graph: Graph, tmp_path: Path) -> None:
    export(tiny_graph, "ntriples", tmp_path / "graph.nt")
    lines = (tmp_path / "graph.nt").read_text("utf-8").splitlines(keepends=True)
    mixed = [*lines, lines[7], "<http://x.org/a> <http://x.org/b> <http://x.org/c> .\n"]
    random.Random(1).shuffle(mixed)
    (tmp_path / "mixed.nt").write_text("".join(mixed), encoding="utf-8")
    loaded = load_rdf(tmp_path / "mixed.nt", tmp_path / "again", run_size=100)
    assert differences(tiny_graph, loaded.graph) == []
    assert loaded.others == 1 and loaded.triples == len(mixed)


def _without(pattern: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        lines = text.splitlines(keepends=True)
        kept = [line for line in lines if pattern not in line]
        assert len(kept) < len(lines)
        return "".join(kept)

    return change


def _instead(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


BASE = "https://example.org/kg/"
PREDICATE = f"rdf-syntax-ns#predicate> <{BASE}ontology#"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda t: t[: t.index("\n<https://example.org/kg/scheme/concepts") + 1], "scheme/concepts> is missing.*cut off"),
        (lambda t: t[: t.rindex("<https://example.org/kg/scheme/concepts")], "scheme/concepts> does not say"),
        (lambda t: t[: t.index("\n<https://example.org/kg/software") + 1], "software/paperkg/.* is missing"),
        (lambda t: t + "<https://example.org/kg/paper/x> <http://a> <b\n", r"damaged \(.*line \d+"),
        (lambda t: t + "_:b <http://x.org/b> <http://x.org/c> .\n", "a node without an IRI"),
        (
            lambda t: t + "<https://example.org/kg/thing/x> <http://x.org/b> <http://x.org/c> .\n",
            "thing/x> says .* no export has such a node",
        ),
        (lambda t: t + '<https://example.org/kg/paper/z> <http://purl.org/dc/terms/title> "Z" .\n', "paper/z> has no id, where one"),
        (lambda t: t + '<https://example.org/kg/field/z/title> <https://schema.org/text> "Z" .\n', "is of a paper that is not there"),
        (_without("ontology#confidence> "), "has no confidence, where one was expected"),
        (_without("ontology#sentenceStart> "), "has no sentenceStart"),
        (_without("<http://www.w3.org/ns/oa#start> "), "has no position, where one was expected"),
        (_without("/bleu> <http://www.w3.org/2004/02/skos/core#prefLabel>"), "concept/bleu> has no skos:prefLabel"),
        (
            lambda t: re.sub(rf"(?m)^<{BASE}concept/bleu> .*\n", "", t),
            "is about the concept 'bleu', which is not in the file",
        ),
        (_without("oa#exact> "), "does not say <http://www.w3.org/ns/oa#exact> "),
        (_instead('oa#start> "', 'oa#start> "9'), "which does not fit the rest|does not say|belongs to nothing"),
        (_instead('ontology#confidence> "0.', 'ontology#confidence> "x.'), "has the confidence 'x"),
        (_instead('ontology#paperCount> "1"', 'ontology#paperCount> "7"'), 'does not say .*"1".* but says .*"7"'),
        (
            _instead(f"{PREDICATE}uses>", f"{PREDICATE}id>"),
            "says id, which is no relation",
        ),
        (_instead('ontology#inOrder> "{', 'ontology#inOrder> "['), "where a JSON object of lists was expected"),
        (_without("<https://example.org/kg/ontology#usedFor> <https://example.org/kg/concept/machine"), "a statement is about it"),
    ],
)
def test_what_is_damaged_is_refused_with_its_node(spoil: Callable[[str], str], message: str, tiny_graph: Graph, tmp_path: Path) -> None:
    export(tiny_graph, "ntriples", tmp_path / "graph.nt")
    text = (tmp_path / "graph.nt").read_text("utf-8")
    (tmp_path / "bad.nt").write_text(spoil(text), encoding="utf-8")
    with pytest.raises(DataError, match=message) as raised:
        load_rdf(tmp_path / "bad.nt", tmp_path / "again")
    assert str(tmp_path / "bad.nt") in str(raised.value) and "kg export" in str(raised.value)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.nt", "graph.nt"]


def test_what_is_no_file_of_ours(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="no such file"):
        load_rdf(tmp_path / "none.nt", tmp_path / "out")
    (tmp_path / "x.csv").write_text("a,b")
    with pytest.raises(UsageError, match=r"no RDF by its suffix.*\.nt"):
        load_rdf(tmp_path / "x.csv", tmp_path / "out")
    (tmp_path / "x.nt").write_text("<http://a/b> <http://a/c> <http://a/d> .\n")
    with pytest.raises(DataError, match="no term of a paperkg graph"):
        load_rdf(tmp_path / "x.nt", tmp_path / "out")
    (tmp_path / "x.ttl").write_text("<a> <b> .")
    with pytest.raises(DataError, match="damaged"):
        load_rdf(tmp_path / "x.ttl", tmp_path / "out")
    (tmp_path / "x.jsonld").write_text("{")
    with pytest.raises(DataError, match="damaged"):
        load_rdf(tmp_path / "x.jsonld", tmp_path / "out")


def test_a_packed_file_comes_back_and_a_damaged_one_is_refused(tiny_graph: Graph, tmp_path: Path) -> None:
    export(tiny_graph, "jsonld", tmp_path / "graph.jsonld")
    packed = gzip.compress((tmp_path / "graph.jsonld").read_bytes())
    path = tmp_path / "graph.jsonld.gz"
    path.write_bytes(packed)
    assert differences(tiny_graph, load_rdf(path, tmp_path / "again").graph) == []
    for bad in (packed[:-9], packed[:2000] + bytes(100) + packed[2100:], b"PK" + packed[2:]):
        path.write_bytes(bad)
        with pytest.raises(DataError, match="damaged"):
            load_rdf(path, tmp_path / "bad")


def test_addresses_that_look_like_terms_do_not_lead_astray(tiny_graph: Graph, tmp_path: Path) -> None:
    export(tiny_graph, "ntriples", tmp_path / "graph.nt")
    other = "<http://x.org/a> <https://schema.org/url> <http://x.org/ontology#uses> .\n"
    (tmp_path / "more.nt").write_text(other + (tmp_path / "graph.nt").read_text("utf-8"), encoding="utf-8")
    assert load_rdf(tmp_path / "more.nt", tmp_path / "again").base == BASE


def test_an_existing_graph_is_replaced_only_when_asked(tiny_graph: Graph, tmp_path: Path) -> None:
    export(tiny_graph, "turtle", tmp_path / "graph.ttl")
    load_rdf(tmp_path / "graph.ttl", tmp_path / "out")
    with pytest.raises(GraphError, match="--overwrite"):
        load_rdf(tmp_path / "graph.ttl", tmp_path / "out")
    load_rdf(tmp_path / "graph.ttl", tmp_path / "out", overwrite=True)
