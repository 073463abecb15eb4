"""One text linked, with the reasons, as `kg link` shows it."""

from __future__ import annotations

import json

import pytest

import kg
from kg.catalog import Catalog
from kg.explain import Linked, link, linked
from kg.model import Concept, ConceptType, Paper
from kg.reader import Reader

TEXT = (
    "We propose QuillNet, a sparse Transformer for image classification. "
    "QuillNet is evaluated on ImageNet and CIFAR-10, where it outperforms BERT in accuracy."
)


@pytest.fixture(scope="module")
def reader(tiny_catalog: Catalog) -> Reader:
    return Reader(tiny_catalog)


@pytest.fixture(scope="module")
def found(reader: Reader) -> Linked:
    return link(TEXT, title="QuillNet", reader=reader)


def test_one_concept_for_each_finding(found: Linked) -> None:
    assert len(found.concepts) == len(found.reading.findings) > 4
    for concept, finding in zip(found.concepts, found.reading.findings, strict=True):
        assert concept.id == finding.concept or not concept.known
        assert concept.known == bool(finding.concept)
    assert {"imagenet", "cifar-10", "bert", "image-classification"} <= {c.id for c in found.concepts}
    assert [c.id for c in found.concepts if c.label == "QuillNet"] == ["quillnet"]


def test_rows_are_json_with_exact_mentions(found: Linked) -> None:
    rows = json.loads(json.dumps(found.rows()))
    assert len(rows) == len(found.concepts)
    for row in rows:
        for mention in row["mentions"]:
            assert found.paper.text(mention["field"])[mention["start"] : mention["end"]] == mention["text"]
        assert row["mentions"][0]["text"] in row["sentence"]
        assert row["known"] == bool(row["candidates"]) or not row["known"]
    (quill,) = [r for r in rows if r["concept"] == "quillnet"]
    assert (quill["known"], quill["relation"]) == (False, "proposes")
    (imagenet,) = [r for r in rows if r["concept"] == "imagenet"]
    assert (imagenet["name"], imagenet["type"], imagenet["known"]) == ("ImageNet", "Dataset", True)
    assert imagenet["candidates"][0]["concept"] == "imagenet"
    assert 0.55 <= imagenet["candidates"][0]["score"] <= 1


def test_the_explanation_shows_candidates_and_reasons(found: Linked) -> None:
    told = found.explain()
    lines = told.splitlines()
    for finding, concept in zip(found.reading.findings, found.concepts, strict=True):
        (at,) = [n for n, line in enumerate(lines) if line.startswith(f"{concept.label}  [")]
        assert f"[{concept.type.value}, {finding.relation.value}, {finding.confidence:.2f}]" in lines[at]
        assert lines[at].endswith(f"{'known' if concept.known else 'new'} concept {concept.id}")
        assert lines[at + 1].startswith("  named by: '")
        assert lines[at + 2].startswith(f"  rests on: {found.sentence(finding)}")
        for number, (candidate, score, why) in enumerate(finding.candidates):
            assert lines[at + 3 + number].startswith(f"  candidate {candidate}: {score:.2f}, ")
            assert lines[at + 3 + number].endswith(why)
        if not finding.candidates:
            assert lines[at + 3] == "  candidates: none, no name of the catalog compares"
    assert "candidate imagenet: 1.00, taken; 'ImageNet' is label 'ImageNet': label +0." in told


def test_losers_are_told(tiny_catalog: Catalog) -> None:
    catalog = tiny_catalog.merge(Catalog([Concept("pca", ConceptType.METHOD, "principal component analysis", acronyms=("PCA",))]))
    text = "Patient-controlled analgesia (PCA) is studied with a neural network. We propose PCA-Net for PCA and test PCA on ImageNet."
    told = link(text, reader=Reader(catalog, threshold=0.1)).explain()
    assert "  candidate pca: " in told
    assert ", not taken; 'PCA' is acronym 'PCA': " in told
    assert "long form in the paper differs -0." in told


def test_variants_statements_and_what_was_not_taken_are_told() -> None:
    told = link(
        "We fine-tune the Llama 2 13B model for sentiment analysis on SST-2. Sentiment analysis is evaluated on SST-2 and measured by "
        "accuracy. A careful warm tuning of weights helps.",
    )
    assert "variant 13B" in told.explain()
    assert told.undecided
    assert f"not taken for concepts: {told.undecided[0][0]} ({told.undecided[0][1]:.2f})" in told.explain()
    for statement in told.reading.statements:
        assert (
            f"{told.concepts[statement.head].label} {statement.relation.value} {told.concepts[statement.tail].label}  [" in told.explain()
        )


def test_texts_are_cleaned_as_by_loaders(reader: Reader) -> None:
    assert link("It gains 4\\% accuracy \n on   ImageNet.", reader=reader).paper.abstract == "It gains 4% accuracy on ImageNet."


@pytest.mark.parametrize("text", ["", " ", "?!", "😀", "\x00", "the of and", "שלום"])
def test_texts_that_name_nothing(reader: Reader, text: str) -> None:
    found = link(text, reader=reader)
    assert found.concepts == ()
    assert found.rows() == []
    assert found.explain() in ("", "not taken for concepts: ") or found.undecided
    assert found._repr_html_().startswith("<table>")


def test_html_is_escaped(reader: Reader) -> None:
    shown = link("We train <script>alert(1)</script> BERT & Co on ImageNet.", reader=reader)._repr_html_()
    assert "<script" not in shown
    assert "&amp; Co" in shown
    assert "ImageNet" in shown


def test_catalog_or_reader(reader: Reader, tiny_catalog: Catalog) -> None:
    assert link(TEXT, catalog=tiny_catalog).rows() == link(TEXT, reader=reader).rows()
    assert linked(Paper("text", "", TEXT), reader).reading == link(TEXT, reader=reader).reading


def test_the_front_door_is_the_same(reader: Reader) -> None:
    assert kg.link is link
    assert isinstance(kg.link(TEXT, reader=reader), kg.Linked)
