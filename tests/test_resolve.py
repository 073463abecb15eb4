"""Findings of all papers made into concepts: one concept, one id, whatever the order in which papers come."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.catalog import Catalog
from kg.model import Concept, ConceptType, Evidence, Finding, Mention, Relation
from kg.resolve import Resolution, Resolver
from kg.text import fold, slug

CATALOG = Catalog([Concept("attention", ConceptType.METHOD, "attention"), Concept("bert", ConceptType.ARCHITECTURE, "BERT")])


def finding(
    label: str,
    acronyms: Sequence[str] = (),
    aliases: Sequence[str] = (),
    kind: ConceptType = ConceptType.METHOD,
    confidence: float = 0.8,
    concept: str = "",
    scores: tuple[float, ...] | None = None,
    relation: Relation = Relation.USES,
    considered: Sequence[str] = (),
) -> Finding:
    evidence = (Evidence(Mention("title", 0, 1, "x"), 0, 1),)
    given_scores = tuple(float(t is kind) for t in ConceptType) if scores is None else scores
    candidates = tuple((c, 0.5, "") for c in considered)
    return Finding(label, tuple(aliases), tuple(acronyms), kind, given_scores, relation, confidence, evidence, concept, "", candidates)


def ids(findings: Iterable[Finding], catalog: Catalog = CATALOG) -> list[str]:
    """The ids of findings of one paper each."""
    found = list(findings)
    resolution = resolve(found, catalog)
    return [resolution.id_of(f) for f in found]


def resolve(findings: Iterable[Finding], catalog: Catalog = CATALOG) -> Resolution:
    resolver = Resolver(catalog)
    for number, one in enumerate(findings):
        resolver.add(f"x:{number}", [one])
    return resolver.resolve()


LLM = [
    finding("large language model", acronyms=("LLM",)),
    finding("Large Language Models"),
    finding("LLMs", acronyms=("LLMs",)),
    finding("LLM"),
    finding("large-language models", aliases=("LLM",)),
]


@pytest.mark.parametrize("seed", range(6))
def test_llm_llms_and_large_language_models_are_one_node(seed: int) -> None:
    mixed = random.Random(seed).sample(LLM, len(LLM))
    resolution = resolve(mixed)
    assert {resolution.id_of(f) for f in LLM} == {"large-language-model"}
    concept = resolution.concepts["large-language-model"]
    assert (concept.label, concept.acronyms, concept.aliases, concept.known) == ("large language model", ("LLM",), (), False)


def test_an_acronym_of_two_long_forms_stays_apart() -> None:
    findings = [finding("graph attention network", ("GAN",)), finding("generative adversarial network", ("GAN",)), finding("GAN")]
    resolution = resolve(findings)
    assert [resolution.id_of(f) for f in findings] == ["graph-attention-network", "generative-adversarial-network", "gan"]


# --- wordings ---------------------------------------------------------------------------------------------------------

DATA, METRIC, MODEL, TASK = ConceptType.DATASET, ConceptType.METRIC, ConceptType.ARCHITECTURE, ConceptType.TASK


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("routing of prism tokens", "prism token routing"),
        ("answering odd questions", "odd question answering"),
        ("fine-grained Arabic reading", "Arabic fine-grained reading"),
        ("generalised prism", "generalized prism"),
    ],
)
def test_wordings_of_a_name_are_one_concept(one: str, other: str) -> None:
    assert len({*ids([finding(one), finding(other)])}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("prism-to-text routing", "text-to-prism routing"),
        ("prism routing", "routing prism"),
        ("prism routing", "prism rooting"),
        ("sparse prism routing", "prism routing"),
        ("Prism-1", "Prism-2"),
        ("prism encoder", "prism decoder"),
    ],
)
def test_names_that_only_look_alike_stay_apart(one: str, other: str) -> None:
    assert len({*ids([finding(one), finding(other)])}) == 2


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("named prism recognizer", "NPR"), ("named prism recognition", "NPR"), True),
        (("routing from human notes", "RHN"), ("routing with human notes", "RHN"), True),
        (("multimodal prism", "MP"), ("multilingual prism", "MP"), False),
        (("prism event", "PE"), ("prism effect", "PE"), False),
        (("named prism recognizer", "NPR"), ("named prism recognition", ""), False),
    ],
)
def test_long_forms_of_one_abbreviation_that_differ_by_endings_are_one(one: tuple[str, str], other: tuple[str, str], same: bool) -> None:
    findings = [finding(label, (short,) if short else ()) for label, short in (one, other)]
    assert (len({*ids(findings)}) == 1) is same


def test_an_abbreviation_inside_a_name_is_written_out() -> None:
    findings = [finding("prism translation", ("PT",)), finding("neural PT"), finding("neural PT"), finding("neural prism translation")]
    resolution = resolve(findings)
    assert [resolution.id_of(f) for f in findings[1:]] == ["neural-prism-translation"] * 3
    assert resolution.concepts["neural-prism-translation"].label == "neural prism translation", "in full, though less frequent"
    assert len({*ids([*findings, finding("plain tagging", ("PT",))])}) == 4, "of two meanings none is written out"


def test_a_generic_noun_makes_no_other_concept_where_the_kinds_agree() -> None:
    assert len({*ids([finding("Prism corpus", kind=DATA), finding("Prism", kind=DATA)])}) == 1
    assert len({*ids([finding("Prism corpus", kind=DATA), finding("Prism", kind=TASK)])}) == 2
    assert len({*ids([finding("Prism model", kind=MODEL), finding("Prism")])}) == 1
    assert len({*ids([finding("Prism model"), finding("Prism corpus", kind=DATA)])}) == 2
    assert resolve([finding("Prism corpus", kind=DATA), finding("Prism", kind=DATA)]).concepts["prism"].aliases == ("Prism corpus",)


def test_sizes_and_releases_of_a_model_are_variants_of_it() -> None:
    findings = [finding(name, kind=MODEL) for name in ("PrismNet-13B", "PrismNet v2", "PrismNet")]
    resolution = resolve(findings)
    assert [(resolution.id_of(f), resolution.variant_of(f)) for f in findings] == [
        ("prismnet", "13B"),
        ("prismnet", "v2"),
        ("prismnet", ""),
    ]
    assert resolution.concepts["prismnet"].label == "PrismNet"
    assert ids([finding("PrismNet-13B", kind=MODEL)]) == ["prismnet-13b"], "nothing shows that 13B is a size"
    assert len({*ids([finding("Prism-1M", kind=DATA), finding("Prism-2M", kind=DATA)])}) == 2, "two datasets are two"


# --- what the corpus knows of known concepts ----------------------------------------------------------------------------


def test_an_abbreviation_alone_is_what_most_papers_mean_by_it() -> None:
    few = [finding("prism tagging", ("PT",))] * 4 + [finding("plain tracing", ("PT",))]
    resolution = resolve([*few, finding("PT")])
    assert resolution.id_of(finding("PT")) == "prism-tagging"
    (conflict,) = resolution.conflicts
    assert (conflict.name, conflict.senses, conflict.alone) == ("pt", (("prism-tagging", 4), ("plain-tracing", 1)), 1)
    assert conflict.taken == "prism-tagging"
    assert resolve([*few, few[-1], finding("PT")]).id_of(finding("PT")) == "pt", "a third of them mean something else"


def test_an_abbreviation_is_a_known_concept_where_papers_mostly_mean_that() -> None:
    known = finding("attention", ("ATT",), concept="attention")
    alone = finding("ATT", considered=("attention",))
    assert ids([known] * 3 + [alone])[-1] == "attention"
    assert ids([known] * 2 + [alone])[-1] == "att", "two papers are too few"
    assert ids([known] * 3 + [finding("ATT")])[-1] == "att", "the reader had not even considered it"
    assert ids([known] * 3 + [finding("ATT", kind=DATA, considered=("attention",))])[-1] == "att", "a dataset is no method"
    assert ids([known] * 8 + [finding("ATT", kind=DATA)])[-1] == "attention", "so many papers outweigh a type misread"
    assert ids([known] * 3 + [finding("ATT", considered=("attention",), relation=Relation.PROPOSES)])[-1] == "att"


def test_a_name_that_reads_like_the_id_of_a_known_concept_is_not_it() -> None:
    one = finding("prism aware tagging", ("PAT",), aliases=("attention",))
    assert ids([one, finding("PAT")]) == ["prism-aware-tagging"] * 2
    catalog = Catalog([Concept("pt", ConceptType.TASK, "prism tagging", acronyms=("PT",), flags=frozenset({"needs-context"}))])
    known = finding("prism tagging", ("PT",), kind=TASK, concept="pt")
    assert ids([known] * 3 + [finding("PT", kind=TASK, considered=("pt",))], catalog)[-1] == "pt"


def test_two_papers_that_introduce_a_name_each_introduce_their_own() -> None:
    long = finding("prism aware tagging", ("PAT",), relation=Relation.PROPOSES)
    assert len({*ids([long, finding("PAT", relation=Relation.PROPOSES)])}) == 2
    assert len({*ids([long, finding("PAT")])}) == 1
    (conflict,) = resolve([finding("Pat", relation=Relation.PROPOSES)] * 2).conflicts
    assert (conflict.kind, conflict.senses) == ("name", (("pat", 2),))


def test_a_wording_of_a_known_name_is_the_known_concept() -> None:
    catalog = Catalog([Concept("ptr", ConceptType.TASK, "prism token routing", acronyms=("PTR",))])
    assert ids([finding("routing of prism tokens", kind=TASK)], catalog) == ["ptr"]
    assert ids([finding("prism token router", ("PTR",), kind=TASK)], catalog) == ["ptr"]
    assert ids([finding("routing of prism tokens", kind=DATA)], catalog) == ["routing-of-prism-tokens"], "a dataset is no task"


def test_a_name_that_other_papers_use_for_a_known_concept() -> None:
    catalog = Catalog([Concept("elmo", ConceptType.METHOD, "ELMo", flags=frozenset({"exact-case"}))])
    known = finding("ELMo", concept="elmo")
    assert ids([known] * 3 + [finding("Elmo")], catalog)[-1] == "elmo"
    assert ids([known] * 3 + [finding("elmo")], catalog)[-1] != "elmo", "the plain word"
    assert ids([known] * 3 + [finding("Elmo", relation=Relation.PROPOSES)], catalog)[-1] != "elmo", "introduced anew"


# --- former ids ---------------------------------------------------------------------------------------------------------


def test_ids_that_a_concept_would_have_by_other_labels_lead_to_it() -> None:
    findings = [finding("prism attention", aliases=("sparse routing",)), finding("sparse routing"), finding("sparse routing")]
    assert resolve(findings[:1]).concepts.keys() == {"prism-attention"}
    resolution = resolve(findings)
    assert resolution.concepts.keys() == {"sparse-routing"}
    assert resolution.others == {"prism-attention": "sparse-routing"}


def test_a_concept_that_becomes_known_is_found_by_the_id_it_had_as_a_new_one() -> None:
    before = resolve([finding("Prism Routing")])
    (old,) = before.concepts
    after = resolve([finding("Prism Routing", concept="attention"), finding("attention", concept="attention")])
    assert after.others == {old: "attention"}


def test_an_id_that_a_concept_has_is_no_former_id_of_another() -> None:
    assert resolve([finding("BERT", concept="attention")]).others == {}, "the catalog has it"
    assert resolve([finding("prism", concept="attention"), finding("Prism", kind=DATA)]).others == {}, "a new concept has it"
    two = [finding("prism", concept="attention"), finding("prism", concept="bert"), finding("prism", concept="bert")]
    assert resolve(two).others == {"prism": "bert"}, "most papers"


def test_a_catalog_says_what_ids_its_concepts_had() -> None:
    catalog = Catalog([Concept("attention", ConceptType.METHOD, "attention", identifiers=("former:attending", "wikidata:Q1"))])
    assert resolve([finding("attention", concept="attention")], catalog).others == {"attending": "attention"}


# --- acronyms ---------------------------------------------------------------------------------------------------------


def test_an_acronym_alone_is_a_concept_of_its_own() -> None:
    resolution = resolve([finding("QRS"), finding("QRS", ("QRS",))])
    assert [(c.id, c.label) for c in resolution.concepts.values()] == [("qrs", "QRS")]


def test_aliases_join_what_their_papers_call_the_same() -> None:
    findings = [finding("prism attention", aliases=("sparse routing",)), finding("Sparse Routing"), finding("dense routing")]
    resolution = resolve(findings)
    assert resolution.id_of(findings[0]) == resolution.id_of(findings[1]) != resolution.id_of(findings[2])


def test_the_label_is_the_name_most_papers_use() -> None:
    resolution = resolve([finding("Prism Attentions"), finding("prism attention"), finding("prism attention"), finding("Prism attention")])
    assert [c.label for c in resolution.concepts.values()] == ["prism attention"]


def test_known_concepts_keep_their_ids() -> None:
    known = finding("Bert", concept="bert")
    resolution = resolve([known, finding("BERT")])
    assert resolution.id_of(known) == "bert"
    new = resolution.id_of(finding("BERT"))
    assert new.startswith("bert-")
    assert new not in CATALOG


def test_names_without_letters_get_ids_too() -> None:
    findings = [finding(name) for name in ("😀", "🔬", "注意力", "внимание", "C++", "C", "—")]
    ids = [resolve(findings).id_of(f) for f in findings]
    assert len(set(ids)) == len(ids)
    assert all(part.isascii() and slug(part) == part for part in ids)
    # an id is made from content: it does not depend on what else is there
    assert ids[0] == resolve(findings[:1]).id_of(findings[0])


def test_the_type_is_what_the_papers_say_together() -> None:
    weak = finding("thing", kind=ConceptType.DATASET, confidence=0.3)
    strong = finding("things", kind=ConceptType.TASK, confidence=0.7)
    assert resolve([weak, strong]).concepts["thing"].type is ConceptType.TASK
    assert resolve([weak, weak, weak, strong]).concepts["thing"].type is ConceptType.DATASET
    nothing = finding("thing", kind=ConceptType.METRIC, scores=(0.0,) * 5)
    assert resolve([nothing]).concepts["thing"].type is ConceptType.METRIC, "without scores the type itself counts"


def test_an_unknown_finding_is_an_error() -> None:
    with pytest.raises(KeyError):
        resolve([finding("one")]).id_of(finding("two"))


def test_more_may_be_added_after_resolving() -> None:
    resolver = Resolver(CATALOG)
    resolver.add("a", LLM[:2])
    before = resolver.resolve()
    resolver.add("b", LLM[2:])
    assert {resolver.resolve().id_of(f) for f in LLM} == {"large-language-model"}
    assert before.concepts == resolve(LLM[:2]).concepts


NAMES = st.sampled_from(
    ["large language model", "Large Language Models", "LLM", "LLMs", "llm", "chain of thought", "chain-of-thought", "CoT", "COT",
     "attention", "Attention", "BERT", "😀", "注意力", "β-VAE", "beta VAE", "A B", "AB", "a-b", "C", "C++",
     "graph attention network", "GAN", "graph attention networking", "GAN model", "modelling of large language", "LLM-7B", "LLM-v2"]
)  # fmt: skip
SHORT = st.sampled_from(["LLM", "LLMs", "CoT", "COT", "GAN", "AB", "C"])
FINDINGS = st.lists(
    st.builds(
        finding,
        NAMES,
        st.lists(SHORT, max_size=2),
        st.lists(NAMES, max_size=2),
        st.sampled_from(list(ConceptType)),
        st.floats(0, 1),
        relation=st.sampled_from([Relation.USES, Relation.PROPOSES]),
    ),
    min_size=1,
    max_size=12,
)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(FINDINGS, st.randoms(use_true_random=False))
def test_the_order_of_papers_does_not_matter(findings: list[Finding], chance: random.Random) -> None:
    mixed = list(findings)
    chance.shuffle(mixed)
    one, two = resolve(findings), resolve(mixed)
    assert one.concepts == two.concepts
    assert (one.conflicts, one.others) == (two.conflicts, two.others)
    assert [one.id_of(f) for f in findings] == [two.id_of(f) for f in findings]


@settings(derandomize=True, deadline=None, max_examples=150)
@given(FINDINGS)
def test_every_finding_has_one_concept_and_ids_are_unique(findings: list[Finding]) -> None:
    resolution = resolve(findings)
    used = {resolution.id_of(f) for f in findings}
    assert used == set(resolution.concepts)
    assert not used & set(CATALOG)
    for one in findings:
        concept = resolution.concepts[resolution.id_of(one)]
        assert fold(one.label) in {fold(name) for name in concept.names} or one.label in concept.names
    for concept in resolution.concepts.values():
        assert not concept.known
        assert concept.label.strip()
        assert list(concept.aliases) == sorted(set(concept.aliases))
        assert concept.label not in concept.aliases + concept.acronyms
    by_label: dict[str, set[str]] = {}
    for one in findings:
        by_label.setdefault(fold(one.label) or one.label, set()).add(resolution.id_of(one))
    assert all(len(ids) == 1 for ids in by_label.values()), "one name is one concept"


@settings(derandomize=True, deadline=None, max_examples=60)
@given(FINDINGS)
def test_the_same_findings_again_change_nothing_but_weight(findings: list[Finding]) -> None:
    once, twice = resolve(findings), resolve([*findings, *findings])
    assert {i: (c.label, c.aliases, c.acronyms) for i, c in once.concepts.items()} == {
        i: (c.label, c.aliases, c.acronyms) for i, c in twice.concepts.items()
    }
