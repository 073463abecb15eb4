"""The folder: what is read out of it, and what is said where it is damaged, newer or none."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kg.catalog import Catalog
from kg.errors import DataError, GraphError
from kg.graph import Graph, write_graph
from kg.model import Concept, ConceptRelation, ConceptType, Evidence, Finding, Mention, Paper, Reading, Relation
from kg.schema import MEANINGS, OLDEST, SCHEMA_VERSION, TABLES, schema

Pairs = list[tuple[Paper, Reading]]


@pytest.fixture
def copy(tmp_path: Path, tiny_graph: Graph) -> Path:
    """The folder of a graph that may be damaged."""
    return Path(shutil.copytree(tiny_graph.path, tmp_path / "copy"))


# --- reading ----------------------------------------------------------------------------------------------------------


def test_every_mention_stands_where_it_says(tiny_graph: Graph) -> None:
    papers = {p.id: p for p in tiny_graph.papers()}
    seen = 0
    for link in tiny_graph.links():
        assert link.evidence
        for evidence in link.evidence:
            text = papers[link.paper].text(evidence.mention.field)
            assert text[evidence.mention.start : evidence.mention.end] == evidence.mention.text
            assert evidence.sentence_start <= evidence.mention.start < evidence.mention.end <= evidence.sentence_end
            seen += 1
    assert seen == tiny_graph.counts()["mentions"]


def test_the_decisive_evidence_comes_first(tiny_graph: Graph) -> None:
    links = {(link.paper, link.concept): link for link in tiny_graph.links()}
    link = links["arxiv:2401.00001", "prismnet"]
    assert (link.relation, link.evidence[0].cue, link.evidence[0].mention.field) == (Relation.PROPOSES, "propose", "abstract")
    both = links["title:prism-attention-revisited", "fine-tuning"]
    assert (both.relation, both.confidence) == (Relation.USES, 0.45), "the stronger relation, the surer confidence"
    assert [e.mention.text for e in both.evidence] == ["fine-tune", "tune"]


def test_order_is_sorted_everywhere(tiny_graph: Graph) -> None:
    for table, (_, keys) in MEANINGS.items():
        rows = [tuple(row[k] for k in keys) for row in tiny_graph.rows(table)]
        assert rows == sorted(rows), table
    assert [c.id for c in tiny_graph.concepts()] == sorted(c.id for c in tiny_graph.concepts())
    links = [(x.paper, x.concept) for x in tiny_graph.links()]
    assert links == sorted(set(links))


def test_concepts_names_and_counts(tiny_graph: Graph) -> None:
    llm = tiny_graph.concept("large-language-model")
    assert (llm.label, llm.acronyms, llm.known, llm.type) == ("large language model", ("LLM",), False, ConceptType.ARCHITECTURE)
    assert tiny_graph.paper_counts()["large-language-model"] == 3
    assert tiny_graph.paper_counts()["classification"] == 0, "an ancestor that no paper names"
    assert [c.id for c in tiny_graph.find("LLMs")] == ["large-language-model"]
    assert [c.id for c in tiny_graph.find("Large-Language Models")] == ["large-language-model"]
    assert [c.id for c in tiny_graph.find("sst-2")] == ["sst-2"]
    assert tiny_graph.find("no such thing") == []


def test_names_are_found_alike_in_the_tables_and_in_memory(tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [n for c in tiny_graph.concepts() for n in (c.id, *c.names, c.label.upper())] + ["no such thing", ""]
    monkeypatch.setattr("kg.graph._SEEKS", len(names))
    few = Graph.open(tiny_graph.path)
    found = {name: few.find(name) for name in names[:-2]}
    assert not {"names", "concepts"} & few._index.keys(), "nothing was read whole"
    monkeypatch.setattr("kg.graph._SEEKS", 0)
    many = Graph.open(tiny_graph.path)
    assert {name: many.find(name) for name in names} == found | {name: few.find(name) for name in names[-2:]}


def test_relations_between_concepts(tiny_graph: Graph) -> None:
    catalog = {(r.head, r.tail) for r in tiny_graph.concept_links() if not r.paper}
    assert ("low-rank-adaptation", "fine-tuning") in catalog
    assert ("transformer", "neural-network") in catalog
    text = {(r.head, r.relation, r.tail): r for r in tiny_graph.concept_links() if r.paper}
    found = text["prism-attention", ConceptRelation.BASED_ON, "dropout"]
    paper = tiny_graph.paper(found.paper)
    assert found.field == "abstract"
    assert paper.text("abstract")[found.start : found.end] == "Prism attention is based on dropout"


def test_unknown_names_are_answered_with_near_ones(tiny_graph: Graph) -> None:
    with pytest.raises(GraphError, match="no paper 'arxiv:2401'"):
        tiny_graph.paper("arxiv:2401")
    with pytest.raises(GraphError, match="did you mean transformer"):
        tiny_graph.concept("transfomer")
    with pytest.raises(GraphError, match="did you mean papers"):
        tiny_graph.rows("paper")
    with pytest.raises(GraphError, match="no column 'titel'; did you mean title"):
        tiny_graph.rows("papers", ["titel"])
    assert tiny_graph.paper("title:emoji-probe").title == "🔬Probe: Looking into Networks"


def test_the_tables_are_those_of_the_schema(tiny_graph: Graph) -> None:
    import pyarrow.parquet as pq

    assert set(MEANINGS) == set(TABLES) == set(tiny_graph.manifest["tables"])
    for table in TABLES:
        file = tiny_graph.path / f"{table}.parquet"
        assert pq.read_schema(file).equals(schema(table)), table
        assert pq.read_metadata(file).num_rows == tiny_graph.manifest["tables"][table]["rows"]


def test_rejections_and_notes_come_back(tiny_graph: Graph, tiny_rejected: list[Any]) -> None:
    assert list(tiny_graph.rejected()) == tiny_rejected[:1]
    assert [(n.source, n.line, n.reason) for n in tiny_graph.notes()] == [("tiny.jsonl", 6, "empty line")]


def test_nobody_waits_for_a_clock(tiny_graph: Graph) -> None:
    text = (tiny_graph.path / "manifest.json").read_text(encoding="utf-8")
    assert json.loads(text)["schema_version"] == SCHEMA_VERSION
    assert str(tiny_graph.path.parent) not in text
    assert not {"time", "date", "created", "host"} & set(json.loads(text))


# --- saving -----------------------------------------------------------------------------------------------------------


def test_a_saved_graph_is_the_same_graph(tmp_path: Path, tiny_graph: Graph, bytes_of: Callable[[Path], dict[str, bytes]]) -> None:
    saved = tiny_graph.save(tmp_path / "saved")
    assert bytes_of(saved.path) == bytes_of(tiny_graph.path)
    assert saved.fingerprint == tiny_graph.fingerprint
    with pytest.raises(GraphError, match="a graph is there already"):
        tiny_graph.save(tmp_path / "saved")
    assert tiny_graph.save(tmp_path / "saved", overwrite=True).counts() == tiny_graph.counts()
    assert saved.save(tmp_path / "saved") is saved


# --- damaged ----------------------------------------------------------------------------------------------------------


def test_no_graph(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="no graph there; make one with `kg build"):
        Graph.open(tmp_path / "none")
    (tmp_path / "file").write_text("x")
    with pytest.raises(GraphError, match="a file, and a graph is a folder"):
        Graph.open(tmp_path / "file")
    with pytest.raises(GraphError, match="the folder is no graph, it has no manifest"):
        Graph.open(tmp_path)


def _manifest(folder: Path, **changes: Any) -> None:
    file = folder / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text(encoding="utf-8")), **changes}), encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": "other"}, "not the manifest of a paperkg graph"),
        ({"schema_version": SCHEMA_VERSION + 1}, r"written by a newer paperkg .*upgrade paperkg"),
        ({"schema_version": OLDEST - 1}, r"written by an older paperkg .*build it again"),
        ({"schema_version": "1"}, "schema_version is '1' where a number was expected"),
        ({"tables": {}}, "its tables or counts are not those of schema"),
        ({"counts": None}, "its tables or counts are not those of schema"),
    ],
)
def test_a_manifest_that_does_not_fit(copy: Path, changes: dict[str, Any], said: str) -> None:
    _manifest(copy, **changes)
    with pytest.raises(GraphError, match=said):
        Graph.open(copy)


def test_damaged_files_are_named(copy: Path) -> None:
    links = copy / "links.parquet"
    data = links.read_bytes()
    links.write_bytes(data[:-9])
    with pytest.raises(GraphError, match=rf"links\.parquet has {len(data) - 9} bytes where the manifest says {len(data)}; build it again"):
        Graph.open(copy)
    links.write_bytes(data[:60] + bytes([data[60] ^ 1]) + data[61:])
    Graph.open(copy)
    with pytest.raises(GraphError, match=r"the checksum of links\.parquet is not the manifest's"):
        Graph.open(copy, verify=True)
    links.unlink()
    with pytest.raises(GraphError, match=r"the table links\.parquet is missing"):
        Graph.open(copy)
    (copy / "manifest.json").write_text("{")
    with pytest.raises(GraphError, match=r"manifest\.json: damaged, not JSON"):
        Graph.open(copy)


@pytest.mark.parametrize("table", ["papers", "links", "mentions", "names"])
def test_a_table_with_a_flipped_byte_does_not_end_in_a_traceback(copy: Path, table: str) -> None:
    file = copy / f"{table}.parquet"
    data = bytearray(file.read_bytes())
    for place in range(len(data) - 200, len(data) - 8):
        data[place] ^= 0x55
    file.write_bytes(data)
    graph = Graph.open(copy)
    with pytest.raises(GraphError, match=rf"{table}\.parquet: damaged.*build it again"):
        list(graph.rows(table))


def test_a_changed_value_is_noticed_on_reading(copy: Path) -> None:
    file = copy / "links.parquet"
    data = bytearray(file.read_bytes())
    data[60] ^= 1
    file.write_bytes(data)
    with pytest.raises(GraphError, match=r"links\.parquet: damaged"):
        list(Graph.open(copy).links())


def test_a_damaged_graph_may_be_replaced(copy: Path, write_tiny: Callable[..., Graph]) -> None:
    (copy / "manifest.json").unlink()
    with pytest.raises(GraphError, match="is there already"):
        write_tiny(copy)
    assert write_tiny(copy, overwrite=True).counts()["papers"] == 8


# --- what is not written ----------------------------------------------------------------------------------------------


def _moved(pairs: Pairs, **changes: Any) -> Pairs:
    """The pairs with the first mention of the first finding changed."""
    number, (paper, reading) = next((n, p) for n, p in enumerate(pairs) if p[1].findings)
    finding = reading.findings[0]
    evidence = (replace(finding.evidence[0], **changes), *finding.evidence[1:])
    return [
        *pairs[:number],
        (paper, replace(reading, findings=(replace(finding, evidence=evidence), *reading.findings[1:]))),
        *pairs[number + 1 :],
    ]


def test_readings_that_do_not_fit_are_refused(tmp_path: Path, tiny_readings: Pairs, write_tiny: Callable[..., Graph]) -> None:
    paper, reading = next(p for p in tiny_readings if p[1].findings and p[1].statements)
    finding, statement = reading.findings[0], reading.statements[0]
    evidence: Evidence = finding.evidence[0]
    wrong: list[tuple[Pairs, str]] = [
        (_moved(tiny_readings, mention=replace(evidence.mention, start=0, end=3)), r"abstract\[0:3\] is 'We ', not 'LLM'"),
        (_moved(tiny_readings, sentence_end=9999), "no sentence at"),
        ([(paper, replace(reading, paper="x:1"))], "its reading is one of 'x:1'"),
        ([(paper, replace(reading, findings=(replace(finding, label=" "),), statements=()))], "empty label"),
        ([(paper, replace(reading, findings=(replace(finding, evidence=()),), statements=()))], "has no evidence"),
        ([(paper, replace(reading, findings=(replace(finding, confidence=1.5),), statements=()))], r"confidence 1\.5; 0 to 1"),
        (
            [(paper, replace(reading, findings=(replace(finding, concept="nowhere"),), statements=()))],
            "'nowhere', which is not in the catalog",
        ),
        ([(paper, replace(reading, statements=(replace(statement, tail=99),)))], "joins findings 0 and 99 of"),
        ([(paper, replace(reading, statements=(replace(statement, end=9999),)))], "nothing at abstract"),
        ([(paper, reading), (paper, reading)], "comes twice"),
        ([(replace(paper, title="half \udcff"), reading)], "U\\+DCFF"),
        ([(replace(paper, line=2**31), reading)], "line is 2147483648, beyond 32 bits"),
    ]
    for pairs, said in wrong:
        with pytest.raises(DataError, match=said):
            write_tiny(tmp_path / "g", pairs)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written(tmp_path: Path, tiny_readings: Pairs, write_tiny: Callable[..., Graph]) -> None:
    from kg.errors import EnvironmentError_

    (tmp_path / "file").write_text("x")
    with pytest.raises(EnvironmentError_, match="cannot write there"):
        write_tiny(tmp_path / "file" / "graph", tiny_readings)


def test_broader_ids_that_no_concept_has_are_left_out(tmp_path: Path, tiny_readings: Pairs) -> None:
    from kg.catalog import Catalog

    paper, reading = next(p for p in tiny_readings if p[1].findings)
    finding = replace(reading.findings[0], concept="llm")
    catalog = Catalog([Concept("llm", ConceptType.ARCHITECTURE, "LLM", broader=("gone",))])
    graph = write_graph(tmp_path / "g", [(paper, replace(reading, findings=(finding,), statements=()))], catalog)
    assert [c.id for c in graph.concepts()] == ["llm"]
    assert {r.tail for r in graph.concept_links()} <= {c.id for c in graph.concepts()}


def test_two_findings_that_share_a_place_are_one_piece_of_evidence(tmp_path: Path, tiny_catalog: Catalog) -> None:
    paper = Paper("x", "We use BERT and more")
    place = Evidence(Mention("title", 7, 11, "BERT"), 0, 20, "use")
    other = replace(place, sentence_start=3, cue="")
    scores = (0.0, 0.0, 1.0, 0.0, 0.0)
    findings = tuple(
        Finding("BERT", (), (), ConceptType.ARCHITECTURE, scores, relation, 0.5, (evidence,), "bert")
        for relation, evidence in ((Relation.MENTIONS, other), (Relation.USES, place))
    )
    [link] = write_graph(tmp_path / "graph", [(paper, Reading("x", findings, ()))], tiny_catalog).links()
    assert link.relation is Relation.USES and link.evidence == (place,)
