"""Whatever the bytes are: no loader raises, loops, or gives a paper that cannot be stored."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest

import loaders
from kg.model import Note, Paper, Rejected

SEEDS = {
    "acl": b'<?xml version="1.0"?>\n<collection id="2020.x"><volume id="1"><meta/><paper id="1"><title>A <b>t</b></title>'
    b"<abstract>\xc3\xa9 &amp; so</abstract></paper><paper id='2'><title>B</title></paper></volume></collection>",
    "bibtex": b'@string{j = "J"}\n@article{a, title = {One {T}wo}, journal = j # " x", author = {A and B}}\n@misc{b, title = "Three"}\n',
    "jsonl": b'{"title": "A", "authors": ["B"], "year": 2020}\n{"title": "\\u00e9\\ud83d\\ude00", "abstract": null}\n',
    "json": b'{"total": 2, "papers": [{"title": "A", "x": [1, 2.5, true]},\n {"title": "B"}]}',
    "csv": b'title,abstract,year\n"A, ""b""",x,2020\nC,"two\nlines",\n',
    "tsv": b"title\tabstract\nA\tb\nC\td\n",
    "listing": b"new\n\nA Title\n\n" + b"A sentence of some words. " * 12 + b"\n\nAnother Title\n\n" + b"More words are here now. " * 12,
}
PIECES = [b"", b'"', b"{", b"}", b"[", b"]", b"\\", b"<", b">", b"&", b"\n", b"\0", b"\xff", b"\xe2\x82", b",", b"@", b"#", b"\t",
          b"]]>", b"<!--",
          b"&#x0;", b"&#55357;", b"\\ud83d", b"1e999", b"\r", b"\x0c", b"\xef\xbb\xbf"]  # fmt: skip


@pytest.mark.parametrize("name", SEEDS)
def test_damaged_inputs(tmp_path: Path, name: str) -> None:
    rng = random.Random(name)
    file = tmp_path / "x"
    for round_ in range(250):
        data = bytearray(SEEDS[name])
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(data) + 1)
            data[at : at + rng.choice([0, 0, 1, 5, 40])] = rng.choice(PIECES)
        packed = bytes(data)
        if round_ % 10 == 0:
            packed = gzip.compress(packed)[: rng.randint(1, 400)]
        file.write_bytes(packed)
        loaders.detect(file)
        for loader in (name, None):
            for item in loaders.read(file, loader=loader):
                assert isinstance(item, (Paper, Rejected, Note)), data
                str(item).encode()
                if isinstance(item, Paper):
                    assert item.title
                    assert item.id
                    repr(item).encode()
                    "".join((item.id, item.title, item.abstract, *item.authors, *item.urls, item.venue or "", item.doi or "")).encode()
                    assert item.line >= 0
                else:
                    assert item.reason
                    (item.found + item.reason).encode()


@pytest.mark.parametrize("name", SEEDS)
def test_the_undamaged_inputs(tmp_path: Path, name: str) -> None:
    file = tmp_path / "x"
    file.write_bytes(SEEDS[name])
    assert loaders.detect(file)[0] == name
    assert sum(isinstance(item, Paper) for item in loaders.read(file)) == 2
    assert not any(isinstance(item, Rejected) for item in loaders.read(file))


def test_hostile_sizes_take_no_long_time(tmp_path: Path) -> None:
    import time

    file = tmp_path / "x"
    for name, data in {
        "csv": b"title,abstract\n" + b'"open,x\n' * 4_000,
        "json": b'[{"title": "' + b"a" * 2_000_000,
        "jsonl": b'{"title": "x"}\n' + b"[" * 2_000_000,
        "listing": b"short line\n\n" * 40_000,
        "bibtex": b"@misc{a, title = {\n" * 3_000,
    }.items():
        file.write_bytes(data)
        begin = time.process_time()
        for _ in loaders.read(file, loader=name):
            pass
        assert time.process_time() - begin < 20, name
