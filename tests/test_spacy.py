"""The spaCy component: concepts and spans of a Doc, shown, stored and loaded."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
import spacy
from spacy import displacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from kg.catalog import Catalog, format_row
from kg.errors import DataError, UsageError
from kg.model import Concept, ConceptType, Relation
from kg.spacy_component import COLORS, SPANS, ConceptOfDoc, displacy_data

TEXT = "We propose QuillNet, a sparse Transformer. QuillNet is evaluated on CIFAR-10 and ImageNet, where BERT loses in accuracy."


@pytest.fixture(scope="module")
def nlp() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("paperkg")
    return nlp


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalog file of the user's own."""
    folder = tmp_path_factory.mktemp("catalog")
    Catalog([Concept("wool-grading", ConceptType.TASK, "wool grading")]).save(folder)
    return folder / "tasks.tsv"


def _concepts(doc: Doc) -> dict[str, ConceptOfDoc]:
    return {c.concept.id: c for c in doc._.concepts}


def test_concepts_of_a_doc(nlp: Language) -> None:
    found = _concepts(nlp(TEXT))
    assert {"cifar-10", "imagenet", "bert", "quillnet"} <= set(found)
    assert found["cifar-10"].relation is Relation.EVALUATES_ON
    assert found["cifar-10"].concept.known
    assert not found["quillnet"].concept.known
    assert found["quillnet"].relation is Relation.PROPOSES
    assert [s.text for s in found["quillnet"].spans] == ["QuillNet", "QuillNet"]
    assert all(0 <= c.confidence <= 1 for c in found.values())


def test_spans_lie_within_the_doc_with_type_and_id(nlp: Language) -> None:
    doc = nlp(TEXT)
    spans = list(doc.spans[SPANS])
    assert [(s.start, -s.end) for s in spans] == sorted((s.start, -s.end) for s in spans)
    assert len(spans) == sum(len(c.spans) for c in doc._.concepts)
    for span in spans:
        assert 0 <= span.start < span.end <= len(doc)
        assert doc.text[span.start_char : span.end_char] == span.text
        assert span.label_ == _concepts(doc)[span.kb_id_].concept.type.value


def test_displacy_shows_them(nlp: Language) -> None:
    html = displacy.render(nlp(TEXT), style="span", options={"spans_key": SPANS}, page=False, jupyter=False)
    for word in ("QuillNet", "ImageNet", "Dataset", "cifar-10"):
        assert word in html


def test_pipe_gives_what_single_calls_give(nlp: Language) -> None:
    texts = [TEXT, "", "No concept is here.", "We train BERT on ImageNet.", "😀 שלום We fine-tune BERT for classification 🎉"]
    piped = [[(c.concept.id, [s.text for s in c.spans]) for c in doc._.concepts] for doc in nlp.pipe(texts)]
    assert piped == [[(c.concept.id, [s.text for s in c.spans]) for c in nlp(text)._.concepts] for text in texts]
    assert piped[1] == []
    assert "bert" in [i for i, _ in piped[4]]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "?!", "😀", "\x00\x01", "BERT", "\u202eBERT", "x" * 5000, "  BERT  on\tImageNet\n"])
def test_awkward_texts(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert doc.text == text, "the text is read as it stands"
    for span in doc.spans[SPANS]:
        assert span.text


def test_a_mention_inside_a_token_takes_the_whole_token(nlp: Language) -> None:
    doc = nlp("We train BERT-like-nets/ImageNet-models on CIFAR-10.")
    assert [s.text for s in doc.spans[SPANS] if s.kb_id_ == "cifar-10"] == ["CIFAR-10"]


def test_a_pipeline_is_stored_and_loaded(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "pipeline")
    again = spacy.load(tmp_path / "pipeline")
    assert again.pipe_names == ["paperkg"]
    assert _ids(again) == _ids(nlp)


def test_a_pipeline_as_bytes(nlp: Language) -> None:
    again = spacy.blank("en")
    again.add_pipe("paperkg")
    again.from_bytes(nlp.to_bytes())
    assert _ids(again) == _ids(nlp)


def _ids(nlp: Language) -> list[str]:
    return [c.concept.id for c in nlp(TEXT)._.concepts]


def test_a_catalog_of_the_user_and_its_config(mine: Path, tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("paperkg", config={"catalog": str(mine)})
    text = "We study wool grading with neural networks. Wool grading on ImageNet is a task."
    found = _concepts(nlp(text))
    assert found["wool-grading"].concept.known
    assert "imagenet" in found, "used with the catalog that ships"
    nlp.to_disk(tmp_path / "pipeline")
    again = spacy.load(tmp_path / "pipeline")
    assert again.config["components"]["paperkg"]["catalog"] == str(mine)
    assert "wool-grading" in _concepts(again(text))


def test_a_catalog_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no catalog there"):
        spacy.blank("en").add_pipe("paperkg", config={"catalog": str(tmp_path / "none.tsv")})


def test_what_the_component_gives_is_declared(nlp: Language) -> None:
    meta = nlp.get_pipe_meta("paperkg")
    assert set(meta.assigns) == {"doc._.concepts", "doc.spans"}
    assert not nlp.analyze_pipes()["problems"]["paperkg"]


def test_found_by_its_entry_point() -> None:
    from importlib.metadata import entry_points

    (found,) = entry_points(group="spacy_factories", name="paperkg")
    assert found.value == "kg.spacy_component:make_paperkg"


def test_rows_of_the_users_catalog_are_what_was_saved(mine: Path) -> None:
    assert mine.read_text(encoding="utf-8").splitlines()[1] == format_row(Catalog.load(mine)["wool-grading"])


def test_displacy_draws_concepts_in_the_colours_of_their_types(nlp: Language) -> None:
    doc = nlp(TEXT)
    html = displacy.render(doc, style="span", options={"spans_key": SPANS}, jupyter=False)
    for concept in doc._.concepts:
        assert COLORS[concept.concept.type.value.upper()] in html
    data = displacy_data(doc)
    assert len(data["spans"]) == len(doc.spans[SPANS]) and " ".join(data["tokens"][:2]) == "We propose"
    assert displacy.render(data, style="span", manual=True, jupyter=False) == html
    assert {(s["start_token"], s["end_token"], s["label"], s["kb_id"]) for s in data["spans"]} == {
        (s.start, s.end, s.label_, s.kb_id_) for s in doc.spans[SPANS]
    }


def test_displacy_marks_entities_without_overlaps_and_says_relations(nlp: Language) -> None:
    doc = nlp(TEXT)
    data = displacy_data(doc, "ent", relations=True)
    places = [(e["start"], e["end"]) for e in data["ents"]]
    assert places == sorted(places) and all(a[1] <= b[0] for a, b in pairwise(places))
    labels = {TEXT[e["start"] : e["end"]]: e["label"] for e in data["ents"]}
    assert labels["CIFAR-10"] == "Dataset evaluatesOn" and labels["QuillNet"].endswith(" proposes")
    assert data["colors"]["Dataset evaluatesOn"] == COLORS["DATASET"]
    html = displacy.render(data, style="ent", manual=True, options={"colors": data["colors"]}, jupyter=False)
    assert html.count("<mark") == len(places) and COLORS["DATASET"] in html and "Dataset evaluatesOn" in html


def test_displacy_shows_markup_of_a_text_as_text(nlp: Language) -> None:
    doc = nlp("We train <script>alert(1)</script> BERT on ImageNet & CIFAR-10.")
    for style in ("span", "ent"):
        html = displacy.render(displacy_data(doc, style), style=style, manual=True, jupyter=False)
        assert "<script" not in html and "ImageNet" in html


def test_displacy_data_of_what_cannot_be_drawn(nlp: Language) -> None:
    with pytest.raises(UsageError, match="no style 'dep' for concepts; give span or ent"):
        displacy_data(nlp(TEXT), "dep")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"the Doc has no concepts; add the component"):
        displacy_data(spacy.blank("en")(TEXT))
    (stored,) = DocBin(docs=[nlp(TEXT)]).get_docs(nlp.vocab)
    assert displacy_data(stored) == displacy_data(nlp(TEXT))
    with pytest.raises(UsageError, match=r"the Doc was stored without doc\._\.concepts"):
        displacy_data(stored, relations=True)
