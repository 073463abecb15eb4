"""The manifest of a graph folder: what tells the folder from others, written with its tables and looked at before they are read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import GraphError
from kg.schema import ADDED, OLDEST, SCHEMA_VERSION, TABLES

if TYPE_CHECKING:
    from kg.aside import Aside
    from kg.tables import TableWriter

FORMAT = "paperkg-graph"
MANIFEST = "manifest.json"
#: Files that pages put beside the tables (see `exports.explorer.places`): no part of the graph, and made again where they are missing.
LAYOUTS = "layout-*.npy"
AGAIN = "build it again with `kg build`"


def write_manifest(work: Aside, tables: Mapping[str, TableWriter], about: Mapping[str, Any]) -> dict[str, Any]:
    """Writes the manifest of the closed tables in `work.new`, with what else there is to say `about` the graph; returns it."""
    manifest = {
        "format": FORMAT,
        "schema_version": SCHEMA_VERSION,
        "paperkg_version": package_version(),
        **about,
        "tables": {name: describe(work.new / f"{name}.parquet") | {"rows": t.rows} for name, t in sorted(tables.items())},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (work.new / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
    return manifest


def is_graph(folder: Path) -> bool:
    """Whether a folder is a graph, be it damaged: what `overwrite` may replace."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        # without a readable manifest, only a folder that holds nothing but our tables
        names = {p.name for p in folder.iterdir() if not p.match(LAYOUTS)}
        return names <= {MANIFEST, *(f"{t}.parquet" for t in TABLES)} and "papers.parquet" in names
    return isinstance(manifest, dict) and manifest.get("format") == FORMAT


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of the graph in a folder.

    Raises:
        GraphError: there is no graph, or it is damaged, or a paperkg of another schema wrote it.
    """
    if not path.exists():
        raise GraphError(f"{path}: no graph there; make one with `kg build PAPERS -o {path}`")
    if not path.is_dir():
        raise GraphError(f"{path}: a file, and a graph is a folder; make one with `kg build PAPERS -o FOLDER`")
    file = path / MANIFEST
    if not file.is_file():
        raise GraphError(f"{path}: the folder is no graph, it has no {MANIFEST}; give the folder that `kg build -o` wrote")
    try:
        manifest = json.loads(file.read_bytes())
    except ValueError as error:
        raise GraphError(f"{file}: damaged, not JSON ({error}); {AGAIN}") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise GraphError(f"{file}: not the manifest of a paperkg graph; give the folder that `kg build -o` wrote")
    version = manifest.get("schema_version")
    if not isinstance(version, int):
        raise GraphError(f"{file}: damaged, schema_version is {version!r} where a number was expected; {AGAIN}")
    if not OLDEST <= version <= SCHEMA_VERSION:
        age, hint = ("a newer", "upgrade paperkg, or ") if version > SCHEMA_VERSION else ("an older", "")
        raise GraphError(
            f"{path}: written by {age} paperkg ({manifest.get('paperkg_version')}, schema {version}; "
            f"this one reads {OLDEST} to {SCHEMA_VERSION}); {hint}{AGAIN}"
        )
    tables = manifest.get("tables")
    wanted = {name for name in TABLES if ADDED.get(name, 0) <= version}
    if not isinstance(tables, dict) or set(tables) != wanted or not isinstance(manifest.get("counts"), dict):
        raise GraphError(f"{file}: damaged, its tables or counts are not those of schema {version}; {AGAIN}")
    return manifest


def describe(path: Path) -> dict[str, Any]:
    """Size and SHA-256 of a file."""
    return {"bytes": path.stat().st_size, "sha256": file_digest(path)}


def file_digest(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def package_version() -> str:
    """The version of the installed package."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("paperkg")
    except PackageNotFoundError:
        return "0+unknown"
