"""What corrections say of concepts: two are one, one is two, another label, another type."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kg.catalog import Catalog
from kg.corrections.names import Names
from kg.corrections.record import Correction, Kind, Outcome, Status, Wrong, contradiction, failed, oppose, outcome
from kg.model import Concept, ConceptType, Evidence, Finding, Reading
from kg.resolve import FORMER, Guide, Resolution, key_of
from kg.text import fold


@dataclass(slots=True)
class Separations:
    """Names that are not those of a concept, and stand for one of their own.

    `of` has, by the id of the concept, the key of each such name with the type that it shall have (empty: the one that was read).
    """

    catalog: Catalog
    of: dict[str, dict[str, str]] = field(default_factory=dict)
    changed: Counter[tuple[str, str]] = field(default_factory=Counter)
    lines: list[tuple[Correction, str, str, bool]] = field(default_factory=list)

    @property
    def apart(self) -> frozenset[str]:
        """The keys that are joined with no other."""
        return frozenset(key for several in self.of.values() for key in several)

    def outcomes(self) -> list[Outcome]:
        """What came of the lines, once all papers were cut."""
        found = []
        for c, concept, key, listed in self.lines:
            cut = self.changed[concept, key]
            if cut:
                status, said = Status.APPLIED, f"{c.name!r} is no longer {c.concept} in {cut:,} {'paper' if cut == 1 else 'papers'}"
            elif listed:
                status, said = Status.APPLIED, f"{c.name!r} is no name of {c.concept} any more"
            else:
                status, said = Status.HOLDS, f"nothing called {c.name!r} is {c.concept}"
            found.append(outcome(c, status, said))
        return found


def separations(corrections: Iterable[Correction], names: Names) -> tuple[Separations, list[Outcome]]:
    """The names to keep apart, and the lines that say it in a way that cannot be."""
    several = list(corrections)
    against = _contradictions(several, names)
    made, outcomes = Separations(names.catalog), list[Outcome]()
    edited: dict[str, Concept] = {}
    for c in several:
        try:
            if (other := against.get(c.content)) is not None:
                raise contradiction(other)
            found = names.one(c.concept)
            concept = edited.get(found) or names.there(found)
            key = key_of(c.name)
            own = [k for k in names.keys_of(found) if k != key]
            if key_of(concept.label) == key and concept.known:
                raise Wrong(f"{c.name!r} is the label of {names.described(found)}", "give it another label first, or relink its papers")
            if not own and not concept.known:
                raise Wrong(f"{names.described(found)} has no other name than {c.name!r}", "relink its papers one by one")
            listed = any(key_of(name) == key for name in concept.names[1:])
            if concept.known and listed:
                edited[found] = replace(
                    concept,
                    aliases=tuple(a for a in concept.aliases if key_of(a) != key),
                    acronyms=tuple(a for a in concept.acronyms if key_of(a) != key),
                )
            kinds = made.of.setdefault(found, {})
            kinds[key] = c.type or kinds.get(key, "")
            made.lines.append((c, found, key, concept.known and listed))
        except Wrong as wrong:
            outcomes.append(failed(c, wrong))
    made.catalog = edited_catalog(names.catalog, edited)
    return made, outcomes


def edited_catalog(catalog: Catalog, edited: Mapping[str, Concept | None]) -> Catalog:
    """The catalog with some concepts replaced, or (None) taken out."""
    if not edited:
        return catalog
    return Catalog(c for c in ({**catalog, **edited}).values() if c is not None)


def separated(reading: Reading, ids: Sequence[str], apart: Separations) -> Reading | None:
    """The reading with findings cut where a name of a concept is none; None where there is none such.

    Places in the text where the name stands become a finding of their own, behind all others.
    """
    findings = list(reading.findings)
    cut = set[tuple[str, str]]()
    for number, concept in enumerate(ids):
        for key, kind in apart.of.get(concept, {}).items():
            finding = findings[number]
            mine = [e for e in finding.evidence if key_of(e.mention.text) == key]
            rest = [e for e in finding.evidence if e not in mine]
            if not rest or (not mine and key_of(finding.label) == key):
                # of a name that no place has as it is ("convolutional and recurrent networks"), the label
                findings[number] = _alone(finding, finding.evidence, _written(mine) or finding.label, kind)
            else:
                bare = _without(finding, key, rest)
                if bare is finding and not mine:
                    continue
                findings[number] = replace(bare, evidence=tuple(rest))
                if mine:
                    findings.append(_alone(finding, tuple(mine), _written(mine), kind))
            cut.add((concept, key))
    if not cut:
        return None
    apart.changed.update(cut)
    return replace(reading, findings=tuple(findings))


def _written(evidence: Iterable[Evidence]) -> str:
    """What stands at most of some places; empty where there is none."""
    texts = Counter(e.mention.text for e in evidence)
    return min(texts, key=lambda text: (-texts[text], text), default="")


def _alone(finding: Finding, evidence: tuple[Evidence, ...], label: str, kind: str) -> Finding:
    """What the places say of the name alone."""
    type_ = ConceptType(kind) if kind else finding.type
    return replace(
        finding,
        label=label,
        aliases=(),
        acronyms=(),
        evidence=evidence,
        concept="",
        variant="",
        type=type_,
        type_scores=tuple(float(t is type_) for t in ConceptType),
        candidates=(),
        confidence=1.0,
        correction=Kind.SEPARATE.value,
    )


def _without(finding: Finding, key: str, rest: Iterable[Evidence]) -> Finding:
    """The finding without a name, as the other places write it; the same where it does not have the name."""
    aliases = tuple(a for a in finding.aliases if key_of(a) != key)
    acronyms = tuple(a for a in finding.acronyms if key_of(a) != key)
    label = finding.label
    if key_of(label) == key:
        label, *others = aliases or (_written(rest),)
        aliases = tuple(others)
    if (label, aliases, acronyms) == (finding.label, finding.aliases, finding.acronyms):
        return finding
    return replace(finding, label=label, aliases=aliases, acronyms=acronyms)


@dataclass(frozen=True, slots=True)
class Identities:
    """What lines say of which concepts are one, and of their labels and types: the catalog with it, what guides the resolution, and the
    known concepts that are another one."""

    catalog: Catalog
    guide: Guide
    redirect: Mapping[str, str]


class _Merging:
    """Applies lines about concepts in their order."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.edited: dict[str, Concept | None] = {}
        self.into: dict[str, str] = {}
        self.joined: list[tuple[str, str]] = []
        self.labels: dict[str, str] = {}
        self.types: dict[str, ConceptType] = {}

    def root(self, wanted: str) -> str:
        return self.end(self.names.one(wanted))

    def end(self, found: str) -> str:
        """What a concept is by the lines so far."""
        while found in self.into:
            found = self.into[found]
        return found

    def there(self, found: str) -> Concept:
        return self.edited.get(found) or self.names.there(found)

    def merge(self, c: Correction) -> tuple[Status, str]:
        one, other = self.root(c.concept), self.root(c.to)
        if one == other:
            return Status.HOLDS, f"both are {self.names.described(one)}"
        mine, theirs = self.there(one), self.there(other)
        if mine.known and not theirs.known:
            # a known id stays
            one, other, mine, theirs = other, one, theirs, mine
        if mine.known:
            self._union(mine, theirs)
        elif not theirs.known:
            self.joined.append((self.names.keys_of(one)[0], self.names.keys_of(other)[0]))
        self.into[one] = other
        return Status.APPLIED, f"{mine.label} is {self.names.described(other)}"

    def _union(self, mine: Concept, theirs: Concept) -> None:
        kept = {fold(name) for name in theirs.names}
        aliases = tuple(name for name in (mine.label, *mine.aliases) if fold(name) not in kept)
        parents = dict.fromkeys((*theirs.broader, *mine.broader))
        made = replace(
            theirs,
            aliases=(*theirs.aliases, *aliases),
            acronyms=tuple(dict.fromkeys((*theirs.acronyms, *mine.acronyms))),
            broader=tuple(p for p in parents if p not in (mine.id, theirs.id)),
            identifiers=tuple(dict.fromkeys((*theirs.identifiers, *mine.identifiers, FORMER + mine.id))),
            flags=theirs.flags | mine.flags,
        )
        edits: dict[str, Concept | None] = {mine.id: None, theirs.id: made}
        for concept in self.names.catalog.values():
            there = self.edited.get(concept.id, concept)
            if there is not None and mine.id in there.broader and concept.id not in edits:
                parents = dict.fromkeys(theirs.id if p == mine.id else p for p in there.broader)
                edits[concept.id] = replace(there, broader=tuple(parents))
        after = edited_catalog(self.names.catalog, {**self.edited, **edits})
        if theirs.id in after.ancestors(theirs.id):
            raise Wrong(f"{theirs.label} would be a kind of itself", f"{mine.label} stands between it and what is broader in the catalog")
        self.edited |= edits

    def label(self, c: Correction) -> tuple[Status, str]:
        found = self.root(c.concept)
        concept = self.there(found)
        if (self.labels.get(found) or concept.label) == c.to:
            return Status.HOLDS, f"{found} is called so already"
        if others := [i for i in self.names.ids(c.to) if self.end(i) != found]:
            raise Wrong(f"{c.to!r} is the name of {self.names.described(others[0])}", "give another label, or merge the two")
        if concept.known:
            kept = dict.fromkeys((*concept.aliases, concept.label))
            kept.pop(c.to, None)
            self.edited[found] = replace(concept, label=c.to, aliases=tuple(kept), acronyms=tuple(a for a in concept.acronyms if a != c.to))
        self.labels[found] = c.to
        return Status.APPLIED, f"{found} is called {c.to!r}, no longer {concept.label!r}"

    def type(self, c: Correction) -> tuple[Status, str]:
        found = self.root(c.concept)
        concept = self.there(found)
        if concept.type.value == c.to:
            return Status.HOLDS, f"{found} has the type {c.to} already"
        if concept.known:
            self.edited[found] = replace(concept, type=ConceptType(c.to), also=tuple(t for t in concept.also if t.value != c.to))
        self.types[found] = ConceptType(c.to)
        return Status.APPLIED, f"{found} has the type {c.to}, no longer {concept.type}"

    def made(self, apart: frozenset[str]) -> Identities:
        names = self.names
        roots = {i: self.end(i) for i in self.into}
        new = {i for i in (*roots.values(), *self.labels, *self.types) if not self.there(i).known}
        key = {i: names.keys_of(i)[0] for i in new}
        merged = {roots[i] for i in roots} & new
        meant = {k: root for i, root in roots.items() if self.there(root).known for k in names.keys_of(i)}
        types = {key[i]: names.resolution.concepts[i].type for i in merged} | {key[i]: t for i, t in self.types.items() if i in new}
        guide = Guide(
            apart=apart,
            joined=tuple(self.joined),
            meant=meant,
            lead={key[i]: names.target(i, "").label for i in merged},
            labels={key[i]: label for i, label in self.labels.items() if i in new},
            types=types,
        )
        catalog = edited_catalog(names.catalog, self.edited)
        redirect = {i: root for i, root in roots.items() if i in names.catalog and root in catalog}
        return Identities(catalog, guide, redirect)


def identities(corrections: Iterable[Correction], names: Names, apart: frozenset[str]) -> tuple[Identities, list[Outcome]]:
    """What lines of the kinds `merge`, `label` and `type` say together, and what came of each."""
    several = list(corrections)
    against = _contradictions(several, names)
    merging, outcomes = _Merging(names), list[Outcome]()
    steps = {Kind.MERGE: merging.merge, Kind.LABEL: merging.label, Kind.TYPE: merging.type}
    # what is one is one before it is named
    for kind, step in steps.items():
        for c in several:
            if c.kind is not kind:
                continue
            try:
                if (other := against.get(c.content)) is not None:
                    raise contradiction(other)
                status, said = step(c)
                outcomes.append(outcome(c, status, said))
            except Wrong as wrong:
                outcomes.append(failed(c, wrong))
    return merging.made(apart), outcomes


def _contradictions(corrections: Iterable[Correction], names: Names) -> dict[str, Correction]:
    """The content of lines that another one contradicts, each with that one."""
    said: defaultdict[tuple[str, ...], defaultdict[str, list[Correction]]] = defaultdict(lambda: defaultdict(list))
    for c in corrections:
        about = names.ids(c.concept)
        if len(about) != 1:
            continue
        if c.kind is Kind.MERGE:
            ends = names.ids(c.to)
            if len(ends) == 1 and ends != about:
                said["merge", *sorted((*about, *ends))][about[0]].append(c)
        elif c.kind is not Kind.SEPARATE:
            said[c.kind, about[0]][c.to].append(c)
        elif c.type:
            said[c.kind, about[0], key_of(c.name)][c.type].append(c)
    found: dict[str, Correction] = {}
    for sides in said.values():
        oppose(found, list(sides.values()))
    return found


def redirected(reading: Reading, ids: Mapping[str, str]) -> Reading | None:
    """The reading with known concepts in place of others that they are; None where nothing changes."""
    if not any(f.concept in ids for f in reading.findings):
        return None
    return replace(reading, findings=tuple(replace(f, concept=ids.get(f.concept, f.concept)) for f in reading.findings))


def ids_of(reading: Reading, resolution: Resolution) -> list[str]:
    """The ids that the findings come out as."""
    return [resolution.id_of(finding) for finding in reading.findings]
