"""What commands that read papers have in common: their options, and what is said of a recogniser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.talk import count, say
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.recognizers.plugged import Recognizing

CatalogOption = Annotated[
    list[Path] | None, typer.Option("--catalog", metavar="FILE", help="Further concepts (TSV), beside those that ship.")
]
ModelOption = Annotated[
    Path | None, typer.Option("--model", metavar="FOLDER", help="Trained decisions that kg train wrote, not those that ship.")
]
FavourOption = Annotated[
    str, typer.Option("--favour", metavar="WHAT", help="Few wrong links (precision), few missed (recall), or balanced.")
]
ProfileOption = Annotated[
    str, typer.Option("--profile", metavar="HOW", help="Read fast, or accurate: some twenty times slower, and needs paperkg[encoder].")
]
RecognizerOption = Annotated[
    str | None, typer.Option("--recognizer", metavar="NAME[=CONFIG]", help="A further recogniser: spacy, gliner, llm, or a plug-in's.")
]
CombineOption = Annotated[
    str | None,
    typer.Option("--combine", metavar="improve|replace", help="Join its mentions with paperkg's own (the default), or take only its."),
]

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
    failures = [item for item in done.rejected if item.fatal][:_SHOWN]
    for item in failures:
        say(f"{done.name}: no usable answer for {item}")
    # `rejected` ends after a thousand, so that it may hold fewer failures than there were
    if more := done.failed - len(failures):
        say(f"{done.name}: no usable answer for {count(more, 'more paper', 'more papers')}")
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
