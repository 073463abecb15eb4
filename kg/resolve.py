"""Makes the findings of all papers into concepts: one concept, one id, however many papers name it and however they write it.

Known concepts keep the id of the catalog. Findings that the catalog does not know are joined by their names:

1. findings whose label or an alias fold alike are one;
2. names that are wordings of each other are one (`kg.wordings`): another order of words, British spelling, a generic noun more
   or a size, where the other name stands in the corpus too; an abbreviation inside a name, written out;
3. long forms of one abbreviation are one where they are the same word by word but for endings;
4. a finding that only has an abbreviation joins the concept that the papers of the corpus mean by it where they define it;
   where they mean several, and none of them mostly, it stays apart, because nothing tells which is meant.

In the same way a name joins a concept of the catalog where the rest of the corpus shows that it is one. Everything depends on
the set of findings alone, never on their order: sums are sums of integers, all questions of a step are asked before any is
answered, and the root of a cluster is its smallest name. Every step looks names up by a key, so that time grows with their number.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from typing import TypeVar

from kg.catalog import Catalog
from kg.joining import KNOWN, TYPES, Joins, Use, count, find, join, known_id, most, strongest
from kg.joining import Conflict as Conflict
from kg.model import Concept, ConceptType, Finding, Relation
from kg.text import fold, singular, slug

#: Prefix of the identifiers by which a catalog says what ids its concept had before.
FORMER = "former:"
#: Digits of a name's hash in an id that would not be unique otherwise, at least.
HASH = 6
_HASHED = re.compile(rf".+-([0-9a-f]{{{HASH},}})")
_Value = TypeVar("_Value")
#: Labels come again, of a concept and as further ids.
_slug = lru_cache(maxsize=50_000)(slug)
_UNIT = 1_000_000  # type scores are summed as integers: sums of floats would depend on the order


def hashed(key: str) -> str:
    """The hash of a folded name that stands at the end of an id, `HASH` digits of it or more."""
    return hashlib.blake2b(key.encode(), digest_size=16).hexdigest()


def hash_of_id(name: str) -> str:
    """The hash at the end of an id (see `hashed`), or an empty string."""
    match = _HASHED.fullmatch(name)
    return match[1] if match else ""


def keys_hashed(marks: Sequence[tuple[str, str]], mark: str) -> Iterator[str]:
    """The keys whose hash begins so.

    Args:
        marks: pairs of hash and key, sorted.
        mark: the hash at the end of an id.
    """
    for full, key in islice(marks, bisect_left(marks, (mark,)), None):
        if not full.startswith(mark):
            return
        yield key


def keys(finding: Finding) -> tuple[str, ...]:
    """The folded names of a finding by which it is joined with others, that of its label first; never empty."""
    own = key_of(finding.label)
    return tuple(dict.fromkeys((own, *filter(None, map(fold, finding.aliases))))) if finding.aliases else (own,)


def key_of(name: str) -> str:
    """The folded name; one without letters and digits (an emoji) is its own key."""
    return fold(name) or "=" + name.strip()


@dataclass(frozen=True, slots=True)
class Guide:
    """What people decided of new concepts (`kg.corrections`), by keys of their names; it goes before what the corpus shows.

    Attributes:
        apart: keys that are joined with no other.
        joined: pairs of keys that are one.
        meant: key → the known concept that it is.
        lead: key → the name to label its concept by, and to make its id of.
        labels: key → the label to show; the id stays.
        types: key → the type.
        minted: keys of concepts that only corrections name.
    """

    apart: frozenset[str] = frozenset()
    joined: tuple[tuple[str, str], ...] = ()
    meant: Mapping[str, str] = field(default_factory=dict)
    lead: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, ConceptType] = field(default_factory=dict)
    minted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Resolution:
    """The new concepts by id, the id of every finding, and what papers do not agree about.

    `others` are ids that a concept has in a graph of fewer papers or with a smaller catalog, each with the id that it has here.
    """

    concepts: Mapping[str, Concept]
    _ids: Mapping[str, str]
    conflicts: tuple[Conflict, ...] = ()
    others: Mapping[str, str] = field(default_factory=dict)
    _sizes: Mapping[str, str] = field(default_factory=dict)

    @property
    def by_key(self) -> Mapping[str, str]:
        """The id of the concept of every key of a finding that the catalog does not know."""
        return self._ids

    def id_of(self, finding: Finding) -> str:
        """The id of the concept that a finding is about: the catalog's, or the new concept's.

        Raises:
            KeyError: the finding was not added to the resolver.
        """
        return self.of(finding.label, finding.concept)[0]

    def variant_of(self, finding: Finding) -> str:
        """The size or release that a finding says beyond the name of its concept, as the reader found it or as the corpus shows it."""
        return self.of(finding.label, finding.concept, finding.variant)[1]

    def of(self, label: str, concept: str, variant: str = "") -> tuple[str, str]:
        """The id of what a finding is about that has such a label and concept, and the size or release that it says beyond the concept's
        name, as the reader found it (`variant`) or as the corpus shows it.

        Raises:
            KeyError: the finding was not added to the resolver.
        """
        if concept:
            return concept, variant
        key = key_of(label)
        return self._ids[key], variant or self._sizes.get(key, "")


class Resolver:
    """Collects findings, then decides. Memory grows with the distinct names, not with papers or texts."""

    def __init__(self, catalog: Catalog, guide: Guide | None = None) -> None:
        self._catalog, self._guide = catalog, guide or Guide()
        self._parent: dict[str, str] = {}
        self._new: dict[str, Use] = {}
        # key of a name or an abbreviation → known concept → how many papers mean it by that name
        self._known: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self._labels: defaultdict[str, dict[str, int]] = defaultdict(dict)  # known concept → label → how often

    def add(self, paper: str, findings: Iterable[Finding]) -> None:
        """Takes the findings of one paper in."""
        for finding in findings:
            if finding.concept:
                count(self._labels[finding.concept], finding.label)
                for key in {*keys(finding), *map(fold, finding.acronyms)}:
                    count(self._known[key], finding.concept)
                continue
            own = keys(finding)
            for key in own:
                join(self._parent, own[0], key)
            name = self._new.setdefault(own[0], Use())
            name.papers += 1
            name.proposed += finding.relation is Relation.PROPOSES
            count(name.names, finding.label)
            for alias in finding.aliases:
                name.names.setdefault(alias, 0)
            for acronym in set(finding.acronyms):
                count(name.acronyms, acronym)
            for candidate, _, _ in finding.candidates:
                count(name.candidates, candidate)
            scores = finding.type_scores
            if len(scores) != len(TYPES) or not any(scores):
                scores = tuple(float(t is finding.type) for t in TYPES)
            for position, share in enumerate(scores):
                name.types[position] += round(finding.confidence * share * _UNIT)

    def resolve(self) -> Resolution:
        """Clusters, labels, types and ids of all that was added; more may be added afterwards."""
        parent = dict(self._parent)
        joins = Joins(self._catalog, parent, self._new, self._known, self._guide.apart)
        conflicts = joins.run()
        for one, other in self._guide.joined:
            if one in parent and other in parent:
                join(parent, one, other)
        return _Naming(self._catalog, joins, parent, self._new, self._labels, self._guide).resolution(conflicts)


class _Naming:
    """Labels, types and ids of the clusters that were joined."""

    def __init__(
        self,
        catalog: Catalog,
        joins: Joins,
        parent: dict[str, str],
        new: Mapping[str, Use],
        labels: Mapping[str, Mapping[str, int]],
        guide: Guide,
    ) -> None:
        self._catalog, self._joins, self._parent, self._new, self._labels = catalog, joins, parent, new, labels
        self._guide = guide
        self._first = sorted(new)

    def resolution(self, conflicts: list[Conflict]) -> Resolution:
        """The named clusters; conflicts come with the keys of clusters and leave with ids."""
        members: defaultdict[str, list[str]] = defaultdict(list)
        for key in self._first:
            members[find(self._parent, key)].append(key)
        meant = {root: sorted({known for key in own for known in self._joins.meant.get(key, ())}) for root, own in members.items()}
        meant |= {find(self._parent, key): [known] for key, known in sorted(self._guide.meant.items()) if key in self._parent}
        meant = {root: found for root, found in meant.items() if root in members}
        unclear = [root for root, found in meant.items() if len(found) > 1]
        conflicts += [Conflict(min(members[r]), "catalog", tuple((KNOWN + known, 0) for known in meant[r])) for r in unclear]
        drafts = {root: self._concept(own) for root, own in members.items() if len(meant[root]) != 1}
        ids = self._identify({root: _slug(concept.label) for root, concept in drafts.items()})
        ids |= {root: found[0] for root, found in meant.items() if len(found) == 1}
        concepts = {}
        for root, draft in drafts.items():
            made = Concept(
                ids[root], draft.type, draft.label, draft.aliases, draft.acronyms, source=draft.source, known=draft.known
            )  # as `replace` would, which takes longer than all else here
            concepts[ids[root]] = self._shown(made, members[root])
        for key in self._first:
            if self._new[key].proposed > 1:
                root = find(self._parent, key)
                conflicts.append(Conflict(key, "name", ((root, self._new[key].proposed),)))
        settled = [self._with_ids(c, ids) for c in conflicts]
        return Resolution(
            dict(sorted(concepts.items())),
            {key: ids[root] for root, own in members.items() for key in own},
            tuple(sorted((c for c in settled if c.kind == "name" or len(c.senses) > 1), key=lambda c: (c.kind, c.name))),
            self._others(ids, members),
            self._joins.sizes,
        )

    def _shown(self, concept: Concept, own: list[str]) -> Concept:
        """The concept with the label and the type that people gave it; its id stays."""
        kind, label = _said(self._guide.types, own), _said(self._guide.labels, own)
        if kind and kind is not concept.type:
            concept = replace(concept, type=kind)
        if label and label != concept.label:
            aliases = {key_of(name): name for name in (*concept.aliases, concept.label)}
            aliases.pop(key_of(label), None)
            acronyms = tuple(a for a in concept.acronyms if a != label)
            concept = replace(concept, label=label, aliases=tuple(sorted(aliases.values())), acronyms=acronyms)
        return concept

    def _with_ids(self, conflict: Conflict, ids: Mapping[str, str]) -> Conflict:
        """The conflict with ids in place of the roots of clusters, those that came out as one put together."""
        senses: dict[str, int] = {}
        for owner, papers in conflict.senses:
            count(senses, self._id(owner, ids), papers)
        ordered = tuple(sorted(senses.items(), key=lambda s: (-s[1], s[0])))
        return Conflict(conflict.name, conflict.kind, ordered, conflict.alone, self._id(conflict.taken, ids) if conflict.taken else "")

    def _id(self, owner: str, ids: Mapping[str, str]) -> str:
        return known_id(owner) or ids[find(self._parent, owner)]

    def _others(self, ids: Mapping[str, str], members: Mapping[str, list[str]]) -> dict[str, str]:
        """Ids that a concept would have by another of its labels, where no concept has them → the id it has.

        Of two concepts that would have one id, it belongs to the one whose papers call it so more often; a former id that the catalog
        gives (the identifier `former:ID`) always belongs to its concept.
        """
        claims: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for known, labels in self._labels.items():
            for label, times in labels.items():
                count(claims[_slug(label)], known, times)
        for root, own in members.items():
            for key in own:
                for label, times in self._new[key].names.items():
                    if times:
                        count(claims[_slug(label)], ids[root], times)
        found = {name: most(owners) for name, owners in claims.items()}
        for concept in self._catalog.values():
            for identifier in concept.identifiers:
                if identifier.startswith(FORMER):
                    found[identifier.removeprefix(FORMER)] = concept.id
        taken = set(ids.values())
        return {name: found[name] for name in sorted(found) if name and name not in self._catalog and name not in taken}

    def _concept(self, own: list[str]) -> Concept:
        """The concept of a cluster, still without an id."""
        source = "correction" if self._guide.minted.issuperset(own) else "text"
        if len(own) == 1 and not self._guide.lead:
            name = self._new[own[0]]
            if len(name.names) == 1 and not name.acronyms and own[0] not in self._joins.better:
                # most have one name
                return Concept("", name.type, name.label, source=source, known=False)
        labels: Counter[str] = Counter()
        acronyms: set[str] = set()
        shunned: set[str] = set()
        types = [0] * len(TYPES)
        for key in own:
            name = self._new[key]
            for label, times in name.names.items():
                labels[label] += times
            for better in self._joins.better.get(key, ()):
                # the votes of "PrismNet-13B" are votes for "PrismNet"
                labels[better] += sum(name.names.values())
                shunned.add(key)
            acronyms.update(name.acronyms)
            types = [a + b for a, b in zip(types, name.types, strict=True)]
        short = {fold(a) for a in acronyms}
        used = {n: c for n, c in labels.items() if c}
        # an acronym alone is a label only where no paper gives more; a long form that is only an alias is still more
        full = {n: c for n, c in used.items() if fold(n) not in short} or {n: c for n, c in labels.items() if fold(n) not in short} or used
        full = {n: c for n, c in full.items() if fold(n) not in shunned} or full
        weight: Counter[str] = Counter()
        for label, times in full.items():
            weight[fold(label)] += times
        label = min(full, key=lambda n: (-weight[fold(n)], -full[n], n != _single(n), -len(n), n))
        label = _said(self._guide.lead, own) or label
        aliases: dict[str, str] = {}
        for alias in sorted(labels, key=lambda n: (-labels[n], n)):
            if key_of(alias) not in short | {key_of(label)}:
                aliases.setdefault(key_of(alias), alias)
        return Concept(
            id="",
            type=strongest(types),
            label=label,
            aliases=tuple(sorted(aliases.values())),
            acronyms=tuple(sorted(a for a in acronyms if a != label and not (a[-1:] == "s" and a[:-1] in acronyms))),
            source=source,
            known=False,
        )

    def _identify(self, slugs: Mapping[str, str]) -> dict[str, str]:
        """Root → id. A slug that is empty or that somebody else has gets a hash of the root behind it."""
        times = Counter(slugs.values())
        ids = {root: name for root, name in slugs.items() if name and times[name] == 1 and name not in self._catalog}
        taken = set(ids.values())
        for root in sorted(slugs.keys() - ids.keys()):
            digest, length = hashed(root), HASH
            while (name := f"{slugs[root] or 'concept'}-{digest[:length]}") in taken or name in self._catalog:
                length += 1
            ids[root] = name
            taken.add(name)
        return ids


def _said(by_key: Mapping[str, _Value], own: Iterable[str]) -> _Value | None:
    """What is said of the first key of a cluster that something is said of."""
    return next((by_key[key] for key in own if key in by_key), None) if by_key else None


def _single(name: str) -> str:
    head, _, last = name.rpartition(" ")
    return f"{head} {singular(last)}" if head else singular(last)
