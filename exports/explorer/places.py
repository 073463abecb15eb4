"""Where the nodes of a page stand, stored with the graph so that they are computed once.

`GRAPH/layout-KEY.npy` has a row of x, a row of y and a row of communities. KEY is a hash of all that the layout is computed from (sizes,
edges, seed, version of the layout), so a file can be missing or damaged, but never out of date. It is no part of the graph: `Graph.append`
and a new build leave it out, and it can be deleted. Where the graph's folder cannot be written to, the file is in the cache.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from exports.explorer.edges import Edges
from exports.files import replacing
from exports.layout import SMALL, VERSION, arrange
from kg.cache import cache_folder
from kg.errors import EnvironmentError_, UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kg.graph import Graph

    Ints = NDArray[np.int64]

#: Free room kept between two nodes, for a label under each.
GAP = 16.0
#: Layouts of one graph that are kept; beyond, those written first go.
KEPT = 12


@dataclass(frozen=True, slots=True)
class Places:
    """Coordinates, and a community for each node; communities by falling size, with the nodes that lead each."""

    x: list[int]
    y: list[int]
    community: list[int]
    top: list[list[int]]
    #: Whether the last community is of nodes that belong to none.
    rest: bool


def arranged(graph: Graph, radii: list[float], edges: Edges, seed: int, concepts: int) -> Places:
    """The layout of a page, read where it was stored, otherwise computed and stored; the first `concepts` nodes can lead communities."""
    import numpy as np

    key = _key(radii, edges, seed)
    table = _stored(graph, key, len(radii))
    if table is None:
        made = arrange(radii, (edges.head, edges.tail, edges.pull), seed=seed, gap=GAP)
        table = np.array([made.x, made.y, made.community], dtype=np.int32).reshape(3, -1)
        _store(graph, key, table)
    community, rest = _joined(table[2].astype(np.int64))
    return Places(table[0].tolist(), table[1].tolist(), community.tolist(), _leading(community, edges, concepts), rest)


def _key(radii: list[float], edges: Edges, seed: int) -> str:
    import numpy as np

    digest = hashlib.sha256(f"{VERSION} {seed} {GAP} {len(radii)}".encode())
    for column in (np.asarray(radii, dtype="<f8"), edges.head.astype("<i8"), edges.tail.astype("<i8"), edges.pull.astype("<f8")):
        digest.update(column.tobytes())
    return digest.hexdigest()[:24]


def _files(graph: Graph, key: str) -> Iterator[Path]:
    yield graph.path / f"layout-{key}.npy"
    yield cache_folder() / "layouts" / f"layout-{key}.npy"


def _stored(graph: Graph, key: str, count: int) -> NDArray[np.int32] | None:
    import numpy as np

    for file in _files(graph, key):
        # missing, cut short or of another kind: computed again
        with suppress(OSError, ValueError, EOFError):
            table: NDArray[np.int32] = np.load(file, allow_pickle=False)
            if table.shape == (3, count) and table.dtype == np.int32 and bool(((table[2] >= 0) & (table[2] < count)).all()):
                return table
    return None


def _store(graph: Graph, key: str, table: NDArray[np.int32]) -> None:
    import numpy as np

    for file in _files(graph, key):
        # a layout that cannot be stored is computed again next time
        with suppress(EnvironmentError_, UsageError):
            with replacing(file, binary=True) as handle:
                np.save(handle, table, allow_pickle=False)
            _clear(file)
            return


def _clear(newest: Path) -> None:
    files = sorted(newest.parent.glob("layout-*.npy"), key=lambda p: (p != newest, -p.stat().st_mtime_ns, p.name))
    for file in files[KEPT:]:
        with suppress(OSError):
            file.unlink()


def _joined(community: Ints) -> tuple[Ints, bool]:
    """Communities with those of fewer than `exports.layout.SMALL` members put together, behind the others; and whether there were any."""
    import numpy as np

    if not len(community):
        return community, False
    large = int((np.bincount(community) >= SMALL).sum())
    # they are numbered by falling size
    return np.minimum(community, large), bool((community >= large).any())


def _leading(community: Ints, edges: Edges, concepts: int, most: int = 5) -> list[list[int]]:
    """The nodes of each community that its edges hold most strongly; of equal ones, the more important."""
    import numpy as np

    weight = np.zeros(len(community))
    inside = community[edges.head] == community[edges.tail]
    for ends in (edges.head[inside], edges.tail[inside]):
        weight += np.bincount(ends, edges.pull[inside], len(community))
    found: dict[int, list[int]] = defaultdict(list)
    for node in np.lexsort((np.arange(len(community)), -np.round(weight, 6))).tolist():
        if node < concepts and len(found[community[node]]) < most:
            found[community[node]].append(node)
    return [found[n] for n in range(int(community.max(initial=-1)) + 1)]
