"""`/api/questions` and `/api/question`: the cookbook, with its parameters filled in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from kg.errors import DataError, UsageError
from kg.query.cookbook import Question as Asked
from kg.query.cookbook import question as found
from kg.query.cookbook import questions as every
from kg.query.cookbook import values
from kg.serve.api.answers import Question, QuestionAnswer, QuestionsAnswer
from kg.serve.api.parameters import Filled, Nothing
from kg.serve.api.problems import Problem
from kg.serve.index import TYPES, Index
from kg.text import fold


def questions(_: Index, __: Nothing) -> QuestionsAnswer:
    """All questions of the cookbook, in their order."""
    return {"items": [_question(one) for one in every().values()]}


def question(index: Index, asked: Filled) -> QuestionAnswer:
    """A question with what its parameters stand for in the graph."""
    try:
        one = found(asked.name)
    except UsageError as error:
        raise Problem(404, str(error)[:500], parameter="name", found=asked.name, near=[]) from None
    given: dict[str, str] = {}
    for pair in asked.param:
        name, equals, value = pair.partition("=")
        if not equals or name in given:
            told = "is no NAME=VALUE" if not equals else f"gives {name} a second time"
            raise Problem(422, f"the parameter param {told}, found {pair[:200]!r}", parameter="param", found=pair[:200])
        given[name] = value
    try:
        filled, notes = values(_Names(index), one, given)
        if not all(math.isfinite(value) for value in filled.values() if isinstance(value, float)):
            raise UsageError("a number is infinite; give one that is not")
    except DataError as error:
        raise Problem(404, str(error), parameter="param", near=[]) from None
    except (UsageError, OverflowError) as error:
        raise Problem(422, str(error)[:500], parameter="param") from None
    return {**_question(one), "sparql": one.text("sparql", filled), "values": filled, "notes": notes}


def _question(one: Asked) -> Question:
    params: list[Any] = [{"name": p.name, "kind": p.kind, "default": p.default, "about": p.about} for p in one.params]
    return {"number": one.number, "name": one.name, "title": one.title, "params": params, "sparql": one.sparql, "cypher": one.cypher}


class _Names:
    """The names of the index, as the cookbook asks for them."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def concepts(self, name: str) -> Sequence[tuple[str, str]]:
        index = self._index
        numbers = index.concept_words.exactly(fold(name))
        if (own := index.concept(name)) is not None:
            numbers = [own, *(n for n in numbers if n != own)]
        return [(index.concept_ids[n], TYPES[index.types[n]]) for n in numbers]

    def near_concepts(self, name: str) -> str:
        return _near(self._index.near_concepts(name))

    def paper(self, name: str) -> str | None:
        index = self._index
        number = index.paper(name)
        if number is None:
            ranks = index.paper_words.exactly(fold(name))
            number = int(index.paper_by_rank[ranks[0]]) if ranks else None
        return None if number is None else str(index.paper_record(number)["id"])

    def near_papers(self, name: str) -> str:
        return _near(self._index.near_papers(name))


def _near(ids: list[str]) -> str:
    return f"did you mean {' or '.join(ids[:3])}?" if ids else "look for it with /api/search"
