"""Which concepts belong together: Leiden communities of concepts that occur in the same papers.

Two concepts are joined by an edge where a paper is linked to both. A paper with k concepts gives each of its pairs the weight
1 / (k - 1), so that each of its concepts gets 1 from it and long lists do not outweigh short ones (Newman, "Scientific
collaboration networks. II", 2001). Traag, Waltman and van Eck, "From Louvain to Leiden", 2019. Modularity after Newman,
"Analysis of weighted networks", 2004.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from kg.analysis.config import Config, option
from kg.analysis.linked import by_paper, concepts_of
from kg.analysis.result import Result
from kg.graph import Graph
from kg.model import ConceptType
from kg.properties import Properties
from kg.table import Table

Pairs = dict[tuple[str, str], float]

#: Names shown of a community.
NAMES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunitiesConfig(Config):
    """Settings of `communities`."""

    EXAMPLES: ClassVar[tuple[str, ...]] = ("kg analyze graph communities", "kg analyze graph communities --table members --format csv")

    type: ConceptType | None = option(None, "only concepts of this type take part, as Method")
    least: int = option(1, "only concepts with so many papers take part", above=0)
    resolution: float = option(1.0, "above 1 for more and smaller communities, below for fewer and larger ones", above=0)
    seed: int = option(1, "one seed gives one partition", least=0)
    top: int | None = option(None, "communities shown at most", above=0, all=0)


def communities(graph: Graph, config: CommunitiesConfig | None = None, **options: Any) -> Result:
    """The communities of a graph's concepts, largest first.

    Returns:
        community (from 1, by falling size), concepts (how many), modularity (what the community adds to the whole, which is
        in the notes), share (of its edges' weight that stays inside), names (those with most weight inside).
        Table `members`: community, concept, name, type, papers, weight (of its edges inside), by community, then weight.
        Properties of concepts: community.

    Raises:
        UsageError: an option that does not exist or does not fit.
    """
    config = CommunitiesConfig.of(config, options)
    counts = graph.paper_counts()
    concepts = {i: c for i, c in concepts_of(graph, config.type).items() if counts[i] >= config.least}
    pairs = together(graph, concepts)
    groups = partition(pairs, config.resolution, config.seed)
    shares, whole = modularity(pairs, groups)
    inside: dict[str, float] = {}
    for (a, b), weight in pairs.items():
        if groups[a] == groups[b]:
            inside[a] = inside.get(a, 0.0) + weight
            inside[b] = inside.get(b, 0.0) + weight
    parts: dict[int, list[str]] = {}
    for concept, group in groups.items():
        parts.setdefault(group, []).append(concept)
    for part in parts.values():
        part.sort(key=lambda i: (-round(inside.get(i, 0.0), 9), i))
    alone = len(concepts) - len(groups)
    notes = (
        f"modularity {whole:.4f}, {len(parts):,} communities of {len(groups):,} concepts",
        *((f"{alone:,} concepts are in no paper with another one and left out",) if alone else ()),
    )
    shown = [(n, parts[n]) for n in sorted(parts)][: config.top]
    members: list[tuple[Any, ...]] = [
        (n, i, concepts[i].label, concepts[i].type.value, counts[i], round(inside.get(i, 0.0), 9)) for n, part in shown for i in part
    ]
    rows: list[tuple[Any, ...]] = [(n, len(part), *shares[n], ", ".join(concepts[i].label for i in part[:NAMES])) for n, part in shown]
    return Result(
        "communities",
        config,
        Table(("community", "concepts", "modularity", "share", "names"), rows),
        {"members": Table(("community", "concept", "name", "type", "papers", "weight"), members)},
        Properties({concept: {"community": group} for concept, group in groups.items()}),
        notes,
        graph.fingerprint,
    )


def together(graph: Graph, concepts: Mapping[str, Any]) -> Pairs:
    """Pairs of concepts (the smaller id first) that papers are linked to both of, with their weight."""
    pairs: Pairs = {}
    for _, links in by_paper(graph):
        own = [link["concept"] for link in links if link["concept"] in concepts]
        for n, a in enumerate(own):
            for b in own[n + 1 :]:
                pairs[a, b] = pairs.get((a, b), 0.0) + 1 / (len(own) - 1)
    return pairs


def partition(pairs: Pairs, resolution: float, seed: int) -> dict[str, int]:
    """The community of each concept that has an edge, numbered from 1 by falling size, then by the smallest id."""
    if not pairs:
        return {}
    import graspologic_native

    edges = [(a, b, weight) for (a, b), weight in sorted(pairs.items())]
    _, found = graspologic_native.leiden(
        edges, resolution=resolution, randomness=0.001, iterations=3, use_modularity=True, seed=seed, trials=3
    )
    parts: dict[int, list[str]] = {}
    for concept in sorted(found):
        parts.setdefault(found[concept], []).append(concept)
    ordered = sorted(parts.values(), key=lambda part: (-len(part), part[0]))
    return {concept: number for number, part in enumerate(ordered, 1) for concept in part}


def modularity(pairs: Pairs, groups: Mapping[str, int]) -> tuple[dict[int, tuple[float, float]], float]:
    """For each community what it adds to the modularity and what share of its edges' weight stays inside; and the modularity.

    Q = Σ_c [ W_c / W − (S_c / 2W)² ], with W the weight of all edges, W_c of those within c, and S_c the summed weight of
    the edges at its members.
    """
    if not pairs:
        return {}, 0.0
    total = sum(pairs.values())
    within = dict.fromkeys(groups.values(), 0.0)
    degrees = dict.fromkeys(groups.values(), 0.0)
    for (a, b), weight in pairs.items():
        degrees[groups[a]] += weight
        degrees[groups[b]] += weight
        if groups[a] == groups[b]:
            within[groups[a]] += weight
    shares = {
        c: (round(within[c] / total - (degrees[c] / (2 * total)) ** 2, 9), round(2 * within[c] / degrees[c], 9)) for c in sorted(within)
    }
    return shares, sum(added for added, _ in shares.values())
