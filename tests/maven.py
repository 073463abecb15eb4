"""Java programs for tests, fetched with Maven. The jars stay in Maven's own repository."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path


def need(*tools: str) -> None:
    """Looks for programs.

    Raises:
        RuntimeError: one is missing.
    """
    if absent := [tool for tool in tools if shutil.which(tool) is None]:
        raise RuntimeError(f"not found on PATH: {', '.join(absent)}")


def jar(group: str, name: str, version: str) -> Path:
    """One jar that holds all it needs.

    Raises:
        RuntimeError: Java or Maven is missing, or Maven could not fetch it; with the end of what it said.
    """
    made = Path.home() / ".m2/repository" / group.replace(".", "/") / name / version / f"{name}-{version}.jar"
    need("java", "mvn")
    if not made.is_file():
        _fetch(made, "dependency:get", f"-Dartifact={group}:{name}:{version}", "-Dtransitive=false")
    return made


def class_path(pom: Path) -> str:
    """Java's class path of what a pom names.

    It is kept in the user's cache folder, under a name made of the pom's content, and looked up again when one of the jars is gone.

    Raises:
        RuntimeError: Java or Maven is missing, or Maven could not fetch the jars; with the end of what it said.
    """
    need("java", "mvn")
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "paperkg-tests"
    kept = root / f"{pom.parent.name}-{hashlib.sha256(pom.read_bytes()).hexdigest()[:16]}.classpath"
    if kept.is_file():
        path = kept.read_text("utf-8").strip()
        if path and all(Path(jar).is_file() for jar in path.split(os.pathsep)):
            return path
    root.mkdir(parents=True, exist_ok=True)
    draft = root / f"{kept.name}.{os.getpid()}"
    _fetch(draft, "-f", str(pom), "dependency:build-classpath", f"-Dmdep.outputFile={draft}")
    draft.replace(kept)
    return kept.read_text("utf-8").strip()


def _fetch(wanted: Path, *arguments: str) -> None:
    made = subprocess.run(["mvn", "-q", "-B", *arguments], capture_output=True, text=True, timeout=900)
    if made.returncode or not wanted.is_file():
        raise RuntimeError(f"Maven could not fetch {wanted.name}: {(made.stdout + made.stderr)[-1500:]}")
