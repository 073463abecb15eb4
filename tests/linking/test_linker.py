"""From named things to concepts: names, acronyms, exact case, variants, context, and when to refuse."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from kg.catalog import Catalog
from kg.linking.candidates import Spellings, alike, reductions, size_behind, variant_of
from kg.linking.compare import score
from kg.linking.linker import THRESHOLD, Candidate, Linker, Named
from kg.model import Concept, ConceptType

TASK, DATASET, ARCHITECTURE, METHOD, METRIC = ConceptType


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """Acronyms of two concepts, exact case, families with versions, and a hierarchy that gives context."""
    exact = frozenset({"exact-case"})
    return Catalog(
        [
            Concept("topic-modeling", TASK, "topic modeling"),
            Concept("latent-dirichlet-allocation", METHOD, "latent Dirichlet allocation", acronyms=("LDA",), broader=("topic-modeling",)),
            Concept("dimensionality-reduction", TASK, "dimensionality reduction"),
            Concept(
                "linear-discriminant-analysis", METHOD, "linear discriminant analysis", acronyms=("LDA",),
                broader=("dimensionality-reduction",),
            ),
            Concept("pca", METHOD, "principal component analysis", acronyms=("PCA",), broader=("dimensionality-reduction",)),
            Concept("llama", ARCHITECTURE, "LLaMA", ("Llama", "LLaMA-7B"), flags=exact),
            Concept("llama-2", ARCHITECTURE, "Llama 2", broader=("llama",)),
            Concept("bert", ARCHITECTURE, "BERT", flags=exact),
            Concept("imagenet", DATASET, "ImageNet", ("ImageNet-1k",)),
            Concept("adam", METHOD, "Adam optimizer", acronyms=("Adam",)),
            Concept("self-supervised-learning", METHOD, "self-supervised learning", also=(TASK,)),
            Concept("pile", DATASET, "The Pile", ("Pile",), flags=frozenset({"exact-case", "needs-context"})),
        ]
    )  # fmt: skip


@pytest.fixture(scope="module")
def linker(catalog: Catalog) -> Linker:
    return Linker(catalog)


def _chosen(linker: Linker, named: Named, context: Iterable[str] = ()) -> Candidate | None:
    return linker.choose(linker.candidates(named, frozenset(context)))


def _id(linker: Linker, *texts: str, **about: object) -> str:
    context = about.pop("context", ())
    chosen = _chosen(linker, Named(texts, **about), context)  # type: ignore[arg-type]
    return chosen.concept if chosen else ""


# --- the steps from a string to a name --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("ImageNet dataset", ("ImageNet", "generic noun dropped")),
        ("vanilla BERT model", ("BERT", "generic noun dropped")),
        ("fast message passing", ("message passing", "generic noun dropped")),
        ("multi-layer gated unit", ("gated unit", "generic noun dropped")),
        ("large-prism filter", ("large-prism filter", "name")),
        ("Llama 2 13B", ("Llama 2", "variant")),
        ("BERT-base-uncased", ("BERT", "variant")),
        ("T5-11B", ("T5", "variant")),
        ("GPT-4-0613", ("GPT-4", "variant")),
        ("model", ("model", "name")),
        ("7B", ("7B", "name")),
        ("ImageNet 2012", ("ImageNet 2012", "name")),
    ],
)
def test_reductions(text: str, last: tuple[str, str]) -> None:
    steps = list(reductions(text))
    assert steps[0] == (text, "name")
    assert steps[-1] == last


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("proxy", "proxy-model"),
        ("proxy approaches", "proxy-model"),
        ("proxy loss", ""),  # a loss is no model
        ("proxy encoders", ""),
        ("mu", "mu-method"),
        ("MU", ""),  # an abbreviation of something else
        ("prism detectors", "prism-detection"),
        ("additive modelling", "additive-model"),
        ("sparse prism classifier", ""),
        ("co-filter", "co-filtering"),
        ("co-filtered", "co-filtering"),
    ],
)
def test_nouns_that_are_added_or_exchanged(text: str, expected: str) -> None:
    concepts = [
        Concept("proxy-model", METHOD, "proxy model"),
        Concept("mu-method", METHOD, "Mu method"),
        Concept("prism-detection", TASK, "prism detection"),
        Concept("additive-model", METHOD, "additive model"),
        Concept("co-filtering", METHOD, "co-filtering"),
    ]
    assert _id(Linker(Catalog(concepts)), text) == expected


def test_the_noun_dataset_is_added_only_to_what_may_be_data() -> None:
    linker = Linker(Catalog([Concept("whistled-language-dataset", DATASET, "whistled language dataset")]))
    assert _id(linker, "whistled language", type=TASK) == ""
    assert _id(linker, "whistled language", type=DATASET) == "whistled-language-dataset"


def test_variants_are_what_is_left_of_the_text() -> None:
    assert variant_of("BERT-base-uncased", "BERT") == "base-uncased"
    assert variant_of("Llama-2-13B", "Llama 2") == "13B"
    assert variant_of("BERT", "BERT") == ""
    assert variant_of("RoBERTa", "BERT") == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BERT-base on", "base"),
        ("BERT base on", ""),
        ("BERT 110M.", "110M"),
        ("BERT 1.5B", "1.5B"),
        ("BERT", ""),
        ("BERT 13 layers", ""),
        ("BERT 13Bit", ""),
        ("BERT-basement", ""),
    ],
)
def test_sizes_behind_a_mention(text: str, expected: str) -> None:
    assert size_behind(text, len("BERT")) == expected


# --- choosing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("imagenet", "imagenet"),
        ("Image Net", "imagenet"),
        ("the ImageNet dataset", ""),
        ("ImageNet dataset", "imagenet"),
        ("principal component analyses", "pca"),
        ("Self-Supervised Learning", "self-supervised-learning"),
        ("self-supervised", "self-supervised-learning"),
        ("BERT", "bert"),
        ("bert", ""),
        ("Llama", "llama"),
        ("LLaMA", "llama"),
        ("llamas", ""),
        ("llama", ""),
        ("LLAMA", ""),
        ("Llama 2", "llama-2"),
        ("llama-2", "llama-2"),
        ("Llama 2 13B", "llama-2"),
        ("LLaMA-65B", "llama"),
        ("sheep", ""),
        ("", ""),
        ("!", ""),
    ],
)
def test_names(linker: Linker, text: str, expected: str) -> None:
    assert _id(linker, text) == expected


def test_llamas_at_the_beginning_of_a_sentence_are_animals_where_the_paper_writes_them_small(linker: Linker) -> None:
    assert _id(linker, "Llamas", "llamas") == ""
    assert _id(linker, "Llama", "LLaMA") == "llama"
    assert _id(linker, "BERT", "bert") == "bert", "capitals inside are no accident of a sentence's beginning"


@pytest.mark.parametrize(
    ("text", "concept", "variant"),
    [
        ("Llama 2 13B", "llama-2", "13B"),
        ("Llama-2-70B model", "llama-2", "70B"),
        ("LLaMA-7B", "llama", "7B"),
        ("BERT-large", "bert", "large"),
        ("BERT", "bert", ""),
        ("ImageNet-1k", "imagenet", ""),
    ],
)
def test_variants_go_to_the_family(linker: Linker, text: str, concept: str, variant: str) -> None:
    chosen = _chosen(linker, Named((text,)))
    assert chosen is not None
    assert (chosen.concept, linker.variant(chosen)) == (concept, variant)


def test_a_variant_behind_the_mention(linker: Linker) -> None:
    chosen = _chosen(linker, Named(("Llama 2",)))
    assert chosen is not None
    text = "We tune Llama 2 13B."
    assert linker.variant(chosen, [("Llama 2 is good", 7), (text, text.index(" 13B"))]) == "13B"


# --- ambiguous names --------------------------------------------------------------------------------------------------


def test_an_acronym_of_two_concepts_needs_context(linker: Linker) -> None:
    assert _id(linker, "LDA", type=METHOD) == ""
    assert len(linker.candidates(Named(("LDA",), METHOD))) == 2
    assert _id(linker, "LDA", type=METHOD, context=["topic-modeling"]) == "latent-dirichlet-allocation"
    assert _id(linker, "LDA", type=METHOD, context=["pca"]) == "linear-discriminant-analysis", "a sibling speaks for it"
    assert _id(linker, "LDA", type=METHOD, context=["imagenet"]) == ""


def test_what_the_paper_says_of_an_acronym_decides(linker: Linker) -> None:
    assert _id(linker, "LDA", type=METHOD, long_forms=("Latent Dirichlet Allocation",)) == "latent-dirichlet-allocation"
    assert _id(linker, "LDA", type=METHOD, long_forms=("linear discriminant analysis",)) == "linear-discriminant-analysis"


def test_a_long_form_that_disagrees_refuses(linker: Linker) -> None:
    assert _id(linker, "PCA", type=METHOD) == "pca"
    assert _id(linker, "PCA", type=METHOD, long_forms=("patient-controlled analgesia",)) == ""
    refused = linker.candidates(Named(("PCA",), METHOD, ("patient-controlled analgesia",)))
    assert [c.concept for c in refused] == ["pca"], "the loser is kept"
    assert "long form in the paper differs" in refused[0].why()


def test_a_long_form_with_a_slip_of_spelling_or_another_ending_agrees(linker: Linker) -> None:
    assert _id(linker, "PCA", type=METHOD, long_forms=("principle component analysis",)) == "pca"
    assert _id(linker, "PCA", type=METHOD, long_forms=("principal component analyser",)) == "pca"


def test_a_name_that_is_written_nearly_so_is_refused_where_the_paper_says_what_it_stands_for() -> None:
    linker = Linker(Catalog([Concept("ts-beta", METHOD, "TS(β)"), Concept("mend", METHOD, "MEND")]))
    assert _id(linker, "TS") == "ts-beta"
    assert _id(linker, "TS", long_forms=("tidal signature",)) == ""
    assert _id(linker, "MEND", long_forms=("memory editing networks",)) == "mend", "the catalog need not know what a name stands for"


def test_needs_context_without_any_is_refused(linker: Linker) -> None:
    assert _id(linker, "Pile") == ""
    assert _id(linker, "Pile", type=DATASET, type_word=DATASET) == "pile"


# --- refusing ---------------------------------------------------------------------------------------------------------


def test_below_the_threshold_nothing_is_chosen_and_losers_are_kept(catalog: Catalog) -> None:
    strict = Linker(catalog, threshold=1.01)
    candidates = strict.candidates(Named(("BERT",), ARCHITECTURE))
    assert [c.concept for c in candidates] == ["bert"]
    assert strict.choose(candidates) is None
    assert Linker(catalog).choose(candidates) == candidates[0]
    assert Linker(catalog).threshold == THRESHOLD


def test_a_type_of_another_family_lowers_the_score(linker: Linker) -> None:
    scores = [linker.candidates(Named(("ImageNet",), kind))[0].score for kind in (DATASET, None, METRIC)]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3


def test_nothing_is_chosen_of_nothing(linker: Linker) -> None:
    assert linker.candidates(Named(())) == []
    assert linker.choose([]) is None


def test_slips_of_spelling_only_when_asked(linker: Linker) -> None:
    slip = Named(("latent Dirichelt allocation",), METHOD)
    assert linker.candidates(slip) == []
    fuzzy = linker.misspelt(slip)
    assert [c.concept for c in fuzzy] == ["latent-dirichlet-allocation"]
    assert fuzzy[0].comparison.via == "spelling"


def test_another_number_or_a_word_more_is_no_slip() -> None:
    near = Spellings(Catalog([Concept("qa", TASK, "cross-lingual QA"), Concept("shared", DATASET, "Prism-2014 Task 4")]))
    assert near.near("cross-lingual") == [], "nor is a word less"
    assert near.near("Prism-2024 Task 4") == []
    assert [n.concept for n, _ in near.near("cross-lingula QA")] == ["qa"]


def test_another_word_of_the_catalog_is_no_slip() -> None:
    names = ("regret maximization of prisms", "loss minimization", "robot navigation in water", "image-and-text prism")
    near = Spellings(Catalog([Concept(name, METHOD, name) for name in names]))
    assert near.near("regret minimization of prisms") == []
    assert near.near("image-text prism") == [], "nor is a word more or less"
    assert [n.concept for n, _ in near.near("regret maximisaton of prisms")] == [names[0]]
    assert [n.concept for n, _ in near.near("robotic navigation in water")] == [names[2]]


def test_of_two_concepts_of_one_acronym_the_one_that_is_named_is_chosen() -> None:
    names = {"a": "masked prism reader", "b": "masked prism reading"}
    linker = Linker(Catalog([Concept(i, METHOD, label, acronyms=("MPR",)) for i, label in names.items()]))
    for wanted, label in names.items():
        found = linker.candidates(Named((label, "MPR"), METHOD, (label,)))
        assert found[0].concept == wanted
        assert not found[0].comparison.ambiguous, "by its label, though the acronym scores as much"
        assert linker.choose(found) == found[0]


def test_near_spellings(catalog: Catalog) -> None:
    near = Spellings(catalog)
    assert [n.concept for n, _ in near.near("princpal component analysis")] == ["pca"]
    assert near.near("principal component analysis") == [], "the same is not near"
    assert near.near("PCB") == near.near("") == near.near("zzzzzzzzzzzzzzz") == []


def test_near_spellings_may_be_as_much_longer_or_shorter_as_their_ratio_allows() -> None:
    base = ("abdeghikmnoprtuvwz" * 5)[:70]
    some = 0
    for size in range(8, 60):
        for more in range(-7, 8):
            other = base[:5] + "y" * more + base[5 - min(more, 0) : size]
            near = Spellings(Catalog([Concept("one", METHOD, other)])).near(base[:size])
            assert bool(near) == (more != 0 and alike(base[:size], other)), (size, more)
            some += bool(near)
    assert some > 200


# --- pure, ordered, explained -----------------------------------------------------------------------------------------


def test_candidates_are_a_pure_function_in_a_fixed_order(catalog: Catalog) -> None:
    named = Named(("LDA", "Llama 2 13B", "BERT model"), METHOD, ("linear discriminant analysis",), METHOD)
    context = frozenset({"pca", "topic-modeling"})
    one, other = Linker(catalog), Linker(Catalog(reversed(list(catalog.values()))))
    found = one.candidates(named, context)
    assert found == one.candidates(named, context) == other.candidates(named, context)
    assert [(-c.score, c.concept) for c in found] == sorted((-c.score, c.concept) for c in found)
    assert len({c.concept for c in found}) == len(found), "each concept once, by its best name"
    for candidate in found:
        assert candidate.score == score(candidate.comparison)


def test_why_names_text_name_and_every_part(linker: Linker) -> None:
    best = linker.candidates(Named(("LDA",), METHOD), frozenset({"pca"}))[0]
    why = best.why()
    assert why.startswith("'LDA' is acronym 'LDA': ")
    for name, weight in best.comparison.parts():
        assert f"{name} {weight:+.2f}" in why
    assert best.comparison.context == ("pca",)
