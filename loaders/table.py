"""CSV and TSV with a line of column names.

Rows are put together here and only then parsed, so that a quote that is never closed costs one row and not the rest of the
file. A field may hold line breaks. CSV may be separated by comma, semicolon, bar or tab.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from kg.model import Note, Rejected
from loaders.fields import SYNONYMS, means, to_paper
from loaders.registry import Item, Loader
from loaders.source import Input, Lines, encoding_rejected, shown
from loaders.source import broken as broken_bytes

_MARKS = ",;\t|"
_LONGEST_ROW = 500  # lines


class _Rows:
    """Rows of fields with the line on which each begins; None instead of fields for a line whose quotes are not in order."""

    def __init__(self, numbered: Iterator[tuple[int, str]], mark: str) -> None:
        self._numbered = numbered
        self._waiting: deque[tuple[int, str]] = deque()
        self._mark = mark

    def __iter__(self) -> Iterator[tuple[int, str, list[str] | None]]:
        while (first := self._next()) is not None:
            number, line = first
            if '"' not in line:
                yield number, line, line.split(self._mark)
                continue
            held = [first]
            state = _quotes(line, self._mark, False)
            while state == "open" and len(held) < _LONGEST_ROW and (following := self._next()) is not None:
                held.append(following)
                state = _quotes(following[1], self._mark, True)
            if state == "closed":
                yield number, line, _fields("\n".join(text for _, text in held), self._mark)
            else:
                self._waiting.extendleft(reversed(held[1:]))
                yield number, line, None

    def _next(self) -> tuple[int, str] | None:
        return self._waiting.popleft() if self._waiting else next(self._numbered, None)


def _quotes(line: str, mark: str, inside: bool) -> str:
    """Whether at the end of a line a quoted field is open, closed, or was closed in front of more text ("wrong")."""
    at, size = 0, len(line)
    while True:
        if not inside:
            # a quote opens a field only as its first character
            if line[at : at + 1] != '"':
                cut = line.find(mark, at)
                if cut < 0:
                    return "closed"
                at = cut + 1
                continue
            at, inside = at + 1, True
        end = line.find('"', at)
        if end < 0:
            return "open"
        if line[end + 1 : end + 2] == '"':
            at = end + 2
            continue
        at, inside = end + 1, False
        if at >= size:
            return "closed"
        if line[at] != mark:
            return "wrong"
        at += 1


def _fields(row: str, mark: str) -> list[str]:
    """The fields of one row, its quotes in order; of any length, unlike those of the csv module."""
    found, at = [], 0
    while True:
        if row[at : at + 1] == '"':
            end = at + 1
            while row.startswith('""', end := row.index('"', end)):
                end += 2
            found.append(row[at + 1 : end].replace('""', '"'))
            at = end + 1
        else:
            end = row.find(mark, at)
            end = len(row) if end < 0 else end
            found.append(row[at:end])
            at = end
        if at >= len(row):
            return found
        at += 1


def _header(text: str, mark: str) -> list[str]:
    fields = _fields(text, mark) if _quotes(text, mark, False) == "closed" else text.split(mark)
    return [" ".join(name.split()) for name in fields]


def _mark(header: str, mapping: Mapping[str, str], marks: str = _MARKS) -> str:
    """The separator with which most columns have a name that is understood; "" where none has a title."""
    best, most = "", 0
    for mark in marks:
        names = _header(header, mark)
        known = sum(any(means(name, field, mapping) for field in SYNONYMS) for name in names)
        if any(means(name, "title", mapping) for name in names) and known > most:
            best, most = mark, known
    return best


def _first_line(text: str) -> str:
    return next((line for line in text.splitlines() if line.strip()), "")


def _sniff(text: str, mapping: Mapping[str, str], tabs: bool) -> str:
    first = _first_line(text)
    if len(first) > 5_000 or first.lstrip()[:1] in ("{", "[", "<", "@"):
        return ""
    mark = _mark(first, mapping)
    names = _header(first, mark) if mark else []
    # a single word "title" is no table, and sentences are no column names
    if len(names) < 2 or max(map(len, names)) > 60 or (mark == "\t") != tabs:
        return ""
    return f"a table with the columns {shown(', '.join(names), 60)}"


def sniff_csv(text: str, mapping: Mapping[str, str]) -> str:
    """The first line names columns, one of them the title, between commas, semicolons or bars."""
    return _sniff(text, mapping, tabs=False)


def sniff_tsv(text: str, mapping: Mapping[str, str]) -> str:
    """The first line names columns, one of them the title, between tabs."""
    return _sniff(text, mapping, tabs=True)


def read_csv(source: Input, mapping: Mapping[str, str]) -> Iterator[Item]:
    """A paper or a rejection for each row."""
    return _read(source, mapping, "")


def read_tsv(source: Input, mapping: Mapping[str, str]) -> Iterator[Item]:
    """A paper or a rejection for each row; separated by tabs whatever the header looks like."""
    return _read(source, mapping, "\t")


def _read(source: Input, mapping: Mapping[str, str], mark: str) -> Iterator[Item]:
    numbered = Lines(source.stream)
    start, header = next(((n, text) for n, text in numbered if text.strip()), (1, ""))
    mark = mark or _mark(header, mapping) or max(_MARKS, key=header.count)
    names = _header(header, mark)
    listed = shown(", ".join(names), 120)
    if broken_bytes(header):
        yield encoding_rejected(source.name, start, "column names", header)
        return
    if not any(means(name, "title", mapping) for name in names):
        hint = "name the column: --map title=NAME (the first line must name the columns)"
        yield Rejected(source.name, start, "no column is the title", listed, hint, fatal=True)
        return
    for field, name in mapping.items():
        if name not in names:
            yield Note(source.name, start, f"no column {shown(name, 40)!r} for {field}; its usual names were looked for", listed)
    for number, line, fields in _Rows(numbered, mark):
        if not line.strip() and (fields is None or len(fields) <= 1):
            continue
        yield _row(number, line, fields, names, source, mapping)
    numbered.check()


def _row(number: int, line: str, fields: Sequence[str] | None, names: list[str], source: Input, mapping: Mapping[str, str]) -> Item:
    if broken_bytes(line):
        return encoding_rejected(source.name, number, "row", line)
    if fields is None:
        return Rejected(source.name, number, "quotes are not in order", shown(line), 'close the quote, and write a quote in a field as ""')
    count, wanted = len(fields), len(names)
    if count < wanted:
        return Rejected(source.name, number, f"row too short: {count} of {wanted} fields", shown(line), "fill the row up")
    if count > wanted and any(field.strip() for field in fields[wanted:]):
        hint = "put fields that hold the separator between quotes"
        return Rejected(source.name, number, f"row too long: {count} instead of {wanted} fields", shown(line), hint)
    # the first of several columns of one name that is not empty
    row: dict[str, str] = {}
    for name, value in zip(names, fields, strict=False):
        if not row.get(name):
            row[name] = value
    return to_paper(row, source.name, number, mapping, source.stem)


LOADERS = (
    Loader("csv", "table separated by commas, semicolons or bars", (".csv",), sniff_csv, read_csv),
    Loader("tsv", "table separated by tabs", (".tsv", ".tab"), sniff_tsv, read_tsv),
)
