"""The shipped reader on names that mean several things: `ambiguous.jsonl`, written from knowledge before anything was linked.

A row is a short text of our own and a string in it: `truth` is the id of a concept of the catalog, `new` for a concept that the catalog
has not, or `none` for what is no concept of the field; `means` says it in words. A row that means a concept is right when the string is
linked to it, or a longer mention around it to a narrower one; any other row when the string is not linked to a concept that it
does not mean.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.catalog import Catalog
from kg.model import FIELDS, Finding, Paper, Reading
from kg.reader import Reader
from kg.text import fold

LEAST = 0.90
ROWS = [json.loads(line) for line in (Path(__file__).parent / "ambiguous.jsonl").read_text(encoding="utf-8").splitlines()]
Row = dict[str, str]


def kind(row: Row) -> str:
    """known, new or none."""
    return row["truth"] if row["truth"] in ("new", "none") else "known"


def paper(row: Row) -> Paper:
    return Paper("text", row.get("title", ""), row["text"])


def places(row: Row) -> Iterator[tuple[str, int, int]]:
    """Where the string stands as a word."""
    for name in FIELDS:
        for found in re.finditer(rf"(?<!\w){re.escape(row['mention'])}(?!\w)", paper(row).text(name)):
            yield name, *found.span()


def over(row: Row, reading: Reading) -> list[tuple[Finding, bool]]:
    """The findings with a mention that shares words with the string, and whether one is exactly the string."""
    spans = set(places(row))
    found = []
    for finding in reading.findings:
        mentions = [(e.mention.field, e.mention.start, e.mention.end) for e in finding.evidence]
        if any(f == field and start < e and s < end for f, s, e in mentions for field, start, end in spans):
            found.append((finding, not spans.isdisjoint(mentions)))
    return found


def right(row: Row, reading: Reading, catalog: Catalog) -> bool:
    means = fold(row["means"])
    linked = [(f.concept, exact) for f, exact in over(row, reading) if f.concept]
    names = {concept: {fold(n) for n in catalog[concept].names} for concept, _ in linked}
    if kind(row) == "known":
        return any(row["truth"] in (c, *catalog.ancestors(c)) or means in names[c] for c, _ in linked)
    return not any((exact or fold(row["mention"]) in names[c]) and means not in names[c] for c, exact in linked)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.fixture(scope="module")
def readings(reader: Reader) -> list[Reading]:
    return reader.read([paper(row) for row in ROWS])


def test_the_rows_are_what_they_should_be(reader: Reader) -> None:
    assert len(ROWS) >= 300
    meanings: defaultdict[str, set[str]] = defaultdict(set)
    for row in ROWS:
        assert list(places(row)), f"{row['mention']!r} is not in its text"
        if kind(row) == "known":
            known = {n.concept for n in reader.catalog.names.get(fold(row["means"]), ())}
            assert row["truth"] in reader.catalog or known, f"no concept {row['truth']!r} in the catalog, and none called {row['means']!r}"
        meanings[fold(row["mention"])].add(row["means"])
    shared = [row for row in ROWS if len(meanings[fold(row["mention"])]) > 1]
    assert len(shared) >= len(ROWS) / 2, "at least half the rows have one string in several meanings"
    assert len({row["text"] for row in ROWS}) == len(ROWS)


def test_ambiguous_names_are_linked_to_what_they_mean(reader: Reader, readings: list[Reading], capsys: pytest.CaptureFixture[str]) -> None:
    marks: defaultdict[str, Counter[str]] = defaultdict(Counter)
    misses = []
    for row, reading in zip(ROWS, readings, strict=True):
        good = right(row, reading, reader.catalog)
        marks[kind(row)]["right" if good else "wrong"] += 1
        if not good:
            found = [f.concept or f"new: {f.label}" for f, _ in over(row, reading)]
            misses.append(
                f"{row['mention']} means {row['means']} ({row['truth']}); found {', '.join(found) or 'nothing'}: {row['text'][:70]}"
            )
    total = sum((Counter(m) for m in marks.values()), Counter())
    with capsys.disabled():
        for name, mark in (*sorted(marks.items()), ("all", total)):
            print(f"\n{name}: {mark['right']} of {mark.total()} right ({mark['right'] / mark.total():.3f})", end="")
        print("", *misses, sep="\n  ")
    assert total["right"] / total.total() >= LEAST


def test_the_meaning_does_not_hang_on_the_batch(reader: Reader, readings: list[Reading]) -> None:
    some = range(0, len(ROWS), 17)
    assert [reader.read([paper(ROWS[n])])[0] for n in some] == [readings[n] for n in some]
    order = list(reversed(some))
    assert reader.read([paper(ROWS[n]) for n in order]) == [readings[n] for n in order]
