"""Packages that only some of paperkg needs: those of its extras."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from kg.errors import EnvironmentError_


def needed(package: str, extra: str, called: str = "") -> ModuleType:
    """A package of an extra.

    Args:
        package: what is imported.
        extra: the extra that brings it.
        called: what the package calls itself, if not so.

    Raises:
        EnvironmentError_: it is not installed, or does not load.
    """
    try:
        return import_module(package)
    except (ImportError, OSError) as error:
        raise EnvironmentError_(f'this needs {called or package} ({error}); install it: pip install "paperkg[{extra}]"') from error
