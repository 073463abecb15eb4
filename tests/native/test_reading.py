"""What is seen of papers is the same, byte for byte, with the compiled kernels and without them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.catalog import Catalog
from kg.keys import SortedKeys, hashes_and_powers
from kg.model import Paper
from kg.native import Kernel
from kg.reader import Reader, data_folder
from kg.recognize import context
from kg.recognize.columns import Groups, Members
from kg.recognize.features import Defined
from kg.recognize.grams import grams_of, words_of
from kg.recognize.known import CatalogIndex
from kg.recognize.sight import Sight, look
from kg.recognize.statistics import Statistics
from kg.relate.papers import _cues
from kg.text import fold

pytestmark = pytest.mark.usefixtures("kernels")

PIECES = (
    "we propose", "a", "BERT", "bert", "BERTs", "multi-task learning", "multi task learning", "large", "of", "the", "CIFAR-10", "10", "x",
    "e.g.", "(MoE)", "mixture of experts (MoE)", "outperforms", "state-of-the-art", ", ", ": ", ". ", "; ", "-", "/", "\n", "é", "Ünïcode",
    "😀", "β-VAE", "İ",
    "graph neural networks", "in-context", "first-order", "IT", "evaluate on", "baseline", "dataset", "''", "[1]", "C++", "\x00", "\u2028",
)  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=60).flatmap(lambda some: st.sampled_from((" ", "")).map(lambda gap: gap.join(some)))
papers = st.lists(st.tuples(texts, texts), max_size=5).map(lambda pairs: [Paper(f"p{n}", *pair) for n, pair in enumerate(pairs)])


@pytest.fixture(scope="session")
def statistics() -> Statistics:
    return Statistics.load(data_folder() / "statistics.npz")


@pytest.fixture(scope="session")
def see(tiny_catalog: Catalog, statistics: Statistics) -> Callable[[list[Paper]], Sight]:
    index = CatalogIndex(tiny_catalog)
    return lambda papers: look(papers, statistics, index)


@pytest.fixture(scope="session")
def reader(tiny_catalog: Catalog) -> Reader:
    """One that takes nearly everything."""
    return Reader(tiny_catalog, threshold=0.05)


@pytest.fixture(scope="session")
def both() -> Callable[..., tuple[object, object]]:
    """What a function gives without the library and with it."""

    def both(function: Callable[[], object]) -> tuple[object, object]:
        found = []
        for switch in ("0", "1"):
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("PAPERKG_NATIVE", switch)
                found.append(function())
        return found[0], found[1]

    return both


def alike(one: object, other: object) -> bool:
    """Whether two arrays, or records of arrays, are equal and of one type."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    names = getattr(type(one), "__dataclass_fields__", ())
    return all(alike(getattr(one, name), getattr(other, name)) for name in names) if names else one == other


@given(papers)
@settings(max_examples=60, deadline=None)
def test_a_sight(see: Callable[..., Sight], both: Callable[..., tuple[Sight, Sight]], papers: list[Paper]) -> None:
    one, other = both(lambda: see(papers))
    for part in ("words", "grams", "groups", "columns", "names"):
        assert alike(getattr(one, part), getattr(other, part)), part
    for name, before, after in zip(one.columns, one.seen._values, other.seen._values, strict=True):
        assert alike(before, after), name
    score = np.random.default_rng(len(one.groups)).random(len(one.groups)).round(2)
    chosen = np.flatnonzero(score > 0.4)
    assert alike(*both(lambda: context.context(one.words, one.grams, one.groups, one.pairs, score, chosen)))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_values_of_groups(both: Callable[..., tuple[object, object]], data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 12))
    first = data.draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=40))
    of = data.draw(st.lists(st.integers(0, 5), min_size=len(first), max_size=len(first)))
    order = np.argsort(of, kind="stable")
    start = np.append(np.unique(np.array(of)[order], return_index=True)[1], len(of))
    none = np.zeros(len(start) - 1)
    groups = Groups(order, start, none.astype(np.int64), none.astype(np.uint64))
    random = np.random.default_rng(data.draw(st.integers(0, 9)))
    begin = np.array(first, np.int32)
    members = Members(groups, begin, np.minimum(begin + random.integers(0, 3, len(begin)), size - 1).astype(np.int32))
    left, right = random.integers(0, 1 << 63, (2, size), dtype=np.uint64)
    bits = data.draw(st.lists(st.integers(0, 63), max_size=9))
    assert all(map(alike, *both(lambda: members.flags(left, right, bits))))
    assert all(map(alike, *both(lambda: members.shares(left, right, bits))))
    value = random.integers(-9, 9, (3, size)).astype(np.int16)
    assert all(map(alike, *both(lambda: members.least_of_first(value))))


@given(st.sets(st.integers(0, (1 << 64) - 1), max_size=50), st.lists(st.integers(0, (1 << 64) - 1), max_size=9))
def test_rows_of_keys(both: Callable[..., tuple[object, object]], keys: set[int], others: list[int]) -> None:
    here = np.array(sorted(keys), np.uint64)
    table = np.arange(3 * len(here), dtype=np.int64).astype(np.uint8).reshape(-1, 3)
    wanted = np.array([*others, *keys], np.uint64)
    one, other = both(lambda: SortedKeys(here).rows(wanted, table))
    assert alike(one, other)
    assert one.flags.f_contiguous and other.flags.f_contiguous, "columns are read one by one"  # type: ignore[attr-defined]


@given(st.lists(texts.map(fold), max_size=9))
def test_hashes(both: Callable[..., tuple[object, object]], folded: list[str]) -> None:
    one, other = both(lambda: hashes_and_powers(folded))
    assert all(map(alike, one, other))  # type: ignore[call-overload]


def test_hashes_of_strings_that_do_not_fit_are_refused(kernels: Kernel) -> None:
    letters, found = np.zeros(4, np.uint8), np.zeros(2, np.uint64)
    for ends, good in (((1, 4), True), ((2, 1), False), ((-1, 4), False), ((1, 5), False)):
        end = np.array(ends)
        given = 2, end.ctypes.data, 4, letters.ctypes.data, 3, found.ctypes.data, found.ctypes.data
        assert (kernels.kg_hashes(*given) == 0) == good


@pytest.mark.parametrize("wrong", ["order", "start", "first", "last"])
def test_groups_that_do_not_fit_are_refused(wrong: str) -> None:
    numbers = {"order": np.arange(2), "start": np.array([0, 2])}
    words = {"first": np.zeros(2, np.int32), "last": np.ones(2, np.int32)}
    for of in (numbers, words):
        if wrong in of:
            of[wrong][1] = 9
    groups = Groups(numbers["order"], numbers["start"], np.zeros(1, np.int64), np.zeros(1, np.uint64))
    bits = np.zeros(2, np.uint64)
    members = Members.__new__(Members)
    members._groups, members._words, members.first = groups, (words["first"], words["last"]), np.zeros(1, np.int64)
    for asked in (
        lambda: members.flags(bits, bits, [1]),
        lambda: members.shares(bits, bits, [1]),
        lambda: members.least_of_first(np.zeros((1, 2), np.int16)),
    ):
        with pytest.raises(ValueError, match="does not fit together"):
            asked()


def test_grams_that_do_not_fit_are_refused() -> None:
    words = words_of([Paper("p", "graph neural networks", "")])
    grams = grams_of(words)
    none = np.zeros(0, np.int64)
    pairs = Defined(none, none.astype(np.uint64), none.astype(np.uint64))
    groups = Groups(np.arange(1), np.array([0, 1]), np.zeros(1, np.int64), grams.key[:1])
    for first, last in ((0, 7), (2, 1), (-1, 0)):
        bad = grams.take(np.array([0]))
        bad.first[:], bad.last[:] = first, last
        with pytest.raises(ValueError, match="does not fit together"):
            context.context(words, bad, groups, pairs, np.ones(1), np.arange(1))


def test_a_paper_of_many_words(see: Callable[..., Sight], both: Callable[..., tuple[Sight, Sight]]) -> None:
    one, other = both(lambda: see([Paper("p", "", " ".join(PIECES * 40))]))
    assert len(one.grams) > 3000
    assert alike(one.groups, other.groups)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_cues(both: Callable[..., tuple[object, object]], data: st.DataObject) -> None:
    words = words_of([Paper("p", data.draw(texts), "We use Foo. " + data.draw(texts)), Paper("q", data.draw(texts), data.draw(texts))])
    sentence = words.sentence.tolist()
    places = []
    for first in data.draw(st.lists(st.integers(0, len(words) - 1), max_size=9)):
        last = data.draw(st.integers(first, min(first + 3, len(words) - 1)))
        if sentence[first] == sentence[last]:
            places.append((first, last, data.draw(st.integers(0, 6))))
    one, other = both(lambda: _cues(words, places))
    assert one == other


@given(papers)
@settings(max_examples=15, deadline=None)
def test_readings(reader: Reader, both: Callable[..., tuple[object, object]], papers: list[Paper]) -> None:
    one, other = both(lambda: reader.read(papers))
    assert one == other
