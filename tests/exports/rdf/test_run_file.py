"""The file that says when a graph was built: PROV, beside the exports and not in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import rdflib
from rdflib import PROV, RDF

from exports import export
from exports.iris import Iris
from exports.run_file import write
from kg.errors import UsageError
from kg.graph import Graph


def test_times_inputs_and_version_are_said(tiny_graph: Graph, tmp_path: Path) -> None:
    started = datetime(2026, 1, 2, 5, 4, 5, tzinfo=timezone(timedelta(hours=2)))
    write(tiny_graph, tmp_path / "run.ttl", started=started, ended=datetime(2026, 1, 2, 3, 5, 0, 999, UTC))
    found = rdflib.Graph().parse(str(tmp_path / "run.ttl"), format="turtle")
    assert not any(isinstance(term, rdflib.BNode) for triple in found for term in triple)
    [build] = found.subjects(RDF.type, PROV.Activity)
    text = (tmp_path / "run.ttl").read_text("utf-8")
    assert '"2026-01-02T03:04:05Z"^^xsd:dateTime' in text and '"2026-01-02T03:05:00Z"^^xsd:dateTime' in text
    assert found.value(build, PROV.startedAtTime).toPython() == started  # type: ignore[union-attr]
    iris = Iris()
    used = {str(o) for o in found.objects(build, PROV.used)}
    assert used == {iris.catalog, *(iris.input(about["name"]) for about in tiny_graph.manifest["inputs"])}
    agent = found.value(build, PROV.wasAssociatedWith)
    assert str(found.value(agent, rdflib.SDO.softwareVersion)) == tiny_graph.manifest["paperkg_version"]
    [made] = found.subjects(PROV.wasGeneratedBy, build)
    assert str(found.value(made, rdflib.DCTERMS.identifier)) == tiny_graph.fingerprint
    # together with an export, the inputs are the nodes of the export
    export(tiny_graph, "turtle", tmp_path / "graph.ttl")
    whole = found + rdflib.Graph().parse(str(tmp_path / "graph.ttl"), format="turtle")
    assert all((rdflib.URIRef(iri), RDF.type, PROV.Entity) in whole for iri in used)
    assert (rdflib.URIRef(iris.run("by hand")), RDF.type, PROV.Activity) in whole


def test_a_file_is_not_replaced_unasked(tiny_graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "run.ttl").write_text("mine")
    with pytest.raises(UsageError, match="exists already"):
        write(tiny_graph, tmp_path / "run.ttl", started=datetime.now(UTC), ended=datetime.now(UTC))
