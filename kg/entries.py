"""The entries of a graph in the making: all that it stores of each paper, before the concepts of the corpus are known.

`Entries` keeps them in a temporary file, some hundred at a time as columns of Arrow: that is the form in which most of them is written in
the end, so that no row of it is made again in between.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import DataError
from kg.merge import merged
from kg.model import Finding, Paper, Reading
from kg.rows import (
    finding_row,
    finding_values,
    mention_row,
    mention_values,
    paper_row,
    row_evidence,
    row_finding,
    row_paper,
    row_statement,
    statement_row,
    statement_values,
)
from kg.schema import TABLES, schema
from kg.spool import Blobs, misfit
from kg.tables import Row, batch_of

if TYPE_CHECKING:
    import pyarrow as pa

#: The tables that an entry has rows of, beside its one of `papers`.
PARTS = ("records", "findings", "mentions", "statements")
_TABLES = ("papers", *PARTS)
#: Of these, how many are remembered once they were read: papers often come in a few sorted rows, such as one for each file.
_REMEMBERED = 8
#: Entries that are kept together at most, and letters of their abstracts: memory holds that many.
TOGETHER, LETTERS = 200, 1_000_000
_VALUES = {name: itemgetter(*(column for column, _, _ in TABLES[name])) for name in _TABLES}


class Entry:
    """All that a graph stores of one paper, as rows, before the concepts of the corpus are known.

    Args:
        paper: the row of the paper.
        records: the records that it was made of; empty where the paper is its only record, word for word.
        findings, mentions, statements: what was read in it (see `take`).
    """

    __slots__ = ("_reading", "_rows", "paper", "records")

    def __init__(
        self,
        paper: Row,
        records: list[Row] | None = None,
        findings: list[Row] | None = None,
        mentions: list[Row] | None = None,
        statements: list[Row] | None = None,
    ) -> None:
        self.paper = paper
        self.records = records or []
        self._rows: tuple[list[Row], list[Row], list[Row]] | None = (findings or [], mentions or [], statements or [])
        self._reading: Reading | None = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Entry):
            return NotImplemented
        return (self.paper, self.records, self._made()) == (other.paper, other.records, other._made())

    __hash__ = None  # type: ignore[assignment]

    @property
    def id(self) -> str:
        """The paper's id."""
        return str(self.paper["id"])

    @property
    def sources(self) -> list[Row]:
        """The records of inputs that the paper was made of; the paper itself where it is its only record."""
        return self.records or [self.paper]

    @property
    def findings(self) -> list[Row]:
        """The rows of `findings`, whose concepts are not resolved yet."""
        return self._made()[0]

    @property
    def mentions(self) -> list[Row]:
        """The rows of `mentions`, whose concepts are not resolved yet."""
        return self._made()[1]

    @property
    def statements(self) -> list[Row]:
        """The rows of `statements`."""
        return self._made()[2]

    @classmethod
    def of(cls, paper: Paper, reading: Reading, *, digest: str = "", records: list[Row] | None = None) -> Entry:
        """The entry of a paper and its reading.

        Raises:
            DataError: the reading does not fit the paper; see `kg.spool.misfit`.
        """
        entry = cls(paper_row(paper, digest), records)
        entry.take(reading)
        return entry

    def take(self, reading: Reading) -> None:
        """Puts a reading of the paper in place of what stood there.

        Raises:
            DataError: the reading does not fit the paper; see `kg.spool.misfit`.
        """
        if wrong := misfit(row_paper(self.paper), reading):
            raise DataError(f"{self.id}: {wrong}; the reader that made this reading is at fault")
        self._reading, self._rows = reading, None

    def reading(self) -> Reading:
        """The reading as it was made."""
        evidence: list[list[Row]] = [[] for _ in self.findings]
        for row in self.mentions:
            evidence[row["finding"]].append(row)
        findings = tuple(row_finding(row, tuple(map(row_evidence, rows))) for row, rows in zip(self.findings, evidence, strict=True))
        return Reading(self.id, findings, tuple(map(row_statement, self.statements)))

    def found(self) -> Sequence[Finding]:
        """The findings; of an entry out of a file or a graph, without their evidence."""
        return self._reading.findings if self._reading is not None else [row_finding(row, ()) for row in self.findings]

    def values(self) -> tuple[list[tuple[Any, ...]], ...]:
        """The rows of `PARTS` as tuples, in the order of their columns."""
        paper, reading = self.id, self._reading
        records = [_VALUES["records"]({**row, "paper": paper}) for row in self.records]
        if reading is None:
            return records, *(list(map(_VALUES[name], rows)) for name, rows in zip(PARTS[1:], self._made(), strict=True))
        findings = [finding_values(paper, n, f, "") for n, f in enumerate(reading.findings)]
        mentions = [mention_values(paper, n, r, e, "") for n, f in enumerate(reading.findings) for r, e in enumerate(f.evidence)]
        return records, findings, mentions, [statement_values(paper, n, s) for n, s in enumerate(reading.statements)]

    def _made(self) -> tuple[list[Row], list[Row], list[Row]]:
        if self._rows is None:
            assert self._reading is not None
            paper, findings = self.id, self._reading.findings
            self._rows = (
                [finding_row(paper, n, f, "") for n, f in enumerate(findings)],
                [mention_row(paper, n, r, e, "") for n, f in enumerate(findings) for r, e in enumerate(f.evidence)],
                [statement_row(paper, n, s) for n, s in enumerate(self._reading.statements)],
            )
        return self._rows


def paper_of(paper_id: str, rows: Sequence[Row]) -> Entry:
    """The entry, still without a reading, of the paper that these records make."""
    rows = [{k: v for k, v in row.items() if k != "paper"} for row in rows]
    if len(rows) == 1 and rows[0]["id"] == paper_id:
        return Entry(rows[0])
    paper = merged([row_paper(row) for row in rows], paper_id)
    digest = min(r["digest"] for r in rows if (r["source"], r["line"], r["title"]) == (paper.source, paper.line, paper.title))
    return Entry(paper_row(paper, digest), rows)


@dataclass(frozen=True, slots=True)
class Run:
    """Some entries as tables: by name one row for each paper, and the rows of `PARTS` that each paper has, one paper after the other.

    `counts` says how many these are, by name, a number for each paper.
    """

    tables: dict[str, pa.RecordBatch]
    counts: dict[str, list[int]]

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Run:
        """The tables of some entries."""
        made = list(zip(*(entry.values() for entry in entries), strict=True))
        tables = {"papers": batch_of("papers", [_VALUES["papers"](entry.paper) for entry in entries])}
        counts: dict[str, list[int]] = {}
        for name, parts in zip(PARTS, made, strict=True):
            counts[name] = list(map(len, parts))
            tables[name] = batch_of(name, [row for rows in parts for row in rows])
        return cls(tables, counts)

    def __len__(self) -> int:
        return int(self.tables["papers"].num_rows)

    def slice(self, first: int, number: int) -> Run:
        """Some of the entries."""
        if number == len(self):
            return self
        tables = {"papers": self.tables["papers"].slice(first, number)}
        for name, counts in self.counts.items():
            tables[name] = self.tables[name].slice(sum(counts[:first]), sum(counts[first : first + number]))
        return Run(tables, {name: counts[first : first + number] for name, counts in self.counts.items()})

    def entries(self) -> list[Entry]:
        """The entries."""
        papers = self.tables["papers"].to_pylist()
        parts = []
        for name, counts in self.counts.items():
            rows = self.tables[name].to_pylist()
            parts.append([rows[end - count : end] for end, count in zip(accumulate(counts), counts, strict=True)])
        records = [[{k: v for k, v in row.items() if k != "paper"} for row in rows] for rows in parts[0]]
        return [Entry(*each) for each in zip(papers, records, *parts[1:], strict=True)]


class Entries:
    """Entries by the id of their paper, which come in any order. In memory stay the ids and a number for each."""

    def __init__(self, path: Path) -> None:
        self._blobs = Blobs(path)
        self._numbers: dict[str, int] = {}
        self._pending: list[Entry] = []
        self._last, self._letters = "", 0
        # of what is kept together: the number of the first entry, and the place
        self._firsts, self._places = array("q"), array("q")
        self._read: dict[int, Run] = {}
        self._split: tuple[int, list[Entry]] | None = None

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, paper: object) -> bool:
        return paper in self._numbers

    def __iter__(self) -> Iterator[str]:
        """The ids, sorted."""
        return iter(sorted(self._numbers))

    def add(self, entry: Entry) -> None:
        """Takes an entry in, whose paper was not there before."""
        paper = entry.id
        # what is kept together is sorted, so that it is written together even where ids come in any order
        if len(self._pending) >= TOGETHER or self._letters >= LETTERS or paper < self._last:
            self._flush()
        self._numbers[paper] = len(self._numbers)
        self._pending.append(entry)
        self._last = paper
        self._letters += len(entry.paper["abstract"])

    def __getitem__(self, paper: str) -> Entry:
        """The entry of a paper. The best order to ask for many is that of their ids."""
        self._flush()
        number = self._numbers[paper]
        at = bisect_right(self._firsts, number) - 1
        if self._split is None or self._split[0] != at:
            self._split = at, self._run(at).entries()
        one = self._split[1][number - self._firsts[at]]
        return Entry(one.paper, one.records, one.findings, one.mentions, one.statements)

    def runs(self) -> Iterator[Run]:
        """All entries, by id, as many together as were kept together and follow each other."""
        self._flush()
        numbers = [self._numbers[paper] for paper in self]
        begun = 0
        while begun < len(numbers):
            at = bisect_right(self._firsts, numbers[begun]) - 1
            end = self._firsts[at + 1] if at + 1 < len(self._firsts) else len(numbers)
            to = begun + 1
            while to < len(numbers) and numbers[to] == numbers[to - 1] + 1 and numbers[to] < end:
                to += 1
            run = self._run(at)
            yield Run(dict(run.tables), run.counts).slice(numbers[begun] - self._firsts[at], to - begun)
            begun = to

    def close(self) -> None:
        """Closes the file."""
        self._blobs.close()

    def _flush(self) -> None:
        if not self._pending:
            return
        import pyarrow as pa

        run = Run.of(self._pending)
        # each table by itself: one that waits to be written must not hold the others in memory
        parts = [batch.serialize() for batch in run.tables.values()]
        packed = [pa.compress(part, "lz4", asbytes=True) for part in parts]
        numbers = array("q", (len(run), *(part.size for part in parts), *map(len, packed), *chain.from_iterable(run.counts.values())))
        self._firsts.append(len(self._numbers) - len(self._pending))
        self._places.append(self._blobs.put(numbers.tobytes(), *packed))
        self._pending.clear()
        self._last, self._letters = "", 0

    def _run(self, at: int) -> Run:
        if at not in self._read:
            import pyarrow as pa

            if len(self._read) >= _REMEMBERED:
                del self._read[next(iter(self._read))]
            data = memoryview(self._blobs.get(self._places[at]))
            head = 1 + 2 * len(_TABLES)
            number, *sizes = data[: 8 * head].cast("q")
            counts = data[8 * head : 8 * (head + number * len(PARTS))].cast("q").tolist()
            ends = list(accumulate(sizes[len(_TABLES) :], initial=8 * (head + len(counts))))
            tables = {
                name: pa.ipc.read_record_batch(pa.decompress(data[begin:end], size, "lz4"), schema(name))
                for name, size, begin, end in zip(_TABLES, sizes[: len(_TABLES)], ends[:-1], ends[1:], strict=True)
            }
            self._read[at] = Run(tables, {name: counts[n * number : (n + 1) * number] for n, name in enumerate(PARTS)})
        return self._read[at]
