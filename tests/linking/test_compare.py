"""The score of a comparison: a pure function of what is described, whose parts can be told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.linking.compare import CONTEXT_LIMIT, WEIGHTS, Comparison, score

SAME = Comparison("BERT", "BERT", "label", "name", same_writing=True, ambiguous=False, type="agrees")

comparisons = st.builds(
    Comparison,
    text=st.just("a"),
    name=st.just("b"),
    kind=st.sampled_from(["label", "alias", "acronym"]),
    via=st.sampled_from(
        ["name", "abbreviation", "usual long form", "generic noun dropped", "generic noun added", "another ending", "variant", "spelling"]
    ),
    same_writing=st.booleans(),
    ambiguous=st.booleans(),
    type=st.sampled_from(["agrees", "acceptable", "differs", "another family", "unknown"]),
    long_form=st.sampled_from(["agrees", "differs", "none"]),
    type_word=st.booleans(),
    sense=st.none() | st.floats(0, 1),
    context=st.lists(st.sampled_from("cdefg"), max_size=5).map(tuple),
)


@given(comparisons)
def test_the_score_is_the_sum_of_its_parts_within_0_and_1(comparison: Comparison) -> None:
    total = sum(weight for _, weight in comparison.parts())
    assert score(comparison) == round(min(1.0, max(0.0, total)), 4)
    assert score(comparison._replace()) == score(comparison)
    assert len({name for name, _ in comparison.parts()}) == len(comparison.parts())


@given(comparisons)
def test_what_speaks_for_a_candidate_never_lowers_it(comparison: Comparison) -> None:
    assert score(comparison._replace(type="agrees")) >= score(comparison._replace(type="unknown"))
    assert score(comparison._replace(type="unknown")) >= score(comparison._replace(type="another family"))
    assert score(comparison._replace(same_writing=True)) >= score(comparison._replace(same_writing=False))
    assert score(comparison._replace(type_word=True)) >= score(comparison._replace(type_word=False))
    assert score(comparison._replace(ambiguous=False)) >= score(comparison._replace(ambiguous=True))
    assert score(comparison._replace(long_form="agrees")) >= score(comparison._replace(long_form="none"))
    assert score(comparison._replace(long_form="none", sense=None)) >= score(comparison._replace(long_form="differs", sense=None))
    assert score(comparison._replace(context=("c",))) >= score(comparison._replace(context=()))


def test_not_more_context_than_the_limit_counts() -> None:
    doubtful = SAME._replace(kind="acronym", ambiguous=True, type="unknown")
    scores = [score(doubtful._replace(context=tuple("cdefgh"[:n]))) for n in range(7)]
    assert scores[: CONTEXT_LIMIT + 1] == sorted(set(scores[: CONTEXT_LIMIT + 1]))
    assert scores[CONTEXT_LIMIT:] == [scores[CONTEXT_LIMIT]] * (7 - CONTEXT_LIMIT)


@pytest.mark.parametrize("sense", [0.0, 0.25, 1.0])
def test_other_meanings_count_unless_the_paper_says_which(sense: float) -> None:
    acronym = SAME._replace(kind="acronym", sense=sense)
    assert dict(acronym.parts())["other meanings of the name"] == pytest.approx((1 - sense) * WEIGHTS["other meanings of the name"])
    assert "other meanings of the name" not in dict(acronym._replace(long_form="agrees").parts())
    assert "ambiguous" not in dict(acronym._replace(ambiguous=True).parts()), "what the field means by it says more"
