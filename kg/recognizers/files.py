"""A hash of a model's files: what a recogniser's mentions depend on besides its options."""

from __future__ import annotations

import hashlib
from pathlib import Path


def digest(folder: Path) -> str:
    """SHA-256 over the names and contents of all files of a folder, or of one file."""
    found = hashlib.sha256()
    files = [folder] if folder.is_file() else sorted(p for p in folder.rglob("*") if p.is_file())
    for file in files:
        name = file.relative_to(folder).as_posix()
        with file.open("rb") as opened:
            found.update(f"{len(name)}:{name}:{hashlib.file_digest(opened, 'sha256').hexdigest()}\n".encode())
    return found.hexdigest()
