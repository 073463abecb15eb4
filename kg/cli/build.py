"""`kg build`: papers in, a graph out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli.app import new
from kg.cli.corrections import tell as tell_corrections
from kg.cli.reading import CatalogOption, CombineOption, FavourOption, ModelOption, ProfileOption, RecognizerOption, combined, tell
from kg.cli.talk import count, out, pairs, progress, say
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.build import BuildResult
    from kg.corrections import Outcome
    from kg.model import Rejected
    from kg.recognizers.plugged import Recognizing

app = new()
_MERGES = 20  # merged papers that are named


@app.command()
def build(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUTS...", help="Files or folders of papers, or - for standard input.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="GRAPH", help="The folder for the graph.")],
    loader: Annotated[str | None, typer.Option(metavar="NAME", help="What the inputs are, where that shall not be detected.")] = None,
    map_: Annotated[
        list[str] | None, typer.Option("--map", metavar="FIELD=NAME", help="The inputs' name of a field, as title=Name.")
    ] = None,
    catalog: CatalogOption = None,
    model: ModelOption = None,
    favour: FavourOption = "balanced",
    profile: ProfileOption = "fast",
    recognizer: RecognizerOption = None,
    combine: CombineOption = None,
    corrections: Annotated[
        list[Path] | None, typer.Option("--corrections", metavar="FILE", help="What people corrected (JSON Lines); repeatable.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first record that is rejected.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a graph that is there.")] = False,
    workers: Annotated[int, typer.Option(metavar="N", help="Processes that read papers.")] = 1,
    run_file: Annotated[
        Path | None, typer.Option("--run-file", metavar="FILE", help="Write when it was built, and of what, as PROV in Turtle.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Load and check the inputs, but build nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was done as one JSON object.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say only what was rejected.")] = False,
) -> int:
    """Build the graph of papers.

    Inputs are the listing's text, JSONL, JSON, CSV, TSV, BibTeX or ACL Anthology XML, plain or compressed (gzip, zstd); what each
    was taken for is said on stderr, as is every record that was rejected. Exits with 1 if any was, if a line of --corrections fails, or if
    the recogniser of --recognizer had no usable answer for a paper; the graph is written all the same.

    \b
    Example:
      kg build papers.jsonl more.bib -o graph
      zcat papers.csv.gz | kg build - -o graph --map title=Name --map abstract=Summary
      kg build papers.jsonl -o graph --recognizer spacy=my-pipeline --combine replace
    """
    from kg.build import build as run

    mapping = pairs(map_ or (), "--map")
    if run_file is not None and run_file.exists() and not overwrite:
        raise UsageError(f"{run_file} exists already; give --overwrite to replace it, or name another place")
    started = datetime.now(UTC)
    with progress(quiet) as draw:
        result = run(
            inputs,
            output,
            loader=loader,
            mapping=mapping,
            catalogs=catalog or (),
            model=model,
            favour=favour,
            profile=profile,
            strict=strict,
            overwrite=overwrite,
            workers=workers,
            recognizer=recognizer,
            combine=combined(recognizer, combine),
            corrections=corrections or (),
            progress=draw,
            dry_run=dry_run,
        )
    if run_file is not None and result.made is not None:
        from exports.run_file import write

        write(result.made, run_file, started=started, ended=datetime.now(UTC), overwrite=overwrite)
    if not quiet:
        _tell(result)
    for item in result.rejected:
        say(f"rejected: {item}")
    if (more := result.counts["rejected"] - len(result.rejected)) > 0:
        say(f"and {more:,} more rejected" + ("" if dry_run else "; the graph's table `rejected` has them all"))
    tell_corrections(result.corrections, quiet)
    if result.recognizer is not None:
        tell(result.recognizer, quiet)
    if not quiet:
        say(_end(result, output))
    if as_json:
        out(json.dumps(_report(result, output), ensure_ascii=False, indent=2) + "\n")
    failed = result.recognizer.failed if result.recognizer else 0
    failed += sum(outcome.status == "failed" for outcome in result.corrections)
    return 1 if result.counts["rejected"] or failed else 0


def _tell(result: BuildResult) -> None:
    for source in result.sources:
        taken = f"taken for {source.loader} ({source.why})" if source.loader else source.why
        left = [count(source.papers, "record")]
        left += [f"{source.rejected:,} rejected"] if source.rejected else []
        left += [f"{count(source.notes, 'line')} left out"] if source.notes else []
        say(f"{source.input}: {taken}: {', '.join(left)}")
    for paper in result.merged[:_MERGES]:
        say(f"merged: several records are one paper, {paper}")
    if len(result.merged) > _MERGES:
        say(f"merged: {len(result.merged) - _MERGES:,} more papers out of several records")
    if several := result.counts.get("conflicts", 0):
        names = count(several, "name stands", "names stand")
        say(f"{names} for several things in these papers; the graph's table `conflicts` says what each means, and to how many")


def _end(result: BuildResult, output: Path) -> str:
    counts = dict(result.counts)
    rejected = f"{counts['rejected']:,} rejected"
    if result.made is None:
        return f"dry run: {count(counts['papers'], 'paper')}, {rejected}; nothing was written"
    shown = [count(counts[name], *nouns) for name, nouns in _SHOWN.items() if name in counts]
    spent = ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in result.seconds.items())
    return f"{output}: {', '.join(shown)}; {rejected} ({spent})"


_SHOWN = {
    "papers": ("paper", "papers"),
    "concepts": ("concept", "concepts"),
    "links": ("link", "links"),
    "concept_links": ("relation between concepts", "relations between concepts"),
}


def _report(result: BuildResult, output: Path) -> dict[str, Any]:
    return {
        "graph": None if result.made is None else str(output),
        "inputs": [
            {name: getattr(source, name) for name in ("input", "loader", "why", "papers", "rejected", "notes")} for source in result.sources
        ],
        "counts": dict(result.counts),
        "merged": list(result.merged),
        "rejected": [_rejected(item) for item in result.rejected],
        **({"corrections": [_corrected(o) for o in result.corrections]} if result.corrections else {}),
        **({} if result.recognizer is None else {"recognizer": _recognizing(result.recognizer)}),
    }


def _recognizing(done: Recognizing) -> dict[str, Any]:
    plain = {name: getattr(done, name) for name in ("name", "combine", "reasons", "failed", "usage")}
    rejected = [{"paper": item.source, "reason": item.reason, "found": item.found, "hint": item.hint} for item in done.rejected]
    return {**plain, "rejected": rejected}


def _corrected(outcome: Outcome) -> dict[str, Any]:
    said = {name: getattr(outcome, name) for name in ("source", "line", "status", "reason", "hint")}
    return {**said, "correction": outcome.correction.kind.value if outcome.correction else ""}


def _rejected(item: Rejected) -> dict[str, Any]:
    return {name: getattr(item, name) for name in ("source", "line", "reason", "found", "hint")}
