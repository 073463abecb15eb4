"""`kg push`, as far as it goes without a server; tests/servers/ has the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from exports.property_graph import CONSTRAINTS, INDEXES
from kg.graph import Graph

Run = Callable[..., Any]
NOWHERE = "bolt://127.0.0.1:1"


def test_a_dry_run_prints_the_statements_and_asks_nobody(kg: Run, tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEO4J_PASSWORD", raising=False)
    ran = kg("push", tiny_graph.path, NOWHERE, "--dry-run", "--batch", "3")
    assert ran.code == 0 and "nothing was sent" in ran.err
    statements = ran.out.split(";\n")
    assert statements[: len(CONSTRAINTS)] == [*CONSTRAINTS] and [*INDEXES] == statements[-1 - len(INDEXES) : -1]
    assert "// papers: 8 rows, in 3 transactions\nUNWIND $rows AS row\nMERGE (n:Paper {id: row[0]})" in ran.out
    assert "MATCH (a:Paper {id: row[0]})\nMATCH (b:Concept {id: row[1]})" in ran.out and "DELETE x" not in ran.out
    assert ran.out.count("DELETE x") < kg("push", tiny_graph.path, NOWHERE, "--dry-run", "--prune").out.count("DELETE x") == 4


@pytest.mark.parametrize(
    ("address", "code", "said"),
    [
        ("ftp://localhost", 2, "the address begins with none of bolt://"),
        ("localhost:7687", 2, "give one such as bolt://localhost:7687"),
        ("bolt://neo4j:sesame@localhost:7687", 2, "take it out and set NEO4J_USERNAME and NEO4J_PASSWORD"),
        ("bolt://a b", 2, "is no address of a Neo4j server"),
        (NOWHERE, 3, "no password, and no terminal to ask for it; set NEO4J_PASSWORD"),
    ],
)
def test_what_is_wrong_is_told(kg: Run, tiny_graph: Graph, address: str, code: int, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEO4J_PASSWORD", raising=False)
    ran = kg("push", tiny_graph.path, address)
    assert (ran.code, ran.out) == (code, "") and said in ran.err and "sesame" not in ran.err


def test_nobody_listening_is_told_without_the_password(kg: Run, tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", "sesame")
    ran = kg("push", tiny_graph.path, NOWHERE)
    assert ran.code == 3 and "no Neo4j answers there" in ran.err and "sesame" not in ran.err
    for options in ((), ("--repair",), ("--dry-run",)):
        assert kg("push", tiny_graph.path, NOWHERE, "--batch", "0", *options).code == 2


@pytest.mark.parametrize(
    ("address", "options", "said"),
    [
        (NOWHERE, ("--verify", "--prune"), "--verify sends nothing"),
        (NOWHERE, ("--repair", "--dry-run"), "--verify sends nothing"),
        ("http://localhost/ds", ("--repair",), "are for Neo4j servers"),
    ],
)
def test_what_does_not_go_with_verifying_is_told(kg: Run, tiny_graph: Graph, address: str, options: tuple[str, ...], said: str) -> None:
    ran = kg("push", tiny_graph.path, address, *options)
    assert (ran.code, ran.out) == (2, "") and said in ran.err
