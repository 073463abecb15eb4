"""`/api/paper`."""

from __future__ import annotations

from typing import Any

from exports.iris import Iris, web_iri
from kg.model import FIELDS
from kg.serve.api.answers import LinkedConcept, Mention, PaperAnswer
from kg.serve.api.parameters import OnePaper, Units
from kg.serve.api.refs import concept_ref, paper_of, paper_ref, place, runners_up
from kg.serve.index import RELATIONS, Index

_IRIS = Iris()


def paper(index: Index, asked: OnePaper) -> PaperAnswer:
    """The text of a paper, and a page of what it names, each with its places."""
    number = paper_of(index, "id", asked.id)
    record = index.paper_record(number)
    links = sorted(index.links_of(number), key=lambda link: (link[1], -link[2], link[0]))
    return {
        **paper_ref(record),
        "iri": _IRIS.paper(record["id"]),
        "abstract": record["abstract"],
        "doi": record["doi"],
        "arxiv": record["arxiv"],
        "urls": [iri for url in record["urls"] if (iri := web_iri(url)) is not None],
        "source": record["source"],
        "line": record["line"],
        "total": len(links),
        "offset": asked.offset,
        "limit": asked.limit,
        "links": [_linked(index, record, link, asked.units) for link in links[asked.offset : asked.offset + asked.limit]],
    }


def _linked(index: Index, record: dict[str, Any], link: list[Any], units: Units) -> LinkedConcept:
    relation: Any = RELATIONS[link[1]]
    return {
        "concept": concept_ref(index, link[0]),
        "relation": relation,
        "confidence": link[2],
        "variant": link[3],
        "correction": link[6],
        "mentions": [_mention(record, one, units) for one in link[4]],
        "runners_up": runners_up(link),
    }


def _mention(record: dict[str, Any], one: list[Any], units: Units) -> Mention:
    field, start, end, low, high, cue = one
    text = record[FIELDS[field]]
    return {
        "field": FIELDS[field],
        "start": place(text, start, units),
        "end": place(text, end, units),
        "text": text[start:end],
        "sentence_start": place(text, low, units),
        "sentence_end": place(text, high, units),
        "cue": cue,
    }
