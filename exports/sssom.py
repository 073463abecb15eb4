"""Mappings of concepts to other vocabularies as SSSOM: a TSV file with its metadata in front (https://w3id.org/sssom/)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from exports import Written
from exports.files import replacing
from exports.iris import Iris, segment
from exports.rdf_nodes import mappings
from ontology.terms import BASE, ELSEWHERE, PREFIXES

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["COLUMNS", "JUSTIFICATION", "write"]

COLUMNS = ("subject_id", "subject_label", "predicate_id", "object_id", "mapping_justification")
#: How the catalog came to its identifiers, by where they lead; for the rest that is not known.
JUSTIFICATION = {"mlso": "semapv:LexicalMatching"}
UNKNOWN = "semapv:UnspecifiedMatching"


def write(
    graph: Graph,
    path: Path | str,
    *,
    overwrite: bool = False,
    base: str = BASE,
    license: str = "https://www.apache.org/licenses/LICENSE-2.0",  # noqa: A002 - the slot is called so
) -> Written:
    """Writes a row for each concept of the catalog that has an IRI elsewhere (MLSO, LPWC, Wikidata, CSO), sorted by both.

    `base` is the web address under which all IRIs of ours are made, `license` that of the mappings. Identifiers without a known
    address are counted in the notes.

    Raises:
        UsageError: the file exists and `overwrite` is false, or the base is no web address.
        EnvironmentError_: it cannot be written.
    """
    iris = Iris(base)
    rows = set[tuple[str, ...]]()
    unknown = 0
    used = set[str]()
    for concept in graph.concepts():
        matches, others = mappings(concept)
        unknown += len(others)
        for iri in matches:
            prefix, space = next((p, s) for p, s in ELSEWHERE.items() if iri.startswith(s))
            used.add(prefix)
            label = " ".join(concept.label.split())
            why = JUSTIFICATION.get(prefix, UNKNOWN)
            rows.add((f"concept:{segment(concept.id)}", label, "skos:exactMatch", f"{prefix}:{iri[len(space) :]}", why))
    spaces = {"concept": f"{iris.base}concept/", "skos": PREFIXES["skos"], "semapv": "https://w3id.org/semapv/vocab/"}
    spaces |= {prefix: ELSEWHERE[prefix] for prefix in used}
    with replacing(path, overwrite) as file:
        file.write(f"# mapping_set_id: {iris.base}mappings\n# mapping_set_title: Concepts of a graph of papers, elsewhere\n")
        file.write(f"# license: {license}\n# curie_map:\n")
        file.writelines(f"#   {prefix}: {space}\n" for prefix, space in sorted(spaces.items()))
        file.write("\t".join(COLUMNS) + "\n")
        file.writelines("\t".join(map(_cell, row)) + "\n" for row in sorted(rows))
    notes = (f"{unknown} identifiers have no known address and are left out",) if unknown else ()
    return Written("sssom", (Path(path),), {"mappings": len(rows)}, notes)


def _cell(text: str) -> str:
    """A value as TSV holds it: quoted where it has a quotation mark, as readers of CSV expect."""
    return '"' + text.replace('"', '""') + '"' if '"' in text else text
