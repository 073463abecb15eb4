"""The graph as the engine holds it: columns of properties and compressed adjacency, in files that are mapped into memory.

A store is a folder: `Paper.arrow` and `Concept.arrow` (nodes, numbered through in this order), `relationships.arrow` (numbered
by row), each an Arrow file of batches of `BATCH` rows; and `adjacency.npz`'s arrays as `.npy`. For each type of relationship,
and for all together, the relationships of a node lie side by side, so that nothing is read but what a query walks over.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path as Folder
from typing import TYPE_CHECKING, Any

import numpy as np

from exports.iris import Iris
from exports.property_graph import (
    CONCEPT,
    LINK,
    LINK_TYPES,
    PAPER,
    RELATION,
    RELATION_TYPES,
    Property,
    concepts,
    links,
    papers,
    relations,
)
from kg.query.cypher.values import Node, Rel

if TYPE_CHECKING:
    import pyarrow as pa

    from kg.graph import Graph

#: Grows when what the store holds changes.
LAYOUT = 3
BATCH = 4096
#: Kinds of nodes with their properties; the first is the key. Relationships lead from papers or concepts to concepts.
NODES: dict[str, tuple[Property, ...]] = {"Paper": PAPER, "Concept": CONCEPT}
TYPES: tuple[str, ...] = (*LINK_TYPES, *RELATION_TYPES)
EDGE: tuple[Property, ...] = tuple({p.name: p for p in (*LINK, *RELATION)}.values())
#: Seeks by scanning after which an index of a column is made, which takes as long as about a hundred of them.
_SCANS = 100


class Columns:
    """The properties of one kind of node, or of the relationships."""

    def __init__(self, file: Folder) -> None:
        import pyarrow as pa

        with pa.memory_map(str(file)) as source:
            batches = pa.ipc.open_file(source)
            chunks = [batches.get_batch(n) for n in range(batches.num_record_batches)]
        self.length: int = sum(chunk.num_rows for chunk in chunks)
        self._columns = {name: Column([chunk.column(n) for chunk in chunks], self.length) for n, name in enumerate(batches.schema.names)}

    @classmethod
    def none(cls) -> Columns:
        """No rows and no columns."""
        made = cls.__new__(cls)
        made.length, made._columns = 0, {}
        return made

    def get(self, name: str) -> Column | None:
        """A column, or None."""
        return self._columns.get(name)

    def names(self) -> Sequence[str]:
        return tuple(self._columns)


class Column:
    """One property of all nodes of a kind; values are read one by one, and all at once when many are wanted."""

    __slots__ = ("_chunks", "_index", "_left", "_scans", "_values")

    def __init__(self, chunks: Sequence[pa.Array], length: int) -> None:
        self._chunks = chunks
        self._left = 64 + length // 16
        self._values: list[Any] | None = None
        self._index: dict[Any, list[int]] | None = None
        self._scans = 0

    def __getitem__(self, row: int) -> Any:
        if self._values is not None:
            return self._values[row]
        self._left -= 1
        if self._left < 0:
            return self.values()[row]
        return self._chunks[row // BATCH][row % BATCH].as_py()

    def values(self) -> list[Any]:
        """All values in order."""
        if self._values is None:
            self._values = [value for chunk in self._chunks for value in chunk.to_pylist()]
        return self._values

    def filled(self) -> bool:
        """Whether any node has it."""
        return any(chunk.null_count < len(chunk) for chunk in self._chunks)

    def rows(self, wanted: Any) -> list[int]:
        """Rows whose value, or a value in whose list, is the wanted one; in order."""
        if type(wanted) not in (str, int, float):
            return []
        self._scans += 1
        if self._index is None and self._scans <= _SCANS:
            return self._scan(wanted)
        if self._index is None:
            index: dict[Any, list[int]] = {}
            for row, value in enumerate(self.values()):
                for one in dict.fromkeys(value) if type(value) is list else (value,):
                    if one is not None:
                        index.setdefault(one, []).append(row)
            self._index = index
        return self._index.get(wanted, [])

    def _scan(self, wanted: Any) -> list[int]:
        import pyarrow as pa
        import pyarrow.compute as pc

        found: list[int] = []
        for number, chunk in enumerate(self._chunks):
            inner = chunk
            if pa.types.is_list(chunk.type):
                inner = pc.list_flatten(chunk)
            if pa.types.is_string(inner.type) != isinstance(wanted, str) or pa.types.is_boolean(inner.type):
                return []
            hits = np.flatnonzero(pc.fill_null(pc.equal(inner, pa.scalar(wanted)), False).to_numpy(zero_copy_only=False))
            if len(hits) and inner is not chunk:
                hits = np.unique(pc.list_parent_indices(chunk).to_numpy()[hits])
            found += (hits + number * BATCH).tolist()
        return found

    def compare(self, op: str, wanted: float) -> np.ndarray[Any, Any] | None:
        """For each row whether a number stands to another as the sign says; None where the column has no numbers."""
        import pyarrow as pa
        import pyarrow.compute as pc

        signs = {"<": pc.less, "<=": pc.less_equal, ">": pc.greater, ">=": pc.greater_equal, "=": pc.equal}
        if not self._chunks or not (pa.types.is_floating(self._chunks[0].type) or pa.types.is_integer(self._chunks[0].type)):
            return None
        every = [pc.fill_null(signs[op](chunk, pa.scalar(wanted)), False).to_numpy(zero_copy_only=False) for chunk in self._chunks]
        return np.concatenate(every)


class Side:
    """The relationships of each node on one side (out or in), for each type; the last type stands for all."""

    def __init__(self, folder: Folder, name: str, nodes: int) -> None:
        def load(what: str) -> Any:
            return np.load(folder / f"{name}-{what}.npy", mmap_mode="r")

        self.offsets = load("offsets")
        self.bounds = _view(self.offsets)
        self.rels = _view(load("rels"))
        self.others = _view(load("others"))
        self.width = nodes + 1

    def degrees(self, types: Iterable[int]) -> np.ndarray[Any, Any]:
        """How many relationships of these types each node has."""
        table = self.offsets.reshape(-1, self.width)
        return sum((np.diff(table[t]) for t in types), start=np.zeros(self.width - 1, dtype=np.int64))


def _view(numbers: Any) -> memoryview:
    return memoryview(numbers).cast("B").cast("i") if len(numbers) else memoryview(array("i"))


class Store:
    """An opened store.

    `labels` are the sets of labels that nodes have; `kinds` gives each node's number in that list.
    """

    def __init__(self, folder: Folder) -> None:
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        self.labels: list[tuple[str, ...]] = [tuple(one) for one in about["labels"]]
        self.tables = {name: Columns(folder / f"{name}.arrow") for name in NODES}
        self.edges = Columns(folder / "relationships.arrow")
        self.first: dict[str, int] = {}
        self.size = 0
        for name, table in self.tables.items():
            self.first[name] = self.size
            self.size += table.length
        self.kind_array = np.load(folder / "kinds.npy", mmap_mode="r")
        self.kinds: bytes = self.kind_array.tobytes()
        self.types: bytes = np.load(folder / "types.npy", mmap_mode="r").tobytes()
        self.start = _view(np.load(folder / "start.npy", mmap_mode="r"))
        self.end = _view(np.load(folder / "end.npy", mmap_mode="r"))
        self.out = Side(folder, "out", self.size)
        self.into = Side(folder, "in", self.size)
        self.counts: list[int] = about["counts"]
        self._nodes: dict[int, Node] = {}
        self._degrees: dict[tuple[str, tuple[int, ...]], np.ndarray[Any, Any]] = {}

    #: The type that stands for all.
    every = len(TYPES)

    @classmethod
    def empty(cls) -> Store:
        """A store without nodes."""
        made = cls.__new__(cls)
        made.labels, made.tables, made.first, made.size, made.kinds, made.types, made.counts = [], {}, {}, 0, b"", b"", [0] * len(TYPES)
        made.edges = Columns.none()
        made._nodes, made._degrees = {}, {}
        return made

    def node(self, number: int) -> Node:
        """The node of a number: always the same object."""
        found = self._nodes.get(number)
        if found is None:
            name = "Paper" if number < self.first["Concept"] else "Concept"
            # of two threads that make one node at the same time one is the first
            found = self._nodes.setdefault(number, Node(number, number - self.first[name], self.tables[name]))
        return found

    def rel(self, number: int) -> Rel:
        """The relationship of a number."""
        return Rel(number, TYPES[self.types[number]], self.node(self.start[number]), self.node(self.end[number]), self.edges)

    def labels_of(self, node: Node) -> tuple[str, ...]:
        return self.labels[self.kinds[node.number]]

    def degrees(self, direction: str, types: tuple[int, ...]) -> np.ndarray[Any, Any]:
        """How many relationships of these types each node has, out, in or both."""
        found = self._degrees.get((direction, types))
        if found is None:
            found = np.zeros(self.size, dtype=np.int64)
            if direction in ("out", "both"):
                found = found + self.out.degrees(types)
            if direction in ("in", "both"):
                found = found + self.into.degrees(types)
            self._degrees[direction, types] = found
        return found

    def seek(self, key: str, wanted: Any) -> list[int]:
        """Numbers of the nodes that have a value at a property, be it in a list."""
        return [first + row for name, first in self.first.items() if (c := self.tables[name].get(key)) for row in c.rows(wanted)]


# --- filling ----------------------------------------------------------------------------------------------------------


def make(graph: Graph, folder: Folder) -> None:
    """Writes the store of a graph into an empty folder."""
    iris = Iris()
    numbers: dict[str, dict[str, int]] = {}
    labels: dict[tuple[str, ...], int] = {}
    kinds = array("B")
    size = 0
    for name, nodes in (("Paper", papers(graph, iris)), ("Concept", concepts(graph, iris))):
        known = numbers[name] = {}
        with _Writer(folder / f"{name}.arrow", NODES[name]) as table:
            for node in nodes:
                known[node.id] = size
                kinds.append(labels.setdefault(node.labels, len(labels)))
                size += 1
                table.add(node.values)
    codes = {name: n for n, name in enumerate(TYPES)}
    types, start, end = array("B"), array("i"), array("i")
    with _Writer(folder / "relationships.arrow", EDGE) as table:
        for edges, source, properties in ((links(graph, iris), "Paper", LINK), (relations(graph, iris), "Concept", RELATION)):
            places = [next((n for n, p in enumerate(properties) if p.name == e.name), None) for e in EDGE]
            for edge in edges:
                types.append(codes[edge.type])
                start.append(numbers[source][edge.start])
                end.append(numbers["Concept"][edge.end])
                table.add([None if place is None else edge.values[place] for place in places])
    arrays = {name: np.array(values, dtype=np.int32) for name, values in (("start", start), ("end", end))}
    type_array = np.array(types, dtype=np.uint8)
    _save(folder, "kinds", np.array(kinds, dtype=np.uint8))
    _save(folder, "types", type_array)
    for name, values in arrays.items():
        _save(folder, name, values)
    for side, here, there in (("out", "start", "end"), ("in", "end", "start")):
        for what, values in _adjacency(type_array, arrays[here], arrays[there], size).items():
            _save(folder, f"{side}-{what}", values)
    counts = np.bincount(type_array, minlength=len(TYPES)).tolist()
    about = {"labels": [*labels], "counts": counts}
    (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")


def _adjacency(types: Any, here: Any, there: Any, nodes: int) -> Mapping[str, Any]:
    offsets, rels = [], []
    base = 0
    for code in range(len(TYPES) + 1):
        chosen = np.flatnonzero(types == code) if code < len(TYPES) else np.arange(len(types))
        chosen = chosen[np.argsort(here[chosen], kind="stable")]
        counts = np.bincount(here[chosen], minlength=nodes) if len(chosen) else np.zeros(nodes, dtype=np.int64)
        offsets.append(base + np.concatenate(([0], np.cumsum(counts))))
        rels.append(chosen)
        base += len(chosen)
    every = np.concatenate(rels).astype(np.int32)
    return {"offsets": np.concatenate(offsets).astype(np.int32), "rels": every, "others": there[every].astype(np.int32)}


def _save(folder: Folder, name: str, values: Any) -> None:
    np.save(folder / f"{name}.npy", values, allow_pickle=False)


class _Writer:
    """Writes rows as an Arrow file, in batches of one length."""

    def __init__(self, file: Folder, properties: Sequence[Property]) -> None:
        import pyarrow as pa

        self._schema = pa.schema([pa.field(p.name, _arrow(p)) for p in properties])
        self._file = pa.OSFile(str(file), "wb")
        self._writer = pa.ipc.new_file(self._file, self._schema)
        self._rows: list[Sequence[Any]] = []

    def add(self, values: Sequence[Any]) -> None:
        self._rows.append(values)
        if len(self._rows) == BATCH:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        columns = zip(*self._rows, strict=True)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, self._schema, strict=True)]
        self._writer.write_batch(pa.record_batch(arrays, schema=self._schema))
        self._rows = []

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *_: object) -> None:
        if self._rows:
            self._flush()
        self._writer.close()
        self._file.close()


def _arrow(property_: Property) -> pa.DataType:
    import pyarrow as pa

    base = property_.kind.removesuffix("[]")
    simple = {"string": pa.string(), "long": pa.int64(), "double": pa.float64(), "boolean": pa.bool_()}[base]
    return simple if base == property_.kind else pa.list_(simple)
