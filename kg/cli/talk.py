"""What the commands say on stderr, and how they ask for values."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kg.errors import DataError, EnvironmentError_, UsageError

Progress = Callable[[str, int, int | None], None]
_STAGES = {"load": "reading the inputs", "read": "linking"}


def say(text: str) -> None:
    """A line of talk."""
    sys.stderr.write(text + "\n")


def out(text: str) -> None:
    """Data, as it is."""
    sys.stdout.write(text)


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> count(1, "paper"), count(1200, "paper"), count(2, "entry", "entries")
    ('1 paper', '1,200 papers', '2 entries')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


@contextmanager
def progress(quiet: bool = False) -> Iterator[Progress | None]:
    """A function that draws how far a stage has come, or None where nobody sees it: stderr is no terminal, or `quiet`."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if console.is_dumb_terminal:
        yield None
        return
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as bars:
        tasks = {}

        def draw(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(_STAGES.get(stage, stage), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield draw


def ask_password(question: str) -> str:
    """What is typed on the terminal without being shown.

    Raises:
        EnvironmentError_: there is no terminal.
    """
    import getpass

    if not sys.stdin.isatty():
        raise EnvironmentError_("no password, and no terminal to ask for it; set NEO4J_PASSWORD (and NEO4J_USERNAME for another user)")
    return getpass.getpass(question)


def pairs(given: Sequence[str], option: str) -> dict[str, str]:
    """The values of an option that is given as NAME=VALUE, any number of times.

    Raises:
        UsageError: a value without a name, or a name that is given twice.
    """
    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"{option} {text!r} is no NAME=VALUE; write it as {option} name=value")
        if name.strip() in found:
            raise UsageError(f"{option} gives {name.strip()!r} twice; give it once")
        found[name.strip()] = value
    return found


def text_of(given: str) -> str:
    """The text that an argument stands for: itself, `-` for standard input, `@FILE` for a file.

    Raises:
        DataError: the file cannot be read as UTF-8.
    """
    try:
        if given == "-":
            return sys.stdin.buffer.read().decode()
        if given.startswith("@"):
            return Path(given[1:]).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DataError(f"{given[1:]}: no such file; check the spelling") from error
    except IsADirectoryError as error:
        raise DataError(f"{given[1:]}: a folder; name a file in it") from error
    except UnicodeDecodeError as error:
        where = "standard input" if given == "-" else given[1:]
        raise DataError(f"{where}: not UTF-8 (byte {error.start}); convert it, for example with iconv -t UTF-8") from error
    return given
