"""The explorer on pages of 5,000 and 50,000 concepts, made up here: never blank, as it was looked at, and everything on it answers."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exports.explorer import content, page
from kg.graph import Graph
from tests.browser.looks import compare, picture

pytestmark = pytest.mark.browser
WORDS = ("neural", "sparse", "graph", "latent", "parsing", "transfer", "robust", "visual", "speech", "causal", "kernel", "policy")


@pytest.fixture(scope="module", params=[5_000, 50_000])
def large(request: pytest.FixtureRequest, tiny_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    """How many concepts a page has, and the page: the tiny graph's, with made-up concepts in the place of its own.

    Concept n is called "word word n", has a link to paper n mod 200 with one sentence, and is the head of three edges.
    """
    number: int = request.param
    data = content(tiny_graph).data
    rng = random.Random(7)
    concepts, count = range(number), 3 * number
    groups = max(2, round(math.sqrt(number) / 4))
    labels = [f"{rng.choice(WORDS)} {rng.choice(WORDS)} {n}" for n in concepts]
    group = [n % groups for n in concepts]
    across = 60 * math.sqrt(number / groups)
    side = math.ceil(math.sqrt(groups))

    def place(n: int) -> tuple[int, int]:
        far, turn = 22 * math.sqrt(n // groups), 2.4 * (n // groups)
        return round(far * math.cos(turn) + across * (group[n] % side)), round(far * math.sin(turn) + across * (group[n] // side))

    data["concepts"] = {
        "id": [f"concept-{n}" for n in concepts], "label": labels, "type": [n % 5 for n in concepts], "papers": [1] * number,
        "known": [n % 2 for n in concepts], "community": group, "x": [place(n)[0] for n in concepts], "y": [place(n)[1] for n in concepts],
        "r": [round(6 + 22 * (1 + n / 8) ** -0.5, 1) for n in concepts], "names": [[] for _ in concepts],
        "identifiers": [[] for _ in concepts], "first": [2000 + n % 20 for n in concepts], "more": [0] * number,
    }  # fmt: skip
    papers = range(200)
    data["papers"] = {
        "id": [f"paper-{n}" for n in papers], "title": [f"Paper {n}" for n in papers], "year": [2000 + n % 20 for n in papers],
        "venue": [None for _ in papers], "url": [None for _ in papers], "authors": [[] for _ in papers], "doi": [None for _ in papers],
        "node": [0 for _ in papers], "x": [None for _ in papers], "y": [None for _ in papers],
    }  # fmt: skip
    data["sentences"] = [f"We use {label}." for label in labels]
    data["links"] = {
        "concept": [*concepts], "paper": [n % 200 for n in concepts], "relation": [1] * number, "confidence": [0.9] * number,
        "variant": [""] * number, "correction": [""] * number, "quotes": [[[n, 7, 7 + len(label)]] for n, label in enumerate(labels)],
        "total": [1] * number, "others": [[] for _ in concepts],
    }  # fmt: skip
    heads = [n for n in concepts for _ in range(3)]
    # the next of its community, one further on, and any
    tails = [end % number for n in concepts for end in (n + groups, n + 5 * groups, rng.randrange(number))]
    tails = [t if t != h else (t + 1) % number for h, t in zip(heads, tails, strict=True)]
    data["edges"] = {
        "kind": [0] * count, "head": heads, "tail": tails, "papers": [1] * count, "first": [2000 + h % 20 for h in heads],
        "relations": [[[0, 1, 1, [[h % 200, 0.8, h, 7, 7 + len(labels[h])]]]] for h in heads],
    }  # fmt: skip
    data["communities"] = [{"label": f"Group {g}", "size": group.count(g), "top": [g]} for g in range(groups)]
    data["types"] = [{**t, "shown": number // 5, "total": number} for t in data["types"] if t["name"] != "Paper"]
    data["kinds"] = [{**k, "shown": count if k["name"] == "text" else 0, "on": k["name"] == "text"} for k in data["kinds"]]
    data["years"], data["cut"], data["notes"] = None, True, [f"{number:,} of 90,000 concepts are shown."]
    path = tmp_path_factory.mktemp("large") / "page.html"
    path.write_text(page("A large graph", json.dumps(data)), encoding="utf-8")
    return number, path


def test_it_draws_says_what_is_cut_and_answers(explore: Callable[..., Any], large: tuple[int, Path], bundle: Path) -> None:
    number, path = large
    opened = explore(path)
    opened.idle()
    compare(f"large-{number}", picture(opened))
    colours = opened.js(
        """const c = document.querySelector('#drawing canvas'); const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        const seen = new Set(); for (let i = 0; i < d.length; i += 4 * 97) seen.add((d[i] << 16) | (d[i + 1] << 8) | d[i + 2]);
        return seen.size"""
    )
    assert colours > 30
    drawn = opened.js("return paperkg.picture.drawing.drawn()")
    assert drawn["ofNodes"] == number and 1000 <= drawn["nodes"] <= number
    assert (drawn["nodes"] < number) == (number > 6_000) == bool(drawn["cut"])
    assert f"{number:,} of 90,000 concepts are shown." in opened.js("return document.body.innerText")
    if drawn["cut"]:
        assert f"{drawn['nodes']:,} of {number:,} nodes" in opened.js("return document.body.innerText")
    last = number - 1
    label = opened.js("return paperkg.data.concepts.label[arguments[0]]", last)
    assert opened.find(label)[0] == label
    opened.press("Enter")
    opened.wait(lambda: opened.text("#panel h2") == label)
    assert label in opened.texts("#panel mark")
    x, y = opened.spot(f"concept-{last}")
    assert 0 < x < 1400 and 0 < y < 900
    assert opened.js("return paperkg.picture.drawing.labels()")


def test_filters_paths_and_the_table(explore: Callable[..., Any], large: tuple[int, Path]) -> None:
    number, path = large
    opened = explore(path, "#path=concept-0/concept-9")
    opened.wait(lambda: opened.all(".hops blockquote"))
    assert opened.texts(".hops mark")
    before = opened.js("return paperkg.app.shown.concepts.reduce((a, b) => a + b, 0)")
    assert before == number
    opened.one("#legend input").click()
    opened.wait(lambda: opened.js("return paperkg.app.shown.concepts.reduce((a, b) => a + b, 0)") == number - number // 5)
    opened = explore(path, "#concept=concept-3")
    opened.press("t")
    opened.wait(lambda: opened.one("#table").is_displayed())
    assert f"{number:,}" in opened.text("#table") and 0 < len(opened.all("#table tbody tr")) < 1000
