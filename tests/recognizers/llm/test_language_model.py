"""The recogniser as a whole: what it asks and gives, its options and fingerprint, and the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fake_server import KEY, Make, Reply, Server, asked, entries, error, names, texts

from kg.cli import main
from kg.errors import EnvironmentError_, UsageError
from kg.model import ConceptType, Paper, Relation
from kg.recognizers import Recognition, from_text
from kg.recognizers.llm import KEY_ENV, prompt

TASK, DATASET, ARCHITECTURE, METHOD, METRIC = ConceptType


def test_the_request_and_the_mentions(server: Server, make: Make, example: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_ENV, KEY)
    server.play(
        entries({"mention": "PrismNet", "type": "Architecture", "relation": "proposes"}, {"mention": "Glass Corpus", "type": "dataset"})
    )
    model = make(price_in=2.0, price_out=10.0)
    (found,) = model.recognize([example])
    assert [(m.mention.text, m.type, m.relation, m.confidence) for m in found.mentions] == [
        ("Glass Corpus", DATASET, None, 0.8),
        *[("PrismNet", ARCHITECTURE, Relation.PROPOSES, 0.8)] * 3,
    ]
    assert found.rejected == ()
    (request,) = server.requests
    assert server.paths == ["/v1/chat/completions"]
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert asked(request) == {"title": example.title, "text": example.abstract}
    assert (request["model"], request["temperature"], request["seed"], request["max_tokens"]) == ("tiny", 0.0, 0, 4000)
    assert request["response_format"]["json_schema"]["strict"] is True
    assert request["response_format"]["json_schema"]["schema"] == prompt.SCHEMA
    assert KEY not in json.dumps(request)
    assert model.usage() == {"requests": 1, "from_cache": 0, "prompt_tokens": 100, "completion_tokens": 20, "cost": 0.0004}


def test_without_a_key_none_is_sent(server: Server, make: Make, example: Paper) -> None:
    make().recognize([example])
    assert "Authorization" not in server.headers[0]


def test_no_text_no_request(server: Server, make: Make) -> None:
    assert make().recognize([Paper("p", "…", "  ")]) == [Recognition()]
    assert make().recognize([]) == []
    assert not server.requests


def test_parameters_can_be_left_out_and_added(server: Server, make: Make, example: Paper) -> None:
    make(omit=["temperature", "max_tokens"], body={"max_completion_tokens": 9}, structured="none").recognize([example])
    (request,) = server.requests
    assert request.keys() == {"model", "messages", "seed", "max_completion_tokens"}


def test_long_texts_go_in_parts(server: Server, make: Make) -> None:
    paper = Paper("p", "Long", " ".join(f"Words of part {n} are here." for n in range(100)) + " It ends with PrismNet.")
    (found,) = make(piece=500).recognize([paper])
    assert texts(found) == {"PrismNet"}
    assert len(server.requests) > 3
    assert max(len(asked(r)["text"]) for r in server.requests) <= 500
    parts = sorted((asked(r)["text"] for r in server.requests), key=paper.abstract.index)
    assert " ".join(parts) == paper.abstract


def test_keys_come_from_the_environment_alone(make: Make, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    with pytest.raises(EnvironmentError_, match="NO_SUCH_KEY is not set"):
        make(key_env="NO_SUCH_KEY")
    with pytest.raises(UsageError, match="a key itself is never an option") as raised:
        make(key_env="sk-something")
    assert "sk-something" not in str(raised.value)
    with pytest.raises(UsageError, match="no option 'api_key'"):
        from_text(f"llm=base_url={server.url},model=m,api_key=x")
    monkeypatch.setenv("ODD", "two\nlines")
    with pytest.raises(EnvironmentError_, match="characters that no key has"):
        make(key_env="ODD")


@pytest.mark.parametrize(
    "options",
    [
        {"model": ""}, {"structured": "yes"}, {"temperature": -1}, {"seed": 0.5}, {"max_tokens": 0}, {"omit": "seed"}, {"omit": ["model"]},
        {"body": {"messages": []}}, {"body": 1}, {"score": 2}, {"piece": 1}, {"timeout": 0}, {"retries": -1}, {"concurrency": 0},
        {"max_requests": -1}, {"max_cost": 1.0}, {"max_cost": 1.0, "price_in": 1.0}, {"price_in": -1.0}, {"key_env": ""},
    ],
)  # fmt: skip
def test_options_are_checked(make: Make, options: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        make(**options)


def test_the_fingerprint_is_of_what_answers_depend_on(make: Make, server: Server) -> None:
    same = [make(), make(timeout=1.0, retries=0, concurrency=1, cache=False, max_requests=3), make(base_url="http://127.0.0.1:1/v1")]
    assert len({m.fingerprint for m in same}) == 1
    others = [
        make(model="x"),
        make(seed=1),
        make(score=0.5),
        make(piece=900),
        make(body={"top_p": 1}),
        make(omit=["seed"]),
        make(structured="none"),
    ]
    assert len({m.fingerprint for m in (same[0], *others)}) == len(others) + 1


def test_build_shows_tokens_and_cost_and_the_graph_has_the_links(
    server: Server, tmp_path: Path, example: Paper, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERKG_CACHE", str(tmp_path / "home"))
    papers = tmp_path / "papers.jsonl"
    papers.write_text(json.dumps({"title": example.title, "abstract": example.abstract}) + "\n")
    config = tmp_path / "llm.toml"
    config.write_text(f'base_url = "{server.url}"\nmodel = "tiny"\nprice_in = 1.0\nprice_out = 2.0\n')
    server.answer = names("PrismNet", "light folding", "GlassNet")
    call = [
        "build",
        str(papers),
        "-o",
        str(tmp_path / "g"),
        "--recognizer",
        f"llm={config}",
        "--combine",
        "replace",
        "--json",
        "--overwrite",
    ]
    assert main(call) == 0
    said = capsys.readouterr()
    report = json.loads(said.out)
    assert report["counts"]["concepts"] == 2
    assert report["recognizer"]["usage"] == {"requests": 1, "from_cache": 0, "prompt_tokens": 100, "completion_tokens": 20, "cost": 0.00014}
    assert "llm: requests 1, from cache 0, prompt tokens 100, completion tokens 20, cost 0.00014" in said.err
    before = (tmp_path / "g" / "manifest.json").read_bytes()
    assert main(call) == 0
    assert (tmp_path / "g" / "manifest.json").read_bytes() == before, "the same bytes, now from the cache"
    assert json.loads(capsys.readouterr().out)["recognizer"]["usage"]["requests"] == 0
    server.play(error(401, "no"))
    assert main(["link", "Something new.", "--recognizer", f"llm=base_url={server.url},model=tiny"]) == 3
    server.play(Reply("no"), Reply("no"))
    assert main(["link", "Something newer.", "--recognizer", f"llm=base_url={server.url},model=tiny"]) == 1
    assert "no usable answer" in capsys.readouterr().err
