from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kg.errors import EnvironmentError_
from kg.rooms import ROOMS, check_rooms

ROOT = Path(__file__).resolve().parents[1]


def run(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    # as in a script of the user's: the folder of the script comes first on the path
    script = f"import sys; sys.path[:0] = [{str(folder)!r}, {str(ROOT)!r}]\n{code}"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=folder, timeout=60)


def test_all_is_well_here(tmp_path: Path) -> None:
    check_rooms()
    assert run(tmp_path, "from kg.rooms import check_rooms; check_rooms(); print('fine')").stdout == "fine\n"


@pytest.mark.parametrize("name", ROOMS)
@pytest.mark.parametrize("package", [False, True])
@pytest.mark.parametrize("imported", [False, True])
def test_a_stray_file_is_named(tmp_path: Path, name: str, package: bool, imported: bool) -> None:
    stray = tmp_path / name if package else tmp_path / f"{name}.py"
    file = stray / "__init__.py" if package else stray
    file.parent.mkdir(exist_ok=True)
    file.write_text("print('foreign code ran')\n")
    done = run(tmp_path, (f"import {name}\n" if imported else "") + "from kg.rooms import check_rooms; check_rooms()")
    assert done.returncode == 1
    assert f"EnvironmentError_: {stray} hides paperkg's own package {name!r}" in done.stderr
    assert "rename it" in done.stderr
    assert ("foreign code ran" in done.stdout) == imported


def test_a_folder_without_init_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    assert run(tmp_path, "from kg.rooms import check_rooms; check_rooms()").returncode == 0


def test_a_missing_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.rooms.ROOMS", ("no_such_room",))
    with pytest.raises(EnvironmentError_, match="'no_such_room' of paperkg is missing"):
        check_rooms()


@pytest.mark.parametrize(
    "code", ["import kg; kg.build(['x.jsonl'], 'g')", "import kg; kg.link('x')", "from kg.build import build; build(['x'], 'g')"]
)
def test_the_front_door_names_a_stray_file(tmp_path: Path, code: str) -> None:
    (tmp_path / "loaders.py").write_text("def nothing(): pass\n")
    done = run(tmp_path, code)
    assert done.returncode == 1
    assert f"{tmp_path / 'loaders.py'} hides paperkg's own package 'loaders'" in done.stderr
