"""A reasoner for the ontology: HermiT behind the OWL API, on Java, fetched with Maven."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

POM = Path(__file__).with_name("pom.xml")
CHECK = Path(__file__).with_name("CheckOwl.java")


def class_path() -> str:
    """Java's class path of what `pom.xml` names, kept in the user's cache folder.

    Raises:
        RuntimeError: Java or Maven is missing, or Maven could not fetch the jars.
    """
    if absent := [tool for tool in ("java", "mvn") if shutil.which(tool) is None]:
        raise RuntimeError(f"not found on PATH: {', '.join(absent)}")
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "paperkg-tests"
    kept = root / f"hermit-{hashlib.sha256(POM.read_bytes()).hexdigest()[:16]}.classpath"
    if kept.is_file() and all(Path(jar).is_file() for jar in kept.read_text("utf-8").strip().split(os.pathsep)):
        return kept.read_text("utf-8").strip()
    root.mkdir(parents=True, exist_ok=True)
    draft = root / f"{kept.name}.{os.getpid()}"
    command = ["mvn", "-q", "-B", "-f", str(POM), "dependency:build-classpath", f"-Dmdep.outputFile={draft}"]
    made = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if made.returncode or not draft.is_file():
        raise RuntimeError(f"Maven could not fetch the reasoner: {(made.stdout + made.stderr)[-1500:]}")
    draft.replace(kept)
    return kept.read_text("utf-8").strip()


@pytest.fixture(scope="session")
def reason(ci: bool, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[str]]:
    """A function from Turtle to what the reasoner finds wrong with it, a line each; the last line counts what it looked at.

    Without Java or Maven, tests are skipped; with KG_CI=1 they fail.
    """
    try:
        jars = class_path()
    except RuntimeError as error:
        if ci:
            pytest.fail(f"{error}; KG_CI=1 wants every test to run")
        pytest.skip(str(error))

    def run(turtle: str) -> list[str]:
        file = tmp_path_factory.mktemp("owl") / "ontology.ttl"
        file.write_text(turtle, encoding="utf-8")
        done = subprocess.run(["java", "-cp", jars, str(CHECK), str(file)], capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout.splitlines()

    return run
