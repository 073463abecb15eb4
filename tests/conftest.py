"""Fixtures that all rooms share; the tiny graph is in tiny.py, the awkward one in awkward.py."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Generator
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import settings

from kg import native
from kg.graph import Graph
from kg.recognize.encoder import LENGTH, OUTPUTS
from kg.recognize.grams import MAX_WORDS
from kg.recognize.pieces import SPECIAL

ROOT = Path(__file__).resolve().parent.parent
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def _helper(name: str) -> ModuleType:
    # tests are no package, so what fills a file of its own is loaded by its place
    return _loaded(f"tests_{name}", ROOT / "tests" / f"{name}.py")


def _loaded(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    sys.modules[spec.name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_tiny = _helper("tiny")
tiny_catalog, tiny_papers, tiny_readings, tiny_rejected = _tiny.tiny_catalog, _tiny.tiny_papers, _tiny.tiny_readings, _tiny.tiny_rejected
tiny_graph, write_tiny = _tiny.tiny_graph, _tiny.write_tiny
_awkward = _helper("awkward")
awkward_graph, awkward_again = _awkward.awkward_graph, _awkward.awkward_again
cookbook_values = _helper("cookbook_values").cookbook_values

# the same examples in every run, and none judged by the time it takes
settings.register_profile("paperkg", derandomize=True, deadline=None, database=None)
settings.load_profile("paperkg")

KG_CI = os.environ.get("KG_CI", "") not in ("", "0")


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> object:
    """A cache of its own for each test session: the user's is left alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PAPERKG_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With KG_CI=1, a skipped test is a failed one."""
    return _unskipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole file of tests."""
    return _unskipped((yield))


def _unskipped(report: Report) -> Report:
    # an expected failure is reported as skipped too
    if KG_CI and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{reason}; KG_CI=1 wants every test to run"
    return report


@pytest.fixture(scope="session")
def endless() -> str:
    """A query over some hundreds of triples to the fifth power: no machine comes to its end."""
    return "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"


@pytest.fixture(scope="session")
def ci() -> bool:
    """Whether the checks of the project run: what is missing then fails instead of being skipped."""
    return KG_CI


@pytest.fixture(scope="session")
def maven() -> ModuleType:
    """What fetches Java programs (tests/maven.py)."""
    return _helper("maven")


@pytest.fixture(scope="session")
def shared(ci: bool) -> Path:
    """The folder with the corpus, beside the repository or in it; a test that asks for it carries the marker `corpus`."""
    for folder in (ROOT.parent / "shared", ROOT / "shared"):
        if (folder / "corpus").is_dir():
            return folder
    reason = f"no corpus at {ROOT.parent / 'shared'}"
    if ci:
        pytest.fail(f"{reason}; KG_CI=1 wants every corpus test to run")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def hook() -> ModuleType:
    """What builds the scripts of pages and the compiled kernels: files beside the packages, which are loaded by their place."""
    return _loaded("hatch_build", ROOT / "hatch_build.py")


@pytest.fixture(scope="module", params=["numpy", "compiled"])
def way(request: pytest.FixtureRequest) -> Generator[str, None, None]:
    """Runs the tests of a file twice, without the library of compiled kernels and with it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PAPERKG_NATIVE", "0" if request.param == "numpy" else "1")
        if request.param == "compiled" and (why_not := native.missing()):
            pytest.skip(why_not)
        yield request.param


@pytest.fixture(scope="session")
def listing_graph(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The graph of the real listing; shared by all tests, so do not change it. Tests that use it carry the marker `corpus`."""
    from kg.build import build

    return build([shared / "corpus" / "trending-papers.txt"], tmp_path_factory.mktemp("listing") / "graph").graph


@pytest.fixture(scope="session")
def tiny_vocabulary() -> tuple[str, ...]:
    """Pieces of which every English word can be made, and some longer ones."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    longer = ("leaf", "##net", "count", "##ing", "moss", "grows", "paper")
    return (*SPECIAL, *letters, *(f"##{c}" for c in letters), *".,:()-%", *longer)


@pytest.fixture(scope="session")
def tiny_encoder(tiny_vocabulary: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Weights of an encoder of two layers with four heads, drawn at random."""
    rng = np.random.default_rng(3)
    dim, width = 64, 16

    def some(*shape: int) -> np.ndarray:
        return rng.normal(0, 0.3, shape).astype(np.float32)

    found = {"word": some(len(tiny_vocabulary), dim), "place": some(LENGTH, dim), "norm.g": 1 + some(dim), "norm.b": some(dim)}
    for n in range(2):
        for name, inputs, outputs in (("look", dim, 3 * dim), ("join", dim, dim), ("up", dim, 4 * dim), ("down", 4 * dim, dim)):
            found |= {f"{n}.{name}.w": some(inputs, outputs), f"{n}.{name}.b": some(outputs)}
        for name in ("norm1", "norm2"):
            found |= {f"{n}.{name}.g": 1 + some(dim), f"{n}.{name}.b": some(dim)}
    for name, inputs, outputs in (("span", 3 * dim, width), ("inner", 2 * width + dim, width), ("out", width, OUTPUTS)):
        found |= {f"{name}.w": some(inputs, outputs), f"{name}.b": some(outputs)}
    return found | {"width": some(MAX_WORDS + 1, width)}
