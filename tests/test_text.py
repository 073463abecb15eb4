"""Folding of names, sentence bounds and abbreviation pairs, by example and by property."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.text import abbreviations, fold, fold_word, fold_words, sentences, singular, slug, words

WORDS = st.text(alphabet="abcdefgxyzsABCDLMS0129éλ", min_size=1, max_size=9)
#: What breaks careless code: marks, brackets, white space, right-to-left letters, emoji, control and combining characters.
TEXTS = st.text(alphabet=st.sampled_from("aAbBsS .,;:!?()[]\"'-–\n\t𝛼😀שלום\u0301\x00\u200f&/2%"), max_size=120)


# --- folding ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("multi-task learning", "Multitask Learning"),
        ("Graph Neural Networks", "graph neural-network"),
        ("LLMs", "LLM"),
        ("policies", "policy"),
        ("classes", "class"),
        ("time series", "Time-Series"),
        ("optimisation", "optimization"),
        ("neighbour sampling", "neighbor sampling"),
        ("β-VAE", "beta VAE"),
        ("Schrödinger bridge", "Schrodinger Bridge"),
        ("ﬁne-tuning", "fine tuning"),
        ("ＢＥＲＴ", "bert"),
        ("ROUGE (longest)", "ROUGE"),
        ("corpora", "Corpus"),
        ("cafe\u0301", "café"),
    ],
)
def test_one_name_however_it_is_written(one: str, other: str) -> None:
    assert fold(one) == fold(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("C++", "C"), ("F#", "F"), ("Llama 2", "Llama 3"), ("loss", "los"), ("bias", "bia"), ("SST-2", "SST-5"), ("GRU", "GRUB")],
)
def test_different_names_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_a_name_that_is_all_parenthesis_keeps_its_words() -> None:
    assert fold("(GAN)") == "gan"
    assert fold("!?") == fold("") == fold("😀") == ""


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_hyphens_blanks_and_underscores_do_not_matter(parts: list[str]) -> None:
    keys = {fold(mark.join(parts)) for mark in (" ", "-", "_", "–", "  ")}
    assert keys == {"".join(map(fold_word, parts))}


@given(st.lists(st.from_regex(r"[a-zA-ZäÄßİK\u2126éſﬁ0-9+#]{1,7}(s|S|us|isation|Networks|corpora|)", fullmatch=True)))
def test_many_words_are_folded_as_one_by_one(some: list[str]) -> None:
    assert fold_words(some) == [*map(fold_word, some)]


@given(WORDS)
def test_folding_a_word_is_lower_case_without_marks(word: str) -> None:
    folded = fold_word(word)
    assert folded == folded.casefold()
    capital = word.lower().capitalize()
    if not capital[:-1].isupper():  # "A0s" are several A0
        assert fold_word(word.lower()) == fold_word(capital), "a capital at the beginning says nothing"


@given(TEXTS)
def test_slugs_are_plain_and_stable(text: str) -> None:
    made = slug(text)
    assert re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", made)
    assert slug(made) == made


def test_slugs() -> None:
    assert slug("Where's Waldo?") == "wheres-waldo"
    assert slug("naïve Bayes") == "naive-bayes"
    assert slug("λ-calculus / C#") == "lambda-calculus-c-sharp"
    assert slug("😀") == ""


@pytest.mark.parametrize(
    ("plural", "expected"),
    [
        ("networks", "network"),
        ("Networks", "Network"),
        ("GANs", "GAN"),
        ("strategies", "strategy"),
        ("series", "series"),
        ("Matrices", "Matrix"),
        ("boxes", "box"),
        ("losses", "loss"),
        ("loss", "loss"),
        ("corpus", "corpus"),
        ("analysis", "analysis"),
        ("dynamics", "dynamics"),
        ("Bayes", "Bayes"),
        ("SARS", "SARS"),
        ("GPS", "GPS"),
        ("videos", "video"),
        ("Cameras", "Camera"),
        ("chaos", "chaos"),
        ("atlas", "atlas"),
        ("children", "child"),
        ("", ""),
        ("s", "s"),
    ],
)
def test_shown_singulars(plural: str, expected: str) -> None:
    assert singular(plural) == expected


@given(WORDS)
def test_a_singular_is_the_same_name(word: str) -> None:
    # what is shown must fold to what is compared, or a label would not find its own concept; a word of four letters or less
    # may be another word without its s
    if len(word) > 4 and not word.lower().endswith(("sss", "ies", "es", "us", "is", "as", "os", "axes")) and word.isascii():
        assert fold_word(singular(word)) in {fold_word(word), fold_word(fold_word(word))}


# --- words and sentences ----------------------------------------------------------------------------------------------


def test_words() -> None:
    text = "C++ and F# don't split_names, GPT-4!"
    assert [text[a:b] for a, b in words(text)] == ["C++", "and", "F#", "don", "t", "split", "names", "GPT", "4"]


def _split(text: str) -> list[str]:
    return [text[a:b] for a, b in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One here. Two there! Three?", ["One here.", "Two there!", "Three?"]),
        ("See Fig. 3 of Smith et al. (2020). It helps.", ["See Fig. 3 of Smith et al. (2020).", "It helps."]),
        ("We use tricks, i.e. Two of them. Done.", ["We use tricks, i.e. Two of them.", "Done."]),
        ("It gains 2.5 points vs. BERT. Good.", ["It gains 2.5 points vs. BERT.", "Good."]),
        ('He said "stop." Then it ended.', ['He said "stop."', "Then it ended."]),
        ("Names, dates, etc. We kept them.", ["Names, dates, etc.", "We kept them."]),
        ("No end here", ["No end here"]),
        ("  padded.  Twice.\n", ["padded.", "Twice."]),
        ("J. Doe wrote it. She left.", ["J. Doe wrote it.", "She left."]),
        ("", []),
        (" \n\t ", []),
        ("...", ["..."]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert _split(text) == expected


@given(TEXTS)
def test_sentences_hold_everything_but_the_white_space_between(text: str) -> None:
    bounds = sentences(text)
    at = 0
    for start, end in bounds:
        assert start < end
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


# --- abbreviations ----------------------------------------------------------------------------------------------------


def _pairs(text: str) -> list[tuple[str, str]]:
    return [(text[a:b], text[c:d]) for (a, b), (c, d) in abbreviations(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We train graph convolutional networks (GCNs) here.", [("graph convolutional networks", "GCNs")]),
        ("The LoRA (low-rank adaptation) method", [("low-rank adaptation", "LoRA")]),
        ("mean average precision [mAP] rises", [("mean average precision", "mAP")]),
        ("our Clean Unlearning (CUL; see below) step", [("Clean Unlearning", "CUL")]),
        ('a variational autoencoder ("VAE") and', [("variational autoencoder", "VAE")]),
        ("for question answering (QA) and machine translation (MT).", [("question answering", "QA"), ("machine translation", "MT")]),
        ("of augmented and aligned routing (AAR)", [("augmented and aligned routing", "AAR")]),
        ("We saw it (see Section 2) and left (2020).", []),
        ("a nice picture (XYZ) of it", []),
        ("it is (a) good and (b) bad", []),
        ("()", []),
        ("(GAN) begins the text", []),
        ("an unclosed (GAN", []),
    ],
)
def test_abbreviations(text: str, expected: list[tuple[str, str]]) -> None:
    assert _pairs(text) == expected


def test_a_long_form_does_not_reach_over_a_mark() -> None:
    assert _pairs("Graphs matter. Neural networks (GNN) are not graph ones.") == []


@given(TEXTS)
def test_abbreviations_lie_within_the_text(text: str) -> None:
    for (a, b), (c, d) in abbreviations(text):
        assert 0 <= a < b <= len(text)
        assert 0 <= c < d <= len(text)
        assert b <= c or d <= a, "long and short form do not overlap"


@pytest.mark.parametrize("text", ["(a b) " * 9000, "x" * 50_000 + " y (a b)", "A" * 50_000 + "(AB)", "(" * 50_000, ". " * 25_000])
def test_long_texts_take_no_time(text: str) -> None:
    begin = time.process_time()
    abbreviations(text)
    sentences(text)
    assert time.process_time() - begin < 2, "time grows with the square of the text"
