"""Makes the findings of all papers into concepts: one concept, one id, however many papers name it and however they write it.

Known concepts keep the id of the catalog. Findings that the catalog does not know are joined by their names:

1. findings whose label or an alias fold alike are one;
2. a finding that only has an acronym joins the one cluster that declares this acronym with a long form; where several do,
   it stays apart, because nothing tells which is meant.

A cluster's id is the slug of its label, with six hexadecimal digits of a hash of its names where another concept already
has that slug. Everything depends on the set of findings alone, never on their order.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from kg.catalog import Catalog
from kg.model import Concept, ConceptType, Finding
from kg.text import fold, slug

_TYPES = tuple(ConceptType)


@dataclass(frozen=True, slots=True)
class Resolution:
    """Ids of the findings, by (paper, index), and the new concepts by id."""

    ids: dict[tuple[str, int], str]
    concepts: dict[str, Concept]


class Resolver:
    """Collects findings paper by paper, then decides. Memory grows with the new names, not with the texts."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known: dict[tuple[str, int], str] = {}
        self._new: list[tuple[str, int, tuple[str, ...], tuple[str, ...]]] = []
        self._labels: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._types: defaultdict[str, list[float]] = defaultdict(lambda: [0.0] * len(_TYPES))
        self._written: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def add(self, paper: str, findings: Iterable[Finding]) -> None:
        """Takes the findings of one paper in."""
        for index, finding in enumerate(findings):
            if finding.concept:
                self._known[paper, index] = finding.concept
                continue
            acronyms = tuple(dict.fromkeys(finding.acronyms))
            keys = tuple(dict.fromkeys(k for k in (fold(n) for n in (finding.label, *finding.aliases)) if k))
            if not keys:
                keys = tuple(fold(a) for a in acronyms[:1])
            self._new.append((paper, index, keys, acronyms))
            weight = round(finding.confidence, 3)
            self._labels[keys[0]][finding.label] += 1
            for name in (finding.label, *finding.aliases):
                self._written[keys[0]][name] += 1
            for position, share in enumerate(finding.type_scores):
                self._types[keys[0]][position] += weight * share

    def resolve(self) -> Resolution:
        """Clusters, labels, types and ids of all that was added."""
        parent: dict[str, str] = {}

        def find(key: str) -> str:
            root = key
            while parent.setdefault(root, root) != root:
                root = parent[root]
            while parent[key] != root:
                parent[key], key = root, parent[key]
            return root

        def join(a: str, b: str) -> None:
            a, b = find(a), find(b)
            if a != b:
                # the smaller key is the root, so that the order of joining does not show
                parent[max(a, b)] = min(a, b)

        for _, _, keys, _ in self._new:
            for key in keys:
                join(keys[0], key)
        # acronyms declared with a long form, and the clusters that declare them
        declared: defaultdict[str, set[str]] = defaultdict(set)
        for _, _, keys, acronyms in self._new:
            for acronym in acronyms:
                if fold(acronym) not in keys:
                    declared[acronym].add(keys[0])
        for acronym, owners in sorted(declared.items()):
            clusters = {find(k) for k in owners}
            key = fold(acronym)
            if len(clusters) == 1 and key in parent:
                join(min(clusters), key)
        return self._name(find)

    def _name(self, find: object) -> Resolution:
        assert callable(find)
        members: defaultdict[str, list[tuple[str, int, tuple[str, ...], tuple[str, ...]]]] = defaultdict(list)
        for row in self._new:
            members[find(row[2][0])].append(row)
        slugs: defaultdict[str, list[str]] = defaultdict(list)
        made: dict[str, tuple[str, Concept]] = {}
        for root in sorted(members):
            rows = members[root]
            firsts = {keys[0] for _, _, keys, _ in rows}
            labels: Counter[str] = Counter()
            written: Counter[str] = Counter()
            types = [0.0] * len(_TYPES)
            for key in sorted(firsts):
                labels.update(self._labels[key])
                written.update(self._written[key])
                types = [round(a + b, 6) for a, b in zip(types, self._types[key], strict=True)]
            acronyms = Counter(a for _, _, _, acr in rows for a in acr)
            # an acronym alone is a label only where no paper gives more
            full = {n: c for n, c in labels.items() if n not in acronyms} or labels
            label = min(full, key=lambda n: (-full[n], -len(n), n))
            kind = _TYPES[max(range(len(_TYPES)), key=lambda i: (types[i], -i))]
            aliases = sorted({n for n in (*labels, *written) if n != label and n not in acronyms})
            aliases = list({fold(n): n for n in reversed(aliases) if fold(n) != fold(label)}.values())
            concept = Concept(
                id="",
                type=kind,
                label=label,
                aliases=tuple(sorted(aliases)),
                acronyms=tuple(sorted(a for a in acronyms if a != label)),
                source="text",
                known=False,
            )
            name = slug(label) or "concept"
            slugs[name].append(root)
            made[root] = (name, concept)
        ids: dict[tuple[str, int], str] = dict(self._known)
        concepts: dict[str, Concept] = {}
        for root, (name, concept) in made.items():
            if name in self._catalog or len(slugs[name]) > 1:
                name = f"{name}-{hashlib.blake2b(root.encode(), digest_size=3).hexdigest()}"
            concepts[name] = Concept(
                name, concept.type, concept.label, concept.aliases, concept.acronyms, source=concept.source, known=False
            )
            for paper, index, _, _ in members[root]:
                ids[paper, index] = name
        return Resolution(ids, concepts)
