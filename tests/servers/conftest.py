"""Fixtures for tests against a real server. Such tests carry the marker `server`."""

from __future__ import annotations

import importlib.util
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from exports.neo4j import push
from kg.catalog import Catalog
from kg.graph import Graph, write_graph
from kg.model import Concept, ConceptRelation, ConceptType, Evidence, Field, Finding, Mention, Paper, Reading, Relation, Statement


def _helper(name: str) -> ModuleType:
    # tests are no package, so a helper beside this file is loaded by its place
    spec = importlib.util.spec_from_file_location(f"tests_servers_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def make_neo4j(maven: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Any]]:
    """A function that makes a `Neo4jServer` (tests/servers/neo4j_server.py) that does not run yet, in a fresh home folder.

    Those that still run at the end are stopped. Without Java, Maven or OpenSSL, tests are skipped.
    """
    helper = _helper("neo4j_server")
    try:
        maven.need("openssl")
        jars = maven.class_path(helper.POM)
    except RuntimeError as error:
        pytest.skip(f"no Neo4j: {error}")
    made: list[Any] = []

    def make(**settings: str) -> Any:
        made.append(helper.Neo4jServer(tmp_path_factory.mktemp("neo4j"), jars, settings))
        return made[-1]

    yield make
    for server in made:
        server.stop()


@pytest.fixture(scope="session")
def fuseki(maven: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One running `FusekiServer` (tests/servers/fuseki_server.py) for the whole session; what is in it is whatever the last test left.

    Without Java or Maven, tests are skipped.
    """
    helper = _helper("fuseki_server")
    try:
        jar = maven.jar(*helper.ARTIFACT)
    except RuntimeError as error:
        pytest.skip(f"no Fuseki: {error}")
    with helper.FusekiServer(tmp_path_factory.mktemp("fuseki"), jar) as server:
        yield server


@pytest.fixture(scope="session")
def neo4j_server(make_neo4j: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One running Neo4j for the whole session; what is in it is whatever the last test left.

    It takes plain connections, and TLS ones with a certificate that nobody vouches for.
    """
    folder = tmp_path_factory.mktemp("certificates")
    self_signed(folder)
    tls = {
        "server.bolt.tls_level": "OPTIONAL",
        "dbms.ssl.policy.bolt.enabled": "true",
        "dbms.ssl.policy.bolt.base_directory": str(folder),
        "dbms.ssl.policy.bolt.client_auth": "NONE",
    }
    return make_neo4j(**tls).start()


def self_signed(folder: Path) -> None:
    """Writes `private.key` and `public.crt` for localhost, valid for a day."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost", "-keyout",
         str(folder / "private.key"), "-out", str(folder / "public.crt")],
        check=True, capture_output=True,
    )  # fmt: skip


@pytest.fixture
def empty_neo4j(neo4j_server: Any) -> Any:
    """The session's Neo4j without any data, constraint or index."""
    neo4j_server.clear()
    return neo4j_server


@pytest.fixture(scope="module")
def filled_neo4j(neo4j_server: Any, tiny_graph: Graph) -> Iterator[Any]:
    """The session's Neo4j with the tiny graph, its user and password in the environment."""
    neo4j_server.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEO4J_USERNAME", neo4j_server.user)
        patch.setenv("NEO4J_PASSWORD", neo4j_server.password)
        push(tiny_graph, neo4j_server.uri)
        yield neo4j_server


@pytest.fixture
def neo4j_login(empty_neo4j: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The session's Neo4j, empty, with its user and password in the environment."""
    monkeypatch.setenv("NEO4J_USERNAME", empty_neo4j.user)
    monkeypatch.setenv("NEO4J_PASSWORD", empty_neo4j.password)
    return empty_neo4j


@pytest.fixture(scope="session")
def content() -> ModuleType:
    """What a graph should be in Neo4j, and what is there (tests/servers/neo4j_content.py)."""
    return _helper("neo4j_content")


@pytest.fixture(scope="session")
def nasty_graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Hundreds of papers and concepts with names of all that could go wrong (tests/servers/nasty.py)."""
    graph: Graph = _helper("nasty").nasty_graph(tmp_path_factory.mktemp("nasty") / "graph")
    return graph


# --- a graph that nobody should have ----------------------------------------------------------------------------------

ODD_CATALOG = (
    Concept(
        "it's a \"task\"; \\ or /*not*/", ConceptType.TASK, "O'Task \\", ("back\\slash", "semi;colon", "a\x1fb", "\\url{x}"), ("T;'",),
        identifiers=("x:1|2",),
    ),
    Concept("parent // 😀", ConceptType.TASK, "parent\nof two lines"),
    Concept("`data` $set", ConceptType.DATASET, "`data` ${set}", broader=("parent // 😀",)),
)  # fmt: skip
ODD_PAPERS = (
    Paper(
        "doi:10.1/a'b\\c\"d",
        "C:\\users\\u0041 and 'quotes' \"double\"; \\",
        "First line of O'Task \\;\nsecond line;\r\nthird, with `data` ${set}.\ttab \u2028 sep \x85 nel \ufeff mark \x01 one. "
        "MATCH (n) DELETE n;\n",
        ("Smith, Jo; Lee", "", "Zoë | Łuk\x1fasz", "\\"),
        2024,
        "'; DROP CONSTRAINT x; //",
        ("https://example.org/?a=1;b=2&c='",),
    ),
    Paper("title: 日本語 😀", "  日本語 と O'Task \\ 😀  ", ""),
    Paper("title:nothing", "nothing"),
)


def _mention(paper: Paper, field: Field, text: str) -> Evidence:
    start = paper.text(field).index(text)
    return Evidence(Mention(field, start, start + len(text), text), 0, len(paper.text(field)))


@pytest.fixture(scope="session")
def odd_graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Three papers and three concepts whose ids and texts hold all that a CSV file or a Cypher script could stumble over."""
    task, _, data = ODD_CATALOG
    one, two, none = ODD_PAPERS

    def finding(concept: Concept, relation: Relation, *evidence: Evidence, variant: str = "") -> Finding:
        return Finding(concept.label, (), (), concept.type, (0.2,) * 5, relation, 0.1 + 0.2, evidence, concept.id, variant)

    pairs = [
        (
            one,
            Reading(
                one.id,
                (
                    finding(task, Relation.COMPARES_WITH, _mention(one, "abstract", "O'Task \\"), variant="v\\'2;"),
                    finding(data, Relation.EVALUATES_ON, _mention(one, "abstract", "`data` ${set}")),
                ),
                (Statement(0, ConceptRelation.EVALUATED_ON, 1, 1e-05, "abstract", 0, len(one.abstract)),),
            ),
        ),
        (two, Reading(two.id, (finding(task, Relation.ADDRESSES, _mention(two, "title", "O'Task \\")),), ())),
        (none, Reading(none.id, (), ())),
    ]
    return write_graph(tmp_path_factory.mktemp("odd") / "graph", pairs, Catalog(ODD_CATALOG))
