"""What commands with `--recognizer` have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.cli.talk import count, say
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.recognizers.plugged import Recognizing

_SHOWN = 5  # rejections that are shown; --json has more


def combined(recognizer: str | None, combine: str | None) -> str:
    """How to combine, by the option or by default.

    Raises:
        UsageError: the option without a recogniser, or another word.
    """
    if combine is not None and recognizer is None:
        raise UsageError("--combine goes with --recognizer, which says what is to be combined")
    if combine not in (None, "improve", "replace"):
        raise UsageError(f"--combine is {combine!r}; give improve or replace")
    return combine or "improve"


def tell(done: Recognizing, quiet: bool = False) -> None:
    """Says on stderr what a recogniser found that could not be taken, and what it spent; `quiet` leaves only papers without an answer."""
    for item in [item for item in done.rejected if item.fatal][:_SHOWN]:
        say(f"{done.name}: no usable answer for {item}")
    if done.failed > _SHOWN:
        say(f"{done.name}: no usable answer for {count(done.failed - _SHOWN, 'more paper', 'more papers')}")
    if quiet:
        return
    if total := sum(done.reasons.values()):
        say(f"{done.name}: {count(total, 'mention')} rejected: {', '.join(f'{n:,} {reason}' for reason, n in done.reasons.items())}")
        for item in [item for item in done.rejected if not item.fatal][:_SHOWN]:
            say(f"  {item}")
    if done.usage:
        say(f"{done.name}: {', '.join(f'{_words(name)} {_shown(value)}' for name, value in done.usage.items())}")


def _words(name: str) -> str:
    return name.replace("_", " ")


def _shown(value: float | str) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
