"""Links do not get worse unnoticed, and the model that ships is one of this code and these inputs."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from kg.catalog import Catalog
from kg.model import Paper
from kg.reader import MANIFEST, STATISTICS, data_folder
from kg.recognize.decide import Model
from kg.recognize.known import CatalogIndex
from kg.recognize.network import Network
from kg.recognize.sight import look
from kg.recognize.statistics import Statistics
from kg.training.card import columns_digest, digest, inputs_digest
from kg.training.gold import curated
from kg.training.quick import HELD, quick, worse

pytestmark = pytest.mark.corpus

RECORDED = Path(__file__).with_name("quality.json")
AGAIN = "python benchmarks/quality.py --shared ../shared --only quick --record"


@pytest.mark.slow
def test_links_are_as_good_as_recorded(shared: Path) -> None:
    """Fitted anew on some venues, scored on others; no paper is scored by decisions that saw it."""
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    network = Network.load(RECORDED.with_name("network.npz"))
    now = quick(curated(shared), Catalog.load(), Statistics.load(data_folder() / STATISTICS), network)
    assert not worse(now, recorded), f"if it must be so, record it: {AGAIN}; now: {json.dumps(now)}"


def test_a_loss_is_noticed() -> None:
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    assert set(recorded) == {"listing", "venues"}
    assert not worse(recorded, recorded)
    for name in recorded:
        for key, margin in HELD.items():
            now = copy.deepcopy(recorded)
            now[name][key] += (margin + 0.001) * (1 if key == "ids_merging_concepts" else -1)
            assert [line.split(" is ")[0] for line in worse(now, recorded)] == [f"{name}: {key}"]


def test_the_model_that_ships_has_the_columns_of_the_code() -> None:
    model, statistics = Model.load(data_folder()), Statistics.load(data_folder() / STATISTICS)
    sight = look([Paper("p", "A Title", "An abstract.")], statistics, CatalogIndex(Catalog([])))
    assert model.first.columns == sight.columns, "make the model again: kg train ../shared -o kg/recognize/data --overwrite"


def test_the_model_that_ships_is_the_one_of_its_card() -> None:
    card = json.loads((data_folder() / MANIFEST).read_text(encoding="utf-8"))
    assert card["columns"] == columns_digest(Model.load(data_folder()))
    files = {path.name: {"bytes": path.stat().st_size, "sha256": digest(path)} for path in sorted(data_folder().glob("*.npz"))}
    assert card["files"] == files, "a file was changed by other means than kg train"
    assert sum(one["bytes"] for one in files.values()) < 15e6


def test_the_model_that_ships_was_made_from_this_gold_and_about_this_catalog(shared: Path) -> None:
    card = json.loads((data_folder() / MANIFEST).read_text(encoding="utf-8"))
    assert card["inputs"] == inputs_digest(shared), "the curated links have changed: train again"
    now = Catalog.load().stats()["all"]["names"]
    assert abs(now - card["catalog"]["names"]) < 0.1 * now, "the catalog has changed much: train again"
