"""Fits the trained decisions of `kg.recognize` and `kg.relate`; `kg train` is its command.

LightGBM and JAX are needed here and nowhere else: `pip install "paperkg[train]"`.
"""

from __future__ import annotations

from collections.abc import Callable

#: What is told how far training has come, a line at a time.
Say = Callable[[str], None]


def unheard(text: str) -> None:
    """Says nothing."""
