"""N-Triples and N-Quads made from columns with templates are, byte for byte, what is told node by node."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports import rdf, trig, turtle
from exports.in_order import InOrder
from exports.lines import Column, Filler, Numbers, Ranges, Tasks
from exports.rdf_columns import _rows
from exports.rdf_sorted import named_lines, write_quads, write_sorted
from exports.sorted_blocks import SortedBlocks
from exports.templates import Each, Hole
from kg.graph import Graph
from kg.load.records import write_records
from kg.model import Concept, ConceptLink, ConceptRelation, ConceptType, Evidence, Link, Mention, Paper, Relation
from ontology.terms import BASE

pytestmark = pytest.mark.usefixtures("way")


def told(graph: Graph, base: str = BASE) -> tuple[bytes, dict[str, int]]:
    """N-Triples node by node, with its counts."""
    with rdf.sorted_nodes(graph, base) as (nodes, counts):
        lines = "".join(f"{subject} {said} .\n" for subject, own in nodes for said in own)
    return lines.encode(), counts.as_dict()


def told_by_graph(graph: Graph, base: str = BASE) -> tuple[dict[str, bytes], dict[str, int]]:
    """N-Triples of each named graph, node by node."""
    with rdf.named_graphs(graph, base) as (graphs, counts):
        found = {name[1:-1]: "".join(f"{subject} {said} .\n" for subject, own in nodes for said in own).encode() for name, nodes in graphs}
    return found, counts.as_dict()


def told_as_trig(graph: Graph, base: str) -> str:
    """TriG, node by node."""
    prefixes = turtle.prefixes_of(base)
    found = "".join(turtle.header(prefixes))
    with rdf.named_graphs(graph, base) as (graphs, _):
        for name, nodes in graphs:
            found += f"\n{name} {{\n" + "".join(turtle.blocks(nodes, turtle.shortener(prefixes))) + "}\n"
    return found


def check(graph: Graph, base: str = BASE) -> None:
    out = io.BytesIO()
    counts = write_sorted(graph, out, base)
    expected, numbers = told(graph, base)
    assert out.getvalue().splitlines(keepends=True) == expected.splitlines(keepends=True)
    assert counts.as_dict() == numbers
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph"
        assert turtle.write(graph, path, base=base).counts == numbers
        with rdf.sorted_nodes(graph, base) as (nodes, _):
            assert path.read_text("utf-8") == "".join(turtle.document(nodes, turtle.prefixes_of(base)))
        quads = trig.write(graph, path, base=base, overwrite=True).counts
        assert path.read_text("utf-8") == told_as_trig(graph, base)
    graphs, numbers = told_by_graph(graph, base)
    assert quads == {"graphs": len(graphs), **numbers}
    assert list(named_lines(graph, base)) == list(graphs.items())
    out = io.BytesIO()
    counts = write_quads(graph, out, base)
    assert out.getvalue() == b"".join(lines.replace(b" .\n", b" <%b> .\n" % name.encode()) for name, lines in graphs.items())
    assert counts.as_dict() == numbers


# the last two hold what stands for a value while templates are made
@pytest.mark.parametrize("base", [BASE, "http://a.test/", "https://zz.test/x/", "http://true.test:7101/", "http://a.test/0.7103/7202/"])
@pytest.mark.parametrize("name", ["tiny_graph", "awkward_graph"])
def test_graphs_of_the_tests(name: str, base: str, request: pytest.FixtureRequest) -> None:
    check(request.getfixturevalue(name), base)


@pytest.mark.corpus
def test_the_listing(listing_graph: Graph) -> None:
    check(listing_graph)


# ids of which one begins another, and ids whose order changes when they are part of an IRI
IDS = st.sampled_from(["a", "a-b", "a/b", "a:b", "a b", "ab", "aé", "z", "a.1", "a1", "a10", "a2", ".", "é", 'a"', "a#", "a>"])
TEXT = st.text(st.sampled_from('ab "\\\n\t\x85\u2028é😀.'), min_size=1, max_size=60)
NAMES = st.lists(st.sampled_from(["x", "X y", 'q"', "é", "a", "b\\"]), max_size=3, unique=True)


@st.composite
def _evidence(draw: st.DrawFn, paper: Paper) -> Evidence:
    field = draw(st.sampled_from(["title", "abstract"] if paper.abstract else ["title"]))
    text = paper.title if field == "title" else paper.abstract
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    first, last = draw(st.integers(0, start)), draw(st.integers(end, len(text)))
    return Evidence(Mention(field, start, end, text[start:end]), first, last, draw(st.sampled_from(["", "uses", 'u"'])))  # type: ignore[arg-type]


@st.composite
def _concept(draw: st.DrawFn, id_: str, ids: list[str]) -> Concept:
    known = draw(st.booleans())
    return Concept(
        id_,
        draw(st.sampled_from(list(ConceptType))),
        draw(st.sampled_from(["x", "Label", 'l"'])),
        tuple(draw(NAMES)),
        tuple(draw(NAMES)),
        tuple(draw(st.lists(st.sampled_from(ids), max_size=2, unique=True))) if known else (),
        tuple(draw(st.lists(st.sampled_from(["wikidata:Q1", "cso:x y", "odd", id_]), max_size=2, unique=True))) if known else (),
        tuple(draw(st.lists(st.sampled_from(list(ConceptType)), max_size=2, unique=True))),
        frozenset(draw(st.lists(st.sampled_from(["one", "two"]), max_size=2))),
        draw(st.sampled_from(["", "text", "mlso"])),
        known,
    )


@st.composite
def _paper(draw: st.DrawFn, id_: str) -> Paper:
    return Paper(
        id_,
        draw(TEXT),
        draw(st.just("") | TEXT),
        tuple(draw(st.lists(st.sampled_from(["Ada", 'B"']), max_size=12))),
        draw(st.none() | st.integers(-5, 2030)),
        draw(st.none() | st.sampled_from(["", "Journal of X", "Proceedings", 'v"'])),
        tuple(draw(st.lists(st.sampled_from(["http://b.org/x", "http://a.org/x", "no", "http://a.org/%"]), max_size=3))),
        draw(st.none() | st.sampled_from(["10.1/x", "10.48550/arxiv.1"])),
        draw(st.none() | st.just("2401.00001")),
        draw(st.sampled_from(["", "in", 'i"n'])),
        draw(st.integers(0, 2)),
    )


@st.composite
def records(draw: st.DrawFn) -> dict[str, list[object]]:
    """The records of a graph, as `write_records` takes them."""
    ids = draw(st.lists(IDS, min_size=1, max_size=6, unique=True))
    papers = [draw(_paper(id_)) for id_ in draw(st.lists(IDS, max_size=6, unique=True))]
    links, relations = [], dict[object, ConceptLink]()
    for paper in papers:
        linked = draw(st.lists(st.sampled_from(ids), max_size=4, unique=True))
        for concept in linked:
            evidence = draw(st.lists(_evidence(paper), min_size=1, max_size=4, unique_by=lambda e: e.mention))
            confidence = draw(st.sampled_from([0.5, 1.0, 1e-7]))
            variant = draw(st.sampled_from(["", "v2"]))
            decided = draw(st.sampled_from(["", "", "confirm", "relink, relation", 'a"b']))
            links.append(Link(paper.id, concept, draw(st.sampled_from(list(Relation))), confidence, tuple(evidence), variant, decided))
        for e in draw(st.lists(_evidence(paper), max_size=2)) if len(linked) > 1 else ():
            # several in one place too
            for _ in range(draw(st.integers(1, 2))):
                head, tail = draw(st.sampled_from(linked)), draw(st.sampled_from(linked))
                if head != tail:
                    relation = draw(st.sampled_from(list(ConceptRelation)))
                    said = ConceptLink(head, relation, tail, 0.25, paper.id, e.mention.field, e.mention.start, e.mention.end)
                    relations[head, relation, tail, paper.id, said.field, said.start, said.end] = said
    for head in ids:
        for tail in draw(st.lists(st.sampled_from(ids), max_size=1)):
            if head != tail:
                relations[head, tail] = ConceptLink(head, ConceptRelation.KIND_OF, tail, 1.0)
    others = {f"old-{id_}": id_ for id_ in draw(st.lists(st.sampled_from(ids), max_size=2, unique=True))}
    return {
        "papers": papers,  # type: ignore[dict-item]
        "concepts": [draw(_concept(id_, ids)) for id_ in ids],
        "links": links,  # type: ignore[dict-item]
        "relations": list(relations.values()),
        "other_ids": others,  # type: ignore[dict-item]
    }


@given(records())
@settings(max_examples=25)
def test_any_graph(given_records: dict[str, list[object]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check(write_records(Path(folder) / "graph", loaded={"from": "here"}, made={"reader": "r"}, **given_records))  # type: ignore[arg-type]


@pytest.mark.parametrize("papers", [[], [Paper("p", "A title")]])
@pytest.mark.parametrize("concepts", [[], [Concept("c", ConceptType.TASK, "c", known=True)]])
def test_graphs_of_next_to_nothing(papers: list[Paper], concepts: list[Concept], tmp_path: Path) -> None:
    graph = write_records(
        tmp_path / "graph", loaded={"from": "here"}, papers=papers, concepts=concepts, links=[], relations=[], other_ids={}
    )
    check(graph)


def put(sink: InOrder, *places: int) -> None:
    """Puts the pieces of some places: the number of each, in as many lines as are left when it is divided by four."""
    rows, own = np.arange(12), np.array(sorted(places), np.int64)
    fill = Filler([[(Each("lines", (Hole("number"), b"\n")),)]])
    columns: dict[str, Column] = {"number": Numbers(rows), "lines": Ranges(np.zeros(12, np.int64), rows % 4)}
    sink.put(own, fill([columns], Tasks.of(own)), np.arange(len(own) + 1))


@given(st.permutations(range(12)), st.sets(st.integers(1, 11)), st.integers(0, 40))
def test_pieces_come_in_order_whatever_waits_on_disk(order: list[int], cuts: set[int], waiting: int) -> None:
    pieces = [b"%d\n" % n * (n % 4) for n in range(12)]
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        sink = InOrder(out, Path(folder), waiting)
        for first, last in pairwise([0, *sorted(cuts), 12]):
            put(sink, *order[first:last])
        assert sink.close() == sum(piece.count(b"\n") for piece in pieces)
    assert out.getvalue() == b"".join(pieces)


def test_a_piece_that_does_not_come_is_told(tmp_path: Path) -> None:
    sink = InOrder(io.BytesIO(), tmp_path, 0)
    put(sink, 1)
    with pytest.raises(ValueError, match="place 0"):
        sink.close()


@given(st.lists(st.lists(st.text("abé", min_size=1, max_size=5), max_size=4)), st.integers(0, 200))
def test_blocks_are_sorted_whatever_goes_through_files(texts: list[list[str]], waiting: int) -> None:
    blocks = [[f"{text} 1\n{text} 2\n" for text in some] for some in texts]
    with tempfile.TemporaryDirectory() as folder:
        found = SortedBlocks(Path(folder), waiting)
        for some in blocks:
            found.add(pa.array(some, pa.large_string()))
        expected = sorted(block.encode() for some in blocks for block in some)
        assert b"".join(map(bytes, found)) == b"".join(expected)


@pytest.fixture
def damaged(write_tiny: Callable[..., Graph], tmp_path: Path) -> Graph:
    graph = write_tiny(tmp_path / "graph")
    table = tmp_path / "graph" / "mentions.parquet"
    data = bytearray(table.read_bytes())
    data[len(data) // 3] ^= 0xFF
    table.write_bytes(bytes(data))
    return graph


def test_a_damaged_table_is_told(damaged: Graph) -> None:
    from kg.errors import GraphError

    with pytest.raises(GraphError, match=r"mentions\.parquet: damaged"):
        write_sorted(damaged, io.BytesIO(), BASE)


def test_nodes_of_one_place_whose_iris_begin_alike(tmp_path: Path) -> None:
    """`…/a#quote` comes before all of `…/a-b`, and `…/a` behind it: for mentions, relations, and one of each."""
    paper = Paper("p", "Nets and networks for all")
    place = Evidence(Mention("title", 0, 4, "Nets"), 0, 25)
    concepts = [Concept(id_, ConceptType.METHOD, id_) for id_ in ("a", "a-b", "h")]
    links = [Link("p", concept.id, Relation.USES, 0.5, (place,)) for concept in concepts]
    said = [ConceptLink("h", ConceptRelation.USED_FOR, tail, 0.5, "p", "title", 0, 4) for tail in ("a", "a-b")]
    made = {"papers": [paper], "concepts": concepts, "links": links, "relations": said}
    graph = write_records(tmp_path / "graph", loaded={"from": "here"}, **made)  # type: ignore[arg-type]
    check(graph)
    lines = told(graph)[0].decode().splitlines()
    before = f"<{BASE}evidence/p/title/0-4/"
    subjects = list(dict.fromkeys(line[len(before) :].partition(" ")[0] for line in lines if line.startswith(before)))
    assert subjects.index("a#target>") < subjects.index("a-b#position>") < subjects.index("a-b>") < subjects.index("a>")


def test_a_place_that_two_findings_share_is_one_piece_of_evidence() -> None:
    links = pa.table({"findings": pa.array([[1, 0], [2]], pa.list_(pa.int32())), "at": [0, 0]})
    rows = {"finding": [0, 0, 1, 2], "start": [3, 9, 3, 3], "end": [4, 10, 4, 4], "field": ["title"] * 4, "at": [0] * 4}
    found = _rows(links, pa.table(rows))
    # the one that decided comes first, and the same place in another link is another piece
    assert [list(column) for column in found] == [[2, 1, 3], [0, 0, 1], [0, 2]]
