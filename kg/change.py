"""Papers added to a graph and taken out of it.

A graph keeps the records its papers were made of, so that both give the bytes that a build of the remaining records gives:
one by one is all at once, and what is added and removed again leaves no trace. Only papers whose text is new are read.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.aside import aside
from kg.assemble import Draft
from kg.batches import Reads, Same, read_all
from kg.corrections import Correction, Outcome, Status, read_corrections
from kg.entries import Entries, Entry, paper_of
from kg.errors import DataError, GraphError, did_you_mean
from kg.graph import Graph
from kg.manifest import is_graph
from kg.model import Note, Paper, Reading, Rejected
from kg.resolve import Resolver
from kg.rows import paper_row, rejected_row, row_paper
from kg.spool import Records, unwritable
from kg.tables import Row

if TYPE_CHECKING:
    from kg.catalog import Catalog

Progress = Callable[[str, int, int | None], None]
_Input = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to a graph.

    `added` and `removed` are ids of papers that were not there before, or are not there any more; `changed`, of those whose
    records changed. `repeated` counts records that the graph had already, `read` the papers that had to be read, `rejected`
    what was not taken. `corrections` says what came of each correction of the graph.
    """

    graph: Graph
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    repeated: int
    read: int
    rejected: int
    corrections: tuple[Outcome, ...] = ()


def append(
    graph: Graph,
    papers: Iterable[Paper | Rejected | Note],
    *,
    reader: Reads | None = None,
    inputs: Iterable[tuple[str, str]] = (),
    workers: int = 1,
    progress: Progress | None = None,
) -> Change:
    """Adds papers, as a loader yields them, to a graph; its folder is replaced, and `graph` shows the new one.

    `reader` must be the one the graph was built with (its fingerprint is compared); left out, it is made anew from the graph's
    catalog. `inputs` are pairs of an input's name and its SHA-256, as for `write_graph`. A record that the graph has already is
    counted and changes nothing, and so are the rejections of an input that was read before.

    Raises:
        GraphError: another reader than the graph's; a graph that was loaded from another format; or another process is writing it.
        DataError: a paper that cannot be stored.
    """
    digests = dict(inputs)
    known = {digest for row in graph.rows("rejected", ["digest"]) if (digest := row["digest"])}
    old = Counter(_plain(row) for row in graph.rows("rejected") if row["digest"] in known & set(digests.values()))
    refused: Counter[str] = Counter()

    def rows(draft: Draft) -> Iterator[Row]:
        for item in papers:
            if not isinstance(item, Paper):
                row = rejected_row(item, digests.get(item.source, ""))
                if old[_plain(row)] > 0:
                    old[_plain(row)] -= 1
                else:
                    draft.reject_row(row)
                    refused[row["kind"]] += 1
                continue
            if wrong := unwritable(item):
                raise DataError(f"{item.id!r}: {wrong}; clean the text first")
            yield paper_row(item, digests.get(item.source, ""))

    def keep_all(row: Row) -> bool:
        return True

    return dataclasses.replace(_rewrite(graph, keep_all, rows, (), reader, workers, progress), rejected=refused["rejected"])


def remove(
    graph: Graph,
    papers: Iterable[str | Paper] = (),
    *,
    inputs: Iterable[str] = (),
    reader: Reads | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> Change:
    """Takes papers out of a graph; its folder is replaced, and `graph` shows the new one.

    A string is the id of a paper, which goes with all its records. A `Paper` is a record: of a paper made of several, only it
    goes. `inputs` are names of inputs whose records all go. What had been rejected of an input goes with its last record.
    A reader is needed only where a paper that stays has another text without the record.

    Raises:
        GraphError: no such paper, record or input; another reader than the graph's.
    """
    ids = set[str]()
    single = set[Paper]()
    for item in papers:
        if isinstance(item, Paper):
            single.add(item)
        else:
            ids.add(item)
    names = set(inputs)
    _check(graph, ids, names)
    missing = set(single)

    def keep(row: Row) -> bool:
        record = row_paper(row)
        if record in single:
            missing.discard(record)
            return False
        return row["paper"] not in ids and row["source"] not in names

    def complain() -> None:
        if missing:
            first = min(missing, key=lambda p: (p.id, p.source, p.line))
            raise GraphError(
                f"{graph.path}: no record equal to {first.id!r} ({first.title[:60]!r}, {first.source}:{first.line}) in every field; "
                "give the id of a paper as a string to remove it whole"
            )

    return _rewrite(graph, keep, lambda _: iter(()), names, reader, workers, progress, complain)


def correct(graph: Graph, files: Iterable[Path | str], *, replace: bool = False) -> Change:
    """Applies files of corrections to a graph, which gives what a build with them gives; no paper is read again.

    A file takes the place of one of its name that the graph was corrected with before; with `replace`, of all of them.

    Raises:
        DataError: a file cannot be read.
        UsageError: two files have one name.
        GraphError: the graph was loaded from another format.
    """
    paths = [Path(file) for file in files]
    lines, failed = read_corrections(paths)
    return _with_failed(
        _rewrite(graph, lambda _: True, lambda _: iter(()), (), None, 1, None, lines=_joined(graph, paths, lines, replace)), failed
    )


def check(graph: Graph, files: Iterable[Path | str]) -> tuple[Outcome, ...]:
    """What would come of each line of files of corrections, in their order; the graph stays as it is.

    Lines that the graph was corrected with already hold. Raises what `correct` raises.
    """
    from kg.corrections.plan import Corrections

    paths = [Path(file) for file in files]
    lines, failed = read_corrections(paths)
    done = {o.correction.content for o in graph.corrections() if o.correction and o.status is not Status.FAILED}
    _refuse_loaded(graph)
    with tempfile.TemporaryDirectory(prefix="paperkg-") as folder:
        entries, resolver = Entries(Path(folder) / "entries"), Resolver(graph.catalog())
        try:
            for entry in graph.entries():
                entries.add(entry)
                resolver.add(entry.id, entry.found())
            made = Corrections(graph.catalog(), entries, resolver.resolve(), _joined(graph, paths, lines, False))
        finally:
            entries.close()
    mine = set(lines)
    found = [_done(o) if o.correction.content in done else o for o in made.outcomes if o.correction in mine and o.correction]
    return tuple(sorted([*found, *failed], key=lambda o: (o.source, o.line)))


def _done(outcome: Outcome) -> Outcome:
    if outcome.status is not Status.APPLIED:
        return outcome
    return dataclasses.replace(outcome, status=Status.HOLDS, reason=f"{outcome.reason}, by this correction")


def _joined(graph: Graph, paths: Iterable[Path], lines: Iterable[Correction], replace: bool) -> list[Correction]:
    """The corrections of the graph and those of files; of files of one name, those of the new one."""
    names = {path.name for path in paths}
    kept = [] if replace else [o.correction for o in graph.corrections() if o.correction and o.source not in names]
    return [*kept, *lines]


def _with_failed(change: Change, failed: Iterable[Outcome]) -> Change:
    return dataclasses.replace(change, corrections=tuple(sorted((*change.corrections, *failed), key=lambda o: (o.source, o.line))))


def _refuse_loaded(graph: Graph) -> None:
    if source := graph.manifest.get("loaded"):
        raise GraphError(
            f"{graph.path}: loaded from {source['from']}, and so without what its papers say before their concepts are made one; "
            "papers cannot be added or taken out, nor links corrected. Change the graph that was exported, or build one with `kg build`"
        )


def _check(graph: Graph, ids: set[str], names: set[str]) -> None:
    present = {row["id"] for row in graph.rows("papers", ["id"])}
    for paper_id in sorted(ids - present):
        raise GraphError(f"{graph.path}: no paper {paper_id!r}; {did_you_mean(paper_id, present)}")
    known = {about["name"] for about in graph.manifest["inputs"]}
    for name in sorted(names - known):
        raise GraphError(f"{graph.path}: no input {name!r}; {did_you_mean(name, known)}")


def _rewrite(
    graph: Graph,
    keep: Callable[[Row], bool],
    more: Callable[[Draft], Iterator[Row]],
    dropped: Iterable[str],
    reader: Reads | None,
    workers: int,
    progress: Progress | None,
    complain: Callable[[], None] = lambda: None,
    lines: Iterable[Correction] | None = None,
) -> Change:
    """Writes the graph again, of the records that `keep` keeps and `more`, with the corrections it has or, where given, these."""
    _refuse_loaded(graph)
    kept = [o.correction for o in graph.corrections() if o.correction] if lines is None else list(lines)
    catalog = graph.catalog()
    with aside(graph.path, overwrite=True, ours=is_graph) as work:
        old, records, draft = Entries(work.scratch / "old"), Records(work.scratch), Draft(work, catalog, kept)
        try:
            before: Counter[_Input] = Counter()
            after: Counter[_Input] = Counter()

            def rows() -> Iterator[Row]:
                for entry in graph.entries():
                    old.add(entry)
                    for row in entry.sources:
                        before[row["source"], row["digest"]] += 1
                        mine = {**row, "paper": entry.id}
                        if keep(mine):
                            after[row["source"], row["digest"]] += 1
                            yield mine
                for row in more(draft):
                    yield {**row, "paper": ""}

            groups = records.gather(rows())
            complain()
            plan = _Plan(old)
            fresh = (item for numbers in groups.items() if (item := plan.sort(records, *numbers, draft)) is not None)
            todo = next(fresh, None)
            if todo is not None:
                make = _reader(graph, catalog, reader)
                for _, entry, reading in read_all(make, _again(todo, fresh), workers=workers):
                    entry.take(reading)
                    draft.add(entry)
                    plan.read += 1
                    if progress is not None:
                        progress("read", plan.read, None)
            gone = {place for place in before if not after[place]}
            names = set(dropped)
            for row in graph.rows("rejected"):
                if (row["source"], row["digest"]) not in gone and row["source"] not in names:
                    draft.reject_row(row)
            draft.write(graph.manifest["settings"], graph.manifest["reader"])
        finally:
            for file in (old, records, draft):
                file.close()
    removed = tuple(key for key in old if key not in groups)
    graph.refresh()
    return Change(graph, tuple(plan.added), removed, tuple(plan.changed), records.repeated, plan.read, 0, draft.outcomes)


class _Plan:
    """Tells the papers that stay as they are from those that must be read, and remembers what happened."""

    def __init__(self, old: Entries) -> None:
        self._old = old
        self.added: list[str] = []
        self.changed: list[str] = []
        self.read = 0

    def sort(self, records: Records, paper_id: str, numbers: list[int], draft: Draft) -> tuple[Paper, Entry] | None:
        """Adds the paper to the draft where its text has been read before; otherwise returns what is to be read."""
        rows = records.rows(numbers)
        entry = paper_of(paper_id, rows)
        earlier = [self._old[name] for name in sorted({row["paper"] for row in rows} - {""})]
        same = next((e for e in earlier if e.id == paper_id), None)
        if same is None:
            self.added.append(paper_id)
        elif same.paper != entry.paper or same.records != entry.records:
            self.changed.append(paper_id)
        for other in earlier:
            # a reading depends on title and abstract alone
            if all(other.paper[name] == entry.paper[name] for name in ("title", "abstract")):
                reading = other.reading()
                entry.take(Reading(paper_id, reading.findings, reading.statements))
                draft.add(entry)
                return None
        return row_paper(entry.paper), entry


def _reader(graph: Graph, catalog: Catalog, reader: Reads | None) -> Callable[[], Reads]:
    """What gives a reader that reads as the graph's did."""
    if reader is None:
        from kg.reader import Reader

        settings: Mapping[str, Any] = graph.manifest["settings"]
        if plugged := settings.get("recognizer"):
            raise GraphError(
                f"{graph.path}: its papers were read with the recogniser {plugged!r}; give the same as "
                "`reader=kg.recognizers.RecognizingReader(graph.catalog(), …)`, or build the graph again with `kg build --recognizer`"
            )
        options = {name: settings[name] for name in ("threshold", "favour", "profile") if name in settings}
        make: Callable[[], Reads] = partial(Reader, catalog, **options)
        reader = make()
    else:
        make = Same(reader)
    wanted = graph.manifest["reader"]
    if wanted and reader.fingerprint != wanted:
        raise GraphError(
            f"{graph.path}: its papers were read with other settings, another catalog, model or version of paperkg; papers read in two "
            "ways do not belong into one graph. Give the reader that it was built with (`reader=kg.Reader(…)`), or build it again"
        )
    return make


def _again(first: tuple[Paper, Entry], rest: Iterable[tuple[Paper, Entry]]) -> Iterator[tuple[Paper, Entry]]:
    yield first
    yield from rest


def _plain(row: Row) -> tuple[Any, ...]:
    return tuple(sorted(row.items()))
