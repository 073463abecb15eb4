"""Texts cut into words by the compiled kernel: the places and numbers that the regular expression gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import native
from kg.recognize.distinct import Distinct
from kg.recognize.split import _by_pattern, _compiled, split

TEXTS = st.text(alphabet=st.sampled_from("aAzZ09_+#.- \n\x00éß²½अ\u0301\u200f𝛼😀ש\ud800中"), max_size=40) | st.text(max_size=60)


def _tables() -> tuple[Distinct, Distinct]:
    first, second = (Distinct(lambda texts: ([*map(len, texts)],), (np.int64,)) for _ in range(2))
    return first, second


@pytest.fixture(autouse=True, scope="module")
def there() -> None:
    if native.library() is None:
        pytest.skip(native.missing())


@given(TEXTS, TEXTS)
def test_both_ways_find_the_same_words(before: str, text: str) -> None:
    library = native.library()
    assert library is not None
    ours, theirs = _tables(), _tables()
    # tables that know some strings already
    for tables in (ours, theirs):
        split(before, *tables)
    for a, b in zip(_compiled(text, *ours, library), _by_pattern(text, *theirs), strict=True):
        assert a.dtype == b.dtype == np.int64
        assert a.tolist() == b.tolist()
    assert [*map(list, ours)] == [*map(list, theirs)]


def test_many_words_and_many_alike() -> None:
    library = native.library()
    assert library is not None
    text = " ".join(f"w{n * n % 977}{'-+#'[n % 3]}" for n in range(20_000)) + "a+" * 5_000
    ours, theirs = _compiled(text, *_tables(), library), _by_pattern(text, *_tables())
    assert all((a == b).all() for a, b in zip(ours, theirs, strict=True))
    assert len(ours[0]) > 24_000


@pytest.mark.parametrize(("place", "value"), [(-1, 0), (0, -1), (0, 100), (0, 2**31), (2, -1), (4, 12), (4, 7), (4, 4)])
def test_sizes_that_do_not_fit_are_refused(place: int, value: int) -> None:
    codes, columns = np.frombuffer("ab c++".encode("utf-32-le"), np.uint32), np.empty((8, 6), np.int32)
    slots, counts, letters = np.empty(16, np.int32), np.zeros(3, np.int64), np.zeros(1, np.uint32)
    arguments = [6, codes.ctypes.data, 0, letters.ctypes.data, 16, slots.ctypes.data, *(c.ctypes.data for c in columns), counts.ctypes.data]
    if place >= 0:
        arguments[place] = value
    library = native.library()
    assert library is not None
    assert (library.kg_words(*arguments) == 0) == (place < 0)
    assert counts.tolist() == ([2, 2, 1] if place < 0 else [0, 0, 0])
