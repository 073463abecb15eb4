"""What spans several nodes: of what class a value is, whether a triple is there, what stands at a place of a text.

It waits in a database in a temporary file of SQLite's own, which is removed when it is closed, and is compared at the end. Nodes come
in the order of their IRIs, and much of what a node refers to has come before it: that is answered at once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kg.validate.messages import finding
from kg.validate.terms import bare, value_of
from ontology.names import PATTERNS
from ontology.shacl import rule_name
from ontology.shapes import SHAPES, AnyTerm
from ontology.signatures import TYPES, restricted

if TYPE_CHECKING:
    from kg.validate import Finding

__all__ = ["Joins"]

_TABLES = """
CREATE TABLE kind (node TEXT PRIMARY KEY, mask INTEGER, fits INTEGER) WITHOUT ROWID;
CREATE TABLE ask (node, shape, form, value, mask INTEGER, shown, wanted INTEGER);
CREATE TABLE said (s, p, o, PRIMARY KEY (s, p, o)) WITHOUT ROWID;
CREATE TABLE statement (node, shape, s, p, o);
CREATE TABLE key (shape, value, node);
CREATE TABLE source (node, field);
CREATE TABLE selector (node, selector);
CREATE TABLE position (node, start INTEGER, end INTEGER);
CREATE TABLE quote (node, exact);
CREATE TABLE text (node, text)
"""
#: Table → the property whose values it holds.
_TOLD: tuple[tuple[str, AnyTerm], ...] = (
    ("source", "oa:hasSource"),
    ("selector", "oa:hasSelector"),
    ("quote", "oa:exact"),
    ("text", "schema:text"),
)
_BATCH = 20_000
#: Nodes whose classes are kept at hand, of those that were asked for.
_REMEMBERED = 65_536


class Joins:
    """Use as a context manager; tell it of each node, then ask for `findings`."""

    def __init__(self, terms: dict[AnyTerm, str]) -> None:
        self._terms = terms
        self._bits: dict[str, int] = {}
        self._relations = {terms[name]: name for name in PATTERNS}
        self._types = {terms[name]: 1 << n for n, name in enumerate(TYPES)}
        # an empty name is a database in a temporary file of SQLite's own
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.executescript(f"PRAGMA cache_size = -65536; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_TABLES}; BEGIN")
        self._waiting: dict[str, list[tuple[Any, ...]]] = {}
        self._recent: dict[str, int] = {}
        self._known = lru_cache(maxsize=_REMEMBERED)(self._look_up)
        self._shown = {shape.target: rule_name(shape, rule.name) for shape in SHAPES for rule in shape.rules if rule.name == "signature"}
        self._verbatim = next(rule_name(shape, rule.name) for shape in SHAPES for rule in shape.rules if rule.name == "verbatim")

    def __enter__(self) -> Joins:
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()

    def mask(self, kinds: Iterable[str]) -> int:
        """A number with a bit for each class; the classes of all questions must be named before the first node is told."""
        return sum(self._bits.setdefault(kind, 1 << len(self._bits)) for kind in set(kinds))

    def node(self, subject: str, kinds: list[str], values: dict[str, list[str]]) -> None:
        """Takes in a node: its classes, and what it says that others may need."""
        mask = sum(self._bits.get(kind, 0) for kind in set(kinds))
        fits = sum(self._types.get(kind, 0) for kind in {*kinds, *values.get(self._terms["alsoType"], ())})
        if mask or fits:
            if len(self._recent) >= _BATCH:
                self._flush("kind")
                self._recent.clear()
            self._recent[subject] = mask
            self._put("kind", (subject, mask, fits))
        for predicate, relation in self._relations.items():
            for o in values.get(predicate, ()):
                self._put("said", (subject, relation, o))
        for table, name in _TOLD:
            for term in values.get(self._terms[name], ()):
                self._put(table, (subject, value_of(term).text if term[0] == '"' else term))
        for start in values.get(self._terms["oa:start"], ()):
            for end in values.get(self._terms["oa:end"], ()):
                numbers = value_of(start).number, value_of(end).number
                if None not in numbers:
                    self._put("position", (subject, *map(int, numbers)))  # type: ignore[arg-type]

    def ask(self, node: str, shape: str, constraint: str, value: str, mask: int, shown: str, *, wanted: bool = True) -> None:
        """Whether a value is (or, not `wanted`, is not) of one of the classes of a mask; if not so, that is a finding."""
        known = self._recent.get(value)
        if known is None:
            known = self._known(value)
        if known is None or bool(known & mask) != wanted:
            self._put("ask", (node, shape, constraint, value, mask, shown, wanted))

    def statement(self, node: str, shape: str, s: str, p: str, o: str) -> None:
        """Whether a triple is there."""
        if p in self._relations:
            self._put("statement", (node, shape, s, self._relations[p], o))

    def key(self, shape: str, value: str, subject: str) -> None:
        """Whether no other node that a shape is about has this value."""
        self._put("key", (shape, value, subject))

    def findings(self) -> Iterator[Finding]:
        """What is wrong, once all nodes are told."""
        for table in list(self._waiting):
            self._flush(table)
        run = self._base.execute
        for node, shape, constraint, shown in run(
            "SELECT DISTINCT a.node, a.shape, a.form, a.shown FROM ask a LEFT JOIN kind k ON k.node = a.value "
            "WHERE ((coalesce(k.mask, 0) & a.mask) != 0) != a.wanted"
        ):
            yield finding(node, shape, constraint, shown)
        for node, shape in run(
            "SELECT DISTINCT node, shape FROM statement t "
            "WHERE NOT EXISTS (SELECT 1 FROM said WHERE said.s = t.s AND said.p = t.p AND said.o = t.o)"
        ):
            yield finding(node, shape, "SPARQL")
        for node, shape, value in run(
            "SELECT k.node, k.shape, k.value FROM key k JOIN (SELECT shape, value FROM key GROUP BY shape, value HAVING count(*) > 1) d "
            "ON d.shape = k.shape AND d.value = k.value"
        ):
            yield finding(bare(node), shape, "SPARQL", value_of(value).text)
        yield from self._signatures()
        yield from self._verbatims()

    def _signatures(self) -> Iterator[Finding]:
        bits = dict(zip(TYPES, self._types.values(), strict=True))
        pairs = {name: [(bits.get(head, -1), bits[tail]) for head, tail in found] for name, found in restricted().items()}
        rows = self._base.execute(
            "SELECT s, p, o, coalesce(h.fits, 0), coalesce(t.fits, 0) FROM said "
            "LEFT JOIN kind h ON h.node = s LEFT JOIN kind t ON t.node = o"
        )
        for s, p, o, head, tail in rows:
            # of a paper any type will do
            if p in pairs and not any((first == -1 or head & first) and tail & second for first, second in pairs[p]):
                yield finding(bare(s), self._shown[p], "SPARQL", bare(o))

    def _verbatims(self) -> Iterator[Finding]:
        self._base.executescript(
            "CREATE INDEX by_node ON selector (node); CREATE INDEX by_text ON text (node); "
            "CREATE INDEX by_position ON position (node); CREATE INDEX by_quote ON quote (node)"
        )
        # compared here: SQLite ends a text at its first NUL
        for node, start, end, exact, text in self._base.execute(
            "SELECT t.node, p.start, p.end, q.exact, x.text FROM source t JOIN text x ON x.node = t.field "
            "JOIN selector a ON a.node = t.node JOIN position p ON p.node = a.selector "
            "JOIN selector b ON b.node = t.node JOIN quote q ON q.node = b.selector"
        ):
            if text[start:end] != exact:
                yield finding(bare(node), self._verbatim, "SPARQL", exact)

    def _look_up(self, node: str) -> int | None:
        found = self._base.execute("SELECT mask FROM kind WHERE node = ?", (node,)).fetchone()
        return found[0] if found else None

    def _put(self, table: str, row: tuple[Any, ...]) -> None:
        waiting = self._waiting.setdefault(table, [])
        waiting.append(row)
        if len(waiting) >= _BATCH:
            self._flush(table)

    def _flush(self, table: str) -> None:
        rows = self._waiting.get(table)
        if rows:
            self._base.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)  # noqa: S608
            rows.clear()
