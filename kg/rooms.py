"""Whether the four packages of paperkg are really paperkg's.

`loaders`, `exports` and `ontology` are common names: a `loaders.py` in the folder where Python was started comes first on the
path and hides ours. Without this check that shows as an `AttributeError` somewhere deep.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from kg.errors import EnvironmentError_

ROOMS = ("loaders", "exports", "ontology")


def check_rooms() -> None:
    """Makes sure that `import loaders`, `exports` and `ontology` give the packages installed beside `kg`.

    Modules that are not imported yet are only looked for, so that no foreign code runs.

    Raises:
        EnvironmentError_: another file is found under that name, or none; the message names it and says what to do.
    """
    home = Path(__file__).resolve().parent.parent
    for name in ROOMS:
        ours = home / name
        found = _place(name)
        if found is None:
            raise EnvironmentError_(f"the package {name!r} of paperkg is missing (expected {ours}); reinstall paperkg: pip install paperkg")
        if found.resolve() not in (ours / "__init__.py", ours):
            what = found.parent if found.name == "__init__.py" else found
            raise EnvironmentError_(f"{what} hides paperkg's own package {name!r} ({ours}); rename it, or start Python from another folder")


def _place(name: str) -> Path | None:
    """The file, or the folder of a package without `__init__.py`, that `import name` gives."""
    module = sys.modules.get(name)
    try:
        spec = module.__spec__ if module is not None else importlib.util.find_spec(name)
    except (ImportError, ValueError):
        spec = None
    file = getattr(module, "__file__", None) or (spec.origin if spec is not None and spec.has_location else None)
    if file:
        return Path(file)
    places = list(getattr(module, "__path__", None) or (spec.submodule_search_locations if spec is not None else None) or ())
    return Path(places[0]) if places else None
