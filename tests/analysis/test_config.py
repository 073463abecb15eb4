"""Settings check themselves, and results come in every form."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kg.analysis import VERBS, RankConfig, Result, rank
from kg.analysis.arrays import NO_PAPER, arrays
from kg.analysis.config import Config, option
from kg.analysis.linked import one
from kg.errors import DataError, GraphError, UsageError
from kg.graph import Graph
from kg.model import ConceptRelation, ConceptType
from kg.properties import Properties, read
from kg.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Some(Config):
    name: str | None = option(None, "a name", positional=True)
    kinds: tuple[str, ...] = option((), "kinds", choices=("a", "b"))
    many: tuple[ConceptType, ...] = option((), "types")
    share: float = option(0.5, "a share", least=0, most=1)
    deep: bool = option(False, "deep")
    far: int | None = option(3, "how far", least=1)


def test_values_are_taken_in_the_forms_that_mean_the_same() -> None:
    made = Some(kinds="a", many=["dataset", ConceptType.TASK], share=1)  # type: ignore[arg-type, list-item]
    assert made == Some(kinds=("a",), many=(ConceptType.DATASET, ConceptType.TASK), share=1)
    assert made.to_dict() == {"name": None, "kinds": ["a"], "many": ["Dataset", "Task"], "share": 1, "deep": False, "far": 3}
    assert Some.of("x", {"deep": True}) == Some(name="x", deep=True)
    assert Some.of(made, {"far": None}) == Some(kinds=("a",), many=made.many, share=1, far=None)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kinds": "c"}, "kinds cannot be 'c'; known: a, b"),
        ({"kinds": 3}, "kinds must be a list, found 3"),
        ({"share": 1.5}, "share must lie from 0 to 1, found 1.5"),
        ({"share": float("nan")}, "share must lie from 0 to 1, found nan"),
        ({"share": "1"}, "share must be a number, found '1'"),
        ({"far": 0}, "far must be at least 1, found 0"),
        ({"far": True}, "far must be a whole number, found True"),
        ({"far": 2.0}, "far must be a whole number, found 2.0"),
        ({"deep": 1}, "deep must be true or false, found 1"),
        ({"many": ["Taks"]}, "no concept type 'Taks'; did you mean Task?"),
        ({"shore": 1}, "no option 'shore'; did you mean share?"),
    ],
)
def test_wrong_values_are_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as error:
        Some.of(None, options)
    assert str(error.value) == message


def test_settings_of_another_analysis_do_not_fit(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of({"p1": ("t1",)})
    with pytest.raises(UsageError, match="the settings must be a RankConfig, found Some"):
        rank(graph, Some())  # type: ignore[arg-type]
    assert rank(graph, RankConfig(damping=0.5)).to_json() == rank(graph, damping=0.5).to_json()


# --- results ------------------------------------------------------------------------------------------------------------


def result() -> Result:
    return Result(
        "some",
        Some(),
        Table(("concept", "score"), [("<b>", float("nan"))], ("of the table",)),
        {"why": Table(("paper",), [("p1",)])},
        Properties({"b": {"score": 0.5}, "a": {"score": 1}}),
        ("of the whole",),
        "abc",
    )


def test_a_result_in_every_form() -> None:
    held = json.loads(result().to_json())
    assert held["table"] == {"columns": ["concept", "score"], "rows": [["<b>", None]], "notes": ["of the table"], "cut": False}
    assert held["tables"]["why"]["rows"] == [["p1"]]
    assert list(held["properties"]["concepts"]) == ["a", "b"]
    assert (held["analysis"], held["graph"], held["config"]["far"]) == ("some", "abc", 3)
    text = result().to_text()
    assert "concept  score" in text and "why\npaper\n" in text and text.endswith("of the whole\nof the table\n")
    html = result()._repr_html_()
    assert "&lt;b&gt;" in html and "<b>some</b>" in html and "why: 1 row<" in html and "of the whole" in html


def test_tables_carry_the_notes_of_the_whole() -> None:
    assert result().named().notes == ("of the whole", "of the table")
    assert result().named("why").notes == ("of the whole",)
    with pytest.raises(UsageError, match=r"some has no table 'wy'; did you mean why\?"):
        result().named("wy")


# --- properties ---------------------------------------------------------------------------------------------------------


def test_properties_come_back_from_their_files(graph_of: Callable[..., Graph], tmp_path: Path) -> None:
    graph = graph_of({"p1": ("t1", "d1")})
    ranks = rank(graph).save(tmp_path / "ranks.json")
    other = Result("x", Some(), Table((), []), {}, Properties({"t1": {"x": 1}}, {"p1": {"y": "z"}}), (), graph.fingerprint)
    more = other.save(tmp_path / "more.json")
    found = read(f"{ranks}, {more}", graph)
    assert found.concepts["t1"] == {**rank(graph).properties.concepts["t1"], "x": 1}
    assert found.names("concepts") == {"pagerank": float, "x": int} and found.names("papers") == {"y": str}
    with pytest.raises(UsageError, match="two analyses have the property 'pagerank' of concepts"):
        read([ranks, ranks], graph)


def test_files_that_do_not_fit(graph_of: Callable[..., Graph], tmp_path: Path) -> None:
    graph = graph_of({"p1": ("t1", "d1")})
    path = tmp_path / "some.json"
    for text, message in (
        ("{", "cannot be read as JSON"),
        ("[]", 'no "properties" of concepts and papers'),
        ('{"properties": {"concepts": {"t1": {"x": [1]}}}}', 'no "properties" of concepts and papers'),
        ('{"graph": "other", "properties": {}}', "made of a graph with other content"),
    ):
        path.write_text(text)
        with pytest.raises(DataError, match=message):
            read(str(path), graph)
    with pytest.raises(DataError, match=r"none\.json: no such file; write it with kg analyze GRAPH"):
        read(str(tmp_path / "none.json"), graph)


def test_a_property_has_one_type_and_a_name_that_every_format_can_hold() -> None:
    assert Properties({"a": {"x": 1}, "b": {"x": 0.5}}).names("concepts") == {"x": float}
    with pytest.raises(DataError, match="values of types int and str"):
        Properties({"a": {"x": 1}, "b": {"x": "1"}}).names("concepts")
    with pytest.raises(DataError, match="'PageRank' of papers has a name"):
        Properties({}, {"a": {"PageRank": 1}}).names("papers")


# --- arrays -------------------------------------------------------------------------------------------------------------


def test_arrays_say_what_the_graph_says(tiny_graph: Graph) -> None:
    made = arrays(tiny_graph)
    assert made is arrays(tiny_graph)
    assert list(made.concepts) == [c.id for c in tiny_graph.concepts()]
    assert [(made.labels[n], made.known[n]) for n in range(len(made.concepts))] == [(c.label, c.known) for c in tiny_graph.concepts()]
    assert [(i, y or None) for i, y in zip(made.papers, made.years.tolist(), strict=True)] == [(p.id, p.year) for p in tiny_graph.papers()]
    links = [(made.papers[p], made.concepts[c]) for p, c in zip(made.link_paper, made.link_concept, strict=True)]
    assert links == [(link.paper, link.concept) for link in tiny_graph.links()]
    said = [
        (made.concepts[h], made.concepts[t], "" if p == NO_PAPER else made.papers[p])
        for h, t, p in zip(made.rel_head, made.rel_tail, made.rel_paper, strict=True)
    ]
    assert said == [(link.head, link.tail, link.paper) for link in tiny_graph.concept_links()]
    assert dict(zip(made.concepts, made.paper_counts().tolist(), strict=True)) == tiny_graph.paper_counts()


def test_matrices(graph_of: Callable[..., Graph]) -> None:
    made = arrays(graph_of({"p1": ("a1", "a2"), "p2": (), "p3": ("a2",)}, {"a2": ("a9",)}, [("a1", "a2")]))
    assert made.incidence().toarray().tolist() == [[1, 1, 0], [0, 0, 0], [0, 1, 0]]
    assert made.incidence(weighted=True).toarray().tolist() == [[0.5, 0.5, 0], [0, 0, 0], [0, 0.5, 0]]
    assert made.adjacency().toarray().tolist() == [[0, 1, 0], [0, 0, 1], [0, 0, 0]]
    assert made.adjacency([ConceptRelation.KIND_OF]).toarray().tolist() == [[0, 0, 0], [0, 0, 1], [0, 0, 0]]
    assert (made.place("a2"), made.paper_place("p3")) == (1, 2)
    with pytest.raises(UsageError, match="no concept 'a3' in the graph; known: a1, a2, a9"):
        made.place("a3")


def test_a_table_that_names_what_is_not_there_is_damaged() -> None:
    import pyarrow as pa

    from kg.analysis.arrays import _numbers

    ids = pa.array(["a", "b"])
    assert _numbers(pa.chunked_array([["b", ""], ["a"]]), ids, missing=-1).tolist() == [1, -1, 0]
    for column, missing in ((["c"], -1), ([""], None)):
        with pytest.raises(GraphError, match="which no row has as its id"):
            _numbers(pa.chunked_array([column]), ids, missing=missing)


# --- names --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tiny_graph", "awkward_graph"])
def test_a_name_is_looked_up_as_the_graph_does_it(name: str, request: pytest.FixtureRequest) -> None:
    graph: Graph = request.getfixturevalue(name)
    for concept in graph.concepts():
        for called in (concept.id, *concept.names, concept.label.upper()):
            found, notes = one(Graph.open(graph.path), called)
            every = graph.find(called)
            assert found == every[0]
            assert len(notes) == (len(every) > 1) and all(other.id in notes[0] for other in every[1:6])
    for other, owner in graph.other_ids().items():
        assert one(graph, other)[0].id == owner


# --- every verb ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tiny_graph", "awkward_graph"])
@pytest.mark.parametrize("verb", [verb for name, (verb, _) in VERBS.items() if name != "compare"])
def test_every_form_of_every_answer(verb: Callable[..., Result], name: str, request: pytest.FixtureRequest) -> None:
    graph: Graph = request.getfixturevalue(name)
    found = verb(graph)
    held = json.loads(found.to_json())
    assert held["graph"] == graph.fingerprint and held["analysis"] == found.name == verb.__name__
    for table in (found.table, *found.tables.values()):
        assert all(len(row) == len(table.columns) for row in table.rows)
        assert len(table.to_csv()) and len(table.to_text())
    concepts, papers = {c.id for c in graph.concepts()}, {p.id for p in graph.papers()}
    assert found.properties.concepts.keys() <= concepts and found.properties.papers.keys() <= papers
    # numpy's numbers are not Python's: they would not be JSON, nor equal to what comes back
    values = [v for of in (found.properties.concepts, found.properties.papers) for own in of.values() for v in own.values()]
    values += [cell for table in (found.table, *found.tables.values()) for row in table for cell in row]
    assert {type(v) for v in values} <= {str, int, float, bool, list, type(None)}
    assert "<script" not in found._repr_html_().casefold()
