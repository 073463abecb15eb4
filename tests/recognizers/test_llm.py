"""A language model behind a server of our own: what goes well, and everything that such servers do when it does not."""

from __future__ import annotations

import _thread
import email.utils
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from fake_server import KEY, Reply, Server, asked, entries, error, names, serving

from kg.cli import main
from kg.errors import EnvironmentError_, UsageError
from kg.model import ConceptType, Paper, Relation
from kg.recognizers import Recognition, from_text
from kg.recognizers.llm import KEY_ENV, LanguageModel, client, prompt

Make = Callable[..., LanguageModel]
TASK, DATASET, ARCHITECTURE, METHOD, METRIC = ConceptType


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.delenv(KEY_ENV, raising=False)
    monkeypatch.setattr(client, "FIRST_WAIT", 0.01)
    with serving() as found:
        found.answer = names("PrismNet", "Glass Corpus", "light folding")
        yield found


@pytest.fixture
def make(server: Server, tmp_path: Path) -> Make:
    """A function that makes the recogniser, with a cache of the test's own and short time-outs."""

    def made(**options: Any) -> LanguageModel:
        return LanguageModel(
            **{"base_url": server.url, "model": "tiny", "cache": tmp_path / "answers", "timeout": 5.0, "retries": 2, **options}
        )

    return made


def _texts(found: Recognition) -> set[str]:
    return {m.mention.text for m in found.mentions}


def _reasons(found: Recognition) -> list[tuple[str, str]]:
    return [(r.reason, r.found) for r in found.rejected]


def _papers(number: int) -> list[Paper]:
    return [Paper(f"p{n}", f"Paper {n}", f"PrismNet is used for the {n}th time.") for n in range(number)]


# --- what goes well ---------------------------------------------------------------------------------------------------


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


def test_at_most_so_many_at_once_and_each_text_once(server: Server, make: Make) -> None:
    gate = threading.Event()
    server.answer = lambda _: Reply('{"concepts": []}', wait=gate)
    papers = [*_papers(9), *_papers(9)]
    threading.Timer(0.5, gate.set).start()
    assert len(make(concurrency=3).recognize(papers)) == 18
    assert server.most_at_once == 3
    assert len(server.requests) == 9


def test_long_texts_go_in_parts(server: Server, make: Make) -> None:
    paper = Paper("p", "Long", " ".join(f"Words of part {n} are here." for n in range(100)) + " It ends with PrismNet.")
    (found,) = make(piece=500).recognize([paper])
    assert _texts(found) == {"PrismNet"}
    assert len(server.requests) > 3
    assert max(len(asked(r)["text"]) for r in server.requests) <= 500
    parts = sorted((asked(r)["text"] for r in server.requests), key=paper.abstract.index)
    assert " ".join(parts) == paper.abstract


# --- only what stands in the text -------------------------------------------------------------------------------------


def test_what_the_model_makes_up_is_rejected_and_what_differs_little_is_mended(server: Server, make: Make, example: Paper) -> None:
    without = ({"mention": ""}, {"name": "ResNet"})
    server.play(entries("GlassNet", "PRISMNET", "glass\n corpus", "Prism", "light folding", *without, {"mention": "IMAGE classification"}))
    model = make()
    (found,) = model.recognize([example])
    assert _texts(found) == {"PrismNet", "Glass Corpus", "light folding"}
    assert _reasons(found) == [
        ("not in the text", "GlassNet"),
        ("not in the text", "Prism"),
        ("an entry without a mention", '{"mention": ""}'),
        ("an entry without a mention", '{"name": "ResNet"}'),
        ("not in the text", "IMAGE classification"),
    ], "the last stands there in two writings, neither of them the model's"
    assert model.usage()["mentions_mended"] == 2


def test_types_and_relations_that_are_none_of_ours_are_left_open_and_counted(server: Server, make: Make, example: Paper) -> None:
    server.play(entries({"mention": "PrismNet", "type": "Animal", "relation": "eats"}))
    (found,) = make().recognize([example])
    assert {(m.mention.text, m.type, m.relation) for m in found.mentions} == {("PrismNet", None, None)}
    assert _reasons(found) == [("a type that is none of ours", "PrismNet: Animal"), ("a relation that is none of ours", "PrismNet: eats")]


def test_a_place_belongs_to_the_longest_string_that_is_named(server: Server, make: Make) -> None:
    paper = Paper("p", "", "BERT-large and BERT are compared. GPT-4 is better.")
    server.play(entries("BERT", "BERT-large", "GPT", "GPT-4"))
    (found,) = make().recognize([paper])
    where = sorted((m.mention.start, m.mention.text) for m in found.mentions)
    assert where == [
        (0, "BERT-large"),
        (15, "BERT"),
        (34, "GPT"),
        (34, "GPT-4"),
    ]


# --- answers that cannot be used --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content", ['```json\n{"concepts": [{"mention": "PrismNet"}]}\n```', 'Sure! {"concepts": [{"mention": "PrismNet"}]} Anything else?']
)
def test_json_among_words_is_read(server: Server, make: Make, example: Paper, content: str) -> None:
    server.play(Reply(content))
    assert _texts(make().recognize([example])[0]) == {"PrismNet"}


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply("I found PrismNet."), "the answer is not the JSON that was asked for"),
        (Reply('{"concepts": [{"mention": "Prism'), "the answer is not the JSON that was asked for"),
        (Reply('{"concepts": [{"mention": "Prism', finish="length"), "the answer was cut off at max_tokens"),
        (Reply('{"concepts": "PrismNet"}'), "the answer is not the JSON that was asked for"),
        (Reply("[" * 100_000), "the answer is not the JSON that was asked for"),
        (Reply(None, refusal="I cannot help with that."), "the model refused to answer"),
        (Reply("", finish="content_filter"), "the model refused to answer"),
        (Reply(body=b'{"choices": []}'), "the answer is not the JSON that was asked for"),
        (Reply(body=b'{"choices": [{"message": {"content": 7}}]}'), "the answer is not the JSON that was asked for"),
    ],
)
def test_an_unusable_answer_is_asked_for_once_more_then_the_paper_is_reported(
    server: Server, make: Make, example: Paper, reply: Reply, reason: str
) -> None:
    server.answer = lambda request: reply if asked(request)["title"] == example.title else entries("PrismNet")
    other = Paper("other", "Other", "PrismNet too.")
    bad, good = make().recognize([example, other])
    assert bad.mentions == ()
    assert [(r.source, r.reason, r.fatal) for r in bad.rejected] == [("example", reason, True)]
    assert _texts(good) == {"PrismNet"}
    seeds = sorted(r["seed"] for r in server.requests if asked(r)["title"] == example.title)
    assert seeds == [0, 1]
    before = len(server.requests)
    make().recognize([example, other])
    assert len(server.requests) == before + 2, "only what was usable is kept"


def test_the_second_answer_may_be_good(server: Server, make: Make, example: Paper) -> None:
    server.play(Reply("Hm."), entries("PrismNet"))
    model = make()
    assert _texts(model.recognize([example])[0]) == {"PrismNet"}
    assert model.usage()["retried"] == 1
    assert model.usage()["prompt_tokens"] == 200, "the first one cost too"


def test_where_a_part_gets_no_answer_the_others_count(server: Server, make: Make) -> None:
    server.answer = lambda request: entries("PrismNet") if "PrismNet" in asked(request)["text"] else Reply("Hm.")
    (found,) = make(piece=500).recognize([Paper("p", "Long", "Words are here. " * 60 + "It ends with PrismNet.")])
    assert _texts(found) == {"PrismNet"}
    assert [r.fatal for r in found.rejected] == [True]
    assert "of 2 parts of the text, 1 got none" in found.rejected[0].reason


# --- forms of the answer that the endpoint does not know ---------------------------------------------------------------


@pytest.mark.parametrize(("known", "form"), [("json_object", "object"), (None, "none")])
def test_a_form_that_is_refused_is_not_asked_for_again(server: Server, make: Make, known: str | None, form: str) -> None:
    def answer(request: dict[str, Any]) -> Reply:
        kind = request.get("response_format", {}).get("type")
        return entries("PrismNet") if kind == known else error(400, f"response_format {kind} is not supported")

    server.answer = answer
    model = make(concurrency=1)
    found = model.recognize(_papers(4))
    assert [_texts(f) for f in found] == [{"PrismNet"}] * 4
    assert len(server.requests) == 4 + {"object": 1, "none": 2}[form]
    assert model.usage()["structured"] == form


def test_a_request_that_is_refused_in_every_form_is_that_papers_failure(server: Server, make: Make) -> None:
    server.answer = lambda r: error(400, "the context is too long") if "2th" in asked(r)["text"] else entries("PrismNet")
    model = make(concurrency=1)
    found = model.recognize(_papers(4))
    assert [len(f.rejected) for f in found] == [0, 0, 1, 0]
    assert found[2].rejected[0].reason == "status 400: the context is too long"
    assert server.requests[-1]["response_format"]["type"] == "json_schema", "it was not the form"


def test_an_endpoint_that_refuses_the_first_request_stops_the_run(server: Server, make: Make, example: Paper) -> None:
    server.play(error(400, "no such parameter: seed"))
    with pytest.raises(UsageError, match="status 400: no such parameter: seed"):
        make().recognize([example])
    server.requests.clear()
    with pytest.raises(UsageError, match="no such parameter"):
        make(structured="schema").recognize([example])
    assert len(server.requests) == 1


# --- servers in trouble -----------------------------------------------------------------------------------------------


def test_a_limit_of_rate_is_heeded_by_all_threads(server: Server, make: Make) -> None:
    began: list[float] = []
    first = threading.Event()

    def answer(request: dict[str, Any]) -> Reply:
        began.append(time.monotonic())
        if not first.is_set():
            first.set()
            return error(429, "slow down", Retry_After="1")
        return entries("PrismNet")

    server.answer = answer
    model = make(concurrency=1)
    assert all(_texts(f) for f in model.recognize(_papers(3)))
    assert began[1] - began[0] >= 0.95
    assert model.usage()["retried"] == 1
    assert model.usage()["requests"] == 4


def test_the_date_form_of_retry_after() -> None:
    assert client._seconds(email.utils.formatdate(time.time() + 30, usegmt=True)) == pytest.approx(30, abs=2)
    assert client._seconds(email.utils.formatdate(time.time() - 30, usegmt=True)) == 0
    assert [client._seconds(t) for t in ("3", "0.5", "-1", "", "soon", "nan", "inf")] == [3, 0.5, 0, 0, 0, 0, 0]


def test_a_pause_longer_than_allowed_is_not_waited_for(server: Server, make: Make, example: Paper) -> None:
    server.play(error(429, "quota exceeded", Retry_After="86400"))
    begun = time.monotonic()
    with pytest.raises(EnvironmentError_, match="wants a pause of 86400 s, more than max_wait=120"):
        make().recognize([example])
    assert time.monotonic() - begun < 10
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 529, 408])
def test_failures_of_the_server_are_tried_again(server: Server, make: Make, example: Paper, status: int) -> None:
    server.play(error(status, "oh"), error(status, "oh"), entries("PrismNet"))
    assert _texts(make().recognize([example])[0]) == {"PrismNet"}


def test_waits_double_and_have_a_limit() -> None:
    endpoint = client.Endpoint(
        "http://127.0.0.1:1/v1", "", timeout=1, retries=1, max_wait=5, allow_http=False, stop=threading.Event()
    )  # fmt: skip
    for number, least in ((1, 1), (2, 2), (3, 4), (4, 5), (30, 5)):
        assert all(least <= endpoint._backoff(number) <= 1.5 * least for _ in range(20))


def test_one_paper_that_fails_for_good_does_not_stop_the_others(server: Server, make: Make) -> None:
    server.answer = lambda r: error(500, "oh") if "1th" in asked(r)["text"] else entries("PrismNet")
    found = make(concurrency=1).recognize(_papers(3))
    assert [len(f.mentions) for f in found] == [1, 0, 1]
    assert found[1].rejected[0].reason == "status 500: oh; given up after 3 tries"


def test_a_server_that_goes_down_stops_the_run_and_what_was_answered_is_kept(server: Server, make: Make) -> None:
    served = [0]

    def answer(_: dict[str, Any]) -> Reply:
        served[0] += 1
        return entries("PrismNet") if served[0] <= 4 else error(503, "down")

    server.answer = answer
    with pytest.raises(EnvironmentError_, match="no answer to 3 requests in a row"):
        make(concurrency=1).recognize(_papers(20))
    assert len(server.requests) == 4 + 3 * 3
    server.play(entries("PrismNet"))
    model = make()
    assert all(_texts(f) for f in model.recognize(_papers(20)))
    assert (model.usage()["from_cache"], model.usage()["requests"]) == (4, 16)


def test_a_server_that_hangs_is_given_up(server: Server, make: Make, example: Paper) -> None:
    gate = threading.Event()
    server.play(Reply("{}", wait=gate))
    begun = time.monotonic()
    with pytest.raises(EnvironmentError_, match=r"no answer within 0\.2 s; given up after 2 tries"):
        make(timeout=0.2, retries=1).recognize([example])
    assert time.monotonic() - begun < 10
    gate.set()


def test_a_server_that_drips_is_given_up(make: Make, example: Paper) -> None:
    """Every byte comes in time, but the answer never ends."""
    import socket

    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def drip() -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not done.wait(0.05):
                connection.sendall(b" ")

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    begun = time.monotonic()
    with pytest.raises(EnvironmentError_, match=r"no answer within 0\.5 s"):
        make(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}/v1", timeout=0.5, retries=0).recognize([example])
    done.set()
    thread.join(5)
    listener.close()
    assert time.monotonic() - begun < 10


def test_no_server_is_said_at_once(make: Make, example: Paper) -> None:
    with pytest.raises(EnvironmentError_, match=r"no connection .*see whether the server runs"):
        make(base_url="http://127.0.0.1:9/v1", retries=5).recognize([example])


def test_what_is_no_json_at_all(server: Server, make: Make, example: Paper) -> None:
    server.play(Reply(body=b"<html>gateway</html>"))
    with pytest.raises(EnvironmentError_, match="the server's answer is no JSON object; given up after 3 tries"):
        make().recognize([example])


def test_an_interrupted_run_sends_no_further_request_and_keeps_what_it_has(server: Server, make: Make) -> None:
    def answer(request: dict[str, Any]) -> Reply:
        if len(server.requests) == 4:
            _thread.interrupt_main()
        return Reply('{"concepts": []}', wait=pause)

    pause = threading.Event()
    server.answer = answer
    threading.Timer(1.0, pause.set).start()
    with pytest.raises(KeyboardInterrupt):
        make(concurrency=4).recognize(_papers(60))
    time.sleep(1.5)
    sent = len(server.requests)
    assert sent <= 8
    model = make()
    assert len(model.recognize(_papers(60))) == 60
    assert model.usage()["from_cache"] == sent


# --- keys, addresses --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_stops_the_run_and_is_not_shown(
    server: Server, make: Make, example: Paper, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", KEY)
    server.play(error(status, f"Incorrect API key provided: {KEY}."))
    with pytest.raises(EnvironmentError_, match=r"refuses the key \(status 40\d: Incorrect API key provided: \*\*\*\.\)") as raised:
        make(key_env="MY_KEY").recognize([example])
    assert KEY not in str(raised.value)
    assert len(server.requests) == 1


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


def test_a_key_does_not_go_over_the_net_unencrypted(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_ENV, KEY)
    with pytest.raises(UsageError, match=r"the key would go to llm\.example\.org unencrypted"):
        make(base_url="http://llm.example.org/v1")
    make(base_url="http://llm.example.org/v1", allow_http=True)
    make(base_url="https://llm.example.org/v1")
    make(base_url="http://localhost:8000/v1")


def test_no_redirect_is_followed(server: Server, make: Make, example: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_ENV, KEY)
    with serving() as elsewhere:
        for status in (301, 302, 307, 308):
            server.play(Reply(status=status, headers={"Location": elsewhere.url}, body=b""))
            with pytest.raises(UsageError, match="leads on to http://127"):
                make().recognize([example])
        assert not elsewhere.requests


@pytest.mark.parametrize(
    "base_url",
    ["", "127.0.0.1:8000", "ftp://x/v1", "http:///v1", "http://u:p@127.0.0.1/v1", "http://127.0.0.1/v1?key=x", "file:///etc/passwd"],
)
def test_addresses_that_are_none(make: Make, base_url: str) -> None:
    with pytest.raises(UsageError, match="base_url"):
        make(base_url=base_url)


def test_a_model_that_does_not_exist(server: Server, make: Make, example: Paper) -> None:
    server.play(error(404, "The model `tiny` does not exist"))
    with pytest.raises(UsageError, match="does not exist; check base_url and model"):
        make().recognize([example])


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


# --- cache, limits, counts --------------------------------------------------------------------------------------------


def test_what_was_answered_is_not_asked_again(server: Server, make: Make, example: Paper) -> None:
    first = make().recognize([example])
    again = make(concurrency=2, timeout=9.0, base_url=server.url + "/")
    assert again.recognize([example]) == first
    assert len(server.requests) == 1
    assert again.usage() == {"requests": 0, "from_cache": 1, "prompt_tokens": 0, "completion_tokens": 0}


def test_another_question_is_another_entry(server: Server, make: Make, example: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    asks: list[Callable[[], Any]] = [
        lambda: make().recognize([example]),
        lambda: make(model="other").recognize([example]),
        lambda: make(temperature=0.5).recognize([example]),
        lambda: make(seed=3).recognize([example]),
        lambda: make(max_tokens=9).recognize([example]),
        lambda: make(body={"top_p": 0.5}).recognize([example]),
        lambda: make().recognize([Paper("example", "Another title", example.abstract)]),
        lambda: make().recognize([Paper("example", example.title, example.abstract + " More.")]),
    ]
    for number, ask in enumerate(asks, 1):
        ask()
        assert len(server.requests) == number
    monkeypatch.setattr(prompt, "VERSION", "another")
    make().recognize([example])
    assert len(server.requests) == len(asks) + 1


def test_a_run_goes_on_where_it_ended(server: Server, make: Make) -> None:
    make().recognize(_papers(3))
    model = make()
    assert len(model.recognize(_papers(8))) == 8
    assert (model.usage()["from_cache"], model.usage()["requests"]) == (3, 5)


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"key": "x"}', b"\xff\xfe"])
def test_a_damaged_entry_is_asked_for_again_and_counted(server: Server, make: Make, example: Paper, tmp_path: Path, damage: bytes) -> None:
    first = make().recognize([example])
    (file,) = (tmp_path / "answers").rglob("*.json")
    whole = file.read_bytes()
    file.write_bytes(damage)
    model = make()
    assert model.recognize([example]) == first
    assert model.usage()["damaged_in_cache"] == 1
    assert len(server.requests) == 2
    assert file.read_bytes() == whole
    assert not list((tmp_path / "answers").rglob("*.part"))


def test_the_cache_holds_no_key_and_no_text_of_papers(make: Make, example: Paper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_ENV, KEY)
    make().recognize([example])
    for file in (tmp_path / "answers").rglob("*.json"):
        assert KEY not in file.read_text()
        assert "We propose" not in file.read_text()


def test_without_a_cache_nothing_is_written(
    server: Server, make: Make, example: Paper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERKG_CACHE", str(tmp_path / "home"))
    make(cache=False).recognize([example])
    assert not list(tmp_path.rglob("*.json"))
    make(cache="").recognize([example])
    assert list((tmp_path / "home" / "llm").rglob("*.json"))
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentError_, match="name another folder with cache"):
        make(cache=str(tmp_path / "file")).recognize([Paper("p", "New", "")])


def test_a_limit_of_requests_is_kept_and_what_was_answered_is_not_lost(server: Server, make: Make) -> None:
    with pytest.raises(UsageError, match="max_requests=3 is used up; answers so far are kept"):
        make(max_requests=3).recognize(_papers(9))
    assert len(server.requests) == 3
    assert len(make(max_requests=6).recognize(_papers(9))) == 9
    assert len(server.requests) == 9
    assert len(make(max_requests=0).recognize(_papers(9))) == 9, "all are in the cache"


def test_retries_count_against_the_limit(server: Server, make: Make, example: Paper) -> None:
    server.play(error(500, "oh"))
    with pytest.raises(UsageError, match="max_requests=2"):
        make(max_requests=2, retries=9).recognize([example])
    assert len(server.requests) == 2


def test_a_limit_of_cost(server: Server, make: Make) -> None:
    model = make(max_cost=0.0025, price_in=5.0, price_out=25.0, concurrency=1)
    with pytest.raises(UsageError, match=r"max_cost=0\.0025 is used up \(0\.003 spent\)"):
        model.recognize(_papers(9))
    assert len(server.requests) == 3
    server.play(Reply('{"concepts": []}', usage=None))
    with pytest.raises(EnvironmentError_, match="gives no token counts, so max_cost cannot be kept"):
        make(max_cost=1.0, price_in=5.0, price_out=25.0).recognize([Paper("p", "New", "")])


def test_token_counts_that_are_missing_are_told(server: Server, make: Make, example: Paper) -> None:
    server.play(Reply('{"concepts": []}', usage={"prompt_tokens": "many"}))
    model = make()
    model.recognize([example])
    assert model.usage()["without_token_counts"] == 1


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


# --- the command line --------------------------------------------------------------------------------------------------


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
