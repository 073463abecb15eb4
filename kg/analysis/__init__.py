"""First analyses of a graph; each takes a graph and returns a `kg.table.Table`.

`rank` (PageRank), `communities` (Leiden) and `related` (co-occurrence); how they count is told in docs/how-to/analysis.md.
"""

from __future__ import annotations

from kg.analysis.cooccurrence import related
from kg.analysis.leiden import communities
from kg.analysis.pagerank import rank

__all__ = ["communities", "rank", "related"]
