"""`kg catalog`: the concepts that are known before any paper is read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli.app import help_if_alone, new
from kg.cli.show import FormatOption, check_format, show
from kg.cli.talk import count, out, say
from kg.errors import DataError, did_you_mean
from kg.table import Table

if TYPE_CHECKING:
    from kg.catalog import Catalog
    from kg.model import Concept

FileOption = Annotated[list[Path] | None, typer.Option("--catalog", metavar="FILE", help="Further concepts (TSV), beside those that ship.")]

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
def check(catalog: FileOption = None) -> int:
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
    catalog: FileOption = None,
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
        raise DataError(f"no concept {concept!r} in the catalog; {f'near: {near}' if near else did_you_mean(concept, known)[:120]}")
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
    catalog: FileOption = None,
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
def stats(catalog: FileOption = None, format_: FormatOption = "table") -> int:
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
