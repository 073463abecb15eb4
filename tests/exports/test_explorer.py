"""The explorer's page as a file: its data are what the graph says, nothing is loaded, texts stay texts. The script is tested elsewhere."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import tempfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from exports import bundle, html
from exports.explorer import data as data_module
from exports.explorer import document
from exports.explorer.data import content
from exports.explorer.document import page, render, write
from exports.inline import csp_hash
from kg.catalog import Catalog
from kg.errors import EnvironmentError_, UsageError
from kg.graph import Graph, write_graph
from kg.model import Concept, ConceptRelation, ConceptType, Evidence, Finding, Mention, Paper, Reading, Relation

SCRIPT, STYLE = "document.title;", "body{margin:0}"
BAD = "</script><script>alert(1)</script><!-- <img src=x onerror=alert(2)> & \u2028 \"' 😀"


@pytest.fixture(autouse=True)
def small_bundle(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A script and a style sheet in place of the built ones, which change with every build."""
    folder = tmp_path_factory.mktemp("dist")
    (folder / "explorer.js").write_text(SCRIPT)
    (folder / "explorer.css").write_text(STYLE)
    monkeypatch.setattr(bundle, "FOLDER", folder)
    return folder


def data_of(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="[^"]*" id="data"( data-encoding="gzip-base64")?>(.*?)</script>', text, re.DOTALL)
    assert found is not None
    raw = gzip.decompress(base64.b64decode(found[2])).decode() if found[1] else found[2]
    data: dict[str, Any] = json.loads(raw)
    return data


@pytest.fixture(scope="module")
def data(tiny_graph: Graph) -> dict[str, Any]:
    return content(tiny_graph, papers=True).data


def hostile(folder: Path) -> Graph:
    """A graph whose every text tries to leave the page."""
    paper = Paper(
        "title:bad",
        f"On BERT {BAD}",
        f"BERT is {BAD}",
        (BAD,),
        2020,
        BAD,
        ("javascript:alert(3)", "data:text/html,x", "//x.org"),
        "10.1/<b>",
    )
    evidence = Evidence(Mention("title", 3, 7, "BERT"), 0, len(paper.title))
    finding = Finding(
        "BERT", (BAD,), (), ConceptType.ARCHITECTURE, (0.2,) * 5, Relation.USES, 0.5, (evidence,), "bert", BAD,
        (("bert", 0.9, BAD), ("other", 0.123, BAD)),
    )  # fmt: skip
    catalog = Catalog(
        [Concept("bert", ConceptType.ARCHITECTURE, f"BERT {BAD}", source="test"), Concept("other", ConceptType.TASK, BAD, source="test")]
    )
    return write_graph(folder, [(paper, Reading(paper.id, (finding,), ()))], catalog)


# --- what is in it ------------------------------------------------------------------------------------------------------


def test_columns_are_of_one_length_and_numbers_name_something(data: dict[str, Any]) -> None:
    for name in ("concepts", "papers", "links", "edges"):
        assert len({len(column) for column in data[name].values()}) == 1, name
    concepts, papers = len(data["concepts"]["id"]), len(data["papers"]["id"])
    assert {*data["links"]["concept"]} <= {*range(concepts)}
    assert {*data["links"]["paper"]} == {*range(papers)}
    nodes = concepts + sum(data["papers"]["node"])
    assert {*data["edges"]["head"], *data["edges"]["tail"]} <= {*range(nodes)}
    assert {*data["edges"]["kind"]} <= {*range(len(data["kinds"]))}
    assert max(data["concepts"]["type"]) < len(data["types"])
    assert {*data["concepts"]["community"]} <= {*range(len(data["communities"]))}
    assert all(isinstance(v, int) for axis in "xy" for v in data["concepts"][axis])


def test_concepts_are_those_of_the_graph_the_most_named_first(tiny_graph: Graph, data: dict[str, Any]) -> None:
    counts = tiny_graph.paper_counts()
    shown = data["concepts"]
    assert dict(zip(shown["id"], shown["papers"], strict=True)) == {i: n for i, n in counts.items() if n}
    assert shown["papers"] == sorted(shown["papers"], reverse=True)
    known = {c.id: c for c in tiny_graph.concepts()}
    years = {p.id: p.year for p in tiny_graph.papers()}
    of: dict[str, list[int]] = {}
    for link in tiny_graph.links():
        of.setdefault(link.concept, []).extend(y for y in (years[link.paper],) if y)
    for n, id_ in enumerate(shown["id"]):
        concept = known[id_]
        assert (shown["label"][n], list(data["types"])[shown["type"][n]]["name"]) == (concept.label, concept.type.value)
        assert {shown["label"][n], *shown["names"][n]} == set(concept.names)
        assert shown["identifiers"][n] == list(concept.identifiers)
        assert shown["first"][n] == min(of[id_], default=None)
        assert sum(data["years"]["concepts"][n]) == len(of[id_])
    assert data["years"]["papers"] == [sum(y == year for y in years.values()) for year in data["years"]["of"]]


def test_links_have_their_sentences_with_every_mention_marked(tiny_graph: Graph, data: dict[str, Any]) -> None:
    links = data["links"]
    wanted = {(k.concept, k.paper): k for k in tiny_graph.links()}
    keys = [
        (data["concepts"]["id"][c], data["papers"]["id"][p]) for c, p in zip(links["concept"], links["paper"], strict=True)
    ]  # fmt: skip
    assert sorted(keys) == sorted(wanted)
    for n, key in enumerate(keys):
        link = wanted[key]
        assert data["relations"][links["relation"][n]]["name"] == link.relation.value
        assert links["confidence"][n] == round(link.confidence, 2)
        assert links["variant"][n] == link.variant
        bounds = {(e.mention.field, e.sentence_start) for e in link.evidence}
        assert links["total"][n] == len(bounds) >= len(links["quotes"][n]) > 0
        marked = set()
        for sentence, *marks in links["quotes"][n]:
            units = data["sentences"][sentence].encode("utf-16-le")
            marked |= {units[2 * a : 2 * b].decode("utf-16-le") for a, b in zip(marks[::2], marks[1::2], strict=True)}
        if len(bounds) == len(links["quotes"][n]):
            # places that overlap are one mark
            texts = {e.mention.text for e in link.evidence}
            assert marked <= texts and all(any(text in mark for mark in marked) for text in texts)


def test_edges_are_the_relations_of_the_graph_with_their_places(tiny_graph: Graph, data: dict[str, Any]) -> None:
    edges, name, papers = data["edges"], data["concepts"]["id"], data["papers"]["id"]
    kinds = [k["name"] for k in data["kinds"]]
    found: dict[str, set[Any]] = {kind: set() for kind in kinds}
    years = {p.id: p.year for p in tiny_graph.papers()}
    for n, kind in enumerate(edges["kind"]):
        head, tail = edges["head"][n], edges["tail"][n]
        if kinds[kind] == "text":
            said = set()
            for relation, in_papers, places, evidence in edges["relations"][n]:
                assert places >= len(evidence) >= in_papers > 0
                for paper, _, sentence, *marks in evidence:
                    assert data["sentences"][sentence] and marks
                    said.add(papers[paper])
                    found["text"].add((name[head], data["conceptRelations"][relation]["name"], name[tail], papers[paper]))
            assert edges["papers"][n] == len(said)
            assert edges["first"][n] == min((years[p] for p in said if years[p]), default=None)
        elif kinds[kind] == "link":
            [[relation, *_]] = edges["relations"][n]
            found["link"].add((papers[head - len(name)], data["relations"][relation]["name"], name[tail]))
        else:
            found[kinds[kind]].add((name[head], name[tail]))
    relations = list(tiny_graph.concept_links())
    assert found["text"] == {(k.head, k.relation.value, k.tail, k.paper) for k in relations if k.paper}
    assert found["catalog"] == {(k.head, k.tail) for k in relations if not k.paper and {k.head, k.tail} <= set(name)}
    assert found["link"] == {(k.paper, k.relation.value, k.concept) for k in tiny_graph.links()}
    of: dict[str, set[str]] = {}
    for link in tiny_graph.links():
        of.setdefault(link.concept, set()).add(link.paper)
    assert found["together"]
    for a, b in found["together"]:
        assert of[a] & of[b]
    for k in data["kinds"]:
        assert k["shown"] == sum(kinds[kind] == k["name"] for kind in edges["kind"])


def test_runners_up_are_what_else_was_considered(tmp_path: Path) -> None:
    made = content(hostile(tmp_path / "g")).data
    assert made["links"]["others"] == [[(BAD, 0.12)]]
    assert made["links"]["variant"] == [BAD]


def test_papers_are_nodes_only_where_asked_for(tiny_graph: Graph, data: dict[str, Any]) -> None:
    linked = {k.paper for k in tiny_graph.links()}
    shown = data["papers"]
    assert {i for i, node in zip(shown["id"], shown["node"], strict=True) if node} == linked
    assert all((x is not None) == (y is not None) == bool(node) for x, y, node in zip(shown["x"], shown["y"], shown["node"], strict=True))
    assert data["types"][-1] == {"name": "Paper", "plural": "Papers", "shown": len(linked), "total": tiny_graph.counts()["papers"]}
    without = content(tiny_graph).data
    assert not any(without["papers"]["node"])
    assert [t["name"] for t in without["types"]] == [t.value for t in ConceptType]


# --- what is left out ---------------------------------------------------------------------------------------------------


def test_what_is_left_out_is_said(tiny_graph: Graph) -> None:
    made = content(tiny_graph, top=5)
    named = sum(n > 0 for n in tiny_graph.paper_counts().values())
    assert made.data["cut"]
    assert any(note.startswith(f"5 of {named} concepts are shown") for note in made.notes)
    assert made.data["concepts"]["papers"] == sorted(tiny_graph.paper_counts().values(), reverse=True)[:5]
    assert not content(tiny_graph).data["cut"]
    assert content(tiny_graph, min_papers=0).counts["concepts"] == tiny_graph.counts()["concepts"]


def test_links_and_sentences_are_cut_from_the_weakest_on(tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = content(tiny_graph).data
    monkeypatch.setattr(data_module, "FIRST_LINKS", 0)
    monkeypatch.setattr(data_module, "MANY", 1)
    monkeypatch.setattr(data_module, "QUOTES_OF_MANY", 1)
    made = content(tiny_graph)
    links = made.data["links"]
    assert sorted(links["concept"]) == [*range(len(whole["concepts"]["id"]))]
    assert made.data["concepts"]["more"] == [papers - 1 for papers in whole["concepts"]["papers"]]
    best = {
        c: min(r for k, r in zip(whole["links"]["concept"], whole["links"]["relation"], strict=True) if k == c) for c in links["concept"]
    }
    assert dict(zip(links["concept"], links["relation"], strict=True)) == best
    assert {len(q) for q in links["quotes"]} == {1}
    assert max(links["total"]) > 1
    assert any("At most 1 link of a concept" in note for note in made.notes) and any("1 sentence is" in note for note in made.notes)


def test_the_most_named_concepts_keep_more_links(tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    papers = content(tiny_graph).data["concepts"]["papers"]
    monkeypatch.setattr(data_module, "TOP", 2)
    monkeypatch.setattr(data_module, "FIRST_LINKS", 4)
    monkeypatch.setattr(data_module, "OTHER_LINKS", 0)
    made = content(tiny_graph, top=100)
    kept = [made.data["links"]["concept"].count(n) for n in range(len(papers))]
    assert kept == [2, 2, *[1] * (len(papers) - 2)]
    assert made.data["concepts"]["more"] == [had - n for had, n in zip(papers, kept, strict=True)]
    assert any("At most 2 links of each of the first 2 concepts and 1 of each other are" in note for note in made.notes)


def test_links_of_papers_that_are_nodes_are_all_there(tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_module, "FIRST_LINKS", 0)
    whole = content(tiny_graph, papers=True)
    assert not any(whole.data["concepts"]["more"]) and not any("At most" in note for note in whole.notes)
    some = content(tiny_graph, papers=True, top=3)
    assert sum(some.data["papers"]["node"]) == 3 and any(some.data["concepts"]["more"])
    assert any("At most 1 link of a concept, beside those of papers that are nodes, are on the page" in note for note in some.notes)


# --- the file -----------------------------------------------------------------------------------------------------------


class Elements(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize("large", [False, True])
def test_texts_cannot_leave_their_place(tmp_path: Path, tiny_graph: Graph, large: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if large:
        monkeypatch.setattr(document, "LARGE", 0)
    graph = hostile(tmp_path / "g")
    made = render(graph, title=BAD)
    assert [tag for tag, _ in Elements(made).tags] == [tag for tag, _ in Elements(render(tiny_graph)).tags]
    data = data_of(made)
    assert (data["title"], data["papers"]["title"], data["papers"]["venue"]) == (BAD, [f"On BERT {BAD}"], [BAD])
    assert data["papers"]["url"] == ["https://doi.org/10.1/%3Cb%3E"]
    assert ("data-encoding" in made) is large


def test_nothing_is_loaded_and_only_ours_runs(tiny_graph: Graph) -> None:
    made = render(tiny_graph)
    tags = Elements(made).tags
    policy = next(a["content"] for t, a in tags if t == "meta" and a.get("http-equiv") == "Content-Security-Policy") or ""
    assert policy.startswith("default-src 'none';")
    assert f"script-src {csp_hash(SCRIPT)};" in policy and f"style-src {csp_hash(STYLE)};" in policy
    assert "unsafe" not in policy and "http" not in policy and "connect-src" not in policy
    assert "connect-src 'self'" in page("t", mode="server")
    assert {a.get("src") for _, a in tags} | {a.get("href") for _, a in tags} == {None, "data:,"}
    assert not [name for _, a in tags for name in a if name.startswith("on") or name == "style"]
    assert 'id="data"' not in page("t", mode="server")


def test_same_graph_same_bytes(
    tiny_graph: Graph, tmp_path: Path, write_tiny: Callable[..., Graph], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = render(tiny_graph, papers=True)
    assert render(write_tiny(tmp_path / "again"), papers=True) == first
    assert render(tiny_graph, papers=True, seed=2) != first
    monkeypatch.setattr(document, "LARGE", 0)
    assert render(tiny_graph) == render(tiny_graph)
    assert data_of(render(tiny_graph, papers=True)) == data_of(first)


def test_the_same_through_every_door(tiny_graph: Graph, tmp_path: Path) -> None:
    write(tiny_graph, tmp_path / "a.html", top=9)
    written = html.write(tiny_graph, tmp_path / "b.html", engine="explorer", top=9)
    assert (tmp_path / "a.html").read_text("utf-8") == (tmp_path / "b.html").read_text("utf-8") == render(tiny_graph, top=9)
    assert written.counts["concepts"] == 9 and written.notes


def test_a_graph_without_concepts_makes_a_page(tmp_path: Path) -> None:
    paper = Paper("title:none", "None")
    graph = write_graph(tmp_path / "g", [(paper, Reading(paper.id, (), ()))], Catalog([]))
    data = data_of(render(graph, papers=True))
    assert (data["concepts"]["id"], data["papers"]["id"], data["years"], data["communities"]) == ([], [], None, [])


def test_refusals(tiny_graph: Graph, tmp_path: Path, small_bundle: Path) -> None:
    write(tiny_graph, tmp_path / "x.html")
    with pytest.raises(UsageError, match="exists already"):
        write(tiny_graph, tmp_path / "x.html")
    for options in ({"top": 0}, {"min_papers": -1}, {"seed": -1}, {"base": "nowhere"}):
        with pytest.raises(UsageError, match=f"{next(iter(options))}"):
            write(tiny_graph, tmp_path / "y.html", **options)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="explorer"):
        html.write(tiny_graph, tmp_path / "y.html", engine="explored")
    (small_bundle / "explorer.js").write_text("'</script>'")
    with pytest.raises(EnvironmentError_, match="end of an element"):
        write(tiny_graph, tmp_path / "y.html")
    (small_bundle / "explorer.js").unlink()
    with pytest.raises(EnvironmentError_, match="make page"):
        write(tiny_graph, tmp_path / "y.html")
    assert not (tmp_path / "y.html").exists()


# --- places -------------------------------------------------------------------------------------------------------------


def layouts(folder: Path) -> list[Path]:
    return sorted(folder.glob("layout-*.npy"))


def test_a_layout_is_computed_once_and_stored_with_the_graph(
    write_tiny: Callable[..., Graph], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = write_tiny(tmp_path / "g")
    before = {p.name: p.read_bytes() for p in graph.path.iterdir()}
    first = content(graph).data
    [file] = layouts(graph.path)
    assert {p.name: p.read_bytes() for p in graph.path.iterdir() if p != file} == before
    Graph.open(graph.path, verify=True)
    assert layouts(graph.save(tmp_path / "copy").path)[0].read_bytes() == file.read_bytes()

    def never(*_: object, **__: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr("exports.explorer.places.arrange", never)
    assert content(graph).data == first
    with pytest.raises(AssertionError, match="computed again"):
        content(graph, seed=5)


def test_a_damaged_layout_is_computed_again(write_tiny: Callable[..., Graph], tmp_path: Path) -> None:
    graph = write_tiny(tmp_path / "g")
    first = content(graph).data
    [file] = layouts(graph.path)
    good = file.read_bytes()
    for bad in (b"", good[:60], b"\x93NUMPY nothing", good + b"x" * 4):
        file.write_bytes(bad)
        assert content(graph).data == first
    table = np.load(file)
    for bad_table in (table[:, :1], table + np.int32([[0], [0], [2**30]]), table - np.int32([[0], [0], [9]]), table.astype(np.int64)):
        np.save(file, bad_table)
        assert content(graph).data == first
    assert file.read_bytes() == good


@pytest.mark.skipif(os.name == "nt", reason="folders that cannot be written to")
def test_a_folder_that_cannot_be_written_to(write_tiny: Callable[..., Graph], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERKG_CACHE", str(tmp_path / "cache"))
    graph = write_tiny(tmp_path / "g")
    make = tempfile.mkstemp  # tests may run as root, whom no mode stops: the refusal is played

    def refuse(*arguments: Any, **options: Any) -> Any:
        if Path(options["dir"]) == graph.path:
            raise PermissionError(13, "Permission denied")
        return make(*arguments, **options)

    monkeypatch.setattr("exports.files.tempfile.mkstemp", refuse)
    first = content(graph).data
    assert layouts(graph.path) == []
    assert len(layouts(tmp_path / "cache" / "layouts")) == 1
    monkeypatch.setattr("exports.explorer.places.arrange", None)
    assert content(graph).data == first


def test_old_layouts_are_cleared_away(write_tiny: Callable[..., Graph], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exports.explorer.places.KEPT", 2)
    graph = write_tiny(tmp_path / "g")
    for seed in range(4):
        content(graph, seed=seed)
    assert len(layouts(graph.path)) == 2


def test_small_communities_are_one(tmp_path: Path) -> None:
    concepts = [Concept(f"c{n}", ConceptType.METHOD, f"C{n}", source="test") for n in range(7)]
    readings = []
    for number, named in enumerate(([0, 1, 2], [0, 1, 2], [3, 4], [5], [6])):
        title = " ".join(f"C{n}" for n in named)
        findings = tuple(
            Finding(
                f"C{n}", (), (), ConceptType.METHOD, (0.2,) * 5, Relation.USES, 0.5,
                (Evidence(Mention("title", 3 * k, 3 * k + 2, f"C{n}"), 0, len(title)),), f"c{n}",
            )
            for k, n in enumerate(named)
        )  # fmt: skip
        paper = Paper(f"title:p{number}", title)
        readings.append((paper, Reading(paper.id, findings, ())))
    data = content(write_graph(tmp_path / "g", readings, Catalog(concepts))).data
    assert [(c["size"], c["label"]) for c in data["communities"]] == [(3, "C0, C1, C2"), (4, "Small groups")]
    assert data["years"] is None
    assert ConceptRelation.KIND_OF.value in [r["name"] for r in data["conceptRelations"]]
