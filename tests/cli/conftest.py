"""The command line in this process: what it gave back, and what went to each stream."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kg.cli import main

PAPERS = (
    {
        "title": "SwiftNet: A Small Transformer for Images",
        "abstract": "We propose SwiftNet, a Transformer for image classification. On ImageNet and CIFAR-10 its accuracy is 90%.",
        "year": 2024,
    },
    {
        "title": "Sentiment with Little Data",
        "abstract": "We fine-tune BERT on SST-2 for sentiment analysis. BERT is compared with an LSTM, and accuracy rises.",
        "year": 2023,
    },
)


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def kg(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Ran]:
    """A function that runs `kg` with its arguments; `stdin` is text or bytes. Stores go to a folder of the test."""
    monkeypatch.setenv("PAPERKG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: object, stdin: str | bytes = b"") -> Ran:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return run


@pytest.fixture(scope="session")
def two_papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A JSON Lines file of two papers."""
    path = tmp_path_factory.mktemp("inputs") / "two.jsonl"
    path.write_text("".join(json.dumps(paper) + "\n" for paper in PAPERS))
    return path


@pytest.fixture(scope="session")
def built(two_papers: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph of the two papers, built by the command; do not change it."""
    folder = tmp_path_factory.mktemp("built") / "graph"
    assert main(["build", str(two_papers), "-o", str(folder), "-q"]) == 0
    return folder
