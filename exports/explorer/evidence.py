"""The sentences of the page: read for the links and relations that are kept, each text once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from exports.explorer.choose import Chosen, places
from exports.quotes import quote
from kg.text import around, sentences

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kg.graph import Graph
    from kg.tables import Row

    Ints = NDArray[np.int64]


class Mentions:
    """The mentions of the graph in columns, found by paper and finding."""

    def __init__(self, graph: Graph, chosen: Chosen) -> None:
        import numpy as np

        table = graph.columns("mentions", ["paper", "finding", "concept", "field", "start", "end", "sentence_start", "sentence_end"])
        self.paper = places(table["paper"], chosen.paper_ids)
        self.finding = table["finding"].to_numpy().astype(np.int64)
        self.concept = places(table["concept"], [c.id for c in chosen.concepts])
        self.title = places(table["field"], ["abstract", "title"])
        self.start, self.end = table["start"].to_numpy(), table["end"].to_numpy()
        self.from_, self.to = table["sentence_start"].to_numpy(), table["sentence_end"].to_numpy()
        self._wide = int(self.finding.max(initial=0)) + 1
        # rows are sorted by paper, finding and rank
        self._key = self.paper * self._wide + self.finding

    def of(self, paper: int, findings: Iterable[int]) -> Iterator[int]:
        """The rows of the mentions of some findings of a paper, the decisive one of each first."""
        import numpy as np

        for finding in findings:
            key = paper * self._wide + finding
            yield from range(int(np.searchsorted(self._key, key)), int(np.searchsorted(self._key, key, side="right")))

    def within(self, paper: int, concepts: tuple[int, int], title: bool, start: int, end: int) -> list[tuple[int, int]]:
        """Where a paper names one of two concepts between two places of one of its texts."""
        import numpy as np

        low, high = np.searchsorted(self._key, (paper * self._wide, (paper + 1) * self._wide))
        rows = slice(int(low), int(high))
        fits = (
            ((self.concept[rows] == concepts[0]) | (self.concept[rows] == concepts[1]))
            & (self.title[rows] == title)
            & (self.start[rows] >= start)
            & (self.end[rows] <= end)
        )
        return [(int(self.start[low + n]), int(self.end[low + n])) for n in np.flatnonzero(fits)]


class Sentences:
    """The texts of some papers, and the sentences cut out of them, each kept once; a quote is `[sentence, start, end, …]`."""

    def __init__(self, texts: dict[int, tuple[str, str]]) -> None:
        self._texts = texts
        self._bounds: dict[tuple[int, bool], list[tuple[int, int]]] = {}
        self.all: dict[str, int] = {}

    def quote(self, paper: int, title: bool, start: int, end: int, marks: list[tuple[int, int]]) -> list[int]:
        """A part of a paper's text with places in it that are marked."""
        made = quote(self._texts[paper][not title][start:end], [(a - start, b - start) for a, b in marks])
        number = self.all.setdefault(made.sentence, len(self.all))
        return [number, *(place for mark in made.marks for place in mark)]

    def around(self, paper: int, title: bool, start: int, end: int) -> tuple[int, int]:
        """The bounds of the whole sentences around a part of a text."""
        if (paper, title) not in self._bounds:
            self._bounds[paper, title] = sentences(self._texts[paper][not title])
        return around(self._bounds[paper, title], start, end)


def links_of(graph: Graph, chosen: Chosen, kept: Ints, mentions: Mentions, texts: Sentences, most: int) -> dict[str, list[Any]]:
    """The columns of `links` that tell what a link rests on, for the links at these places of `chosen`.

    `quotes` has at most `most` sentences of each, `total` their number; `others` are the concepts that its decisive mention could also
    have meant, with their scores.
    """
    rows = graph.columns("links", ["variant", "findings", "correction"]).take(chosen.row[kept])
    variants, findings, corrections = (rows[name].to_pylist() for name in ("variant", "findings", "correction"))
    others = _others(graph, chosen, kept, [f[0] for f in findings])
    quotes: list[list[list[int]]] = []
    total: list[int] = []
    for paper, numbers in zip(chosen.paper[kept].tolist(), findings, strict=True):
        found: dict[tuple[int, int, int], list[tuple[int, int]]] = {}
        for m in mentions.of(paper, numbers):
            place = int(mentions.title[m]), int(mentions.from_[m]), int(mentions.to[m])
            found.setdefault(place, []).append((int(mentions.start[m]), int(mentions.end[m])))
        quotes.append([texts.quote(paper, bool(t), a, b, marks) for (t, a, b), marks in list(found.items())[:most]])
        total.append(len(found))
    return {"variant": variants, "correction": corrections, "quotes": quotes, "total": total, "others": others}


def _others(graph: Graph, chosen: Chosen, kept: Ints, findings: list[int]) -> list[list[tuple[str, float]]]:
    """What was considered beside the concept of each link: labels and scores, best first."""
    import numpy as np
    import pyarrow.compute as pc

    table = graph.columns("findings", ["paper", "finding", "candidate_ids", "candidate_scores"])
    number = table["finding"].to_numpy().astype(np.int64)
    wide = int(number.max(initial=0)) + 1
    key = places(table["paper"], chosen.paper_ids) * wide + number
    decisive = chosen.paper[kept] * wide + np.asarray(findings, dtype=np.int64)
    # most findings had one candidate or none, and on a large graph most are of links that are left out
    rows = np.flatnonzero(np.isin(key, decisive) & (pc.list_value_length(table["candidate_ids"]).to_numpy() > 0))
    several = table.take(rows)
    candidates = zip(several["candidate_ids"].to_pylist(), several["candidate_scores"].to_pylist(), strict=True)
    known = dict(zip(key[rows].tolist(), candidates, strict=True))
    labels = dict(zip(*(graph.columns("catalog", ["id", "label"])[c].to_pylist() for c in ("id", "label")), strict=True))
    made: list[list[tuple[str, float]]] = []
    for concept, finding in zip(chosen.concept[kept].tolist(), decisive.tolist(), strict=True):
        taken = chosen.concepts[concept].id
        considered = zip(*known.get(finding, ((), ())), strict=True)
        made.append([(labels.get(i, i), float(np.round(score, 2))) for i, score in considered if i != taken])
    return made


def read_texts(graph: Graph, wanted: set[int]) -> tuple[dict[int, tuple[str, str]], dict[int, Row]]:
    """Title and abstract of some papers, and their rows, by number; the others are passed over, one at a time."""
    texts: dict[int, tuple[str, str]] = {}
    rows: dict[int, Row] = {}
    for number, row in enumerate(graph.rows("papers")):
        if number in wanted:
            texts[number] = row["title"], row["abstract"]
            rows[number] = row
    return texts, rows
