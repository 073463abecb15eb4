"""Statements that run beside each other: told in their order, never more than agreed, and none begun after an error."""

from __future__ import annotations

import threading

import pytest

from exports.neo4j_server import Server
from exports.neo4j_statements import KINDS, Row
from exports.neo4j_writers import WRITERS, Writers


def test_two_run_at_a_time_and_are_told_in_the_order_in_which_they_were_put() -> None:
    # each waits for the other: one alone would never come to its end
    meet = threading.Barrier(WRITERS, timeout=30)
    told: list[int] = []
    lock, running, most = threading.Lock(), 0, 0

    def run(number: int) -> int:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        meet.wait()
        with lock:
            running -= 1
        return number

    with Writers() as writers:
        for number in range(4 * WRITERS):
            writers.put(lambda number=number: run(number), told.append)  # type: ignore[misc]
        writers.finish()
        assert writers.ask(lambda: 7).result() == 7
    assert told == [*range(4 * WRITERS)] and most == WRITERS


def test_an_error_is_raised_where_rows_are_made_and_no_more_is_begun() -> None:
    begun: list[int] = []

    def run(number: int) -> int:
        begun.append(number)
        if number == 0:
            raise ValueError("the server is gone")
        return number

    told: list[int] = []
    with pytest.raises(ValueError, match="the server is gone"), Writers() as writers:
        for number in range(1000):
            writers.put(lambda number=number: run(number), told.append)  # type: ignore[misc]
    # those that ran beside it, and the one that waited
    assert told == [] and {0} <= {*begun} <= {*range(WRITERS + 1)}


def test_no_text_of_all_rows_is_made_for_the_log_of_the_driver() -> None:
    sent: list[object] = []

    class Counters:
        nodes_created = 2

    class Result:
        counters = Counters()

        def consume(self) -> Result:
            return self

    class Session:
        def __enter__(self) -> Session:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def execute_write(self, work: object) -> object:
            return work(self)  # type: ignore[operator]

        def run(self, text: str, **parameters: object) -> Result:
            sent.append(parameters["rows"])
            return Result()

    class Driver:
        def session(self, **_: object) -> Session:
            return Session()

    server = Server(Driver(), "neo4j")  # type: ignore[arg-type]
    assert server.write(KINDS[0], "Paper", [Row("Paper", ["a", "b"], 1), Row("Paper", ["c", "d"], 2)], fresh=True) == 2
    # as a list for the driver, and as a few letters for whoever prints it
    assert sent == [[["a", "b"], ["c", "d"]]] and repr(sent[0]) == "<2 rows>"
    assert server.sent == 2
