from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
import zstandard

import loaders
from kg.errors import DataError, EnvironmentError_, UsageError
from kg.model import Paper, Rejected
from loaders import registry

LINES = "".join(json.dumps({"title": f"Paper {n}", "abstract": f"{n * 7919} words of text, {n}."}) + "\n" for n in range(3000)).encode()
PACK = {"plain": bytes, "gzip": gzip.compress, "zstd": zstandard.compress}


def one_rejected(path: Path, **options: Any) -> Rejected:
    (bad,) = loaders.read(path, **options)
    assert isinstance(bad, Rejected)
    assert bad.fatal
    assert bad.hint
    assert bad.source == path.name
    return bad


@pytest.mark.parametrize("kind", PACK)
def test_compression_is_seen_by_content(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "no-ending"
    file.write_bytes(PACK[kind](LINES))
    found = list(loaders.read(file))
    assert [p.title for p in found if isinstance(p, Paper)] == [f"Paper {n}" for n in range(3000)]
    assert loaders.detect(file) == ("jsonl", "its first line is a JSON object")


def test_several_gzip_members_are_one_file(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl.gz"
    cut = LINES.index(b"\n", 2000) + 1
    file.write_bytes(gzip.compress(LINES[:cut]) + gzip.compress(LINES[cut:]) + b"\0" * 512)
    assert len(list(loaders.read(file))) == 3000


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_a_truncated_stream_gives_what_is_whole(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "x.jsonl.gz"
    data = PACK[kind](LINES * 5)
    file.write_bytes(data[: len(data) * 9 // 10])
    *good, bad = loaders.read(file)
    assert len(good) > 1000
    assert all(isinstance(p, Paper) for p in good)
    assert isinstance(bad, Rejected)
    assert (bad.fatal, bad.reason, bad.line) == (True, f"truncated {kind} stream", len(good) + 1)


@pytest.mark.parametrize("size", [2, 5, 12, 60])
def test_a_stream_cut_at_once(tmp_path: Path, size: int) -> None:
    file = tmp_path / "x.jsonl.gz"
    file.write_bytes(gzip.compress(LINES)[:size])
    assert one_rejected(file).reason == "truncated gzip stream"


@pytest.mark.parametrize("ending", ["xml", "json", "bib", "csv", "txt"])
def test_every_loader_reports_a_truncated_stream(tmp_path: Path, ending: str) -> None:
    import random

    noise = "".join(random.Random(1).choices("abcdefghij klmnop", k=300_000))
    start = '<collection id="2020.x"><volume id="1"><paper id="1"><title>First</title></paper>'
    text = {
        "xml": f'{start}<paper id="2"><title>{noise}</title></paper>',
        "json": json.dumps([{"title": "First"}, {"title": noise}]),
        "bib": "@misc{a, title = {First}}\n" + "@misc{b, title = {" + noise + "}}\n",
        "csv": f"title,abstract\nFirst,a\nSecond,{noise}\n",
        "txt": "First\n\n" + "A sentence of some words that goes on and on, until it ends here at last.\n\nSecond\n\n" + noise,
    }[ending]
    file = tmp_path / f"x.{ending}.gz"
    data = gzip.compress(text.encode())
    file.write_bytes(data[: len(data) // 2])
    items = list(loaders.read(file))
    bad = [i for i in items if isinstance(i, Rejected)]
    assert [(b.reason, b.fatal) for b in bad] == [("truncated gzip stream", True)]
    assert [i.title for i in items if isinstance(i, Paper)] == ["First"]


def test_damaged_streams(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl.gz"
    data = bytearray(gzip.compress(LINES))
    data[len(data) // 2 : len(data) // 2 + 40] = b"\xff" * 40
    file.write_bytes(bytes(data))
    *_, bad = loaders.read(file)
    assert isinstance(bad, Rejected)
    assert bad.reason == "damaged gzip stream"


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\xef\xbb\xbf", gzip.compress(b""), zstandard.compress(b"")])
@pytest.mark.parametrize("name", ["x.jsonl", "x.csv", "x.xml", "x"])
def test_an_empty_file(tmp_path: Path, data: bytes, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    assert one_rejected(file).reason == "empty file"
    assert one_rejected(file, loader="jsonl").reason == "empty file"
    assert loaders.detect(file) == ("", "empty file; give a file that holds papers")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a binary file"),
        (b"\0" * 100, "a binary file"),
        (b"%PDF-1.7\n", "a PDF file"),
        (b"PK\x03\x04abc", "a ZIP, DOCX or XLSX file"),
        ("title,abstract\n".encode("utf-16"), "UTF-16 text"),
        (b"BZh91AY&SY", "a bzip2 file"),
    ],
)
def test_foreign_files(tmp_path: Path, data: bytes, reason: str) -> None:
    file = tmp_path / "x.csv"
    for content in (data, gzip.compress(data)):
        file.write_bytes(content)
        assert one_rejected(file).reason == reason
        assert one_rejected(file, loader="csv").reason == reason


def test_unknown_text(tmp_path: Path) -> None:
    file = tmp_path / "x.log"
    file.write_text("nothing much\n")
    bad = one_rejected(file)
    assert bad.reason == "format not recognised"
    assert "--loader" in bad.hint
    assert loaders.detect(file)[0] == ""


def test_the_ending_decides_where_the_content_does_not(tmp_path: Path) -> None:
    file = tmp_path / "x.JSONL.gz"
    file.write_bytes(gzip.compress(b"7\n"))
    assert loaders.detect(file) == ("jsonl", "its name ends in .jsonl")
    (bad,) = loaders.read(file)
    assert isinstance(bad, Rejected)
    assert bad.reason == "no JSON object"


def test_content_comes_before_the_ending(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text('[{"title": "A"}]')
    assert loaders.detect(file)[0] == "json"
    (bad,) = loaders.read(file, loader="csv")
    assert isinstance(bad, Rejected)


def test_usage(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_bytes(LINES)
    with pytest.raises(UsageError, match=r"no loader 'jsnl'; did you mean jsonl"):
        loaders.read(file, loader="jsnl")
    with pytest.raises(UsageError, match=r"no field 'titel'; did you mean title"):
        loaders.read(file, mapping={"titel": "Name"})
    with pytest.raises(UsageError, match="name the source's field"):
        loaders.read(file, mapping={"title": ""})
    with pytest.raises(DataError, match="no such file or folder"):
        loaders.read(tmp_path / "missing.jsonl")


def test_a_name_for_the_records(tmp_path: Path) -> None:
    file = tmp_path / "tmp1234"
    file.write_text('{"title": "A", "id": 3}\n')
    (paper,) = loaders.read(file, name="mine.jsonl")
    assert isinstance(paper, Paper)
    assert (paper.source, paper.id) == ("mine.jsonl", "local:mine/3")


@pytest.mark.parametrize("kind", PACK)
def test_standard_input(kind: str) -> None:
    code = "import loaders, sys\nfound = list(loaders.read('-'))\nprint(len(found), found[-1].source, found[-1].line, sys.stdin.closed)"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], input=PACK[kind](LINES), capture_output=True, cwd=root, timeout=60)
    assert done.stdout.decode().split() == ["3000", "<stdin>", "3000", "False"]


def test_standard_input_of_a_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"title,abstract\nA,b\n")))
    (paper,) = loaders.read("-", name="piped")
    assert isinstance(paper, Paper)
    assert paper.source == "piped"


def test_memory_stays_flat(tmp_path: Path) -> None:
    import tracemalloc

    file = tmp_path / "x.jsonl.gz"
    file.write_bytes(gzip.compress(LINES * 2))
    next(loaders.read(file))
    tracemalloc.start()
    count = sum(isinstance(item, Paper) for item in loaders.read(file))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 6_000
    assert peak < 2_000_000


# --- plug-ins -----------------------------------------------------------------------------------------------------------


def _sniff(text: str, mapping: Any) -> str:
    return "begins with MINE" if text.startswith("MINE") else ""


def _read(source: Any, mapping: Any) -> Any:
    for number, line in enumerate(source.stream.read().decode().splitlines()[1:], 2):
        yield Paper(f"mine:{number}", line, source=source.name, line=number)


MINE = registry.Loader("mine", "a test's", (".mine",), _sniff, _read)


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch) -> Any:
    def plug(name: str, thing: Any) -> None:
        class Point(EntryPoint):
            def load(self) -> Any:
                if isinstance(thing, Exception):
                    raise thing
                return thing

        monkeypatch.setattr(registry, "entry_points", lambda group: [Point(name, "x:y", group)] if group == "paperkg.loaders" else [])
        registry.registered.cache_clear()

    yield plug
    registry.registered.cache_clear()


def test_a_plug_in(tmp_path: Path, plugged: Any) -> None:
    plugged("mine", MINE)
    file = tmp_path / "x.mine"
    file.write_text("MINE\nA Title\n")
    assert loaders.detect(file) == ("mine", "begins with MINE")
    (paper,) = loaders.read(file)
    assert isinstance(paper, Paper)
    assert (paper.title, paper.line) == ("A Title", 2)
    assert next(iter(registry.registered())) == "mine"


@pytest.mark.parametrize(
    ("name", "thing", "message"),
    [
        ("mine", ImportError("no module named y"), "cannot be imported: no module named y"),
        ("mine", "text", "is no loaders.Loader but str"),
        ("csv", MINE, "needs a name of its own"),
        ("other", MINE, "needs a name of its own"),
    ],
)
def test_bad_plug_ins(plugged: Any, name: str, thing: Any, message: str) -> None:
    plugged(name, thing)
    with pytest.raises(EnvironmentError_, match=message):
        registry.registered()


def test_every_built_in_loader_is_registered() -> None:
    assert list(registry.registered())[-7:] == ["acl", "bibtex", "jsonl", "json", "csv", "tsv", "listing"]
    assert all(one.about and one.extensions for one in registry.registered().values())
