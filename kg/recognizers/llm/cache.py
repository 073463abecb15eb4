"""Answers on disk, by the content of the question: what was paid for once is not asked again, and an interrupted run goes on."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from kg.errors import EnvironmentError_
from kg.recognizers.llm.answer import Answer

_FORMAT = 1


def key(*parts: Any) -> str:
    """The key of a question: SHA-256 of everything that it consists of."""
    return hashlib.sha256(json.dumps([_FORMAT, *parts], sort_keys=True).encode()).hexdigest()


class Answers:
    """Answers by key, in one file each, or in memory if there is no folder. The files hold keys and answers, no texts of papers."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.damaged = 0
        self._kept: dict[str, Answer] = {}

    def get(self, key: str) -> Answer | None:
        """The answer to a question, or None; a file that cannot be read counts as none."""
        if self.folder is None:
            return self._kept.get(key)
        try:
            found = json.loads(self._place(self.folder, key).read_text(encoding="utf-8"))
            answer = Answer(**{f.name: found["answer"][f.name] for f in fields(Answer)})
            if found["key"] != key or answer.failure:
                raise ValueError
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self.damaged += 1
            return None
        return answer

    def put(self, key: str, answer: Answer) -> None:
        """Keeps an answer; the file is there whole or not at all.

        Raises:
            EnvironmentError_: it cannot be written.
        """
        if self.folder is None:
            self._kept[key] = answer
            return
        place = self._place(self.folder, key)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=place.parent, suffix=".part")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"key": key, "answer": asdict(answer)}, file, ensure_ascii=False)
            Path(name).replace(place)
        except OSError as error:
            raise EnvironmentError_(
                f"{self.folder}: an answer cannot be kept there ({error.strerror}); name another folder with cache=…, or cache=false"
            ) from error

    @staticmethod
    def _place(folder: Path, key: str) -> Path:
        return folder / key[:2] / f"{key}.json"
