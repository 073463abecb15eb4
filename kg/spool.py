"""Temporary files that put things in order without holding them in memory.

`Spool` keeps blobs by key: only the keys and places stay in memory. `SortedRows` sorts rows of any number. `Records` gathers
the records that are one paper. All live in a scratch folder beside the graph that is being written and go with it.
"""

from __future__ import annotations

import hashlib
import heapq
import json
import pickle
import threading
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any

import zstandard

from kg.errors import DataError
from kg.merge import group, merged
from kg.model import FIELDS, Finding, Paper, Reading
from kg.rows import finding_row, mention_row, paper_row, row_evidence, row_finding, row_paper, row_statement, statement_row
from kg.schema import TABLES
from kg.tables import Row


@dataclass(slots=True)
class Entry:
    """All that a graph stores of one paper, as rows, before the concepts of the corpus are known.

    `records` is empty where the paper is its only record, word for word.
    """

    paper: Row
    records: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)
    mentions: list[Row] = field(default_factory=list)
    statements: list[Row] = field(default_factory=list)
    _read: tuple[Finding, ...] = field(default=(), repr=False, compare=False)

    @property
    def id(self) -> str:
        """The paper's id."""
        return str(self.paper["id"])

    @property
    def sources(self) -> list[Row]:
        """The records of inputs that the paper was made of; the paper itself where it is its only record."""
        return self.records or [self.paper]

    @classmethod
    def of(cls, paper: Paper, reading: Reading, *, digest: str = "", records: list[Row] | None = None) -> Entry:
        """The entry of a paper and its reading.

        Raises:
            DataError: the reading does not fit the paper; see `misfit`.
        """
        entry = cls(paper_row(paper, digest), records or [])
        entry.take(reading)
        return entry

    def take(self, reading: Reading) -> None:
        """Puts a reading of the paper in place of what stood there.

        Raises:
            DataError: the reading does not fit the paper; see `misfit`.
        """
        paper = self.id
        if wrong := misfit(row_paper(self.paper), reading):
            raise DataError(f"{paper}: {wrong}; the reader that made this reading is at fault")
        self._read = reading.findings
        self.findings = [finding_row(paper, n, f, "") for n, f in enumerate(reading.findings)]
        self.mentions = [mention_row(paper, n, r, e, "") for n, f in enumerate(reading.findings) for r, e in enumerate(f.evidence)]
        self.statements = [statement_row(paper, n, s) for n, s in enumerate(reading.statements)]

    def reading(self) -> Reading:
        """The reading as it was made."""
        evidence: list[list[Row]] = [[] for _ in self.findings]
        for row in self.mentions:
            evidence[row["finding"]].append(row)
        findings = tuple(row_finding(row, tuple(map(row_evidence, rows))) for row, rows in zip(self.findings, evidence, strict=True))
        return Reading(self.id, findings, tuple(map(row_statement, self.statements)))

    def found(self) -> Sequence[Finding]:
        """The findings; of an entry out of its bytes or a graph, without their evidence."""
        return self._read or [row_finding(row, ()) for row in self.findings]

    def dump(self) -> bytes:
        """The entry as bytes; `load` reads them."""
        return packed([self.paper, self.records, self.findings, self.mentions, self.statements])

    @classmethod
    def load(cls, data: bytes) -> Entry:
        """An entry out of its bytes."""
        return cls(*unpacked(data))


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
        _own.zstd = zstandard.ZstdCompressor(level=1), zstandard.ZstdDecompressor()
    found: tuple[zstandard.ZstdCompressor, zstandard.ZstdDecompressor] = _own.zstd
    return found


def misfit(paper: Paper, reading: Reading) -> str:
    """What is wrong with a reading of a paper, or an empty string: a wrong place, an empty label, a statement about nothing."""
    if reading.paper != paper.id:
        return f"its reading is one of {reading.paper!r}"
    for number, finding in enumerate(reading.findings):
        if not finding.label.strip():
            return f"finding {number} has an empty label"
        if not finding.evidence:
            return f"finding {number} ({finding.label!r}) has no evidence"
        if not 0 <= finding.confidence <= 1:
            return f"finding {number} ({finding.label!r}) has the confidence {finding.confidence}; 0 to 1 expected"
        for evidence in finding.evidence:
            mention = evidence.mention
            if mention.field not in FIELDS:
                return f"finding {number} ({finding.label!r}) stands in {mention.field!r}; title or abstract expected"
            text = paper.text(mention.field)
            there = text[mention.start : mention.end]
            if there != mention.text or not 0 <= mention.start < mention.end:
                return f"finding {number}: {mention.field}[{mention.start}:{mention.end}] is {there!r}, not {mention.text!r}"
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

    def put(self, data: bytes) -> int:
        """Keeps bytes; returns their place."""
        place = self._end
        if not self._writing:
            # only then: each time that a file is told where to go, what it has to write goes to the system
            self._file.seek(place)
            self._writing = True
        self._file.write(len(data).to_bytes(8, "little"))
        self._file.write(data)
        self._end += 8 + len(data)
        return place

    def get(self, place: int) -> bytes:
        """The bytes at a place."""
        self._writing = False
        self._file.seek(place)
        return self._file.read(int.from_bytes(self._file.read(8), "little"))

    def close(self) -> None:
        """Closes the file; the scratch folder is removed by who made it."""
        self._file.close()


class Spool:
    """Blobs by key. In memory stay the keys and a number for each."""

    def __init__(self, path: Path) -> None:
        self._blobs = Blobs(path)
        self._places: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def __setitem__(self, key: str, data: bytes) -> None:
        self._places[key] = self._blobs.put(data)

    def __getitem__(self, key: str) -> bytes:
        return self._blobs.get(self._places[key])

    def __iter__(self) -> Iterator[str]:
        """The keys, sorted."""
        return iter(sorted(self._places))

    def close(self) -> None:
        """Closes the file."""
        self._blobs.close()


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


def paper_of(paper_id: str, rows: Sequence[Row]) -> Entry:
    """The entry, still without a reading, of the paper that these records make."""
    if len(rows) == 1 and rows[0]["id"] == paper_id:
        return Entry({k: v for k, v in rows[0].items() if k != "paper"})
    rows = [{k: v for k, v in row.items() if k != "paper"} for row in rows]
    paper = merged([row_paper(row) for row in rows], paper_id)
    digest = min(r["digest"] for r in rows if (r["source"], r["line"], r["title"]) == (paper.source, paper.line, paper.title))
    alone = paper_row(paper, digest)
    return Entry(alone, [] if len(rows) == 1 and rows[0] == alone else list(rows))


#: All fields of a record.
_said = itemgetter(*(name for name, _, _ in TABLES["papers"]))


def record_key(row: Row) -> tuple[str, str, int, str]:
    """What tells records apart and what they are sorted by: equal in every field, equal here."""
    return row["id"], row["source"], row["line"], json.dumps([row[k] for k in sorted(row) if k != "paper"])
