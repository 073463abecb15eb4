"""How good the links and relations of a graph are, against curated ones.

The figures are defined by how two names are compared and how entities are paired:

* Names are folded: Unicode NFKC, case, punctuation, spacing, what stands in brackets, and a plural s do not count. A name also
  counts without words that any name may have ("dataset", "model", "the").
* A curated and a found concept of one paper *meet* when they share a folded name, or share a mention that is also a name of
  either. They are paired one to one: equal names first, required ones before optional ones.
* A required concept that is not paired is missed; a found one that is not paired is wrong, unless it meets an optional one.

All figures are shares from 0 to 1, rounded to four places.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.gold_files import gold_kind, read_objects

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["Evaluation", "error_lines", "evaluate_links", "evaluate_relations", "gold_kind", "judged", "score_links", "score_relations"]

Row = Mapping[str, Any]

#: Words that a name may have or lack.
_ANY_NAME = frozenset(
    ("the", "a", "an", "dataset", "datasets", "benchmark", "benchmarks", "corpus", "model", "models", "algorithm", "method", "framework",
     "architecture", "task", "tasks", "network", "networks")
)  # fmt: skip
_BRACKETS = re.compile(r"\([^)]*\)")
_BETWEEN_WORDS = re.compile(r"[^\w+#]+")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures, and the errors behind them with their numbers, most frequent first.

    `missed` and `wrong` are names; `mistyped` and `misrelated` are "curated → found" types and relations of what was found;
    `split` are curated concepts with the ids they got, and how many pairs of papers differ by them; `merged` are ids that stand for several
    curated concepts, with their number; `absent` are titles of papers without links.
    """

    figures: dict[str, Any]
    missed: tuple[tuple[str, int], ...] = ()
    wrong: tuple[tuple[str, int], ...] = ()
    mistyped: tuple[tuple[str, int], ...] = ()
    misrelated: tuple[tuple[str, int], ...] = ()
    absent: tuple[str, ...] = ()
    split: tuple[tuple[str, int], ...] = ()
    merged: tuple[tuple[str, int], ...] = ()


def error_lines(found: Evaluation, most: int) -> list[str]:
    """The `most` frequent errors of each kind, a line for each kind that has any.

    >>> error_lines(Evaluation({}, missed=(("LoRA", 3), ("Adam", 1)), absent=("One",)), 1)
    ['missed: LoRA ×3', 'no links: One']
    """
    kinds = {"missed": found.missed, "wrong": found.wrong, "wrong type": found.mistyped, "wrong relation": found.misrelated}
    kinds |= {"several ids": found.split, "one id for several": found.merged}
    lines = [f"{kind}: " + "; ".join(f"{name} ×{n}" for name, n in errors[:most]) for kind, errors in kinds.items() if errors]
    return lines + ([f"no links: {'; '.join(found.absent[:most])}"] if found.absent else [])


def evaluate_links(
    gold: Iterable[Row] | Path | str, links: Iterable[Row] | Graph | Path | str, *, min_confidence: float = 0.0
) -> dict[str, Any]:
    """The figures of `score_links`, without the errors."""
    return score_links(gold, links, min_confidence=min_confidence).figures


def evaluate_relations(
    gold: Path | str, links_gold: Path | str, relations: Iterable[Row] | Graph | Path | str, *, aliases: bool = False
) -> dict[str, Any]:
    """The figures of `score_relations`, without the errors."""
    return score_relations(gold, links_gold, relations, aliases=aliases).figures


# --- links --------------------------------------------------------------------------------------------------------------


def score_links(gold: Iterable[Row] | Path | str, links: Iterable[Row] | Graph | Path | str, *, min_confidence: float = 0.0) -> Evaluation:
    """Compares links with curated ones; only papers of the gold count, found by their folded titles.

    `gold` is a file of curated links, or its lines as dicts. `links` is a graph, a file that the export `jsonl` wrote, or its lines
    as dicts. Links below `min_confidence` are left out.

    Figures: `papers`, `papers_without_links`, `required_links` (numbers); `precision`, `recall`, `f1` of the required links;
    of those that were found, `type_accuracy`, `relation_accuracy`, `label_accuracy` (the label is a curated name);
    `same_concept_same_id` (of all pairs of papers that share a curated concept, those in which it got one id),
    `ids_merging_concepts` (ids that stand for several curated concepts); `by_type` and `by_relation`: precision of the links that
    say so (whether the link is right, not what it says) and recall of the required concepts that curators say so of;
    `recall_by_type`.

    Raises:
        DataError: a file is missing, or a line is not what it should be.
    """
    papers = _beside(gold, links, min_confidence)
    tally = _Tally()
    for paper, found in papers:
        _compare(paper, found, tally)
    return Evaluation(
        tally.figures(len(papers)),
        _most(tally.missed),
        _most(tally.wrong),
        _most(tally.mistyped),
        _most(tally.misrelated),
        tuple(tally.absent),
        _most(tally.split()),
        _most(tally.merged()),
    )


@dataclass(slots=True, eq=False)
class _Thing:
    """A concept of a paper, curated or found, with what decides whether two of them meet."""

    row: dict[str, Any]
    label: str
    names: frozenset[str]
    mentions: set[str]

    @classmethod
    def of(cls, row: Row) -> _Thing:
        return cls(dict(row), fold(row["name"]), names_of(row["name"], row.get("aliases", ())), _mentions(row))

    @property
    def required(self) -> bool:
        return bool(self.row.get("required", True))

    def meets(self, other: _Thing) -> bool:
        if self.names & other.names:
            return True
        shared = self.mentions & other.mentions
        return bool(shared) and bool(self.mentions & other.names or other.mentions & self.names)


@dataclass(slots=True)
class _Tally:
    """What is counted over all papers."""

    true: int = 0
    labelled: int = 0
    missed: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    mistyped: Counter[str] = field(default_factory=Counter)
    misrelated: Counter[str] = field(default_factory=Counter)
    absent: list[str] = field(default_factory=list)
    # type, and relation → [required, of these found, right links of it, wrong links of it]
    by_type: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0, 0]))
    by_relation: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0, 0]))
    # curated concept → ids it got, one for each paper; id → curated concepts it stands for
    ids: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    meanings: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def split(self) -> Counter[str]:
        """Curated concepts that got several ids, with these → pairs of papers that differ by them."""
        found: Counter[str] = Counter()
        for label, given in self.ids.items():
            ids = Counter(given)
            if len(ids) > 1:
                said = ", ".join(f"{name} {n}" for name, n in _most(ids))
                found[f"{label} ({said})"] = _pairs(len(given)) - sum(map(_pairs, ids.values()))
        return found

    def merged(self) -> Counter[str]:
        """Ids that stand for several curated concepts, with these → how many."""
        return Counter({f"{name} ({', '.join(sorted(found))})": len(found) for name, found in self.meanings.items() if len(found) > 1})

    def figures(self, papers: int) -> dict[str, Any]:
        missed = self.missed.total()
        same = pairs = 0
        for given in self.ids.values():
            pairs += _pairs(len(given))
            same += sum(map(_pairs, Counter(given).values()))
        merging = sum(len(concepts) > 1 for concepts in self.meanings.values())
        return {
            "papers": papers,
            "papers_without_links": len(self.absent),
            "required_links": self.true + missed,
            **_precision_recall(self.true, self.wrong.total(), missed),
            "type_accuracy": _share(self.true - self.mistyped.total(), self.true),
            "relation_accuracy": _share(self.true - self.misrelated.total(), self.true),
            "label_accuracy": _share(self.labelled, self.true),
            "same_concept_same_id": _share(same, pairs),
            "ids_merging_concepts": _share(merging, len(self.meanings)),
            "recall_by_type": {name: round(found / required, 3) for name, (required, found, _, _) in _present(self.by_type)},
            "by_type": {name: _of_kind(*counts) for name, counts in _present(self.by_type)},
            "by_relation": {name: _of_kind(*counts) for name, counts in _present(self.by_relation)},
        }


def _present(counts: Mapping[str, list[int]]) -> list[tuple[str, list[int]]]:
    """Types or relations that some required concept has, by name."""
    return sorted((name, numbers) for name, numbers in counts.items() if numbers[0])


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


def _of_kind(required: int, found: int, right: int, wrong: int) -> dict[str, Any]:
    """Recall of the required concepts of a kind, and precision of the links that say they are of it."""
    precision, recall = right / max(right + wrong, 1), found / max(required, 1)
    f1 = 2 * precision * recall / (precision + recall) if found and right else 0.0
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4), "required": required}


def _compare(paper: Row, found: list[_Thing], tally: _Tally) -> None:
    curated = [_Thing.of(entity) for entity in paper["entities"]]
    if not found:
        tally.absent.append(paper["title"])
    pairs = _pair(curated, found)
    for gold, mine in pairs:
        tally.ids[gold.label].append(mine.row["concept"])
        tally.meanings[mine.row["concept"]].add(gold.label)
    paired = dict(pairs)
    for gold in curated:
        if not gold.required:
            continue
        row = gold.row
        both = tally.by_type[row["type"]], tally.by_relation[row["relation"]]
        for counts in both:
            counts[0] += 1
        if gold not in paired:
            tally.missed[row["name"]] += 1
            continue
        mine = paired[gold]
        for counts in both:
            counts[1] += 1
        tally.by_type[str(mine.row.get("type"))][2] += 1
        tally.by_relation[str(mine.row.get("relation"))][2] += 1
        tally.true += 1
        if mine.row.get("type") not in (row["type"], *row.get("also", ())):
            tally.mistyped[f"{row['type']} → {mine.row.get('type')}"] += 1
        if mine.row.get("relation") not in row.get("relations", [row["relation"]]):
            tally.misrelated[f"{row['relation']} → {mine.row.get('relation')}"] += 1
        tally.labelled += mine.label in {gold.label, *map(fold, row.get("aliases", ()))}
    for mine, right in _judge(curated, found, pairs):
        if right is False:
            tally.wrong[mine.row["name"]] += 1
            tally.by_type[str(mine.row.get("type"))][3] += 1
            tally.by_relation[str(mine.row.get("relation"))][3] += 1


def _judge(curated: list[_Thing], found: list[_Thing], pairs: list[tuple[_Thing, _Thing]]) -> Iterator[tuple[_Thing, bool | None]]:
    """Whether each found concept is right; None where that is left open, since only an optional one speaks for it."""
    required = {mine: gold.required for gold, mine in pairs}
    optional = [gold for gold in curated if not gold.required]
    for mine in found:
        if mine in required:
            yield mine, True if required[mine] else None
        else:
            yield mine, None if any(gold.meets(mine) for gold in optional) else False


def judged(gold: Iterable[Row] | Path | str, links: Iterable[Row] | Graph | Path | str) -> list[tuple[Row, bool | None]]:
    """Every link of a curated paper, as a line of the export `jsonl`, and whether it is right: True where it is paired with a
    required concept, False where it counts as wrong, None where it is neither rewarded nor punished.

    Raises:
        DataError: as `score_links`.
    """
    verdicts: list[tuple[Row, bool | None]] = []
    for paper, mine in _beside(gold, links):
        curated = [_Thing.of(entity) for entity in paper["entities"]]
        verdicts.extend((thing.row, right) for thing, right in _judge(curated, mine, _pair(curated, mine)))
    return verdicts


def _pair(curated: list[_Thing], found: list[_Thing]) -> list[tuple[_Thing, _Thing]]:
    """One to one, first come first served: by equal labels, then by meeting; required ones choose first."""
    waiting = sorted(curated, key=lambda gold: not gold.required)
    free = dict.fromkeys(found)
    pairs = []
    tests: tuple[Callable[[_Thing, _Thing], bool], ...] = (lambda gold, mine: gold.label == mine.label, _Thing.meets)
    for test in tests:
        left = []
        for gold in waiting:
            mine = next((m for m in free if test(gold, m)), None)
            if mine is None:
                left.append(gold)
            else:
                del free[mine]
                pairs.append((gold, mine))
        waiting = left
    return pairs


def _beside(
    gold: Iterable[Row] | Path | str, links: Iterable[Row] | Graph | Path | str, min_confidence: float = 0.0
) -> list[tuple[Row, list[_Thing]]]:
    """The papers of the gold, each with the concepts found in it."""
    papers = list(read_objects(gold, ("title", "entities"), ("name", "type", "relation")) if isinstance(gold, str | Path) else gold)
    titles = {fold(paper["title"]) for paper in papers}
    found = _found_by_title((record for record in _link_records(links) if fold(record["title"]) in titles), min_confidence)
    return [(paper, found.get(fold(paper["title"]), [])) for paper in papers]


def _found_by_title(records: Iterable[Row], min_confidence: float) -> dict[str, list[_Thing]]:
    """Folded title → its concepts, each once; mentions of links to one concept are put together."""
    found: defaultdict[str, dict[str, _Thing]] = defaultdict(dict)
    for record in records:
        if float(record.get("confidence", 1.0)) < min_confidence:
            continue
        own = found[fold(record["title"])]
        kept = own.get(record["concept"])
        if kept is None:
            own[record["concept"]] = _Thing.of(record)
        else:
            kept.mentions |= _mentions(record)
    return {title: list(own.values()) for title, own in found.items()}


def _link_records(links: Iterable[Row] | Graph | Path | str) -> Iterable[Row]:
    from exports.links_jsonl import records
    from kg.graph import Graph

    if isinstance(links, str | Path):
        return read_objects(links, ("title", "concept", "name"))
    return records(links) if isinstance(links, Graph) else links


# --- relations between concepts -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Between:
    """A relation between two concepts, with the folded names of both."""

    head: frozenset[str]
    relation: str
    tail: frozenset[str]
    shown: str
    required: bool = True


def _labelled(gold: _Between, mine: _Between) -> bool:
    return gold.relation == mine.relation and _unlabelled(gold, mine)


def _unlabelled(gold: _Between, mine: _Between) -> bool:
    return bool(gold.head & mine.head and gold.tail & mine.tail)


def _undirected(gold: _Between, mine: _Between) -> bool:
    return _unlabelled(gold, mine) or bool(gold.head & mine.tail and gold.tail & mine.head)


def score_relations(
    gold: Path | str, links_gold: Path | str, relations: Iterable[Row] | Graph | Path | str, *, aliases: bool = False
) -> Evaluation:
    """Compares relations between concepts with curated ones, three times: with their names and direction (`labelled`), with the
    direction alone (`unlabelled`), with neither (`undirected`); each gives `precision`, `recall`, `f1` and the number `required`.

    `links_gold` is the gold file of the links, which has the aliases of the curated concepts. `relations` is a graph, a file that the
    export `relations-jsonl` wrote, or its lines as dicts; `aliases` says whether all names of a graph's concepts count, or their
    labels alone, as in the export. The errors are those of `labelled`.

    Raises:
        DataError: a file is missing, or a line is not what it should be.
    """
    papers = read_objects(gold, ("title", "relations"), ("head", "relation", "tail"))
    names = {
        fold(paper["title"]): {e["name"]: names_of(e["name"], e.get("aliases", ())) for e in paper["entities"]}
        for paper in read_objects(links_gold, ("title", "entities"), ("name",))
    }
    found: defaultdict[str, list[_Between]] = defaultdict(list)
    for row in _relation_records(relations, aliases):
        head = names_of(row["head_name"], row.get("head_aliases", ()))
        tail = names_of(row["tail_name"], row.get("tail_aliases", ()))
        shown = f"{row['head_name']} {row['relation']} {row['tail_name']}"
        found[fold(row["title"])].append(_Between(head, row["relation"], tail, shown))
    curated = []
    for paper in papers:
        title = fold(paper["title"])
        curated.append((title, [_curated_relation(row, names.get(title, {})) for row in paper["relations"]]))
    figures: dict[str, Any] = {}
    missed: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for label, same in (("undirected", _undirected), ("unlabelled", _unlabelled), ("labelled", _labelled)):
        missed, wrong = Counter(), Counter()
        true = sum(_pair_relations(own, found.get(title, []), same, missed, wrong) for title, own in curated)
        figures[label] = {**_precision_recall(true, wrong.total(), missed.total()), "required": true + missed.total()}
    absent = [paper["title"] for paper in papers if not found.get(fold(paper["title"]))]
    return Evaluation(dict(reversed(figures.items())), _most(missed), _most(wrong), absent=tuple(absent))


def _curated_relation(row: Row, names: Mapping[str, frozenset[str]]) -> _Between:
    head, tail = (names.get(row[end]) or frozenset((fold(row[end]),)) for end in ("head", "tail"))
    return _Between(head, row["relation"], tail, f"{row['head']} {row['relation']} {row['tail']}", bool(row.get("required", True)))


def _pair_relations(
    curated: list[_Between],
    found: list[_Between],
    same: Callable[[_Between, _Between], bool],
    missed: Counter[str],
    wrong: Counter[str],
) -> int:
    """Pairs one to one in the order of `found`, required ones first; counts what is left over, returns the required pairs."""
    left = sorted(curated, key=lambda gold: not gold.required)
    true = 0
    for mine in found:
        at = next((n for n, gold in enumerate(left) if same(gold, mine)), None)
        if at is None:
            wrong[mine.shown] += 1
        else:
            true += left.pop(at).required
    missed.update(gold.shown for gold in left if gold.required)
    return true


def _relation_records(relations: Iterable[Row] | Graph | Path | str, aliases: bool) -> Iterable[Row]:
    from exports.relations_jsonl import records
    from kg.graph import Graph

    if isinstance(relations, str | Path):
        return read_objects(relations, ("title", "head_name", "relation", "tail_name"))
    return records(relations, aliases=aliases) if isinstance(relations, Graph) else relations


# --- names, files, shares -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """The form in which names are compared here. It is the scorer's, and coarser than `kg.text.fold`, by which concepts are told apart.

    >>> fold("Low-Rank Adaptations (LoRA)"), fold("(LoRA)"), fold("C++"), fold("loss")
    ('lowrankadaptation', 'lora', 'c++', 'loss')
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    outside = _BRACKETS.sub("", text)
    if _WORD.search(outside):
        text = _BRACKETS.sub(" ", text)
    return "".join(map(_singular, _BETWEEN_WORDS.sub(" ", text).split()))


def _singular(word: str) -> str:
    return word if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")) else word[:-1]


def names_of(name: str, aliases: Iterable[str]) -> frozenset[str]:
    """What a concept with this name and these aliases goes by: folded, and without the words that any name may have."""
    return frozenset(folded for text in (name, *aliases) for folded in _both_ways(text))


@lru_cache(maxsize=100_000)
def _both_ways(text: str) -> tuple[str, ...]:
    """A name folded, and folded without the words that any name may have, where two letters are left."""
    bare = _WORD.sub(lambda m: " " if m.group() in _ANY_NAME else m.group(), text.casefold())
    enough = sum(map(len, _WORD.findall(bare))) >= 2
    return tuple(f for f in (fold(text), fold(bare) if enough else "") if f)


def _mentions(row: Row) -> set[str]:
    texts = (m["text"] if isinstance(m, Mapping) else m for m in row.get("mentions", ()))
    return {folded for folded in map(fold, texts) if folded}


def _share(part: int, whole: int) -> float:
    return round(part / max(whole, 1), 4)


def _precision_recall(true: int, wrong: int, missed: int) -> dict[str, float]:
    precision, recall = true / max(true + wrong, 1), true / max(true + missed, 1)
    f1 = 2 * precision * recall / (precision + recall) if true else 0.0
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def _most(counter: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counter.items(), key=lambda item: (-item[1], item[0])))
