"""The spine: what goes in, what is reported, and what never happens to a graph that is there already."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

import kg.build as front
from kg.build import build
from kg.catalog import Catalog
from kg.errors import DataError, GraphError, UsageError
from kg.graph import Graph
from kg.model import Note, Paper, Reading, Rejected

ROOT = Path(__file__).resolve().parent.parent
FAKE = ROOT / "tests" / "graph"


class NamesOnly:
    """Reads nothing out of any paper; enough where only the spine is looked at."""

    fingerprint = "names only"

    def __init__(self) -> None:
        self.catalog = Catalog()
        self.batches: list[int] = []

    def read(self, papers: Sequence[Paper]) -> list[Reading]:
        self.batches.append(len(papers))
        return [Reading(p.id, (), ()) for p in papers]


@pytest.fixture
def empty_reader() -> NamesOnly:
    return NamesOnly()


@pytest.fixture
def inputs(tmp_path: Path, tiny_papers: list[Paper]) -> list[Path]:
    """The tiny papers in two files; the second also holds a row without a title, and the first paper again."""
    folder = tmp_path / "in"
    folder.mkdir()
    rows = [{k: v for k, v in asdict(p).items() if k not in {"source", "line"} and v} for p in tiny_papers]
    first, second = folder / "first.jsonl", folder / "second.jsonl"
    first.write_text("".join(json.dumps(r) + "\n" for r in rows[:5]), encoding="utf-8")
    second.write_text("".join(json.dumps(r) + "\n" for r in (*rows[5:], {"abstract": "no title"}, rows[0])), encoding="utf-8")
    return [first, second]


def test_inputs_become_a_graph_and_a_report(tmp_path: Path, inputs: list[Path], empty_reader: NamesOnly) -> None:
    said: list[tuple[str, int, int | None]] = []
    result = build(inputs, tmp_path / "g", reader=empty_reader, progress=lambda *a: said.append(a))
    assert result.graph.counts()["papers"] == 8
    assert [(Path(s.input).name, s.loader, s.papers, s.rejected) for s in result.sources] == [
        ("first.jsonl", "jsonl", 5, 0),
        ("second.jsonl", "jsonl", 4, 1),
    ]
    assert all(s.why for s in result.sources)
    assert result.counts["read"] == 9
    assert result.merged == ("acl:2023.tiny-main.3",)
    assert [(r.source, r.line) for r in result.rejected] == [("second.jsonl", 4)]
    assert list(result.graph.rejected()) == list(result.rejected)
    assert set(result.seconds) == {"load", "read", "write"}
    assert said[0] == ("load", 1, None)
    assert said[-1] == ("read", 8, 8)
    names = [(about["name"], about["records"], len(about["sha256"])) for about in result.graph.manifest["inputs"]]
    assert names == [("first.jsonl", 5, 64), ("second.jsonl", 4, 64)]


def test_the_order_of_inputs_does_not_matter(tmp_path: Path, inputs: list[Path], empty_reader: NamesOnly, tiny_papers: list[Paper]) -> None:
    one = build(inputs, tmp_path / "one", reader=empty_reader).graph
    two = build(inputs[::-1], tmp_path / "two", reader=empty_reader).graph
    folder = build(inputs[0].parent, tmp_path / "three", reader=empty_reader).graph
    assert one.fingerprint == two.fingerprint == folder.fingerprint
    assert (one.path / "manifest.json").read_bytes() == (two.path / "manifest.json").read_bytes()


def test_an_input_given_twice_is_read_once(tmp_path: Path, inputs: list[Path], empty_reader: NamesOnly) -> None:
    once = build(inputs, tmp_path / "once", reader=empty_reader)
    twice = build([*inputs, inputs[1], inputs[0].parent], tmp_path / "twice", reader=empty_reader)
    assert twice.graph.fingerprint == once.graph.fingerprint
    assert [(s.papers, s.rejected) for s in twice.sources] == [(5, 0), (4, 1), (0, 0), (0, 0)]
    assert "read once" in twice.sources[2].why


def test_the_same_name_in_two_folders_is_two_inputs(tmp_path: Path, inputs: list[Path], empty_reader: NamesOnly) -> None:
    (tmp_path / "other").mkdir()
    inputs[1].rename(tmp_path / "other" / "first.jsonl")
    result = build([inputs[0], tmp_path / "other" / "first.jsonl"], tmp_path / "g", reader=empty_reader)
    assert result.counts["papers"] == 8
    assert [about["name"] for about in result.graph.manifest["inputs"]] == ["first.jsonl", "first.jsonl"]
    assert len({about["sha256"] for about in result.graph.manifest["inputs"]}) == 2


def test_standard_input(tmp_path: Path, inputs: list[Path], empty_reader: NamesOnly, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(inputs[0].read_bytes()))))
    result = build("-", tmp_path / "g", reader=empty_reader)
    assert (result.sources[0].input, result.sources[0].loader, result.sources[0].papers) == ("-", "jsonl", 5)
    assert {p.source for p in result.graph.papers()} == {"<stdin>"}


def test_a_mapping_and_a_named_loader(tmp_path: Path, empty_reader: NamesOnly) -> None:
    file = tmp_path / "odd.txt"
    file.write_text('{"Heading": "A Title of Some Length"}\n', encoding="utf-8")
    result = build(file, tmp_path / "g", reader=empty_reader, loader="jsonl", mapping={"title": "Heading"})
    assert [p.title for p in result.graph.papers()] == ["A Title of Some Length"]
    assert result.sources[0].why == "as told"


def test_records_instead_of_inputs(tmp_path: Path, tiny_papers: list[Paper], empty_reader: NamesOnly) -> None:
    items = [*tiny_papers, Rejected("x.csv", 2, "missing title"), Note("x.csv", 1, "header"), replace(tiny_papers[0], title="half \udc80")]
    result = build(papers=iter(items), out=tmp_path / "g", reader=empty_reader)
    assert result.counts["papers"] == 8
    assert [r.reason for r in result.rejected] == [
        "missing title",
        "cannot be stored: title holds U+DC80 at character 5, which is half a character",
    ]
    assert result.counts["notes"] == 1
    assert list(result.graph.papers()) == tiny_papers


def test_strict_stops_at_the_first_rejection(tmp_path: Path, inputs: list[Path], empty_reader: NamesOnly) -> None:
    with pytest.raises(DataError, match=r"second\.jsonl:4: .*strict"):
        build(inputs, tmp_path / "g", reader=empty_reader, strict=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in"]


def test_nothing_to_read_is_an_error_that_says_why(tmp_path: Path, empty_reader: NamesOnly) -> None:
    (tmp_path / "bad.jsonl").write_text('{"abstract": "no title"}\n' * 9, encoding="utf-8")
    with pytest.raises(DataError, match=r"(?s)no paper in .*bad\.jsonl.*bad\.jsonl:1: .*and 4 more"):
        build(tmp_path / "bad.jsonl", tmp_path / "g", reader=empty_reader)
    with pytest.raises(DataError, match="no paper in papers"):
        build(papers=[], out=tmp_path / "g", reader=empty_reader)
    with pytest.raises(DataError, match="no such file"):
        build(tmp_path / "missing.jsonl", tmp_path / "g", reader=empty_reader)
    assert not (tmp_path / "g").exists()


def test_arguments_that_do_not_fit(tmp_path: Path, tiny_papers: list[Paper], empty_reader: NamesOnly, tiny_catalog: Catalog) -> None:
    with pytest.raises(UsageError, match="no place for the graph"):
        build(papers=tiny_papers, reader=empty_reader)
    with pytest.raises(UsageError, match="nothing to build from"):
        build(out=tmp_path / "g", reader=empty_reader)
    with pytest.raises(UsageError, match="workers is 0"):
        build(papers=tiny_papers, out=tmp_path / "g", reader=empty_reader, workers=0)
    with pytest.raises(UsageError, match="has its catalog already"):
        build(papers=tiny_papers, out=tmp_path / "g", reader=empty_reader, catalog=tiny_catalog)
    with pytest.raises(UsageError, match="cannot be sent to another process"):
        empty_reader.fingerprint = lambda: ""  # type: ignore[assignment]
        build(papers=tiny_papers, out=tmp_path / "g", reader=empty_reader, workers=2)
    assert not (tmp_path / "g").exists()


def test_a_user_catalog_that_clashes_is_refused(tmp_path: Path, tiny_papers: list[Paper], tiny_catalog: Catalog) -> None:
    files = Catalog([next(c for c in tiny_catalog.values() if c.id == "dropout")]).save(tmp_path / "catalog")
    mine = next(f for f in files if f.name == "methods.tsv")
    mine.write_text(mine.read_text(encoding="utf-8").replace("\ndropout\t", "\nmy-dropout\t"), encoding="utf-8")
    with pytest.raises(DataError, match=r"(?s)methods\.tsv: does not fit the catalog.*dropout"):
        build(papers=tiny_papers, out=tmp_path / "g", catalog=tiny_catalog, catalogs=[mine])


def test_an_existing_graph_is_replaced_only_when_told(tmp_path: Path, tiny_papers: list[Paper], empty_reader: NamesOnly) -> None:
    build(papers=tiny_papers[:2], out=tmp_path / "g", reader=empty_reader)
    read: list[int] = []
    with pytest.raises(GraphError, match="a graph is there already; pass overwrite=True"):
        build(papers=(read.append(1) or p for p in tiny_papers), out=tmp_path / "g", reader=empty_reader)  # type: ignore[func-returns-value]
    assert not read, "the place is looked at before any work is done"
    assert build(papers=tiny_papers, out=tmp_path / "g", reader=empty_reader, overwrite=True).counts["papers"] == 8


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_of_other_things_is_never_replaced(
    tmp_path: Path, tiny_papers: list[Paper], empty_reader: NamesOnly, overwrite: bool
) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"cat")
    (tmp_path / "file").write_bytes(b"file")
    with pytest.raises(GraphError, match="holds other things than a graph"):
        build(papers=tiny_papers, out=tmp_path / "photos", reader=empty_reader, overwrite=overwrite)
    with pytest.raises(GraphError, match="a file is there"):
        build(papers=tiny_papers, out=tmp_path / "file", reader=empty_reader, overwrite=overwrite)
    assert (tmp_path / "photos" / "cat.jpg").read_bytes() == b"cat"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "photos"]


def test_a_dry_run_writes_nothing(tmp_path: Path, inputs: list[Path], empty_reader: NamesOnly) -> None:
    result = build(inputs, tmp_path / "g", reader=empty_reader, dry_run=True)
    assert result.counts == {"papers": 8, "rejected": 1, "read": 9, "repeated": 0}
    assert empty_reader.batches == []
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in"]
    assert build(inputs, dry_run=True).made is None
    with pytest.raises(UsageError, match="a dry run makes no graph"):
        _ = result.graph


def test_papers_are_read_in_batches(tmp_path: Path, empty_reader: NamesOnly) -> None:
    many = (Paper(f"x:{n}", f"Paper number {n} of many", f"Text {n}.") for n in range(450))
    assert build(papers=many, out=tmp_path / "g", reader=empty_reader).counts["papers"] == 450
    assert empty_reader.batches == [200, 200, 50]


def test_texts_do_not_pile_up_in_memory(tmp_path: Path, empty_reader: NamesOnly, monkeypatch: pytest.MonkeyPatch) -> None:
    import tracemalloc

    from kg.tables import TableWriter

    monkeypatch.setattr(TableWriter.__init__, "__defaults__", (50,))
    length, number = 20_000, 800

    def papers() -> Iterator[Paper]:
        for n in range(number):
            yield Paper(f"x:{n}", f"Paper number {n} of many", f"{n} " * (length // 5))

    build(papers=papers(), out=tmp_path / "warm", reader=empty_reader)
    tracemalloc.start()
    try:
        build(papers=papers(), out=tmp_path / "g", reader=empty_reader)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # the texts are 16 MB; one batch of 200 papers is a quarter of that
    assert peak < number * length / 2, f"{peak:,} bytes"


def test_an_interrupted_build_leaves_the_old_graph(
    tmp_path: Path, tiny_papers: list[Paper], empty_reader: NamesOnly, bytes_of_folder: Callable[[Path], dict[str, bytes]]
) -> None:
    build(papers=tiny_papers[:3], out=tmp_path / "g", reader=empty_reader)
    before = bytes_of_folder(tmp_path / "g")

    def interrupt(stage: str, done: int, total: int | None) -> None:
        if (stage, done) == ("read", 4):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(papers=tiny_papers, out=tmp_path / "g", reader=empty_reader, overwrite=True, progress=interrupt)
    with pytest.raises(KeyboardInterrupt):
        build(papers=tiny_papers, out=tmp_path / "new", reader=empty_reader, progress=interrupt)
    assert bytes_of_folder(tmp_path / "g") == before
    assert [p.name for p in tmp_path.iterdir()] == ["g"]


def test_an_interruption_in_the_middle_of_the_swap_brings_the_old_graph_back(
    tmp_path: Path,
    tiny_papers: list[Paper],
    empty_reader: NamesOnly,
    bytes_of_folder: Callable[[Path], dict[str, bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    build(papers=tiny_papers[:3], out=tmp_path / "g", reader=empty_reader)
    before = bytes_of_folder(tmp_path / "g")
    rename = Path.rename

    def renamed(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", renamed)
    with pytest.raises(KeyboardInterrupt):
        build(papers=tiny_papers, out=tmp_path / "g", reader=empty_reader, overwrite=True)
    assert bytes_of_folder(tmp_path / "g") == before
    assert [p.name for p in tmp_path.iterdir()] == ["g"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_build_leaves_the_old_graph(
    tmp_path: Path, tiny_papers: list[Paper], empty_reader: NamesOnly, number: int, bytes_of_folder: Callable[[Path], dict[str, bytes]]
) -> None:
    build(papers=tiny_papers[:3], out=tmp_path / "g", reader=empty_reader)
    before = bytes_of_folder(tmp_path / "g")
    script = tmp_path / "slow.py"
    script.write_text(
        "import sys\n"
        "from fake_reader import FakeReader\n"
        "from kg.build import build\n"
        "from kg.catalog import Catalog\n"
        "from kg.model import Paper\n"
        "papers = [Paper(f'x:{n}', f'Paper number {n} of many', 'On LLMs.') for n in range(30)]\n"
        "reader = FakeReader(Catalog(), stop_at='number 7 ', wait=60, marker=sys.argv[2])\n"
        "build(papers=papers, out=sys.argv[1], reader=reader, overwrite=True)\n",
        encoding="utf-8",
    )
    marker = tmp_path / "there"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(FAKE), str(ROOT)))}
    with subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "g"), str(marker)], env=environment, stderr=subprocess.PIPE
    ) as process:
        for _ in range(600):
            if marker.exists() or process.poll() is not None:
                break
            time.sleep(0.05)
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        # while it works, nobody else can write there, and everybody can read
        assert Graph.open(tmp_path / "g", verify=True).counts()["papers"] == 3
        with pytest.raises(GraphError, match="another process is writing"):
            build(papers=tiny_papers, out=tmp_path / "g", reader=empty_reader, overwrite=True)
        process.send_signal(number)
        process.wait(30)
        if process.stderr:
            process.stderr.read()
    assert bytes_of_folder(tmp_path / "g") == before
    assert (tmp_path / ".g.partial").exists() == (number == signal.SIGKILL)
    # what the killed one left is cleared away by the next
    build(papers=tiny_papers, out=tmp_path / "g", reader=empty_reader, overwrite=True)
    assert not (tmp_path / ".g.partial").exists()
    assert Graph.open(tmp_path / "g", verify=True).counts()["papers"] == 8


def test_the_module_is_the_function_too(tmp_path: Path, tiny_papers: list[Paper], empty_reader: Any) -> None:
    result = front(papers=tiny_papers, out=tmp_path / "g", reader=empty_reader)  # type: ignore[operator]
    assert repr(result) == "<BuildResult of 1 inputs: <Graph 'g': 8 papers, 0 concepts, 0 links>, 0 rejected>"


@pytest.fixture
def bytes_of_folder() -> Callable[[Path], dict[str, bytes]]:
    return lambda folder: {p.name: p.read_bytes() for p in sorted(folder.iterdir())}
