from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import DataError, UsageError
from kg.graph import Graph
from kg.query import cookbook, cypher, sparql
from kg.query.cookbook import LANGUAGES, Question, ask, questions

NAMES = [*questions()]
QA_ROWS = [("squad", "SQuAD", 2), ("trivia-qa", "TriviaQA", 1)]
BERT_READS = ("arxiv:0001.00001", "BERT reads “paragraphs” 😀", 2019, "question answering")
ZED = 'Zed: a "quick" reader\'s <b>friend</b>'
EXPECTED: dict[str, tuple[tuple[str, ...], list[tuple[object, ...]]]] = {
    "papers-using": (
        ("paper", "title", "year", "task", "dataset"),
        [("acl:X-1", "Café models 模型", 2020, None, None), (*BERT_READS, "SQuAD"), (*BERT_READS, "TriviaQA")],
    ),
    "datasets-for-task": (("dataset", "name", "papers"), QA_ROWS),
    "metrics-for-task": (("metric", "name", "papers"), [("exact-match", "exact match", 1), ("f1", "F1 score", 1)]),
    "proposed": (
        ("concept", "name", "paper", "title", "sentence"),
        [("zednet", "ZedNet", "arxiv:0002.00002", ZED, "We propose ZedNet, a new reader.")],
    ),
    "compared-with": (
        ("paper", "title", "year", "sentence"),
        [("arxiv:0002.00002", ZED, 2021, "ZedNet answers questions better than BERT does.")],
    ),
    "based-on": (
        ("concept", "name", "type", "steps"),
        [("transformer", "Transformer", "Architecture", 1), ("attention", "attention", "Method", 2)],
    ),
    "kinds-of": (
        ("concept", "name", "type", "papers"),
        [("bert", "BERT", "Architecture", 3), ("masked-language-model", "masked language model", "Architecture", 0)],
    ),
    "occurs-with": (
        ("concept", "name", "type", "papers"),
        [
            ("question-answering", "question answering", "Task", 2), ("squad", "SQuAD", "Dataset", 2),
            ("exact-match", "exact match", "Metric", 1), ("f1", "F1 score", "Metric", 1), ("lacset", "LacSet", "Dataset", 1),
            ("transformer", "Transformer", "Architecture", 1), ("trivia-qa", "TriviaQA", "Dataset", 1), ("zednet", "ZedNet", "Method", 1),
        ],
    ),
    "new-concepts": (("concept", "name", "type", "papers"), [("zednet", "ZedNet", "Method", 2), ("lacset", "LacSet", "Dataset", 1)]),
    "tasks-without-dataset": (("task", "name", "papers"), [("parsing", "parsing", 1)]),
    "between": (
        ("steps", "first", "via", "name", "second"),
        [(1, "BASED_ON", "", "", ""), (2, "^USES", "arxiv:0001.00001", BERT_READS[1], "MENTIONS")],
    ),
}  # fmt: skip


def test_there_are_thirty_questions_and_the_first_is_who_uses_x(cookbook_values: dict[str, dict[str, object]]) -> None:
    assert NAMES[0] == "papers-using"
    assert [q.number for q in questions().values()] == [*range(1, len(NAMES) + 1)]
    assert {*EXPECTED} | {*cookbook_values} == {*NAMES} and len(NAMES) >= 30


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EXPECTED)
def test_answers(asked: Graph, name: str, language: str) -> None:
    table = ask(asked, name, language=language)
    assert (table.columns, table.rows) == EXPECTED[name]
    assert table.notes == ()


#: Other values than the defaults, so that both languages are seen to take them.
VALUES: list[tuple[str, dict[str, object]]] = [
    ("papers-using", {"x": "squad"}),
    ("papers-using", {"x": "f measure"}),
    ("papers-using", {"x": "attention"}),
    ("datasets-for-task", {"task": "Parsing"}),
    ("metrics-for-task", {"task": "parsing"}),
    ("proposed", {"type": "dataset"}),
    ("compared-with", {"x": "zednet"}),
    ("based-on", {"x": "ZedNet"}),
    ("kinds-of", {"x": "masked language models"}),
    ("occurs-with", {"x": "zednet", "least": 2}),
    ("occurs-with", {"x": "transformer", "least": "2"}),
    ("new-concepts", {"least": 2}),
    ("tasks-without-dataset", {"least": 2}),
    ("between", {"x": "bert", "y": "zednet"}),
    ("between", {"x": "zednet", "y": "transformer"}),
    ("between", {"x": "squad", "y": "attention"}),
]


@pytest.mark.parametrize(("name", "values"), VALUES)
def test_both_languages_answer_alike(asked: Graph, name: str, values: dict[str, object]) -> None:
    one, two = (ask(asked, name, values, language=language) for language in LANGUAGES)
    assert one == two
    defaults = ask(asked, name)
    assert one.columns == defaults.columns and one.rows != defaults.rows


@pytest.mark.parametrize("found", questions().values(), ids=NAMES)
def test_files_run_as_they_stand(asked: Graph, found: Question) -> None:
    # the SPARQL has the defaults in itself, and takes names as well as ids
    ours = sorted(map(str, sparql.select(asked, found.sparql).rows))
    kinds = {"integer": int, "number": float}
    values = {p.name: kinds.get(p.kind, str)(p.default) for p in found.params}
    assert sorted(map(str, cypher.select(asked, found.cypher, values).rows)) == ours
    if found.name in EXPECTED:
        assert ours == sorted(map(str, EXPECTED[found.name][1]))


@pytest.mark.parametrize("found", questions().values(), ids=NAMES)
def test_both_files_tell_the_same_question_and_parameters(found: Question) -> None:
    assert cookbook._head(found.sparql) == cookbook._head(found.cypher) == (found.title, found.params)
    assert found.title.split(" (")[0].endswith("?")
    for param in found.params:
        assert f"${param.name}" in found.cypher
        default = param.default if param.kind in ("integer", "number") else f'"{param.default}"'
        default += f" {default}@en" if param.kind in ("concept", "paper") else ""
        assert f"VALUES ?{param.name} {{ {default} }}" in found.sparql
        assert found.text("sparql", {param.name: 'a "b" \\ $x'}) != found.sparql
    assert len(found.params) == found.sparql.count("@param") == found.cypher.count("@param")


@pytest.mark.parametrize("value", ['a "b"', "c\\", "} ?s ?p ?o {", "\\1", "é😀\n#"])
def test_values_cannot_break_out_of_the_query(asked: Graph, value: str) -> None:
    text = questions()["papers-using"].text("sparql", {"x": value})
    assert sparql.select(asked, text).rows == []
    one, two = sparql.select(asked, "SELECT ?x { " + next(line for line in text.splitlines() if "VALUES ?x {" in line) + " }").rows
    assert one == two == (value,)


def test_papers_are_found_by_id_and_by_title_in_any_case(asked: Graph) -> None:
    names = cookbook.OfGraph(asked)
    assert names.paper("arxiv:0002.00002") == "arxiv:0002.00002"
    assert names.paper(f"  {ZED.upper().replace(' ', '  ')}") == "arxiv:0002.00002"
    assert names.paper("Parsing WITHOUT data") == "title:parsing without data"
    assert names.paper("arxiv:0002") is None and names.paper("") is None
    assert asked.has_paper("acl:X-1") and not asked.has_paper("acl:x-1")


def test_by_number(asked: Graph) -> None:
    assert ask(asked, "2").rows == QA_ROWS


def test_an_ambiguous_name_is_told(asked: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    both = [asked.concept("squad"), asked.concept("f1")]
    monkeypatch.setattr(Graph, "find", lambda self, name: both)
    assert ask(asked, "papers-using", {"x": "S"}).notes == ("'S' is taken for squad (Dataset); it may also mean f1 (Metric)",)


def test_wrong_names(asked: Graph) -> None:
    with pytest.raises(UsageError, match="no question 'paper-using' in the cookbook; did you mean papers-using"):
        ask(asked, "paper-using")
    with pytest.raises(UsageError, match="papers-using has no parameter 'X'; known: x"):
        ask(asked, "papers-using", {"X": "BERT"})
    with pytest.raises(DataError, match=r"no concept of the graph is called 'BURT'; did you mean BERT\?; give x=NAME"):
        ask(asked, "papers-using", {"x": "BURT"})
    with pytest.raises(UsageError, match="least is a whole number, found 'two'"):
        ask(asked, "new-concepts", {"least": "two"})
    with pytest.raises(UsageError, match="type of concepts, found 'Metod'; did you mean Method"):
        ask(asked, "proposed", {"type": "Metod"})
    with pytest.raises(UsageError, match="no query language 'sql'"):
        ask(asked, "proposed", language="sql")


def test_the_files_ship_with_the_package() -> None:
    folder = Path(cookbook.__file__).parent / "cookbook"
    assert {p.suffix for p in folder.iterdir()} == {".rq", ".cypher"}


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_answer_alike_on_the_tiny_graph(tiny_graph: Graph, name: str, cookbook_values: dict[str, dict[str, object]]) -> None:
    one, two = (ask(tiny_graph, name, cookbook_values[name], language=language) for language in LANGUAGES)
    assert one == two and len(one) > 0


def test_the_reference_is_what_the_files_say() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "cookbook.md"
    assert page.read_text(encoding="utf-8") == cookbook.reference()
