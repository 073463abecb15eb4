"""Many SELECT queries answered from columns of whole numbers, beside the engine's store and with its answers.

`files` makes and maps the columns, `reader` reads the queries (`syntax`), `answer` answers them with `rows` and `expressions`. No numpy is
loaded before a query comes that columns can answer.
"""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.query.columns.files import Columns

#: The folder of the columns within that of the store.
NAME = "columns"
#: What tells of the others: made last, with their sizes.
ABOUT = "about.json"


class Beside:
    """The columns beside a store, mapped when they are first asked.

    Raises:
        OSError: they are damaged.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            sizes = json.loads((folder / ABOUT).read_text(encoding="utf-8"))["sizes"]
        except (ValueError, KeyError) as error:
            raise OSError(f"{folder / ABOUT}: {error}") from None
        for name, size in sizes.items():
            if (folder / name).stat().st_size != size:
                raise OSError(f"{folder / name}: it has not its {size} bytes")

    @cached_property
    def columns(self) -> Columns:
        """Mapped into memory."""
        from kg.query.columns.files import Columns

        return Columns(self._folder)


def beside(store: Path) -> Beside | None:
    """The columns beside the store in a folder; None where it has none. Raises OSError where they are damaged."""
    return Beside(store / NAME) if (store / NAME).is_dir() else None
