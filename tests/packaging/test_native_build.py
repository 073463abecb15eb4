"""The library of compiled kernels: built when something changed, and left out with clear words where nothing builds it."""

from __future__ import annotations

import shutil
import stat
import sys
from pathlib import Path
from types import ModuleType

import pytest

from kg import native

ROOT = Path(__file__).resolve().parents[2]
#: Stands for ziglang: the same command line, with the system's compiler behind it.
ZIG = """
import subprocess, sys

assert sys.argv[1] == "cc" and "-mcpu=baseline" in sys.argv, "made for this machine alone"
sys.exit(subprocess.run([{compiler!r}, *(word for word in sys.argv[2:] if not word.startswith(("-mcpu", "-fno-sanitize")))]).returncode)
"""


@pytest.fixture
def build(hook: ModuleType) -> ModuleType:
    """The part that builds the library."""
    part: ModuleType = hook.build_native
    if not part.system_compilers():
        pytest.skip("no C compiler here")
    return part


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the sources without what was built of them."""
    return Path(shutil.copytree(ROOT / "kg" / "native", tmp_path / "native", ignore=shutil.ignore_patterns("kernels.*", ".made-from")))


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The one folder of a path without compilers."""
    place = tmp_path / "bin"
    place.mkdir()
    monkeypatch.setenv("PATH", str(place))
    monkeypatch.delenv("CC", raising=False)
    return place


def test_here_it_is_built_from_these_sources(build: ModuleType) -> None:
    assert native.load(native.HERE)[1] == ""
    assert native.NAME == build.LIBRARY
    assert native.sources(native.HERE) == build.digest(build.sources(native.HERE))


def test_same_sources_same_bytes_and_nothing_is_done_twice(build: ModuleType, folder: Path) -> None:
    assert build.build(folder)
    first = (folder / build.LIBRARY).read_bytes()
    assert not build.build(folder)
    # one that somebody removed, one that was built by hand, and sources that changed
    (folder / build.LIBRARY).unlink()
    assert build.build(folder)
    (folder / build.LIBRARY).write_bytes(b"another")
    assert build.build(folder)
    assert (folder / build.LIBRARY).read_bytes() == first
    with (folder / "about.c").open("a") as file:
        file.write("\nKG_EXPORT int kg_more(void) { return 1; }\n")
    # the system loads a file of one name only once
    old = Path(shutil.copytree(folder, folder.with_name("old")))
    assert "made from other sources; run `python hatch_build.py`" in native.load(old)[1]
    assert build.build(folder)
    assert native.load(folder)[1] == ""


def test_a_fault_in_the_sources_is_shown_and_nothing_old_is_left(build: ModuleType, folder: Path) -> None:
    build.build(folder)
    (folder / "about.c").write_text("int = ;")
    with pytest.raises(build.NoLibrary, match=r"fails: about\.c"):
        build.build(folder)
    assert not (folder / build.LIBRARY).exists()


def test_where_a_kernel_cannot_run_or_be_put_none_is_built(build: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch, pytest.raises(build.NoLibrary, match="64 bits"):
        patch.setattr(build.sys, "maxsize", 2**31 - 1)
        build.build(folder)
    (folder / f"{build.LIBRARY}.new").mkdir()
    with pytest.raises(build.NoLibrary, match=r"\.new"):
        build.build(folder)


def test_without_a_compiler_the_one_of_the_index_is_asked_for(build: ModuleType, folder: Path, bare: Path) -> None:
    assert build.dependencies(folder) == [build.ZIG]
    with pytest.raises(build.NoLibrary, match="no C compiler"):
        build.build(folder)


def test_it_is_not_asked_for_where_it_has_no_wheel(build: ModuleType, folder: Path, bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build.platform, "machine", lambda: "vax")
    assert build.dependencies(folder) == []


def test_nor_where_the_system_has_a_compiler_or_nothing_is_wanted(build: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert build.dependencies(folder) == []
    assert not build.build(folder), "it was built to find that out"
    monkeypatch.setenv("PAPERKG_NATIVE", "0")
    monkeypatch.setenv("PATH", "")
    assert build.dependencies(folder) == []
    with pytest.raises(build.NoLibrary, match="PAPERKG_NATIVE=0"):
        build.build(folder)
    assert not (folder / build.LIBRARY).exists()


def test_a_compiler_that_cannot_is_passed_over(build: ModuleType, folder: Path, bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one without the headers of the system's library."""
    (real,) = {Path(sys.executable)}
    broken = bare / "cc"
    broken.write_text(f"#!{real}\nimport sys\nsys.exit('string.h: no such file')\n")
    broken.chmod(broken.stat().st_mode | stat.S_IXUSR)
    assert build.dependencies(folder) == [build.ZIG]
    with pytest.raises(build.NoLibrary, match=r"cc fails: string\.h"):
        build.build(folder)
    monkeypatch.setenv("CC", f"{broken} -O2")
    assert build.system_compilers() == [[str(broken), "-O2"]]


def test_the_compiler_of_the_index(build: ModuleType, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "index" / "ziglang"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(ZIG.format(compiler=build.system_compilers()[0][0]))
    monkeypatch.syspath_prepend(str(package.parent))
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    assert build.build(folder, build.zig())
    assert native.load(folder)[0] is not None


def test_what_was_made_for_another_machine_is_not_taken(build: ModuleType, folder: Path) -> None:
    """A compiler that makes what this Python cannot load."""
    script = "import pathlib, sys; pathlib.Path(sys.argv[sys.argv.index('-o') + 1]).write_bytes(b'for a vax')"
    with pytest.raises(build.NoLibrary, match="fails"):
        build.build(folder, [[sys.executable, "-c", script]])
    assert not (folder / build.LIBRARY).exists()
