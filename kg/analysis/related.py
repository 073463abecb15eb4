"""Which concepts occur together more often than chance has it, and how surely (`kg.analysis.association`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar

from kg.analysis.arrays import TYPES, Arrays, arrays
from kg.analysis.association import CORRECTIONS
from kg.analysis.config import Config, option
from kg.analysis.evidence import Evidence
from kg.analysis.linked import one
from kg.analysis.result import Result
from kg.graph import Graph
from kg.model import ConceptType
from kg.table import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int32]
    Floats = NDArray[np.float64]

MEASURES = ("llr", "npmi", "lift", "together")
COLUMNS = (
    "concept", "name", "other", "other_name", "other_type", "together", "papers", "other_papers", "expected", "lift", "llr", "p", "q",
    "npmi",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedConfig(Config):
    """Settings of `related`."""

    EXAMPLES: ClassVar[tuple[str, ...]] = (
        "kg analyze graph related Transformer --by npmi --type Dataset",
        "kg analyze graph related BERT --top 5 --table why",
    )
    TABLES: ClassVar[tuple[str, ...]] = ("why",)

    concept: str | None = option(None, "only pairs with this one, by id or any name", positional=True)
    by: str = option("llr", "the measure that sorts", choices=MEASURES)
    type: ConceptType | None = option(None, "the other concept (without CONCEPT: both) is of this type")
    least: int = option(2, "papers that a pair shares at least", above=0)
    alpha: float = option(0.05, "the level of significance; 1 for all pairs above chance", above=0, most=1)
    correction: str = option("bh", "for how many pairs were tested: Benjamini-Hochberg, Bonferroni, or none", choices=CORRECTIONS)
    top: int | None = option(50, "rows at most", above=0, all=0)
    why: int = option(3, "papers of each row in the table why; 0 for none", least=0)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of concepts with what was counted and measured, arrays of one length; `tests` is how many pairs there were to test."""

    one: Numbers
    other: Numbers
    both: Numbers
    expected: Floats
    llr: Floats
    npmi: Floats
    lift: Floats
    p: Floats
    q: Floats
    tests: int

    def __len__(self) -> int:
        return len(self.one)

    def take(self, which: Any) -> Pairs:
        """Some of them: by a mask, or places in an order."""
        return replace(self, **{f.name: getattr(self, f.name)[which] for f in fields(self) if f.name != "tests"})


def related(graph: Graph, config: RelatedConfig | str | None = None, **options: Any) -> Result:
    """Concepts that share more papers than chance explains.

    All pairs, or those with one concept, the strongest first.

    Returns:
        concept, name, other, other_name, other_type, together (papers that share both), papers, other_papers, expected
        (papers that would share both by chance), lift (together / expected), llr (G²), p (its p-value, one-sided), q (p corrected for the
        number of pairs), npmi. Of a pair the concept asked for, otherwise the smaller id, comes first.
        Table `why`: concept, other, paper, title, year, sentence, other_sentence: papers that share the two of a row, the surest first.

    Raises:
        UsageError: no such concept, or an option that does not exist or does not fit.
    """
    import numpy as np

    config = RelatedConfig.of(config, options)
    made = arrays(graph)
    notes: tuple[str, ...] = ()
    asked = None
    if config.concept is not None:
        found, notes = one(graph, config.concept)
        asked = made.place(found.id)
    taking = np.ones(len(made.concepts), dtype=bool) if config.type is None else made.types == TYPES.index(config.type)
    pairs = associations(made, asked, taking, config.least, config.correction)
    sure = pairs.take(pairs.q <= config.alpha)
    # equal figures that differ in the last bit are equal
    figures = [np.round(getattr(sure, "both" if m == "together" else m), 9) for m in (config.by, *(m for m in MEASURES if m != config.by))]
    order = np.lexsort((sure.other, sure.one, *(-figure.astype(np.float64) for figure in reversed(figures))))
    shown = sure.take(order[: config.top])
    papers = made.papers_with_links()
    rule = {"bh": "Benjamini-Hochberg", "bonferroni": "Bonferroni", "none": "uncorrected"}[config.correction]
    about = (
        f"{len(pairs):,} pairs share {config.least} or more of {papers:,} papers, and more than expected by chance; "
        f"{len(sure):,} of them are significant at {config.alpha:g} ({rule}, {pairs.tests:,} pairs tested)"
    )
    hint = ("--alpha 1 (alpha=1) lists the others too",) if len(pairs) and not len(sure) else ()
    return Result(
        "related",
        config,
        Table(COLUMNS, _rows(made, shown), cut=len(sure) > len(shown)),
        {"why": _why(graph, made, shown, config.why)},
        notes=(*notes, about, *hint),
        graph=graph.fingerprint,
    )


def associations(made: Arrays, asked: int | None, taking: NDArray[np.bool_], least: int, correction: str) -> Pairs:
    """All pairs above chance, by the first concept, then the other.

    A pair is tested where each of its concepts has `least` papers or more, so that the number of tests does not depend on their outcome.

    Args:
        asked: only pairs with this concept, which then comes first.
        taking: of each concept, whether it may be the other (without `asked`: either) one.
        least: papers that a pair shares at least.
        correction: one of `kg.analysis.association.CORRECTIONS`.
    """
    import numpy as np
    from scipy.sparse import csr_matrix, diags, triu

    from kg.analysis import association

    counts = made.paper_counts().astype(np.int64)
    papers = made.papers_with_links()
    incidence = made.incidence()
    able = taking & (counts >= least)
    others = csr_matrix(incidence @ diags(able.astype(np.float64)))
    if asked is None:
        joined = triu(others.T @ others, k=1).tocoo()
        first, other, tests = joined.row, joined.col, int(able.sum()) * (int(able.sum()) - 1) // 2
    else:
        joined = (incidence[:, [asked]].T @ others).tocoo()
        first, other, tests = np.full(joined.nnz, asked), joined.col, int(able.sum() - able[asked])
    both = np.rint(joined.data).astype(np.int64)
    a, b = counts[first], counts[other]
    expected = a * b / max(papers, 1)
    # those below `least` are tests that failed, whatever their p: so q is too large rather than too small
    taken = (both >= least) & (both > expected) & (first != other)
    first, other, both, a, b, expected = (x[taken] for x in (first, other, both, a, b, expected))
    order = np.lexsort((other, first))
    first, other, both, a, b, expected = (x[order] for x in (first, other, both, a, b, expected))
    ratio = association.llr(both, a, b, papers)
    p = association.p_value(ratio)
    return Pairs(
        first.astype(np.int32), other.astype(np.int32), both.astype(np.int32), expected, ratio, association.npmi(both, a, b, papers),
        association.lift(both, a, b, papers), p, association.adjusted(p, tests, correction), tests,
    )  # fmt: skip


def _rows(made: Arrays, pairs: Pairs) -> list[tuple[Any, ...]]:
    counts = made.paper_counts().tolist()
    rows: list[tuple[Any, ...]] = []
    for n, (a, b) in enumerate(zip(pairs.one.tolist(), pairs.other.tolist(), strict=True)):
        figures = (round(float(x[n]), 6) for x in (pairs.expected, pairs.lift, pairs.llr))
        # p-values may be very small: as many digits, wherever they begin
        chances = (float(f"{x[n]:.6g}") for x in (pairs.p, pairs.q))
        rows.append(
            (
                made.concepts[a], made.labels[a], made.concepts[b], made.labels[b], TYPES[made.types[b]].value, int(pairs.both[n]),
                counts[a], counts[b], *figures, *chances, round(float(pairs.npmi[n]), 6),
            )
        )  # fmt: skip
    return rows


def _why(graph: Graph, made: Arrays, pairs: Pairs, most: int) -> Table:
    found: list[tuple[int, int, int]] = []
    for a, b in zip(pairs.one.tolist(), pairs.other.tolist(), strict=True):
        found.extend((a, b, paper) for paper in sharing(made, a, b)[:most])
    links = {made.link(paper, concept) for a, b, paper in found for concept in (a, b)}
    evidence = Evidence.of(graph)
    said = evidence.sentences(sorted(links))
    texts = evidence.texts(made.papers[paper] for _, _, paper in found)
    rows: list[tuple[Any, ...]] = [
        (
            made.concepts[a], made.concepts[b], made.papers[paper], texts[made.papers[paper]].title, int(made.years[paper]) or None,
            said[made.link(paper, a)], said[made.link(paper, b)],
        )
        for a, b, paper in found
    ]  # fmt: skip
    notes = (f"at most {most:,} papers a pair; --why N (why=N) gives more",) if most and int(pairs.both.max(initial=0)) > most else ()
    return Table(("concept", "other", "paper", "title", "year", "sentence", "other_sentence"), rows, notes)


def sharing(made: Arrays, a: int, b: int) -> Sequence[int]:
    """The papers linked to both concepts; those first whose two links are the surest together, then the latest."""
    import numpy as np

    one, other = made.links_of(a), made.links_of(b)
    papers, first, second = np.intersect1d(made.link_paper[one], made.link_paper[other], assume_unique=True, return_indices=True)
    sure = made.link_confidence[one[first]] * made.link_confidence[other[second]]
    order = np.lexsort((papers, -made.years[papers], -np.round(sure, 9)))
    found: list[int] = papers[order].tolist()
    return found
