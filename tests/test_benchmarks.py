"""The benchmarks run, on a handful of papers; their figures are not tested."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from exports import FORMATS

ROOT = Path(__file__).resolve().parent.parent
PAPERS = [
    ("Pruning Small Transformers", "We prune a Transformer for machine translation and measure BLEU. Half of the heads can go."),
    ("Dropout for Graphs", "Dropout is applied to a graph neural network. On node classification it gains accuracy."),
    ("What BERT Knows of Numbers", "We probe BERT with arithmetic questions. It fails at question answering with numbers."),
    ("A Corpus of Recipes", "We present a corpus of recipes for named entity recognition, and train a CRF on it."),
    ("Reading Without Data", ""),
    ("Faster Image Classification", "ResNet-50 classifies ImageNet twice as fast with our method. Top-1 accuracy is kept."),
]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("benchmark") / "papers.jsonl"
    file.write_text("".join(json.dumps({"title": title, "abstract": abstract}) + "\n" for title, abstract in PAPERS), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def measured(papers: Path) -> dict[str, Any]:
    done = run("benchmarks/run.py", "--input", str(papers), "--papers", "10", "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_stage_and_export_is_measured(measured: dict[str, Any]) -> None:
    (corpus,) = measured["corpora"]
    wanted = {"start", "load", "read", "write", "whole build", "whole build and all exports", "PhraseMatcher"}
    wanted |= {"start, large catalog", "whole build, large catalog"}
    assert set(corpus["stages"]) == wanted | {f"export {one.name}" for one in FORMATS}
    assert all(one["seconds"] > 0 and one["peak_mib"] > 10 for one in corpus["stages"].values())
    assert measured["machine"]["cores"] >= 1


def test_the_large_catalog_has_a_hundred_thousand_names_more(measured: dict[str, Any]) -> None:
    (corpus,) = measured["corpora"]
    stages = corpus["stages"]
    assert stages["start, large catalog"]["names"] - stages["start"]["names"] == 100_000
    assert stages["whole build, large catalog"]["papers"] == 5
    assert stages["whole build, large catalog"]["peak_mib"] < 1024


def test_only_papers_with_an_abstract_count(measured: dict[str, Any]) -> None:
    (corpus,) = measured["corpora"]
    stages = corpus["stages"]
    assert corpus["papers"] == 5
    assert {stages[name]["papers"] for name in ("load", "read", "write", "whole build", "PhraseMatcher")} == {5}
    assert stages["write"]["links"] > 5
    assert stages["PhraseMatcher"]["matches"] > 5


def test_the_report_is_markdown_with_a_row_for_every_stage(measured: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import run as benchmark  # type: ignore[import-not-found]

    (corpus,) = measured["corpora"]
    lines = benchmark.tables(corpus)
    rows = [line for line in lines if line.startswith("| ")]
    assert len(rows) == len(corpus["stages"]) + 1
    assert {line.count("|") for line in rows} == {6}


def test_an_input_that_is_not_there_is_said_before_anything_runs(tmp_path: Path) -> None:
    done = run("benchmarks/run.py", "--input", str(tmp_path / "none.jsonl"))
    assert done.returncode == 2
    assert "not there" in done.stderr


def test_a_stage_that_fails_shows_its_error(tmp_path: Path) -> None:
    file = tmp_path / "empty.jsonl"
    file.write_text("")
    done = run("benchmarks/run.py", "--input", str(file))
    assert done.returncode == 1
    assert "load on" in done.stderr


def test_the_baseline_links_every_match(monkeypatch: pytest.MonkeyPatch, tiny_catalog: Any, tiny_papers: Any) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    from baseline import Phrases  # type: ignore[import-not-found]

    found = list(Phrases(tiny_catalog).links(tiny_papers))
    by_concept = {(link["paper"], link["concept"]): link for link in found}
    assert len(by_concept) == len(found)
    dataset = by_concept["arxiv:2401.00001", "cifar-10"]
    assert (dataset["type"], dataset["relation"]) == ("Dataset", "mentions")
    for link in found:
        paper = next(p for p in tiny_papers if p.id == link["paper"])
        assert all(paper.text(m["field"])[m["start"] : m["end"]] == m["text"] for m in link["mentions"])


def test_quality_columns(monkeypatch: pytest.MonkeyPatch, papers: Path, tmp_path: Path) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import quality  # type: ignore[import-not-found]

    gold = tmp_path / "gold.jsonl"
    entity = {"name": "BERT", "aliases": [], "type": "Architecture", "relation": "addresses", "mentions": ["BERT"], "required": True}
    gold.write_text(json.dumps({"title": PAPERS[2][0], "entities": [entity]}) + "\n")
    found = quality.measure(papers, gold)
    assert set(found) == {"trained on these papers", "PhraseMatcher"}
    assert found["PhraseMatcher"]["recall"] == 1.0
    assert found["PhraseMatcher"]["papers"] == 1
    lines = quality.table(found)
    assert lines[0] == "| | trained on these papers | PhraseMatcher |"
    assert {line.count("|") for line in lines} == {4}


@pytest.fixture
def mentions(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import mentions as module  # type: ignore[import-not-found]

    return module


def test_words_of_scirex_become_texts_with_the_spans_in_place(mentions: Any, tmp_path: Path) -> None:
    text = "Fern - Net for Leaves section : Abstract We train Fern - Net ( small ) . section : Introduction Fern"
    words = text.split()
    row = {
        "doc_id": "x",
        "words": words,
        "sentences": [[0, 5], [5, 8], [8, 17], [17, 21]],
        "sections": [[0, 5], [5, 17], [17, 21]],
        "ner": [[0, 3, "Method"], [10, 13, "Method"], [20, 21, "Method"]],
    }
    (tmp_path / "x.json").write_text(json.dumps(row))
    found = mentions.scirex(tmp_path)
    (paper,) = found.papers
    assert (paper.title, paper.abstract) == ("Fern-Net for Leaves", "We train Fern-Net (small).")
    assert found.spans == [{("title", 0, 8, "Method"), ("abstract", 9, 17, "Method")}]


def test_sentences_of_tdmsci_are_spaced_as_they_were(mentions: Any, tmp_path: Path) -> None:
    rows = [
        ("We", 10, "O"),
        ("parse", 13, "B-TASK"),
        ("trees", 19, "I-TASK"),
        (".", 24, "O"),
        None,
        ("On", 26, "O"),
        ("PTB", 29, "B-DATASET"),
    ]
    file = tmp_path / "x.conll"
    file.write_text("".join("\n" if row is None else "\t".join(map(str, row)) + "\n" for row in rows))
    found = mentions.tdmsci(file)
    assert [paper.abstract for paper in found.papers] == ["We parse trees.", "On PTB"]
    assert found.spans == [{("abstract", 3, 14, "Task")}, {("abstract", 3, 6, "Dataset")}]


def test_mentions_are_paired_one_to_one(mentions: Any) -> None:
    gold = {("abstract", 0, 4, "Task"), ("abstract", 10, 14, "Dataset"), ("abstract", 20, 24, "Other")}
    own = {
        ("abstract", 0, 4, "Metric"),
        ("abstract", 8, 12, "Dataset"),
        ("abstract", 12, 16, "Dataset"),
        ("title", 10, 14, "Dataset"),
        ("abstract", 30, 34, "Method"),
    }
    figures = mentions.compare(mentions.Annotated("x", [None], [gold], mentions.TDMSCI), [own])
    assert (figures["annotated"], figures["found"]) == (2, 4)
    assert figures["exact"] == {"precision": 0.25, "recall": 0.5, "f1": 0.3333}
    assert figures["exact, typed"]["f1"] == 0
    assert figures["overlapping"] == {"precision": 0.5, "recall": 1.0, "f1": 0.6667}
    assert figures["by type"]["overlapping"]["Dataset"] == {"precision": 0.3333, "recall": 1.0, "f1": 0.5}
    assert len(mentions.lines({"x": {"paperkg": figures}})) == 3


def test_every_column_has_a_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import ablation  # type: ignore[import-not-found]

    from kg.reader import data_folder
    from kg.recognize.decide import Model

    columns = Model.load(data_folder()).second.columns
    found = ablation.groups(columns)
    assert sorted(number for numbers in found.values() for number in numbers) == list(range(len(columns)))
    assert {"statistics of the field", "catalog", "second look", "surroundings", "shape"} <= set(found)
    assert "others" not in found, [columns[n] for n in found["others"]]


def test_tables_are_put_between_their_marks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import quality

    row = {"from": 0.9, "to": 1.0, "links": 1200, "confidence": 0.953, "right": 0.96}
    part = {"expected_calibration_error": 0.007, "table": [row]}
    figures = {"calibration": {"all that are looked at": part, "taken": part}}
    way = {kind: {"precision": 0.6, "recall": 0.2, "f1": 0.3} for kind in ("labelled", "unlabelled", "undirected")}
    relations = {"listing": {"from the text": way, "given the concepts": way, "errors": {"missed: stated otherwise": 5}}}
    errors = {"listing": {"missed: too unsure": 7}, "other venues": {"missed: too unsure": 9}}
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    monkeypatch.setattr(quality, "PAGE", tmp_path / "page.md")

    def recorded(before: str) -> str:
        quality.PAGE.write_text(before, encoding="utf-8")
        choices = {"trees": {"average_precision": 0.5, "f1": 0.4, "milliseconds": 1.0}}
        quality.record({"crossvalidation": {**figures, "errors": errors, "relations": relations}, "choices": choices})
        return str(quality.PAGE.read_text(encoding="utf-8"))

    once = recorded(page)
    assert "| trees | 0.500 | 0.400 | 1.0 |" in once
    assert "| missed: too unsure (seen and not taken) | 7 | 9 |" in once
    assert "| 0.9 to 1.0 | 1,200 | 0.953 | 0.960 |" in once
    assert "Expected calibration error: 0.007 (all that are looked at), 0.007 (taken)." in once
    assert "| from the text, labelled | 0.600 / 0.200 / 0.300 |" in once
    assert "| missed: stated otherwise (another relation, or the other way round) | 5 |" in once
    assert recorded(once) == once
    assert once.partition("<!-- reliability -->")[0] == page.partition("<!-- reliability -->")[0]
    for begin, end in (("<!-- /errors -->", "<!-- relations -->"), ("<!-- /relations -->", "no further mark")):
        assert once.partition(begin)[2].partition(end)[0] == page.partition(begin)[2].partition(end)[0]


def test_a_part_that_is_not_there(tmp_path: Path) -> None:
    done = run("benchmarks/quality.py", "--shared", str(tmp_path), "--only", "taste")
    assert done.returncode == 2
    assert "invalid choice: 'taste'" in done.stderr


def test_rdf_is_measured_beside_rdflib(tiny_graph: Any) -> None:
    done = run("benchmarks/rdf_export.py", str(tiny_graph.path), "--share", "2", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {name for name in found if not name.endswith(("serializer", "written"))} == {
        *("ours ntriples", "ours turtle", "ours ntriples 1/2", "ours turtle 1/2", "rdflib ntriples", "rdflib turtle")
    }
    assert found["ours ntriples"]["triples"] == found["rdflib turtle"]["triples"] > found["ours turtle 1/2"]["triples"]
    few = ("--every", "2", "--formats", "turtle", "--rdflib", "turtle", "--repeat", "2")
    done = run("benchmarks/rdf_export.py", str(tiny_graph.path), *few, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ours turtle"]["triples"] == found["ours turtle 1/2"]["triples"]


def test_predictions_are_scored_on_a_split_in_time(tmp_path: Path) -> None:
    papers = tmp_path / "years.jsonl"
    texts = [
        ("Dropout for Translation", "We use dropout for machine translation and measure BLEU.", 2001),
        ("Dropout for Parsing", "We use dropout for dependency parsing.", 2002),
        ("Transformers for Parsing", "A Transformer is used for dependency parsing.", 2003),
        (
            "Transformers for Translation",
            "A Transformer is used for machine translation, and BLEU is measured for dependency parsing.",
            2010,
        ),
    ]
    papers.write_text("".join(json.dumps({"title": t, "abstract": a, "year": y}) + "\n" for t, a, y in texts), encoding="utf-8")
    graph = tmp_path / "graph"
    assert run("-m", "kg", "build", str(papers), "-o", str(graph)).returncode == 0
    done = run("benchmarks/predict.py", str(graph), "--year", "2010", "--least", "1", "--what", "co-use", "--json")
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)
    assert found["papers_before"] == 3 and found["papers_after"] == 1 and found["new_pairs"] >= 1
    assert [r["name"] for r in found["scores"]] == ["random", "common", "adamic-adar", "resource", "katz", "factors", "popularity"]
    # nothing was joined in the three years before 2010
    assert done.stderr.startswith("left out: the score 'learned' needs a past to learn from")
    assert all(0 <= r["hits"] <= 1 for r in found["scores"])
    done = run("benchmarks/predict.py", str(graph), "--speed")
    assert done.returncode == 0 and "| predict untested |" in done.stdout, done.stderr


@pytest.mark.parametrize(("script", "rows"), [("layout", 2), ("pages", 1)])
def test_figures_of_pages_are_a_table(script: str, rows: int, tiny_graph: Any) -> None:
    before = {path.name for path in tiny_graph.path.iterdir()}
    done = run(f"benchmarks/{script}.py", str(tiny_graph.path), "--top", "30")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == rows + 2 and len({line.count("|") for line in lines}) == 1
    assert {path.name for path in tiny_graph.path.iterdir()} == before


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory of the server is read where Linux tells it")
def test_the_server_is_measured(tiny_graph: Any) -> None:
    done = run("benchmarks/serve.py", str(tiny_graph.path), "--rate", "60", "--seconds", "1", "--connections", "4")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("first start: ") and "60 requests in " in done.stdout
    assert [line for line in done.stdout.splitlines() if line.startswith("| all | 60 |")]
