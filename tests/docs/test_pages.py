"""Links lead somewhere, every page can be reached, and commands, options, formats and targets that the pages name exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
LINK = re.compile(r"(?<!`)\[[^\]\n]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^ *```(\w*).*?\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The anchors of headings, as they are made on the web: lower case, marks dropped, blanks as hyphens."""
    prose = FENCED.sub("", page.read_text(encoding="utf-8"))
    found = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in found}


def targets(page: Path) -> list[tuple[Path, str]]:
    prose = FENCED.sub("", page.read_text(encoding="utf-8"))
    found = []
    for target in LINK.findall(prose):
        if not re.match(r"[a-z]+:", target):
            path, _, anchor = target.partition("#")
            found.append(((page.parent / path).resolve() if path else page, anchor))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    for path, anchor in targets(ROOT / name):
        assert path.exists(), f"{name}: no {path.relative_to(ROOT)}"
        assert ROOT in path.parents
        if anchor:
            assert anchor in anchors(path), f"{name}: {path.name} has no heading #{anchor}"


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md" or not page.is_file():
            continue
        seen.add(page)
        waiting.extend(path for path, _ in targets(page))
        # an index of a folder may name the folder
        waiting.extend(file for path, _ in targets(page) if path.is_dir() for file in path.glob("*.md"))
    assert [str(p.relative_to(ROOT)) for p in PAGES if p not in seen] == []


def test_pictures_have_words_for_those_who_do_not_see_them() -> None:
    for page in PAGES:
        assert "![](" not in page.read_text(encoding="utf-8"), page


# --- commands -----------------------------------------------------------------------------------------------------------


def _commands() -> dict[str, Any]:
    """The commands by their path ("build", "catalog show"), as the command line knows them."""
    from kg.cli.app import command

    found = {}
    waiting = [("", command())]
    while waiting:
        path, one = waiting.pop()
        found[path] = one
        if hasattr(one, "list_commands"):
            for name in one.list_commands(None):
                waiting.append((f"{path} {name}".strip(), one.get_command(None, name)))
    return found


COMMANDS = _commands()


def options(path: str) -> set[str]:
    return {name for p in COMMANDS[path].params for name in (*p.opts, *p.secondary_opts)} | {"--help", "-h", "--debug"}


def command_lines(text: str) -> list[str]:
    """The calls of `kg` that a page shows: in blocks, indented lines and code within a line."""
    code = [body for language, body in FENCED.findall(text) if language in ("", "sh", "text")]
    prose = FENCED.sub("", text)
    code += re.findall(r"`([^`\n]+)`", prose)
    code += re.findall(r"^    (.+)$", prose, re.MULTILINE)
    joined = "\n".join(code).replace("\\\n", " ")
    return [found.strip() for found in re.findall(r"(?:^|[|;&] *|\$\()(kg [a-z][^\n|;&]*)", joined, re.MULTILINE)]


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line, comments=True)
    except ValueError:  # a quote that ends in a later line
        return line.split()


@pytest.mark.parametrize("name", NAMES)
def test_commands_and_their_options_exist(name: str) -> None:
    for line in command_lines((ROOT / name).read_text(encoding="utf-8")):
        words = _words(line)[1:]
        assert words[0] in COMMANDS, f"{name}: {line}"
        path = words[0]
        # kg catalog show, but kg analyze GRAPH rank: a group may have arguments of its own before the subcommand
        behind = 1 + sum(p.param_type_name == "argument" for p in COMMANDS[path].params if hasattr(COMMANDS[path], "list_commands"))
        if len(words) > behind and f"{path} {words[behind]}" in COMMANDS:
            path = f"{path} {words[behind]}"
        given = {word.split("=")[0] for word in words if re.match(r"--?[a-z]", word)}
        assert given <= options(path), f"{name}: {line}: {sorted(given - options(path))} unknown"


@pytest.mark.parametrize("name", NAMES)
def test_options_named_alone_exist(name: str) -> None:
    known = set().union(*(options(path) for path in COMMANDS))
    known |= {found for script in (ROOT / "benchmarks").glob("*.py") for found in re.findall(r'"(--[a-z-]+)"', script.read_text("utf-8"))}
    prose = FENCED.sub("", (ROOT / name).read_text(encoding="utf-8"))
    for found in re.findall(r"`(--[a-z][a-z-]*)", prose):
        assert found in known, f"{name}: {found}"


@pytest.mark.parametrize("name", NAMES)
def test_formats_and_targets_exist(name: str) -> None:
    import exports

    text = (ROOT / name).read_text(encoding="utf-8")
    for line in command_lines(text):
        words = _words(line)
        if words[1] == "export" and len(words) > 3 and not words[2].startswith("-"):
            assert words[3] in exports.formats() or words[3].isupper(), f"{name}: {line}"
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"{name}: make {target}"
    for script in re.findall(r"\bpython ((?:benchmarks|docs)/\S+\.py)", text):
        assert (ROOT / script).is_file(), f"{name}: {script}"


def test_the_readme_keeps_the_place_of_the_figures() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text.count("<!-- figures -->") == text.count("<!-- /figures -->") == 1
    assert text.index("<!-- figures -->") < text.index("<!-- /figures -->")


def test_the_thresholds_are_those_of_the_code() -> None:
    from importlib import import_module

    text = (ROOT / "docs/explanation/how-linking-works.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| .+ \| ([\d.]+) \| `([\w.]+)\.(\w+)` \|$", text, re.MULTILINE)
    assert len(rows) == 6
    for number, module, name in rows:
        assert getattr(import_module(module), name) == float(number), f"{module}.{name}"


def test_the_size_of_the_catalog_is_not_exaggerated() -> None:
    from kg.catalog import Catalog

    said = re.search(r"more than ([\d,]+) concepts", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert said is not None
    assert len(Catalog.load()) > int(said[1].replace(",", ""))


def test_the_readme_names_all_formats_and_loaders() -> None:
    import exports
    import loaders

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = text.split("## What goes in, what comes out")[1].split("## ")[0]
    assert {f.name for f in exports.FORMATS} <= set(re.findall(r"`([\w-]+)`", table))
    names = {"jsonl": "JSON Lines", "json": "JSON", "csv": "CSV", "tsv": "TSV", "bibtex": "BibTeX", "acl": "ACL", "listing": "listing"}
    assert {name: name in names and names[name] in table for name in loaders.registered()} == dict.fromkeys(names, True)


def test_the_classes_of_errors_are_those_that_are_counted() -> None:
    import ast

    page = (ROOT / "docs/benchmarks.md").read_text(encoding="utf-8")
    for name, marks in (("errors", "errors"), ("stated", "relations")):
        module = ast.parse((ROOT / f"kg/training/{name}.py").read_text(encoding="utf-8"))
        (table,) = (n.value for n in module.body if isinstance(n, ast.Assign) and n.targets[0].id == "CLASSES")  # type: ignore[attr-defined]
        shown = page.partition(f"<!-- {marks} -->")[2].partition(f"<!-- /{marks} -->")[0]
        assert dict(re.findall(r"^\| ((?:wrong|missed): .+?) \((.+)\) \| \d+ \| \d+ \|$", shown, re.MULTILINE)) == ast.literal_eval(table)
