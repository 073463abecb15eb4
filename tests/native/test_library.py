"""The library of compiled kernels: found, left out, and refused where it does not fit; a build is the same with it and without."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import kg
from kg import native
from kg.cli import doctor
from kg.recognize.kernel import Trees

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the library with its sources."""
    if native.library() is None:
        pytest.skip(native.missing())
    return Path(shutil.copytree(native.HERE, tmp_path / "native"))


def test_it_is_left_out_where_it_is_not_wanted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert native.missing() == ""
    monkeypatch.setenv("PAPERKG_NATIVE", "0")
    assert native.library() is None
    assert "PAPERKG_NATIVE=0" in native.missing()


def test_a_library_that_does_not_fit_is_refused_with_the_reason(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in list(folder.iterdir()):
        if path.suffix in (".c", ".h"):
            path.unlink()
    # so it is in a wheel. The system loads a file of one name only once, so that every other one has a place of its own
    empty, broken, older = (Path(shutil.copytree(folder, folder.with_name(name))) for name in ("empty", "broken", "older"))
    assert native.load(folder)[1] == ""
    (empty / native.NAME).unlink()
    assert "is not there" in native.load(empty)[1]
    (broken / native.NAME).write_bytes(b"no library")
    assert "cannot be used" in native.load(broken)[1]
    monkeypatch.setitem(native.KERNELS, "kg_none_such", "n")
    assert "cannot be used" in (reason := native.load(older)[1])
    assert "kg_none_such" in reason


def test_doctor_says_which(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def found() -> doctor.Check:
        return next(check for check in doctor.examine() if check.what == "compiled kernels")

    assert found().state == "ok"
    monkeypatch.setenv("PAPERKG_NATIVE", "0")
    assert found().state == "absent"
    assert "PAPERKG_NATIVE=0" in found().found


def test_kernels_take_what_they_are_called_with() -> None:
    """ctypes believes what it is told: one address more or less, and a kernel reads what is not there."""
    text = "".join(path.read_text("utf-8") for path in native.HERE.glob("*.c"))
    found = {}
    for name, takes in re.findall(r"KG_EXPORT int (kg_\w+)\((.*?)\)\s*\{", text, re.DOTALL):
        kinds = [re.sub(r"\s+", " ", one).strip() for one in takes.split(",")]
        assert all("*" in kind or kind.startswith("int64_t ") for kind in kinds), name
        found[name] = "".join("a" if "*" in kind else "n" for kind in kinds)
    assert found == {name: takes.replace(" ", "") for name, takes in native.KERNELS.items()}


def test_arrays_are_looked_at_before_they_are_given_away() -> None:
    numbers = np.arange(6, dtype=np.int32).reshape(2, 3)
    assert native.address(numbers, np.int32) == numbers.ctypes.data
    for wrong, kind in ((numbers, np.int64), (numbers[:, 1:], np.int32), (numbers.T, np.int32)):
        with pytest.raises(TypeError, match="is wanted, contiguous"):
            native.address(wrong, kind)


@pytest.mark.parametrize(
    ("place", "value"),
    [(0, -1), (8, 0), (9, 7), (9, 0), (10, 64), (10, -1), (15, 0), ("kinds", 3), ("splits", 1), ("tests", 2), ("first", -1)],
)
def test_trees_whose_sizes_do_not_fit_are_refused(place: int | str, value: int) -> None:
    library = native.library()
    if library is None:
        pytest.skip(native.missing())
    x, bounds = np.zeros(3, np.float32), np.zeros(1, np.float32)
    named = {
        "values": np.array([x.ctypes.data], np.uintp),
        "kinds": np.array([2], np.int8),
        "bounds": np.array([bounds.ctypes.data], np.uintp),
        "first": np.array([0, 1]),
        "splits": np.zeros(1, np.int32),
        "tests": np.zeros(1, np.int32),
        "sums": np.zeros(256, np.int32),
        "planes": np.zeros(16, np.uint64),
        "total": np.zeros(3, np.int64),
    }

    def status() -> int:
        at = {name: array.ctypes.data for name, array in named.items()}
        numbers = [3, 1, at["values"], at["kinds"], at["bounds"], at["first"], 1, 1, 1, 1, 1]
        numbers += [at["splits"], at["tests"], at["sums"], at["planes"], 16, at["total"]]
        if isinstance(place, int) and wrong:
            numbers[place] = value
        return int(library.kg_trees(*numbers))

    wrong = False
    assert status() == 0
    wrong = True
    if isinstance(place, str):
        named[place][-1] = value
    assert status() != 0
    with pytest.raises(ValueError, match="does not fit together"):
        native.checked(status())


def test_a_build_is_the_same_with_it_and_without(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    papers = ROOT / "examples" / "papers.jsonl"
    calls = _counted(monkeypatch)
    kg.build([papers], tmp_path / "with")
    assert calls, "the compiled trees were used"
    calls.clear()
    monkeypatch.setenv("PAPERKG_NATIVE", "0")
    kg.build([papers], tmp_path / "without")
    assert not calls
    there, here = ({p.name: p.read_bytes() for p in (tmp_path / name).rglob("*") if p.is_file()} for name in ("with", "without"))
    assert there == here


def _counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    calls: list[str] = []
    trees: Callable[..., None] = Trees.add_to

    def add_to(*arguments: object) -> None:
        calls.append("trees")
        trees(*arguments)

    monkeypatch.setattr("kg.recognize.kernel.Trees.add_to", add_to)
    return calls
