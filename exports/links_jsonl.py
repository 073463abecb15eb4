"""Links as JSON Lines, one link a line, sorted by paper and concept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exports import Written
from exports.files import replacing

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.model import Concept, Link, Paper

__all__ = ["json_line", "linked_papers", "names_beyond_label", "records", "write"]

_encode = json.JSONEncoder(ensure_ascii=False).encode
# JSON lets these stand in a string, and several tools take them for the end of a line
_LINE_ENDS = re.compile("[\x85\u2028\u2029]")


def write(graph: Graph, path: Path | str, *, overwrite: bool = False) -> Written:
    """Writes one line a link: `paper`, `title`, `concept`, `name`, `aliases`, `type`, `relation`, `confidence`, `mentions`.

    A mention has `field`, `start`, `end` (code points, end exclusive), `text` and `sentence`; the one that decided the relation
    comes first. `aliases` holds all names of the concept beyond `name`, acronyms too. A link that people decided has `correction` too (see
    `kg.model.Link`). Memory does not grow with the papers.

    Raises:
        UsageError: the file exists and `overwrite` is false.
        EnvironmentError_: it cannot be written.
    """
    links = mentions = 0
    with replacing(path, overwrite) as file:
        for record in records(graph):
            file.write(json_line(record))
            links += 1
            mentions += len(record["mentions"])
    return Written("jsonl", (Path(path),), {"links": links, "mentions": mentions})


def records(graph: Graph) -> Iterator[dict[str, Any]]:
    """The lines of the export as dicts, in its order; streamed."""
    concepts = {c.id: c for c in graph.concepts()}
    for paper, links in linked_papers(graph):
        for link in links:
            concept = concepts[link.concept]
            yield {
                "paper": paper.id,
                "title": paper.title,
                "concept": concept.id,
                "name": concept.label,
                "aliases": names_beyond_label(concept),
                "type": concept.type.value,
                "relation": link.relation.value,
                "confidence": link.confidence,
                **({"correction": link.correction} if link.correction else {}),
                "mentions": [
                    {
                        "field": e.mention.field,
                        "start": e.mention.start,
                        "end": e.mention.end,
                        "text": e.mention.text,
                        "sentence": paper.text(e.mention.field)[e.sentence_start : e.sentence_end],
                    }
                    for e in link.evidence
                ],
            }


def linked_papers(graph: Graph) -> Iterator[tuple[Paper, list[Link]]]:
    """Every paper with its links, also those that have none; sorted by paper, links by concept; one paper in memory at a time."""
    groups = groupby(graph.links(), key=lambda link: link.paper)
    waiting = next(groups, None)
    for paper in graph.papers():
        # both sides are sorted by the paper's id, and a link always has its paper
        if waiting is not None and waiting[0] == paper.id:
            yield paper, list(waiting[1])
            waiting = next(groups, None)
        else:
            yield paper, []


def names_beyond_label(concept: Concept) -> list[str]:
    """Aliases, then acronyms, each once, without the label."""
    return [name for name in dict.fromkeys((*concept.aliases, *concept.acronyms)) if name != concept.label]


def json_line(record: dict[str, Any]) -> str:
    """A record as one line, whatever its texts hold.

    >>> json_line({"text": "né\\u2028 \\n"})
    '{"text": "né\\\\u2028 \\\\n"}\\n'
    """
    line = _encode(record)
    return (line if line.isascii() else _LINE_ENDS.sub(lambda m: f"\\u{ord(m.group()):04x}", line)) + "\n"
