"""The catalog of known concepts as a SKOS concept scheme in Turtle: what the graph's concepts are, before any paper is read.

IRIs and terms are those of the graph in RDF (`exports.rdf_nodes`), so that both can be loaded into one store.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from exports import Written
from exports.files import replacing
from exports.iris import Iris
from exports.rdf_nodes import Terms
from exports.turtle import document, prefixes_of
from ontology.terms import BASE

if TYPE_CHECKING:
    from exports.triples import Node
    from kg.catalog import Catalog

__all__ = ["write"]


def write(catalog: Catalog, path: Path | str, *, overwrite: bool = False, base: str = BASE) -> Written:
    """Writes a catalog as Turtle in UTF-8, a block for each concept, sorted by id; the same bytes for the same catalog and base.

    Each concept has its type, `skos:prefLabel`, `skos:altLabel` (aliases and acronyms), `skos:broader`, `skos:exactMatch` (identifiers
    elsewhere that have an IRI), `dcterms:identifier` (its id, and all others), and where it is from (`kg:origin`).

    Raises:
        UsageError: the file exists and `overwrite` is false, or the base is no web address.
        EnvironmentError_: it cannot be written.
    """
    terms = Terms(Iris(base))
    scheme, _ = terms.schemes()
    nodes = [scheme, *(_concept(terms, catalog, id_) for id_ in sorted(catalog))]
    with replacing(path, overwrite) as file:
        file.writelines(document(nodes, prefixes_of(base)))
    return Written("skos", (Path(path),), {"triples": sum(len(said) for _, said in nodes), "concepts": len(catalog)})


def _concept(terms: Terms, catalog: Catalog, id_: str) -> Node:
    """The same as in a graph, but for what papers say and for the order of lists; and whether it is at the top."""
    subject, said = terms.concept(catalog[id_], 0, catalog.keys())
    said = [one for one in said if not one.startswith((terms.term("paperCount"), terms.term("inOrder")))]
    if not any(one.startswith(terms.term("skos:broader")) for one in said):
        said.append(terms.say("skos:topConceptOf", f"<{terms.iris.scheme}>"))
    return subject, sorted(set(said))
