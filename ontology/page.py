"""The ontology as one HTML page, made from `schema.ttl`: `python -m ontology.page -o ontology.html`. It needs no network.

Every term of ours with its definition, domain, range, relation to terms of others, and an example.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import ontology
from ontology.names import CLASSES, FOREIGN, PATTERNS, PROPERTIES, PropertyName
from ontology.signatures import SIGNATURES, TYPES, restricted
from ontology.terms import BASE, ONTOLOGY, expand

if TYPE_CHECKING:
    import rdflib

__all__ = ["page"]

_TEMPLATE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>
:root { color-scheme: light dark; --line: #8886; --soft: #8881; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
nav ul { columns: 14rem; list-style: none; padding: 0; }
section.term { border-top: 1px solid var(--line); padding: .5rem 0; }
section.term:target { background: var(--soft); }
h3 { margin: .5rem 0 0; } h3 small { font-weight: normal; }
dl { display: grid; grid-template-columns: 10rem minmax(0, 1fr); margin: .5rem 0; } dt { font-weight: 600; } dd { margin: 0; }
pre, code { font-family: ui-monospace, monospace; font-size: .9em; }
pre { background: var(--soft); padding: .5rem; overflow-x: auto; margin: 0; }
</style>
</head>
<body>
<main>
<h1>{{ title }}</h1>
<p>{{ about }}</p>
<p>Namespace <code>{{ namespace }}</code>, prefix <code>kg:</code>; a graph that was exported with another base has it there. This page is
made from <code>ontology/schema.ttl</code> by <code>python -m ontology.page</code>. Examples are Turtle, with <code>{{ base }}</code> as
base.</p>
<nav aria-label="Terms">
{%- for heading, terms in parts %}
<h2>{{ heading }}</h2>
<ul>{% for term in terms %}<li><a href="#{{ term.name }}">{{ term.name }}</a></li>{% endfor %}</ul>
{%- endfor %}
</nav>
{%- for heading, terms in parts %}
<h2>{{ heading }}</h2>
{%- for term in terms %}
<section class="term" id="{{ term.name }}">
<h3><code>kg:{{ term.name }}</code> <small>{{ term.label }}</small></h3>
<p>{{ term.definition }}</p>
<dl>
{%- for name, values in term.rows %}
<dt>{{ name }}</dt><dd>{% for value in values %}{% if not loop.first %}, {% endif %}
{%- if value.startswith("kg:") %}<a href="#{{ value[3:] }}"><code>{{ value }}</code></a>{% else %}<code>{{ value }}</code>{% endif %}
{%- endfor %}</dd>
{%- endfor %}
<dt>Example</dt><dd><pre>{{ term.example }}</pre></dd>
</dl>
</section>
{%- endfor %}
{%- endfor %}
<h2>Terms of others that are written</h2>
<ul>{% for name, iri in foreign %}<li><code>{{ name }}</code> &lt;{{ iri }}&gt;</li>{% endfor %}</ul>
</main>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class _Term:
    name: str
    label: str
    definition: str
    example: str
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def page() -> str:
    """The page, the same text for the same schema."""
    import jinja2
    import rdflib
    from rdflib import RDF, RDFS

    graph = rdflib.Graph().parse(data=ontology.text("schema.ttl"), format="turtle")
    whole = rdflib.URIRef(BASE + ONTOLOGY.rstrip("#"))
    assert (whole, RDF.type, None) in graph
    papers = [name for name, (head, _) in PATTERNS.items() if head == "Paper"]
    concepts = [name for name in PATTERNS if name not in papers]
    others = [name for name in PROPERTIES if name not in PATTERNS]
    named = (
        ("Classes", CLASSES), ("Relations of papers to concepts", papers), ("Relations between concepts", concepts), ("Properties", others),
    )  # fmt: skip
    template = jinja2.Environment(autoescape=True, keep_trailing_newline=True).from_string(_TEMPLATE)
    return template.render(
        title=graph.value(whole, RDFS.label),
        about=graph.value(whole, RDFS.comment),
        namespace=BASE + ONTOLOGY,
        base=BASE,
        parts=[(heading, [_term(graph, name) for name in names]) for heading, names in named],
        foreign=[(name, expand(name)) for name in FOREIGN],
    )


def _term(graph: rdflib.Graph, name: str) -> _Term:
    import rdflib
    from rdflib import RDFS, SKOS

    term = rdflib.URIRef(BASE + ONTOLOGY + name)
    label, definition, example = (str(graph.value(term, predicate)) for predicate in (RDFS.label, SKOS.definition, SKOS.example))
    return _Term(name, label, definition, example, tuple(_rows(graph, term, name)))


def _rows(graph: rdflib.Graph, term: rdflib.URIRef, name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    from rdflib import OWL, RDF, RDFS, SKOS

    kinds = {OWL.Class: "class", OWL.ObjectProperty: "object property", OWL.DatatypeProperty: "datatype property"}
    kind = [text for iri, text in kinds.items() if (term, RDF.type, iri) in graph]
    yield "Kind", (*kind, *(["one value at most"] if (term, RDF.type, OWL.FunctionalProperty) in graph else []))
    for heading, predicate in (
        ("Domain", RDFS.domain), ("Range", RDFS.range), ("Subclass of", RDFS.subClassOf), ("Subproperty of", RDFS.subPropertyOf),
        ("Exactly one of", OWL.disjointUnionOf), ("Close match", SKOS.closeMatch), ("Broader match", SKOS.broadMatch),
        ("See also", RDFS.seeAlso),
    ):  # fmt: skip
        found = sorted({text for value in graph.objects(term, predicate) for text in _texts(graph, value)})
        if found:
            yield heading, tuple(found)
    if name in PATTERNS:
        relation: PropertyName = next(known for known in PATTERNS if known == name)
        yield "Expected types", tuple(_expected(relation))


def _expected(relation: PropertyName) -> Iterator[str]:
    if relation not in restricted():
        yield "any"
        return
    for head in ("Paper", *TYPES):
        if tails := [tail for tail in TYPES if (head, tail) in {*SIGNATURES[relation]}]:
            yield f"{head} → {' or '.join(tails)}"


def _texts(graph: rdflib.Graph, value: rdflib.term.Node) -> Iterator[str]:
    """A term by its prefix; of a union or a list, each member."""
    import rdflib
    from rdflib import OWL
    from rdflib.collection import Collection

    if isinstance(value, rdflib.URIRef):
        yield graph.namespace_manager.curie(value)
    else:
        for member in Collection(graph, graph.value(value, OWL.unionOf) or value):
            yield from _texts(graph, member)


def main() -> None:
    """Writes the page to the file that `-o` names."""
    parser = argparse.ArgumentParser(prog="python -m ontology.page", description="Write the ontology as one HTML page.")
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="FILE")
    parser.parse_args().output.write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
