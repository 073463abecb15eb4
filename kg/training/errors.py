"""The errors of links by class: what went wrong, so that the mechanism can be changed and not the case."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence, Set
from typing import Any

from exports.links_jsonl import records
from kg.evaluate import fold
from kg.graph import Graph
from kg.text import fold_word, words
from kg.training.gold import Curated, entity_keys

Row = dict[str, Any]
CLASSES = {
    "wrong: one more name of a concept that was found": "a second id for one concept of the paper",
    "wrong: other bounds than a curated concept": "shares words with a curated concept and is not its name",
    "wrong: not listed by the curators": "a string that curators did not take for a concept, or not for a central one",
    "missed: not among the word sequences seen": "its mention is longer than seven words, or crosses a break",
    "missed: other bounds were taken": "a found string shares words with it",
    "missed: too unsure": "seen and not taken",
}


def classes(papers: Sequence[Curated], graph: Graph, keys: Sequence[Set[int]]) -> Counter[str]:
    """How many errors of each class the links of a graph have; `keys` are those of the word sequences that each paper is seen to have."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for record in records(graph):
        found[record["paper"]].append(record)
    counts: Counter[str] = Counter()
    for item, seen in zip(papers, keys, strict=True):
        mine = found[item.paper.id]
        curated = [(e, _names(e)) for e in item.entities]
        taken = [(r, _names(r)) for r in mine]
        met: dict[int, int] = {}
        for i, (_, own) in sorted(enumerate(curated), key=lambda c: not c[1][0]["required"]):
            for j, (_, other) in enumerate(taken):
                if j not in met and _meet(own, other):
                    met[j] = i
                    break
        wrong = [j for j in range(len(taken)) if j not in met and not any(_meet(n, taken[j][1]) for e, n in curated if not e["required"])]
        missed = [i for i, (e, _) in enumerate(curated) if e["required"] and i not in met.values()]
        for j in wrong:
            own = taken[j][1]
            if any(_meet(n, own) for _, n in curated):
                counts["wrong: one more name of a concept that was found"] += 1
            elif any(_words(own) & _words(n) for _, n in curated):
                counts["wrong: other bounds than a curated concept"] += 1
            else:
                counts["wrong: not listed by the curators"] += 1
        for i in missed:
            entity, own = curated[i]
            if not entity_keys(entity) & seen:
                counts["missed: not among the word sequences seen"] += 1
            elif any(_words(taken[j][1]) & _words(own) for j in wrong):
                counts["missed: other bounds were taken"] += 1
            else:
                counts["missed: too unsure"] += 1
    return counts


def _texts(row: Row) -> Iterable[str]:
    return (m["text"] if isinstance(m, dict) else m for m in row["mentions"])


def _names(row: Row) -> frozenset[str]:
    return frozenset((row["name"], *row["aliases"], *_texts(row)))


def _meet(own: frozenset[str], other: frozenset[str]) -> bool:
    return bool({fold(n) for n in own} & {fold(n) for n in other})


def _words(names: frozenset[str]) -> set[str]:
    return {fold_word(n[a:b]) for n in names for a, b in words(n) if b - a > 2}


def table(counts: dict[str, Counter[str]]) -> str:
    """A Markdown table of the classes, a column for each source."""
    lines = ["| class of error | " + " | ".join(counts) + " |", "|---|" + "---:|" * len(counts)]
    lines += [f"| {name} ({about}) | " + " | ".join(str(c.get(name, 0)) for c in counts.values()) + " |" for name, about in CLASSES.items()]
    return "\n".join(lines)
