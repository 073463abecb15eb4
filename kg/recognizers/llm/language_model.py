"""The recogniser that asks a chat model for the concepts of papers: its options, and what it makes of the answers."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.cache import cache_folder
from kg.errors import EnvironmentError_, UsageError, did_you_mean
from kg.model import Paper, Rejected
from kg.recognizers.llm import prompt
from kg.recognizers.llm.answer import Answer, entries, recognition
from kg.recognizers.llm.asking import Asking, Question
from kg.recognizers.llm.cache import Answers, key
from kg.recognizers.llm.client import Endpoint
from kg.recognizers.llm.usage import Usage
from kg.recognizers.options import fraction, number, whole
from kg.recognizers.pieces import pieces
from kg.recognizers.protocol import Recognition
from kg.recognizers.verify import reject

KEY_ENV = "PAPERKG_LLM_KEY"
STRUCTURED = ("schema", "object", "none")


class LanguageModel:
    """Asks a chat model for the concepts of each paper. What it names must stand in the text.

    Args:
        base_url: the endpoint, up to and without `/chat/completions`.
        model: the model's name there.
        key_env: the environment variable that holds the key; the default one may be missing, for servers that want none.
        structured: the form of the answer that is asked for: "schema" (JSON Schema), "object" (any JSON), "none", or "auto": the
            first of them that the endpoint takes.
        temperature, seed, max_tokens: as in the interface; `omit` names those that the endpoint does not know.
        body: further entries of the request, as the endpoint has them.
        score: confidence of each mention.
        piece: characters of an abstract in one request; longer ones are cut at ends of sentences.
        timeout: seconds for one try. retries: further tries after time-outs, failures of the server and limits of rate.
        max_wait: seconds that the server may ask to wait.
        concurrency: requests at once.
        max_requests, max_cost: limits; None for none. price_in, price_out: prices of a million tokens.
        cache: folder of the answers; "" for that of paperkg's cache, False for none.
        allow_http: whether a key may go over an unencrypted connection to another machine.

    Raises:
        UsageError: an option that does not fit.
        EnvironmentError_: the variable of the key is named and missing.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        *,
        key_env: str = KEY_ENV,
        structured: str = "auto",
        temperature: float = 0.0,
        seed: int = 0,
        max_tokens: int = 4000,
        omit: Sequence[str] = (),
        body: Mapping[str, Any] | None = None,
        score: float = 0.8,
        piece: int = 12_000,
        timeout: float = 60.0,
        retries: int = 5,
        max_wait: float = 120.0,
        concurrency: int = 4,
        max_requests: int | None = None,
        max_cost: float | None = None,
        price_in: float | None = None,
        price_out: float | None = None,
        cache: str | Path | bool = "",
        allow_http: bool = False,
    ) -> None:
        if not isinstance(model, str) or not model:
            raise UsageError(f"model is {model!r}; give the name of a model as the endpoint has it")
        if structured not in ("auto", *STRUCTURED):
            raise UsageError(f"structured is {structured!r}; {did_you_mean(str(structured), ('auto', *STRUCTURED))}")
        settings: dict[str, Any] = {
            "temperature": number("temperature", temperature),
            "seed": whole("seed", seed),
            "max_tokens": whole("max_tokens", max_tokens, 1),
        }
        if isinstance(omit, str) or not set(omit) <= settings.keys():
            raise UsageError(f"omit is {omit!r}; give a list of those of {', '.join(settings)} that the endpoint does not know")
        if body is not None and (not isinstance(body, Mapping) or {"messages", "model", "response_format", "stream"} & body.keys()):
            raise UsageError("body holds further entries of the request, none of messages, model, response_format and stream")
        self._model, self._structured = model, structured
        self._settings = {name: value for name, value in settings.items() if name not in omit} | dict(body or {})
        self._score, self._piece = fraction("score", score), whole("piece", piece, 200)
        self._usage = Usage(
            None if price_in is None else number("price_in", price_in),
            None if price_out is None else number("price_out", price_out),
            None if max_requests is None else whole("max_requests", max_requests),
            None if max_cost is None else number("max_cost", max_cost),
        )
        self._stop = threading.Event()
        endpoint = Endpoint(
            str(base_url), _key(key_env), timeout=number("timeout", timeout, 0.001), retries=whole("retries", retries),
            max_wait=number("max_wait", max_wait), allow_http=allow_http, stop=self._stop,
        )  # fmt: skip
        own = cache_folder() / "llm" if cache is True or cache == "" else cache
        self._answers = Answers(None if own is False else Path(own))
        self._asking = Asking(
            endpoint, self._answers, self._usage, model=model, settings=self._settings, stop=self._stop,
            forms=STRUCTURED if structured == "auto" else (structured,), concurrency=whole("concurrency", concurrency, 1),
        )  # fmt: skip

    @property
    def fingerprint(self) -> str:
        """A hash of the model's name, the prompt, the parameters and the options that mentions depend on.

        The address does not count: a model of one name is taken for the same wherever it runs.
        """
        return key("fingerprint", *self._question(), self._score, self._piece)

    def _question(self) -> tuple[Any, ...]:
        return prompt.VERSION, self._model, self._settings, self._structured

    def usage(self) -> dict[str, int | float | str]:
        """Requests, tokens and cost so far, and what came from the cache."""
        found = self._usage.report()
        if self._answers.damaged:
            found["damaged_in_cache"] = self._answers.damaged
        if self._structured == "auto" and self._asking.form != STRUCTURED[0]:
            found["structured"] = self._asking.form
        return found

    def close(self) -> None:
        """Ends all waiting."""
        self._stop.set()

    def recognize(self, papers: Sequence[Paper]) -> list[Recognition]:
        """What the model names in every paper. A paper without a usable answer has a rejection that is fatal.

        Raises:
            UsageError: a limit is reached, or the endpoint does not know the model.
            EnvironmentError_: the endpoint cannot be reached, or refuses the key. The answers so far are kept.
        """
        asked = [list(self._asked(paper)) for paper in papers]
        said = self._asking.all({one.key: one for some in asked for one in some})
        return [self._recognition(paper, [said[one.key] for one in some]) for paper, some in zip(papers, asked, strict=True)]

    def _asked(self, paper: Paper) -> Iterator[Question]:
        if not any(c.isalnum() for c in paper.title + paper.abstract):
            return
        for start, end in pieces(paper.abstract, self._piece) or [(0, 0)]:
            text = paper.abstract[start:end]
            yield Question(key(*self._question(), paper.title, text), paper.title, text)

    def _recognition(self, paper: Paper, said: Sequence[Answer | str]) -> Recognition:
        good = [answer for answer in said if isinstance(answer, Answer)]
        found, repaired = recognition(paper, [entry for answer in good for entry in entries(answer.content) or ()], self._score)
        self._usage.add("repaired", repaired)
        failures: list[Rejected] = []
        for failure in dict.fromkeys(f for f in said if isinstance(f, str)):
            part = f" (of {len(said)} parts of the text, {len(said) - len(good)} got none)" if len(said) > 1 else ""
            failures.append(reject(paper, failure + part, hint="other answers are kept; run again to ask for this one", fatal=True))
        return Recognition(found.mentions, (*found.rejected, *failures))


def _key(variable: str) -> str:
    if not isinstance(variable, str) or not variable.replace("_", "a").isalnum() or variable[:1].isdigit():
        raise UsageError("key_env is no name of an environment variable; a key itself is never an option, put it into a variable")
    found = os.environ.get(variable, "").strip()
    if not found and variable != KEY_ENV:
        raise EnvironmentError_(
            f"the environment variable {variable} is not set; put the key into it, or leave key_env out if none is needed"
        )
    if not found.isprintable() or not found.isascii():
        raise EnvironmentError_(f"the environment variable {variable} holds characters that no key has")
    return found
