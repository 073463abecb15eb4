"""Named graphs, RDF/XML, and what holds of every format: bytes that do not change, evidence that is verbatim."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import lxml.etree
import pyoxigraph as ox
import pytest
import rdflib

from exports import export
from exports.iris import Iris
from kg.errors import DataError
from kg.graph import Graph
from kg.model import Paper, Reading

OA = "http://www.w3.org/ns/oa#"
KG = "https://example.org/kg/ontology#"
RDF_FORMATS = ("ntriples", "turtle", "nquads", "trig", "rdfxml", "jsonld")


def triples(path: Path, format_: ox.RdfFormat) -> set[str]:
    return {str(q.triple) for q in ox.parse(path=str(path), format=format_)}


def quads(path: Path, format_: ox.RdfFormat) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for quad in ox.parse(path=str(path), format=format_):
        assert isinstance(quad.graph_name, ox.NamedNode)
        found.setdefault(quad.graph_name.value, set()).add(str(quad.triple))
    return found


@pytest.fixture(scope="module")
def tiny_triples(tiny_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    path = tmp_path_factory.mktemp("tiny") / "tiny.nt"
    export(tiny_graph, "ntriples", path)
    return triples(path, ox.RdfFormat.N_TRIPLES)


def test_rdf_xml_is_read_by_both_readers_to_the_same_triples(tiny_graph: Graph, tiny_triples: set[str], tmp_path: Path) -> None:
    written = export(tiny_graph, "rdfxml", tmp_path / "tiny.rdf")
    assert triples(tmp_path / "tiny.rdf", ox.RdfFormat.RDF_XML) == tiny_triples
    assert written.counts["triples"] == len(tiny_triples)
    found = rdflib.Graph().parse(str(tmp_path / "tiny.rdf"), format="xml")
    assert not any(isinstance(term, rdflib.BNode) for triple in found for term in triple)
    again = found.serialize(format="nt", encoding="utf-8")
    assert {str(q.triple) for q in ox.parse(again, format=ox.RdfFormat.N_TRIPLES)} == tiny_triples
    root = lxml.etree.parse(tmp_path / "tiny.rdf").getroot()
    assert root.tag == "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF"
    assert len(root) == written.counts["subjects"]


def test_rdf_xml_keeps_line_ends_and_marks(write_tiny: Callable[..., Graph], tmp_path: Path) -> None:
    title = "a\tb\r\nc \x85 \u2028 <&>\"' ]]> é 😀"
    graph = write_tiny(tmp_path / "graph", [(Paper("x", title), Reading("x", (), ()))])
    export(graph, "rdfxml", tmp_path / "x.rdf")
    for read in (
        {str(q.object.value) for q in ox.parse(path=str(tmp_path / "x.rdf"), format=ox.RdfFormat.RDF_XML)},
        {str(o) for o in rdflib.Graph().parse(str(tmp_path / "x.rdf"), format="xml").objects()},
    ):
        assert title in read


def test_rdf_xml_refuses_what_xml_cannot_hold(awkward_graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"paper/arxiv:2401.00001>: kg:venue holds U\+0001 at character 15.*such as turtle"):
        export(awkward_graph, "rdfxml", tmp_path / "x.rdf")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "format_"), [("nquads", ox.RdfFormat.N_QUADS), ("trig", ox.RdfFormat.TRIG)])
def test_graphs_together_are_the_triples(
    name: str, format_: ox.RdfFormat, tiny_graph: Graph, tiny_triples: set[str], tmp_path: Path
) -> None:
    written = export(tiny_graph, name, tmp_path / "out")
    found = quads(tmp_path / "out", format_)
    assert set.union(*found.values()) == tiny_triples
    iris = Iris()
    assert list(found) == [iris.general_graph, *(iris.paper_graph(p.id) for p in tiny_graph.papers())]
    assert written.counts["graphs"] == len(found)
    assert written.counts["triples"] == sum(map(len, found.values()))


def test_a_paper_goes_with_its_graph(
    tiny_graph: Graph, tiny_readings: list[tuple[Paper, Reading]], write_tiny: Callable[..., Graph], tmp_path: Path
) -> None:
    """Without its graph, all that is said is what a graph without the paper says, but for how many papers a concept has and for
    concepts that only it names."""
    gone = "arxiv:2402.00002"
    smaller = write_tiny(tmp_path / "smaller", [pair for pair in tiny_readings if pair[0].id != gone], reader="by hand")
    for graph, name in ((tiny_graph, "whole"), (smaller, "less")):
        export(graph, "nquads", tmp_path / name)
    whole, less = (quads(tmp_path / name, ox.RdfFormat.N_QUADS) for name in ("whole", "less"))
    del whole[Iris().paper_graph(gone)]
    assert whole.keys() == less.keys()
    general = Iris().general_graph
    stays = {name: {t for t in said if "wasGeneratedBy" not in t} for name, said in whole.items() if name != general}
    expected = {name: {t for t in said if "wasGeneratedBy" not in t} for name, said in less.items() if name != general}
    # a new concept may be called by another name where the paper is not there
    assert {n for n in stays if stays[n] != expected[n]} <= {
        Iris().paper_graph(p) for p in ("title:sentiment-of-llamas", "acl:2023.tiny-main.3")
    }
    assert not any(Iris().paper(gone) in t for said in whole.values() for t in said)


def test_lines_of_a_graph_are_sorted(awkward_graph: Graph, tmp_path: Path) -> None:
    export(awkward_graph, "nquads", tmp_path / "out.nq")
    by_graph: dict[bytes, list[bytes]] = {}
    for line in (tmp_path / "out.nq").read_bytes().splitlines():
        by_graph.setdefault(line.rsplit(b" ", 2)[1], []).append(line)
    assert len(by_graph) == 5 and all(lines == sorted(set(lines)) for lines in by_graph.values())


def test_hash_seeds_change_no_byte(tiny_graph: Graph, tmp_path: Path) -> None:
    script = (
        "import sys\nfrom exports import export\nfrom kg.graph import Graph\n"
        f"for name in {RDF_FORMATS}: export(Graph.open(sys.argv[1]), name, sys.argv[2] + '/' + name)\n"
    )
    sums = []
    for seed in ("0", "1"):
        (tmp_path / seed).mkdir()
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).resolve().parents[3])}
        subprocess.run([sys.executable, "-c", script, str(tiny_graph.path), str(tmp_path / seed)], check=True, env=environment)
        sums.append({name: hashlib.sha256((tmp_path / seed / name).read_bytes()).hexdigest() for name in RDF_FORMATS})
    assert sums[0] == sums[1]


@pytest.mark.corpus
def test_every_quote_of_the_listing_is_verbatim_at_its_position(listing_graph: Graph, tmp_path: Path) -> None:
    check_quotes(listing_graph, tmp_path / "listing.nt")


def test_every_quote_is_verbatim_at_its_position(tiny_graph: Graph, awkward_graph: Graph, tmp_path: Path) -> None:
    for number, graph in enumerate((tiny_graph, awkward_graph)):
        check_quotes(graph, tmp_path / f"{number}.nt")


def check_quotes(graph: Graph, path: Path) -> None:
    """Follows each piece of evidence, in the file as it was written, from the annotation to the text."""
    export(graph, "ntriples", path)
    said: dict[str, dict[str, list[str]]] = {}
    for quad in ox.parse(path=str(path), format=ox.RdfFormat.N_TRIPLES):
        assert isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal)
        said.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, []).append(quad.object.value)
    annotations = [node for node in said if f"{KG}Evidence" in said[node][str(rdflib.RDF.type)]]
    links = sum(len(link.evidence) for link in graph.links())
    assert len(annotations) == links + graph.counts()["concept_links.text"]
    texts = {Iris().field(p.id, f): p.text(f) for p in graph.papers() for f in ("title", "abstract")}  # type: ignore[arg-type]
    for node in annotations:
        [target] = said[node][f"{OA}hasTarget"]
        [field] = said[target][f"{OA}hasSource"]
        [text] = said[field]["https://schema.org/text"]
        assert text == texts[field]
        [position] = [s for s in said[target][f"{OA}hasSelector"] if f"{OA}start" in said[s]]
        [quote] = [s for s in said[target][f"{OA}hasSelector"] if f"{OA}exact" in said[s]]
        [start], [end], [exact] = said[position][f"{OA}start"], said[position][f"{OA}end"], said[quote][f"{OA}exact"]
        assert exact and text[int(start) : int(end)] == exact
        before, after = said[quote].get(f"{OA}prefix", [""]), said[quote].get(f"{OA}suffix", [""])
        assert text[: int(start)].endswith(before[0]) and text[int(end) :].startswith(after[0])
        assert re.sub(r"#.*", "", target) == node
        if f"{KG}sentenceStart" in said[node]:
            [first], [last], [sentence] = (said[node][KG + name] for name in ("sentenceStart", "sentenceEnd", "sentence"))
            assert text[int(first) : int(last)] == sentence
