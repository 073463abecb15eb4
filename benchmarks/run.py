"""Speed and memory of every stage, on the listing and on 10,000 abstracts of the ACL Anthology.

usage: python benchmarks/run.py --shared ../shared [--only listing|acl] [--json]
       python benchmarks/run.py --input PAPERS [--papers N] [--json]

Every stage runs in a process of its own, on one core. Prints Markdown tables, or JSON; progress goes to standard error.
"""

from __future__ import annotations

# Nothing heavy here: on Linux the peak memory of a process begins with that of the one that started it.
import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from exports import FORMATS

HERE = Path(__file__).resolve().parent
PACKAGES = ("paperkg", "spacy", "numpy", "pyarrow")
ACL_PAPERS = 10_000
#: A stage that got less of its core than this says more of the machine than of the stage.
BUSY = 0.9
Result = dict[str, Any]


@dataclass(frozen=True)
class Corpus:
    """An input, how many of its papers with abstracts are taken (None: all), and at how many papers memory is looked at."""

    name: str
    input: Path
    papers: int | None
    sizes: tuple[int, ...] = ()


class StageFailed(Exception):
    """A stage ended with an error; the message is what it wrote."""


def machine() -> dict[str, Any]:
    """Processor, cores, memory, Python and versions."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    memory = None
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory = round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30), 1)
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "memory_gib": memory,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }


def stage(name: str, corpus: Corpus, work: Path, papers: int | None = None) -> Result:
    """Runs one stage; returns what it measured."""
    command = [sys.executable, str(HERE / "stages.py"), name, "--input", str(corpus.input), "--work", str(work)]
    wanted = papers if papers is not None else corpus.papers
    if wanted is not None:
        command += ["--papers", str(wanted)]
    print(f"{corpus.name}: {name}" + (f", {papers:,} papers" if papers else ""), file=sys.stderr, flush=True)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StageFailed(f"{name} on {corpus.input} failed:\n{done.stderr}")
    found: Result = json.loads(done.stdout.splitlines()[-1])
    return found


def compile_modules() -> None:
    """Writes the byte code of all our modules, as pip does where it installs a package: otherwise every stage of a checkout
    compiles them again where the environment says that Python writes none."""
    command = [sys.executable, "-m", "compileall", "-q", *(str(HERE.parent / name) for name in ("kg", "loaders", "ontology", "exports"))]
    if done := subprocess.run(command, check=False).returncode:
        raise StageFailed(f"the byte code could not be written (compileall ended with {done})")


def measure(corpus: Corpus) -> Result:
    """All figures of one corpus."""
    with tempfile.TemporaryDirectory(prefix="paperkg-benchmark-") as folder:
        work = Path(folder)
        stages = {name: stage(name, corpus, work) for name in ("start", "load", "read", "write")}
        stages |= {f"export {one.name}": stage(f"export:{one.name}", corpus, work) for one in FORMATS}
        complete = stage("whole", corpus, work)
        stages["whole build"] = {**complete.pop("build"), "papers": complete["papers"], "one_core": complete["one_core"]}
        stages["whole build and all exports"] = complete
        stages["start, large catalog"] = stage("start:large", corpus, work)
        stages["whole build, large catalog"] = stage("large", corpus, work)
        stages["PhraseMatcher"] = stage("match", corpus, work)
        memory = {str(size): stage("whole", corpus, work, size) for size in corpus.sizes if size < complete["papers"]}
        memory[str(complete["papers"])] = {**complete, "build": stages["whole build"]}
    papers = stages["read"]["papers"]
    for name, found in stages.items():
        if not name.startswith("start"):
            found["per_second"] = papers / max(found["cpu"], 1e-9)
    return {"corpus": corpus.name, "papers": papers, "stages": stages, "memory": memory}


# --- what is printed ----------------------------------------------------------------------------------------------------

ABOUT = {
    "start": "start (once: imports, catalog, trained decisions)",
    "load": "load",
    "read": "read (recognise, link, relate)",
    "write": "resolve and write the graph",
    "whole build": "**whole build** (start, load, read, resolve, write)",
    "whole build and all exports": "**whole build and all exports**",
    "start, large catalog": "start, with 100,000 names more in the catalog",
    "whole build, large catalog": "whole build, with these names",
    "PhraseMatcher": "for comparison: spaCy PhraseMatcher, the same names, matches only",
}


def tables(found: Result) -> list[str]:
    """One corpus as Markdown."""
    lines = [f"## {found['corpus']}: {found['papers']:,} abstracts", ""]
    lines += ["| stage | seconds | of the processor | abstracts a second of it | peak memory, MiB |", "|---|---:|---:|---:|---:|"]
    for name, one in found["stages"].items():
        speed = f"{one['per_second']:,.0f}" if "per_second" in one else ""
        lines.append(f"| {ABOUT.get(name, name)} | {one['seconds']:,.2f} | {one['cpu']:,.2f} | {speed} | {one['peak_mib']:,.0f} |")
    if len(found["memory"]) > 1:
        lines += ["", "| abstracts | peak memory of the build, MiB | with all exports, MiB |", "|---:|---:|---:|"]
        for one in found["memory"].values():
            lines.append(f"| {one['papers']:,} | {one['build']['peak_mib']:,.0f} | {one['peak_mib']:,.0f} |")
    stages = found["stages"].values()
    share = sum(one["cpu"] for one in stages) / max(sum(one["seconds"] for one in stages), 1e-9)
    if not all(one["one_core"] for one in stages):
        lines += ["", "The system cannot keep a process on one core: these figures may use several."]
    elif share < BUSY:
        lines += ["", f"The stages had their core for {share:.0%} of the time; other processes or the disk took the rest."]
    return lines


def corpora(args: argparse.Namespace) -> list[Corpus]:
    """What the arguments ask for."""
    if args.input is not None:
        return [Corpus(args.input.name, args.input, args.papers)]
    listing = Corpus("listing", args.shared / "corpus" / "trending-papers.txt", None)
    papers = args.papers or ACL_PAPERS
    sizes = tuple(papers * share // 4 for share in (1, 2))
    acl = Corpus("ACL Anthology", args.shared / "data" / "acl-anthology" / "data" / "xml", papers, sizes)
    return {"listing": [listing], "acl": [acl], None: [listing, acl]}[args.only]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--shared", type=Path, help="the folder with corpus/ and data/")
    where.add_argument("--input", type=Path, help="any input that `kg build` reads, instead")
    parser.add_argument("--only", choices=("listing", "acl"), help="one of the two corpora of --shared")
    parser.add_argument("--papers", type=int, help=f"abstracts taken of --input (all) or of the ACL Anthology ({ACL_PAPERS:,})")
    parser.add_argument("--json", action="store_true", help="print JSON, with everything that was measured")
    args = parser.parse_args(argv)
    if args.papers is not None and args.papers < 1:
        parser.error(f"--papers is {args.papers}; give 1 or more")
    wanted = corpora(args)
    if missing := [str(one.input) for one in wanted if not one.input.exists()]:
        parser.error(f"not there: {', '.join(missing)}")
    here = machine()
    try:
        compile_modules()
        found = [measure(one) for one in wanted]
    except StageFailed as error:
        print(error, file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps({"machine": here, "corpora": found}, indent=2))
        return 0
    versions = ", ".join(f"{name} {here[name]}" for name in PACKAGES)
    print(f"{here['cpu']}, {here['cores']} cores, {here['memory_gib']} GiB; {here['system']}, Python {here['python']}; {versions}.")
    print("Every stage in a process of its own, on one core.")
    for one in found:
        print("", *tables(one), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
