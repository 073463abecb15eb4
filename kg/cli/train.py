"""`kg train`: the trained decisions, made again or fitted to a field of one's own."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from kg.cli.app import new
from kg.cli.reading import CatalogOption
from kg.cli.talk import count, out, say
from kg.errors import UsageError

app = new()


@app.command()
def train(
    shared: Annotated[
        Path | None, typer.Argument(metavar="[SHARED]", help="Folder with curated links, papers and abstracts to count.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FOLDER", help="The folder for the model.")] = None,
    gold: Annotated[list[Path] | None, typer.Option(metavar="FILE", help="Curated links of your own (JSON Lines).")] = None,
    papers: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The texts of those papers, where the lines of --gold have no abstract.")
    ] = None,
    catalog: CatalogOption = None,
    statistics: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Counts made before (statistics.npz), instead of counting again.")
    ] = None,
    seeds: Annotated[int, typer.Option(metavar="N", help="Forests of each kind whose mean decides.")] = 1,
    encoder: Annotated[
        bool, typer.Option("--encoder", help="Train that of the profile accurate too; needs paperkg[train-encoder].")
    ] = False,
    workers: Annotated[int, typer.Option(metavar="N", help="Processes that fit models; by default one for each core.")] = 0,
    keep: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Keep fitted models there: what was stopped goes on when it is asked for again.")
    ] = None,
    crossvalidate: Annotated[bool, typer.Option("--crossvalidate", help="Print figures of papers that were held out.")] = False,
    by: Annotated[str, typer.Option(metavar="WAY", help="Cross-validate by paper, or by venue.")] = "paper",
    errors: Annotated[int, typer.Option(metavar="N", help="With --crossvalidate: show the N most frequent errors of each kind.")] = 0,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a model that is there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as one JSON object.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Do not say how far it has come.")] = False,
) -> int:
    """Train what linking decides by, or cross-validate it.

    Trained are which strings are concepts, their types, relations, and what a confidence means.

    SHARED, --gold, or both say what to train on; the model goes to -o, and kg build --model and kg link --model use it. Needs
    LightGBM and JAX: pip install "paperkg[train]"; --encoder needs more: pip install "paperkg[train-encoder]".

    \b
    Example:
      kg train ../shared -o model
      kg train --gold mine.jsonl --papers papers.jsonl -o model
      kg train ../shared --crossvalidate --by venue --json
    """
    from kg.evaluate import error_lines
    from kg.reader import ACCURATE
    from kg.training import unheard
    from kg.training.boost import lightgbm
    from kg.training.crossvalidate import hold_out, report, score
    from kg.training.encoder import torch
    from kg.training.folds import BY, PAPER
    from kg.training.train import material
    from kg.training.train import train as run

    if shared is None and not gold:
        raise UsageError("nothing to train on; give the shared folder, or curated links of your own with --gold")
    if output is None and not crossvalidate:
        raise UsageError("no place for the model; give -o FOLDER, or --crossvalidate for figures alone")
    if papers is not None and not gold:
        raise UsageError("--papers are the texts of --gold; give both")
    if by not in BY:
        raise UsageError(f"--by is {by!r}; give one of {', '.join(BY)}")
    if seeds < 1 or errors < 0 or workers < 0:
        raise UsageError("--seeds is a number from 1 on, --errors and --workers from 0 on")
    workers = workers or os.cpu_count() or 1
    lightgbm()
    if encoder:
        torch()
    known = None
    if catalog:
        from kg.cli.catalog import with_own

        known = with_own(catalog)
    talk = unheard if quiet else say
    given = material(shared, gold or (), papers, catalog=known, statistics=statistics, say=talk)
    talk(f"{count(len(given.papers), 'curated paper')}, {count(len(given.catalog), 'concept')} in the catalog")
    held = figures = None
    seeded = tuple(range(1, seeds + 1))
    if crossvalidate:
        ours = output is not None and by == PAPER
        held = hold_out(given.job(seeded, encoder), given.shared, by=by, workers=workers, everyone=ours, keep=keep, say=talk)
        figures, found = score(held.without("encoder"), given.catalog, given.statistics, given.shared)
        if encoder:
            figures[ACCURATE], found = score(held, given.catalog, given.statistics, given.shared)
        out(json.dumps(figures, indent=2) + "\n" if as_json else "\n".join(report(figures)) + "\n")
        for name, evaluation in found.items() if errors else ():
            say("\n  ".join([f"{name}:", *error_lines(evaluation, errors)]))
    if output is not None:
        again = held if by == PAPER else None
        options: dict[str, Any] = {"overwrite": overwrite, "encoder": encoder, "workers": workers, "keep": keep}
        made = run(given, output, seeds=seeded, figures=figures, held=again, say=talk, **options)
        size = sum(path.stat().st_size for path in output.iterdir())
        talk(f"{made.path}: a model of {size / 1e6:.1f} MB; use it with kg build --model {made.path}")
    return 0
