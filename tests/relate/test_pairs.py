"""What is seen of two things that one text names: the words and constructions between them, lists, and names inside names."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from kg.catalog import Catalog
from kg.model import Finding, Paper
from kg.reader import Reader
from kg.recognize.sight import Sight
from kg.recognize.things import Thing
from kg.relate.about import LONG, THING, Hierarchy
from kg.relate.meetings import FAR
from kg.relate.pairs import COLUMNS, pairs_of
from kg.relate.patterns import PATTERNS, written
from kg.relate.places import places, read

PAPER = Paper(
    "p",
    "PrismNet",
    "We propose PrismNet, a Transformer for image classification. On ImageNet, PrismNet beats BERT; accuracy is measured. Dropout is used.",
)
NONE = Hierarchy.of({})
Named = tuple[list[Thing], list[Finding]]


@pytest.fixture(scope="module")
def reader(tiny_catalog: Catalog) -> Reader:
    return Reader(tiny_catalog, threshold=0.2)


def _seen(reader: Reader, text: str, *names: str) -> tuple[Sight, Named]:
    """A text in which exactly `names` are named, whatever the recogniser thinks of them."""
    sight, named, findings = reader.seen(Paper("p", "A study of things", text))
    at = {f.label.casefold(): n for n, f in enumerate(findings)}
    wanted = [at[name.casefold()] for name in names]
    return sight, ([named[n] for n in wanted], [findings[n] for n in wanted])


def _pattern(reader: Reader, text: str, head: str, tail: str, *others: str) -> str:
    """The construction that suggests a relation head → tail, where `others` are named too."""
    sight, named = _seen(reader, text, head, tail, *others)
    pairs = pairs_of(sight, [named], NONE)
    row = pairs.matrix[[(h, t) for h, t in zip(pairs.head.tolist(), pairs.tail.tolist(), strict=True)].index((0, 1))]
    found = [name for name in PATTERNS[1:] if row[COLUMNS.index(f"pattern_{name}")] > 0]
    return found[0] if found else ""


def test_pairs_and_their_columns(reader: Reader) -> None:
    sight, named, findings = reader.seen(PAPER)
    pairs = pairs_of(sight, [(named, findings)], NONE)
    assert pairs.matrix.shape == (len(pairs.head), len(COLUMNS))
    assert np.isfinite(pairs.matrix).all()
    both = zip(pairs.head.tolist(), pairs.tail.tolist(), strict=True)
    rows = {(findings[h].label, findings[t].label): pairs.matrix[i] for i, (h, t) in enumerate(both)}
    assert {(b, a) for a, b in rows} == set(rows), "each pair in both directions"

    def value(head: str, tail: str, column: str) -> float:
        return float(rows[head, tail][COLUMNS.index(column)])

    assert value("PrismNet", "ImageNet", "head_first") == -1
    assert value("ImageNet", "PrismNet", "head_first") == 1
    assert value("ImageNet", "PrismNet", "distance") == 0
    assert value("PrismNet", "ImageNet", "head_main") == 1
    assert value("ImageNet", "PrismNet", "head_main") == 0
    assert value("PrismNet", "BERT", "between_compare") == value("BERT", "PrismNet", "between_compare") == 1
    assert value("PrismNet", "ImageNet", "tail_Dataset") == 1
    assert value("PrismNet", "ImageNet", "apart") == 0
    assert value("PrismNet", "Transformer", "tail_predicate") == 1, "what is said of the Transformer is meant of PrismNet"


@pytest.mark.parametrize(
    ("text", "head", "tail", "pattern"),
    [
        ("We study many neural networks such as BERT.", "BERT", "neural network", "such"),
        ("We study neural networks (e.g., BERT).", "BERT", "neural network", "such"),
        ("We like BERT, a new kind of Transformer.", "BERT", "Transformer", "kind"),
        ("Here BERT is a Transformer.", "BERT", "Transformer", "is"),
        ("We study BERT based on the Transformer.", "BERT", "Transformer", "based"),
        ("We use a Transformer for image classification.", "Transformer", "image classification", "for"),
        ("We train BERT using dropout.", "dropout", "BERT", "using"),
        ("Our BERT outperforms a Transformer.", "BERT", "Transformer", "outperforms"),
        ("We evaluate BERT on ImageNet.", "BERT", "ImageNet", "on"),
    ],
)
def test_constructions(reader: Reader, text: str, head: str, tail: str, pattern: str) -> None:
    assert _pattern(reader, text, head, tail) == pattern
    assert _pattern(reader, text, tail, head) == "", "the other direction is not suggested"


def test_what_the_paper_is_about_is_paired_with_what_stands_apart(reader: Reader) -> None:
    sight, named = _seen(reader, "We propose PrismNet, a neural network. We use BERT here.", "PrismNet", "BERT")
    pairs = pairs_of(sight, [named], NONE)
    row = dict(zip(COLUMNS, pairs.matrix[0].tolist(), strict=True))
    assert (row["head_main"], row["apart"], row["distance"], row["shared"]) == (1, 1, FAR, 0)
    assert sight.words.surface(int(pairs.first[0]), int(pairs.last[0])) == "BERT", "its evidence is the sentence of the other"


def test_what_the_catalog_calls_broader(reader: Reader) -> None:
    sight, named = _seen(reader, "Here BERT is a Transformer.", "BERT", "Transformer")
    pairs = pairs_of(sight, [named], Hierarchy.of({"bert": ["transformer"]}))
    columns = [COLUMNS.index("broader"), COLUMNS.index("narrower")]
    assert pairs.matrix[:, columns].tolist() == [[1, 0], [0, 1]]


def test_the_nearest_broader_concept_and_those_of_one_kind(reader: Reader) -> None:
    sight, named = _seen(reader, "Here BERT is a Transformer and a neural network.", "BERT", "Transformer", "neural network")
    known = [f.concept for f in named[1]]
    assert all(known)
    bert, transformer, network = known
    pairs = pairs_of(sight, [named], Hierarchy.of({bert: [transformer, network], transformer: [network]}))
    rows = {both: n for n, both in enumerate(zip(pairs.head.tolist(), pairs.tail.tolist(), strict=True))}
    broader, nearest, siblings = (COLUMNS.index(c) for c in ("broader", "nearest_broader", "siblings"))
    assert [pairs.matrix[rows[both], broader] for both in ((0, 1), (0, 2), (1, 2), (2, 0))] == [1, 1, 1, 0]
    assert [pairs.matrix[rows[both], nearest] for both in ((0, 1), (0, 2), (1, 2))] == [1, 0, 1]
    assert not pairs.matrix[:, siblings].any()
    assert pairs.matrix[rows[0, 2], COLUMNS.index("tail_narrower")] == 2, "bits of the number of narrower concepts"
    pairs = pairs_of(sight, [named], Hierarchy.of({bert: [network], transformer: [network]}))
    assert pairs.matrix[[rows[0, 1], rows[1, 0], rows[0, 2]], siblings].tolist() == [1, 1, 0]


def test_what_is_seen_of_a_thing_by_itself(reader: Reader) -> None:
    text = "We propose PrismNet, a neural network. It is good. We test BERT on image classification."
    sight, named = _seen(reader, text, "PrismNet", "neural network", "BERT", "image classification")
    pairs = pairs_of(sight, [named], NONE)
    base = COLUMNS.index(f"head_{THING[0]}")
    rows = {int(h): pairs.matrix[n, base : base + len(THING)] for n, h in enumerate(pairs.head)}

    def value(thing: int, column: str) -> float:
        return float(rows[thing][THING.index(column)])

    assert [value(n, "main") for n in range(4)] == [1, 0, 0, 0]
    assert [value(n, "since_main") for n in range(4)] == [0, 0, 2, 2]
    assert [value(n, "length") for n in range(4)] == [1, 2, 1, 2]
    assert [value(n, "last_model") for n in range(4)] == [0, 1, 0, 0]
    assert value(0, "rank_of_type") == 0
    assert value(3, "of_type") == 1
    main = pairs.matrix[:, COLUMNS.index("main_proposed")]
    assert (main == value(0, "proposes")).all()
    assert main[0] >= 0.5
    types = [c.startswith("types_") for c in COLUMNS]
    relations = [c.startswith("relations_") for c in COLUMNS]
    assert (pairs.matrix[:, types].sum(axis=1) == 1).all()
    assert (pairs.matrix[:, relations].sum(axis=1) == 1).all()


def test_the_main_thing_named_last_or_never_before(reader: Reader) -> None:
    sight, named = _seen(reader, "BERT is old. We propose PrismNet, a neural network.", "PrismNet", "BERT", "neural network")
    pairs = pairs_of(sight, [named], NONE)
    at = COLUMNS.index("head_since_main")
    since = {int(h): pairs.matrix[n, at] for n, h in enumerate(pairs.head)}
    assert since == {0: 0, 1: LONG, 2: 0}


def test_what_is_far_suggests_nothing(reader: Reader) -> None:
    text = "We use a Transformer, and then after many a long day of hard and honest work in the field, for image classification."
    assert _pattern(reader, text, "Transformer", "image classification") == ""


def test_what_is_listed_together_shares_what_stands_before(reader: Reader) -> None:
    text = "We study neural networks such as BERT and Transformer."
    assert _pattern(reader, text, "Transformer", "neural network", "BERT") == "such"
    sight, (named, findings) = _seen(reader, text, "BERT", "Transformer", "neural network")
    where = places(read(sight.words), [named], [f.type for f in findings])
    bert, transformer, network = (int(np.flatnonzero(where.thing == n)[0]) for n in range(3))
    assert where.listed[bert] == where.listed[transformer] != where.listed[network]
    assert where.start[transformer] == where.first[bert]


def test_an_apposition_is_no_list(reader: Reader) -> None:
    sight, (named, findings) = _seen(reader, "We study the Transformer, BERT, here.", "BERT", "Transformer")
    where = places(read(sight.words), [named], [f.type for f in findings])
    assert len(set(where.listed.tolist())) == 2


def test_a_batch_gives_what_its_papers_give(reader: Reader, tiny_papers: list[Paper]) -> None:
    papers = [PAPER, *tiny_papers]
    together = [reading.statements for reading in reader.read(papers)]
    assert together == [reader.read([paper])[0].statements for paper in papers]


def test_nothing_named_gives_no_pairs(reader: Reader) -> None:
    sight, named, findings = reader.seen(Paper("p", "", "BERT."))
    pairs = pairs_of(sight, [(named, findings)], NONE)
    assert pairs.matrix.shape == (0, len(COLUMNS))


def test_words_are_written_as_letters_with_marks(reader: Reader) -> None:
    sight, _, _ = reader.seen(Paper("p", "", "We use it, a (new) kind: for x."))
    letters, at = written(read(sight.words))
    words = [sight.words.surface(i, i) for i in range(len(sight.words))]
    pieces = dict(zip(words, (letters[a:b] for a, b in itertools.pairwise(at.tolist())), strict=True))
    assert [pieces[w][1:] for w in ("We", "it", "a", "new", "kind", "x")] == ["", ",", "(", ",", ":", ""]
    assert len({pieces[w][0] for w in ("use", "it", "a", "new", "kind", "for")}) == 6, "a letter for each class"
