"""All corrections of a graph, applied to what was read in its papers.

The readings that a graph keeps stay as they were, so that corrections are applied anew whenever papers are added or removed, and the
outcome depends on the set of papers and the lines alone. Names are kept apart first, then concepts are made one and named; what is said
of papers comes last, and is about the concepts as they are by then, which are those that a graph with the same corrections shows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kg.catalog import Catalog
from kg.corrections.concepts import Identities, Separations, identities, ids_of, redirected, separated, separations
from kg.corrections.names import NEW, Names
from kg.corrections.papers import PaperCorrections
from kg.corrections.record import Correction, Kind, Outcome, Status, Wrong, failed, order, outcome
from kg.entries import Entries, Entry
from kg.errors import did_you_mean
from kg.model import Reading
from kg.resolve import Guide, Resolution, Resolver
from kg.rows import row_paper


class Corrections:
    """What corrections make of the entries of a graph.

    Args:
        catalog: the catalog that the papers were read with.
        entries: all papers with what was read in them.
        base: the resolution of these readings without any correction.
        lines: the corrections, in any order.

    Attributes:
        catalog: the catalog as it is corrected.
        resolution: the resolution of the corrected readings.
        outcomes: what came of each line, sorted by file and line.
    """

    def __init__(self, catalog: Catalog, entries: Entries, base: Resolution, lines: Iterable[Correction]) -> None:
        self._entries, self._base = entries, base
        self._readings: dict[str, Reading] = {}
        self.catalog, self.resolution, self.outcomes = catalog, base, list[Outcome]()
        several = self._once(sorted(set(lines), key=order))
        kinds: defaultdict[Kind, list[Correction]] = defaultdict(list)
        for c in several:
            kinds[c.kind].append(c)
        self._apart = Separations(catalog)
        self._same = Identities(catalog, Guide(), {})
        if kinds[Kind.SEPARATE]:
            self._separate(kinds[Kind.SEPARATE])
        about = [*kinds[Kind.MERGE], *kinds[Kind.LABEL], *kinds[Kind.TYPE]]
        if about:
            self._identify(about)
        if of_papers := [c for c in several if c.paper]:
            self._mend(of_papers)
        self.outcomes.sort(key=lambda o: order(o.correction) if o.correction else ("", 0, ""))

    def reading(self, entry: Entry) -> Reading | None:
        """The corrected reading of a paper, or None where it is as it was read."""
        if entry.id in self._readings:
            return self._readings[entry.id]
        return self._of_concepts(entry)

    def _once(self, lines: Iterable[Correction]) -> list[Correction]:
        """Of lines that say the same, the first; the others are answered."""
        found: dict[str, Correction] = {}
        for c in lines:
            if (first := found.setdefault(c.content, c)) is not c:
                self.outcomes.append(outcome(c, Status.HOLDS, f"says the same as {first.place}"))
        return list(found.values())

    def _separate(self, lines: Sequence[Correction]) -> None:
        self._apart, outcomes = separations(lines, Names(self.catalog, self.resolution))
        self.outcomes += outcomes
        if self._apart.of:
            self.catalog = self._apart.catalog
            self.resolution = self._resolved(Guide(apart=self._apart.apart))
        self.outcomes += self._apart.outcomes()

    def _identify(self, lines: Sequence[Correction]) -> None:
        apart = self._apart.apart
        self._same, outcomes = identities(lines, Names(self.catalog, self.resolution, self._former()), apart)
        self.outcomes += outcomes
        self.catalog = self._same.catalog
        self.resolution = self._resolved(self._same.guide)

    def _former(self) -> dict[str, str]:
        """Ids that concepts have without any correction, with those that they have by now."""
        found: dict[str, str] = {}
        for key, was in sorted(self._base.by_key.items()):
            if key not in self._apart.apart and (now := self.resolution.by_key.get(key)):
                found.setdefault(was, now)
        return found | dict(self._same.redirect)

    def _mend(self, lines: Sequence[Correction]) -> None:
        names = Names(self.catalog, self.resolution, self._former())
        for c in lines:
            if c.type:
                # lines may be about concepts that other lines make
                try:
                    names.target(c.to if c.kind is Kind.RELINK else c.concept, c.type)
                except Wrong:
                    continue
        by_paper: defaultdict[str, list[Correction]] = defaultdict(list)
        ids = self._papers({c.paper for c in lines})
        for c in lines:
            if c.paper in ids:
                by_paper[ids[c.paper]].append(c)
            else:
                near = did_you_mean(c.paper, self._entries)
                hint = near if near.startswith("did") else "if it is gone for good, delete the line"
                self.outcomes.append(failed(c, Wrong(f"no paper {c.paper!r} in the graph", hint)))
        for paper in sorted(by_paper):
            entry = self._entries[paper]
            before = self._of_concepts(entry) or entry.reading()
            after, outcomes = PaperCorrections(row_paper(entry.paper), before, names).apply(by_paper[paper])
            self.outcomes += outcomes
            if after != before:
                self._readings[paper] = after
        if self._readings:
            minted = frozenset(t.id.removeprefix(NEW) for t in names.minted.values())
            types = {t.id.removeprefix(NEW): t.type for t in names.minted.values()}
            guide = self._same.guide
            guide = replace(guide, apart=guide.apart | self._apart.apart, minted=minted, types={**types, **guide.types})
            self.resolution = self._resolved(guide)

    def _papers(self, wanted: set[str]) -> dict[str, str]:
        """The papers of ids, which may be those of records that a paper was made of."""
        found = {paper: paper for paper in wanted if paper in self._entries}
        missing = wanted - found.keys()
        for paper in self._entries if missing else ():
            for row in self._entries[paper].records:
                if row["id"] in missing:
                    found.setdefault(row["id"], paper)
        return found

    def _of_concepts(self, entry: Entry) -> Reading | None:
        """The reading with what is said of concepts applied, or None where that changes nothing."""
        apart, redirect = self._apart.of, self._same.redirect
        named = any(row["concept"] in redirect for row in entry.findings) if redirect else False
        if not named and not (apart and any(self._base.id_of(f) in apart for f in entry.found())):
            return None
        reading = entry.reading()
        cut = separated(reading, ids_of(reading, self._base), self._apart) if apart else None
        return redirected(cut or reading, redirect) or cut

    def _resolved(self, guide: Guide) -> Resolution:
        """The resolution of all readings as they are corrected so far."""
        self._apart.changed.clear()
        resolver = Resolver(self.catalog, guide)
        for paper in self._entries:
            entry = self._entries[paper]
            reading = self.reading(entry)
            resolver.add(paper, entry.found() if reading is None else reading.findings)
        return resolver.resolve()
