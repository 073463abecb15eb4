"""The catalog: concepts known before any paper is read, by id and by name.

A catalog is one or more TSV files with the columns of `COLUMNS`, a concept a line, sorted by id; several values of a cell
are joined by `|`. The files that ship with paperkg are in `ontology/catalog/`.

How names match: label and aliases in any case, hyphenation, spacing and number; acronyms, and names of one or two words in a
row flagged `exact-case`, only as they are written (a plural s apart). A name is *ambiguous* where its row is flagged
`needs-context` or two rows share it as an acronym: it then counts only with something else in the paper that speaks for the
concept. The flag `named-model` changes no matching: it tells a model that someone released under a name (BERT, ResNet, Llama 2)
from a general architecture (convolutional neural network).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, ValuesView
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from typing import Any

from kg.errors import DataError, UsageError, did_you_mean
from kg.model import Concept, ConceptType
from kg.names import EXACT_CASE as EXACT_CASE
from kg.names import NEEDS_CONTEXT as NEEDS_CONTEXT
from kg.names import Name as Name
from kg.names import NameKind as NameKind
from kg.names import Names
from kg.text import fold, singular
from kg.wordings import order, skeleton

COLUMNS = ("id", "type", "label", "aliases", "acronyms", "broader", "identifiers", "also", "flags", "source")
NAMED_MODEL = "named-model"
FLAGS = frozenset({EXACT_CASE, NEEDS_CONTEXT, NAMED_MODEL})
#: Types that may stand in one hierarchy: a model is a kind of technique, and tasks are studied as methods.
_FAMILY = {
    ConceptType.TASK: "work",
    ConceptType.METHOD: "work",
    ConceptType.ARCHITECTURE: "work",
    ConceptType.DATASET: "data",
    ConceptType.METRIC: "metric",
}

_TYPES = {t.value: t for t in ConceptType}
_UNMARKED = frozenset[str]()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a catalog must not hold; `place` is the file and line, or the id."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class Catalog(Mapping[str, Concept]):
    """Concepts by id, with an index of their names.

    >>> catalog = Catalog([Concept("low-rank-adaptation", ConceptType.METHOD, "low-rank adaptation", acronyms=("LoRA",))])
    >>> [n.concept for n in catalog.named("Low Rank Adaptations")], [n.concept for n in catalog.named("LORA")]
    (['low-rank-adaptation'], [])
    """

    def __init__(self, concepts: Iterable[Concept] = ()) -> None:
        ordered = sorted(concepts, key=attrgetter("id"))
        self._concepts = {concept.id: concept for concept in ordered}
        if len(self._concepts) < len(ordered):
            twice = next(one.id for one, other in pairwise(ordered) if one.id == other.id)
            raise DataError(f"catalog: the id {twice!r} stands twice; give one of the two another id")

    def __getitem__(self, concept_id: str) -> Concept:
        return self._concepts[concept_id]

    # the next three do what `Mapping` would, many times as fast
    def __contains__(self, concept_id: object) -> bool:
        return concept_id in self._concepts

    def get(self, concept_id: str, default: Any = None) -> Any:
        return self._concepts.get(concept_id, default)

    def values(self) -> ValuesView[Concept]:
        return self._concepts.values()

    def __iter__(self) -> Iterator[str]:
        return iter(self._concepts)

    def __len__(self) -> int:
        return len(self._concepts)

    @cached_property
    def names(self) -> Names:
        """Every folded name with the concepts that go by it, in order of id."""
        return Names(list(self._concepts.values()))

    def by_order(self, wordings: Collection[str]) -> dict[str, str]:
        """Of some wordings (`kg.wordings.order`) the concepts that have a name in any case of that wording; what several concepts would
        share is left out."""
        found: dict[str, str] = {}
        doubtful: set[str] = set()
        for key in self.names.like(wordings):
            for name in self.names[key]:
                if name.kind != "acronym" and not name.exact and not name.ambiguous:
                    wording = order(name.text)
                    if wording in wordings and found.setdefault(wording, name.concept) != name.concept:
                        doubtful.add(wording)
        return {wording: concept for wording, concept in found.items() if wording not in doubtful}

    def long_forms(self, short: str, shape: tuple[str, ...]) -> dict[str, list[str]]:
        """The concepts that have a folded acronym, with their long forms of a shape (`kg.wordings.skeleton`)."""
        return self._abbreviated(short).get(shape, {})

    def _abbreviated(self, short: str) -> dict[tuple[str, ...], dict[str, list[str]]]:
        made = self._shapes.get(short)
        if made is None:
            made = self._shapes[short] = {}
            for concept_id in self._by_acronym.get(short, ()):
                concept = self._concepts[concept_id]
                for long in (concept.label, *concept.aliases):
                    if fold(long) != short:
                        made.setdefault(skeleton(long), {}).setdefault(concept.id, []).append(long)
        return made

    @cached_property
    def _shapes(self) -> dict[str, dict[tuple[str, ...], dict[str, list[str]]]]:
        """Folded acronym → shape → concepts → long forms, of acronyms that were asked for."""
        return {}

    @cached_property
    def _by_acronym(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for concept in self._concepts.values():
            if concept.acronyms:
                for short in {fold(a) for a in concept.acronyms}:
                    found.setdefault(short, []).append(concept.id)
        return found

    def named(self, text: str) -> list[Name]:
        """The names that a string may be, as it is written."""
        return [name for name in self.names.get(fold(text), ()) if not name.exact or same_writing(name.text, text)]

    def ancestors(self, concept_id: str) -> list[str]:
        """All broader concepts of a concept, nearest first."""
        found: dict[str, None] = {}
        queue = list(self._concepts[concept_id].broader)
        for at in queue:
            if at not in found and (concept := self._concepts.get(at)) is not None:
                found[at] = None
                queue += concept.broader
        return list(found)

    def merge(self, other: Catalog) -> Catalog:
        """Both catalogs as one. A concept of one id keeps the other's label and type and has the names of both."""
        merged = dict(self._concepts)
        for concept in other.values():
            mine = merged.get(concept.id)
            merged[concept.id] = concept if mine is None else _union(mine, concept)
        return Catalog(merged.values())

    def search(self, text: str, limit: int = 10) -> list[Concept]:
        """Concepts whose names are nearest to a string: the same name first, then those that hold it, then by spelling."""
        from rapidfuzz import fuzz, process

        exact = [n.concept for n in self.names.get(fold(text), ())]
        wanted = fold(text)
        holding = sorted((len(k), n.concept) for k in self.names if wanted and wanted in k for n in self.names[k])
        near = process.extract(wanted, list(self.names), scorer=fuzz.ratio, limit=limit * 3, score_cutoff=70)
        ids = [*exact, *(c for _, c in holding), *(n.concept for k, _, _ in near for n in self.names[k])]
        return [self._concepts[i] for i in list(dict.fromkeys(ids))[:limit]]

    def get_or_fail(self, concept_id: str) -> Concept:
        """The concept of an id; a `UsageError` that names near ids otherwise."""
        if concept_id not in self._concepts:
            raise UsageError(f"no concept {concept_id!r} in the catalog; {did_you_mean(concept_id, self._concepts)}")
        return self._concepts[concept_id]

    def problems(self) -> list[Problem]:
        """Clashes, cycles, dangling links and flags out of place; empty for a sound catalog."""
        return [*self._clashes(), *self._hierarchy()]

    def _clashes(self) -> Iterator[Problem]:
        # a name that one concept has clashes with none
        for key in self.names.shared:
            names = self.names[key]
            clear = [n for n in names if not n.ambiguous]
            loose = {n.concept for n in clear if not n.exact}
            exact: defaultdict[str, set[str]] = defaultdict(set)
            for n in clear:
                if n.exact:
                    exact[n.text].add(n.concept)
            if len(loose) > 1:
                yield Problem(key, f"is an unambiguous name of {' and '.join(sorted(loose))}; flag one needs-context or drop the name")
            for text, ids in sorted(exact.items()):
                if len(ids) > 1:
                    yield Problem(text, f"is an unambiguous name of {' and '.join(sorted(ids))}; flag one needs-context or drop the name")

    def _hierarchy(self) -> Iterator[Problem]:
        for concept in self._concepts.values():
            if concept.flags and NAMED_MODEL in concept.flags and concept.type is not ConceptType.ARCHITECTURE:
                yield Problem(concept.id, f"is a {concept.type} flagged {NAMED_MODEL}; the flag belongs to the type Architecture")
            for parent in concept.broader:
                other = self._concepts.get(parent)
                if other is None:
                    yield Problem(concept.id, f"has the unknown broader id {parent!r}; {did_you_mean(parent, self._concepts)}")
                elif other.type is not concept.type and _FAMILY[other.type] != _FAMILY[concept.type]:
                    yield Problem(concept.id, f"is a {concept.type} but its broader {parent} is a {other.type}")
        state: dict[str, int] = {}
        for root, concept in self._concepts.items():
            if not concept.broader or root in state:
                continue
            stack: list[tuple[str, bool]] = [(root, False)]
            while stack:
                at, done = stack.pop()
                if done:
                    state[at] = 2
                    continue
                if state.get(at):
                    continue
                state[at] = 1
                stack.append((at, True))
                for parent in self._concepts[at].broader:
                    if parent not in self._concepts:
                        continue
                    if state.get(parent) == 1:
                        yield Problem(at, f"is broader than itself through {parent}")
                    elif not state.get(parent):
                        stack.append((parent, False))

    def stats(self) -> dict[str, dict[str, int]]:
        """Counts of concepts, names, named models and links by type; writings that fold alike are one name."""
        rows: dict[str, dict[str, int]] = {}
        for kind in ConceptType:
            some = [c for c in self._concepts.values() if c.type is kind]
            rows[kind.value] = {
                "concepts": len(some),
                "names": sum(len({fold(n) for n in c.names}) for c in some),
                "named models": sum(NAMED_MODEL in c.flags for c in some),
                "broader": sum(len(c.broader) for c in some),
                "identifiers": sum(len(c.identifiers) for c in some),
            }
        rows["all"] = {k: sum(r[k] for r in rows.values()) for k in next(iter(rows.values()))}
        return rows

    # --- files --------------------------------------------------------------------------------------------------------

    @classmethod
    def load(cls, *paths: Path | str) -> Catalog:
        """Reads TSV files, or folders of them; without a path, the catalog that ships with paperkg.

        Raises:
            DataError: a line that is not a concept, with file, line and what was found; all such lines in one message.
        """
        files: list[Path] = []
        for path in map(Path, paths or (shipped(),)):
            found = sorted(path.glob("*.tsv")) if path.is_dir() else [path]
            if not found or not all(f.is_file() for f in found):
                raise DataError(f"{path}: no catalog there; a catalog is a .tsv file, or a folder of them")
            files.extend(found)
        problems: list[Problem] = []
        concepts: dict[str, Concept] = {}
        for file in files:
            rows = _lines(file, problems)
            if rows and tuple(rows[0].split("\t")) != COLUMNS:
                problems.append(Problem(f"{file}:1", f"the header must be {' '.join(COLUMNS)} with tabs between"))
                continue
            for number, row in enumerate(rows[1:], start=2):
                if not row.strip():
                    continue
                read = parse_row(row)
                if isinstance(read, str):
                    problems.append(Problem(f"{file}:{number}", read))
                elif read.id in concepts:
                    problems.append(Problem(f"{file}:{number}", f"the id {read.id!r} stands twice"))
                else:
                    concepts[read.id] = read
        if problems:
            raise DataError("the catalog cannot be read:\n  " + "\n  ".join(map(str, problems[:50])))
        return cls(concepts.values())

    def save(self, folder: Path) -> list[Path]:
        """Writes one sorted TSV file a type; returns the files."""
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for kind in ConceptType:
            path = folder / f"{kind.value.lower()}s.tsv"
            rows = ["\t".join(COLUMNS), *(format_row(c) for c in self._concepts.values() if c.type is kind)]
            path.write_text("\n".join(rows) + "\n", encoding="utf-8")
            written.append(path)
        return written


def shipped() -> Path:
    """The folder of the catalog inside the installed package `ontology`."""
    import ontology

    return ontology.folder() / "catalog"


def same_writing(name: str, text: str) -> bool:
    """Whether a string writes a case-sensitive name: equal but for hyphens, spaces and a plural s. Of a name of several words in the
    plural, the singular is one too.

    >>> same_writing("LLM", "LLMs"), same_writing("LoRA", "Lora"), same_writing("GPT-4", "GPT 4")
    (True, False, True)
    >>> same_writing("Open Queries", "Open Query"), same_writing("CNNs", "CNN")
    (True, False)
    """
    squeezed = [_squeezed(s) for s in (name, text)]
    if squeezed[0] == squeezed[1] or squeezed[0] + "s" == squeezed[1]:
        return True
    head, _, last = name.rpartition(" ")
    return bool(head) and last[-3:].islower() and _squeezed(head) + singular(last) == squeezed[1]


def _squeezed(text: str) -> str:
    return text.replace("-", "").replace(" ", "").replace("‐", "").replace("–", "")


def parse_row(row: str) -> Concept | str:
    """A concept, or why the line is none."""
    cells = row.split("\t")
    if len(cells) != len(COLUMNS):
        return f"{len(cells)} cells, {len(COLUMNS)} expected ({', '.join(COLUMNS)}); found {row[:60]!r}"
    name, kind, label, aliases, acronyms, broader, identifiers, also, flags, source = map(str.strip, cells)
    if not name or not label:
        return f"id or label is empty; found {row[:60]!r}"
    # most cells are empty, and large catalogs have many: nothing is called for these
    others = _several(also) if also else ()
    for value in (kind, *others):
        if value not in _TYPES:
            return f"unknown type {value!r}; {did_you_mean(value, _TYPES)}"
    marks = frozenset(_several(flags)) if flags else _UNMARKED
    if not marks <= FLAGS:
        flag = next(flag for flag in _several(flags) if flag not in FLAGS)
        return f"unknown flag {flag!r}; {did_you_mean(flag, FLAGS)}"
    return Concept(
        name, _TYPES[kind], label, _several(aliases) if aliases else (), _several(acronyms) if acronyms else (),
        _several(broader) if broader else (), _several(identifiers) if identifiers else (),
        tuple(_TYPES[value] for value in others) if others else (), marks, source,
    )  # fmt: skip


def _several(cell: str) -> tuple[str, ...]:
    """The values of a cell that is not empty, which bars separate."""
    if "|" not in cell:
        return (cell,)
    return tuple(v for x in cell.split("|") if (v := x.strip()))


def _lines(file: Path, problems: list[Problem]) -> list[str]:
    """The lines of a file, at least one, or none and a problem more where it is no text."""
    data = file.read_bytes()
    try:
        return data.decode("utf-8-sig").splitlines() or [""]
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = data[error.start : error.start + 4]
        problems.append(Problem(f"{file}:{line}", f"no UTF-8 text; found the bytes {found!r}; save the file as UTF-8"))
        return []


def format_row(concept: Concept) -> str:
    """The line of a concept; `parse_row` reads it back."""
    return "\t".join(
        (
            concept.id,
            concept.type._value_,
            concept.label,
            "|".join(concept.aliases),
            "|".join(concept.acronyms),
            "|".join(concept.broader),
            "|".join(concept.identifiers),
            "|".join([t._value_ for t in concept.also]) if concept.also else "",
            "|".join(sorted(concept.flags)) if concept.flags else "",
            concept.source,
        )
    )


def _union(mine: Concept, other: Concept) -> Concept:
    def both(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*a, *b)))

    kept = {other.label}
    return Concept(
        id=mine.id,
        type=other.type,
        label=other.label,
        aliases=tuple(a for a in both(other.aliases, (mine.label, *mine.aliases)) if a not in kept),
        acronyms=both(other.acronyms, mine.acronyms),
        broader=both(other.broader, mine.broader),
        identifiers=both(other.identifiers, mine.identifiers),
        also=tuple(dict.fromkeys((*other.also, *mine.also))),
        flags=mine.flags | other.flags,
        source=other.source or mine.source,
    )
