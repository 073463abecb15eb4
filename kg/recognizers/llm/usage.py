"""What is spent on a language model, and the limits that the user sets."""

from __future__ import annotations

import threading

from kg.errors import EnvironmentError_, UsageError
from kg.recognizers.llm.answer import Answer


class Usage:
    """Counts requests, tokens and cost; may be used by several threads.

    Args:
        price_in: price of a million prompt tokens, in any currency; None where it is not known.
        price_out: the same of completion tokens.
        max_requests: requests that may be sent, retries among them; None for any number.
        max_cost: what they may cost. Requests that are under way when it is reached are let through.
    """

    def __init__(self, price_in: float | None, price_out: float | None, max_requests: int | None, max_cost: float | None) -> None:
        if max_cost is not None and (price_in is None or price_out is None):
            raise UsageError("max_cost needs price_in and price_out, the prices of a million tokens")
        self._prices = None if price_in is None or price_out is None else (price_in, price_out)
        self._max_requests, self._max_cost = max_requests, max_cost
        self._lock = threading.Lock()
        self.requests = self.retried = self.from_cache = self.repaired = 0
        self.prompt_tokens = self.completion_tokens = self.uncounted = 0

    @property
    def cost(self) -> float | None:
        """What the requests cost so far; None without prices."""
        if self._prices is None:
            return None
        return round((self.prompt_tokens * self._prices[0] + self.completion_tokens * self._prices[1]) / 1e6, 6)

    def begin(self, *, again: bool = False) -> None:
        """Asks for leave to send one more request.

        Raises:
            UsageError: a limit is reached; the message says which and what to do.
        """
        with self._lock:
            if self._max_requests is not None and self.requests >= self._max_requests:
                raise UsageError(f"max_requests={self._max_requests} is used up; {_GO_ON}")
            if self._max_cost is not None and (self.cost or 0) >= self._max_cost:
                raise UsageError(f"max_cost={self._max_cost:g} is used up ({self.cost:g} spent); {_GO_ON}")
            self.requests += 1
            self.retried += again

    def count(self, answer: Answer) -> None:
        """Adds the tokens of an answer.

        Raises:
            EnvironmentError_: there is a limit of cost, and the endpoint does not tell the tokens.
        """
        with self._lock:
            if answer.prompt_tokens is None or answer.completion_tokens is None:
                self.uncounted += 1
                if self._max_cost is not None:
                    raise EnvironmentError_("the endpoint gives no token counts, so max_cost cannot be kept; use max_requests in its place")
                return
            self.prompt_tokens += answer.prompt_tokens
            self.completion_tokens += answer.completion_tokens

    def add(self, name: str, number: int = 1) -> None:
        """Adds to one of the other counts."""
        with self._lock:
            setattr(self, name, getattr(self, name) + number)

    def report(self) -> dict[str, int | float | str]:
        """All counts that say something; the cost only where prices are known."""
        found: dict[str, int | float | str] = {
            "requests": self.requests,
            "from_cache": self.from_cache,
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
        }
        more = {"retried": self.retried, "without_token_counts": self.uncounted, "mentions_mended": self.repaired}
        found |= {name: number for name, number in more.items() if number}
        return found if self.cost is None else {**found, "cost": self.cost}


_GO_ON = "answers so far are kept in the cache, so run again with a higher limit to go on"
