from __future__ import annotations

import re
from pathlib import Path

import pytest

import loaders
from kg.clean import clean
from kg.model import Paper
from loaders.fields import SYNONYMS, key

DOCS = Path(__file__).resolve().parents[2] / "docs/reference"


def rows(name: str, header: str) -> list[list[str]]:
    """The cells of the table of a page whose header begins so."""
    lines = iter((DOCS / name).read_text(encoding="utf-8").splitlines())
    assert any(line.startswith(f"| {header}") for line in lines)
    next(lines)
    found = []
    for line in lines:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return found


def test_the_table_of_loaders() -> None:
    told = {name.strip("`"): re.findall(r"`(\.\w+)`", endings) for name, _, endings in rows("loaders.md", "loader |")}
    assert told == {one.name: list(one.extensions) for one in loaders.registered().values()}


def test_the_table_of_fields() -> None:
    told = {name.strip("`"): [key(n) for n in names.split(";")[0].split(", ")] for name, names in rows("loaders.md", "field of")}
    assert told == {field: list(names) for field, names in SYNONYMS.items()}


def test_the_table_of_cleaning() -> None:
    checked = 0
    for rule, before, after in rows("cleaning.md", "rule"):
        pairs = list(zip(re.findall(r"`+ ?(.+?) ?`+(?=,|$)", before), re.findall(r"`(.+?)`(?=,|$)", after), strict=False))
        for old, new in pairs:
            if "+ combining" in before:
                continue
            old = "``quoted''" if "quotes" in rule else old
            assert clean(old) == new, rule
            checked += 1
    assert checked > 25


def test_the_plug_in_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (DOCS / "loaders.md").read_text(encoding="utf-8")
    code = next(block for block in re.findall(r"```python\n(.*?)```", text, re.S) if "LOADER =" in block)
    space: dict[str, object] = {}
    exec(code, space)
    mine = space["LOADER"]
    assert isinstance(mine, loaders.Loader)
    monkeypatch.setattr("loaders.registered", lambda: {"mine": mine})
    file = tmp_path / "a.txt"
    file.write_text("MINE\n")
    (paper,) = loaders.read(file)
    assert isinstance(paper, Paper)
    assert paper.title == "MINE"


@pytest.mark.parametrize("reason", [row[1] for row in rows("loaders.md", "what is wrong")])
def test_the_reasons_are_those_of_the_code(reason: str) -> None:
    source = "\n".join(file.read_text(encoding="utf-8") for file in (DOCS.parents[1] / "loaders").glob("*.py"))
    phrases = re.findall(r"`([^`]+)`", reason)
    assert phrases
    for phrase in phrases:
        stem = re.split(r": |: …|\d", phrase)[0].replace("gzip", "{self._kind}").replace("zstd", "{self._kind}")
        assert stem.strip() in source
