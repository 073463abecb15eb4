"""A graph whose every text is made by hypothesis, of what files, scripts and shells could stumble over; one graph of many names,
so that one import tries all of them."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kg.graph import Graph
from kg.load.records import write_records
from kg.model import Concept, ConceptLink, ConceptRelation, ConceptType, Evidence, Link, Mention, Paper, Relation

#: Quotes, line ends, separators, escapes; emoji of several code points; text from right to left, with marks that turn the direction.
PIECES = (
    '"', '""', "'", "''", "`", "\n", "\r\n", "\r", "\t", ";", ";\n", ",", "|", "\\", '\\"', "\\\\", "\\n", "\\u0041", "$", "${x}", "{", "}",
    "/*", "*/", "//", "--", "#", " ", "  ", "\x00", "\x01", "\x1a", "\x1c", "\x1d", "\x1e", "\x1f", "\x7f", "\x85", "\xa0",
    "\u2028", "\u2029", "\ufeff", "\ufffd", "\uffff", "\ue000", "\U0001f600", "\U0001f469\u200d\U0001f467", "\U0010ffff", "\xe9", "e\u0301",
    "\u05e9\u05dc\u05d5\u05dd", "\u0645\u0631\u062d\u0628\u0627", "\u202e",
    "\u200f", "\u65e5\u672c", "NULL", "null", "true", "1e5", "-0", ":ID", ":TYPE", "=1+1",
)  # fmt: skip
NAMES = st.lists(st.one_of(st.sampled_from(PIECES), st.text(st.characters(exclude_categories=("Cs",)), max_size=3)), min_size=1, max_size=6)


def names(number: int) -> list[str]:
    """Different names, the same in every run: all pieces, and `number` further ones at most."""
    found = list(PIECES)

    @settings(max_examples=number, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(NAMES)
    def take(pieces: list[str]) -> None:
        found.append("".join(pieces))

    take()
    return [name for name in dict.fromkeys(found) if name]


def nasty_graph(folder: Path, number: int = 200) -> Graph:
    """A paper and a concept of each name; the name is their id and stands in every text of theirs, alone and among others."""
    every = names(number)
    types, relations, between = list(ConceptType), list(Relation), list(ConceptRelation)
    papers, concepts, links, said = [], [], [], []
    for n, name in enumerate(every):
        other = every[n - 1]
        papers.append(
            Paper(name, name, f"{name} | {other}{name}", (name, "", other), 2000 + n % 30, name, (other, name), name, other, name, n)
        )
        label = name if name.strip() else f"<{name}>"
        concepts.append(
            Concept(
                name, types[n % len(types)], label, (other, name), (name,), (other,) if n else (), (name,), (types[n % 3],),
                frozenset((name, other)), name, bool(n % 2),
            )
        )  # fmt: skip
        middle = len(name) + 3 + len(other)
        evidence = [
            Evidence(Mention("abstract", middle, middle + len(name), name), 0, middle + len(name), name),
            Evidence(Mention("title", 0, len(name), name), 0, len(name), ""),
        ]
        first = Evidence(Mention("abstract", len(name) + 3, middle, other), len(name), middle, other)
        links.append(Link(name, name, relations[n % len(relations)], n / len(every), tuple(evidence), name))
        if n:
            links.append(Link(name, other, relations[(n + 3) % len(relations)], 0.1 + 0.2, (first,), ""))
            kind = between[n % len(between)]
            said += [
                ConceptLink(name, kind, other, 0.25, name, "abstract", 0, middle),
                ConceptLink(name, kind, other, 0.5, name, "abstract", 1, middle),
                ConceptLink(name, ConceptRelation.KIND_OF, other, 1.0),
            ]
    return write_records(
        folder, papers=papers, concepts=concepts, links=links, relations=said, other_ids={f"{name}~": name for name in every},
        loaded={"from": "hypothesis"},
    )  # fmt: skip
