"""`kg doctor`: whether everything that paperkg needs is there."""

from __future__ import annotations

import json
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from importlib import import_module, metadata
from importlib.resources import files
from importlib.util import find_spec
from typing import Annotated

import typer

from kg.cli.app import new
from kg.cli.show import show
from kg.cli.talk import out, say
from kg.errors import PaperkgError
from kg.table import Table

app = new()

#: Files without which a package is not whole: (package, pattern within it, how many at least).
CONTENTS = (
    ("kg", "py.typed", 1),
    ("loaders", "py.typed", 1),
    ("exports", "py.typed", 1),
    ("ontology", "py.typed", 1),
    ("ontology", "schema.ttl", 1),
    ("ontology", "shapes.ttl", 1),
    ("ontology", "description.ttl", 1),
    ("ontology", "context.jsonld", 1),
    ("ontology", "catalog/*.tsv", 5),
    ("kg", "recognize/data/*.npz", 1),
    ("kg", "query/cookbook/*.rq", 10),
    ("kg", "query/cookbook/*.cypher", 10),
    ("exports", "page/*", 1),
)
#: What the code imports; a distribution has the same name, with hyphens.
PACKAGES = (
    "bibtexparser", "graspologic_native", "jinja2", "lxml", "neo4j", "networkx", "numpy", "pyarrow", "pyoxigraph", "pyvis",
    "rapidfuzz", "rdflib", "rich", "scipy", "spacy", "starlette", "uvicorn", "zstandard",
)  # fmt: skip
#: Programs that only some uses ask for.
TOOLS = {
    "neo4j-admin": "loads what `kg export GRAPH neo4j-csv` writes",
    "cypher-shell": "runs what `kg export GRAPH cypher` writes",
    "java": "tests against real servers and a reasoner",
    "mvn": "tests against real servers and a reasoner",
    "chromium": "tests of pages",
    "chromedriver": "tests of pages",
}
#: Packages of extras, which only some uses ask for.
EXTRAS = {
    "encoder": (("onnxruntime", "tokenizers"), "`kg build --profile accurate`"),
    "train": (("lightgbm", "jax"), "`kg train`"),
    "gliner": (("gliner",), "`kg build --recognizer gliner`"),
    "shacl": (("pyshacl",), "`kg validate --engine pyshacl`"),
    "plot": (("matplotlib",), "pictures of analyses in Python, `result.plot()`"),
}
OK, MISSING, ABSENT = "ok", "missing", "absent"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: its state is ok, missing (needed), or absent (needed by some uses only)."""

    what: str
    state: str
    found: str


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array of checks.")] = False) -> int:
    """Check that everything paperkg needs is there. Exits with 3 if something is missing.

    \b
    Example:
      kg doctor
    """
    checks = list(examine())
    if as_json:
        out(json.dumps([asdict(check) for check in checks], ensure_ascii=False, indent=2) + "\n")
    else:
        show(Table(("what", "state", "found"), [(c.what, c.state, c.found) for c in checks]), "table")
    missing = sum(check.state == MISSING for check in checks)
    say(f"{missing} of {len(checks)} checks failed" if missing else "all that is needed is there")
    return 3 if missing else 0


def examine() -> Iterator[Check]:
    """All checks, one after the other."""
    yield Check("python", OK if sys.version_info >= (3, 11) else MISSING, f"{platform.python_version()} on {platform.platform(terse=True)}")
    yield _try("paperkg", lambda: metadata.version("paperkg"))
    yield _try("packages", _rooms)
    for package, pattern, least in CONTENTS:
        yield _try(f"{package}/{pattern}", partial(_content, package, pattern, least))
    for module in PACKAGES:
        yield _try(module, partial(_package, module))
    yield _kernels()
    yield _try("catalog", _catalog)
    yield _try("SPARQL engine", _sparql)
    yield _try("Cypher engine", _cypher)
    yield _try("spaCy component", _component)
    yield _try("cache", _cache)
    for extra, (modules, use) in EXTRAS.items():
        if all(find_spec(module) for module in modules):
            yield Check(f"extra {extra}", OK, ", ".join(f"{module} {metadata.version(module)}" for module in modules))
        else:
            yield Check(f"extra {extra}", ABSENT, f'only for: {use}; pip install "paperkg[{extra}]"')
    for tool, use in TOOLS.items():
        place = shutil.which(tool)
        yield Check(tool, OK if place else ABSENT, place or f"only for: {use}")


class _Wrong(Exception):
    """A check did not find what it should."""


def _try(what: str, look: Callable[[], str]) -> Check:
    try:
        return Check(what, OK, look())
    except metadata.PackageNotFoundError:
        return Check(what, MISSING, "not installed; pip install paperkg")
    except (_Wrong, PaperkgError, ImportError, OSError, RuntimeError, ValueError) as error:
        return Check(what, MISSING, " ".join(str(error).split())[:300])


def _rooms() -> str:
    from kg.rooms import ROOMS, check_rooms

    check_rooms()
    return f"kg, {', '.join(ROOMS)} are paperkg's own"


def _content(package: str, pattern: str, least: int) -> str:
    folder, _, name = pattern.rpartition("/")
    place = files(package).joinpath(folder) if folder else files(package)
    start, star, end = name.partition("*")
    entries = [entry.name for entry in place.iterdir()] if place.is_dir() else []
    found = sum(entry == name if not star else entry.startswith(start) and entry.endswith(end) for entry in entries)
    if found < least:
        raise _Wrong(f"{found} of at least {least} files; reinstall paperkg")
    return f"{found} file{'s' if found != 1 else ''}"


def _package(module: str) -> str:
    import_module(module)
    return metadata.version(module.replace("_", "-"))


def _kernels() -> Check:
    from kg import native

    why_not = native.missing()
    found = f"{why_not}; only for: speed, the results are the same" if why_not else str(native.HERE / native.NAME)
    return Check("compiled kernels", ABSENT if why_not else OK, found)


def _catalog() -> str:
    from kg.catalog import Catalog

    catalog = Catalog.load()
    if problems := catalog.problems():
        raise _Wrong(f"{len(problems)} problems, the first: {problems[0]}; see kg catalog check")
    return f"{len(catalog):,} concepts, {catalog.stats()['all']['names']:,} names"


def _sparql() -> str:
    import pyoxigraph

    if not pyoxigraph.Store().query("ASK { FILTER(1 < 2) }"):
        raise _Wrong("pyoxigraph answers wrongly; reinstall it")
    return "pyoxigraph answers"


def _cypher() -> str:
    from kg.query.cypher import evaluate

    if evaluate("RETURN 1 + 1").rows != [(2,)]:
        raise _Wrong("the engine answers wrongly; reinstall paperkg")
    return "Cypher answers"


def _component() -> str:
    points = metadata.entry_points(group="spacy_factories", name="paperkg")
    if not points:
        raise _Wrong("spaCy does not know it; reinstall paperkg")
    next(iter(points)).load()
    return 'nlp.add_pipe("paperkg")'


def _cache() -> str:
    from kg.cache import cache_folder

    place = cache_folder()
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        raise _Wrong(f"{place} cannot be written ({error.strerror}); set PAPERKG_CACHE to another folder") from error
    return str(place)
