"""Pieces of the site on their own: names of files, marks, packing, orders of heat maps."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.cards import segments
from kg.site.draw import Bar, across, years_of
from kg.site.heatmaps import arranged
from kg.site.marks import marked
from kg.site.names import safe_name
from kg.site.packing import enclosing, packed
from kg.site.search import shard_file, words


@given(st.lists(st.text(max_size=80), min_size=2, max_size=2, unique=True))
def test_names_of_files_are_safe_and_differ(two: list[str]) -> None:
    names = [safe_name(text) for text in two]
    assert names[0] != names[1]
    for name in names:
        assert re.fullmatch(r"[a-z0-9_-]{1,80}", name)
        assert safe_name(name) != name or "_" not in name


@pytest.mark.parametrize("device", ["con", "nul", "com1", "index", "CON"])
def test_names_that_systems_keep_get_a_mark(device: str) -> None:
    assert "_" in safe_name(device)


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(-5, 50), st.integers(-5, 50)), max_size=6))
def test_marked_text_is_the_text(text: str, marks: list[tuple[int, int]]) -> None:
    out = str(marked(text, marks))
    plain = re.sub(r"</?mark>", "", out)
    for char, escaped in (("<", "&lt;"), (">", "&gt;"), ('"', "&#34;"), ("'", "&#39;"), ("&", "&amp;")):
        plain = plain.replace(escaped, char)
    assert plain == text
    assert not re.search(r"<mark>[^<]*<mark>", out)


@given(st.text(min_size=1, max_size=30), st.lists(st.tuples(st.integers(0, 29), st.integers(1, 10)), max_size=5))
def test_segments_cover_the_text_and_know_their_mentions(text: str, spans: list[tuple[int, int]]) -> None:
    places = [(start, min(len(text), start + length)) for start, length in spans if start < len(text)]
    found = segments(text, places)
    assert "".join(piece for piece, _ in found) == text
    at = 0
    for piece, over in found:
        assert set(over) == {n for n, (a, b) in enumerate(places) if a <= at and at + len(piece) <= b}
        lengths = [places[n][1] - places[n][0] for n in over]
        assert lengths == sorted(lengths)
        at += len(piece)


@given(st.lists(st.floats(1, 60), min_size=1, max_size=14))
def test_packed_circles_do_not_overlap_and_lie_in_their_ring(radii: list[float]) -> None:
    places = packed(radii, gap=2)
    circles = [(x, y, r) for (x, y), r in zip(places, radii, strict=True)]
    for n, a in enumerate(circles):
        for b in circles[n + 1 :]:
            assert math.hypot(a[0] - b[0], a[1] - b[1]) >= a[2] + b[2] + 1.9
    x, y, r = enclosing(circles)
    assert all(math.hypot(c[0] - x, c[1] - y) + c[2] <= r + 1e-9 for c in circles)


def test_rows_that_are_filled_alike_become_neighbours() -> None:
    blocks = np.kron(np.eye(3), np.ones((4, 5)))
    mixed = np.random.default_rng(1).permutation(12)
    order = arranged(blocks[mixed])
    groups = [int(mixed[n]) // 4 for n in order]
    assert sum(a != b for a, b in pairwise(groups)) == 2


def test_one_wrong_year_does_not_squeeze_the_others() -> None:
    assert years_of({3: 1, 1999: 4, 2001: 2})[0] == 2001 - 119
    assert years_of({1999: 4, 2001: 2}) == [1999, 2000, 2001]
    assert years_of({}) == []


def test_bars_escape_and_a_thin_one_does_not_set_the_scale() -> None:
    picture = str(across([Bar("1", 1.0, "<b>", "x.html#y", thin=True), Bar("2", 0.2, "two", "y.html")], 'a "picture"'))
    assert "<b>" not in picture
    assert 'aria-label="a &#34;picture&#34;"' in picture
    heights = [float(h) for h in re.findall(r'class="bar[ a-z]*"[^>]* height="([\d.]+)"', picture)]
    # the bar that rests on little ends at the top of the scale, which the other one sets
    assert heights == [150.0, 150.0]


#: What exports/page/test/site.test.ts expects of the script as well.
CUT = {
    "Naïve Bayes": ["naive", "bayes"],
    "pre-training": ["pre", "training"],
    "C++ / F1-score": ["c", "f1", "score"],
    "ResNeXt-Δ": ["resnext", "δ"],
    "ﬁne-tuning": ["fine", "tuning"],
    "Ångström ٣": ["angstrom", "٣"],
}


@pytest.mark.parametrize("text", CUT)
def test_names_are_cut_as_the_script_cuts_queries(text: str) -> None:
    assert words(text) == CUT[text]


def test_pieces_of_the_index_have_safe_names() -> None:
    assert [shard_file(key) for key in ("be", "3d", "δ", "ا1")] == ["w-be", "w-3d", "u-3b4", "u-627-31"]
