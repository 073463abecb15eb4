"""kg query and kg analyze."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg import analysis
from kg.analysis.config import fields_of
from kg.graph import Graph
from kg.query.cookbook import questions

Run = Callable[..., Any]
CYPHER = "MATCH (c:Concept) WHERE c.name = $name RETURN c.id AS id, c.type AS type"
SPARQL = 'SELECT ?id WHERE { ?c kg:id ?id ; skos:prefLabel "BERT"@en }'


def test_sparql_and_cypher_from_a_string_a_file_and_standard_input(kg: Run, tiny_graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text(SPARQL)
    for given in (SPARQL, f"@{tmp_path / 'q.rq'}", tmp_path / "q.rq", "-"):
        ran = kg("query", tiny_graph.path, "--sparql", given, "--format", "json", stdin=SPARQL)
        assert ran.json() == [{"id": "bert"}]
    ran = kg("query", tiny_graph.path, "--cypher", CYPHER, "--param", "name=BERT", "--format", "csv")
    assert (ran.code, ran.out) == (0, "id,type\nbert,Architecture\n")


@pytest.mark.parametrize("language", ["sparql", "cypher"])
def test_a_question_of_the_cookbook(kg: Run, tiny_graph: Graph, language: str) -> None:
    ran = kg("query", tiny_graph.path, "--name", "papers-using", "--param", "x=transformers", "--language", language, "-f", "csv")
    assert ran.code == 0
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert {row["paper"] for row in rows} == {"arxiv:2401.00001", "doi:10.1000/tiny.4"}


def test_the_list_has_every_question(kg: Run) -> None:
    ran = kg("query", "--list")
    assert ran.code == 0
    assert [name in ran.out for name in questions()] == [True] * len(questions())


def test_aligned_text_in_a_pipe(kg: Run, tiny_graph: Graph) -> None:
    ran = kg("query", tiny_graph.path, "--cypher", CYPHER, "--param", "name=BERT")
    assert ran.out == "id    type\n----  ------------\nbert  Architecture\n"
    ran = kg("query", tiny_graph.path, "--cypher", CYPHER, "--param", "name=nobody")
    assert (ran.code, ran.out, ran.err) == (0, "", "no rows\n")


def test_a_drawn_table_on_a_terminal(kg: Run, tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.cli.show._on_terminal", lambda: True)
    ran = kg("query", tiny_graph.path, "--cypher", CYPHER, "--param", "name=BERT")
    assert "─" in ran.out
    assert "Architecture" in ran.out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--name", "papers-usin"], 2, "did you mean papers-using"),
        (["--name", "papers-using", "--param", "y=BERT"], 2, "has no parameter 'y'"),
        (["--name", "papers-using", "--param", "x=nothing of the kind"], 1, "nothing of the kind"),
        (["--name", "papers-using", "--language", "cyper"], 2, "did you mean cypher?"),
        (["--sparql", "SELEC ?x"], 2, "line 1"),
        (["--sparql", SPARQL, "--param", "x=1"], 2, "--param goes with --name and --cypher"),
        (["--cypher", "MATCH (n) DELETE n"], 2, "DELETE"),
        (["--cypher", "RETURN 1", "--sparql", SPARQL], 2, "give one of"),
        (["--sparql", "@none.rq"], 1, "none.rq: no such file"),
    ],
)
def test_wrong_queries(kg: Run, tiny_graph: Graph, arguments: list[str], code: int, said: str) -> None:
    ran = kg("query", tiny_graph.path, *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert "should not happen" not in ran.err


def test_the_analyses_are_those_of_the_library(kg: Run, tiny_graph: Graph) -> None:
    for arguments, result, table in (
        (["rank", "--type", "Dataset", "--top", "2"], analysis.rank(tiny_graph, type="Dataset", top=2), None),
        (["rank", "--top", "0"], analysis.rank(tiny_graph, top=None), None),
        (["communities", "--table", "members", "--seed", "3"], analysis.communities(tiny_graph, seed=3), "members"),
        (
            ["related", "SST-2", "--least", "1", "--by", "npmi", "--alpha", "1"],
            analysis.related(tiny_graph, "SST-2", least=1, by="npmi", alpha=1.0),
            None,
        ),
        (["similar", "--table", "why"], analysis.similar(tiny_graph), "why"),
    ):
        ran = kg("analyze", tiny_graph.path, *arguments, "--format", "csv")
        shown = result.named(table)
        assert (ran.code, ran.out) == (0, shown.to_csv())
        assert ran.err.splitlines() == list(shown.notes)
        assert shown.rows


def test_every_analysis_has_a_help_of_its_own(kg: Run) -> None:
    for name, (verb, config) in analysis.VERBS.items():
        ran = kg("analyze", name, "--help")
        assert ran.code == 0
        assert verb.__name__ == name
        about = (verb.__doc__ or "").split("\n\n")[0]
        assert " ".join(about.split()) in " ".join(ran.out.split())
        for field, (_, option) in fields_of(config).items():
            assert ("[" + field.upper() if option.positional else f"--{field.replace('_', '-')} ") in ran.out or field.upper() in ran.out
        for example in config.EXAMPLES:
            assert f" {example}\n" in ran.out


def test_the_help_names_the_tables_that_there_are(tiny_graph: Graph) -> None:
    named = 0
    for verb, config in analysis.VERBS.values():
        if config.TABLES:
            assert tuple(verb(tiny_graph).tables) == config.TABLES
            named += 1
    assert named >= 4


def test_a_result_is_saved(kg: Run, tiny_graph: Graph, tmp_path: Path) -> None:
    file = tmp_path / "ranks.json"
    ran = kg("analyze", tiny_graph.path, "rank", "--top", "1", "--save", file)
    assert ran.code == 0 and ran.err.startswith(f"wrote {file}\n")
    assert file.read_text(encoding="utf-8") == analysis.rank(tiny_graph, top=1).to_json()
    before = file.read_bytes()
    ran = kg("analyze", tiny_graph.path, "rank", "--save", file)
    assert (ran.code, ran.out) == (2, "") and "exists already; give --overwrite" in ran.err
    assert file.read_bytes() == before
    assert kg("analyze", tiny_graph.path, "rank", "--save", file, "--overwrite").code == 0
    assert file.read_bytes() != before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rank", "BERT"], "(BERT); see kg analyze GRAPH rank --help"),
        (["rank", "--members"], "--members; see kg analyze GRAPH rank --help"),
        (["related", "BERTT"], "BERT"),
        (["rank", "--type", "Datasets"], "Dataset"),
        (["rank", "--damping", "1"], "damping must lie between 0 and 1, found 1"),
        (["communities", "--table", "member"], "did you mean members?"),
        (["rank", "--table", "members"], "rank has no table 'members'; known: concept_relations, relations, years"),
    ],
)
def test_wrong_analyses(kg: Run, tiny_graph: Graph, arguments: list[str], said: str) -> None:
    ran = kg("analyze", tiny_graph.path, *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.parametrize(
    ("query", "format_", "start"),
    [
        (SPARQL, "tsv", '?id\n"bert"\n'),
        (SPARQL, "sparql-json", '{"head":{"vars":["id"]},"results":{"bindings":[\n{"id":{"type":"literal","value":"bert"}}\n]}}\n'),
        (SPARQL, "sparql-xml", '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="id"/>'),
        ("ASK { }", "sparql-json", '{"head":{},"boolean":true}\n'),
        ("CONSTRUCT { ?c kg:id ?id } { ?c kg:id ?id FILTER(?id = 'bert') }", "ntriples",
         '<https://example.org/kg/concept/bert> <https://example.org/kg/ontology#id> "bert" .\n'),
        ("DESCRIBE ?c { ?c kg:id 'bert' }", "turtle", "@prefix "),
        ("DESCRIBE ?c { ?c kg:id 'bert' }", "jsonld", "[{"),
        ("DESCRIBE ?c { ?c kg:id 'bert' }", "rdfxml", "<?xml"),
    ],
)  # fmt: skip
def test_answers_in_the_formats_of_the_w3c(kg: Run, tiny_graph: Graph, query: str, format_: str, start: str) -> None:
    ran = kg("query", tiny_graph.path, "--sparql", query, "--format", format_)
    assert (ran.code, ran.err, ran.out[: len(start)]) == (0, "", start)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--sparql", SPARQL, "--format", "turtle"], "the answer to SELECT comes as sparql-json"),
        (["--sparql", "ASK { }", "--format", "jsonld"], "the answer to ASK comes as sparql-json"),
        (["--sparql", "DESCRIBE <a:b>", "--format", "tsv"], "the answer to DESCRIBE comes as turtle"),
        (["--cypher", "RETURN 1", "--format", "tsv"], "tsv is a format of --sparql"),
        (["--sparql", SPARQL, "--format", "turtel"], "did you mean turtle?"),
        (["--sparql", SPARQL, "--timeout", "-1"], "--timeout is a number of seconds"),
        (["--sparql", SPARQL, "--timeout", "nan"], "--timeout is a number of seconds"),
        (["--sparql", SPARQL, "--limit", "0"], "from 1 on"),
    ],
)
def test_wrong_queries_print_nothing(kg: Run, tiny_graph: Graph, arguments: list[str], said: str) -> None:
    ran = kg("query", tiny_graph.path, *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.parametrize("format_", ["table", "tsv"])
def test_what_is_stopped_prints_nothing(kg: Run, tiny_graph: Graph, endless: str, format_: str) -> None:
    ran = kg("query", tiny_graph.path, "--sparql", endless, "--timeout", "0.5", "--format", format_)
    assert (ran.code, ran.out) == (5, "")
    assert "the query was stopped after 0.5 s" in ran.err


def test_rows_left_out_are_told(kg: Run, tiny_graph: Graph) -> None:
    told = "only the first 2 rows: the query has more, and was stopped there\n"
    papers = "SELECT ?id { ?p a kg:Paper ; kg:id ?id }"
    for arguments in (
        ["--sparql", papers, "--format", "csv"],
        ["--sparql", papers, "--format", "tsv"],
        ["--cypher", "MATCH (p:Paper) RETURN p.id AS id ORDER BY id", "--format", "csv"],
        ["--name", "papers-using", "--param", "x=Transformer", "--format", "csv"],
        ["--name", "papers-using", "--param", "x=Transformer", "--language", "cypher", "--format", "csv"],
    ):
        ran = kg("query", tiny_graph.path, *arguments, "--limit", "2")
        assert (ran.code, len(ran.out.splitlines()), ran.err) == (5, 3, told)
    ran = kg("query", tiny_graph.path, "--sparql", papers, "--format", "csv", "--limit", "8", "--timeout", "60")
    assert (ran.code, len(ran.out.splitlines()), ran.err) == (0, 9, "")


def test_both_texts_of_a_question_are_shown(kg: Run) -> None:
    ran = kg("query", "--show", "built-on")
    assert ran.code == 0 and ran.out.startswith("13. built-on: What was built on top of X")
    assert "  x=Transformer  id or any name of a concept\n" in ran.out
    assert "--- sparql\nPREFIX kg:" in ran.out and "--- cypher\nMATCH (asked:Concept)" in ran.out
    assert kg("query", "--show", "built-in").code == 2
