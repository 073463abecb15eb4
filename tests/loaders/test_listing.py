from __future__ import annotations

import gzip
from pathlib import Path

import pytest

import loaders
from kg.model import Note, Paper, Rejected

ABSTRACT = (
    "We study how a garden robot learns to water plants with little supervision. Our method, called DripNet, reads soil "
    "sensors and camera images at once and decides when to open the valve. On two small benchmarks it saves a third of the "
    "water that a timer uses, and it needs only a week of data."
)
SECOND = (
    "Counting seeds in photographs is tedious. This paper gives a dataset of ten thousand labelled trays and compares four "
    "detectors on it, from a plain threshold to a transformer, under light that changes over the day and with seeds that touch."
)


def write(folder: Path, text: str, name: str = "page.txt") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_titles_and_abstracts_in_turn(tmp_path: Path) -> None:
    file = write(
        tmp_path, f"Trending Papers\n\nby Someone and the community\n\nJun 3\n\nDripNet: Water\n\n{ABSTRACT}\n\nSeeds\n\n{SECOND}\n"
    )
    items = list(loaders.read(file))
    assert [(type(i).__name__, i.line) for i in items] == [("Note", 1), ("Note", 3), ("Note", 5), ("Paper", 7), ("Paper", 11)]
    first, second = (i for i in items if isinstance(i, Paper))
    assert (first.title, first.abstract, first.id, first.source) == ("DripNet: Water", ABSTRACT, "title:dripnet-water", "page.txt")
    assert (second.title, second.abstract) == ("Seeds", SECOND)


@pytest.mark.parametrize(
    "between", ["Mar 14", "· 12 authors", "3.4k", "Submitted by someone", "Upvote 45", "12 March 2025", "View arXiv page"]
)
def test_furniture_between_title_and_abstract_is_no_title(tmp_path: Path, between: str) -> None:
    items = list(loaders.read(write(tmp_path, f"Seeds\n\n{between}\n\n{SECOND}\n")))
    assert [i.title for i in items if isinstance(i, Paper)] == ["Seeds"]
    assert [i.found for i in items if isinstance(i, Note)] == [between]


def test_lines_after_the_last_abstract_are_reported(tmp_path: Path) -> None:
    items = list(loaders.read(write(tmp_path, f"Seeds\n\n{SECOND}\n\nLoad more\n\nAbout this page\n")))
    assert [(i.line, i.found) for i in items if isinstance(i, Note)] == [(5, "Load more"), (7, "About this page")]


def test_an_abstract_that_breaks_off_stays(tmp_path: Path) -> None:
    cut = "We look at models that read soil sensors and camera images at once and decide when the valve of the garden has to"
    items = list(loaders.read(write(tmp_path, f"Cut Paper\n\n{cut}\n\nSeeds\n\n{SECOND}\n")))
    assert [(i.title, i.abstract) for i in items if isinstance(i, Paper)] == [("Cut Paper", cut), ("Seeds", SECOND)]


def test_wrapped_paragraphs_and_windows_lines(tmp_path: Path) -> None:
    import textwrap

    wrapped = "\r\n".join(textwrap.wrap(ABSTRACT, 78))
    items = list(loaders.read(write(tmp_path, f"DripNet\r\n\r\n{wrapped}\r\n\r\nSeeds\r\n{SECOND}\r\n")))
    assert [(i.title, i.abstract) for i in items if isinstance(i, Paper)] == [("DripNet", ABSTRACT), ("Seeds", SECOND)]


def test_an_abstract_without_a_title_is_rejected(tmp_path: Path) -> None:
    items = list(loaders.read(write(tmp_path, f"Seeds\n\n{SECOND}\n\n{ABSTRACT}\n\nEnd\n\n{SECOND}\n")))
    rejected = [i for i in items if isinstance(i, Rejected)]
    assert [(r.line, r.reason) for r in rejected] == [(5, "missing title")]
    assert [i.title for i in items if isinstance(i, Paper)] == ["Seeds", "End"]


def test_broken_bytes_reject_one_paper(tmp_path: Path) -> None:
    file = tmp_path / "page.txt.gz"
    data = f"DripNet\n\n{ABSTRACT}\n\nSeeds\n\n{SECOND}\n".encode().replace(b"garden", b"g\xe4rten", 1)
    file.write_bytes(gzip.compress(data))
    rejected, paper = loaders.read(file)
    assert isinstance(rejected, Rejected)
    assert (rejected.line, rejected.reason) == (3, "broken encoding: no UTF-8")
    assert isinstance(paper, Paper)
    assert paper.title == "Seeds"


@pytest.mark.corpus
def test_the_trending_listing(shared: Path) -> None:
    items = list(loaders.read(shared / "corpus/trending-papers.txt"))
    papers = [i for i in items if isinstance(i, Paper)]
    assert len(papers) == len({p.id for p in papers}) == 113
    assert papers[0].title == "Expose Before You Defend: Unifying and Enhancing Backdoor Defenses via Exposed Models"
    assert all(len(p.abstract) > 1000 and len(p.title) < 150 for p in papers)
    assert [i.line for i in items if isinstance(i, Note)] == [1, 3, 5, 7, 9]
    assert not [i for i in items if isinstance(i, Rejected)]
    lines = (shared / "corpus/trending-papers.txt").read_text(encoding="utf-8").splitlines()
    assert sum(bool(line.strip()) for line in lines) == 2 * len(papers) + 5
    assert loaders.detect(shared / "corpus/trending-papers.txt")[0] == "listing"
