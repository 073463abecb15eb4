"""Links that are missing or to come, each with what speaks for it.

- `co-use`, `method-task`, `task-dataset`: pairs of concepts that no paper names together, by how near they are in the network of what
  occurs together (`kg.analysis.proximity`); how well that foretells what comes is measured by a split in time (`kg.analysis.holdout`,
  docs/benchmarks.md).
- `untested`: papers that address a task and were not tested on its usual dataset, or measured by its usual metric; `untried`: methods
  that are used on several related tasks and never on this one (`kg.analysis.gaps`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from kg.analysis.arrays import arrays
from kg.analysis.config import Config, option
from kg.analysis.gaps import untested, untried
from kg.analysis.holdout import PAIRS
from kg.analysis.linked import one
from kg.analysis.pairs import BY, pairs
from kg.analysis.result import Result
from kg.errors import UsageError
from kg.graph import Graph
from kg.model import Concept, ConceptType

#: What can be predicted.
KINDS = (*PAIRS, "untested", "untried")


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictConfig(Config):
    """Settings of `predict`."""

    EXAMPLES: ClassVar[tuple[str, ...]] = (
        "kg analyze graph predict --what method-task --top 20",
        "kg analyze graph predict BERT --type Dataset --table paths",
        'kg analyze graph predict "question answering" --what untested',
    )

    concept: str | None = option(None, "only what concerns it, by id or name; a task for untested and untried", positional=True)
    what: str = option("co-use", "which links are predicted", choices=KINDS)
    by: str = option("adamic-adar", "the score of pairs", choices=BY)
    type: ConceptType | None = option(None, "co-use: the other concept is of this type, as Dataset; untested: Dataset or Metric")
    least: int = option(3, "papers that both concepts have at least", least=1)
    paths: int = option(3, "ways shown for a pair", least=1)
    related: int = option(10, "untried: how many related tasks are looked at", least=1)
    several: int = option(3, "untried: on how many of these a method is used at least", least=1)
    top: int | None = option(50, "rows at most", above=0, all=0)


def predict(graph: Graph, config: PredictConfig | None = None, **options: Any) -> Result:
    """Links that are missing or to come, with reasons.

    Returns:
        Of pairs: rank, concept, name, type, other, other_name, other_type, score, neighbours (common ones), papers, other_papers (of each
        concept). Table paths: concept, other, via (ids, one or two), share (of the score), step_papers (how many papers join each
        step), step_examples (ids, the latest first).
        Of `untested`: task, dataset (or metric), paper, title, year, tested_on (other ones that it names), llr, share (of the task's
        papers that name any, how many name this one). Table usual: what makes it the usual one, with papers.
        Of `untried`: task, method, name, type, score, tasks (related ones it is used on), of, papers (on these), used_on. Table evidence:
        task, method, related, related_name, similarity, papers, examples.

    Raises:
        UsageError: no such concept, or one of another type than the question needs; an option that does not exist or does not fit.
    """
    config = PredictConfig.of(config, options)
    about: tuple[str, ...] = ()
    concept: Concept | None = None
    if config.concept is not None:
        concept, about = one(graph, config.concept)
    found = arrays(graph)
    place = None if concept is None else found.place(concept.id)
    if config.what in PAIRS:
        made = pairs(
            found, config.what, config.by, concept=place, type_=config.type, least=config.least, paths=config.paths, top=config.top
        )
    elif concept is not None and concept.type is not ConceptType.TASK:
        raise UsageError(f"{concept.id} is a {concept.type.value}; {config.what} looks at a Task, so give one, or none for all of them")
    elif config.what == "untested":
        kind = config.type or ConceptType.DATASET
        if kind not in (ConceptType.DATASET, ConceptType.METRIC):
            raise UsageError(f"a paper is not tested on a {kind.value}; give the type Dataset or Metric")
        made = untested(graph, found, kind, task=place, least=config.least, top=config.top)
    else:
        made = untried(found, task=place, least=config.least, related=config.related, several=config.several, top=config.top)
    table, tables, notes = made
    return Result("predict", config, table, tables, notes=(*about, *notes), graph=graph.fingerprint)
