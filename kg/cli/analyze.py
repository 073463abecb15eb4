"""`kg analyze`: one subcommand for each verb of `kg.analysis`, whose options are the fields of the verb's settings."""

from __future__ import annotations

import dataclasses
import inspect
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from kg.cli.app import help_if_alone, new
from kg.cli.show import FormatOption, check_format, show
from kg.cli.talk import say
from kg.errors import UsageError, did_you_mean

#: Options that all verbs have, and what they are to the function behind the command.
_SAVE = Annotated[
    Path | None,
    typer.Option("--save", metavar="FILE", help="Write the whole result as JSON, for --properties of kg export, view, serve and site."),
]
_OVERWRITE = Annotated[bool, typer.Option("--overwrite", help="Replace the file of --save.")]


class Verbs(TyperGroup):
    """The verbs of `kg.analysis`, each made a command when it is called."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As usual; `kg analyze VERB --help`, without a graph, shows the help of the verb."""
        from kg.analysis import VERBS

        if args and args[0] in VERBS and {"-h", "--help"} & set(args):
            args = ["GRAPH", *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, in the order in which help shows them."""
        from kg.analysis import VERBS

        return list(VERBS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of a verb.

        Raises:
            UsageError: there is none; the message names the nearest.
        """
        from kg.analysis import VERBS

        if cmd_name.startswith("-"):
            return None
        if cmd_name not in VERBS:
            given = str(ctx.params.get("graph", "")) if ctx is not None else ""
            if given in VERBS:
                raise UsageError(f"the graph comes before the analysis: kg analyze {cmd_name} {given}")
            raise UsageError(f"no analysis {cmd_name!r}; {did_you_mean(cmd_name, VERBS)}")
        return _command(cmd_name)


app = new(cls=Verbs)


@app.callback(invoke_without_command=True)
def analyze(
    context: typer.Context,
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="The graph's folder.")],
) -> None:
    """Reason over the graph: rank, relate, trace, predict.

    What matters, what belongs together, what is alike, what builds on what, what comes.

    \b
    Example:
      kg analyze graph rank --type Dataset --top 20
      kg analyze graph communities --table members --format csv
      kg analyze graph related Transformer --by npmi
    """
    context.obj = graph
    help_if_alone(context)


def _command(name: str) -> Any:
    from kg.analysis import VERBS
    from kg.analysis.config import fields_of

    verb, config = VERBS[name]
    about = (inspect.getdoc(verb) or "").split("\n\n")[0]
    examples = "\n".join(f"  {line}" for line in config.EXAMPLES)

    def run(context: typer.Context, table: str | None, save: Path | None, overwrite: bool, format_: str, **given: Any) -> int:
        check_format(format_)
        if save is not None and save.exists() and not overwrite:
            raise UsageError(f"{save} exists already; give --overwrite to replace it, or name another file")
        from kg.graph import Graph

        known = fields_of(config)
        options = {
            field: None if value == known[field][1].all else value
            for field, value in given.items()
            # what was not given has its default, which the settings know
            if value is not None and value != [] and value is not False
        }
        settings = config.of(None, options)
        result = verb(Graph.open(context.obj), settings)
        shown = result.named(table)
        if save is not None:
            say(f"wrote {result.save(save, overwrite=overwrite)}")
        show(shown, format_)
        return 0

    made: Any = run
    parameters = [
        inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context),
        *(_parameter(field, config) for field in dataclasses.fields(config)),
        inspect.Parameter("table", inspect.Parameter.KEYWORD_ONLY, annotation=_table(config), default=None),
        inspect.Parameter("save", inspect.Parameter.KEYWORD_ONLY, annotation=_SAVE, default=None),
        inspect.Parameter("overwrite", inspect.Parameter.KEYWORD_ONLY, annotation=_OVERWRITE, default=False),
        inspect.Parameter("format_", inspect.Parameter.KEYWORD_ONLY, annotation=FormatOption, default="table"),
    ]
    made.__signature__ = inspect.Signature(parameters)
    made.__annotations__ = {p.name: p.annotation for p in parameters}
    made.__doc__ = f"{about}\n\n\b\nExample:\n{examples}\n"
    sub = new()
    sub.command(name)(made)
    return typer.main.get_command(sub)


def _table(config: Any) -> Any:
    """The option `--table`; its help names the tables where the settings know them."""
    names = f": {', '.join(config.TABLES)}" if config.TABLES else ""
    told = f"Print this table of the result instead of the main one{names}."
    return Annotated[str | None, typer.Option("--table", metavar="NAME", help=told)]


def _parameter(field: Any, config: Any) -> inspect.Parameter:
    """The option or argument of a field of the settings; the default is the settings' to fill in, and told in the help."""
    from kg.analysis.config import fields_of

    kind, about = fields_of(config)[field.name]
    item: Any = str if issubclass(kind.item, Enum) else kind.item
    metavar = about.metavar or ("|".join(about.choices) if about.choices else {int: "N", float: "X"}.get(item, "NAME"))
    default = field.default
    told = f" Default: {default:g}." if isinstance(default, int | float) and not isinstance(default, bool) else ""
    told = f" Default: {default}." if isinstance(default, str) and default else told
    every = f"; {about.all} for all" if about.all is not None else ""
    text = f"{about.about[0].upper()}{about.about[1:]}{every}.{told}"
    hint: Any = bool if item is bool else (list[item] | None if kind.many else item | None)
    if about.positional:
        required = default is dataclasses.MISSING
        shown = about.metavar or field.name.upper() + ("..." if kind.many else "")
        argument = typer.Argument(metavar=shown if required else f"[{shown}]", help=text, show_default=False)
        annotation: Any = Annotated[item if required and not kind.many else hint, argument]
        return inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=inspect.Parameter.empty if required else None
        )
    names = [f"--{field.name.replace('_', '-')}"]
    if item is bool:
        return inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[bool, typer.Option(*names, help=text)], default=False
        )
    metavar = field.name.upper() if metavar == "NAME" else metavar
    return inspect.Parameter(
        field.name,
        inspect.Parameter.KEYWORD_ONLY,
        annotation=Annotated[hint, typer.Option(*names, metavar=metavar, help=text, show_default=False)],
        default=None,
    )
