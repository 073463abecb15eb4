"""Limits of requests and cost, and what is counted."""

from __future__ import annotations

import pytest
from fake_server import Make, Reply, Server, error, numbered

from kg.errors import EnvironmentError_, UsageError
from kg.model import Paper


def test_a_limit_of_requests_is_kept_and_what_was_answered_is_not_lost(server: Server, make: Make) -> None:
    with pytest.raises(UsageError, match="max_requests=3 is used up; answers so far are kept"):
        make(max_requests=3).recognize(numbered(9))
    assert len(server.requests) == 3
    assert len(make(max_requests=6).recognize(numbered(9))) == 9
    assert len(server.requests) == 9
    assert len(make(max_requests=0).recognize(numbered(9))) == 9, "all are in the cache"


def test_retries_count_against_the_limit(server: Server, make: Make, example: Paper) -> None:
    server.play(error(500, "oh"))
    with pytest.raises(UsageError, match="max_requests=2"):
        make(max_requests=2, retries=9).recognize([example])
    assert len(server.requests) == 2


def test_a_limit_of_cost(server: Server, make: Make) -> None:
    model = make(max_cost=0.0025, price_in=5.0, price_out=25.0, concurrency=1)
    with pytest.raises(UsageError, match=r"max_cost=0\.0025 is used up \(0\.003 spent\)"):
        model.recognize(numbered(9))
    assert len(server.requests) == 3
    server.play(Reply('{"concepts": []}', usage=None))
    with pytest.raises(EnvironmentError_, match="gives no token counts, so max_cost cannot be kept"):
        make(max_cost=1.0, price_in=5.0, price_out=25.0).recognize([Paper("p", "New", "")])


def test_token_counts_that_are_missing_are_told(server: Server, make: Make, example: Paper) -> None:
    server.play(Reply('{"concepts": []}', usage={"prompt_tokens": "many"}))
    model = make()
    model.recognize([example])
    assert model.usage()["without_token_counts"] == 1
