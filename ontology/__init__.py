"""What is known before any paper is read: the schema of the graph and the catalog of concepts, as files."""

from __future__ import annotations

from pathlib import Path

__all__ = ["folder"]


def folder() -> Path:
    """The folder that holds `schema.ttl`, `context.jsonld` and `catalog/`."""
    return Path(__file__).resolve().parent
