"""The root of the command line. A command's module is imported when that command is called, or listed by `kg --help`."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from kg.errors import UsageError, did_you_mean

COMMANDS = (
    "build",
    "view",
    "site",
    "export",
    "validate",
    "load",
    "push",
    "query",
    "serve",
    "analyze",
    "link",
    "eval",
    "train",
    "catalog",
    "corrections",
    "doctor",
)
#: Help as plain text: drawing boxes around it would take longer than all the rest of `kg --help`.
PLAIN: dict[str, Any] = {"rich_markup_mode": None, "add_completion": False, "pretty_exceptions_enable": False}
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Commands(TyperGroup):
    """The commands, each in the module of its name."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, in the order in which help shows them."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of a name.

        Raises:
            UsageError: there is none; the message names the nearest.
        """
        if cmd_name.startswith("-"):
            return None
        if cmd_name not in COMMANDS:
            raise UsageError(f"no command {cmd_name!r}; {did_you_mean(cmd_name, COMMANDS)} See kg --help")
        found: Any = typer.main.get_command(import_module(f"kg.cli.{cmd_name}").app)
        found.name = cmd_name
        return found


def command() -> Any:
    """The root command, ready to be run."""
    return typer.main.get_command(root)


def new(**options: Any) -> typer.Typer:
    """What a command's module hangs its function on."""
    return typer.Typer(**PLAIN, context_settings=CONTEXT, **options)


def help_if_alone(context: typer.Context) -> None:
    """Shows the help, on stderr, where a command was called without the subcommand it needs."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(2)


root = typer.Typer(cls=Commands, **PLAIN | {"add_completion": True}, context_settings=CONTEXT)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            found = version("paperkg")
        except PackageNotFoundError:
            found = "(not installed)"
        typer.echo(f"paperkg {found}")
        raise typer.Exit


@root.callback(invoke_without_command=True)
def kg(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error; may stand anywhere.")] = False,
) -> None:
    """Turn machine-learning papers into a graph of linked concepts: RDF, Neo4j and interactive pages out.

    \b
    Example:
      kg build papers.jsonl -o graph
      kg view graph -o graph.html
      kg query graph --name papers-using --param x=Transformer
    """
    from kg.rooms import check_rooms

    check_rooms()
    help_if_alone(context)
