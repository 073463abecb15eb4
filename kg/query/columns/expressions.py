"""What expressions say of rows: asked of the engine, once for each combination of values."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from kg.query.columns.files import Ids
from kg.query.columns.rows import UNBOUND, Rows, codes
from kg.query.columns.syntax import Expression, Unsure

#: Combinations of values at most.
MOST = 100_000
_SAME = re.compile(r"(!?)\s*sameTerm\(\s*[?$](\w+)\s*,\s*[?$](\w+)\s*\)", re.IGNORECASE | re.ASCII)
_LESS = re.compile(r"STR\(\s*[?$](\w+)\s*\)\s*<\s*STR\(\s*[?$](\w+)\s*\)", re.IGNORECASE | re.ASCII)
#: Variables of ours in the engine's queries.
_ROW, _MADE = "row_of_columns", "made_of_columns"
_NOTHING = ox.Store()


class Asked:
    """The engine's say on expressions of one query, with that query's prefixes."""

    def __init__(self, prologue: str, prefixes: dict[str, str], terms: Callable[[Ids], list[Any]], number: Callable[[Any], int]) -> None:
        self._prologue = prologue
        self._prefixes = prefixes
        self._terms = terms
        self._number = number

    def holds(self, expression: Expression, rows: Rows) -> NDArray[np.bool_]:
        """For each row whether a FILTER lets it through."""
        if (same := _SAME.fullmatch(expression.text)) is not None and rows.bound(same.groups()[1:]):
            equal: NDArray[np.bool_] = rows.of[same[2]] == rows.of[same[3]]
            return ~equal if same[1] else equal
        if (less := _LESS.fullmatch(expression.text)) is not None and rows.bound(less.groups()):
            ranks = self._texts(np.concatenate([rows.of[name] for name in less.groups()]))
            return ranks[: rows.size] < ranks[rows.size :]
        inline, of, size = self._inline(expression, rows)
        found = np.zeros(size, np.bool_)
        found[[int(row[0].value) for row in self._ask(f"SELECT ?{_ROW} {{ {inline} FILTER({expression.text}) }}")]] = True
        return found[of]

    def values(self, expression: Expression, rows: Rows) -> Ids:
        """For each row what a BIND makes."""
        inline, of, size = self._inline(expression, rows)
        found = np.full(size, UNBOUND, np.int32)
        for row, made in self._ask(f"SELECT ?{_ROW} ?{_MADE} {{ {inline} BIND({expression.text} AS ?{_MADE}) }}"):
            if made is not None:
                found[int(row.value)] = self._number(made)
        return found[of]

    def _texts(self, ids: Ids) -> NDArray[np.int64]:
        """Numbers in the order of the texts of addresses and literals, by code point."""
        known, of = np.unique(ids, return_inverse=True)
        texts = [term.value for term in self._terms(known)]
        places = {text: place for place, text in enumerate(sorted({*texts}))}
        return np.array([places[text] for text in texts], np.int64)[of]

    def _ask(self, query: str) -> list[Any]:
        try:
            return [*_NOTHING.query(f"{self._prologue} {query}", prefixes=self._prefixes)]  # type: ignore[misc]
        except (SyntaxError, OSError, RuntimeError, ValueError) as error:
            # asked of the whole query, it will say so
            raise Unsure(str(error)) from None

    def _inline(self, expression: Expression, rows: Rows) -> tuple[str, NDArray[np.int64], int]:
        """VALUES of the combinations with their numbers, the combination of each row, and how many there are."""
        names = expression.names
        if any(name not in rows.of for name in names) or {_ROW, _MADE} & {*names}:
            raise Unsure("a variable that is not in scope")
        columns = [rows.of[name] for name in names]
        _, first, of = np.unique(codes(columns, rows.size), return_index=True, return_inverse=True)
        if len(first) > MOST:
            raise Unsure(f"more than {MOST:,} combinations of values")
        written = [["UNDEF" if term is None else str(term) for term in self._terms(column[first])] for column in columns]
        values = " ".join(f"({n} {' '.join(row)})" for n, row in enumerate(zip(*written, strict=True) if names else [()] * len(first)))
        return f"VALUES (?{' ?'.join((_ROW, *names))}) {{ {values} }}", of, len(first)
