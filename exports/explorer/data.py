"""What the page is told, in columns: `PageData` of exports/page/src/data.ts says what each column means.

What is kept of each concept and edge is bounded, and the bounds fall as the page grows, so that its size grows with what is shown and
not with the number of papers. What is left out is said: in `notes`, in `concepts.more`, `links.total` and the places of a relation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from exports.explorer.choose import Chosen, cap, choose, strongest
from exports.explorer.edges import NEIGHBOURS, Edges, Stated, earliest, join, stated
from exports.explorer.evidence import Mentions, Sentences, links_of, read_texts
from exports.explorer.places import Places, arranged
from exports.explorer.properties import columns
from exports.explorer.words import CATALOG, CONCEPT_RELATIONS, KINDS, LINK, RELATIONS, TEXT, TOGETHER, TYPES, numbered
from exports.iris import Iris, addresses
from kg.model import ConceptRelation
from kg.properties import NONE, Properties
from ontology.terms import BASE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kg.graph import Graph
    from kg.tables import Row

    Ints = NDArray[np.int64]

#: Concepts on a page, unless more are asked for.
TOP = 2_000
#: Links kept of one concept, of the first `TOP` concepts in all, and of all others.
LINKS, FIRST_LINKS, OTHER_LINKS = 200, 20_000, 10_000
#: Places kept of one relation between two concepts, and of all.
PLACES, ALL_PLACES = 40, 20_000
#: Sentences kept of one link, and where there are many links.
QUOTES, QUOTES_OF_MANY, MANY = 4, 2, 10_000


@dataclass(frozen=True, slots=True)
class Content:
    """A page's data, as JSON values; and how many nodes and edges of each kind it has."""

    data: dict[str, Any]
    counts: dict[str, int]

    @property
    def notes(self) -> list[str]:
        """What is left out, in words."""
        found: list[str] = self.data["notes"]
        return found


def content(
    graph: Graph,
    *,
    top: int = TOP,
    min_papers: int = 1,
    papers: bool = False,
    seed: int = 1,
    title: str | None = None,
    base: str = BASE,
    sentences: bool = True,
    properties: Properties = NONE,
) -> Content:
    """What a page shows of a graph.

    Args:
        top: at most so many concepts (and, with `papers`, papers).
        min_papers: leave out concepts of fewer papers.
        papers: papers are nodes, too.
        seed: for the layout.
        title: the heading; by default "Knowledge graph of N papers".
        base: what IRIs begin with.
        sentences: put links and evidence in; without, a server is asked for them when they are wanted.
        properties: what analyses found.

    Raises:
        UsageError: `base` is no web address.
        DataError: a property is called as something that the page has of its own.
    """
    import numpy as np

    of_concepts, of_papers = columns(properties, "concepts"), columns(properties, "papers")
    chosen = choose(graph, top=top, min_papers=min_papers, papers=papers)
    said = stated(graph, chosen)
    edges = join(chosen, said)
    radii = node_radii(chosen)
    at = arranged(graph, radii, edges, seed, len(chosen.concepts))

    had = np.bincount(chosen.concept, minlength=len(chosen.concepts))
    most = np.full(len(had), cap(had[:TOP], FIRST_LINKS, LINKS))
    most[TOP:] = min(cap(had[TOP:], OTHER_LINKS, LINKS), int(most.min(initial=LINKS)))
    links = strongest(chosen.concept, (chosen.paper, -chosen.confidence, chosen.relation), most) if sentences else np.zeros(0, dtype=bool)
    if sentences:
        # what a paper that is a node says is all there
        links |= np.isin(chosen.paper, chosen.nodes)
    kept = np.flatnonzero(links)
    kept = kept[np.lexsort((chosen.paper[kept], -chosen.confidence[kept], chosen.relation[kept], chosen.concept[kept]))]
    more = had - np.bincount(chosen.concept[kept], minlength=len(had))
    evidence = _evidence(graph, said, len(chosen.concepts)) if sentences else {}
    numbers = set(chosen.paper[kept].tolist()) | {p for found in evidence.values() for one in found for p, *_ in one.surest}
    nodes = chosen.nodes.tolist()
    order = [*nodes, *sorted(numbers - set(nodes))]
    texts, rows = read_texts(graph, set(order))
    place = {number: n for n, number in enumerate(order)}
    mentions, quoted = Mentions(graph, chosen), Sentences(texts)
    quotes = QUOTES if len(kept) <= MANY else QUOTES_OF_MANY
    told = links_of(graph, chosen, kept, mentions, quoted, quotes)
    joined = _edges(chosen, edges, evidence, mentions, quoted, place)
    shown = {name: int((edges.kind == n).sum()) for n, (name, _, _) in enumerate(KINDS)}
    counts = graph.counts()
    notes, cut = _notes(chosen, edges, counts, min_papers, papers, most if sentences and bool(more.any()) else None, quotes, sentences)
    data: dict[str, Any] = {
        "format": 1,
        "title": f"Knowledge graph of {numbered(counts['papers'], 'paper')}" if title is None else title,
        "about": f"{numbered(counts['papers'], 'paper')} · {numbered(counts['concepts'], 'concept')} · "
        f"{numbered(counts['links'], 'link')} · {numbered(counts['concept_links.text'], 'relation')} read in texts",
        "notes": notes,
        "cut": cut,
        "base": Iris(base).base,
        "counts": {
            "papers": counts["papers"],
            "concepts": counts["concepts"],
            "links": counts["links"],
            "relations": counts["concept_links.text"],
        },
        "types": _types(chosen, counts),
        "relations": [{"name": r.value, "forward": f, "backward": b} for r, (f, b) in RELATIONS.items()],
        "conceptRelations": [{"name": r.value, "forward": f, "backward": b} for r, (f, b) in CONCEPT_RELATIONS.items()],
        "kinds": _kinds(shown, len(chosen.concepts), papers),
        "communities": _communities(chosen, at),
        "concepts": _concepts(chosen, at, radii, more),
        "papers": _papers([rows[number] for number in order], len(nodes), at, len(chosen.concepts)),
        "sentences": list(quoted.all),
        "links": {
            "concept": chosen.concept[kept].tolist(),
            "paper": [place[p] for p in chosen.paper[kept].tolist()],
            "relation": chosen.relation[kept].tolist(),
            "confidence": np.round(chosen.confidence[kept], 2).tolist(),
            **told,
        },
        "edges": joined,
        "years": _years(chosen),
    }
    if of_concepts or of_papers:
        data["properties"] = {"concepts": of_concepts.about, "papers": of_papers.about}
        data["concepts"]["values"] = of_concepts.rows(data["concepts"]["id"])
        data["papers"]["values"] = of_papers.rows(data["papers"]["id"])
    return Content(data, {"concepts": len(chosen.concepts), "papers": len(nodes), "links": len(kept), **shown})


def node_radii(chosen: Chosen) -> list[float]:
    """The radius of each node, concepts first."""
    most = max(chosen.papers_of, default=0)
    return [radius(papers, most) for papers in chosen.papers_of] + [4.0] * len(chosen.nodes)


def radius(papers: int, most: int) -> float:
    """The radius of a concept, where the concept of most papers has `most`."""
    # the area shows the number of papers; a concept of one paper stays large enough to be hit
    return round(6.0 + 22.0 * math.sqrt(papers / max(most, 8)), 1)


def _concepts(chosen: Chosen, at: Places, radii: list[float], more: Ints) -> dict[str, list[Any]]:
    count = len(chosen.concepts)
    first = earliest(chosen.concept, chosen.years[chosen.paper], count).tolist()
    type_ = {name: n for n, name in enumerate(TYPES)}
    return {
        "id": [c.id for c in chosen.concepts],
        "label": [c.label for c in chosen.concepts],
        "type": [type_[c.type.value] for c in chosen.concepts],
        "papers": chosen.papers_of,
        "known": [int(c.known) for c in chosen.concepts],
        "community": at.community[:count],
        "x": at.x[:count],
        "y": at.y[:count],
        "r": radii[:count],
        "names": [[n for n in dict.fromkeys(c.names) if n != c.label] for c in chosen.concepts],
        "identifiers": [list(c.identifiers) for c in chosen.concepts],
        "first": [year or None for year in first],
        "more": more.tolist(),
    }


def _papers(rows: list[Row], nodes: int, at: Places, first: int) -> dict[str, list[Any]]:
    rest = [None] * (len(rows) - nodes)
    return {
        "id": [r["id"] for r in rows],
        "title": [r["title"] for r in rows],
        "year": [r["year"] for r in rows],
        "venue": [r["venue"] for r in rows],
        "url": [next(iter(addresses(r["urls"], r["doi"], r["arxiv"])), None) for r in rows],
        "authors": [list(r["authors"]) for r in rows],
        "doi": [r["doi"] for r in rows],
        "node": [1] * nodes + [0] * len(rest),
        "x": [*at.x[first:], *rest],
        "y": [*at.y[first:], *rest],
    }


@dataclass(frozen=True, slots=True)
class _Said:
    """One relation of a pair as texts state it: in how many papers and places, and the surest places as (paper, confidence, in the title,
    start, end)."""

    relation: int
    papers: int
    places: int
    surest: list[tuple[int, float, bool, int, int]]


def _evidence(graph: Graph, said: Stated, count: int) -> dict[tuple[int, int], list[_Said]]:
    """Pair of concepts → what texts state of it, the relation that most papers state first."""
    import numpy as np

    read = np.flatnonzero(said.paper >= 0)
    if not len(read):
        return {}
    table = graph.columns("concept_relations", ["confidence", "field", "start", "end"]).take(said.row[read])
    confidence, paper = table["confidence"].to_numpy(), said.paper[read]
    key = (said.head[read] * count + said.tail[read]) * len(CONCEPT_RELATIONS) + said.relation[read]
    keys, group, sizes = np.unique(key, return_inverse=True, return_counts=True)
    wide = int(paper.max()) + 1
    papers = np.bincount(np.unique(group * wide + paper) // wide, minlength=len(keys))
    kept = strongest(group, (np.arange(len(read)), -confidence), cap(sizes, ALL_PLACES, PLACES))
    order = np.lexsort((np.arange(len(read)), -confidence, group))
    title = [field == "title" for field in table["field"].to_pylist()]
    start, end = table["start"].to_pylist(), table["end"].to_pylist()
    surest: list[list[tuple[int, float, bool, int, int]]] = [[] for _ in keys]
    for n in order[kept[order]].tolist():
        surest[group[n]].append((int(paper[n]), float(confidence[n]), title[n], start[n], end[n]))
    made: dict[tuple[int, int], list[_Said]] = {}
    for n, pair in enumerate((keys // len(CONCEPT_RELATIONS)).tolist()):
        one = _Said(int(keys[n] % len(CONCEPT_RELATIONS)), int(papers[n]), int(sizes[n]), surest[n])
        made.setdefault((pair // count, pair % count), []).append(one)
    for found in made.values():
        found.sort(key=lambda one: (-one.papers, one.relation))
    return made


def _edges(
    chosen: Chosen,
    edges: Edges,
    evidence: dict[tuple[int, int], list[_Said]],
    mentions: Mentions,
    quoted: Sentences,
    place: dict[int, int],
) -> dict[str, list[Any]]:
    import numpy as np

    inside = np.isin(chosen.paper, chosen.nodes)
    says = iter(chosen.relation[inside].tolist())
    relations: list[list[Any]] = []
    kind_of = list(CONCEPT_RELATIONS).index(ConceptRelation.KIND_OF)
    for kind, head, tail in zip(edges.kind.tolist(), edges.head.tolist(), edges.tail.tolist(), strict=True):
        if kind == LINK:
            relations.append([[next(says), 1, 0, []]])
        elif kind == CATALOG:
            relations.append([[kind_of, 0, 0, []]])
        elif kind == TEXT:
            made = []
            for one in evidence.get((head, tail), ()):
                found = []
                for paper, confidence, title, start, end in one.surest:
                    marks = mentions.within(paper, (head, tail), title, start, end)
                    sentence, *at = quoted.quote(paper, title, *quoted.around(paper, title, start, end), marks)
                    found.append([place[paper], round(confidence, 2), sentence, *at])
                made.append([one.relation, one.papers, one.places, found])
            relations.append(made)
        else:
            relations.append([])
    return {
        "kind": edges.kind.tolist(),
        "head": edges.head.tolist(),
        "tail": edges.tail.tolist(),
        "papers": edges.papers.tolist(),
        "first": [year or None for year in edges.first.tolist()],
        "relations": relations,
    }


def _years(chosen: Chosen) -> dict[str, Any] | None:
    """Papers a year, over the graph and of each concept; None where no paper has a year."""
    import numpy as np

    known = np.unique(chosen.years[chosen.years > 0])
    if not len(known):
        return None
    year = np.searchsorted(known, chosen.years)
    dated = chosen.years[chosen.paper] > 0
    count = len(chosen.concepts)
    table = np.bincount(chosen.concept[dated] * len(known) + year[chosen.paper[dated]], minlength=count * len(known)).reshape(count, -1)
    return {
        "of": known.tolist(),
        "papers": np.bincount(year[chosen.years > 0], minlength=len(known)).tolist(),
        "concepts": [row.tolist() if row.any() else [] for row in table],
    }


def _types(chosen: Chosen, counts: dict[str, int]) -> list[dict[str, Any]]:
    shown = {name: sum(c.type.value == name for c in chosen.concepts) for name in TYPES if name != "Paper"}
    types: list[dict[str, Any]] = [
        {"name": name, "plural": TYPES[name], "shown": number, "total": counts.get(f"concepts.{name}", number)}
        for name, number in shown.items()
    ]
    if len(chosen.nodes):
        types.append({"name": "Paper", "plural": TYPES["Paper"], "shown": len(chosen.nodes), "total": counts["papers"]})
    return types


def _kinds(shown: dict[str, int], concepts: int, papers: bool) -> list[dict[str, Any]]:
    # edges that say little are off, unless there is little else to see
    few = shown["text"] + shown["catalog"] < concepts / 3
    return [
        {"name": name, "label": label, "about": about, "shown": shown[name], "on": name != "together" or (few and not papers)}
        for name, label, about in KINDS
    ]


def _communities(chosen: Chosen, at: Places) -> list[dict[str, Any]]:
    members: list[list[int]] = [[] for _ in range(max(at.community, default=-1) + 1)]
    for node, community in enumerate(at.community[: len(chosen.concepts)]):
        members[community].append(node)
    return [
        {
            "label": "Small groups" if at.rest and n == len(members) - 1 else ", ".join(chosen.concepts[t].label for t in at.top[n][:3]),
            "size": len(nodes),
            "top": at.top[n],
            # no community: they are neighbours on the map only
            **({"rest": True} if at.rest and n == len(members) - 1 else {}),
        }
        for n, nodes in enumerate(members)
    ]


def _notes(
    chosen: Chosen, edges: Edges, counts: dict[str, int], min_papers: int, papers: bool, most: Ints | None, quotes: int, whole: bool
) -> tuple[list[str], bool]:
    """What the page leaves out, in words, and whether concepts are among it."""
    notes: list[str] = []
    shown, left = len(chosen.concepts), counts["concepts"] - chosen.eligible
    if left and min_papers <= 1:
        notes.append(f"{numbered(left, 'concept')} of the catalog that no paper names, ancestors of those named, are not shown.")
    elif left:
        notes.append(
            f"{numbered(left, 'concept')} of the graph's {counts['concepts']:,} that fewer than {min_papers} papers name are not shown."
        )
    cut = shown < chosen.eligible
    if cut:
        notes.append(
            f"{shown:,} of {numbered(chosen.eligible, 'concept')} are shown: those that most papers name, then those in most relations. "
            + (
                "Write the page with a larger top (--top) to see more."
                if whole
                else "The search knows all of them, and Expand brings neighbours."
            )
        )
    if papers and len(chosen.nodes) < counts["papers"]:
        notes.append(
            f"{len(chosen.nodes):,} of {numbered(counts['papers'], 'paper')} are nodes: those with most links to the concepts shown."
        )
    lines = int((edges.kind == TOGETHER).sum())
    if lines < edges.together:
        notes.append(
            f"{lines:,} of {edges.together:,} pairs named in the same papers are edges: for every concept its {NEIGHBOURS} strongest by "
            "the share of papers that name both (Salton's cosine)."
        )
    if most is not None:
        first, last = int(most[0]), int(most[-1])
        of = "a concept" if first == last else f"each of the first {TOP:,} concepts and {last:,} of each other"
        beside = ", beside those of papers that are nodes," if papers else ""
        notes.append(f"At most {numbered(first, 'link')} of {of}{beside} are on the page: the strongest by relation, then confidence.")
    if quotes < QUOTES:
        notes.append(f"Of a link, at most {numbered(quotes, 'sentence')} {'is' if quotes == 1 else 'are'} on the page.")
    return notes, cut
