"""How well relations between concepts are read on papers that the reader does not know: from the text alone, and given the concepts
that curators list. What is wrong is counted by class."""

from __future__ import annotations

import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from exports.links_jsonl import records as links_of
from exports.relations_jsonl import records as relations_of
from kg.evaluate import fold, names_of, score_relations
from kg.graph import Graph
from kg.reader import Reader
from kg.training.gold import LISTING, OTHERS, Curated, Row
from kg.training.statements import listed, twice_read

#: Why a stated relation is wrong, and why one that curators require is missing. The first that holds counts.
CLASSES = {
    "wrong: an end that curators do not list": "one of the two concepts is wrong itself",
    "wrong: a pair that curators relate otherwise": "another relation, or the other way round",
    "wrong: a pair that curators do not relate": "both concepts are right",
    "missed: an end was not found": "one of the two concepts is missing, or has other bounds",
    "missed: stated otherwise": "another relation, or the other way round",
    "missed: nothing stated of the pair": "both concepts were found",
}
LINKS = {LISTING: "links.dev.jsonl", OTHERS: "links.train.jsonl"}
#: The two ways in which relations are read.
TEXT = "from the text"
GIVEN = "given the concepts"


def measured(shared: Path, part: str, papers: Sequence[Curated], graph: Graph, given: Sequence[Row]) -> dict[str, Any]:
    """Figures and errors of one part of the gold (`LISTING` or `OTHERS`).

    Args:
        graph: what was read from the texts of the papers.
        given: relations stated between curated concepts (`of_curated`).
    """
    gold, links = shared / "gold", shared / "gold" / LINKS[part]
    with tempfile.TemporaryDirectory(prefix="paperkg-") as folder:
        relations = gold / "relations.dev.jsonl"
        if part == OTHERS:
            relations = Path(folder) / "relations.jsonl"
            relations.write_text("".join(json.dumps(row) + "\n" for row in twice_read()), encoding="utf-8")
        curated = list(map(json.loads, relations.read_text(encoding="utf-8").splitlines()))
        read = list(relations_of(graph, aliases=True))
        figures = {name: score_relations(relations, links, rows).figures for name, rows in ((TEXT, read), (GIVEN, given))}
    return {"papers": len(curated), **figures, "errors": classes(papers, curated, read, links_of(graph))}


def of_curated(papers: Sequence[Curated], readers: Sequence[Reader], fold_of: np.ndarray, chosen: Iterable[int]) -> dict[int, list[Row]]:
    """What the reader of its fold states between the curated concepts of each chosen paper, as lines that `kg.evaluate` scores."""
    found = {}
    for n in chosen:
        item, reader = papers[n], readers[fold_of[n]]
        sight = reader.look([item.paper])
        pairs = listed(sight, item)
        things = [thing for _, thing in pairs]
        [statements] = reader.stated(sight, [(things, reader.findings(sight, 0, things))])
        found[n] = [
            {
                "title": item.paper.title, "relation": s.relation.value, "confidence": s.confidence,
                "head_name": pairs[s.head][0]["name"], "head_aliases": pairs[s.head][0]["aliases"],
                "tail_name": pairs[s.tail][0]["name"], "tail_aliases": pairs[s.tail][0]["aliases"],
            }
            for s in statements
        ]  # fmt: skip
    return found


def classes(papers: Sequence[Curated], curated: Sequence[Row], read: Iterable[Row], linked: Iterable[Row]) -> Counter[str]:
    """How many stated relations are wrong, and how many required ones missing, of each class.

    Args:
        curated: the relations of each paper, a line a paper.
        read: the relations that were read, with all names.
        linked: the concepts that were found.
    """
    entities = {fold(item.paper.title): [(e["name"], names_of(e["name"], e["aliases"])) for e in item.entities] for item in papers}
    stated: defaultdict[str, list[tuple[frozenset[str], str, frozenset[str]]]] = defaultdict(list)
    for row in read:
        head, tail = (names_of(row[f"{end}_name"], row[f"{end}_aliases"]) for end in ("head", "tail"))
        stated[fold(row["title"])].append((head, row["relation"], tail))
    found: defaultdict[str, list[frozenset[str]]] = defaultdict(list)
    for row in linked:
        found[fold(row["title"])].append(names_of(row["name"], row["aliases"]))
    counts: Counter[str] = Counter()
    for paper in curated:
        title = fold(paper["title"])
        known = dict(entities.get(title, ()))
        wanted = [
            (
                known.get(r["head"], frozenset({fold(r["head"])})),
                r["relation"],
                known.get(r["tail"], frozenset({fold(r["tail"])})),
                r["required"],
            )
            for r in paper["relations"]
        ]
        mine = stated[title]
        for head, relation, tail in mine:
            if any(h & head and t & tail and r == relation for h, r, t, _ in wanted):
                continue
            if not all(any(names & end for names in known.values()) for end in (head, tail)):
                counts["wrong: an end that curators do not list"] += 1
            elif any((h & head and t & tail) or (h & tail and t & head) for h, _, t, _ in wanted):
                counts["wrong: a pair that curators relate otherwise"] += 1
            else:
                counts["wrong: a pair that curators do not relate"] += 1
        for head, relation, tail, required in wanted:
            if not required or any(head & h and tail & t and relation == r for h, r, t in mine):
                continue
            if not all(any(end & names for names in found[title]) for end in (head, tail)):
                counts["missed: an end was not found"] += 1
            elif any((head & h and tail & t) or (head & t and tail & h) for h, _, t in mine):
                counts["missed: stated otherwise"] += 1
            else:
                counts["missed: nothing stated of the pair"] += 1
    return counts
