"""`kg build` and `kg link` with a recogniser: what becomes of its mentions, what is reported, what the graph remembers."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import kg.build as front
from kg.catalog import Catalog
from kg.cli import main
from kg.cli.reading import tell
from kg.errors import GraphError, UsageError
from kg.graph import Graph
from kg.model import Concept, ConceptType, Mention, Paper, Rejected
from kg.recognizers import Recognition, Recognized, RecognizingReader, load
from kg.recognizers.ours import Ours
from kg.recognizers.plugged import Recognizing

SMALL = Catalog([Concept("cifar-10", ConceptType.DATASET, "CIFAR-10")])
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def call(*arguments: object, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        capsys.readouterr()
        code = main([str(a) for a in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture
def papers(tmp_path: Path, example: Paper) -> Path:
    file = tmp_path / "papers.jsonl"
    rows = [{"title": example.title, "abstract": example.abstract}, {"title": "Glass", "abstract": "The Glass Corpus is read. Ada helps."}]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


class Failing:
    """Makes one string up, and has no answer for papers about glass."""

    fingerprint = "failing"

    def recognize(self, papers: Sequence[Paper]) -> list[Recognition]:
        made_up = Recognized(Mention("title", 0, 4, "Nope"), 0.9)
        failed = Rejected("glass", 0, "no answer", fatal=True)
        return [Recognition((), (failed,)) if p.title == "Glass" else Recognition((made_up,)) for p in papers]

    def usage(self) -> dict[str, int | float | str]:
        return {"requests": 2}


def test_mentions_of_a_pipeline_become_links(run: Run, papers: Path, pipeline: Path, tmp_path: Path) -> None:
    code, out, err = run("build", papers, "-o", tmp_path / "g", "--recognizer", f"spacy={pipeline}", "--combine", "replace", "--json")
    assert code == 0, err
    graph = Graph.open(tmp_path / "g")
    assert {c.label for c in graph.concepts()} == {"PrismNet", "light folding", "Glass Corpus"}
    report = json.loads(out)["recognizer"]
    assert (report["name"], report["combine"], report["failed"], report["usage"]) == ("spacy", "replace", 0, {})
    assert report["reasons"] == {"with the label PERSON, which means no type": 2}
    assert {r["found"] for r in report["rejected"]} == {"Ada"}
    assert "spacy: 2 mentions rejected: 2 with the label PERSON, which means no type" in err
    assert graph.manifest["settings"].items() >= {"recognizer": "spacy", "combine": "replace", "favour": "balanced"}.items()


def test_improve_is_the_default_and_adds(run: Run, papers: Path, pipeline: Path, tmp_path: Path) -> None:
    assert run("build", papers, "-o", tmp_path / "own", "-q")[0] == 0
    assert run("build", papers, "-o", tmp_path / "both", "-q", "--recognizer", f"spacy={pipeline}")[0] == 0
    own, both = Graph.open(tmp_path / "own"), Graph.open(tmp_path / "both")
    assert {c.label for c in both.concepts()} >= {"light folding", "Glass Corpus", "ResNet", "CIFAR-10", "PrismNet"}
    assert "Glass Corpus" not in {c.label for c in own.concepts()}
    assert own.manifest["reader"] != both.manifest["reader"]


def test_all_exports_work(run: Run, papers: Path, pipeline: Path, tmp_path: Path) -> None:
    import exports

    front.build([papers], tmp_path / "g", catalog=SMALL, recognizer=f"spacy={pipeline}", combine="replace")
    for number, format_ in enumerate(exports.formats()):
        code, _, err = run("export", tmp_path / "g", format_, "-o", tmp_path / f"out{number}")
        assert code == 0, err


def test_ours_in_its_own_place_gives_the_same_tables(papers: Path, tmp_path: Path) -> None:
    own = front.build([papers], tmp_path / "own", catalog=SMALL).graph
    plugged = front.build([papers], tmp_path / "plugged", catalog=SMALL, recognizer=Ours(catalog=SMALL), combine="replace").graph
    assert plugged.manifest["tables"] == own.manifest["tables"]
    assert plugged.manifest["reader"] != own.manifest["reader"]


@pytest.mark.slow
def test_several_processes_give_the_same_bytes_and_the_same_report(papers: Path, pipeline: Path, tmp_path: Path) -> None:
    one = front.build([papers], tmp_path / "one", catalog=SMALL, recognizer=f"spacy={pipeline}")
    two = front.build([papers], tmp_path / "two", catalog=SMALL, recognizer=f"spacy={pipeline}", workers=2)
    assert two.graph.fingerprint == one.graph.fingerprint
    assert two.recognizer == one.recognizer


def test_what_is_made_up_and_what_fails_is_reported_and_the_exit_code_says_so(
    papers: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = front.build([papers], tmp_path / "g", catalog=SMALL, recognizer=Failing())
    assert result.recognizer is not None
    assert result.recognizer.reasons == {"not what stands there in the text": 1}
    assert (result.recognizer.failed, result.recognizer.usage, len(result.recognizer.rejected)) == (1, {"requests": 2}, 2)
    assert result.counts["rejected"] == 0
    monkeypatch.setattr("kg.recognizers.registry._factory", lambda name: Failing)
    code, _, err = run("build", papers, "-o", tmp_path / "h", "--recognizer", "failing")
    assert code == 1
    assert "failing: no usable answer for glass: no answer" in err
    assert "failing: 1 mention rejected: 1 not what stands there in the text" in err
    assert "failing: requests 2" in err
    code, _, err = run("build", papers, "-o", tmp_path / "i", "-q", "--recognizer", "failing")
    assert (code, err.strip()) == (1, "failing: no usable answer for glass: no answer")
    with pytest.raises(UsageError, match="runs in one process"):
        front.build([papers], tmp_path / "j", catalog=SMALL, recognizer=Failing(), workers=2)


def test_failures_beyond_the_listed_rejections_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    listed = (Rejected("p1", 0, "made up"), Rejected("p2", 0, "no answer", fatal=True))
    tell(Recognizing("llm", "improve", {"made up": 1}, 3, listed, {}), quiet=True)
    assert capsys.readouterr().err.splitlines() == ["llm: no usable answer for p2: no answer", "llm: no usable answer for 2 more papers"]


def test_a_recogniser_that_was_made_here_is_closed_and_one_that_was_given_is_not(
    papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = []

    class Open(Ours):
        def close(self) -> None:
            closed.append(self)

    front.build([papers], tmp_path / "g", catalog=SMALL, recognizer=Open())
    assert not closed
    monkeypatch.setattr("kg.recognizers.registry._factory", lambda name: Open)
    front.build([papers], tmp_path / "h", catalog=SMALL, recognizer="open")
    assert len(closed) == 1


def test_papers_are_added_with_the_same_recogniser_only(papers: Path, pipeline: Path, tmp_path: Path, example: Paper) -> None:
    graph = front.build([papers], tmp_path / "g", catalog=SMALL, recognizer=f"spacy={pipeline}").graph
    before = graph.fingerprint
    more = [Paper("title:more", "More", "PrismNet again.")]
    with pytest.raises(GraphError, match="with the recogniser 'spacy'; give the same"):
        graph.append(more)
    with pytest.raises(GraphError, match="with other settings"):
        graph.append(more, reader=RecognizingReader(graph.catalog(), load("spacy", pipeline=pipeline), "replace"))
    reader = RecognizingReader(graph.catalog(), load("spacy", pipeline=pipeline))
    assert graph.append(more, reader=reader).added == ("title:more",)
    graph.remove(["title:more"])
    assert graph.fingerprint == before


def test_link_explains_with_it(run: Run, pipeline: Path) -> None:
    text = "PrismNet learns by light folding. Ada helps."
    code, out, err = run("link", text, "--recognizer", f"spacy={pipeline}", "--combine", "replace", "--json")
    assert code == 0
    assert [row["name"] for row in json.loads(out)] == ["PrismNet", "light folding"]
    assert "1 mention rejected" in err
    code, out, _ = run("link", text, "--recognizer", f"spacy={pipeline}", "--explain")
    assert "PrismNet  [" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--combine", "replace"], "--combine goes with --recognizer"),
        (["--recognizer", "ours", "--combine", "both"], "give improve or replace"),
        (["--recognizer", "our"], "did you mean ours"),
        (["--recognizer", "spacy=no_such_pipeline"], "python -m spacy download no_such_pipeline"),
        (["--recognizer", "gliner=no/model"], "no folder 'no/model'"),
    ],
)
def test_wrong_options_are_said(run: Run, arguments: list[str], said: str, papers: Path, tmp_path: Path) -> None:
    for command in (["link", "text"], ["build", papers, "-o", tmp_path / "g"]):
        code, _, err = run(*command, *arguments)
        assert code == (3 if "spacy" in said else 2)
        assert said in err
    assert not (tmp_path / "g").exists()


def test_a_reader_and_a_recogniser_do_not_go_together(papers: Path, tmp_path: Path) -> None:
    from kg.reader import Reader

    with pytest.raises(UsageError, match="a reader recognises by itself"):
        front.build([papers], tmp_path / "g", catalog=SMALL, reader=Reader(), recognizer="ours")
