"""kg link, eval, catalog and doctor."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import exports
from kg.catalog import COLUMNS, Catalog
from kg.cli import doctor
from kg.evaluate import evaluate_links
from kg.explain import link
from kg.graph import Graph

Run = Callable[..., Any]
TEXT = "We fine-tune BERT on SQuAD."


def rows(*lines: str) -> str:
    return "\n".join(["\t".join(COLUMNS), *lines]) + "\n"


# --- link ---------------------------------------------------------------------------------------------------------------


def test_link_in_all_its_shapes(kg: Run, tmp_path: Path) -> None:
    found = link(TEXT)
    assert kg("link", TEXT, "--json").json() == json.loads(json.dumps(found.rows()))
    assert kg("link", TEXT, "--explain").out == found.explain() + "\n"
    (tmp_path / "text.txt").write_text(TEXT)
    table = kg("link", TEXT).out
    assert [line.split()[0] for line in table.splitlines()[2:]] == [concept.label for concept in found.concepts]
    assert kg("link", "-", stdin=TEXT).out == kg("link", f"@{tmp_path / 'text.txt'}").out == table


def test_link_with_an_own_catalog(kg: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.tsv").write_text(rows("farmbench\tDataset\tFarmBench\t\t\t\t\t\t\tmine"))
    ran = kg("link", "We evaluate BERT on FarmBench and ImageNet.", "--catalog", tmp_path / "mine.tsv", "--json")
    assert "farmbench" in [row["concept"] for row in ran.json()]


def test_link_without_anything_to_find_or_to_read(kg: Run, tmp_path: Path) -> None:
    ran = kg("link", "Hello there.")
    assert (ran.code, ran.out) == (0, "")
    assert "no concept found" in ran.err
    assert kg("link", "Hello there.", "--json").json() == []
    assert kg("link", "-", stdin="  \n").code == 2
    for given, stdin in ((f"@{tmp_path / 'none'}", b""), ("-", b"\xff\xfe"), (f"@{tmp_path}", b"")):
        ran = kg("link", given, stdin=stdin)
        assert (ran.code, ran.out) == (1, "")
        assert "should not happen" not in ran.err


# --- eval ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def gold(tiny_graph: Graph, tmp_path: Path) -> Path:
    paper = tiny_graph.paper("doi:10.1000/tiny.4")
    entity = {"aliases": [], "relation": "uses", "mentions": [], "required": True}
    entities = [
        {**entity, "name": "Transformer", "type": "Architecture"},
        {**entity, "name": "machine translation", "type": "Task", "relation": "addresses"},
        {**entity, "name": "beam search", "type": "Method"},
    ]
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps({"title": paper.title, "entities": entities}) + "\n")
    return path


def test_eval_of_a_graph_and_of_its_export(kg: Run, tiny_graph: Graph, gold: Path, tmp_path: Path) -> None:
    exports.export(tiny_graph, "jsonl", tmp_path / "links.jsonl")
    figures = evaluate_links(gold, tiny_graph)
    assert 0 < figures["f1"] < 1
    for source in (tiny_graph.path, tmp_path / "links.jsonl"):
        assert kg("eval", source, gold, "--json").json() == figures
    ran = kg("eval", tiny_graph.path, gold, "--errors", "5")
    assert ["f1", f"{figures['f1']:.6g}"] in [line.split() for line in ran.out.splitlines()]
    assert "missed: beam search ×1\n" in ran.err
    report = kg("eval", tiny_graph.path, gold, "--errors", "5", "--json").json()
    assert report["errors"]["missed"] == {"beam search": 1}


def test_eval_of_relations_needs_links_and_links_need_none(kg: Run, tiny_graph: Graph, gold: Path, tmp_path: Path) -> None:
    title = tiny_graph.paper("doi:10.1000/tiny.4").title
    relation = {"head": "Transformer", "relation": "usedFor", "tail": "machine translation", "evidence": "", "required": True}
    (tmp_path / "relations.jsonl").write_text(json.dumps({"title": title, "relations": [relation]}) + "\n")
    ran = kg("eval", tiny_graph.path, tmp_path / "relations.jsonl")
    assert ran.code == 2
    assert "--links" in ran.err
    ran = kg("eval", tiny_graph.path, tmp_path / "relations.jsonl", "--links", gold, "--json")
    assert ran.json()["labelled"]["recall"] == 1
    assert kg("eval", tiny_graph.path, gold, "--links", gold).code == 2
    assert kg("eval", tiny_graph.path, tmp_path / "none.jsonl").code == 1


# --- catalog ------------------------------------------------------------------------------------------------------------


def test_catalog_check_of_a_sound_and_of_a_clashing_file(kg: Run, tmp_path: Path) -> None:
    before = len(Catalog.load().problems())
    (tmp_path / "good.tsv").write_text(rows("farmbench\tDataset\tFarmBench\t\t\t\t\t\t\tmine"))
    ran = kg("catalog", "check", "--catalog", tmp_path / "good.tsv")
    assert (ran.code, len(ran.out.splitlines())) == (1 if before else 0, before)
    (tmp_path / "bad.tsv").write_text(rows("other-transformer\tArchitecture\ttransformer\t\t\tno-such-parent\t\t\t\tmine"))
    ran = kg("catalog", "check", "--catalog", tmp_path / "bad.tsv")
    assert ran.code == 1
    assert "other-transformer" in ran.out
    assert "unknown broader id 'no-such-parent'" in ran.out
    (tmp_path / "broken.tsv").write_text("id\n")
    ran = kg("catalog", "check", "--catalog", tmp_path / "broken.tsv")
    assert (ran.code, ran.out) == (1, "")
    assert "broken.tsv:1" in ran.err


def test_catalog_show_by_id_and_by_name(kg: Run) -> None:
    by_name, by_id = (kg("catalog", "show", name, "--json").json() for name in ("BERT", "bert"))
    assert by_name == by_id
    assert by_name[0]["label"] == "BERT"
    assert "label        BERT\n" in kg("catalog", "show", "bert").out
    ran = kg("catalog", "show", "no concept of this name")
    assert (ran.code, ran.out) == (1, "")


def test_catalog_mine_proposes_what_one_paper_introduces_and_others_use(kg: Run, tmp_path: Path) -> None:
    """From papers and from their graph the same; what comes out fits `kg build --catalog`."""
    texts = [
        "We propose ShearFormer, a new transformer for image classification. ShearFormer outperforms ResNet on ImageNet.",
        "We study object detection on COCO. Our detector outperforms ShearFormer and Swin Transformer.",
        "We study medical image segmentation. Our network outperforms ShearFormer and U-Net.",
    ]
    titles = ["ShearFormer: A Transformer for Images", "Detecting Objects in Pastures", "Segmenting Medical Images of Sheep"]
    papers = tmp_path / "papers.jsonl"
    records = [{"id": f"own:{n}", "title": a, "abstract": b, "year": 2020 + n} for n, (a, b) in enumerate(zip(titles, texts, strict=True))]
    papers.write_text("".join(json.dumps(record) + "\n" for record in records))
    ran = kg("catalog", "mine", papers, "-o", tmp_path / "proposals.tsv")
    assert ran.code == 0, ran.err
    (found,) = Catalog.load(tmp_path / "proposals.tsv").values()
    assert (found.label, found.known) == ("ShearFormer", True)
    assert "own:0" in found.source
    evidence = (tmp_path / "proposals.evidence.csv").read_text()
    assert "ShearFormer: A Transformer for Images" in evidence
    assert kg("catalog", "check", "--catalog", tmp_path / "proposals.tsv").code == 0
    assert kg("build", papers, "-o", tmp_path / "graph", "-q").code == 0
    assert kg("catalog", "mine", tmp_path / "graph", "-o", tmp_path / "again.tsv").code == 0
    assert (tmp_path / "again.tsv").read_text() == (tmp_path / "proposals.tsv").read_text()
    ran = kg("catalog", "mine", tmp_path / "graph", "-o", tmp_path / "again.tsv")
    assert ran.code == 2
    assert "--overwrite" in ran.err
    ran = kg("catalog", "mine", tmp_path / "graph", "-o", tmp_path / "again.tsv", "--overwrite", "--least", "3")
    assert "0 proposals" in ran.err


def test_catalog_search_and_stats(kg: Run) -> None:
    found = kg("catalog", "search", "Transformer", "--limit", "3", "--format", "json").json()
    assert found[0]["label"] == "Transformer"
    assert len(found) == 3
    ran = kg("catalog", "search", "qqqqzzzzqqqq")
    assert (ran.code, ran.out, ran.err) == (1, "", "no rows\n")
    counted = {row["type"]: row for row in kg("catalog", "stats", "--format", "json").json()}
    assert counted["all"]["concepts"] == len(Catalog.load())


# --- doctor -------------------------------------------------------------------------------------------------------------


def test_doctor_finds_all_well_but_what_is_taken_away(kg: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    states = {check["what"]: check["state"] for check in kg("doctor", "--json").json()}
    assert states["SPARQL engine"] == states["Cypher engine"] == states["cache"] == states["ontology/catalog/*.tsv"] == "ok"
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("PAPERKG_CACHE", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr(doctor, "CONTENTS", (("ontology", "no-such-file.ttl", 1),))
    monkeypatch.setattr(doctor, "PACKAGES", ("no_such_package",))
    checks = {check.what: check for check in doctor.examine()}
    assert {what for what, check in checks.items() if check.state == "missing"} >= {"ontology/no-such-file.ttl", "no_such_package", "cache"}
    assert "set PAPERKG_CACHE" in checks["cache"].found
    monkeypatch.undo()


def test_doctor_is_3_where_something_is_missing(kg: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "examine", lambda: iter([doctor.Check("a", "missing", "b"), doctor.Check("c", "absent", "d")]))
    ran = kg("doctor")
    assert ran.code == 3
    assert ran.err == "1 of 2 checks failed\n"
    monkeypatch.setattr(doctor, "examine", lambda: iter([doctor.Check("c", "absent", "d")]))
    assert kg("doctor").code == 0
