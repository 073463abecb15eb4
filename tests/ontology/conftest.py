"""A reasoner for the ontology: HermiT behind the OWL API, on Java, fetched with Maven."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

POM = Path(__file__).with_name("pom.xml")
CHECK = Path(__file__).with_name("CheckOwl.java")


@pytest.fixture(scope="session")
def reason(maven: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[str]]:
    """A function from Turtle to what the reasoner finds wrong with it, a line each; the last line counts what it looked at.

    Without Java or Maven, tests are skipped.
    """
    try:
        jars = maven.class_path(POM)
    except RuntimeError as error:
        pytest.skip(f"no reasoner: {error}")

    def run(turtle: str) -> list[str]:
        file = tmp_path_factory.mktemp("owl") / "ontology.ttl"
        file.write_text(turtle, encoding="utf-8")
        done = subprocess.run(["java", "-cp", jars, str(CHECK), str(file)], capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout.splitlines()

    return run
