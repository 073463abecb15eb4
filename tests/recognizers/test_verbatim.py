"""Strings found in texts, and mended where only case or white space differs."""

from __future__ import annotations

from itertools import pairwise

import pytest

from kg.recognizers.pieces import pieces
from kg.recognizers.verbatim import mended, places


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("GPT, GPT4 and GPT-4", "GPT", ["GPT", "GPT"]),
        ("GPT, GPT4 and GPT-4", "GPT-4", ["GPT-4"]),
        ("in C++ and C", "C++", ["C++"]),
        ("𝛼🔬BERT🔬", "BERT", ["BERT"]),
        ("a (b) [c] .*", ".*", [".*"]),
        ("BERT", "bert", []),
        ("BERT", "", []),
        ("BERT", "  ", []),
        ("BERT", " BERT\n", ["BERT"]),
        ("x_y", "x", ["x"]),
    ],
)
def test_places(text: str, wanted: str, found: list[str]) -> None:
    assert [text[a:b] for a, b in places(text, wanted)] == found
    assert len(set(places(text, wanted))) == len(found)


@pytest.mark.parametrize(
    ("texts", "wanted", "one"),
    [
        (["The Glass\u00a0Corpus", "the Glass\u00a0Corpus"], "glass corpus", "Glass\u00a0Corpus"),
        (["The Glass Corpus", "the glass corpus"], "GLASS CORPUS", ""),
        (["Glass"], "glass corpus", ""),
        (["PrismNets"], "prismnet", ""),
        (["any"], "", ""),
        (["ΑΒΓ δεζ"], "αβγ ΔΕΖ", "ΑΒΓ δεζ"),
    ],
)
def test_mended_only_where_one_writing_fits(texts: list[str], wanted: str, one: str) -> None:
    assert mended(texts, wanted) == one


def test_pieces_hold_all_words_and_are_short() -> None:
    text = "One sentence. " * 50 + "word " * 100 + "y" * 500 + " End."
    found = pieces(text, 80)
    assert all(0 < b - a <= 80 for a, b in found)
    assert [b for _, b in found] == sorted(b for _, b in found)
    gaps = [text[b:c] for (_, b), (c, _) in pairwise(found)]
    assert set(gaps) <= {"", " "}
    assert text[: found[0][0]] == "" and text[found[-1][1] :] == ""
    assert pieces("", 80) == pieces("  ", 80) == pieces("… — !!! ???", 80) == []
