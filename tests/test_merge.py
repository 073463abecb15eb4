from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.merge import family_name, group, id_rank, merged, title_key, weak_title
from kg.model import Paper

LONG = "A robot waters a garden with little supervision, reads its sensors, and decides when a valve opens. It saves a third."


def paper(id: str, title: str = "Watering Gardens With Robots", **fields: Any) -> Paper:  # noqa: A002
    return Paper(id, title, **fields)


def ids(records: Sequence[Paper]) -> dict[str, list[str]]:
    """The groups by their id, as ids of records; the same for every order of the records."""
    found: list[dict[str, list[str]]] = []
    for order in itertools.islice(itertools.permutations(records), 24):
        groups = group(order)
        assert sorted(i for part in groups.values() for i in part) == list(range(len(records)))
        found.append({name: sorted(order[i].id for i in part) for name, part in groups.items()})
    assert all(one == found[0] for one in found)
    assert list(found[0]) == sorted(found[0])
    return found[0]


ONE: list[tuple[str, Paper, Paper]] = [
    ("the same id", paper("arxiv:1"), paper("arxiv:1", "Another Title Altogether Now")),
    ("the same DOI", paper("acl:A", doi="10.1/x"), paper("arxiv:1", "Other Words in the Title", doi="10.1/x")),
    ("the same arXiv id", paper("acl:A", arxiv="1706.03762"), paper("arxiv:1706.03762", "Other Words in the Title")),
    ("the same title", paper("title:watering-gardens-with-robots"), paper("arxiv:1")),
    ("title in other writing", paper("acl:A", "Pre-trained Models: A Survey"), paper("arxiv:1", "Pretrained models – a survey")),
    ("title and authors", paper("acl:A", authors=("Ada Byron", "H. Müller")), paper("arxiv:1", authors=("Byron, Ada", "Müller, Hans"))),
    ("a year apart", paper("acl:A", year=2020), paper("arxiv:1", year=2019)),
    ("a weak title, the same abstract", paper("acl:A", "Introduction", abstract=LONG), paper("arxiv:1", "Introduction", abstract=LONG)),
    ("a weak title, authors, year", paper("acl:A", "Preface", authors=("Ada Byron",), year=2001),
     paper("title:preface", "Preface", authors=("A. Byron",), year=2001)),
    ("preprint and article", paper("doi:10.48550/arxiv.1", doi="10.48550/arxiv.1"), paper("doi:10.1109/2", doi="10.1109/2")),
]  # fmt: skip
TWO: list[tuple[str, Paper, Paper]] = [
    ("other titles", paper("title:a", "Some Title of Mine"), paper("title:b", "Some Title of Yours")),
    ("two arXiv ids", paper("arxiv:1", arxiv="1"), paper("arxiv:2", arxiv="2")),
    ("two ACL ids", paper("acl:A"), paper("acl:B")),
    ("two DOIs of one registrant", paper("acl:A", doi="10.1/a"), paper("title:b", doi="10.1/b")),
    ("two rows of one file", paper("local:f/1"), paper("local:f/2")),
    ("other authors", paper("acl:A", authors=("Ada Byron",)), paper("arxiv:1", authors=("Grace Hopper",))),
    ("many years apart", paper("acl:A", year=1999), paper("arxiv:1", year=2019)),
    ("weak titles", paper("acl:A", "Introduction"), paper("arxiv:1", "Introduction")),
]


@pytest.mark.parametrize(("why", "a", "b"), ONE, ids=[case[0] for case in ONE])
def test_one_paper(why: str, a: Paper, b: Paper) -> None:
    assert ids([a, b]) == {min(a.id, b.id, key=id_rank): sorted([a.id, b.id])}


@pytest.mark.parametrize(("why", "a", "b"), TWO, ids=[case[0] for case in TWO])
def test_two_papers(why: str, a: Paper, b: Paper) -> None:
    assert ids([a, b]) == {a.id: [a.id], b.id: [b.id]}


def test_three_sources_of_one_paper() -> None:
    records = [paper("arxiv:1", arxiv="1", doi="10.1/x"), paper("acl:A", "In Other Words We Say", doi="10.1/x"), paper("title:watering")]
    assert ids(records) == {"arxiv:1": ["acl:A", "arxiv:1", "title:watering"]}


def test_a_doubtful_record_joins_neither() -> None:
    records = [paper("acl:A", authors=("Ada Byron",)), paper("acl:B", authors=("Grace Hopper",)), paper("title:watering")]
    assert ids(records) == {"acl:A": ["acl:A"], "acl:B": ["acl:B"], "title:watering": ["title:watering"]}


def test_two_papers_with_one_title_and_no_id_get_names_of_their_own() -> None:
    a = paper("title:introduction", "Introduction", abstract=LONG, authors=("Ada Byron",), year=1999)
    b = paper("title:introduction", "Introduction", abstract=LONG[::-1], authors=("Grace Hopper",), year=2019)
    groups = ids([a, b])
    assert len(groups) == 2
    assert all(name.startswith("title:introduction~") for name in groups)


def test_taking_a_record_away_gives_what_was_there_before() -> None:
    records = [case[1] for case in ONE] + [case[2] for case in TWO]
    before = group(records)
    groups = group([*records, paper("arxiv:99", "A Wholly New Paper Here")])
    assert {name: part for name, part in groups.items() if name != "arxiv:99"} == before


def test_merged_takes_the_best_of_each() -> None:
    preprint = paper(
        "arxiv:1706.1", abstract="Short.", authors=("Ada Byron",), year=2017, venue="arXiv", urls=("https://a.org",), arxiv="1706.1",
        doi="10.48550/arxiv.1706.1", source="b.jsonl", line=7,
    )  # fmt: skip
    article = paper(
        "acl:A", "WATERING GARDENS WITH ROBOTS", abstract="Much longer text.", authors=("Ada Byron", "Grace Hopper"), year=2018,
        venue="ACL", urls=("https://b.org", "https://a.org"), doi="10.1/x", source="a.xml", line=3,
    )  # fmt: skip
    for order in ([preprint, article], [article, preprint]):
        one = merged(order)
        assert one == Paper(
            "arxiv:1706.1", "Watering Gardens With Robots", "Much longer text.", ("Ada Byron", "Grace Hopper"), 2018, "ACL",
            ("https://a.org", "https://b.org"), "10.1/x", "1706.1", "b.jsonl", 7,
        )  # fmt: skip
    assert merged([article]) is article
    assert merged([article], "title:x").id == "title:x"
    with pytest.raises(ValueError, match="at least one"):
        merged([])


RECORD = st.builds(
    Paper,
    id=st.sampled_from(["arxiv:1", "arxiv:2", "acl:A", "acl:B", "title:t", "local:f/1", "local:f/2"]),
    title=st.sampled_from(["Watering Gardens With Robots", "watering gardens with robots", "Introduction", "Ünï 中文 标题"]),
    abstract=st.sampled_from(["", LONG, LONG[::-1]]),
    authors=st.sampled_from([(), ("Ada Byron",), ("Byron, A.", "Grace Hopper"), ("Alan Turing",)]),
    year=st.sampled_from([None, 2001, 2002, 2020]),
    doi=st.sampled_from([None, "10.1/a", "10.1/b", "10.2/a"]),
    arxiv=st.sampled_from([None, "1", "2"]),
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(RECORD, max_size=7), st.randoms(use_true_random=False))
def test_the_order_never_matters(records: list[Paper], random: Any) -> None:
    def papers(order: Sequence[Paper]) -> list[Paper]:
        return [merged([order[i] for i in part], name) for name, part in group(order).items()]

    shuffled = list(records)
    random.shuffle(shuffled)
    assert papers(records) == papers(shuffled)


def test_keys() -> None:
    assert title_key("Über-Net: α!") == title_key("uber net alpha")
    assert title_key("中文标题") != title_key("中文题目")
    assert family_name("") == ""
    assert family_name("Jan van der Berg") == "berg"
    assert weak_title("Message from the Program Chairs")
    assert not weak_title("一个关于机器人的很长的标题")
    assert sorted(["title:a", "xyz:1", "openreview:1", "doi:1", "acl:1", "arxiv:1"], key=id_rank) == [
        "arxiv:1", "acl:1", "doi:1", "openreview:1", "xyz:1", "title:a",
    ]  # fmt: skip
