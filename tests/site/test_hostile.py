"""Texts, names, ids and addresses that try to be markup or to lead elsewhere stay what they are: words."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from kg.catalog import Catalog
from kg.graph import Graph, write_graph
from kg.model import Concept, ConceptRelation, ConceptType, Evidence, Finding, Mention, Paper, Reading, Relation, Statement
from kg.site import write
from kg.site.names import safe_name

BAD = "</script></title></style><script>alert(1)</script><img src=x onerror=alert(2)> \" ' & {{ 7*7 }} {% raw %} \u2028 😀"
TITLE = f"{BAD} net"
TYPES = (1.0, 0.0, 0.0, 0.0, 0.0)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    catalog = Catalog([Concept(BAD, ConceptType.TASK, BAD, (f"{BAD} also",), identifiers=("javascript:alert(1)", "wikidata:<b>"))])
    papers = []
    for n in range(3):
        text = f"{BAD} is solved. {BAD} is based on net{n}."
        paper = Paper(
            f"{BAD}/../{n}", TITLE, text, (BAD, "B"), 2020 + n, BAD, ("javascript:alert(1)", "data:text/html,x", 'https://x.org/"><script>'),
            '10.1/"><script>', '"><script>',
        )  # fmt: skip
        at = text.index("net")
        first = Evidence(Mention("abstract", 0, len(BAD), BAD), 0, len(BAD) + 11)
        second = Evidence(Mention("abstract", at, at + 4, f"net{n}"), len(BAD) + 12, len(text))
        found = (
            Finding(BAD, (), (), ConceptType.TASK, TYPES, Relation.ADDRESSES, 0.9, (first,), BAD, BAD),
            Finding(f"net{n}", (), (), ConceptType.METHOD, TYPES, Relation.PROPOSES, 0.8, (second,), candidates=((BAD, 0.1, BAD),)),
        )
        said = Statement(0, ConceptRelation.USED_FOR, 1, 0.5, "abstract", len(BAD) + 12, len(text))
        papers.append((paper, Reading(paper.id, found, (said,))))
    return write_graph(tmp_path_factory.mktemp("hostile") / "graph", papers, catalog)


def test_nothing_of_a_text_becomes_markup(hostile: Graph, tmp_path: Path) -> None:
    write(hostile, tmp_path / "site", title=BAD)
    seen = 0
    for file in (tmp_path / "site").rglob("*.html"):
        source = file.read_text(encoding="utf-8")
        page = html.document_fromstring(source)
        if file.name == "explorer.html":
            continue
        assert not page.xpath("//img | //b[not(ancestor::main or ancestor::footer)]"), file
        # pages that only lead on need none
        assert len(page.xpath("//script")) == (0 if file.name == "404.html" or 'http-equiv="refresh"' in source else 1), file
        assert not [a for a in page.xpath("//@*") if a.attrname.startswith("on")], file
        assert not [h for h in page.xpath("//@href") if re.match(r"(?i)\s*(javascript|data|vbscript):", h)], file
        assert "49" not in page.xpath("//title")[0].text_content()
        seen += BAD.split("<img")[0] in page.text_content()
    assert seen > 20
    for file in (tmp_path / "site" / "search").glob("*.js"):
        text = file.read_text(encoding="utf-8")
        assert "\u2028" not in text
        json.loads(text[text.index(",") + 1 : -2])


def test_hostile_ids_stay_in_the_folder(hostile: Graph, tmp_path: Path) -> None:
    before = set(tmp_path.rglob("*"))
    write(hostile, tmp_path / "deep" / "site")
    assert {p for p in tmp_path.rglob("*") if tmp_path / "deep" not in (p, *p.parents)} == before
    page = html.document_fromstring((tmp_path / "deep" / "site" / "concept" / f"{safe_name(BAD)}.html").read_text(encoding="utf-8"))
    assert " ".join(page.xpath("//h1")[0].text_content().split()) == " ".join(BAD.split())
    # an identifier of no known place is no link, one of a known place stays within its address
    addresses = page.xpath("//a[contains(@class, 'ext')]/@href")
    assert addresses == ["http://www.wikidata.org/entity/%3Cb%3E"]


def test_awkward_texts_come_through_whole(awkward_site: Any, awkward_graph: Graph) -> None:
    for paper in awkward_graph.papers():
        said = awkward_site.text(f"paper/{safe_name(paper.id)}.html", "//h1")
        assert said == " ".join(paper.title.split())
