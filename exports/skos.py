"""The catalog of known concepts as a SKOS concept scheme in Turtle: what the graph's concepts are, before any paper is read.

IRIs and terms are those of the graph in RDF (`exports.rdf`), so that both can be loaded into one store.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from exports import Written
from exports.files import replacing
from exports.iris import Iris
from exports.links_jsonl import names_beyond_label
from exports.rdf_nodes import mappings
from exports.triples import literal
from ontology.names import KG, SKOS, ForeignName
from ontology.terms import BASE, PREFIX, PREFIXES, TYPED_AS

if TYPE_CHECKING:
    from kg.catalog import Catalog
    from kg.model import Concept

__all__ = ["write"]

_USED = ("dcat", "dcterms", "mls", "skos")


def write(catalog: Catalog, path: Path | str, *, overwrite: bool = False, base: str = BASE) -> Written:
    """Writes a catalog as Turtle in UTF-8, a block for each concept, sorted by id; the same bytes for the same catalog and base.

    Each concept has its type, `skos:prefLabel`, `skos:altLabel` (aliases and acronyms), `skos:broader`, `skos:exactMatch` (identifiers
    elsewhere that have an IRI), `dcterms:identifier` (its id, and all others), and where it is from (`kg:origin`).

    Raises:
        UsageError: the file exists and `overwrite` is false, or the base is no web address.
        EnvironmentError_: it cannot be written.
    """
    iris = Iris(base)
    prefixes = {PREFIX: iris.ontology, **{prefix: PREFIXES[prefix] for prefix in _USED}}
    triples = 2
    with replacing(path, overwrite) as file:
        file.writelines(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in sorted(prefixes.items()))
        title = literal("Concepts of machine learning", "en")
        file.write(f"\n<{iris.scheme}> a {SKOS.ConceptScheme} ;\n    dcterms:title {title} .\n")
        for _, concept in sorted(catalog.items()):
            said = [*_said(concept, catalog, iris)]
            triples += sum(len(objects) for _, objects in said)
            lines = " ;\n    ".join(f"{predicate} {', '.join(objects)}" for predicate, objects in said)
            file.write(f"\n<{iris.concept(concept)}> {lines} .\n")
    return Written("skos", (Path(path),), {"triples": triples, "concepts": len(catalog)})


def _said(concept: Concept, catalog: Catalog, iris: Iris) -> Iterator[tuple[str, list[str]]]:
    """Predicates with their objects, both as Turtle writes them."""
    kinds: tuple[ForeignName, ...] = (SKOS.Concept, *TYPED_AS[concept.type.value])
    yield "a", [f"{PREFIX}:{concept.type.value}", f"{PREFIX}:{KG.Concept}", *kinds]
    yield SKOS.inScheme, [f"<{iris.scheme}>"]
    yield f"{PREFIX}:{KG.id}", [literal(concept.id)]
    yield SKOS.prefLabel, [literal(concept.label, "en")]
    # SKOS: what is the preferred label is no alternative one
    labels = [literal(name, "en") for name in names_beyond_label(concept)]
    matches, identifiers = mappings(concept)
    broader = [f"<{iris.concept(parent)}>" for parent in concept.broader if parent in catalog]
    for predicate, objects in (
        (SKOS.altLabel, labels),
        (f"{PREFIX}:{KG.acronym}", [literal(name, "en") for name in concept.acronyms]),
        (f"{PREFIX}:{KG.alsoType}", [f"{PREFIX}:{kind.value}" for kind in concept.also]),
        (f"{PREFIX}:{KG.flag}", [literal(flag) for flag in concept.flags]),
        (SKOS.broader, broader),
        (SKOS.topConceptOf, [] if broader else [f"<{iris.scheme}>"]),
        (SKOS.exactMatch, [f"<{iri}>" for iri in matches]),
        ("dcterms:identifier", [literal(identifier) for identifier in (concept.id, *identifiers)]),
        (f"{PREFIX}:{KG.origin}", [literal(concept.source)] if concept.source else []),
        (f"{PREFIX}:{KG.known}", ["true" if concept.known else "false"]),
    ):
        if objects:
            yield predicate, sorted(set(objects))
