"""Mappings of concepts to other vocabularies as SSSOM: a TSV file with its metadata in front (https://w3id.org/sssom/)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from exports import Written
from exports.files import replacing
from exports.iris import Iris, segment
from exports.rdf_nodes import mappings
from ontology.terms import BASE, ELSEWHERE, PREFIXES

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["COLUMNS", "JUSTIFICATION", "NEAR", "write"]

COLUMNS = ("subject_id", "subject_label", "predicate_id", "object_id", "mapping_justification")
#: How the catalog came to its identifiers, by where they lead; for the rest that is not known.
JUSTIFICATION = {"mlso": "semapv:LexicalMatching"}
UNKNOWN = "semapv:UnspecifiedMatching"
#: Catalogs of data sets and metrics: what stands there is a copy or a part of the concept as often as the whole, so no exact match.
NEAR = {
    "hf": "https://huggingface.co/datasets/",
    "hf-evaluate": "https://huggingface.co/spaces/evaluate-metric/",
    "tfds": "https://www.tensorflow.org/datasets/catalog/",
}

# an identifier that is the end of an address as it stands
_LOCAL = re.compile(r"[a-z-]+:[A-Za-z0-9_.~/-]+")


def write(
    graph: Graph,
    path: Path | str,
    *,
    overwrite: bool = False,
    base: str = BASE,
    license: str = "https://www.apache.org/licenses/LICENSE-2.0",  # noqa: A002 - the slot is called so
) -> Written:
    """Writes a row for each concept of the catalog that has an IRI elsewhere, sorted by both: `skos:exactMatch` where another
    vocabulary has the concept (MLSO, LPWC, Wikidata, CSO), `skos:closeMatch` where a catalog of data or metrics has it (`NEAR`).

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
        found = [("skos:exactMatch", next((p, i[len(s) :]) for p, s in ELSEWHERE.items() if i.startswith(s))) for i in matches]
        near = [tuple(other.split(":", 1)) for other in others if other.partition(":")[0] in NEAR and _LOCAL.fullmatch(other)]
        found += [("skos:closeMatch", (prefix, local)) for prefix, local in near]
        unknown += len(others) - len(near)
        for predicate, (prefix, local) in found:
            used.add(prefix)
            why = JUSTIFICATION.get(prefix, UNKNOWN)
            label = " ".join(concept.label.split())
            rows.add((f"concept:{segment(concept.id)}", label, predicate, f"{prefix}:{local}", why))
    spaces = {"concept": f"{iris.base}concept/", "skos": PREFIXES["skos"], "semapv": "https://w3id.org/semapv/vocab/"}
    spaces |= {prefix: space for prefix, space in {**ELSEWHERE, **NEAR}.items() if prefix in used}
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
