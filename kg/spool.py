"""Temporary files that put things in order without holding them in memory.

`Blobs` keeps bytes: only their places stay in memory. `SortedRows` sorts rows of any number. `Records` gathers the records that are one
paper. All live in a scratch folder beside the graph that is being written and go with it. What a graph stores of each paper is kept in
another such file (`kg.entries`).
"""

from __future__ import annotations

import hashlib
import heapq
import json
import pickle
import threading
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any

import zstandard

from kg.merge import group
from kg.model import FIELDS, Paper, Reading
from kg.rows import row_paper
from kg.schema import TABLES
from kg.tables import Row


def packed(value: Any) -> bytes:
    """Rows as bytes for a temporary file, small and fast to make."""
    return _zstd()[0].compress(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))


def unpacked(data: bytes) -> Any:
    """What `packed` took. Only for bytes that this process wrote: whoever can change them can run code here."""
    return pickle.loads(_zstd()[1].decompress(data))  # noqa: S301


_own = threading.local()


def _zstd() -> tuple[zstandard.ZstdCompressor, zstandard.ZstdDecompressor]:
    """What compresses and decompresses in this thread; making one takes longer than its work on a paper."""
    if not hasattr(_own, "zstd"):
        _own.zstd = zstandard.ZstdCompressor(level=-1), zstandard.ZstdDecompressor()
    found: tuple[zstandard.ZstdCompressor, zstandard.ZstdDecompressor] = _own.zstd
    return found


def misfit(paper: Paper, reading: Reading) -> str:
    """What is wrong with a reading of a paper, or an empty string: a wrong place, an empty label, a statement about nothing."""
    if reading.paper != paper.id:
        return f"its reading is one of {reading.paper!r}"
    texts: dict[str, str] = {field: paper.text(field) for field in FIELDS}
    for number, finding in enumerate(reading.findings):
        if not finding.label.strip():
            return f"finding {number} has an empty label"
        if not finding.evidence:
            return f"finding {number} ({finding.label!r}) has no evidence"
        if not 0 <= finding.confidence <= 1:
            return f"finding {number} ({finding.label!r}) has the confidence {finding.confidence}; 0 to 1 expected"
        for evidence in finding.evidence:
            mention = evidence.mention
            text = texts.get(mention.field)
            if text is None:
                return f"finding {number} ({finding.label!r}) stands in {mention.field!r}; title or abstract expected"
            start, end = mention.start, mention.end
            there = text[start:end]
            if there != mention.text or not 0 <= start < end:
                return f"finding {number}: {mention.field}[{start}:{end}] is {there!r}, not {mention.text!r}"
            if not 0 <= evidence.sentence_start <= evidence.sentence_end <= len(text):
                return f"finding {number}: no sentence at {mention.field}[{evidence.sentence_start}:{evidence.sentence_end}]"
    for number, statement in enumerate(reading.statements):
        if not (0 <= statement.head < len(reading.findings) and 0 <= statement.tail < len(reading.findings)):
            return f"statement {number} joins findings {statement.head} and {statement.tail} of {len(reading.findings)}"
        if statement.field not in FIELDS or not 0 <= statement.start < statement.end <= len(paper.text(statement.field)):
            return f"statement {number}: nothing at {statement.field}[{statement.start}:{statement.end}]"
    return ""


def unwritable(paper: Paper) -> str:
    """Why a paper cannot be stored (no id, half of a surrogate pair in a text, a number beyond 32 bits), or an empty string."""
    if not paper.id:
        return "id is empty"
    for name in ("year", "line"):
        number = getattr(paper, name) or 0
        if not -(2**31) <= number < 2**31:
            return f"{name} is {number}, beyond 32 bits"
    for name in ("id", "title", "abstract", "venue", "doi", "arxiv", "source", "authors", "urls"):
        value = getattr(paper, name) or ""
        for text in (value,) if isinstance(value, str) else value:
            if text.isascii():
                continue
            try:
                text.encode()
            except UnicodeEncodeError as error:
                return f"{name} holds U+{ord(text[error.start]):04X} at character {error.start}, which is half a character"
    return ""


class Blobs:
    """Bytes in one file, found again by where they begin."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w+b")
        self._end = 0
        self._writing = True

    def put(self, *parts: bytes) -> int:
        """Keeps bytes, joined; returns their place."""
        place = self._end
        if not self._writing:
            # only then: each time that a file is told where to go, what it has to write goes to the system
            self._file.seek(place)
            self._writing = True
        size = sum(map(len, parts))
        self._file.write(size.to_bytes(8, "little"))
        for part in parts:
            self._file.write(part)
        self._end += 8 + size
        return place

    def get(self, place: int) -> bytes:
        """The bytes at a place."""
        self._writing = False
        self._file.seek(place)
        return self._file.read(int.from_bytes(self._file.read(8), "little"))

    def close(self) -> None:
        """Closes the file; the scratch folder is removed by who made it."""
        self._file.close()


class SortedRows:
    """Rows in the order of a key, whatever their number: sorted runs in files, merged when they are read."""

    def __init__(self, folder: Path, name: str, key: Callable[[Row], Any], size: int = 20_000) -> None:
        self._folder, self._name, self._key, self._size = folder, name, key, size
        self._buffer: list[Row] = []
        self._runs: list[Path] = []
        self.count = 0

    def add(self, row: Row) -> None:
        """Takes one row in."""
        self._buffer.append(row)
        self.count += 1
        if len(self._buffer) >= self._size:
            path = self._folder / f"{self._name}-{len(self._runs)}.jsonl"
            with path.open("w", encoding="utf-8") as file:
                file.writelines(json.dumps(r, separators=(",", ":")) + "\n" for r in sorted(self._buffer, key=self._key))
            self._runs.append(path)
            self._buffer = []

    def __iter__(self) -> Iterator[Row]:
        return heapq.merge(*map(self._read, self._runs), sorted(self._buffer, key=self._key), key=self._key)

    @staticmethod
    def _read(path: Path) -> Iterator[Row]:
        with path.open(encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)


class Records:
    """The records of inputs, each kept once, and the papers they make."""

    def __init__(self, folder: Path) -> None:
        self._blobs = Blobs(folder / "records")
        self._places = array("q")
        self._seen: set[bytes] = set()
        self.repeated = 0

    def gather(self, rows: Iterable[Row]) -> dict[str, list[int]]:
        """Takes records in, as rows of `papers` (a key `paper` may say what they belonged to), and groups them.

        Returns the numbers of the records of each paper, sorted by its id (see `kg.merge.group`). A record that is equal to an
        earlier one in every field, its input included, is counted in `repeated` and not kept.
        """
        return group(self._keep(rows), lambda number: row_paper(self.rows([number])[0]))

    def _keep(self, rows: Iterable[Row]) -> Iterator[Paper]:
        for row in rows:
            mark = hashlib.blake2b(repr(_said(row)).encode("utf-8", "surrogatepass"), digest_size=16).digest()
            if mark in self._seen:
                self.repeated += 1
                continue
            self._seen.add(mark)
            self._places.append(self._blobs.put(packed(row)))
            yield row_paper(row)

    def rows(self, numbers: Sequence[int]) -> list[Row]:
        """The records of these numbers, in an order of their own that does not depend on the numbers."""
        found = [unpacked(self._blobs.get(self._places[n])) for n in numbers]
        return sorted(found, key=record_key) if len(found) > 1 else found

    def close(self) -> None:
        """Closes the temporary file."""
        self._blobs.close()


#: All fields of a record.
_said = itemgetter(*(name for name, _, _ in TABLES["papers"]))


def record_key(row: Row) -> tuple[str, str, int, str]:
    """What tells records apart and what they are sorted by: equal in every field, equal here."""
    return row["id"], row["source"], row["line"], json.dumps([row[k] for k in sorted(row) if k != "paper"])
