from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.errors import QueryStopped, UsageError
from kg.graph import Graph
from kg.model import ConceptRelation, Relation
from kg.query import cypher
from kg.query.cypher.store import TYPES


def test_every_link_and_statement_is_in_the_store(asked: Graph) -> None:
    rows = cypher.select(asked, "MATCH (p:Paper)-[r]->(c:Concept) RETURN p.id, type(r), c.id ORDER BY p.id, c.id").rows
    assert rows == [(link.paper, link.relation.name, link.concept) for link in asked.links()]
    said = cypher.select(
        asked,
        "MATCH (a:Concept)-[r]->(b:Concept) RETURN a.id, type(r), b.id, r.paper, r.field, r.start, r.end, r.confidence, r.catalog",
    ).rows
    expected = [
        (c.head, c.relation.name, c.tail, c.paper or None, c.field or None, *((c.start, c.end) if c.paper else (None, None)), c.confidence)
        for c in asked.concept_links()
    ]
    assert sorted(row[:8] for row in said if row[3]) == [e for e in expected if e[3]]
    assert sorted(row[:3] for row in said if row[8]) == [e[:3] for e in expected if not e[3]]


def test_the_places_of_a_link_stand_beside_each_other(asked: Graph) -> None:
    rows = cypher.select(
        asked,
        "MATCH (p:Paper)-[r]->(c:Concept) RETURN p.id, c.id, r.fields, r.starts, r.ends, r.sentenceStarts, r.sentenceEnds, r.mentions "
        "ORDER BY p.id, c.id",
    ).rows
    assert [row[:2] for row in rows] == [(link.paper, link.concept) for link in asked.links()]
    for row, link in zip(rows, asked.links(), strict=True):
        places = [
            (e.mention.field, e.mention.start, e.mention.end, e.sentence_start, e.sentence_end, e.mention.text) for e in link.evidence
        ]
        assert [*zip(*row[2:], strict=True)] == places


def test_properties_are_those_of_the_records(asked: Graph) -> None:
    (row,) = cypher.select(
        asked,
        "MATCH (p:Paper)-[r:PROPOSES]->(c:Concept {type: 'Method'}) "
        "RETURN p.title, p.year, p.authors, c.name, c.known, c.papers, r.confidence, r.sentence, r.sentences, r.support",
    ).rows
    assert row == (
        "Zed: a \"quick\" reader's <b>friend</b>", 2021, ["Ada Löv"], "ZedNet", False, 2, 0.95,
        "We propose ZedNet, a new reader.", ["We propose ZedNet, a new reader."], 1,
    )  # fmt: skip
    (none,) = cypher.select(asked, "MATCH (p:Paper {id: 'title:parsing without data'}) RETURN p.year, p.doi").rows
    assert none == (None, None)
    clauses = cypher.select(asked, "MATCH ()-[r:BASED_ON]->() RETURN r.sentence AS s ORDER BY s").column("s")
    assert clauses == [
        "BERT rests on the Transformer",
        "The Transformer is built on attention",
        "ZedNet answers questions better than BERT does",
    ]


def test_properties_may_be_called_like_keywords(asked: Graph) -> None:
    one = next(r for r in asked.concept_links() if r.relation is ConceptRelation.BASED_ON)
    query = f"MATCH (a)-[r:BASED_ON {{end: {one.end}, paper: $p}}]->(b) RETURN CASE WHEN r.end > r. start THEN r.end END AS place, b.id"
    assert cypher.select(asked, query, {"p": one.paper}).rows == [(one.end, one.tail)]
    assert cypher.select(asked, "MATCH ()-[r:PROPOSES]->() WHERE r.starts[1] > 10000 RETURN 'r.end'").rows == []


def test_all_relations_have_a_type() -> None:
    # the names of the Neo4j exports
    assert [*TYPES] == [r.name for r in (*Relation, *ConceptRelation)]
    assert all(re.fullmatch(r"[A-Z]+(_[A-Z]+)*", name) for name in TYPES)


def test_nodes_and_paths_become_plain_dicts(asked: Graph) -> None:
    (row,) = cypher.select(asked, "MATCH path = (p {id: 'acl:X-1'})-[r:PROPOSES]->(c) RETURN c, r, path").rows
    concept, link, path = row
    assert concept["_labels"] == ["Concept", "Dataset", "Resource"] and concept["name"] == "LacSet" and "title" not in concept
    assert link["_type"] == "PROPOSES" and link["confidence"] == 0.9
    assert [n["_labels"][0] for n in path["nodes"]] == ["Paper", "Concept"] and path["relationships"] == [link]


def test_parameters(asked: Graph) -> None:
    query = "MATCH (c:Concept) WHERE c.id = $id RETURN c.name"
    assert cypher.select(asked, query, {"id": "bert"}).rows == [("BERT",)]
    assert cypher.select(asked, query, {"id": "' OR 1=1 //"}).rows == []
    with pytest.raises(UsageError, match=r"no value for the parameter \$id"):
        cypher.select(asked, query)
    with pytest.raises(UsageError, match=r"no parameter \$ids; it has \$id"):
        cypher.select(asked, query, {"id": "bert", "ids": 1})
    assert cypher.select(asked, "RETURN '$id' AS x // $y").rows == [("$id",)]


@pytest.mark.parametrize(
    "query",
    [
        "CREATE (:Paper {id: 'x'})",
        "MERGE (p:Paper {id: 'x'})",
        "MATCH (p:Paper) SET p.title = 'x'",
        "MATCH (p:Paper)\nDETACH DELETE p",
        "match (p:Paper) delete p",
        "DROP TABLE Paper",
        "ALTER TABLE Paper DROP title",
        "COPY (MATCH (p:Paper) RETURN p.id) TO 'out.csv'",
        "/* MATCH */ COPY (MATCH (p:Paper) RETURN p.id) TO 'out.csv'",
        "EXPORT DATABASE 'out'",
        "IMPORT DATABASE 'out'",
        "LOAD FROM '/etc/hostname' (file_format='csv') RETURN *",
        "MATCH (p:Paper) LOAD FROM 'x.csv' RETURN *",
        "INSTALL httpfs",
        "LOAD EXTENSION httpfs",
        "ATTACH 'other' AS o (dbtype lbug)",
        "USE other",
        "BEGIN TRANSACTION",
        "CHECKPOINT",
    ],
)  # fmt: skip
def test_what_writes_or_reaches_out_is_refused(asked: Graph, query: str, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(str(tmp_path))
    with pytest.raises(UsageError, match=r"Cypher, line \d+, column \d+: [A-Z]+ is refused, stores are read-only"):
        cypher.select(asked, query)
    assert [*Path().iterdir()] == []


@pytest.mark.parametrize("query", ["CALL threads=4", "CALL READ_CSV_SERIAL('x.csv') RETURN *", "MATCH (p) CALL file_info() RETURN *"])
def test_call_is_open_to_a_few(asked: Graph, query: str) -> None:
    with pytest.raises(UsageError, match=r"CALL is open to db\.labels, |expected a clause"):
        cypher.select(asked, query)
    assert ("Concept",) in cypher.select(asked, "CALL db.labels() YIELD label RETURN label").rows


def test_words_of_clauses_in_names_and_strings_are_let_through(asked: Graph) -> None:
    query = "MATCH (n:Concept {id: 'bert'}) /* CREATE */ RETURN 'DELETE (x)' AS `set`, n.name AS x; // DROP TABLE x"
    assert cypher.select(asked, query).rows == [("DELETE (x)", "BERT")]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("MATCH (p:Paper\nRETURN p", "line 2, column 1: expected \\) or what a node may have: .*, found 'RETURN'\nRETURN p\n\\^"),
        ("MATCH (p:Paper) RETURN q", "line 1, column 24: the variable q is not defined; known: p"),
        ("RETURN 1; RETURN 2", "line 1, column 9: one statement at a time"),
        ("  // nothing", "the query is empty"),
        ("SELECT * WHERE { ?s ?p ?o }", "a query begins with MATCH"),
        ("RETURN 'a", "line 1, column 8: a string begins here and has no end"),
        ("RETURN '\\d'", r"a string knows no \\d; a backslash itself is written \\"),
        ("MATCH (p:Paper) WHERE p.year == 2020 RETURN p", "Cypher compares with = and <>"),
        ("MATCH (p:Paper) RETURN toLowr(p.title)", "there is no function tolowr\\(\\); did you mean tolower"),
        ("MATCH (p:Paper) RETURN substring(p.title)", "substring\\(\\) takes 2 to 3 values, found 1"),
        ("MATCH (p:Paper) RETURN p.title.x", "String has no property x"),
        ("MATCH (p:Paper)-[:USES]->(c) RETURN labels(c.name)", "labels\\(\\) takes a Node, found String"),
        ("RETURN 9223372036854775807 + 1", "does not fit into 64 bits"),
        ("UNWIND [1] AS x MATCH (x) RETURN x", "x is a Integer, not a Node"),
    ],
)
def test_wrong_queries_say_what_and_where(asked: Graph, query: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        cypher.select(asked, query)


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("MATCH (p:Papr) RETURN p", "the graph knows no label Papr; did you mean Paper?"),
        ("MATCH (p:Paper)-[:PROPOSE]->(c) RETURN p", "the graph knows no type of relationship PROPOSE; did you mean PROPOSES?"),
        ("MATCH (p:Paper) WHERE p.titel = 'x' RETURN p", "the graph knows no property titel; did you mean title or field?"),
    ],
)
def test_unknown_names_find_nothing_and_are_told(asked: Graph, query: str, note: str) -> None:
    table = cypher.select(asked, query)
    assert table.rows == [] and table.notes == (note,)


def test_an_unknown_name_is_looked_for_once(asked: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted: list[str] = []
    monkeypatch.setattr("kg.query.cypher.compile.did_you_mean", lambda name, known: wanted.append(name) or "")
    assert len(cypher.select(asked, "MATCH (p:Paper) RETURN p.titel AS a, p.titel AS b").rows) > 1 and wanted == ["titel"]


def test_a_runaway_query_is_stopped(asked: Graph) -> None:
    with pytest.raises(QueryStopped, match=r"stopped after 0\.05 s; narrow it \(bind a node by its name"):
        cypher.select(asked, "MATCH (a), (b), (c), (d), (e), (f) RETURN count(*)", timeout=0.05)
    with pytest.raises(QueryStopped, match="stopped after"):
        cypher.select(asked, "MATCH p = (a)-[*]-(b) RETURN count(p)", timeout=0.05)


def test_the_rows_of_a_query_come_in_one_order(asked: Graph) -> None:
    query = "MATCH (a)-[r]->(b) RETURN a.id, type(r), b.id"
    assert cypher.select(asked, query).rows == cypher.select(asked, query).rows


def test_a_graph_without_papers(make_graph: object) -> None:
    empty = make_graph("empty", papers=0)  # type: ignore[operator]
    assert cypher.select(empty, "MATCH (p:Paper)-[r:USES]->(c) RETURN p.id, c.id").rows == []
