"""Many questions: several at once, forms of the answer that the endpoint does not know, and runs that end early."""

from __future__ import annotations

import _thread
import threading
import time
from typing import Any

import pytest
from fake_server import Make, Reply, Server, asked, entries, error, numbered, texts

from kg.errors import EnvironmentError_, UsageError
from kg.model import Paper


def test_at_most_so_many_at_once_and_each_text_once(server: Server, make: Make) -> None:
    gate = threading.Event()
    server.answer = lambda _: Reply('{"concepts": []}', wait=gate)
    papers = [*numbered(9), *numbered(9)]
    threading.Timer(0.5, gate.set).start()
    assert len(make(concurrency=3).recognize(papers)) == 18
    assert server.most_at_once == 3
    assert len(server.requests) == 9


@pytest.mark.parametrize(("known", "form"), [("json_object", "object"), (None, "none")])
def test_a_form_that_is_refused_is_not_asked_for_again(server: Server, make: Make, known: str | None, form: str) -> None:
    def answer(request: dict[str, Any]) -> Reply:
        kind = request.get("response_format", {}).get("type")
        return entries("PrismNet") if kind == known else error(400, f"response_format {kind} is not supported")

    server.answer = answer
    model = make(concurrency=1)
    found = model.recognize(numbered(4))
    assert [texts(f) for f in found] == [{"PrismNet"}] * 4
    assert len(server.requests) == 4 + {"object": 1, "none": 2}[form]
    assert model.usage()["structured"] == form


def test_a_request_that_is_refused_in_every_form_is_that_papers_failure(server: Server, make: Make) -> None:
    server.answer = lambda r: error(400, "the context is too long") if "2th" in asked(r)["text"] else entries("PrismNet")
    model = make(concurrency=1)
    found = model.recognize(numbered(4))
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


def test_one_paper_that_fails_for_good_does_not_stop_the_others(server: Server, make: Make) -> None:
    server.answer = lambda r: error(500, "oh") if "1th" in asked(r)["text"] else entries("PrismNet")
    found = make(concurrency=1).recognize(numbered(3))
    assert [len(f.mentions) for f in found] == [1, 0, 1]
    assert found[1].rejected[0].reason == "status 500: oh; given up after 3 tries"


def test_a_server_that_goes_down_stops_the_run_and_what_was_answered_is_kept(server: Server, make: Make) -> None:
    served = [0]

    def answer(_: dict[str, Any]) -> Reply:
        served[0] += 1
        return entries("PrismNet") if served[0] <= 4 else error(503, "down")

    server.answer = answer
    with pytest.raises(EnvironmentError_, match="no answer to 3 requests in a row"):
        make(concurrency=1).recognize(numbered(20))
    assert len(server.requests) == 4 + 3 * 3
    server.play(entries("PrismNet"))
    model = make()
    assert all(texts(f) for f in model.recognize(numbered(20)))
    assert (model.usage()["from_cache"], model.usage()["requests"]) == (4, 16)


def test_an_interrupted_run_sends_no_further_request_and_keeps_what_it_has(server: Server, make: Make) -> None:
    def answer(request: dict[str, Any]) -> Reply:
        if len(server.requests) == 4:
            _thread.interrupt_main()
        return Reply('{"concepts": []}', wait=pause)

    pause = threading.Event()
    server.answer = answer
    threading.Timer(1.0, pause.set).start()
    with pytest.raises(KeyboardInterrupt):
        make(concurrency=4).recognize(numbered(60))
    time.sleep(1.5)
    sent = len(server.requests)
    assert sent <= 8
    model = make()
    assert len(model.recognize(numbered(60))) == 60
    assert model.usage()["from_cache"] == sent
