"""Reasoning over a graph: one verb a module, `verb(graph, config) -> Result`.

    from kg.analysis import RankConfig, rank

    rank(graph, RankConfig(type="Dataset", top=20))
    rank(graph, type="Dataset", top=20)             # the same

A module has the verb and its settings, `NAME` and `NAMEConfig`; a line in `VERBS` makes it a command, `kg analyze GRAPH NAME`, whose
options are the fields of the settings. Modules of verbs import numpy and scipy when they are called. How all of them count is told
in docs/how-to/analysis.md.
"""

from __future__ import annotations

from collections.abc import Callable

from kg.analysis.communities import CommunitiesConfig, communities
from kg.analysis.compare import CompareConfig, compare
from kg.analysis.config import Config
from kg.analysis.crosstab import CrosstabConfig, crosstab
from kg.analysis.lineage import LineageConfig, lineage
from kg.analysis.predict import PredictConfig, predict
from kg.analysis.rank import RankConfig, rank
from kg.analysis.related import RelatedConfig, related
from kg.analysis.result import Result
from kg.analysis.similar import SimilarConfig, similar
from kg.analysis.trends import TrendsConfig, trends

__all__ = [
    "VERBS",
    "CommunitiesConfig",
    "CompareConfig",
    "Config",
    "CrosstabConfig",
    "LineageConfig",
    "PredictConfig",
    "RankConfig",
    "RelatedConfig",
    "Result",
    "SimilarConfig",
    "TrendsConfig",
    "communities",
    "compare",
    "crosstab",
    "lineage",
    "predict",
    "rank",
    "related",
    "similar",
    "trends",
]

#: The verbs with their settings, in the order in which help shows them.
VERBS: dict[str, tuple[Callable[..., Result], type[Config]]] = {
    "rank": (rank, RankConfig),
    "communities": (communities, CommunitiesConfig),
    "related": (related, RelatedConfig),
    "similar": (similar, SimilarConfig),
    "crosstab": (crosstab, CrosstabConfig),
    "lineage": (lineage, LineageConfig),
    "predict": (predict, PredictConfig),
    "trends": (trends, TrendsConfig),
    "compare": (compare, CompareConfig),
}
