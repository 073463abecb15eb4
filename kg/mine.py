"""Proposes entries for the catalog: concepts that one paper introduces and others use, with what speaks for each and against it.

Nothing here decides. The proposals are a catalog in its own format, for a person to edit and to give to `kg build --catalog`; beside each
stand the paper that introduced it, those that use it, their sentences, and why it may be wrong.

The graph's tables are streamed. Of one graph only the concepts with enough papers are kept, so that memory does not grow with what occurs
once; of several graphs all are, because one may introduce what another uses.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from kg.catalog import EXACT_CASE, NEEDS_CONTEXT, Catalog
from kg.errors import UsageError
from kg.graph import Graph
from kg.model import Concept, ConceptType, Relation
from kg.table import Table
from kg.text import fold, words

LEAST = 2  # papers that use a concept, beside the one that introduces it
_SENTENCES = 3  # papers that use it, of which a sentence is shown
_AGREED = 0.6  # share of the papers that should read the same type
_IN_CELL = re.compile(r"[\t\r\n|]")


@dataclass(slots=True)
class Proposal:
    """A concept that may belong into the catalog, and what is known of it.

    `by` are the papers that propose it (id, title, year), the earliest first; `users` how many others are linked to it, `earlier` how many
    of these are older than the first of `by`. `types` counts the papers by the type they read. `sentences` are (paper, sentence).
    """

    concept: Concept
    by: list[tuple[str, str, int | None]]
    users: int
    earlier: int
    types: Counter[str]
    sentences: list[tuple[str, str]] = field(default_factory=list)

    @property
    def agreement(self) -> float:
        """Share of the papers that read the proposed type, 0 to 1."""
        return self.types[self.concept.type.value] / max(1, self.types.total())

    @property
    def score(self) -> float:
        """What the proposals are sorted by: users, less where the papers disagree on the type or on who introduced it."""
        return round((self.users - self.earlier) * self.agreement / len(self.by), 4)

    def doubts(self) -> list[str]:
        """Reasons for which this may be no concept, or several."""
        found = []
        if len(self.by) > 1:
            found.append(f"{len(self.by)} papers introduce it: perhaps several things of one name")
        if self.earlier:
            found.append(f"{self.earlier} of its users are older than the paper that introduces it")
        if self.agreement < _AGREED:
            found.append("papers disagree on the type: " + ", ".join(f"{t} {n}" for t, n in _by_count(self.types)))
        if NEEDS_CONTEXT in self.concept.flags:
            found.append("the name is short or an everyday word")
        return found


def mine(graphs: Graph | Sequence[Graph], *, least: int = LEAST, top: int | None = None) -> list[Proposal]:
    """Concepts new to the catalog that some paper proposes and at least `least` others use, the best supported first.

    Ties go to the smaller id, so that the same graphs give the same proposals. Names that the graph's catalog has already, or that a better
    proposal has, are left out; a concept whose label is among them is not proposed.

    Raises:
        UsageError: `least` or `top` below 1.
    """
    if least < 1 or (top is not None and top < 1):
        raise UsageError(f"least and top must be 1 or more, not {least} and {top}")
    opened = [graphs] if isinstance(graphs, Graph) else list(graphs)
    found = _proposals(one for graph in opened for one in _seen(graph, 1 if len(opened) > 1 else least + 1))
    ordered = sorted((p for p in found if p.users >= least), key=lambda p: (-p.score, p.concept.id))
    known: Iterable[str] = (key for graph in opened for key in graph.catalog().names)
    proposals = list(_unclaimed(ordered, set(known)))[:top]
    for graph in opened:
        _quote(graph, proposals)
    return proposals


def catalog_of(proposals: Iterable[Proposal]) -> Catalog:
    """The proposals as a catalog; `source` names the paper that introduced each."""
    return Catalog(replace(p.concept, source=f"mined: introduced by {p.by[0][0]}, used by {p.users}") for p in proposals)


def evidence_of(proposals: Sequence[Proposal]) -> Table:
    """One row a proposal, in order: what speaks for it, and the doubts."""
    rows = []
    for p in proposals:
        quoted = " ‖ ".join(f"{paper}: {sentence}" for paper, sentence in p.sentences)
        types = ", ".join(f"{t} {n}" for t, n in _by_count(p.types))
        paper, title, year = p.by[0]
        names = ", ".join(p.concept.names[1:])
        rows.append(
            (p.concept.id, p.concept.label, p.score, p.users, paper, title, year, len(p.by), types, names, "; ".join(p.doubts()), quoted)
        )
    columns = (
        "concept",
        "label",
        "score",
        "users",
        "introduced_by",
        "title",
        "year",
        "introducing",
        "types",
        "names",
        "doubts",
        "sentences",
    )
    return Table(columns, rows)


@dataclass(slots=True)
class _Seen:
    """What the graphs say of one new concept: papers with title and year, by whether they propose it, and the type each read."""

    concept: Concept
    by: dict[str, tuple[str, int | None]]
    users: dict[str, int | None]
    types: dict[str, str]


def _seen(graph: Graph, papers: int) -> Iterator[_Seen]:
    """The new concepts of a graph that have at least so many papers."""
    columns = ["id", "known", "papers"]
    enough = {r["id"] for r in graph.rows("concepts", columns) if not r["known"] and r["papers"] >= papers}
    linked: defaultdict[str, dict[str, bool]] = defaultdict(dict)
    for row in graph.rows("links", ["paper", "concept", "relation"]):
        if row["concept"] in enough:
            linked[row["concept"]][row["paper"]] = row["relation"] == Relation.PROPOSES
    if papers > 1:  # of one graph alone, only those that one of its papers introduces
        linked = defaultdict(dict, {c: at for c, at in linked.items() if any(at.values())})
    wanted = {p for at in linked.values() for p in at}
    about = {r["id"]: (r["title"], r["year"]) for r in graph.rows("papers", ["id", "title", "year"]) if r["id"] in wanted}
    types: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in graph.rows("findings", ["paper", "resolved", "type"]):
        if row["resolved"] in linked:
            types[row["resolved"]].setdefault(row["paper"], row["type"])
    for concept in graph.concepts():
        if at := linked.get(concept.id):
            by = {p: about[p] for p, proposes in at.items() if proposes}
            users = {p: about[p][1] for p, proposes in at.items() if not proposes}
            yield _Seen(concept, by, users, types[concept.id])


def _proposals(seen: Iterable[_Seen]) -> Iterator[Proposal]:
    """One proposal a concept that some paper introduces; what several graphs say of a concept and of a paper is taken once."""
    found: dict[str, _Seen] = {}
    for one in seen:
        before = found.setdefault(one.concept.id, one)
        for name in ("by", "users", "types"):
            getattr(before, name).update(getattr(one, name))
    for one in found.values():
        if not one.by:
            continue
        by = sorted(((p, title, year) for p, (title, year) in one.by.items()), key=lambda b: (b[2] or 9999, b[0]))
        first = by[0][2]
        years = [year for p, year in one.users.items() if p not in one.by]
        earlier = sum(first is not None and year is not None and year < first for year in years)
        votes = Counter(one.types.values())
        yield Proposal(_typed(one.concept, votes), by, len(years), earlier, votes)


def _typed(concept: Concept, votes: Counter[str]) -> Concept:
    type_ = ConceptType(_by_count(votes)[0][0]) if votes else concept.type
    return replace(concept, type=type_, broader=(), identifiers=(), also=(), known=True, flags=_flags(concept))


def _flags(concept: Concept) -> frozenset[str]:
    """Names of one word that look like everyday words, or have three letters at most, need their case and something beside them."""
    label = concept.label
    single = len(list(words(label))) == 1
    if single and (len(label) <= 3 or label[1:].islower()):
        return frozenset({EXACT_CASE, NEEDS_CONTEXT})
    return frozenset({EXACT_CASE}) if single and label.isupper() else frozenset()


def _unclaimed(proposals: Iterable[Proposal], taken: set[str]) -> Iterator[Proposal]:
    """Proposals without the names that are taken; those that would go without a label are left out."""
    for p in proposals:
        c = p.concept
        label = _IN_CELL.sub(" ", c.label).strip()
        key = fold(label)
        if not key or key in taken:
            continue
        own = {key}
        lists: list[tuple[str, ...]] = []
        for names in (c.aliases, c.acronyms):
            kept = []
            for name in (_IN_CELL.sub(" ", n).strip() for n in names):
                k = fold(name)
                if k and k not in taken and k not in own:
                    own.add(k)
                    kept.append(name)
            lists.append(tuple(kept))
        taken |= own
        p.concept = replace(c, label=label, aliases=lists[0], acronyms=lists[1])
        yield p


def _quote(graph: Graph, proposals: Sequence[Proposal]) -> None:
    """Adds a sentence of the paper that introduces each, and of some that use it."""
    wanted = {p.concept.id: p for p in proposals}
    places: dict[str, dict[str, tuple[str, int, int]]] = {c: {} for c in wanted}
    for row in graph.rows("mentions", ["paper", "rank", "concept", "field", "sentence_start", "sentence_end"]):
        at = places.get(row["concept"])
        if at is None or row["rank"] or row["paper"] in at:
            continue
        if row["paper"] == wanted[row["concept"]].by[0][0] or len(at) < _SENTENCES:
            at[row["paper"]] = (row["field"], row["sentence_start"], row["sentence_end"])
    texts = {paper for at in places.values() for paper in at}
    stored = {r["id"]: r for r in graph.rows("papers", ["id", "title", "abstract"]) if r["id"] in texts}
    for concept, at in places.items():
        p = wanted[concept]
        for paper in sorted(at, key=lambda i, p=p: (i != p.by[0][0], i))[: _SENTENCES + 1]:  # type: ignore[misc]
            name, start, end = at[paper]
            p.sentences.append((paper, " ".join(stored[paper][name][start:end].split())))


def _by_count(counter: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counter.items(), key=lambda one: (-one[1], one[0]))
