"""Where things are kept that can be made anew: stores of graphs, answers of language models."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def cache_folder() -> Path:
    """`$PAPERKG_CACHE` where that is set, otherwise `paperkg` in the user's cache folder, as the system has it."""
    if chosen := os.environ.get("PAPERKG_CACHE"):
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        wanted = os.environ.get("XDG_CACHE_HOME", "")
        # the XDG specification says that a relative path is to be ignored
        base = Path(wanted) if wanted.startswith("/") else Path.home() / ".cache"
    return base / "paperkg"
