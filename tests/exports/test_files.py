"""Files and folders written aside: there whole, or as they were."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from exports import FORMATS, files, formats, writer
from exports.files import replacing, replacing_folder
from kg.errors import EnvironmentError_, UsageError


class Interrupted(BaseException):
    """Stands for Ctrl-C."""


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_file_appears_at_the_end_alone(tmp_path: Path) -> None:
    with replacing(tmp_path / "a" / "out.txt") as handle:
        handle.write("one\ntwo é\n")
        assert not (tmp_path / "a" / "out.txt").exists()
    assert (tmp_path / "a" / "out.txt").read_bytes() == "one\ntwo é\n".encode()
    assert names(tmp_path / "a") == ["out.txt"]


def test_binary_files(tmp_path: Path) -> None:
    with replacing(tmp_path / "out.bin", binary=True) as handle:
        handle.write(b"\x00\r\n\xff")
    assert (tmp_path / "out.bin").read_bytes() == b"\x00\r\n\xff"


@pytest.mark.parametrize("error", [ValueError, Interrupted])
def test_an_error_leaves_the_old_file(error: type[BaseException], tmp_path: Path) -> None:
    (tmp_path / "out.txt").write_text("old")
    with pytest.raises(error), replacing(tmp_path / "out.txt") as handle:
        handle.write("new")
        raise error
    assert (tmp_path / "out.txt").read_text() == "old" and names(tmp_path) == ["out.txt"]


def test_an_existing_file_may_be_protected(tmp_path: Path) -> None:
    (tmp_path / "out.txt").write_text("old")
    with pytest.raises(UsageError, match=r"out\.txt exists already.*--overwrite"), replacing(tmp_path / "out.txt", False):
        pytest.fail("the block must not be entered")
    with replacing(tmp_path / "out.txt", True) as handle:
        handle.write("new")
    assert (tmp_path / "out.txt").read_text() == "new"


def test_a_folder_is_no_place_for_a_file_nor_a_file_for_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="is a folder"), replacing(tmp_path):
        pass
    with pytest.raises(UsageError, match="is a file"), replacing_folder(tmp_path / "file"):
        pass
    with pytest.raises(EnvironmentError_, match="could not be written"), replacing(tmp_path / "file" / "out"):
        pass


@pytest.mark.skipif(os.name == "nt", reason="modes and links are those of POSIX")
def test_modes_and_links_are_the_usual_ones(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        with replacing(tmp_path / "out.txt") as handle:
            handle.write("x")
        with replacing_folder(tmp_path / "out") as folder:
            (folder / "a").write_text("x")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "out.txt").stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o750
    (tmp_path / "link").symlink_to(tmp_path / "out.txt")
    with replacing(tmp_path / "link") as handle:
        handle.write("through")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "out.txt").read_text() == "through"


def test_long_names(tmp_path: Path) -> None:
    name = "n" * 250
    with replacing(tmp_path / name) as handle:
        handle.write("x")
    assert names(tmp_path) == [name]


def test_a_folder_is_swapped_whole(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").write_text("old")
    with replacing_folder(tmp_path / "out") as folder:
        (folder / "new").write_text("new")
        assert names(tmp_path / "out") == ["old"]
    assert names(tmp_path / "out") == ["new"] and names(tmp_path) == ["out"]


@pytest.mark.parametrize("error", [ValueError, Interrupted])
def test_an_error_leaves_the_old_folder(error: type[BaseException], tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").write_text("old")
    with pytest.raises(error), replacing_folder(tmp_path / "out") as folder:
        (folder / "new").write_text("new")
        raise error
    assert names(tmp_path / "out") == ["old"] and names(tmp_path) == ["out"]


def test_a_failed_swap_brings_the_old_folder_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").write_text("old")
    rename = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if self.name.endswith(".part"):
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(files.Path, "replace", failing)
    with pytest.raises(EnvironmentError_, match="No space left"), replacing_folder(tmp_path / "out") as folder:
        (folder / "new").write_text("new")
    assert names(tmp_path / "out") == ["old"] and names(tmp_path) == ["out"]


def test_an_existing_folder_may_be_protected(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="exists already"), replacing_folder(tmp_path, False):
        pytest.fail("the block must not be entered")


def test_formats_are_found_by_name() -> None:
    assert list(formats())[: len(FORMATS)] == [f.name for f in FORMATS]
    assert {f.name for f in FORMATS if f.folder} == {"neo4j-csv", "csv", "parquet"}
    assert writer("ntriples").__module__ == "exports.ntriples"
    with pytest.raises(UsageError, match="no export format 'turtel'; did you mean turtle"):
        writer("turtel")
