"""The word lists: closed, lower-case, and each word in one class."""

from __future__ import annotations

from kg.recognize.lexicon import CUE, CUE_CLASSES, CUE_NAMES, CUES, FUNCTION_WORDS, HARD_EDGES, PLACES, SOFT_EDGES, SUFFIXES


def test_words_are_lower_case() -> None:
    for words in (FUNCTION_WORDS, HARD_EDGES, SOFT_EDGES, PLACES, SUFFIXES, *(w for _, w in CUE_CLASSES)):
        assert all(w == w.casefold().strip() != "" for w in words)


def test_function_words_are_hard_edges_and_none_is_soft() -> None:
    assert FUNCTION_WORDS <= HARD_EDGES
    assert not HARD_EDGES & SOFT_EDGES


def test_every_cue_has_a_class() -> None:
    assert CUE_NAMES[0] == "none"
    assert len(set(CUE_NAMES)) == len(CUE_NAMES)
    assert set(CUES.values()) <= set(range(1, len(CUE_NAMES)))
    assert all(CUE_NAMES[CUE[name]] == name for name in CUE_NAMES)
    assert CUES["propose"] == CUE["propose"]
    assert CUES["outperforms"] == CUE["compare"]


def test_endings_fit_in_31_bits() -> None:
    # the last bit of `Words.ending` is that of places
    assert len(SUFFIXES) <= 31
    assert len(set(SUFFIXES)) == len(SUFFIXES)
