"""How a recogniser's mentions and paperkg's own become things: in its place, and beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kg.catalog import Catalog
from kg.errors import PaperkgError, UsageError
from kg.explain import linked
from kg.model import Concept, ConceptType, Finding, Mention, Paper, Reading, Relation
from kg.reader import Reader
from kg.recognizers import Recognition, Recognized, RecognizingReader
from kg.recognizers.combine import COVERED
from kg.recognizers.ours import Ours
from kg.recognizers.places import BRACKET, IN_WORD, NO_WORD, TWO_SENTENCES
from kg.recognizers.verify import NOT_VERBATIM

TASK, DATASET, ARCHITECTURE, METHOD, METRIC = ConceptType
CATALOG = Catalog(
    [Concept("cifar-10", DATASET, "CIFAR-10"), Concept("resnet", ARCHITECTURE, "ResNet"), Concept("accuracy", METRIC, "accuracy")]
)


class Fixed:
    """Gives one list of mentions for every paper."""

    fingerprint = "fixed"

    def __init__(self, *mentions: Recognized) -> None:
        self.mentions = mentions

    def recognize(self, papers: Any) -> list[Recognition]:
        return [Recognition(self.mentions) for _ in papers]


def _read(paper: Paper, recognizer: Any, combine: str = "improve") -> Reading:
    return RecognizingReader(CATALOG, recognizer, combine).read([paper])[0]


def _by_text(reading: Reading) -> dict[str, Finding]:
    return {e.mention.text: f for f in reading.findings for e in f.evidence}


def _in(abstract: str, text: str, confidence: float = 0.8, **rest: Any) -> Recognized:
    at = abstract.index(text)
    return Recognized(Mention("abstract", at, at + len(text), text), confidence, **rest)


# --- the default path -------------------------------------------------------------------------------------------------


def test_beside_a_recogniser_that_finds_nothing_all_is_as_without(tiny_papers: list[Paper], tiny_catalog: Catalog) -> None:
    assert RecognizingReader(tiny_catalog, Fixed()).read(tiny_papers) == Reader(tiny_catalog).read(tiny_papers)


def test_in_place_of_ours_ours_gives_the_same(tiny_papers: list[Paper], tiny_catalog: Catalog) -> None:
    reader = RecognizingReader(tiny_catalog, Ours(catalog=tiny_catalog), "replace")
    assert reader.read(tiny_papers) == Reader(tiny_catalog).read(tiny_papers)


def test_a_recogniser_that_finds_nothing_in_place_of_ours_leaves_nothing(example: Paper) -> None:
    assert _read(example, Fixed(), "replace") == Reading(example.id, (), ())


# --- replace ----------------------------------------------------------------------------------------------------------


def test_replace_takes_only_its_mentions_and_links_them(example: Paper, says: Callable[..., Any]) -> None:
    reading = _read(example, says(PrismNet=(0.9, ARCHITECTURE, Relation.PROPOSES), ResNet=(0.6, None, None)), "replace")
    found = _by_text(reading)
    assert set(found) == {"PrismNet", "ResNet"}
    assert found["ResNet"].concept == "resnet"
    assert found["ResNet"].confidence == 0.6
    assert (found["PrismNet"].type, found["PrismNet"].relation, found["PrismNet"].confidence) == (ARCHITECTURE, Relation.PROPOSES, 0.9)
    assert len(found["PrismNet"].evidence) == 3
    assert found["PrismNet"].type_scores == (0, 0, 1, 0, 0)


def test_type_and_relation_that_it_does_not_give_are_ours(example: Paper, says: Callable[..., Any]) -> None:
    own = _by_text(Reader(CATALOG).read([example])[0])
    reading = _read(example, says(PrismNet=(0.9, None, None), image_classification=(0.9, METHOD, None)), "replace")
    found = _by_text(reading)
    assert (found["PrismNet"].type_scores, found["PrismNet"].relation) == (own["PrismNet"].type_scores, own["PrismNet"].relation)
    assert found["image classification"].type is METHOD
    assert own["image classification"].type is TASK
    assert found["image classification"].relation is own["image classification"].relation


def test_what_the_first_look_rules_out_still_gets_a_type() -> None:
    text = "We score answers with the exact match rate of the whole system, and with the mean of all runs. It was then done in May."
    reading = _read(Paper("p", "", text), Fixed(*(_in(text, t) for t in ("whole system", "May", "mean of all runs"))), "replace")
    found = _by_text(reading)
    assert set(found) == {"whole system", "May", "mean of all runs"}
    for finding in found.values():
        assert sum(finding.type_scores) == pytest.approx(1, abs=0.001)
        assert max(finding.type_scores) < 1


# --- mentions that are no grams ---------------------------------------------------------------------------------------

LONG = "the Corpus of Very Long Names for Very Small Things and Others"
ODD = f"We use The Pile, {LONG}, R, and 2048 (the game), VQ (version two) and f(x) values too. Yahoo! is 🔬Probe here. It ends."


@pytest.mark.parametrize("text", ["The Pile", LONG, "R", "2048", "f(x) values"])
def test_any_sequence_of_words_in_a_sentence_can_be_a_mention(text: str) -> None:
    for combine in ("replace", "improve"):
        reading = _read(Paper("p", "", ODD), Fixed(_in(ODD, text, 0.99, type=DATASET)), combine)
        (finding,) = [f for f in reading.findings if text in {e.mention.text for e in f.evidence}]
        assert finding.type is DATASET
        assert finding.confidence >= 0.99
        assert not reading.rejected


def test_types_of_mentions_that_are_no_grams_come_from_the_words_inside() -> None:
    text = "We build on The ImageNet dataset here."
    reading = _read(Paper("p", "", text), Fixed(_in(text, "The ImageNet dataset")), "replace")
    assert reading.findings[0].type is DATASET


@pytest.mark.parametrize(
    ("text", "taken"),
    [("Yahoo!", "Yahoo"), ("🔬Probe", "Probe"), (" The Pile,", "The Pile"), ("VQ (version two)", "VQ"), ("VQ (version two", "VQ")],
)
def test_marks_at_the_edges_are_left_out(text: str, taken: str) -> None:
    (finding,) = _read(Paper("p", "", ODD), Fixed(_in(ODD, text)), "replace").findings
    assert [e.mention.text for e in finding.evidence] == [taken]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Pil", IN_WORD),
        ("ile", IN_WORD),
        ("🔬", NO_WORD),
        ("), ", NO_WORD),
        ("too. Yahoo", TWO_SENTENCES),
        ("Q (version", IN_WORD),
        ("two) and", BRACKET),
        ("(version two) and", BRACKET),
    ],
)
def test_what_is_no_whole_words_of_one_sentence_is_rejected(text: str, reason: str) -> None:
    reading = _read(Paper("p", "", ODD), Fixed(_in(ODD, text)), "replace")
    assert not reading.findings
    assert [(r.source, r.reason, r.found) for r in reading.rejected] == [("p", reason, text)]


def test_what_is_not_verbatim_is_rejected_and_the_rest_taken(example: Paper) -> None:
    wrong = Recognized(Mention("abstract", 0, 8, "GlassNet"), 0.9)
    reading = _read(example, Fixed(wrong, _in(example.abstract, "PrismNet")))
    assert [(r.reason, r.found) for r in reading.rejected] == [(NOT_VERBATIM, "GlassNet")]
    assert "PrismNet" in _by_text(reading)


# --- improve ----------------------------------------------------------------------------------------------------------


def test_agreement_raises(example: Paper, says: Callable[..., Any]) -> None:
    own = _by_text(Reader(CATALOG).read([example])[0])["light folding"]
    assert own.confidence < 0.99
    found = _by_text(_read(example, says(light_folding=(0.5, None, None))))["light folding"]
    assert found.confidence == pytest.approx(1 - (1 - own.confidence) * 0.5, abs=0.0001)
    assert (found.type_scores, found.relation, found.evidence) == (own.type_scores, own.relation, own.evidence)


def test_where_both_have_an_opinion_the_surer_counts_more(example: Paper, says: Callable[..., Any]) -> None:
    own = _by_text(Reader(CATALOG).read([example])[0])["PrismNet"]
    other = next(t for t in ConceptType if t is not own.type and own.type_scores[list(ConceptType).index(t)] < 0.1)
    weak = _by_text(_read(example, says(PrismNet=(0.01, other, None))))["PrismNet"]
    assert weak.type is own.type
    position = list(ConceptType).index(other)
    strong = _by_text(_read(example, says(PrismNet=(1.0, other, None))))["PrismNet"]
    assert strong.type_scores[position] > 0.5 > weak.type_scores[position] > own.type_scores[position]


def test_what_only_it_names_enters_with_its_confidence_and_nothing_is_lost(example: Paper, says: Callable[..., Any]) -> None:
    own, reading = Reader(CATALOG).read([example])[0], _read(example, says(Ada=(0.31, METHOD, None)))
    assert set(_by_text(reading)) == {*_by_text(own), "Ada"}
    assert (_by_text(reading)["Ada"].confidence, _by_text(reading)["Ada"].type) == (0.31, METHOD)


def test_of_overlapping_mentions_the_surer_wins_and_the_other_is_reported(example: Paper) -> None:
    sure = _read(example, Fixed(_in(example.abstract, "Glass Corpus and on CIFAR", 1.0, type=TASK)))
    assert "Glass Corpus" not in _by_text(sure)
    assert not sure.rejected
    weak = _read(example, Fixed(_in(example.abstract, "Glass Corpus and on CIFAR", 0.1, type=TASK)))
    assert "Glass Corpus" in _by_text(weak)
    assert [(r.reason, r.found) for r in weak.rejected] == [(COVERED, "Glass Corpus and on CIFAR")]


def test_the_rest_of_the_chain_is_the_same(example: Paper, says: Callable[..., Any]) -> None:
    text = "Wool grading networks (WGN) are used. A WGN is trained on CIFAR-10."
    reading = _read(
        Paper("p", "", text), says(Wool_grading_networks=(0.9, ARCHITECTURE, None), **{"CIFAR-10": (0.9, None, None)}), "replace"
    )
    finding = _by_text(reading)["WGN"]
    assert (finding.label, finding.acronyms) == ("wool grading network", ("WGN",))
    assert _by_text(reading)["CIFAR-10"].concept == "cifar-10"
    assert finding.evidence[0].sentence_end > 0


# --- the reader -------------------------------------------------------------------------------------------------------


def test_papers_of_a_batch_do_not_touch_each_other(tiny_papers: list[Paper], says: Callable[..., Any], example: Paper) -> None:
    recognizer = says(PrismNet=(0.9, None, None), The=(0.4, METHOD, None), **{"neural network for image": (0.99, METHOD, None)})
    for combine in ("improve", "replace"):
        reader = RecognizingReader(CATALOG, recognizer, combine)
        papers = [*tiny_papers, example, Paper("empty", "", "")]
        together = reader.read(papers)
        assert together == [reader.read([p])[0] for p in papers]
        assert reader.read(papers[::-1]) == together[::-1]


def test_the_fingerprint_names_recogniser_and_way_of_combining(says: Callable[..., Any]) -> None:
    readers = [
        Reader(CATALOG),
        RecognizingReader(CATALOG, says()),
        RecognizingReader(CATALOG, says(), "replace"),
        RecognizingReader(CATALOG, says(A=(0.5, None, None))),
        RecognizingReader(CATALOG, says(A=(0.6, None, None))),
        RecognizingReader(CATALOG, says(), threshold=0.9),
        RecognizingReader(Catalog([]), says()),
    ]
    assert len({r.fingerprint for r in readers}) == len(readers)
    assert RecognizingReader(CATALOG, says()).fingerprint == readers[1].fingerprint


def test_what_is_nearly_taken_is_what_neither_took(example: Paper, says: Callable[..., Any]) -> None:
    reader = RecognizingReader(CATALOG, says(ResNet=(0.9, None, None)), "replace")
    texts = [text for text, _ in linked(example, reader).undecided]
    assert "PrismNet" in texts
    assert "ResNet" not in texts


def test_wrong_use_is_said(says: Callable[..., Any], example: Paper) -> None:
    with pytest.raises(UsageError, match="did you mean improve"):
        RecognizingReader(CATALOG, says(), "improv")
    with pytest.raises(UsageError, match="str is no recogniser"):
        RecognizingReader(CATALOG, "ours")  # type: ignore[arg-type]

    class TooFew(Fixed):
        def recognize(self, papers: Any) -> list[Recognition]:
            return []

    with pytest.raises(PaperkgError, match="0 recognitions for 1 papers"):
        _read(example, TooFew())
