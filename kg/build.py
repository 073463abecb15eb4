"""The spine: load → group duplicates → read (recognise, link, relate) → resolve → save.

Records go to the disk as they are loaded and papers from there through the reader to the graph, so that memory holds a key for
each record and one batch of papers, whatever their number.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from kg.aside import Aside, aside, check_free
from kg.assemble import Draft
from kg.batches import BATCH, Reads, Same, collecting_seldom, read_all, settings_of
from kg.catalog import Catalog
from kg.corrections import Outcome, read_corrections
from kg.entries import Entry, paper_of
from kg.errors import DataError, UsageError
from kg.graph import Graph
from kg.manifest import file_digest, is_graph
from kg.model import Note, Paper, Rejected
from kg.rooms import check_rooms
from kg.rows import paper_row, row_paper
from kg.spool import Records, unwritable
from kg.tables import Row

if TYPE_CHECKING:
    from kg.recognizers.plugged import Plugged, Recognizing
    from kg.recognizers.protocol import Recognizer

__all__ = ["BuildResult", "Source", "build"]

Item = Paper | Rejected | Note
Progress = Callable[[str, int, int | None], None]
_SHOWN = 5  # rejections that an error message shows
_STDIN = "<stdin>"


@dataclass(frozen=True, slots=True)
class Source:
    """What was made of one input: the loader that read it and why that one, and how many records came out.

    `papers` counts records, before those of one paper are made one. The loader is empty where no loader knew the input, and for
    papers that were given as records.
    """

    input: str
    loader: str
    why: str
    papers: int = 0
    rejected: int = 0
    notes: int = 0


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did. `made` is the graph, or None after a dry run.

    `counts` are those of the graph (of a dry run: `papers` and `rejected`), with `read`, the records read, and `repeated`, those that
    were equal to another one in everything. `merged` lists the ids of the papers that were made of several records, `rejected` the first
    thousand rejections (the graph has all). `seconds` is the time of each stage: load, read, write. `recognizer` tells what a plugged-in
    recogniser did; None where there was none. `corrections` says what came of each line of the files of corrections.
    """

    made: Graph | None
    sources: tuple[Source, ...]
    counts: Mapping[str, int]
    merged: tuple[str, ...]
    rejected: tuple[Rejected, ...]
    seconds: Mapping[str, float] = field(default_factory=dict)
    recognizer: Recognizing | None = None
    corrections: tuple[Outcome, ...] = ()

    @property
    def graph(self) -> Graph:
        """The graph that was built.

        Raises:
            UsageError: there is none, because the build was a dry run.
        """
        if self.made is None:
            raise UsageError("a dry run makes no graph; build without dry_run (--dry-run)")
        return self.made

    def __repr__(self) -> str:
        return f"<BuildResult of {len(self.sources)} inputs: {self.made!r}, {self.counts['rejected']} rejected>"


def build(
    inputs: Path | str | Sequence[Path | str] = (),
    out: Path | str | None = None,
    *,
    papers: Iterable[Item] | None = None,
    loader: str | None = None,
    mapping: Mapping[str, str] | None = None,
    catalog: Catalog | None = None,
    catalogs: Sequence[Path | str] = (),
    strict: bool = False,
    overwrite: bool = False,
    workers: int = 1,
    reader: Reads | None = None,
    model: Path | str | None = None,
    favour: str = "balanced",
    profile: str = "fast",
    recognizer: Recognizer | str | None = None,
    combine: str = "improve",
    corrections: Sequence[Path | str] = (),
    progress: Progress | None = None,
    dry_run: bool = False,
) -> BuildResult:
    """Builds the graph of papers in the folder `out`.

    Args:
        inputs: files, folders, or "-" for standard input; see `loaders.read`. Their order does not matter.
        out: the graph's folder.
        papers: records instead of inputs, or in addition to them.
        loader: the name of the loader for all inputs, where they shall not be detected.
        mapping: the inputs' names for fields of papers, as {"title": "Name"}.
        catalog: the known concepts; left out, the catalog that ships with paperkg.
        catalogs: TSV files of further concepts, merged into it.
        strict: stop at the first record that is rejected.
        overwrite: replace a graph that is there already. Anything but a graph is never replaced.
        workers: processes that read papers; the bytes of the graph do not depend on it.
        reader: what reads papers; left out, `kg.reader.Reader` with the catalog.
        model: the trained decisions of that reader, a folder that `kg train` wrote; left out, those that ship.
        favour: `precision`, `balanced` or `recall`: how sure that reader must be (see `kg.Reader`).
        profile: `fast` or `accurate`: how that reader decides (see `kg.Reader`).
        recognizer: what finds the mentions, beside paperkg's own recogniser or in its place: one of `kg.recognizers`, or a text as for
            `kg build --recognizer`, such as "spacy=en_core_web_sm".
        combine: "improve" joins its mentions with paperkg's own, "replace" takes only its.
        corrections: files of corrections (`kg.corrections`), applied after the papers were read.
        progress: called with a stage ("load", "read"), how much is done and of how much (None where that is not known yet).
        dry_run: load the inputs and report, but read no text and write nothing; `out` may be left out.

    Raises:
        DataError: nothing could be read; a rejected record with `strict`; a catalog with clashes.
        EnvironmentError_: a file of the user's hides one of paperkg's packages.
        GraphError: `out` is in the way.
        UsageError: an argument does not fit.

    A build that fails or is interrupted leaves what was at `out` as it was.
    """
    check_rooms()
    if out is None and not dry_run:
        raise UsageError("no place for the graph; give `out`, a folder to write to")
    if workers < 1:
        raise UsageError(f"workers is {workers}; give the number of processes, 1 or more")
    named = [inputs] if isinstance(inputs, str | Path) else list(inputs)
    if not named and papers is None:
        raise UsageError("nothing to build from; give inputs (files or folders) or papers")
    lines, not_lines = read_corrections(corrections)
    clock = _Clock()
    with collecting_seldom(own=reader is None and recognizer is None), _place(out, overwrite, dry_run) as work:
        intake = _Intake(named, papers, loader, dict(mapping or {}), strict, progress, work.scratch)
        known, make, fingerprint, settings = Catalog(), None, "", dict[str, Any]()
        plugged = None
        if recognizer is not None and not dry_run:
            plugged = _plugged(recognizer, combine, reader, workers)
        if not dry_run:
            known, make, fingerprint, settings = _readers(
                catalog, catalogs, reader, workers, plugged, model=model, favour=favour, profile=profile
            )
        records, draft = Records(work.scratch), Draft(work, known, lines)
        try:
            with clock("load"):
                groups = records.gather(intake.rows(draft))
            if not groups:
                raise _nothing(intake)
            merged = tuple(name for name, numbers in groups.items() if len(numbers) > 1)
            counts = {"papers": len(groups), "rejected": intake.total["rejected"]}
            if make is not None:
                with clock("read"):
                    # small inputs are cut so that every process gets some
                    size = BATCH if workers == 1 else max(1, min(BATCH, -(-len(groups) // (4 * workers))))
                    for done, (_, entry, reading) in enumerate(read_all(make, _papers(records, groups), workers=workers, size=size), 1):
                        entry.take(reading)
                        draft.add(entry)
                        if plugged is not None:
                            plugged.count(reading)
                        if progress is not None:
                            progress("read", done, len(groups))
                with clock("write"):
                    counts = draft.write(settings, fingerprint)["counts"]
        finally:
            records.close()
            draft.close()
            if plugged is not None:
                plugged.close()
    graph = None if dry_run or out is None else Graph.open(out)
    counts = {**counts, "read": intake.total["papers"], "repeated": records.repeated}
    outcomes = sorted((*draft.outcomes, *not_lines), key=lambda o: (o.source, o.line))
    report = plugged.report() if plugged else None
    return BuildResult(graph, tuple(intake.sources), counts, merged, tuple(intake.rejected), clock.seconds, report, tuple(outcomes))


def _papers(records: Records, groups: Mapping[str, list[int]]) -> Iterator[tuple[Paper, Entry]]:
    for paper_id, numbers in groups.items():
        entry = paper_of(paper_id, records.rows(numbers))
        yield row_paper(entry.paper), entry


def _nothing(intake: _Intake) -> DataError:
    said = "".join(f"\n  {item}" for item in intake.rejected[:_SHOWN])
    more = intake.total["rejected"] - min(_SHOWN, len(intake.rejected))
    said += f"\n  and {more:,} more" if more > 0 else ""
    what = ", ".join(source.input for source in intake.sources[:_SHOWN]) or "the inputs"
    return DataError(f"no paper in {what}; check the inputs, or name their format with `loader` (--loader){said}")


@contextmanager
def _place(out: Path | str | None, overwrite: bool, dry_run: bool) -> Iterator[Aside]:
    """Where the graph is written and temporary files go; of a dry run nothing is left."""
    if not dry_run and out is not None:
        with aside(Path(out), overwrite=overwrite, ours=is_graph) as work:
            yield work
        return
    if out is not None:
        check_free(Path(out), overwrite=overwrite, ours=is_graph)
    with tempfile.TemporaryDirectory(prefix="paperkg-") as folder:
        work = Aside(Path(folder, "new"), Path(folder, "scratch"))
        work.new.mkdir()
        work.scratch.mkdir()
        yield work


def _readers(
    catalog: Catalog | None,
    catalogs: Sequence[Path | str],
    reader: Reads | None,
    workers: int,
    plugged: Plugged | None,
    **options: Any,
) -> tuple[Catalog, Callable[[], Reads], str, dict[str, Any]]:
    """The catalog, what gives a reader with it, the reader's fingerprint, and the settings that the graph remembers."""
    if reader is not None:
        if options != {"model": None, "favour": "balanced", "profile": "fast"}:
            raise UsageError("a reader has its model and thresholds already; give them to the reader, or leave the reader out")
        own = getattr(reader, "catalog", None)
        if catalogs or (catalog is not None and own is not None and catalog is not own):
            raise UsageError("a reader has its catalog already; give it to the reader, or leave the reader out")
        known = catalog if catalog is not None else own
        if known is None:
            raise UsageError("this reader says nothing of its catalog; give it as `catalog` too")
        return known, Same(reader), reader.fingerprint, settings_of(reader)
    known = Catalog.load() if catalog is None else catalog
    if catalogs:
        both = known.merge(Catalog.load(*catalogs))
        clashes = both.problems()
        if clashes:
            before = set(known.problems())
            clashes = [problem for problem in clashes if problem not in before]
        known = both
        if clashes:
            shown = "".join(f"\n  {problem}" for problem in clashes[:20])
            raise DataError(f"{', '.join(map(str, catalogs))}: does not fit the catalog; mend it (`kg catalog check` helps){shown}")
    if plugged is not None:
        return known, *plugged.readers(known, **options)
    from kg.reader import Reader

    first = Reader(known, **options)
    # other processes make their own reader of the catalog, which is small, rather than getting a ready one, which is not
    make = Same(first) if workers == 1 else partial(Reader, known, **options)
    return known, make, first.fingerprint, settings_of(first)


def _plugged(recognizer: Recognizer | str, combine: str, reader: Reads | None, workers: int) -> Plugged:
    if reader is not None:
        raise UsageError("a reader recognises by itself; leave it out, or give a kg.recognizers.RecognizingReader and no recognizer")
    from kg.recognizers.plugged import Plugged

    return Plugged(recognizer, combine, workers)


class _Intake:
    """Loads the inputs and keeps count."""

    def __init__(
        self,
        inputs: list[Path | str],
        papers: Iterable[Item] | None,
        loader: str | None,
        mapping: Mapping[str, str],
        strict: bool,
        progress: Progress | None,
        scratch: Path,
    ) -> None:
        self._papers, self._loader, self._mapping = papers, loader, mapping
        self._strict, self._progress, self._scratch = strict, progress, scratch
        self.sources: list[Source] = []
        self.rejected: list[Rejected] = []
        self.total: Counter[str] = Counter()
        self._done = set[tuple[str, str]]()
        self._plan = [self._planned(path) for path in inputs]

    def _planned(self, path: Path | str) -> tuple[str, Path, dict[str, str]]:
        """An input as it is called, where it is, and the digest of each of its files; raises where it is not there."""
        import loaders

        place = Path(path)
        if str(path) == "-":
            # kept as a file, so that it can be looked into and hashed before it is read
            place = self._scratch / "stdin"
            with place.open("wb") as file:
                shutil.copyfileobj(sys.stdin.buffer, file)
            return str(path), place, {_STDIN: file_digest(place)}
        return str(path), place, {file.name: file_digest(file) for file in loaders.inputs(place, self._loader)}

    def rows(self, draft: Draft) -> Iterator[Row]:
        """The records as rows of `papers`; what is rejected goes to the draft."""
        import loaders

        for called, place, digests in self._plan:
            source = self._source(called, place, digests)
            items = loaders.read(place, self._loader, self._mapping, _STDIN if called == "-" else None)
            yield from self._counted(items, source, digests, draft)
            self._done.update(digests.items())
        if self._papers is not None:
            yield from self._counted(self._papers, Source("papers", "", "given as records"), {}, draft)

    def _source(self, called: str, place: Path, digests: Mapping[str, str]) -> Source:
        import loaders

        if digests.items() <= self._done:
            return Source(called, "", "the same content and name as an earlier input; read once")
        if self._loader:
            return Source(called, self._loader, "as told")
        return Source(called, *loaders.detect(place, self._mapping))

    def _counted(self, items: Iterable[Item], source: Source, digests: Mapping[str, str], draft: Draft) -> Iterator[Row]:
        counts: Counter[str] = Counter()
        for item in items:
            digest = digests.get(item.source, "")
            if digest and (item.source, digest) in self._done:
                continue
            if isinstance(item, Paper):
                if wrong := unwritable(item):
                    item = Rejected(item.source, item.line, f"cannot be stored: {wrong}", hint="clean the text first")
                else:
                    counts["papers"] += 1
                    self.total["papers"] += 1
                    if self._progress is not None:
                        self._progress("load", self.total["papers"], None)
                    yield paper_row(item, digest)
                    continue
            if isinstance(item, Rejected):
                if self._strict:
                    raise DataError(f"{item} (stopped, because the build is strict)")
                counts["rejected"] += 1
                self.total["rejected"] += 1
                if len(self.rejected) < 1000:
                    self.rejected.append(item)
            else:
                counts["notes"] += 1
            draft.reject(item, digest)
        self.sources.append(replace(source, papers=counts["papers"], rejected=counts["rejected"], notes=counts["notes"]))


class _Clock:
    """Seconds of each stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = time.perf_counter() - begun


class _Callable(ModuleType):
    """`kg.build` is both this module and, at the front door, the function: importing the module hides the function of that name."""

    def __call__(self, *args: Any, **options: Any) -> BuildResult:
        return build(*args, **options)


sys.modules[__name__].__class__ = _Callable
