"""Which groups are taken: greedily, the surest first; nested ones only where they are very sure."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.model import Paper
from kg.reader import data_folder
from kg.recognize.decide import NESTED, THRESHOLD, Decided, Model, decide
from kg.recognize.sight import Sight

See = Callable[..., Sight]
Choose = Callable[..., list[Decided]]


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.load(data_folder())


def _taken(sight: Sight, decided: list[Decided]) -> dict[str, list[tuple[int, int]]]:
    """The strings of decided groups with the words of their places."""
    grams = sight.grams
    found = {}
    for one in decided:
        places = [(int(grams.first[g]), int(grams.last[g])) for g in one.places]
        found[sight.words.surface(*places[0])] = places
    return found


def test_the_surest_goes_first_and_covers(see: See, choose: Choose) -> None:
    sight = see("Graph neural networks win.")
    assert list(_taken(sight, choose(sight, {"graph neural networks": 0.9, "neural networks": 0.7, "graph": 0.6}))) == [
        "Graph neural networks"
    ]
    assert list(_taken(sight, choose(sight, {"graph neural networks": 0.6, "neural networks": 0.7, "graph": 0.65}))) == [
        "neural networks",
        "Graph",
    ]


def test_a_nested_group_is_kept_where_it_is_very_sure(see: See, choose: Choose) -> None:
    sight = see("Graph neural networks win.")
    scores = {"graph neural networks": 0.9, "neural networks": 0.85}
    assert _taken(sight, choose(sight, scores)) == {"Graph neural networks": [(0, 2)], "neural networks": [(1, 2)]}
    assert list(_taken(sight, choose(sight, scores, nested=0.86))) == ["Graph neural networks"]


def test_a_group_keeps_the_places_that_are_free(see: See, choose: Choose) -> None:
    sight = see("Graph neural networks win. Neural networks lose.")
    taken = _taken(sight, choose(sight, {"graph neural networks": 0.9, "neural networks": 0.5}))
    assert taken == {"Graph neural networks": [(0, 2)], "Neural networks": [(4, 5)]}


def test_of_equal_scores_the_longer_goes_first(see: See, choose: Choose) -> None:
    sight = see("Sparse graph kernels and deep graph kernels win.")
    scores = dict.fromkeys(("graph kernels", "sparse graph kernels", "graph", "deep graph kernels"), 0.7)
    assert list(_taken(sight, choose(sight, scores))) == ["Sparse graph kernels", "deep graph kernels"]


@pytest.mark.parametrize("text", ["", "?!", "😀", "\x00\x01\x02", "the of and"])
def test_nothing_is_decided_of_nothing(see: See, model: Model, text: str) -> None:
    assert decide(see(text), model) == [[]]
    assert decide(see([]), model) == []


def test_decisions_of_papers(see: See, model: Model, tiny_papers: list[Paper]) -> None:
    sight = see(tiny_papers)
    decided = decide(sight, model)
    assert len(decided) == len(tiny_papers)
    assert any(decided)
    for number, mine in enumerate(decided):
        assert [d.probability for d in mine] == sorted((d.probability for d in mine), reverse=True)
        covered: set[int] = set()
        for one in mine:
            assert sight.groups.paper[one.group] == number
            assert THRESHOLD <= one.probability <= 1
            assert sum(one.types) == pytest.approx(1, abs=0.001)
            assert sum(one.relations) == pytest.approx(1, abs=0.001)
            assert len(one.types) == len(model.types.outputs)
            assert len(one.relations) == len(model.relations.outputs)
            words = {w for g in one.places for w in range(sight.grams.first[g], sight.grams.last[g] + 1)}
            assert words.isdisjoint(covered) or one.probability >= NESTED
            covered |= words


def test_a_higher_threshold_takes_no_more(see: See, model: Model, tiny_papers: list[Paper]) -> None:
    sight = see(tiny_papers)
    counts = [sum(map(len, decide(sight, model, threshold))) for threshold in (0.3, THRESHOLD, 0.7, 0.95, 1.01)]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == 0


def test_what_a_paper_introduces_is_taken(see: See, model: Model) -> None:
    sight = see(
        "We propose QuillNet, a graph neural network for node classification. QuillNet is evaluated on ImageNet. "
        "On ImageNet, QuillNet gains 3% accuracy over ResNet.",
        "QuillNet: Learning to Write on Graphs",
    )
    taken = _taken(sight, decide(sight, model)[0])
    assert {"QuillNet", "ImageNet"} <= set(taken)
    assert len(taken["QuillNet"]) == 4
