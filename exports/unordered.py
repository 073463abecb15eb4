"""What a set of triples does not say of a record: the order of its lists, and values that are no valid web address.

Most lists are sorted, and then nothing more is written. Where one is not, or does not come back from its triples, the whole list is
kept in `kg:inOrder`, a JSON object of the node. `exports.rdf_nodes` writes it, `kg.load.rdf` reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kg.model import ConceptType
from ontology.terms import ELSEWHERE

if TYPE_CHECKING:
    from kg.model import Concept, Paper

__all__ = ["concept_lists", "in_order", "paper_lists", "sorted_concept_lists"]

Lists = Mapping[str, Sequence[str]]


def paper_lists(paper: Paper) -> Lists:
    """The lists of a paper; its authors have a place of their own in RDF."""
    return {"urls": paper.urls}


def concept_lists(concept: Concept) -> Lists:
    """The lists of a concept."""
    return {
        "aliases": concept.aliases,
        "acronyms": concept.acronyms,
        "broader": concept.broader,
        "identifiers": concept.identifiers,
        "also": tuple(kind.value for kind in concept.also),
    }


def sorted_concept_lists(
    concept: str,
    other_names: Iterable[str],
    acronyms: Iterable[str],
    broader: Iterable[str],
    also: Iterable[str],
    matches: Iterable[str],
    identifiers: Iterable[str],
) -> Lists:
    """The lists of a concept as its triples give them: `other_names` are those of skos:altLabel, `matches` IRIs elsewhere."""
    short = set(acronyms)
    elsewhere = [f"{prefix}:{iri[len(space) :]}" for iri in matches for prefix, space in ELSEWHERE.items() if iri.startswith(space)]
    kinds = set(also)
    return {
        "aliases": sorted(set(other_names) - short),
        "acronyms": sorted(short),
        "broader": sorted(set(broader)),
        "identifiers": sorted({*elsewhere, *(i for i in identifiers if i != concept)}),
        "also": [kind.value for kind in ConceptType if kind.value in kinds],
    }


def in_order(lists: Lists, from_triples: Lists) -> str:
    """The JSON object of those lists that triples do not give back, or an empty string.

    >>> in_order({"urls": ("http://b", "http://a")}, {"urls": ["http://a", "http://b"]})
    '{"urls":["http://b","http://a"]}'
    """
    kept: dict[str, Any] = {name: list(values) for name, values in lists.items() if list(values) != list(from_triples[name])}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")) if kept else ""
