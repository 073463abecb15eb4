from __future__ import annotations

import pytest

from loaders.identity import acl_id, arxiv_id, doi, identify, openreview_id, title_id


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1706.03762", "1706.03762"), ("arXiv:1706.03762v5", "1706.03762"), ("https://arxiv.org/abs/1706.03762v1", "1706.03762"),
        ("http://arxiv.org/pdf/1706.03762.pdf", "1706.03762"), ("https://huggingface.co/papers/2310.06825", "2310.06825"),
        ("10.48550/arXiv.2106.09685", "2106.09685"), ("cs/0112017", "cs/0112017"), ("math.GT/0309136", "math/0309136"),
        ("1713.03762", None), ("17.1", None), ("see 1706.03762 there", None), ("", None),
    ],
)  # fmt: skip
def test_arxiv(text: str, wanted: str | None) -> None:
    assert arxiv_id(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("10.1000/ABC", "10.1000/abc"), ("https://dx.doi.org/10.1000/a%28b%29", "10.1000/a(b)"), ("doi:10.1000/x.", "10.1000/x"),
        ("https://doi.org/10.1000/x?y=1", "10.1000/x"), ("n/a", None), ("10.1/x", None),
    ],
)  # fmt: skip
def test_doi(text: str, wanted: str | None) -> None:
    assert doi(text) == wanted


def test_acl_and_openreview() -> None:
    assert acl_id("https://www.aclweb.org/anthology/P18-1001.pdf") == "P18-1001"
    assert acl_id("https://aclanthology.org/2020.acl-main.1/") == "2020.acl-main.1"
    assert acl_id("https://aclanthology.org/events/acl-2020/") is None
    assert openreview_id("https://openreview.net/pdf?id=abc_-9") == "abc_-9"
    assert openreview_id("https://openreview.net/group?x=1") is None


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"given": "s2:77", "arxivs": ["1706.03762"]}, "s2:77"),
        ({"given": "ArXiv:1706.03762v2"}, "arxiv:1706.03762"),
        ({"given": "1706.03762"}, "arxiv:1706.03762"),
        ({"given": "17", "dois": ["10.1000/x"]}, "doi:10.1000/x"),
        ({"given": "17", "stem": "My File"}, "local:my-file/17"),
        ({"urls": ["https://aclanthology.org/N19-1423/"], "dois": ["10.1000/x"]}, "acl:N19-1423"),
        ({"urls": ["https://openreview.net/forum?id=q"]}, "openreview:q"),
        ({"given": "https://example.org/1"}, "local:input/https://example.org/1"),
        ({}, "title:a-title"),
    ],
)
def test_the_order_of_identifiers(fields: dict[str, object], wanted: str) -> None:
    assert identify("A Title", **fields).id == wanted  # type: ignore[arg-type]


def test_title_ids() -> None:
    assert title_id("Attention Is All You Need!") == title_id("attention is all you  need") == "title:attention-is-all-you-need"
    chinese, other = title_id("一个标题"), title_id("另一标题")
    assert chinese != other
    assert chinese == title_id("一个标题")
    long = title_id("word " * 100)
    assert len(long) < 180
    assert long != title_id("word " * 101)
