"""Words, grams and their keys: what a mention can be, and when two strings are one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.keys import _BASE, SortedKeys, hashes, hashes_and_powers
from kg.model import FIELDS, Paper
from kg.recognize.distinct import MARKS, Distinct
from kg.recognize.grams import MAX_WORDS, grams_of, key, words_of
from kg.text import fold, sentences

pytestmark = pytest.mark.usefixtures("way")

TEXTS = st.text(alphabet=st.sampled_from("aAbBsS .,;:!?()[]\"'-–/_&\n\t+𝛼😀ש\u0301\x00\u200f19"), max_size=80)


def _grams(abstract: str, title: str = "") -> list[str]:
    words = words_of([Paper("p", title, abstract)])
    grams = grams_of(words)
    return [words.surface(int(a), int(b)) for a, b in zip(grams.first, grams.last, strict=True)]


def _keys(text: str) -> dict[str, int]:
    words = words_of([Paper("p", "", text)])
    grams = grams_of(words)
    return {
        words.surface(int(a), int(b)): int(k) for a, b, k in zip(grams.first, grams.last, grams.key, strict=True)
    }  # fmt: skip


@pytest.mark.parametrize("text", ["multi-task", "multi task", "Multitask", "MULTI-TASK", "multi–task", "multi-tasks"])
def test_one_key_however_it_is_written(text: str) -> None:
    assert _keys(text)[text] == key("multitask") == key(fold(text))


def test_order_and_letters_make_the_key() -> None:
    keys = {key(fold(t)) for t in ("task multi", "multi task", "multi tank", "mult task", "C", "C++", "")}
    assert len(keys) == 7
    assert all(0 <= k < 2**64 for k in keys)


@given(TEXTS, TEXTS)
def test_the_key_of_a_gram_is_that_of_its_folded_text(title: str, abstract: str) -> None:
    words = words_of([Paper("p", title, abstract), Paper("q", abstract, title)])
    grams = grams_of(words)
    assert len(set(zip(grams.first.tolist(), grams.last.tolist(), strict=True))) == len(grams), "no gram twice"
    for first, last, found in zip(grams.first.tolist(), grams.last.tolist(), grams.key.tolist(), strict=True):
        assert found == key(fold(words.surface(first, last)))
        assert 0 <= last - first < MAX_WORDS
        assert words.paper[first] == words.paper[last]
        assert words.sentence[first] == words.sentence[last]


@given(TEXTS, TEXTS)
def test_words_stand_where_they_say(title: str, abstract: str) -> None:
    papers = [Paper("p", title, abstract)]
    words = words_of(papers)
    for w in range(len(words)):
        surface = words.surface(w, w)
        field = FIELDS[int(words.field[w])]
        assert papers[0].text(field)[words.start[w] : words.end[w]] == surface != ""
        _, _, low, high = words.sentence_bounds[words.sentence[w]]
        assert low <= words.start[w] < words.end[w] <= high
    assert len(words.sentence_bounds) == len(sentences(title)) + len(sentences(abstract))


def test_a_gram_ends_at_marks_and_sentences() -> None:
    found = _grams("We train sparse models, deep nets (small). Good nets win.")
    assert "sparse models" in found
    assert "deep nets" in found
    for over in ("models, deep", "nets (small", "small). Good"):
        assert not [g for g in found if over in g]


def test_no_gram_begins_or_ends_with_a_function_word_unless_a_hyphen_ties_it() -> None:
    found = _grams("The mixture of experts is used for in-context learning and plug-in modules of the year 2020.")
    assert "mixture of experts" in found
    assert "in-context learning" in found
    assert "plug-in" in found
    assert not [g for g in found if g.casefold().split()[0] in {"the", "of", "is", "for", "and"}]
    assert not [g for g in found if g.casefold().split()[-1] in {"the", "of", "is", "for", "and"}]
    assert "2020" not in found, "a bare number names nothing"


def test_capitals_make_a_name_of_a_function_word() -> None:
    assert "IT" in _grams("We study IT systems.")
    assert "it" not in _grams("We study it here.")


def test_single_letters_are_left_out_but_count_inside() -> None:
    found = _grams("we use C and Vitamin C here")
    assert "C" not in found
    assert "Vitamin C" in found


@pytest.mark.parametrize("text", ["", " ", "?!…", "😀😀", "\x00\x01", "\u202e", "1 2 3", "3.14 - 2.7", "( ) [ ]", "-", "."])
def test_texts_without_words(text: str) -> None:
    assert _grams(text, text) == []


def test_nothing_at_all() -> None:
    words = words_of([])
    assert len(words) == 0
    assert words.sentence_bounds.shape == (0, 4)
    assert len(grams_of(words)) == 0


def test_other_scripts_have_words() -> None:
    assert "רשת עצבית" in _grams("אנו מאמנים רשת עצבית")
    assert "Müller–Brown potential" in _grams("The Müller–Brown potential")


def test_grams_do_not_depend_on_the_neighbours() -> None:
    papers = [Paper("a", "One Title", "Some text on graphs."), Paper("b", "", ""), Paper("c", "Two", "More text. And more.")]
    whole = words_of(papers)
    together = grams_of(whole)
    for number, paper in enumerate(papers):
        mine = [int(k) for f, k in zip(together.first, together.key, strict=True) if whole.paper[f] == number]
        assert mine == grams_of(words_of([paper])).key.tolist()


def test_a_batch_reads_as_its_papers_do_one_by_one() -> None:
    papers = [
        Paper("a", "", "We train nets. They win (often)."),
        Paper("b", "Deep nets", ""),
        Paper("c", "", ""),
        Paper("d", "“BERT” – a study", "First\nline, second\nline! end"),
    ]
    together = words_of(papers)
    apart = [words_of([p]) for p in papers]
    for name in ("field", "start", "end", "gap", "before", "after", "flags", "cue", "ending", "hash", "distinct"):
        assert getattr(together, name).tolist() == [v for w in apart for v in getattr(w, name).tolist()], name
    assert together.plain.text[0] == papers[0].abstract
    assert [together.surface(w, w) for w in together.plain.cued[:1]] == ["We"]


def test_marks_beside_words_and_at_the_edges_of_sentences() -> None:
    words = words_of([Paper("p", "", '(We) use "BERT". It wins!')])
    assert [MARKS[m] for m in words.before.tolist()] == ["(", ")", '"', "\n", " "]
    assert [MARKS[m] for m in words.after.tolist()] == [")", '"', '"', " ", "!"]


def test_a_table_grows_and_keeps_its_numbers() -> None:
    table = Distinct(lambda texts: ([*map(len, texts)],), (np.uint16,))
    texts = [f"w{n}" for n in range(3000)]
    assert table.numbers(texts[:10]).tolist() == [*range(10)]
    (lengths,) = table.rows(table.numbers([*texts, *texts]))
    assert lengths.tolist() == [len(t) for t in texts] * 2
    assert table.numbers(texts).tolist() == [*range(3000)]
    assert list(table) == texts
    assert table.numbers([]).tolist() == []


@given(st.sets(st.integers(0, 2**64 - 1), max_size=40), st.lists(st.integers(0, 2**64 - 1), max_size=10), st.integers(0, 60))
def test_sorted_keys_are_found_at_their_places(keys: set[int], others: list[int], bits: int) -> None:
    # shifted to the right, they share their first bits, and all are in few buckets
    here = np.array(sorted({k >> bits for k in keys}), np.uint64)
    wanted = np.array([*(k >> bits for k in keys), *others, *(k >> bits for k in others), 0, 2**64 - 1], np.uint64)
    place = {k: n for n, k in enumerate(here.tolist())}
    assert SortedKeys(here).find(wanted).tolist() == [place.get(k, -1) for k in wanted.tolist()]


@given(st.lists(TEXTS.map(fold), max_size=20))
def test_many_keys_at_once_are_those_one_by_one(folded: list[str]) -> None:
    assert hashes(folded).tolist() == [key(f) for f in folded]
    assert [*zip(*map(np.ndarray.tolist, hashes_and_powers(folded)), strict=True)] == [
        (key(f), pow(_BASE, len(f.encode()), 2**64)) for f in folded
    ]
