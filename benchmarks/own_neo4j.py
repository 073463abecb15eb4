"""A Neo4j for benchmarks: the server of the tests (tests/servers/neo4j_server.py), which Maven brings."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent.parent / "tests"


def make(home: Path) -> Any:
    """A `Neo4jServer` in an empty folder, not yet started, that runs as Neo4j's own scripts run it; needs Java and Maven."""
    helper = _load("servers/neo4j_server")
    # the garbage collector of neo4j.conf, and all of Java's compilers
    flags = ("-Xmx2g", "-XX:+UseG1GC", "-XX:-OmitStackTraceInFastThrow", "-XX:+DisableExplicitGC")
    return helper.Neo4jServer(home, _load("maven").class_path(helper.POM), {"server.memory.pagecache.size": "1g"}, flags)


def _load(name: str) -> Any:
    # tests are no package
    spec = importlib.util.spec_from_file_location(name.rpartition("/")[2], TESTS / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
