"""Two graphs, compared: papers, concepts under their ids then and now, links and relations between concepts.

`kg.equality` tells every difference to the last digit; this tells what a reader wants to know of a later build.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any

from kg.analysis.changes import Change, shares
from kg.equality import concept_facts, paper_facts
from kg.graph import Graph
from kg.table import Table

#: What of a concept is compared.
OF_CONCEPT = ("type", "label", "aliases", "acronyms", "broader", "identifiers", "also", "known")


def between_graphs(old: Graph, new: Graph, confidence: float, level: float) -> tuple[list[Change], Table, tuple[str, ...]]:
    """What changed from one graph to a later one.

    A concept of which only the id is another is renamed, several that became one are merged (both graphs know the ids that their concepts
    have elsewhere). Links are compared where both graphs have the paper; those of papers that came or went are counted in the notes.

    Args:
        confidence: by how much that of a link must differ to count as a change.
    """
    import numpy as np

    papers, common = _papers(old, new)
    ids = present(old, new)
    concepts = list(_concepts(old, new, ids))
    links, notes = _links(old, new, ids, common, confidence)
    relations = list(_relations(old, new, ids))
    before, after = _named_by(old, ids), new.paper_counts()
    labels = {c.id: c for c in new.concepts()}
    kept = [i for i in dict.fromkeys(ids.values()) if before[i] or after[i]]
    named = [(i, labels[i].label, labels[i].type.value) for i in kept]
    sizes = [graph.counts()["papers"] for graph in (old, new)]
    counts = [np.array([count[i] for i in kept], dtype=np.int64) for count in (before, after)]
    more, table = shares(named, counts[0], sizes[0], counts[1], sizes[1], level)
    changes = [*papers, *concepts, *links, *relations, *more]
    said = (
        f"{sizes[0]:,} papers and {len(old.paper_counts()):,} concepts before, {sizes[1]:,} and {len(after):,} after",
        *notes,
        *(("the graphs are the same",) if old.fingerprint == new.fingerprint else ()),
        *(
            ("the graphs differ, but in nothing that is looked at here; kg.equality.differences tells",)
            if not changes and old.fingerprint != new.fingerprint
            else ()
        ),
    )
    return changes, table, said


def present(old: Graph, new: Graph) -> dict[str, str]:
    """The ids of the old graph's concepts → the ids they have in the new one; those that are gone are not there."""
    there = {c.id for c in new.concepts()}
    # an id that the new graph has, and the old one knows as another name of a concept of its own
    back: dict[str, str] = {owner: other for other, owner in old.other_ids().items() if other in there}
    found: dict[str, str] = {}
    for concept in old.concepts():
        now = concept.id if concept.id in there else new.present_id(concept.id) or back.get(concept.id, "")
        if now:
            found[concept.id] = now
    return found


def _named_by(old: Graph, ids: dict[str, str]) -> Counter[str]:
    """How many papers of the old graph name each concept of the new one: a paper of two that are one now counts once."""
    links = old.columns("links", ["paper", "concept"])
    pairs = {(p, ids[c]) for p, c in zip(links["paper"].to_pylist(), links["concept"].to_pylist(), strict=True) if c in ids}
    return Counter(concept for _, concept in pairs)


def _papers(old: Graph, new: Graph) -> tuple[list[Change], set[str]]:

    def of(graph: Graph, n: int) -> Iterator[tuple[str, int, dict[str, Any]]]:
        return ((str(f.key[0]), n, dict(f.says)) for f in paper_facts(graph))

    found: dict[str, list[Change]] = {"came": [], "went": [], "changed": []}
    common: set[str] = set()
    for paper, group in groupby(merge(of(old, 0), of(new, 1), key=itemgetter(0, 1)), key=itemgetter(0)):
        said = {n: says for _, n, says in group}
        if len(said) == 1:
            (n,) = said
            change = ("went", "came")[n]
            found[change].append(Change("paper", change, paper, said[n]["title"]))
            continue
        common.add(paper)
        fields = [name for name, value in said[0].items() if value != said[1][name]]
        if fields:
            one, other = (_plain({name: said[n][name] for name in fields}) for n in (0, 1))
            found["changed"].append(Change("paper", "changed", paper, said[1]["title"], None, one, other))
    return [change for changes in found.values() for change in changes], common


def _concepts(old: Graph, new: Graph, ids: dict[str, str]) -> Iterator[Change]:
    before, after = ({str(f.key[0]): dict(f.says) for f in concept_facts(graph)} for graph in (old, new))
    sources: dict[str, list[str]] = {}
    for one, other in ids.items():
        sources.setdefault(other, []).append(one)

    def by_papers(side: dict[str, dict[str, Any]]) -> Callable[[str], tuple[int, str]]:
        return lambda i: (-side[i]["papers"], i)

    for i in sorted(after.keys() - sources.keys(), key=by_papers(after)):
        yield Change("concept", "came", i, after[i]["label"], None, 0, after[i]["papers"])
    for i in sorted(before.keys() - ids.keys(), key=by_papers(before)):
        yield Change("concept", "went", i, before[i]["label"], None, before[i]["papers"], 0)
    for other in sorted(sources, key=by_papers(after)):
        for one in sources[other]:
            if len(sources[other]) > 1 and one != other:
                yield Change("concept", "merged", one, before[one]["label"], other, before[one]["papers"], after[other]["papers"])
            elif one != other:
                yield Change("concept", "renamed", one, after[other]["label"], other, one, other)
    for other in sorted(sources, key=by_papers(after)):
        for one in sources[other]:
            if len(sources[other]) > 1 and one != other:
                continue
            broader = tuple(ids.get(b, b) for b in before[one]["broader"])
            mine = {**before[one], "broader": broader}
            fields = [name for name in OF_CONCEPT if mine[name] != after[other][name]]
            if fields:
                values = ({name: side[name] for name in fields} for side in (mine, after[other]))
                yield Change("concept", "changed", other, after[other]["label"], None, *map(_plain, values))


def _links(old: Graph, new: Graph, ids: dict[str, str], common: set[str], confidence: float) -> tuple[list[Change], list[str]]:
    columns = ["paper", "concept", "relation", "confidence"]
    apart = [0, 0]
    sides: list[dict[tuple[str, str], tuple[str, float]]] = []
    for n, graph in enumerate((old, new)):
        side: dict[tuple[str, str], tuple[str, float]] = {}
        table = graph.columns("links", columns)
        for paper, concept, relation, sure in zip(*(table[name].to_pylist() for name in columns), strict=True):
            if paper not in common:
                apart[n] += 1
                continue
            key = (paper, ids.get(concept, concept) if n == 0 else concept)
            # of links that became one, the surest
            if key not in side or sure > side[key][1]:
                side[key] = (relation, sure)
        sides.append(side)
    before, after = sides
    labels = {c.id: c.label for graph in (old, new) for c in graph.concepts()}
    changes = [Change("link", "came", p, labels[c], c, None, r) for (p, c), (r, _) in after.items() if (p, c) not in before]
    changes += [Change("link", "went", p, labels[c], c, r, None) for (p, c), (r, _) in before.items() if (p, c) not in after]
    small = 0
    for (paper, concept), (relation, sure) in before.items():
        if (paper, concept) not in after:
            continue
        now, surer = after[paper, concept]
        if relation != now:
            changes.append(Change("link", "changed", paper, labels[concept], concept, relation, now))
        elif abs(sure - surer) >= confidence:
            changes.append(Change("link", "changed", paper, labels[concept], concept, round(sure, 6), round(surer, 6)))
        else:
            small += sure != surer
    notes = [f"{small:,} links differ in confidence by less than {confidence:g} alone"] if small else []
    for many, words in zip(apart, ("went", "came"), strict=True):
        if many:
            notes.append(f"{many:,} links of papers that {words} are not listed")
    return changes, notes


def _relations(old: Graph, new: Graph, ids: dict[str, str]) -> Iterator[Change]:
    columns = ["head", "relation", "tail"]
    sides: list[dict[tuple[str, str], set[str]]] = []
    for n, graph in enumerate((old, new)):
        side: dict[tuple[str, str], set[str]] = {}
        table = graph.columns("concept_relations", columns)
        for head, relation, tail in zip(*(table[name].to_pylist() for name in columns), strict=True):
            if n == 0:
                head, tail = ids.get(head, head), ids.get(tail, tail)
            side.setdefault((head, tail), set()).add(relation)
        sides.append(side)
    before, after = sides
    labels = {c.id: c.label for graph in (old, new) for c in graph.concepts()}
    for change, keys in (
        ("came", after.keys() - before.keys()),
        ("went", before.keys() - after.keys()),
        ("changed", {k for k in before.keys() & after.keys() if before[k] != after[k]}),
    ):
        for head, tail in sorted(keys):
            one, other = (sorted(side[head, tail]) if (head, tail) in side else None for side in (before, after))
            yield Change("relation", change, head, f"{labels[head]}, {labels[tail]}", tail, one, other)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Tuples as lists, which cells hold."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
