"""`kg catalog`: the concepts that are known before any paper is read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli.app import help_if_alone, new
from kg.cli.reading import CatalogOption
from kg.cli.show import FormatOption, check_format, show
from kg.cli.talk import count, out, say
from kg.errors import DataError, did_you_mean
from kg.table import Table

if TYPE_CHECKING:
    from kg.catalog import Catalog
    from kg.model import Concept

app = new()


@app.callback(invoke_without_command=True)
def catalog_(context: typer.Context) -> None:
    """Check, show and search the catalog of concepts.

    \b
    Example:
      kg catalog search "low rank"
      kg catalog check --catalog mine.tsv
    """
    help_if_alone(context)


def with_own(files: Sequence[Path]) -> Catalog:
    """The catalog that ships, with a user's own files.

    Raises:
        DataError: a file cannot be read, or does not fit.
    """
    from kg.catalog import Catalog

    shipped = Catalog.load()
    if not files:
        return shipped
    before = set(shipped.problems())
    merged = shipped.merge(Catalog.load(*files))
    if problems := [problem for problem in merged.problems() if problem not in before]:
        shown = "".join(f"\n  {problem}" for problem in problems[:20])
        raise DataError(f"{', '.join(map(str, files))}: does not fit the catalog; mend it (kg catalog check shows all){shown}")
    return merged


@app.command()
def check(catalog: CatalogOption = None) -> int:
    """Look for names that clash, cycles and unknown ids.

    Exits with 1 if there is any.

    \b
    Example:
      kg catalog check --catalog mine.tsv
    """
    from kg.catalog import Catalog

    merged = Catalog.load()
    if catalog:
        merged = merged.merge(Catalog.load(*catalog))
    problems = merged.problems()
    for problem in problems:
        out(f"{problem}\n")
    names = merged.stats()["all"]["names"]
    say(f"{count(len(merged), 'concept')}, {count(names, 'name')}: {count(len(problems), 'problem') if problems else 'sound'}")
    return 1 if problems else 0


@app.command(name="show")
def show_(
    concept: Annotated[str, typer.Argument(metavar="CONCEPT", help="An id, or any name.")],
    catalog: CatalogOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array of concepts.")] = False,
) -> int:
    """Show one concept with its names and its hierarchy.

    Where the name is that of several concepts, all of them are shown.

    \b
    Example:
      kg catalog show LoRA
    """
    known = with_own(catalog or ())
    ids = [concept] if concept in known else list(dict.fromkeys(name.concept for name in known.named(concept)))
    if not ids:
        near = ", ".join(found.label for found in known.search(concept, 3))
        raise DataError(f"no concept {concept!r} in the catalog; {f'near: {near}' if near else did_you_mean(concept, known)}")
    records = [_record(known, known[i]) for i in ids]
    if as_json:
        out(json.dumps(records, ensure_ascii=False, indent=2) + "\n")
        return 0
    for place, record in enumerate(records):
        out("\n" if place else "")
        for name, value in record.items():
            if value:
                out(f"{name:<12} {', '.join(value) if isinstance(value, list) else value}\n")
    return 0


@app.command()
def search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A name, or a part of one, in about that spelling.")],
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="Concepts at most.")] = 10,
    catalog: CatalogOption = None,
    format_: FormatOption = "table",
) -> int:
    """Find concepts by name.

    The same name comes first, then names that hold it, then similar ones. Exits with 1 if there is none.

    \b
    Example:
      kg catalog search "low rank" --limit 5
    """
    check_format(format_)
    found = with_own(catalog or ()).search(text, limit)
    rows: list[tuple[Any, ...]] = [(c.id, c.type.value, c.label, list(c.names[1:])) for c in found]
    if format_ == "table":
        rows = [(*row[:3], ", ".join(row[3])) for row in rows]
    show(Table(("concept", "type", "label", "names"), rows), format_)
    return 0 if found else 1


@app.command()
def stats(catalog: CatalogOption = None, format_: FormatOption = "table") -> int:
    """Count concepts and names by type.

    \b
    Example:
      kg catalog stats --format json
    """
    check_format(format_)
    counted = with_own(catalog or ()).stats()
    columns = tuple(next(iter(counted.values())))
    show(Table(("type", *columns), [(kind, *numbers.values()) for kind, numbers in counted.items()]), format_)
    return 0


@app.command()
def mine(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUTS...", help="Folders of graphs, or papers, which are read first.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The proposals (TSV), to be edited.")],
    least: Annotated[int, typer.Option(metavar="N", min=1, help="Papers that use it, beside the one that introduces it.")] = 2,
    top: Annotated[int | None, typer.Option(metavar="N", min=1, help="Proposals at most.")] = None,
    catalog: CatalogOption = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files that are there.")] = False,
) -> int:
    """Propose new entries: what one paper introduces and others use.

    FILE is a catalog: edit it, then give it to kg build --catalog. Beside it, FILE with .evidence.csv for .tsv tells what each proposal
    rests on, and what is unsure. --catalog counts only where papers are read; a graph has the catalog it was built with.

    \b
    Example:
      kg catalog mine graph -o proposals.tsv --least 3
      kg catalog mine papers.jsonl -o proposals.tsv
    """
    import tempfile

    from kg.build import build
    from kg.catalog import COLUMNS, format_row
    from kg.errors import UsageError
    from kg.graph import Graph
    from kg.manifest import is_graph
    from kg.mine import catalog_of, evidence_of
    from kg.mine import mine as run

    beside = output.with_suffix(".evidence.csv")
    for path in (output, beside):
        if path.exists() and not overwrite:
            raise UsageError(f"{path} exists already; give another path, or --overwrite to replace it")
    graphs = [Path(i) for i in inputs if Path(i).is_dir() and is_graph(Path(i))]
    papers = [i for i in inputs if Path(i) not in graphs]
    with tempfile.TemporaryDirectory() as folder:
        opened = [Graph.open(g) for g in graphs]
        if papers:
            result = build(papers, Path(folder) / "graph", catalogs=catalog or ())
            for item in result.rejected:
                say(f"rejected: {item}")
            opened.append(result.graph)
        proposals = run(opened, least=least, top=top)
    rows = ["\t".join(COLUMNS), *(format_row(c) for c in catalog_of(proposals).values())]
    output.write_text("\n".join(rows) + "\n", encoding="utf-8")
    beside.write_text(evidence_of(proposals).to_csv(), encoding="utf-8")
    unsure = sum(bool(p.doubts()) for p in proposals)
    say(f"{output}: {count(len(proposals), 'proposal')}, {unsure:,} unsure; what they rest on: {beside}")
    return 0


@app.command()
def export(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The Turtle file to write.")],
    catalog: CatalogOption = None,
    base: Annotated[str | None, typer.Option(metavar="IRI", help="What the IRIs of concepts begin with.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file that is there.")] = False,
) -> int:
    """Write the catalog as a SKOS concept scheme.

    IRIs and terms are those of a graph in RDF; kg validate checks the file against the same shapes.

    \b
    Example:
      kg catalog export -o catalog.ttl
    """
    from exports.skos import write

    options = {} if base is None else {"base": base}
    written = write(with_own(catalog or ()), output, overwrite=overwrite, **options)
    say(f"wrote {output}: {', '.join(f'{name}: {number:,}' for name, number in written.counts.items())}")
    return 0


def _record(known: Catalog, concept: Concept) -> dict[str, Any]:
    return {
        "concept": concept.id,
        "type": concept.type.value,
        "also": [kind.value for kind in concept.also],
        "label": concept.label,
        "aliases": list(concept.aliases),
        "acronyms": list(concept.acronyms),
        "broader": list(concept.broader),
        "ancestors": known.ancestors(concept.id),
        "narrower": sorted(other.id for other in known.values() if concept.id in other.broader),
        "identifiers": list(concept.identifiers),
        "flags": sorted(concept.flags),
        "source": concept.source,
    }
