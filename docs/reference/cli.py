"""Writes cli.md, the reference of the command line, from the commands themselves: `python docs/reference/cli.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from kg.cli.app import command

TARGET = Path(__file__).with_suffix(".md")

HEAD = """\
<!-- written by docs/reference/cli.py; change that or the commands, not this -->

# The command line

`kg --help` and `kg COMMAND --help` say the same as this page. What all commands have in common:

- Data goes to stdout, talk to stderr: `kg query … --format csv > rows.csv` holds rows and nothing else. Bars are drawn on a terminal only.
- Exit codes: **0** all is well; **1** something is wrong with the data (an input, a catalog, a graph; a build with rejected records);
  **2** the command does not fit; **3** the machine lacks something (a package, a permission, room); **4** `kg validate` found
  a violation, or `kg push --verify` a difference; **5** a query was stopped, for want of time, rows or memory; **130** interrupted.
- What writes replaces nothing without `--overwrite`, checks all and writes nothing with `--dry-run`, and puts its result in place at
  the end, so that an interrupted run leaves what was there before.
- An error is one message: what was found, where, and what to do. `--debug`, anywhere among the arguments, adds the traceback.
- A text is given as it is, as `@FILE`, or as `-` for standard input.
"""


def page() -> str:
    """The whole page."""
    root: Any = command()
    context = typer.Context(root, info_name="kg")
    parts = [HEAD, *_section(root, context, 2)]
    for name in root.list_commands(context):
        found = root.get_command(context, name)
        inner = typer.Context(found, info_name=name, parent=context)
        parts += _section(found, inner, 2)
        for sub in found.list_commands(inner) if hasattr(found, "list_commands") else ():
            under = found.get_command(inner, sub)
            parts += _section(under, typer.Context(under, info_name=sub, parent=inner), 3)
    return "\n".join(parts)


def _section(found: Any, context: Any, depth: int) -> Iterator[str]:
    about, _, example = found.help.partition("\b\nExample:\n")
    arguments = [p for p in found.params if p.param_type_name == "argument"]
    options = [p for p in found.params if p.param_type_name == "option" and not p.name.endswith("_completion")]
    # a command below an argument: kg analyze GRAPH rank
    path = context.command_path.replace("{", "").replace("}", "")
    usage = [path, *(p.metavar for p in arguments)]
    usage += [f"{p.opts[-1]} {p.metavar}" for p in options if p.required]
    usage += ["[OPTIONS]"] if any(not p.required for p in options) else []
    usage += ["COMMAND"] if hasattr(found, "list_commands") else []
    yield f"{'#' * depth} {path}\n"
    yield about.strip() + "\n"
    yield f"```\n{' '.join(usage)}\n```\n"
    yield "Example:\n"
    yield "```sh\n" + "\n".join(line.strip() for line in example.strip().splitlines()) + "\n```\n"
    if rows := [*map(_argument, arguments), *map(_option, options)]:
        yield "| | |\n|---|---|\n" + "\n".join(rows) + "\n"


def _argument(param: Any) -> str:
    return _row(param.metavar, param.help)


def _option(param: Any) -> str:
    value = f" {param.metavar}" if param.metavar and not param.is_flag else ""
    default = f" Default: {param.default}." if param.default not in (None, False, "", ()) and not param.required else ""
    return _row(", ".join(sorted(param.opts, key=len)) + value, f"{param.help}{default}")


def _row(what: str, meaning: str) -> str:
    what, meaning = (text.replace("|", "\\|") for text in (what, meaning))
    return f"| `{what}` | {meaning} |"


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8", newline="\n")
