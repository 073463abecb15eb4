"""What the tests of forms of English ask: the relation that a reader gives."""

from __future__ import annotations

from functools import cache

from kg.catalog import Catalog
from kg.model import Finding, Paper, Relation
from kg.reader import Reader


@cache
def _reader() -> Reader:
    return Reader(Catalog.load())


def finding(abstract: str, label: str) -> Finding:
    """What a paper that is known by its abstract is found to say of a concept."""
    [reading] = _reader().read([Paper("p", "A study of models", abstract)])
    return next(f for f in reading.findings if label in (f.label, *f.aliases, *f.acronyms))


def relation(abstract: str, label: str) -> Relation:
    return finding(abstract, label).relation
