"""How good links are, in parts that can be measured one by one.

usage: python benchmarks/quality.py --shared ../shared [--only PART]... [--json | --out FOLDER] [--record] [--keep FOLDER]

| part | what |
|---|---|
| crossvalidation | development and training gold, five folds by paper: the figures to quote |
| venues | the same by venue: no venue is in two folds, and the listing is read by decisions fitted on the other venues |
| shipped | the graph of the listing with the model that ships, which has seen these papers, so it says nothing of others |
| mentions | mentions against the annotated ones of SciREX abstracts and TDMSci sentences, with the model that ships |
| ablation | groups of columns left out, fitted quickly |
| choices | kinds of decisions on the same papers |
| speed | abstracts a second on one core, by profile |
| accurate, accurate-venues | crossvalidation and venues, with an encoder in every fold too: takes long, only where it is asked for |
| network | no figures; only where it is asked for: trains the network of the part quick anew (tests/corpus/network.npz) |
| quick | what the tests hold links to |

--record writes tests/corpus/quality.json (part quick) and tables of docs/benchmarks.md (parts crossvalidation, accurate and choices); of
the part accurate, the figures on the card of the model that ships too.
--keep has the fitted models of folds, which are not fitted again: a part that was stopped goes on where it was.

PhraseMatcher, with the names of the same catalog, stands beside: it is not trained on anything, every match is a link, with the
catalog's type and the relation `mentions`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from baseline import Phrases

from kg.build import build
from kg.catalog import Catalog
from kg.errors import PaperkgError
from kg.evaluate import evaluate_links, evaluate_relations
from kg.reader import ACCURATE, FAST, STATISTICS, Reader, data_folder
from kg.recognize.network import Network
from kg.recognize.statistics import Statistics
from kg.training.card import with_figures
from kg.training.crossvalidate import NAMES, SHOWN, hold_out, relation_tables, reliability_table, report, score
from kg.training.errors import table as error_table
from kg.training.fit import Job
from kg.training.gold import curated, gold_lines
from kg.training.silver import silver_of

TRAINED, BASELINE = "trained on these papers", "PhraseMatcher"
ROOT = Path(__file__).resolve().parent.parent
RECORDED = ROOT / "tests" / "corpus" / "quality.json"
PAGE = ROOT / "docs" / "benchmarks.md"
#: A network that has not seen the listing, with which the part quick and the tests read it.
NETWORK = RECORDED.with_name("network.npz")
Figures = dict[str, Any]


def say(text: str) -> None:
    print(text, file=sys.stderr)


def measure(papers: Path, gold: Path, relations: Path | None = None) -> dict[str, Figures]:
    """The figures of a graph built from the papers and of the PhraseMatcher, both by `kg.evaluate`."""
    with tempfile.TemporaryDirectory(prefix="paperkg-quality-") as folder:
        graph = build(papers, Path(folder) / "graph").graph
        found = {TRAINED: evaluate_links(gold, graph)}
        if relations is not None:
            # as exported: labels alone
            found[TRAINED]["relations_f1"] = evaluate_relations(relations, gold, graph)["labelled"]["f1"]
        found[BASELINE] = evaluate_links(gold, list(Phrases(graph.catalog()).links(graph.papers())))
    return found


def table(found: dict[str, Figures]) -> list[str]:
    """The figures as Markdown, a column for each way of linking."""
    rows = [name for name in SHOWN if any(name in figures for figures in found.values())]
    lines = ["| | " + " | ".join(found) + " |", "|---|" + "---:|" * len(found)]
    for name in rows:
        lines.append(f"| {name} | " + " | ".join(f"{figures[name]:.3f}" if name in figures else "" for figures in found.values()) + " |")
    return lines


# --- parts: each gives its figures and the lines that show them -----------------------------------------------------------


def crossvalidation(shared: Path, keep: Path | None, by: str = "paper", encoder: bool = False) -> tuple[Figures, list[str]]:
    papers, catalog, statistics = curated(shared), Catalog.load(), _statistics()
    job = Job(papers, catalog, statistics, silver=silver_of(shared, papers), encoder=encoder)
    held = hold_out(job, shared, by=by, workers=os.cpu_count() or 1, keep=keep, say=say)
    figures, _ = score(held.without("encoder"), catalog, statistics, shared)
    if encoder:
        figures[ACCURATE], _ = score(held, catalog, statistics, shared)
    phrases = Phrases(catalog)
    beside = {}
    for part in dict.fromkeys(item.part for item in papers):
        some = [item for item in papers if item.part == part]
        beside[f"{NAMES[part]} ({len(some)} papers)"] = evaluate_links(gold_lines(some), list(phrases.links(item.paper for item in some)))
    lines = [*report(figures), "", "PhraseMatcher on the same papers:", "", *table(beside), ""]
    lines += _by(figures, "by_type") + _by(figures, "by_relation")
    lines += [f"fold {n}: {one}" for n, one in enumerate(figures["folds"], 1)] if by == "venue" else []
    return {**figures, BASELINE: beside}, lines


def _by(figures: Figures, key: str) -> list[str]:
    parts = list(figures["errors"])
    lines = [f"| {key.replace('_', ' ')} | " + " | ".join(f"{part}: P / R / F1" for part in parts) + " |", "|---|" + "---:|" * len(parts)]
    for name in sorted({name for part in parts for name in figures[part][key]}):
        cells = []
        for part in parts:
            one = figures[part][key].get(name)
            cells.append(f"{one['precision']:.3f} / {one['recall']:.3f} / {one['f1']:.3f} ({one['required']})" if one else "")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return [*lines, ""]


def shipped(shared: Path) -> tuple[Figures, list[str]]:
    gold = shared / "gold"
    found = measure(shared / "corpus" / "trending-papers.txt", gold / "links.dev.jsonl", gold / "relations.dev.jsonl")
    lines = [*table(found), "", f"Relations between concepts, {TRAINED}: F1 {found[TRAINED]['relations_f1']:.3f}."]
    return found, [*lines, f"The column “{TRAINED}” does not tell how papers are linked that were not trained on."]


def mentions(shared: Path) -> tuple[Figures, list[str]]:
    import mentions as part

    found = part.measure(shared, Reader())
    return found, part.lines(found)


def ablation(shared: Path) -> tuple[Figures, list[str]]:
    import ablation as part

    found = part.measure(curated(shared), Catalog.load(), _statistics(), say)
    return found, part.lines(found)


def choices(shared: Path) -> tuple[Figures, list[str]]:
    import choices as part

    found = part.measure(curated(shared), Catalog.load(), _statistics(), Network.load(NETWORK), say)
    return found, part.lines(found)


def speed(shared: Path) -> tuple[Figures, list[str]]:
    """Abstracts a second of processor time by one warm reader of each profile: recognise, link and relate the curated papers."""
    papers = [item.paper for item in curated(shared)]
    found: Figures = {}
    for profile, times in ((FAST, 3), (ACCURATE, 1)):
        begin = time.process_time()
        reader = Reader(profile=profile)
        reader.read(papers[:50])
        ready = time.process_time() - begin
        begin = time.process_time()
        for _ in range(times):
            reader.read(papers)
        spent = time.process_time() - begin
        count = times * len(papers)
        found[profile] = {
            "abstracts": count,
            "seconds": round(spent, 2),
            "abstracts_a_second": round(count / spent, 1),
            "ready": round(ready, 2),
        }
    shown = ", ".join(f"{one['abstracts_a_second']:,} ({profile})" for profile, one in found.items())
    return found, [f"Abstracts a second of one core: {shown} (reading only; `benchmarks/run.py` has all stages)"]


def quick(shared: Path) -> tuple[Figures, list[str]]:
    from kg.training.quick import quick as run

    found: Figures = dict(run(curated(shared), Catalog.load(), _statistics(), Network.load(NETWORK), say))
    keys = list(next(iter(found.values())))
    lines = ["| | " + " | ".join(found) + " |", "|---|" + "---:|" * len(found)]
    return found, [*lines, *(f"| {key} | " + " | ".join(f"{one[key]:.4f}" for one in found.values()) + " |" for key in keys)]


def network(shared: Path) -> tuple[Figures, list[str]]:
    from kg.training.quick import without_listing

    papers = curated(shared)
    made = without_listing(papers, Catalog.load(), _statistics(), silver_of(shared, papers), say)
    assert made is not None
    made.save(NETWORK)
    return {}, [f"{NETWORK.name} written"]


#: Parts that fit a model for every fold: by what papers are parted, and whether each gets an encoder.
FOLDS = {
    "crossvalidation": ("paper", False),
    "venues": ("venue", False),
    "accurate": ("paper", True),
    "accurate-venues": ("venue", True),
}
PARTS: dict[str, Callable[[Path], tuple[Figures, list[str]]]] = {
    "shipped": shipped,
    "mentions": mentions,
    "ablation": ablation,
    "choices": choices,
    "speed": speed,
    "quick": quick,
    "network": network,
}
#: What is measured where nothing else is asked for; the others take long, or keep something rather than measure it.
USUAL = ("crossvalidation", "venues", *(name for name in PARTS if name != "network"))


def with_table(page: str, name: str, lines: Sequence[str]) -> str:
    """A page with lines between the marks of a name."""
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    return before + begin + "\n" + "\n".join(lines) + "\n\n" + end + after


def record(figures: Figures) -> None:
    """Writes into the page of figures what belongs there of what was measured."""
    page = PAGE.read_text(encoding="utf-8")
    for name in ("crossvalidation", "accurate"):
        if name in figures:
            page = with_table(page, "reliability", reliability_table(figures[name]))
            page = with_table(page, "errors", [error_table(figures[name]["errors"])])
            page = with_table(page, "relations", relation_tables(figures[name]))
    if "accurate" in figures:
        with_figures(data_folder(), {name: one for name, one in figures["accurate"].items() if name != BASELINE})
    if "choices" in figures:
        import choices as part

        page = with_table(page, "choices", part.lines(figures["choices"]))
    PAGE.write_text(page, encoding="utf-8")


def _statistics() -> Statistics:
    return Statistics.load(data_folder() / STATISTICS)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--shared", type=Path, required=True, help="the folder with corpus/, gold/ and data/")
    parser.add_argument(
        "--only", action="append", choices=[*FOLDS, *PARTS], help=f"one part; may be given again (default: {', '.join(USUAL)})"
    )
    parser.add_argument("--json", action="store_true", help="print JSON, with everything that was measured")
    parser.add_argument("--out", type=Path, help="a folder for quality.json and quality.md")
    parser.add_argument("--record", action="store_true", help="keep what is measured: see above")
    parser.add_argument("--keep", type=Path, help="a folder for the models of folds, which are not fitted again")
    args = parser.parse_args(argv)
    chosen = args.only or USUAL
    if args.record and not {"quick", "crossvalidation", "accurate", "choices"} & set(chosen):
        parser.error("--record goes with the parts quick, crossvalidation, accurate and choices")
    if args.record and {"crossvalidation", "accurate"} <= set(chosen):
        parser.error("--record keeps either crossvalidation or accurate: both write the same tables")
    from run import machine

    here = machine()
    figures: Figures = {"machine": here}
    lines = [f"Machine: {', '.join(f'{name} {value}' for name, value in here.items())}", ""]
    for name in chosen:
        say(f"{name} …")
        try:
            figures[name], shown = crossvalidation(args.shared, args.keep, *FOLDS[name]) if name in FOLDS else PARTS[name](args.shared)
        except PaperkgError as error:
            say(str(error))
            return error.exit_code
        lines += [f"## {name}", "", *shown, ""]
    if args.record:
        record(figures)
    if args.record and "quick" in figures:
        RECORDED.write_text(json.dumps(figures["quick"], indent=1) + "\n", encoding="utf-8")
    whole, text = json.dumps(figures, indent=2, ensure_ascii=False) + "\n", "\n".join(lines)
    if args.out is not None:
        args.out.mkdir(parents=True, exist_ok=True)
        (args.out / "quality.json").write_text(whole, encoding="utf-8")
        (args.out / "quality.md").write_text(text, encoding="utf-8")
    print(whole if args.json else text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
