"""What analyses found, in the data of pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from exports import html
from exports.explorer.data import content
from exports.explorer.properties import columns
from kg.analysis import communities, rank
from kg.analysis.config import Config
from kg.analysis.result import Result
from kg.errors import DataError, UsageError
from kg.graph import Graph
from kg.properties import NONE, Properties, read
from kg.table import Table


def test_columns_hold_what_analyses_found(tiny_graph: Graph) -> None:
    ranks, groups = rank(tiny_graph, by=("pagerank", "hub")), communities(tiny_graph)
    data = content(tiny_graph, properties=read([ranks, groups], tiny_graph)).data
    about = data["properties"]["concepts"]
    assert [(c["name"], c["label"], c["kind"]) for c in about] == [
        ("pagerank", "PageRank", "number"),
        ("hub", "Hub (HITS)", "number"),
        ("community", "Community (analysis)", "class"),
        ("community_part", "Part of the community", "class"),
        ("community_strength", "Strength in its community", "number"),
    ]
    # a name and its number are one column
    assert set(about[2]["classes"]) == {v["community_name"] for v in groups.properties.concepts.values()}
    for id_, row in zip(data["concepts"]["id"], data["concepts"]["values"], strict=True):
        own = {**ranks.properties.concepts[id_], **groups.properties.concepts.get(id_, {})}
        assert row[0] == own["pagerank"]
        assert (about[2]["classes"][row[2]] if row[2] is not None else None) == own.get("community_name")
    values = [v["pagerank"] for v in ranks.properties.concepts.values()]
    assert (about[0]["low"], about[0]["high"]) == (min(values), max(values))
    assert [c["name"] for c in data["properties"]["papers"]] == ["hub", "community"]
    assert len(data["papers"]["values"]) == len(data["papers"]["id"])


def test_a_page_without_any_says_nothing_of_them(tiny_graph: Graph) -> None:
    data = content(tiny_graph).data
    assert "properties" not in data and "values" not in data["concepts"] and "values" not in data["papers"]
    assert content(tiny_graph, properties=Properties()).data == data


def test_classes_are_texts_truths_and_numbers_with_names() -> None:
    found = columns(
        Properties({
            "a": {"kind": "z", "sure": True, "group": 10, "group_name": "ten", "n": 1},
            "b": {"kind": "y", "sure": False, "group": 2, "group_name": "two", "n": 2.5},
            "c": {"kind": "z", "sure": True, "group": 3, "group_name": "two"},
        }),
        "concepts",
    )  # fmt: skip
    assert {c["name"]: c.get("classes", (c.get("low"), c.get("high"))) for c in found.about} == {
        "kind": ["z", "y"],
        "sure": ["yes", "no"],
        # equal sizes by their numbers; those of one name stay two
        "group": ["two", "two", "ten"],
        "n": (1, 2.5),
    }
    assert found.rows(["a", "b", "c", "d"]) == [[0, 0, 2, 1], [1, 1, 0, 2.5], [0, 0, 1, None], [None] * 4]
    assert found.about[0]["label"] == "Kind"


@pytest.mark.parametrize("other", [{"place": 1, "place_name": "Rome"}, {"place_name": "Rome"}])
def test_texts_that_are_no_names_of_a_number_are_not_lost(other: dict[str, int | str]) -> None:
    found = columns(Properties({"a": {"place": 1, "place_name": "Oslo"}, "b": other}), "concepts")
    assert [(c["name"], c["kind"]) for c in found.about] == [("place", "number"), ("place_name", "class")]
    assert found.about[1]["classes"] == ["Oslo", "Rome"]
    # one that has the number alone is of the same class
    found = columns(Properties({"a": {"place": 1}, "b": {"place": 1, "place_name": "Oslo"}}), "concepts")
    assert [c.get("classes") for c in found.about] == [["Oslo"]] and found.rows(["a", "b"]) == [[0], [0]]


@pytest.mark.parametrize("name", ["type", "papers", "first", "map"])
def test_names_of_the_page_are_taken(tiny_graph: Graph, name: str) -> None:
    with pytest.raises(DataError, match=f"the property '{name}' of concepts is called as something"):
        content(tiny_graph, properties=Properties({"bert": {name: 1}}))


@pytest.mark.parametrize("value", [float("nan"), float("-inf"), 10**400, 2**63, None, "half a \ud800"])
def test_values_that_no_page_could_read_are_refused(tiny_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: Any) -> None:
    with pytest.raises(DataError, match="the property 'worth' of 'bert' has a value that not all formats can hold; give text, true or"):
        content(tiny_graph, properties=Properties({"bert": {"worth": value}}))
    # a file of another hand can hold the same
    monkeypatch.setattr("exports.explorer.document.bundled", lambda name: "")
    if value is not None:
        file = tmp_path / "worth.json"
        file.write_text(json.dumps({"graph": tiny_graph.fingerprint, "properties": {"concepts": {"bert": {"worth": value}}}}))
        with pytest.raises(DataError, match="the property 'worth' of 'bert'"):
            html.write(tiny_graph, tmp_path / "page.html", properties=file)
        assert not (tmp_path / "page.html").exists()


def test_the_page_takes_files_and_results(tiny_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exports.explorer.document.bundled", lambda name: "")
    ranks = rank(tiny_graph)
    file = ranks.save(tmp_path / "ranks.json")
    html.write(tiny_graph, tmp_path / "a.html", properties=[file])
    html.write(tiny_graph, tmp_path / "b.html", properties=ranks)
    html.write(tiny_graph, tmp_path / "c.html", properties=str(file))
    text = (tmp_path / "a.html").read_text("utf-8")
    assert '"pagerank"' in text
    assert text == (tmp_path / "b.html").read_text("utf-8") == (tmp_path / "c.html").read_text("utf-8")
    with pytest.raises(UsageError, match="the page of pyvis shows no properties"):
        html.write(tiny_graph, tmp_path / "d.html", engine="pyvis", properties=ranks)


def test_properties_of_another_graph_are_refused(tiny_graph: Graph, awkward_graph: Graph, tmp_path: Path) -> None:
    for given in (rank(tiny_graph), rank(tiny_graph).save(tmp_path / "ranks.json")):
        with pytest.raises(DataError, match="made of a graph with other content than"):
            read(given, awkward_graph)
    twice = [rank(tiny_graph), Result("mine", Config(), Table((), []), {}, rank(tiny_graph).properties, (), tiny_graph.fingerprint)]
    with pytest.raises(UsageError, match="two analyses have the property 'pagerank' of concepts"):
        read(twice, tiny_graph)
    assert read("", tiny_graph) == read((), tiny_graph) == NONE
