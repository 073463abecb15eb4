"""IRIs: valid for every id, never one for two ids, and back again."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.iris import Iris, segment, web_iri
from kg.errors import UsageError

VALID = re.compile(r"https?://[^\x00-\x20<>\"{}|^`\\\[\]]*")


@settings(derandomize=True, deadline=None, database=None)
@given(st.text())
def test_every_id_gives_a_valid_iri_and_comes_back(text: str) -> None:
    iris = Iris()
    iri = iris.concept(text)
    assert VALID.fullmatch(iri) and iri.isascii() and iri.count("/") == 5
    assert iris.id_of(iri, "concept") == text
    ox.NamedNode(iri)


@settings(derandomize=True, deadline=None, database=None)
@given(st.text(), st.text())
def test_two_ids_have_two_iris(one: str, other: str) -> None:
    assert (segment(one) == segment(other)) == (one == other)


@settings(derandomize=True, deadline=None, database=None)
@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_what_is_taken_for_a_web_address_can_be_written(text: str) -> None:
    for url in (text, f"https://x.org/{text}", f"http://{text}"):
        iri = web_iri(url)
        if iri is not None:
            assert VALID.fullmatch(iri)
            line = f"<http://a/s> <http://a/p> <{iri}> .\n"
            [quad] = ox.parse(line.encode(), format=ox.RdfFormat.N_TRIPLES)
            assert quad.object == ox.NamedNode(iri)


@pytest.mark.parametrize(
    "text", ["", "x.org", "ftp://x.org/", "https://", "http:///a", "http://a b/", "https://u:p@x.org/", "javascript:1"]
)
def test_what_is_no_web_address(text: str) -> None:
    assert web_iri(text) is None


@pytest.mark.parametrize("base", ["https://kg.example", "https://kg.example/", "http://kg.example:8080/a/b"])
def test_bases_end_with_a_slash(base: str) -> None:
    assert Iris(base).paper("x") == base.rstrip("/") + "/paper/x"


@pytest.mark.parametrize(
    "base", ["", "kg", "mailto:a@b", "https://x/#", "https://x/?q", "https://x/%zz", "https://x/[", "https://x/a b", "https://x/{"]
)
def test_odd_bases_are_refused(base: str) -> None:
    with pytest.raises(UsageError, match=r"give one such as https://example\.org/kg/"):
        Iris(base)


def test_ids_of_other_kinds_are_told_apart() -> None:
    iris = Iris()
    assert iris.id_of(iris.paper("x"), "concept") is None
    assert iris.id_of(iris.field("x", "title"), "field") is None
