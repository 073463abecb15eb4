"""`train`: curated papers in, a folder with everything that a reader was fitted to out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from kg.aside import aside
from kg.catalog import Catalog
from kg.errors import UsageError
from kg.linking.senses import Senses
from kg.reader import SENSES, STATISTICS, data_folder, is_model
from kg.recognize.decide import Model
from kg.recognize.statistics import Statistics
from kg.text import fold
from kg.training import Say, unheard
from kg.training.boost import lightgbm
from kg.training.calibrate import calibration
from kg.training.card import write_card
from kg.training.crossvalidate import HeldOut, hold_out
from kg.training.encoder import torch
from kg.training.fit import Job, models
from kg.training.gold import Curated, curated, own, unseen
from kg.training.kept import KeptModels
from kg.training.network import jax
from kg.training.same import fit_same
from kg.training.senses import counted as meanings
from kg.training.silver import NONE, Silver, silver_of
from kg.training.statements import fit_statements
from kg.training.statistics import counted

LEAST = 10  # curated papers without which trees are no better than a guess


@dataclass(frozen=True, slots=True)
class Material:
    """What is trained on: curated papers, the counts of word sequences, the catalog, and where the curated relations are.

    `mine` says that the counts were made here, and belong to the model; `senses` are those of meanings, where they were made as well.
    `silver` is what the network learns from first.
    """

    papers: list[Curated]
    statistics: Statistics
    catalog: Catalog
    shared: Path | None
    mine: bool
    senses: Senses | None = None
    silver: Silver = NONE

    def job(self, seeds: Sequence[int] = (1,), encoder: bool = False) -> Job:
        """What models are fitted on."""
        return Job(self.papers, self.catalog, self.statistics, seeds, self.silver, encoder)


def material(
    shared: Path | None = None,
    gold: Sequence[Path] = (),
    papers: Path | None = None,
    *,
    catalog: Catalog | None = None,
    statistics: Path | None = None,
    say: Say = unheard,
) -> Material:
    """Reads what is trained on.

    Args:
        shared: a folder with `corpus`, `gold` and `data`; see `docs/reference/training.md`.
        gold: further curated papers, or all of them where `shared` is left out.
        papers: the texts of those.
        catalog: the known concepts; left out, the catalog that ships.
        statistics: counts made before (`statistics.npz`), to save counting again. Without these and without `shared`, those that ship.

    Raises:
        DataError: something is missing, or a line is not what it should be.
        UsageError: there are too few papers to train on.
    """
    mine = [item for path in gold for item in own(path, papers)]
    titles = {fold(item.paper.title) for item in mine}
    # a paper that the user curated again counts as the user says
    given = [item for item in curated(shared) if fold(item.paper.title) not in titles] if shared is not None else []
    both = given + mine
    if len(both) < LEAST:
        raise UsageError(f"{len(both)} curated papers; {LEAST} are the least to train on (some hundred are better)")
    if lost := unseen(mine):
        shown = "".join(f"\n  {name!r} in {paper.title!r}" for paper, name in lost[:10])
        say(f"{len(lost)} curated concepts stand nowhere in the text of their paper and teach nothing, for example{shown}")
    counts = shared is not None and statistics is None
    known, silver = Catalog.load() if catalog is None else catalog, silver_of(shared, both)
    if counts and shared is not None:
        return Material(both, counted(shared, titles, say), known, shared, True, meanings(shared, known, titles, say), silver)
    return Material(both, Statistics.load(statistics or data_folder() / STATISTICS), known, shared, statistics is not None, silver=silver)


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training made: the folder, the model of the profile `fast`, and the readers that were held out."""

    path: Path
    model: Model
    held: HeldOut


def train(
    given: Material,
    out: Path,
    *,
    seeds: Sequence[int] = (1,),
    overwrite: bool = False,
    figures: dict[str, Any] | None = None,
    held: HeldOut | None = None,
    encoder: bool = False,
    workers: int = 1,
    keep: Path | None = None,
    say: Say = unheard,
) -> Trained:
    """Fits everything and writes the folder `out`, which `kg build --model` and `kg.Reader(model=…)` use.

    Args:
        seeds: one forest of each kind is fitted for each seed, and their mean decides.
        overwrite: replace a model that is there.
        figures: cross-validated figures, for the model card.
        held: readers of folds by paper, where they are there already.
        encoder: train that of the profile `accurate` as well.
        workers: processes that fit; the bytes do not depend on it.
        keep: a folder for the fitted models, from which those are taken that were fitted on the same before.

    The same material, seeds and versions of LightGBM, JAX, PyTorch and numpy give the same bytes on one kind of processor.

    Raises:
        EnvironmentError_: LightGBM, JAX, or what the encoder takes is not there.
        GraphError: `out` is in the way.
    """
    lightgbm()
    if given.silver.papers or given.silver.before is not None:
        jax()
    if encoder:
        torch()
    with aside(out, overwrite=overwrite, ours=is_model, what="model") as work:
        # the relations between concepts are fitted on things as a reader sees them that did not know the paper
        job = given.job(seeds, encoder)
        held = held or hold_out(job, given.shared, workers=workers, everyone=True, keep=keep, say=say)
        whole = held.everyone or models(job, [np.arange(len(given.papers))], say=say, kept=KeptModels.of(keep, job))[0]
        rows = [some for of_paper in held.pairs.values() for some in of_paper]
        statements = fit_statements(rows, seeds) if rows else Model.load(data_folder()).statements
        whole = replace(whole, statements=statements, same=fit_same(held.same, seeds))
        say("calibrating on papers that were held out")
        fast = replace(whole, encoder=None, calibration=calibration(held.without("encoder").scored()))
        fast.save(work.new)
        if encoder:
            replace(whole, calibration=calibration(held.scored())).save(work.new)
        if given.mine:
            given.statistics.save(work.new / STATISTICS)
        if given.senses is not None:
            given.senses.save(work.new / SENSES)
        write_card(work.new, fast, given, seeds, figures)
    return Trained(out, fast, held)
