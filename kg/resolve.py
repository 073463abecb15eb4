"""Makes the findings of all papers into concepts: one concept, one id, however many papers name it and however they write it.

Known concepts keep the id of the catalog. Findings that the catalog does not know are joined by their names:

1. findings whose label or an alias fold alike are one;
2. a finding that only has an acronym joins the one cluster that declares this acronym with a long form; where several do,
   it stays apart, because nothing tells which is meant.

A cluster's id is the slug of its label, with a hash of its names behind it where the label has no slug, or where the
catalog or another cluster has the same. Everything depends on the set of findings alone, never on their order: sums are
sums of integers, and the root of a cluster is its smallest name.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kg.catalog import Catalog
from kg.model import Concept, ConceptType, Finding
from kg.text import fold, singular, slug

_TYPES = tuple(ConceptType)
_UNIT = 1_000_000  # type scores are summed as integers: sums of floats would depend on the order


def keys(finding: Finding) -> tuple[str, ...]:
    """The folded names of a finding by which it is joined with others, that of its label first; never empty."""
    # a name without letters and digits (an emoji) is its own key
    first = fold(finding.label) or "=" + finding.label.strip()
    return tuple(dict.fromkeys((first, *filter(None, map(fold, finding.aliases)))))


@dataclass(frozen=True, slots=True)
class Resolution:
    """The new concepts by id, and the id of every finding."""

    concepts: Mapping[str, Concept]
    _ids: Mapping[str, str]

    def id_of(self, finding: Finding) -> str:
        """The id of the concept that a finding is about: the catalog's, or the new concept's.

        Raises:
            KeyError: the finding was not added to the resolver.
        """
        return finding.concept or self._ids[keys(finding)[0]]


class Resolver:
    """Collects findings, then decides. Memory grows with the distinct names of new concepts, not with papers or texts."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._parent: dict[str, str] = {}
        self._firsts: dict[str, list[int]] = {}  # first key of findings → sums of type scores
        self._names: defaultdict[str, dict[str, int]] = defaultdict(dict)  # first key → name → how often it is the label
        self._acronyms: defaultdict[str, Counter[str]] = defaultdict(Counter)  # first key → acronym → how often

    def add(self, paper: str, findings: Iterable[Finding]) -> None:
        """Takes the findings of one paper in."""
        for finding in findings:
            if finding.concept:
                continue
            own = keys(finding)
            first = own[0]
            for key in own:
                _join(self._parent, first, key)
            names = self._names[first]
            names[finding.label] = names.get(finding.label, 0) + 1
            for name in finding.aliases:
                names.setdefault(name, 0)
            if finding.acronyms:
                self._acronyms[first].update(set(finding.acronyms))
            scores = finding.type_scores
            if len(scores) != len(_TYPES) or not any(scores):
                scores = tuple(float(t is finding.type) for t in _TYPES)
            sums = self._firsts.setdefault(first, [0] * len(_TYPES))
            for position, share in enumerate(scores):
                sums[position] += round(finding.confidence * share * _UNIT)

    def resolve(self) -> Resolution:
        """Clusters, labels, types and ids of all that was added; more may be added afterwards."""
        parent = dict(self._parent)
        # which clusters declare an acronym with a long form; spellings that fold alike (CoT, COT) are one question
        declared: defaultdict[str, set[str]] = defaultdict(set)
        for first, acronyms in self._acronyms.items():
            for key in {fold(a) for a in acronyms}:
                if key and key != first:
                    declared[key].add(first)
        # all questions are asked before any is answered, so that no answer changes another
        answers = []
        for key, owners in declared.items():
            clusters = {_find(parent, k) for k in owners}
            if len(clusters) == 1 and key in parent:
                answers.append((key, clusters.pop()))
        for key, cluster in answers:
            _join(parent, cluster, key)
        return self._name(lambda key: _find(parent, key))

    def _name(self, find: Callable[[str], str]) -> Resolution:
        members: defaultdict[str, list[str]] = defaultdict(list)
        for first in sorted(self._firsts):
            members[find(first)].append(first)
        drafts = {root: self._concept(firsts) for root, firsts in members.items()}
        ids = self._identify({root: slug(concept.label) for root, concept in drafts.items()})
        concepts = {}
        for root, draft in drafts.items():
            concepts[ids[root]] = Concept(
                ids[root], draft.type, draft.label, draft.aliases, draft.acronyms, source=draft.source, known=False
            )
        return Resolution(dict(sorted(concepts.items())), {first: ids[root] for root, firsts in members.items() for first in firsts})

    def _concept(self, firsts: list[str]) -> Concept:
        """The concept of a cluster, still without an id."""
        labels: Counter[str] = Counter()
        acronyms: set[str] = set()
        types = [0] * len(_TYPES)
        for first in firsts:
            for name, count in self._names[first].items():
                labels[name] += count
            acronyms.update(self._acronyms.get(first, ()))
            types = [a + b for a, b in zip(types, self._firsts[first], strict=True)]
        short = {fold(a) for a in acronyms}
        used = {n: c for n, c in labels.items() if c}
        # an acronym alone is a label only where no paper gives more; a long form that is only an alias is still more
        full = {n: c for n, c in used.items() if fold(n) not in short} or {n: c for n, c in labels.items() if fold(n) not in short} or used
        weight: Counter[str] = Counter()
        for name, count in full.items():
            weight[fold(name)] += count
        label = min(full, key=lambda n: (-weight[fold(n)], -full[n], n != _single(n), -len(n), n))
        aliases: dict[str, str] = {}
        for name in sorted(labels, key=lambda n: (-labels[n], n)):
            if fold(name) not in short | {fold(label)}:
                aliases.setdefault(fold(name), name)
        return Concept(
            id="",
            type=_TYPES[max(range(len(_TYPES)), key=lambda i: (types[i], -i))],
            label=label,
            aliases=tuple(sorted(aliases.values())),
            acronyms=tuple(sorted(a for a in acronyms if a != label and not (a[-1:] == "s" and a[:-1] in acronyms))),
            source="text",
            known=False,
        )

    def _identify(self, slugs: Mapping[str, str]) -> dict[str, str]:
        """Root → id. A slug that is empty or that somebody else has gets a hash of the root behind it."""
        times = Counter(slugs.values())
        ids = {root: name for root, name in slugs.items() if name and times[name] == 1 and name not in self._catalog}
        taken = set(ids.values())
        for root in sorted(slugs.keys() - ids.keys()):
            digest = hashlib.blake2b(root.encode(), digest_size=16).hexdigest()
            length = 6
            while (name := f"{slugs[root] or 'concept'}-{digest[:length]}") in taken or name in self._catalog:
                length += 1
            ids[root] = name
            taken.add(name)
        return ids


def _single(name: str) -> str:
    head, _, last = name.rpartition(" ")
    return f"{head} {singular(last)}" if head else singular(last)


def _find(parent: dict[str, str], key: str) -> str:
    root = key
    while parent.setdefault(root, root) != root:
        root = parent[root]
    while parent[key] != root:
        parent[key], key = root, parent[key]
    return root


def _join(parent: dict[str, str], a: str, b: str) -> None:
    a, b = _find(parent, a), _find(parent, b)
    if a != b:
        # the smaller key is the root, so that the order of joining does not show
        parent[max(a, b)] = min(a, b)
