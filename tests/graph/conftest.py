"""Fixtures of the tests of graph, build and change: a reader that is no real one, and folders compared byte by byte."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from kg.catalog import Catalog

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


@pytest.fixture(scope="session")
def fake_module() -> ModuleType:
    """The module of the fake reader; the tests' processes import it by its folder."""
    spec = importlib.util.spec_from_file_location("fake_reader", HERE / "fake_reader.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def fake_reader(fake_module: ModuleType, tiny_catalog: Catalog) -> object:
    """A reader with the tiny catalog; it counts the papers it has read in `calls`."""
    return fake_module.FakeReader(tiny_catalog)


@pytest.fixture(scope="session")
def run_python() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a script in a new process that can import the fake reader; `seed` is its PYTHONHASHSEED."""

    def run(script: str, *arguments: str, seed: str = "0") -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join((str(HERE), str(ROOT)))
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
        return subprocess.run([sys.executable, script, *arguments], env=environment, capture_output=True, text=True, timeout=120)

    return run


@pytest.fixture(scope="session")
def bytes_of() -> Callable[[Path], dict[str, bytes]]:
    """The bytes of every file of a folder, by name."""
    return lambda folder: {p.name: p.read_bytes() for p in sorted(Path(folder).iterdir())}
