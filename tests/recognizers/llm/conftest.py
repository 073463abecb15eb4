"""A language model behind a server of our own, with a cache of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_server import Make, Server, names, serving

from kg.recognizers.llm import KEY_ENV, LanguageModel, client


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
