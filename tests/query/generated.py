"""Small graphs and queries made by chance, of the kinds that columns answer and of some that they leave alone."""

from __future__ import annotations

import random

from ontology.terms import BASE, ONTOLOGY, PREFIXES

PAPERS = [f"{BASE}paper/p{n}" for n in range(5)]
CONCEPTS = [f"{BASE}concept/c{n}" for n in range(5)]
EVIDENCE = [f"{BASE}evidence/e{n}" for n in range(3)]
LINKS = [f"{BASE}link/l{n}" for n in range(6)]
CLASSES = [f"{BASE}{ONTOLOGY}{name}" for name in ("Paper", "Concept", "Method", "Task", "Evidence")]
TEXTS = [
    '"a"',
    '"b"',
    '"a"@en',
    '"b"@en',
    '"Ä 模"@de',
    r'"a \"quoted\" \\ one\n"',
    '"a long text, of more than sixteen bytes, and than forty-eight too"@en',
]
YEARS = [f'"{year}"^^<{PREFIXES["xsd"]}gYear>' for year in (1999, 2001, 2020)]
NUMBERS = [f'"{number}"^^<{PREFIXES["xsd"]}integer>' for number in (0, 1, 2, 7)]
CONFIDENCES = [f'"{number}"^^<{PREFIXES["xsd"]}decimal>' for number in ("0.5", "0.75", "0.25", "1.0")]
TRUTHS = [f'"{truth}"^^<{PREFIXES["xsd"]}boolean>' for truth in ("true", "false")]
_KG = f"{BASE}{ONTOLOGY}"
#: Predicates that a query may name, with what has them and what they lead to.
KINDS: dict[str, tuple[list[str], list[str]]] = {
    "kg:uses": (PAPERS, CONCEPTS),
    "kg:addresses": (PAPERS, CONCEPTS),
    "kg:mentions": (PAPERS, CONCEPTS),
    "kg:kindOf": (CONCEPTS, CONCEPTS),
    "kg:basedOn": (CONCEPTS, CONCEPTS),
    "kg:id": (PAPERS + CONCEPTS, TEXTS),
    "dcterms:title": (PAPERS, TEXTS),
    "dcterms:issued": (PAPERS, YEARS),
    "skos:prefLabel": (CONCEPTS, TEXTS),
    "skos:altLabel": (CONCEPTS, TEXTS),
    "kg:paperCount": (CONCEPTS, NUMBERS),
    "kg:known": (CONCEPTS, TRUTHS),
    "kg:confidence": (LINKS, CONFIDENCES),
    # of some subjects alone these are held
    "kg:sentence": (LINKS + EVIDENCE, TEXTS),
    "rdf:type": (PAPERS + CONCEPTS + LINKS + EVIDENCE, CLASSES),
    "rdf:subject": (LINKS, PAPERS),
    "rdf:object": (LINKS, CONCEPTS),
    "rdf:predicate": (LINKS, [f"{_KG}{name}" for name in ("uses", "addresses")]),
    # not held
    "kg:support": (LINKS, NUMBERS),
}
_PATHS = [
    ("kg:uses|kg:addresses", PAPERS, CONCEPTS),
    ("kg:uses|kg:addresses|kg:mentions", PAPERS, CONCEPTS),
    ("kg:id|skos:prefLabel|skos:altLabel", CONCEPTS, TEXTS),
    ("kg:uses/skos:prefLabel", PAPERS, TEXTS),
    ("kg:uses/kg:kindOf", PAPERS, CONCEPTS),
    ("kg:kindOf|(kg:kindOf/kg:kindOf)", CONCEPTS, CONCEPTS),
    ("^kg:uses", CONCEPTS, PAPERS),
    ("^kg:uses/kg:addresses", CONCEPTS, CONCEPTS),
    ("(kg:uses|kg:addresses)/skos:prefLabel", PAPERS, TEXTS),
    ("kg:uses/^kg:addresses", PAPERS, PAPERS),
    ("kg:kindOf+", CONCEPTS, CONCEPTS),
]
_RELATIONS = ("kg:uses", "kg:addresses", "kg:mentions")
#: Variables by what they mostly stand for.
_OF: list[tuple[list[str], str]] = [
    (PAPERS, "pq"),
    (CONCEPTS, "cd"),
    (LINKS, "l"),
    (EVIDENCE, "e"),
    (TEXTS, "tu"),
    (NUMBERS, "n"),
    (CLASSES, "k"),
]
_NAMES = "pqcdletunkyz"


def graph(rng: random.Random) -> list[bytes]:
    """Sorted N-Triples."""
    lines = set()
    for name, (subjects, objects) in KINDS.items():
        prefix, _, local = name.partition(":")
        predicate = (_KG if prefix == "kg" else PREFIXES[prefix]) + local
        for _ in range(rng.choice([0, 4, 12, 20])):
            object_ = rng.choice(objects)
            lines.add(f"<{rng.choice(subjects)}> <{predicate}> {object_ if object_.startswith(chr(34)) else f'<{object_}>'} .\n")
    return sorted(line.encode() for line in lines)


def query(rng: random.Random) -> str:
    """A SELECT."""
    return _Maker(rng).select(2)


class _Maker:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def variable(self, of: list[str] | None = None) -> str:
        """One for some things, mostly; otherwise any."""
        fitting = "".join(names for things, names in _OF if of is not None and {*things} & {*of}) or "yz"
        return f"?{self.rng.choice(fitting if self.rng.random() < 0.93 else _NAMES)}"

    def seen(self, parts: list[str]) -> str:
        """One of those that there are, mostly."""
        names = [name for name in _NAMES if any(f"?{name}" in part for part in parts)]
        return f"?{self.rng.choice(names if names and self.rng.random() < 0.9 else _NAMES)}"

    def select(self, depth: int) -> str:
        rng, body = self.rng, self.group(depth)
        names = [name for name in _NAMES if f"?{name}" in body]
        if not names:
            return self.select(depth)
        chosen = rng.sample(names, rng.randint(1, len(names)))
        columns = " ".join(f"?{name}" for name in chosen)
        kind = rng.random()
        if kind < 0.35:
            of = rng.choice(["COUNT(DISTINCT ?{})", "COUNT(?{})", "COUNT(*)", "MIN(?{})", "MAX(?{})"]).format(rng.choice(names))
            free = next((name for name in _NAMES if name not in names), "x")
            return f"SELECT {columns} ({of} AS ?{free}) {{ {body} }} GROUP BY {columns}"
        tail = ""
        if rng.random() < 0.15:
            tail = f" ORDER BY {' '.join(rng.choice(['?{}', 'DESC(?{})']).format(name) for name in chosen)} LIMIT {rng.randint(1, 6)}"
        return f"SELECT {'DISTINCT ' if kind < 0.7 else ''}{columns} {{ {body} }}{tail}"

    def group(self, depth: int) -> str:
        rng = self.rng
        parts = [self.pattern() if rng.random() < 0.8 else self.values()]
        for _ in range(rng.randint(0, 4)):
            kind = rng.random()
            if kind < 0.35:
                parts.append(self.pattern())
            elif kind < 0.45:
                parts.append(self.values())
            elif kind < 0.65:
                inner = self.pattern()
                parts.append(f"OPTIONAL {{ {inner} {self.filter([*parts, inner]) if rng.random() < 0.3 else ''} }}")
            elif kind < 0.75:
                parts.append(self.filter(parts))
            elif kind < 0.8:
                parts.append(f"BIND({self.expression(parts)} AS {self.variable()})")
            elif depth:
                parts.append(self.nested(depth - 1))
        return " ".join(parts)

    def nested(self, depth: int) -> str:
        kind = self.rng.randint(0, 3)
        if kind == 0:
            return f"{{ {self.group(depth)} }} UNION {{ {self.group(depth)} }}"
        if kind == 1:
            return f"MINUS {{ {self.group(depth)} }}"
        return f"{{ {self.select(depth)} }}" if kind == 2 else f"{{ {self.group(depth)} }}"

    def pattern(self) -> str:
        rng = self.rng
        if rng.random() < 0.1:
            name = self.variable()
            values = f"VALUES {name} {{ {' '.join(_RELATIONS)} }}" if rng.random() < 0.5 else f"FILTER({name} IN ({', '.join(_RELATIONS)}))"
            return f"{self.variable(PAPERS)} {name} {self.variable(CONCEPTS)} . {values}"
        path = rng.choice([*KINDS])
        subjects, objects = KINDS[path]
        if rng.random() < 0.3:
            path, subjects, objects = rng.choice(_PATHS)
        subject = self.variable(subjects) if rng.random() < 0.9 else f"<{rng.choice(subjects)}>"
        object_ = self.variable(objects) if rng.random() < 0.85 else self.term(rng.choice(objects))
        return f"{subject} {path} {object_} ."

    def term(self, written: str) -> str:
        if not written.startswith('"'):
            return f"<{written}>"
        return written if "^^" not in written or "gYear" in written else written.split('"')[1]

    def values(self) -> str:
        rng = self.rng
        kind = rng.randint(0, 3)
        if kind == 0:
            return f"VALUES {self.variable(TEXTS)} {{ {' '.join(rng.sample(TEXTS[:5], 2))} }}"
        if kind == 1:
            things = rng.choice([PAPERS, CONCEPTS])
            return f"VALUES {self.variable(things)} {{ {' '.join(f'<{c}>' for c in rng.sample(things, 2))} }}"
        if kind == 2:
            return f"VALUES {self.variable(NUMBERS)} {{ {rng.randint(0, 2)} }}"
        a, b = rng.choice("cd"), rng.choice("tu")
        return f'VALUES (?{a} ?{b}) {{ (<{rng.choice(CONCEPTS)}> "a") (<{rng.choice(CONCEPTS)}> "b") }}'

    def filter(self, parts: list[str]) -> str:
        a, b = self.seen(parts), self.seen(parts)
        return "FILTER({})".format(
            self.rng.choice(
                [
                    f"{a} != {b}",
                    f"{a} = {b}",
                    f"sameTerm({a}, {b})",
                    f"!sameTerm({a}, {b})",
                    f"BOUND({a})",
                    f"!BOUND({a})",
                    f"{a} > 0.6",
                    f"{a} IN (kg:Method, kg:Task)",
                    f"STR({a}) < STR({b})",
                    f'LANG({a}) = "en" || BOUND({b})',
                ]
            )
        )

    def expression(self, parts: list[str]) -> str:
        a, b = self.seen(parts), self.seen(parts)
        return self.rng.choice(
            [
                f"STR({a})",
                f"COALESCE({a}, {b})",
                f'CONCAT(STR({a}), "x")',
                f'STRAFTER(STR({a}), "#")',
                "1",
                f"{a} + {b}",
                f"IF(BOUND({a}), {b}, 2)",
            ]
        )
