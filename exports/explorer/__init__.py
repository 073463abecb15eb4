"""Our own page: what it holds (`data`), where things stand on it (`places`), and the file (`document`)."""

from __future__ import annotations

from exports.explorer.data import TOP, content
from exports.explorer.document import page, render, write

__all__ = ["TOP", "content", "page", "render", "write"]
