"""What users install: built through the sdist, put into an environment of its own, used from another folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from email import message_from_string
from pathlib import Path, PurePosixPath
from types import ModuleType

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "exports" / "page"
NATIVE = ROOT / "kg" / "native"
PACKAGES = ("exports", "kg", "loaders", "ontology")
#: Things that have been forgotten in wheels before, ours or others': one of each kind.
NEEDED = (
    "kg/py.typed", "loaders/py.typed", "exports/py.typed", "ontology/py.typed", "ontology/schema.ttl", "ontology/shapes.ttl",
    "ontology/description.ttl", "ontology/context.jsonld", "ontology/catalog/tasks.tsv", "kg/recognize/data/statistics.npz",
    "kg/query/cookbook/01-papers-using.rq", "kg/query/cookbook/01-papers-using.cypher", "exports/pyvis_page/page.html.jinja",
    "exports/pyvis_page/page.js", "exports/pyvis_page/page.css", "kg/cli/build.py", "exports/explorer/page.html.jinja",
    "exports/page/dist/explorer.js", "exports/page/dist/explorer.css", "exports/page/dist/licenses.txt",
)  # fmt: skip


def run(*command: object, cwd: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    done = subprocess.run([str(word) for word in command], cwd=cwd, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel that was made of it."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a new environment with the wheel in it, and the dependencies of this one."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder, with_pip=False)
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    found = scripts / ("python.exe" if os.name == "nt" else "python")
    run(sys.executable, "-m", "pip", "--python", found, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=folder)
    site = Path(run(found, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip())
    # a folder that a .pth file names is searched last, and its own .pth files (such as this project's, installed in place) do not count
    others = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    (site / "dependencies.pth").write_text("".join(f"{path}\n" for path in others))
    return found


def test_the_wheel_holds_the_four_packages_whole_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    top = {PurePosixPath(name).parts[0] for name in names}
    assert sorted(name for name in top if not name.endswith(".dist-info")) == list(PACKAGES)
    assert len(top) == 5
    # of the page's sources only what was built from them, and what that contains
    shipped = {p for p in (PAGE / "dist").iterdir() if p.suffix in (".js", ".css") or p.name == "licenses.txt"}
    here = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and (not path.is_relative_to(PAGE) or path in shipped)
        and not (path.is_relative_to(NATIVE) and (path.suffix in (".c", ".h") or path.name == ".made-from"))
    }
    assert {name for name in names if ".dist-info/" not in name} == here
    assert set(NEEDED) <= here
    assert [PurePosixPath(n).name for n in names if "/licenses/" in n] == ["LICENSE", "NOTICE"]


def test_the_wheel_is_the_same_without_the_detour(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT, cwd=tmp_path)
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


def test_the_sdist_holds_no_outputs_and_no_tests(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = set(archive.getnames())
    tops = {PurePosixPath(name).parts[1] for name in names if len(PurePosixPath(name).parts) > 1}
    names = {PurePosixPath(name).relative_to(PurePosixPath(name).parts[0]).as_posix() for name in names}
    assert {
        *("hatch_build.py", "build_page.py", "build_native.py", "kg/native/kg.h", "kg/native/trees.c"),
        *(f"exports/page/{name}" for name in ("package.json", "package-lock.json", "build.mjs", "src/explorer.ts")),
    } <= names
    assert not [
        name
        for name in names
        if name.startswith(("exports/page/dist", "exports/page/node_modules", "exports/page/.test", "kg/native/kernels"))
    ]
    assert tops >= {*PACKAGES, "LICENSE", "NOTICE", "README.md", "CHANGELOG.md", "pyproject.toml", "PKG-INFO"}
    assert not tops & {"tests", "demo", "training", "docs", ".venv", "out"}


def test_the_wheel_has_the_kernels_of_its_platform(hook: ModuleType, wheel: Path, python: Path, tmp_path: Path) -> None:
    if not hook.build_native.system_compilers():
        pytest.skip("no C compiler here")
    name, tag = NATIVE / hook.build_native.LIBRARY, wheel.name.split("-", 2)[2]
    assert tag.startswith("py3-none-") and not tag.startswith("py3-none-any")
    with zipfile.ZipFile(wheel) as archive:
        assert name.relative_to(ROOT).as_posix() in archive.namelist()
        (about,) = (archive.read(n).decode() for n in archive.namelist() if n.endswith(".dist-info/WHEEL"))
    assert "Root-Is-Purelib: false" in about
    assert run(python, "-c", "from kg import native; print(native.library() is not None, native.missing())", cwd=tmp_path) == "True \n"


def test_without_a_compiler_the_wheel_is_for_all_platforms(
    built: Path, python: Path, hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    shutil.copytree(PAGE / "dist", source / "exports" / "page" / "dist")
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.delenv("CC", raising=False)
    # and without the compiler of the index, which --no-isolation would have to find here
    command = ("-m", "build", "--wheel", "--no-isolation", "--skip-dependency-check", "--outdir", tmp_path / "out")
    done = subprocess.run([sys.executable, *map(str, (*command, source))], cwd=tmp_path, capture_output=True, text=True, timeout=300)
    (wheel,) = (tmp_path / "out").glob("*-py3-none-any.whl")
    assert "made without compiled kernels" in done.stderr
    assert not [name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("kg/native/kernels")]
    code = f"import sys; sys.path.insert(0, {str(wheel)!r}); from kg import native; print(native.library(), native.missing())"
    assert run(python, "-c", code, cwd=tmp_path).startswith("None ")


def test_what_the_wheel_says_of_itself(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        about = message_from_string(archive.read(name).decode())
    assert about["Name"] == "paperkg"
    assert about["License-Expression"] == "Apache-2.0"
    assert about["Requires-Python"] == ">=3.11"
    needed = about.get_all("Requires-Dist") or []
    assert not [one for one in needed if "==" in one.partition(";")[0]], "ranges, not pins"
    assert {"networkx", "rdflib", "spacy", "pyvis", "neo4j"} <= {one.split(">")[0] for one in needed}


def test_all_four_import_from_elsewhere(python: Path, tmp_path: Path) -> None:
    code = "import kg, loaders, exports, ontology; print(*(m.__file__ for m in (kg, loaders, exports, ontology)), sep='\\n')"
    places = [Path(line) for line in run(python, "-c", code, cwd=tmp_path).splitlines()]
    assert [place.parent.name for place in places] == ["kg", "loaders", "exports", "ontology"]
    assert all(place.is_relative_to(python.parents[1]) for place in places)
    assert not any(place.is_relative_to(ROOT) for place in places)


def test_the_command_works_from_elsewhere(python: Path, tmp_path: Path) -> None:
    kg = python.with_name("kg")
    assert run(kg, "--version", cwd=tmp_path).startswith("paperkg 0.")
    assert run(python, "-m", "kg", "--version", cwd=tmp_path).startswith("paperkg 0.")
    (tmp_path / "p.jsonl").write_text('{"title": "A Study", "abstract": "We fine-tune BERT on SQuAD."}\n')
    run(kg, "build", "p.jsonl", "-o", "graph", cwd=tmp_path)
    run(kg, "view", "graph", "-o", "page.html", cwd=tmp_path)
    assert "explorer.js" not in (tmp_path / "page.html").read_text("utf-8")
    for name, target in (("html", "g.html"), ("turtle", "g.ttl"), ("neo4j-csv", "neo4j")):
        run(kg, "export", "graph", name, "-o", target, cwd=tmp_path)
    assert '"bert"' in run(kg, "export", "graph", "jsonl", "-o", "-", cwd=tmp_path)
    assert "BERT" in run(kg, "analyze", "graph", "rank", cwd=tmp_path)


def test_spacy_finds_the_component(python: Path, tmp_path: Path) -> None:
    code = """
import spacy

nlp = spacy.blank("en")
nlp.add_pipe("paperkg")
print(*(c.concept.id for c in nlp("We fine-tune BERT.")._.concepts))
"""
    assert "bert" in run(python, "-c", code, cwd=tmp_path).split()
