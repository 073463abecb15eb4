"""Concepts, papers and sentences as answers name them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from exports.iris import addresses
from exports.quotes import merged, utf16
from kg.model import FIELDS
from kg.serve.api.answers import ConceptRef, PaperRef, Place, Quote, RunnerUp
from kg.serve.api.problems import unknown
from kg.serve.index import TYPES, UNDATED, Index

Units = Literal["codepoint", "utf16"]


def concept_of(index: Index, parameter: str, id_: str) -> int:
    """The number of a concept.

    Raises:
        Problem: there is none of that id; the message names near ones.
    """
    found = index.concept(id_)
    if found is None:
        raise unknown("concept", parameter, id_, index.near_concepts(id_))
    return found


def paper_of(index: Index, parameter: str, id_: str) -> int:
    """The number of a paper; raises as `concept_of` does."""
    found = index.paper(id_)
    if found is None:
        raise unknown("paper", parameter, id_, index.near_papers(id_))
    return found


def concept_ref(index: Index, number: int) -> ConceptRef:
    """A concept in short."""
    type_: Any = TYPES[index.types[number]]
    return {"id": index.concept_ids[number], "label": index.labels[number], "type": type_, "papers": int(index.papers_of[number])}


def paper_ref(record: dict[str, Any]) -> PaperRef:
    """A paper in short, of its row."""
    return {name: record[name] for name in ("id", "title", "authors", "year", "venue")} | {"url": address(record)}  # type: ignore[return-value]


def address(record: dict[str, Any]) -> str | None:
    """Where a paper can be read, of its row: an address that a browser would merely open, or None."""
    return next(iter(addresses(record["urls"], record["doi"], record["arxiv"])), None)


def year(value: int) -> int | None:
    """A year of the index."""
    return None if value == UNDATED else int(value)


def runners_up(link: Sequence[Any]) -> list[RunnerUp]:
    """What a mention might have meant, of a link of the index."""
    return [{"id": id_, "label": label, "score": score, "reason": reason} for id_, label, score, reason in link[5]]


def quotes(record: dict[str, Any], places: Iterable[Sequence[Any]], units: Units) -> list[Quote]:
    """The sentences around places of a paper, each once, in the order in which they first come.

    Args:
        places: field, start, end, and where the sentence begins and ends, in code points of the field.
    """
    found: dict[tuple[int, int, int], list[Place]] = {}
    for field, start, end, low, high, *_ in places:
        found.setdefault((field, low, high), []).append((start, end))
    return [quote(record, field, low, high, marks, units) for (field, low, high), marks in found.items()]


def quote(record: dict[str, Any], field: int, low: int, high: int, marks: Iterable[Place], units: Units) -> Quote:
    """One sentence, with the places in it that are meant, in order and without overlaps; all given in code points of the field."""
    text: str = record[FIELDS[field]]
    sentence = text[low:high]
    return {
        "field": FIELDS[field],
        "start": place(text, low, units),
        "end": place(text, high, units),
        "sentence": sentence,
        "marks": [
            (place(sentence, a, units), place(sentence, b, units)) for a, b in merged(sentence, ((a - low, b - low) for a, b in marks))
        ],
    }


def place(text: str, offset: int, units: Units) -> int:
    """An offset of code points in the units that were asked for."""
    return utf16(text, offset) if units == "utf16" else offset
