"""What a `Catalog` does: names, merging, problems, files; on small catalogs of the test's own."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.catalog import COLUMNS, Catalog, format_row, parse_row, same_writing
from kg.errors import DataError, UsageError
from kg.model import Concept, ConceptType
from kg.text import fold
from kg.wordings import order, skeleton

TASK, DATASET, ARCHITECTURE, METHOD, METRIC = ConceptType
HEADER = "\t".join(COLUMNS)


def _ids(catalog: Catalog, text: str) -> list[str]:
    return [name.concept for name in catalog.named(text)]


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["image classification", "Image-Classification", "image classifications", "IMAGE CATEGORIZATION"])
def test_labels_and_aliases_in_any_writing(tiny_catalog: Catalog, text: str) -> None:
    assert _ids(tiny_catalog, text) == ["image-classification"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("LoRA", ["low-rank-adaptation"]),
        ("LoRAs", ["low-rank-adaptation"]),
        ("LORA", []),
        ("lora", []),
        ("MT", ["machine-translation"]),
        ("mt", []),
        ("BERT", ["bert"]),
        ("Bert", []),
        ("Llama", ["llama"]),
        ("LLaMA", ["llama"]),
        ("llamas", []),
        ("no such name", []),
        ("", []),
        ("!", []),
    ],
)
def test_acronyms_and_exact_case(tiny_catalog: Catalog, text: str, expected: list[str]) -> None:
    assert _ids(tiny_catalog, text) == expected


def test_names_by_the_order_of_their_words() -> None:
    catalog = Catalog(
        [
            Concept("one", METHOD, "prism token routing", acronyms=("P T R",)),
            Concept("two", METHOD, "odd prism"),
            Concept("three", METHOD, "odd question answering"),
            Concept("four", METHOD, "answering odd questions"),
            Concept("five", METHOD, "wide prism", flags=frozenset({"needs-context"})),
            Concept("six", METHOD, "Long Prism", flags=frozenset({"exact-case"})),
        ]
    )
    asked = {order(c.label) for c in catalog.values()} | {order("routing of prism tokens"), order("P T R"), "none"}
    assert catalog.by_order(asked) == {order("routing of prism tokens"): "one", "oddprism": "two"}
    assert catalog.by_order(["oddprism"]) == {"oddprism": "two"}
    assert catalog.by_order([]) == {}


def test_every_wording_of_the_shipped_catalog_is_found() -> None:
    catalog = Catalog.load()
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for names in catalog.names.values():
        for name in names:
            if name.kind != "acronym" and not name.exact and not name.ambiguous:
                wanted[order(name.text)].add(name.concept)
    assert catalog.by_order(wanted.keys()) == {wording: next(iter(ids)) for wording, ids in wanted.items() if len(ids) == 1}


def test_how_names_begin_and_end_counts_concepts() -> None:
    wordless = Concept("star", METHOD, "★")
    two = [Concept("one", METHOD, "wide prism", aliases=("wide lens",)), Concept("two", METHOD, "odd prism", acronyms=("wide P",))]
    for concepts, starts, heads in (
        ([], {}, {}),
        ([wordless], {}, {}),
        ([wordless, *two], {"wide": 1, "odd": 1}, {"prism": 2, "lens": 1}),
    ):
        ends = Catalog(concepts).names.ends
        for counts, wanted in ((ends.starts, starts), (ends.heads, heads)):
            assert {word: n for word, n in zip(ends.words, counts.sum(axis=0).tolist(), strict=True) if n} == wanted
            assert counts.sum() == counts[list(ConceptType).index(METHOD)].sum()


@given(st.lists(st.text("aZ9 +#-_\0\n\tß"), min_size=1))
def test_names_are_found_by_their_fold_whatever_stands_beside_them(labels: list[str]) -> None:
    # names are taken apart many at a time, by two ways: of plain letters, and of all
    names = Catalog([Concept(f"concept-{n}", TASK, label) for n, label in enumerate(labels)]).names
    folds = {fold(label) for label in labels} - {""}
    assert set(names) == folds
    for key in folds:
        assert {name.text for name in names[key]} <= {label for label in labels if fold(label) == key}
    assert {name.text for key in folds for name in names[key]} == {label for label in labels if fold(label)}


def test_long_forms_by_abbreviation() -> None:
    catalog = Catalog([Concept("one", METHOD, "prism token router", aliases=("PTR", "token prism"), acronyms=("PTR", "PTRs"))])
    assert catalog.long_forms("ptr", skeleton("prism token routing")) == {"one": ["prism token router"]}
    assert catalog.long_forms("ptr", skeleton("token prism")) == {"one": ["token prism"]}
    assert catalog.long_forms("ptr", skeleton("PTR")) == catalog.long_forms("none", skeleton("token prism")) == {}


def test_an_acronym_of_two_concepts_is_ambiguous() -> None:
    catalog = Catalog(
        [
            Concept("latent-dirichlet-allocation", METHOD, "latent Dirichlet allocation", acronyms=("LDA",)),
            Concept("linear-discriminant-analysis", METHOD, "linear discriminant analysis", acronyms=("LDA", "FLD")),
        ]
    )
    assert _ids(catalog, "LDA") == ["latent-dirichlet-allocation", "linear-discriminant-analysis"]
    assert [n.ambiguous for n in catalog.named("LDA")] == [True, True]
    assert [n.ambiguous for n in catalog.named("FLD")] == [False]
    assert catalog.problems() == []


def test_needs_context_makes_every_name_ambiguous(tiny_catalog: Catalog) -> None:
    assert all(n.ambiguous for n in tiny_catalog.named("Llama"))
    assert not any(n.ambiguous for n in tiny_catalog.named("BERT"))


def test_a_mapping_in_order_of_id(tiny_catalog: Catalog) -> None:
    assert list(tiny_catalog) == sorted(tiny_catalog)
    assert len(tiny_catalog) == len(list(tiny_catalog.values()))
    assert "bert" in tiny_catalog
    assert Catalog(reversed(list(tiny_catalog.values()))).names == tiny_catalog.names


def test_one_id_twice_is_refused(tiny_catalog: Catalog) -> None:
    with pytest.raises(DataError, match="'bert' stands twice"):
        Catalog([*tiny_catalog.values(), tiny_catalog["bert"]])


def test_same_writing() -> None:
    assert same_writing("GPT-4", "GPT4")
    assert same_writing("CNN", "CNNs")
    assert not same_writing("CNN", "cnn")
    assert not same_writing("CNNs", "CNN"), "a name in the plural is not meant by its singular"
    assert same_writing("Open Dependencies", "Open Dependency"), "unless it has several words, the last in small letters"
    assert not same_writing("Open Dependencies", "open dependency")


# --- hierarchy and look-up --------------------------------------------------------------------------------------------


def test_ancestors_nearest_first_and_no_end_of_a_circle(tiny_catalog: Catalog) -> None:
    assert tiny_catalog.ancestors("llama") == ["transformer", "neural-network"]
    assert tiny_catalog.ancestors("dropout") == []
    circle = Catalog([Concept("a", TASK, "a task", broader=("b",)), Concept("b", TASK, "b task", broader=("a", "gone"))])
    assert circle.ancestors("a") == ["b", "a"]


def test_search_finds_the_same_name_then_names_that_hold_it_then_near_ones(tiny_catalog: Catalog) -> None:
    assert [c.id for c in tiny_catalog.search("classification")][:3] == ["classification", "image-classification"]
    assert [c.id for c in tiny_catalog.search("dropuot")] == ["dropout"]
    assert tiny_catalog.search("LoRA")[0].id == "low-rank-adaptation"
    assert len(tiny_catalog.search("a", limit=2)) == 2
    assert tiny_catalog.search("") == tiny_catalog.search("😀") == []


def test_get_or_fail_names_what_is_near(tiny_catalog: Catalog) -> None:
    assert tiny_catalog.get_or_fail("bert").label == "BERT"
    with pytest.raises(UsageError, match=r"no concept 'imagnet' in the catalog; did you mean imagenet\?"):
        tiny_catalog.get_or_fail("imagnet")


# --- merge ------------------------------------------------------------------------------------------------------------


def test_merge_keeps_the_names_of_both_and_the_label_of_the_other(tiny_catalog: Catalog) -> None:
    mine = Catalog(
        [
            Concept("bert", METHOD, "Bert model", acronyms=("B",), broader=("neural-network",), flags=frozenset({"needs-context"})),
            Concept("wool-grading", TASK, "wool grading"),
        ]
    )
    merged = tiny_catalog.merge(mine)
    assert len(merged) == len(tiny_catalog) + 1
    assert merged["wool-grading"] == mine["wool-grading"]
    assert merged["cifar-10"] == tiny_catalog["cifar-10"]
    assert merged["bert"] == Concept(
        "bert",
        METHOD,
        "Bert model",
        aliases=("BERT", "Bidirectional Encoder Representations from Transformers"),
        acronyms=("B",),
        broader=("neural-network", "transformer"),
        flags=frozenset({"exact-case", "needs-context"}),
        source="test",
    )
    assert len(tiny_catalog["bert"].aliases) == 1, "neither catalog is changed"


def test_merging_with_itself_or_nothing_changes_nothing(tiny_catalog: Catalog) -> None:
    for other in (tiny_catalog, Catalog()):
        assert dict(tiny_catalog.merge(other)) == dict(tiny_catalog)
    assert dict(Catalog().merge(tiny_catalog)) == dict(tiny_catalog)


# --- problems ---------------------------------------------------------------------------------------------------------


def test_a_sound_catalog_has_no_problems(tiny_catalog: Catalog) -> None:
    assert tiny_catalog.problems() == []


@pytest.mark.parametrize(
    ("concepts", "reason"),
    [
        ([Concept("a", TASK, "parsing"), Concept("b", TASK, "syntax", ("Parsing",))], "parsing: is an unambiguous name of a and b"),
        (
            [Concept("a", DATASET, "A one", acronyms=("XY",)), Concept("b", DATASET, "XY", flags=frozenset({"exact-case"}))],
            "XY: is an unambiguous name of a and b",
        ),
        ([Concept("a", TASK, "parsing", broader=("pars",))], "a: has the unknown broader id 'pars'"),
        ([Concept("a", TASK, "parsing", broader=("b",)), Concept("b", DATASET, "trees")], "a: is a Task but its broader b is a Dataset"),
        ([Concept("a", TASK, "one", broader=("b",)), Concept("b", TASK, "two", broader=("a",))], "is broader than itself"),
        ([Concept("a", TASK, "one", broader=("a",))], "a: is broader than itself through a"),
    ],
)
def test_problems(concepts: list[Concept], reason: str) -> None:
    assert [str(p) for p in Catalog(concepts).problems() if reason in str(p)], [str(p) for p in Catalog(concepts).problems()]


def test_a_flag_resolves_a_clash() -> None:
    one = Concept("a", TASK, "parsing")
    other = Concept("b", TASK, "syntax", ("parsing",), flags=frozenset({"needs-context"}))
    assert Catalog([one, other]).problems() == []


def test_two_paths_to_one_ancestor_are_no_cycle() -> None:
    rows = [("a", ("b", "c")), ("b", ("d",)), ("c", ("d",)), ("d", ())]
    assert Catalog([Concept(i, TASK, f"{i} task", broader=b) for i, b in rows]).problems() == []


def test_stats(tiny_catalog: Catalog) -> None:
    stats = tiny_catalog.stats()
    assert stats["Dataset"] == {"concepts": 3, "names": 6, "named models": 0, "broader": 0, "identifiers": 0}
    assert stats["all"] == {k: sum(stats[t.value][k] for t in ConceptType) for k in stats["all"]}
    assert stats["all"]["concepts"] == len(tiny_catalog)


def test_writings_that_fold_alike_are_counted_once_and_named_models_by_their_flag() -> None:
    named = frozenset({"named-model"})
    catalog = Catalog(
        [
            Concept("wool-net", ARCHITECTURE, "Wool-Net", aliases=("WoolNet", "wool nets", "fleece network"), flags=named),
            Concept("fleece-transformer", ARCHITECTURE, "fleece transformer"),
        ]
    )
    row = catalog.stats()["Architecture"]
    assert (row["concepts"], row["names"], row["named models"]) == (2, 3, 1)


# --- files ------------------------------------------------------------------------------------------------------------


def test_save_and_load(tiny_catalog: Catalog, tmp_path: Path) -> None:
    files = tiny_catalog.save(tmp_path / "catalog")
    assert [f.name for f in files] == ["tasks.tsv", "datasets.tsv", "architectures.tsv", "methods.tsv", "metrics.tsv"]
    assert dict(Catalog.load(tmp_path / "catalog")) == dict(tiny_catalog)
    assert dict(Catalog.load(*files)) == dict(tiny_catalog)
    before = [f.read_bytes() for f in files]
    Catalog.load(tmp_path / "catalog").save(tmp_path / "catalog")
    assert [f.read_bytes() for f in files] == before


def test_every_bad_line_is_named_with_file_and_line(tmp_path: Path) -> None:
    good = format_row(Concept("good", TASK, "good task"))
    bad = [
        "only\tTask\tthree",
        good.replace("Task", "Tusk").replace("good", "tusk"),
        format_row(Concept("", TASK, "nameless")),
        format_row(Concept("flagged", TASK, "flagged", flags=frozenset({"exactcase"}))),
    ]
    file = tmp_path / "mine.tsv"
    file.write_text("\n".join([HEADER, good, "", *bad, good]) + "\n", encoding="utf-8")
    with pytest.raises(DataError) as error:
        Catalog.load(file)
    lines = str(error.value).splitlines()[1:]
    for line, (number, reason) in zip(
        lines,
        [
            (4, "3 cells, 10 expected"),
            (5, "unknown type 'Tusk'; did you mean Task?"),
            (6, "id or label is empty"),
            (7, "unknown flag 'exactcase'; did you mean exact-case?"),
            (8, "the id 'good' stands twice"),
        ],
        strict=True,
    ):
        assert line.strip().startswith(f"{file}:{number}: ")
        assert reason in line


def test_one_id_in_two_files(tmp_path: Path, tiny_catalog: Catalog) -> None:
    tiny_catalog.save(tmp_path)
    (tmp_path / "zz.tsv").write_text(f"{HEADER}\n{format_row(tiny_catalog['bert'])}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"zz\.tsv:2: the id 'bert' stands twice"):
        Catalog.load(tmp_path)


@pytest.mark.parametrize("text", ["", "id\ttype\n", "a\tTask\ta task\n", HEADER.replace("\t", ",")])
def test_another_header_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "mine.tsv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"mine\.tsv:1: the header must be id type label"):
        Catalog.load(file)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.tsv"
    file.write_bytes(HEADER.encode() + b"\na\tTask\t\xff\xfe\t\t\t\t\t\t\t\n")
    with pytest.raises(DataError, match=r"mine\.tsv:2: .*UTF-8"):
        Catalog.load(file)


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path, tiny_catalog: Catalog) -> None:
    file = tmp_path / "mine.tsv"
    rows = [HEADER, *map(format_row, tiny_catalog.values())]
    file.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(rows).encode())
    assert dict(Catalog.load(file)) == dict(tiny_catalog)


def test_no_catalog_there(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.tsv", tmp_path):
        with pytest.raises(DataError, match="no catalog there"):
            Catalog.load(path)


_CELL = st.text(alphabet=st.sampled_from("abcXYZ019 -+’éß😀(),"), min_size=1, max_size=12).map(str.strip).filter(bool)
_CELLS = st.lists(_CELL, max_size=3).map(tuple)


@given(
    st.builds(
        Concept,
        id=_CELL,
        type=st.sampled_from(ConceptType),
        label=_CELL,
        aliases=_CELLS,
        acronyms=_CELLS,
        broader=_CELLS,
        identifiers=_CELLS,
        also=st.lists(st.sampled_from(ConceptType), max_size=2).map(tuple),
        flags=st.frozensets(st.sampled_from(["exact-case", "needs-context"])),
        source=st.just("") | _CELL,
    )
)
def test_a_row_is_read_back_as_it_was(concept: Concept) -> None:
    assert parse_row(format_row(concept)) == concept
    assert parse_row(format_row(replace(concept, label=""))) != concept


def test_the_shipped_catalog_is_there() -> None:
    catalog = Catalog.load()
    assert len(catalog) > 1500
    assert {c.type for c in catalog.values()} == set(ConceptType)
