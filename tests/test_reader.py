"""Readings of papers: pure, exact, explained; on short texts, awkward ones, and the corpus."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.catalog import Catalog
from kg.errors import UsageError
from kg.model import Concept, ConceptType, Finding, Paper, Reading, Relation
from kg.reader import Reader
from kg.recognize.calibration import FAVOURS
from kg.resolve import Resolver
from kg.text import fold, sentences

TASK, DATASET, ARCHITECTURE, METHOD, METRIC = ConceptType

#: Texts that break careless code.
AWKWARD = {
    "nothing": ("", ""),
    "title only": ("QuillNet: A Graph Neural Network for Node Classification", ""),
    "abstract only": ("", "We train BERT on ImageNet and report accuracy."),
    "marks": ("?!", "… — !!! ((( ]]] ,,, ;;; :"),
    "emoji": ("🔬🔬", "We 😀 train 🤖BERT🤖 on ImageNet👍🏽 and 👩‍👩‍👧 report accuracy 🎉."),
    "right to left": ("מודלים של שפה", "אנו מאמנים את BERT על ImageNet ומודדים accuracy. \u202eBERT\u202c שוב."),
    "control": ("\x00\x01", "We train\x00BERT\x07 on\x1b[31m ImageNet\x7f\u200b\ufeff.\r\n\x85We measure\u2028accuracy."),
    "combining": ("Z̵a̶l̷g̸o̵", "Ẅe t́r̀a̧in B̈ËR̈T̈ on ImageNet e\u0301\u0301\u0301."),
    "math": ("$O(n)$", "$\\alpha_{i}$ with {\\bf BERT} costs $O(n\\log n)$ on \\textsc{ImageNet} for x^2+y_1=z."),
    "one long word": ("x" * 3000, "y" * 20_000),
    "surrogates beyond the plane": ("𝛼𝛽𝛾", "𝐁𝐄𝐑𝐓 and 𝔹𝔼ℝ𝕋 on ImageNet."),
    "markup": ("<b>BERT</b>", "We <i>train</i> &amp; test <a href='x'>BERT</a> on ImageNet."),
    "only capitals": ("BERT ON IMAGENET", "WE TRAIN BERT ON IMAGENET AND REPORT ACCURACY."),
    "numbers": ("1 2 3", "3.14 2.71 10^6 1,000 42% 7 8 9."),
}  # fmt: skip


@pytest.fixture(scope="module")
def reader(tiny_catalog: Catalog) -> Reader:
    return Reader(tiny_catalog)


@pytest.fixture(scope="module")
def shipped() -> Reader:
    """A reader with the catalog that ships."""
    return Reader()


def _sound(paper: Paper, reading: Reading, catalog: Catalog) -> None:
    """What holds of every reading, whatever the text."""
    assert reading.paper == paper.id
    concepts = [f.concept for f in reading.findings if f.concept]
    assert len(set(concepts)) == len(concepts), "one finding a known concept"
    for finding in reading.findings:
        assert finding.label.strip()
        assert finding.evidence
        assert 0 <= finding.confidence <= 1
        assert len(finding.type_scores) == len(ConceptType)
        assert sum(finding.type_scores) == pytest.approx(1, abs=0.001)
        assert fold(finding.label) not in {fold(a) for a in finding.acronyms}
        if finding.concept:
            assert finding.type is catalog[finding.concept].type
            assert finding.candidates[0][0] == finding.concept
        places = set()
        for evidence in finding.evidence:
            mention = evidence.mention
            text = paper.text(mention.field)
            assert text[mention.start : mention.end] == mention.text != ""
            assert (evidence.sentence_start, evidence.sentence_end) in sentences(text)
            assert evidence.sentence_start <= mention.start < mention.end <= evidence.sentence_end
            assert evidence.cue in text[evidence.sentence_start : evidence.sentence_end]
            places.add((mention.field, mention.start, mention.end))
        assert len(places) == len(finding.evidence), "no place twice"
        scores = [score for _, score, _ in finding.candidates]
        assert scores == sorted(scores, reverse=True)
    for statement in reading.statements:
        assert statement.head != statement.tail
        assert 0 <= statement.head < len(reading.findings)
        assert 0 <= statement.tail < len(reading.findings)
        assert 0 <= statement.confidence <= 1
        text = paper.text(statement.field)
        assert 0 <= statement.start < statement.end <= len(text)


def _by_label(reading: Reading) -> dict[str, Finding]:
    return {f.label: f for f in reading.findings}


def _by_concept(reading: Reading) -> dict[str, Finding]:
    return {f.concept: f for f in reading.findings if f.concept}


# --- what is read -----------------------------------------------------------------------------------------------------


def test_a_plain_abstract(shipped: Reader) -> None:
    paper = Paper(
        "p",
        "QuillNet: A Sparse Transformer for Image Classification",
        "We propose QuillNet, a sparse Transformer for image classification. QuillNet is evaluated on CIFAR-10 and ImageNet. "
        "It outperforms ResNet-50 in accuracy.",
    )
    (reading,) = shipped.read([paper])
    _sound(paper, reading, shipped.catalog)
    found = _by_concept(reading)
    assert {"image-classification", "cifar-10", "imagenet"} <= set(found)
    assert found["cifar-10"].relation is Relation.EVALUATES_ON
    quill = _by_label(reading)["QuillNet"]
    assert quill.concept == ""
    assert quill.relation is Relation.PROPOSES
    assert quill.type in {ARCHITECTURE, METHOD}
    assert [e.mention.text for e in quill.evidence] == ["QuillNet"] * 3
    assert quill.evidence[0].cue == "propose", "the decisive sentence first"


def test_a_name_below_the_threshold_becomes_a_new_concept_and_keeps_its_losers(tiny_catalog: Catalog) -> None:
    paper = Paper("p", "", "Patient-controlled analgesia (PCA) is studied. We propose PCA-Net, a neural network for PCA on ImageNet.")
    catalog = tiny_catalog.merge(Catalog([Concept("pca", METHOD, "principal component analysis", acronyms=("PCA",))]))
    reader = Reader(catalog, threshold=0.1)
    (reading,) = reader.read([paper])
    _sound(paper, reading, catalog)
    found = next(f for f in reading.findings if any(e.mention.text == "PCA" for e in f.evidence))
    assert found.concept == ""
    assert found.type in set(ConceptType)
    assert [c for c, _, _ in found.candidates] == ["pca"]
    assert "long form in the paper differs" in found.candidates[0][2]


def test_size_variants_go_to_the_family(shipped: Reader) -> None:
    (reading,) = shipped.read([Paper("p", "", "We fine-tune the Llama 2 13B model and compare Llama 2 13B with BERT-large on SST-2.")])
    found = _by_concept(reading)
    assert found["llama-2"].variant == "13B"
    assert found["bert"].variant == "large"
    assert found["sst-2"].variant == ""


def test_animals_are_no_models(shipped: Reader) -> None:
    text = "Llamas are animals of the Andes. We count llamas in aerial images with object detection, and measure accuracy."
    (reading,) = shipped.read([Paper("p", "Counting Llamas", text)])
    assert not {c for c in _by_concept(reading) if c.startswith("llama")}
    (reading,) = shipped.read([Paper("p", "Tuning Llama", "We fine-tune the Llama model on SST-2 and report accuracy.")])
    assert "llama" in _by_concept(reading)


def test_one_concept_by_several_names_is_one_finding(shipped: Reader) -> None:
    text = "Large language models (LLMs) are costly. We prune an LLM. A large language model is pruned on IMDB."
    (reading,) = shipped.read([Paper("p", "Pruning LLMs", text)])
    llm = _by_concept(reading)["large-language-model"]
    assert sorted({e.mention.text for e in llm.evidence}) == ["LLM", "LLMs", "Large language models", "large language model"]


# --- pure -------------------------------------------------------------------------------------------------------------


def test_one_by_one_and_at_once_and_in_any_company(shipped: Reader, tiny_papers: list[Paper]) -> None:
    awkward = [Paper(name, *texts) for name, texts in AWKWARD.items()]
    papers = [*awkward, *tiny_papers]
    together = shipped.read(papers)
    assert [shipped.read([p])[0] for p in papers] == together
    assert shipped.read(papers[::-1]) == together[::-1]


def test_more_papers_than_a_batch(reader: Reader, tiny_papers: list[Paper], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = reader.read(tiny_papers)
    monkeypatch.setattr("kg.reader.BATCH", 3)
    assert reader.read(tiny_papers) == whole
    assert reader.read([]) == []


def test_id_authors_and_source_are_not_read(reader: Reader, tiny_papers: list[Paper]) -> None:
    paper = tiny_papers[0]
    other = replace(paper, id="else", authors=("BERT",), venue="ImageNet", year=1900, source="x", line=9)
    assert replace(reader.read([other])[0], paper=paper.id) == reader.read([paper])[0]


def test_two_readers_agree(reader: Reader, tiny_catalog: Catalog, tiny_papers: list[Paper]) -> None:
    other = Reader(Catalog(reversed(list(tiny_catalog.values()))))
    assert other.read(tiny_papers) == reader.read(tiny_papers)
    assert other.fingerprint == reader.fingerprint


# --- fingerprint ------------------------------------------------------------------------------------------------------


def test_the_fingerprint_changes_with_all_that_a_reading_depends_on(reader: Reader, tiny_catalog: Catalog) -> None:
    bert = tiny_catalog["bert"]
    changed = [
        Reader(tiny_catalog, threshold=reader.threshold + 0.01),
        Reader(tiny_catalog, favour="precision"),
        Reader(tiny_catalog, favour="recall"),
        Reader(Catalog([])),
        Reader(Catalog(c for c in tiny_catalog.values() if c is not bert)),
        Reader(tiny_catalog.merge(Catalog([replace(bert, aliases=("Bert encoder",))]))),
        Reader(tiny_catalog.merge(Catalog([replace(bert, flags=frozenset({"needs-context"}))]))),
        Reader(tiny_catalog.merge(Catalog([Concept("wool", TASK, "wool grading")]))),
        Reader(tiny_catalog, model=replace(reader.model, first=reader.model.second)),
    ]
    prints = {r.fingerprint for r in (reader, *changed)}
    assert len(prints) == len(changed) + 1
    assert all(len(p) == 64 for p in prints)


def test_a_threshold_of_the_user_is_heeded(tiny_catalog: Catalog, tiny_papers: list[Paper]) -> None:
    counts = [sum(len(r.findings) for r in Reader(tiny_catalog, threshold=t).read(tiny_papers)) for t in (0.2, 0.5, 0.9, 1.01)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-2] > counts[-1] == 0


def test_what_is_favoured_decides_how_many_are_taken(reader: Reader, tiny_catalog: Catalog, tiny_papers: list[Paper]) -> None:
    readers = [Reader(tiny_catalog, favour=favour) for favour in FAVOURS]
    few, some, many = (sum(len(reading.findings) for reading in one.read(tiny_papers)) for one in readers)
    assert few < some < many
    for one in readers:
        assert all(f.confidence >= one.threshold for reading in one.read(tiny_papers) for f in reading.findings)
        again = reader.tuned(favour=one.favour)
        assert again.fingerprint == one.fingerprint
        assert again.read(tiny_papers) == one.read(tiny_papers)
    assert reader.tuned(threshold=0.5).threshold == 0.5
    with pytest.raises(UsageError, match="did you mean recall"):
        Reader(tiny_catalog, favour="recal")


def test_a_concept_of_the_user_is_linked(tiny_catalog: Catalog) -> None:
    mine = Catalog([Concept("wool-grading", TASK, "wool grading", acronyms=("WG",))])
    paper = Paper("p", "Wool Grading with Neural Networks", "We study wool grading (WG). WG needs neural networks trained on ImageNet.")
    (reading,) = Reader(tiny_catalog.merge(mine)).read([paper])
    assert [e.mention.text for e in _by_concept(reading)["wool-grading"].evidence] and _by_concept(reading)["wool-grading"].type is TASK


# --- awkward input ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_texts(shipped: Reader, name: str) -> None:
    paper = Paper(name, *AWKWARD[name])
    (reading,) = shipped.read([paper])
    _sound(paper, reading, shipped.catalog)
    shipped.undecided(paper)
    if "ImageNet" in paper.abstract:
        assert "imagenet" in _by_concept(reading)
    if name in ("nothing", "marks", "numbers"):
        assert reading.findings == ()


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
@given(
    st.text(alphabet=st.sampled_from("abABs .,:()[]\"'-–\n𝛼😀ש\u0301\x00\u200f1"), max_size=60),
    st.lists(
        st.sampled_from(["BERT", "We propose", "LoRA (low-rank adaptation)", "on ImageNet.", "(", ")", "\u202e", "😀", ".", "the", "large"])
        | st.text(max_size=8),
        max_size=25,
    ).map(" ".join),
)
def test_any_text_is_read_soundly(reader: Reader, title: str, abstract: str) -> None:
    paper = Paper("p", title, abstract)
    (reading,) = reader.read([paper])
    _sound(paper, reading, reader.catalog)


LONG = "We propose PrismNet (PN), a Transformer. On ImageNet it beats BERT, a large (or small) model, in accuracy. "


@pytest.mark.parametrize(
    "part", [LONG, "BERT ", "BERT, ", "(a BERT model) ", "x", "a-b", "we use BERT on ImageNet and train LoRA (low-rank adaptation) for it "]
)
def test_very_long_abstracts(reader: Reader, part: str) -> None:
    paper = Paper("long", "A Long Abstract", (part * (50_000 // len(part))).strip())
    (reading,) = reader.read([paper])
    found = _by_concept(reading)
    for name in ("BERT", "ImageNet"):
        # a name said ten thousand times and nothing else is no text: it may be found or not
        if name in part and (" is " in part or " beats " in part or " use " in part or name.lower() in found):
            assert len(found[name.lower()].evidence) == paper.abstract.count(name)
    for finding in reading.findings:
        for e in finding.evidence:
            assert paper.text(e.mention.field)[e.mention.start : e.mention.end] == e.mention.text


def test_an_empty_catalog(tiny_papers: list[Paper]) -> None:
    reader = Reader(Catalog())
    for paper, reading in zip(tiny_papers, reader.read(tiny_papers), strict=True):
        _sound(paper, reading, reader.catalog)
        assert not any(f.concept or f.candidates for f in reading.findings)


def test_undecided_are_not_taken_and_sorted(shipped: Reader) -> None:
    text = (
        "We propose QuillNet, a sparse attention variant with careful tuning of layer depth. Beside it we look at dense layers, memory "
        "reuse and token order. It is tested on ImageNet for robust pattern finding under input noise."
    )
    paper = Paper("p", "", text)
    near = shipped.undecided(paper, limit=5)
    assert 0 < len(near) <= 5
    assert [p for _, p in near] == sorted((p for _, p in near), reverse=True)
    assert all(text in paper.abstract for text, _ in near)
    taken = {e.mention.text for f in shipped.read([paper])[0].findings for e in f.evidence}
    assert not {text for text, _ in near} & taken


# --- the corpus -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def listing(shared: Path) -> list[Paper]:
    import loaders

    return [p for p in loaders.read(shared / "corpus" / "trending-papers.txt") if isinstance(p, Paper)]


@pytest.fixture(scope="module")
def readings(listing: list[Paper], shipped: Reader) -> list[Reading]:
    return shipped.read(listing)


@pytest.mark.corpus
def test_every_paper_has_a_link_and_every_link_stands(listing: list[Paper], readings: list[Reading], shipped: Reader) -> None:
    assert len(listing) == 113
    for paper, reading in zip(listing, readings, strict=True):
        assert reading.findings, paper.title
        _sound(paper, reading, shipped.catalog)


@pytest.mark.corpus
def test_the_first_paper(listing: list[Paper], readings: list[Reading]) -> None:
    assert listing[0].title.startswith("Expose Before You Defend")
    found = _by_concept(readings[0])
    assert {"backdoor-defense", "cifar-10", "imagenet", "sst-2", "imdb"} <= set(found)
    assert _by_label(readings[0])["Expose Before You Defend"].relation is Relation.PROPOSES
    assert _by_label(readings[0])["Expose Before You Defend"].acronyms == ("EBYD",)


@pytest.mark.corpus
def test_jellyfish_goes_to_llama_2_and_never_to_llamas(listing: list[Paper], readings: list[Reading]) -> None:
    (found,) = [_by_concept(r) for p, r in zip(listing, readings, strict=True) if p.title.startswith("Jellyfish")]
    assert found["llama-2"].variant == "13B"
    assert "llama" not in found
    assert not [f for r in readings for f in r.findings if f.label.casefold() == "llamas"]


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("pattern", "concept", "least"),
    [(("GraphCodeBERT",), "graphcodebert", 4), (("LLM", "LLMs", "arge language model", "arge Language Model"), "large-language-model", 20)],
)
def test_one_node_in_all_papers_that_name_it(
    listing: list[Paper], readings: list[Reading], shipped: Reader, pattern: tuple[str, ...], concept: str, least: int
) -> None:
    resolver = Resolver(shipped.catalog)
    for reading in readings:
        resolver.add(reading.paper, reading.findings)
    resolution = resolver.resolve()
    papers = 0
    for reading in readings:
        mine = [f for f in reading.findings if any(fold(e.mention.text) in {fold(p) for p in pattern} for e in f.evidence)]
        assert {resolution.id_of(f) for f in mine} <= {concept}
        papers += bool(mine)
    assert papers >= least
    if concept == "graphcodebert":
        naming = {p.id for p in listing if "GraphCodeBERT" in p.title + p.abstract}
        assert {r.paper for r in readings if concept in _by_concept(r)} == naming
