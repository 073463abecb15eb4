"""The command line: `kg`. One command a module; each parses, calls the library and prints.

Data goes to stdout and talk to stderr. Exit codes: 0 all is well, 1 something is wrong with the data, 2 with the command,
3 with the machine, 4 a graph breaks its shapes, 5 a query was stopped, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Any

from kg.errors import PaperkgError

__all__ = ["main"]

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; without `argv`, that of the process.

    No error leaves as a traceback: it becomes one message on stderr, unless `--debug` stands anywhere among the arguments.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    debug = _take(arguments, "--debug")
    _set_streams()
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        return _unheard()
    except KeyboardInterrupt:
        _say("kg: interrupted; nothing half-written was left")
        return INTERRUPTED
    except PaperkgError as error:
        return _failed(str(error), error.exit_code, debug)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _failed(f"{where}{error.strerror or error}; check the path, its permissions and the room on the disk", 3, debug)
    except Exception as error:  # noqa: BLE001 - the one place where what nobody foresaw becomes a message instead of a traceback
        return _failed(_unforeseen(error), 1, debug)
    return code


def _run(arguments: list[str]) -> int:
    import typer

    from kg.cli.app import command

    # of Typer's own errors: its base class is in no public module of all versions
    wrong_usage: Any = typer.BadParameter.__bases__[0]
    root = command()
    if "_KG_COMPLETE" in os.environ:
        root.main(arguments, prog_name="kg", complete_var="_KG_COMPLETE")
    try:
        # not `root.main`, which handles Ctrl-C and a closed pipe in its own way
        with root.make_context("kg", arguments) as context:
            return root.invoke(context) or 0
    except typer.Exit as error:
        return error.exit_code
    except wrong_usage as error:
        from kg.errors import UsageError

        # of a command below an argument (kg analyze GRAPH rank), the path has it in braces
        path = "kg" if error.ctx is None else error.ctx.command_path.translate({ord("{"): None, ord("}"): None})
        raise UsageError(f"{error.format_message().rstrip('.')}; see {path} --help") from error


def _take(arguments: list[str], flag: str) -> bool:
    """Takes a flag out of the arguments, wherever it stands before `--`."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    found = flag in arguments[:end]
    arguments[:end] = [argument for argument in arguments[:end] if argument != flag]
    return found


def _set_streams() -> None:
    # the same bytes on every system; a file name that is no UTF-8 goes out as it came in
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape", newline="\n")
    if isinstance(sys.stderr, TextIOWrapper):
        sys.stderr.reconfigure(errors="backslashreplace")


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


def _failed(message: str, code: int, debug: bool) -> int:
    if debug:
        import traceback

        traceback.print_exc()
    _say(f"kg: {message}")
    return code


def _unforeseen(error: Exception) -> str:
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({os.path.basename(frames[-1].filename)}:{frames[-1].lineno})" if frames else ""  # noqa: PTH119 - it may be no path
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return f"an error that should not happen: {said}{place}; please report it, with what the same command says with --debug, and kg doctor"


def _unheard() -> int:
    """Whoever read the output has seen enough (`kg query … | head`): no error, but Python must not try to write the rest."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, sys.stdout.fileno())
    except OSError:
        # a stand-in for stdout, without a file behind it
        sys.stdout = sys.__stdout__ or sys.stdout
    finally:
        os.close(nowhere)
    return 0
