"""What has to hold of the graph of the real listing, through every way out of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from exports import ntriples
from kg.analysis import communities, rank, related, similar
from kg.graph import Graph
from kg.model import Relation
from kg.query.cookbook import ask, questions

pytestmark = pytest.mark.corpus


def test_every_paper_is_there_once_and_linked(listing_graph: Graph) -> None:
    papers = [p.id for p in listing_graph.papers()]
    assert len(papers) == len(set(papers)) == 113
    assert {link.paper for link in listing_graph.links()} == set(papers)
    assert listing_graph.counts()["rejected"] == 0


def test_the_first_paper(listing_graph: Graph) -> None:
    first = next(p for p in listing_graph.papers() if p.title.startswith("Expose Before You Defend"))
    concepts = {c.id: c for c in listing_graph.concepts()}
    links = {concepts[k.concept].label.casefold(): k for k in listing_graph.links() if k.paper == first.id}
    wanted = {"expose before you defend", "backdoor defense", "cifar-10", "imagenet", "sst-2", "imdb"}
    assert wanted <= links.keys()
    assert links["expose before you defend"].relation is Relation.PROPOSES
    for name in wanted:
        evidence = links[name].evidence[0]
        sentence = first.text(evidence.mention.field)[evidence.sentence_start : evidence.sentence_end]
        assert evidence.mention.text in sentence


@pytest.mark.slow
def test_the_triples_are_the_same_for_two_parsers(listing_graph: Graph, tmp_path: Path) -> None:
    import pyoxigraph
    import rdflib

    path = tmp_path / "graph.nt"
    written = ntriples.write(listing_graph, path)
    one = {(str(s), str(p), str(o)) for s, p, o in rdflib.Graph().parse(path, format="nt")}
    two = set()
    for triple in pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.N_TRIPLES):
        assert not isinstance(triple.subject, pyoxigraph.BlankNode)
        two.add((triple.subject.value, triple.predicate.value, triple.object.value))
    assert one == two
    assert len(path.read_text(encoding="utf-8").splitlines()) == written.counts["triples"]
    assert any(s.startswith("https://example.org/") for s, _, _ in one)


@pytest.mark.parametrize("name", questions())
def test_the_cookbook_answers_alike_in_both_languages(name: str, listing_graph: Graph) -> None:
    # the papers that the questions name by default are not among these
    first = next(listing_graph.papers()).id
    given = {param.name: first for param in questions()[name].params if param.kind == "paper"}
    one, two = (ask(listing_graph, name, given, language=language) for language in ("sparql", "cypher"))
    assert one.columns == two.columns
    assert sorted(map(repr, one.rows)) == sorted(map(repr, two.rows))


def test_analysis_gives_something_to_look_at(listing_graph: Graph) -> None:
    ids = {c.id for c in listing_graph.concepts()}
    assert {row[1] for row in rank(listing_graph).table.rows} <= ids
    assert len(communities(listing_graph).table.rows) > 3
    assert related(listing_graph, "large language model", alpha=1).table.rows
    # of 113 papers few pairs stand a test among thousands
    assert related(listing_graph).table.rows
    assert similar(listing_graph).table.rows
