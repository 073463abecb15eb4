"""The catalog's checker finds what must not stand there, and the catalog that ships has none of it."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from kg.catalog import COLUMNS, EXACT_CASE, NAMED_MODEL, NEEDS_CONTEXT, Catalog, format_row, parse_row, shipped
from kg.errors import DataError
from kg.model import Concept, ConceptType
from kg.text import fold, slug

TASK, DATASET, METRIC = ConceptType.TASK, ConceptType.DATASET, ConceptType.METRIC
FILES = {
    "tasks.tsv": "Task",
    "datasets.tsv": "Dataset",
    "architectures.tsv": "Architecture",
    "methods.tsv": "Method",
    "metrics.tsv": "Metric",
}


def reasons(*concepts: Concept) -> list[str]:
    return [str(problem) for problem in Catalog(concepts).problems()]


def rows(name: str) -> list[str]:
    return (shipped() / name).read_text(encoding="utf-8").splitlines()[1:]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.load()


# --- planted faults ---------------------------------------------------------------------------------------------------


def test_sound_concepts_have_no_problems() -> None:
    assert reasons(Concept("vision", TASK, "vision"), Concept("tagging", TASK, "tagging", broader=("vision",))) == []


def test_clash_of_two_labels_is_found_across_case_hyphen_and_number() -> None:
    found = reasons(Concept("a", DATASET, "Blue Box"), Concept("b", DATASET, "Green Jar", aliases=("blue-boxes",)))
    assert len(found) == 1
    assert "is an unambiguous name of a and b" in found[0]


def test_a_flagged_concept_may_share_a_name() -> None:
    assert reasons(Concept("a", DATASET, "Blue Box"), Concept("b", METRIC, "blue box", flags=frozenset({NEEDS_CONTEXT}))) == []


def test_exact_case_clashes_only_with_the_same_writing() -> None:
    exact = frozenset({EXACT_CASE})
    assert reasons(Concept("a", DATASET, "JAR", flags=exact), Concept("b", DATASET, "Jar", flags=exact)) == []
    assert len(reasons(Concept("a", DATASET, "JAR", flags=exact), Concept("b", METRIC, "JAR", flags=exact))) == 1


def test_exact_case_is_for_short_names_a_long_form_matches_in_any_case() -> None:
    catalog = Catalog([Concept("jar", DATASET, "JAR", aliases=("Joint Attribute Reading", "Jam Jar"), flags=frozenset({EXACT_CASE}))])
    assert [n.concept for n in catalog.named("joint attribute reading")] == ["jar"]
    assert catalog.named("jar") == catalog.named("jam jar") == []
    assert [n.concept for n in catalog.named("Jam Jar")] == ["jar"]


def test_only_architectures_are_named_models() -> None:
    named = frozenset({NAMED_MODEL})
    assert reasons(Concept("a", ConceptType.ARCHITECTURE, "Blue Box", flags=named)) == []
    (found,) = reasons(Concept("a", DATASET, "Blue Box", flags=named))
    assert "a: is a Dataset flagged named-model" in found


def test_a_shared_acronym_is_ambiguous_and_no_clash() -> None:
    catalog = Catalog([Concept("a", TASK, "blue box", acronyms=("BB",)), Concept("b", TASK, "big bag", acronyms=("BB",))])
    assert catalog.problems() == []
    assert [(n.concept, n.ambiguous) for n in catalog.named("BB")] == [("a", True), ("b", True)]


def test_unknown_broader_is_found_with_a_hint() -> None:
    (found,) = reasons(Concept("detection", TASK, "detection"), Concept("b", TASK, "box finding", broader=("detections",)))
    assert "unknown broader id 'detections'" in found
    assert "detection" in found.split("did you mean")[1]


def test_a_broader_of_another_kind_is_found() -> None:
    (found,) = reasons(Concept("a", TASK, "vision"), Concept("b", DATASET, "Blue Box", broader=("a",)))
    assert "is a Dataset but its broader a is a Task" in found


@pytest.mark.parametrize("length", [1, 2, 5])
def test_a_cycle_is_found(length: int) -> None:
    ring = [Concept(f"c{i}", TASK, f"ring {i}", broader=(f"c{(i + 1) % length}",)) for i in range(length)]
    assert sum("is broader than itself" in reason for reason in reasons(*ring)) == 1


def test_a_diamond_is_no_cycle() -> None:
    top, left, right = Concept("t", TASK, "top"), Concept("l", TASK, "left", broader=("t",)), Concept("r", TASK, "right", broader=("t",))
    assert reasons(top, left, right, Concept("x", TASK, "bottom", broader=("l", "r"))) == []


# --- files with faults ------------------------------------------------------------------------------------------------


def written(folder: Path, *lines: str) -> Path:
    path = folder / "own.tsv"
    path.write_text("\n".join(("\t".join(COLUMNS), *lines)) + "\n", encoding="utf-8")
    return path


def test_all_bad_lines_are_named_in_one_message(tmp_path: Path) -> None:
    good = format_row(Concept("box", DATASET, "Blue Box"))
    path = written(tmp_path, good, "box\tDataset\tBox", good.replace("Dataset", "Datset").replace("box", "bag", 1), good)
    with pytest.raises(DataError) as error:
        Catalog.load(path)
    message = str(error.value)
    assert f"{path}:3: 3 cells" in message
    assert f"{path}:4: unknown type 'Datset'; did you mean Dataset?" in message
    assert f"{path}:5: the id 'box' stands twice" in message


def test_unknown_flag_and_missing_header_are_refused(tmp_path: Path) -> None:
    flagged = format_row(Concept("box", DATASET, "Blue Box", flags=frozenset({"exact-csae"})))
    with pytest.raises(DataError, match=r"unknown flag 'exact-csae'; did you mean exact-case\?"):
        Catalog.load(written(tmp_path, flagged))
    (tmp_path / "own.tsv").write_text("id\ttype\n", encoding="utf-8")
    with pytest.raises(DataError, match="the header must be"):
        Catalog.load(tmp_path / "own.tsv")


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no catalog there"):
        Catalog.load(tmp_path / "none.tsv")


# --- the catalog that ships -------------------------------------------------------------------------------------------


def test_shipped_catalog_has_no_problems(catalog: Catalog) -> None:
    assert [str(problem) for problem in catalog.problems()] == []


def test_shipped_catalog_is_large_enough(catalog: Catalog) -> None:
    stats = catalog.stats()
    assert stats["all"]["concepts"] >= 15_500
    assert stats["all"]["names"] >= 24_000
    assert stats["all"]["named models"] >= 3_500
    wanted = {
        "Task": (2_200, 4_400),
        "Dataset": (5_500, 7_400),
        "Architecture": (4_000, 5_700),
        "Method": (3_000, 5_200),
        "Metric": (450, 950),
    }
    for kind, (concepts, names) in wanted.items():
        assert stats[kind]["concepts"] >= concepts, kind
        assert stats[kind]["names"] >= names, kind


def test_there_is_one_file_a_type() -> None:
    assert {path.name for path in shipped().glob("*.tsv")} == set(FILES)


@pytest.mark.parametrize("name", sorted(FILES))
def test_lines_are_sorted_normalised_and_of_one_type(name: str) -> None:
    text = (shipped() / name).read_bytes().decode("utf-8")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "\r" not in text
    assert unicodedata.normalize("NFC", text) == text
    found = rows(name)
    ids = [row.split("\t")[0] for row in found]
    assert ids == sorted(set(ids))
    assert {row.split("\t")[1] for row in found} == {FILES[name]}
    # a row written again is the same row: ten cells, no space at an edge, no empty value between bars
    for row in found:
        concept = parse_row(row)
        assert isinstance(concept, Concept), row
        assert format_row(concept) == row


def test_ids_are_the_slugs_of_labels_and_each_has_a_source(catalog: Catalog) -> None:
    assert [c.id for c in catalog.values() if c.id != slug(c.label)] == []
    assert [c.id for c in catalog.values() if not c.source] == []


def test_no_concept_names_itself_twice(catalog: Catalog) -> None:
    twice = []
    for concept in catalog.values():
        names = (concept.label, *concept.aliases) if EXACT_CASE in concept.flags else tuple(map(fold, (concept.label, *concept.aliases)))
        if len(names) != len(set(names)) or len(concept.acronyms) != len(set(concept.acronyms)):
            twice.append(concept.id)
    assert twice == []


def test_every_name_has_a_key(catalog: Catalog) -> None:
    assert [name for c in catalog.values() for name in c.names if not fold(name)] == []


def test_an_identifier_belongs_to_one_concept(catalog: Catalog) -> None:
    owners: dict[str, list[str]] = {}
    for concept in catalog.values():
        for identifier in concept.identifiers:
            assert identifier.count(":") == 1, identifier
            owners.setdefault(identifier, []).append(concept.id)
    assert {identifier: ids for identifier, ids in owners.items() if len(ids) > 1} == {}


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("CIFAR10", "cifar-10"),
        ("MS-COCO", "coco"),
        ("Stanford Sentiment Treebank v2", "sst-2"),
        ("BLEU scores", "bleu"),
        ("word error rates", "word-error-rate"),
        ("FID", "frechet-inception-distance"),
        ("automatic speech recognition", "speech-recognition"),
        ("MovieLens 1M", "movielens-1m"),
        ("MuJoCo", "mujoco"),
        ("contrastive language-image pre-training", "clip"),
        ("Deep-SORT", "deepsort"),
        ("LibriHeavy", "libriheavy"),
        ("multi-headed attention", "multi-head-attention"),
        ("part-of-speech", "part-of-speech-tagging"),
        ("low-resource translation", "low-resource-machine-translation"),
        ("WFST", "weighted-finite-state-transducer"),
        ("V-trace", "v-trace"),
        ("GIZA++", "giza-plus-plus"),
        ("AM-Softmax", "additive-margin-softmax"),
    ],
)
def test_names_of_the_field_are_known(catalog: Catalog, text: str, concept: str) -> None:
    assert {name.concept for name in catalog.named(text)} == {concept}


@pytest.mark.parametrize("word", ["drop", "race", "record", "spider", "bird", "math", "swag", "habitat", "adult", "hide", "recall"])
def test_words_of_everyday_text_are_no_unambiguous_datasets(catalog: Catalog, word: str) -> None:
    for text in (word, word.capitalize()):
        loose = [n.concept for n in catalog.named(text) if not n.ambiguous and catalog[n.concept].type is DATASET]
        assert loose == []


@pytest.mark.parametrize(
    "word", ["transpose", "melody", "pit", "coat", "mammoth", "relic", "megabyte", "multipath", "step 2", "text boxes", "rehearsal"]
)
def test_words_of_everyday_text_are_no_unambiguous_techniques(catalog: Catalog, word: str) -> None:
    for text in (word, word.capitalize()):
        assert [n.concept for n in catalog.named(text) if not n.ambiguous] == []


def test_a_later_version_of_a_model_is_a_concept_of_its_own(catalog: Catalog) -> None:
    later = re.compile(r"v?[2-9](\.\d+)?|\+{1,2}")
    # a number that is no later version: the first release bears it, or it counts layers
    first = {("dolly", "Dolly 2.0"), ("got-ocr", "GOT-OCR2.0"), ("lenet", "LeNet-5"), ("mdeberta", "mDeBERTaV3")}
    found = []
    for concept in catalog.values():
        label = concept.label.lower().replace("-", "").replace(" ", "")
        for alias in concept.aliases if "named-model" in concept.flags else ():
            rest = alias.lower().replace("-", "").replace(" ", "").removeprefix(label)
            if later.fullmatch(rest):
                found.append((concept.id, alias))
    assert set(found) - first == set()


def test_most_datasets_are_kinds_of_another(catalog: Catalog) -> None:
    datasets = [c for c in catalog.values() if c.type is DATASET]
    assert sum(bool(c.broader) for c in datasets) >= 0.9 * len(datasets)
    assert "question-answering-dataset" in catalog.ancestors("squad-2-0")


@pytest.mark.parametrize(
    ("child", "parent"), [("squad-2-0", "squad"), ("movielens-1m", "movielens"), ("macro-f1", "f1-score"), ("internvl2-5", "internvl")]
)
def test_versions_are_kinds_of_their_family(catalog: Catalog, child: str, parent: str) -> None:
    assert parent in catalog.ancestors(child)


def test_parts_of_a_benchmark_are_not_kinds_of_it(catalog: Catalog) -> None:
    assert "glue" not in catalog.ancestors("sst-2")
    assert "beir" not in catalog.ancestors("scifact")


@pytest.mark.parametrize(
    ("concept", "kind"),
    [
        ("overfitting", TASK),  # what goes wrong with models, and what is wanted of them
        ("distribution-shift", TASK),
        ("robustness", TASK),
        ("fairness", TASK),
        ("combinatorial-optimization", TASK),  # kinds of problems, not ways to solve them
        ("gradient-descent", ConceptType.METHOD),
        ("parallel-corpus", DATASET),  # kinds of data
        ("knowledge-graph", DATASET),
        ("pre-trained-model", ConceptType.ARCHITECTURE),
    ],
)
def test_problems_are_tasks_and_kinds_of_data_are_datasets(catalog: Catalog, concept: str, kind: ConceptType) -> None:
    assert catalog[concept].type is kind


def test_a_depth_in_the_name_of_a_network_is_no_size(catalog: Catalog) -> None:
    for text in ("ResNet-50", "ResNet101", "VGG16"):
        (name,) = catalog.named(text)
        assert name.kind == "label" or name.text == text
        assert catalog[name.concept].broader in (("resnet",), ("vgg",))


def test_ids_of_an_earlier_version_lead_to_one_concept(catalog: Catalog) -> None:
    former = [i.removeprefix("former:") for concept in catalog.values() for i in concept.identifiers if i.startswith("former:")]
    assert "autonomous-vehicle" in former
    assert len(former) == len(set(former))
    assert not set(former) & set(catalog)
