"""The profile `accurate`: chosen by name, remembered by graphs, sound on awkward texts, and clear about what it lacks."""

from __future__ import annotations

import shutil
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from kg.build import build
from kg.catalog import Catalog
from kg.cli import main
from kg.errors import DataError, UsageError
from kg.graph import Graph
from kg.model import Paper
from kg.reader import Reader, data_folder
from kg.recognize.decide import Model
from kg.recognizers.ours import Ours

pytest.importorskip("onnxruntime", reason="the profile accurate takes onnxruntime")
pytest.importorskip("tokenizers", reason="the profile accurate takes tokenizers")

PAPER = Paper(
    "m",
    "MossNet: Counting Moss",
    "We propose MossNet, a convolutional neural network. On ImageNet its accuracy is higher than that of ResNet.",
)


@pytest.fixture(scope="module")
def accurate(tiny_catalog: Catalog) -> Reader:
    return Reader(tiny_catalog, profile="accurate")


def test_it_is_another_reader(accurate: Reader, tiny_catalog: Catalog) -> None:
    fast = Reader(tiny_catalog)
    assert (accurate.profile, fast.profile) == ("accurate", "fast")
    assert accurate.fingerprint != fast.fingerprint
    one, other = accurate.read([PAPER])[0], fast.read([PAPER])[0]
    assert {"MossNet", "ResNet"} <= {finding.label for finding in one.findings}
    assert [f.confidence for f in one.findings] != [f.confidence for f in other.findings]


def test_a_reading_does_not_depend_on_the_batch(accurate: Reader, tiny_papers: list[Paper]) -> None:
    together = accurate.read([*tiny_papers, PAPER])
    assert together == [reading for paper in (*tiny_papers, PAPER) for reading in accurate.read([paper])]


@pytest.mark.parametrize(
    ("title", "abstract"),
    [
        ("", ""),
        ("A Title Alone", ""),
        ("", "We train BERT on ImageNet and report accuracy."),
        ("🔬", "We 😀 train 🤖BERT🤖 on ImageNet👍🏽."),
        ("词 embedding", "我们训练 BERT。 e\u0301\u0301 Z̵a̶l̷g̸o̵"),
        ("x" * 3000, "y" * 20_000),
        ("Long", "We train BERT on ImageNet (see below), and measure accuracy. " * 120),
    ],
)
def test_awkward_texts_are_read(accurate: Reader, title: str, abstract: str) -> None:
    paper = Paper("p", title, abstract)
    for finding in accurate.read([paper])[0].findings:
        assert 0 <= finding.confidence <= 1
        for evidence in finding.evidence:
            mention = evidence.mention
            assert paper.text(mention.field)[mention.start : mention.end].strip()


def test_a_graph_remembers_it(tmp_path: Path, tiny_papers: list[Paper]) -> None:
    some = build(papers=tiny_papers[:3], out=tmp_path / "some", profile="accurate").graph
    assert some.manifest["settings"]["profile"] == "accurate"
    some.append(tiny_papers[3:])
    whole = build(papers=tiny_papers, out=tmp_path / "whole", profile="accurate").graph
    assert list(some.links()) == list(whole.links())
    assert list(build(papers=tiny_papers, out=tmp_path / "fast").graph.links()) != list(whole.links())


def test_by_name_in_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["link", PAPER.abstract, "--title", PAPER.title, "--profile", "accurate"]) == 0
    assert "MossNet" in capsys.readouterr().out
    listing = tmp_path / "papers.jsonl"
    listing.write_text('{"title": "MossNet: Counting Moss", "abstract": "We propose MossNet, a convolutional neural network."}\n')
    assert main(["build", str(listing), "-o", str(tmp_path / "graph"), "--profile", "accurate"]) == 0
    assert Graph.open(tmp_path / "graph").manifest["settings"]["profile"] == "accurate"


def test_as_a_recogniser(tiny_catalog: Catalog, accurate: Reader) -> None:
    ours = Ours(catalog=tiny_catalog, profile="accurate")
    assert ours.fingerprint == accurate.fingerprint
    assert ours.recognize([PAPER]) != Ours(catalog=tiny_catalog).recognize([PAPER])


def test_another_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match="'acurate'; did you mean accurate"):
        Reader(profile="acurate")
    assert main(["link", "We train BERT.", "--profile", "slow"]) == 2
    assert "fast" in capsys.readouterr().err


@pytest.mark.parametrize("package", ["onnxruntime", "tokenizers"])
def test_what_is_missing_is_said_before_anything_is_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, package: str
) -> None:
    def imported(name: str) -> ModuleType:
        if name == package:
            raise ModuleNotFoundError(f"No module named '{package}'")
        return import_module(name)

    monkeypatch.setattr("kg.extras.import_module", imported)
    monkeypatch.setattr("kg.reader._shipped_model", lambda accurate: Model.load(data_folder(), accurate))
    listing = tmp_path / "papers.jsonl"
    listing.write_text('{"title": "MossNet", "abstract": "We propose MossNet."}\n')
    assert main(["build", str(listing), "-o", str(tmp_path / "graph"), "--profile", "accurate"]) == 3
    said = capsys.readouterr().err
    assert package in said
    assert 'pip install "paperkg[encoder]"' in said
    assert not (tmp_path / "graph").exists()


def test_a_model_without_an_encoder_says_so(tmp_path: Path) -> None:
    shutil.copytree(data_folder(), tmp_path / "model", ignore=shutil.ignore_patterns("encoder.npz"))
    with pytest.raises(DataError, match="a model without an encoder; make it with `kg train --encoder`"):
        Reader(model=tmp_path / "model", profile="accurate")
    assert Reader(model=tmp_path / "model").profile == "fast"
