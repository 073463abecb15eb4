"""Mentions against mentions: what is found in the abstracts of SciREX and the sentences of TDMSci, beside what is annotated there.

SciREX (train, 306 papers): title and abstract of each; its types Task, Material, Method, Metric. TDMSci (train): each sentence by
itself, as an abstract without a title; its types TASK, DATASET, METRIC. Both annotate every mention, central or not, and phrases that
nobody would give a page to; paperkg links what a paper is about. So recall is bounded, and the figures compare ways of linking, not
paperkg with taggers trained on these sets.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from baseline import Phrases

from kg.model import ConceptType, Field, Paper
from kg.reader import Reader

#: A span: field, first character, one behind the last, type.
Span = tuple[Field, int, int, str]
SCIREX = {"Task": "Task", "Dataset": "Material", "Architecture": "Method", "Method": "Method", "Metric": "Metric"}
TDMSCI = {"Task": "Task", "Dataset": "Dataset", "Metric": "Metric"}
#: No space before these and behind those, where words are put together again.
_BEFORE, _BEHIND = set(",.;:)]}%?!'’”"), set("([{“")


@dataclass(frozen=True, slots=True)
class Annotated:
    """Papers with annotated spans, and which of our types goes by which of theirs; types that are not there do not count."""

    name: str
    papers: list[Paper]
    spans: list[set[Span]]
    types: Mapping[str, str]


def scirex(folder: Path) -> Annotated:
    """Title and abstract of the full papers. The words are put together again by simple rules of spacing."""
    papers, spans = [], []
    for file in sorted(folder.glob("*.json")):
        row = json.loads(file.read_text(encoding="utf-8"))
        words: list[str] = row["words"]
        (_, title_end), sections = row["sentences"][0], row["sections"]
        first, last = title_end, sections[0][1]
        if len(sections) > 1 and "abstract" in " ".join(words[sections[1][0] : sections[1][0] + 4]).casefold():
            # "section : Abstract" in a section of its own
            heading = next(i for i in range(*sections[1]) if words[i].casefold().startswith("abstract"))
            first, last = heading + 1, sections[1][1]
        title, title_at = _text(words, 0, title_end)
        abstract, abstract_at = _text(words, first, last)
        found: set[Span] = set()
        for a, b, kind in row["ner"]:
            for field, at in (("title", title_at), ("abstract", abstract_at)):
                if a in at and b - 1 in at:
                    found.add((field, at[a][0], at[b - 1][1], kind))  # type: ignore[arg-type]
        papers.append(Paper(f"scirex:{row['doc_id']}", title, abstract))
        spans.append(found)
    return Annotated("SciREX", papers, spans, SCIREX)


def _text(words: Sequence[str], first: int, last: int) -> tuple[str, dict[int, tuple[int, int]]]:
    """Words with spaces between them, and where each is."""
    text, at = "", {}
    for n in range(first, last):
        word = words[n]
        glued = not text or word in _BEFORE or text[-1] in _BEHIND or word == "-" or (text[-1] == "-" and n - 1 in at)
        text += "" if glued else " "
        at[n] = (len(text), len(text) + len(word))
        text += word
    return text, at


def tdmsci(file: Path) -> Annotated:
    """The sentences, spaced as they were: the second column says where each word began."""
    papers, spans = [], []
    for number, rows in enumerate(_sentences(file)):
        base = int(rows[0][1])
        text, found = "", set[Span]()
        begin, kind = -1, ""
        for word, offset, tag in (*rows, ("", rows[-1][1], "O")):
            start = max(int(offset) - base, len(text)) if word else len(text)
            if begin >= 0 and not tag.startswith("I-"):
                found.add(("abstract", begin, len(text), kind))
                begin = -1
            text += " " * (start - len(text)) + word
            if tag.startswith("B-"):
                begin, kind = start, tag[2:].capitalize()
        papers.append(Paper(f"tdmsci:{number}", "", text))
        spans.append(found)
    return Annotated("TDMSci", papers, spans, TDMSCI)


def _sentences(file: Path) -> Iterator[list[list[str]]]:
    rows: list[list[str]] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if cells := line.split("\t") if line.strip() else []:
            rows.append(cells)
        elif rows:
            yield rows
            rows = []
    if rows:
        yield rows


def ours(reader: Reader, papers: Sequence[Paper]) -> Iterator[set[Span]]:
    """The mentions of every link."""
    for reading in reader.read(papers):
        yield {(e.mention.field, e.mention.start, e.mention.end, f.type.value) for f in reading.findings for e in f.evidence}


def matched(phrases: Phrases, papers: Sequence[Paper]) -> Iterator[set[Span]]:
    """The matches of the PhraseMatcher."""
    for _, found in phrases.matches(papers):
        yield {(m["field"], m["start"], m["end"], phrases.catalog[concept].type.value) for concept, some in found.items() for m in some}


def compare(annotated: Annotated, found: Iterable[set[Span]]) -> dict[str, Any]:
    """Precision, recall and F1 of mentions, one to one: with equal bounds (`exact`) or overlapping ones (`overlapping`), and by type
    where the types go by each other; `typed` asks for the type too.
    """
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    by_type: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    known = set(annotated.types.values())
    for wanted, mine in zip(annotated.spans, found, strict=True):
        own = {(f, a, b, annotated.types[t]) for f, a, b, t in mine if t in annotated.types}
        gold = {span for span in wanted if span[3] in known}
        for way in ("exact", "overlapping"):
            _count(counts[way], _pairs(gold, own, way, typed=False), len(own), len(gold))
            _count(counts[f"{way}, typed"], _pairs(gold, own, way, typed=True), len(own), len(gold))
            for kind in known:
                theirs, these = {s for s in gold if s[3] == kind}, {s for s in own if s[3] == kind}
                _count(by_type[way][kind], _pairs(theirs, these, way, typed=True), len(these), len(theirs))
    return {
        "texts": len(annotated.papers),
        "annotated": counts["exact"][2],
        "found": counts["exact"][1],
        **{way: _figures(one) for way, one in counts.items()},
        "by type": {way: {kind: _figures(one) for kind, one in sorted(some.items())} for way, some in by_type.items()},
    }


def _pairs(gold: set[Span], own: set[Span], way: str, *, typed: bool) -> int:
    free, true = sorted(gold), 0
    for field, start, end, kind in sorted(own):
        for other in free:
            if other[0] != field or (typed and other[3] != kind):
                continue
            if (other[1], other[2]) == (start, end) if way == "exact" else (other[1] < end and start < other[2]):
                free.remove(other)
                true += 1
                break
    return true


def _count(counts: list[int], true: int, found: int, wanted: int) -> None:
    for n, value in enumerate((true, found, wanted)):
        counts[n] += value


def _figures(counts: Sequence[int]) -> dict[str, float]:
    true, found, wanted = counts
    precision, recall = true / max(found, 1), true / max(wanted, 1)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(2 * true / max(found + wanted, 1), 4)}


def measure(shared: Path, reader: Reader) -> dict[str, Any]:
    """Both sets, by paperkg and by the PhraseMatcher with the same catalog."""
    gold = shared / "data" / "gold"
    phrases = Phrases(reader.catalog)
    assert set(SCIREX) == {kind.value for kind in ConceptType}
    sets = (scirex(gold / "scirex/docs/train_docs"), tdmsci(gold / "tdmsci/data/TDMSci/conllFormat/train_1500_v2.conll"))
    return {
        one.name: {"paperkg": compare(one, ours(reader, one.papers)), "PhraseMatcher": compare(one, matched(phrases, one.papers))}
        for one in sets
    }


def lines(found: dict[str, Any]) -> list[str]:
    """The figures as Markdown."""
    rows = ["| mentions | | P | R | F1 | F1 with the type | overlapping: P | R | F1 | F1 with the type |", "|---|---|" + "---:|" * 8]
    for name, ways in found.items():
        for way, figures in ways.items():
            exact, loose = figures["exact"], figures["overlapping"]
            cells = [f"{exact[k]:.3f}" for k in ("precision", "recall", "f1")] + [f"{figures['exact, typed']['f1']:.3f}"]
            cells += [f"{loose[k]:.3f}" for k in ("precision", "recall", "f1")] + [f"{figures['overlapping, typed']['f1']:.3f}"]
            rows.append(f"| {name} ({figures['texts']} texts, {figures['annotated']:,} mentions) | {way} | {' | '.join(cells)} |")
    return rows
