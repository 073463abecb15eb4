"""The concepts that a line of a file of corrections is about, by an id or a name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.catalog import Catalog
from kg.corrections.record import Wrong
from kg.errors import did_you_mean
from kg.model import Concept, ConceptType
from kg.resolve import Resolution, hash_of_id, hashed, key_of, keys_hashed
from kg.text import slug

#: Before the key of a concept that only a correction names, where ids of concepts stand.
NEW = "new:"
_KINDS = ("label", "alias", "acronym")


@dataclass(frozen=True, slots=True)
class Target:
    """The concept that something is linked to: `id` in the graph, or `NEW` and a key; `label` and `type` are those of the concept."""

    id: str
    label: str
    type: ConceptType
    known: bool = False


class Names:
    """Finds concepts of the catalog, of a resolution, and those that corrections make.

    `former` are ids that concepts had before other corrections, with those they have now.
    """

    def __init__(self, catalog: Catalog, resolution: Resolution, former: Mapping[str, str] | None = None) -> None:
        self.catalog, self.resolution = catalog, resolution
        self._former = {**resolution.others, **(former or {})}
        self.minted: dict[str, Target] = {}
        self._keys: defaultdict[str, list[str]] = defaultdict(list)
        for key, owner in resolution.by_key.items():
            self._keys[owner].append(key)
        self._new: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self._slugs: defaultdict[str, set[str]] = defaultdict(set)
        for concept in resolution.concepts.values():
            for rank, names in enumerate(((concept.label,), concept.aliases, concept.acronyms)):
                for name in names:
                    self._new[key_of(name)].setdefault(concept.id, rank)
                    self._slugs[slug(name)].add(concept.id)
        self._marks: list[tuple[str, str]] = []

    def concept(self, concept_id: str) -> Concept | None:
        """The concept of an id, or None."""
        return self.resolution.concepts.get(concept_id) or self.catalog.get(concept_id)

    def there(self, concept_id: str) -> Concept:
        """The concept of an id that `ids` gave, before any new concept was made."""
        concept = self.concept(concept_id)
        assert concept is not None
        return concept

    def keys_of(self, concept_id: str) -> list[str]:
        """The keys of the findings that are this new concept, sorted."""
        return sorted(self._keys.get(concept_id, ()))

    def ids(self, wanted: str) -> list[str]:
        """The concepts that an id or a name may stand for, sorted; those that have it as a label go before those that have it as an
        alias, and these before acronyms."""
        if self.concept(wanted):
            return [wanted]
        if self.concept(former := self._former.get(wanted, "")):
            return [former]
        key = key_of(wanted)
        ranks = dict(self._new.get(key, {}))
        for name in self.catalog.named(wanted) or self.catalog.names.get(key, ()):
            ranks[name.concept] = min(_KINDS.index(name.kind), ranks.get(name.concept, 9))
        if (owner := self.resolution.by_key.get(key)) is not None:
            ranks.setdefault(owner, len(_KINDS))
        if ranks:
            best = min(ranks.values())
            return sorted(concept for concept, rank in ranks.items() if rank == best)
        for minted in self.minted.values():
            if wanted == slug(minted.label) or key == key_of(minted.label):
                return [minted.id]
        return sorted(self._slugs.get(wanted, ())) or self._by_hash(wanted)

    def _by_hash(self, wanted: str) -> list[str]:
        # an id with a hash behind it stands for one name, whatever the concept is called by now
        mark = hash_of_id(wanted)
        if not mark:
            return []
        self._marks = self._marks or sorted((hashed(key), key) for key in self.resolution.by_key)
        return sorted({self.resolution.by_key[key] for key in keys_hashed(self._marks, mark)})

    def one(self, wanted: str) -> str:
        """The id of the one concept that an id or a name stands for.

        Raises:
            Wrong: there is none, or there are several.
        """
        return self._only(wanted, self.ids(wanted))

    def _only(self, wanted: str, found: list[str]) -> str:
        if len(found) > 1:
            raise Wrong(f"{wanted!r} is the name of {listed(self.described(i) for i in found)}", "give the id of the one that is meant")
        if not found:
            raise self.unknown(wanted)
        return found[0]

    def unknown(self, wanted: str) -> Wrong:
        """The error for a name that no concept has."""
        near = [concept.label for concept in self.catalog.search(wanted, 3)] + [c.label for c in self.resolution.concepts.values()]
        said = did_you_mean(wanted, near)
        hint = f"{said} " if said.startswith("did") else ""
        return Wrong(f"no concept {wanted!r} in the graph or the catalog", f"{hint}if it is gone for good, delete the line")

    def target(self, wanted: str, kind: str) -> Target:
        """What something shall be linked to: a concept that is there, or, where its type is given, a new one.

        Raises:
            Wrong: several concepts have the name; none has it, and no type is given; or the type is another.
        """
        found = self.ids(wanted)
        if kind and found:
            fitting = [i for i in found if self._is(i, ConceptType(kind))]
            if not fitting:
                said = listed(self.described(i) for i in found)
                raise Wrong(f"{wanted!r} is the name of {said}", f"give the new {kind} a name that tells it apart, or leave out the type")
            found = fitting
        if not found and kind:
            key = key_of(wanted)
            return self.minted.setdefault(key, Target(NEW + key, wanted, ConceptType(kind)))
        if not found:
            wrong = self.unknown(wanted)
            raise Wrong(wrong.reason, f'{wrong.hint}; for a new concept, give its "type"')
        return self._target(self._only(wanted, found))

    def _is(self, concept_id: str, kind: ConceptType) -> bool:
        concept = self.concept(concept_id)
        if concept is None:
            return any(t.id == concept_id and t.type is kind for t in self.minted.values())
        return kind is concept.type or kind in concept.also

    def _target(self, concept_id: str) -> Target:
        concept = self.concept(concept_id)
        if concept is None:
            return next(t for t in self.minted.values() if t.id == concept_id)
        if concept.known:
            return Target(concept_id, concept.label, concept.type, True)
        # a name that is joined with the others of the concept, which a label that people gave is not
        mine = self.keys_of(concept_id)
        label = next((n for n in concept.names if key_of(n) in mine), mine[0])
        return Target(concept_id, label, concept.type)

    def described(self, concept_id: str) -> str:
        """A concept for a message."""
        concept = self.concept(concept_id)
        if concept is None:
            return next(f"{t.label} (new)" for t in self.minted.values() if t.id == concept_id)
        return f"{concept.label} ({concept_id}, {concept.type})"


def listed(names: Iterable[str]) -> str:
    """Names in a line, with "and" before the last."""
    *most, last = sorted(names)
    return f"{', '.join(most)} and {last}" if most else last
