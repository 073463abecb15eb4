"""What the API answers from: an index of the graph in mapped files, made once and kept in the cache beside the query stores.

Concepts and papers are numbers here: concepts by importance (papers, then relations that name them, then id), papers by id.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from exports.explorer.properties import Columns, columns
from kg.errors import GraphError
from kg.properties import NONE, Properties
from kg.query.store import opened
from kg.resolve import hash_of_id
from kg.serve.index.make import CONCEPT_RELATIONS, LAYOUT, RELATIONS, TYPES, UNDATED
from kg.serve.index.texts import Keys, Texts, load
from kg.serve.index.words import Words
from kg.text import slug

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["CONCEPT_RELATIONS", "RELATIONS", "TYPES", "UNDATED", "Index", "Pair", "open_index"]

#: Near ids that are compared letter by letter with one that is not there.
_NEAR = 300


@dataclass(frozen=True, slots=True)
class Pair:
    """What is stated of two concepts in one direction: rows `low` … `high` of the statements; `papers` read it in a text."""

    head: int
    tail: int
    papers: int
    catalog: bool
    first: int
    low: int
    high: int


class Index:
    """An opened index; all of it is read-only, and can be asked by several threads."""

    def __init__(self, folder: Path) -> None:
        """Opens what `make` wrote.

        Raises:
            OSError: a file is missing or not whole.
        """
        try:
            self._open(folder)
        except (ValueError, KeyError, EOFError) as error:
            raise OSError(0, f"no index: {error}") from error

    def _open(self, folder: Path) -> None:
        self.about: dict[str, Any] = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        self.page: dict[str, Any] = json.loads((folder / "page.json").read_text(encoding="utf-8"))
        self.fingerprint: str = self.about["fingerprint"]
        #: What analyses found of concepts and papers, as the explorer has it; see `tell`.
        self.properties = {of: columns(NONE, of) for of in ("concepts", "papers")}
        #: What all answers are a function of, beside the address.
        self.state = self.fingerprint
        self.counts: dict[str, int] = self.about["counts"]
        self.concept_ids = Texts(folder, "concept-ids")
        self.labels = Texts(folder, "labels")
        self.concept_words, self.paper_words = Words(folder, "concept-words"), Words(folder, "paper-words")
        self.types, self.known, self.papers_of = (load(folder, f"concept-{n}") for n in ("type", "known", "papers"))
        self.most_papers = int(self.papers_of.max(initial=0))
        self.years, self.paper_by_rank = load(folder, "paper-year"), load(folder, "paper-by-rank")
        self.paper_starts, self.paper_concepts = load(folder, "paper-starts"), load(folder, "paper-concepts")
        self.concept_starts, self.first = load(folder, "concept-starts"), load(folder, "concept-first")
        self.link_paper, self.link_relation, self.link_confidence = (load(folder, f"link-{n}") for n in ("paper", "relation", "confidence"))
        names = ("head", "tail", "relation", "paper", "confidence", "field", "start", "end")
        self.stated = {name: load(folder, f"stated-{name}") for name in names}
        self.pair_head, self.pair_tail, self.pair_papers, self.pair_catalog, self.pair_first, self.pair_starts = (
            load(folder, f"pair-{n}") for n in ("head", "tail", "papers", "catalog", "first", "starts")
        )
        self.out_starts, self.in_starts, self.in_pairs = (load(folder, n) for n in ("out-starts", "in-starts", "in-pairs"))
        self._concepts, self._papers, self._links = (Texts(folder, n) for n in ("concepts", "papers", "links"))
        self._numbers, self._others, self._paper_numbers, self._hashes = (
            Keys(folder, n) for n in ("concept-number", "other-ids", "paper-number", "name-hashes")
        )

    def tell(self, properties: Properties, found: dict[str, Columns]) -> None:
        """Puts what analyses found into all that the explorer is told; before the first answer.

        Args:
            properties: what they found.
            found: the same of concepts and of papers, as the explorer has it.
        """
        self.properties = found
        if not any(self.properties.values()):
            return
        told = json.dumps(properties.to_dict(), sort_keys=True)
        self.state = f"{self.fingerprint} {hashlib.sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()}"
        self.page = {**self.page, "properties": {of: found.about for of, found in self.properties.items()}}
        for of, one in self.properties.items():
            self.page[of] = {**self.page[of], "values": one.rows(self.page[of]["id"])}

    # --- one at a time ------------------------------------------------------------------------------------------------

    def concept(self, id_: str) -> int | None:
        """The number of the concept of an id, also of one that it has in a graph of fewer papers; None where there is none.

        Ids resolve as those of `kg.graph.Graph.concept` do: also one with a hash, which stands for one name of its concept.
        """
        found = self._numbers.find(id_)
        found = self._others.find(id_) if found is None else found
        if found is not None or not (mark := hash_of_id(id_)):
            return found
        base = id_[: -len(mark) - 1]
        fits = [n for n in sorted(self._hashes.begins(mark)) if base in ("concept", *self._slugs(n)) or self._others.find(base) == n]
        return fits[0] if len(fits) == 1 else None

    def _slugs(self, number: int) -> list[str]:
        """The id of a concept, and what its names are in ids."""
        record = self.concept_record(number)
        return [record["id"], *(slug(name) for name in (record["label"], *record["aliases"], *record["acronyms"]))]

    def paper(self, id_: str) -> int | None:
        """The number of the paper of an id, or None."""
        return self._paper_numbers.find(id_)

    def concept_record(self, number: int) -> dict[str, Any]:
        """The row of a concept, as `kg.schema` has it, with `other_ids`."""
        found: dict[str, Any] = self._concepts.record(number)
        return found

    def paper_record(self, number: int) -> dict[str, Any]:
        """The row of a paper, as `kg.schema` has it."""
        found: dict[str, Any] = self._papers.record(number)
        return found

    def links_of(self, paper: int) -> list[list[Any]]:
        """The links of a paper: concept, relation, confidence, variant, places, runners-up, correction (see `make._link`)."""
        found: list[list[Any]] = self._links.record(paper)
        return found

    def near_concepts(self, id_: str) -> list[str]:
        """At most five ids of concepts like one that is not there, the nearest first."""
        return _nearest(id_, [self.concept_ids[n] for n in self.concept_words.near(id_, _NEAR)])

    def near_papers(self, id_: str) -> list[str]:
        """The same of papers."""
        return _nearest(id_, [self.paper_record(int(self.paper_by_rank[rank]))["id"] for rank in self.paper_words.near(id_, _NEAR)])

    # --- around one ---------------------------------------------------------------------------------------------------

    def links_to(self, concept: int) -> slice:
        """The rows of `link_paper`, `link_relation` and `link_confidence` of a concept; what says most of it comes first."""
        return slice(int(self.concept_starts[concept]), int(self.concept_starts[concept + 1]))

    def concepts_in(self, paper: int) -> NDArray[Any]:
        """The concepts that a paper is linked to."""
        return self.paper_concepts[self.paper_starts[paper] : self.paper_starts[paper + 1]]

    def together(self, concept: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """Other concepts that papers of this one are linked to, and how many are."""
        counts = np.bincount(self._rows(self.link_paper[self.links_to(concept)]))
        if concept < len(counts):
            counts[concept] = 0
        found = np.flatnonzero(counts)
        return found, counts[found]

    def together_since(self, concept: int) -> dict[int, int]:
        """The year of the first paper that names both, for each concept that shares papers with this one; `UNDATED` where none has one."""
        papers = self.link_paper[self.links_to(concept)]
        years = self.years[papers].astype(np.int32)
        # the undated first, then from the last year to the first: what is written last stays
        order = np.argsort(np.where(years == UNDATED, -32_768, -years), kind="stable")
        papers = papers[order]
        since = np.full(len(self.concept_ids), UNDATED, dtype=np.int32)
        lengths = self.paper_starts[papers + 1] - self.paper_starts[papers]
        concepts = self._rows(papers)
        since[concepts] = np.repeat(years[order], lengths)
        found = np.unique(concepts)
        return dict(zip(found.tolist(), since[found].tolist(), strict=True))

    def _rows(self, papers: NDArray[Any]) -> NDArray[Any]:
        """The concepts of papers, one after the other."""
        starts, ends = self.paper_starts[papers], self.paper_starts[papers + 1]
        filled = ends > starts
        starts, ends = starts[filled], ends[filled]
        if not len(starts):
            return np.zeros(0, dtype=np.int32)
        # the places of all rows of all these papers, without a loop
        steps = np.ones(int((ends - starts).sum()), dtype=np.int64)
        steps[0] = starts[0]
        steps[np.cumsum(ends - starts)[:-1]] = starts[1:] - ends[:-1] + 1
        found: NDArray[Any] = self.paper_concepts[np.cumsum(steps)]
        return found

    def pairs_of(self, concept: int) -> NDArray[Any]:
        """Numbers of the pairs that a concept is head or tail of."""
        out = np.arange(self.out_starts[concept], self.out_starts[concept + 1], dtype=np.int32)
        return np.concatenate((out, self.in_pairs[self.in_starts[concept] : self.in_starts[concept + 1]]))

    def pair(self, number: int) -> Pair:
        """What is known of a pair."""
        return Pair(
            int(self.pair_head[number]),
            int(self.pair_tail[number]),
            int(self.pair_papers[number]),
            bool(self.pair_catalog[number]),
            int(self.pair_first[number]),
            int(self.pair_starts[number]),
            int(self.pair_starts[number + 1]),
        )

    def between(self, a: int, b: int) -> list[Pair]:
        """What is stated of two concepts, in both directions."""
        found = []
        for head, tail in ((a, b), (b, a)):
            low, high = int(self.out_starts[head]), int(self.out_starts[head + 1])
            at = low + int(np.searchsorted(self.pair_tail[low:high], tail))
            if at < high and self.pair_tail[at] == tail:
                found.append(self.pair(at))
        return found

    def shared(self, a: int, b: int) -> NDArray[Any]:
        """Papers that are linked to both, in the order of those of the first."""
        of_a, of_b = self.link_paper[self.links_to(a)], self.link_paper[self.links_to(b)]
        return of_a[np.isin(of_a, of_b)]

    def years_of(self, papers: NDArray[Any]) -> list[tuple[int, int]]:
        """Years with the number of these papers in each, in order; papers without a year are left out."""
        years, counts = np.unique(self.years[papers], return_counts=True)
        return [(int(y), int(c)) for y, c in zip(years, counts, strict=True) if y != UNDATED]

    def types_mask(self, wanted: Sequence[str]) -> NDArray[np.bool_] | None:
        """Which concepts are of some types; None where all are."""
        return np.isin(self.types, [TYPES.index(t) for t in wanted]) if wanted else None


def _nearest(wanted: str, known: list[str]) -> list[str]:
    from rapidfuzz import fuzz, process

    found = process.extract(wanted[:200], known, scorer=fuzz.ratio, score_cutoff=50, limit=5)
    return [name for name, *_ in found]


def open_index(graph: Graph) -> Index:
    """The index of a graph, made on first use.

    Raises:
        EnvironmentError_: the cache cannot be written.
        GraphError: the graph is damaged, or was replaced since it was opened.
    """
    return opened(graph, "api", f"{LAYOUT}", lambda folder: _made_aside(graph, folder), Index)


def _made_aside(graph: Graph, folder: Path) -> None:
    """Makes an index in a process of its own, which takes its memory with it when it ends."""
    command = [sys.executable, "-P", "-c", _MAKE, json.dumps([*sys.path]), str(graph.path), str(folder), graph.fingerprint]
    # our own interpreter with our own module
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)  # noqa: S603
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise GraphError(said.rpartition("\n")[2] or f"{graph.path}: its index could not be made (status {done.returncode})")


_MAKE = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from kg.serve.index.make import main; main(*sys.argv[2:])"
