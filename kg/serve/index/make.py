"""Fills the index of a graph: what its API answers from, laid out by what is asked together."""

from __future__ import annotations

import json
import re
import sys
from array import array
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from exports.explorer import content
from kg.errors import GraphError, PaperkgError
from kg.model import FIELDS, ConceptRelation, ConceptType, Relation
from kg.resolve import hashed
from kg.serve.index.texts import TextsWriter, save, write_keys
from kg.serve.index.words import write_words
from kg.tables import ByPaper
from kg.text import fold

if TYPE_CHECKING:
    from kg.graph import Graph

#: Grows when what the index holds, or how, changes.
LAYOUT = 5
#: Concepts that the explorer opens with.
TOP = 1000
TYPES, RELATIONS, CONCEPT_RELATIONS = (tuple(t.value for t in kinds) for kinds in (ConceptType, Relation, ConceptRelation))
#: Kinds of names that can be searched for, of concepts and then of papers.
NAMES = ("label", "alias", "acronym", "id", "title")
#: The year of what has none.
UNDATED = -1
_PARENTHESIS = re.compile(r"\([^()]*\)")


def make(graph: Graph, folder: Path) -> None:
    """Writes the index of a graph into an empty folder. Of papers one is in memory at a time, of concepts all are."""
    numbers = _concepts(graph, folder)
    papers, years = _papers(graph, folder, numbers)
    _relations(graph, folder, numbers, papers)
    about = {
        "counts": graph.counts(),
        "version": graph.manifest["paperkg_version"],
        "fingerprint": graph.fingerprint,
        "inputs": graph.manifest["inputs"],
        "years": sorted(Counter(y for y in years if y != UNDATED).items()),
        "undated": sum(y == UNDATED for y in years),
    }
    (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")
    page = content(graph, top=TOP, min_papers=0, sentences=False).data
    # numbers of the page are those of the index, so that a part of the graph can be placed beside it
    assert page["concepts"]["id"] == [*islice(numbers, TOP)]
    (folder / "page.json").write_text(json.dumps(page, separators=(",", ":")), encoding="utf-8")


def main(path: str, folder: str, fingerprint: str) -> None:
    """Makes the index of the graph at a path; what goes wrong is the last line of standard error, and a status."""
    from kg.graph import Graph

    try:
        graph = Graph.open(path)
        if graph.fingerprint != fingerprint:
            raise GraphError(f"{path}: the graph was replaced since it was opened; start again")
        make(graph, Path(folder))
    except PaperkgError as error:
        sys.exit(str(error))


def _concepts(graph: Graph, folder: Path) -> dict[str, int]:
    """Concepts by importance: number of papers, number of relations that name them, id. Returns id → number."""
    named: Counter[str] = Counter()
    for row in graph.rows("concept_relations", ["head", "tail"]):
        named.update((row["head"], row["tail"]))
    rows = sorted(graph.rows("concepts"), key=lambda row: (-row["papers"], -named[row["id"]], row["id"]))
    numbers = {row["id"]: n for n, row in enumerate(rows)}
    others: dict[str, list[str]] = {}
    for other, owner in graph.other_ids().items():
        others.setdefault(owner, []).append(other)
    with TextsWriter(folder, "concept-ids") as ids, TextsWriter(folder, "labels") as labels, TextsWriter(folder, "concepts") as records:
        for row in rows:
            ids.add(row["id"])
            labels.add(row["label"])
            records.add_record({**row, "other_ids": others.get(row["id"], [])})
    for name, values, kind in (
        ("concept-type", [TYPES.index(row["type"]) for row in rows], np.uint8),
        ("concept-known", [row["known"] for row in rows], np.uint8),
        ("concept-papers", [row["papers"] for row in rows], np.int32),
    ):
        save(folder, name, np.array(values, dtype=kind))
    write_keys(folder, "concept-number", numbers)
    write_keys(folder, "other-ids", {other: numbers[owner] for other, owner in graph.other_ids().items()})
    # an id with a hash stands for one name of its concept, see `kg.graph.Graph.present_id`
    marks = {f"{hashed(row['key'])} {numbers[row['concept']]}": numbers[row["concept"]] for row in graph.rows("names", ["key", "concept"])}
    write_keys(folder, "name-hashes", marks)
    write_words(folder, "concept-words", _names(rows, others))
    return numbers


def _names(rows: list[dict[str, Any]], others: dict[str, list[str]]) -> Iterator[tuple[str, int, int]]:
    for number, row in enumerate(rows):
        given = [(row["label"], 0), *((n, 1) for n in row["aliases"]), *((n, 2) for n in row["acronyms"])]
        ids = (row["id"], *others.get(row["id"], ()), *row["identifiers"])
        for name, kind in (*given, *((id_, 3) for id_ in ids)):
            yield name, number, kind
            # what stands behind a name in parentheses is set aside by its key
            if "(" in name and (short := _PARENTHESIS.sub(" ", name)) != name and fold(name) == fold(short):
                yield short, number, kind


def _papers(graph: Graph, folder: Path, numbers: dict[str, int]) -> tuple[dict[str, int], array[int]]:
    """Papers by id, and what they say of concepts. Returns id → number, and years by number."""
    labels = {row["id"]: row["label"] for row in graph.rows("catalog", ["id", "label"])}
    labels |= {row["id"]: row["label"] for row in graph.rows("concepts", ["id", "label"])}
    found: dict[str, int] = {}
    years = array("h")
    starts, concepts, relations, confidences = array("i", [0]), array("i"), array("B"), array("f")
    parts = [
        ByPaper(graph.rows("links")),
        ByPaper(graph.rows("mentions")),
        ByPaper(graph.rows("findings", ["paper", "finding", "candidate_ids", "candidate_scores", "candidate_reasons"])),
    ]
    titles: list[tuple[tuple[str, int], ...]] = []
    with TextsWriter(folder, "papers") as records, TextsWriter(folder, "links") as said:
        for row in graph.rows("papers"):
            found[row["id"]] = len(found)
            titles.append(((row["title"], 4), (row["id"], 3), *([(row["doi"], 3)] if row["doi"] else ())))
            years.append(UNDATED if row["year"] is None else max(0, min(row["year"], 9999)))
            links, mentions, findings = (part.of(row["id"]) for part in parts)
            by_finding: dict[int, list[dict[str, Any]]] = {}
            for mention in mentions:
                by_finding.setdefault(mention["finding"], []).append(mention)
            others = {f["finding"]: f for f in findings}
            made = [_link(link, numbers, by_finding, others, labels) for link in links]
            for one in made:
                concepts.append(one[0])
                relations.append(one[1])
                confidences.append(one[2])
            starts.append(len(concepts))
            records.add_record({key: value for key, value in row.items() if key != "digest"})
            said.add_record(made)
    write_keys(folder, "paper-number", found)
    concept, relation = np.array(concepts, dtype=np.int32), np.array(relations, dtype=np.uint8)
    confidence, bounds = np.array(confidences, dtype=np.float32), np.array(starts, dtype=np.int32)
    paper = np.repeat(np.arange(len(found), dtype=np.int32), np.diff(bounds))
    save(folder, "paper-starts", bounds)
    save(folder, "paper-concepts", concept)
    save(folder, "paper-year", np.array(years, dtype=np.int16))
    # of a concept, the papers that say most of it come first
    order = np.lexsort((paper, -confidence, relation, concept))
    save(folder, "concept-starts", np.searchsorted(concept[order], np.arange(len(numbers) + 1)).astype(np.int32))
    for name, values in (("paper", paper), ("relation", relation), ("confidence", confidence)):
        save(folder, f"link-{name}", values[order])
    first = np.full(len(numbers), 32_767, dtype=np.int32)
    dated = np.array(years, dtype=np.int32)[paper]
    np.minimum.at(first, concept[dated != UNDATED], dated[dated != UNDATED])
    save(folder, "concept-first", np.where(first == 32_767, UNDATED, first).astype(np.int16))
    # papers with most concepts first, then the newest
    count, year = np.diff(bounds), np.array(years, dtype=np.int32)
    best = np.lexsort((np.arange(len(found)), -year, -count))
    rank = np.empty(len(found), dtype=np.int32)
    rank[best] = np.arange(len(found))
    save(folder, "paper-by-rank", best.astype(np.int32))
    write_words(folder, "paper-words", ((text, int(rank[n]), kind) for n, names in enumerate(titles) for text, kind in names))
    return found, years


def _link(
    link: dict[str, Any],
    numbers: dict[str, int],
    mentions: dict[int, list[dict[str, Any]]],
    findings: dict[int, dict[str, Any]],
    labels: dict[str, str],
) -> list[Any]:
    """Concept, relation, confidence, variant, places, runners-up of the finding that decided, correction: as an array, since there are
    many."""
    places: dict[tuple[int, int, int], list[Any]] = {}
    for number in link["findings"]:
        for m in mentions.get(number, ()):
            field = FIELDS.index(m["field"])
            key = field, m["start"], m["end"]
            # where findings that came out as one concept share a place, it is one piece of evidence
            places.setdefault(key, [*key, m["sentence_start"], m["sentence_end"], m["cue"]])
    best = findings[link["findings"][0]] if link["findings"] and link["findings"][0] in findings else None
    others = []
    if best is not None:
        candidates = zip(best["candidate_ids"], best["candidate_scores"], best["candidate_reasons"], strict=True)
        others = [[i, labels.get(i), score, reason] for i, score, reason in candidates if i != link["concept"]]
    return [
        numbers[link["concept"]], RELATIONS.index(link["relation"]), link["confidence"], link["variant"], [*places.values()], others,
        link["correction"],
    ]  # fmt: skip


def _relations(graph: Graph, folder: Path, numbers: dict[str, int], papers: dict[str, int]) -> None:
    """Relations between concepts, by pair of head and tail; of a pair those of the catalog first, then the surest."""
    columns = {name: array(code) for name, code in (("head", "i"), ("tail", "i"), ("relation", "B"), ("paper", "i"), ("confidence", "f"))}
    columns |= {"field": array("B"), "start": array("i"), "end": array("i")}
    for row in graph.rows("concept_relations"):
        columns["head"].append(numbers[row["head"]])
        columns["tail"].append(numbers[row["tail"]])
        columns["relation"].append(CONCEPT_RELATIONS.index(row["relation"]))
        columns["paper"].append(papers[row["paper"]] if row["paper"] else -1)
        columns["confidence"].append(row["confidence"])
        columns["field"].append(FIELDS.index(row["field"]) if row["field"] else 0)
        columns["start"].append(row["start"])
        columns["end"].append(row["end"])
    made = {name: np.array(values) for name, values in columns.items()}
    order = np.lexsort((made["start"], made["paper"], -made["confidence"], made["paper"] >= 0, made["tail"], made["head"]))
    made = {name: values[order] for name, values in made.items()}
    for name, values in made.items():
        save(folder, f"stated-{name}", values)
    head, tail = made["head"].astype(np.int64), made["tail"].astype(np.int64)
    pair = head * len(numbers) + tail
    first = np.flatnonzero(np.concatenate(([True], pair[1:] != pair[:-1]))) if len(pair) else np.zeros(0, np.int64)
    bounds = np.append(first, len(pair))
    # papers that state anything of a pair; 0 where only the catalog does
    number = np.repeat(np.arange(len(first)), np.diff(bounds))
    read = made["paper"] >= 0
    distinct = np.unique(number[read] * len(papers) + made["paper"][read]) // max(len(papers), 1)
    counts = np.bincount(distinct, minlength=len(first))
    catalog = np.bincount(number[~read], minlength=len(first)) > 0
    years = np.load(folder / "paper-year.npy")
    dated = np.where(read, years[made["paper"]] if len(years) else UNDATED, UNDATED).astype(np.int32)
    earliest = np.full(len(first), 32_767, dtype=np.int32)
    np.minimum.at(earliest, number[dated != UNDATED], dated[dated != UNDATED])
    save(folder, "pair-starts", bounds.astype(np.int32))
    for name, values in (
        ("head", head[first].astype(np.int32)),
        ("tail", tail[first].astype(np.int32)),
        ("papers", counts.astype(np.int32)),
        ("catalog", catalog.astype(np.uint8)),
        ("first", np.where(earliest == 32_767, UNDATED, earliest).astype(np.int16)),
    ):
        save(folder, f"pair-{name}", values)
    places = np.arange(len(numbers) + 1)
    save(folder, "out-starts", np.searchsorted(head[first], places).astype(np.int32))
    into = np.lexsort((head[first], tail[first]))
    save(folder, "in-starts", np.searchsorted(tail[first][into], places).astype(np.int32))
    save(folder, "in-pairs", into.astype(np.int32))
