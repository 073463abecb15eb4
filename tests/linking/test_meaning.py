"""Meanings of names: counted from papers, weighed by the words around, refused where nothing or something else fits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kg.catalog import Catalog
from kg.linking.linker import Candidate, Linker, Named
from kg.linking.meaning import USUAL, Around
from kg.linking.senses import RATIO_LIMIT, RATIO_STEPS, Senses, single
from kg.model import Concept, ConceptType, Paper
from kg.recognize.grams import telling, words_of
from kg.training.senses import LEAST_WORD, count, same_stems

TASK, DATASET, ARCHITECTURE, METHOD, METRIC = ConceptType
#: Sentences of four made-up subjects, so that each word is in enough papers.
SUBJECTS = {
    "latent Dirichlet allocation (LDA)": "Topics of documents are inferred by Gibbs sampling over words and corpora",
    "linear discriminant analysis (LDA)": "Classes of faces are separated by projections of covariance and scatter",
    "local drift adjustment (LDA)": "Buoys at sea report currents and tides to ships near harbours",
    "falcon": "Questions are answered by prompts and decoding of pretrained weights",
}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    exact = frozenset({"exact-case"})
    return Catalog(
        [
            Concept("latent-dirichlet-allocation", METHOD, "latent Dirichlet allocation", acronyms=("LDA",)),
            Concept("linear-discriminant-analysis", METHOD, "linear discriminant analysis", acronyms=("LDA",)),
            Concept("dynamic-programming", METHOD, "dynamic programming"),
            Concept("falcon", ARCHITECTURE, "Falcon", flags=exact),
            Concept("falcon-mini", ARCHITECTURE, "Kestrel", broader=("falcon",), flags=exact),
        ]
    )


@pytest.fixture(scope="module")
def papers() -> list[Paper]:
    found = []
    for name, about in SUBJECTS.items():
        # the second meaning is a third as frequent as the first
        for n in range(LEAST_WORD if "linear" in name else 3 * LEAST_WORD):
            text = f"{about}. We study {name if name != 'falcon' else 'Falcon'}."
            found.append(Paper(f"{name}-{n}", "", text))
    found += [Paper(f"dp-{n}", "", "Paths are found by dynamic programming (DP) in tables.") for n in range(LEAST_WORD)]
    return found


@pytest.fixture(scope="module")
def senses(papers: list[Paper], catalog: Catalog) -> Senses:
    return count(papers, catalog)


@pytest.fixture(scope="module")
def linker(catalog: Catalog, senses: Senses) -> Linker:
    return Linker(catalog, senses=senses)


def candidates(linker: Linker, senses: Senses, mention: str, text: str, type_: ConceptType | None = METHOD) -> list[Candidate]:
    """The candidates of a string in a text."""
    words = words_of([Paper("p", "", text)])
    columns = senses.known_words(words.hash)
    columns[~telling(words)] = -1
    place = next(n for n in range(len(words)) if words.surface(n, n) == mention)
    return linker.candidates(Named((mention,), type_, places=((place, place),), around=Around(columns.tolist(), 0, USUAL)))


def chosen(linker: Linker, senses: Senses, mention: str, text: str, type_: ConceptType | None = METHOD) -> str:
    found = linker.choose(candidates(linker, senses, mention, text, type_))
    return found.concept if found else ""


def test_what_papers_mean_is_counted(senses: Senses) -> None:
    meanings, defined = senses.meanings("LDA")
    assert defined == 7 * LEAST_WORD
    counts = {m.text: m.papers for m in meanings}
    assert counts == {
        "latent Dirichlet allocation": 3 * LEAST_WORD, "local drift adjustment": 3 * LEAST_WORD, "linear discriminant analysis": LEAST_WORD,
    }  # fmt: skip
    assert senses.meanings("lda") == senses.meanings("XYZ") == ([], 0), "abbreviations are read as they are written"


def test_the_words_around_decide(linker: Linker, senses: Senses) -> None:
    assert chosen(linker, senses, "LDA", "Topics of many documents and corpora come from LDA.") == "latent-dirichlet-allocation"
    assert chosen(linker, senses, "LDA", "The scatter of faces within classes is small after LDA.") == "linear-discriminant-analysis"


def test_a_meaning_that_the_catalog_has_not_wins_and_is_named(linker: Linker, senses: Senses) -> None:
    text = "Ships in harbours correct the tides and currents of buoys by LDA."
    assert chosen(linker, senses, "LDA", text) == ""
    best = candidates(linker, senses, "LDA", text)
    assert best[0].comparison.other == "local drift adjustment"
    assert "rather local drift adjustment" in linker.verdict(best, 0)
    assert all(c.comparison.sense is not None and c.comparison.sense < 0.1 for c in best)


def test_words_that_fit_nothing_refuse_a_name(linker: Linker, senses: Senses) -> None:
    assert chosen(linker, senses, "Falcon", "Prompts for Falcon change how it answers questions.", ARCHITECTURE) == "falcon"
    assert chosen(linker, senses, "Falcon", "Buoys at sea and tides near harbours were seen from Falcon.", ARCHITECTURE) == ""


def test_a_concept_without_papers_has_the_profile_of_a_broader_one(linker: Linker, senses: Senses) -> None:
    fits = [candidates(linker, senses, name, f"Prompts make {name} answer questions.", ARCHITECTURE)[0] for name in ("Falcon", "Kestrel")]
    assert fits[0].comparison.fit > fits[1].comparison.fit > 0


def test_the_usual_long_form_leads_to_a_concept_that_does_not_list_the_abbreviation(linker: Linker, senses: Senses) -> None:
    found = candidates(linker, senses, "DP", "Tables are filled by DP along paths.")
    assert [(c.concept, c.comparison.via) for c in found] == [("dynamic-programming", "usual long form")]
    assert linker.choose(found) == found[0]


def test_a_long_form_without_its_small_words_is_the_concept_that_lists_the_abbreviation() -> None:
    concept = Concept("prism-filter", METHOD, "prism filter with masked sampling", acronyms=("PFMS",))
    known = Catalog([concept])
    text = "Rays are bent by a prism filter masked sampling (PFMS) of glass."
    counted = count([Paper(f"{n}", "", text) for n in range(LEAST_WORD)], known)
    assert [m.text for m in counted.meanings("PFMS")[0]] == ["prism filter masked sampling"]
    (found,) = candidates(Linker(known, senses=counted), counted, "PFMS", "Rays are bent by PFMS of glass.")
    assert found.comparison.sense is not None
    assert found.comparison.sense > 0.8
    (other,) = candidates(
        Linker(Catalog([replace(concept, label="probe of far magnetic stars")]), senses=counted),
        counted,
        "PFMS",
        "Rays are bent by PFMS of glass.",
    )
    assert other.comparison.sense is not None
    assert other.comparison.sense < found.comparison.sense, "which another long form is not"


def test_the_own_words_of_a_mention_do_not_count(senses: Senses) -> None:
    around = Around([3, 4, -1, 3], 10)
    assert sorted(around.besides([]).tolist()) == [3, 4]
    assert sorted(around.besides([(10, 10)]).tolist()) == [3, 4], "it stands elsewhere too"
    assert sorted(around.besides([(10, 11), (13, 13)]).tolist()) == []


def test_profiles_are_bounded_and_say_nothing_of_nothing(senses: Senses) -> None:
    assert np.abs(senses.ratio).max() <= RATIO_STEPS * RATIO_LIMIT
    row = senses.row(["latent Dirichlet allocation"])
    assert senses.fit(row, np.zeros(0, np.int64)) == senses.fit(-1, np.arange(3)) == 0.0
    assert senses.row(["dynamic programming", "nothing"]) >= 0 > senses.row(["nothing"])
    assert senses.known_words(np.array([0], np.uint64)).tolist() == [-1]


def test_saved_and_read_again_they_are_the_same(senses: Senses, papers: list[Paper], catalog: Catalog, tmp_path: Path) -> None:
    senses.save(tmp_path / "a.npz")
    count(papers, catalog).save(tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    again = Senses.load(tmp_path / "a.npz")
    assert again.meanings("LDA") == senses.meanings("LDA")
    row = senses.row(["falcon"])
    assert again.fit(row, np.arange(len(senses.words))) == senses.fit(row, np.arange(len(senses.words))) != 0.0


def test_without_counts_every_name_means_what_the_catalog_says(catalog: Catalog) -> None:
    none = Linker(catalog)
    assert [c.comparison.sense for c in none.candidates(Named(("Falcon",), ARCHITECTURE))] == [pytest.approx(0.98)]
    assert none.choose(none.candidates(Named(("LDA",), METHOD))) is None, "two concepts, and nothing tells which"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("differentially private", "differential privacy", True),
        ("question answering", "question-answer", True),
        ("contrastive learning", "continual learning", False),
        ("machine translation", "machine translation system", False),
    ],
)
def test_long_forms_that_differ_in_endings_are_one(one: str, other: str, same: bool) -> None:
    assert same_stems(one, other) is same
    assert same_stems(other, one) is same


def test_plurals_of_abbreviations() -> None:
    assert [single(s) for s in ("GANs", "DPs", "GPUs", "AIS", "Is", "as")] == ["GAN", "DP", "GPU", "AIS", "Is", "as"]


def test_every_loser_is_told_why(linker: Linker, senses: Senses) -> None:
    found = candidates(linker, senses, "LDA", "Topics of many documents and corpora come from LDA.")
    assert linker.verdict(found, 0) == ""
    assert all(linker.verdict(found, n) for n in range(1, len(found)))
    assert "reason: the name means it with probability" in linker.told(found, 1)
    assert "reason" not in linker.told(found, 0)
    assert "words around" in linker.told(found, 0)
