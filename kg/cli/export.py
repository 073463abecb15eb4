"""`kg export`: the graph in another format."""

from __future__ import annotations

import inspect
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from kg.cli.app import new
from kg.cli.saved import PropertiesOption
from kg.cli.talk import count, out, pairs, say
from kg.errors import UsageError, did_you_mean

app = new()
_OURS = frozenset({"graph", "path", "overwrite", "properties"})
_TRUE, _FALSE = frozenset({"true", "yes", "on", "1"}), frozenset({"false", "no", "off", "0"})


def _list(wanted: bool) -> None:
    if not wanted:
        return
    import exports

    formats = exports.formats().values()
    width = max(len(found.name) for found in formats)
    for found in formats:
        write = exports.writer(found.name)
        options = " ".join(f"{name}={_text(default)}" for name, default in settings(write).items())
        options += f"{' ' * bool(options)}--properties" if _takes_properties(write) else ""
        out(f"{found.name:<{width}}  {found.about}\n" + (f"{'':<{width}}  options: {options}\n" if options else ""))
    raise typer.Exit


@app.command()
def export(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="The graph's folder.")],
    format_: Annotated[str, typer.Argument(metavar="FORMAT", help="One of kg export --list.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="PATH", help="The file or folder to write; - for standard output.")],
    base: Annotated[str | None, typer.Option(metavar="IRI", help="What the IRIs of papers and concepts begin with.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="An option of the format; see --list.")] = None,
    properties: PropertiesOption = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what is there.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, but write nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was written as one JSON object.")] = False,
    list_: Annotated[
        bool, typer.Option("--list", callback=_list, is_eager=True, help="Print the formats with their options, and stop.")
    ] = False,
) -> int:
    """Write the graph in another format.

    \b
    Example:
      kg export graph html -o graph.html --set top=200
      kg export graph turtle -o graph.ttl --base https://data.example.org/
      kg export graph ntriples -o - | wc -l
      kg export graph graphml -o graph.graphml --properties ranks.json
    """
    import exports
    from kg.graph import Graph

    write = exports.writer(format_)
    folder = exports.formats()[format_].folder
    options = _options(format_, write, {**pairs(set_ or (), "--set"), **({} if base is None else {"base": base})})
    if properties:
        if not _takes_properties(write):
            able = ", ".join(name for name in exports.formats() if _takes_properties(exports.writer(name)))
            raise UsageError(f"the export {format_} takes no --properties; these do: {able}")
        options["properties"] = properties
    opened = Graph.open(graph)
    to_stdout = str(output) == "-"
    if to_stdout and (folder or as_json):
        raise UsageError(f"{'--json' if as_json else format_ + ', a folder,'} cannot go with -o -; give -o a path")
    if dry_run:
        if output.exists() and not overwrite and not to_stdout:
            raise UsageError(f"{output} exists already; give another path, or --overwrite to replace it")
        say(f"dry run: would write {format_} to {'standard output' if to_stdout else output}; nothing was written")
        return 0
    if to_stdout:
        stream(write, opened, options)
        return 0
    written = write(opened, output, overwrite=overwrite, **options)
    for path in written.paths:
        say(f"wrote {path}")
    say(", ".join(f"{name.replace('_', ' ')}: {number:,}" for name, number in written.counts.items()))
    for note in written.notes:
        say(note)
    if as_json:
        report = {
            "format": written.format,
            "paths": [str(p) for p in written.paths],
            "counts": written.counts,
            "notes": list(written.notes),
        }
        out(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    return 0


def _takes_properties(write: Callable[..., Any]) -> bool:
    return "properties" in inspect.signature(write).parameters


def settings(write: Callable[..., Any]) -> dict[str, Any]:
    """The options of an export with their defaults; a number that is None by default has its type instead."""
    known = {name: p for name, p in inspect.signature(write).parameters.items() if name not in _OURS}
    return {name: int if p.default is None and str(p.annotation).startswith("int") else p.default for name, p in known.items()}


def _options(format_: str, write: Callable[..., Any], given: Mapping[str, str]) -> dict[str, Any]:
    known = settings(write)
    found: dict[str, Any] = {}
    for name, text in given.items():
        key = name.replace("-", "_")
        if key == "properties" and _takes_properties(write):
            raise UsageError("properties are no option of --set; give --properties FILE, once for each file")
        if key not in known:
            tail = did_you_mean(key, known) if known else "it has none"
            raise UsageError(f"the export {format_} has no option {name!r}; {tail}")
        found[key] = _value(name, text, known[key])
    return found


def _value(name: str, text: str, default: Any) -> Any:
    """The value of an option, of the kind that its default has."""
    if isinstance(default, bool):
        if text.casefold() not in _TRUE | _FALSE:
            raise UsageError(f"{name} is {text!r}; give true or false")
        return text.casefold() in _TRUE
    kind = default if default is int else type(default)
    if kind in (int, float):
        try:
            return kind(text)
        except ValueError as error:
            raise UsageError(f"{name} is {text!r}; give a {'whole ' if kind is int else ''}number") from error
    return text


def _text(default: Any) -> str:
    if default is None or default is int:
        return "…"
    return str(default).lower() if isinstance(default, bool) else str(default)


def stream(write: Callable[..., Any], graph: Any, options: Mapping[str, Any]) -> None:
    """Writes an export to standard output."""
    # written whole first: a reader of the pipe gets all of it or, where something is wrong, nothing
    with tempfile.TemporaryDirectory(prefix="paperkg-") as folder:
        path = Path(folder, "out")
        write(graph, path, **options)
        sys.stdout.flush()
        with path.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        say(f"wrote {count(path.stat().st_size, 'byte')}")
