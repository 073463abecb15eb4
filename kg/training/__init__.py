"""Fits the trained decisions of `kg.recognize` and `kg.relate`; `kg train` is its command.

LightGBM and JAX are needed here and nowhere else: `pip install "paperkg[train]"`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import ModuleType

from kg.errors import EnvironmentError_

#: What is told how far training has come, a line at a time.
Say = Callable[[str], None]


def unheard(text: str) -> None:
    """Says nothing."""


def needed(package: str, called: str) -> ModuleType:
    """A package that training needs and linking does not.

    Raises:
        EnvironmentError_: it is not installed, or does not load.
    """
    try:
        return import_module(package)
    except (ImportError, OSError) as error:
        raise EnvironmentError_(f'training needs {called} ({error}); install it: pip install "paperkg[train]"') from error
