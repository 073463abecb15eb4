from __future__ import annotations

import difflib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.errors import did_you_mean

names = st.text("ab-c ", max_size=8)


@given(names, st.lists(names, max_size=12))
@example("", ["", "a"])
@example("abc", ["abd", "abe", "abf", "abg"])
def test_the_nearest_names_are_those_of_difflib(wanted: str, known: list[str]) -> None:
    # the alphabet has no upper case: what is left out are equal names
    near = [*dict.fromkeys(difflib.get_close_matches(wanted, sorted(known), 6))][:3]
    otherwise = f"known: {', '.join(sorted(known))}" if known else "there is none"
    assert did_you_mean(wanted, known) == (f"did you mean {' or '.join(near)}?" if near else otherwise)


def test_ids_and_labels_are_one_name() -> None:
    known = ["Transformer", "Transformers", "transformer", "transfer"]
    assert did_you_mean("transformr", known) == "did you mean transformer or Transformers or transfer?"
    assert did_you_mean("Transformr", known) == "did you mean Transformer or Transformers or transfer?"


def test_few_of_many_names_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    ratio, asked = difflib.SequenceMatcher.ratio, []
    monkeypatch.setattr(difflib.SequenceMatcher, "ratio", lambda self: asked.append(self.a) or ratio(self))
    known = [f"a concept with the number {n}" for n in range(20_000)]
    assert did_you_mean("a concept with the numbr 19999", known).startswith("did you mean a concept with the number 19999 or ")
    assert len(asked) < 200


def test_many_names_of_which_none_is_near_are_counted_and_not_listed() -> None:
    known = [f"name {n}" for n in range(61)]
    assert did_you_mean("zzz", known) == "none of the 61 known is near"
    assert did_you_mean("zzz", known[:60]).startswith("known: name 0, name 1, ")
