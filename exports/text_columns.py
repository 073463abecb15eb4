"""Columns of texts put in order, and made segments of IRIs: by compiled kernels where there are, otherwise in Python, with one result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from exports.iris import segment
from exports.lines import Ints, text_column
from kg.native import address, checked, library

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["in_order", "segments"]


def segments(texts: pa.Array) -> pa.Array:
    """Each text as one segment of a path (`exports.iris.segment`).

    >>> import pyarrow as pa
    >>> segments(pa.array(["a/b c", ".."])).to_pylist()
    ['a%2Fb%20c', '%2E%2E']
    """
    import pyarrow as pa

    kernels = library()
    if kernels is None or not len(texts):
        return pa.array([segment(text) for text in texts.to_pylist()], pa.large_string())
    held: list[object] = []
    column = text_column(texts, held)
    room = np.empty(3 * int(column[7]) + 1, np.uint8)
    begins = np.empty(len(texts) + 1, np.int64)
    checked(kernels.kg_segments(address(column, np.int64), address(room, np.uint8), len(room), address(begins, np.int64)))
    buffers = [pa.py_buffer(begins), pa.py_buffer(room[: begins[-1]].copy())]
    return pa.LargeStringArray.from_buffers(len(texts), *buffers)


def in_order(texts: pa.Array, groups: Ints, number: int, behind: str) -> tuple[Ints, Ints, NDArray[np.uint8]]:
    """Rows by group and within one by their texts in UTF-8, each with a character (or nothing) behind it; equal ones as they come.

    Args:
        groups: of each row, from 0 to before `number`.

    Returns:
        The rows; where each group begins among them, and where the last one ends; and for each of them, where nothing stands behind
        texts, whether its own begins with that of the nearest row before it, in its group, for which this is not so.

    >>> import pyarrow as pa
    >>> [found.tolist() for found in in_order(pa.array(["b", "a-b", "a"]), np.array([0, 1, 1]), 2, "")]
    [[0, 2, 1], [0, 1, 3], [0, 0, 1]]
    """
    kernels = library()
    if kernels is None:
        return _in_order(texts, groups, number, behind)
    held: list[object] = []
    column = text_column(texts, held)
    order, scratch = np.empty(len(texts), np.int64), np.empty(len(texts), np.int64)
    begins, together = np.empty(number + 1, np.int64), np.empty(len(texts), np.uint8)
    checked(
        kernels.kg_order(
            address(column, np.int64), address(groups, np.int64), number, ord(behind) if behind else 0, address(order, np.int64),
            address(scratch, np.int64), address(begins, np.int64), address(together, np.uint8),
        )
    )  # fmt: skip
    return order, begins, together


def _in_order(texts: pa.Array, groups: Ints, number: int, behind: str) -> tuple[Ints, Ints, NDArray[np.uint8]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = pa.large_string()
    keys = pc.binary_join_element_wise(texts.cast(kind), pa.scalar(behind, kind), pa.scalar("", kind))
    table = pa.table({"group": groups, "key": keys})
    order = pc.sort_indices(table, [("group", "ascending"), ("key", "ascending")]).to_numpy().astype(np.int64)
    together = np.zeros(len(keys), np.uint8)
    if not behind:
        told, of = keys.take(pa.array(order)).to_pylist(), groups[order].tolist()
        root = 0
        for place in range(1, len(told)):
            if of[root] == of[place] and told[place].startswith(told[root]):
                together[place] = 1
            else:
                root = place
    begins = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.bincount(groups, minlength=number))])
    return order, begins, together
