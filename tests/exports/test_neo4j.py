"""The files for Neo4j, without a server; tests/servers/ has the same on a real one."""

from __future__ import annotations

import csv
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exports import cypher, export, neo4j_csv
from exports.neo4j import push
from exports.neo4j_connection import credentials
from exports.property_graph import CONCEPT, LINK, LINK_TYPES, PAPER, RELATION, RELATION_TYPES, relations_with_sentences, separators
from kg.catalog import Catalog
from kg.errors import DataError, EnvironmentError_, UsageError
from kg.graph import Graph, write_graph
from kg.model import ConceptType, Paper, Reading


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_bulk_files_hold_every_node_and_relationship_once(tiny_graph: Graph, tmp_path: Path) -> None:
    written = neo4j_csv.write(tiny_graph, tmp_path / "files")
    assert sorted(p.name for p in (tmp_path / "files").iterdir()) == sorted(neo4j_csv.FILES)
    assert all(p.is_file() for p in written.paths)
    papers, concepts = table(tmp_path / "files/papers.csv"), table(tmp_path / "files/concepts.csv")
    assert [row["id:ID(Paper)"] for row in papers] == [p.id for p in tiny_graph.papers()]
    assert [row["id:ID(Concept)"] for row in concepts] == [c.id for c in tiny_graph.concepts()]
    assert [row[":LABEL"] for row in concepts] == [c.type.value for c in tiny_graph.concepts()]
    links, relations = table(tmp_path / "files/links.csv"), table(tmp_path / "files/relations.csv")
    assert [(r[":START_ID(Paper)"], r[":END_ID(Concept)"]) for r in links] == [(k.paper, k.concept) for k in tiny_graph.links()]
    assert {r[":TYPE"] for r in links} <= set(LINK_TYPES) and {r[":TYPE"] for r in relations} <= set(RELATION_TYPES)
    ends = [(r[":START_ID(Concept)"], r[":TYPE"], r[":END_ID(Concept)"]) for r in relations]
    assert ends == [(k.head, k.relation.name, k.tail) for k in tiny_graph.concept_links()]
    assert len(ends) == len({r["uri"] for r in relations})
    assert written.counts["nodes"] == len(papers) + len(concepts)
    assert written.counts["relationships"] == len(links) + len(relations)


def test_the_command_names_the_files_and_is_in_notes_and_readme(tiny_graph: Graph, tmp_path: Path) -> None:
    written = neo4j_csv.write(tiny_graph, tmp_path / "a b", database="papers")
    command = written.notes[1].partition(" && ")[2]
    assert shlex.split(command)[:5] == ["neo4j-admin", "database", "import", "full", "papers"]
    readme = (tmp_path / "a b/README.md").read_text("utf-8")
    assert shlex.split(command) == shlex.split(readme.partition("```sh\n")[2].partition("```")[0].replace("\\\n", ""))
    # the folder can be moved: nothing in it says where it was made
    assert str(tmp_path) not in readme


def test_lists_are_separated_by_what_no_text_holds(tiny_graph: Graph, awkward_graph: Graph, tmp_path: Path) -> None:
    assert separators(tiny_graph, 2) == ["\x1f", "\x1e"]
    neo4j_csv.write(awkward_graph, tmp_path / "files")
    [paper] = [r for r in table(tmp_path / "files/papers.csv") if r["id:ID(Paper)"] == "arxiv:2401.00001"]
    assert paper["authors:string[]"].split("\x1f") == ["Ada \\ Löv", 'Bo "B" Ng']
    assert paper["venue"] == "Journal of Odd \x01 Things"


def test_nothing_is_an_empty_field_without_quotes(tiny_graph: Graph, tmp_path: Path) -> None:
    neo4j_csv.write(tiny_graph, tmp_path / "files")
    [line] = [s for s in (tmp_path / "files/papers.csv").read_text("utf-8").split("\n") if s.startswith('"title:no-abstract')]
    assert re.search(r'"No Abstract at All",,,,,,,,"more.csv",2,-?\d+$', line) and '""' not in line


def test_a_list_that_the_importer_would_drop_is_refused(tmp_path: Path) -> None:
    graph = write_graph(tmp_path / "graph", [(Paper("a", "A", authors=("",)), Reading("a", (), ()))], Catalog(()))
    with pytest.raises(DataError, match="holds one empty text and nothing else"):
        neo4j_csv.write(graph, tmp_path / "files")
    cypher.write(graph, tmp_path / "graph.cypher")


def test_the_style_has_a_rule_for_all_that_is_drawn(tiny_graph: Graph, tmp_path: Path) -> None:
    neo4j_csv.write(tiny_graph, tmp_path / "files")
    style = (tmp_path / "files/style.grass").read_text("utf-8")
    rules = dict(re.findall(r"^([\w.]+) \{\n((?:  [a-z-]+: [^;\n]+;\n)+)\}$", style, re.MULTILINE))
    nodes = {f"node.{label}" for label in ("Paper", *(t.value for t in ConceptType))}
    assert rules.keys() == {"node", "relationship", *nodes, *(f"relationship.{t}" for t in (*LINK_TYPES, *RELATION_TYPES))}
    assert style.count("{\n") == len(rules)
    # the colours of the page, so that one type looks alike everywhere
    page = (Path(__file__).parents[2] / "exports/pyvis_page/page.css").read_text("utf-8")
    for label in ("Paper", *(t.value for t in ConceptType)):
        [colour] = re.findall(r"  color: (#\w{6});", rules[f"node.{label}"])
        assert f"--{label.lower()}: {colour};" in page and '  caption: "{name}";' in rules[f"node.{label}"]


def test_relations_with_clauses_are_those_of_the_graph_in_its_order(tiny_graph: Graph, awkward_graph: Graph) -> None:
    for graph in (tiny_graph, awkward_graph):
        texts = {p.id: p for p in graph.papers()}
        found = list(relations_with_sentences(graph))
        assert [link for link, _ in found] == list(graph.concept_links())
        assert found and all(
            sentence == (texts[k.paper].text(k.field)[k.start : k.end] if k.field else "") for k, sentence in found
        )  # fmt: skip


def test_a_statement_ends_where_a_line_ends_with_a_semicolon(awkward_graph: Graph, tmp_path: Path) -> None:
    written = cypher.write(awkward_graph, tmp_path / "graph.cypher", batch=2)
    text = (tmp_path / "graph.cypher").read_bytes().decode()
    statements = list(cypher.statements(tmp_path / "graph.cypher"))
    assert written.counts["statements"] == len(statements) == text.count(";\n")
    assert all(s.startswith(("CREATE ", "UNWIND ")) for s in statements)
    # strictest reader of lines: no text may bring a line end of its own
    assert text.splitlines() == text.split("\n")[:-1]
    assert "MERGE (n:Concept {id: row.id})\nREMOVE n:Task:Architecture:Method:Metric\nSET n:Dataset:Resource," in text
    assert "CREATE CONSTRAINT paperkg_paper_id IF NOT EXISTS" in statements[0]


def test_no_batch_is_larger_than_asked(tiny_graph: Graph, tmp_path: Path) -> None:
    cypher.write(tiny_graph, tmp_path / "graph.cypher", batch=2)
    rows = [s.partition("\n] AS line")[0].count("\n") for s in cypher.statements(tmp_path / "graph.cypher") if s.startswith("UNWIND")]
    counts = tiny_graph.counts()
    assert max(rows) == 2 and sum(rows) >= counts["papers"] + counts["concepts"] + counts["links"]
    with pytest.raises(UsageError, match="at least one row"):
        cypher.write(tiny_graph, tmp_path / "none.cypher", batch=0)


@pytest.mark.parametrize("name", ["neo4j-csv", "cypher", "graphml", "csv", "parquet"])
def test_the_order_of_papers_does_not_change_a_byte(
    name: str, awkward_graph: Graph, awkward_again: Callable[[], Graph], tmp_path: Path
) -> None:
    one = export(awkward_graph, name, tmp_path / "one")
    two = export(awkward_again(), name, tmp_path / "two")
    assert one.counts == two.counts and len(one.paths) == len(two.paths) > 0
    for left, right in zip(one.paths, two.paths, strict=True):
        assert left.read_bytes() == right.read_bytes() != b"", left.name


@pytest.mark.parametrize("name", ["neo4j-csv", "cypher", "graphml", "csv", "parquet"])
def test_what_is_there_is_kept_unless_asked(name: str, tiny_graph: Graph, tmp_path: Path) -> None:
    export(tiny_graph, name, tmp_path / "there")
    with pytest.raises(UsageError, match="exists already"):
        export(tiny_graph, name, tmp_path / "there")
    assert export(tiny_graph, name, tmp_path / "there", overwrite=True).paths


def test_the_base_of_iris_is_refused_where_it_is_none(tiny_graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no web address"):
        neo4j_csv.write(tiny_graph, tmp_path / "files", base="here")
    neo4j_csv.write(tiny_graph, tmp_path / "files", base="https://kg.example/")
    assert {r["uri"].startswith("https://kg.example/concept/") for r in table(tmp_path / "files/concepts.csv")} == {True}


def test_credentials_come_from_the_environment_or_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return "told"

    monkeypatch.setenv("NEO4J_USERNAME", "ada")
    monkeypatch.setenv("NEO4J_PASSWORD", "from the environment")
    assert credentials(ask) == ("ada", "from the environment") and asked == []
    monkeypatch.delenv("NEO4J_PASSWORD")
    assert credentials(ask) == ("ada", "told") and asked == ["Password of the Neo4j user ada: "]
    with pytest.raises(EnvironmentError_, match="set NEO4J_PASSWORD"):
        credentials()


@pytest.mark.parametrize("address", ["localhost:7687", "http://localhost", "bolt://", "bolt://a b", ""])
def test_an_address_that_is_none_is_told(address: str, tiny_graph: Graph) -> None:
    with pytest.raises(UsageError, match="no address of a Neo4j server"):
        push(tiny_graph, address)


def test_a_password_in_the_address_is_refused_and_not_repeated(tiny_graph: Graph) -> None:
    with pytest.raises(UsageError, match="holds a user name") as caught:
        push(tiny_graph, "bolt://neo4j:sesame@localhost:7687")
    assert "sesame" not in str(caught.value)


def test_a_server_that_is_not_there_is_told(tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch, free_port: int) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", "x")
    with pytest.raises(EnvironmentError_, match="no Neo4j answers there"):
        push(tiny_graph, f"bolt://127.0.0.1:{free_port}")


def test_the_reference_names_every_property_and_type() -> None:
    text = (Path(__file__).parents[2] / "docs/reference/neo4j.md").read_text("utf-8")
    for heading, properties in (("`(:Paper)`", PAPER), ("`(:Concept)`", CONCEPT), ("link", LINK), ("relation", RELATION)):
        part = text.partition(f"| {heading} | type |")[2].partition("\n\n")[0]
        rows = [line.split("|") for line in part.splitlines()[2:]]
        named = {(name.strip(" `"), row[2].strip()) for row in rows for name in row[1].split(",")}
        kinds = {"long": "integer", "long[]": "integer[]", "double": "float"}
        assert named == {(p.name, kinds.get(p.kind, p.kind)) for p in properties}, heading
    assert all(f"`{t}`" in text for t in (*LINK_TYPES, *RELATION_TYPES))


@pytest.fixture
def free_port() -> Any:
    """A port that nobody listens on."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
