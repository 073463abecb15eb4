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

#: Concepts in a community's name, and in the table of what is characteristic of it.
NAMES, CHARACTERISTIC = 3, 10
#: Papers that are looked at together.
BLOCK = 4096
#: Concepts by number, with their scores.
Ranked = list[tuple[int, float]]


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


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """Communities as arrays.

    Attributes:
        joined: the graph that was divided, concepts × concepts.
        group, part: of each concept its community and the part of it, from 0, the larger first; -1 where it has none.
        paper: of each paper the community that most of its concepts are of, -1 where it has none of any.
        share: of each paper, which share of its concepts are of that community.
        inside: communities × concepts: papers of the community that are linked to the concept.
        characteristic: of each community, its most characteristic concepts beside the other communities, with their scores.
        parts: the same of each part of each community, beside the other parts of it.
    """

    joined: csr_matrix
    group: Numbers
    part: Numbers
    paper: Numbers
    share: Floats
    inside: csr_matrix
    characteristic: list[Ranked]
    parts: list[list[Ranked]]


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
    found = divide(made, config)
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
    taking = taking_part(made, config)
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
        Table(("community", "name", "concepts", "papers", "modularity", "share"), rows),
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


def divide(made: Arrays, config: CommunitiesConfig) -> Partition:
    """The communities of a graph as arrays; what `communities` tells in tables."""
    import numpy as np
    from scipy.sparse import csr_matrix, diags

    from kg.analysis.leiden import partition, together

    incidence = csr_matrix(made.incidence() @ diags(taking_part(made, config).astype(np.float64)))
    incidence.eliminate_zeros()
    joined = together(incidence)
    group = partition(joined, config.resolution, config.seed)
    paper, share, inside = assign(incidence, group)
    part = np.full(len(group), -1, dtype=np.int32)
    parts: list[list[Ranked]] = []
    for number in range(int(group.max(initial=-1)) + 1):
        own = np.flatnonzero(group == number)
        # Leiden's communities are connected: only a concept that is one for itself has no edge within
        part[own] = np.maximum(partition(joined[own][:, own].tocsr(), config.resolution, config.seed), 0)
        _, _, within = assign(csr_matrix(incidence[paper == number][:, own]), part[own])
        parts.append([[(int(own[i]), z) for i, z in ranked] for ranked in characteristic(within, part[own])])
    return Partition(joined, group, part, paper, share, inside, characteristic(inside, group), parts)


def assign(incidence: csr_matrix, group: Numbers) -> tuple[Numbers, Floats, csr_matrix]:
    """The group of each paper: the one that most of its concepts are of, of equal ones the larger; -1 where it has none of any.

    Returns:
        the group of each paper, the share of its concepts that are of it, and groups × concepts: papers of the group with the concept.
    """
    import numpy as np
    from scipy.sparse import csr_matrix

    count, papers = max(int(group.max(initial=-1)) + 1, 1), incidence.shape[0]
    of = np.flatnonzero(group >= 0)
    member = csr_matrix((np.ones(len(of)), (of, group[of])), shape=(len(group), count))
    # dense, but a block of papers at a time
    paper, most = np.full(papers, -1, dtype=np.int32), np.zeros(papers)
    found = (incidence @ member).tocsr()
    for start in range(0, papers, BLOCK):
        block = found[start : start + BLOCK].toarray()
        paper[start : start + BLOCK], most[start : start + BLOCK] = block.argmax(axis=1), block.max(axis=1)
    paper[most == 0] = -1
    having = np.flatnonzero(paper >= 0)
    to = csr_matrix((np.ones(len(having)), (paper[having], having)), shape=(count, papers))
    return paper, most / np.maximum(np.diff(incidence.indptr), 1), (to @ incidence).tocsr()


def characteristic(inside: csr_matrix, group: Numbers) -> list[Ranked]:
    """The members of each group that are most characteristic of its papers, with their scores; `CHARACTERISTIC` of each."""
    import numpy as np

    from kg.analysis.keyness import log_odds

    count = int(group.max(initial=-1)) + 1
    everywhere = np.asarray(inside.sum(axis=0)).ravel()
    # the prior weighs as much as a group of average size
    prior = float(everywhere.sum()) / max(count, 1)
    found = []
    for number in range(count):
        own = np.flatnonzero(group == number)
        scores = log_odds(inside[number].toarray().ravel(), everywhere, prior)[own]
        best = np.lexsort((own, -np.round(scores, 9)))[:CHARACTERISTIC]
        found.append([(int(own[i]), round(float(scores[i]), 9)) for i in best])
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
