"""The columns of a sight: named, deterministic, and of one paper alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from kg.catalog import Catalog
from kg.model import Paper
from kg.reader import data_folder
from kg.recognize import context
from kg.recognize.context import COLUMNS as CONTEXT_COLUMNS
from kg.recognize.decide import Model, second_look
from kg.recognize.known import CatalogIndex
from kg.recognize.sight import Sight, look
from kg.recognize.statistics import Statistics

pytestmark = pytest.mark.usefixtures("way")

See = Callable[..., Sight]
GroupOf = Callable[..., int]

EMPTY = [Paper("e1", "", ""), Paper("e2", "?!", "😀 … \x00")]


def _value(sight: Sight, group: int, column: str) -> float:
    return float(sight.matrix[group, sight.columns.index(column)])


@pytest.mark.parametrize(
    ("text", "column", "value"),
    [
        ("PrismNet", "words", 1),
        ("PrismNet", "count", 3),
        ("PrismNet", "in_title", 1),
        ("PrismNet", "in_abstract", 2),
        ("PrismNet", "innercap", 1),
        ("PrismNet", "title_prefix", 1),
        ("PrismNet", "ends_net", 1),
        ("PrismNet", "before_propose", 1),
        ("PrismNet", "known", 0),
        ("CIFAR-10", "known", 1),
        ("CIFAR-10", "known_label", 1),
        ("CIFAR-10", "known_dataset", 1),
        ("CIFAR-10", "known_task", 0),
        ("CIFAR-10", "hyphens", 1),
        ("CIFAR-10", "digit", 1),
        ("CIFAR-10", "allcap", 1),
        ("CIFAR-10", "before_on", 1),
        ("mixture of experts", "functions", 1),
        ("mixture of experts", "is_long", 1),
        ("MoE", "is_short", 1),
        ("MoE", "is_long", 0),
        ("MoE", "mark_before_open", 1),
        ("MoE", "mark_after_comma", 0),
        ("lora", "known", 0),
        ("lora", "known_case_differs", 1),
        ("lora", "since_use", 1),
    ],
)
def test_what_is_seen(see: See, group_of: GroupOf, text: str, column: str, value: float) -> None:
    sight = see(
        "We propose PrismNet, a mixture of experts (MoE). We evaluate on CIFAR-10. PrismNet beats nets that use lora.",
        "PrismNet: Small but Sharp",
    )
    assert _value(sight, group_of(sight, text), column) == value


def test_every_column_has_a_name_of_its_own(see: See, tiny_papers: list[Paper]) -> None:
    sight = see(tiny_papers)
    assert len(set(sight.columns)) == len(sight.columns) == sight.matrix.shape[1]
    assert len(sight.groups) == len(sight.matrix)
    assert np.isfinite(sight.matrix).all()


def test_the_trained_decisions_know_these_columns(see: See) -> None:
    model = Model.load(data_folder())
    columns = see("We train BERT.").columns
    assert model.first.columns == columns
    assert model.second.columns == (*columns, *CONTEXT_COLUMNS)


def test_looking_twice_sees_the_same(see: See, tiny_papers: list[Paper]) -> None:
    assert see(tiny_papers).matrix.tobytes() == see(tiny_papers).matrix.tobytes()


def test_a_paper_is_seen_alike_alone_and_among_others(see: See, tiny_papers: list[Paper]) -> None:
    papers = [EMPTY[0], *tiny_papers, *EMPTY, *tiny_papers[::-1]]
    together = see(papers)
    for number, paper in enumerate(papers):
        mine = together.groups.paper == number
        alone = see([paper])
        assert together.groups.key[mine].tolist() == alone.groups.key.tolist()
        assert together.matrix[mine].tobytes() == alone.matrix.tobytes(), paper.id


def test_the_second_look_too(see: See, tiny_papers: list[Paper]) -> None:
    def around(sight: Sight) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
        # any score will do that depends on the paper alone
        first = (sight.groups.key % np.uint64(97)).astype(np.float64) / 97
        chosen, matrix = second_look(sight, first)
        return sight.groups.paper[chosen], matrix

    papers = [*tiny_papers, *EMPTY, *tiny_papers[:3]]
    of, together = around(see(papers))
    assert together.shape[1] == len(see(papers).columns) + len(CONTEXT_COLUMNS)
    for number, paper in enumerate(papers):
        if len(see([paper]).groups):
            assert together[of == number].tobytes() == around(see([paper]))[1].tobytes(), paper.id


def test_papers_without_words_have_no_groups(see: See) -> None:
    for papers in ([], EMPTY):
        sight = see(papers)
        assert len(sight.groups) == 0
        assert sight.matrix.shape == (0, len(sight.columns))
    assert see([]).columns == see("We train BERT.").columns


# --- context ----------------------------------------------------------------------------------------------------------


def test_context_columns(see: See, group_of: GroupOf) -> None:
    sight = see("We fine-tune a sparse graph network (SGN) today. Another graph network fails.")
    score = np.zeros(len(sight.groups))
    given = {"sparse graph network": 0.9, "graph network": 0.6, "graph": 0.3, "SGN": 0.8, "sparse graph": 0.2, "today": 0.05}
    for text, p in given.items():
        score[group_of(sight, text)] = p
    chosen = np.flatnonzero(score)
    matrix = context.context(sight.words, sight.grams, sight.groups, sight.pairs, score, chosen)

    def value(text: str, column: str) -> float:
        row = int(np.searchsorted(chosen, group_of(sight, text)))
        return round(float(matrix[row, CONTEXT_COLUMNS.index(column)]), 3)

    assert value("graph network", "first_look") == 0.6
    assert value("graph network", "over") == 0.9, "the longer gram around it"
    assert value("graph network", "over_least") == 0, "but its second place stands alone"
    assert value("graph network", "under") == 0.3
    assert value("graph network", "under_left") == 0.3
    assert value("graph network", "under_right") == 0
    assert value("graph network", "crossing") == 0.2
    assert value("sparse graph network", "partner") == 0.8
    assert value("SGN", "partner") == 0.9
    assert value("graph", "partner") == -1, "no abbreviation"
    assert value("sparse graph network", "same_head") == 0.6, "another name that ends so"
    assert value("sparse graph network", "best_right") == 0.8
    assert value("SGN", "best_left") == 0.9
    assert value("sparse graph network", "rank_paper") == 0
    assert value("today", "rank_paper") == len(given) - 1
    assert value("today", "sum_paper") == pytest.approx(sum(given.values()), abs=0.001)


def test_no_context_of_nothing(see: See) -> None:
    sight = see("We train BERT.")
    none = context.context(sight.words, sight.grams, sight.groups, sight.pairs, np.zeros(len(sight.groups)), np.zeros(0, np.int64))
    assert none.shape == (0, len(CONTEXT_COLUMNS))


# --- what the catalog says --------------------------------------------------------------------------------------------


def test_names_of_the_catalog(see: See, group_of: GroupOf) -> None:
    sight = see("BERT and bert, Llamas, LoRAs and dropout on image categorizations.")
    names = {text: [n.concept for n in sight.names.get(group_of(sight, text), ())] for text in ("BERT", "LoRAs", "Llamas", "dropout")}
    assert names == {"BERT": ["bert"], "LoRAs": ["low-rank-adaptation"], "Llamas": ["llama"], "dropout": ["dropout"]}
    assert [n.kind for n in sight.names[group_of(sight, "image categorization")]] == ["alias"]
    assert _value(sight, group_of(sight, "Llamas"), "known_clear") == 0
    assert _value(sight, group_of(sight, "dropout"), "known_clear") == 1


def test_an_empty_catalog_knows_nothing(statistics: Statistics) -> None:
    sight = look([Paper("p", "BERT", "We train BERT on ImageNet.")], statistics, CatalogIndex(Catalog()))
    assert sight.names == {}
    assert not sight.matrix[:, [c.startswith("known") for c in sight.columns]].any()
