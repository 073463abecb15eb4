"""Frozen records that are made in half the time."""

from __future__ import annotations

import sys
from dataclasses import MISSING, fields
from typing import Any, TypeVar

T = TypeVar("T")


def quick(cls: type[T]) -> type[T]:
    """Gives a frozen dataclass with slots an `__init__` that fills each slot directly, with the same arguments.

    That of `dataclasses` asks `object.__setattr__` to find each slot by its name, for every record anew, and a build makes dozens of
    records a paper. For classes whose fields are all arguments, without default factories and `__post_init__`.
    """
    known: dict[str, Any] = {}
    arguments, body = ["self"], []
    for one in fields(cls):  # type: ignore[arg-type]
        if one.default_factory is not MISSING or not one.init or one.kw_only or hasattr(cls, "__post_init__"):
            raise TypeError(f"{cls.__name__}.{one.name}: only plain arguments can be filled directly")
        known[f"_set_{one.name}"] = getattr(cls, one.name).__set__
        known[f"_default_{one.name}"] = one.default
        arguments.append(one.name if one.default is MISSING else f"{one.name}=_default_{one.name}")
        body.append(f"_set_{one.name}(self, {one.name})")
    # The text is made of the names of fields alone, and the names of types mean what they mean beside the class, both as in `dataclasses`.
    made: dict[str, Any] = {}
    text = f"def make({', '.join(known)}):\n  def __init__({', '.join(arguments)}):\n    " + "\n    ".join(body) + "\n  return __init__"
    exec(text, vars(sys.modules[cls.__module__]), made)  # noqa: S102
    init = made["make"](**known)
    for name in ("__module__", "__qualname__", "__annotations__", "__doc__"):
        setattr(init, name, getattr(cls.__init__, name))
    cls.__init__ = init  # type: ignore[method-assign]
    return cls
