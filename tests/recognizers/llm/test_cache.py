"""Answers that are kept: what was paid for once is not asked again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fake_server import KEY, Make, Server, numbered

from kg.errors import EnvironmentError_
from kg.model import Paper
from kg.recognizers.llm import KEY_ENV, prompt


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
    make().recognize(numbered(3))
    model = make()
    assert len(model.recognize(numbered(8))) == 8
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


def test_the_cache_holds_no_key_and_no_text_ofnumbered(make: Make, example: Paper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
