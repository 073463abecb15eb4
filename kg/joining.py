"""Which names of a corpus are one concept: the steps by which clusters of names are joined, and what a name means elsewhere.

The names are those of findings that the catalog does not know, by the key of their label. A step asks all its questions before any
is answered, looks names up by a key, and never depends on the order in which papers came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kg.catalog import EXACT_CASE, Catalog
from kg.model import ConceptType
from kg.text import fold
from kg.wordings import akin, bare, coined, expanded, has_acronym, is_acronym, order, skeleton, unsized

TYPES = tuple(ConceptType)
#: Of the papers that define an abbreviation, the share that must mean one thing for it to be meant where nothing is defined; and the
#: papers that must show it for a concept of the catalog, which the reader had not chosen.
MOSTLY, SOME = 0.8, 3
#: Where the type that was read, or the catalog's own doubt, speaks against it: the share, and the papers that must show it.
SURELY, MANY = 0.9, 8
_WORK = {ConceptType.METHOD, ConceptType.ARCHITECTURE}
_TASK = {ConceptType.METHOD, ConceptType.TASK}
#: Before the id of a known concept that stands among roots of clusters: the key of a name may be the same string, but has no colon.
KNOWN = "known:"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A name that the papers of the corpus use for several things.

    `kind` is "abbreviation" (defined with several long forms), "catalog" (the corpus gives it names of several known concepts) or "name"
    (several papers introduce it, which may be one thing or several). `senses` are the ids of
    the concepts with the papers that mean each, the most frequent first; `alone` the papers that use an abbreviation without saying which,
    `taken` the id that those got.
    """

    name: str
    kind: str
    senses: tuple[tuple[str, int], ...]
    alone: int = 0
    taken: str = ""


@dataclass(slots=True)
class Use:
    """What the findings of new concepts say that have a label of one key."""

    types: list[int] = field(default_factory=lambda: [0] * len(TYPES))
    names: dict[str, int] = field(default_factory=dict)  # name → how often it is the label
    acronyms: dict[str, int] = field(default_factory=dict)  # → in how many papers
    candidates: dict[str, int] = field(default_factory=dict)  # known concepts that the reader considered
    papers: int = 0
    proposed: int = 0

    @property
    def label(self) -> str:
        """The label most papers give."""
        return most(self.names)

    @property
    def type(self) -> ConceptType:
        """The type that the readings sum up to."""
        return strongest(self.types)


class Joins:
    """One resolution of what was added so far. Keys that are `apart` stand for themselves, whatever the corpus shows."""

    def __init__(
        self,
        catalog: Catalog,
        parent: dict[str, str],
        new: Mapping[str, Use],
        known: Mapping[str, Mapping[str, int]],
        apart: Collection[str] = (),
    ) -> None:
        self._catalog, self._parent, self._new, self._known, self._apart = catalog, parent, new, known, apart
        self._first = sorted(new)
        # looked at by most steps
        self._label = {key: new[key].label for key in self._first}
        self._order = {key: order(label) for key, label in self._label.items()}
        self.meant: defaultdict[str, set[str]] = defaultdict(set)  # key → known concepts that it turned out to be
        self.sizes: dict[str, str] = {}
        self.better: defaultdict[str, set[str]] = defaultdict(set)  # key → folded names to prefer as the label
        self._short: set[str] = set()

    def run(self) -> list[Conflict]:
        """All steps, in order; each sees what those before it joined. Returns what papers do not agree about, by keys of clusters,
        senses in any order."""
        for step in (self._sized, self._ordered, self._same_abbreviation, self._written_out, self._with_noun):
            self._join_all(list(step()))
        conflicts = self._alone()
        self._seen_elsewhere()
        for key in self._apart:
            self.meant.pop(key, None)
            self.better.pop(key, None)
        return conflicts

    def _join_all(self, pairs: Iterable[tuple[str, str]]) -> None:
        for one, other in pairs:
            if one not in self._apart and other not in self._apart:
                join(self._parent, one, other)

    # --- steps: pairs of keys that are one, and known concepts that a key means -----------------------------------------

    def _sized(self) -> Iterator[tuple[str, str]]:
        """Models that differ by size or release are one, where the corpus has several of them, or one without."""
        groups: defaultdict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for key in self._first:
            name = self._new[key]
            base, size = unsized(self._label[key]) if name.type in _WORK else ("", "")
            if size and fold(base) != key:
                groups[fold(base)].append((key, base, size))
        for family, members in groups.items():
            if family not in self._new and len(members) < 2:
                continue
            for key, base, size in members:
                self.sizes[key] = size
                self.better[key].add(base)
                yield family if family in self._new else members[0][0], key

    def _ordered(self) -> Iterator[tuple[str, str]]:
        """Names that are one whatever the order of their words and the spelling of their endings."""
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for key in self._first:
            if wording := self._order[key]:
                groups[wording].append(key)
        listed = self._catalog.by_order(groups.keys())
        for wording, members in groups.items():
            yield from ((members[0], key) for key in members[1:])
            if known := listed.get(wording):
                for key in members:
                    # a name that folds like one of the catalog was compared with it by the reader already
                    if key not in self._catalog.names and self._fits(key, known):
                        self.meant[key].add(known)

    def _same_abbreviation(self) -> Iterator[tuple[str, str]]:
        """Long forms of one abbreviation that are the same but for endings."""
        groups: defaultdict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
        for key in self._first:
            name = self._new[key]
            for short in {fold(a) for a in name.acronyms} - {key, ""}:
                groups[short, skeleton(self._label[key])].append(key)
        for shape, members in groups.items():
            label = self._label[members[0]]
            yield from ((members[0], key) for key in members[1:] if akin(label, self._label[key]))
            for known, names in self._catalog.long_forms(*shape).items():
                for key in members:
                    if self._fits(key, known) and any(akin(self._label[key], n) for n in names):
                        self.meant[key].add(known)

    def _written_out(self) -> Iterator[tuple[str, str]]:
        """Names with an abbreviation in them are the name in which it is written out."""
        full: dict[str, str] = {}
        for key, wording in self._order.items():
            full.setdefault(wording, key)
        meant = self._owners()
        written: dict[str, str] = {}
        for key in self._first:
            label = self._label[key]
            if has_acronym(label):
                long = expanded(label, lambda short: self._long_form(fold(short), meant))
                if long != label:
                    written[key] = order(long)
        listed = self._catalog.by_order({*written.values()})
        for key, wording in written.items():
            if wording in full and full[wording] != key:
                self.better[key].add(self._label[full[wording]])
                yield full[wording], key
            known = listed.get(wording)
            if known and self._fits(key, known):
                self.meant[key].add(known)

    def _with_noun(self) -> Iterator[tuple[str, str]]:
        """A name with a generic noun behind it is the name without it, where that stands in the corpus and is of the same kind."""
        for key in self._first:
            name = self._new[key]
            base, kind = bare(self._label[key])
            other = self._new.get(fold(base)) if kind else None
            if other is None or len(base) < 3:
                continue
            one, two = name.type, other.type
            if kind != "work":
                wanted = ConceptType.DATASET if kind == "data" else ConceptType.METRIC
                if one is two is wanted:
                    self.better[key].add(other.label)
                    yield fold(base), key
            elif one is two or ({one, two} <= _WORK and coined(base)):
                yield fold(base), key

    # --- abbreviations --------------------------------------------------------------------------------------------------

    def _owners(self) -> dict[str, dict[str, int]]:
        """Folded abbreviation → cluster (its root) or known concept (`KNOWN` and its id) → the papers that define it so."""
        found: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for key in self._first:
            root = find(self._parent, key)
            for acronym, papers in self._new[key].acronyms.items():
                short = fold(acronym)
                if short and short != key:
                    count(found[short], root, papers)
        for short, owners in found.items():
            owners |= self._known_owners(short)
        return found

    def _known_owners(self, short: str) -> dict[str, int]:
        return {KNOWN + concept: papers for concept, papers in self._known.get(short, {}).items()}

    def _long_form(self, short: str, owners: Mapping[str, Mapping[str, int]]) -> str:
        """What an abbreviation mostly means in the corpus, else in the catalog, where that knows one meaning; empty otherwise."""
        senses = owners.get(short) or self._known_owners(short)
        if senses:
            top = most(senses)
            if senses[top] < MOSTLY * sum(senses.values()):
                return ""
            if known := known_id(top):
                return self._catalog[known].label
            return self._label[top] if top in self._new else ""
        names = [n for n in self._catalog.names.get(short, ()) if n.kind == "acronym"]
        return self._catalog[names[0].concept].label if len(names) == 1 and not names[0].ambiguous else ""

    def _alone(self) -> list[Conflict]:
        """Findings that have an abbreviation alone join what is mostly meant by it."""
        conflicts, answers = [], []
        owners = self._owners()
        for key in self._first:
            if key not in owners and key in self._known and is_acronym(self._label[key]):
                owners[key] = self._known_owners(key)
        self._short = set(owners)
        for short, all_owners in sorted(owners.items()):
            alone = self._new[short].papers if short in self._new else 0
            own = find(self._parent, short) if short in self._parent else ""
            senses = {owner: papers for owner, papers in all_owners.items() if owner != own}
            if not senses:
                continue
            top, total = most(senses), sum(senses.values())
            taken = bool(alone) and self._stands_for(short, top, senses[top], total)
            known = known_id(top)
            if taken and known:
                self.meant[short].add(known)
            elif taken or (not alone and short in self._parent and senses[top] >= MOSTLY * total and not known):
                answers.append((top, short))
            if len(senses) > 1:
                conflicts.append(Conflict(short, "abbreviation", tuple(senses.items()), alone, top if taken else ""))
        self._join_all(answers)
        return conflicts

    def _stands_for(self, short: str, top: str, papers: int, of: int) -> bool:
        """Whether an abbreviation alone stands for what `papers` of `of` papers that define it mean by it."""
        introduced = self._introduced(short)
        if known := known_id(top):
            return not introduced and self._believed(short, known, papers, of)
        # two papers that each introduce a thing of this name
        return papers >= MOSTLY * of and not (introduced and self._introduced(top))

    def _introduced(self, key: str) -> bool:
        """Whether the papers that have a name by itself mostly introduce something by it."""
        name = self._new.get(key)
        return name is not None and name.proposed * 2 > name.papers

    def _seen_elsewhere(self) -> None:
        """Names that the rest of the corpus uses for a known concept, but that the reader was not sure of where it stood alone."""
        for key in self._first:
            senses = self._known.get(key)
            if not senses or key in self._short or self._introduced(key):
                continue
            top = most(senses)
            if self._believed(key, top, senses[top], sum(senses.values())):
                self.meant[key].add(top)

    def _believed(self, key: str, known: str, papers: int, of: int) -> bool:
        """Whether `papers` of `of` papers that mean a known concept by a name are enough for one that only has the name."""
        name = self._new[key]
        if EXACT_CASE in self._catalog[known].flags and not any(c.isupper() for c in name.label):
            return False
        if papers >= MANY and papers >= SURELY * of:
            return True
        considered = known in name.candidates or not is_acronym(name.label)
        return papers >= SOME and papers >= MOSTLY * of and considered and self._fits(key, known)

    def _fits(self, key: str, known: str) -> bool:
        """Whether the type that was read may be that of a known concept."""
        concept, own = self._catalog[known], self._new[key].type
        return own in (concept.type, *concept.also) or {own, concept.type} <= _WORK or {own, concept.type} <= _TASK


def known_id(owner: str) -> str:
    """The id of an owner that is a known concept, an empty string for the root of a cluster."""
    return owner.removeprefix(KNOWN) if owner.startswith(KNOWN) else ""


def strongest(sums: Sequence[int]) -> ConceptType:
    """The type of the greatest of the sums by type; of equal ones the first."""
    return TYPES[sums.index(max(sums))]


def most(counts: Mapping[str, int]) -> str:
    """What is counted most often; of equal ones the smallest."""
    if len(counts) == 1:
        return next(iter(counts))
    return min(counts, key=lambda k: (-counts[k], k))


def count(counts: dict[str, int], key: str, by: int = 1) -> None:
    counts[key] = counts.get(key, 0) + by


def find(parent: dict[str, str], key: str) -> str:
    root = key
    while parent.setdefault(root, root) != root:
        root = parent[root]
    while parent[key] != root:
        parent[key], key = root, parent[key]
    return root


def join(parent: dict[str, str], a: str, b: str) -> None:
    a, b = find(parent, a), find(parent, b)
    if a != b:
        # the smaller key is the root, so that the order of joining does not show
        parent[max(a, b)] = min(a, b)
