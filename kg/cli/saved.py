"""The option by which commands take what `kg analyze … --save` wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

PropertiesOption = Annotated[
    list[Path] | None,
    typer.Option("--properties", metavar="FILE", help="Take along what kg analyze wrote with --save; can be given more than once."),
]
