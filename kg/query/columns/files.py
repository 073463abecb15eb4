"""The triples of a graph as columns of whole numbers: made beside the store of a large graph, and mapped into memory.

A term is a number, its place in the dictionary; a predicate is two arrays of pairs, by subject and by object. What is about evidence and
texts, two thirds of all triples, is left out: a subject is held with all its triples of the predicates in `PREDICATES`, or with none.
`Columns` knows which predicates and classes are *whole*, that is, of which nothing was left out.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from kg.query.columns import ABOUT
from kg.query.columns.syntax import TYPE
from ontology.terms import BASE, ONTOLOGY, PREFIXES

#: What is held of a subject; long texts, and what only evidence has, are not.
PREDICATES = frozenset(
    (
        TYPE,
        *(f"{PREFIXES['rdf']}{name}" for name in ("subject", "predicate", "object")),
        *(f"{PREFIXES['dcterms']}{name}" for name in ("title", "issued", "creator")),
        *(f"{PREFIXES['skos']}{name}" for name in ("prefLabel", "altLabel", "broader")),
        f"{PREFIXES['foaf']}name",
        f"{PREFIXES['prov']}wasDerivedFrom",
        *(f"{BASE}{ONTOLOGY}{name}" for name in ("id", "known", "paperCount", "origin", "venue", "acronym", "confidence", "sentence")),
        *(f"{BASE}{ONTOLOGY}{name}" for name in ("proposes", "comparesWith", "evaluatesOn", "addresses", "measures", "uses", "mentions")),
        *(f"{BASE}{ONTOLOGY}{name}" for name in ("kindOf", "basedOn", "partOf", "usedFor", "evaluatedOn", "trainedOn", "measuredBy")),
        f"{BASE}{ONTOLOGY}comparedWith",
    )
)
#: How the subjects begin that are left out.
_LEFT = (f"<{BASE}evidence/".encode(), f"<{BASE}field/".encode())
_STRING = f"{PREFIXES['xsd']}string"
#: Bytes of a term from which on it is known by its digest while the columns are made.
_LONG = 48

Ids = NDArray[np.int32]


def make(lines: Iterable[bytes], folder: Path) -> None:
    """Writes the columns of a graph into a new folder.

    Args:
        lines: N-Triples as `exports.ntriples` writes them: one space between terms, each triple once.
    """
    folder.mkdir()
    with (folder / "values").open("wb") as values:
        made = _Dictionary(values)
        pairs: dict[bytes, tuple[array[int], array[int]]] = {f"<{name}>".encode(): (array("i"), array("i")) for name in sorted(PREDICATES)}
        left: set[bytes] = set()
        left_classes: set[bytes] = set()
        type_ = f"<{TYPE}>".encode()
        before, subject = b"", -1
        for line in lines:
            start, predicate, rest = line.split(b" ", 2)
            if line.startswith(_LEFT):
                left.add(predicate)
                if predicate == type_:
                    left_classes.add(rest[:-3])
            elif (into := pairs.get(predicate)) is not None:
                if start != before:
                    before, subject = start, made.id(start)
                    made.held.add(subject)
                into[0].append(subject)
                into[1].append(made.id(rest[:-3]))
    arrays: list[Ids] = []
    about = {}
    at = 0
    for predicate, (subjects, objects) in pairs.items():
        s, o = np.frombuffer(subjects, np.int32), np.frombuffer(objects, np.int32)
        by_subject, by_object = np.lexsort((o, s)), np.lexsort((s, o))
        arrays += [s[by_subject], o[by_subject], o[by_object], s[by_object]]
        about[predicate[1:-1].decode()] = {
            "at": at,
            "pairs": len(s),
            "subjects": len(np.unique(s)),
            "objects": len(np.unique(o)),
            "whole": predicate not in left,
        }
        at += 4 * len(s)
    np.concatenate([*arrays, np.zeros(0, np.int32)]).tofile(folder / "pairs")
    made.save(folder)
    known = {
        "kinds": made.kinds,
        "predicates": about,
        "left classes": sorted(name[1:-1].decode() for name in left_classes),
        "sizes": {file.name: file.stat().st_size for file in sorted(folder.iterdir())},
    }
    (folder / ABOUT).write_text(json.dumps(known), encoding="utf-8")


class _Dictionary:
    """Numbers for terms, each written to a file when it comes first."""

    def __init__(self, values: Any) -> None:
        self._values = values
        self._ids: dict[bytes, int] = {}
        self._kind: dict[bytes, int] = {}
        self._ends = array("q", [0])
        self._codes = array("B")
        self._hashes = array("Q")
        self.kinds: list[tuple[str, str]] = [("", "")]
        self.held: set[int] = set()

    def id(self, token: bytes) -> int:
        """The number of a term as N-Triples write it."""
        key = token if len(token) < _LONG else blake2b(token, digest_size=16).digest()
        found = self._ids.get(key)
        if found is None:
            found = self._ids[key] = self._new(token)
        return found

    def _new(self, token: bytes) -> int:
        if token.startswith(b"<"):
            return self._add(0, token[1:-1] if b"\\" not in token else _parsed(token).value.encode())
        end = token.rindex(b'"')
        tail = token[end + 1 :]
        if tail.startswith(b"^^") or tail != tail.lower():
            # the engine keeps the value of a number, not how it was written
            term = _canonical(_parsed(token))
            if (written := str(term).encode()) != token:
                return self.id(written)
        code = self._kind.get(tail)
        if code is None:
            term = _parsed(token)
            code = self._kind[tail] = len(self.kinds)
            self.kinds.append((term.datatype.value, term.language or ""))
        return self._add(code, token[1:end] if b"\\" not in token else _parsed(token).value.encode())

    def _add(self, code: int, value: bytes) -> int:
        self._values.write(value)
        self._ends.append(self._ends[-1] + len(value))
        self._codes.append(code)
        self._hashes.append(_hash(self.kinds[code], value))
        return len(self._codes) - 1

    def save(self, folder: Path) -> None:
        """Writes all but the texts of the terms."""
        np.frombuffer(self._ends, np.int64).tofile(folder / "ends")
        codes = np.frombuffer(self._codes, np.uint8) if self._codes else np.zeros(0, np.uint8)
        codes.tofile(folder / "codes")
        held = np.zeros(len(codes), np.bool_)
        held[sorted(self.held)] = True
        held.tofile(folder / "held")
        hashes = np.frombuffer(self._hashes, np.uint64) if self._hashes else np.zeros(0, np.uint64)
        by_hash = np.argsort(hashes, kind="stable").astype(np.int32)
        hashes[by_hash].tofile(folder / "hashes")
        by_hash.tofile(folder / "hashed")


def _canonical(term: Any) -> Any:
    # a new store each time, as one goes over the quads that were removed from it
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("a:a"), ox.NamedNode("a:a"), term))
    return next(iter(store)).object


def _parsed(token: bytes) -> Any:
    return next(iter(ox.parse(b"<a:a> <a:a> " + token + b" .\n", format=ox.RdfFormat.N_TRIPLES))).object


def _hash(kind: tuple[str, str], value: bytes) -> int:
    return int.from_bytes(blake2b("\0".join((*kind, "")).encode() + value, digest_size=8).digest(), "little")


class Pairs:
    """The triples of one predicate: subjects and objects, sorted by subject (`s`, `o`) and by object (`by_o`, `of_o`)."""

    __slots__ = ("_keys", "by_o", "o", "objects", "of_o", "s", "size", "subjects", "whole")

    def __init__(self, all_: Ids, about: dict[str, Any]) -> None:
        at, size = about["at"], about["pairs"]
        self.s, self.o, self.by_o, self.of_o = (all_[at + n * size : at + (n + 1) * size] for n in range(4))
        self.size: int = size
        self.subjects: int = max(1, about["subjects"])
        self.objects: int = max(1, about["objects"])
        self.whole: bool = about["whole"]
        self._keys: NDArray[np.int64] | None = None

    def has(self, subjects: Ids, objects: Ids) -> NDArray[np.bool_]:
        """For each subject and object whether there is such a triple."""
        if self._keys is None:
            self._keys = self.s.astype(np.int64) << 32 | self.o
        if not self.size:
            return np.zeros(len(subjects), np.bool_)
        wanted = subjects.astype(np.int64) << 32 | objects
        at = np.minimum(np.searchsorted(self._keys, wanted), self.size - 1)
        found: NDArray[np.bool_] = self._keys[at] == wanted
        return found


class Columns:
    """The columns in a folder (`kg.query.columns.Beside` looks whether they are whole)."""

    def __init__(self, folder: Path) -> None:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        self._values = _mapped(folder / "values", np.uint8)
        self._ends = _mapped(folder / "ends", np.int64)
        self._codes = _mapped(folder / "codes", np.uint8)
        self._hashes = _mapped(folder / "hashes", np.uint64)
        self._hashed = _mapped(folder / "hashed", np.int32)
        self._kinds = [tuple(kind) for kind in about["kinds"]]
        self._made = [_maker(*kind) for kind in about["kinds"]]
        #: Whether a term is a subject of which all is held that is held of any.
        self.held = _mapped(folder / "held", np.bool_)
        self.size = len(self._codes)
        all_ = _mapped(folder / "pairs", np.int32)
        self._pairs = {name: Pairs(all_, told) for name, told in about["predicates"].items()}
        self.left_classes = frozenset(found for name in about["left classes"] if (found := self.id(ox.NamedNode(name))) is not None)

    def pairs(self, predicate: str) -> Pairs | None:
        """The triples of a predicate, None where it is not held."""
        return self._pairs.get(predicate)

    def id(self, term: Any) -> int | None:
        """The number of a term, None where no triple that is held has it."""
        kind = ("", "") if isinstance(term, ox.NamedNode) else (term.datatype.value, term.language or "")
        value = term.value.encode()
        hash_ = np.uint64(_hash(kind, value))
        low = int(np.searchsorted(self._hashes, hash_))
        while low < self.size and self._hashes[low] == hash_:
            found = int(self._hashed[low])
            if self._kinds[self._codes[found]] == kind and self._bytes(found) == value:
                return found
            low += 1
        return None

    def terms(self, ids: Ids) -> Iterator[Any]:
        """The terms of numbers below `size`."""
        starts, ends = self._ends[ids].tolist(), self._ends[ids + 1].tolist()
        for code, start, end in zip(self._codes[ids].tolist(), starts, ends, strict=True):
            yield self._made[code](self._values[start:end].tobytes().decode())

    def _bytes(self, id_: int) -> bytes:
        found: bytes = self._values[self._ends[id_] : self._ends[id_ + 1]].tobytes()
        return found


def _maker(kind: str, language: str) -> Any:
    """What makes a term of its text."""
    if not kind:
        return ox.NamedNode
    if language:
        return lambda value: ox.Literal(value, language=language)
    if kind == _STRING:
        return ox.Literal
    datatype = ox.NamedNode(kind)
    return lambda value: ox.Literal(value, datatype=datatype)


def _mapped(file: Path, kind: Any) -> Any:
    # numpy maps no empty file
    return np.memmap(file, kind, "r").view(np.ndarray) if file.stat().st_size else np.zeros(0, kind)
