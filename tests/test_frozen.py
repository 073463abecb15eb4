"""Records of `kg.model` are what `dataclasses` makes of them, but for the time that making one takes."""

from __future__ import annotations

import inspect
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from typing import get_type_hints

import pytest

from kg import model
from kg.frozen import quick
from kg.model import Mention, Paper

RECORDS = [cls for cls in vars(model).values() if isinstance(cls, type) and hasattr(cls, "__dataclass_fields__")]


@pytest.mark.parametrize("cls", RECORDS, ids=lambda cls: str(cls.__name__))
def test_arguments_are_the_fields_in_order(cls: type) -> None:
    names = [f.name for f in fields(cls)]
    parameters = inspect.signature(cls).parameters
    assert list(parameters) == names
    values = [object() for _ in names]
    by_place, by_name = cls(*values), cls(**dict(zip(names, values, strict=True)))
    assert [getattr(by_place, name) for name in names] == [getattr(by_name, name) for name in names] == values
    needed = [n for n in names if parameters[n].default is inspect.Parameter.empty]
    least = cls(*values[: len(needed)])
    assert [getattr(least, n) for n in names[len(needed) :]] == [parameters[n].default for n in names[len(needed) :]]
    with pytest.raises(TypeError):
        cls(*values[: len(needed) - 1])
    with pytest.raises(TypeError):
        cls(*values, None)
    # the types are found, as tools do that make records up
    hints = get_type_hints(cls)
    assert get_type_hints(cls.__init__) == {**hints, "return": type(None)}


def test_a_record_stays_frozen_and_equal_to_its_copies() -> None:
    paper = Paper("title:a", "A", year=2017)
    with pytest.raises(FrozenInstanceError):
        paper.title = "B"  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(paper)) == replace(paper) == paper
    assert replace(paper, title="B") != paper
    assert len({paper, replace(paper)}) == 1
    assert repr(Mention("title", 0, 1, "A")) == "Mention(field='title', start=0, end=1, text='A')"


def test_what_cannot_be_filled_directly_is_refused() -> None:
    @dataclass(frozen=True, slots=True)
    class Listed:
        several: list[str] = field(default_factory=list)

    with pytest.raises(TypeError, match=r"Listed\.several"):
        quick(Listed)
