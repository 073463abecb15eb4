"""SPARQL 1.1 Service Description, https://www.w3.org/TR/sparql11-service-description/."""

from __future__ import annotations

import io

import pyoxigraph as ox

from kg.query.results import GRAPHS, ROWS, write_graph
from ontology.terms import PREFIXES

_SD = "http://www.w3.org/ns/sparql-service-description#"
_W3C = "http://www.w3.org/ns/formats/"
#: Unique names of formats, https://www.w3.org/ns/formats/.
_FORMATS = {
    "sparql-json": "SPARQL_Results_JSON",
    "sparql-xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF_XML",
}


def describe(address: str, format_: str) -> bytes:
    """The description of the endpoint at an address, in a format of `GRAPHS`; without blank nodes."""
    service, dataset, graph = (ox.NamedNode(f"{address}#{name}") for name in ("service", "dataset", "default-graph"))

    def sd(name: str) -> ox.NamedNode:
        return ox.NamedNode(_SD + name)

    a = ox.NamedNode(PREFIXES["rdf"] + "type")
    triples = [
        ox.Triple(service, a, sd("Service")),
        ox.Triple(service, sd("endpoint"), ox.NamedNode(address)),
        ox.Triple(service, sd("supportedLanguage"), sd("SPARQL11Query")),
        *(ox.Triple(service, sd("resultFormat"), ox.NamedNode(_W3C + _FORMATS[f.name])) for f in (*ROWS, *GRAPHS)),
        ox.Triple(service, sd("defaultDataset"), dataset),
        ox.Triple(dataset, a, sd("Dataset")),
        ox.Triple(dataset, sd("defaultGraph"), graph),
        ox.Triple(graph, a, sd("Graph")),
    ]
    out = io.BytesIO()
    write_graph(out, format_, triples, {"sd": _SD, "format": _W3C})
    return out.getvalue()
