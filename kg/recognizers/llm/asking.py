"""Questions to an endpoint, several at once: what was answered before comes from the cache, the forms of answers are found out."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

from kg.errors import EnvironmentError_, UsageError
from kg.recognizers.llm import prompt
from kg.recognizers.llm.answer import Answer, answer_of
from kg.recognizers.llm.cache import Answers
from kg.recognizers.llm.client import Endpoint, Stopped, Unanswered
from kg.recognizers.llm.usage import Usage

#: Statuses with which servers refuse a form of the answer that they do not know.
_UNKNOWN_FORM = (400, 404, 415, 422, 501)
#: After so many requests in a row without an answer the endpoint is taken to be down.
DOWN = 3


@dataclass(frozen=True, slots=True)
class Question:
    """A paper's title and a piece of its abstract, and the key of both."""

    key: str
    title: str
    text: str


class Asking:
    """Asks one model.

    Args:
        model: its name, as the endpoint has it.
        settings: the parameters of every request.
        forms: forms of the answer (see `prompt.response_format`), the first of which that the endpoint takes is asked for.
        concurrency: requests at once.
        stop: ends everything when it is set.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        answers: Answers,
        usage: Usage,
        *,
        model: str,
        settings: Mapping[str, Any],
        forms: Sequence[str],
        concurrency: int,
        stop: threading.Event,
    ) -> None:
        self._endpoint, self._answers, self._usage = endpoint, answers, usage
        self._model, self._settings, self._concurrency, self._stop = model, settings, concurrency, stop
        self._forms = list(forms)
        self._lock = threading.Lock()
        self._down = 0

    @property
    def form(self) -> str:
        """The form of the answer that is asked for first."""
        return self._forms[0]

    def all(self, wanted: Mapping[str, Question]) -> dict[str, Answer | str]:
        """The answer to every question, or the reason why there is none; questions go by their keys.

        Raises:
            UsageError: a limit is reached, or the endpoint does not know the model.
            EnvironmentError_: the endpoint cannot be reached, or refuses the key. The answers so far are kept.
        """
        found: dict[str, Answer | str] = {}
        waiting: SimpleQueue[Question] = SimpleQueue()
        for one in wanted.values():
            kept = self._answers.get(one.key)
            if kept is None:
                waiting.put(one)
            else:
                found[one.key] = kept
                self._usage.add("from_cache")
        errors: list[Exception] = []
        over = threading.Event()

        def work() -> None:
            while not errors and not self._stop.is_set():
                try:
                    one = waiting.get_nowait()
                    found[one.key] = self._one(one, over)
                except (Empty, Stopped):
                    return
                except Exception as error:  # noqa: BLE001 - it is raised again where the threads were started
                    errors.append(error)
                    return

        # daemons: a request that is under way must not keep an interrupted program from ending
        threads = [threading.Thread(target=work, daemon=True) for _ in range(min(self._concurrency, waiting.qsize()))]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                while thread.is_alive():
                    thread.join(0.2)
        finally:
            # whoever interrupts this wants no further request to be sent, and paid for
            over.set()
        if errors:
            raise errors[0]
        return found

    def _one(self, asked: Question, over: threading.Event) -> Answer | str:
        """The answer to one request; an unusable one is asked for once more, with another seed."""
        failure = ""
        for again in (0, 1):
            try:
                answer = self._answer(asked, again, over)
            except Unanswered as error:
                return self._unanswered(error)
            with self._lock:
                self._down = 0
            self._usage.count(answer)
            failure = answer.failure
            if not failure:
                self._answers.put(asked.key, answer)
                return answer
        return failure

    def _unanswered(self, error: Unanswered) -> str:
        if not self._endpoint.answered:
            kind = UsageError if error.status else EnvironmentError_
            raise kind(f"{self._endpoint.url}: {error}") from error
        if not error.status:
            with self._lock:
                self._down += 1
            if self._down >= DOWN:
                raise EnvironmentError_(
                    f"{self._endpoint.url}: no answer to {DOWN} requests in a row, the last time: {error}; the answers so far are kept, "
                    "run again to go on"
                ) from error
        return str(error)

    def _answer(self, asked: Question, again: int, over: threading.Event) -> Answer:
        """What the endpoint answers; forms of the answer that it refuses are left out from the first that it takes."""
        settings = {**self._settings, **({"seed": self._settings["seed"] + again} if "seed" in self._settings else {})}
        first: Unanswered | None = None
        for form in list(self._forms):
            body = {
                "model": self._model,
                "messages": prompt.messages(asked.title, asked.text),
                **settings,
                **prompt.response_format(form),
            }
            try:
                answer = answer_of(self._endpoint.ask(body, partial(self._begin, over, first is not None or again > 0)))
            except Unanswered as error:
                first = first or error
                if error.status not in _UNKNOWN_FORM:
                    raise
                continue
            with self._lock:
                # only a form that was taken tells that those before it were refused for what they are
                self._forms = self._forms[self._forms.index(form) :] if form in self._forms else self._forms
            return answer
        assert first is not None
        raise first

    def _begin(self, over: threading.Event, further: bool, *, again: bool) -> None:
        """Lets one more request be sent; it counts as a retry if it is `further`, or another try of the same."""
        if over.is_set():
            raise Stopped
        self._usage.begin(again=again or further)
