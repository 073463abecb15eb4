"""Which papers are about the same: papers by the concepts they share, a rare one weighing more than one that many have.

A paper is a vector of its concepts, each with the weight log(N / n): N papers that have links, n of them linked to the concept (inverse
document frequency; Spärck Jones, "A statistical interpretation of term specificity", 1972). Two papers are as similar as the cosine of
their vectors. Beside it stands the index of Adamic and Adar, "Friends and neighbors on the Web", 2003: the sum of 1 / log(n) over what
is shared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from kg.analysis.arrays import LEAST, RELATIONS, TYPES, Arrays, arrays
from kg.analysis.config import Config, option
from kg.analysis.evidence import Evidence
from kg.analysis.result import Result
from kg.graph import Graph
from kg.table import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Numbers = NDArray[np.int32]
    Floats = NDArray[np.float64]

#: Names of shared concepts in a row of the main table.
NAMES = 5
#: Papers that are compared with all others at once.
BLOCK = 128
#: Digits behind the point to which cosines are compared: equal ones that differ in the last bit are equal.
DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarConfig(Config):
    """Settings of `similar`."""

    EXAMPLES: ClassVar[tuple[str, ...]] = (
        "kg analyze graph similar --top 20",
        "kg analyze graph similar acl:N19-1423 --table why",
    )
    TABLES: ClassVar[tuple[str, ...]] = ("why",)

    paper: str | None = option(None, "only papers similar to this one, by id; without it, the most similar pairs", positional=True)
    least: int = option(2, "concepts that the two share at least", above=0)
    top: int | None = option(20, "rows at most", above=0, all=0)


def similar(graph: Graph, config: SimilarConfig | str | None = None, **options: Any) -> Result:
    """Papers that share concepts, the rare ones weighing more.

    Those similar to one paper, or the most similar pairs.

    Returns:
        paper, title, other, other_title, other_year, shared (concepts), cosine, adamic_adar, concepts (names of those shared that weigh
        most, a list). Table `why`, for each row what is shared: paper, other, concept, name, type, papers (that have it), part (of
        the cosine, sums to 1 over a row), relation, other_relation, sentence, other_sentence.

    Raises:
        UsageError: no such paper, or an option that does not exist or does not fit.
    """
    config = SimilarConfig.of(config, options)
    made = arrays(graph)
    if config.paper is None:
        pairs, many = _pairs(made, config.least, config.top)
        about = f"{many:,} pairs of papers share {config.least} or more concepts"
    else:
        number = made.paper_place(config.paper)
        others, cosines = neighbours(made, number, config.least)
        many = len(others)
        pairs = [(number, int(o), float(c)) for o, c in zip(others[: config.top], cosines[: config.top], strict=True)]
        about = f"{many:,} papers share {config.least} or more concepts with it"
    evidence = Evidence.of(graph)
    texts = evidence.texts(made.papers[n] for a, b, _ in pairs for n in (a, b))
    rows: list[tuple[Any, ...]] = []
    why: list[tuple[int, int, list[int]]] = []
    for a, b, cosine in pairs:
        common = shared(made, a, b)
        why.append((a, b, common))
        rows.append(
            (
                made.papers[a], texts[made.papers[a]].title, made.papers[b], texts[made.papers[b]].title, int(made.years[b]) or None,
                len(common), round(cosine, 6), round(adamic_adar(made, common), 6), [made.labels[c] for c in common[:NAMES]],
            )
        )  # fmt: skip
    columns = ("paper", "title", "other", "other_title", "other_year", "shared", "cosine", "adamic_adar", "concepts")
    table = Table(columns, rows, cut=many > len(rows))
    return Result("similar", config, table, {"why": _why(made, evidence, why)}, notes=(about,), graph=graph.fingerprint)


def rarity(made: Arrays) -> Floats:
    """The weight of each concept that papers have, log(N / n); at least `LEAST`, for one that all have is shared nevertheless."""
    import numpy as np

    counts = made.paper_counts()
    papers = max(len(np.unique(made.link_paper)), 1)
    return np.maximum(np.log(papers / np.maximum(counts, 1)), LEAST)


def vectors(made: Arrays) -> tuple[csr_matrix, csr_matrix]:
    """Papers × concepts, two matrices with the same entries: weights of rarity, each row of length 1 (or empty), and ones."""
    import numpy as np
    from scipy.sparse import csr_matrix

    ones = made.incidence()
    weights = rarity(made)[ones.indices]
    paper = np.repeat(np.arange(ones.shape[0]), np.diff(ones.indptr))
    length = np.sqrt(np.bincount(paper, weights**2, ones.shape[0]))
    return csr_matrix((weights / length[paper], ones.indices, ones.indptr), shape=ones.shape), ones


def neighbours(made: Arrays, paper: int, least: int = 1) -> tuple[Numbers, Floats]:
    """All papers that share `least` concepts or more with one, with their cosines; the most similar first.

    Equally similar ones are sorted by how many concepts they share, the most first, then by id.
    """
    import numpy as np

    weighted, ones = vectors(made)
    cosine = (weighted @ weighted[paper].T).toarray().ravel()
    count = (ones @ ones[paper].T).toarray().ravel()
    count[paper] = 0
    found = np.flatnonzero(count >= least)
    order = np.lexsort((found, -count[found], -np.round(cosine[found], DIGITS)))
    return found[order].astype(np.int32), cosine[found[order]]


def nearest(made: Arrays, count: int = 10, least: int = 1) -> Iterator[tuple[int, Numbers, Floats]]:
    """For each paper in turn its most similar ones, (paper, others, cosines), as `neighbours` has them but `count` at most.

    For a whole corpus: `BLOCK` papers are compared with all at once.
    """
    import numpy as np

    for start, cosines, counts in _blocks(made):
        for row in range(cosines.shape[0]):
            own = slice(*cosines.indptr[row : row + 2])
            taken = (counts.data[own] >= least) & (cosines.indices[own] != start + row)
            others, values = cosines.indices[own][taken], np.round(cosines.data[own][taken], DIGITS)
            best = _best(others, values, counts.data[own][taken], count)
            yield start + row, others[best].astype(np.int32), values[best]


def _blocks(made: Arrays) -> Iterator[tuple[int, csr_matrix, csr_matrix]]:
    """The first paper of a block; cosines and numbers of shared concepts of each of the block with all papers, entry by entry alike."""
    weighted, ones = vectors(made)
    turned, turned_ones = weighted.T.tocsr(), ones.T.tocsr()
    for start in range(0, len(made.papers), BLOCK):
        # two products of matrices with the same entries have the same entries, in the same order
        yield start, weighted[start : start + BLOCK] @ turned, ones[start : start + BLOCK] @ turned_ones


def _best(ids: NDArray[Any], values: Floats, shared: Floats, count: int | None) -> NDArray[np.int64]:
    """The places of the largest values, in order; of equal ones those that share more, then by id."""
    import numpy as np

    taken = np.arange(len(values))
    if count is not None and len(values) > count:
        # all that are as good as the last one taken, so that equal ones are told apart afterwards
        taken = np.flatnonzero(values >= np.partition(values, len(values) - count)[len(values) - count])
    order: NDArray[np.int64] = taken[np.lexsort((ids[taken], -shared[taken], -values[taken]))][:count]
    return order


def shared(made: Arrays, a: int, b: int) -> list[int]:
    """The concepts that both papers are linked to, the rarest first, equal ones by id."""
    import numpy as np

    one, other = (made.link_concept[made.links_from(paper)] for paper in (a, b))
    common = np.intersect1d(one, other, assume_unique=True)
    found: list[int] = common[np.lexsort((common, made.paper_counts()[common]))].tolist()
    return found


def adamic_adar(made: Arrays, concepts: list[int]) -> float:
    """The index of Adamic and Adar of two papers that share these concepts."""
    import numpy as np

    # each is shared by two papers at least, so that no logarithm is 0
    return float((1 / np.log(made.paper_counts()[concepts])).sum()) if concepts else 0.0


def _pairs(made: Arrays, least: int, top: int | None) -> tuple[list[tuple[int, int, float]], int]:
    """The most similar pairs, the smaller id first, in the order of `neighbours`; and how many pairs share enough."""
    import numpy as np

    above = 0
    keys, values, common = np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0)
    for start, cosines, counts in _blocks(made):
        paper = start + np.repeat(np.arange(cosines.shape[0]), np.diff(cosines.indptr))
        taken = (counts.data >= least) & (cosines.indices > paper)
        above += int(taken.sum())
        keys = np.concatenate((keys, paper[taken] * len(made.papers) + cosines.indices[taken]))
        values = np.concatenate((values, np.round(cosines.data[taken], DIGITS)))
        common = np.concatenate((common, counts.data[taken]))
        best = _best(keys, values, common, top)
        keys, values, common = keys[best], values[best], common[best]
    return [(*divmod(key, len(made.papers)), value) for key, value in zip(keys.tolist(), values.tolist(), strict=True)], above


def _why(made: Arrays, evidence: Evidence, pairs: list[tuple[int, int, list[int]]]) -> Table:
    weights, counts = rarity(made), made.paper_counts()
    links = {made.link(paper, c) for a, b, common in pairs for c in common for paper in (a, b)}
    said = evidence.sentences(sorted(links))
    rows: list[tuple[Any, ...]] = []
    for a, b, common in pairs:
        whole = sum(weights[c] ** 2 for c in common)
        for c in common:
            one, other = made.link(a, c), made.link(b, c)
            rows.append(
                (
                    made.papers[a], made.papers[b], made.concepts[c], made.labels[c], TYPES[made.types[c]].value, int(counts[c]),
                    round(float(weights[c] ** 2 / whole), 6), RELATIONS[made.link_relation[one]].value,
                    RELATIONS[made.link_relation[other]].value, said[one], said[other],
                )
            )  # fmt: skip
    columns = (
        "paper", "other", "concept", "name", "type", "papers", "part", "relation", "other_relation", "sentence", "other_sentence",
    )  # fmt: skip
    return Table(columns, rows)
