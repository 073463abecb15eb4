"""Which concepts belong together: Leiden communities of concepts that occur in the same papers, in two levels, with names.

Two concepts are joined where a paper is linked to both (`kg.analysis.leiden.together`). The second level is the same once more within each
community. A community is called by the concepts that are most characteristic of its papers (`kg.analysis.keyness.log_odds`), not by
those that are most frequent: these are in every community's papers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from kg.analysis.arrays import TYPES, Arrays, arrays
from kg.analysis.config import Config, option
from kg.analysis.partition import Partition, Ranked, divide
from kg.analysis.result import Result
from kg.graph import Graph
from kg.model import ConceptType
from kg.properties import Properties
from kg.table import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int32]

#: Concepts in a community's name.
NAMES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunitiesConfig(Config):
    """Settings of `communities`."""

    EXAMPLES: ClassVar[tuple[str, ...]] = (
        "kg analyze graph communities",
        "kg analyze graph communities --type Method --least 2 --table members --format csv",
    )
    TABLES: ClassVar[tuple[str, ...]] = ("members", "parts", "characteristic", "papers")

    type: ConceptType | None = option(None, "only concepts of this type take part, as Method")
    least: int = option(1, "only concepts with so many papers take part", above=0)
    resolution: float = option(1.0, "above 1 for more and smaller communities, below for fewer and larger ones", above=0)
    seed: int = option(1, "of Leiden; one seed gives one partition", least=0)
    top: int | None = option(None, "communities shown, in all tables", above=0, all=0)


def communities(graph: Graph, config: CommunitiesConfig | None = None, **options: Any) -> Result:
    """Concepts that belong together: Leiden communities.

    In two levels, with names, the largest first.

    Returns:
        community (from 1), name (its most characteristic concepts), concepts and papers (how many), modularity (what it adds to that
        of the whole, which is in the notes), share (of its edges' weight that stays inside). Further tables:
        `members`: community, part, concept, name, type, papers, weight (of its edges inside), strength (their share of all its
        edges' weight), by community, then weight. `parts`, the second level: community, part (from 1 in each community), name, concepts.
        `characteristic`: community, concept, name, type, score (log-odds, a z-score), inside (papers of the community with it), papers.
        `papers`: community, paper, title, year, share (of its concepts that are of the community).
        Properties of concepts: community, community_part, community_name, community_strength; of papers: community, community_name.

    Raises:
        UsageError: an option that does not exist or does not fit.
    """
    import numpy as np

    from kg.analysis.leiden import modularity, strength

    config = CommunitiesConfig.of(config, options)
    made = arrays(graph)
    taking = taking_part(made, config)
    found = divide(_of(made, taking), config.resolution, config.seed)
    count = int(found.group.max(initial=-1)) + 1
    shown = count if config.top is None else min(config.top, count)
    names = [_called(made, ranked) for ranked in found.characteristic]
    added, inside = modularity(found.joined, found.group)
    weight, share = strength(found.joined, found.group)
    sizes = np.bincount(found.group[found.group >= 0], minlength=count)
    papers = np.bincount(found.paper[found.paper >= 0], minlength=count)
    rows: list[tuple[Any, ...]] = [
        (n + 1, names[n], int(sizes[n]), int(papers[n]), round(float(added[n]), 9), round(float(inside[n]), 9)) for n in range(shown)
    ]
    alone = int(taking.sum() - (found.group[taking] >= 0).sum())
    notes = (
        f"modularity {added.sum():.4f}, {count:,} communities of {int(sizes.sum()):,} concepts",
        *((f"{alone:,} {'concept is' if alone == 1 else 'concepts are'} in no paper with another one and left out",) if alone else ()),
        *((f"{shown:,} of {count:,} communities are shown",) if shown < count else ()),
    )
    concepts = {
        made.concepts[i]: {
            "community": int(found.group[i]) + 1,
            "community_part": int(found.part[i]) + 1,
            "community_name": names[found.group[i]],
            "community_strength": round(float(share[i]), 9),
        }
        for i in np.flatnonzero(found.group >= 0).tolist()
    }
    of_papers = {
        made.papers[p]: {"community": int(found.paper[p]) + 1, "community_name": names[found.paper[p]]}
        for p in np.flatnonzero(found.paper >= 0).tolist()
    }
    return Result(
        "communities",
        config,
        Table(("community", "name", "concepts", "papers", "modularity", "share"), rows, cut=shown < count),
        {
            "members": _members(made, found, weight, share, shown),
            "parts": _parts(made, found, shown),
            "characteristic": _characteristic(made, found, shown),
            "papers": _papers(graph, made, found, shown),
        },
        Properties(concepts, of_papers),
        notes,
        graph.fingerprint,
    )


def taking_part(made: Arrays, config: CommunitiesConfig) -> NDArray[np.bool_]:
    """Of each concept, whether the settings let it take part."""
    taking: NDArray[np.bool_] = made.paper_counts() >= config.least
    return taking if config.type is None else taking & (made.types == TYPES.index(config.type))


def _of(made: Arrays, taking: NDArray[np.bool_]) -> csr_matrix:
    """Papers × concepts, of the concepts that take part."""
    import numpy as np
    from scipy.sparse import csr_matrix, diags

    found = csr_matrix(made.incidence() @ diags(taking.astype(np.float64)))
    found.eliminate_zeros()
    return found


def _called(made: Arrays, ranked: Ranked) -> str:
    return ", ".join(made.labels[i] for i, _ in ranked[:NAMES])


def _members(made: Arrays, found: Partition, weight: Floats, share: Floats, shown: int) -> Table:
    import numpy as np

    counts = made.paper_counts()
    taken = np.flatnonzero((found.group >= 0) & (found.group < shown))
    order = taken[np.lexsort((taken, -np.round(weight[taken], 9), found.group[taken]))]
    rows: list[tuple[Any, ...]] = [
        (
            int(found.group[i]) + 1, int(found.part[i]) + 1, made.concepts[i], made.labels[i],
            TYPES[made.types[i]].value, int(counts[i]), round(float(weight[i]), 9), round(float(share[i]), 9),
        )
        for i in order
    ]  # fmt: skip
    return Table(("community", "part", "concept", "name", "type", "papers", "weight", "strength"), rows)


def _parts(made: Arrays, found: Partition, shown: int) -> Table:
    import numpy as np

    rows: list[tuple[Any, ...]] = []
    for number, parts in enumerate(found.parts[:shown]):
        sizes = np.bincount(found.part[found.group == number], minlength=len(parts))
        rows.extend((number + 1, n + 1, _called(made, ranked), int(sizes[n])) for n, ranked in enumerate(parts))
    return Table(("community", "part", "name", "concepts"), rows)


def _characteristic(made: Arrays, found: Partition, shown: int) -> Table:
    counts = made.paper_counts()
    rows: list[tuple[Any, ...]] = [
        (
            number + 1, made.concepts[i], made.labels[i], TYPES[made.types[i]].value, score,
            int(found.inside[number, i]), int(counts[i]),
        )
        for number, ranked in enumerate(found.characteristic[:shown])
        for i, score in ranked
    ]  # fmt: skip
    return Table(("community", "concept", "name", "type", "score", "inside", "papers"), rows)


def _papers(graph: Graph, made: Arrays, found: Partition, shown: int) -> Table:
    import numpy as np

    titles = graph.columns("papers", ["title"])["title"].to_pylist()
    taken = np.flatnonzero((found.paper >= 0) & (found.paper < shown))
    order = taken[np.lexsort((taken, -np.round(found.share[taken], 9), found.paper[taken]))]
    rows: list[tuple[Any, ...]] = [
        (int(found.paper[p]) + 1, made.papers[p], titles[p], int(made.years[p]) or None, round(float(found.share[p]), 9)) for p in order
    ]
    return Table(("community", "paper", "title", "year", "share"), rows)
